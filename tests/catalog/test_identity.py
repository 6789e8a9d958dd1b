"""Which pairs are one opportunity: real ways of announcing one thing, and things that only look alike.

Each pair has the verdict that a careful person would give. Only what is certain is merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import pytest

from catalog.identity import Comparison, Signature, Verdict, compare, keys, near_keys, signature
from catalog.listing import Delivery, Kind, Listing, Place, SessionStatement
from tests.catalog.support import evidence, listing, stated

FAMILY = {"labce": "labce", "medialab": "labce", "vastian": "labce", "asclsce": "labce"}
"""Hosts that publish one catalog."""

PROVIDERS = {"vastian": "medialab", "asclsce": "ascls", "ascls-wa": "ascls", "ascls-news": "ascls"}
"""Sources that bear another name than who publishes there."""

CERTAIN, LIKELY, REJECTED = Verdict


def at(
    day: date,
    city: str | None = None,
    *,
    until: date | None = None,
    hour: time | None = None,
    zone: str | None = None,
) -> SessionStatement:
    """A date, in "City, Region" where one is given."""
    name, _, region = (city or "").partition(", ")
    place = Place(text=city, city=name, region=region or None) if city else None
    return SessionStatement(
        key=day.isoformat(),
        local_date=day,
        end_date=until,
        local_time=hour,
        zone=zone,
        place=place,
        evidence=evidence(),
    )


def page(source: str, title: str, *sessions: SessionStatement, kind: Kind = Kind.COURSE, **facts: Any) -> Listing:
    """What a page of a source says."""
    plain = {name: stated(value) for name, value in facts.items() if name not in {"url", "provider"}}
    given = {name: value for name, value in facts.items() if name in {"url", "provider"}}
    return listing(
        source,
        title,
        title=title,
        kind=stated(kind),
        sessions=sessions,
        **{"provider": PROVIDERS.get(source, source), "url": f"https://{source}.example/", **given, **plain},
    )


def course(source: str, title: str, number: str | None = None, **facts: Any) -> Listing:
    """A course on demand."""
    numbered = {"course_number": number} if number else {}
    return page(source, title, delivery=Delivery.ON_DEMAND, **numbered, **facts)


def conference(source: str, title: str, *sessions: SessionStatement, **facts: Any) -> Listing:
    return page(source, title, *sessions, kind=Kind.CONFERENCE, **facts)


def webinar(source: str, title: str, *sessions: SessionStatement, **facts: Any) -> Listing:
    return page(source, title, *sessions, kind=Kind.WEBINAR, **facts)


JUNE = date(2027, 6, 26)
LAST = date(2027, 6, 30)
MARCH = date(2027, 3, 23)
EAST, WEST = "America/New_York", "America/Los_Angeles"
ERRORS = "Medical Error Prevention: Patient Safety"

ONE = {
    "a course number outweighs titles": (
        course("labce", "Tuberculosis Awareness for Health Care Workers", "578-044-26"),
        course("asclsce", "TB Awareness for Healthcare Workers (by LabCE)", "578-044-26"),
    ),
    "a renewed course number under one title": (
        course("labce", ERRORS, "578-006-26"),
        course("asclsce", f"{ERRORS} (by LabCE)", "578-006-24"),
    ),
    "an approval of P.A.C.E. beyond the catalog": (
        course("labce", ERRORS, "578-006-26"),
        course("cola", "CME Medical Error Prevention (Patient Safety)", "578–006–26"),
    ),
    "notes of hosts": (
        course("labce", "Drug Testing Methods in the Clinical Toxicology Laboratory (Online CE Course)"),
        course("medialab", "CE: Drug Testing Methods in the Clinical Toxicology Laboratory | MediaLab"),
    ),
    "British and American spelling": (course("labce", "Microcytic Anemias"), course("vastian", "Microcytic Anaemias")),
    "numerals": (
        course("labce", "An Introduction to the Medical Laboratory, Part III"),
        course("vastian", "Introduction to the Medical Laboratory: Part 3"),
    ),
    "letters and numbers in words": (course("labce", "Hemostasis, Part B"), course("medialab", "Hemostasis: Part Two")),
    "hyphens": (
        course("labce", "Real-Time PCR in Pre-analytical Practice"),
        course("medialab", "Real Time PCR in Preanalytical Practice"),
    ),
    "a page of one name with a longer title": (
        course("labce", "Erythrocyte Inclusions", url="https://www.labce.com/erythrocyte_inclusions_smear.aspx"),
        course(
            "medialab",
            "Erythrocyte Inclusions in the Smear",
            url="https://www.medialabinc.net/erythrocyte-inclusions-smear.aspx",
        ),
    ),
    "a course number before the title": (
        course("csmls", "4129-16 Problem-Based Learning in Transfusion Medicine", provider="csmls"),
        course("news", "Problem-Based Learning in Transfusion Medicine", provider="csmls"),
    ),
    "a conference of three societies, first and second": (
        conference("ascls", "2027 ASCLS, AGT & SAFMLS Joint Annual Meeting", at(JUNE, "Providence, RI", until=LAST)),
        conference("agt", "Joint Annual Meeting (JAM)", at(JUNE, "Providence, Rhode Island", until=LAST)),
    ),
    "a conference of three societies, first and third": (
        conference("ascls", "2027 ASCLS, AGT & SAFMLS Joint Annual Meeting", at(JUNE, "Providence, RI", until=LAST)),
        conference(
            "safmls",
            "Joint Annual Meeting and Exposition",
            *(at(date(2027, 6, day), "Providence") for day in range(26, 31)),
        ),
    ),
    "spellings of a city": (
        conference("ascls", "Clinical Laboratory Educators Conference (CLEC)", at(MARCH, "St. Louis, MO")),
        conference("camlt", "2027 Clinical Laboratory Educators' Conference", at(MARCH, "Saint Louis, Missouri")),
    ),
    "a city with and without its dots": (
        conference("adlm", "ADLM 2027", at(JUNE, "Washington, D.C.")),
        conference("cap", "ADLM 2027 (formerly AACC Annual Scientific Meeting)", at(JUNE, "Washington, DC")),
    ),
    "the state in the title": (
        conference("ascls-wa", "ASCLS-WA Spring Seminar", at(MARCH, "Yakima, WA")),
        conference("camlt", "ASCLS-Washington Spring Seminar", at(MARCH, "Yakima, Washington")),
    ),
    "an abbreviated name": (
        conference("ascls", "Clinical Laboratory Educators Conference", at(MARCH, "Reno, NV")),
        conference("camlt", "CLEC 2027", at(MARCH, "Reno, NV")),
    ),
    "an ordinal": (
        conference("amt", "89th AMT National Meeting", at(JUNE, "Tulsa, OK", until=LAST)),
        conference("news", "AMT National Meeting & Expo", at(JUNE, "Tulsa", until=LAST), provider="amt"),
    ),
    "one instant told in two zones": (
        webinar("ascls", "Patient Blood Management: The Why", at(MARCH, hour=time(13), zone=EAST)),
        webinar("labroots", "Patient Blood Management - The Why", at(MARCH, hour=time(10), zone=WEST)),
    ),
    "a subtitle left out at one instant": (
        webinar("ascls", "Patient Blood Management: The Why, or Better Yet, Why Not?", at(MARCH, hour=time(13))),
        webinar("labroots", "Webinar: Patient Blood Management", at(MARCH, hour=time(13))),
    ),
    "a misspelled title at one instant": (
        webinar("ascls", "Hematology Morphology Rounds", at(MARCH, hour=time(13), zone=EAST)),
        webinar("labroots", "Hemotology Morphology Rounds", at(MARCH, hour=time(13), zone=EAST)),
    ),
    "a theme behind a conference of several days": (
        conference("ascls", "Laboratory Legislative Symposium Labvocate", at(JUNE, "Alexandria, VA", until=LAST)),
        conference(
            "agt", "Laboratory Legislative Symposium Labvocate: Speak Up", at(JUNE, "Alexandria, VA", until=LAST)
        ),
    ),
    "a past date dropped": (
        webinar("ascls", "Sepsis and the Laboratory", at(MARCH), at(JUNE)),
        webinar("ascls-news", "Sepsis and the Laboratory", at(JUNE)),
    ),
}

LOOK_ALIKES = {
    "parts": (course("labce", "Hemostasis, Part I"), course("medialab", "Hemostasis, Part II"), "numbers"),
    "a part and the whole": (course("labce", "Hemostasis"), course("medialab", "Hemostasis, Part 2"), "numbers"),
    "lettered parts": (course("labce", "Hemostasis Part A"), course("medialab", "Hemostasis Part B"), "numbers"),
    "numerals within": (
        course("labce", "Immunohematology I Laboratory"),
        course("medialab", "Immunohematology II Laboratory"),
        "numbers",
    ),
    "levels": (course("labce", "Phlebotomy Level I"), course("medialab", "Phlebotomy Level II"), "numbers"),
    "levels in words": (course("labce", "Basic Hematology"), course("medialab", "Advanced Hematology"), "advanced"),
    "years": (
        course("labce", "CAP Pro Course - Hematology (2025 & 2026)"),
        course("medialab", "CAP Pro Course - Hematology (2026 & 2027)"),
        "different years",
    ),
    "a year in the title and another in the date": (
        conference("amt", "AMT Annual Meeting 2026"),
        conference("news", "AMT Annual Meeting", at(JUNE, "Tulsa, OK"), provider="amt"),
        "different years",
    ),
    "editions of states": (
        course("labce", "Laws and Rules of the Florida Board of Clinical Laboratory Personnel"),
        course("medialab", "Laws and Rules of the California Board of Clinical Laboratory Personnel"),
        "california",
    ),
    "a state's edition": (
        course("labce", "Medical Errors"),
        course("medialab", "Medical Errors for Florida Laboratory Professionals"),
        "florida",
    ),
    "north and south": (
        conference("amt", "North Carolina Society Spring Meeting"),
        conference("ascls", "South Carolina Society Spring Meeting", provider="amt"),
        "north",
    ),
    "seasons": (
        course("csmls", "Microbiology Refresher - Spring Session"),
        course("news", "Microbiology Refresher - Fall Session", provider="csmls"),
        "fall",
    ),
    "months of one year": (
        course("csmls", "Microbiology Refresher - September 2027 session"),
        course("news", "Microbiology Refresher - January 2027 session", provider="csmls"),
        "january",
    ),
    "recorded, by its title": (
        webinar("aabb", "Establishing an Antibody Registry", at(MARCH, hour=time(13))),
        webinar("news", "On-Demand eCast: Establishing an Antibody Registry", provider="aabb"),
        "on demand",
    ),
    "recorded and live, in brackets": (
        webinar("aabb", "Establishing an Antibody Registry (Live Webinar)"),
        webinar("news", "Establishing an Antibody Registry (Recorded)", provider="aabb"),
        "on demand",
    ),
    "in a classroom and on demand": (
        page("aabb", "Laboratory Systems", delivery=Delivery.IN_PERSON),
        course("news", "Laboratory Systems", provider="aabb"),
        "on demand",
    ),
    "opposites": (
        course("labce", "Biochemicals and Gram Negative Organism Identification"),
        course("medialab", "Biochemicals and Gram Positive Organism Identification"),
        "negative or positive",
    ),
    "prefixes": (course("labce", "Microcytic Anemias"), course("medialab", "Macrocytic Anemias"), "microcytic"),
    "one word": (
        course("labce", "Red Cell Disorders: Peripheral Blood Clues to Nonneoplastic Conditions"),
        course("medialab", "White Cell Disorders: Peripheral Blood Clues to Nonneoplastic Conditions"),
        "red or white",
    ),
    "audiences": (
        course("labce", "Laboratory Safety (MLS) - Learning Lab"),
        course("medialab", "Laboratory Safety (MLT) - Learning Lab"),
        "mls or mlt",
    ),
    "what it is about": (
        course("labce", "Theoretical and Practical Aspects of Routine H&E Staining"),
        course("medialab", "Theoretical and Practical Aspects of Routine Gram Staining"),
        "different things",
    ),
    "a title that many use": (
        course("labce", "Bloodborne Pathogens"),
        course("cola", "OSHA: Bloodborne Pathogens"),
        "two providers",
    ),
    "a degree of two schools": (
        page("rutgers", "Master of Science in Clinical Laboratory Sciences", kind=Kind.DEGREE),
        page("uml", "Master of Science in Clinical Laboratory Sciences", kind=Kind.DEGREE),
        "two schools",
    ),
    "cities": (
        page("amt", "Phlebotomy Workshop", at(MARCH, "Dallas, TX"), kind=Kind.WORKSHOP),
        page("news", "Phlebotomy Workshop", at(MARCH, "Houston, TX"), kind=Kind.WORKSHOP, provider="amt"),
        "cities",
    ),
    "cities in the title": (
        page("amt", "Phlebotomy Workshop - Dallas", kind=Kind.WORKSHOP),
        page("news", "Phlebotomy Workshop - Houston", kind=Kind.WORKSHOP, provider="amt"),
        "different things",
    ),
    "one name in two states": (
        conference("amt", "Spring Meeting", at(MARCH, "Portland, OR")),
        conference("news", "Spring Meeting", at(MARCH, "Portland, Maine"), provider="amt"),
        "cities",
    ),
    "days": (
        webinar("amt", "Sepsis and the Laboratory", at(MARCH)),
        webinar("news", "Sepsis and the Laboratory", at(JUNE), provider="amt"),
        "dates",
    ),
    "hours of one day": (
        webinar("amt", "Sepsis and the Laboratory", at(MARCH, hour=time(10), zone=EAST)),
        webinar("news", "Sepsis and the Laboratory", at(MARCH, hour=time(14), zone=EAST), provider="amt"),
        "times",
    ),
    "a conference and its call for posters": (
        conference("ascls", "2027 CLEC", at(MARCH, "Reno, NV")),
        page("ascls-news", "2027 CLEC poster abstract submissions", kind=Kind.INVOLVEMENT),
        "kinds",
    ),
    "a degree and a course": (
        page("rush", "Transfusion Medicine", kind=Kind.DEGREE),
        course("news", "Transfusion Medicine", provider="rush"),
        "kinds",
    ),
    "languages": (
        course("labce", "Malaria Microscopy", language="English"),
        course("medialab", "Malaria Microscopy", language="French"),
        "languages",
    ),
    "numbers of one source": (
        course("labce", "Microcytic Anemias", "578-010-26"),
        course("labce", "Microcytic Anemias", "578-011-26"),
        "course numbers",
    ),
    "numbers of no approval": (
        course("pcc", "Hematology Lecture and Practice Today", "MLT 250"),
        course("iowa", "Microbiology Bench Rotation Practice Today", "MLT 250"),
        None,
    ),
}

FOR_A_CURATOR = {
    "one number, two parts": (
        course("labce", "Hemostasis, Part 1", "578-044-26"),
        course("asclsce", "Hemostasis, Part 2", "578-044-26"),
        "numbers",
    ),
    "one number, nothing in common": (
        course("labce", "Hemostasis", "578-044-26"),
        course("asclsce", "Urine Microscopy", "578-044-26"),
        "share no word",
    ),
    "a subtitle left out": (
        course("labce", "High Sensitivity Troponins: From History to the Bench"),
        course("medialab", "High Sensitivity Troponins"),
        "two sources",
    ),
    "a word more": (
        course("labce", "OSHA Bloodborne Pathogens in the Laboratory Today"),
        course("medialab", "Bloodborne Pathogens in the Laboratory Today"),
        "two sources",
    ),
    "a revised edition": (
        course("labce", "Routine Venipuncture (Revised Edition)"),
        course("medialab", "Routine Venipuncture"),
        None,
    ),
    "one page for every year": (
        conference("ascls", "2027 Clinical Laboratory Educators Conference"),
        conference("ascls-news", "Clinical Laboratory Educators Conference"),
        "a year",
    ),
    "a course and a webinar": (
        page("aabb", "Pathogen Reduction Today", kind=Kind.COURSE),
        page("news", "Pathogen Reduction Today", kind=Kind.WEBINAR, provider="aabb"),
        "webinar",
    ),
    "a certificate and a degree": (
        page("rush", "Specialist in Blood Banking", kind=Kind.CERTIFICATE),
        page("news", "Specialist in Blood Banking", kind=Kind.DEGREE, provider="rush"),
        "degree",
    ),
    "a telling title of two providers": (
        course("labce", "Drug Testing Methods in the Clinical Toxicology Laboratory"),
        course("cola", "Drug Testing Methods in the Clinical Toxicology Laboratory"),
        "two providers",
    ),
    "twice in one source": (course("labce", "Microcytic Anemias"), course("labce", "Microcytic Anemias."), "in one"),
    "a day before the opening": (
        conference("ascls", "Joint Annual Meeting", at(JUNE, "Reno, NV", until=LAST)),
        conference("agt", "Joint Annual Meeting", at(date(2027, 6, 27), "Reno, NV", until=LAST)),
        "overlap",
    ),
    "a workshop within a conference": (
        conference("ascls", "Clinical Laboratory Educators Conference", at(MARCH, "Reno, NV")),
        conference("agt", "Clinical Laboratory Educators Conference Simulation Lab", at(MARCH, "Reno, NV")),
        "city",
    ),
    "an hour without its zone": (
        webinar("ascls", "Sepsis and the Laboratory", at(MARCH, hour=time(13), zone=EAST)),
        webinar("labroots", "Sepsis and the Laboratory", at(MARCH, hour=time(10))),
        "zone",
    ),
}


def signed(one: Listing) -> Signature:
    return signature(one, family=FAMILY.get(one.source, one.family), priority=50)


def judged(first: Listing, second: Listing) -> tuple[Comparison, Signature, Signature]:
    """The comparison, which is the same from both sides."""
    one, other = signed(first), signed(second)
    found, turned = compare(one, other), compare(other, one)
    assert (found.verdict, found.ratio) == (turned.verdict, turned.ratio)
    return found, one, other


@pytest.mark.parametrize("pair", ONE.values(), ids=ONE)
def test_what_is_one_is_found_and_certain(pair: tuple[Listing, Listing]) -> None:
    found, one, other = judged(*pair)
    assert found.verdict is CERTAIN, found.reasons
    assert found.reasons
    assert keys(one) & keys(other)


def told(cases: Mapping[str, tuple[Listing, Listing, str | None]]) -> Any:
    return pytest.mark.parametrize(("first", "second", "because"), cases.values(), ids=cases)


@told(LOOK_ALIKES)
def test_what_only_looks_alike_is_rejected_with_the_reason(
    first: Listing, second: Listing, because: str | None
) -> None:
    found, _, _ = judged(first, second)
    assert found.verdict is REJECTED, found.reasons
    assert because is None or because in "; ".join(found.reasons)


@told(FOR_A_CURATOR)
def test_what_nobody_can_tell_is_shown_to_a_curator(first: Listing, second: Listing, because: str | None) -> None:
    found, one, other = judged(first, second)
    assert found.verdict is LIKELY, found.reasons
    assert because is None or because in "; ".join(found.reasons)
    assert (keys(one) | near_keys(one)) & (keys(other) | near_keys(other))
