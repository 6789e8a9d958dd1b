"""Which pages a night asks for: those that may have changed, and every page within a bounded time.

A page that has long stayed the same will most likely be the same tomorrow. RFC 9111 (4.2.2) lets a cache trust a page
for a tenth of the time that it is known to have been unchanged; this is that rule, with three bounds of ours. Nothing
is left unasked for more than :data:`LONGEST_SILENCE` days; a date of the page's listings that comes near shortens the
silence until the page is asked every night; and the pages of one source take turns, so that no night asks for all.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_SILENCE = 14
"""Days. Sources change prices and dates without notice; two weeks is what we let a reader be wrong."""

AGE_SHARE = 0.1
"""Of the time that a page is known to be unchanged (RFC 9111, 4.2.2)."""

DATE_SHARE = 0.25
"""Of the days until the next date of its listings: a session, a deadline, an end of an offer or of an approval."""

RESTLESS_SHARE = 0.1
"""A source of whose listings so many changed in its last run is asked whole the next night."""

OVER = "retired_on"
"""The field of a rejection whose page says itself that its course is over: no reason to ask for it every night."""

DATE = re.compile(r'"(\d{4}-\d\d-\d\d)"')
SEATS = re.compile(r'"seats_left":\s*\d')


def is_due(url: str, asked_on: date, silence: int, today: date) -> bool:
    """Whether a page is asked for today: its silence is over, or it is its turn among the pages of its source.

    The turn comes from the address alone (CRC-32), so that it is the same on every machine.
    """
    if silence < 2 or not timedelta(0) <= today - asked_on < timedelta(days=silence):
        return True
    return (today.toordinal() + zlib.crc32(url.encode())) % silence == 0


def silence_of(read_at: datetime, last_modified: str | None, payloads: Iterable[str], now: datetime) -> int:
    """Days for which a page may be left unasked; less than two is every night.

    ``read_at`` is when what the catalog has of it was first read, ``last_modified`` the server's own word (RFC 9110,
    8.8.2), which may reach further back; ``payloads`` are its listings as JSON.
    """
    days = [float(LONGEST_SILENCE), AGE_SHARE * ((now - _unchanged_since(read_at, last_modified)) / timedelta(days=1))]
    for payload in payloads:
        if SEATS.search(payload):
            return 0
        days += (DATE_SHARE * (day - now.date()).days for day in _dates(payload, now.date() - timedelta(days=1)))
    return int(min(days))


def _unchanged_since(read_at: datetime, last_modified: str | None) -> datetime:
    with suppress(ValueError):
        told = parsedate_to_datetime(last_modified or "")
        return min(read_at, told if told.tzinfo else told.replace(tzinfo=UTC))
    return read_at


def _dates(payload: str, earliest: date) -> list[date]:
    """The days in a payload from ``earliest`` on. One that is only quoted as evidence makes the page asked more."""
    found = []
    for written in set(DATE.findall(payload)):
        with suppress(ValueError):  # words on a page may look like a day and be none
            found.append(date.fromisoformat(written))
    return [day for day in found if day >= earliest]
