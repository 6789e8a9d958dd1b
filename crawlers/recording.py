"""Recorded pages: for each source a few pages as they were read, and the listings that must come out of them.

A recording is a folder named as its source::

    ascp/
        recording.toml     fetched_at = 2026-11-22T12:00:00Z, a note on what is hard here,
                           and sample_hosts = [...] where the pages are those of the sample web
        HOST/PATH          the pages, served as :mod:`crawlers.sample_server` serves them
        expected.json      the listings, each checked against its page by eye
        rejected.json      what must be rejected: [{"url": ..., "field": ...}]

``expected.json`` is short, so that it can be checked: it leaves out what is absent or has its default, the moment of
reading, which ``recording.toml`` tells, and the mark of a sample, which says where the pages came from.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from catalog.errors import BadInputError
from catalog.listing import Frozen, Listing, read_listing

RECORDING = "recording.toml"
EXPECTED = "expected.json"
REJECTED = "rejected.json"
LEFT_OUT = frozenset({"schema_version", "fetched_at", "sample"})


class RecordingError(BadInputError):
    """A recording that cannot be read; names the file and the field."""


class RejectedPage(Frozen):
    """A page of a recording that must be rejected, and the field that is wrong."""

    url: str
    field: str


REJECTED_PAGES: TypeAdapter[list[RejectedPage]] = TypeAdapter(list[RejectedPage])


class RecordingHead(Frozen):
    """What ``recording.toml`` tells."""

    fetched_at: AwareDatetime
    note: str = ""
    sample_hosts: tuple[str, ...] = Field(default=(), description="hosts of the sample web that serve its pages")


@dataclass(frozen=True)
class Recording:
    """The recorded pages of one source."""

    source: str
    folder: Path
    head: RecordingHead

    def hosts(self, sample_web: Path) -> list[Path]:
        """The host folders of its pages."""
        own = sorted(path for path in self.folder.iterdir() if path.is_dir())
        return own + [sample_web / host for host in self.head.sample_hosts]

    def expected(self) -> list[Listing]:
        """The listings that must come out. Raises :class:`RecordingError`."""
        path = self.folder / EXPECTED
        try:
            return [read_listing(payload, self.head.fetched_at) for payload in json.loads(path.read_text("utf-8"))]
        except (OSError, ValueError) as error:
            raise RecordingError(f"{path}: {error}") from error

    def rejected(self) -> list[RejectedPage]:
        """The pages that must be rejected. Raises :class:`RecordingError`."""
        path = self.folder / REJECTED
        if not path.exists():
            return []
        try:
            return REJECTED_PAGES.validate_json(path.read_bytes())
        except ValidationError as error:
            raise RecordingError(f"{path}: {error}") from error

    def write_expected(self, listings: Iterable[Listing]) -> None:
        """Write what came out as what must come out. Whoever calls this then reads it against the pages."""
        shown_listings = [shown(listing) for listing in sorted(listings, key=lambda listing: listing.source_key)]
        text = json.dumps(shown_listings, indent=1, ensure_ascii=False)
        (self.folder / EXPECTED).write_text(f"{text}\n", encoding="utf-8")


def shown(listing: Listing) -> dict[str, Any]:
    """The payload of a listing as ``expected.json`` writes it."""
    return listing.model_dump(mode="json", exclude_defaults=True, exclude=set(LEFT_OUT))


def read_recordings(root: Path) -> dict[str, Recording]:
    """Every recording under ``root``, by source. Raises :class:`RecordingError`."""
    return {folder.name: read_recording(folder) for folder in sorted(root.iterdir()) if (folder / RECORDING).is_file()}


def read_recording(folder: Path) -> Recording:
    """The recording in ``folder``. Raises :class:`RecordingError`."""
    path = folder / RECORDING
    try:
        head = RecordingHead.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise RecordingError(f"{path}: {error}") from error
    return Recording(folder.name, folder, head)


def write_recording(folder: Path, fetched_at: datetime, note: str) -> Recording:
    """Begin a recording: the folder and its ``recording.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    head = f"fetched_at = {fetched_at.isoformat()}\nnote = {json.dumps(note, ensure_ascii=False)}\n"
    (folder / RECORDING).write_text(head, encoding="utf-8")
    return read_recording(folder)


def merge_hosts(recordings: Iterable[Recording], sample_web: Path, into: Path) -> None:
    """Copy the pages of all recordings into one folder that one server can serve.

    Raises :class:`RecordingError` where two recordings tell one address differently.
    """
    for recording in recordings:
        for host in recording.hosts(sample_web):
            for page in sorted(path for path in host.rglob("*") if path.is_file()):
                target = into / host.name / page.relative_to(host)
                if target.exists() and target.read_bytes() != page.read_bytes():
                    raise RecordingError(
                        f"{page}: another recording tells {host.name}/{page.relative_to(host)} differently"
                    )
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(page, target)
