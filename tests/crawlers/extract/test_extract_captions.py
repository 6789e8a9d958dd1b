"""What pages say of captions and transcripts, and what only sounds like it."""

from __future__ import annotations

import pytest

from catalog.listing import Captions
from crawlers.extract.captions import read_captions, stated

IN_A_SENTENCE = {
    "Captions and a transcript are offered.": Captions.CAPTIONS_AND_TRANSCRIPT,
    "Transcripts and closed captions come with every recording": Captions.CAPTIONS_AND_TRANSCRIPT,
    "The recording is closed captioned.": Captions.CAPTIONS,
    "Closed-captioning in English": Captions.CAPTIONS,
    "Live captioning (CART) for all sessions": Captions.CAPTIONS,
    "All videos are captioned": Captions.CAPTIONS,
    "captioned webinar, 45 minutes": Captions.CAPTIONS,
    "Videos with captions": Captions.CAPTIONS,
    "Captions are also available in Spanish": Captions.CAPTIONS,
    "Download the video transcript": Captions.TRANSCRIPT,
    "A transcript of the webinar can be downloaded; closed captions are offered": Captions.CAPTIONS_AND_TRANSCRIPT,
    "This recording has no closed captions.": Captions.NONE,
    "Closed captions are not available.": Captions.NONE,
    "Closed captions: none": Captions.NONE,
    "No closed captions, but a transcript of the lecture is provided": Captions.TRANSCRIPT,
}
NOTHING = (
    "Send an official transcript to the registry",
    "Your CE transcript lists every course",
    "Write captions for the figures of a poster",
    "Closed captions are made on request",
    "Live captioning upon request, two weeks before the session",
    "RNA transcripts are reverse transcribed before PCR",
    "Full-length transcript variants of BCR-ABL1",
    "",
)


@pytest.mark.parametrize(("text", "expected"), IN_A_SENTENCE.items())
def test_words_that_offer_captions_or_deny_them_are_read_with_their_evidence(text: str, expected: Captions) -> None:
    found = stated(text, "text")
    assert found is not None
    assert found.value is expected
    assert found.evidence[0].text in text


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_sounds_like_captions_states_nothing(text: str) -> None:
    assert stated(text, "text") is None


def test_bare_words_count_behind_a_label_alone() -> None:
    assert read_captions("Captions, transcript", labelled=True).captions is Captions.CAPTIONS_AND_TRANSCRIPT
    assert read_captions("captions", labelled=True).captions is Captions.CAPTIONS
    assert read_captions("Captions").captions is None
    assert read_captions("official transcript", labelled=True).captions is None
    assert read_captions("screen reader, keyboard", labelled=True).captions is None
