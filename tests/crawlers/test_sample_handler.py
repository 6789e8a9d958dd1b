"""The sample web's download handler in a real Scrapy crawl (a process of its own: a reactor cannot start twice)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from crawlers.sample_server import Fault, SampleServer, down, reset, slow, truncated

CRAWL = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess
from crawlers.sample_handler import SAMPLE_HANDLER_SETTINGS

addresses, port = json.loads(sys.argv[1]), int(sys.argv[2])

class Reader(scrapy.Spider):
    name = "reader"

    async def start(self):
        for address in addresses:
            yield scrapy.Request(address, errback=self.failed, dont_filter=True)

    def parse(self, response):
        meta = response.meta
        print(json.dumps({"asked": response.request.url, "url": response.url, "status": response.status,
              "text": response.text, "slot": meta["download_slot"], "latency": meta["download_latency"],
              "address": str(response.ip_address)}))

    def failed(self, failure):
        print(json.dumps({"asked": failure.request.url, "error": type(failure.value).__name__,
              "cause": type(failure.value.__cause__).__name__, "words": str(failure.value)}))

settings = {"DOWNLOAD_HANDLERS": SAMPLE_HANDLER_SETTINGS, "LOG_ENABLED": False, "RETRY_ENABLED": False,
            "ROBOTSTXT_OBEY": True, "DOWNLOAD_TIMEOUT": 4, "TELNETCONSOLE_ENABLED": False}
if port:
    settings["SAMPLE_WEB_PORT"] = port
process = CrawlerProcess(settings)
process.crawl(Reader)
process.start()
"""


NOT_HTTP = ("file:///etc/hostname", "data:,hello")
FAULTS = {
    "refusing.example": down(),
    "resetting.example": reset(),
    "cutting.example": truncated(50),
    "silent.example": slow(30),
}


@dataclass(frozen=True)
class Visit:
    """What one crawl brought by address, and what the server was asked: host and target."""

    read: dict[str, dict[str, Any]]
    asked: set[tuple[str, str]]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """One crawl of two hosts that are well, of some that fail, and of what is no HTTP."""
    root = tmp_path_factory.mktemp("web")
    for host in ("one.example", "two.example", *FAULTS):
        (root / host).mkdir()
        (root / host / "index.html").write_text(f"<title>{host}</title>" + "<p>text</p>" * 100)
    (root / "one.example" / "robots.txt").write_text("User-agent: *\nDisallow: /private\n")
    (root / "one.example" / "private.html").write_text("not for crawlers")
    (root / "one.example" / "_host.toml").write_text('[redirects]\n"/moved" = "https://two.example/"\n')
    faults = [
        Fault(change, host=host, pattern="" if host == "refusing.example" else "^/$") for host, change in FAULTS.items()
    ]
    with SampleServer(root, anchor=date(2026, 11, 22), faults=faults) as web:
        read = crawl(
            web.port,
            "https://one.example/",
            "http://two.example/",
            "https://one.example/private",
            "https://one.example/moved",
            "https://nobody.example/",
            *(f"https://{host}/" for host in FAULTS),
            *NOT_HTTP,
        )
        return Visit(read, {(seen.host, seen.target) for seen in web.seen})


def crawl(port: int, *addresses: str) -> dict[str, dict[str, Any]]:
    finished = subprocess.run(
        [sys.executable, "-c", CRAWL, json.dumps(addresses), str(port)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    lines = [json.loads(line) for line in finished.stdout.splitlines()]
    return {line["asked"]: line for line in lines}


def test_hosts_keep_their_names_slots_and_robots(visit: Visit) -> None:
    read = visit.read
    first, second = read["https://one.example/"], read["http://two.example/"]
    assert (first["url"], first["slot"], first["status"]) == ("https://one.example/", "one.example", 200)
    assert (second["url"], second["slot"]) == ("http://two.example/", "two.example")
    assert first["text"].startswith("<title>one.example")
    assert first["latency"] > 0
    assert first["address"] == "127.0.0.1"
    assert read["https://one.example/private"]["error"] == "IgnoreRequest"
    assert ("one.example", "/private") not in visit.asked
    assert read["https://two.example/"]["text"].startswith("<title>two.example")
    assert {("one.example", "/robots.txt"), ("two.example", "/robots.txt")} <= visit.asked


def test_failures_are_those_of_the_live_web(visit: Visit) -> None:
    hosts = ("nobody.example", *FAULTS)
    failed = {host: visit.read[f"https://{host}/"] for host in hosts}
    assert {host: (line["error"], line["cause"]) for host, line in failed.items()} == {
        "nobody.example": ("CannotResolveHostError", "DNSLookupError"),
        "refusing.example": ("DownloadConnectionRefusedError", "ConnectionRefusedError"),
        "resetting.example": ("DownloadFailedError", "ResponseNeverReceived"),
        "cutting.example": ("ResponseDataLossError", "ResponseFailed"),
        "silent.example": ("DownloadTimeoutError", "NoneType"),
    }
    assert "nobody.example" in failed["nobody.example"]["words"]
    assert "https://silent.example/" in failed["silent.example"]["words"]


def test_without_a_port_nothing_is_fetched() -> None:
    read = crawl(0, "https://one.example/")
    line = read["https://one.example/"]
    assert line["error"] == "NotSupported"
    assert "SAMPLE_WEB_PORT is not set" in line["words"]


def test_only_http_is_spoken(visit: Visit) -> None:
    assert {visit.read[address]["error"] for address in NOT_HTTP} == {"NotSupported"}
