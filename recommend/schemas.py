"""Writes the published JSON Schemas of a profile and of a rule file: ``python -m recommend.schemas [FOLDER]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from recommend.profile import profile_schema
from recommend.rules import credential_schema


def write_schemas(folder: Path) -> None:
    """Write ``profile.json`` and ``credential.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in (("profile", profile_schema()), ("credential", credential_schema())):
        text = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/schemas"))
