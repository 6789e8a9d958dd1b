"""What holds for every test: how long a generated example may take, and which files are begun with."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A generated example may take its time: a slow machine is no fault of the code.
settings.register_profile("aliquot", deadline=None)
settings.load_profile("aliquot")

BEGUN_WITH = ("long", "browser")
"""Marks of files that take long."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: of two processes, neither is then left alone with one of them at the end."""
    long = {item.path for item in items if any(map(item.get_closest_marker, BEGUN_WITH))}
    items.sort(key=lambda item: item.path not in long)
