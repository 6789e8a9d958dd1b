"""The small catalog of :mod:`small_catalog` built as a site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from small_catalog import NOW, TODAY, opportunities, snapshot

from recommend.index import build_index
from recommend.profile import sample_profile
from recommend.rank import suggest
from recommend.rules import load_credentials
from recommend.shortfall import owed
from render.answer import SampleAnswer
from render.build import BuildReport, Job, build
from render.settings import SiteSettings

BASE_URL = "http://127.0.0.1:8000/ce/"

KINDS_OF_PAGE = (
    "/",
    "/browse/",
    "/browse/page/2/",
    "/o/o01/",
    "/o/o03/",
    "/o/o04/",
    "/o/o06/",
    "/o/o14/",
    "/o/o99/",
    "/kind/course/",
    "/topic/",
    "/topic/hematology/",
    "/provider/society/",
    "/credit/pace/",
    "/free/",
    "/free-credit/pace/",
    "/upcoming/",
    "/next-30-days/",
    "/live-this-week/",
    "/expiring/",
    "/length/15/",
    "/state/fl/",
    "/calendar/",
    "/calendar/2026-12/",
    "/where-to-look/",
    "/search/",
    "/next/",
    "/plan/",
    "/team/",
    "/guides/my-plan/",
    "/credentials/",
    "/credentials/ascp-mlt/",
    "/credentials/us-fl-technician/",
    "/guides/",
    "/guides/renewal/",
    "/changes/",
    "/ranking/",
    "/data/",
    "/status/",
    "/status/labschool/",
    "/about/",
    "/privacy/",
    "/404.html",
)
"""One page, or more, of every kind."""


@dataclass(frozen=True)
class Site:
    """A built site and what its build reported."""

    folder: Path
    settings: SiteSettings
    report: BuildReport

    def read(self, path: str) -> str:
        """The text of one file."""
        return (self.folder / path).read_text(encoding="utf-8")

    @property
    def pages(self) -> list[Path]:
        """Every HTML file."""
        return sorted(self.folder.rglob("*.html"))


def build_small(folder: Path, base_url: str = BASE_URL, previous: Path | None = None) -> Site:
    """Build the small catalog, with a base path, small pages, search and compressed copies."""
    settings = SiteSettings(sample=True, base_url=base_url, page_size=6)
    credentials = load_credentials()
    profile = sample_profile(TODAY)
    views = opportunities()
    suggestions = suggest(profile, views, (), credentials, build_index(views), NOW)
    answer = SampleAnswer(profile, owed(profile, credentials, TODAY), tuple(suggestions))
    report = build(Job(snapshot(), TODAY, settings, credentials, answer, previous), folder)
    return Site(folder, settings, report)
