"""The rules: credentials read from their files, merged with what their body shares, and checked as a whole.

A credential's file is ``recommend/credentials/ID.toml``; what all credentials of a body share stands once in
``recommend/credentials/bodies/BODY.toml``. A folder of one's own holds files of the same shape and stands before ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from catalog.errors import BadInputError
from recommend.counting import CountsFor, counts_for, worth
from recommend.credential import (
    ActivityRule,
    Body,
    Cap,
    Credential,
    CycleRule,
    Fact,
    Fee,
    Figure,
    FirstCycle,
    RequirementKind,
)
from recommend.documents import Document, DocumentError, Location, nearest, read_document, validate

__all__ = ["CountsFor", "RuleError", "check_rules", "counts_for", "load_credentials", "worth"]

OURS = Path(__file__).with_name("credentials")

Entry = TypeVar("Entry")
Sourced = Figure | Fact | Fee | Cap | CycleRule | FirstCycle | ActivityRule


class RuleError(BadInputError):
    """A rule file that cannot be used; names file, line where known, field and reason."""


def load_credentials(overlay: Path | None = None) -> dict[str, Credential]:
    """Every credential by id, in the order of ids; files in ``overlay`` stand before ours of the same name.

    What a process has read once it does not parse again while each file holds the same. Raises :class:`RuleError` for
    the first bad file.
    """
    folders = [OURS, *([overlay] if overlay is not None and overlay.is_dir() else [])]
    bodies, files = _files(folder / "bodies" for folder in folders), _files(folders)
    return dict(_parsed(tuple(bodies), tuple(files), _content_hash([*bodies, *files])))


def _content_hash(files: Iterable[Path]) -> str:
    """A hash of the files' bytes; one that cannot be read counts as empty, and is told of where it is parsed."""
    digest = hashlib.sha256()
    for file in files:
        with suppress(OSError):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=2)
def _parsed(bodies: tuple[Path, ...], files: tuple[Path, ...], _content: str) -> Mapping[str, Credential]:
    try:
        shared = {path.stem: _body(path) for path in bodies}
        credentials = [_credential(path, shared) for path in files]
    except DocumentError as error:
        raise RuleError(str(error)) from error
    return {credential.id: credential for credential in sorted(credentials, key=lambda credential: credential.id)}


def credential_schema() -> dict[str, Any]:
    """The published JSON Schema of a rule file, merged with its body's."""
    return Credential.model_json_schema()


def check_rules(folder: Path) -> list[str]:
    """What is wrong with each rule file of a folder, one message a problem; empty where all are good."""
    problems: list[str] = []
    bodies = {path.stem: _body(path) for path in _files([OURS / "bodies"])}
    for path in _files([folder / "bodies"]):
        try:
            bodies[path.stem] = _body(path)
        except DocumentError as error:
            problems.append(str(error))
    for path in _files([folder]):
        try:
            _credential(path, bodies)
        except DocumentError as error:
            problems.append(str(error))
    return problems


def _files(folders: Iterable[Path]) -> list[Path]:
    """TOML files of the folders, a later folder's before an earlier one's of the same name, in order of names."""
    found: dict[str, Path] = {}
    for folder in folders:
        found.update({path.name: path for path in folder.glob("*.toml")})
    return [found[name] for name in sorted(found)]


def _body(path: Path) -> Body:
    document = read_document(path)
    body = validate(Body, document)
    if body.id != path.stem:
        raise document.problem(("id",), f"is {body.id!r}, but the file is named {path.stem!r}")
    return body


def _credential(path: Path, bodies: dict[str, Body]) -> Credential:
    document = read_document(path)
    own = dict(document.data)
    name = own.get("body")
    body = bodies.get(name) if isinstance(name, str) else None
    if body is None and isinstance(name, str) and "body_name" not in own:
        raise document.problem(("body",), f"{name!r} has no file in bodies/{nearest(str(name), sorted(bodies))}")
    merged = own if body is None else {**own, **_shared(body, own)}
    credential = validate(Credential, Document(document.name, merged, document.lines))
    if body is not None:
        credential = _merge(credential, body)
    for location, reason in _flaws(credential, path.stem):
        raise document.problem(location, reason)
    return credential


def _shared(body: Body, own: dict[str, Any]) -> dict[str, Any]:
    """What a body gives to a credential that does not say it itself."""
    return {key: value for key, value in (("body_name", body.name), ("body_url", body.url)) if key not in own}


def _merge(credential: Credential, body: Body) -> Credential:
    """The credential with its body's entries behind its own; of two entries of one key its own stands."""
    return credential.model_copy(
        update={
            "sources": {**body.sources, **credential.sources},
            "accepts": _first_of_each(credential.accepts, body.accepts, lambda entry: entry.id),
            "activities": _first_of_each(credential.activities, body.activities, lambda rule: rule.activity),
            "caps": _first_of_each(credential.caps, body.caps, lambda cap: cap.id),
            "documentation": _first_of_each(credential.documentation, body.documentation, _text),
            "fees": _first_of_each(credential.fees, body.fees, _fee_name),
            "expired": credential.expired or body.expired,
            "file_days_before": credential.file_days_before or body.file_days_before,
            "certificate_fields": credential.certificate_fields or body.certificate_fields,
            "open_questions": tuple(dict.fromkeys((*credential.open_questions, *body.open_questions))),
        }
    )


def _text(fact: Fact) -> str:
    return fact.text


def _fee_name(fee: Fee) -> str:
    return fee.name


def _first_of_each(own: tuple[Entry, ...], shared: tuple[Entry, ...], key: Callable[[Entry], str]) -> tuple[Entry, ...]:
    kept: dict[str, Entry] = {}
    for entry in (*own, *shared):
        kept.setdefault(key(entry), entry)
    return tuple(kept.values())


def _flaws(credential: Credential, stem: str) -> Iterator[tuple[Location, str]]:
    """What no single field shows: names that lead nowhere, ids used twice, minimums beyond the total."""
    if credential.id != stem:
        yield ("id",), f"is {credential.id!r}, but the file is named {stem!r}"
    ids = [requirement.id for requirement in credential.requirements]
    for index, requirement in enumerate(credential.requirements):
        if requirement.id in ids[:index]:
            yield ("requirements", index, "id"), f"{requirement.id!r} stands twice"
    yield from _loose_sources(credential)
    yield from _loose_names(credential, ids)
    least = sum(
        part.needed.value for part in credential.requirements if part.kind is RequirementKind.MINIMUM and part.needed
    )
    if credential.total is not None and least > credential.total.value:
        yield ("total",), "is less than the minimums together"


def _loose_sources(credential: Credential) -> Iterator[tuple[Location, str]]:
    """Figures and facts that name a source which is not there."""
    known = sorted(credential.sources)
    for location, entry in _sourced(credential):
        if entry is not None and entry.source is not None and entry.source not in known:
            yield (*location, "source"), f"{entry.source!r} is not among the sources{nearest(entry.source, known)}"


def _sourced(credential: Credential) -> Iterator[tuple[Location, Sourced | None]]:
    """Everything in a credential that can name a source, with its place."""
    yield ("cycle",), credential.cycle
    yield ("total",), credential.total
    yield ("first_cycle",), credential.first_cycle
    for index, requirement in enumerate(credential.requirements):
        yield ("requirements", index, "needed"), requirement.needed
    for index, entry in enumerate(credential.accepts):
        yield ("accepts", index, "per_unit"), entry.per_unit
    for index, cap in enumerate(credential.caps):
        yield ("caps", index), cap
    for index, rule in enumerate(credential.activities):
        yield ("activities", index), rule
    for index, fact in enumerate(credential.documentation):
        yield ("documentation", index), fact
    for index, fee in enumerate(credential.fees):
        yield ("fees", index), fee


def _loose_names(credential: Credential, ids: list[str]) -> Iterator[tuple[Location, str]]:
    """Caps and requirements that are named and not there."""
    caps = [cap.id for cap in credential.caps]
    named: list[tuple[Location, str | None]] = [
        *((("accepts", index, "cap"), entry.cap) for index, entry in enumerate(credential.accepts)),
        *((("activities", index, "cap"), rule.cap) for index, rule in enumerate(credential.activities)),
    ]
    for location, cap in named:
        if cap is not None and cap not in caps:
            yield location, f"{cap!r} is not among the caps{nearest(cap, caps)}"
    for requirement in credential.first_cycle.only if credential.first_cycle else ():
        if requirement not in ids:
            yield ("first_cycle", "only"), f"{requirement!r} is no requirement{nearest(requirement, ids)}"
