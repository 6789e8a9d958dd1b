"""Scrapy's settings for one source. What is not named here is Scrapy's default."""

from __future__ import annotations

from typing import Any

from crawlers.source import Source

PROJECT = "https://github.com/aliquot-ce/aliquot"
SAMPLE_CONTACT = "sample@aliquot.example"
NO_OTHER_SCHEMES = {"data": None, "file": None, "ftp": None, "s3": None}
"""What is not HTTP has no place in a crawl; without this Scrapy would read file: and s3: addresses."""

HANDLER_SETTINGS = {
    "http": "crawlers.fetching.DownloadHandler",
    "https": "crawlers.fetching.DownloadHandler",
    **NO_OTHER_SCHEMES,
}
"""The value of DOWNLOAD_HANDLERS for a crawl."""


EXTENSIONS = {
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50}
"""Depth is counted by the spider, the length of an address is the guard's, and no host is told another's page."""

DOWNLOADER_MIDDLEWARES = {
    "crawlers.safety.HostGuard": 10,
    "crawlers.manners.RobotsMiddleware": 100,
    "crawlers.manners.ConditionalRequests": 150,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "crawlers.manners.RetryAfter": 560,
    "crawlers.unpacking.Unpacking": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "crawlers.tally.WireCount": 850,
}
"""No cookie is kept and nobody is logged in; no proxy, which resolves names itself, past the address guard."""


def user_agent(contact: str, version: str) -> str:
    """Who we are, honestly: ``Aliquot/0.1.0 (+https://...; ce@lab.example)``."""
    return f"Aliquot/{version} (+{PROJECT}; {contact})"


def process_settings(agent: str, contact: str, log_file: str, sample_port: int | None) -> dict[str, Any]:
    """The settings of the whole process: identity, log, resolver, and the way to the sample web if it is one."""
    settings: dict[str, Any] = {
        "USER_AGENT": agent,
        "ROBOTSTXT_USER_AGENT": "Aliquot",
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,text/calendar;q=0.9,*/*;q=0.8",
            "Accept-Language": "en",
            "From": contact,
        },
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "DNS_RESOLVER": "crawlers.safety.PublicAddressResolver",
        "DNS_TIMEOUT": 30,
        # Scrapy takes any certificate unless it is told not to.
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # Only what is named runs. Scrapy's own lists hold what serves people who steer a crawl by hand, a server that
        # runs any code that it is sent among them; even an entry that is switched off there is imported.
        "EXTENSIONS_BASE": {},
        "EXTENSIONS": EXTENSIONS,
        "SPIDER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES": SPIDER_MIDDLEWARES,
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": DOWNLOADER_MIDDLEWARES,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # What a page yields is written in its order; Scrapy would otherwise start a hundred tasks for each page.
        "CONCURRENT_ITEMS": 1,
        # Scrapy would read and parse the source of a spider's callback again for every page.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "RETRY_TIMES": 2,
        "LOG_LEVEL": "INFO",
        "LOG_FILE": log_file,
        "DOWNLOAD_HANDLERS": HANDLER_SETTINGS,
        "ITEM_PIPELINES": {"crawlers.pipelines.SpoolPipeline": 100},
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 2.0,
        "AUTOTHROTTLE_MAX_DELAY": 60.0,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 0.5,
        "DOWNLOAD_DELAY": 1.0,
        "RANDOMIZE_DOWNLOAD_DELAY": True,
    }
    if sample_port is not None:
        from crawlers.sample_handler import PORT_SETTING, SAMPLE_HANDLER_SETTINGS  # noqa: PLC0415 - only a sample crawl needs it

        # The sample web is our own machine: the same throttle, with nobody to wait for.
        settings |= {
            "DOWNLOAD_HANDLERS": SAMPLE_HANDLER_SETTINGS,
            PORT_SETTING: sample_port,
            "AUTOTHROTTLE_START_DELAY": 0.0,
            "AUTOTHROTTLE_TARGET_CONCURRENCY": 1000.0,
            "DOWNLOAD_DELAY": 0.0,
        }
    return settings


def recording_settings(settings: dict[str, Any], path: str) -> dict[str, Any]:
    """The settings with a recorder next to the network."""
    middlewares = {**settings["DOWNLOADER_MIDDLEWARES"], "crawlers.warc.Recorder": 950}
    return {**settings, "DOWNLOADER_MIDDLEWARES": middlewares, "RECORD_WARC": path}


def replay_settings(settings: dict[str, Any], path: str) -> dict[str, Any]:
    """The settings with a recording in place of the network, and nobody to be polite to."""
    from crawlers.warc import REPLAY_HANDLER_SETTINGS, REPLAY_SETTING  # noqa: PLC0415 - only a replay needs it

    nobody = {"AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0.0}
    return {**settings, **nobody, "DOWNLOAD_HANDLERS": REPLAY_HANDLER_SETTINGS, REPLAY_SETTING: path}


def source_settings(source: Source) -> dict[str, Any]:
    """The bounds of one source's crawl."""
    limits = source.limits
    return {
        "CLOSESPIDER_TIMEOUT": limits.seconds,
        # No more on the way than can be on the wire: what waits in the downloader cannot be called back at a limit.
        "CONCURRENT_REQUESTS": max(1, len(source.all_hosts)),
        "DOWNLOAD_MAXSIZE": limits.page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": limits.page_seconds,
        "REDIRECT_MAX_TIMES": limits.redirects,
    }
