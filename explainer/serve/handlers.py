"""Requests → responses: one handler for each row of the routing table in `routes.py`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from tornado.web import HTTPError, RequestHandler

from explainer.serve import guard
from explainer.serve.bundle import bundle
from explainer.serve.editing.requests import parse_request
from explainer.serve.responses import Response, media_type
from explainer.serve.service import OpenPage, Service

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class CheckedHandler(RequestHandler):
    """What requests and websockets share: whom the server answers."""

    service: Service

    def initialize(self, service: Service) -> None:
        """Take what the routing table hands to every handler."""
        self.service = service

    def knows_host(self) -> bool:
        """Whether the request is for this server by name."""
        reached = ""
        with suppress(AttributeError, OSError, IndexError):
            connection: Any = self.request.connection
            reached = connection.stream.socket.getsockname()[0]
        return self.service.guard.knows_host(self.request.headers.get("Host"), reached)

    def is_own_page(self, token: str | None) -> bool:
        """Whether the request comes from a page of this server."""
        headers, own = self.request.headers, self.service.guard
        return own.is_own_origin(headers.get("Origin"), headers.get("Host")) and own.is_token(token)


class Handler(CheckedHandler):
    """What holds for every response."""

    def set_default_headers(self) -> None:
        """Let no browser keep or guess anything, and no other site read it."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse requests for another host."""
        if not self.knows_host():
            self.refuse(403, "This server is not known by that name.")

    def refuse(self, status: int, why: str) -> None:
        """End the request with a sentence, as plain text."""
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{why}\n")

    def send_json(self, value: object, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.write(json.dumps(value).encode())

    def compute_etag(self) -> str | None:
        """None: nothing is kept, so there is nothing to compare with."""
        return None

    def write_error(self, status_code: int, **_: Any) -> None:
        """Answer with the status in words, and no detail of the exception."""
        self.refuse(status_code, self._reason)

    def log_exception(self, *arguments: Any) -> None:
        """Report exceptions of ours; those that a request causes are only answered."""
        error = arguments[1]
        if isinstance(error, Exception) and not isinstance(error, HTTPError):
            self.service.report_bug(self.request.path, error)


class PageHandler(Handler):
    """The site."""

    async def get(self) -> None:
        """Answer with a page or a file, with 404.html, or with a redirection."""
        decoded = guard.address_of(self.request.path)
        if decoded is None:
            self.refuse(400, "No page has such an address.")
            return
        address = self.service.below_base(decoded)
        if address is None:
            if target := self.service.elsewhere(decoded):
                self._redirect(target)
                return
            address = "/404.html"
            page = replace(await self.service.page(address), status=404)
        else:
            page = await self.service.page(address)
            with_slash = address + "/"
            if page.status == 404 and (await self.service.page(with_slash)).status == 200:
                self._redirect(self.service.path(with_slash))
                return
        self.set_status(page.status)
        self.set_header("Content-Type", page.media_type)
        if page.is_html:
            self.write(page.content)
            self.write(self.service.script_elements(page, address))
        else:
            self._write_part(page)

    head = get

    def _redirect(self, path: str) -> None:
        """Lead to a path of this server, whatever else the address says."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(quote(path) + query)

    def _write_part(self, page: Response) -> None:
        """Write a file, or the one range of it that was requested: media players seek by ranges."""
        self.set_header("Accept-Ranges", "bytes")
        size = len(page.content)
        match = _RANGE.fullmatch(self.request.headers.get("Range", ""))
        if page.status != 200 or match is None or match.groups() == ("", ""):
            self.write(page.content)
            return
        first, last = match.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size}")
            return
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.write(page.content[start : end + 1])


class ClientHandler(Handler):
    """The scripts and style sheets of `client/`."""

    def get(self, name: str) -> None:
        """Answer with one of them."""
        self.set_header("Content-Type", media_type(name))
        self.write(bundle(name))


class LiveReloadScriptHandler(Handler, LiveReloadJSHandler):  # type: ignore[misc] # untyped
    """livereload's own script, from the package."""


class AliveHandler(Handler):
    """What a page asks for until the server is back."""

    def get(self) -> None:
        """Answer with this run's name, so that a page knows whether it is another one."""
        if self.service.is_ending:
            # A page whose connection is still open would reload, and find no server.
            self.set_status(503)
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(hashlib.sha256(self.service.guard.token.encode()).hexdigest()[:16])


class ProblemsHandler(Handler):
    """The panel's content."""

    def get(self) -> None:
        """Answer with what is wrong, for the page at the address `page`."""
        self.send_json(self.service.report(self.get_query_argument("page", "/")))


class AnnotateHandler(Handler):
    """What a page asks for when its reader annotates."""

    async def post(self, name: str) -> None:
        """Answer a request with JSON, if it comes from one of this server's pages."""
        if not self.is_own_page(self.request.headers.get("X-Explainer-Token")):
            self.refuse(403, "This request does not come from a page of this server.")
            return
        reply = await self.service.annotate(name, parse_request(self.request.body))
        self.send_json(reply.body, reply.status)


class PageSocket(CheckedHandler, LiveReloadHandler):  # type: ignore[misc] # untyped
    """A page's websocket: livereload's, but for which pages it lets in and what it remembers."""

    page: OpenPage | None = None

    def prepare(self) -> None:
        """Let only this server's own pages in."""
        if not self.knows_host() or not self.is_own_page(self.path_args[0]):
            self.set_status(403)
            self.finish()

    def check_origin(self, origin: str) -> bool:
        """Whether a page of that origin may connect; called after `prepare`."""
        return self.service.guard.is_own_origin(origin, self.request.headers.get("Host"))

    def on_message(self, message: str | bytes) -> None:
        """Answer `hello`, note the page at `info`, ignore everything else."""
        try:
            value = json.loads(message)
            command = value["command"]
        except (ValueError, TypeError, KeyError):
            return
        if command == "hello":
            super().on_message(message)
        elif command == "info":
            with suppress(ValueError):
                self._open(urlsplit(str(value.get("url", ""))).path)

    def _open(self, path: str) -> None:
        decoded = guard.address_of(path)
        address = self.service.below_base(decoded) if decoded else None
        self.on_close()
        self.page = OpenPage(address or "/404.html", self.path_args[1], self)
        self.service.open_pages.add(self.page)
        asyncio.get_running_loop().create_task(self.service.catch_up(self.page))

    def on_close(self) -> None:
        """Forget the page."""
        if self.page:
            self.service.open_pages.discard(self.page)
