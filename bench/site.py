"""How fast a site is made: from a catalog file to pages and lists on disk, beside its floors and peers, in one run.

    python bench/site.py [--opportunities 10000] [--hugo PATH] [--json]

The catalog is invented and is not timed. Every build runs in a process of its own into a fresh folder, so that its peak
memory is its own. Search index, compressed copies, feeds and calendars are timed apart. What is compared:

* ``full``: everything, reading SQLite counted (pages of opportunities, every list page, and what is told once);
* ``again``: the same catalog on the next day, nothing changed;
* ``one percent``: one opportunity of a hundred changed since the release before;
* ``bytes``: the same files copied by plain reads and writes, the floor of any generator;
* ``hugo``: as many pages with the same facts from a JSON file by Hugo, where ``--hugo`` names it.

Targets: full / hugo <= 1, one percent / full <= 0.1.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this script's own folder holds a `catalog` that is no package
sys.path.insert(1, sys.path[0] + "/site")

import argparse
import importlib.util
import json
import resource
import shutil
import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from catalog import store
from catalog.database import open_catalog
from catalog.listing import Stated
from catalog.projection import project
from catalog.spool import Finish, ListingLine, SourceEndLine
from recommend.rules import load_credentials
from render.build import build_site
from render.settings import SiteSettings

PAGES = ("read", "kept", "opportunities", "lists", "pages")
"""Steps of a build that are the pages themselves."""

CHANGED_EVERY = 100


def listings_module() -> ModuleType:
    """``bench/catalog.py``, which invents listings."""
    spec = importlib.util.spec_from_file_location("bench_catalog", Path(__file__).with_name("catalog.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def night(file: Path, count: int, now: datetime, *, changed: bool) -> None:
    """Record one night of invented listings and project it; ``changed`` gives every hundredth another title."""
    invented = listings_module()
    catalog = open_catalog(file)
    with catalog.session() as session:
        store.sync_sources(session, invented.facts())
    run = store.begin_run(catalog, now, False)
    spool = file.with_suffix(".jsonl")
    with spool.open("w", encoding="utf-8") as lines:
        for number, listing in enumerate(invented.listings(count, now)):
            shown = listing
            if changed and number % CHANGED_EVERY == 0:
                title = Stated(value=f"{listing.title.value} (new edition)", evidence=listing.title.evidence)
                shown = listing.model_copy(update={"title": title})
            lines.write(ListingLine(listing=shown).model_dump_json() + "\n")
        for source in invented.facts():
            end = SourceEndLine(source=source.id, finish=Finish.COMPLETE, listings=count // len(invented.facts()))
            lines.write(end.model_dump_json() + "\n")
    store.record(catalog, run, spool, now)
    store.reconcile(catalog, run, now)
    store.finish_run(catalog, run, now)
    project(catalog, now)


def build_once(file: Path, output: Path, previous: Path | None, now: datetime) -> dict[str, Any]:
    """One build in this process: seconds by step, files, and peak memory."""
    catalog = open_catalog(file)
    start = time.perf_counter()
    settings = SiteSettings(base_url="https://ce.example.org/")
    report = build_site(catalog, output, now=now, settings=settings, credentials=load_credentials(), previous=previous)
    return {
        "seconds": {name: round(seconds, 3) for name, seconds in report.seconds.items()},
        "pages_seconds": round(sum(report.seconds.get(name, 0.0) for name in PAGES), 3),
        "all_seconds": round(time.perf_counter() - start, 3),
        "pages": report.pages,
        "written": report.written,
        "linked": report.linked,
        "megabytes": round(report.bytes / 1e6, 1),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def in_own_process(*order: str) -> dict[str, Any]:
    """One step of this script in a process of its own; what it prints is its answer."""
    done = subprocess.run([sys.executable, __file__, *order], check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def copy_bytes(site: Path, output: Path) -> dict[str, Any]:
    """Read and write every page of a site: what no generator can be faster than."""
    pages = [(path.relative_to(site), path.read_bytes()) for path in site.rglob("*.html")]
    start = time.perf_counter()
    for name, data in pages:
        file = output / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return {"pages": len(pages), "pages_seconds": round(time.perf_counter() - start, 3)}


HUGO = {
    "hugo.toml": 'baseURL = "https://ce.example.org/"\ntitle = "Aliquot"\ndisableKinds = ["RSS", "sitemap"]\n'
    '[taxonomies]\ntopic = "topics"\ncredit = "credits"\nprovider = "providers"\nkind = "kinds"\n'
    "[pagination]\npagerSize = 30\n",
    "content/o/_content.gotmpl": """{{ range (index site.Data "opportunities") }}
{{ $.AddPage (dict "path" .id "title" .title "params" . "kind" "page") }}
{{ end }}
""",
    "layouts/_default/baseof.html": """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}
</title></head><body><header><nav><a href="/browse/">Browse</a><a href="/next/">My plan</a></nav></header><main>
{{ block "main" . }}{{ end }}</main><footer><p>We are independent.</p></footer></body></html>""",
    "layouts/_default/single.html": """{{ define "main" }}<article><h1>{{ .Title }}</h1><p>{{ .Params.worth }}</p>
<p><a href="{{ .Params.url }}" rel="noopener nofollow">Go to the provider</a></p><dl>{{ range .Params.facts }}
<div><dt>{{ .label }}</dt><dd>{{ range .lines }}{{ . }}<br>{{ end }}</dd></div>{{ end }}</dl><table>
{{ range .Params.counts }}<tr><th>{{ range .credentials }}<a href="{{ index . 1 }}">{{ index . 0 }}</a> {{ end }}</th>
<td>{{ .toward }}</td><td>{{ .worth }}</td><td>{{ .acceptance }}</td></tr>{{ end }}</table><dl>{{ range .Params.said }}
<div><dt>{{ index . 0 }}</dt><dd>{{ range index . 1 }}<q>{{ . }}</q>{{ end }}</dd></div>{{ end }}
</dl></article>{{ end }}
""",
    "layouts/_default/list.html": """{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Paginator.Pages }}<article>
<h3><a href="{{ .RelPermalink }}">{{ .Title }}</a></h3><p>{{ .Params.worth }}</p><p>{{ .Params.provider }}</p></article>
{{ end }}<nav>{{ with .Paginator.Next }}<a href="{{ .URL }}">Next page</a>{{ end }}</nav>{{ end }}""",
}
"""A Hugo site with the same facts: one page an opportunity and paged lists by topic, credit, provider and kind."""


def hugo_site(file: Path, folder: Path) -> None:
    """Write Hugo's input: its templates, and every opportunity as JSON with what the rules say worked out already."""
    from jinja2 import Environment  # noqa: PLC0415 - only this peer needs what follows

    from catalog import queries  # noqa: PLC0415
    from render.acceptance import Acceptances  # noqa: PLC0415
    from render.entries import credits_line  # noqa: PLC0415
    from render.opportunity import opportunity_page  # noqa: PLC0415

    for name, text in HUGO.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    acceptances = Acceptances(load_credentials(), Environment(autoescape=True).from_string(""))
    settings, known = SiteSettings(), {}
    data = []
    for view in queries.opportunities(open_catalog(file)):
        page = opportunity_page(view, {}, acceptances, settings)
        key = repr([(credit.unit, credit.thousandths, credit.subject) for credit in view.credits])
        if key not in known:
            known[key] = [
                {"credentials": row.credentials, "toward": row.toward, "worth": row.worth, "acceptance": row.acceptance}
                for row in acceptances.rows(view)
            ]
        data.append(
            {
                "id": view.id,
                "title": view.title,
                "worth": credits_line(view),
                "url": view.url,
                "provider": view.provider_name,
                "facts": [{"label": fact.label, "lines": [line.text for line in fact.lines]} for fact in page.facts],
                "counts": known[key],
                "said": page.evidence,
                "topics": [topic.topic for topic in view.topics],
                "credits": sorted({credit.unit.value for credit in view.credits}),
                "providers": [view.provider],
                "kinds": [view.kind.value],
            }
        )
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "opportunities.json").write_text(json.dumps(data), encoding="utf-8")


def run_hugo(program: str, folder: Path, output: Path) -> dict[str, Any]:
    """One build by Hugo."""
    start = time.perf_counter()
    subprocess.run([program, "--quiet", "--source", str(folder), "--destination", str(output)], check=True)
    seconds = time.perf_counter() - start
    return {"pages": sum(1 for _ in output.rglob("*.html")), "pages_seconds": round(seconds, 3)}


def compare(count: int, hugo: str | None) -> dict[str, Any]:
    """Every build, and the ratios to the targets."""
    now = datetime.fromisoformat("2026-11-22T07:00:00+00:00")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        file, releases = root / "catalog.sqlite", root / "releases"
        releases.mkdir()
        night(file, count, now, changed=False)
        found: dict[str, Any] = {"opportunities": count}
        order = ("build", str(file), str(releases / "r1"), "", now.isoformat())
        found["full"] = in_own_process(*order)
        later = now + timedelta(days=1)
        order = ("build", str(file), str(releases / "r2"), str(releases / "r1"), later.isoformat())
        found["again"] = in_own_process(*order)
        night(file, count, later, changed=True)
        order = ("build", str(file), str(releases / "r3"), str(releases / "r2"), later.isoformat())
        found["one percent"] = in_own_process(*order)
        found["bytes"] = copy_bytes(releases / "r1", root / "bytes")
        full = found["full"]["pages_seconds"]
        found["one percent / full"] = round(found["one percent"]["pages_seconds"] / full, 3)
        found["full / bytes"] = round(full / found["bytes"]["pages_seconds"], 1)
        if hugo is not None:
            hugo_site(file, root / "hugo")
            found["hugo"] = run_hugo(hugo, root / "hugo", root / "hugo_out")
            found["full / hugo"] = round(full / found["hugo"]["pages_seconds"], 2)
        return found


def main() -> None:
    """Run the comparison, or one build of it in a process of its own."""
    if sys.argv[1:2] == ["build"]:
        file, output, previous, now = sys.argv[2:6]
        before = Path(previous) if previous else None
        answer = build_once(Path(file), Path(output), before, datetime.fromisoformat(now))
        print(json.dumps(answer))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opportunities", type=int, default=10_000)
    parser.add_argument("--hugo", default=shutil.which("hugo"), help="path of Hugo; left out where there is none")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = compare(given.opportunities, given.hugo)
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name}: {json.dumps(value)}")


if __name__ == "__main__":
    main()
