"""The night's last part: render beside the live release, verify, swap, and bring the release to where it is served.

Where nothing that pages show has changed, and no day has come on which a list would change, the release is last
night's with tonight's status (:mod:`render.quiet`); what renders a whole site is then not even loaded.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from aliquot import targets
from aliquot.documents import plain
from aliquot.errors import CommandError
from aliquot.night import Night, NightReport, counted
from aliquot.publish import BUILDING, NEVER, STAMP, clear_unfinished, current_release, prune, publish, release_name
from aliquot.settings import Settings
from aliquot.verdicts import Need as Urgency
from aliquot.verdicts import verdicts
from catalog import queries, store
from catalog.code import code_hash
from catalog.rule_pages import rule_pages
from recommend.rules import load_credentials
from render.quiet import carry_on
from render.report import BuildReport
from render.settings import SiteSettings
from render.snapshot import RUNS_SHOWN, Need, Snapshot
from render.verify import files_of, opportunities_of, verify

LIVE_SHARE_LOST = 0.5
LIVE_TO_JUDGE = 20
ACCEPT_PAGES = "pages"
ACCEPT_LIVE = "live"
BYTES_AT_MOST = 950_000_000
"""The forge's pages end at a gigabyte."""

PAGE_BYTES_AT_MOST = 1_000_000
SHOWN_OF_MANY = 5

OF_SEVERAL = "pages of several builds"
"""What a release is made from of which only some pages were rendered: no night carries it on."""

ANSWER_HOLDS = timedelta(days=7)
"""The sample technician's list depends on the day a little, as deadlines come nearer; it is made anew within a week."""


class Published(BaseModel):
    """What is remembered of the release that was published last; a file in the home.

    ``made_from`` is the hash of everything that its pages are made from, ``status_from`` that of what its status page
    tells beyond that, ``code`` that of our own code; ``made_on`` the day for which its lists were made,
    ``holds_through`` the last day on which all of them stay as they are (``None``: for as long as the facts do).
    ``live`` listings can be taken.
    """

    model_config = ConfigDict(frozen=True)

    release: str
    made_from: str
    status_from: str
    code: str
    made_on: date
    holds_through: date | None
    live: int

    def holds(self, today: date) -> bool:
        """Whether every list of the release is right on a day."""
        last = min(self.made_on + ANSWER_HOLDS, self.holds_through or date.max)
        return self.made_on <= today <= last


@dataclass(frozen=True, slots=True)
class Live:
    """The release that visitors see, what is known of it, and when it was verified on this machine, if ever (seconds
    since 1970).
    """

    release: Path
    about: Published
    verified_at: float | None


def release_site(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Render, verify, and publish what has no fault. Where nothing at all is new, the live release stays."""
    places = night.places
    places.releases.mkdir(parents=True, exist_ok=True)
    clear_unfinished(places.releases)
    needs = tuple(_needs(catalog, report))
    made_from, status_from = _made_from(night, catalog), _status_from(night, catalog, needs)
    live = _live(night)
    stands = live is not None and _stands(night, live.about, made_from)
    if live is not None and stands and live.about.status_from == status_from and live.verified_at is not None:
        night.say("render: nothing new")
        report.live = live.about.live
        _deliver(night, report, live.release)
        return
    name = release_name(night.now, places.releases)
    building = places.releases / f"{BUILDING}{name}"
    if live is not None and stands:
        built = _carried_on(night, catalog, needs, live, building)
        about = live.about.model_copy(update={"release": name, "status_from": status_from})
    else:
        built = _rendered(night, catalog, needs, building)
        about = Published(
            release=name,
            made_from=made_from if night.only_pages is None else OF_SEVERAL,
            status_from=status_from,
            code=_code(),
            made_on=night.today,
            holds_through=built.holds_through,
            live=built.live,
        )
    report.live = about.live
    report.counts["render"] = plain(built)
    night.say(f"render: {counted(report.counts['render'])}")
    if _is_faultless(night, building, live, about, report) and not night.dry_run:
        _publish(night, building, about)
        night.say(f"publish: {name}")
        _deliver(night, report, places.releases / name)
    else:
        shutil.rmtree(building)


def _stands(night: Night, about: Published, made_from: str) -> bool:
    """Whether the live release is what a build of tonight would be, and nobody asks for another."""
    asked_anyway = night.dry_run or night.full or night.only_pages is not None
    return not asked_anyway and about.made_from == made_from and about.holds(night.today)


def _live(night: Night) -> Live | None:
    """The live release, where what was written down when it was published is of this very one."""
    release = current_release(night.places.current)
    file = night.places.home / STAMP
    about = _read(file)
    if release is None or about is None or about.release != release.name:
        return None
    stamped = file.stat().st_mtime
    return Live(release, about, None if stamped == NEVER else stamped)


def _carried_on(
    night: Night, catalog: store.Catalog, needs: tuple[Need, ...], live: Live, building: Path
) -> BuildReport:
    """Last night's pages with tonight's status."""
    night.doing("render: writing the status")
    snapshot = Snapshot(
        opportunities=(),
        sources=queries.sources(catalog),
        runs=queries.runs(catalog, RUNS_SHOWN),
        data_date=queries.data_date(catalog),
        rule_pages=rule_pages(catalog),
        needs=needs,
    )
    credentials = load_credentials(night.places.overlay("credentials"))
    settings = site_settings(night.settings, sample=night.places.sample)
    return carry_on(snapshot, credentials, settings, live.about.live, live.release, building)


def _rendered(night: Night, catalog: store.Catalog, needs: tuple[Need, ...], building: Path) -> BuildReport:
    """A release of tonight, with what did not change linked from the live one."""
    night.doing("render: writing the site")
    from aliquot.rendering import render_site  # noqa: PLC0415 - takes long to load, and a quiet night needs it not

    settings = site_settings(night.settings, sample=night.places.sample)
    return render_site(night, catalog, settings, needs, building)


def _is_faultless(night: Night, building: Path, live: Live | None, about: Published, report: NightReport) -> bool:
    """Whether a release, and the night so far, has nothing that keeps it from being published; what has is reported."""
    night.doing("verify: looking at what is new")
    before = current_release(night.places.current)
    as_now = live is not None and live.about.code == about.code
    found = [str(problem) for problem in verify(building, before, live.verified_at if live and as_now else None)]
    found += _lost(night, building, before, _read(night.places.home / STAMP), about.live)
    report.problems += tuple(found)
    for problem in found:
        night.say(f"verify: {problem}")
    return not report.problems


def _publish(night: Night, building: Path, about: Published) -> None:
    places = night.places
    release = places.releases / about.release
    building.rename(release)
    publish(release, places.current)
    _write(places.home / STAMP, about)
    prune(places.releases, places.current, night.settings.keep_releases)


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


def _lost(night: Night, building: Path, live: Path | None, before: Published | None, now_live: int) -> Iterator[str]:
    """What verification of one release cannot see: pages and listings that the last release had, and its size."""
    files = files_of(building)
    total = sum(file.st_size for file in files.values())
    if total > BYTES_AT_MOST:
        yield f"the site holds {total / 1e6:.0f} MB, more than {BYTES_AT_MOST / 1e6:.0f} MB"
    for name, file in files.items():
        if name.endswith(".html") and file.st_size > PAGE_BYTES_AT_MOST:
            yield f"{name}: {file.st_size} bytes are too many for one page"
    if live is not None and ACCEPT_PAGES not in night.accepted:
        gone = sorted(opportunities_of(files_of(live)) - opportunities_of(files))
        if gone:
            shown = ", ".join(gone[:SHOWN_OF_MANY]) + (" ..." if len(gone) > SHOWN_OF_MANY else "")
            yield f"{len(gone)} pages are gone without a redirect: {shown} (meant so? add --accept {ACCEPT_PAGES})"
    was_live = before.live if before else 0
    if was_live >= LIVE_TO_JUDGE and now_live < (1 - LIVE_SHARE_LOST) * was_live and ACCEPT_LIVE not in night.accepted:
        yield (
            f"only {now_live} of {was_live} listings can still be taken on {night.today} "
            f"(is the clock right? meant so? add --accept {ACCEPT_LIVE})"
        )


def _made_from(night: Night, catalog: store.Catalog) -> str:
    """A hash of everything that pages are made from, but the day: where it is the same, they would be."""
    overlay = night.places.overlay("credentials")
    rules = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(overlay.glob("**/*.toml"))]
    settings = site_settings(night.settings, sample=night.places.sample)
    return _digest((queries.whole_fingerprint(catalog), _code(), settings.model_dump(mode="json"), rules))


def _status_from(night: Night, catalog: store.Catalog, needs: tuple[Need, ...]) -> str:
    """A hash of what the status page tells beyond that. A second run of one day that went alike tells nothing new."""
    health = [
        (source.id, source.read_on, source.health and (source.health.finish, source.health.cause), source.rejected)
        for source in queries.sources(catalog)
    ]
    return _digest((night.today, health, needs))


def _code() -> str:
    return _digest([code_hash(room) for room in ("aliquot", "catalog", "recommend", "render")])


def _digest(parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _read(file: Path) -> Published | None:
    """What was written down; ``None`` where nothing was, or by another version."""
    try:
        return Published.model_validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None


def _write(file: Path, about: Published) -> None:
    waiting = file.with_name(f".{file.name}.new")
    waiting.write_text(about.model_dump_json() + "\n", encoding="utf-8")
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
