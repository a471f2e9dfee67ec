"""Helpers for browser tests: Chromium, pages that record their messages, and a server."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

needed = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="Debian's chromium is not installed"
    ),
]
"""Marks for a module of browser tests."""


@contextmanager
def launched() -> Iterator[Any]:
    """Start Chromium. Only one may run at a time: Playwright has one event loop."""
    playwright = pytest.importorskip("playwright.sync_api")
    assert CHROMIUM, "chromium is missing, but CI requires it"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Heard:
    """The messages and requests of a page while a test had it open."""

    messages: list[str] = field(default_factory=list)
    """Console messages, including violations of the Content-Security-Policy, and errors."""
    requests: list[str] = field(default_factory=list)
    """Every requested URL."""


@contextmanager
def opened(browser: Any, url: str, width: int, **options: Any) -> Iterator[tuple[Any, Heard]]:
    """Open a page in a new window, `width` CSS pixels wide. `options` are for `new_context`."""
    height = options.pop("height", 900)
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    try:
        page = context.new_page()
        heard = Heard()
        page.on("console", lambda message: heard.messages.append(message.text))
        page.on("pageerror", lambda error: heard.messages.append(str(error)))
        page.on("request", lambda request: heard.requests.append(request.url))
        page.goto(url)
        yield page, heard
    finally:
        context.close()


def without_anchors(page: Any) -> None:
    """From now on, load the page's styles as in a browser without anchor positioning."""
    condition = re.compile(r"@supports\s*\(\s*anchor-name:\s*--a\s*\)")

    def older(route: Any) -> None:
        text, found = condition.subn("@supports (unknown-property: a)", route.fetch().text())
        assert found, "the style sheet no longer checks for anchor positioning"
        route.fulfill(body=text, content_type="text/css")

    page.route(re.compile(r"/style\.css"), older)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder's files below a path, and 404.html for everything else."""

    base = "/"

    def send_head(self) -> Any:
        path = urlsplit(self.path).path
        if not path.startswith(self.base):
            self.send_error(404)
            return None
        self.path = self.path[len(self.base) - 1 :]
        del self.headers["If-Modified-Since"]  # in seconds: a file may change more often
        return super().send_head()

    def send_error(self, code: int, *_: Any) -> None:
        body = (Path(self.directory) / "404.html").read_bytes() if code == 404 else b""
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # a closed page drops its connections
            super().handle()


@contextmanager
def served(folder: Path, base: str = "/") -> Iterator[str]:
    """Serve a folder on loopback below `base`, and yield the URL, including `base`."""
    handler = type("Handler", (_Handler,), {"base": base})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{base}"
    finally:
        server.shutdown()
        server.server_close()
