"""Corrections by people: data in TOML files that wins over crawling, survives it, and is reported when it is outlived.

``[[merge]]`` and ``[[split]]`` decide what is one opportunity, ``[[set]]`` gives a field another value, ``[[hide]]``
takes an opportunity away, ``[[add]]`` gives a listing that no source publishes. Each has a reason, an author and a
date. The files are those of the package's ``curation/`` and of the operator's own folder; a file of the operator with
the same name replaces the package's.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from catalog.addresses import canonical_url
from catalog.bulk import text_hash
from catalog.database import CatalogError, canonical_json
from catalog.listing import Evidence, Frozen, Identifier, Listing, ShortText, Stated
from catalog.spool import SourceFacts
from catalog.taxonomy import topics

SOURCE_ID = "curation"
"""The source of what people add. It comes before every other in the order of identity."""

SOURCE = SourceFacts(
    id=SOURCE_ID,
    provider=SOURCE_ID,
    name="Added by hand",
    provider_name="Added by hand",
    family=SOURCE_ID,
    priority=0,
    url="https://curation.invalid/",
    spider="curation",
    proof="seen",
    enabled=False,
)
TOPICS_FIELD = "topics"
LISTS = frozenset({"credits", "offers", "sessions", "packages"})
TEXT_LISTS = frozenset({"subjects", "prerequisites", "leads_to"})
FIXED = frozenset({"schema_version", "source", "family", "source_key", "fetched_at", "sample", "visibility"})


class CorrectionError(CatalogError):
    """A correction that cannot be read; names the file, the entry and the field."""


class Correction(Frozen):
    """What every correction says of itself. ``file`` is filled in by the loader."""

    block: ClassVar[str]

    reason: ShortText
    author: ShortText
    date: date
    file: str = ""

    @property
    def key(self) -> str:
        """A hash of everything it says, the file's name apart."""
        return text_hash(canonical_json([self.block, self.model_dump(mode="json", exclude={"file"})]))

    @property
    def names(self) -> tuple[str, ...]:
        """The targets that it names, as written."""
        return ()

    @property
    def evidence(self) -> Evidence:
        """The correction itself, as the evidence of what it states."""
        return Evidence(text=f"{self.reason} ({self.author}, {self.date})"[:300], where=f"curation:{self.file}"[:120])


Targets = Annotated[tuple[ShortText, ...], Field(min_length=2)]


class Merge(Correction):
    """Listings that are one opportunity, whatever their comparison says."""

    block = "merge"
    targets: Targets

    @property
    def names(self) -> tuple[str, ...]:
        """The targets."""
        return self.targets


class Split(Merge):
    """Listings no two of which are one opportunity."""

    block = "split"


class Hide(Correction):
    """An opportunity that nobody is shown."""

    block = "hide"
    target: ShortText

    @property
    def names(self) -> tuple[str, ...]:
        """The target."""
        return (self.target,)


class SetField(Hide):
    """Another value for one field. ``was`` is what the source said when the correction was made."""

    block = "set"
    field: str
    value: Any
    was: Any = None

    @field_validator("field")
    @classmethod
    def _field_is_known(cls, name: str) -> str:
        if name != TOPICS_FIELD and (name in FIXED or name not in Listing.model_fields):
            raise ValueError(f"{name!r} is no field that can be set")
        return name

    def stated(self) -> Any:
        """The value as a listing holds it, with the correction as its evidence.

        Raises ``pydantic.ValidationError`` or ``ValueError`` where the field cannot hold it.
        """
        if self.field == TOPICS_FIELD:
            return _known_topics(self.value)
        adapter: TypeAdapter[Any] = TypeAdapter[Any](Listing.model_fields[self.field].annotation or Any)
        return adapter.validate_python(_with_evidence(self.field, self.value, self.evidence))


class Add(Correction):
    """A listing that no source publishes: its fields as a listing has them, each value without evidence."""

    block = "add"
    provider: Identifier
    url: str
    listing: dict[str, Any]

    def made(self, *, sample: bool) -> Listing:
        """The listing. Raises ``pydantic.ValidationError`` where its fields do not fit."""
        facts = {name: _with_evidence(name, value, self.evidence) for name, value in self.listing.items()}
        return Listing.model_validate(
            {
                "source": SOURCE_ID,
                "family": SOURCE_ID,
                "source_key": canonical_url(self.url),
                "provider": self.provider,
                "url": self.url,
                "sample": sample,
                "fetched_at": datetime.combine(self.date, time(12), tzinfo=UTC),
                **facts,
            }
        )


KINDS: tuple[type[Correction], ...] = (Merge, Split, SetField, Hide, Add)


def _known_topics(value: Any) -> tuple[str, ...]:
    ids: tuple[str, ...] = TypeAdapter(tuple[str, ...]).validate_python(value)
    unknown = [id_ for id_ in ids if id_ not in topics()]
    if unknown:
        raise ValueError(f"no such topic: {', '.join(unknown)}")
    return ids


def _with_evidence(name: str, value: Any, evidence: Evidence) -> Any:
    """A plain value as the field of a listing holds it: wrapped where the field is a statement."""
    if value is None:
        return None
    if name in LISTS:
        return [{"evidence": [evidence], **item} for item in value]
    if name in TEXT_LISTS:
        return [{"value": item, "evidence": [evidence]} for item in value]
    if _is_stated(name):
        return {"value": value, "evidence": [evidence]}
    return value


def _is_stated(name: str) -> bool:
    annotation = Listing.model_fields[name].annotation if name in Listing.model_fields else None
    parts = [annotation, *getattr(annotation, "__args__", ())]
    return any(isinstance(part, type) and issubclass(part, Stated) for part in parts)


# --- all of them together ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Curation:
    """Every correction, and who is meant by each. A target is a listing id, an opportunity id, or an address."""

    corrections: tuple[Correction, ...] = ()
    _by_target: dict[str, list[Correction]] = field(default_factory=lambda: defaultdict(list), compare=False)

    def __post_init__(self) -> None:
        for correction in self.corrections:
            for name in correction.names:
                self._by_target[target(name)].append(correction)

    @cached_property
    def key(self) -> str:
        """A hash of all corrections."""
        return text_hash("".join(sorted(each.key for each in self.corrections)))

    def of(self, listing: str, address: str) -> Iterator[Correction]:
        """The corrections that name a listing, in the order of their files."""
        yield from self._by_target.get(listing, ())
        yield from self._by_target.get(address, ())

    def additions(self) -> Iterator[Add]:
        """What people added."""
        return (each for each in self.corrections if isinstance(each, Add))


def target(name: str) -> str:
    """What a target names: a listing's id (an opportunity's id is that of its first listing), or a canonical address.

    Raises ``ValueError`` where it is neither.
    """
    if "://" in name:
        return canonical_url(name)
    if len(name) == 13 and name[0] in "lo":
        return "l" + name[1:]
    raise ValueError(f"{name!r} is neither the id of a listing or an opportunity nor an address")


def load_curation(overlay: Path | None = None) -> Curation:
    """Read the package's corrections and those of an operator's folder, in the order of the files' names.

    Raises :class:`CorrectionError` naming file, entry and field.
    """
    files: dict[str, Traversable | Path] = {
        file.name: file
        for file in resources.files("catalog").joinpath("curation").iterdir()
        if file.name.endswith(".toml")
    }
    if overlay is not None and overlay.is_dir():
        files |= {file.name: file for file in overlay.glob("*.toml")}
    return Curation(tuple(each for name in sorted(files) for each in read_corrections(name, files[name])))


def read_corrections(name: str, file: Traversable | Path) -> list[Correction]:
    """The corrections of one file. Raises :class:`CorrectionError` naming file, entry and field."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorrectionError(f"{name}: {error}") from error
    unknown = sorted(set(document) - {kind.block for kind in KINDS})
    if unknown:
        raise CorrectionError(f"{name}: [[{unknown[0]}]]: a correction is merge, split, set, hide or add")
    return [
        _read_correction(name, kind, number, entry)
        for kind in KINDS
        for number, entry in enumerate(document.get(kind.block, ()), start=1)
    ]


def _read_correction(name: str, kind: type[Correction], number: int, entry: Any) -> Correction:
    place = f"{name}: [[{kind.block}]] number {number}"
    try:
        correction = kind.model_validate({**entry, "file": name})
        for each in correction.names:
            target(each)
        if isinstance(correction, SetField):
            correction.stated()
        if isinstance(correction, Add):
            correction.made(sample=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CorrectionError(f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (ValueError, TypeError) as error:
        raise CorrectionError(f"{place}: {error}") from error
    return correction


# --- what they do to listings -----------------------------------------------------------------------------------------


def groups(corrections: Iterable[Correction], kind: type[Correction]) -> frozenset[str]:
    """The keys of the merges, or of the splits, among some corrections."""
    return frozenset(each.key for each in corrections if type(each) is kind)


def corrected(listings: Sequence[Listing], corrections: Mapping[str, Sequence[Correction]]) -> list[Listing]:
    """The listings of one opportunity with every set field: all of them state the corrected value.

    Of a list (credits, offers, sessions) the first listing states it and the others nothing. ``corrections`` are those
    of each listing by id; one of any of them holds for the opportunity.
    """
    found = list(listings)
    for correction in sets(listings, corrections):
        if correction.field == TOPICS_FIELD:
            continue
        value = correction.stated()
        only_first = correction.field in LISTS or correction.field in TEXT_LISTS
        found = [
            each.model_copy(update={correction.field: () if only_first and place else value})
            for place, each in enumerate(found)
        ]
    return found


def sets(listings: Sequence[Listing], corrections: Mapping[str, Sequence[Correction]]) -> Iterator[SetField]:
    """The set fields of an opportunity; of two for one field the later correction holds."""
    found = [each for listing in listings for each in corrections[listing.id] if isinstance(each, SetField)]
    latest = {each.field: each for each in sorted(found, key=lambda each: (each.date, each.key))}
    yield from (latest[name] for name in sorted(latest))
