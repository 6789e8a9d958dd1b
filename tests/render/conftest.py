"""One small site, built once for all tests of this room."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_site import Site, build_small


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site under a base path of ``/ce/``, with search and compressed copies."""
    return build_small(tmp_path_factory.mktemp("release") / "site")
