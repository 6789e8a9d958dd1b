"""What holds for every test: a generated example may take its time, for a slow machine is no fault of the code."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("aliquot", deadline=None)
settings.load_profile("aliquot")
