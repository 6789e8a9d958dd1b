"""The index that relevance is computed from: two TF-IDF channels and one row of topics for each opportunity.

``text score = (cosine of stems + cosine of character grams) / 2`` and, apart from it, ``topic score``. Both lie between
0 and 1, are :func:`rounded` to 1e-6 before anything is ordered by them, and ties go by id. Provider, price and the
order of crawling are no part of it: rows stand in the order of ids.

The channels are scikit-learn's: each is a ``CountVectorizer`` and a ``TfidfTransformer``, which is what a
``TfidfVectorizer`` is, kept apart so that a night that changes ten pages counts ten texts and not all. A question is
one sparse row times the transposed matrix. The index is one file, replaced at once, opened without refitting, and
refused where it was made by another analyzer, another format, or from another catalog.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.preprocessing import normalize

from catalog.errors import BadInputError
from catalog.taxonomy import topics as taxonomy_topics
from catalog.taxonomy import with_ancestors
from catalog.views import OpportunityView, TopicOrigin
from recommend.text import Analyzer, analyzer, plain

FORMAT = 1
FILE_NAME = "index.npz"
DECIMALS = 6
INNER_DECIMALS = 12
"""Beyond these, two sums of the same numbers in another order may differ."""

PARENT_SHARE = 0.2
"""How much of a topic's weight a question about its parent or child still gets: neighbors, not the same."""

CHARACTER_GRAMS = (3, 5)
QUESTIONS_KEPT = 10_000

Scores = NDArray[np.float64]


def rounded(scores: Scores | float) -> Scores:
    """Scores as they are compared and told: freed of what the order of a sum leaves in its last bits, then rounded.

    The browser sums in another order than scikit-learn. Rounded once, a score that lies on the border of two millionths
    could fall to one side here and to the other side there.
    """
    even: Scores = np.round(np.round(scores, INNER_DECIMALS), DECIMALS)
    return even


class IndexRefusedError(BadInputError):
    """An index that is missing, damaged, or not made for this catalog and version; says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """What of an opportunity is indexed: its id, its text, and how much it is about each topic (0 to 1)."""

    id: str
    text: str
    topics: Mapping[str, float]


def document_of(opportunity: OpportunityView) -> Document:
    """Title, labels of the topics that its provider states or a person confirmed, and at most eight keywords."""
    told = [topic.topic for topic in opportunity.topics if topic.origin is not TopicOrigin.GUESSED]
    labels = [taxonomy_topics()[topic].label for topic in told if topic in taxonomy_topics()]
    weights = {topic.topic: 1.0 if topic.confidence is None else topic.confidence for topic in opportunity.topics}
    return Document(
        id=opportunity.id,
        text=" ; ".join([opportunity.title, *labels, *opportunity.keywords]),
        topics=weights,
    )


def _lower(text: str) -> str:
    return plain(text).lower()


class Channel:
    """One TF-IDF space: the counts of the documents' terms, and their weights as scikit-learn computes them."""

    def __init__(self, terms: Sequence[str], counts: sparse.csr_matrix, idf: Scores | None = None) -> None:
        self.terms = tuple(terms)
        self.counts = counts
        self.idf: Scores = TfidfTransformer().fit(counts).idf_ if idf is None and counts.nnz else _given(idf, terms)

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Term -> column."""
        return {term: column for column, term in enumerate(self.terms)}

    @cached_property
    def weights(self) -> sparse.csr_matrix:
        """Documents x terms: counts times idf, each row of length 1."""
        return _to_length_one(self.counts.astype(np.float64) @ sparse.diags(self.idf))

    @cached_property
    def transposed(self) -> sparse.csr_matrix:
        """Terms x documents, so that a question touches only the terms that it holds."""
        return self.weights.T.tocsr()

    def row(self, weights: Mapping[str, float]) -> sparse.csr_matrix:
        """A question's weighted terms as a row of length 1; terms that no document has fall away."""
        known = sorted((self.vocabulary[term], weight) for term, weight in weights.items() if term in self.vocabulary)
        columns = np.array([column for column, _ in known], dtype=np.int32)
        values = np.array([weight * self.idf[column] for column, weight in known], dtype=np.float64)
        length = float(np.sqrt(values @ values))
        return _row(columns, values / length if length else values, len(self.terms))

    def only(self, rows: Sequence[int]) -> Channel:
        """The space of some of the documents: their terms, weighed by what stands in them alone."""
        counts = self.counts[list(rows)]
        used = np.flatnonzero(counts.getnnz(axis=0))
        return Channel([self.terms[column] for column in used], counts[:, used])

    def vectorizer(self, **settings: Any) -> TfidfVectorizer:
        """The same space as a scikit-learn vectorizer, made from what is stored and not fitted."""
        vectorizer = TfidfVectorizer(vocabulary=self.vocabulary, **settings)
        vectorizer.idf_ = self.idf
        return vectorizer


def _row(columns: NDArray[np.int32], values: Scores, width: int) -> sparse.csr_matrix:
    """One sparse row. Questions are small and many: what it takes to make one is most of what they cost."""
    return sparse.csr_matrix((values, columns, np.array([0, len(columns)], dtype=np.int32)), shape=(1, width))


def _sum_of_rows(parts: Sequence[tuple[float, sparse.csr_matrix]]) -> sparse.csr_matrix:
    """The sum of rows, each times its weight."""
    columns, place = np.unique(np.concatenate([row.indices for _, row in parts]), return_inverse=True)
    values = np.bincount(place, np.concatenate([weight * row.data for weight, row in parts]), len(columns))
    return _row(columns, np.asarray(values, dtype=np.float64), parts[0][1].shape[1])


def _to_length_one(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row divided by its length; scikit-learn refuses a matrix without rows or columns, which stays as it is."""
    return normalize(rows, copy=False).tocsr() if 0 not in rows.shape else rows.tocsr()


def _given(idf: Scores | None, terms: Sequence[str]) -> Scores:
    return np.ones(len(terms)) if idf is None else idf


def count(texts: Sequence[str], count_vectorizer: CountVectorizer) -> tuple[tuple[str, ...], sparse.csr_matrix]:
    """The terms of ``texts``, sorted, and texts x terms counts; empty where no text has a term."""
    if not any(count_vectorizer.build_analyzer()(text) for text in texts):
        return (), sparse.csr_matrix((len(texts), 0), dtype=np.int32)
    counts = count_vectorizer.fit_transform(texts)
    return tuple(count_vectorizer.get_feature_names_out().tolist()), counts.astype(np.int32)


def _merge(
    order: Sequence[tuple[bool, int]],
    old: Channel | None,
    new: tuple[tuple[str, ...], sparse.csr_matrix],
) -> Channel:
    """Rows from the old channel and the new counts in the given order (is it new?, its row there), terms sorted."""
    if old is None:
        terms, counts = new
        return Channel(terms, counts[[row for _, row in order]] if order else counts)
    kept = old.counts[[row for is_new, row in order if not is_new]]
    used = np.flatnonzero(kept.getnnz(axis=0))
    terms = tuple(sorted({*(old.terms[column] for column in used), *new[0]}))
    column_of = {term: column for column, term in enumerate(terms)}
    stacked = sparse.vstack([_spread(kept, old.terms, column_of), _spread(new[1], new[0], column_of)], format="csr")
    kept_rows, new_rows = iter(range(kept.shape[0])), kept.shape[0]
    counts = stacked[[new_rows + row if is_new else next(kept_rows) for is_new, row in order]]
    counts.sort_indices()
    return Channel(terms, counts)


def _spread(counts: sparse.csr_matrix, terms: Sequence[str], column_of: Mapping[str, int]) -> sparse.csr_matrix:
    targets = np.array([column_of.get(term, 0) for term in terms], dtype=np.int32)
    columns = targets[counts.indices] if counts.nnz else np.zeros(0, dtype=np.int32)
    return sparse.csr_matrix((counts.data, columns, counts.indptr), shape=(counts.shape[0], len(column_of)))


@dataclass(frozen=True)
class Question:
    """What is asked, ready to be multiplied: a row in each channel, and how much it is about each topic."""

    words: sparse.csr_matrix
    characters: sparse.csr_matrix
    topics: Scores

    @cached_property
    def row(self) -> sparse.csr_matrix:
        """Both channels in one row: stems, then character grams."""
        behind = self.words.shape[1]
        columns = np.concatenate([self.words.indices, self.characters.indices + behind])
        values = np.concatenate([self.words.data, self.characters.data])
        return _row(columns, values, behind + self.characters.shape[1])


def combine(parts: Sequence[tuple[float, Question]]) -> Question:
    """Several questions as one: the sum of their rows, each times its weight, so that one product answers them all.

    The text score of the sum is the sum of the text scores, held between 0 and 1.
    """
    return Question(
        words=_sum_of_rows([(weight, question.words) for weight, question in parts]),
        characters=_sum_of_rows([(weight, question.characters) for weight, question in parts]),
        topics=sum((weight * question.topics for weight, question in parts), np.zeros(len(TOPIC_ORDER))),
    )


class Index:
    """Scores every opportunity for a question. Make one with :func:`build_index` or :func:`open_index`."""

    def __init__(  # noqa: PLR0913 - the parts of one stored file
        self,
        *,
        ids: Sequence[str],
        words: Channel,
        characters: Channel,
        topics: sparse.csr_matrix,
        text_hashes: Sequence[str],
        fingerprint: str,
        language: Analyzer,
    ) -> None:
        self.ids = tuple(ids)
        self.words = words
        self.characters = characters
        self.topics = topics
        self.text_hashes = tuple(text_hashes)
        self.fingerprint = fingerprint
        self.language = language
        self._questions: dict[tuple[str, tuple[tuple[str, float], ...] | None], Question] = {}

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Opportunity id -> row."""
        return {opportunity: row for row, opportunity in enumerate(self.ids)}

    @cached_property
    def _transposed(self) -> sparse.csr_matrix:
        """Both channels in one matrix: stems above character grams, times documents."""
        return sparse.vstack([self.words.transposed, self.characters.transposed], format="csr")

    @cached_property
    def _grams(self) -> Callable[[str], list[str]]:
        grams: Callable[[str], list[str]] = _gram_counter().build_analyzer()
        return grams

    def question(self, text: str, topics: Mapping[str, float] | None = None) -> Question:
        """Make a question of words; ``topics`` where the asker names them, else they are read from the words.

        A question that is asked again is not made again.
        """
        key = (text, None if topics is None else tuple(sorted(topics.items())))
        if key not in self._questions:
            if len(self._questions) >= QUESTIONS_KEPT:
                self._questions.clear()
            self._questions[key] = self._make_question(text, topics)
        return self._questions[key]

    def _make_question(self, text: str, topics: Mapping[str, float] | None) -> Question:
        grams: dict[str, float] = {}
        for gram in self._grams(text):
            grams[gram] = grams.get(gram, 0.0) + 1.0
        about = self.language.question_topics(text) if topics is None else topics
        return Question(
            words=self.words.row(self.language.query(text)),
            characters=self.characters.row(grams),
            topics=topic_row(about),
        )

    def likeness(self, opportunity_id: str) -> Question:
        """An opportunity's own rows as a question. Raises ``KeyError`` for an unknown id."""
        row = self.row_of[opportunity_id]
        about = dict(zip(TOPIC_ORDER, self.topics[row].toarray().ravel().tolist(), strict=True))
        return Question(self.words.weights[row], self.characters.weights[row], topic_row(about))

    def text_scores(self, question: Question) -> Scores:
        """Half the cosine of stems plus half the cosine of character grams, 0 to 1, for each row."""
        return next(self._text_rows([question]))

    def _text_rows(self, questions: Sequence[Question]) -> Iterator[Scores]:
        """The text scores of several questions out of one sparse product, one row at a time: few are not 0."""
        total = sparse.vstack([question.row for question in questions], format="csr") @ self._transposed
        scores = rounded(np.clip(total.data / 2.0, 0.0, 1.0))
        for begin, end in itertools.pairwise(total.indptr.tolist()):
            row = np.zeros(len(self.ids))
            row[total.indices[begin:end]] = scores[begin:end]
            yield row

    def topic_scores(self, question: Question) -> Scores:
        """How much of what the question is about each opportunity is about, 0 to 1."""
        return rounded(np.clip(self.topics @ question.topics, 0.0, 1.0))

    def scores_of_many(self, questions: Sequence[Question]) -> Iterator[tuple[Scores, Scores]]:
        """Text and topic scores of several questions, each as if asked alone."""
        for question, text in zip(questions, self._text_rows(questions), strict=True):
            yield text, self.topic_scores(question)

    @cached_property
    def nothing(self) -> Question:
        """The question of somebody who has no interests: every score is 0."""
        return Question(self.words.row({}), self.characters.row({}), np.zeros(len(TOPIC_ORDER)))

    def score(self, query_text: str) -> Scores:
        """The text score of every opportunity, in the order of :attr:`ids`."""
        return self.text_scores(self.question(query_text))

    def similar(self, opportunity_id: str) -> Scores:
        """How like the given opportunity every one is in its words, 0 to 1. Raises ``KeyError`` for an unknown id."""
        return self.text_scores(self.likeness(opportunity_id))

    def only(self, ids: Sequence[str]) -> Index:
        """The index of some of its opportunities, as if there were no others. ``ids`` are in their order."""
        rows = [self.row_of[one] for one in ids]
        return Index(
            ids=ids,
            words=self.words.only(rows),
            characters=self.characters.only(rows),
            topics=self.topics[rows],
            text_hashes=[self.text_hashes[row] for row in rows],
            fingerprint=self.fingerprint,
            language=self.language,
        )

    def save(self, folder: Path) -> Path:
        """Write the index to ``folder`` as one file, replaced at once; returns its path."""
        facts = {
            "format": FORMAT,
            "analyzer": analyzer_hash(self.language),
            "fingerprint": self.fingerprint,
            "ids": self.ids,
            "text_hashes": self.text_hashes,
            "words": self.words.terms,
            "characters": self.characters.terms,
            "topics": TOPIC_ORDER,
        }
        arrays = {"facts": np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), dtype=np.uint8)}
        for name, channel in (("words", self.words), ("characters", self.characters)):
            arrays |= _packed(name, channel.counts) | {f"{name}_idf": channel.idf}
        arrays |= _packed("topics", self.topics)
        folder.mkdir(parents=True, exist_ok=True)
        return _replace(folder / FILE_NAME, arrays)


def _packed(name: str, matrix: sparse.csr_matrix) -> dict[str, NDArray[Any]]:
    return {f"{name}_data": matrix.data, f"{name}_indices": matrix.indices, f"{name}_indptr": matrix.indptr}


def _replace(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Path:
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as half:
        half.write(content.getbuffer())
    Path(half.name).chmod(0o644)
    return Path(half.name).replace(path)


TOPIC_ORDER = tuple(taxonomy_topics())


def _neighborhood() -> Scores:
    """Topics x topics: 1 on the diagonal, :data:`PARENT_SHARE` between a topic and its parents or children."""
    near = np.eye(len(TOPIC_ORDER))
    for number, topic in enumerate(TOPIC_ORDER):
        for ancestor in with_ancestors(topic)[1:]:
            other = TOPIC_ORDER.index(ancestor)
            near[number, other] = near[other, number] = PARENT_SHARE
    return near


NEIGHBORHOOD = _neighborhood()


def topic_row(weights: Mapping[str, float]) -> Scores:
    """Topic weights as shares that sum to 1, spread to parents and children; all zero where nothing is named."""
    row = np.array([weights.get(topic, 0.0) for topic in TOPIC_ORDER])
    total = row.sum()
    spread: Scores = np.minimum((row / total if total else row) @ NEIGHBORHOOD, 1.0)
    return spread


def _word_counter(language: Analyzer) -> CountVectorizer:
    return CountVectorizer(analyzer=language.document)


def _gram_counter() -> CountVectorizer:
    return CountVectorizer(analyzer="char_wb", ngram_range=CHARACTER_GRAMS, preprocessor=_lower)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def analyzer_hash(language: Analyzer) -> str:
    """A hash of the word lists: an index made with other lists is another index."""
    vocabulary = language.vocabulary
    told = [
        sorted(vocabulary.abbreviations.items()),
        sorted(vocabulary.everyday_words),
        sorted(vocabulary.forms.items()),
        [(group.same, group.related) for group in vocabulary.groups],
        [(rule.topic, rule.strong, rule.weak) for rule in vocabulary.rules],
    ]
    return _hash(json.dumps(told, ensure_ascii=False))


def index_documents(
    documents: Iterable[Document],
    *,
    fingerprint: str = "",
    previous: Index | None = None,
    language: Analyzer | None = None,
) -> Index:
    """Index documents, counting again only those whose text ``previous`` does not have.

    The result is the same, to the byte of the file, with and without ``previous``, and in whatever order they come.
    """
    language = language or analyzer()
    ordered = sorted(documents, key=lambda document: document.id)
    hashes = [_hash(document.text) for document in ordered]
    usable = previous if previous and analyzer_hash(previous.language) == analyzer_hash(language) else None
    known = {text: row for row, text in enumerate(usable.text_hashes)} if usable else {}
    fresh = [document.text for document, text in zip(ordered, hashes, strict=True) if text not in known]
    fresh_rows = iter(range(len(fresh)))
    order = [(text not in known, known[text] if text in known else next(fresh_rows)) for text in hashes]
    words = _merge(order, usable.words if usable else None, count(fresh, _word_counter(language)))
    characters = _merge(order, usable.characters if usable else None, count(fresh, _gram_counter()))
    return Index(
        ids=[document.id for document in ordered],
        words=words,
        characters=characters,
        topics=_topic_matrix(ordered),
        text_hashes=hashes,
        fingerprint=fingerprint,
        language=language,
    )


def _topic_matrix(documents: Sequence[Document]) -> sparse.csr_matrix:
    column = {topic: number for number, topic in enumerate(TOPIC_ORDER)}
    cells = [
        (row, column[topic], weight)
        for row, document in enumerate(documents)
        for topic, weight in document.topics.items()
        if topic in column
    ]
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    return sparse.csr_matrix((np.array(values, dtype=np.float64), (rows, columns)), (len(documents), len(TOPIC_ORDER)))


def build_index(
    opportunities: Iterable[OpportunityView],
    *,
    fingerprint: str = "",
    previous: Index | None = None,
) -> Index:
    """Index opportunities. ``fingerprint`` is the catalog's; ``previous`` spares counting texts that did not change."""
    return index_documents(map(document_of, opportunities), fingerprint=fingerprint, previous=previous)


def open_index(folder: Path, fingerprint: str | None = None, language: Analyzer | None = None) -> Index:
    """Open a saved index without refitting; ``fingerprint`` None opens it for whatever catalog it was made.

    Raises :class:`IndexRefusedError` where it is missing, damaged, of another format or analyzer, or another catalog's.
    """
    language = language or analyzer()
    path = folder / FILE_NAME
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = dict(stored.items())
        facts = json.loads(arrays["facts"].tobytes())
        _refuse_other(path, facts, fingerprint, language)
        return _unpacked(facts, arrays, language)
    except FileNotFoundError as error:
        raise IndexRefusedError(f"{path}: no index there yet; `aliquot build` makes it") from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, IndexRefusedError):
            raise
        raise IndexRefusedError(
            f"{path}: the index cannot be read ({error}); `aliquot build` makes a new one"
        ) from error


def _refuse_other(path: Path, facts: Mapping[str, Any], fingerprint: str | None, language: Analyzer) -> None:
    if facts["format"] != FORMAT:
        raise IndexRefusedError(
            f"{path}: format {facts['format']}, this version reads {FORMAT}; `aliquot build` remakes it"
        )
    if facts["analyzer"] != analyzer_hash(language) or tuple(facts["topics"]) != TOPIC_ORDER:
        raise IndexRefusedError(f"{path}: made with other word lists or topics; `aliquot build` remakes it")
    if fingerprint is not None and facts["fingerprint"] != fingerprint:
        raise IndexRefusedError(
            f"{path}: made for another state of the catalog ({facts['fingerprint']}, the catalog is {fingerprint}); "
            "`aliquot build` remakes it"
        )


def _unpacked(facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], language: Analyzer) -> Index:
    documents = len(facts["ids"])

    def matrix(name: str, columns: int) -> sparse.csr_matrix:
        parts = (arrays[f"{name}_data"], arrays[f"{name}_indices"], arrays[f"{name}_indptr"])
        return sparse.csr_matrix(parts, shape=(documents, columns))

    def channel(name: str) -> Channel:
        return Channel(facts[name], matrix(name, len(facts[name])), arrays[f"{name}_idf"])

    return Index(
        ids=facts["ids"],
        words=channel("words"),
        characters=channel("characters"),
        topics=matrix("topics", len(TOPIC_ORDER)),
        text_hashes=facts["text_hashes"],
        fingerprint=facts["fingerprint"],
        language=language,
    )


def top(scores: Scores, ids: Sequence[str], limit: int) -> list[tuple[str, float]]:
    """The ``limit`` best ids with their scores above 0, best first, ties by id. Does not sort them all."""
    positive = int(np.count_nonzero(scores > 0))
    wanted = min(limit, positive)
    if not wanted:
        return []
    least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    rows: Iterator[int] = (int(row) for row in np.flatnonzero((scores >= least) & (scores > 0)))
    return sorted(((ids[row], float(scores[row])) for row in rows), key=lambda pair: (-pair[1], pair[0]))[:wanted]
