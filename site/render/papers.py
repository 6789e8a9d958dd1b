"""What people print: a laboratory's sheet of what is still needed, and the papers of in-house training.

Each paper is one self-contained page without scripts or links, for a file on the machine that made it; none of them is
a page of the site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from catalog.taxonomy import fold
from recommend.amounts import words
from recommend.plan import Plan
from recommend.price import money, spoken_day
from recommend.rank import Suggestion
from recommend.team import DUE_SOON_DAYS, Team
from recommend.team_output import about_lines, staff_rows
from recommend.team_plan import TeamPlan
from recommend.team_spending import bundles
from recommend.training_kit import Training, certificate_lines, listing_text

BLANK_LINES = 12
"""Rows of a sign-in sheet beyond those who are expected."""

PAPERS = Environment(
    loader=PackageLoader("render", "papers_templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def team_page(team: Team, *, sample: bool = False) -> str:
    """One landscape page to print, worst first."""
    due_soon = set(team.due_soon)
    rows = [{**cells, "soon": row in due_soon} for row, cells in zip(team.rows, staff_rows(team), strict=True)]
    return PAPERS.get_template("team.html").render(
        team=team,
        rows=rows,
        day=spoken_day,
        about=about_lines(team),
        due=len(due_soon),
        sample=sample,
        soon=DUE_SOON_DAYS,
    )


def team_plan_page(plan: TeamPlan, problems: Sequence[str], now: datetime) -> str:
    """One budget over a team, to print: who takes what, and what is bought for many courses at once."""
    opportunities = [item.opportunity for member in plan.members for item in member.plan.items]
    days = sorted(opportunity.read_on for opportunity in opportunities)
    return PAPERS.get_template("team_plan.html").render(
        plan=plan,
        bundles=bundles(plan),
        problems=problems,
        made_on=spoken_day(now.date()),
        money=money,
        day=spoken_day,
        read=_span(days[0], days[-1]) if days else None,
        sample=any(opportunity.sample for opportunity in opportunities),
    )


def _span(first: date, last: date) -> str:
    return f"on {spoken_day(first)}" if first == last else f"from {spoken_day(first)} to {spoken_day(last)}"


def plan_page(plan: Plan, now: datetime) -> str:
    """A plan as one page with a box to tick for each course."""
    return PAPERS.get_template("plan.html").render(
        plan=plan,
        made_on=spoken_day(now.date()),
        money=money,
        day=spoken_day,
        sample=any(item.opportunity.sample for item in plan.items),
    )


def list_page(suggestions: Sequence[Suggestion], now: datetime) -> str:
    """A ranked list as one page, each with its reasons and with what is not known."""
    return PAPERS.get_template("list.html").render(
        suggestions=suggestions,
        made_on=spoken_day(now.date()),
        day=spoken_day,
        sample=any(one.opportunity.sample for one in suggestions),
    )


def training_kit(training: Training, now: datetime) -> Mapping[str, str]:
    """The kit by file name: a sign-in sheet, a private listing, a certificate for each attendee (or a blank one)."""
    files = {"sign-in.html": sign_in_sheet(training), "listing.json": listing_text(training, now)}
    for number, name in enumerate(training.attendees or (None,), start=1):
        slug = fold(name).replace(" ", "-") if name else "blank"
        files[f"certificate-{number:02d}-{slug}.html"] = certificate(training, name)
    return files


def sign_in_sheet(training: Training) -> str:
    """The sheet that everybody signs: date, title, place, hours, presenter, and a line for each person."""
    return PAPERS.get_template("sign_in.html").render(training=training, hours=words(training.hours), blank=BLANK_LINES)


def certificate(training: Training, attendee: str | None) -> str:
    """One certificate, with a line for each field that a board asks for; what is not known is left to fill in."""
    lines = certificate_lines(training, attendee)
    return PAPERS.get_template("certificate.html").render(training=training, lines=lines)
