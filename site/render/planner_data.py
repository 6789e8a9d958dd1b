"""The rules as data for the browser's planner: what :mod:`recommend` knows, written once and carried over.

Names of fields are Python's own, amounts thousandths and days ISO text, so that a module in ``assets/planner`` reads
like its twin here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel

from catalog.taxonomy import topics
from recommend import sheets, transcript
from recommend.career import goals
from recommend.counting import UNIT_NAMES
from recommend.credential import Credential
from recommend.holding import own_credential
from recommend.profile import Profile, Target, profile_schema


def rules(credentials: Mapping[str, Credential]) -> dict[str, Any]:
    """Everything that the browser needs to count credits and to read what people bring, as JSON types.

    Only public rules belong here; the caller passes what :func:`recommend.rules.load_credentials` gave.
    """
    return {
        "credentials": {name: in_memory(credential) for name, credential in credentials.items()},
        "own": in_memory(own_credential(_bare_target())),
        "topics": [asdict(topic) for topic in topics().values()],
        "unit_names": dict(UNIT_NAMES),
        "profile_schema": profile_schema(),
        "plan_days_before": Profile().plan_days_before,
        "goals": [in_memory(asdict(goal)) for goal in goals().values()],
        "transcript": {
            "columns": [asdict(column) for column in transcript.COLUMNS],
            "needed_columns": transcript.NEEDED_COLUMNS,
            "sure_guess": transcript.SURE_GUESS,
            "unit_words": transcript.UNIT_WORDS,
            "day_formats": transcript.DAY_FORMATS,
        },
        "tables": {
            "largest_file": sheets.LARGEST_FILE,
            "most_rows": sheets.MOST_ROWS,
            "last_line": sheets.LAST_LINE,
            "most_columns": sheets.MOST_COLUMNS,
            "fewest_columns": sheets.FEWEST_COLUMNS,
            "lines_to_judge": sheets.LINES_TO_JUDGE,
            "longest_cell": sheets.LONGEST_CELL,
        },
    }


def in_memory(value: Any) -> Any:
    """A value as memory holds it, in JSON types: amounts stay thousandths; a model's own dump would give units."""
    if isinstance(value, BaseModel):
        return {name: in_memory(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): in_memory(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [in_memory(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def _bare_target() -> Target:
    """An own target that asks nothing: what all of them share."""
    return Target.model_validate(
        {"id": "own", "name": "My own target", "total": 0, "starts_on": date.min, "due_on": date.max}
    )
