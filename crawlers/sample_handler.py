"""The download handler of the sample web: real HTTP, to a server on loopback, under the hosts' real names.

Only the connection is led elsewhere. The request, its URL, Host header, slot and robots.txt, the response's URL, the
signals and every message stay those of the real host, so that everything above this handler runs as it does live. An
``https`` address is fetched without TLS, because nobody can show the certificate of somebody else's host.

Hosts that the sample web does not have fail as a missing name does in Scrapy's own handler (``CannotResolveHostError``
caused by Twisted's ``DNSLookupError``).
"""

from __future__ import annotations

from ssl import SSLError
from typing import TYPE_CHECKING, Any

from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectionRefusedError as TxConnectionRefusedError
from twisted.internet.error import DNSLookupError
from twisted.web.client import HTTPConnectionPool

from crawlers.fetching import DownloadHandler
from crawlers.sample_server import FAILURE_HEADER, LOOPBACK
from crawlers.settings import NO_OTHER_SCHEMES

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

PORT_SETTING = "SAMPLE_WEB_PORT"
SAMPLE_HANDLER_SETTINGS = {
    "http": "crawlers.sample_handler.SampleWebDownloadHandler",
    "https": "crawlers.sample_handler.SampleWebDownloadHandler",
    **NO_OTHER_SCHEMES,
}
"""The value of DOWNLOAD_HANDLERS for a crawl of the sample web."""

FAILURES: dict[str, type[Exception]] = {"dns": DNSLookupError, "refused": TxConnectionRefusedError, "tls": SSLError}


class LoopbackPool(HTTPConnectionPool):
    """Connections kept per real host, each of them opened to one port of 127.0.0.1."""

    def __init__(self, reactor: Any, port: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]  # Twisted leaves it untyped
        self._endpoint: Any = TCP4ClientEndpoint(reactor, LOOPBACK, port)

    def getConnection(self, key: Any, endpoint: Any) -> Any:  # noqa: ARG002, N802  # Twisted's name and arguments
        """A connection under the real host's key; the endpoint that leads to the real host is not used."""
        return super().getConnection(key, self._endpoint)


class SampleWebDownloadHandler(DownloadHandler):
    """Our handler over a :class:`LoopbackPool`. Needs the setting ``SAMPLE_WEB_PORT``.

    Raises ``ValueError`` when the setting is missing: a sample crawl must never reach the real hosts instead.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        port = crawler.settings.getint(PORT_SETTING)
        if not port:
            raise ValueError(f"{PORT_SETTING} is not set: the sample web's handler does not know its server")
        from twisted.internet import reactor  # noqa: PLC0415  # importing it earlier would install the wrong reactor

        pool = LoopbackPool(reactor, port)
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        pool._factory = self._pool._factory
        self._pool = pool

    async def download_request(self, request: Request) -> Response:
        """Fetch from the sample web; raises what Scrapy's own handler raises for a dead name or a closed port."""
        response = await super().download_request(request)
        failure = response.headers.get(FAILURE_HEADER)
        if failure is not None:
            with wrap_twisted_exceptions():
                words = "certificate verify failed" if failure == b"tls" else "no answer"
                raise FAILURES[failure.decode()](f"{urlparse_cached(request).hostname}: {words} (sample web)")
        return response
