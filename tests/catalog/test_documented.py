"""What docs/catalog.md says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from catalog.corrections import KINDS, read_corrections
from catalog.export import COLUMNS, ExportFormat
from catalog.models import Row
from catalog.projection import CHILDREN

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "catalog.md"


def test_the_example_of_every_correction_can_be_read(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    file = tmp_path / "example.toml"
    file.write_text(block, encoding="utf-8")
    assert {type(each) for each in read_corrections(file.name, file)} == set(KINDS)


def test_the_columns_of_the_csv_are_documented_in_order() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").split("Columns of the CSV", 1)[1].split("Unknown is", 1)[0]
    assert re.findall(r"`(\w+)`", text) == [*COLUMNS, "data_date", "license"]


def test_every_table_and_format_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text))
    own = {"forgotten", "memory"}  # the catalog's notes about itself
    assert set(Row.metadata.tables) - own <= named
    assert {form.value for form in ExportFormat} <= named
    assert {str(child.__tablename__) for child in CHILDREN} <= named
