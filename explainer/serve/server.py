"""The server: pages from a site in memory, and word to those that are open when they change.

What it adds to the published site lies under `__explainer/`: the script and style sheet of
`client/`, livereload's own script, a websocket that speaks livereload's protocol 7
(http://livereload.com/api/protocol/), and the problems as JSON. An HTML page gets one script
element after its last byte, from where HTML parsers take it into the body; nothing else of it is
touched.

livereload.js knows the commands `reload` and `alert` and hangs up on any other. So what is ours is
said by `reload` too, with a path below `__explainer/`; client/live.js, a plugin of livereload.js,
tells it apart.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import html
import json
import logging
import queue
import re
import signal
import socket
import sys
import threading
import time
import traceback
import unicodedata
import webbrowser
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, Protocol
from urllib.parse import quote, urlsplit

import tornado.httpserver
import tornado.httputil
import tornado.netutil
import tornado.web
import tornado.websocket
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler

from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.output import search
from explainer.serve import editing, report
from explainer.serve import guard as guarding
from explainer.serve.guard import Guard
from explainer.serve.updates import Changes, Updates
from explainer.serve.watch import FOLDERS, Watcher, is_kind

P = ParamSpec("P")

PORT = 4000
"""Where the server listens, if that is free."""
_PORTS = 50
"""How many ports from there on are tried."""
_BODY = 1 << 20
"""Bytes of the longest request: it is taken in before anybody can ask whom it comes from."""
OWN = "__explainer/"
"""Below the site's base path: what is the server's, and not the site's."""
CLIENT = Path(__file__).parent / "client"

_SEARCH_FILES = f"/{search.FOLDER}"
_TEXTS = frozenset({".md", ".yaml", ".toml"})
"""Endings of files whose change shows in the HTML of the pages that it changes."""


class Answer(Protocol):
    """A page or file of the site."""

    @property
    def content(self) -> bytes:
        """Its bytes."""

    @property
    def media_type(self) -> str:
        """As the header says it, with its charset."""


class Change(Protocol):
    """What an update did."""

    @property
    def kind(self) -> str:
        """`nothing`, `styles` (only style sheets differ), `pages`, `problems` (only those do)."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Addresses of style sheets that differ."""


class State(editing.State, Protocol):
    """What is known of the site."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, sorted."""

    @property
    def unplaced(self) -> Mapping[str, Sequence[report.Unplaced]]:
        """By an article's address: those of its annotations that lost their place."""


class Site(Protocol):
    """A site in memory (`live.LiveSite`)."""

    @property
    def base(self) -> str:
        """The path below which it is published: `/` or `/repo/`."""

    @property
    def state(self) -> State:
        """What is known now."""

    def update(self, paths: Collection[Path] | None) -> Change:
        """Take in what changed; called by one thread at a time."""

    def answer(self, address: str) -> Answer | None:
        """Give what is at an address, nothing if nothing is; called by any thread."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was found for an address."""

    status: int
    content: bytes
    media_type: str

    @property
    def is_html(self) -> bool:
        """Whether the server's script goes with it."""
        return self.media_type.startswith("text/html")

    @property
    def hash(self) -> str:
        """Differs where the content does."""
        return hashlib.sha256(self.content).hexdigest()[:16]


# --- the site as it is served --------------------------------------------------------------------


class Service:
    """A site that is served: its answers, its updates, and the pages that are open."""

    def __init__(
        self,
        site: Site,
        root: Path,
        guard: Guard,
        say: Callable[[str], None],
        show: Callable[[Sequence[Problem], Mapping[str, str]], None],
    ) -> None:
        self.site = site
        self.root = root
        self.guard = guard
        self.editor = report.editor_here()
        self.annotating = editing.Annotating(root, lambda: site.state, self.editor)
        self.sockets: set[Socket] = set()
        self.is_ending = False
        self._terminal = _Terminal()
        self._say = self._terminal.telling(say)
        self._show = self._terminal.telling(show)
        self._bug: Problem | None = None
        self._known: tuple[Problem, ...] = ()
        self._bases = {site.base}
        # One thread takes changes in; a page that takes long to render keeps no other waiting.
        self._updating = ThreadPoolExecutor(1, "update")
        self._answering = ThreadPoolExecutor(4, "answer")
        # What waits for the search's index, which may take seconds, keeps no page waiting either.
        self._searching = ThreadPoolExecutor(1, "search")

    def close(self) -> None:
        """Let go of the threads; what they are at is not waited for."""
        for pool in (self._updating, self._answering, self._searching):
            pool.shutdown(wait=False, cancel_futures=True)
        self._terminal.close()

    # -- answers

    async def page(self, address: str) -> Page:
        """Find what is at an address, decoded and without the base path; or the page for 404."""
        loop = asyncio.get_running_loop()
        pool = self._searching if address.startswith(_SEARCH_FILES) else self._answering
        return await loop.run_in_executor(pool, self._page, address)

    def _page(self, address: str) -> Page:
        try:
            for each in _spellings(address):
                if answer := self.site.answer(each):
                    return Page(200, answer.content, answer.media_type)
            answer = self.site.answer("/404.html")
        except Exception as error:
            self._broke(f"the page {address} cannot be made", error)
            return Page(500, _plain("This page cannot be made."), _HTML)
        if answer:
            return Page(404, answer.content, answer.media_type)
        return Page(404, _plain("There is no such page."), _HTML)

    async def redirection(self, address: str) -> str | None:
        """Where an address without its last `/` leads, if with it there is a page."""
        if address.endswith("/"):
            return None
        page = await self.page(address + "/")
        return address + "/" if page.status == 200 else None

    def below_base(self, path: str) -> str | None:
        """The address in the site of a path on the server; nothing where the site is not."""
        base = self.site.base
        return path[len(base) - 1 :] if path.startswith(base) else None

    def elsewhere(self, path: str) -> str | None:
        """Where a path outside of the site leads: the top, and where the site was before."""
        if path == "/" or path + "/" == self.site.base:
            return self.site.base
        for base in self._bases - {self.site.base, "/"}:
            if path.startswith(base):
                return self.site.base + path.removeprefix(base)
        return None

    def element(self, page: Page, address: str) -> bytes:
        """The script element that goes with a page. What its script needs stands in attributes."""
        own = quote(self.site.base) + OWN
        shared = {"src": f"{own}shared.js"}
        attributes = {
            "src": f"{own}live.js",
            "data-own": own,
            "data-token": self.guard.token,
            "data-page": page.hash,
            "data-address": address,
            "data-report": json.dumps(self.report(address), ensure_ascii=False),
        }
        elements = [shared, attributes]
        if address in self.site.state.articles and page.status == 200:
            handed = {name: attributes[name] for name in ("data-own", "data-token", "data-address")}
            elements.append({"src": f"{own}annotate.js", **handed})
        written = (
            "".join(f' {name}="{html.escape(each)}"' for name, each in one.items())
            for one in elements
        )
        lines = "".join(f"\n<script{one}></script>" for one in written)
        return f"{lines}\n".encode(errors="replace")

    # -- annotations

    async def annotate(self, request: str, body: object) -> editing.Reply:
        """Answer what the form of a page asks for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._answering, self.annotating.answer, request, body)

    # -- problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong now."""
        return (*((self._bug,) if self._bug else ()), *self.site.state.problems)

    def report(self, address: str) -> dict[str, Any]:
        """What the panel of the page at an address shows."""
        state = self.site.state
        unplaced = state.unplaced.get(address, ())
        files = state.articles.get(address)
        own = (files.article, files.annotations) if files else ()
        return report.report(self.problems, unplaced, state.texts, self.root, self.editor, own)

    def _broke(self, what: str, error: Exception) -> None:
        """Take note of an error of ours: said in full on the terminal, and shortly in the page."""
        trace = "".join(traceback.format_exception(error))
        problem = Problem(
            Location("explainer"),
            "bug",
            f"{what}: {type(error).__name__}: {error}",
            "this is a mistake in explainer itself; please report it with what the terminal shows",
        )
        if problem != self._bug:
            self._bug = problem
            self._say(trace)

    # -- updates

    async def start(self) -> None:
        """Read the site for the first time."""
        await self._take_in(None)
        self._known = self.problems
        self._show(self._known, self.site.state.texts)

    async def update(self, changes: Changes) -> None:
        """Take in changes, and tell the open pages and the terminal what came of them."""
        started = time.perf_counter()
        change = await self._take_in(changes)
        spent = time.perf_counter() - started
        kind = change.kind if change else "problems"
        told: set[Socket] = set()
        if kind == "styles" and change:
            for one in tuple(self.sockets):
                for address in change.styles:
                    one.reload(self.site.base + address.removeprefix("/"))
            await self._each_page(self._rehash)
        elif kind == "pages":
            texts_only = changes is not None and all(path.suffix in _TEXTS for path in changes)
            told = await self._reload(always=not texts_only)
        problems = self.problems
        if problems != self._known:
            for one in self.sockets - told:
                one.reload(self.site.base + OWN + "problems")
        if kind != "nothing" or problems != self._known:
            self._say(_line(changes, self.root, spent, problems))
        if problems != self._known:
            self._known = problems
            self._show(problems, self.site.state.texts)

    async def _take_in(self, changes: Changes) -> Change | None:
        """Have the site take changes in; nothing comes back where a bug kept it from it."""
        loop = asyncio.get_running_loop()
        self._bug = None
        try:
            change = await loop.run_in_executor(self._updating, self.site.update, changes)
        except Exception as error:
            self._broke("the change cannot be taken in", error)
            return None
        self._bases.add(self.site.base)
        return change

    async def _reload(self, *, always: bool) -> set[Socket]:
        """Have those open pages loaded again that differ now; gives them."""
        told: set[Socket] = set()

        async def one_page(address: str, sockets: Collection[Socket]) -> None:
            now = (await self.page(address)).hash
            for each in sockets:
                if always or each.hash != now:
                    each.hash = now
                    each.reload(self.site.base + address.removeprefix("/") + "#all" * always)
                    told.add(each)

        await self._each_page(one_page)
        return told

    async def _rehash(self, address: str, sockets: Collection[Socket]) -> None:
        """Take note that pages have the new style sheets that their HTML names."""
        now = (await self.page(address)).hash
        for each in sockets:
            each.hash = now

    async def _each_page(self, work: Callable[[str, Collection[Socket]], Awaitable[None]]) -> None:
        by_address: defaultdict[str, list[Socket]] = defaultdict(list)
        for each in self.sockets:
            by_address[each.address].append(each)
        await asyncio.gather(*(work(address, each) for address, each in by_address.items()))

    async def connected(self, socket: Socket) -> None:
        """Tell a page that has just opened its websocket what it missed since it was rendered."""
        if (await self.page(socket.address)).hash != socket.hash:
            socket.reload(self.site.base + socket.address.removeprefix("/"))
        else:
            socket.reload(self.site.base + OWN + "problems")


class _Terminal:
    """Tells in a thread of its own: a terminal that does not read keeps no page waiting.

    Nor is one that is gone (`| head`) a reason to stop.
    """

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # A daemon: it may hang at a terminal that is held, and must not keep the process.
        self._thread = threading.Thread(target=self._tell, name="terminal", daemon=True)
        self._thread.start()

    def telling(self, tell: Callable[P, None]) -> Callable[P, None]:
        """What tells the same, and comes back at once."""

        def told(*arguments: P.args, **named: P.kwargs) -> None:
            self._told.put(lambda: tell(*arguments, **named))

        return told

    def _tell(self) -> None:
        while tell := self._told.get():
            with suppress(OSError, ValueError):  # the pipe is broken; the stream is closed
                tell()

    def close(self) -> None:
        """Have what was told said, if somebody listens."""
        self._told.put(None)
        self._thread.join(1)


def _spellings(address: str) -> list[str]:
    """Ways to write an address that mean the same: GitHub Pages answers all of them.

    Browsers send what the link has, and some systems write names in another Unicode form.
    """
    ways = [address]
    if address.endswith("/index.html"):
        ways.append(address.removesuffix("index.html"))
    elif not address.endswith("/"):
        ways.append(f"{address}.html")
    ways += [unicodedata.normalize("NFC", way) for way in ways]
    return list(dict.fromkeys(ways))


_HTML = "text/html; charset=utf-8"


def _plain(words: str) -> bytes:
    """A page where there is none of the site's."""
    return f'<!DOCTYPE html><html lang="en"><title>{words}</title><p>{words}</p></html>'.encode()


def _line(changes: Changes, root: Path, seconds: float, problems: Sequence[Problem]) -> str:
    """What the terminal says of an update: when, what changed, how long it took, what is wrong."""
    if changes is None:
        names = "everything"
    else:
        there = [
            path for path in changes if is_kind(Path.exists, path)
        ]  # or what editors made for a moment
        shown = [_name(path, root) for path in sorted(there or changes)]
        names = ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
    counts = [
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity in ("error", "warning")
        if (number := sum(problem.severity == severity for problem in problems))
    ]
    return (
        f"{time.strftime('%H:%M:%S')} {', '.join([f'{names}: {seconds * 1000:.0f} ms', *counts])}"
    )


def _name(path: Path, root: Path) -> str:
    """A file's name as its author thinks of it: without the folder that all content lies in."""
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return inside.as_posix().removeprefix("content/")


# --- requests ------------------------------------------------------------------------------------


class _Handler(tornado.web.RequestHandler):
    """What holds for every answer."""

    service: Service

    def initialize(self, service: Service) -> None:
        """Take what the application hands to every request."""
        self.service = service

    def set_default_headers(self) -> None:
        """Nothing is kept by browsers, guessed at by them, or read by other sites."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse whoever asks for another host."""
        if not _knows_host(self):
            self.refuse(403, "This server is not known by that name.")

    def refuse(self, status: int, why: str) -> None:
        """End the request with words for a person."""
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{why}\n")

    def compute_etag(self) -> str | None:
        """None: nothing is kept, so there is nothing to compare with."""
        return None

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say an error in words, and nothing of what is inside."""
        self.refuse(status_code, self._reason)

    def log_exception(self, *arguments: Any) -> None:
        """Say errors of ours on the terminal; those of a request are only answered."""
        error = arguments[1]
        if isinstance(error, Exception) and not isinstance(error, tornado.web.HTTPError):
            self.service._broke(f"{self.request.path} cannot be answered", error)


def _knows_host(handler: tornado.web.RequestHandler) -> bool:
    service: Service = handler.service  # type: ignore[attr-defined]
    connection = handler.request.connection
    reached = ""
    with suppress(AttributeError, OSError, IndexError):
        reached = connection.stream.socket.getsockname()[0]  # type: ignore[union-attr]
    return service.guard.knows_host(handler.request.headers.get("Host"), reached)


class _Pages(_Handler):
    """The site."""

    async def get(self) -> None:
        """Answer with a page or a file, with 404.html, or with where it is."""
        decoded = guarding.address_of(self.request.path)
        if decoded is None:
            self.refuse(400, "No page has such an address.")
            return
        address = self.service.below_base(decoded)
        if address is None:
            if target := self.service.elsewhere(decoded):
                self._lead(target)
                return
            page, address = await self.service.page("/404.html"), "/404.html"
            page = Page(404, page.content, page.media_type)
        else:
            page = await self.service.page(address)
            if page.status == 404 and (target := await self.service.redirection(address)):
                self._lead(self.service.site.base + target.removeprefix("/"))
                return
        self.set_status(page.status)
        self.set_header("Content-Type", page.media_type)
        if page.is_html:
            self.write(page.content)
            self.write(self.service.element(page, address))
        else:
            self._write_part(page)

    head = get

    def _lead(self, path: str) -> None:
        """Redirect to a path of this server, whatever else the address says."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.set_status(302)
        self.set_header("Location", quote(path) + query)

    def _write_part(self, page: Page) -> None:
        """Write a file, or the one range of it that is asked for: players seek by them."""
        self.set_header("Accept-Ranges", "bytes")
        size = len(page.content)
        match = re.fullmatch(
            r"bytes=([0-9]{0,18})-([0-9]{0,18})", self.request.headers.get("Range", "")
        )
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


class _Client(_Handler):
    """The scripts and style sheets of `client/`."""

    def get(self, name: str) -> None:
        """Answer with one of the files."""
        path = CLIENT / name
        if not path.is_file():
            raise tornado.web.HTTPError(404)
        kind = "text/css" if path.suffix == ".css" else "text/javascript"
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.write(path.read_bytes())


class _LiveReloadScript(_Handler, LiveReloadJSHandler):  # type: ignore[misc] # untyped
    """livereload's own script, from the package."""


class _Alive(_Handler):
    """What a page asks for until the server is back."""

    def get(self) -> None:
        """Answer with this run's name, so that a page knows whether it is another one."""
        if self.service.is_ending:
            # On a connection that is still open: a page that believed it would load itself anew,
            # and find nobody.
            self.set_status(503)
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(hashlib.sha256(self.service.guard.token.encode()).hexdigest()[:16])


class _Problems(_Handler):
    """The panel's content."""

    def get(self) -> None:
        """Answer with what is wrong, for the page at the address `page`."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        found = self.service.report(self.get_query_argument("page", "/"))
        self.write(json.dumps(found).encode())


class _Annotate(_Handler):
    """What a page asks for when its reader annotates."""

    async def post(self, name: str) -> None:
        """Answer a request with JSON, if it comes from one of this server's pages."""
        headers = self.request.headers
        guard = self.service.guard
        own = guard.is_own_origin(headers.get("Origin"), headers.get("Host"))
        if not own or not guard.is_token(headers.get("X-Explainer-Token")):
            self.refuse(403, "This request does not come from a page of this server.")
            return
        body = editing.parse(self.request.body)
        reply = await self.service.annotate(name, body)
        self.set_status(reply.status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.write(json.dumps(reply.body).encode())


class Socket(LiveReloadHandler):  # type: ignore[misc] # untyped
    """A page's websocket: livereload's, but for whom it lets in and what it remembers."""

    service: Service

    def initialize(self, service: Service) -> None:
        """Take what the application hands to every request."""
        self.service = service
        self.address = ""
        self.hash = ""

    def prepare(self) -> None:
        """Let only this server's own pages in."""
        headers = self.request.headers
        own = _knows_host(self) and self.service.guard.is_own_origin(
            headers.get("Origin"), headers.get("Host")
        )
        if not own or not self.service.guard.is_token(self.path_args[0]):
            self.set_status(403)
            self.finish()

    def check_origin(self, origin: str) -> bool:
        """Whether a page of that origin may connect; asked after `prepare`."""
        return self.service.guard.is_own_origin(origin, self.request.headers.get("Host"))

    def on_message(self, message: str | bytes) -> None:
        """Answer `hello`, take note of the page at `info`, pass over whatever else comes."""
        try:
            said = json.loads(message)
            command = said["command"]
        except (ValueError, TypeError, KeyError):
            return
        if command == "hello":
            super().on_message(message)
        elif command == "info":
            self._opened(str(said.get("url", "")))

    def _opened(self, url: str) -> None:
        with suppress(ValueError):
            path = guarding.address_of(urlsplit(url).path)
            address = self.service.below_base(path) if path else None
            self.address = address or "/404.html"
            self.hash = self.path_args[1]
            self.service.sockets.add(self)
            asyncio.get_running_loop().create_task(self.service.connected(self))

    def on_close(self) -> None:
        """Forget the page."""
        self.service.sockets.discard(self)

    def reload(self, path: str) -> None:
        """Tell the page that what is at a path of the server differs now."""
        with suppress(tornado.websocket.WebSocketClosedError):
            message = {"command": "reload", "path": path, "liveCSS": True, "liveImg": False}
            self.write_message(json.dumps(message))


def application(service: Service) -> tornado.web.Application:
    """The tornado application that answers for a service."""
    own = r"/(?:.*/)?" + OWN  # wherever: site.toml's `url` may change, and open pages stay
    handed = {"service": service}
    return tornado.web.Application(
        [
            (own + r"live/([\w-]+)/([0-9a-f]*)/livereload", Socket, handed),
            (own + r"livereload\.js", _LiveReloadScript, handed),
            (own + r"((?:shared|live|annotate)\.(?:js|css))", _Client, handed),
            (own + r"annotate/(\w+)", _Annotate, handed),
            (own + "alive", _Alive, handed),
            (own + r"problems\.json", _Problems, handed),
            (r".*", _Pages, handed),
        ],
        log_function=lambda _: None,
        websocket_max_message_size=1 << 16,
        compress_response=False,
    )


# --- from start to end ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command asks for."""

    host: str = "127.0.0.1"
    port: int = PORT
    """0: any that is free."""
    open_browser: bool = False
    others: tuple[Path, ...] = ()
    """Folders outside of the site that are watched too."""
    say: Callable[[str], None] = field(default=print)
    """Takes what is said on the terminal, a line or more at a time."""
    show: Callable[[Sequence[Problem], Mapping[str, str]], None] = lambda *_: None
    """Takes problems for the terminal, with the texts that they are about."""


class PortError(Exception):
    """The server cannot listen; says why."""


def serve(site: Site, root: Path, wishes: Wishes) -> None:
    """Serve a site until SIGINT or SIGTERM. Raises `PortError` where it cannot listen."""
    for name in ("tornado", "livereload", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said by `say`
    # While an update computes, the loop gets its turn after a millisecond instead of five.
    sys.setswitchinterval(0.001)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(site, root, wishes))


async def _serve(site: Site, root: Path, wishes: Wishes) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    _on_signals(loop, stop)
    guard = Guard.of(wishes.host)
    sockets = _listen(wishes)
    service = Service(site, root, guard, wishes.say, wishes.show)
    updates = Updates(service.update)

    def told(changes: Changes) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(updates.tell, changes)

    def trouble(words: str) -> None:
        loop.call_soon_threadsafe(wishes.say, words)

    watcher = Watcher(root, wishes.others, told, trouble)
    server = tornado.httpserver.HTTPServer(application(service), max_body_size=_BODY)
    tasks: list[asyncio.Task[Any]] = []
    try:
        await loop.run_in_executor(None, watcher.start)
        reading = asyncio.ensure_future(service.start())
        stopping = asyncio.ensure_future(stop.wait())
        tasks += [reading, stopping]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            await reading
            server.add_sockets(sockets)
            tasks.append(asyncio.ensure_future(updates.run()))
            url = address(wishes.host, sockets[0].getsockname()[1], site.base)
            _say_start(wishes, url)
            await stopping
    finally:
        service.is_ending = True
        server.stop()
        for each in sockets:
            each.close()
        for one in tuple(service.sockets):
            one.close(1001, "the server stops")
        for task in tasks:
            task.cancel()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(server.close_all_connections(), 1)
        await loop.run_in_executor(None, watcher.stop)
        service.close()


def _on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """End at the first SIGINT or SIGTERM in good order, at the second at once."""

    def first() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, ValueError):  # Windows; a thread, in tests
            loop.add_signal_handler(number, first)


def _listen(wishes: Wishes) -> list[socket.socket]:
    """Bind to the wished port, or to the next that is free."""
    ports = range(wishes.port, min(wishes.port + _PORTS, 65536)) if wishes.port else range(1)
    for port in ports:
        try:
            sockets = tornado.netutil.bind_sockets(port, wishes.host or None)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES) and port != ports[-1]:
                continue
            location = f"{wishes.host}, port {port}"
            raise PortError(f"cannot listen on {location}: {error.strerror or error}") from None
        if port != wishes.port and wishes.port:
            wishes.say(f"port {wishes.port} is in use: {port} instead")
        return sockets
    raise PortError("no port is free")


def _say_start(wishes: Wishes, url: str) -> None:
    wishes.say(f"{url}  (Ctrl-C stops)")
    if guarding.is_everywhere(wishes.host):
        wishes.say(
            "whoever reaches this machine over the network can read the site and write to it"
        )
    folders = ", ".join(f"{name}/" for name in FOLDERS)
    wishes.say(f"watching site.toml, {folders}")
    if wishes.open_browser:
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, url)


def address(host: str, port: int, base: str) -> str:
    """The address that an author opens."""
    if guarding.is_everywhere(host):
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{quote(base)}"
