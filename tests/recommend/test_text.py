"""The analyzer: what laboratory words become, which abbreviations are read, what a question is widened by."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.text import (
    FAINT_WEIGHT,
    RELATED_WEIGHT,
    SAME_WEIGHT,
    SENSE_WEIGHT,
    Analyzer,
    VocabularyError,
    analyzer,
    load_vocabulary,
    words,
)

READ = analyzer()


def stems(text: str) -> list[tuple[str, ...]]:
    return [position.stems for position in READ.positions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anti-D", [("anti-d",)]),
        ("HbA1c and A1c", [("hba1c",), ("and",), ("a1c",)]),
        ("MALDI-TOF", [("maldi-tof", "maldi", "tof")]),
        ("Rh typing", [("rh",), ("type",)]),
        ("P2Y12", [("p2y12",)]),
        ("SARS-CoV-2", [("sars-cov-2", "sars", "cov")]),
        ("Blood/Bank", [("blood",), ("bank",)]),
        ("Gram-stained", [("gram",), ("stain",)]),
        ("pre-analytical", [("preanalyt", "analyt")]),
        ("P.A.C.E.", [("pace",)]),
        ("Sjögren’s β‑lactamase", [("sjogren",), ("beta",), ("lactamas",)]),
        ("Hodgkin's", [("hodgkin",)]),
        ("RBCs", [("rbc",)]),
    ],
)
def test_laboratory_words_keep_what_carries_their_meaning(text: str, expected: list[tuple[str, ...]]) -> None:
    assert stems(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fungi", "fungal"),
        ("bacteria", "bacterial"),
        ("anaemia", "anemias"),
        ("haematology", "hematological"),
        ("leukaemias", "leukemia"),
        ("paediatric", "pediatric"),
        ("parasites", "parasitology"),
        ("viruses", "virology"),
    ],
)
def test_words_of_one_meaning_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_letters_of_an_abbreviation_are_not_stemmed_into_a_word() -> None:
    assert stems("AIDS") == [("aids",)]


def test_slashes_split_and_never_glue() -> None:
    assert words("chemistry/toxicology LC-MS/MS") == ["chemistry", "toxicology", "LC-MS", "MS"]


def test_capitals_are_read_as_abbreviations_and_everyday_words_are_not() -> None:
    assert READ.senses("all about it") == []
    assert READ.senses("ALL treatment") == [("acute lymphoblastic leukemia", 1.0)]
    assert READ.senses("all", small_letters=True) == []
    assert READ.senses("mrsa", small_letters=True) == [("methicillin-resistant Staphylococcus aureus", 1.0)]
    assert READ.senses("mrsa") == []


def test_a_title_in_capitals_is_not_a_row_of_abbreviations() -> None:
    assert READ.senses("ALL ABOUT THE CBC") == [("complete blood count hematology", 1.0)]


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("PT and INR", "prothrombin time"),
        ("PT, EQA and peer groups", "proficiency testing"),
        ("AST and ALT", "aspartate aminotransferase liver enzyme"),
        ("AST and MIC", "antimicrobial susceptibility testing"),
    ],
)
def test_neighbors_decide_between_two_senses(text: str, sense: str) -> None:
    assert (sense, 1.0) in READ.senses(text)


def test_an_open_abbreviation_keeps_both_senses_at_half() -> None:
    assert READ.senses("PT update") == [("prothrombin time", 0.5), ("proficiency testing", 0.5)]


def test_no_abbreviation_has_more_than_two_senses_and_there_are_plenty() -> None:
    abbreviations = load_vocabulary().abbreviations
    assert len(abbreviations) >= 300
    assert {len(senses) for senses in abbreviations.values()} == {1, 2}


def test_a_question_is_widened_and_an_opportunity_is_not() -> None:
    asked = READ.query("heart attack")
    assert asked["heart"] == 1.0
    assert asked["myocardi"] == SAME_WEIGHT
    assert asked["troponin"] == RELATED_WEIGHT
    assert "troponin" not in READ.document("heart attack")


def test_a_slip_of_a_known_word_is_read_as_that_word_too() -> None:
    assert READ.spelled("platlet Hemotology, flourescent") == "platelet hematology fluorescent"
    assert READ.query("platlet") | {"platlet": 1.0, "platelet": SENSE_WEIGHT} == READ.query("platlet")
    assert READ.question_topics("coagulaton") == READ.question_topics("coagulation")
    assert "platelet" not in READ.document("platlet")


@pytest.mark.parametrize(
    "word", ["autopsy", "supervisor", "compatibility", "kinetics", "lyme", "A1c", "anti-D", "xyzzyx"]
)
def test_a_word_that_stands_or_is_near_to_none_is_left_alone(word: str) -> None:
    assert READ.spelled(word) == word


def test_words_of_every_other_title_are_faint_in_a_question() -> None:
    asked = READ.query("drug test review")
    assert asked["test"] == asked["review"] == FAINT_WEIGHT
    assert asked["drug"] == 1.0


def test_what_a_question_means_tells_its_topic_where_its_words_do_not() -> None:
    assert READ.topic_weights("sugar", small_letters=True) == {}
    assert READ.question_topics("sugar").keys() == {"chemistry"}
    assert READ.question_topics("blorf") == {}


def test_an_abbreviation_is_expanded_on_both_sides() -> None:
    assert READ.query("TSH")["thyroid"] == SENSE_WEIGHT
    assert "thyroid" in READ.document("TSH")


def test_the_longer_phrase_wins_over_a_shorter_one_inside_it() -> None:
    assert READ.topic_weights("RBC inclusions").keys() == {"hematology"}
    assert READ.topic_weights("diversity, equity and inclusion").keys() == {"medical_ethics"}


def test_the_words_that_speak_for_a_topic_are_told_as_they_stand() -> None:
    assert READ.topic_phrases("Gram-Stained Smears and Blood Culture", "microbiology") == [
        "Gram-Stained",
        "Blood Culture",
    ]


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(position.stems and all(position.stems) for position in READ.positions(text))
    assert all(0 < weight <= 1 for weight in READ.query(text).values())
    READ.document(text)
    READ.topic_weights(text, small_letters=True)


def overlay(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_an_operator_adds_words_of_their_own(tmp_path: Path) -> None:
    overlay(tmp_path, "synonyms.toml", '[[group]]\nsame = ["blorf", "troponin"]\n')
    overlay(tmp_path, "abbreviations.toml", '[abbreviations]\nZZQ = ["coagulation"]\n')
    own = Analyzer(load_vocabulary(tmp_path))
    assert own.query("blorf")["troponin"] == SAME_WEIGHT
    assert own.senses("ZZQ") == [("coagulation", 1.0)]
    assert own.query("heart attack")["myocardi"] == SAME_WEIGHT


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("abbreviations.toml", '[abbreviations]\nQQ = ["a", "b", "c"]\n', "QQ: one or two senses"),
        ("abbreviations.toml", "[abbreviations]\nQQ = 3\n", "QQ: expected a list"),
        ("synonyms.toml", '[[group]]\nrelated = ["x"]\n', "group 1: same"),
        ("topics.toml", '[[topic]]\nid = "astrology"\nstrong = ["mars"]\n', "'astrology' is no topic"),
        ("topics.toml", "[[topic]\n", "topics.toml"),
    ],
)
def test_a_bad_list_is_refused_with_file_and_entry(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(VocabularyError, match=said) as refused:
        load_vocabulary(overlay(tmp_path, name, text))
    assert str(tmp_path / name) in str(refused.value)
