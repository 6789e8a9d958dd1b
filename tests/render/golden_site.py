"""The golden site: a small catalog's pages as files, compared as they stand.

``python tests/render/golden_site.py`` builds it again after a meant change. Look at the difference first.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent), str(HERE.parent.parent / "site")]

from dataclasses import replace  # noqa: E402 - the path is set above

from small_catalog import TODAY, opportunities, snapshot  # noqa: E402

from catalog.listing import CreditUnit  # noqa: E402
from recommend.credential import (  # noqa: E402
    Acceptance,
    Accepts,
    Confidence,
    Credential,
    CycleKind,
    CycleRule,
    Figure,
    Requirement,
    RequirementKind,
    RuleSource,
    Unit,
)
from render.build import Job, build  # noqa: E402
from render.settings import SiteSettings  # noqa: E402

GOLDEN = HERE / "golden"
TREE = "tree.txt"
CHOSEN = {"o01", "o06", "o08", "o10", "o14"}
HASHED = re.compile(r"\b([a-z]+)\.[0-9a-f]{10}\.(css|js|svg|json)\b")
FILES = (
    "index.html",
    "browse/index.html",
    "o/o01/index.html",
    "o/o06/index.html",
    "o/o06/event.ics",
    "o/o08/index.html",
    "o/o10/index.html",
    "o/o14/index.html",
    "o/o99/index.html",
    "topic/index.html",
    "topic/hematology/index.html",
    "topic/hematology/feed.atom",
    "topic/hematology/feed.json",
    "live-this-week/index.html",
    "expiring/index.html",
    "calendar/index.html",
    "calendar/2026-12/index.html",
    "upcoming/calendar.ics",
    "credentials/index.html",
    "credentials/sample-mlt/index.html",
    "where-to-look/index.html",
    "search/index.html",
    "next/index.html",
    "changes/index.html",
    "status/index.html",
    "status/society/index.html",
    "status.json",
    "data/index.html",
    "guides/renewal/index.html",
    "404.html",
    "sitemap.xml",
    "robots.txt",
    "opensearch.xml",
)
"""One file of every kind is kept whole; of the others only the name stands in the tree."""


def credential() -> Credential:
    """A rule of its own, so that the golden site does not move with the real rules."""
    source = RuleSource(url="https://board.example/rule", title="The board's page", dated="2025", read_on=TODAY)
    sure = {"confidence": Confidence.HIGH, "source": "page"}
    return Credential(
        id="sample-mlt",
        name="Sample technician",
        short_name="MLT(Sample)",
        body="sample",
        body_name="Board of the Sample",
        jurisdiction="nowhere",
        unit=Unit.POINTS,
        cycle=CycleRule(kind=CycleKind.ANNIVERSARY, months=36, confidence=Confidence.HIGH, source="page"),
        total=Figure.model_validate({"value": 36, **sure}),
        requirements=(
            Requirement.model_validate(
                {
                    "id": "hematology",
                    "label": "Hematology",
                    "topics": ["hematology"],
                    "needed": {"value": 2, "confidence": "medium", "source": "page"},
                }
            ),
            Requirement(id="related", label="Any laboratory area", kind=RequirementKind.REMAINDER),
        ),
        accepts=(
            Accepts.model_validate(
                {
                    "id": "hours",
                    "label": "CE with assigned hours",
                    "units": [CreditUnit.PACE, CreditUnit.CONTACT_HOUR],
                    "acceptance": Acceptance.SHOULD,
                    "per_unit": {"value": 1, **sure},
                }
            ),
        ),
        sources={"page": source},
    )


def golden_files(folder: Path) -> dict[str, str]:
    """The names of all files of the golden site, and the chosen ones with their text; hashes of assets left out."""
    views = [view for view in opportunities() if view.id in CHOSEN]
    settings = SiteSettings(sample=True, search=False, compress=False)
    rules = {"sample-mlt": credential()}
    build(Job(replace(snapshot(), opportunities=views), TODAY, settings, rules), folder)
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    shown = sorted(HASHED.sub(r"\1.\2", name) for name in names if not name.startswith("assets/planner/"))
    found = {TREE: "\n".join(shown) + "\n"}
    found |= {name: HASHED.sub(r"\1.\2", (folder / name).read_bytes().decode()) for name in FILES}
    return found


def refresh() -> None:
    """Write the golden site again."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with TemporaryDirectory() as folder:
        for name, text in golden_files(Path(folder) / "site").items():
            file = GOLDEN / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())


if __name__ == "__main__":
    refresh()
