"""A live crawl, with the real resolver and the real download handler: a name that leads home is not connected to.

No name leads into a private network on every machine, so the crawl's process is given one: ``sitecustomize.py`` lets
the system's own ``getaddrinfo`` answer for ``inside.test`` as it would for an address of this machine's network.
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

from catalog.spool import Cause, Finish
from crawlers.run import CrawlOrder, CrawlOutcome, crawl

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOML = """name = "A host"
provider = "host"
spider = "labelled_pages"
start = ["{scheme}://{host}/"]
proof = "seen"
"""
APPROVAL = '[host]\nby = "A. Sample"\non = 2026-11-22\ncontact = "ce@lab.example"\n'


ANSWERS = """import socket

ask = socket.getaddrinfo


def answer(host, *rest, **more):
    return ask("{address}" if host == "inside.test" else host, *rest, **more)


socket.getaddrinfo = answer
"""


LED_HOME = """import socket

ask = socket.getaddrinfo
PUBLIC = "8.8.8.8"


def answer(host, *rest, **more):
    return ask(PUBLIC if host == "inside.test" else host, *rest, **more)


class Socket(socket.socket):
    def connect_ex(self, address):
        assert address[0] == PUBLIC, "nothing but loopback is ever connected to"
        return super().connect_ex(("127.0.0.1", {port}))


socket.getaddrinfo, socket.socket = answer, Socket
"""
"""Lets the child believe that a name is public, so that the guard passes it, and leads every connection to loopback."""


@contextmanager
def https_server(folder: Path) -> Iterator[int]:
    """A server on loopback that shows a certificate which nobody but itself vouches for; its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "inside.test")])
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("inside.test")]), critical=False)
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


def live(folder: Path, host: str, scheme: str = "http") -> CrawlOutcome:
    overlay = folder / "sources"
    overlay.mkdir()
    (overlay / "host.toml").write_text(TOML.format(host=host, scheme=scheme), encoding="utf-8")
    (folder / "approvals.toml").write_text(APPROVAL, encoding="utf-8")
    order = CrawlOrder(
        run_folder=folder / "run",
        sources=("host",),
        now=NOW,
        overlay=overlay,
        approvals=folder / "approvals.toml",
        contact="ce@lab.example",
        seconds=60,
    )
    return crawl(order)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_resolves_to_a_private_address_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(ANSWERS.format(address=address), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))))
    outcome = live(tmp_path, "inside.test")
    # Without the guard the connection would be made, refused or time out; none of these is a failure to resolve.
    assert (outcome.ends[0].finish, outcome.ends[0].cause) == (Finish.FAILED, Cause.DNS)
    assert "inside.test" in (outcome.ends[0].detail or "")


def test_a_certificate_that_nobody_vouches_for_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with https_server(tmp_path) as port:
        (tmp_path / "sitecustomize.py").write_text(LED_HOME.format(port=port), encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))))
        outcome = live(tmp_path, "inside.test", "https")
    assert (outcome.ends[0].finish, outcome.ends[0].cause) == (Finish.FAILED, Cause.TLS), outcome.ends[0].detail
