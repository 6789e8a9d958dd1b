"""How fast the planner in the browser is at 10,000 opportunities, on a CPU that is slowed down four times.

    python bench/browser.py [--opportunities 10000] [--slowdown 4] [--json]

A real Chromium opens the personal page of a small built site over loopback HTTP, its data files replaced by those of an
invented catalog (``tests/render/many.py``). Timed as its visitor sees it: from the visit to the questions that can be
answered; on the page itself, from a move of a slider to the list that stands anew, and to the frame that shows it;
then, with the page's own worker on an idle page, from its start to what there is and to a first list (in truth it
starts with the first answer, and a visitor gives two more meanwhile), one list after each move of a wish, and a plan of
each kind with its proof or gap.

The floor stands beside it: the same file parsed as JSON, and a bare weighted sum of six columns with its best twenty,
in a worker of the same page.

Chromium's own CPU throttling reaches the page's main thread; whether it reaches a worker is measured first with a bare
loop. Where it does not, a worker's time is multiplied by the slowdown, and said so; to a move on the page the same
list's time in the worker is then added as often as it is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # this script's own folder holds a `catalog` that is no package
sys.path[1:1] = [str(ROOT / "site"), str(ROOT / "tests" / "render"), str(ROOT / "tests" / "browser")]

import argparse
import functools
import http.server
import json
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import brotli
from chromium import FLAGS, QuietHandler, Served, find_chromium
from many import many, packages, planner_records
from modules import site_files
from playwright.sync_api import Browser, Page, sync_playwright
from small_site import build_small

from recommend.plan import Objective
from render.compress import BROTLI_QUALITY
from render.output import Output
from render.planner_catalog import catalog_text, write_text

TODAY = date(2026, 11, 22)
MOVES = 9
VISITS = 5
PAUSE_MS = 2000
LOOP = 40_000_000
PROFILE: dict[str, Any] = {
    "version": 1,
    "credentials": [
        {"id": "ascp-mlt", "cycle_start": "2025-01-01", "cycle_end": "2027-12-31"},
        {"id": "amt-mlt", "cycle_start": "2025-06-01", "cycle_end": "2028-05-31"},
        {"id": "us-tn-lab", "cycle_start": "2025-01-01", "cycle_end": "2027-12-31"},
    ],
    "interests": ["blood bank antibodies", "maldi-tof"],
    "topics": ["hematology"],
    "time_zone": "America/Denver",
}

TIMER = f"""
const loop = () => {{
  const begun = performance.now();
  let sum = 0;
  for (let at = 0; at < {LOOP}; at += 1) sum += Math.sqrt(at);
  return sum > 0 ? performance.now() - begun : 0;
}};
"""

FLOOR = (
    TIMER
    + """
onmessage = async ({ data }) => {
  if (data.ask === "loop") return postMessage(loop());
  const text = await (await fetch(data.catalog)).text();
  let begun = performance.now();
  const file = JSON.parse(text);
  const parse = performance.now() - begun;
  const rows = file.opportunities.rows;
  const columns = Array.from({ length: 6 }, () => Float64Array.from({ length: rows }, Math.random));
  begun = performance.now();
  const sum = (row) => columns.reduce((total, column) => total + 0.2 * column[row], 0);
  const scores = Float64Array.from({ length: rows }, (_, row) => sum(row));
  const least = scores.slice().sort()[rows - 20];
  const best = [...scores.keys()].filter((row) => scores[row] >= least);
  return postMessage({ parse, rank: best.length ? performance.now() - begun : 0 });
};
"""
)

IN_WORKER = """
async ([address, message]) => {
  window.floor ??= new Worker(address);
  return new Promise((resolve) => {
    floor.onmessage = ({ data }) => resolve(data);
    floor.postMessage(message);
  });
}
"""

ANSWERABLE = """
globalThis.answerable = new Promise((resolve) => {
  const look = () => {
    if (document.querySelector("[data-questions]:not([hidden]) input")) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""

OPEN = """
async ([worker, files, today, profile]) => {
  const begun = performance.now();
  window.planner = new Worker(worker, { type: "module" });
  let last = 0;
  window.ask = (asked) => new Promise((resolve, reject) => {
    const id = ++last;
    planner.addEventListener("message", ({ data }) => {
      if (data.id === id) data.error ? reject(new Error(data.error.message)) : resolve(data.result);
    });
    planner.postMessage({ id, today, ...asked });
  });
  await ask({ ask: "open", ...files });
  const opened = performance.now() - begun;
  await ask({ ask: "next", profile, limit: 20 });
  return { opened, listed: performance.now() - begun };
}
"""

MOVE = """
async (profile) => {
  const begun = performance.now();
  await ask({ ask: "next", profile, limit: 20 });
  return performance.now() - begun;
}
"""

SLIDE = """
async (value) => {
  const slider = document.querySelector("[data-wishes] input[type=range]");
  const begun = performance.now();
  const drawn = new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      const listed = performance.now() - begun;
      requestAnimationFrame(() => setTimeout(() => resolve({ listed, shown: performance.now() - begun })));
    }).observe(document.querySelector("[data-planner]"), { attributes: true, attributeFilter: ["data-ready"] });
  });
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return drawn;
}
"""

PLAN = """
async ([profile, objective]) => {
  const begun = performance.now();
  const { proof } = await ask({ ask: "plan", profile, objective });
  return { taken: performance.now() - begun, proved: proof.proved, gap: proof.gap };
}
"""


def moves(number: int) -> dict[str, dict[str, Any]]:
    """One move of each wish; each number gives another value, so that nothing can be remembered."""
    return {
        "longest minutes": {"longest_minutes": 20 + number},
        "topic chip": {"topics": ["hematology", ["chemistry", "molecular", "urinalysis"][number % 3]]},
        "interest typed": {"interests": ["blood bank antibodies", f"quality control {number}"]},
        "format": {"formats": [["on_demand", "live_online", "in_person"][number % 3]]},
        "membership": {"memberships": [f"Society {number}"]},
        "free time": {"free_times": [{"days": ["mon", "sat"], "after": f"{8 + number:02}:00", "before": "21:00"}]},
        "hide one": {"disliked": [f"l{number:012x}"]},
        "credit added": {
            "transcript": [{"title": "One", "completed_on": "2026-03-01", "amount": 1 + number, "unit": "pace"}]
        },
    }


class Server(http.server.ThreadingHTTPServer):
    """Says nothing of a visitor who leaves before all has come."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell any other error as the base class does."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder over loopback HTTP."""
    server = Server(("127.0.0.1", 0), functools.partial(QuietHandler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Site:
    """The personal page, the worker and the data files by their addresses, and the octets of all data as served."""

    page: str
    worker: str
    files: dict[str, str]
    octets: int


def lay_out(folder: Path, address: str, count: int) -> Site:
    """A small site whose catalog file is replaced by one of so many opportunities."""
    build_small(folder, base_url=address)
    served = Served(folder, address)
    files = site_files(served)
    text = catalog_text(planner_records(many(count, TODAY)), packages(), sample=True)
    large = folder / write_text(Output(folder), "catalog", text)[1:]
    large.replace(folder / files["catalog"].removeprefix(address))
    (folder / "floor.js").write_text(FLOOR, encoding="utf-8")
    (folder / "idle.html").write_text("<!doctype html><title>bench</title>", encoding="utf-8")
    data = (folder / file.removeprefix(address) for file in files.values())
    octets = sum(len(brotli.compress(file.read_bytes(), quality=BROTLI_QUALITY)) for file in data)
    (worker,) = folder.glob("assets/planner/worker.*.js")
    return Site(served.url("/plan/"), served.url(f"/{worker.relative_to(folder)}"), files, octets)


def answerable(browser: Browser, site: Site, slowdown: float) -> float:
    """Milliseconds from a first visit to questions that can be answered, the page itself slowed down."""
    page = browser.new_context().new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.add_init_script(ANSWERABLE)
    page.goto(site.page)
    taken: float = page.evaluate("answerable")
    page.context.close()
    return taken


def slides(browser: Browser, site: Site, profile: Path, slowdown: float) -> list[dict[str, float]]:
    """Milliseconds from each move of the first slider to the list and to its frame, the page itself slowed down."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(site.page)
    page.locator("[data-questions]").wait_for()
    page.set_input_files("[data-load-file]", profile)
    page.locator(".suggestion").first.wait_for()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.wait_for_timeout(PAUSE_MS)
    taken = []
    for number in range(MOVES + 1):
        taken.append(page.evaluate(SLIDE, 30 + 45 * number))
        page.wait_for_timeout(PAUSE_MS / 4)  # between two moves the page draws what it has put off
    page.context.close()
    return taken[1:]  # the first one draws what its visitor has drawn by then


def throttled(page: Page, slowdown: float) -> float:
    """By how much a page that is slowed down slows down its workers; it stays so only where it reaches them.

    Chromium slows a page down by letting its thread spin, which would take the worker's processor from it.
    """
    session = page.context.new_cdp_session(page)
    plain = min(page.evaluate(IN_WORKER, ["floor.js", {"ask": "loop"}]) for _ in range(3))
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    slow = min(page.evaluate(IN_WORKER, ["floor.js", {"ask": "loop"}]) for _ in range(3))
    reached: float = slow / plain
    if not reaches(reached, slowdown):
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return reached


def reaches(reached: float, slowdown: float) -> bool:
    """Whether that is nearer to the slowdown than to nothing."""
    return reached > (1 + slowdown) / 2


def measure(count: int, slowdown: float) -> dict[str, Any]:
    """Everything, in milliseconds of a slowed-down CPU."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=list(FLAGS))
        with served(folder) as address:
            site = lay_out(folder, address, count)
            visits = [answerable(browser, site, slowdown) for _ in range(VISITS)]
            (folder / "profile.json").write_text(json.dumps(PROFILE), encoding="utf-8")
            slid = slides(browser, site, folder / "profile.json", slowdown)
            page = browser.new_page()
            page.goto(f"{address}idle.html")
            reached = throttled(page, slowdown)
            factor = 1.0 if reaches(reached, slowdown) else slowdown
            floor = page.evaluate(IN_WORKER, ["floor.js", site.files])
            started = page.evaluate(OPEN, [site.worker, site.files, TODAY.isoformat(), PROFILE])
            page.wait_for_timeout(1000)  # a visitor reads; the worker lays out the words meanwhile
            taken: dict[str, list[float]] = {}
            for number in range(MOVES):
                for wish, change in moves(number).items():
                    taken.setdefault(wish, []).append(page.evaluate(MOVE, PROFILE | change))
            plans = {objective.value: page.evaluate(PLAN, [PROFILE, objective.value]) for objective in Objective}
        browser.close()
    missing = (factor - 1) * statistics.median(taken["longest minutes"])
    return {
        "opportunities": count,
        "data_octets": site.octets,
        "slowdown": slowdown,
        "throttling_of_workers": round(reached, 2),
        "multiplied_by": factor,
        "floor_parse_ms": round(floor["parse"] * factor, 1),
        "floor_rank_ms": round(floor["rank"] * factor, 1),
        "answerable_ms": round(statistics.median(visits), 1),
        "opened_ms": round(started["opened"] * factor, 1),
        "first_list_ms": round(started["listed"] * factor, 1),
        "slider_on_page_ms": {
            until: round(statistics.median(one[until] for one in slid) + missing, 1) for until in ("listed", "shown")
        },
        "moves_ms": {
            wish: {"median": round(statistics.median(times) * factor, 1), "most": round(max(times) * factor, 1)}
            for wish, times in taken.items()
        },
        "plans": {
            objective: {"ms": round(plan["taken"] * factor, 1), "proved": plan["proved"], "gap": round(plan["gap"], 4)}
            for objective, plan in plans.items()
        },
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opportunities", type=int, default=10_000)
    parser.add_argument("--slowdown", type=float, default=4.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.opportunities, arguments.slowdown)
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    how = "by Chromium" if found["multiplied_by"] == 1 else f"by multiplying with {found['multiplied_by']:g}"
    print(f"{found['opportunities']:,} opportunities, {found['data_octets']:,} octets of data as served (brotli)")
    print(f"CPU {found['slowdown']:g} times slower, in workers {how} (reached by {found['throttling_of_workers']})")
    print(f"floor: parse {found['floor_parse_ms']} ms, weighted sum and best twenty {found['floor_rank_ms']} ms")
    print(f"questions can be answered after {found['answerable_ms']} ms (goal 2,000)")
    print(f"worker: opened {found['opened_ms']} ms, first list {found['first_list_ms']} ms after its start")
    slid = found["slider_on_page_ms"]
    print(f"slider on the page: list {slid['listed']} ms after a move (goal 100), its frame {slid['shown']} ms")
    for wish, times in found["moves_ms"].items():
        ratio = times["median"] / max(found["floor_rank_ms"], 0.1)
        print(f"{wish:>16}: median {times['median']} ms, most {times['most']} ms (goal 100; {ratio:.1f} x floor)")
    for objective, plan in found["plans"].items():
        proof = "proved" if plan["proved"] else f"not proved, gap {plan['gap']:.2%}"
        print(f"{objective:>16}: a plan in {plan['ms']} ms, {proof}")


if __name__ == "__main__":
    main()
