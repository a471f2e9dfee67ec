"""Serve a site from memory: its pages with the server's scripts, and its problems.

Everything that the server adds to the published site is under `__explainer/` (see `routes.py`).
Script elements are appended after the last byte of an HTML page, and HTML parsers move them into
the body. The rest of the page is not changed.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import traceback
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.output import search
from explainer.serve import report
from explainer.serve.editing.editor import PageEditor
from explainer.serve.editing.requests import Reply
from explainer.serve.guard import Guard
from explainer.serve.live import LiveSite
from explainer.serve.responses import Response, error_page

OWN = "__explainer/"
"""The folder below the site's base path for everything that belongs to the server."""


@dataclass(eq=False, slots=True)
class OpenPage:
    """A page that is open in a browser and connected to the server."""

    address: str
    """The page's address in the site."""
    hash: str
    """The hash of the response that the page was loaded from."""
    socket: WebSocketHandler

    def reload(self, path: str, html: str = "") -> None:
        """Notify the page that the content at a path of the server has changed.

        `html`: the new page, as a request would get it; empty if the page has to request it.
        """
        with suppress(WebSocketClosedError):
            message = {"command": "reload", "path": path, "liveCSS": True, "liveImg": False}
            self.socket.write_message(json.dumps(message | {"html": html} if html else message))


class Service:
    """A site being served: its responses, its problems, and the open pages."""

    def __init__(
        self, site: LiveSite, root: Path, guard: Guard, say: Callable[[str], None]
    ) -> None:
        self.site = site
        self.root = root
        self.guard = guard
        self.open_pages: set[OpenPage] = set()
        self.is_ending = False
        self.bug: Problem | None = None
        """The last unexpected exception in a request, until the next update."""
        self._say = say
        self.bases = {site.base}
        """All base paths that the site has had since the server started."""
        self._editor = report.Editor.of(os.environ)
        self._page_editor = PageEditor(root, lambda: site.state, self._editor)
        # A page that takes long to render does not block others, and neither do requests that wait
        # for the search index, which may take seconds.
        self._answering = ThreadPoolExecutor(4, "answer")
        self._searching = ThreadPoolExecutor(1, "search")

    def close(self) -> None:
        """Stop the threads without waiting for their work."""
        for pool in (self._answering, self._searching):
            pool.shutdown(wait=False, cancel_futures=True)

    # Responses.

    async def page(self, address: str) -> Response:
        """Return the response for a decoded address relative to the base path, or the 404 page."""
        loop = asyncio.get_running_loop()
        pool = self._searching if address.startswith(f"/{search.FOLDER}") else self._answering
        return await loop.run_in_executor(pool, self._page, address)

    def _page(self, address: str) -> Response:
        for each in _spellings(address):
            if response := self.site.answer(each):
                return response
        if response := self.site.answer("/404.html"):
            return Response(response.content, response.media_type, 404)
        return error_page("Page not found", status=404)

    def below_base(self, path: str) -> str | None:
        """Return the address in the site of a path on the server; None if outside the site."""
        base = self.site.base
        return path[len(base) - 1 :] if path.startswith(base) else None

    def elsewhere(self, path: str) -> str | None:
        """Return where to redirect a path outside the site: the top, or a former base path."""
        if path == "/" or path + "/" == self.site.base:
            return self.site.base
        for base in self.bases - {self.site.base, "/"}:
            if path.startswith(base):
                return self.site.base + path.removeprefix(base)
        return None

    def sent(self, page: Response, address: str) -> bytes:
        """Return an HTML page as browsers get it: with the server's scripts at its end."""
        return page.content + self._script_elements(page, address)

    def text(self, page: Response, address: str) -> str:
        """Return an HTML page as browsers get it, decoded; empty if they have to request it."""
        if page.status == 200 and page.is_html:
            with suppress(UnicodeDecodeError):  # a file in `static/` can have another encoding
                return self.sent(page, address).decode()
        return ""

    def _script_elements(self, page: Response, address: str) -> bytes:
        """Return the script elements to add to a page, with the scripts' data as attributes."""
        own = quote(self.site.base) + OWN
        common = {"data-own": own, "data-token": self.guard.token, "data-address": address}
        shown = json.dumps(self.report(address), ensure_ascii=False)
        scripts = {"live": {"data-page": page.hash, "data-report": shown}}
        if page.status == 200 and self.site.state.files(address):
            scripts["annotate"] = {}
        lines = ""
        for name, more in scripts.items():
            attributes = {"src": f"{own}{name}.js", **common, **more}
            written = (f' {key}="{html.escape(value)}"' for key, value in attributes.items())
            lines += f"\n<script{''.join(written)}></script>"
        return f"{lines}\n".encode(errors="replace")

    async def annotate(self, request: str, body: object) -> Reply:
        """Return the reply to a request of a page's form."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._answering, self._page_editor.answer, request, body)

    # Open pages.

    async def catch_up(self, page: OpenPage) -> None:
        """Notify a page that has just connected of changes since it was rendered."""
        if (await self.page(page.address)).hash != page.hash:
            page.reload(self.path(page.address))
        else:
            page.reload(self.path("/" + OWN + "problems"))

    def path(self, address: str) -> str:
        """Return the path on the server of an address in the site."""
        return self.site.base + address.removeprefix("/")

    # Problems.

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All current problems."""
        return (*((self.bug,) if self.bug else ()), *self.site.state.problems)

    def report(self, address: str) -> dict[str, Any]:
        """Return the content of the panel of the page at an address."""
        state = self.site.state
        unplaced = state.unplaced.get(address, ())
        files = state.files(address)
        own = (files.article, files.annotations) if files else ()
        return report.report(self.problems, unplaced, state.texts, self.root, self._editor, own)

    def report_bug(self, path: str, error: Exception) -> None:
        """Report an unexpected exception: in full in the terminal, in brief in the pages."""
        trace = "".join(traceback.format_exception(error))
        problem = Problem(
            Location("explainer"),
            "bug",
            f"cannot respond to {path}: {type(error).__name__}: {error}",
            "this is a bug in explainer; please report it with the output in the terminal",
        )
        if problem != self.bug:
            self.bug = problem
            self._say(trace)


def _spellings(address: str) -> list[str]:
    """Return equivalent spellings of an address, all of which GitHub Pages accepts.

    Browsers send a link's address unchanged, and some systems store names in another Unicode form.
    """
    spellings = [address]
    if address.endswith("/index.html"):
        spellings.append(address.removesuffix("index.html"))
    elif not address.endswith("/"):
        spellings.append(f"{address}.html")
    spellings += [unicodedata.normalize("NFC", each) for each in spellings]
    return list(dict.fromkeys(spellings))
