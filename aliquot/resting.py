"""Sources that rest: an operator's word that a source is not asked for a while. Its listings stay as they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from aliquot.errors import CommandError
from catalog.listing import Frozen, ShortText

FILE = "resting.toml"


class Rest(Frozen):
    """Since when a source rests, why, and until when (for good where no day is named)."""

    since: date
    because: ShortText
    until: date | None = None

    def lasts(self, today: date) -> bool:
        """Whether the source still rests."""
        return self.until is None or today < self.until


def load_resting(home: Path) -> Mapping[str, Rest]:
    """Resting sources by id; none where there is no file. Raises :class:`CommandError` naming file and field."""
    file = home / FILE
    if not file.exists():
        return {}
    try:
        tables = tomlkit.parse(file.read_text(encoding="utf-8")).unwrap()
        return {identity: Rest.model_validate(table) for identity, table in tables.items()}
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def save_resting(home: Path, resting: Mapping[str, Rest]) -> None:
    """Write the file anew, in one step."""
    home.mkdir(parents=True, exist_ok=True)
    document = tomlkit.document()
    for identity, rest in sorted(resting.items()):
        document.add(identity, tomlkit.item(rest.model_dump(exclude_none=True)))
    waiting = home / f".{FILE}.{os.getpid()}"
    waiting.write_text(tomlkit.dumps(document), encoding="utf-8")
    waiting.replace(home / FILE)
