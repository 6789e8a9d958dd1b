"""The guard against private addresses, and the opening of hostile documents."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.internet.address import IPv4Address, IPv6Address

from crawlers.safety import (
    UnsafeContentError,
    _PublicOnly,
    check_archive,
    gunzip,
    is_public,
    parse_xml,
    refuse_url,
)

HOSTS = frozenset({"www.labce.com"})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused, not one to listen on
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_addresses_of_ones_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://www.labce.com/", "only http and https"),
        ("gopher://www.labce.com/", "only http and https"),
        ("http://127.0.0.1/", "private address"),
        ("http://[::1]/", "private address"),
        ("http://localhost/", "private address"),
        ("http://2130706433/", "private address"),
        ("http://0x7f000001/", "private address"),
        ("http://127.1/", "private address"),
        ("http://169.254.169.254/latest/meta-data/", "private address"),
        ("http://www.labce.com:8080/", "port 8080"),
        ("http://user:word@www.labce.com/", "name and password"),
        ("http://evil.test/", "not a host of this source"),
        ("http://www.labce.com.evil.test/", "not a host of this source"),
        ("http://www.labce.com:99999/", "not a usable address"),
        ("http://[::1/", "not a usable address"),
    ],
)
def test_what_may_not_be_requested_is_refused_with_its_reason(url: str, reason: str) -> None:
    assert reason in (refuse_url(url, HOSTS) or "")


@pytest.mark.parametrize(
    "url", ["https://www.labce.com/a.aspx", "http://WWW.LABCE.COM:80/", "https://www.labce.com./x"]
)
def test_the_sources_own_hosts_may_be_requested(url: str) -> None:
    assert refuse_url(url, HOSTS) is None


@given(st.text(max_size=80))
def test_no_text_passes_as_an_address_of_another_host(text: str) -> None:
    assert refuse_url(text, HOSTS) is not None or "labce" in text.lower()


class Receiver:
    """Collects what a resolver answers."""

    def __init__(self) -> None:
        self.addresses: list[object] = []
        self.complete = False

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802 - Twisted's name
        self.resolution = resolution

    def addressResolved(self, address: object) -> None:  # noqa: N802 - Twisted's name
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self.complete = True


@pytest.mark.parametrize(
    ("answers", "passed"),
    [
        ([IPv4Address("TCP", "93.184.216.34", 443)], 1),
        ([IPv4Address("TCP", "93.184.216.34", 443), IPv4Address("TCP", "10.0.0.7", 443)], 0),
        ([IPv6Address("TCP", "::1", 443)], 0),
        ([], 0),
    ],
)
def test_one_private_address_spoils_a_dns_answer(answers: list[object], passed: int) -> None:
    receiver = Receiver()
    guard = _PublicOnly(receiver)
    guard.resolutionBegan(None)
    for answer in answers:
        guard.addressResolved(answer)
    guard.resolutionComplete()
    assert (len(receiver.addresses), receiver.complete) == (passed, True)


def test_xml_with_entities_is_refused_and_nothing_outside_is_read(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><urlset>&c;</urlset>'
    outside = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><urlset>&x;</urlset>'.encode()
    for document in (bomb, outside):
        with pytest.raises(UnsafeContentError, match="entities"):
            parse_xml(document)


def test_xml_that_is_none_raises_the_documented_error() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        parse_xml(b"<urlset><loc></urlset>")


def test_gzip_is_unpacked_only_to_its_bound() -> None:
    assert gunzip(gzip.compress(b"a" * 1000), 1000) == b"a" * 1000
    with pytest.raises(UnsafeContentError, match="more than 999"):
        gunzip(gzip.compress(b"a" * 1000), 999)


@given(st.binary(max_size=200))
def test_damaged_gzip_raises_the_documented_error(body: bytes) -> None:
    with pytest.raises(UnsafeContentError):
        gunzip(b"\x1f\x8b" + body + b"\x00", 1000)


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    with pytest.raises(UnsafeContentError, match="more than"):
        check_archive(packed.getvalue(), 1_000_000)
