"""A small real web server on loopback that answers as the hosts of the sample web would.

Files lie in ``ROOT/HOST/PATH``. A request's Host header and path choose the file, so that one server stands for many
hosts. Beside the pages a host folder may hold:

* ``robots.txt``: served like any file; a host without one answers 404, which allows everything (RFC 9309, 2.3.1.3);
* ``_host.toml``: never served. ``[redirects]`` maps a path (with its query) to an address, ``[queries]`` maps a path to
  the query parameters that choose a file (all others are ignored), ``[types]`` maps a path to a content type, and
  ``validators`` lists which of ``etag`` and ``last-modified`` the host sends (both where it is absent).

A query chooses the file ``PATH@QUERY``. Where a path has such files, a query that names none of them is 404: the server
never answers page 2 with page 1. Otherwise the query is ignored, as a server of plain files does.

Text files may hold placeholders, so that a sample is never stale: ``{{anchor+30d|%B %-d, %Y}}`` is the anchor date plus
thirty days (``d`` days, ``w`` weeks, also minus), ``{{anchor+30d@tue|%Y%m%d}}`` the first Tuesday on or after it. The
ETag is that of the expanded text, before compression.

Faults (:class:`Fault`) change answers on request, also while the server runs: that is how a night with a dead host, a
slow one or a truncated page is rehearsed.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import struct
import sys
import threading
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property, lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from catalog.errors import BadInputError

LOOPBACK = "127.0.0.1"
SAMPLE_WEB = Path(__file__).parent / "sample_web"
HOST_FILE = "_host.toml"
FAILURE_HEADER = "Sample-Web-Failure"
"""Tells the handler to fail as a missing name ("dns"), a closed port ("refused") or a bad certificate ("tls") would."""

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".aspx": "text/html; charset=utf-8",
    ".asp": "text/html; charset=utf-8",
    ".php": "text/html; charset=utf-8",
    ".do": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".json": "application/json",
    ".ics": "text/calendar; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".gz": "application/gzip",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
UNNAMED_TYPE = "text/html; charset=utf-8"
"""Pages of most content systems have no extension."""

BINARY = frozenset({".gz", ".pdf", ".xlsx"})
COLON = "%3A"
"""How a colon of an address is written in the name of its file: some file systems have none."""

REQUESTS_KEPT = 50_000
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLACEHOLDER = re.compile(
    r"\{\{anchor(?:(?P<sign>[+-])(?P<count>\d{1,5})(?P<unit>[dw]))?(?:@(?P<weekday>[a-z]{3}))?\|(?P<form>[^{}]+)\}\}"
)


class SampleWebError(BadInputError):
    """A file of the sample web that cannot be served; names the file and what is wrong in it."""


def expand(text: str, anchor: date) -> str:
    """Replace every placeholder of ``text`` by its date. Raises :class:`SampleWebError` for a malformed one."""
    expanded = PLACEHOLDER.sub(lambda found: _placeholder(found, anchor), text)
    if (left := expanded.find("{{anchor")) >= 0:
        raise SampleWebError(f"placeholder not understood: {expanded[left : left + 60]!r}")
    return expanded


def _placeholder(found: re.Match[str], anchor: date) -> str:
    days = int(found["count"] or 0) * (7 if found["unit"] == "w" else 1)
    day = anchor + timedelta(days=-days if found["sign"] == "-" else days)
    if found["weekday"]:
        if found["weekday"] not in WEEKDAYS:
            raise SampleWebError(f"no such weekday: {found[0]!r}")
        day += timedelta(days=(WEEKDAYS.index(found["weekday"]) - day.weekday()) % 7)
    # `%-d` is an extension of the C library that not every platform has.
    form = found["form"].replace("%-d", str(day.day)).replace("%-m", str(day.month))
    return day.strftime(form)


@dataclass(frozen=True)
class Answer:
    """What goes back for one request; a fault is a function from an answer to another.

    ``wait`` seconds pass before the first byte; ``cut_after`` bytes of the body are sent, then the connection closes
    although Content-Length promised all; ``pause`` seconds pass between pieces of 256 bytes; ``reset`` closes without
    a word (TCP RST).
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait: float = 0.0
    cut_after: int | None = None
    pause: float = 0.0
    reset: bool = False


@dataclass(frozen=True)
class Fault:
    """A change of the answers to some requests.

    It strikes where ``host`` (None: every host) is the request's host and ``pattern`` (a regular expression) is found
    in its path with query, ``times`` times (None: always). Without a pattern
    robots.txt is struck too, as on a host that is dead or slow.
    """

    change: Callable[[Answer], Answer]
    host: str | None = None
    pattern: str = ""
    times: int | None = None

    def strikes(self, host: str, target: str) -> bool:
        """Whether this request is meant."""
        return self.host in (None, host) and re.search(self.pattern, target) is not None


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Callable[[Answer], Answer]:
    """Answer with this status in place of the page."""
    text = body or f"<!doctype html><title>{code}</title><h1>{code}</h1>".encode()
    return lambda _: Answer(code, {"Content-Type": UNNAMED_TYPE, **(headers or {})}, text)


def slow(seconds: float) -> Callable[[Answer], Answer]:
    """Be silent for so long, then answer."""
    return lambda answer: replace(answer, wait=seconds)


def drip(seconds: float) -> Callable[[Answer], Answer]:
    """Send the body in pieces of 256 bytes with a pause between them."""
    return lambda answer: replace(answer, pause=seconds)


def truncated(keep: int = 200) -> Callable[[Answer], Answer]:
    """Promise the whole body and close after ``keep`` bytes of it."""
    return lambda answer: replace(answer, cut_after=keep)


def chunked(*, ends: bool = True) -> Callable[[Answer], Answer]:
    """Send the body in one chunk and, where it ``ends``, the last chunk (RFC 9112, 7.1); then close."""

    def change(answer: Answer) -> Answer:
        chunks = b"%x\r\n%b\r\n" % (len(answer.body), answer.body) + (b"0\r\n\r\n" if ends else b"")
        headers = {**answer.headers, "Transfer-Encoding": "chunked"}
        return replace(answer, headers=headers, body=chunks, cut_after=len(chunks))

    return change


def packed(coding: str, pack: Callable[[bytes], bytes]) -> Callable[[Answer], Answer]:
    """Answer with the page's text packed by ``pack``, whatever the client takes."""

    def change(answer: Answer) -> Answer:
        text = gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body
        return replace(answer, headers={**answer.headers, "Content-Encoding": coding}, body=pack(text))

    return change


def reset() -> Callable[[Answer], Answer]:
    """Close the connection without a word."""
    return lambda answer: replace(answer, reset=True)


def down() -> Callable[[Answer], Answer]:
    """The host's port is closed: through the sample web's handler the connection is refused."""
    return lambda _: Answer(503, {FAILURE_HEADER: "refused"})


def unknown_host() -> Callable[[Answer], Answer]:
    """The host's name does not resolve."""
    return lambda _: Answer(421, {FAILURE_HEADER: "dns"})


def bad_certificate() -> Callable[[Answer], Answer]:
    """The host shows a certificate that cannot be trusted."""
    return lambda _: Answer(525, {FAILURE_HEADER: "tls"})


def body(text: bytes, content_type: str = UNNAMED_TYPE) -> Callable[[Answer], Answer]:
    """Answer 200 with this body in place of the page: a login form, an empty page, bytes that are no HTML."""
    return lambda _: Answer(200, {"Content-Type": content_type}, text)


@dataclass(frozen=True)
class SeenRequest:
    """One request that the server answered, for tests that count."""

    host: str
    target: str
    status: int
    user_agent: str | None


@dataclass(frozen=True)
class _Page:
    body: bytes
    content_type: str
    modified: datetime

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.body, compresslevel=6, mtime=0)


@dataclass(frozen=True)
class _Host:
    """A host folder with its `_host.toml`."""

    folder: Path
    redirects: Mapping[str, str]
    queries: Mapping[str, list[str]]
    types: Mapping[str, str]
    validators: frozenset[str]

    def file(self, target: str) -> Path | None:
        """The file that a path with query names, or None."""
        parts = urlsplit(target)
        path = PurePosixPath(unquote(parts.path))
        if ".." in path.parts or path.name == HOST_FILE:
            return None
        base = self.folder.joinpath(*(part.replace(":", COLON) for part in path.parts[1:]))
        if query := self._choosing_query(parts.path, parts.query):
            chosen = base.with_name(f"{base.name}@{query}")
            if chosen.is_file():
                return chosen
            if base.parent.is_dir() and any(base.parent.glob(f"{base.name}@*")):
                return None
        candidates = (base / "index.html",) if parts.path.endswith("/") else (base, base.with_name(base.name + ".html"))
        return next((candidate for candidate in candidates if candidate.is_file()), None)

    def _choosing_query(self, path: str, query: str) -> str:
        if path not in self.queries:
            return query.replace("/", "%2F")
        kept = [(name, value) for name, value in parse_qsl(query) if name in self.queries[path]]
        return urlencode(kept)


def _read_host(folder: Path) -> _Host:
    path = folder / HOST_FILE
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise SampleWebError(f"{path}: {error}") from error
    if unknown := set(told) - {"redirects", "queries", "types", "validators"}:
        raise SampleWebError(f"{path}: unknown key {sorted(unknown)[0]!r}")
    return _Host(
        folder,
        told.get("redirects", {}),
        told.get("queries", {}),
        told.get("types", {}),
        frozenset(told.get("validators", ("etag", "last-modified"))),
    )


class SampleServer:
    """The server, as a context manager: it listens inside the ``with`` block, on a free port of 127.0.0.1.

    ``root`` holds one folder a host, ``anchor`` is the day from which placeholders count. Raises
    :class:`SampleWebError` where ``root`` has no host or a `_host.toml` is malformed.
    """

    def __init__(self, root: Path, anchor: date, faults: Iterable[Fault] = (), *, port: int = 0) -> None:
        folders = sorted(folder for folder in root.iterdir() if folder.is_dir()) if root.is_dir() else []
        if not folders:
            raise SampleWebError(f"{root}: no host folder in it")
        self.anchor = anchor
        self._hosts = {folder.name: _read_host(folder) for folder in folders}
        self._page = lru_cache(maxsize=4096)(self._load)
        self._lock = threading.Lock()
        self._strikes: dict[int, int] = {}
        self._faults: tuple[Fault, ...] = tuple(faults)
        self._seen: deque[SeenRequest] = deque(maxlen=REQUESTS_KEPT)
        self._wanted_port = port
        self._http: _LoopbackHttpServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._http = _LoopbackHttpServer((LOOPBACK, self._wanted_port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="sample-web", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None and self._thread is not None:
            self._http.shutdown()
            self._http.close_connections()
            self._http.server_close()
            self._thread.join()
        self._http = self._thread = None

    @property
    def port(self) -> int:
        """The port it listens on. Raises ``RuntimeError`` outside the ``with`` block."""
        if self._http is None:
            raise RuntimeError("the sample web serves only inside its `with` block")
        return int(self._http.server_address[1])

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that exist; every other fails as DNS does."""
        return frozenset(self._hosts)

    @property
    def seen(self) -> tuple[SeenRequest, ...]:
        """What was asked so far, oldest first."""
        with self._lock:
            return tuple(self._seen)

    def forget(self) -> None:
        """Empty :attr:`seen`."""
        with self._lock:
            self._seen.clear()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults in force; assign to change them while the server runs."""
        return self._faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._faults = tuple(faults)
            self._strikes = {}

    def answer(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET of ``target`` (path with query) at ``host``, faults included.

        A fault gets the whole page to change, also where the request was conditional: a changed page is not unmodified.
        """
        with self._lock:
            faults = [
                fault for number, fault in enumerate(self._faults) if self._strikes_now(number, fault, host, target)
            ]
        asked = (
            {name: value for name, value in headers.items() if name.lower() not in CONDITIONS} if faults else headers
        )
        answer = self._well(host, target, asked)
        for fault in faults:
            answer = fault.change(answer)
        with self._lock:
            self._seen.append(SeenRequest(host, target, answer.status, headers.get("User-Agent")))
        return answer

    def _strikes_now(self, number: int, fault: Fault, host: str, target: str) -> bool:
        """Whether a fault strikes this request; counts it where it does."""
        struck = self._strikes.get(number, 0)
        if not fault.strikes(host, target) or (fault.times is not None and struck >= fault.times):
            return False
        self._strikes[number] = struck + 1
        return True

    def _well(self, name: str, target: str, headers: Mapping[str, str]) -> Answer:
        host = self._hosts.get(name)
        if host is None:
            return unknown_host()(Answer(421))
        if target in host.redirects:
            return Answer(301, {"Location": host.redirects[target], "Content-Type": UNNAMED_TYPE})
        file = host.file(target)
        if file is None:
            return status(404)(Answer(404))
        content_type = host.types.get(urlsplit(target).path) or content_type_of(file)
        return _negotiate(self._page(file, file.stat().st_mtime_ns, content_type), host.validators, headers)

    def _load(self, file: Path, modified_ns: int, content_type: str) -> _Page:
        raw = file.read_bytes()
        written = datetime.fromtimestamp(modified_ns // 1_000_000_000, UTC)
        if file.suffix not in BINARY and b"{{anchor" in raw:
            try:
                raw = expand(raw.decode("utf-8"), self.anchor).encode()
            except SampleWebError as error:
                raise SampleWebError(f"{file}: {error}") from error
            written = max(written, datetime.combine(self.anchor, clock_time(), UTC))
        return _Page(raw, content_type, written)


def content_type_of(file: Path) -> str:
    """The content type of a file of the sample web, by the extension before its query."""
    return CONTENT_TYPES.get(PurePosixPath(file.name.split("@", 1)[0]).suffix, UNNAMED_TYPE)


def _negotiate(page: _Page, validators: frozenset[str], asked: Mapping[str, str]) -> Answer:
    headers = {"Content-Type": page.content_type, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if "etag" in validators:
        headers["ETag"] = page.etag
    if "last-modified" in validators:
        headers["Last-Modified"] = format_datetime(page.modified, usegmt=True)
    if _is_unchanged(page, validators, asked):
        return Answer(304, headers)
    if "gzip" in asked.get("Accept-Encoding", "") and not page.content_type.startswith("application/gzip"):
        return Answer(200, {**headers, "Content-Encoding": "gzip"}, page.compressed)
    return Answer(200, headers, page.body)


def _is_unchanged(page: _Page, validators: frozenset[str], asked: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides alone where it is sent."""
    if "etag" in validators and (tags := asked.get("If-None-Match")):
        return page.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    if "last-modified" in validators and (since := asked.get("If-Modified-Since")):
        with suppress(ValueError):
            return page.modified <= parsedate_to_datetime(since)
    return False


class _LoopbackHttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], web: SampleServer) -> None:
        self.web = web
        self._open: set[socket.socket] = set()
        self.abrupt: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        if request in self.abrupt:
            # Without the FIN that shutdown() sends first, the client sees a reset and not an end.
            self.abrupt.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event; anything else is a defect of the sample web and is printed."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """End the kept-alive connections of clients that are still there."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleWeb"
    sys_version = ""
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _LoopbackHttpServer

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").rsplit(":", 1)[0].lower()
        try:
            answer = self.server.web.answer(host, self._target(), dict(self.headers.items()))
        except SampleWebError as error:
            answer = Answer(500, {"Content-Type": "text/plain; charset=utf-8"}, str(error).encode())
        self._send(answer)

    do_HEAD = do_GET  # noqa: N815  # the name that the standard library looks up

    def _target(self) -> str:
        """The path with query; a client that takes the server for a proxy sends a whole address."""
        parts = urlsplit(self.path)
        return self.path if not parts.scheme else parts._replace(scheme="", netloc="").geturl()

    def _send(self, answer: Answer) -> None:
        if answer.wait:
            time.sleep(answer.wait)
        if answer.reset:
            self._reset()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304 and "Transfer-Encoding" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status != 304:
            self._send_body(answer)

    def _send_body(self, answer: Answer) -> None:
        body = answer.body if answer.cut_after is None else answer.body[: answer.cut_after]
        step = 256 if answer.pause else max(len(body), 1)
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            if answer.pause:
                self.wfile.flush()
                time.sleep(answer.pause)
        if answer.cut_after is not None:
            self.close_connection = True

    def _reset(self) -> None:
        # Lingering for zero seconds makes close() send RST in place of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.abrupt.add(self.connection)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Silent: what was asked is in :attr:`SampleServer.seen`."""
