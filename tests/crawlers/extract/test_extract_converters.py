"""From readings to the statements that a listing carries."""

from __future__ import annotations

from datetime import date, time

from catalog.listing import Audience, CreditUnit, Delivery
from crawlers.extract import dates, delivery, duration, level, money, place
from crawlers.extract.credits import statements as credit_statements

FETCHED_ON = date(2026, 11, 22)
LABCE = (
    "P.A.C.E.® Contact Hours (acceptable for AMT, ASCP, and state recertification): 1.5 hour(s) Course number "
    "578-015-16, approved through 3/31/2028 Florida Board of Clinical Laboratory Personnel Credit Hours - General "
    "(Hematology): 1 hour(s)"
)


def test_credits_carry_their_approval_and_their_own_words() -> None:
    pace, florida = credit_statements(LABCE, "label:Continuing Education Credits")
    assert (pace.thousandths, pace.unit, pace.subject) == (1500, CreditUnit.PACE, None)
    assert (florida.thousandths, florida.unit, florida.subject) == (1000, CreditUnit.FLORIDA, "Hematology")
    assert pace.approval_number == florida.approval_number == "578-015-16"
    assert pace.approved_through == date(2028, 3, 31)
    assert pace.evidence[0].where == "label:Continuing Education Credits"
    assert pace.evidence[0].text.startswith("P.A.C.E. Contact Hours")
    assert "Hematology" not in pace.evidence[0].text
    assert "Hematology" in florida.evidence[0].text


def test_alternatives_share_a_choice_group_and_others_have_none() -> None:
    cme, cmle = credit_statements("CME or CMLE Credit: 2.0", "label:Credit")
    assert cme.choice_group is not None
    assert cme.choice_group == cmle.choice_group
    both = credit_statements("1.0 P.A.C.E. and 1.0 Florida contact hour", "label:Credit")
    assert [statement.choice_group for statement in both] == [None, None]


def test_a_provisional_and_an_upper_amount_say_so() -> None:
    (statement,) = credit_statements("P.A.C.E. Contact Hours: 5.0 (subject to change)", "label:Credit")
    assert statement.provisional
    (statement,) = credit_statements("Earn up to 12 P.A.C.E. contact hours", "label:Credit")
    assert statement.upper_bound


def test_a_type_without_an_amount_stays_without() -> None:
    statements = credit_statements("C.E. Credits: P.A.C.E. CE | Florida CE", "label:C.E. Credits")
    assert [statement.thousandths for statement in statements] == [None, None]


def test_offers_hold_no_package_and_no_open_price() -> None:
    text = "Histology CE Package $65 Add to cart Individual course $20 Add to cart"
    (offer,) = money.offers(text, "label:Price")
    assert (offer.minor, offer.currency, offer.scope) == (2000, "USD", "item")
    (package,) = money.package_prices(text, "label:Price")
    assert (package.name, package.minor, package.currency) == ("Histology CE Package", 6500, "USD")
    assert money.offers("from $20", "label:Price") == ()
    assert money.offers("$20 - $65", "label:Price") == ()


def test_a_package_knows_its_cap() -> None:
    (package,) = money.package_prices("Pick Your Courses Up to 8 CE hours $55Add to cart", "label:Price")
    assert (package.name, package.cap_thousandths) == ("Pick Your Courses", 8000)


def test_a_member_price_names_its_organization() -> None:
    member, public = money.offers("ASCLS members: $15; non-members: $25", "label:Fee")
    assert (member.audience, member.organization, member.minor) == (Audience.MEMBER, "ASCLS", 1500)
    assert (public.audience, public.organization, public.minor) == (Audience.PUBLIC, None, 2500)


def test_free_to_members_is_not_free_for_the_public() -> None:
    (offer,) = money.offers("Free for ASCLS members", "label:Fee")
    assert (offer.minor, offer.audience) == (0, Audience.MEMBER)
    assert not money.read_money("Free for ASCLS members").free


def test_an_early_price_ends_and_the_next_one_begins() -> None:
    early, late = money.offers("$200 by January 31, 2027; $250 after", "label:Fee")
    assert (early.audience, early.minor, early.through) == (Audience.EARLY, 20000, date(2027, 1, 31))
    assert (late.audience, late.minor, late.starts_on) == (Audience.PUBLIC, 25000, date(2027, 2, 1))
    assert [offer.evidence[0].text for offer in (early, late)] == ["$200 by January 31, 2027", "$250"]


def test_an_early_price_without_a_year_needs_the_fetch_date() -> None:
    text = "Early bird (before March 1): $250"
    assert money.offers(text, "label:Fee")[0].through is None
    assert money.offers(text, "label:Fee", FETCHED_ON)[0].through == date(2027, 2, 28)


def test_a_list_of_days_is_several_sessions_and_a_range_is_one() -> None:
    first, second = dates.sessions("April 16 and June 4, 2027, 1-2 pm ET", "label:Date", FETCHED_ON)
    assert (first.key, first.local_time, first.end_time) == ("2027-04-16", time(13), time(14))
    assert (second.key, second.zone) == ("2027-06-04", "America/New_York")
    (span,) = dates.sessions("May 5-7, 2027", "label:Date", FETCHED_ON)
    assert (span.local_date, span.end_date) == (date(2027, 5, 5), date(2027, 5, 7))


def test_two_runs_on_one_day_have_keys_of_their_own() -> None:
    keys = [s.key for s in dates.sessions("Feb 3, 2027 at 9:00 AM and 2:00 PM ET", "label:Date", FETCHED_ON)]
    assert keys == ["2027-02-03T09:00", "2027-02-03T14:00"]


def test_a_label_apart_from_its_value_gives_the_role() -> None:
    roles = dates.role_dates("May 23, 2027", "label:Expires", FETCHED_ON, label="Expires:")
    assert roles.available_through is not None
    assert roles.available_through.value == date(2027, 5, 23)
    assert dates.sessions("May 23, 2027", "label:Expires", FETCHED_ON, label="Expires") == ()


def test_the_roles_of_one_text() -> None:
    text = (
        "Release Date: 1/1/2026 Expiration Date: 12/31/2027. Approved through 6/30/2027. Apply by May 1, 2027. "
        "Claim credit by 1/31/2028. Effective Date: 16-FEB-2026"
    )
    roles = dates.role_dates(text, "text", FETCHED_ON)
    stated = {name: getattr(roles, name) for name in roles.__dataclass_fields__}
    assert {name: value.value.isoformat() if value else None for name, value in stated.items()} == {
        "available_from": "2026-01-01",
        "available_through": "2027-12-31",
        "approved_through": "2027-06-30",
        "apply_by": "2027-05-01",
        "claim_by": "2028-01-31",
        "retired_on": None,
        "effective_on": "2026-02-16",
    }


def test_minutes_are_of_the_clock_only() -> None:
    stated = duration.minutes("approximately 35-40 minutes", "label:Duration")
    assert stated is not None
    assert (stated.value.at_least, stated.value.at_most) == (35.0, 40.0)
    assert stated.evidence[0].text == "35-40 minutes"
    assert duration.minutes("Completion: Up to 52 weeks", "label:Completion") is None
    assert duration.minutes("self-paced", "label:Duration") is None


def test_delivery_place_level_audience_and_language() -> None:
    stated = delivery.stated("Providence, Rhode Island, and virtual", "label:Location")
    assert stated is not None
    assert stated.value is Delivery.HYBRID
    where = place.stated("Providence, Rhode Island, and virtual", "label:Location")
    assert where is not None
    assert (where.value.city, where.value.region, where.value.country) == ("Providence", "RI", "US")
    found = level.level("Level of Instruction: Basic to Intermediate", "label:Level")
    assert found is not None
    assert found.value == "Basic, Intermediate"
    whom = level.audience("Medical laboratory technicians and students. Objectives: ...", "label:Audience")
    assert whom is not None
    assert whom.value == "Medical laboratory technicians and students"
    tongue = level.language("Language: English and French", "label:Language")
    assert tongue is not None
    assert tongue.value == "English and French"


def test_what_is_not_stated_is_none() -> None:
    assert delivery.stated("Register online", "text") is None
    assert place.stated("Virtual", "label:Location") is None
    assert place.stated("John Smith, MD", "label:Location") is None
    assert level.level("This covers advanced statistics in a busy laboratory of today", "text") is None
    assert level.language("an English-born chemist invented it", "text") is None
    assert level.read_audience("We audited the laboratory").value is None


def test_georgia_is_a_state_and_a_country() -> None:
    atlanta, tbilisi = (place.read_place(text).place for text in ("Atlanta, Georgia", "Tbilisi, Georgia"))
    assert atlanta is not None
    assert (atlanta.region, atlanta.country) == ("GA", "US")
    assert tbilisi is not None
    assert (tbilisi.region, tbilisi.country) == (None, "GE")
