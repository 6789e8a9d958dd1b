"""Answers as tables for a terminal, in the words of the screen."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from recommend.amounts import words
from recommend.rank import Suggestion
from recommend.shortfall import CredentialOwed, Owed, RequirementOwed

NOT_KNOWN = "not known"
CHECK_BOARD = "check with the board"
NOTHING_MORE = "Nothing more needed by the rules we know."


def amount(thousandths: int | None) -> str:
    """An amount of credit, or gray words where nobody found it."""
    return CHECK_BOARD if thousandths is None else words(thousandths)


def owed_table(owed: Owed) -> Group:
    """What is still needed of every credential held, both sides side by side."""
    return Group(*(part for credential in owed.credentials for part in _credential_parts(credential)))


def _credential_parts(credential: CredentialOwed) -> Iterable[Text | Table]:
    unit = credential.unit.value
    deadline = f" by {credential.cycle_end:%b %-d, %Y}" if credential.cycle_end else ", no deadline entered"
    yield Text(f"\n{credential.name}", style="bold")
    if credential.total is None:
        yield Text(f"The total is {CHECK_BOARD}{deadline}.")
    else:
        yield Text(f"{words(credential.confirmed)} of {words(credential.total)} {unit} confirmed{deadline}.")
    table = Table("Requirement", "Asked", "Confirmed", "Likely", "Still needed, confirmed", "Still needed, likely")
    for column in table.columns[1:]:
        column.justify = "right"
    for requirement in credential.requirements:
        table.add_row(*_requirement_cells(requirement))
    table.add_section()
    table.add_row(
        "Everything together",
        amount(credential.total),
        words(credential.confirmed),
        words(credential.likely),
        amount(credential.still_confirmed),
        amount(credential.still_likely),
        style="bold",
    )
    yield table
    if credential.still_confirmed == 0:
        yield Text(NOTHING_MORE)
    for sentence in credential.unsure:
        yield Text(f"  ? {sentence}", style="dim")


def _requirement_cells(requirement: RequirementOwed) -> tuple[str, ...]:
    return (
        requirement.label,
        amount(requirement.needed),
        words(requirement.confirmed),
        words(requirement.likely),
        amount(requirement.still_confirmed),
        amount(requirement.still_likely),
    )


def suggestion_lines(suggestions: Iterable[Suggestion]) -> Iterable[Text]:
    """The ranked list, each with its reasons."""
    for number, suggestion in enumerate(suggestions, start=1):
        yield Text.assemble(
            (f"\n{number:>2}. {suggestion.opportunity.title}", "bold"),
            (f"  {suggestion.opportunity.provider_name} · {suggestion.opportunity.id}", "dim"),
        )
        for reason in suggestion.reasons:
            yield Text(f"    {reason}")


def show(console: Console, parts: Iterable[Text | Table | Group]) -> None:
    """Print parts one below the other."""
    for part in parts:
        console.print(part, highlight=False)
