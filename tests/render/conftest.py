"""One small site and one first release, each built once for all tests of this room."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from releases import Store, built
from small_catalog import opportunities
from small_site import Site, build_small


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site under a base path of ``/ce/``, with search and compressed copies."""
    return build_small(tmp_path_factory.mktemp("release") / "site")


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a first release and its ledger, built once and only copied from."""
    folder, store = tmp_path_factory.mktemp("releases"), Store(opportunities())
    assert built(store, folder / "r1") == sorted(view.id for view in store.views)
    return folder


@pytest.fixture
def first(releases: Path, tmp_path: Path) -> Path:
    """The first release of the whole small catalog, of which a test may make a second one."""
    shutil.copytree(releases, tmp_path, dirs_exist_ok=True)
    return tmp_path / "r1"
