"""`[links]`: every link of a whole site works in both styles, on a server and from disk."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.serve.live import LiveSite
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import folders

FILES = {
    "content/index.md": "---\ntitle: Start\n---\nWelcome. [A call](call.md#part) and [home](/).\n",
    "content/index.yaml": "notes: [{id: w, quote: Welcome, note: '[A](call.md), [b](/#ref-w).'}]",
    "content/call.md": (
        "---\ntitle: A call\ndate: 2024-11-10\ntopics: [Diplomacy]\nauthors: [Ann]\n"
        "aliases: [/old/call/]\nrelated: [deep/über.md]\nimage: {src: p.svg, alt: A map}\n---\n"
        "They spoke. [Its part](#part), [home](index.md), [query](deep/über.md?q=1#x), "
        "[itself](call.md), [claims](/claims/), [Ann](/people/ann/), ![p](p.svg) "
        "<a href='/topics/diplomacy/'>Topic</a>\n\n"
        "![Rows](rows.csv)\n\n## Part\n\nWords[^1].\n\n[^1]: See [deep](deep/über.md).\n"
    ),
    "content/call.yaml": (
        "claims:\n"
        "  - {id: spoke, quote: They spoke, claim: They spoke., rating: disputed, by: Ann,\n"
        "     review: 'See [it](deep/über.md#x), [here](#part), [home](/), ![p](p.svg).',\n"
        "     disputes: [silent], evidence: [{source: s, stance: supports}]}\n"
        "  - {id: silent, quote: They spoke, claim: They did not., rating: 'false'}\n"
        "questions:\n"
        "  - {quote: Words, question: Why?, answers: [{by: Ann, answer: 'See [it](/).'}]}\n"
        "sources: {s: {title: S, url: 'https://example.net/', date: 2024}}\n"
    ),
    "content/rows.csv": "a,b\n1,2\n",
    "content/p.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
    "content/deep/über.md": "---\ntitle: Über\nlanguage: ar\nchapters: [one.md]\n---\n## X {#x}\n",
    "content/deep/one.md": "---\ntitle: One\n---\n[Up](über.md), [call](../call.md)\n",
    "content/about.md": "---\ntitle: About\n---\nUs.\n",
}
SETTINGS = 'title = "T"\ntheme = "{}"\nmenu = ["deep/über.md"]\n[markdown]\nhtml = true\n'
_LINK = re.compile(r"""\s(?:href|src|poster)=["']([^"']*)["']|<loc>([^<]*)|; url=([^"]*)""")


def written(output: Path) -> Iterator[tuple[str, str]]:
    """Yield the links in pages, feeds, and annotations.json, each with the path of its file."""
    for path in sorted(output.rglob("*.*")):
        name = path.relative_to(output).as_posix()
        if name.endswith((".html", ".xml")):
            text = path.read_text(encoding="utf-8")
            text = unescape(text) if name.endswith("feed.xml") else text
            for link in _LINK.finditer(text):
                yield name, unescape(link[link.lastindex or 1])
        elif path.name == "annotations.json":
            for url in _addresses(json.loads(path.read_bytes())):
                yield name, url


def _addresses(data: Any) -> Iterator[str]:
    """Yield the addresses of pages in an annotations.json."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("id", "source", "target") and isinstance(value, str):
                yield value
            elif key == "value":
                yield from (unescape(link[1]) for link in _LINK.finditer(value))
            else:
                yield from _addresses(value)
    elif isinstance(data, list):
        for value in data:
            yield from _addresses(value)


def inside(output: Path) -> list[tuple[str, str]]:
    """Return the links of a site built without an address, except those to the web."""
    found = [(file, url) for file, url in written(output) if not urlsplit(url).scheme]
    assert len(found) > 150
    return found


@pytest.fixture
def root(tmp_path: Path, templates: Path) -> Path:
    return folders.with_cache(folders.put(tmp_path / "site", FILES), templates)


def built(root: Path, settings: str, theme: str = "default", **options: Any) -> Path:
    """Build the site with further settings, and return its output."""
    folders.put(root, {"site.toml": SETTINGS.format(theme) + settings})
    result = build_site(root, BuildOptions(jobs=1, **options))
    assert not result.problems
    return root / "_site"


PRETTY, FILE = '[links]\nstyle = "pretty"\n', '[links]\nstyle = "file"\n'


# --- every link ----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["default", "ledger"])
def test_from_disk_every_link_opens_a_file(root: Path, theme: str) -> None:
    output = built(root, "", theme)
    for file, url in inside(output):
        if file == "404.html":
            continue  # its links begin at the server's root
        target = output.as_uri() + "/" + file
        path = Path(unquote(urlsplit(urldefrag(urljoin(target, url))[0]).path))
        assert path.is_file(), (file, url)
        assert path.is_relative_to(output), (file, url)


@pytest.mark.parametrize("theme", ["default", "ledger"])
@pytest.mark.parametrize("style", [PRETTY, FILE])
@pytest.mark.parametrize("base", ["/", "/some/base/"])
def test_on_a_server_every_link_is_answered_without_a_redirect(
    root: Path, theme: str, style: str, base: str
) -> None:
    with browsers.served(root / "_site", base) as url:
        output = built(root, style, theme, base_url=url)
        asked = set()
        for file, link in written(output):
            page = urljoin(url, quote(file.removesuffix("index.html" * (style is PRETTY))))
            target = urldefrag(urljoin(page, link))[0]
            if urlsplit(target).netloc == urlsplit(url).netloc:
                assert target.startswith(url), (file, link)
                asked.add(target)
        answers = {each: answer(each) for each in asked}
    assert len(asked) > 20
    assert {each: told for each, told in answers.items() if told != each} == {}


def answer(url: str) -> str:
    """Return the address at which a server answers a request: another one after a redirect."""
    try:
        with urllib.request.urlopen(url) as response:
            return response.geturl()
    except HTTPError as error:
        return f"{error.code}"


@pytest.mark.parametrize("style", [PRETTY, FILE])
def test_all_links_to_pages_have_one_style(root: Path, style: str) -> None:
    """In pages, redirects, feeds, and data, with and without the address of the site."""
    kinds = set()
    for options in ({}, {"base_url": "https://example.org/some/base/"}):
        for file, url in written(built(root, style, **options)):
            path = urlsplit(url).path
            is_ours = not urlsplit(url).scheme or url.startswith("https://example.org/")
            if not is_ours or not path or file == "sitemap.xml":
                continue
            name = path.rpartition("/")[2]
            if name in ("", ".", "..", "index.html"):
                kinds.add((file.rpartition(".")[2], name))
    named = {(kind, name) for kind, name in kinds if name == "index.html"}
    if style is PRETTY:
        assert not named
        assert {kind for kind, _ in kinds} == {"html", "json", "xml"}
    else:
        assert {kind for kind, _ in named} == {"html", "json", "xml"}


def test_canonical_addresses_never_name_the_file(root: Path) -> None:
    output = built(root, FILE, base_url="https://example.org/")
    for path in output.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for url in re.findall(r'(?:rel="canonical" href|property="og:url" content)="(.*?)"', text):
            assert url.startswith("https://example.org/")
            assert not url.endswith("index.html")
    assert "index.html" not in (output / "sitemap.xml").read_text()


# --- the setting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "options", "link"),
    [
        ("", {}, "call/index.html"),
        ("", {"base_url": "https://example.org/"}, "call/"),
        (FILE, {"base_url": "https://example.org/"}, "call/index.html"),
        (PRETTY, {}, "call/"),
    ],
)
def test_the_style_follows_the_address_unless_it_is_set(
    root: Path, settings: str, options: dict[str, Any], link: str
) -> None:
    page = (built(root, settings, **options) / "index.html").read_text(encoding="utf-8")
    assert f'<a href="{link}#part">' in page


def test_url_in_the_settings_makes_links_pretty(root: Path) -> None:
    folders.put(root, {"site.toml": 'url = "https://example.org/"\n' + SETTINGS.format("default")})
    assert not build_site(root, BuildOptions(jobs=1)).problems
    assert '<a href="call/#part">' in (root / "_site/index.html").read_text(encoding="utf-8")


def test_a_wrong_style(root: Path) -> None:
    folders.put(root, {"site.toml": 'title = "T"\n[links]\nstyle = "prety"\n'})
    (problem,) = build_site(root, BuildOptions(jobs=1)).problems
    assert (problem.code, problem.location.line, problem.location.column) == ("bad-value", 3, 9)
    assert "`pretty`" in problem.hint


def test_this_site_and_a_new_one_open_from_disk() -> None:
    for place in ("site.toml", "explainer/scaffold/starter/site.toml"):
        text = (ROOT / place).read_text(encoding="utf-8")
        assert not re.search(r"^(url|style) =", text, re.MULTILINE), place


def test_served_pages_have_the_style_of_the_settings(root: Path) -> None:
    site = LiveSite(root, BuildOptions(write=False, jobs=1))
    for settings, link in (("", "call/index.html"), (PRETTY, "call/"), (FILE, "call/index.html")):
        folders.put(root, {"site.toml": SETTINGS.format("default") + settings})
        site.update(None)
        response = site.answer("/deep/one/")
        assert response
        assert f'<a href="../../{link}">call</a>' in response.content.decode()
