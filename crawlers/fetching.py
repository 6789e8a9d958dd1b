"""The download handler of a crawl: Scrapy's own over HTTP/1.1, which makes what TLS needs once a host.

Scrapy makes a TLS context anew for every request, also for those that a standing connection carries; with certificates
checked, that reads the system's list of authorities each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@implementer(IPolicyForHTTPS)
class KeptContexts:
    """Asks another policy how to connect to a host, once for each host and port."""

    def __init__(self, policy: Any) -> None:
        self._policy = policy
        self._kept: dict[tuple[bytes, int], Any] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's name
        """What makes TLS connections to ``hostname``."""
        key = (hostname, port)
        if key not in self._kept:
            self._kept[key] = self._policy.creatorForNetloc(hostname, port)
        return self._kept[key]


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with a :class:`KeptContexts`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = KeptContexts(self._contextFactory)
