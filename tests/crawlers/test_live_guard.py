"""A live crawl, with the real resolver and the real download handler: a name that leads home is not connected to.

No name leads into a private network on every machine, so the crawl's process is given some: ``sitecustomize.py`` lets
the system's own ``getaddrinfo`` answer for them as it would for addresses of this machine's network.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from catalog.spool import Cause, Finish, SourceEndLine
from crawlers.run import CrawlOrder, crawl

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOML = """name = "{host}"
provider = "host"
spider = "labelled_pages"
start = ["{scheme}://{host}/"]
proof = "seen"
"""
APPROVAL = '[{source}]\nby = "A. Sample"\non = 2026-11-22\ncontact = "ce@lab.example"\n'


PRIVATE = {
    "loopback.test": "127.0.0.1",
    "intranet.test": "10.0.0.7",
    "link-local.test": "169.254.169.254",
    "loopback-6.test": "::1",
    "mapped.test": "::ffff:127.0.0.1",
}
"""Names, each with the private address that it resolves to."""

BELIEVED_PUBLIC = "public.test"

ANSWERS = """import socket

ask = socket.getaddrinfo
PUBLIC = "8.8.8.8"
ADDRESSES = {addresses} | {{"{public}": PUBLIC}}


def answer(host, *rest, **more):
    return ask(ADDRESSES.get(host, host), *rest, **more)


class Socket(socket.socket):
    def connect_ex(self, address):
        assert address[0] == PUBLIC, "nothing else was resolved to be connected to"
        return super().connect_ex(("127.0.0.1", {port}))


socket.getaddrinfo, socket.socket = answer, Socket
"""
"""Lets the child take one name for public, so that the guard passes it, and leads its connections to loopback."""


@contextmanager
def https_server(folder: Path) -> Iterator[int]:
    """A server on loopback that shows a certificate which nobody but itself vouches for; its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, BELIEVED_PUBLIC)])
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(BELIEVED_PUBLIC)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = folder / "server.pem"
    pem.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SourceEndLine]:
    """How one live crawl ended at each host."""
    folder = tmp_path_factory.mktemp("live")
    overlay = folder / "sources"
    overlay.mkdir()
    hosts = dict.fromkeys(PRIVATE, "http") | {BELIEVED_PUBLIC: "https"}
    for host, scheme in hosts.items():
        (overlay / f"{source_of(host)}.toml").write_text(TOML.format(host=host, scheme=scheme), encoding="utf-8")
    approvals = "".join(APPROVAL.format(source=source_of(host)) for host in hosts)
    (folder / "approvals.toml").write_text(approvals, encoding="utf-8")
    order = CrawlOrder(
        run_folder=folder / "run",
        sources=tuple(source_of(host) for host in hosts),
        now=NOW,
        overlay=overlay,
        approvals=folder / "approvals.toml",
        contact="ce@lab.example",
        seconds=60,
    )
    with https_server(folder) as port, pytest.MonkeyPatch.context() as here:
        answers = ANSWERS.format(addresses=PRIVATE, public=BELIEVED_PUBLIC, port=port)
        (folder / "sitecustomize.py").write_text(answers, encoding="utf-8")
        here.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))))
        outcome = crawl(order)
    return {end.source: end for end in outcome.ends}


def source_of(host: str) -> str:
    """The id of the source that is read from this host."""
    return host.removesuffix(".test")


@pytest.mark.parametrize("host", PRIVATE)
def test_a_name_that_resolves_to_a_private_address_has_none(ends: dict[str, SourceEndLine], host: str) -> None:
    end = ends[source_of(host)]
    # Without the guard the connection would be tried and fail; that is no failure to resolve.
    assert (end.finish, end.cause) == (Finish.FAILED, Cause.DNS)
    assert host in (end.detail or "")


def test_a_certificate_that_nobody_vouches_for_is_not_taken(ends: dict[str, SourceEndLine]) -> None:
    end = ends[source_of(BELIEVED_PUBLIC)]
    assert (end.finish, end.cause) == (Finish.FAILED, Cause.TLS), end.detail
