"""Whether what is spoken can be read as well: captions, a transcript, both, or, where a page says so, neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.listing import Captions, Stated
from crawlers.extract.text import Words, any_of, evidence, normalize

_CAPTIONS = any_of(r"caption(?:s|ing)?", r"subtitles")
_SPOKEN = any_of("audio", "video", "webinar", "webcast", "recording", "lecture", "session", "presentation")
_OFFERED = any_of("available", "offered", "provided", "included")
_SURE = re.compile(
    r"\b(?P<both>"
    + any_of(
        rf"{_CAPTIONS} (?:and|&|\+) (?:an? )?(?:\w+ )?transcripts?",
        rf"transcripts? (?:and|&|\+) (?:closed |open )?{_CAPTIONS}",
    )
    + r")\b|\b(?P<captions>"
    + any_of(
        r"(?:closed|open|live|real[- ]time|cart)[- ]?caption(?:s|ed|ing)?",
        rf"{_CAPTIONS} (?:is|are|will be) (?=(?:\w+ )?{_OFFERED})",
        rf"(?:with|has|have|includes?|offers?|provides?) (?:english |full )?{_CAPTIONS}",
        rf"captioned {_SPOKEN}s?|(?:is|are|fully) captioned",
    )
    + r")\b|\b(?P<transcript>"
    + any_of(rf"{_SPOKEN} transcripts?", rf"transcripts? of (?:the |each |every )?{_SPOKEN}s?")
    + r")\b",
    re.IGNORECASE,
)
"""Words that mean this in any sentence. A transcript alone may be a school's, captions those of figures."""

_BEHIND_A_LABEL = re.compile(
    rf"\b(?P<captions>{_CAPTIONS}|captioned)\b|(?<!official )(?<!college )\b(?P<transcript>transcripts?)\b",
    re.IGNORECASE,
)
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|never|without|neither|nor|isn['’]t|aren['’]t)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_DENIED_BEHIND = re.compile(
    r"(?:[^.;]{0,30}\b(?:not|isn['’]t|aren['’]t|unavailable)\b|\s?[:–-]?\s?(?:no|none)\b)", re.IGNORECASE
)
_ON_REQUEST = re.compile(r"[^.;]{0,40}\b(?:up)?on request\b", re.IGNORECASE)
_REACH = 30


@dataclass(frozen=True, slots=True)
class CaptionsReading:
    """What a text states of captions and transcripts; ``None`` where it states nothing."""

    text: str
    captions: Captions | None = None
    found: Words | None = None


def read_captions(text: str, *, labelled: bool = False) -> CaptionsReading:
    """What can be read along, from words that offer it or say that it is missing.

    ``labelled`` says that the text is a value whose label asks for this, so that a bare "captions" or "transcript"
    counts. What is made on request only is neither offered nor missing.
    Raises :class:`crawlers.extract.text.TextTooLongError`.
    """
    text = normalize(text)
    matches = list(_SURE.finditer(text)) or (list(_BEHIND_A_LABEL.finditer(text)) if labelled else [])
    stated = [match for match in matches if not _ON_REQUEST.match(text, match.end())]
    if not stated:
        return CaptionsReading(text)
    offered = {match.lastgroup for match in stated if not _is_denied(text, match)}
    return CaptionsReading(text, _together(offered), Words.of(text, stated[0].start(), stated[-1].end()))


def _is_denied(text: str, match: re.Match[str]) -> bool:
    before = _DENIED_BEFORE.search(text, max(0, match.start() - _REACH), match.start())
    return bool(before or _DENIED_BEHIND.match(text, match.end()))


def _together(offered: set[str | None]) -> Captions:
    if "both" in offered or offered == {"captions", "transcript"}:
        return Captions.CAPTIONS_AND_TRANSCRIPT
    if not offered:
        return Captions.NONE
    return Captions.CAPTIONS if "captions" in offered else Captions.TRANSCRIPT


def stated(text: str, where: str, *, labelled: bool = False) -> Stated[Captions] | None:
    """Captions and transcript for a listing, with the words they were read from."""
    reading = read_captions(text, labelled=labelled)
    if reading.captions is None or reading.found is None:
        return None
    return Stated(value=reading.captions, evidence=(evidence(reading.found.words, where),))
