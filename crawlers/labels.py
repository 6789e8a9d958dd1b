"""Finds a source's labels among the lines of a page.

Three ways to write a label in a TOML:

* ``"Price"`` stands alone on its line, or before a colon, a dash or a bracket; its value follows there or below;
* ``"Approved through…"`` with an ellipsis at its end is followed by its value with nothing in between;
* ``"/^\\$\\d/"`` between slashes is a pattern; its groups are the value, or the whole line where it has none.

A value that does not stand on the label's own line is what follows, up to the next label or heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawlers.draft import Draft
from crawlers.extract.text import normalize
from crawlers.fields import FIELD_OF_WORDS, Context, Words, read_lines
from crawlers.page import Line, Page
from crawlers.source import FieldName, Source

ELLIPSIS = "…"
LINES_OF_A_VALUE = 12
SEPARATORS = (":", "-", "–", "—", "(", "|")
GLUED = re.compile(r"[$€£\d]")
"""A value that follows its label without a space, as where only a style sheet keeps two ``span`` apart."""

LINE_BY_LINE: frozenset[FieldName] = frozenset({"credits", "approval", "subject", "price", "member_price"})
"""Fields of which each line is read alone: two credits on two lines are two."""

JOINED: frozenset[FieldName] = frozenset({"summary", "audience", "prerequisites", "leads_to"})
"""Fields whose lines are one text. Of all others the first line is the value."""

STOPS = (
    "related courses",
    "related products",
    "related events",
    "you may also",
    "you might also",
    "customers also",
    "customers who",
    "users also",
    "people also",
    "others also",
    "recommended for you",
    "similar courses",
    "more courses like",
)
"""Where the main product ends and other products' prices begin."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label, ready to be compared; ``pattern`` where the TOML writes one."""

    field: FieldName
    text: str
    folded: str
    open: bool = False
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A label that was found, with the lines of its value."""

    field: FieldName
    lines: tuple[Words, ...]


@lru_cache(maxsize=256)
def labels_of(source: Source) -> tuple[Label, ...]:
    """The labels of a source, longest first, so that "Member Price" is not taken for "Price"."""
    return _compile(source.labels)


def _compile(table: Mapping[FieldName, tuple[str, ...]]) -> tuple[Label, ...]:
    found = []
    for field, names in table.items():
        for name in names:
            if len(name) > 2 and name[0] == name[-1] == "/":
                found.append(Label(field, name, "", pattern=re.compile(name[1:-1], re.IGNORECASE)))
            else:
                text = normalize(name.removesuffix(ELLIPSIS))
                found.append(Label(field, text, text.lower(), open=name.endswith(ELLIPSIS)))
    return tuple(sorted(found, key=lambda label: (label.pattern is not None, -len(label.folded))))


def product_lines(page: Page, source: Source) -> tuple[Line, ...]:
    """The lines of the main product: from the page's first heading to where cross-sell boxes begin."""
    lines = page.lines
    start = next((number for number, line in enumerate(lines) if line.level == 1), 0)
    stops = (*STOPS, *(normalize(stop).lower() for stop in source.pages.stop))
    end = next(
        (number for number, line in enumerate(lines[start + 1 :], start + 1) if line.text.lower().startswith(stops)),
        len(lines),
    )
    return lines[start:end]


def find_labels(lines: Sequence[Line], labels: Sequence[Label]) -> list[Hit]:
    """Every label found in the lines, in their order, each with its value."""
    matches = [_match(line, labels) for line in lines]
    hits = []
    for number, found in enumerate(matches):
        for label, value in found:
            words = _beside(label, value, lines[number]) if value else _under(label, _below(lines, matches, number))
            if words:
                hits.append(Hit(label.field, words))
    return hits


def _match(line: Line, labels: Sequence[Label]) -> list[tuple[Label, str]]:
    """The longest label that the line begins with, and every pattern that is found in it, each with its value."""
    folded = line.text.lower()
    named: list[tuple[Label, str]] = []
    for label in labels:
        if label.pattern is not None:
            found = label.pattern.search(line.text)
            if found is not None:
                groups = [group for group in found.groups() if group]
                named.append((label, " ".join(groups) if groups else line.text))
        elif not named and folded.startswith(label.folded):
            behind = line.text[len(label.folded) :]
            rest = behind.strip()
            if not rest or rest.startswith(SEPARATORS) or GLUED.match(behind) or (label.open and not rest[0].isalpha()):
                named.append((label, rest.lstrip(":-–—| ")))
    return named


def _beside(label: Label, value: str, line: Line) -> tuple[Words, ...]:
    if label.pattern is not None:
        return (Words("", value, f"line:{label.field}"),)
    glued = not label.open and GLUED.match(line.text[len(label.folded) :])
    whole = f"{label.text}: {value}" if glued else line.text
    return (Words(label.text, value, f"label:{label.text}"[:120], line=whole),)


def _under(label: Label, values: list[str]) -> tuple[Words, ...]:
    if label.field in JOINED:
        values = [" ".join(values)]
    elif label.field not in LINE_BY_LINE:
        values = values[:1]
    return tuple(Words(label.text, value, f"label:{label.text}"[:120]) for value in values if value)


def _below(lines: Sequence[Line], matches: Sequence[list[tuple[Label, str]]], number: int) -> list[str]:
    values: list[str] = []
    for line, match in zip(lines[number + 1 :], matches[number + 1 :], strict=True):
        if match or line.level or len(values) == LINES_OF_A_VALUE:
            break
        values.append(line.text)
    return values


READ_FIRST: frozenset[FieldName] = frozenset({"date"})
READ_LAST: frozenset[FieldName] = frozenset({"registration", "recorded", "status", "seats"})


def read_labels(draft: Draft, page: Page, source: Source, lines: Sequence[Line]) -> None:
    """Read every label of the source that the lines hold into the draft, except for what an earlier way has read."""
    known = {name for name, value in draft.values.items() if value not in (None, ())}
    found = with_times(find_labels(lines, labels_of(source)))
    hits = [hit for hit in found if FIELD_OF_WORDS.get(hit.field, hit.field) not in known]
    for hit in sorted(hits, key=lambda hit: (hit.field in READ_LAST) - (hit.field in READ_FIRST)):
        read_lines(draft, hit.field, hit.lines, Context(source, page.fetched_on))
    if source.packages:
        draft.packages_seen.extend(_package_lines(lines, source))


def with_times(hits: list[Hit]) -> list[Hit]:
    """The first date with the times and the end that stand under labels of their own, so that they are read as one."""
    extra = {hit.field: hit for hit in reversed(hits) if hit.field in {"times", "end_date"}}
    if not extra:
        return hits
    for number, hit in enumerate(hits):
        if hit.field == "date":
            first = hit.lines[0]
            value = first.value
            if "end_date" in extra:
                value = f"{value} - {extra['end_date'].lines[0].value}"
            if "times" in extra:
                value = f"{value}, {extra['times'].lines[0].value}"
            joined = Hit("date", (Words(first.label, value, first.where),))
            return [*hits[:number], joined, *hits[number + 1 :]]
    return hits


def _package_lines(lines: Sequence[Line], source: Source) -> Iterator[tuple[str, str]]:
    """Each line that names a package, together with the line after it, where its price may stand."""
    names = tuple(package.label.lower() for package in source.packages)
    for number, line in enumerate(lines):
        folded = line.text.lower()
        if any(name in folded for name in names):
            following = lines[number + 1].text if number + 1 < len(lines) and not lines[number + 1].level else ""
            yield f"{line.text} {following}".strip(), "line:package"
