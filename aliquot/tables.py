"""Answers as tables for a terminal, in the words of the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group
from rich.table import Column, Table
from rich.text import Text

from recommend.amounts import words
from recommend.rank import Suggestion
from recommend.shortfall import CredentialOwed, Owed, RequirementOwed
from recommend.whatif import Effect

SIDES = ("Confirmed", "Likely", "Still needed\n(confirmed)", "Still needed\n(likely)")
CHECK_BOARD = "check with the board"
NOTHING_MORE = "Nothing more needed by the rules we know."


def grid(*columns: str | Column, **options: Any) -> Table:
    """A table whose cells fold and are never cut: an id that is cut cannot be used. ``options`` are Rich's own."""
    made = Table(*columns, **options)
    for column in made.columns:
        column.overflow = "fold"
    return made


def still(thousandths: int | None) -> str:
    """What is still needed. Never a bare 0, which would read as a promise."""
    if thousandths is None:
        return CHECK_BOARD
    return words(thousandths) if thousandths else "nothing more"


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
    table = grid("Requirement", *(Column(name, justify="right") for name in SIDES))
    for requirement in credential.requirements:
        table.add_row(Text(requirement.label), *_sides(requirement, requirement.needed))
    table.add_section()
    table.add_row(
        "Everything together",
        *_sides(credential, credential.total),
        style="bold",
    )
    yield table
    if credential.still_confirmed == 0:
        yield Text(NOTHING_MORE)
    for sentence in credential.notes:
        yield Text(f"  {sentence}")
    for sentence in credential.unsure:
        yield Text(f"  ? {sentence}", style="dim")


def _sides(owed: CredentialOwed | RequirementOwed, asked: int | None) -> tuple[str, ...]:
    """What is done and what is still needed, on both sides."""
    whole = "" if asked is None else f" of {words(asked)}"
    return (
        words(owed.confirmed) + whole,
        words(owed.likely) + whole,
        still(owed.still_confirmed),
        still(owed.still_likely),
    )


def use_tables(owed: Owed) -> Iterable[Text | Table]:
    """Where each credit counted within each credential on the confirmed side, and why not elsewhere."""
    for credential in owed.credentials:
        labels = {requirement.id: requirement.label for requirement in credential.requirements}
        yield Text(f"\n{credential.short_name}: where each credit counted", style="bold")
        table = grid("Done on", "What", Column(credential.unit.value.capitalize(), justify="right"), "Toward", "Why")
        for use in credential.uses_confirmed:
            toward = labels[use.requirement] if use.requirement is not None else "nothing"
            amount = words(use.thousandths) if use.thousandths else ""
            table.add_row(str(use.completed_on or ""), *map(Text, (use.title, amount, toward, use.reason)))
        yield table


def effect_lines(effects: Iterable[Effect]) -> Iterable[Text]:
    """What one more activity would do for each credential, and where it would count."""
    for effect in effects:
        unit = effect.unit.value
        yield Text(f"\n{effect.short_name}", style="bold")
        yield Text(f"    {effect.falls.sentence}")
        sides = f"{words(effect.closes_confirmed)} confirmed, {words(effect.closes_likely)} likely"
        yield Text(f"    Closes {unit}: {sides}. Then still needed: {still(effect.after.still_confirmed)} (confirmed).")
        if effect.lost:
            yield Text(f"    {words(effect.lost)} {unit} go beyond what is asked, and nothing carries over.")
        for use in effect.uses:
            yield Text(f"    {words(use.thousandths)}: {use.reason}", style="dim")


def suggestion_lines(suggestions: Iterable[Suggestion]) -> Iterable[Text]:
    """The ranked list, each with its reasons."""
    for number, suggestion in enumerate(suggestions, start=1):
        yield Text.assemble(
            (f"\n{number:>2}. {suggestion.opportunity.title}", "bold"),
            (f"  {suggestion.opportunity.provider_name} · {suggestion.opportunity.id}", "dim"),
        )
        yield from (Text(f"    {reason}") for reason in suggestion.reasons)
        yield from (Text(f"    ? {unknown}", style="dim") for unknown in suggestion.unknowns)


def show(console: Console, parts: Iterable[Text | Table | Group]) -> None:
    """Print parts one below the other."""
    for part in parts:
        console.print(part, highlight=False)
