"""Whole profiles: what is held and done (:mod:`profiles`), and what somebody likes, wants and can spend."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from many import words
from profiles import TOPICS, Document, profiles, seldom, without_silence

from catalog.listing import Delivery
from catalog.views import OpportunityView, PackageView
from recommend.profile import Level

INTERESTS = ("hbA1c testing", "PT INR", "anti-d", "Ünïcode Hôpital α-thalassæmia", "c.l.i.a. rules", "blood/bank")
CITIES = ({"city": "Columbus", "region": "OH"}, {"city": "Springfield"}, {"city": "Nowhere"}, {"city": "San Juan"})
PAYS = (
    {"allowance_per_year": 100, "allowance_used": 33.33},
    {"tuition_percent": 75, "tuition_cap": 150.5, "service_months": 12},
    {"allowance_per_year": 10, "currency": "CAD"},
    {"tuition_cap": 20, "allowance_per_year": 5, "starts_on": "2026-12-01"},
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def some(values: Sequence[str], most: int) -> st.SearchStrategy[list[str]]:
    """Up to so many different ones."""
    return st.lists(st.sampled_from(values), unique=True, max_size=most)


@st.composite
def interests(draw: st.DrawFn) -> str:
    """A few words as somebody types them."""
    typed = " ".join(draw(st.lists(st.sampled_from(words()), min_size=1, max_size=4)))
    return draw(st.sampled_from((typed, typed, typed.lower(), typed.upper(), *INTERESTS)))


@st.composite
def free_times(draw: st.DrawFn) -> Document:
    """A weekly window."""
    after, before = draw(st.sampled_from((("17:00", "21:30:00"), ("06:00:00", "12:00"), ("00:00", "23:59"))))
    days = draw(st.lists(st.sampled_from(DAYS), unique=True, min_size=1))
    return {"days": days, "after": after, "before": before}


@st.composite
def whole_profiles(draw: st.DrawFn, views: Sequence[OpportunityView], packages: Sequence[PackageView]) -> Document:
    """A profile as its JSON file has it, about a catalog of these opportunities and packages."""
    ids = [view.id for view in views]
    liked = draw(some(ids, 3))
    held = [*(package.name.upper() for package in packages), *(package.id for package in packages)]
    home = draw(seldom(st.sampled_from(CITIES), one_in=2))
    document = draw(profiles()) if draw(st.integers(1, 5)) > 1 else {"version": 1}
    wishes = {
        "interests": draw(st.lists(interests(), max_size=3)),
        "topics": draw(some(TOPICS, 3)),
        "liked": liked,
        "disliked": [one for one in draw(some(ids, 3)) if one not in liked],
        "budget": {"amount": draw(st.sampled_from((0, 50, 120.5)))} if draw(st.booleans()) else None,
        "memberships": draw(some([f"Society {number}" for number in range(1, 10)] + ["Provider 7"], 2)),
        "subscriptions": draw(some(held, 2)),
        "employer": draw(seldom(st.sampled_from(("Provider 9", "the provider 12 group")))),
        "employer_pays": draw(seldom(st.sampled_from(PAYS), one_in=3)),
        "formats": draw(some([delivery.value for delivery in Delivery], 2)),
        "levels": draw(some([level.value for level in Level], 2)),
        "longest_minutes": draw(seldom(st.sampled_from((15, 30, 60, 90)), one_in=2)),
        "free_times": draw(st.lists(free_times(), max_size=2)),
        "time_zone": draw(st.sampled_from((None, "America/New_York", "America/Denver", "Asia/Kolkata"))),
        "home": None if home is None else home | {"miles": draw(st.sampled_from((0, 50, 400, 2000)))},
        "language": draw(st.sampled_from((None, None, "en", "en-US", "es"))),
        "goal": draw(seldom(st.sampled_from(("mls", "lead", "educator")))),
    }
    taken = draw(some(ids, 2))
    by_id = {view.id: view for view in views}
    document["transcript"] = [*document.get("transcript", ()), *(_taken(by_id[one], one == liked) for one in taken)]
    return without_silence(document | wishes)


def _taken(view: OpportunityView, by_address: bool) -> Document:
    """An opportunity that was taken, named by its address or by its title alone."""
    named = {"title": "Taken", "url": view.url} if by_address else {"title": view.title.upper()}
    return {"completed_on": "2026-03-01", "amount": 1, "unit": "pace", **named}
