"""The words that dates are written with: months in the languages of the field's pages, weekdays, and what a date is for."""

from __future__ import annotations

import re
from enum import StrEnum

_MONTHS = (
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
MONTH_OF = {name.lower(): number for number, names in enumerate(_MONTHS, start=1) for name in names}
MONTH = rf"(?:{'|'.join(sorted(MONTH_OF, key=len, reverse=True))})\b\.?"
"""A month's name or its short form; fragment for ``re.IGNORECASE``."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"


class DateRole(StrEnum):
    """What a date on a page is for."""

    EVENT = "event"
    AVAILABLE = "available"
    APPROVED_THROUGH = "approved_through"
    APPLY_BY = "apply_by"
    CLAIM_BY = "claim_by"
    RETIRED = "retired"
    EFFECTIVE = "effective"
    PUBLISHED = "published"


class Side(StrEnum):
    """Whether the words name the first or the last day of what they are about."""

    START = "start"
    END = "end"


_ROLES: tuple[tuple[DateRole, Side, str], ...] = (
    (
        DateRole.CLAIM_BY,
        Side.START,
        r"claim(?:ed|ing)?(?:\s[\w.]+){0,4}?\s(?:by|before|until|through|deadline)"
        r"|last day to claim(?:\s[\w.]+){0,3}"
        r"|(?:post-?\s?test|evaluations?|survey|quiz|exam)(?:\s\w+){0,4}?\s(?:by|before|due|deadline)",
    ),
    (
        DateRole.APPROVED_THROUGH,
        Side.START,
        r"(?:approved|accredited|valid|eligible)(?:\sfor\s[^.;:]{1,60}?)?\s(?:through|thru|until|till|to)"
        r"|(?:approval|accreditation|credits?|ce|ceus?|p\.a\.c\.e\.|cmle|cme)(?:\s\w+){0,2}?\s"
        r"(?:valid|available|approved|offered|expir(?:es|ation|y))(?:\sdate|\son)?(?:\s(?:through|thru|until|till))?"
        r"|(?:credit|approval|accreditation) (?:ends?|end date)",
    ),
    (
        DateRole.APPLY_BY,
        Side.START,
        r"deadlines?|(?:apply|enroll|register|registration|rsvp|sign[ -]up|nominate|postmarked|submitted|submit|received|respond)"
        r"(?:\s\w+){0,3}?\s(?:by|before|no later than)|no later than|\bdue\b(?:\s(?:date|by|on))?"
        r"|(?:registration|applications?|nominations?|enrollment|submissions?|abstracts?|call)(?:\s\w+){0,2}?\s(?:closes?|ends?|until|through)"
        r"|closing date|in place by|last day to (?:apply|register|enroll|submit|sign up)",
    ),
    (DateRole.RETIRED, Side.START, r"retired|retires|retirement(?: date)?|discontinued|withdrawn|sunset(?: date)?"),
    (DateRole.EFFECTIVE, Side.START, r"effective(?:\sdate)?|in effect from"),
    (
        DateRole.AVAILABLE,
        Side.END,
        r"(?:content |course |activity |program )?(?:expires?|expir(?:ation|y|ing)|expired|end of availability)(?:\sdate)?(?:\son)?"
        r"|(?:available|access(?:ible)?|viewable|offered|on[- ]demand|replay|recording)(?:\s\w+){0,2}?\s(?:until|through|thru|till)"
        r"|(?:termination|close|closing) date",
    ),
    (
        DateRole.AVAILABLE,
        Side.START,
        r"(?:original |initial |content |course |activity )?releas(?:ed?|ing)(?:\sdate)?(?:\son)?|(?:launch(?:ed|es)?|go[- ]live)(?:\sdate)?"
        r"|available(?:\s\w+){0,2}?\s(?:from|on|as of|beginning|starting|since)|date available|availability|available(?=\s?:)",
    ),
    (
        DateRole.PUBLISHED,
        Side.START,
        r"publish(?:ed)?(?:\sdate)?(?:\son)?|publication date|posted(?:\son)?|updated(?:\son)?|last (?:reviewed|updated|modified|revised)"
        r"|revised|review(?:ed)?(?:\sdate)?|recorded(?:\son)?|copyright|created(?:\son)?|^by [^•|]{2,60}[•|]|accessed",
    ),
    (DateRole.EVENT, Side.END, r"(?:end|ends|ending|concludes|finish(?:es)?)(?:\s(?:date|on|time))?(?=\s?:|\s)"),
    (
        DateRole.EVENT,
        Side.START,
        r"(?:event |program |live |live program |webinar |session |class |course |conference |workshop |meeting )?dates?\b(?: & time| and time)?"
        r"|when|start(?:s|ing)?(?:\sdate)?|begin(?:s|ning)?|(?:is|will be|was|being)?\s?held|join (?:us|me)|live|conference|symposium|meeting|workshop|webinar|session|class(?:es)?",
    ),
)
ROLE_OF_GROUP = {f"role{index}": (role, side) for index, (role, side, _) in enumerate(_ROLES)}
ROLE = re.compile(
    "|".join(rf"(?P<role{index}>(?<![\w-])(?:{pattern})(?!\w))" for index, (_, _, pattern) in enumerate(_ROLES)),
    re.IGNORECASE,
)
"""Words that say what the next date is for; the last one before a date counts."""

ON_DEMAND = re.compile(
    r"\b(?:up)?on (?:registration|enrol?lment|purchase|demand)\b|\bon-demand\b|\bself[- ]?paced\b|\b(?:at )?any ?time\b"
    r"|\b(?:rolling|continuous|open) (?:enrol?lment|admissions?|registration)\b|\balways (?:available|open)\b|\bavailable 24/7\b"
    r"|\b(?:self[- ]?study|home[- ]study)\b|\bimmediate(?:ly)? (?:access|available)\b",
    re.IGNORECASE,
)
YEARLY = re.compile(
    r"\b(?:each|every|any|per) (?:calendar )?(?:year|spring|summer|fall|autumn|winter)\b|\bannually\b|\byearly\b"
    r"|\bof (?:the )?(?:\w+ )?year\b|\byear prior\b|\bprior year\b",
    re.IGNORECASE,
)
"""A day that comes back every year is no date."""

COUNTED = re.compile(
    r"\s?-?(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|credits?|points?|sessions?|courses?|modules?|ces?\b|ceus?\b|p\.a\.c|cmle"
    r"|cme|contact|accent|florida|people|participants|seats|members|attendees|speakers|parts?|[ap]\.?\s?m\b|%|x\b)",
    re.IGNORECASE,
)
"""What follows a number that counts something and is no day of the month."""
