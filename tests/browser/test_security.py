"""What `[security]` allows is loaded, and everything else is blocked, as a browser sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import browser as browsers
from tests.helpers import folders

pytestmark = browsers.needed

SETTINGS = """
title = "T"
[search]
enabled = false
[markdown]
html = true
[security]
frames = ["https://good.example", "self"]
forms = ["https://good.example"]
media = ["https://good.example"]
scripts = ["https://good.example"]
connect = ["https://good.example"]
images = ["https://good.example"]
fonts = ["https://good.example"]
styles = ["https://*.good.example"]
"""
PAGE = """
<iframe title="a" src="https://{host}/frame"></iframe>

![Sound](https://{host}/sound.wav)

<script src="https://{host}/count.js"></script>

<link rel="stylesheet" href="https://css.{host}/a.css">

<form method="post" action="https://{host}/form" target="_self"><button>Send</button></form>
"""
FILES = {
    "site.toml": SETTINGS,
    "content/good.md": "---\ntitle: Good\n---\n<iframe title=c src='/chart.html'></iframe>\n"
    + PAGE.format(host="good.example"),
    "content/bad.md": "---\ntitle: Bad\n---\n" + PAGE.format(host="bad.example"),
    "static/chart.html": "<!DOCTYPE html><title>Chart</title><p>Chart",
    "static/custom.css": "@font-face { font-family: F; src: url(https://good.example/f.woff2) }\n"
    "@font-face { font-family: B; src: url(https://bad.example/f.woff2) }\n"
    "h1 { font-family: F, B }\n",
}
COUNTER = """
new Image().src = `https://${new URL(document.currentScript.src).host}/pixel.gif`;
fetch(`https://${new URL(document.currentScript.src).host}/hit`, { mode: "no-cors" });
"""
KINDS = {
    "/count.js": ("text/javascript", COUNTER),
    "/a.css": ("text/css", "p { color: rgb(1, 2, 3) }"),
    "/frame": ("text/html", "<!DOCTYPE html><title>Frame</title>Inside"),
    "/form": ("text/html", "<!DOCTYPE html><title>Sent</title>Thanks"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = folders.put(tmp_path_factory.mktemp("security"), FILES)
    assert not build_site(root, BuildOptions(jobs=1)).failed
    with browsers.served(root / "_site") as url:
        yield url


def visit(browser: Any, url: str) -> tuple[Any, list[str], list[str]]:
    """Open a page. Return it, the requested addresses on other hosts, and console messages."""
    context = browser.new_context()
    asked: list[str] = []
    heard: list[str] = []

    def answer(route: Any) -> None:
        parts = urlsplit(route.request.url)
        asked.append(f"{parts.netloc}{parts.path}")
        kind, body = KINDS.get(parts.path, ("application/octet-stream", ""))
        route.fulfill(body=body, content_type=kind, headers={"Access-Control-Allow-Origin": "*"})

    context.route(re.compile("^https:"), answer)
    page = context.new_page()
    page.on("console", lambda message: heard.append(message.text))
    page.goto(url, wait_until="networkidle")
    return page, asked, heard


def test_what_is_allowed_is_loaded(browser: Any, site: str) -> None:
    page, asked, heard = visit(browser, f"{site}good/index.html")
    names = ("frame", "sound.wav", "count.js", "pixel.gif", "hit", "f.woff2")
    assert {*asked} >= {*(f"good.example/{name}" for name in names), "css.good.example/a.css"}
    blocked = [each for each in heard if "Content Security Policy" in each]
    assert all("bad.example/f.woff2" in each for each in blocked), "of the style sheet alone"
    frames = {frame.title() for frame in page.frames[1:]}
    assert frames == {"Frame", "Chart"}
    assert page.evaluate("getComputedStyle(document.querySelector('main p')).color").startswith(
        "rgb(1, 2, 3"
    )
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("https://good.example/form")
    page.context.close()


def test_what_is_not_allowed_is_blocked(browser: Any, site: str) -> None:
    page, asked, heard = visit(browser, f"{site}bad/index.html")
    page.evaluate("setTimeout(() => document.querySelector('form button').click())")
    page.wait_for_timeout(500)
    assert page.url == f"{site}bad/index.html"
    assert not [each for each in asked if "bad.example" in each]
    for directive in ("frame-src", "script-src", "style-src", "font-src", "form-action"):
        assert any("bad.example" in each and directive in each for each in heard), directive
    assert page.locator("audio").count() == 0
    assert page.get_by_role("link", name="sound.wav").count() == 1, "readers get a link instead"
    page.context.close()
