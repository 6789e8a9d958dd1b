"""How long one shortfall takes: 1,000 invented profiles of 60 credits and 3 credentials each.

Run ``python bench/shortfall.py [profiles]``. Prints milliseconds for a profile (median, 95th percentile, worst) and the
peak memory of the process. Each profile is solved on both sides, so that is six exact assignments.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this folder holds scripts named as packages are

import random
import resource
import statistics
import time
from datetime import date, timedelta

from catalog.taxonomy import topics
from recommend.profile import Profile
from recommend.rules import load_credentials
from recommend.shortfall import owed

TODAY = date(2026, 11, 22)
PROFILES = 1000
CREDITS = 60
HOLDINGS = ("ascp-mlt", "amt-mlt", "us-fl-technician")
UNITS = ("pace", "cmle", "florida", "contact_hour", "unstated", "ceu")


def invented(seed: int) -> Profile:
    """A profile that is the same on every machine. Half of the credits name two topics, so that there is a choice."""
    chance = random.Random(seed)
    names = list(topics())
    transcript = [
        {
            "completed_on": TODAY - timedelta(days=chance.randrange(1, 900)),
            "title": f"Course {number}",
            "amount": chance.choice((0.5, 1, 1, 1, 1.5, 2, 3)) if (unit := chance.choice(UNITS)) != "ceu" else 0.1,
            "unit": unit,
            "topics": chance.sample(names, chance.choice((1, 2))),
            "guessed_topics": chance.sample(names, chance.choice((0, 0, 1))),
        }
        for number in range(CREDITS)
    ]
    end = TODAY + timedelta(days=chance.randrange(30, 190))
    credentials = [
        {"id": "ascp-mlt", "cycle_end": end},
        {"id": "amt-mlt", "cycle_end": end + timedelta(days=90)},
        {
            "id": "us-fl-technician",
            "cycle_start": TODAY - timedelta(days=600),
            "specialties": chance.sample(names[:9], 3),
        },
    ]
    return Profile.model_validate({"credentials": credentials, "transcript": transcript})


def main(profiles: int) -> None:
    """Time each profile alone and print the figures."""
    credentials = load_credentials()
    people = [invented(seed) for seed in range(profiles)]
    taken: list[float] = []
    for person in people:
        started = time.perf_counter()
        answer = owed(person, credentials, TODAY)
        taken.append((time.perf_counter() - started) * 1000)
        assert len(answer.credentials) == len(HOLDINGS)
    taken.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"profiles {profiles}, credits {CREDITS}, credentials {len(HOLDINGS)}, both sides")
    print(
        f"median {statistics.median(taken):.1f} ms, 95% {taken[int(profiles * 0.95)]:.1f} ms, worst {taken[-1]:.1f} ms"
    )
    print(f"all {sum(taken) / 1000:.1f} s, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROFILES)
