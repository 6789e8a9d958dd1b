"""The worked cases of ``docs/worked-cases.md``, run as they stand there."""

from __future__ import annotations

from typing import Any

import pytest
from worked_cases import CASES, TODAY

from recommend.amounts import units
from recommend.profile import Profile
from recommend.rules import load_credentials
from recommend.shortfall import CredentialOwed, owed

RULES = load_credentials()
HELD_TO = (
    "ascp-mlt",
    "ascp-mls",
    "ascp-bb",
    "ascp-ht",
    "amt-mlt",
    "amt-rpt",
    "us-ca-lab",
    "us-fl-technician",
    "us-tn-lab",
    "us-nd-lab",
)


def test_there_are_enough_cases_over_the_rules_that_matter() -> None:
    assert len(CASES) >= 40
    covered = {credential for _, case in CASES for credential in case["expect"]}
    assert covered.issuperset(HELD_TO)


@pytest.mark.parametrize(("title", "case"), CASES, ids=[title for title, _ in CASES])
def test_worked_case(title: str, case: dict[str, Any]) -> None:
    expected = case["expect"]
    profile = Profile.model_validate({key: value for key, value in case.items() if key not in ("today", "expect")})
    answer = owed(profile, RULES, case.get("today", TODAY))
    assert {credential.id for credential in answer.credentials} == set(expected)
    for credential_id, figures in expected.items():
        check(answer.credential(credential_id), dict(figures))


def check(credential: CredentialOwed, figures: dict[str, Any]) -> None:
    if "ends" in figures:
        assert credential.cycle is not None
        assert credential.cycle.end == figures.pop("ends")
    requirements = {requirement.id: requirement for requirement in credential.requirements}
    for unknown in figures.pop("unknown", ()):
        assert requirements[unknown].needed is None
        assert requirements[unknown].still_confirmed is None
    if "still" in figures:
        assert still(credential.still_confirmed, credential.still_likely) == figures.pop("still")
    else:
        assert credential.still_confirmed is None
    for name, both in figures.items():
        requirement = requirements[name]
        assert still(requirement.still_confirmed, requirement.still_likely) == both, name


def still(confirmed: int | None, likely: int | None) -> list[float | None]:
    return [None if amount is None else units(amount) for amount in (confirmed, likely)]
