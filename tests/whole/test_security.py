"""`[security]`: the hosts that it names, and what is reported when pages may not load something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.problems import Problem
from explainer.model.security import Host, SecuritySettings
from tests.helpers import folders

SITE = 'title = "T"\n[search]\nenabled = false\n[markdown]\nhtml = true\n'


@pytest.fixture
def root(tmp_path: Path, templates: Path) -> Path:
    return folders.with_cache(tmp_path, templates)


def build(root: Path, body: str, security: str = "", **files: str) -> list[Problem]:
    """Build a site with an article, and return its problems."""
    settings = SITE + (f"[security]\n{security}\n" if security else "")
    article = {"site.toml": settings, "content/a.md": f"---\ntitle: A\n---\n{body}\n"}
    return list(build_site(folders.put(root, article | files), BuildOptions(jobs=1)).problems)


def policy(root: Path, page: str = "a/index.html") -> dict[str, str]:
    """Return the directives of a page's Content-Security-Policy."""
    html = (root / "_site" / page).read_text(encoding="utf-8")
    found = re.search(r'Content-Security-Policy content="([^"]*)"', html)
    assert found
    parts = (each.strip().partition(" ") for each in found[1].split(";"))
    return {name: sources for name, _, sources in parts}


# --- the values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://x.org", "https://x.org"),
        ("https://x.org/", "https://x.org"),
        ("HTTPS://WWW.X.org:443", "https://www.x.org"),
        ("https://x.org:8443", "https://x.org:8443"),
        ("https://*.x.org", "https://*.x.org"),
        ("https://x.github.io", "https://x.github.io"),
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("self", "self"),
    ],
)
def test_hosts(text: str, host: str) -> None:
    assert Host.check(text) == host
    assert re.fullmatch(Host.pattern, text), "editors accept it"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("*", "would allow every host"),
        ("https:", "would allow every host"),
        ("https://*", "would allow every host"),
        ("https://*:443", "would allow every host"),
        ("https://*.org", "would allow every host below `org`"),
        ("https://*.co.uk", "would allow every host below `co.uk`"),
        ("https://*.github.io", "would allow every host below `github.io`"),
        ("http://x.org", "is not encrypted, so others can change what it sends: write `https://x"),
        ("x.org", "does not say how to load: write `https://x.org`"),
        ("//x.org/a", "does not say how to load: write `https://x.org`"),
        ("https://x.org/embed", "is more than a host: write `https://x.org`"),
        ("https://x.org?a=1", "is more than a host: write `https://x.org`"),
        ("https://a.*.org", "has a `*` that browsers ignore"),
        ("https://user@x.org", "is not a host: `user@`"),
        ("https://a.org https://b.org", "is not a host: it contains a space"),
        ("https://a.org,b.org", "is not a host"),
        ("https://a.org;script-src", "is not a host"),
        ('https://a.org">', "is not a host"),
        ("'self'", "has quotation marks of its own: write `self`"),
        ("'unsafe-inline'", "is not a host: only hosts can be allowed"),
        ("data:", "is not a host: only hosts can be allowed"),
        ("", "is empty"),
    ],
)
def test_what_is_no_host(text: str, why: str, root: Path) -> None:
    value = text.replace('"', '\\"')
    (problem,) = build(root, "Text.", f'frames = ["https://ok.example", "{value}"]')
    assert (problem.code, problem.severity) in (("bad-value", "error"), ("empty-value", "error"))
    assert (problem.location.line, problem.location.column) == (7, 33)
    assert why in problem.message
    assert "\n" not in problem.message


def test_an_unknown_key_and_a_single_text(root: Path) -> None:
    (problem,) = build(root, "Text.", 'frame = ["https://x.org"]')
    assert (problem.code, problem.location.line) == ("unknown-key", 7)
    assert "`frames`" in problem.hint
    (problem,) = build(root, "Text.", 'frames = "https://x.org"')
    assert (problem.code, problem.location.line) == ("wrong-type", 7)


@pytest.mark.parametrize(
    ("url", "host", "allowed"),
    [
        ("https://x.org/a", "https://x.org", True),
        ("//x.org/a", "https://x.org", True),
        ("HTTPS://X.ORG:443/a", "https://x.org", True),
        ("http://x.org/a", "https://x.org", False),
        ("https://x.org:8443/a", "https://x.org", False),
        ("https://a.x.org/", "https://x.org", False),
        ("https://a.b.x.org/", "https://*.x.org", True),
        ("https://x.org/", "https://*.x.org", False),
        ("https://evilx.org/", "https://*.x.org", False),
        ("https://x.org.evil.net/", "https://x.org", False),
        ("https://x.org@evil.net/", "https://x.org", False),
    ],
)
def test_what_a_host_allows(url: str, host: str, allowed: bool) -> None:
    security = SecuritySettings(frames=(Host.check(host),))
    assert security.allows("frames", url) == allowed
    assert not security.allows("scripts", url)


# --- the policy ----------------------------------------------------------------------------------


def test_every_key_has_its_directive(root: Path) -> None:
    keys = ("scripts", "styles", "fonts", "images", "media", "frames", "forms", "connect")
    lines = "\n".join(f'{key} = ["https://{key}.example", "https://b.example"]' for key in keys)
    assert not build(root, "![P](https://own.example/a.png)", lines)
    for page in ("a/index.html", "index.html", "404.html", "claims/index.html"):
        found = policy(root, page)
        for key, directive in {
            "scripts": "script-src",
            "styles": "style-src",
            "fonts": "font-src",
            "images": "img-src",
            "media": "media-src",
            "frames": "frame-src",
            "forms": "form-action",
            "connect": "connect-src",
        }.items():
            own = "" if key in ("frames", "forms") else "'self'"
            assert found[directive].startswith(own or "https://")
            assert f"https://{key}.example https://b.example" in found[directive]
        assert found["default-src"] == "'none'"
    assert "https://own.example" in policy(root)["img-src"]
    assert "https://own.example" not in policy(root, "index.html")["img-src"]


def test_without_settings_nothing_is_added(root: Path) -> None:
    assert not build(root, "Text.")
    assert policy(root) == {
        "default-src": "'none'",
        "style-src": "'self' file:",
        "script-src": "'self' file:",
        "connect-src": "'self'",
        "img-src": "'self' file: data:",
        "media-src": "'self' file:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


# --- what is reported ----------------------------------------------------------------------------

KINDS = [
    ("frames", '<iframe title=v src="{}/embed/1"></iframe>', "load no frames from"),
    ("forms", '<form method="post" action="{}/f"><button>Go</button></form>', "send no forms to"),
    ("forms", '<button formaction="{}/f">Go</button>', "send no forms to"),
    ("scripts", '<script async src="{}/count.js"></script>', "load no scripts from"),
    ("styles", '<link rel="stylesheet" href="{}/a.css">', "load no style sheets from"),
    ("media", '<video controls src="{}/a.mp4"></video>', "load no audio or video from"),
    ("media", '<audio><source src="{}/a.mp3"></audio>', "load no audio or video from"),
    ("media", "![A talk]({}/a.mp3)", "load no audio or video from"),
]


@pytest.mark.parametrize(("key", "raw", "words"), KINDS)
def test_what_a_host_would_be_needed_for(key: str, raw: str, words: str, root: Path) -> None:
    html = raw.format("https://x.example")
    (problem,) = build(root, f"Words.\n\n{html}")
    assert (problem.code, problem.severity) == ("blocked-address", "warning")
    assert problem.location.line == 6
    assert problem.location.column == html.index("https:") + 1
    assert f"{words} `https://x.example`" in problem.message
    assert f'write `{key} = ["https://x.example"]` below `[security]`' in problem.hint
    # The hint can be pasted, and then nothing is reported.
    assert not build(root, f"Words.\n\n{html}", f'{key} = ["https://x.example"]')
    # The hosts that are there stay in the line.
    (problem,) = build(root, html, f'{key} = ["https://other.example"]')
    assert f'{key} = ["https://other.example", "https://x.example"]' in problem.hint


@pytest.mark.parametrize(("key", "raw", "words"), KINDS)
def test_what_is_not_encrypted_stays_blocked(key: str, raw: str, words: str, root: Path) -> None:
    (problem,) = build(root, raw.format("http://x.example"), f'{key} = ["https://x.example"]')
    assert problem.code == "blocked-address"
    assert "`https:` here" in problem.hint


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("frames", '<iframe title=x src="/chart/index.html"></iframe>'),
        ("forms", '<form action="/claims/"><input name=q></form>'),
        ("forms", "<form><input name=q></form>"),
    ],
)
def test_the_sites_own_frames_and_forms(key: str, raw: str, root: Path) -> None:
    chart = {"static/chart/index.html": "<!DOCTYPE html><title>x</title>"}
    (problem,) = build(root, raw, **chart)
    assert problem.code == "blocked-address"
    assert f'write `{key} = ["self"]` below `[security]`' in problem.hint
    found = build(root, raw, f'{key} = ["self"]', **chart)
    assert [p.code for p in found if p.code != "loose-link"] == []
    directive = {"frames": "frame-src", "forms": "form-action"}[key]
    assert policy(root)[directive].startswith("'self'")


def test_an_own_frame_is_a_link_that_must_work(root: Path) -> None:
    (problem,) = build(root, '<iframe title=x src="gone.html"></iframe>', 'frames = ["self"]')
    assert (problem.code, problem.severity) == ("broken-link", "error")
    build(root, '<iframe title=x src="/claims/"></iframe>', 'frames = ["self"]')
    assert (
        '<iframe title=x src="../claims/index.html">' in (root / "_site/a/index.html").read_text()
    )


def test_an_address_without_a_scheme_gets_one(root: Path) -> None:
    raw = '<iframe title=x src="//x.example/1"></iframe>'
    assert not build(root, raw, 'frames = ["https://x.example"]')
    assert 'src="https://x.example/1"' in (root / "_site/a/index.html").read_text()


@pytest.mark.parametrize(
    "raw",
    [
        '<link rel="preconnect" href="https://x.example">',
        '<a href="https://x.example/embed">x</a>',
        '<img alt="" src="https://x.example/a.png">',
        '<script src="/own.js"></script>',
        '<script type="application/json">{}</script>',
        '<iframe title="x" srcdoc="&lt;p>x"></iframe>',
    ],
)
def test_what_needs_no_host(raw: str, root: Path) -> None:
    assert not build(root, raw, **{"static/own.js": ""})


@pytest.mark.parametrize("raw", ['<object data="{}"></object>', '<embed src="{}">'])
def test_plugins_cannot_be_allowed(raw: str, root: Path) -> None:
    html = raw.format("https://x.example/a.pdf")
    (problem,) = build(root, html, 'frames = ["https://x.example"]')
    assert problem.code == "blocked-address"
    assert problem.hint.startswith("use <iframe>")


@pytest.mark.parametrize(
    ("raw", "severity", "what"),
    [
        ("<script>f()</script>", "warning", "a `<script>` without `src`"),
        ('<script type="module">f()</script>', "warning", "a `<script>` without `src`"),
        ("<style>p {}</style>", "warning", "a `<style>` element"),
        ('<p onclick="f()">x</p>', "warning", "a script in an attribute"),
        ("A <b onmouseover=f()>b</b>", "warning", "a script in an attribute"),
        ('<p style="color: red">x</p>', "info", "a `style` attribute"),
        ('A <b class="x" style=color:red>b</b>', "info", "a `style` attribute"),
    ],
)
def test_inline_code_is_reported(raw: str, severity: str, what: str, root: Path) -> None:
    (problem,) = build(root, f"Words.\n\n{raw}")
    assert (problem.code, problem.severity) == ("blocked-by-policy", severity)
    assert (problem.location.line, problem.location.column) == (6, 1 + 2 * raw.startswith("A "))
    assert problem.message.startswith(f"{what} has no effect")


def test_each_kind_of_inline_code_is_reported_once_in_an_article(root: Path) -> None:
    (problem,) = build(root, '<p style="a">x</p>\n\n<p style="b">y</p> <b style="c">z</b>')
    assert problem.message.endswith("(3 times in this article)")


# --- style sheets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("css", "key", "line", "column"),
    [
        ('@import url("https://x.example/a.css");', "styles", 1, 14),
        ('/* https://c\n */ @import "https://x.example/a.css";', "styles", 2, 14),
        ("@font-face { src: url(https://x.example/a.woff2) }", "fonts", 1, 23),
        ("p {}\np { background: url('https://x.example/a.png') }", "images", 2, 22),
        ("@font-face { font-family: X }\np { background: url(//x.example/a) }", "images", 2, 21),
    ],
)
def test_style_sheets(css: str, key: str, line: int, column: int, root: Path) -> None:
    for path in ("static/custom.css", "themes/default/styles/99-own.css"):
        (problem,) = build(root, "Text.", **{path: css})
        assert (problem.code, problem.location.path) == ("blocked-address", path)
        assert (problem.location.line, problem.location.column) == (line, column)
        assert f'write `{key} = ["https://x.example"]` below `[security]`' in problem.hint
        assert not build(root, "Text.", f'{key} = ["https://x.example"]', **{path: css})
        (root / path).unlink()


@pytest.mark.parametrize(
    "css",
    [
        "/* url(https://x.example/a) */",
        "p { background: url(map.svg) url(data:image/png;base64,AA) }",
        "@font-face { src: url(own.woff2) }",
    ],
)
def test_style_sheets_of_the_site_itself(css: str, root: Path) -> None:
    assert not build(root, "Text.", **{"static/custom.css": css})


def test_fonts_in_a_style_sheet(root: Path) -> None:
    css = "@font-face { src: url(data:font/woff2;base64,AAAA) }"
    (problem,) = build(root, "Text.", **{"static/custom.css": css})
    assert problem.hint == "use a copy of it in `static/`"
