"""The small catalog's site, file by file, as it was when somebody last looked at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_site import FILES, GOLDEN, TREE, golden_files

AGAIN = "if the change is meant: python tests/render/golden_site.py, then look at the difference"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The site as it is built now."""
    return golden_files(tmp_path_factory.mktemp("golden") / "site")


@pytest.mark.parametrize("name", [TREE, *FILES])
def test_the_golden_site_is_what_is_built(found: dict[str, str], name: str) -> None:
    kept = (GOLDEN / name).read_bytes().decode()
    assert found[name].splitlines() == kept.splitlines(), AGAIN


def test_the_golden_folder_holds_nothing_else() -> None:
    kept = {path.relative_to(GOLDEN).as_posix() for path in Path(GOLDEN).rglob("*") if path.is_file()}
    assert kept == {TREE, *FILES}
