"""Topic guesses: on titles that stand in no list of ours, with confidence, and never over a provider's own word."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.listing import Kind
from catalog.taxonomy import topics
from catalog.views import OpportunityView, TopicOrigin, TopicView
from recommend.text import VocabularyError, load_vocabulary
from recommend.topics import GENERAL, classify, guess, labelled_titles, read_labelled_titles, topic_model


def opportunity(identity: str, title: str, stated: tuple[TopicView, ...] = ()) -> OpportunityView:
    return OpportunityView(
        id=identity,
        kind=Kind.COURSE,
        title=title,
        provider="sample",
        provider_name="Sample provider",
        family="sample",
        url=f"https://sample.example/{identity}",
        read_on=date(2026, 11, 22),
        topics=stated,
    )


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Acinetobacter Outbreaks in Intensive Care", "microbiology"),
        ("Pinworm, Whipworm, and Hookworm", "parasitology_mycology_virology"),
        ("The Bombay Phenotype Explained", "blood_bank"),
        ("Cushing Syndrome Workup", "chemistry"),
        ("Xylazine in the Drug Supply", "toxicology"),
        ("Bernard-Soulier and Giant Platelets on the Smear", "hematology"),
        ("Emicizumab and Factor VIII Assays", "coagulation"),
        ("Myositis Autoantibodies", "immunology"),
        ("Nanopore Sequencing Comes of Age", "molecular"),
        ("Cystine and Tyrosine Crystals in Urine", "urinalysis_body_fluids"),
        ("Formaldehyde Exposure Monitoring", "laboratory_safety"),
        ("Sentinel Events and Two Patient Identifiers", "patient_safety"),
        ("Belmont Report and Human Subjects", "medical_ethics"),
        ("Sigma Metrics for Beginners", "quality"),
        ("Delegation for New Managers", "management"),
        ("Rubrics and Item Writing for Preceptors", "education"),
        ("FHIR and LOINC Explained", "informatics"),
        ("Butterfly Needles and Tourniquet Time", "phlebotomy"),
        ("Handheld Analyzers on the Ward: Nurses Testing at the Bedside", "point_of_care"),
        ("Microtome Knives and Paraffin Ribbons", "histology"),
        ("Bethesda Categories in Thyroid FNA", "cytology"),
        ("ISCN Nomenclature and G-Banding", "cytogenetics"),
        ("Leukapheresis and Photopheresis", "apheresis"),
        ("Florida Laws and Rules 2026", "florida_laws_rules"),
    ],
)
def test_unseen_titles_get_the_topic_a_technician_would_give(title: str, topic: str) -> None:
    assert title not in {labelled.title for labelled in labelled_titles()}
    ((found, *_),) = guess([title])
    assert found.topic == topic
    assert found.origin is TopicOrigin.GUESSED
    assert found.confidence is not None and found.confidence >= 0.5


def test_a_title_of_two_topics_gets_both() -> None:
    ((first, second),) = guess(["Molecular Methods in Clinical Microbiology"])
    assert {first.topic, second.topic} == {"molecular", "microbiology"}


def test_what_says_nothing_is_general_and_not_sure() -> None:
    ((found,),) = guess(["Spring Picnic"])
    assert found.topic == GENERAL
    assert found.confidence is not None and found.confidence < 0.6


def test_the_providers_own_word_is_never_guessed_over() -> None:
    stated = (TopicView("management", TopicOrigin.STATED),)
    found = classify([opportunity("o1", "Gram Stain", stated), opportunity("o2", "Gram Stain")])
    assert set(found) == {"o2"}
    assert found["o2"][0].topic == "microbiology"


def test_the_same_titles_give_the_same_guesses_alone_and_together() -> None:
    titles = [title.title for title in labelled_titles()][::25]
    assert guess(titles) == [guess([title])[0] for title in titles]


def test_every_topic_has_rules_and_labelled_titles() -> None:
    assert {rule.topic for rule in load_vocabulary().rules} == set(topics())
    assert set(topic_model().labels) == set(topics())


def test_no_titles_give_no_guesses() -> None:
    assert guess([]) == []
    assert classify([]) == {}


def test_a_labelled_title_with_an_unknown_topic_is_refused() -> None:
    with pytest.raises(VocabularyError, match=r"here\.tsv: line 3: topics: 'astrology'"):
        read_labelled_titles("topics\ttitle\nquality\tA\nastrology\tB\n", "here.tsv")
