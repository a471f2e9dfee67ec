"""`serve` without a browser: its protocol, access checks, updates, and shutdown."""

from __future__ import annotations

import asyncio
import json
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
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.serve.guard import Guard
from explainer.serve.live import LiveSite
from explainer.serve.reload import Reloader, Say, Show, Terminal
from explainer.serve.responses import Response
from explainer.serve.service import Service
from tests import ROOT
from tests.helpers import serving
from tests.helpers.serving import Served, ask, wait_for

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


def test_a_request_that_is_too_large(server: Served) -> None:
    path = "/repo/__explainer/annotate/page"
    assert ask(server, path, "POST", Content_Length=str(2 << 20)).status == 400


def test_the_build_contains_nothing_of_the_server(tmp_path: Path) -> None:
    folder = serving.site(tmp_path)
    assert not build_site(folder, BuildOptions()).failed
    for path in (folder / "_site").rglob("*"):
        if path.is_file():
            assert b"__explainer" not in path.read_bytes()
            assert b"connect-src 'self' ws" not in path.read_bytes()


# --- access checks -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/repo/long/", "/repo/__explainer/problems.json", "/"])
def test_another_host_is_refused(server: Served, path: str) -> None:
    assert ask(server, path, Host="evil.example").status == 403


# --- the protocol --------------------------------------------------------------------------------


def page_of(server: Served, path: str = "/repo/long/") -> tuple[str, str]:
    """A page's token and hash."""
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
        assert said["html"].encode() == ask(server, "/repo/long/").content
        assert "Paragraph one." in said["html"]
        server.write("static/custom.css", "h1 { letter-spacing: 2px; }")
        style = await heard()
        assert style["path"] == "/repo/custom.css"
        assert "html" not in style
        # A page that connects late is notified immediately that it is outdated.
        late = await connect(server, token, page, own)
        await late.write_message(json.dumps(HELLO))
        await late.write_message(json.dumps(info))
        await late.read_message()
        assert json.loads(await late.read_message())["path"].startswith("/repo/")
        socket.close()
        late.close()
        await asyncio.sleep(0.1)  # let the connections close before the loop ends

    asyncio.run(talk())


def test_only_text_is_sent_with_messages(tmp_path: Path) -> None:
    folder = serving.site(tmp_path)
    with serving_in_process(LiveSite(folder, BuildOptions()), folder, print, print) as reloader:
        service = reloader.service

        def sent(content: bytes, media_type: str = "text/html", status: int = 200) -> str:
            return service.text(Response(content, media_type, status), "/long/")

        assert sent("<p>é".encode()).startswith("<p>é\n<script")
        assert not sent("<p>é".encode("latin-1"))
        assert not sent(b"<p>", status=404)
        assert not sent(b"{}", "application/json")


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


# --- updates -------------------------------------------------------------------------------------


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
    terminal = Terminal(say, show)
    service = Service(site, folder, Guard.of("127.0.0.1"), terminal.say)
    reloader = Reloader(service, terminal)
    try:
        yield reloader
    finally:
        reloader.close()
        service.close()


def test_a_closed_terminal_does_not_stop_updates(tmp_path: Path) -> None:
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


def test_a_blocked_terminal_does_not_delay_pages(tmp_path: Path) -> None:
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


def test_pages_do_not_wait_for_the_search_index(tmp_path: Path) -> None:
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


def test_errors_do_not_stop_the_server(server: Served) -> None:
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


# --- start and shutdown --------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_shuts_down_cleanly(tmp_path: Path, number: int) -> None:
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
            assert f"port {port} is in use; using {server.port} instead" in server.lines


# --- many articles -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_thousand_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists are correct immediately after a change, a deletion, and many changes at once."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "bench"), *sys.path])
    import generate

    generate.write_site(tmp_path, 1000, words=200, annotations=4)
    with serving.served(tmp_path) as server:

        def every_page(address: str) -> bytes:
            """Return all pages of a list."""
            pages = [ask(server, address)]
            while pages[-1].status == 200:
                pages.append(ask(server, f"{address}page/{len(pages) + 1}/"))
            assert len(pages) > 3
            return b"".join(page.content for page in pages[:-1])

        article = tmp_path / "content/article-00500.md"
        text = article.read_text(encoding="utf-8")
        article.write_text(text.replace("title: Article 500", "title: Renamed"), encoding="utf-8")
        wait_for(lambda: b"<h1>Renamed</h1>" in ask(server, "/article-00500/").content)
        assert b">Renamed</a>" in every_page("/")
        assert b">Renamed</a>" in every_page("/claims/")
        before = len(server.updates)
        for number in range(200):
            article.write_text(f"{text}\nSave {number}.\n", encoding="utf-8")
        wait_for(lambda: b"Save 199." in ask(server, "/article-00500/").content)
        time.sleep(0.5)
        assert 1 <= len(server.updates) - before <= 3
        article.with_suffix(".yaml").unlink()
        article.unlink()
        wait_for(lambda: ask(server, "/article-00500/").status == 404)
        assert b"article-00500/" not in every_page("/")
        assert b"article-00500" not in every_page("/claims/")
        assert ask(server, "/article-00501/").status == 200
        assert server.end() == 0
