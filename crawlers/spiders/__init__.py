"""One module a way of publishing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from crawlers.source import Way
from crawlers.spiders.base import SourceSpider

MODULES: Mapping[Way, tuple[str, str]] = {
    "labelled_pages": ("labelled_pages", "LabelledPages"),
    "structured_data": ("structured_data", "StructuredData"),
    "icalendar": ("icalendar", "ICalendar"),
    "feed": ("feed", "Feed"),
    "events_calendar": ("events_calendar", "EventsCalendar"),
    "woocommerce": ("woocommerce", "WooCommerce"),
    "drupal": ("drupal", "Drupal"),
    "moodle": ("moodle", "Moodle"),
    "one_page": ("one_page", "OnePage"),
    "spreadsheet": ("spreadsheet", "Spreadsheet"),
    "program_catalog": ("program_catalog", "ProgramCatalog"),
}
"""The module and class of each way. They are imported when used: a night of calendars needs no spreadsheet reader."""


def spider_class(way: Way) -> type[SourceSpider]:
    """The spider of a way of publishing."""
    module, name = MODULES[way]
    found: type[SourceSpider] = getattr(import_module(f"crawlers.spiders.{module}"), name)
    return found
