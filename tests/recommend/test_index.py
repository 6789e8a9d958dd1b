"""The index: the same numbers as scikit-learn's own vectorizers, saved and opened, updated, refused."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from recommend.index import (
    FILE_NAME,
    TOPIC_ORDER,
    Document,
    IndexRefusedError,
    combine,
    index_documents,
    open_index,
    top,
    topic_row,
)
from recommend.text import Analyzer, analyzer, load_vocabulary, plain

TITLES = (
    "Interpreting the CBC",
    "Blood Cultures and Sepsis",
    "Antibody Identification Panels",
    "Anti-D and Rh Immune Globulin",
    "MALDI-TOF in the Microbiology Laboratory",
    "PCR for Respiratory Viruses",
    "Urine Sediment: Casts and Crystals",
    "",
    "Bloodborne Pathogens",
)


def documents(titles: tuple[str, ...] = TITLES) -> list[Document]:
    return [Document(f"o{number}", title, {TOPIC_ORDER[number % 5]: 0.9}) for number, title in enumerate(titles)]


def test_both_channels_are_what_a_tfidf_vectorizer_gives() -> None:
    index = index_documents(documents())
    words = TfidfVectorizer(analyzer=analyzer().document)
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), preprocessor=lambda text: plain(text).lower())
    for channel, vectorizer in ((index.words, words), (index.characters, grams)):
        expected = vectorizer.fit_transform(TITLES)
        assert list(channel.terms) == list(vectorizer.get_feature_names_out())
        np.testing.assert_allclose(channel.weights.toarray(), expected.toarray(), atol=1e-12)
        np.testing.assert_allclose(channel.idf, vectorizer.idf_)


def test_the_text_score_is_the_mean_of_two_cosines() -> None:
    index = index_documents(documents())
    question = index.question("antibody")
    words = (index.words.weights @ question.words.T).toarray().ravel()
    grams = (index.characters.weights @ question.characters.T).toarray().ravel()
    np.testing.assert_allclose(index.text_scores(question), (words + grams) / 2, atol=1e-6)
    assert top(index.score("antibody"), index.ids, 1)[0][0] == "o2"


def test_a_stored_space_is_a_vectorizer_that_was_not_fitted() -> None:
    index = index_documents(documents())
    vectorizer = index.words.vectorizer(analyzer=analyzer().document)
    row = vectorizer.transform(["Blood Cultures and Sepsis"])
    np.testing.assert_allclose(row.toarray(), index.words.weights[1].toarray(), atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(TITLES), min_size=0, max_size=8),
    st.lists(st.sampled_from(TITLES), min_size=0, max_size=8),
    st.randoms(use_true_random=False),
)
def test_an_updated_index_is_the_one_that_is_built_anew(
    before: list[str], after: list[str], chance: random.Random
) -> None:
    old = index_documents([Document(f"a{number}", title, {}) for number, title in enumerate(before)])
    wanted = [Document(f"b{number}", title, {"general": 0.5}) for number, title in enumerate(after)]
    fresh = index_documents(wanted, fingerprint="f")
    chance.shuffle(wanted)
    updated = index_documents(wanted, fingerprint="f", previous=old)
    assert updated.ids == fresh.ids
    assert updated.words.terms == fresh.words.terms
    assert updated.characters.terms == fresh.characters.terms
    assert (updated.words.counts != fresh.words.counts).nnz == 0
    assert (updated.characters.counts != fresh.characters.counts).nnz == 0
    assert np.array_equal(updated.score("blood"), fresh.score("blood"))


def test_only_changed_texts_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    old = index_documents(documents())
    read: list[str] = []
    language = old.language
    original = Analyzer.document
    monkeypatch.setattr(Analyzer, "document", lambda self, text: read.append(text) or original(self, text))
    changed = [*documents()[1:], Document("o9", "Coagulation Update", {})]
    index_documents(changed, previous=old, language=language)
    assert set(read) == {"Coagulation Update"}


def test_an_index_is_saved_and_opened_without_a_difference(tmp_path: Path) -> None:
    index = index_documents(documents(), fingerprint="abc")
    index.save(tmp_path)
    opened = open_index(tmp_path, "abc")
    assert opened.ids == index.ids
    for asked in ("cbc", "anti-D", "virus", "nothing of the kind"):
        assert np.array_equal(opened.score(asked), index.score(asked))
        assert np.array_equal(opened.topic_scores(opened.question(asked)), index.topic_scores(index.question(asked)))
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_the_same_documents_give_the_same_file(tmp_path: Path) -> None:
    arranged = documents()
    first = index_documents(arranged).save(tmp_path / "one").read_bytes()
    second = index_documents(arranged[::-1]).save(tmp_path / "two").read_bytes()
    assert first == second


def test_an_index_of_another_catalog_is_refused(tmp_path: Path) -> None:
    index_documents(documents(), fingerprint="abc").save(tmp_path)
    with pytest.raises(IndexRefusedError, match=r"another state of the catalog \(abc, the catalog is xyz\)"):
        open_index(tmp_path, "xyz")
    assert open_index(tmp_path).fingerprint == "abc"


def test_an_index_of_other_word_lists_is_refused(tmp_path: Path) -> None:
    index_documents(documents()).save(tmp_path / "index")
    (tmp_path / "synonyms.toml").write_text('[[group]]\nsame = ["blorf"]\n', encoding="utf-8")
    with pytest.raises(IndexRefusedError, match="other word lists"):
        open_index(tmp_path / "index", None, Analyzer(load_vocabulary(tmp_path)))


def test_a_missing_and_a_damaged_index_say_so(tmp_path: Path) -> None:
    with pytest.raises(IndexRefusedError, match="no index there yet"):
        open_index(tmp_path, "abc")
    path = index_documents(documents()).save(tmp_path)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(IndexRefusedError, match="cannot be read"):
        open_index(tmp_path, None)


def test_an_empty_catalog_answers_with_nothing(tmp_path: Path) -> None:
    empty = index_documents([])
    empty.save(tmp_path)
    for index in (empty, open_index(tmp_path)):
        assert index.score("coagulation").shape == (0,)
        assert top(index.score("coagulation"), index.ids, 5) == []


def test_several_questions_are_one_product() -> None:
    index = index_documents(documents())
    asked = [index.question("blood culture"), index.question("antibody"), index.nothing]
    text, topic = zip(*index.scores_of_many(asked), strict=True)
    for row, question in enumerate(asked):
        assert np.array_equal(text[row], index.text_scores(question))
        assert np.array_equal(topic[row], index.topic_scores(question))
    together = index.text_scores(combine([(1.0, asked[0]), (1.0, asked[1])]))
    np.testing.assert_allclose(together, np.clip(text[0] + text[1], 0, 1), atol=2e-6)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 50))
def test_the_best_are_those_of_a_full_sort(drawn: list[int], limit: int) -> None:
    scores = np.array(drawn, dtype=np.float64) / 10
    ids = [f"o{number:03}" for number in range(len(drawn))]
    expected = sorted(zip(ids, scores.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    assert top(scores, ids, limit) == [pair for pair in expected if pair[1] > 0][:limit]


def test_a_question_about_a_parent_reaches_its_child_lightly() -> None:
    row = topic_row({"hematology": 2.0})
    assert row[TOPIC_ORDER.index("hematology")] == 1.0
    assert 0 < row[TOPIC_ORDER.index("coagulation")] < 0.5
    assert row[TOPIC_ORDER.index("chemistry")] == 0.0
