"""`explainer check --links`, against a server on this computer that misbehaves in many ways.

Names that end in `.test` resolve to it, so it is many hosts. It records every request, and
what is promised of order and pauses is read from these notes.
"""

from __future__ import annotations

import datetime
import email.utils
import errno
import gzip
import itertools
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from explainer.article.body import parse_body
from explainer.article.context import Inspection
from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult
from explainer.check import check as checking
from explainer.check.links.collect import collect_article, collect_site
from explainer.cli import main
from explainer.markdown.data_tables import beside
from explainer.markdown.parser import Markdown, NoteMarkdown
from explainer.model.annotations import Library
from explainer.model.documents import Document, RoutedDocument, Text
from explainer.model.front_matter import FrontMatter
from explainer.parse import toml, yaml
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from tests.helpers import folders

pytest.importorskip("httpx")
import httpx

from explainer.check.links import check as link_check
from explainer.check.links import fetch
from explainer.check.links.fetch import LinkStatus

QUICK = fetch.RequestPolicy(pause=0.05, patience=0.6, backoff=0.05, longest_wait=2.5)
BOMB = gzip.compress(bytes(100_000_000), 1)
"""Half a megabyte that decompresses to two hundred times as much."""


# --- the server -----------------------------------------------------------------------------------


@dataclass
class Request:
    host: str
    method: str
    path: str
    headers: dict[str, str]
    start: float
    end: float = 0


@dataclass
class Server:
    port: int
    requests: list[Request] = field(default_factory=list)
    sent: int = 0
    locations: list[bytes] = field(default_factory=list)
    """Where `/to/0`, `/to/1`, … redirect to."""

    def url(self, path: str, host: str = "a") -> str:
        return f"http://{host}.test:{self.port}{path}"

    def of(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


class Handler(BaseHTTPRequestHandler):
    notes: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _any(self) -> None:
        host = self.headers["Host"].partition(":")[0]
        headers = {key.lower(): value for key, value in self.headers.items()}
        request = Request(host, self.command, self.path, headers, time.monotonic())
        self.notes.requests.append(request)
        number = len(self.notes.of(self.path))
        try:
            getattr(self, "on_" + self.path.strip("/").split("/")[0].replace("-", "_"))(number)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            request.end = time.monotonic()

    do_HEAD = do_GET = _any  # noqa: N815

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def on_ok(self, _: int) -> None:
        self.answer(200, b"hello", Set_Cookie="id=1; Path=/")

    def on_slow(self, _: int) -> None:
        time.sleep(0.2)
        self.answer(200)

    def on_hang(self, _: int) -> None:
        time.sleep(1.2)
        self.close_connection = True

    def on_drip(self, _: int) -> None:
        for _ in range(20):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1])
            self.wfile.flush()
            time.sleep(0.1)

    def on_reset(self, _: int) -> None:
        linger = b"\1\0\0\0\0\0\0\0"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def on_rubbish(self, _: int) -> None:
        self.wfile.write(b"\x16\x03 what?\r\n\r\n")
        self.close_connection = True

    def on_circle(self, _: int) -> None:
        other = {"/circle/a": "/circle/b", "/circle/b": "/circle/a"}
        self.answer(301, Location=other[self.path])

    def on_endless(self, _: int) -> None:
        self.answer(302, Location=f"/endless/{int(self.path.split('/')[2]) + 1}")

    def on_moved(self, _: int) -> None:
        self.answer(301, Location="/moved-on")

    def on_moved_on(self, _: int) -> None:
        self.answer(308, Location=self.notes.url("/ok/new", "b"))

    def on_front(self, _: int) -> None:
        self.answer(301, Location=self.notes.url("/", "b"))

    def on_(self, _: int) -> None:
        self.answer(200)

    def on_for_now(self, _: int) -> None:
        self.answer(302, Location="/ok/for-now")

    def on_moved_to_nothing(self, _: int) -> None:
        self.answer(301, Location="/gone")

    def on_nowhere(self, _: int) -> None:
        self.answer(302)

    def on_elsewhere(self, _: int) -> None:
        self.answer(302, Location="file:///etc/passwd")

    def on_to(self, _: int) -> None:
        """Redirect to what follows in the path, as it is, in Latin-1."""
        self.wfile.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ")
        self.wfile.write(self.notes.locations[int(self.path[len("/to/")])])
        self.wfile.write(b"\r\n\r\n")

    def on_huge(self, _: int) -> None:
        self.answer(200, X_Much="x" * 3_000_000)

    def on_no_head(self, _: int) -> None:
        self.answer(405 if self.command == "HEAD" else 200, b"")

    def on_head_404(self, _: int) -> None:
        self.answer(404 if self.command == "HEAD" else 200, b"")

    def on_missing(self, _: int) -> None:
        self.answer(404)

    def on_gone(self, _: int) -> None:
        self.answer(410)

    def on_wall(self, _: int) -> None:
        self.answer(403)

    def on_odd(self, _: int) -> None:
        self.answer(999)

    def on_busy_once(self, number: int) -> None:
        self.answer(200) if number > 1 else self.answer(429, Retry_After="1")

    def on_busy_until(self, number: int) -> None:
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
        date = email.utils.format_datetime(until, usegmt=True)
        self.answer(200) if number > 1 else self.answer(429, Retry_After=date)

    def on_busy_for_an_hour(self, _: int) -> None:
        self.answer(429, Retry_After="3600")

    def on_broken(self, _: int) -> None:
        self.answer(500)

    def on_broken_once(self, number: int) -> None:
        self.answer(200 if number > 2 else 503)

    def on_bomb(self, _: int) -> None:
        if self.command == "HEAD":
            self.answer(405)
            return
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        for _ in range(400):
            self.wfile.write(BOMB)
            self.notes.sent += len(BOMB)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    return type("Noting", (Handler,), {"notes": server})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server(0)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    http.daemon_threads = True
    http.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.port = http.server_address[1]
    _names(monkeypatch)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    http.shutdown()
    thread.join()
    http.server_close()


LOOKED_UP: Counter[str] = Counter()


def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve `*.test` to this computer, and no other name."""
    real = socket.getaddrinfo
    LOOKED_UP.clear()

    def getaddrinfo(host: Any, *arguments: Any, **keywords: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        LOOKED_UP[name] += 1
        if name.endswith(".test") or name == "127.0.0.1":
            return real("127.0.0.1", *arguments, **keywords)
        if name == "try-later.invalid":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def one(url: str, policy: fetch.RequestPolicy = QUICK) -> LinkStatus:
    return fetch.check_urls([url], policy)[url]


# --- what responses mean --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "verdict", "reason"),
    [
        ("/ok", "ok", ""),
        ("/slow", "ok", ""),
        ("/no-head", "ok", ""),
        ("/head-404", "ok", ""),
        ("/broken-once", "ok", ""),
        ("/missing", "dead", "404 Not Found"),
        ("/gone", "dead", "410 Gone"),
        ("/moved-to-nothing", "dead", "410 Gone"),
        ("/wall", "unknown", "403 Forbidden"),
        ("/odd", "unknown", "999"),
        ("/broken", "unknown", "500 Internal Server Error"),
        ("/hang", "unknown", "no response within 0.6 seconds"),
        ("/drip", "unknown", "no response within 0.6 seconds"),
        ("/reset", "unknown", "the host closed the connection"),
        ("/rubbish", "unknown", "a response that is incomplete or not HTTP"),
        ("/huge", "unknown", "a response that is incomplete or not HTTP"),
        ("/circle/a", "unknown", "the redirects form a loop"),
        ("/endless/0", "unknown", "more than 10 redirects"),
        ("/nowhere", "unknown", "a redirect without a target"),
        ("/elsewhere", "unknown", "a redirect to `file:///etc/passwd`"),
    ],
)
def test_verdicts(path: str, verdict: str, reason: str, server: Server) -> None:
    status = one(server.url(path))
    assert (status.verdict, status.reason, status.moved) == (verdict, reason, "")
    assert abs(status.time - time.time()) < 30


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (b"http://h.test:99999/", "a redirect to `http://h.test:99999/`"),
        (b"http://[::1", "not a valid address: Invalid URL in location header"),
        (b"http://user:word@a.test/", "a redirect to `http://user:word@a.test/`"),
        (b"ftp://a.test/", "a redirect to `ftp://a.test/`"),
        (b"javascript:alert(1)", "not a valid address: "),
        (b"https:///x", "a redirect to `https:///x`"),
        (b"//", "the redirects form a loop"),
        (b"/ok/caf\xe9 100%", ""),
        (b"/ok/\xff\xfe", ""),
        ("/ok/ü?q=ö#%zz".encode(), ""),
        (b"?0", "the redirects form a loop"),
    ],
)
def test_where_redirects_lead(location: bytes, reason: str, server: Server) -> None:
    server.locations = [location]
    status = one(server.url("/to/0"))
    assert status.verdict == ("unknown" if reason else "ok")
    assert status.reason.startswith(reason)


def test_no_address_stops_the_answers_for_the_others(server: Server) -> None:
    odd = ["http://h.test:99999/", "http://[::1", "https:///x", "http://ex ample.test/", "http://"]
    odd += [f"http://{'a' * 70}.test/", "http://xn--a.test/", "http://\udcff.test/", "x"]
    statuses = fetch.check_urls([*odd, server.url("/ok")], QUICK)
    assert {statuses[url].verdict for url in odd} <= {"unknown", "dead"}
    assert statuses[server.url("/ok")].verdict == "ok"


def test_get_follows_if_head_is_refused(server: Server) -> None:
    one(server.url("/ok"))
    one(server.url("/no-head"))
    one(server.url("/missing"))
    requested = [(request.method, request.path) for request in server.requests]
    assert requested == [
        ("HEAD", "/ok"),
        *[("HEAD", "/no-head"), ("GET", "/no-head")],
        *[("HEAD", "/missing"), ("GET", "/missing")],
    ]


def test_an_address_whose_status_may_change_is_requested_three_times(server: Server) -> None:
    one(server.url("/broken"))
    assert [request.method for request in server.of("/broken")] == ["HEAD", "GET", "GET", "GET"]
    waits = [b.start - a.end for a, b in itertools.pairwise(server.requests[1:])]
    assert waits[0] >= 0.045
    assert waits[1] >= 0.095, "twice as long before the third try"


def test_names_that_do_not_exist(server: Server) -> None:
    status = one("http://nobody.invalid/a")
    assert (status.verdict, status.reason) == ("dead", "there is no host with this name")
    assert LOOKED_UP["nobody.invalid"] == 2, "twice before it is reported as dead"
    assert one("http://try-later.invalid/").verdict == "unknown"


def test_a_missing_host_is_looked_up_for_only_one_address(server: Server) -> None:
    statuses = fetch.check_urls([f"http://nobody.invalid/{n}" for n in range(9)], QUICK)
    assert {status.verdict for status in statuses.values()} == {"dead"}
    assert LOOKED_UP["nobody.invalid"] == 2


def test_a_host_that_hangs_is_not_requested_again(server: Server) -> None:
    start = time.monotonic()
    statuses = fetch.check_urls([server.url(f"/hang/{n}") for n in range(20)], QUICK)
    assert {status.verdict for status in statuses.values()} == {"unknown"}
    assert time.monotonic() - start < 6
    assert {request.path for request in server.requests} == {"/hang/0"}


def test_refused_connections(server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    status = one(f"http://a.test:{port}/")
    assert (status.verdict, status.reason) == ("dead", "the host refuses connections")


@pytest.mark.parametrize("url", ["http://[/", "https://", "http://a.test:x/", "http://\u2026/"])
def test_an_invalid_address_has_a_status_too(url: str, server: Server) -> None:
    assert one(url).verdict in ("unknown", "dead")


def test_invalid_certificates(server: Server, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make a certificate")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *(openssl, *"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other.test".split()),
            *("-keyout", key, "-out", cert),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    http.handle_error = lambda *_: None  # type: ignore[method-assign]
    http.socket = context.wrap_socket(http.socket, server_side=True)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        status = one(f"https://a.test:{http.server_address[1]}/ok")
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
    assert status.verdict == "unknown"
    assert "certificate" in status.reason
    assert not server.requests
    plain = one(f"https://a.test:{server.port}/ok")
    assert (plain.verdict, plain.reason) == ("unknown", "no secure connection is possible")


# --- redirects ------------------------------------------------------------------------------------


def test_a_permanent_redirect_reports_its_target(server: Server) -> None:
    status = one(server.url("/moved"))
    assert (status.verdict, status.moved) == ("ok", server.url("/ok/new", "b"))


def test_a_temporary_redirect_is_not_reported(server: Server) -> None:
    assert one(server.url("/for-now")).moved == ""


# --- policy ---------------------------------------------------------------------------------------


def test_one_host_at_a_time_with_a_pause_and_many_hosts_at_once(server: Server) -> None:
    hosts = [f"h{n}" for n in range(6)]
    urls = [server.url(f"/slow/{n}", host) for host in hosts for n in range(3)]
    urls += [server.url("/moved", host) for host in hosts]  # all of these redirect to the host b
    fetch.check_urls(urls, QUICK)
    by_host: dict[str, list[Request]] = {}
    for request in server.requests:
        by_host.setdefault(request.host, []).append(request)
    assert len(by_host) == 7
    assert len(by_host["b.test"]) == 6
    for requests in by_host.values():
        requests.sort(key=lambda request: request.start)
        for before, after in itertools.pairwise(requests):
            # The response is sent before the server records the end of the request.
            assert after.start - before.end >= QUICK.pause - 0.02
    slow = [request for request in server.requests if request.path.startswith("/slow")]
    most = max(sum(r.start <= s.start < r.end for r in slow) for s in slow)
    assert most >= 4, "hosts wait for each other"


def test_the_limit_of_hosts_at_once(server: Server) -> None:
    urls = [server.url("/slow", f"h{n}") for n in range(6)]
    fetch.check_urls(urls, fetch.RequestPolicy(at_once=2, pause=0.05))
    assert (
        max(sum(r.start <= s.start < r.end for r in server.requests) for s in server.requests) == 2
    )


def test_requests_reveal_nothing_about_the_user(server: Server) -> None:
    fetch.check_urls([server.url("/ok/1"), server.url("/ok/2"), server.url("/moved")], QUICK)
    for request in server.requests:
        assert "cookie" not in request.headers
        assert "referer" not in request.headers
        assert "authorization" not in request.headers
        assert request.headers["user-agent"].startswith("explainer-ssg/")


@pytest.mark.parametrize(("path", "seconds"), [("/busy-once", 1.0), ("/busy-until", 1.0)])
def test_retry_after_is_respected(path: str, seconds: float, server: Server) -> None:
    statuses = fetch.check_urls([server.url(path), server.url("/ok")], QUICK)
    assert {status.verdict for status in statuses.values()} == {"ok"}
    first, second = server.of(path)
    assert second.start - first.end >= seconds - 0.05
    between = [r for r in server.requests if first.end < r.start < second.start]
    assert not between, "the whole host is not requested for that long"


def test_a_host_with_too_long_a_retry_after_is_given_up(server: Server) -> None:
    start = time.monotonic()
    urls = [server.url("/busy-for-an-hour"), *(server.url(f"/ok/{n}") for n in range(5))]
    statuses = fetch.check_urls([*urls, server.url("/ok", "b")], QUICK)
    assert time.monotonic() - start < 2
    assert {statuses[url].verdict for url in urls} == {"unknown"}
    assert {statuses[url].reason for url in urls} == {"429 Too Many Requests"}
    assert statuses[server.url("/ok", "b")].verdict == "ok"
    assert len([r for r in server.requests if r.host == "a.test"]) == 1


def test_long_pages_are_not_read(server: Server) -> None:
    assert one(server.url("/bomb")).verdict == "ok"
    deadline = time.monotonic() + 5
    while not all(request.end for request in server.requests) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.sent < 50 * len(BOMB), "the whole body was read"


# --- which addresses are checked, and where they are ----------------------------------------------

ARTICLE = """---
title: T
date: 2024-11-10
related: [{title: More, url: "https://e.test/related"}]
original: {title: O, url: https://e.test/original}
corrections: [{date: 2024, text: "[Corrected](https://e.test/corrected)"}]
---
Words with [a link](https://e.test/link#part), and <https://e.test/auto>, and
[a reference][r], [mail](mailto:a@e.test), [here](#part), ![Picture](http://e.test/p.png).

`[code](https://e.test/code)`

[r]: https://e.test/reference "Title"
"""
ANNOTATIONS = """sources:
  s:
    title: S
    url: https://e.test/source
    archived: https://e.test/copy
people:
  p: {name: P, url: "https://e.test/person"}
notes:
  - note: |
      Two lines, of which the second
      has [a link](https://e.test/in-note).
    sources: [s]
"""
MENU = """title = "S"
menu = [
    "a.md", { title = "A", page = "a" }, { title = "Menu", url = "https://e.test/menu" },
]
"""


def test_every_address_with_its_location() -> None:
    document = Document(Text("content/a.md", ARTICLE), Text("content/a.yaml", ANNOTATIONS))
    parsed, _ = read_article(document.article)
    entry = RoutedDocument(
        document, FrontMatter(title="T"), (), "/a/", parsed.start, parsed.first_line, parsed.packed
    )
    library = Text("content/_library.yaml", "sources: {l: {title: L, url: https://e.test/lib}}")
    settings = Text("site.toml", MENU)
    texts = {"content/a.md": ARTICLE, "content/a.yaml": ANNOTATIONS, library.path: library.content}
    texts[settings.path] = settings.content
    body = parse_body(Markdown(), entry, beside(Path("content/a.md")))
    file, places, _ = read_annotations(Text("content/a.yaml", ANNOTATIONS))
    shared, menu, notes = yaml.read(library)[0], toml.read(settings)[0], NoteMarkdown()
    context: Any = SimpleNamespace(note_markdown=notes, library_places=shared)
    article: Any = None
    seen = Inspection(entry, body, file, places, article, context, Library())
    found = [*collect_article(seen), *collect_site(context, menu)]
    assert [(m.url.removeprefix("https://e.test/"), m.kind) for m in found] == [
        ("related", "related"),
        ("original", "original"),
        ("corrected", "link"),
        ("link", "link"),
        ("auto", "link"),
        ("http://e.test/p.png", "link"),
        ("reference", "link"),
        ("source", "source"),
        ("copy", "archived"),
        ("person", "person"),
        ("in-note", "link"),
        ("lib", "source"),
        ("menu", "link"),
    ]
    for mention in found:
        line = texts[mention.location.path].split("\n")[mention.location.line - 1]
        assert line[mention.location.column - 1 :].lstrip('"').startswith(mention.url)
    assert [m.archived for m in found if m.kind == "source"] == ["https://e.test/copy", None]


# --- the cache of statuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "good", "stale"), [("ok", 6 * 86400, 8 * 86400), ("dead", 80000, 90000)]
)
def test_statuses_are_valid_for_a_while(
    verdict: fetch.Verdict, good: int, stale: int, tmp_path: Path
) -> None:
    statuses = {"https://e.test/": LinkStatus(verdict, "why", "", 1000.0)}
    link_check.save_statuses(tmp_path, statuses, ["https://e.test/", "https://e.test/never-asked"])
    assert link_check.load_statuses(tmp_path, 1000.0 + good) == statuses
    assert link_check.load_statuses(tmp_path, 1000.0 + stale) == {}
    assert link_check.load_statuses(tmp_path, 0.0) == {}, "a status from the future is not valid"


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 0}', '{"version": 1, "answers": {"u": {"a": 1}}}', "\xff"]
)
def test_an_unreadable_cache_is_empty(text: str, tmp_path: Path) -> None:
    (tmp_path / link_check.FILE).write_text(text, encoding="latin-1")
    assert link_check.load_statuses(tmp_path, 0) == {}


# --- the command ----------------------------------------------------------------------------------


def site(root: Path, body: str, annotations: str = "") -> Path:
    files = {
        "site.toml": 'title = "T"\n',
        "content/a.md": f"---\ntitle: T\ndate: 2024-11-10\n---\nSome words.\n\n{body}\n",
    }
    if annotations:
        files["content/a.yaml"] = annotations
    return folders.put(root, files)


def check(root: Path, *, fresh: bool = False, strict: bool = False) -> BuildResult:
    check_options = checking.CheckOptions(
        advice=False, links=True, fresh=fresh, request_policy=QUICK
    )
    return checking.check_site(root, BuildOptions(jobs=1, strict=strict), check_options)


def reported(built: BuildResult) -> list[tuple[str, str, int]]:
    return [(p.code, p.severity, p.location.line) for p in built.problems]


def test_reported_links(server: Server, tmp_path: Path) -> None:
    paths = ("/ok", "/missing", "/wall", "/moved", "/front")
    root = site(tmp_path, "\n".join(f"[x]({server.url(path)})" for path in paths))
    built = check(root)
    assert reported(built) == [
        ("dead-link", "warning", 8),
        ("link-unknown", "info", 9),
        ("link-moved", "info", 10),
        ("link-moved", "info", 11),
    ]
    dead, unknown, moved, front = built.problems
    assert dead.message == "this link is dead: 404 Not Found"
    assert dead.hint == (
        f"look for a copy: https://web.archive.org/web/20241110/{server.url('/missing')}"
    )
    assert dead.location.column == 5
    assert unknown.message == "this link could not be checked: 403 Forbidden"
    assert moved.hint == f"use the new address: {server.url('/ok/new', 'b')}"
    assert "home page" in front.hint
    assert not built.failed
    assert check(root, strict=True).failed, "a dead link is a warning"


SOURCES = """sources:
  kept: {{title: K, url: {gone}/1, archived: {copy}}}
  lost: {{title: L, date: 2023-05, url: {gone}/2}}
  twice: {{title: T, url: {gone}/3, archived: {gone}/4}}
notes: [{{quote: words, note: N, sources: [kept, lost, twice]}}]
"""


def test_dead_sources_and_their_copies(server: Server, tmp_path: Path) -> None:
    gone, copy = server.url("/gone"), server.url("/ok/copy", "archive")
    built = check(site(tmp_path, "", SOURCES.format(gone=gone, copy=copy)))
    assert reported(built) == [
        ("dead-source", "info", 2),
        ("dead-link", "warning", 3),
        ("dead-link", "warning", 4),
        ("dead-link", "warning", 4),
    ]
    kept, lost, twice, its_copy = built.problems
    assert copy in kept.hint
    assert f"https://web.archive.org/web/202305/{gone}/2" in lost.hint
    assert "archived:" in lost.hint
    assert twice.message.endswith("and so is its archived copy")
    assert its_copy.message == "the archived copy is dead: 410 Gone"
    assert not any("web.archive.org" in request.host for request in server.requests)


def test_cached_addresses_are_not_requested_again(server: Server, tmp_path: Path) -> None:
    root = site(tmp_path, f"[x]({server.url('/ok')}), [y]({server.url('/gone')})")
    first = check(root)
    requested = len(server.requests)
    again = check(root)
    assert again.problems == first.problems
    assert len(server.requests) == requested
    check(root, fresh=True)
    assert len(server.requests) == 2 * requested
    rows = json.loads((root / ".explainer/links.json").read_text())["answers"]
    assert {url: row["verdict"] for url, row in rows.items()} == {
        server.url("/ok"): "ok",
        server.url("/gone"): "dead",
    }


def test_an_address_in_many_places_is_requested_once(server: Server, tmp_path: Path) -> None:
    url = server.url("/gone")
    built = check(site(tmp_path, f"[x]({url}#a)\n\n[y]({url}#b)\n\n[z]({url})"))
    assert len(server.of("/gone")) == 2  # HEAD, GET
    assert reported(built) == [("dead-link", "warning", line) for line in (7, 9, 11)]


def test_offline_links_are_not_dead(server: Server, tmp_path: Path) -> None:
    root = site(tmp_path, "[x](http://one.invalid/), [y](http://two.invalid/)")
    assert reported(check(root)) == [("offline", "info", 0)]
    assert not (root / ".explainer/links.json").exists(), "nothing is cached"


def test_without_a_network_every_host_is_requested_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested: list[str] = []

    async def refuse(_: Any, request: Any) -> Any:
        requested.append(str(request.url))
        raise httpx.ConnectError("") from OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", refuse)
    root = site(tmp_path, "[x](http://one.test/a), [y](http://one.test/b), [z](http://two.test/)")
    assert reported(check(root)) == [("offline", "info", 0)]
    assert sorted(requested) == ["http://one.test/a", "http://two.test/"]


def test_statuses_are_kept_if_the_check_is_interrupted(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, f"[x]({server.url('/ok')}) [y]({server.url('/hang', 'b')})")

    def interrupted(urls: Any, policy: Any, on_status: Any) -> Any:
        on_status(server.url("/ok"), LinkStatus("ok", time=time.time()))
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "check_urls", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check(root)
    assert list(link_check.load_statuses(root / ".explainer", time.time())) == [server.url("/ok")]


def test_the_command(server: Server, tmp_path: Path) -> None:
    root = site(tmp_path, f"[x]({server.url('/gone')})")
    result = CliRunner().invoke(
        main, ["--site", str(root), "check", "--links", "--format", "json", "--strict"]
    )
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)
    assert (problem["path"], problem["line"], problem["column"]) == ("content/a.md", 7, 5)
    assert (problem["code"], problem["severity"]) == ("dead-link", "warning")


def test_without_links_nothing_is_requested(server: Server, tmp_path: Path) -> None:
    root = site(tmp_path, f"[x]({server.url('/gone')})")
    result = CliRunner().invoke(main, ["--site", str(root), "check", "--strict"])
    assert result.exit_code == 0
    assert not server.requests
    assert not (root / ".explainer").exists()


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "httpx" else real(name, *a)
    )
    result = CliRunner().invoke(main, ["--site", str(site(tmp_path, "")), "check", "--links"])
    assert result.exit_code == 2
    assert 'pip install "explainer-ssg[links]"' in result.stderr


def test_fresh_needs_links(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--site", str(site(tmp_path, "")), "check", "--fresh"])
    assert result.exit_code == 2
    assert "--links" in result.stderr


def test_no_other_module_imports_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(checking.__file__).parent.parent
    users = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "import httpx" in path.read_text(encoding="utf-8")
    ]
    assert users == ["check/links/fetch.py"]
