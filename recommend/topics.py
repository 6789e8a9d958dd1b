"""What an opportunity is about where its provider does not say: our guess, with a confidence, and shown as a guess.

The provider's own word always comes first; :mod:`catalog.projection` maps it. Only what has no stated topic is guessed.
A guess is a linear model over two kinds of features: how strongly the word rules of ``vocabulary/topics.toml`` speak
for each topic, and the stems of the title. With some hundreds of labelled titles it is the rules that carry a linear
model; the model learns what the rules mean beside each other ("hematology quality assurance" is about quality). It is
trained on titles of our own in ``vocabulary/labelled_titles.tsv``, in well under a second, and is the same on every
machine.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from catalog.taxonomy import topics as taxonomy_topics
from catalog.views import OpportunityView, TopicOrigin, TopicView
from recommend.text import Analyzer, VocabularyError, analyzer

GENERAL = "general"
SURE = 0.5
"""A topic is guessed from this probability on."""

LIKELY_ENOUGH = 0.2
"""The best topic is guessed alone from this probability on, where none is sure."""

GUESSES_AT_MOST = 3
SATURATION = 1.5
"""Rule weight at which a topic is nearly certain to be spoken of; more words add little."""

RULE_SCALE = 3.0
"""Rules weigh this many times a title's stems, whose row has length 1."""

GENERAL_CONFIDENCE = 0.2
"""How sure ``general`` is where neither rules nor model find anything."""


@dataclass(frozen=True, slots=True)
class LabelledTitle:
    """A title and the topics that it is about, the first one foremost."""

    title: str
    topics: tuple[str, ...]


def read_labelled_titles(text: str, where: str) -> tuple[LabelledTitle, ...]:
    """Titles from tab-separated ``topics`` (ids, by commas) and ``title``.

    Raises :class:`~recommend.text.VocabularyError`, naming ``where`` and the line, for a topic that we do not have.
    """
    read = []
    for number, row in enumerate(csv.DictReader(text.splitlines(), delimiter="\t"), start=2):
        labels = tuple(row["topics"].split(","))
        unknown = [label for label in labels if label not in taxonomy_topics()]
        if unknown:
            raise VocabularyError(f"{where}: line {number}: topics: {unknown[0]!r} is no topic of the taxonomy")
        read.append(LabelledTitle(title=row["title"], topics=labels))
    return tuple(read)


@cache
def labelled_titles() -> tuple[LabelledTitle, ...]:
    """Our own labelled titles, the training material that is part of the product."""
    name = "labelled_titles.tsv"
    text = resources.files(__package__).joinpath("vocabulary", name).read_text(encoding="utf-8")
    return read_labelled_titles(text, f"recommend/vocabulary/{name}")


class TopicModel:
    """A linear model over rule strengths and stems. Labels may be any words; ours are topic ids."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._rule_topics = tuple(dict.fromkeys(rule.topic for rule in analyzer.vocabulary.rules))
        self._stems = TfidfVectorizer(analyzer=analyzer.document, sublinear_tf=True)
        self._labels = MultiLabelBinarizer()
        self._classifier = OneVsRestClassifier(
            LogisticRegression(C=6.0, class_weight="balanced", solver="liblinear", random_state=0)
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the columns of :meth:`probabilities`."""
        return tuple(str(label) for label in self._labels.classes_)

    def fit(self, titles: Sequence[str], labels: Sequence[Sequence[str]]) -> TopicModel:
        """Learn from titles with one or more labels each."""
        self._stems.fit(titles)
        self._classifier.fit(self._features(titles), self._labels.fit_transform(labels))
        return self

    def probabilities(self, titles: Sequence[str]) -> NDArray[np.float64]:
        """Titles x labels, each entry on its own between 0 and 1."""
        if not titles:
            return np.zeros((0, len(self.labels)))
        return np.asarray(self._classifier.predict_proba(self._features(titles)), dtype=np.float64)

    def scores_of(self, title: str, probabilities: Sequence[float]) -> dict[str, float]:
        """Label -> probability for one title; where no rule speaks, ``general`` is a way of saying "not known"."""
        scores = dict(zip(self.labels, probabilities, strict=True))
        if GENERAL in scores and not self._analyzer.topic_weights(title):
            scores[GENERAL] = min(scores[GENERAL], GENERAL_CONFIDENCE)
        return scores

    def _features(self, titles: Sequence[str]) -> sparse.csr_matrix:
        return sparse.hstack([self._rules(titles), self._stems.transform(titles)], format="csr")

    def _rules(self, titles: Sequence[str]) -> sparse.csr_matrix:
        """Titles x (strength of each topic, its share of all that fires): the share tells a lone topic from a crowd."""
        strength = np.zeros((len(titles), len(self._rule_topics)))
        column = {topic: number for number, topic in enumerate(self._rule_topics)}
        for row, title in enumerate(titles):
            for topic, weight in self._analyzer.topic_weights(title).items():
                strength[row, column[topic]] = weight
        share = strength / np.maximum(strength.sum(axis=1, keepdims=True), 1.0)
        return sparse.csr_matrix(RULE_SCALE * np.hstack([1.0 - np.exp(-strength / SATURATION), share]))


@cache
def topic_model() -> TopicModel:
    """The model that the product ships: fitted on :func:`labelled_titles`."""
    titles = labelled_titles()
    return TopicModel(analyzer()).fit([title.title for title in titles], [title.topics for title in titles])


def text_of(opportunity: OpportunityView) -> str:
    """What an opportunity's topic is guessed from: its title and its keywords."""
    return " ; ".join([opportunity.title, *opportunity.keywords])


def choose(scores: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """The topics worth telling, likeliest first: those that are sure, else the best if likely enough, else general."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:GUESSES_AT_MOST]
    sure = tuple((topic, score) for topic, score in ranked if score >= SURE)
    if sure:
        return sure
    best = tuple((topic, score) for topic, score in ranked[:1] if score >= LIKELY_ENOUGH)
    return best or ((GENERAL, GENERAL_CONFIDENCE),)


def guess(texts: Sequence[str], model: TopicModel | None = None) -> list[tuple[TopicView, ...]]:
    """For each text its guessed topics with their confidence; ``general`` where nothing speaks for any."""
    model = model or topic_model()
    return [
        tuple(
            TopicView(topic=topic, origin=TopicOrigin.GUESSED, confidence=round(confidence, 3))
            for topic, confidence in choose(model.scores_of(text, row))
        )
        for text, row in zip(texts, model.probabilities(texts).tolist(), strict=True)
    ]


def classify(
    opportunities: Iterable[OpportunityView], model: TopicModel | None = None
) -> dict[str, tuple[TopicView, ...]]:
    """Opportunity id -> guessed topics, for those whose topic nobody states or has confirmed."""
    silent = [
        opportunity
        for opportunity in opportunities
        if all(topic.origin is TopicOrigin.GUESSED for topic in opportunity.topics)
    ]
    guesses = guess([text_of(opportunity) for opportunity in silent], model)
    return {opportunity.id: topics for opportunity, topics in zip(silent, guesses, strict=True)}
