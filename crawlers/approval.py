"""The operator's yes: which sources may be crawled live, who said so, and when.

It is kept in the operator's own folder, as a TOML with one table a source, and never in the wheel.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from catalog.errors import BadInputError
from catalog.listing import Frozen, ShortText


class ApprovalError(BadInputError):
    """A file of approvals that cannot be read; names file and field."""


class SourceApproval(Frozen):
    """One yes: by whom, on which day, with which contact the sites were told to write to."""

    by: ShortText
    on: date
    contact: ShortText


def load_approvals(path: Path | None) -> Mapping[str, SourceApproval]:
    """Approvals by source id; none where there is no file. Raises :class:`ApprovalError`."""
    if path is None or not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {identity: SourceApproval.model_validate(table) for identity, table in tables.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ApprovalError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ApprovalError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
