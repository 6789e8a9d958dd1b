"""Level of instruction, intended audience and language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.listing import Stated
from crawlers.extract.text import Words, any_of, evidence, normalize

LONGEST_AUDIENCE = 300

_LEVELS = (
    ("Basic", r"basic|beginners?|beginning|introductory|elementary|entry[- ]level|fundamental|novice"),
    ("Intermediate", r"intermediate"),
    ("Advanced", r"advanced|expert"),
)
_LEVEL = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in _LEVELS), re.IGNORECASE)
_LEVEL_LABEL = re.compile(
    any_of(
        r"level of (?:instruction|difficulty|presentation)",
        r"(?:presentation|teaching|course|skill|instruction(?:al)?|difficulty|program|content|session) level",
        r"levels?|difficulty",
    )
    + r"\s?[:–-]?\s?",
    re.IGNORECASE,
)
_LEVEL_BEHIND = re.compile(r"[- ](?:level|course|level course)\b", re.IGNORECASE)
_VALUE_ONLY = 60

_AUDIENCE_LABEL = re.compile(
    any_of(
        r"(?:(?:intended|target|primary)\s)?audiences?\s?(?:is|are|includes?)?\s?[:–-]\s?",
        r"(?:intended|target|primary) audience\s(?:is|are|includes?)?\s?",
        r"who (?:this|should)(?: \w+){0,3}(?: for| attend| take)?\s?[:?–-]?\s?",
        r"(?:is )?(?:designed|intended|appropriate|suitable|developed) for\s|is for\s",
    ),
    re.IGNORECASE,
)
_AUDIENCE_END = re.compile(
    any_of(
        r"[.!?](?=\s|$)",
        r"\b(?:learning )?objectives\b|\b(?:course )?description\b|\blevel of\b|\bauthor\b",
        r"\b(?:cost|price):",
    ),
    re.IGNORECASE,
)

_LANGUAGES = {
    "english": "English",
    "inglês": "English",
    "inglés": "English",
    "spanish": "Spanish",
    "español": "Spanish",
    "espanhol": "Spanish",
    "french": "French",
    "français": "French",
    "francês": "French",
    "portuguese": "Portuguese",
    "português": "Portuguese",
    "german": "German",
    "deutsch": "German",
    "italian": "Italian",
    "chinese": "Chinese",
    "mandarin": "Chinese",
    "japanese": "Japanese",
    "korean": "Korean",
    "arabic": "Arabic",
    "russian": "Russian",
    "hindi": "Hindi",
}
_LANGUAGE = re.compile(rf"\b(?:{'|'.join(_LANGUAGES)})\b", re.IGNORECASE)
_LANGUAGE_LABEL = re.compile(
    r"\b(?:languages?|idiomas?|langues?|(?:(?:taught|offered|presented|available) )?in)\s?[:–-]?\s?(?:both )?$",
    re.IGNORECASE,
)
_LANGUAGE_JOINER = re.compile(r"\s?(?:,|/|&|;|\band\b|\bor\b|\be\b|\by\b|\bet\b|, and)\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """A short value in words; ``None`` where the text states none."""

    text: str
    value: str | None = None
    found: Words | None = None


def read_level(text: str) -> PhraseReading:
    """Basic, Intermediate, Advanced, or several of them in that order ("Basic, Intermediate").

    Counts only behind a label, before "level" or "course", or where the text is nothing but the value: "advanced
    techniques" in a sentence is no level. Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    label = _LEVEL_LABEL.search(text)
    reach = text[label.end() : label.end() + _VALUE_ONLY] if label else ""
    offset = label.end() if label else 0
    matches = list(_LEVEL.finditer(reach)) if label else []
    if not matches:
        offset = 0
        matches = [
            match
            for match in _LEVEL.finditer(text)
            if len(text) <= _VALUE_ONLY // 2 or _LEVEL_BEHIND.match(text, match.end())
        ]
    if not matches:
        return PhraseReading(text)
    named = {match.lastgroup for match in matches}
    value = ", ".join(name for name, _ in _LEVELS if name in named)
    return PhraseReading(text, value, Words.of(text, offset + matches[0].start(), offset + matches[-1].end()))


def read_audience(text: str, *, labelled: bool = False) -> PhraseReading:
    """Whom the thing is meant for, in the page's words up to the end of the sentence.

    ``labelled`` says that the label was cut off already and the whole text is the value.
    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    label = _AUDIENCE_LABEL.search(text)
    if label is None and not labelled:
        return PhraseReading(text)
    start = label.end() if label else 0
    end = _AUDIENCE_END.search(text, start)
    words = Words.of(text, start, min(end.start() if end else len(text), start + LONGEST_AUDIENCE))
    value = words.words.strip(" ,;:")
    return PhraseReading(text, value, words) if value else PhraseReading(text)


def read_language(text: str) -> PhraseReading:
    """The languages that a text names behind a label, or where it is nothing but their names.

    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    found: list[re.Match[str]] = []
    for match in _LANGUAGE.finditer(text):
        if found:
            is_named = _LANGUAGE_JOINER.fullmatch(text, found[-1].end(), match.start()) is not None
        else:
            label = _LANGUAGE_LABEL.search(text, max(0, match.start() - _VALUE_ONLY), match.start())
            is_named = label is not None or _is_language_field(text)
        if is_named:
            found.append(match)
    if not found:
        return PhraseReading(text)
    names = dict.fromkeys(_LANGUAGES[match.group().lower()] for match in found)
    return PhraseReading(text, " and ".join(names), Words.of(text, found[0].start(), found[-1].end()))


def _is_language_field(text: str) -> bool:
    """Whether a text is nothing but names of languages and what joins them."""
    rest = _LANGUAGE.sub("", text)
    return len(text) <= _VALUE_ONLY and not _LANGUAGE_JOINER.sub("", rest).strip(" .;()")


def level(text: str, where: str) -> Stated[str] | None:
    """The level for a listing."""
    return _stated(read_level(text), where)


def audience(text: str, where: str, *, labelled: bool = True) -> Stated[str] | None:
    """The audience for a listing; a spider usually has cut the label off already."""
    return _stated(read_audience(text, labelled=labelled), where)


def language(text: str, where: str) -> Stated[str] | None:
    """The language for a listing."""
    return _stated(read_language(text), where)


def _stated(reading: PhraseReading, where: str) -> Stated[str] | None:
    if reading.value is None or reading.found is None:
        return None
    return Stated(value=reading.value, evidence=(evidence(reading.found.words, where),))
