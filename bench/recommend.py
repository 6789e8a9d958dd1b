"""How fast a ranking, a plan and a batch are, at 10,000 and 100,000 opportunities, each beside its floor in one run.

    python bench/recommend.py [--sizes 10000 100000] [--json]

The opportunities are invented: titles put together from the words of the topic lists, credits, prices and dates drawn
at random. The floor of a ranking is the bare sparse product of the same question with the same index, taken in turns
with it. A batch of technicians is compared with two ways of doing it one by one. "One by one" is a whole call of
`suggest` for each, with catalog and index open: the one call that answers one profile, and what a loop over a folder of
profiles would cost. It lays the catalog out in columns for each person anew, which the batch does once, and this is
most of what a batch saves. "On laid columns" leaves that out: one ranking for all, asked for each person in turn. What
the batch then still saves is little, since reading a person's words and adding up a person's own columns is the same
work in both. The people of the batch and of the turns are not the same, so that neither finds what the other has read.
All figures are processor time, so that what else runs on the machine counts for little.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(
    Path(__file__).resolve().parents[1]
)  # this script's own folder holds a `recommend` that is no package

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import scipy.optimize

from catalog.listing import Audience, CreditUnit, Delivery, Kind, PackageCover, PackageEffect
from catalog.views import (
    CreditView,
    ListingReference,
    OfferView,
    OpportunityView,
    PackageView,
    Presence,
    TopicOrigin,
    TopicView,
)
from recommend import solver
from recommend.index import build_index
from recommend.plan import Options, plan_for
from recommend.profile import CheckedFigure, Held, Profile
from recommend.rank import Ranking, person_of, suggest
from recommend.rules import load_credentials
from recommend.team_plan import best_for_all
from recommend.text import load_vocabulary

SEED = 11
TODAY = date(2026, 11, 22)
REPEATS = 15
PEOPLE = 1_000
PEOPLE_ON_COLUMNS = 200
PEOPLE_BY_CALL = 3
LIMIT = 20
FREE = 10
"""So many courses are free. Where enough is free for everything, a plan has nothing to weigh."""

FRAMES = ("Introduction to {}", "{} Update", "{} and {}", "Case Studies: {}", "{}: What the Laboratory Should Know")


def opportunities(count: int) -> list[OpportunityView]:
    """So many invented courses."""
    chance = random.Random(SEED)
    rules = [rule for rule in load_vocabulary().rules if rule.topic != "general"]
    return [_course(number, chance, rules) for number in range(count)]


def _course(number: int, chance: random.Random, rules: Sequence[Any]) -> OpportunityView:
    rule = chance.choice(rules)
    words = [chance.choice(rule.strong).removesuffix("*").title() for _ in range(2)]
    frame = chance.choice(FRAMES)
    minor = 0 if number < FREE else chance.choice([1000, 1500, 2000, 2500, 4000, None])
    identity = f"l{number:012x}"
    url = f"https://provider{number % 40}.example/{number}"
    return OpportunityView(
        id=identity,
        kind=Kind.COURSE,
        title=f"{frame.format(*words)}, Part {number % 17 + 1}",
        provider=f"provider{number % 40}",
        provider_name=f"Provider {number % 40}",
        family=f"family{number % 40}",
        url=url,
        read_on=TODAY - timedelta(days=number % 30),
        credits=(CreditView(chance.choice([500, 1000, 1000, 1500, 2000]), CreditUnit.PACE, "sample"),),
        offers=(OfferView(Audience.PUBLIC, minor, "USD", "sample", url),),
        topics=(TopicView(rule.topic, TopicOrigin.STATED if chance.random() < 0.7 else TopicOrigin.GUESSED, 0.8),),
        delivery=Delivery.ON_DEMAND,
        listings=(ListingReference(identity, "sample", "Sample", url, Presence.ACTIVE, TODAY),),
    )


def packages() -> list[PackageView]:
    """A subscription, a bundle of eight hours, and a discount."""
    shapes = ((9500, None, None), (5000, 8000, None), (2000, None, 25))
    return [
        PackageView(
            id=f"package{number}",
            name=f"Package {number}",
            source="sample",
            url="https://provider.example/",
            covers=PackageCover(family=f"family{number}"),
            effect=PackageEffect.FREE if percent is None else PackageEffect.PERCENT,
            minor=minor,
            currency="USD",
            percent=percent,
            cap_thousandths=cap,
        )
        for number, (minor, cap, percent) in enumerate(shapes)
    ]


def technicians(count: int) -> list[Profile]:
    """So many technicians with three credentials, interests and wishes of their own."""
    chance = random.Random(SEED + 1)
    rules = [rule for rule in load_vocabulary().rules if rule.topic != "general"]
    found = []
    for _ in range(count):
        liked = chance.sample(rules, 2)
        found.append(
            Profile(
                credentials=(
                    Held(id="ascp-mlt", cycle_start=date(2025, 1, 1), cycle_end=date(2027, 12, 31)),
                    Held(id="amt-mlt", cycle_start=date(2025, 6, 1), cycle_end=date(2028, 5, 31)),
                    Held(id="us-tn-lab", cycle_start=date(2025, 1, 1), cycle_end=date(2027, 12, 31)),
                ),
                interests=tuple(
                    " ".join(word.removesuffix("*") for word in chance.sample(rule.strong, 2)) for rule in liked
                ),
                topics=(liked[0].topic,),
                checked=(CheckedFigure(figure="amt-mlt.accepts.hours"),),
                formats=(Delivery.ON_DEMAND,),
                longest_minutes=chance.choice([None, 60, 90]),
            )
        )
    return found


def milliseconds(*works: Callable[[], Any], repeats: int = REPEATS) -> list[float]:
    """The median of some runs of each in processor time, taken in turns after one that is not counted.

    In turns, so that each finds the processor's caches as the others leave them; in processor time, so that what else
    runs on the machine counts for nothing.
    """
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(repeats + 1):
        for work, own in zip(works, taken, strict=True):
            started = time.process_time()
            work()
            if turn:
                own.append((time.process_time() - started) * 1000)
    return [statistics.median(own) for own in taken]


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """One run in processor time, and what it gave."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def milliseconds_each(work: Callable[[], Any], people: int) -> float:
    """One run in processor time, for each of so many people."""
    spent, _ = seconds(work)
    return spent * 1000 / people


@contextmanager
def solver_clock() -> Iterator[list[float]]:
    """Collects the seconds that each call of the solver itself takes."""
    milp, taken = scipy.optimize.milp, []

    def clocked(*arguments: Any, **named: Any) -> Any:
        spent, result = seconds(lambda: milp(*arguments, **named))
        taken.append(spent)
        return result

    with mock.patch.object(solver, "milp", clocked):
        yield taken


def measure(size: int) -> dict[str, Any]:
    """Everything at one size."""
    everything = opportunities(size)
    credentials = load_credentials()
    build_seconds, index = seconds(lambda: build_index(everything))
    changed = [*everything[10:], *opportunities(size + 10)[size:]]
    update_seconds, _ = seconds(lambda: build_index(changed, previous=index))
    ranking = Ranking(everything, packages(), index, TODAY)
    people = technicians(PEOPLE + PEOPLE_ON_COLUMNS)
    person = person_of(people[0], credentials, TODAY)
    lay_seconds, _ = seconds(lambda: ranking.parts(person))
    question = ranking.question(people[0])
    assert question is not None
    bare, personal, listed = milliseconds(
        lambda: (question.words @ index.words.transposed, question.characters @ index.characters.transposed),
        lambda: ranking.best(ranking.parts(person), LIMIT),
        lambda: ranking.suggestions(person, LIMIT),
    )
    group = [person_of(profile, credentials, TODAY) for profile in people]
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    one_by_one = milliseconds_each(
        lambda: [
            suggest(one, everything, packages(), credentials, index, now, LIMIT) for one in people[:PEOPLE_BY_CALL]
        ],
        PEOPLE_BY_CALL,
    )
    on_columns = milliseconds_each(
        lambda: [ranking.best(ranking.parts(one), LIMIT) for one in group[PEOPLE:]], PEOPLE_ON_COLUMNS
    )
    together = milliseconds_each(lambda: best_for_all(ranking, group[:PEOPLE], LIMIT), PEOPLE)
    with solver_clock() as solving:
        plan_seconds, plan = seconds(lambda: plan_for(ranking, person, Options(no_budget=True)))
    return {
        "opportunities": size,
        "index_build_s": round(build_seconds, 2),
        "index_update_of_20_s": round(update_seconds, 2),
        "lay_columns_s": round(lay_seconds, 2),
        "bare_product_ms": round(bare, 3),
        "ranking_ms": round(personal, 3),
        "ranking_over_bare": round(personal / bare, 2),
        "list_of_20_with_reasons_ms": round(listed, 2),
        "people": PEOPLE,
        "one_by_one_ms_each": round(one_by_one, 1),
        "on_laid_columns_ms_each": round(on_columns, 2),
        "batch_ms_each": round(together, 3),
        "batch_times_faster_than_one_by_one": round(one_by_one / together, 1),
        "batch_times_faster_than_on_laid_columns": round(on_columns / together, 1),
        "plan_s": round(plan_seconds, 2),
        "plan_solver_s": round(sum(solving), 2),
        "plan_candidates": plan.proof.candidates,
        "plan_proved": plan.proof.proved,
        "plan_gap": plan.proof.gap,
        "plan": plan.headline,
    }


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description="Speed of ranking, batch and plan.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    arguments = parser.parse_args()
    found = [measure(size) for size in arguments.sizes]
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    for figures in found:
        print()
        for name, value in figures.items():
            print(f"{name:<38}{value}")


if __name__ == "__main__":
    main()
