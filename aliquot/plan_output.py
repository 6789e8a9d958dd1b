"""A plan as a JSON document, as lines for a terminal, and as a calendar; a ranked list as a calendar of its dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event
from rich.text import Text

from aliquot.documents import amount, plain
from catalog.views import OpportunityView, SessionView
from recommend.plan import Plan, PlanItem
from recommend.price import money, spoken_day
from recommend.rank import Suggestion


def plan_document(plan: Plan) -> dict[str, Any]:
    """Everything a plan says. Money is in minor units of ``currency``; credit in the credential's own unit."""
    return {
        "headline": plan.headline,
        "objective": plan.objective.value,
        "closes_everything": plan.closes_everything,
        "cost": plan.cost,
        "out_of_pocket": plan.out_of_pocket,
        "budget": plan.budget,
        "currency": plan.currency,
        "hours": amount(plan.hours),
        "minutes": plan.minutes,
        "items": [_item(item) for item in plan.items],
        "packages": [
            {"id": one.package.id, "name": one.package.name, "times": one.times, "cost": one.minor, "saves": one.saves}
            for one in plan.packages
        ],
        "notes": list(plan.notes),
        "gaps": [{**plain(gap), "missing": amount(gap.missing), "words": gap.words} for gap in plan.gaps],
        "likely": [{"id": one.id, "title": one.title, "url": one.url} for one in plan.likely],
        "proof": plain(plan.proof),
    }


def _item(item: PlanItem) -> dict[str, Any]:
    opportunity = item.opportunity
    return {
        "id": opportunity.id,
        "title": opportunity.title,
        "provider": opportunity.provider_name,
        "url": opportunity.url,
        "sample": opportunity.sample,
        "when": item.when.isoformat(),
        "date": item.session.key if item.session else None,
        "cost": item.minor,
        "reason": item.reason,
        "package": item.package,
        "closes": [{**plain(share), "thousandths": share.thousandths} for share in item.closes],
    }


REMINDED_BEFORE = timedelta(days=1)
"""How long before a course its reminder comes."""


def plan_lines(plan: Plan) -> Iterator[Text]:
    """A plan by month, what to buy, what stays open, and the proof."""
    yield Text(plan.headline, style="bold")
    month = None
    for item in plan.items:
        if (item.when.year, item.when.month) != month:
            month = (item.when.year, item.when.month)
            yield Text(f"\n{item.when:%B %Y}", style="bold")
        yield Text.assemble(
            f"  [ ] {item.opportunity.title}",
            (f"  {item.opportunity.provider_name} · {item.opportunity.id}", "dim"),
        )
        when = f"on {spoken_day(item.when)}" if item.session else f"any time, for example by {spoken_day(item.when)}"
        yield Text(f"      {when} · {item.reason}")
        yield Text(f"      closes {item.closing_words}")
    for package in plan.packages:
        times = f" {package.times} times" if package.times > 1 else ""
        saved = f", {money(package.saves, plan.currency)} cheaper than paying alone" if package.saves else ""
        yield Text(f"\nBuy {package.package.name}{times}: {money(package.minor, plan.currency)}{saved}.")
    for gap in plan.gaps:
        yield Text(f"\n{gap.words}", style="yellow")
    for note in plan.notes:
        yield Text(f"\n{note}", style="yellow")
    if plan.likely:
        yield Text("\nWould likely count too, where our guess of the topic is right:")
        yield from (Text(f"  ? {one.title}  {one.provider_name} · {one.id}") for one in plan.likely)
    if plan.out_of_pocket != plan.cost:
        paid = money(plan.cost - plan.out_of_pocket, plan.currency) if plan.out_of_pocket else "all"
        yield Text(f"\nYour employer pays {paid} of it, as far as this year's money goes.")
    yield Text(f"\n{plan.proof.words} Check before you pay.", style="dim")


def plan_calendar(plan: Plan, now: datetime) -> str:
    """A plan as a calendar: dates at their hour, what can be taken any time as a day that takes up no time."""
    events = (
        _event(item.opportunity, item.session, item.when, f"{item.reason}. Closes {item.closing_words}.", now)
        for item in plan.items
    )
    return _calendar("My CE plan", events, sample=any(item.opportunity.sample for item in plan.items))


def list_calendar(suggestions: Sequence[Suggestion], now: datetime) -> str:
    """The dates of a ranked list as a calendar; what has no date is not in it."""
    dated = [(one, one.session) for one in suggestions if one.session is not None]
    events = (
        _event(one.opportunity, session, session.local_date, " ".join(one.reasons), now) for one, session in dated
    )
    return _calendar("Suggested CE", events, sample=any(one.opportunity.sample for one, _ in dated))


def _calendar(name: str, events: Iterable[Event], *, sample: bool) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Aliquot//Plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Sample data: {name}" if sample else name)
    for event in events:
        calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _event(opportunity: OpportunityView, session: SessionView | None, when: date, about: str, now: datetime) -> Event:
    event = Event()
    summary = ("Sample: " if opportunity.sample else "") + opportunity.title
    event.add("uid", f"{opportunity.id}-{session.key if session else 'plan'}@aliquot")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", f"{about} {opportunity.url}")
    event.add("url", opportunity.url)
    event.add_component(_reminder(summary))
    if session is not None and session.starts_at is not None:
        event.add("dtstart", session.starts_at)
        if session.ends_at is not None:
            event.add("dtend", session.ends_at)
        return event
    first, last = (session.local_date, session.last_day) if session else (when, when)
    event.add("dtstart", first)
    event.add("dtend", _after(last))
    if session is None:
        event.add("transp", "TRANSPARENT")
    return event


def _reminder(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -REMINDED_BEFORE)
    return alarm


def _after(day: date) -> date:
    return day + timedelta(days=1)
