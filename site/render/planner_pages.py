"""The pages that answer in the visitor's own browser: ``/plan/`` for one person, ``/team/`` for a manager.

Both are a frame: headings, questions and places to fill. The scripts in ``assets/planner/`` fill them from the two data
files, in the visitor's browser; without script the pages say what they would do and where the rules stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from recommend.credential import Credential, Standing
from render.formats import CURRENCY_SIGN, ZONE_NAME
from render.press import Press, file_of
from render.words import AMOUNT_OF_UNIT, COUNTRY_REGIONS, DELIVERY, UNIT

PLAN = "/plan/"
TEAM = "/team/"
SERVICE_WORKER = "service_worker.js"

COMMON: Final = ("ascp-mlt", "ascp-mls", "amt-mlt", "amt-mt", "ascp-pbt", "us-ca-lab", "us-fl-technician")
"""What most people hold; the others stand behind a fold, by body."""

BODIES: Final = (
    ("ASCP", ("ascp",)),
    ("AMT", ("amt",)),
    ("AAB", ("aab",)),
    ("State licenses", ()),
)
"""The folds of the first question: a heading and the bodies in it; the last one takes all others."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold of the first question."""

    label: str
    credentials: tuple[Credential, ...]


def folds(credentials: Mapping[str, Credential]) -> tuple[Fold, ...]:
    """The credentials that are not common, by body, in the order of their names."""
    others = [credential for credential in credentials.values() if credential.id not in COMMON]
    others = [credential for credential in others if credential.standing is not Standing.NO_LICENSE]
    named = {body for _, bodies in BODIES for body in bodies}
    return tuple(
        Fold(label, tuple(sorted(chosen, key=lambda credential: credential.name)))
        for label, bodies in BODIES
        if (chosen := [c for c in others if c.body in bodies or (not bodies and c.body not in named)])
    )


def page_words() -> dict[str, Any]:
    """The words that the scripts put on the screen and that Python has already: units, formats, currencies, zones."""
    return {
        "units": {unit.value: label for unit, label in UNIT.items()},
        "amounts": {unit.value: list(pair) for unit, pair in AMOUNT_OF_UNIT.items()},
        "delivery": {delivery.value: label for delivery, label in DELIVERY.items()},
        "signs": CURRENCY_SIGN,
        "zones": ZONE_NAME,
    }


def write_planner_pages(press: Press, credentials: Mapping[str, Credential]) -> None:
    """Write ``/plan/`` and ``/team/``."""
    words = page_words()
    about = "What you still need to renew and what to take next, worked out in your own browser. Nothing is sent."
    values = {
        "title": "My plan",
        "description": about,
        "section": "plan",
        "words_of_page": words,
        "common": [credentials[id_] for id_ in COMMON if id_ in credentials],
        "folds": folds(credentials),
        "regions": COUNTRY_REGIONS,
    }
    press.page("my_plan.html", PLAN, values)
    about = "Everybody's renewal on one page, from files that your staff gave you. Nothing is uploaded."
    press.page("team.html", TEAM, {"title": "My team", "description": about, "section": "team", "words_of_page": words})


def write_service_worker(press: Press, assets: Mapping[str, tuple[str, bytes]]) -> None:
    """Write ``/sw.js``: what the planner needs without a network, under a name that follows its content.

    It changes only when one of these files does, so that an unchanged night is one for the browser too. The home page
    is kept as well, yet gives no new name: its lists move with the day.
    """
    ours = [f"/assets/{name}" for name, _content in assets.values()]
    data = cast("Mapping[str, str]", press.env.globals["planner"])
    files = [PLAN, TEAM, *data.values(), *ours]
    made = hashlib.sha256()
    for path in files:
        made.update((press.output.folder / file_of(path)).read_bytes())
    base = press.settings.base_path
    release = {
        "base": base,
        "name": made.hexdigest()[:16],
        "files": [base + path.removeprefix("/") for path in ["/", *files]],
    }
    script = assets[f"planner/{SERVICE_WORKER}"][1].decode()
    press.file("sw.js", f"globalThis.RELEASE = {json.dumps(release)};\n{script}")
