"""A small server for looking at a built site on this machine. Real hosting is a folder on any web server."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aliquot.errors import CommandError

TYPES = {
    ".ics": "text/calendar; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
}
PORTS_TRIED = 20
RELEASE = "/-release"
SCRIPT = "/-reload.js"
SCRIPT_TEXT = b"""
const release = async () => (await fetch("/-release")).text();
const shown = await release();
setInterval(async () => { if (await release() !== shown) location.reload(); }, 500);
"""


class SiteHandler(SimpleHTTPRequestHandler):
    """Files of one folder, with the site's own 404 page and without a line a request on the terminal."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012 - as the base class has it

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the terminal belongs to the command."""

    def end_headers(self) -> None:
        """Add what a real host would send."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: str | Any) -> None:  # noqa: ARG002 - the signature is the base class's
        """A folder without an index page is not found; nothing is ever listed."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer 404 with the site's own page."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class ReloadingHandler(SiteHandler):
    """The same files; each page asks for its release now and then, and is loaded again when that is another one."""

    def do_GET(self) -> None:
        """Answer with the name of the release, the script that asks for it, or a file."""
        if self.path == RELEASE:
            self._answer(Path(self.directory).resolve().name.encode(), "text/plain")
        elif self.path == SCRIPT:
            self._answer(SCRIPT_TEXT, TYPES[".js"])
        elif (page := Path(self.translate_path(self.path)) / "index.html").is_file():
            tag = f'<script type="module" src="{SCRIPT}"></script></body>'.encode()
            self._answer(page.read_bytes().replace(b"</body>", tag), TYPES[".html"])
        else:
            super().do_GET()

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def open_server(folder: Path, port: int, *, reload: bool = False) -> ThreadingHTTPServer:
    """Bind to loopback at ``port``, or at the next free one of the following few.

    Raises :class:`CommandError` where none is free or there is no site in ``folder``.
    """
    if not (folder / "index.html").is_file():
        raise CommandError(f"there is no built site in {folder}; run `aliquot nightly` or `aliquot demo` first")
    handler = partial(ReloadingHandler if reload else SiteHandler, directory=str(folder))
    for candidate in range(port, port + PORTS_TRIED):
        with contextlib.suppress(OSError):
            return ThreadingHTTPServer(("127.0.0.1", candidate), handler)
    raise CommandError(f"no free port from {port} to {port + PORTS_TRIED - 1}; give another with --port")


@contextlib.contextmanager
def served(folder: Path, port: int, *, reload: bool = False) -> Iterator[str]:
    """Serve ``folder`` from a thread while the block runs; yields the address."""
    server = open_server(folder, port, reload=reload)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
