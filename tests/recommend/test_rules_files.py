"""Rule files: what is published is whole, and a bad file is refused with file, line and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog.taxonomy import topics
from recommend.credential import ANY_TOPIC, Confidence, Credential, RequirementKind, Standing
from recommend.rules import OURS, RuleError, check_rules, load_credentials

RULES = load_credentials()
READ_ON = date(2026, 11, 22)
NOT_FOUND = {
    "ascp-at", "ascp-dlm", "ascp-dpt", "ascp-mla", "ascp-pa", "ascp-pbt", "ascp-sc", "ascp-sct", "ascp-scym", "ascp-sh",
    "ascp-sm", "ascp-smb", "us-hi-lab", "us-ny-lab", "us-pr-lab",
}  # fmt: skip
"""Credentials of which no page gives the total."""

GOOD = """
id = "my-board"
name = "My board's license"
short_name = "My license"
body = "my-board"
body_name = "My board"
jurisdiction = "Canada"
unit = "hours"

[cycle]
kind = "anniversary"
months = 12
confidence = "high"

[total]
value = 15
confidence = "medium"
source = "page"

[[requirements]]
id = "safety"
label = "Safety"
topics = ["safety"]
needed = { value = 1.5, confidence = "low", source = "page" }

[[requirements]]
id = "rest"
label = "Anything"
kind = "remainder"

[sources.page]
url = "https://board.example/rule"
title = "The rule"
dated = "2026-01-01"
read_on = 2026-11-01
"""


def write(folder: Path, text: str, name: str = "my-board.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_all_52_credentials_are_there_and_what_nobody_found_is_absent() -> None:
    assert len(RULES) == 52
    assert {name for name, rule in RULES.items() if rule.total is None} == NOT_FOUND


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_each_sure_figure_names_a_source_that_was_read_and_dated(rule: Credential) -> None:
    for path, figure in rule.figures().items():
        if figure.source is None:
            assert figure.confidence is not Confidence.HIGH or figure.checked, path
            continue
        source = rule.source(figure.source)
        assert source is not None
        assert source.read_on == READ_ON
        assert source.dated
        assert source.url.startswith("http")


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_minimums_and_rest_add_up_to_the_total(rule: Credential) -> None:
    minimums = [part.needed.value for part in rule.requirements if part.needed and part.kind is RequirementKind.MINIMUM]
    if rule.total is not None and rule.standing is Standing.ACTIVE:
        assert sum(minimums) <= rule.total.value
        rest = [part for part in rule.requirements if part.kind is RequirementKind.REMAINDER]
        assert len(rest) == (0 if rule.id == "ascp-qualification" else 1)


def test_known_figures_are_those_of_the_pages() -> None:
    """Read off the pages once, by eye."""
    figures = {
        "ascp-mlt": 36, "ascp-mls": 36, "ascp-ht": 36, "ascp-sbb": 36, "ascp-qualification": 8, "amt-mlt": 45,
        "amt-mt": 45, "amt-clc": 45, "amt-mdt": 36, "amt-cmla": 30, "amt-rma": 30, "amt-ahi": 30, "amt-rpt": 24,
        "us-ca-lab": 24, "us-ca-phlebotomy": 6, "us-fl-technician": 24, "us-la-lab": 12, "us-mt-lab": 14,
        "us-nv-lab": 20, "us-nd-lab": 24, "us-tn-lab": 24, "us-wv-lab": 10,
    }  # fmt: skip
    for name, total in figures.items():
        figure = RULES[name].total
        assert figure is not None
        assert figure.value == total * 1000, name


def test_every_topic_of_a_rule_is_in_the_taxonomy() -> None:
    used = {topic for rule in RULES.values() for part in rule.requirements for topic in part.topics}
    assert used - {ANY_TOPIC} <= set(topics())


def test_an_own_folder_adds_and_replaces(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, (OURS / "ascp-mlt.toml").read_text("utf-8").replace("value = 36", "value = 40"), "ascp-mlt.toml")
    rules = load_credentials(tmp_path)
    assert rules["my-board"].requirement("safety").needed is not None
    assert rules["ascp-mlt"].total is not None
    assert rules["ascp-mlt"].total.value == 40_000
    assert len(rules) == 53
    assert check_rules(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("value = 15", "valeu = 15", "valeu", "did you mean 'value'"),
        ("value = 15", "value = -3", "value = -3", "negative"),
        ("value = 15", 'value = "many"', "many", "not a number"),
        ("value = 15", "value = 1", "[total]", "less than the minimums"),
        ('topics = ["safety"]', 'topics = ["saftey"]', "saftey", "did you mean 'safety'"),
        ('confidence = "medium"', 'confidence = "sure"', "sure", "'high', 'medium' or 'low'"),
        ('source = "page" }', 'source = "pgae" }', "needed", "did you mean 'page'"),
        ('id = "rest"', 'id = "safety"', 'label = "Anything"', "stands twice"),
        ('kind = "remainder"', 'kind = "remainders"', "remainders", "'remainder'"),
        ("read_on = 2026-11-01", "", "[sources.page]", "read_on: is missing"),
        ('kind = "anniversary"', 'kind = "fixed"', "[cycle]", "end_month and end_day"),
        ('url = "https://board.example/rule"', 'url = "javascript:alert(1)"', "javascript", "pattern"),
        ('id = "my-board"', 'id = "other"', 'id = "other"', "the file is named 'my-board'"),
        ('body_name = "My board"', "", 'body = "my-board"', "has no file in bodies/"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_field(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    path = write(tmp_path, text)
    with pytest.raises(RuleError) as refused:
        load_credentials(tmp_path)
    message = str(refused.value)
    assert message.startswith(f"{path}: line ")
    assert said in message
    near = {line_of(text, at), line_of(text, at) - 1}
    assert int(message.split("line ")[1].split(":", maxsplit=1)[0]) in near
    assert check_rules(tmp_path) == [message]


def test_toml_that_is_not_well_formed_names_the_place(tmp_path: Path) -> None:
    path = write(tmp_path, 'id = "my-board\n')
    with pytest.raises(RuleError, match=f"{path}: not well-formed TOML: .*line 1"):
        load_credentials(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "my-board.toml").write_bytes(b'id = "\xff\xfe"')
    with pytest.raises(RuleError, match="not UTF-8"):
        load_credentials(tmp_path)


def test_a_file_of_50_mb_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "my-board.toml").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(RuleError, match="50,000,000 bytes is more"):
        load_credentials(tmp_path)
