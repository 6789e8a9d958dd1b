"""The same pages by Hugo, Eleventy and Pelican: their input from a built site's catalog, and one timed run of each.

The templates in ``bench/peers/`` say what ours say, element for element: those for Hugo in Go's language, those for
Eleventy (Nunjucks) and Pelican (Jinja2) are the same files. What our pages work out (amounts as words, what counts for
which credential, JSON-LD) stands worked out in the JSON already, which spares the peers that work.
"""

from __future__ import annotations

import html
import json
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

PEERS = Path(__file__).with_name("peers")
GROUPS_OPEN, VALUES_SHOWN = 2, 12
"""Facets that stand open on the first page of everything, and values of each that are shown there."""

ELEVENTY = 'export default () => ({ dir: { input: "input", output: process.env.OUTPUT } });\n'
ELEVENTY_PAGE = """---
pagination: {{ data: pages.{data}, size: 1, alias: it }}
permalink: "/{{{{ it.path }}}}/index.html"
---
{{% extends "{template}.html" %}}
"""


def write_data(catalog_file: Path, folder: Path, today: date) -> None:
    """``pages.json``, ``cards.json`` and ``frame.json``: all that the peers' templates show.

    It is what our own templates are given, caught where they would be filled.
    """
    from catalog import queries  # noqa: PLC0415 - only the peers need what follows
    from catalog.database import open_catalog  # noqa: PLC0415
    from recommend.rules import load_credentials  # noqa: PLC0415
    from render.assets import hashed_assets, load_assets  # noqa: PLC0415
    from render.build import Job  # noqa: PLC0415
    from render.changes import AT_MOST  # noqa: PLC0415
    from render.entries import card_of  # noqa: PLC0415
    from render.facets import Cut  # noqa: PLC0415
    from render.ledger import open_ledger, rows_of  # noqa: PLC0415
    from render.lists import ListWriter, gather  # noqa: PLC0415
    from render.output import Output  # noqa: PLC0415
    from render.press import Press  # noqa: PLC0415
    from render.settings import SiteSettings  # noqa: PLC0415
    from render.snapshot import Snapshot  # noqa: PLC0415
    from render.templating import environment  # noqa: PLC0415
    from render.words import ACCEPTANCE_ICON  # noqa: PLC0415
    from render.writer import OpportunityWriter  # noqa: PLC0415

    class CatchingPress(Press):
        """Keeps what each template is given, and writes nothing."""

        def page(self, template: str, path: str, values: Mapping[str, object], **_named: object) -> None:
            caught.append((template, path, values))

        def file(self, path: str, content: str | bytes) -> None:
            """No file: the peers make none."""

    caught: list[tuple[str, str, Mapping[str, Any]]] = []
    settings = SiteSettings(base_url="https://ce.example.org/")
    names = {name: hashed for name, (hashed, _content) in hashed_assets(load_assets()).items()}
    env = environment(settings, names)
    catalog = open_catalog(catalog_file)
    providers = queries.providers(catalog)
    changes = queries.changes(catalog, None, arrivals=AT_MOST + 1)
    job = Job(Snapshot((), providers, changes=changes), today, settings, load_credentials())
    folder.mkdir(parents=True)
    press = CatchingPress(Output(folder), env, settings)
    writer = OpportunityWriter(press, job)
    cards: dict[str, dict[str, Any]] = {}
    with open_ledger(folder, None, "", keep=False, any_key=False) as ledger:
        for view in queries.iterate_opportunities(catalog):
            ledger.add(rows_of(writer.write([view], {})))
            counted = writer.acceptances.counted(view)
            line = {"acceptance": counted.acceptance, "counts_line": counted.line}
            cards[view.id] = {**_as_json(card_of(view, today)), **line, "icon": ACCEPTANCE_ICON[counted.acceptance]}
        lists = gather(ledger, (Cut("provider", f"/provider/{one.id}/", one.name, one.name) for one in providers))
        dated = {"/upcoming/", *ledger.with_calendar()}
        lists_of = ListWriter(press, ledger, lists, dated)
        lists_of.write(list(lists_of.pages()))
    shape = {"opportunity.html": _opportunity, "list.html": _list_page}
    made: dict[str, list[dict[str, Any]]] = {"opportunity.html": [], "list.html": []}
    for template, path, values in caught:
        shown = {"path": path.strip("/"), "address": settings.absolute(path), **shape[template](values)}
        made[template].append(shown)
    frame = {name: env.get_template(f"{name}.html").render(section="browse") for name in ("header", "footer")}
    frame |= {name.replace(".", "_"): f"/assets/{hashed}" for name, hashed in names.items()}
    pages = {"opportunities": made["opportunity.html"], "lists": made["list.html"]}
    for name, value in (("pages", pages), ("cards", cards), ("frame", frame)):
        (folder / f"{name}.json").write_text(json.dumps(value, default=str), encoding="utf-8")


def _as_json(value: Any) -> Any:
    """A value with its named tuples as objects, which JSON would write as lists."""
    if isinstance(value, tuple):
        names = getattr(value, "_fields", None)
        parts = map(_as_json, value)
        return dict(zip(names, parts, strict=True)) if names else list(parts)
    return value


def _opportunity(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of an opportunity shows, as JSON has it."""
    from render.templating import embedded_json  # noqa: PLC0415 - see write_data
    from render.words import PRESENCE  # noqa: PLC0415

    page = values["page"]
    shown = _as_json(page)
    shown |= {
        "counts": str(page.counts),
        "json_ld": embedded_json(shown.pop("structured")),
        "presence": None if page.presence == "active" else PRESENCE[page.presence],
        "claim": page.claim.model_dump() if page.claim else None,
        "index_sorts": [(name, str(value)) for name, value in page.index_sorts],
        "also": [_as_json(listing) for listing in page.listings if listing.url != page.url],
        "history": [asdict(row) for row in values["history"]],
        "similar": [asdict(one) for one in values["similar"]],
    }
    return shown


def _list_page(values: Mapping[str, Any]) -> dict[str, Any]:
    """What one page of a list shows, as JSON has it: its cards by id, links to the pages beside it."""
    from render.templating import embedded_json  # noqa: PLC0415 - see write_data

    path_of, number, pages = values["path_of"], values["number"], values["pages"]
    plain = ("title", "heading", "description", "about", "steps", "total", "dated", "quick", "pages", "number")
    groups = [
        {
            "label": label,
            "path": path,
            "open": place < GROUPS_OPEN,
            "values": [{"label": each.label, "path": each.path, "count": each.count} for each in found[:VALUES_SHOWN]],
            "all": len(found) if len(found) > VALUES_SHOWN else None,
        }
        for place, (label, path, found) in enumerate(values["groups"])
    ]
    calendar = values["calendar"]
    return {
        **{name: values[name] for name in (*plain, "calendar", "feed", "refine")},
        "groups": groups,
        "subscribe": calendar and f"webcal://ce.example.org{calendar}",
        "ids": [item["url"].split("/")[-2] for item in values["structured"]["itemListElement"]],
        "previous": path_of(number - 1) if number > 1 else None,
        "next": path_of(number + 1) if number < pages else None,
        "json_ld": embedded_json(values["structured"]),
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


def run_peers(programs: Iterable[tuple[str, str]], data: Path, root: Path, ours: Path) -> dict[str, dict[str, Any]]:
    """One build by each peer into fresh folders: pages, bytes, seconds on the wall and of processors.

    ``same_pages`` are those that say what ours in the folder ``ours`` says, but for blanks and ways to escape.
    """
    found = {}
    for name, program in programs:
        output = root / f"{name}_out"
        order = PEER[name](program, data, root / name, output)
        before = _processor_seconds()
        start = time.perf_counter()
        subprocess.run(order, check=True, cwd=root / name, stdout=subprocess.DEVNULL)
        seconds, processor = time.perf_counter() - start, _processor_seconds() - before
        made = [path.relative_to(output) for path in output.rglob("*.html")]
        if not made:
            raise SystemExit(f"{program} made no page; Hugo before 0.126 does not know content adapters")
        found[name] = {
            "pages": len(made),
            "same_pages": sum(_said(output / page) == _said(ours / page) for page in made),
            "megabytes": round(sum((output / page).stat().st_size for page in made) / 1e6, 1),
            "pages_seconds": round(seconds, 2),
            "processor_seconds": round(processor, 2),
        }
    return found


def _said(page: Path) -> str | None:
    """What a page says; ``None`` where it is not there."""
    return "".join(html.unescape(page.read_text(encoding="utf-8")).split()) if page.exists() else None


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
