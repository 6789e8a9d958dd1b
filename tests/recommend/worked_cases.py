"""The worked cases of ``docs/worked-cases.md`` as data."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "worked-cases.md"
CASE = re.compile(r"^## (\d+)\. (.+?)$.*?```toml\n(.*?)```", re.MULTILINE | re.DOTALL)
CASES = [(f"{number}. {title}", tomllib.loads(data)) for number, title, data in CASE.findall(PAGE.read_text("utf-8"))]
TODAY = date(2026, 11, 22)
