"""A live crawl, with the real resolver and the real download handler: a name that leads home is not connected to.

No name leads into a private network on every machine, so the crawl's process is given one: ``sitecustomize.py`` lets
the system's own ``getaddrinfo`` answer for ``inside.test`` as it would for an address of this machine's network.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.spool import Cause, Finish
from crawlers.run import CrawlOrder, CrawlOutcome, crawl

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOML = """name = "A host"
provider = "host"
spider = "labelled_pages"
start = ["http://{host}/"]
proof = "seen"
"""
APPROVAL = '[host]\nby = "A. Sample"\non = 2026-11-22\ncontact = "ce@lab.example"\n'


ANSWERS = """import socket

ask = socket.getaddrinfo


def answer(host, *rest, **more):
    return ask("{address}" if host == "inside.test" else host, *rest, **more)


socket.getaddrinfo = answer
"""


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
