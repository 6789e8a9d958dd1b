"""Data and feeds: everything that a machine may read, in one place, with how to use it."""

from __future__ import annotations

from render.lists import Lists
from render.press import Press


def write_data(press: Press, lists: Lists) -> None:
    """The page of feeds, calendars and downloads."""
    cuts = [
        (label, [(value, value_path, count) for value, value_path, count in values])
        for label, _path, values in lists.groups()
    ]
    values = {
        "title": "Data and feeds",
        "description": "Feeds, calendars and downloads of the whole catalog and of every list.",
        "cuts": cuts,
        "quick": lists.quick(),
    }
    press.page("data.html", "/data/", values)
