"""Rule watch: once a week the pages that rules were read from are asked for, and what changed is told.

Nothing is read out of them and no figure is edited: the credential is flagged until somebody has read the page and
moved the rule's own date. A page that cannot be asked for harms no night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from aliquot import nightlog
from aliquot.night import Night, NightReport, Stage
from catalog import store
from catalog.rule_pages import RulePageAnswer, RulePageView, rule_pages, watch_rule_pages
from crawlers.run import CrawlError, SampleWeb
from recommend.credential import Credential
from recommend.rule_flags import changed_sources, named_sources
from recommend.rules import load_credentials

SAMPLE_HOSTS = ".example"
"""The sample web stands in for real hosts too, but has none of a board's pages."""


def watch_rules(night: Night, catalog: store.Catalog, report: NightReport) -> None:
    """Ask for the pages that are due, and put what has changed since we read it into the report."""
    rules = load_credentials(night.places.overlay("credentials"))
    urls = _watched(night, rules)
    if Stage.CRAWL in night.only and urls:
        night.doing(f"rules: asking whether {len(urls)} pages still say the same")
        try:
            changed = watch_rule_pages(catalog, urls, lambda due: _ask(due, night), night.now)
        except CrawlError as error:
            nightlog.warn("rules.not_watched", reason=str(error))
        else:
            for page in changed:
                nightlog.note("rules.page_changed", url=page.url, quotes=page.quotes)
    report.rules_changed = flagged(rules, rule_pages(catalog))


def flagged(rules: Mapping[str, Credential], pages: Mapping[str, RulePageView]) -> dict[str, tuple[str, ...]]:
    """Credentials by the address of each page that changed since they were read from it."""
    found: dict[str, list[str]] = {}
    for name, credential in sorted(rules.items()):
        for url in changed_sources(credential, pages):
            found.setdefault(url, []).append(name)
    return {url: tuple(names) for url, names in sorted(found.items())}


def _watched(night: Night, rules: Mapping[str, Credential]) -> set[str]:
    """The pages to ask for: in a sample night those of invented bodies, in a live one none without a contact."""
    urls = {source.url for credential in rules.values() for source in named_sources(credential).values()}
    if night.places.sample:
        return {url for url in urls if (urlsplit(url).hostname or "").endswith(SAMPLE_HOSTS)}
    return urls if night.settings.contact else set()


def _ask(urls: Iterable[str], night: Night) -> list[RulePageAnswer]:
    from crawlers.probe import Asked  # noqa: PLC0415 - the spiders take long to load, and pages are due once a week
    from crawlers.rule_pages import ask_rule_pages  # noqa: PLC0415

    places = night.places
    sample = SampleWeb(anchor=places.sample_anchor(night.today), port=night.sample_port) if places.sample else None
    return ask_rule_pages(urls, Asked(night.now, night.settings.contact, sample))
