"""Pelican's part of ``bench/site.py``: a generator that makes each page from the JSON file, as its plugins do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator


class JsonPages(Generator):
    """One page for each opportunity and each page of a list."""

    def generate_output(self, writer: Any) -> None:
        """Write every page through Pelican's own writer."""
        data = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in Path(self.path).glob("*.json")}
        for kind, template in (("opportunities", "opportunity"), ("lists", "list")):
            for it in data["pages"][kind]:
                name, values = (
                    f"{it['path']}/index.html",
                    {**self.context, "frame": data["frame"], "cards": data["cards"]},
                )
                writer.write_file(name, self.get_template(template), values, it=it)


def _generators(_pelican: object) -> type[Generator]:
    return JsonPages


def register() -> None:
    """Where Pelican looks for plugins; the function is named because signals hold no reference of their own."""
    signals.get_generators.connect(_generators)
