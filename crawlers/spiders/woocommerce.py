"""WooCommerce Store API (``/wp-json/wc/store/v1/products``): a shop of courses.

How it works: an answer is a list of products, each with an address, categories, attributes and a price in the minor
units of its shop (``currency_minor_unit`` digits). Pages are asked for by number until one is not full.

Where it lies: a shop shows prices with fewer digits than its currency has; ``price_range`` is that of a product with
variations, whose price nobody has chosen yet; memberships and books stand among the courses (``pages.items`` and
``pages.require`` choose); names hold HTML entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from catalog.listing import OfferStatement
from crawlers.draft import Draft, Link, Rejection
from crawlers.extract.text import evidence
from crawlers.fields import Words, read_field
from crawlers.jsonpages import describe, dicts, json_of, page_number, plain, with_parameters
from crawlers.labels import labels_of
from crawlers.money_units import minor_of
from crawlers.page import Page
from crawlers.spiders.base import Found, SourceSpider
from crawlers.spiders.labelled_pages import denied, is_item

PER_PAGE = 10
"""What the API answers where the address asks for no number."""


class WooCommerce(SourceSpider):
    """Reads the products of a WordPress shop."""

    def read(self, page: Page) -> Iterator[Found]:
        """One draft a product that is a course, and the link to the next page."""
        products = json_of(page, list)
        for product in dicts(products):
            found = self._draft(product, page)
            if found is not None:
                yield found
        asked = dict(parse_qsl(urlsplit(page.url).query)).get("per_page", "")
        if len(products) >= (int(asked) if asked.isdigit() else PER_PAGE):
            yield Link(with_parameters(page.url, page=page_number(page.url) + 1))

    def _draft(self, product: dict[str, Any], page: Page) -> Draft | Rejection | None:
        url, key = plain(product.get("permalink")), plain(product.get("id"))
        if not key or not re.match(r"^https?://\S+$", url):
            return Rejection(page.url, "source_key", "a product without an id or an address", key or None)
        hint = self.source.pages
        if denied(url, hint) or (hint.items and not is_item(url, hint)):
            return None
        draft = Draft(source_key=key, url=url)
        read_field(draft, "title", Words("", plain(product.get("name")), "store:name"), self.context)
        lines = describe(draft, product.get("short_description"), "store:short_description", self.context)
        lines += describe(draft, product.get("description"), "store:description", self.context)
        lines += [_terms(attribute) for attribute in dicts(product.get("attributes"))]
        if hint.require and not re.search(hint.require, "\n".join([draft.title, *lines]), re.IGNORECASE):
            return None
        for category in dicts(product.get("categories")):
            read_field(draft, "subject", Words("", plain(category.get("name")), "store:categories"), self.context)
        self._attributes(draft, product)
        # The shop's own price wins over a number in its description.
        draft.values["offers"] = tuple(_offers(product.get("prices"))) or draft.values.get("offers", ())
        return draft

    def _attributes(self, draft: Draft, product: dict[str, Any]) -> None:
        by_name = {label.folded: label.field for label in labels_of(self.source) if label.pattern is None}
        for attribute in dicts(product.get("attributes")):
            name = plain(attribute.get("name"))
            field = by_name.get(name.lower())
            if field is not None:
                read_field(
                    draft, field, Words(name, _terms(attribute), f"store:attributes, {name}"[:120]), self.context
                )


def _terms(attribute: dict[str, Any]) -> str:
    return ", ".join(plain(term.get("name")) for term in dicts(attribute.get("terms")))


def _offers(prices: object) -> Iterator[OfferStatement]:
    if not isinstance(prices, dict) or isinstance(prices.get("price_range"), dict):
        return
    code, scale = plain(prices.get("currency_code")).upper(), plain(prices.get("currency_minor_unit"))
    written = plain(prices.get("price"))
    if not re.fullmatch("[A-Z]{3}", code) or not scale.isdigit():
        return
    minor = minor_of(written, code, scale=int(scale))
    if minor is not None:
        proof = evidence(f"price {written}, currency_minor_unit {scale}, {code}", "store:prices")
        yield OfferStatement(minor=minor, currency=code if minor else None, evidence=(proof,))
