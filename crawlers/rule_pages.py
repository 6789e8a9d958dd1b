"""Reads of a board's page only what a change of its rules would change: the passages that name a figure of renewal.

Pages of boards carry news, dates and menus that change every week and mean nothing here. A passage counts where it
holds a number and a word of continuing education or of renewal; of a PDF, which is replaced as a whole, its content
counts. The passages are only compared: nothing is read out of them, and no figure of a rule is ever changed by it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from catalog.rule_pages import RulePageAnswer
from crawlers.asking import PageAnswer, ask_pages
from crawlers.page import Page, PageError
from crawlers.probe import Asked, page_of

NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|eight|ten|twelve|fifteen|twenty|thirty|forty|half|annual|biennial)\b",
    re.IGNORECASE,
)
WORD_OF_RENEWAL = re.compile(
    r"\b(?:hours?|points?|credits?|ceus?|cmp|ccp|continuing|renew\w*|recertif\w*|certificat\w*|licen[cs]\w*|biennium|"
    r"months?|years?|fees?|expir\w*|reinstat\w*)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.;!?])\s+(?=[A-Z(])")
OK = 200


def ask_rule_pages(urls: Iterable[str], asked: Asked) -> list[RulePageAnswer]:
    """What each page says of renewal now; without passages and with the reason where it could not be read.

    Raises :class:`crawlers.run.CrawlError` for an order that cannot be carried out.
    """
    return [_answer(answer, asked) for answer in ask_pages(urls, asked)]


def _answer(answer: PageAnswer, asked: Asked) -> RulePageAnswer:
    if answer.response is None or answer.status != OK:
        detail = answer.detail or (f"answered {answer.status}" if answer.status is not None else "did not answer")
        return RulePageAnswer(answer.url, (), detail)
    try:
        found = passages(page_of(answer.response, asked.now))
    except PageError as error:
        return RulePageAnswer(answer.url, (), str(error))
    return RulePageAnswer(answer.url, found, None if found else "no passage on it names a figure of renewal")


def passages(page: Page) -> tuple[str, ...]:
    """The passages that name a figure of renewal, each once, in the order of the page.

    Raises :class:`crawlers.page.PageError` for a page that is empty or no HTML.
    """
    if not page.is_html:
        return (f"the document {hashlib.sha256(page.body).hexdigest()[:16]}",) if page.body else ()
    return tuple(dict.fromkeys(_figures_of_renewal(page)))


def _figures_of_renewal(page: Page) -> Iterator[str]:
    for line in page.lines:
        for sentence in SENTENCE_END.split(line.text):
            if NUMBER.search(sentence) and WORD_OF_RENEWAL.search(sentence):
                yield sentence
