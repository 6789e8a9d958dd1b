"""A source: one place that publishes, told in one TOML file of ten to thirty-five lines.

The files lie in ``crawlers/sources/``; an operator's own folder is merged over them, a file of the same name winning
whole. What a spider needs to know of a site stands here and nowhere in code; what nobody has proven about the site
stands in ``unseen``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationError, model_validator

from catalog.errors import BadInputError
from catalog.listing import (
    CreditUnit,
    Currency,
    Delivery,
    Frozen,
    HttpUrl,
    Identifier,
    Kind,
    PackageCover,
    PackageEffect,
    ShortText,
    Visibility,
)
from catalog.spool import Claim, DirectoryEntry, SourceFacts

Way = Literal[
    "labelled_pages",
    "structured_data",
    "icalendar",
    "feed",
    "events_calendar",
    "woocommerce",
    "drupal",
    "moodle",
    "program_catalog",
    "one_page",
    "spreadsheet",
]
"""The ways of publishing: each names the module of ``crawlers/spiders`` that reads it."""

FieldName = Literal[
    "title",
    "kind",
    "summary",
    "credits",
    "approval",
    "course_number",
    "subject",
    "price",
    "member_price",
    "date",
    "times",
    "end_date",
    "duration",
    "delivery",
    "place",
    "level",
    "audience",
    "language",
    "captions",
    "available_from",
    "available_through",
    "apply_by",
    "claim_by",
    "prerequisites",
    "leads_to",
    "registration",
    "recorded",
    "status",
    "seats",
    "key",
    "url",
]
"""The words for what stands on a page; one vocabulary for labels, columns and items."""

INHERITED = frozenset(
    (
        "spider",
        "kind",
        "kinds",
        "approvals",
        "delivery",
        "zone",
        "currency",
        "language",
        "catalog_family",
        "pages",
        "labels",
        "in_title",
        "in_url",
        "title_drop",
    )
)
"""What a source takes over from the one it is ``like``: how its pages are written, never who publishes them."""

SAMPLE_SUFFIX = ".example"
CODE_OF_EXTRACTION = (
    *("extract", "spiders", "draft.py", "fields.py", "freetext.py", "jsonpages.py", "labels.py", "metadata.py"),
    *("money_units.py", "page.py", "pipelines.py", "schema_org.py"),
)
LIBRARIES_OF_EXTRACTION = ("chompjs", "dateparser", "extruct", "icalendar", "price-parser", "recurring-ical-events")


class SourceError(BadInputError):
    """A source's TOML that cannot be used; names file, line where it can be told, and field."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


ZONES = available_timezones()
"""The zones of the IANA database; looking for them reads some hundred files."""


def _is_known_zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError(f"{name!r} is no zone of the IANA database")
    return name


Zone = Annotated[str, AfterValidator(_is_known_zone)]


class PagesHint(Frozen):
    """Which links of a site are followed, and which part of a page is read.

    Patterns are searched in the whole URL. ``items`` are pages of one thing, ``lists`` further pages of links (paging);
    ``deny`` wins over both. ``key`` has one group: the provider's own key within the URL. Text below a line that
    begins with one of ``stop`` is a cross-sell box or a footer and is not read; ``require`` must be found in the text
    of an item page, else the page is no offer of CE and is passed over.
    """

    items: tuple[Pattern, ...] = ()
    lists: tuple[Pattern, ...] = ()
    deny: tuple[Pattern, ...] = ()
    key: Pattern | None = None
    stop: tuple[ShortText, ...] = ()
    require: Pattern | None = None
    year_in_key: bool = False


class KindHint(Frozen):
    """The kind of what matches: the pattern is searched in title and URL."""

    match: Pattern
    kind: Kind


class PackageHint(Frozen):
    """A package of the provider: its price is read from the page's line that holds ``label``, its reach stands here."""

    key: Identifier
    name: ShortText
    label: ShortText
    covers: PackageCover
    effect: PackageEffect = PackageEffect.FREE
    percent: int | None = None
    cap_hours: int | None = None
    days: int | None = None


class Limits(Frozen):
    """The bounds of one source's crawl: seconds, bytes, and counts."""

    seconds: float = Field(default=1800, gt=0, le=86_400)
    pages: int = Field(default=5000, gt=0, le=200_000)
    items: int = Field(default=10_000, gt=0, le=200_000)
    depth: int = Field(default=60, ge=0, le=500, description="links from the start; each page of a list is one")
    redirects: int = Field(default=5, ge=0, le=20)
    page_bytes: int = Field(default=8_000_000, gt=0, le=100_000_000, description="of one page, also once unpacked")
    page_seconds: float = Field(default=60, gt=0, le=600)


class Source(Frozen):
    """One place that publishes. See ``docs/adding-a-provider.md`` for what to write in which key."""

    id: Identifier
    name: ShortText
    provider: Identifier
    provider_name: ShortText | None = None
    family: Identifier | None = None
    catalog_family: Identifier | None = None
    priority: int = Field(default=50, ge=0, le=100)
    site: HttpUrl | None = None
    spider: Way
    start: tuple[HttpUrl, ...] = Field(default=(), max_length=50)
    hosts: tuple[str, ...] = ()
    enabled: bool = True
    disabled_because: ShortText | None = None
    alias_of: Identifier | None = None
    proof: Literal["seen", "documented", "assumed"]
    unseen: str | None = None
    terms: HttpUrl | None = None
    visibility: Visibility = Visibility.PUBLIC

    kind: Kind | None = None
    kinds: tuple[KindHint, ...] = ()
    approvals: tuple[CreditUnit, ...] = ()
    delivery: Delivery | None = None
    zone: Zone | None = None
    currency: Currency | None = None
    language: ShortText | None = None
    member_of: ShortText | None = None
    horizon_days: int = Field(default=400, gt=0, le=1500)

    title_drop: tuple[Pattern, ...] = Field(default=(), description="decoration of titles: '(Online CE Course)'")
    pages: PagesHint = PagesHint()
    labels: dict[FieldName, tuple[ShortText, ...]] = Field(default_factory=dict)
    in_title: dict[FieldName, Pattern] = Field(default_factory=dict, description="what stands in the title itself")
    in_url: dict[FieldName, Pattern] = Field(default_factory=dict, description="what stands in the address itself")
    like: Identifier | None = Field(default=None, description="the source whose way of writing this one shares")
    packages: tuple[PackageHint, ...] = ()
    floors: dict[str, float] = Field(default_factory=dict, description="the share of listings that must hold a field")
    limits: Limits = Limits()
    claim: Claim | None = None
    directory: DirectoryEntry | None = None

    fingerprint: str = Field(default="", description="hash of the TOML's bytes, set by the loader")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.enabled and not self.start:
            raise ValueError("start: an enabled source needs an address to start from")
        if not self.enabled and not self.disabled_because:
            raise ValueError("disabled_because: say why this source is not crawled")
        if self.proof == "assumed" and not self.unseen:
            raise ValueError("unseen: an assumed layout says what nobody has seen of it")
        denied = [f"{host} ({denied_hosts()[host]})" for host in sorted(self.all_hosts & denied_hosts().keys())]
        if denied:
            raise ValueError(f"start: on the deny-list: {', '.join(denied)}")
        if self.enabled and self.proof == "assumed" and not self.only_sample:
            raise ValueError("enabled: a layout that is only assumed cannot be crawled outside the sample web")
        return self

    def __hash__(self) -> int:
        """By id and contents, so that what is computed from a source can be kept."""
        return hash((self.id, self.fingerprint))

    @cached_property
    def all_hosts(self) -> frozenset[str]:
        """The hosts this source may be read from: those of ``start`` and those named in ``hosts``."""
        return frozenset({urlsplit(url).hostname or "" for url in self.start} | {host.lower() for host in self.hosts})

    @property
    def only_sample(self) -> bool:
        """Whether every host is a ``.example`` host, which exists nowhere but on the sample web."""
        return bool(self.all_hosts) and all(host.endswith(SAMPLE_SUFFIX) for host in self.all_hosts)

    @property
    def listing_family(self) -> str:
        """The name space of its listings' keys: its own unless the TOML shares one."""
        return self.family or self.id

    def facts(self, sample: bool) -> SourceFacts:
        """What the catalog keeps of this source. ``sample`` tells whether it is read from the sample web."""
        return SourceFacts(
            id=self.id,
            name=self.name,
            provider=self.provider,
            provider_name=self.provider_name or self.name,
            family=self.listing_family,
            catalog_family=self.catalog_family,
            priority=self.priority,
            url=self.site or (self.start[0] if self.start else self.directory.url if self.directory else ""),
            spider=self.spider,
            proof=self.proof,
            enabled=self.enabled,
            sample=sample or self.only_sample,
            unseen=self.unseen,
            claim=self.claim,
            directory=self.directory,
        )

    def extractor_hash(self) -> str:
        """Hash of all that decides what is read from a page: the code, its libraries, and this TOML.

        A page that was read under another hash is fetched without conditions, so that a better extractor sees it again.
        """
        return hashlib.sha256(f"{code_hash()}:{self.fingerprint}".encode()).hexdigest()[:32]


@cache
def denied_hosts() -> Mapping[str, str]:
    """Hosts that no source may name, with the reason: mirrors, guide sites, log-ins."""
    raw = tomllib.loads(resources.files("crawlers").joinpath("deny_list.toml").read_text(encoding="utf-8"))
    return {host: reason for group in raw.values() for host, reason in group.items()}


@cache
def code_hash() -> str:
    """Hash of the modules and of the libraries' versions that turn a page into values."""
    digest = hashlib.sha256()
    room = Path(__file__).parent
    paths = [room / name for name in CODE_OF_EXTRACTION] + [room.parent / "catalog" / "listing.py"]
    for path in sorted(file for top in paths for file in (sorted(top.rglob("*.py")) if top.is_dir() else [top])):
        digest.update(path.relative_to(room.parent).as_posix().encode())
        digest.update(path.read_bytes())
    for library in LIBRARIES_OF_EXTRACTION:
        digest.update(f"{library}={version(library)}".encode())
    return digest.hexdigest()


def load_sources(overlay: Path | None = None) -> dict[str, Source]:
    """Every source by id: those of the wheel, with the files of the ``overlay`` folder laid over them.

    Raises :class:`SourceError` for the first file that cannot be used.
    """
    folder = resources.files("crawlers").joinpath("sources")
    files = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".toml")}
    places = {name: f"crawlers/sources/{name}" for name in files}
    if overlay is not None and overlay.is_dir():
        for path in sorted(overlay.glob("*.toml")):
            files[path.name] = path.read_bytes()
            places[path.name] = str(path)
    return dict(_parsed(tuple((name, places[name], raw) for name, raw in sorted(files.items()))))


@lru_cache(maxsize=2)
def _parsed(files: tuple[tuple[str, str, bytes], ...]) -> Mapping[str, Source]:
    """Sources of files by name, place and bytes; what a process has read once it does not parse again."""
    by_name = {name: raw for name, _place, raw in files}
    found = {}
    for _name, place, raw in files:
        source = read_source(raw, place, lambda identity: by_name.get(f"{identity.replace('-', '_')}.toml"))
        found[source.id] = source
    _check_aliases(found)
    return found


def read_source(raw: bytes, place: str, bytes_of: Callable[[str], bytes | None] = lambda _: None) -> Source:
    """One source from the bytes of its TOML. Its id is the file's name without ``.toml``, underscores as hyphens.

    ``bytes_of`` gives the TOML of the source that this one is ``like``. Raises :class:`SourceError`.
    """
    table = _parse(raw, place)
    if "id" in table or "fingerprint" in table:
        raise SourceError(f"{place}: id: a source is named by its file")
    fingerprint = hashlib.sha256(raw)
    if "like" in table:
        model = bytes_of(str(table["like"]))
        if model is None:
            raise SourceError(f"{place}: like: there is no source {table['like']!r}")
        fingerprint.update(model)
        inherited = {key: value for key, value in _parse(model, f"{table['like']}.toml").items() if key in INHERITED}
        table = {**inherited, **table, **_merged(inherited, table)}
    identity = Path(place).stem.replace("_", "-")
    try:
        return Source.model_validate({**table, "id": identity, "fingerprint": fingerprint.hexdigest()})
    except ValidationError as error:
        raise SourceError("\n".join(_complaints(error, raw.decode("utf-8"), place))) from error


def _parse(raw: bytes, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{place}: {error}") from error


def _merged(inherited: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Tables that both sources have, key by key; the source's own wins."""
    return {
        key: {**inherited[key], **value}
        for key, value in table.items()
        if isinstance(value, dict) and isinstance(inherited.get(key), dict)
    }


def _complaints(error: ValidationError, text: str, place: str) -> Iterable[str]:
    for detail in error.errors():
        field = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        field = field or message.partition(":")[0]
        line = _line_of(text, field)
        where = f"{place}: line {line}" if line else place
        yield f"{where}: {message}" if message.startswith(f"{field}:") else f"{where}: {field}: {message}"


def _line_of(text: str, field: str) -> int | None:
    """The line on which the innermost named key of a dotted ``field`` is set, if it is set at all."""
    for name in reversed([part for part in field.split(".") if not part.isdigit()]):
        pattern = re.compile(rf"^\s*(?:\[+[\w.\-\"]*\b{re.escape(name)}\]+|\"?{re.escape(name)}\"?\s*=)", re.MULTILINE)
        found = pattern.search(text)
        if found:
            return text.count("\n", 0, found.end()) + 1
    return None


def _check_aliases(sources: Mapping[str, Source]) -> None:
    for source in sources.values():
        if source.alias_of is not None and source.alias_of not in sources:
            raise SourceError(f"{source.id}.toml: alias_of: there is no source {source.alias_of!r}")


def sources_of_sample_web(sources: Mapping[str, Source], root: Path) -> tuple[str, ...]:
    """Ids of the sources whose every starting host has a folder on the sample web at ``root``."""
    hosts = {entry.name for entry in root.iterdir() if entry.is_dir()}
    return tuple(
        source.id
        for source in sources.values()
        if source.start and {urlsplit(url).hostname for url in source.start} <= hosts
    )
