"""``profile``: make one by answering a few questions, see what it leaves out, hand a copy to a manager."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from aliquot import answers, tables
from aliquot.clock import read_now
from aliquot.commands.options import JsonOption, NowOption, ProfileOption, SampleOption, console, places, plain_cells
from aliquot.documents import plain
from aliquot.errors import CommandError
from catalog.taxonomy import fold
from recommend.amounts import thousandths, units
from recommend.credential import Credential, CycleKind, RequirementKind, known_topic
from recommend.documents import nearest
from recommend.profile import Profile, for_manager, profile_schema, save_profile
from recommend.profile_check import gaps
from recommend.rules import load_credentials
from recommend.transcript import read_day

Answer = TypeVar("Answer")

app = typer.Typer(no_args_is_help=True, help="Your own file: what you hold, have done, like and can spend.")

OutputOption = Annotated[Path | None, typer.Option("--output", help="Where to write it.", show_default=False)]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


@app.command("new")
def new_command(output: OutputOption = None, force: ForceOption = False) -> None:
    """Answer a few questions and get a profile. Nothing leaves this machine."""
    where = places(sample=False)
    target = output if output is not None else where.profile
    if target.exists() and not force:
        raise CommandError(f"{target} is there already; --force writes over it, --output names another")
    rules = load_credentials(where.overlay("credentials"))
    console.print("No account and no license number: this file stays with you. Enter skips a question.")
    fields: dict[str, Any] = {"credentials": [_ask_holding(rule) for rule in _ask_credentials(rules)]}
    fields["interests"] = _list(typer.prompt("What interests you, separated by commas", default="", show_default=False))
    fields["budget"] = _ask(
        "What may it cost in all, in dollars", lambda text: _fitting(fields, "budget", {"amount": text})
    )
    fields["time_zone"] = _ask(
        "Your time zone, like America/New_York", lambda text: _fitting(fields, "time_zone", text)
    )
    profile = Profile.model_validate({name: value for name, value in fields.items() if value is not None})
    target.parent.mkdir(parents=True, exist_ok=True)
    save_profile(profile, target)
    console.print(f"Written to {target}. Next: aliquot owed --profile {target}", highlight=False, soft_wrap=True)


@app.command("check")
def check_command(
    profile: ProfileOption = None, sample: SampleOption = False, now: NowOption = None, as_json: JsonOption = False
) -> None:
    """What your profile does not say yet, and what that costs."""
    moment, where = read_now(now), places(sample=sample)
    technician = answers.read_profile(profile, where, moment)
    found = gaps(technician, load_credentials(where.overlay("credentials")), moment.date())
    if as_json:
        typer.echo(json.dumps(plain(found), indent=2, ensure_ascii=False))
        return
    if not found:
        console.print("Nothing is missing that we know of.")
        return
    table = tables.grid("What", "Why it matters", "Needed")
    for gap in found:
        table.add_row(*plain_cells(gap.field, gap.reason, "yes" if gap.needed else "better with it"))
    console.print(table, highlight=False)


@app.command("for-manager")
def for_manager_command(
    output: Annotated[Path, typer.Option("--output", help="Where to write the copy.")],
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    force: ForceOption = False,
) -> None:
    """A copy for your manager: what you hold and have done, without interests, likes, budget, times and place."""
    _save_new(for_manager(answers.read_profile(profile, places(sample=sample), read_now(now))), output, force=force)


@app.command("copy")
def copy_command(
    output: Annotated[Path, typer.Option("--output", help="Where to write it: a name in .json for the browser.")],
    profile: ProfileOption = None,
    sample: SampleOption = False,
    now: NowOption = None,
    force: ForceOption = False,
) -> None:
    """The same profile as another file: JSON, which the personal page opens and saves, or TOML, which you edit."""
    _save_new(answers.read_profile(profile, places(sample=sample), read_now(now)), output, force=force)


@app.command("schema")
def schema_command() -> None:
    """The JSON Schema of a profile file."""
    typer.echo(json.dumps(profile_schema(), indent=2, ensure_ascii=False))


def _save_new(profile: Profile, output: Path, *, force: bool) -> None:
    if output.exists() and not force:
        raise CommandError(f"{output} is there already; --force writes over it")
    save_profile(profile, output)
    console.print(f"Written to {output}.", highlight=False, soft_wrap=True)


def _ask_credentials(rules: dict[str, Credential]) -> list[Credential]:
    """The credentials that somebody names, by id or short name; asked again until each is known."""
    known = {fold(name): rule for rule in rules.values() for name in (rule.short_name, rule.id)}
    while True:
        named = _list(typer.prompt("What do you hold, like ascp-mlt, amt-mlt, us-fl-technician"))
        lost = [name for name in named if fold(name) not in known]
        if named and not lost:
            return list({known[fold(name)].id: known[fold(name)] for name in named}.values())
        for name in lost:
            console.print(f"{name!r} is not among the rules{nearest(name, list(rules))}.", markup=False)


def _ask_holding(rule: Credential) -> dict[str, Any]:
    held: dict[str, Any] = {"id": rule.id}
    if rule.cycle is None or rule.cycle.kind is not CycleKind.FIXED:
        end = _ask(f"{rule.short_name}: the last day of your renewal period, like 2027-12-31", read_day)
        if end is not None:
            held["cycle_end"] = end
    if any(part.kind is RequirementKind.PER_SPECIALTY for part in rule.requirements):
        specialties = _ask(f"{rule.short_name}: your specialties, like hematology", _specialties)
        held["specialties"] = specialties or []
    done = _ask(f"{rule.short_name}: {rule.unit} done so far, like about 12", _about)
    if done:
        held["opening"] = {"total": units(done), "about": True}
    return held


def _ask(question: str, read: Callable[[str], Answer]) -> Answer | None:
    """An answer as ``read`` takes it, or ``None`` for no answer; asked again after each ``ValueError``."""
    while True:
        text = typer.prompt(question, default="", show_default=False).strip()
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            console.print(str(error), markup=False)


def _fitting(fields: dict[str, Any], name: str, value: Any) -> Any:
    """``value`` where a profile takes it. Raises ``ValueError`` in the profile's own words."""
    try:
        Profile.model_validate({"credentials": fields["credentials"], name: value})
    except ValidationError as error:
        raise ValueError(
            "; ".join(str(each["msg"]).removeprefix("Value error, ") for each in error.errors())
        ) from error
    return value


def _about(text: str) -> Any:
    return thousandths(text.lower().removeprefix("about"))


def _specialties(text: str) -> list[str]:
    """Topic ids from words like "Clinical chemistry". Raises ``ValueError`` that names the nearest."""
    return [known_topic(fold(part).replace(" ", "_")) for part in _list(text)]


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
