"""The request handlers, one for each row of the routing table in `routes.py`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from livereload.handlers import LiveReloadHandler
from tornado.web import HTTPError, RequestHandler

from explainer.serve import guard
from explainer.serve.bundle import bundle
from explainer.serve.editing.requests import parse_request
from explainer.serve.responses import Response, media_type
from explainer.serve.service import OpenPage, Service

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class CheckedHandler(RequestHandler):
    """The checks that requests and websockets share."""

    service: Service

    def initialize(self, service: Service) -> None:
        """Take the argument that the routing table passes to every handler."""
        self.service = service

    def knows_host(self) -> bool:
        """Whether the request's Host header names this server."""
        reached = ""
        with suppress(AttributeError, OSError, IndexError):
            connection: Any = self.request.connection
            reached = connection.stream.socket.getsockname()[0]
        return self.service.guard.knows_host(self.request.headers.get("Host"), reached)

    def is_own_page(self, token: str | None) -> bool:
        """Whether the request comes from a page of this server, by its origin and `token`."""
        headers, own = self.request.headers, self.service.guard
        return own.is_own_origin(headers.get("Origin"), headers.get("Host")) and own.is_token(token)


class Handler(CheckedHandler):
    """The base of all handlers that send responses."""

    def set_default_headers(self) -> None:
        """Forbid caching, type sniffing, and use by other sites."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse requests for another host."""
        if not self.knows_host():
            self.refuse(403, "This server does not answer to that host name.")

    def refuse(self, status: int, why: str) -> None:
        """End the request with a sentence in plain text."""
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{why}\n")

    def send_json(self, value: object, status: int = 200) -> None:
        """Respond with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.write(json.dumps(value).encode())

    def compute_etag(self) -> str | None:
        """Return None: browsers cache nothing, so they never ask for changes."""
        return None

    def write_error(self, status_code: int, **_: Any) -> None:
        """Respond with the status text, without details of the exception."""
        self.refuse(status_code, self._reason)

    def log_exception(self, *arguments: Any) -> None:
        """Report bugs. An HTTPError is the client's error and needs no report."""
        error = arguments[1]
        if isinstance(error, Exception) and not isinstance(error, HTTPError):
            self.service.report_bug(self.request.path, error)


class PageHandler(Handler):
    """Serves the site's pages and files."""

    async def get(self) -> None:
        """Respond with a page or file, with 404.html, or with a redirect."""
        decoded = guard.address_of(self.request.path)
        if decoded is None:
            self.refuse(400, "This address is not valid.")
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
            self.write(self.service.sent(page, address))
        else:
            self._write_part(page)

    head = get

    def _redirect(self, path: str) -> None:
        """Redirect to a path of this server, and keep the query."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(quote(path) + query)

    def _write_part(self, page: Response) -> None:
        """Write a file, or the requested range of it (RFC 9110, 14), which media players use."""
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
    """Serves the scripts and style sheets of `client/`."""

    def get(self, name: str) -> None:
        """Respond with the bundle of that name."""
        self.set_header("Content-Type", media_type(name))
        self.write(bundle(name))


class AliveHandler(Handler):
    """Answers pages that wait for the server to come back."""

    def get(self) -> None:
        """Respond with an id of this run, so that pages can recognize a restart."""
        if self.service.is_ending:
            # Otherwise a page whose connection is still open would reload and find no server.
            self.set_status(503)
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(hashlib.sha256(self.service.guard.token.encode()).hexdigest()[:16])


class ProblemsHandler(Handler):
    """Serves the panel's content."""

    def get(self) -> None:
        """Respond with the problems to show on the page at the address `page`."""
        self.send_json(self.service.report(self.get_query_argument("page", "/")))


class AnnotateHandler(Handler):
    """Answers the requests of the page's forms."""

    async def post(self, name: str) -> None:
        """Respond with JSON if the request comes from a page of this server."""
        if not self.is_own_page(self.request.headers.get("X-Explainer-Token")):
            self.refuse(403, "This request did not come from a page of this server.")
            return
        reply = await self.service.annotate(name, parse_request(self.request.body))
        self.send_json(reply.body, reply.status)


class PageSocket(CheckedHandler, LiveReloadHandler):  # type: ignore[misc] # untyped
    """A page's websocket: livereload's, with stricter checks and a record of open pages."""

    page: OpenPage | None = None

    def prepare(self) -> None:
        """Refuse all but this server's own pages."""
        if not self.knows_host() or not self.is_own_page(self.path_args[0]):
            self.set_status(403)
            self.finish()

    def check_origin(self, origin: str) -> bool:
        """Whether a page of that origin may connect. tornado calls this after `prepare`."""
        return self.service.guard.is_own_origin(origin, self.request.headers.get("Host"))

    def on_message(self, message: str | bytes) -> None:
        """Answer `hello`, record the page on `info`, and ignore everything else."""
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
