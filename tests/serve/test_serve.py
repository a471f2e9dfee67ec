"""`serve` without a browser: its protocol, whom it lets in, what it notices, how it ends."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.serve import report, updates
from explainer.serve.guard import Guard, address_of
from explainer.serve.live import LiveSite
from explainer.serve.reload import Reloader
from explainer.serve.responses import Response
from explainer.serve.service import Service
from explainer.serve.terminal import Say, Show, Terminal
from explainer.serve.watch import Watcher, is_written_by_authors
from tests import ROOT
from tests.helpers import serving
from tests.helpers.serving import Served, wait_for


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = serving.site(tmp_path_factory.mktemp("served"))
    with serving.served(folder) as server:
        yield server


@pytest.fixture
def server(one_server: Served) -> Served:
    one_server.reset()
    return one_server


def ask(server: Served, path: str, method: str = "GET", **headers: str) -> Any:
    """Send a request as it stands; gives the answer, with its `body`."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    host = headers.pop("Host", f"127.0.0.1:{server.port}")
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": host, **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.content = answer.read()
    connection.close()
    return answer


# --- like the published site ---------------------------------------------------------------------


def test_pages(server: Served) -> None:
    answer = ask(server, "/repo/long/")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert b"</html>\n<script src=" in answer.content  # after the last byte, and nowhere else
    assert answer.content.count(b"__explainer/live.js") == 1
    head = ask(server, "/repo/long/", "HEAD")
    assert (head.status, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/", 302, "/repo/"),
        ("/repo", 302, "/repo/"),
        ("/repo/long", 302, "/repo/long/"),
        ("/repo/long?a=b", 302, "/repo/long/?a=b"),
        ("/repo/", 200, None),
        ("/repo/long/index.html", 200, None),
        ("/repo/lon%67/", 200, None),
        ("/repo/custom.css", 200, None),
        ("/repo/nothing/", 404, None),
        ("/repo/nothing", 404, None),
        ("/elsewhere/", 404, None),
        ("/repo/site.toml", 404, None),
        ("/repo/content/long.md", 404, None),
    ],
)
def test_addresses(server: Served, path: str, status: int, location: str | None) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.headers["Location"]) == (status, location)
    if status == 404:
        assert b"<h1" in answer.content  # the site's own page


@pytest.mark.parametrize(
    "path",
    [
        "/repo/../site.toml",
        "/repo/%2e%2e/site.toml",
        "/repo/..%2fsite.toml",
        "/repo/..%5csite.toml",
        "/repo/..\\site.toml",
        "/repo/a%00b",
        "/repo/%ff",
        "/repo//evil.example/",
        "//evil.example/repo/",
        "/repo/./long/",
        "/__explainer/../../live.js",
    ],
)
def test_hostile_paths(server: Served, path: str) -> None:
    answer = ask(server, path)
    assert answer.status in (400, 404)
    assert answer.headers["Location"] is None
    assert b"Served" not in answer.content or answer.status == 404


def test_a_range(server: Served) -> None:
    whole = ask(server, "/repo/pixel.gif").content
    part = ask(server, "/repo/pixel.gif", Range="bytes=2-5")
    assert (part.status, part.content) == (206, whole[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(whole)}"
    assert ask(server, "/repo/pixel.gif", Range="bytes=-3").content == whole[-3:]
    assert ask(server, "/repo/pixel.gif", Range="bytes=999-").status == 416
    assert ask(server, "/repo/pixel.gif", Range=f"bytes={'9' * 5000}-").status == 200


def test_a_request_that_is_too_long(server: Served) -> None:
    path = "/repo/__explainer/annotate/page"
    assert ask(server, path, "POST", Content_Length=str(2 << 20)).status == 400


def test_nothing_of_it_is_built(tmp_path: Path) -> None:
    folder = serving.site(tmp_path)
    assert not build_site(folder, BuildOptions()).failed
    for path in (folder / "_site").rglob("*"):
        if path.is_file():
            assert b"__explainer" not in path.read_bytes()
            assert b"connect-src 'self' ws" not in path.read_bytes()


# --- whom it lets in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:4000", True),
        ("localhost:4000", True),
        ("LOCALHOST", True),
        ("[::1]:4000", True),
        ("localhost.", True),
        ("evil.example", False),
        ("evil.example:4000", False),
        ("127.0.0.1.evil.example", False),
        ("localhost@evil.example", False),
        ("localhost:4000/x", False),
        ("localhost, evil.example", False),
        ("192.0.2.1", False),
        ("", False),
        (None, False),
    ],
)
def test_hosts(host: str | None, known: bool) -> None:
    assert Guard.of("127.0.0.1").knows_host(host) == known


def test_hosts_of_a_server_for_others() -> None:
    guard = Guard.of("0.0.0.0")
    assert guard.knows_host("192.0.2.1:4000", "192.0.2.1")
    assert guard.knows_host(socket.gethostname())
    assert not guard.knows_host("192.0.2.2:4000", "192.0.2.1")
    assert not guard.knows_host("evil.example", "192.0.2.1")
    assert Guard.of("box.lan").knows_host("box.lan:4000")


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://127.0.0.1:4000", True),
        ("https://127.0.0.1:4000", True),
        ("http://127.0.0.1:4001", False),
        ("http://127.0.0.1", False),
        ("http://localhost:4000", False),
        ("http://evil.example", False),
        ("null", False),
        ("file://", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_origins(origin: str | None, own: bool) -> None:
    assert Guard.of("127.0.0.1").is_own_origin(origin, "127.0.0.1:4000") == own


def test_tokens() -> None:
    guard = Guard.of("127.0.0.1")
    assert guard.is_token(guard.token)
    assert guard.token != Guard.of("127.0.0.1").token
    for other in (None, "", guard.token[:-1], guard.token + "x", "é"):
        assert not guard.is_token(other)


def test_paths_to_addresses() -> None:
    assert address_of("/caf%C3%A9/") == "/café/"
    assert address_of("/a/b.c") == "/a/b.c"
    assert address_of("*") is None


@pytest.mark.parametrize("path", ["/repo/long/", "/repo/__explainer/problems.json", "/"])
def test_another_host_is_refused(server: Served, path: str) -> None:
    assert ask(server, path, Host="evil.example").status == 403


# --- the protocol --------------------------------------------------------------------------------


def page_of(server: Served, path: str = "/repo/long/") -> tuple[str, str]:
    """The token that a page has, and its hash."""
    content = ask(server, path).content.decode()
    token = content.split('data-token="')[1].split('"')[0]
    return token, content.split('data-page="')[1].split('"')[0]


async def connect(server: Served, token: str, page: str, origin: str | None, host: str = "") -> Any:
    url = f"ws://127.0.0.1:{server.port}/repo/__explainer/live/{token}/{page}/livereload"
    headers = {"Origin": origin} if origin else {}
    if host:
        headers["Host"] = host
    return await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=5))


HELLO = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}


def test_the_protocol(server: Served) -> None:
    token, page = page_of(server)
    own = f"http://127.0.0.1:{server.port}"

    async def talk() -> None:
        socket = await connect(server, token, page, own)

        async def heard() -> dict[str, Any]:
            return json.loads(await asyncio.wait_for(socket.read_message(), 10))

        for nonsense in ("", "{", "[]", "3", "{}", '{"command": []}', b"\xff"):
            await socket.write_message(nonsense, binary=isinstance(nonsense, bytes))
        await socket.write_message(json.dumps(HELLO))
        hello = await heard()
        assert hello["command"] == "hello"
        assert hello["protocols"] == HELLO["protocols"]
        info = {"command": "info", "plugins": {}, "url": f"{own}/repo/long/"}
        await socket.write_message(json.dumps(info))
        assert (await heard())["path"] == "/repo/__explainer/problems"
        server.edit("content/long.md", "Paragraph 1.", "Paragraph one.")
        said = await heard()
        assert (said["command"], said["path"], said["liveCSS"]) == ("reload", "/repo/long/", True)
        server.write("static/custom.css", "h1 { letter-spacing: 2px; }")
        assert (await heard())["path"] == "/repo/custom.css"
        # One that opens late hears at once that its page is an older one.
        late = await connect(server, token, page, own)
        await late.write_message(json.dumps(HELLO))
        await late.write_message(json.dumps(info))
        await late.read_message()
        assert json.loads(await late.read_message())["path"].startswith("/repo/")
        socket.close()
        late.close()
        await asyncio.sleep(0.1)  # or the connections are still open when the loop ends

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("token", "origin", "host"),
    [
        (None, "http://evil.example", ""),
        (None, None, ""),
        (None, "null", ""),
        ("x" * 32, "http://127.0.0.1:{port}", ""),
        (None, "http://evil.example", "evil.example"),
    ],
)
def test_websockets_refused(
    server: Served, token: str | None, origin: str | None, host: str
) -> None:
    right, page = page_of(server)
    origin = origin and origin.format(port=server.port)
    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connect(server, token or right, page, origin, host))


# --- what it notices -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("content/a.md", True),
        ("content/_library.yaml", True),
        ("static/.well-known/x", True),
        ("content/.a.md.swp", False),
        ("content/a.md~", False),
        ("content/.#a.md", False),
        ("content/#a.md#", False),
        ("content/4913", False),
        ("content/.git/x", False),
        ("static/.git/x", False),
        (".explainer-staging-x/a.html", False),
    ],
)
def test_names_that_count(path: str, counts: bool) -> None:
    assert is_written_by_authors(path.split("/")) == counts


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, set[str]]]:
    """A site's folder, reached through a link, and the files in it that were told to change."""
    real = serving.site(tmp_path / "real")
    root = tmp_path / "link"
    root.symlink_to(real)
    told: set[str] = set()

    def tell(paths: Any) -> None:
        told.update(["all"] if paths is None else [str(path.relative_to(root)) for path in paths])

    (real / "shared").mkdir()
    (real / "shared/s.md").write_text("s")
    (real / "content/s.md").symlink_to("../shared/s.md")
    (real / "content/loop").symlink_to(".")
    watcher = Watcher(root, (), tell)
    watcher.start()
    yield root, told
    watcher.stop()


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = serving.site(tmp_path)
    folder = root / "content/shut"
    folder.mkdir()
    (folder / "index.md").write_text("In a folder of mode 644.")
    real = os.stat

    def shut(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
        if isinstance(path, (str, Path)) and Path(path).parent == folder:  # tests may be root's
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "stat", shut)
    monkeypatch.setattr(
        os, "lstat", lambda path, **named: shut(path, follow_symlinks=False, **named)
    )
    told: list[Any] = []
    watcher = Watcher(root, (), told.append)
    watcher.start()
    try:
        (root / "content/other.md").write_text("New.")
        wait_for(lambda: any(paths and root / "content/other.md" in paths for paths in told))
        (folder / "index.md").write_text("More.")
        wait_for(lambda: any(paths and folder / "index.md" in paths for paths in told))
    finally:
        watcher.stop()


def test_a_system_that_watches_no_more_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = watchfiles.watch

    def limited(*paths: Path, force_polling: bool | None, **options: Any) -> Iterator[Any]:
        if not force_polling:
            raise OSError("OS file watch limit reached")  # as watchfiles says it
        yield from real(*paths, force_polling=True, **options)

    monkeypatch.setattr(watchfiles, "watch", limited)
    told: list[Any] = []
    said: list[str] = []
    watcher = Watcher(serving.site(tmp_path), (), told.append, said.append)
    watcher.start()
    try:
        wait_for(lambda: said)
        time.sleep(0.5)
        assert told in ([], [None])
        (tmp_path / "content/new.md").write_text("New.")
        wait_for(lambda: any(paths and tmp_path / "content/new.md" in paths for paths in told))
    finally:
        watcher.stop()
    assert len(said) == 1


def test_watching(watched: tuple[Path, set[str]]) -> None:
    root, told = watched

    def noticed(*names: str) -> None:
        wait_for(lambda: told >= set(names), f"{names}, but {told}")
        time.sleep(0.05)
        told.clear()

    old = root.parent / "old.md"
    old.write_text("old")
    os.utime(old, (1, 1))
    (root / "content/long.md").write_text("x")
    noticed("content/long.md")
    (root / "content/long.md~").write_text("y")
    (root / "content/long.md~").replace(root / "content/long.md")
    noticed("content/long.md")
    old.rename(root / "content/old.md")
    noticed("content/old.md")
    (root / "shared/s.md").write_text("t")
    noticed("content/s.md")
    (root / "site.toml").write_text("title = 'U'")
    noticed("site.toml")
    (root / "content/sub").mkdir()
    (root / "content/sub/a.md").write_text("a")
    noticed("content/sub")
    (root / "content/sub").rename(root / "content/sup")
    noticed("content/sub", "content/sup")
    (root / "content/sup/a.md").write_text("b")
    noticed("content/sup/a.md")
    shutil.rmtree(root / "content")
    noticed("content")
    (root / "content").mkdir()
    (root / "content/b.md").write_text("b")
    noticed("content")
    time.sleep(0.3)
    (root / "content/b.md").write_text("c")
    noticed("content/b.md")
    # The output, wherever it is; and what is no part of the site.
    (root / "static/out").mkdir()
    (root / "static/out/.explainer-manifest.json").write_text("{}")
    time.sleep(0.2)
    told.clear()
    (root / "static/out/index.html").write_text("x")
    (root / "notes.txt").write_text("x")
    time.sleep(0.2)
    assert not told


def test_a_storm_is_few_updates() -> None:
    taken: list[Any] = []

    async def storm() -> None:
        async def update(changes: Any) -> None:
            await asyncio.sleep(0.02)
            taken.append(changes)

        gathering = updates.Updates(update)
        task = asyncio.create_task(gathering.run())
        for number in range(200):
            gathering.add({Path(f"/{number}")})
            await asyncio.sleep(0.004)
        await asyncio.sleep(0.6)
        task.cancel()

    asyncio.run(storm())
    assert len(taken) <= 3
    assert set().union(*taken) == {Path(f"/{number}") for number in range(200)}


def test_200_saves(server: Served) -> None:
    before = len(server.updates)
    for number in range(200):
        server.write("content/long.md", serving.ARTICLE + f"\nSave {number}.\n")
        time.sleep(0.002)
    wait_for(lambda: b"Save 199." in ask(server, "/repo/long/").content)
    time.sleep(0.5)
    assert 1 <= len(server.updates) - before <= 3


def test_requests_are_answered_during_updates(server: Served) -> None:
    for number in range(20):
        server.edit("content/other.md", "Short.", f"Short. {number}" if not number else "Short.")
        assert ask(server, "/repo/long/").status == 200


@contextmanager
def serving_in_process(site: LiveSite, folder: Path, say: Say, show: Show) -> Iterator[Reloader]:
    service = Service(site, folder, Guard.of("127.0.0.1"), Terminal(say, show))
    reloader = Reloader(service)
    try:
        yield reloader
    finally:
        reloader.close()
        service.close()


def test_a_terminal_that_is_gone_ends_no_updates(tmp_path: Path) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    folder = serving.site(tmp_path)

    async def one_update(reloader: Reloader) -> None:
        await reloader.start()
        (folder / "content/other.md").write_text("---\ntitle: [\n")
        await reloader.update(None)
        assert reloader.service.problems

    with serving_in_process(LiveSite(folder, BuildOptions()), folder, gone, gone) as reloader:
        asyncio.run(one_update(reloader))


def test_a_terminal_that_does_not_read_keeps_nobody_waiting(tmp_path: Path) -> None:
    held = threading.Event()
    folder = serving.site(tmp_path)
    say = lambda *_: held.wait(60)  # noqa: E731

    async def updates_and_pages(reloader: Reloader) -> None:
        await reloader.start()
        for text in ("---\ntitle: [\n", serving.ARTICLE, "---\ntitle: [\n"):
            (folder / "content/other.md").write_text(text)
            await reloader.update(None)
        assert (await reloader.service.page("/long/")).status == 200

    with serving_in_process(LiveSite(folder, BuildOptions()), folder, say, say) as reloader:
        try:
            started = time.monotonic()
            asyncio.run(updates_and_pages(reloader))
            assert time.monotonic() - started < 10
        finally:
            held.set()


def test_pages_do_not_wait_for_the_searchs_index(tmp_path: Path) -> None:
    made = threading.Event()

    class Slow(LiveSite):
        def answer(self, address: str) -> Response | None:
            if address.startswith("/search/pagefind/"):
                made.wait(60)
            return super().answer(address)

    folder = serving.site(tmp_path)

    async def pages(reloader: Reloader) -> None:
        await reloader.start()
        service = reloader.service
        waiting = [asyncio.create_task(service.page(f"/search/pagefind/{n}")) for n in range(8)]
        page = await asyncio.wait_for(service.page("/long/"), 10)
        assert page.status == 200
        assert not any(task.done() for task in waiting)
        made.set()
        await asyncio.gather(*waiting)

    show = lambda *_: None  # noqa: E731
    with serving_in_process(Slow(folder, BuildOptions()), folder, print, show) as reloader:
        try:
            asyncio.run(pages(reloader))
        finally:
            made.set()


def test_mistakes_do_not_end_it(server: Served) -> None:
    for path, text in [
        ("site.toml", "title = \n"),
        ("content/long.md", "---\ntitle: [\n"),
        ("content/long.yaml", "notes:\n  - quote: &a *a\n"),
        ("content/long.md", ""),
    ]:
        server.reset()
        before = len(server.updates)
        server.write(path, text)
        wait_for(lambda before=before: len(server.updates) > before, path)
        assert ask(server, "/repo/long/").status == 200
        found = json.loads(ask(server, "/repo/__explainer/problems.json").content)
        assert found["problems"], path
    server.reset()
    wait_for(
        lambda: not json.loads(ask(server, "/repo/__explainer/problems.json").content)["problems"]
    )


# --- the panel -----------------------------------------------------------------------------------


def test_reports() -> None:
    problems = [
        Problem(Location("content/b.md", 1, 3), "x", "elsewhere"),
        Problem(Location("content/a.md", 2, 2), "y", "here", "hint", severity="warning"),
    ]
    texts = {"content/a.md": "first\nse\u202econd\n", "content/b.md": "abcdef"}
    editor = report.Editor.of({"EDITOR": "/usr/bin/code --wait"})
    found = report.report(problems, [], texts, Path("/s i"), editor, ["content/a.md"])
    assert found["counts"] == {"error": 1, "warning": 1, "info": 0}
    own, other = found["problems"]
    assert own["place"] == "content/a.md:2:2"
    assert own["excerpt"] == ["s", "e", "<U+202E>cond"]
    assert own["editor"] == "vscode://file/s%20i/content/a.md:2:2"
    assert other["excerpt"] == ["ab", "c", "def"]
    assert report.Editor.of({"VISUAL": "vi"}).pattern is None
    assert report.Editor.of({"EDITOR": "'"}).pattern is None


# --- from start to end ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(tmp_path: Path, number: int) -> None:
    with serving.served(serving.site(tmp_path)) as server:
        started = time.monotonic()
        assert server.end(number) == 0
        assert time.monotonic() - started < 3
    assert not any("Traceback" in line for line in server.lines)


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serving.served(serving.site(tmp_path), "--port", str(port)) as server:
            assert server.port > port
            assert f"port {port} is in use: {server.port} instead" in server.lines


# --- many ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_thousand_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is changed, one goes, a storm passes: what stands in the lists is right at once."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "bench"), *sys.path])
    import generate

    generate.write_site(tmp_path, 1000, words=200, annotations=4)
    with serving.served(tmp_path) as server:
        article = tmp_path / "content/article-00500.md"
        text = article.read_text(encoding="utf-8")
        article.write_text(text.replace("title: Article 500", "title: Renamed"), encoding="utf-8")
        wait_for(lambda: b"<h1>Renamed</h1>" in ask(server, "/article-00500/").content)
        assert b">Renamed</a>" in ask(server, "/").content
        assert b">Renamed</a>" in ask(server, "/claims/").content
        before = len(server.updates)
        for number in range(200):
            article.write_text(f"{text}\nSave {number}.\n", encoding="utf-8")
        wait_for(lambda: b"Save 199." in ask(server, "/article-00500/").content)
        time.sleep(0.5)
        assert 1 <= len(server.updates) - before <= 3
        article.with_suffix(".yaml").unlink()
        article.unlink()
        wait_for(lambda: ask(server, "/article-00500/").status == 404)
        assert b"/article-00500/" not in ask(server, "/").content
        assert b"article-00500" not in ask(server, "/claims/").content
        assert ask(server, "/article-00501/").status == 200
        assert server.end() == 0
