"""The demo: a night over the bundled sample web, the sample technician's list, and the site served on this machine."""

from __future__ import annotations

import os
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.status import Status

from aliquot import answers, tables
from aliquot.nightly import Night, NightReport, run_night
from aliquot.places import Places
from aliquot.serve import served
from aliquot.settings import Settings

SHOWN = 5
PAGES_TRIED = ("", "plan/", "next/", "browse/", "search/", "status/")


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo needs of its caller. ``stay`` serves until interrupted; otherwise it ends after a look."""

    now: datetime
    places: Places
    settings: Settings
    console: Console
    port: int
    stay: bool


def stay_by_default() -> bool:
    """Whether somebody is there to look: on a machine that runs tests (``CI``) the demo looks at itself and ends."""
    return not os.environ.get("CI")


def run_demo(demo: Demo, say: Callable[[str], None]) -> NightReport:
    """Crawl the sample web, publish, print the sample technician's list and serve the site."""
    with Status("reading the sample web", console=demo.console) as status:
        report = run_night(Night(demo.now, demo.places, demo.settings, say, doing=status.update))
    if report.release is None:
        return report
    _show_next(demo)
    with served(demo.places.current, demo.port) as address:
        demo.console.print(
            f"\nThe site is served at {address} (sample data, on this machine only).", style="bold green"
        )
        if demo.stay:
            demo.console.print("Stop it with Ctrl-C.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        else:
            _look(demo.console, address)
    return report


def _show_next(demo: Demo) -> None:
    profile = answers.read_profile(None, demo.places, demo.now)
    with answers.open_existing(demo.places) as catalog:
        found = answers.answer(profile, catalog, demo.places, demo.now, SHOWN)
    demo.console.print("\nWhat the sample technician still needs, and what to take next:", style="bold")
    demo.console.print(tables.owed_table(found.owed), highlight=False)
    tables.show(demo.console, tables.suggestion_lines(found.suggestions))


def _look(console: Console, address: str) -> None:
    """Fetch a few pages as a visitor would, and say what came back."""
    for path in PAGES_TRIED:
        with urllib.request.urlopen(address + path) as page:  # noqa: S310 - our own address on loopback
            console.print(f"  {page.status} /{path} {len(page.read())} bytes", highlight=False)
