"""``docs/sources.md`` says what the TOML files say, and no more."""

from __future__ import annotations

from pathlib import Path

from crawlers.source import load_sources
from crawlers.source_docs import sources_markdown

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
SOURCES = load_sources()


def test_the_page_is_what_the_sources_say_today() -> None:
    assert PAGE.read_text("utf-8") == sources_markdown(SOURCES), "run: python -m crawlers.source_docs > docs/sources.md"


def test_every_source_stands_on_the_page_with_its_proof() -> None:
    rows = [line for line in sources_markdown(SOURCES).splitlines() if line.startswith("| `")]
    assert len(rows) == len(SOURCES)
    for source in SOURCES.values():
        row = next(line for line in rows if line.startswith(f"| `{source.id}` |"))
        assert f"| {source.proof} |" in row


def test_a_vertical_bar_in_a_name_breaks_no_table() -> None:
    one = SOURCES["labce"].model_copy(update={"name": "Lab | CE"})
    assert "Lab \\| CE" in sources_markdown({"labce": one})
