"""The documents that tell the rules say what the rule files say, and the published schemas are the present ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from recommend.amounts import words
from recommend.credential import Credential, Standing
from recommend.profile import profile_schema
from recommend.rules import credential_schema, load_credentials

DOCS = Path(__file__).parents[2] / "docs"
RULES = load_credentials()
ROW = re.compile(r"^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)


def told(rule: Credential) -> tuple[str, str]:
    if rule.standing is not Standing.ACTIVE:
        assert rule.total is not None
        words_for = {Standing.NO_CE: "no CE asked", Standing.NO_LICENSE: "license ended"}
        return words_for[rule.standing], rule.total.confidence.value
    if rule.total is None:
        return "not found", "-"
    return f"{words(rule.total.value)} {rule.unit.value}", rule.total.confidence.value


def test_the_table_of_credentials_is_that_of_the_files() -> None:
    text = (DOCS / "rules.md").read_text("utf-8")
    rows = {name: (total, confidence) for name, _, total, confidence in ROW.findall(text)}
    assert rows == {name: told(rule) for name, rule in RULES.items()}


@pytest.mark.parametrize(("name", "schema"), [("profile", profile_schema()), ("credential", credential_schema())])
def test_the_published_schema_is_the_present_one(name: str, schema: dict[str, object]) -> None:
    """Write the file again with ``python -m recommend.schemas`` when this fails."""
    assert json.loads((DOCS / "schemas" / f"{name}.json").read_text("utf-8")) == schema
