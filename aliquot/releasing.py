"""The night's last part: render beside the live release, verify, swap, and bring the release to where it is served."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aliquot import targets
from aliquot.answers import answer
from aliquot.documents import plain
from aliquot.errors import CommandError
from aliquot.night import Night, NightReport, counted
from aliquot.publish import BUILDING, clear_unfinished, current_release, prune, publish, release_name
from aliquot.settings import Settings
from aliquot.understanding import code_hash
from aliquot.verdicts import Need as Urgency
from aliquot.verdicts import verdicts
from catalog import queries, store
from recommend.index import open_index
from recommend.profile import sample_profile
from recommend.rank import Ranking
from recommend.rules import load_credentials
from render.answer import SampleAnswer
from render.build import build_site
from render.neighbors import neighbors
from render.settings import SiteSettings
from render.snapshot import Need
from render.verify import verify

SAMPLE_SUGGESTIONS = 20
"""How long the sample technician's list on the site is."""

STAMP = "published.json"
LIVE_SHARE_LOST = 0.5
LIVE_TO_JUDGE = 20
ACCEPT_PAGES = "pages"
ACCEPT_LIVE = "live"
BYTES_AT_MOST = 950_000_000
"""The forge's pages end at a gigabyte."""

PAGE_BYTES_AT_MOST = 1_000_000
SHOWN_OF_MANY = 5


def release_site(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Render, verify, and publish what has no fault. Where nothing at all is new, the live release stays."""
    places = night.places
    places.releases.mkdir(parents=True, exist_ok=True)
    clear_unfinished(places.releases)
    live = current_release(places.current)
    before = _read_stamp(places.home / STAMP)
    stamp = _stamp(night, catalog)
    report.live = stamp["live"]
    asked_anyway = night.dry_run or night.full or night.only_pages is not None
    if live is not None and before is not None and before == {**stamp, "release": live.name} and not asked_anyway:
        night.say("render: nothing new")
        _deliver(night, report, live)
        return
    night.doing("render: writing the site")
    name = release_name(night.now, places.releases)
    building = places.releases / f"{BUILDING}{name}"
    built = build_site(
        catalog,
        building,
        now=night.now,
        settings=site_settings(night.settings, sample=places.sample),
        credentials=load_credentials(places.overlay("credentials")),
        answer=_sample_answer(night, catalog),
        previous=live,
        full=night.full,
        only=night.only_pages,
        similar=neighbors(_ranking(night, catalog)),
        needs=tuple(_needs(catalog, report)),
    )
    report.counts["render"] = plain(built)
    night.say(f"render: {counted(report.counts['render'])}")
    night.doing("verify: looking at every page")
    found = [str(problem) for problem in verify(building, live)]
    found += _lost(night, building, live, before, stamp["live"])
    report.problems += tuple(found)
    for problem in found:
        night.say(f"verify: {problem}")
    if report.problems or night.dry_run:
        shutil.rmtree(building)
        return
    release = places.releases / name
    building.rename(release)
    publish(release, places.current)
    _write_stamp(places.home / STAMP, {**stamp, "release": name})
    prune(places.releases, places.current, night.settings.keep_releases)
    night.say(f"publish: {name}")
    _deliver(night, report, release)


def _deliver(night: Night, report: NightReport, release: Path) -> None:
    """Bring the release to its target; what cannot be delivered is not published where visitors are."""
    try:
        target = None if night.places.sample else night.settings.publish_to
        where = targets.deliver(target, release, sample=night.places.sample)
    except CommandError as error:
        report.problems = (*report.problems, str(error))
        night.say(f"publish: {error}")
        return
    report.release = release.name
    if where is not None:
        night.say(f"publish: {where}")


def _lost(
    night: Night, building: Path, live: Path | None, before: dict[str, Any] | None, now_live: int
) -> Iterator[str]:
    """What verification of one release cannot see: pages and listings that the last release had, and its size."""
    files = [file for file in building.rglob("*") if file.is_file()]
    total = sum(file.stat().st_size for file in files)
    if total > BYTES_AT_MOST:
        yield f"the site holds {total / 1e6:.0f} MB, more than {BYTES_AT_MOST / 1e6:.0f} MB"
    for file in files:
        if file.suffix == ".html" and file.stat().st_size > PAGE_BYTES_AT_MOST:
            yield f"{file.relative_to(building)}: {file.stat().st_size} bytes are too many for one page"
    if live is not None and ACCEPT_PAGES not in night.accepted:
        gone = sorted(_pages(live) - _pages(building))
        if gone:
            shown = ", ".join(gone[:SHOWN_OF_MANY]) + (" ..." if len(gone) > SHOWN_OF_MANY else "")
            yield f"{len(gone)} pages are gone without a redirect: {shown} (meant so? add --accept {ACCEPT_PAGES})"
    was_live = before.get("live", 0) if before else 0
    if was_live >= LIVE_TO_JUDGE and now_live < (1 - LIVE_SHARE_LOST) * was_live and ACCEPT_LIVE not in night.accepted:
        yield (
            f"only {now_live} of {was_live} listings can still be taken on {night.today} "
            f"(is the clock right? meant so? add --accept {ACCEPT_LIVE})"
        )


def _pages(release: Path) -> set[str]:
    """The addresses that people keep: one page an opportunity, redirects included."""
    return {page.parent.name for page in release.glob("o/*/index.html")}


def _stamp(night: Night, catalog: store.Catalog) -> dict[str, Any]:
    """Everything that a release is made from; where it is the same, the release would be."""
    opportunities = queries.opportunities(catalog)
    health = [
        (source.id, source.read_on, source.health and (source.health.finish, source.health.cause), source.rejected)
        for source in queries.sources(catalog)
    ]
    overlay = night.places.overlay("credentials")
    rules = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(overlay.glob("**/*.toml"))]
    made_from = (
        queries.fingerprint(catalog),
        night.today,
        code_hash("render"),
        code_hash("recommend"),
        site_settings(night.settings, sample=night.places.sample).model_dump(mode="json"),
        health,
        rules,
    )
    return {
        "made_from": hashlib.sha256(repr(made_from).encode()).hexdigest(),
        "live": sum(opportunity.is_live(night.today) for opportunity in opportunities),
    }


def _read_stamp(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write_stamp(file: Path, stamp: dict[str, Any]) -> None:
    waiting = file.with_name(f".{file.name}.new")
    waiting.write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    waiting.replace(file)


def site_settings(settings: Settings, *, sample: bool) -> SiteSettings:
    """What the pages tell of their host. Sample data stays on this machine, whatever the address of the real site."""
    if sample:
        return SiteSettings(sample=True, host_name=settings.host_name)
    return SiteSettings(
        base_url=settings.base_url,
        host_name=settings.host_name,
        host_sells=settings.host_sells,
        contact=_contact_link(settings.contact),
    )


def _contact_link(contact: str | None) -> str | None:
    """A contact as a link: an address of a page stays, an e-mail address gets its scheme."""
    if not contact or contact.startswith(("https:", "mailto:")):
        return contact or None
    return f"mailto:{contact}"


def _ranking(night: Night, catalog: store.Catalog) -> Ranking:
    index = open_index(night.places.index, queries.fingerprint(catalog))
    return Ranking(queries.opportunities(catalog), queries.packages(catalog), index, night.today)


def _needs(catalog: store.Catalog, report: NightReport) -> Iterator[Need]:
    """What the status page asks of somebody: what a guard held back first, then the sources that fail."""
    names = {source.id: source.name for source in queries.sources(catalog)}
    for source, loss in report.held.items():
        accept = f"Look at its pages; if they are right: `aliquot nightly --source {source} --accept {source}`."
        yield Need(names.get(source, source), f"held back, its listings stand as they were: {loss}.", accept)
    for verdict in verdicts(queries.sources(catalog)):
        if verdict.need is not Urgency.NOTHING and verdict.source not in report.held:
            said = verdict.sentence.removeprefix(f"{verdict.name}: ")
            yield Need(verdict.name, said, verdict.action, verdict.need is not Urgency.WAIT)


def _sample_answer(night: Night, catalog: store.Catalog) -> SampleAnswer:
    profile = sample_profile(night.places.sample_anchor(night.today) if night.places.sample else night.today)
    found = answer(profile, catalog, night.places, night.now, SAMPLE_SUGGESTIONS)
    return SampleAnswer(profile=found.profile, owed=found.owed, suggestions=found.suggestions)
