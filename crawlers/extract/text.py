"""Mending of a page's text before anything is read from it, and the numbers that all readers share.

Every reader calls :func:`normalize` first, so spans and quoted words refer to the mended text: what the page showed,
without the damage that its encoding did.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import ftfy

from catalog.errors import BadInputError
from catalog.listing import EVIDENCE_LENGTH, Evidence

LONGEST_TEXT = 10_000
"""Characters that a reader takes. A longer text is not a value on a page; cutting it would lose facts in silence."""

PACE = "P.A.C.E."
"""The one spelling that leaves :func:`normalize`; the mark itself (®) is ASCLS's and carries no fact."""

_SPACES = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_SOFT = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff61-\uff9f]+")
_MARK = r"(?:\s?(?:®|™|\(R\)|\(TM\)|©))?"
_PACE_SPELLINGS = re.compile(
    rf"(?<![\w.-])(?:P\s?\.\s?A\s?\.\s?C\s?\.\s?E\b(?:\s?\.)?|(?<!OWN )(?<!Own )(?<!own )PACE(?![\w'’])){_MARK}"
)
_LETTER_AFTER_PACE = re.compile(r"P\.A\.C\.E\.(?=[A-Za-z])")

_HALF_WIDTH = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in range(0xFF61, 0xFFA0)
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}


class ReadingError(BadInputError):
    """The only error that a reader raises."""


class TextTooLongError(ReadingError):
    """A text that no reader takes: above :data:`LONGEST_TEXT` characters, or with more prices than one thing has."""


def any_of(*alternatives: str) -> str:
    """A fragment for :func:`re.compile` that matches one of several fragments, the first that fits."""
    return f"(?:{'|'.join(alternatives)})"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the normalized text and where they stood: ``text[start:end] == words``."""

    words: str
    span: tuple[int, int]

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Words:
        """The words of ``text`` between two offsets, without space at either end."""
        cut = text[start:end]
        lead = len(cut) - len(cut.lstrip())
        stripped = cut.strip()
        return cls(stripped, (start + lead, start + lead + len(stripped)))


def evidence(words: str, where: str) -> Evidence:
    """Evidence for a value: the words, cut to the length that the catalog keeps, and where they stood."""
    return Evidence(text=words[:EVIDENCE_LENGTH], where=where[:120])


REMEMBERED = 512
"""Readings that are kept: the pages of a source say the same words again and again, and a reading is immutable."""

_REMEMBERED_LINES = 4096
_LONGEST_REMEMBERED = 400


def normalize(text: str) -> str:
    """Mend encoding damage, fold every kind of space to one blank, and spell P.A.C.E. in one way.

    Handles UTF-8 that was read as Latin-1 (ftfy), UTF-8 that was read as Shift-JIS ("P.A.C.E.ツョ"), non-breaking and
    zero-width spaces, HTML entities and control characters. Words, case, numbers and punctuation stay as they are.

    Raises :class:`TextTooLongError` above :data:`LONGEST_TEXT` characters.
    """
    if len(text) > LONGEST_TEXT:
        raise TextTooLongError(f"a text of {len(text)} characters; readers take at most {LONGEST_TEXT}")
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _mended(text)


@lru_cache(maxsize=_REMEMBERED_LINES)
def _remembered(text: str) -> str:
    return _mended(text)


def _mended(text: str) -> str:
    if not text.isascii():
        text = _JAPANESE.sub(_from_shift_jis, _SOFT.sub("", text))
    if not text.isascii() or "&" in text:
        text = ftfy.fix_text(text, uncurl_quotes=False)
    text = _SPACES.sub(" ", _CONTROLS.sub("", text)).strip()
    if "ACE" in text or "A.C" in text or "A .C" in text or "A. C" in text:
        text = _LETTER_AFTER_PACE.sub(PACE + " ", _PACE_SPELLINGS.sub(PACE, text))
    return text


def _from_shift_jis(match: re.Match[str]) -> str:
    """UTF-8 bytes that were read as Shift-JIS give katakana pairs ("ツョ" is the bytes of ®); real Japanese stays."""
    garbled = match.group()
    half_width = "".join(_HALF_WIDTH.get(character, character) for character in garbled)
    try:
        return half_width.encode("cp932").decode("utf-8")
    except UnicodeError:
        return garbled


_VULGAR = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMBER_WORDS = {"zero": 0}
_NUMBER_WORDS |= {word: value for value, word in enumerate(f"{_ONES}|{_TEENS}".split("|"), start=1)}
_NUMBER_WORDS |= {word: 10 * value for value, word in enumerate(_TENS.split("|"), start=2)}
_WORD = rf"(?:(?:{_TENS})(?:[- ](?:{_ONES}))?|zero|{_TEENS}|{_ONES})\b"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?|\d{1,7}(?:[.,]\d{1,3})?(?!\d)|(?<!\d)\.\d{1,3})"
_FRACTION = r"(?:[1-9]\s?/\s?[2-9](?![\d/])|[½¼¾⅓⅔])"
_PART = r"\sand\s(?:a\s|one[- ])(?:half|quarter)\b"
NUMBER = r"(?<![\w.])(?=[\d.½¼¾⅓⅔aefhnostzAEFHNOSTZ])" + any_of(
    rf"{_WORD}(?:{_PART})?\s?\(\s?{_DIGITS}\s?\)",
    rf"(?:{_WORD}|\d{{1,3}}){_PART}",
    rf"(?:\d{{1,3}}(?:[ -]|(?=[½¼¾⅓⅔])))?{_FRACTION}",
    _DIGITS,
    rf"(?:one|a)[- ]half\b(?:\s?\(\s?{_DIGITS}\s?\))?",
    r"half an?\b",
    _WORD,
)
"""A number as pages write it: ``1.5``, ``1,464``, ``One (1)``, ``1 1/2``, ``1½``, ``twenty-four``, ``one and a half``.

A fragment for :func:`re.compile` with ``re.IGNORECASE``; it holds no named groups. :func:`number` gives its value.
"""

_IN_BRACKET = re.compile(rf"\(\s?({_DIGITS})\s?\)")
_MIXED = re.compile(r"(?:(\d{1,3})[ -]?)?(?:([1-9])\s?/\s?([2-9])|([½¼¾⅓⅔]))")
_AND_A_PART = re.compile(r"(.+?)\sand\s(?:a\s|one[- ])(half|quarter)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?")


def number(text: str) -> Fraction:
    """The value of a string that :data:`NUMBER` matched. A digit in brackets ("One (1)") is the one that counts."""
    text = text.strip().lower()
    bracket = _IN_BRACKET.search(text)
    if bracket:
        return number(bracket.group(1))
    part = _AND_A_PART.fullmatch(text)
    if part:
        return number(part.group(1)) + (Fraction(1, 2) if part.group(2) == "half" else Fraction(1, 4))
    if text[-4:] == "half" or text[:4] == "half":
        return Fraction(1, 2)
    mixed = _MIXED.fullmatch(text)
    if mixed:
        whole, above, below, vulgar = mixed.groups()
        return int(whole or 0) + (_VULGAR[vulgar] if vulgar else Fraction(int(above), int(below)))
    if text[0].isdigit() or text[0] == ".":
        return Fraction(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.replace(",", "."))
    return Fraction(sum(_NUMBER_WORDS[word] for word in re.split(r"[- ]", text)))


def thousandths(value: Fraction) -> int | None:
    """The value in whole thousandths, or ``None`` where it is not one (a third of an hour)."""
    scaled = value * 1000
    return int(scaled) if scaled.denominator == 1 else None
