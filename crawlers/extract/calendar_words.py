"""The words that dates are written with: months in the languages of our pages, weekdays, and what a date is for."""

from __future__ import annotations

import re
from enum import StrEnum

from crawlers.extract.text import any_of

MONTHS = (
    ("January", "Jan", "Janeiro", "Enero", "Janvier", "Januar"),
    ("February", "Feb", "Febr", "Fevereiro", "Febrero", "Février", "Februar"),
    ("March", "Mar", "Março", "Marzo", "Mars", "März"),
    ("April", "Apr", "Abril", "Avril"),
    ("May", "Maio", "Mayo", "Mai"),
    ("June", "Jun", "Junho", "Junio", "Juin", "Juni"),
    ("July", "Jul", "Julho", "Julio", "Juillet", "Juli"),
    ("August", "Aug", "Agosto", "Août"),
    ("September", "Sept", "Sep", "Setembro", "Septiembre", "Septembre"),
    ("October", "Oct", "Outubro", "Octubre", "Octobre", "Oktober"),
    ("November", "Nov", "Novembro", "Noviembre", "Novembre"),
    ("December", "Dec", "Dezembro", "Diciembre", "Décembre", "Dezember"),
)
MONTH_OF = {name.lower(): number for number, names in enumerate(MONTHS, start=1) for name in names}
MONTH = rf"{any_of(*sorted(MONTH_OF, key=len, reverse=True))}\b\.?"
"""A month's name or its short form; fragment for ``re.IGNORECASE``."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"


class DateRole(StrEnum):
    """What a date on a page is for. ``OPENS`` is the day from which one may register or apply."""

    EVENT = "event"
    AVAILABLE = "available"
    APPROVED_THROUGH = "approved_through"
    APPLY_BY = "apply_by"
    CLAIM_BY = "claim_by"
    RETIRED = "retired"
    EFFECTIVE = "effective"
    PUBLISHED = "published"
    OPENS = "opens"


class Side(StrEnum):
    """Whether the words name the first or the last day of what they are about."""

    START = "start"
    END = "end"


_UNTIL = any_of("through", "thru", "until", "till")
_ENTRY = any_of("registrations?", "applications?", "nominations?", "enrol?lment", "submissions?", "abstracts?", "call")

# Order decides where two begin at the same letter: "credit expires" is an approval's end, "expires" a course's.
_ROLES: tuple[tuple[DateRole, Side, tuple[str, ...]], ...] = (
    (
        DateRole.CLAIM_BY,
        Side.START,
        (
            r"claim(?:ed|ing)?(?:\s[\w.]+){0,4}?\s(?:by|before|until|through|deadline)",
            r"last day to claim(?:\s[\w.]+){0,3}",
            r"(?:post-?\s?test|evaluations?|survey|quiz|exam)(?:\s\w+){0,4}?\s(?:by|before|due|deadline)",
        ),
    ),
    (
        DateRole.APPROVED_THROUGH,
        Side.START,
        (
            rf"(?:approved|accredited|valid|eligible)(?:\sfor\s[^.;:]{{1,60}}?)?\s(?:{_UNTIL}|to)",
            r"(?:approval|accreditation|credits?|ce|ceus?|p\.a\.c\.e\.|cmle|cme)(?:\s\w+){0,2}?\s"
            rf"(?:valid|available|approved|offered|expir(?:es|ation|y))(?:\sdate|\son)?(?:\s{_UNTIL})?",
            r"(?:credit|approval|accreditation)\s(?:ends?|end date)",
            r"(?:approval|accreditation)\s(?:dates?|period|term)",
            r"(?:approved|accredited)(?=\s:?\s?\d)",
        ),
    ),
    (
        DateRole.OPENS,
        Side.START,
        (rf"{_ENTRY}(?:\s\w+){{0,2}}?\s(?:open(?:s|ed|ing|)(?:\son|\sdate)?|period|window)", r"opening date"),
    ),
    (
        DateRole.APPLY_BY,
        Side.START,
        (
            r"deadlines?",
            r"(?:apply|enroll|register|registration|rsvp|sign[ -]up|nominate|postmarked|submit(?:ted)?|received)"
            r"(?:\s\w+){0,3}?\s(?:by|before|no later than)",
            r"no later than",
            r"due\b(?:\s(?:date|by|on))?",
            rf"{_ENTRY}(?:\s\w+){{0,2}}?\s\(?(?:closes?|ends?|until|through)",
            r"closing date|closes|cut-?off(?:\sdate)?",
            r"early[- ]bird(?:\s\w+){0,2}?\s(?:ends|expires)",
            r"in place by",
            r"last day to (?:apply|register|enroll|submit|sign up)",
        ),
    ),
    (
        DateRole.RETIRED,
        Side.START,
        (r"retire(?:d|s|ment)(?: date)?", r"discontinued", r"withdrawn", r"sunset(?: date)?"),
    ),
    (DateRole.EFFECTIVE, Side.START, (r"effective(?:\sdate)?", r"in effect from")),
    (
        DateRole.AVAILABLE,
        Side.END,
        (
            r"exp\b\.?(?:\sdate)?",
            r"(?:(?:content|course|activity|program)\s)?expir(?:es|ed|ation|y|ing)(?:\sdate)?(?:\son)?",
            rf"(?:available|access(?:ible)?|viewable|offered|on[- ]demand|replay|recording)(?:\s\w+){{0,2}}?\s{_UNTIL}",
            r"(?:termination|close) date",
        ),
    ),
    (
        DateRole.AVAILABLE,
        Side.START,
        (
            r"(?:(?:original|initial|content|course|activity)\s)?releas(?:ed?|ing)(?:\sdate)?(?:\son)?",
            r"(?:launch(?:ed|es)?|go[- ]live)(?:\sdate)?",
            r"on[- ]demand(?=\s?:)",
            r"available(?:\s\w+){0,2}?\s(?:from|on|as of|beginning|starting|since)",
            r"date available|availability|available(?=\s?:|\s(?:\d|[A-Z][a-z]{2}))",
            r"(?:approved|accredited|valid)(?:\sfor\s[^.;:]{1,40}?)?\s(?:from|between)",
        ),
    ),
    (
        DateRole.PUBLISHED,
        Side.START,
        (
            r"publish(?:ed)?(?:\sdate)?(?:\son)?",
            r"publication date",
            r"(?:posted|updated|recorded|created)(?:\son)?",
            r"last (?:reviewed|updated|modified|revised)",
            r"review(?:ed)?(?:\sdate)?",
            r"revised|copyright|accessed",
            r"^by [^•|]{2,60}[•|]",
        ),
    ),
    (DateRole.EVENT, Side.END, (r"(?:end|ends|ending|concludes|finish(?:es)?)(?:\s(?:date|on))?(?=\s?:|\s)",)),
    (
        DateRole.EVENT,
        Side.START,
        (
            r"dates?(?:(?: &| and) time)?",
            r"when",
            r"start(?:s|ing)?(?:\sdate)?",
            r"begin(?:s|ning)?",
            r"held",
            r"join (?:us|me)",
            r"live",
            r"conference|symposium|meeting|workshop|webinar|session|class(?:es)?",
        ),
    ),
)
_LOOKAHEAD = 5
"""Letters of the date itself that a role may look at."""

_ROLE_GROUPS = {f"role{index}": (role, side) for index, (role, side, _) in enumerate(_ROLES)}
_ROLE = re.compile(
    "|".join(rf"(?P<role{index}>(?<![\w-]){any_of(*patterns)}(?!\w))" for index, (*_, patterns) in enumerate(_ROLES)),
    re.IGNORECASE,
)


def last_role(text: str, start: int, end: int) -> tuple[DateRole, Side, int] | None:
    """The last words between two offsets that say what a date is for: role, side, and where the words begin."""
    last = None
    for match in _ROLE.finditer(text, start, end + _LOOKAHEAD):
        if match.end() <= end:
            last = match
    if last is None:
        return None
    role, side = _ROLE_GROUPS[last.lastgroup or ""]
    return role, side, last.start()


ON_DEMAND = re.compile(
    r"\b"
    + any_of(
        r"(?:up)?on (?:registration|enrol?lment|purchase|demand)\b",
        r"on-demand\b",
        r"self[- ]?paced\b",
        r"any ?time\b",
        r"(?:rolling|continuous|open) (?:enrol?lment|admissions?|registration)\b",
        r"always (?:available|open)\b",
        r"available 24/7\b",
        r"(?:self|home)[- ]?study\b",
        r"immediate(?:ly)? (?:access|available)\b",
    ),
    re.IGNORECASE,
)
YEARLY = re.compile(
    r"\b"
    + any_of(
        r"(?:each|every|any|per) (?:calendar )?(?:year|spring|summer|fall|autumn|winter)\b",
        r"annually\b",
        r"yearly\b",
        r"of (?:the )?(?:\w+ )?year\b",
        r"year prior\b",
        r"prior year\b",
    ),
    re.IGNORECASE,
)
"""A day that comes back every year is no date."""

COUNTED = re.compile(
    r"\s?-?"
    + any_of(
        r"hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?",
        r"credits?|points?|ces?\b|ceus?\b|p\.a\.c|cmle|cme|contact|accent|florida",
        r"sessions?|courses?|modules?|parts?",
        r"people|participants|seats|members|attendees|speakers",
        r"[ap]\.?\s?m\b|%|x\b",
    ),
    re.IGNORECASE,
)
"""What follows a number that counts something and is no day of the month."""
