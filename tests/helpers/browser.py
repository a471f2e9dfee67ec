"""What the browser tests share: Chromium, pages that write down their complaints, and a server."""

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
    assert CHROMIUM, "chromium is missing, and CI may not go without it"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Heard:
    """What a page said and asked for while a test had it open."""

    messages: list[str] = field(default_factory=list)
    """Console messages, breaches of the Content-Security-Policy among them, and errors."""
    requests: list[str] = field(default_factory=list)
    """Every address it asked for."""


@contextmanager
def opened(browser: Any, url: str, width: int, **options: Any) -> Iterator[tuple[Any, Heard]]:
    """Open a page in a window of its own, `width` CSS pixels wide; `options` as `new_context`."""
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
    """Give a page opened from now on the style sheet of browsers without anchor positioning."""
    condition = re.compile(r"@supports\s*\(\s*anchor-name:\s*--a\s*\)")

    def older(route: Any) -> None:
        text, found = condition.subn("@supports (unknown-property: a)", route.fetch().text())
        assert found, "the style sheet asks no longer whether boxes can be placed by others"
        route.fulfill(body=text, content_type="text/css")

    page.route(re.compile(r"/style\.css"), older)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """A folder's files below a path; all else is not found, and answered by 404.html."""

    base = "/"

    def send_head(self) -> Any:
        path = urlsplit(self.path).path
        if not path.startswith(self.base):
            self.send_error(404)
            return None
        self.path = self.path[len(self.base) - 1 :]
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
        with suppress(ConnectionError):  # a page that is closed lets its connections fall
            super().handle()


@contextmanager
def served(folder: Path, base: str = "/") -> Iterator[str]:
    """Serve a folder on loopback, its files below `base`; gives the address, `base` included."""
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
