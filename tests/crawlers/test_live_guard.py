"""A live crawl, with the real resolver and the real download handler: a name that leads home is not connected to."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.spool import Cause, Finish
from crawlers.run import CrawlOrder, CrawlOutcome, crawl
from crawlers.safety import is_public

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOML = """name = "A host"
provider = "host"
spider = "labelled_pages"
start = ["http://{host}/"]
proof = "seen"
"""
APPROVAL = '[host]\nby = "A. Sample"\non = 2026-11-22\ncontact = "ce@lab.example"\n'


def live(folder: Path, host: str) -> CrawlOutcome:
    overlay = folder / "sources"
    overlay.mkdir()
    (overlay / "host.toml").write_text(TOML.format(host=host), encoding="utf-8")
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


def test_a_name_that_resolves_to_ones_own_network_has_no_address(tmp_path: Path) -> None:
    name = socket.gethostname()
    addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(name, 80)}
    if all(is_public(address) for address in addresses):
        pytest.skip("this machine's own name leads to public addresses only")
    outcome = live(tmp_path, name)
    # Without the guard the connection would be made, or refused by this machine; neither is a failure to resolve.
    assert (outcome.ends[0].finish, outcome.ends[0].cause) == (Finish.FAILED, Cause.DNS)
