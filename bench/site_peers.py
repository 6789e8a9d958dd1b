"""The same pages by Hugo, Eleventy and Pelican: their input from a built site's catalog, and one timed run of each.

The templates in ``bench/peers/`` say what ours say, element for element: those for Hugo in Go's language, those for
Eleventy (Nunjucks) and Pelican (Jinja2) are the same files. What our pages work out (amounts as words, what counts for
which credential, JSON-LD) stands worked out in the JSON already, which spares the peers that work.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

PEERS = Path(__file__).with_name("peers")
PAGE_SIZE = 30
ELEVENTY = 'export default () => ({ dir: { input: "input", output: process.env.OUTPUT } });\n'
ELEVENTY_PAGE = """---
pagination: {{ data: pages.{data}, size: 1, alias: it }}
permalink: "/{{{{ it.path }}}}/index.html"
---
{{% extends "{template}.html" %}}
"""


def write_data(catalog_file: Path, folder: Path, today: date) -> None:
    """``pages.json``, ``cards.json`` and ``frame.json``: all that the peers' templates show."""
    from catalog import queries  # noqa: PLC0415 - only the peers need what follows
    from catalog.database import open_catalog  # noqa: PLC0415
    from recommend.rules import load_credentials  # noqa: PLC0415
    from render.acceptance import Acceptances  # noqa: PLC0415
    from render.assets import hashed_assets, load_assets  # noqa: PLC0415
    from render.entries import card_of, entry_of  # noqa: PLC0415
    from render.facets import cuts_of  # noqa: PLC0415
    from render.opportunity import opportunity_page  # noqa: PLC0415
    from render.settings import SiteSettings  # noqa: PLC0415
    from render.templating import environment  # noqa: PLC0415

    settings = SiteSettings(base_url="https://ce.example.org/")
    names = {name: hashed for name, (hashed, _content) in hashed_assets(load_assets()).items()}
    env = environment(settings, names)
    acceptances = Acceptances(load_credentials(), env.get_template("counts.html"))
    pages: list[dict[str, Any]] = []
    cards: dict[str, dict[str, Any]] = {}
    listed: dict[Any, list[tuple[str, str]]] = {}
    for view in queries.iterate_opportunities(open_catalog(catalog_file)):
        page = opportunity_page(view, {}, acceptances, settings)
        counted = acceptances.counted(view)
        shown = asdict(page)
        shown |= {"id": view.id, "path": f"o/{view.id}", "address": settings.absolute(f"/o/{view.id}/")}
        shown |= {"counts": str(page.counts), "json_ld": _embedded(shown.pop("structured"))}
        pages.append(shown)
        if view.is_live(today):
            line = {"acceptance": counted.acceptance, "counts_line": counted.line}
            cards[view.id] = {**asdict(card_of(view, today)), **line}
            entry = entry_of(view, today, "", cuts_of(view, today))
            for cut in entry.cuts:
                listed.setdefault(cut, []).append((entry.rank, view.id))
    lists = [page for cut, found in listed.items() for page in _list_pages(cut, [id_ for _, id_ in sorted(found)])]
    frame = {name: env.get_template(f"{name}.html").render(section="browse") for name in ("header", "footer")}
    folder.mkdir(parents=True)
    for name, value in (("pages", {"opportunities": pages, "lists": lists}), ("cards", cards), ("frame", frame)):
        (folder / f"{name}.json").write_text(json.dumps(value, default=str), encoding="utf-8")


def _embedded(structured: dict[str, Any]) -> str:
    return json.dumps(structured, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _list_pages(cut: Any, ids: list[str]) -> Iterator[dict[str, Any]]:
    count = -(-len(ids) // PAGE_SIZE)
    for number in range(1, count + 1):
        here = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        place = cut.path if number == 1 else f"{cut.path}page/{number}/"
        items = [{"@type": "ListItem", "position": at, "url": f"/o/{id_}/"} for at, id_ in enumerate(here, 1)]
        yield {
            "path": place.strip("/"),
            "address": f"https://ce.example.org{place}",
            "title": cut.title,
            "heading": cut.title,
            "description": f"{cut.title} for medical laboratory staff: {len(ids)} listings.",
            "about": "The page names this.",
            "total": len(ids),
            "number": number,
            "pages": count,
            "ids": here,
            "previous": None if number == 1 else f"{cut.path}page/{number - 1}/",
            "next": None if number == count else f"{cut.path}page/{number + 1}/",
            "json_ld": _embedded({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items}),
        }


def hugo(program: str, data: Path, folder: Path, output: Path) -> list[str]:
    """Hugo's folder, and the order to run."""
    shutil.copytree(PEERS / "hugo", folder)
    shutil.copytree(data, folder / "data")
    return [program, "--quiet", "--source", str(folder), "--destination", str(output)]


def eleventy(program: str, data: Path, folder: Path, output: Path) -> list[str]:
    """Eleventy's folder, and the order to run."""
    shutil.copytree(PEERS / "jinja", folder / "input" / "_includes")
    shutil.copytree(data, folder / "input" / "_data")
    (folder / "eleventy.config.mjs").write_text(ELEVENTY, encoding="utf-8")
    for kind, template in (("opportunities", "opportunity"), ("lists", "list")):
        text = ELEVENTY_PAGE.format(data=kind, template=template)
        (folder / "input" / f"{template}.njk").write_text(text, encoding="utf-8")
    return ["env", f"OUTPUT={output}", program, "--quiet", "--config=eleventy.config.mjs"]


def pelican(program: str, data: Path, folder: Path, output: Path) -> list[str]:
    """Pelican's folder, and the order to run."""
    shutil.copytree(PEERS / "jinja", folder / "theme" / "templates")
    (folder / "theme" / "static").mkdir()
    shutil.copytree(data, folder / "data")
    for name in ("pelicanconf.py", "pelican_pages.py"):
        shutil.copy(PEERS / name, folder)
    return [program, "--quiet", "--settings", str(folder / "pelicanconf.py"), "--output", str(output)]


PEER: dict[str, Callable[[str, Path, Path, Path], list[str]]] = {"hugo": hugo, "eleventy": eleventy, "pelican": pelican}


def run_peers(programs: Iterable[tuple[str, str]], data: Path, root: Path) -> dict[str, dict[str, Any]]:
    """One build by each peer into fresh folders: pages, bytes, seconds on the wall and of processors."""
    found = {}
    for name, program in programs:
        output = root / f"{name}_out"
        order = PEER[name](program, data, root / name, output)
        before = _processor_seconds()
        start = time.perf_counter()
        subprocess.run(order, check=True, cwd=root / name, stdout=subprocess.DEVNULL)
        seconds, processor = time.perf_counter() - start, _processor_seconds() - before
        sizes = [path.stat().st_size for path in output.rglob("*.html")]
        if not sizes:
            raise SystemExit(f"{program} made no page; Hugo before 0.126 does not know content adapters")
        found[name] = {
            "pages": len(sizes),
            "megabytes": round(sum(sizes) / 1e6, 1),
            "pages_seconds": round(seconds, 2),
            "processor_seconds": round(processor, 2),
        }
    return found


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
