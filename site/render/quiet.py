"""A quiet night: nothing that a page shows has changed, so the release is last night's with tonight's status.

Pages hold nothing that changes by itself; only ``/status/`` and ``status.json`` tell when we last looked. Everything
else becomes a hard link, and of what renders a site nothing but the status page's templates is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from recommend.credential import Credential
from render.assets import hashed_assets, load_assets
from render.compress import compress_written
from render.output import Output
from render.press import Press
from render.report import BuildReport
from render.settings import SiteSettings
from render.snapshot import Snapshot
from render.status import write_status
from render.templating import environment

FOLDER, DOCUMENT = "status", "status.json"


def carry_on(  # noqa: PLR0913, PLR0917 - what a build is given, without the opportunities
    snapshot: Snapshot,
    credentials: Mapping[str, Credential],
    settings: SiteSettings,
    live: int,
    previous: Path,
    folder: Path,
) -> BuildReport:
    """The release ``previous`` again in the fresh ``folder``, with the status as it is now.

    Of ``snapshot`` the sources, the runs, the watched rules and what is needed are read; ``live`` is the number of
    listings that can be taken.
    """
    report = BuildReport(live=live)
    written: list[str] = []
    linked: list[str] = []
    with report.timed("link"):
        report.linked = _link_all(str(previous), str(folder))
    with report.timed("status"):
        output = Output(folder, previous, lambda path, is_linked: (linked if is_linked else written).append(path))
        names = {name: hashed for name, (hashed, _content) in hashed_assets(load_assets()).items()}
        press = Press(output, environment(settings, names, folder.parent), settings)
        write_status(press, snapshot, credentials, live)
    if settings.compress:
        with report.timed("compress"):
            compress_written(output, written, linked)
    report.written, report.bytes = output.counts.written, output.counts.bytes
    report.linked += output.counts.linked
    return report


def _link_all(source: str, target: str, *, top: bool = True) -> int:
    """Link every file but the status; gives back how many."""
    os.mkdir(target)  # noqa: PTH102 - with plain strings twenty thousand links take half the time
    links = 0
    with os.scandir(source) as entries:
        for entry in entries:
            if top and (entry.name == FOLDER or entry.name.startswith(DOCUMENT)):
                continue
            path = f"{target}/{entry.name}"
            if entry.is_dir():
                links += _link_all(entry.path, path, top=False)
            else:
                os.link(entry.path, path)
                links += 1
    return links
