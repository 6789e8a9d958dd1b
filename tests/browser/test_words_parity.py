"""Words are read in a real Chromium as in Python: stems, what a text holds, what a question asks for, its topics."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
import snowballstemmer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from many import many, words
from modules import Modules
from profiles import ANCHOR

from catalog.views import OpportunityView
from recommend.index import build_index
from recommend.text import Analyzer, analyzer, plain

pytestmark = pytest.mark.browser

TYPED = (
    "MALDI-TOF vs. biochemical ID of anti-D, anti-c & Rh(D)",
    "blood/bank QA; Ünïcode: Hôpital, α-thalassæmia, naïve, Σίσυφος, İstanbul, Straße, ﬁbrin",
    "U.S.A. c.l.i.a. C.L.I.A.'88 HbA1c RBCs wbc's P2Y12 SARS‑CoV‑2 – β-lactamase™",
    "ALL ABOUT THE CBC AND PT IN THE LAB",
    "all about the cbc and pt in the lab",
    "haemolysis, haematology, tumour markers, centre, labelled, foetal leucocytes",
    "pre-analytical; post-test; re-run; co-operation; 3-part; one-two-three; x-",
    "hemotology, platlet clumps; flourescent microscopey of clamydia; thrombocytopena, BLODD TUBES",
    "blood thinners; germs on your hands; autopsy; sed rate",
    "日本語 тест ①②  \u00a0 \u2028 'quoted' it's O'Brien's",
    "",
)
ENDINGS = (
    *("", "s", "es", "ies", "ied", "ed", "eed", "eedly", "ing", "ingly", "edly", "y", "e", "ll", "ational", "ization"),
    *("fulness", "ousli", "biliti", "logi", "ogist", "icate", "ative", "ement", "sion", "tion", "ism", "ous", "ly"),
)
BEGINNINGS = (
    "gener",
    "commun",
    "arsen",
    "past",
    "univers",
    "later",
    "emerg",
    "organ",
    "inter",
    "succ",
    "dy",
    "inn",
    "",
)
MIDDLES = ("", "a", "ay", "bb", "ox", "ow", "abl", "iz", "egg", "yth", "tr", "our", "yey", "hop")


def test_stems_are_snowballs(modules: Modules) -> None:
    chance = random.Random(7)
    made = {chance.choice(BEGINNINGS) + chance.choice(MIDDLES) + chance.choice(ENDINGS) for _ in range(4000)}
    made |= {"".join(chance.choices("aeiouybdlngstrexw", k=chance.randint(1, 8))) for _ in range(20_000)}
    known = {stem for word in words() for stem in _small(word)}
    asked = sorted((made | known | {"skis", "skies", "news", "howe", "atlas", "early", "evening", "outing"}) - {""})
    stemmer = snowballstemmer.stemmer("english")
    found = modules.call("stem.js", "return value.map(module.stem);", asked)
    wrong = {word: stem for word, stem in zip(asked, found, strict=True) if stemmer.stemWord(word) != stem}
    assert not wrong


def _small(word: str) -> list[str]:
    return [part for part in word.lower().replace("'", "-").split("-") if part.isascii() and part.isalpha()]


READ = """
const documentOf = (text) => {
  const words = analyzer.words(text);
  const opening = words.filter((word) => analyzer.abbreviates(word));
  return opening.length > 0 ? [...words, ...analyzer.expansions([text], opening)] : words;
};
return value.map((text) => ({
  plain: analyzer.plain(text),
  document: documentOf(text).flatMap((word) => analyzer.stemsOf(word)),
  query: Object.fromEntries(analyzer.query(text)),
  topics: Object.fromEntries(analyzer.questionTopics(text)),
  spelled: analyzer.spelled(text),
  words: analyzer.wordsWithStems(text).map(({ word, stems }) => [word, stems]),
}));
"""


def read(language: Analyzer, text: str) -> dict[str, Any]:
    """The same in Python."""

    return {
        "plain": plain(text),
        "document": language.document(text),
        "query": language.query(text),
        "topics": language.question_topics(text),
        "spelled": language.spelled(text),
        "words": [[word, list(stems)] for word, stems in language.words_with_stems(text)],
    }


def test_titles_and_questions_are_read_alike(modules: Modules) -> None:
    texts = [*TYPED, *(view.title for view in many(500, ANCHOR))]
    texts += [text.lower() for text in texts] + [text.upper() for text in texts]
    found = modules.call("text.js", READ, texts)
    for text, told in zip(texts, found, strict=True):
        assert told == json.loads(json.dumps(read(analyzer(), text))), text


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=60), min_size=20, max_size=40)
)
def test_any_text_is_read_alike(modules: Modules, texts: list[str]) -> None:
    found = modules.call("text.js", READ, texts)
    for text, told in zip(texts, found, strict=True):
        assert told == json.loads(json.dumps(read(analyzer(), text))), ascii(text)


GRAMS = """
const index = new module.Index(value.opportunities, analyzer);
const question = index.question(value.question);
return [...index.textScores(question)];
"""


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_scores_are_scikit_learns(modules: Modules, data: st.DataObject) -> None:
    views = sorted(many(40, ANCHOR, seed=data.draw(st.integers(0, 3))), key=lambda view: view.id)
    question = data.draw(
        st.one_of(st.sampled_from(TYPED), st.lists(st.sampled_from(words()), max_size=5).map(" ".join))
    )
    asked = {
        "question": question,
        "opportunities": [
            {"id": view.id, "title": view.title, "keywords": list(view.keywords), "topics": []} for view in views
        ],
    }
    index = build_index([_bare(view) for view in views])
    assert modules.call("index.js", GRAMS, asked) == index.score(question).tolist()


def _bare(view: OpportunityView) -> OpportunityView:

    return replace(view, topics=())
