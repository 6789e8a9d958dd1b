"""Everything that is fetched is hostile: what a crawl may connect to, and how it opens what it got.

Three guards against being led into the operator's own network. A URL is refused for its scheme, its port, its host or
a literal address before it is requested, also when it is the target of a redirect. A name is refused for the address
that it resolves to, at the moment of connecting, so that a second DNS answer cannot differ from the one that was
checked. The environment's proxy is never used, for a proxy resolves names itself.
"""

from __future__ import annotations

import gzip
import ipaddress
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IResolutionReceiver
from zope.interface import implementer

PORTS = {None, 80, 443}
SCHEMES = {"http", "https"}
LONGEST_ADDRESS = 2083
"""Characters. A trap for crawlers makes addresses that grow without end."""

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 written into IPv6 (RFC 6052): what it leads to is the inner address."""


class Refused(IgnoreRequest):
    """A request that would leave the source's hosts or reach a private address. Its text says which."""


class UnsafeContentError(ValueError):
    """A document that unpacks to more than its bound, or XML that declares entities."""


class DamagedContentError(UnsafeContentError):
    """Packed data that is cut off or damaged: what can be unpacked of it is not the document."""


def is_public(address: str) -> bool:
    """Whether anyone can reach an IP address: not private, loopback, link-local, multicast, or mapped to such."""
    parsed = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def refuse_url(url: str, hosts: frozenset[str]) -> str | None:
    """Why a URL may not be requested, or ``None`` where it may. ``hosts`` are the source's own."""
    return next(_objections(url, hosts), None)


def _objections(url: str, hosts: frozenset[str]) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        yield f"not a usable address: {error}"
        return
    host = (parts.hostname or "").rstrip(".").lower()
    if len(url) > LONGEST_ADDRESS:
        yield f"an address of {len(url)} characters is no page's"
    if parts.scheme not in SCHEMES:
        yield f"only http and https are fetched, not {parts.scheme or 'nothing'}"
    if parts.username or parts.password:
        yield "an address with a name and password in it is not fetched"
    if port not in PORTS:
        yield f"port {port} is not one of a public site"
    if _literal_is_private(host):
        yield f"{host} is a private address"
    if host not in hosts:
        yield f"{host} is not a host of this source"


def _literal_is_private(host: str) -> bool:
    """Whether a host is written as an address, in any of its spellings, that is not public."""
    try:
        return not is_public(host.strip("[]"))
    except ValueError:
        # "127.1", "0x7f000001" and "2130706433" are addresses to a resolver: no name of a public site is all digits.
        last = host.rsplit(".", 1)[-1]
        return host == "localhost" or last.isdigit() or last.startswith("0x")


class HostGuard:
    """Downloader middleware that refuses requests, also those a redirect makes, before anything is sent."""

    def process_request(self, request: Request) -> None:
        """Raise :class:`Refused` for a request that may not be sent."""
        reason = refuse_url(request.url, self._hosts)
        if reason is not None:
            raise Refused(f"{request.url}: {reason}")

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Any) -> HostGuard:
        """Made by Scrapy; the crawler's spider carries its source."""
        return cls(crawler.spider.source.all_hosts)


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on only the public addresses of an answer. One private address spoils the whole answer."""

    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver
        self._addresses: list[IAddress] = []

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - Twisted's name
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        if all(is_public(getattr(address, "host", "")) for address in self._addresses):
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


class PublicAddressResolver(CachingHostnameResolver):
    """Resolves names as Scrapy does and gives no answer for a name that leads to a private address.

    The address that is checked is the address that is connected to, so a name cannot change its mind in between.
    """

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Any = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's name
    ) -> Any:
        """Resolve ``hostName``; see :class:`twisted.internet.interfaces.IHostnameResolver`."""
        receiver: Any = _PublicOnly(resolutionReceiver)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


def parse_xml(body: bytes) -> etree._Element:
    """The root of an XML document, with no DTD loaded, no entity expanded and nothing fetched.

    Raises :class:`UnsafeContentError` where entities are declared, :class:`lxml.etree.XMLSyntaxError` for no XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    root = etree.fromstring(body, parser)
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise UnsafeContentError("the XML declares entities")
    return root


def gunzip(body: bytes, at_most: int) -> bytes:
    """Unpack gzip data to at most ``at_most`` bytes.

    Raises :class:`UnsafeContentError` for more, :class:`DamagedContentError` for data that is cut off or damaged.
    """
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            unpacked = packed.read(at_most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedContentError(f"damaged gzip data: {error}") from error
    if len(unpacked) > at_most:
        raise UnsafeContentError(f"unpacks to more than {at_most} bytes")
    return unpacked


def check_archive(body: bytes, at_most: int) -> None:
    """Refuse a zip file (an XLSX is one) whose members unpack to more than ``at_most`` bytes together.

    Raises :class:`UnsafeContentError`.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            total = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnsafeContentError(f"damaged archive: {error}") from error
    if total > at_most:
        raise UnsafeContentError(f"unpacks to more than {at_most} bytes")
