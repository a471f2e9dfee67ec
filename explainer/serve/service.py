"""What the server answers: pages of a site in memory, with the server's scripts; and problems.

What the server adds to the published site lies under `__explainer/` (see `routes.py`). An HTML page
gets script elements after its last byte, from where HTML parsers take them into the body; nothing
else of it is touched.
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
"""Below the site's base path: what is the server's, and not the site's."""


@dataclass(eq=False, slots=True)
class OpenPage:
    """A page that is open in a browser, and connected."""

    address: str
    """In the site."""
    hash: str
    """Of the response that it was loaded from."""
    socket: WebSocketHandler

    def reload(self, path: str) -> None:
        """Report that what is at a path of the server differs now."""
        with suppress(WebSocketClosedError):
            message = {"command": "reload", "path": path, "liveCSS": True, "liveImg": False}
            self.socket.write_message(json.dumps(message))


class Service:
    """A site that is served: its responses, its problems, and the pages that are open."""

    def __init__(
        self, site: LiveSite, root: Path, guard: Guard, say: Callable[[str], None]
    ) -> None:
        self.site = site
        self.root = root
        self.guard = guard
        self.open_pages: set[OpenPage] = set()
        self.is_ending = False
        self.bug: Problem | None = None
        """The last exception while a request was answered, until the next update."""
        self._say = say
        self.bases = {site.base}
        """All paths under which the site was published since the start."""
        self._editor = report.Editor.of(os.environ)
        self._page_editor = PageEditor(root, lambda: site.state, self._editor)
        # A page that takes long to render keeps no other waiting; nor does what waits for the
        # search's index, which may take seconds.
        self._answering = ThreadPoolExecutor(4, "answer")
        self._searching = ThreadPoolExecutor(1, "search")

    def close(self) -> None:
        """Let go of the threads, without waiting for their work."""
        for pool in (self._answering, self._searching):
            pool.shutdown(wait=False, cancel_futures=True)

    # Responses.

    async def page(self, address: str) -> Response:
        """Find what is at an address, decoded and without the base path; or the page for 404."""
        loop = asyncio.get_running_loop()
        pool = self._searching if address.startswith(f"/{search.FOLDER}") else self._answering
        return await loop.run_in_executor(pool, self._page, address)

    def _page(self, address: str) -> Response:
        for each in _spellings(address):
            if response := self.site.answer(each):
                return response
        if response := self.site.answer("/404.html"):
            return Response(response.content, response.media_type, 404)
        return error_page("There is no such page.", status=404)

    def below_base(self, path: str) -> str | None:
        """The address in the site of a path on the server; None where the site is not."""
        base = self.site.base
        return path[len(base) - 1 :] if path.startswith(base) else None

    def elsewhere(self, path: str) -> str | None:
        """Where a path outside of the site leads: the top, and where the site was before."""
        if path == "/" or path + "/" == self.site.base:
            return self.site.base
        for base in self.bases - {self.site.base, "/"}:
            if path.startswith(base):
                return self.site.base + path.removeprefix(base)
        return None

    def script_elements(self, page: Response, address: str) -> bytes:
        """The script elements that are added to a page. Attributes say what the scripts need."""
        own = quote(self.site.base) + OWN
        common = {"data-own": own, "data-token": self.guard.token, "data-address": address}
        shown = json.dumps(self.report(address), ensure_ascii=False)
        scripts = {"live": {"data-page": page.hash, "data-report": shown}}
        if address in self.site.state.articles and page.status == 200:
            scripts["annotate"] = {}
        lines = ""
        for name, more in scripts.items():
            attributes = {"src": f"{own}{name}.js", **common, **more}
            written = (f' {key}="{html.escape(value)}"' for key, value in attributes.items())
            lines += f"\n<script{''.join(written)}></script>"
        return f"{lines}\n".encode(errors="replace")

    async def annotate(self, request: str, body: object) -> Reply:
        """Answer what the form of a page asks for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._answering, self._page_editor.answer, request, body)

    # Open pages.

    async def catch_up(self, page: OpenPage) -> None:
        """Tell a page that has just connected what it missed since it was rendered."""
        if (await self.page(page.address)).hash != page.hash:
            page.reload(self.path(page.address))
        else:
            page.reload(self.path("/" + OWN + "problems"))

    def path(self, address: str) -> str:
        """The path on the server of an address in the site."""
        return self.site.base + address.removeprefix("/")

    # Problems.

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong now."""
        return (*((self.bug,) if self.bug else ()), *self.site.state.problems)

    def report(self, address: str) -> dict[str, Any]:
        """What the panel of the page at an address shows."""
        state = self.site.state
        unplaced = state.unplaced.get(address, ())
        files = state.articles.get(address)
        own = (files.article, files.annotations) if files else ()
        return report.report(self.problems, unplaced, state.texts, self.root, self._editor, own)

    def report_bug(self, path: str, error: Exception) -> None:
        """Report an exception of ours: in full on the terminal, and shortly in the pages."""
        trace = "".join(traceback.format_exception(error))
        problem = Problem(
            Location("explainer"),
            "bug",
            f"{path} cannot be answered: {type(error).__name__}: {error}",
            "this is a mistake in explainer itself; please report it with what the terminal shows",
        )
        if problem != self.bug:
            self.bug = problem
            self._say(trace)


def _spellings(address: str) -> list[str]:
    """Ways to write an address that mean the same: GitHub Pages answers all of them.

    Browsers send what the link has, and some systems write names in another Unicode form.
    """
    spellings = [address]
    if address.endswith("/index.html"):
        spellings.append(address.removesuffix("index.html"))
    elif not address.endswith("/"):
        spellings.append(f"{address}.html")
    spellings += [unicodedata.normalize("NFC", each) for each in spellings]
    return list(dict.fromkeys(spellings))
