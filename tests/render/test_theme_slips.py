"""Slips in a site's own templates: what Jinja or browsers leave out, and links to no page."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import folders

SITE = {
    "site.toml": 'title = "T"\nurl = "https://example.org/base/"\n',
    "content/a.md": "---\ntitle: A\n---\n\n[B](b.md)\n",
    "content/b.md": "---\ntitle: B\n---\n\nText.\n",
    "static/own.css": "",
}
EXTENDS = '{% extends "built-in/article.html" %}\n'
HEAD = EXTENDS + "{% block head %}\n"
TEMPLATE = "themes/default/templates/article.html"


def reported(root: Path, files: dict[str, str]) -> list[str]:
    """Build a site with further files, and return its problems: `line warning[code] message`."""
    built = build_site(folders.put(root, SITE | files), BuildOptions(jobs=1, write=False))
    assert not built.failed
    for problem in built.problems:
        assert problem.location.path.startswith("themes/")
        assert problem.hint
    return [f"{p.location.line} {p.severity}[{p.code}] {p.message}" for p in built.problems]


def in_head(root: Path, html: str) -> list[str]:
    return reported(root, {TEMPLATE: f"{HEAD}{html}\n{{% endblock %}}\n"})


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        ("{% block sidebra %}x{% endblock %}", "2 … has a block `sidebra`: it is ignored"),
        (
            "\n{% block a %}{% block head %}{% endblock %}{% endblock %}",
            "3 … has a block `a`: it is",
        ),
        ("\n\n<p>x</p>", "4 what is outside the blocks"),
        ("{# c #}\n{{ page.name }}", "3 what is outside the blocks"),
        ('{% include "mine.html" %}', "2 what is outside the blocks"),
    ],
)
def test_what_a_template_ignores(after: str, wanted: str, tmp_path: Path) -> None:
    files = {TEMPLATE: EXTENDS + after, "themes/default/templates/mine.html": "x"}
    [problem] = reported(tmp_path, files)
    line, _, message = wanted.partition(" ")
    assert problem.startswith(f"{line} warning[template-ignored] ")
    assert message.strip("… ") in problem


@pytest.mark.parametrize(
    "template",
    [
        EXTENDS + "{# comment #}\n{% set x = 1 %}\n{% macro m() %}y{% endmacro %}\n\n",
        EXTENDS + "{% block head %}{% block mine %}x{% endblock %}{% endblock %}",
        EXTENDS + "{% block mine %}x{% endblock %}{% block head %}{{ self.mine() }}{% endblock %}",
        EXTENDS + "{% block styles %}{{ super() }}{% endblock %}",
        '{% extends "base.html" %}{% block main %}x{% endblock %}',
    ],
)
def test_what_a_template_shows(template: str, tmp_path: Path) -> None:
    assert reported(tmp_path, {TEMPLATE: template}) == []


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<p\n style="color: red">', "4 … a `style` attribute"),
        ('<p class="{{ page.kind }}" style="a">', "3 … a `style` attribute"),
        ("<p>\n</p><style>p {}</style>", "4 … a `<style>` element"),
        ("<script>x()</script>", "3 … a `<script>` without `src`"),
        ("<script type='module'>x()</script>", "3 … a `<script>` without `src`"),
        ('<p onclick="x()">', "3 … a script in an attribute"),
        ('<a href="javascript:x()">', "3 … a `javascript:` address"),
        ('<script src="//cdn.example.org/x.js"></script>', "3 … a script from another host"),
        (
            '<link href="https://x.org/x.css" rel="stylesheet">',
            "3 … a style sheet from another host",
        ),
        ('<img alt="" src="https://x.org/x.png">', "3 … a picture from another host"),
        ('<audio src="https://x.org/x.mp3">', "3 … a file from another host"),
        ('<form method=post action="https://x.org/">', "3 … a form for another host"),
        ('<iframe title=x src="/x.html"></iframe>', "3 … a frame"),
        ("<iframe title=x src=\"{{ page.link('/feed.xml') }}\"></iframe>", "3 … a frame"),
        ('<object data="x.svg"></object>', "3 … a plug-in"),
    ],
)
def test_what_the_policy_blocks(html: str, what: str, tmp_path: Path) -> None:
    [problem] = in_head(tmp_path, html)
    line, _, name = what.partition(" … ")
    assert problem.startswith(f"{line} warning[blocked-by-policy] {name} has no effect")


@pytest.mark.parametrize(
    "html",
    [
        "<script defer src=\"{{ page.asset('script.js') }}\"></script>",
        '<script type="application/ld+json">{}</script>',
        '<link rel="me" href="https://social.example/@me">',
        '<a class="style" href="https://example.org/" data-on="x">style = "x"</a>',
        '{# <p style="x"> #}',
        '<form><input name="q"></form>',
    ],
)
def test_what_the_policy_allows(html: str, tmp_path: Path) -> None:
    assert in_head(tmp_path, html) == []


@pytest.mark.parametrize(
    ("setting", "html"),
    [
        ('scripts = ["https://cdn.x.org"]', '<script src="//cdn.x.org/x.js"></script>'),
        ('styles = ["https://x.org"]', '<link rel=stylesheet href="https://x.org/x.css">'),
        ('images = ["https://*.x.org"]', '<img alt="" src="https://a.x.org/x.png">'),
        ('media = ["https://x.org"]', "<video><source src='https://x.org/x.mp4'></video>"),
        ('forms = ["https://x.org"]', '<form action="https://x.org/f?a=1">'),
        ('frames = ["https://x.org"]', '<iframe title=x src="https://x.org/"></iframe>'),
        ('frames = ["self"]', '<iframe title=x src="/feed.xml"></iframe>'),
    ],
)
def test_the_hint_names_the_setting_that_allows_it(setting: str, html: str, tmp_path: Path) -> None:
    for own in ("", f"[security]\n{setting}\n"):
        settings = SITE["site.toml"] + own
        files = SITE | {"site.toml": settings, TEMPLATE: f"{HEAD}{html}\n{{% endblock %}}\n"}
        built = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1))
        if own:
            assert built.problems == ()
        else:
            (problem,) = built.problems
            named = setting.replace("*", "a")
            assert f"to allow it, write `{named}` below `[security]` in site.toml" in problem.hint


def test_a_site_with_another_policy_is_not_checked(tmp_path: Path) -> None:
    own = "<!DOCTYPE html><html><title>x</title><p style='x'>{% block main %}{% endblock %}"
    assert reported(tmp_path, {"themes/default/templates/base.html": own}) == []


@pytest.mark.parametrize(
    ("link", "line"),
    [
        ('<a href="/base/abuot/">', 3),
        ("<a href=\"{{ page.link('/abuot/') }}\">", 3),
        ('<p>\n<a class=x href="../missing.css?v=1#x">', 4),
        ("<a href='../../'>", 3),
        ("<a class=x href=../abuot/>", 3),
        ("<a href=\"{{ page.link('/%s/' % page.kind) }}\">", 0),
    ],
)
def test_a_link_to_no_page_is_reported_once(link: str, line: int, tmp_path: Path) -> None:
    [problem] = in_head(tmp_path, link)
    assert problem.startswith(f"{line} warning[broken-link] the link `")
    assert "on the page `a/index.html` leads to no page" in problem


@pytest.mark.parametrize(
    "link", ['<a href="missing.html">', "<a href='missing.html'>", "<img alt=x src=missing.html>"]
)
def test_a_link_that_pages_have_without_quotation_marks(link: str, tmp_path: Path) -> None:
    """There is one problem for each of the folders in which it leads to no page."""
    problems = in_head(tmp_path, link)
    assert len(problems) == 2
    for problem in problems:
        assert problem.startswith("3 warning[broken-link] the link `missing.html` on the page ")


@pytest.mark.parametrize(
    "link",
    [
        "{{ page.link('/b/') }}",
        "{{ page.link('/claims/#x') }}",
        "../b/?x#y",
        "../b",
        "..",
        "/base/",
        "/base/own.css",
        "/elsewhere/",
        "#x",
        "",
        "https://example.org/",
        "//example.org/x",
        "mailto:a@example.org",
    ],
)
def test_links_that_lead_somewhere(link: str, tmp_path: Path) -> None:
    assert in_head(tmp_path, f'<a href="{link}">') == []


@pytest.mark.parametrize(
    ("file", "has_fonts"),
    [
        ("themes/default/static/a.woff2", True),
        ("static/fonts/a.TTF", True),
        ("content/a.otf", True),
        ("static/woff2.css", False),
    ],
)
def test_fonts_of_the_site_may_load(file: str, has_fonts: bool, tmp_path: Path) -> None:
    build_site(folders.put(tmp_path, SITE | {file: ""}), BuildOptions(jobs=1))
    html = (tmp_path / "_site/a/index.html").read_text(encoding="utf-8")
    assert ("font-src 'self' file:;" in html) == has_fonts


def test_an_unused_template_can_be_anything(tmp_path: Path) -> None:
    unused = tmp_path / "themes/default/templates/a.html"
    folders.put(tmp_path, {"themes/default/templates/b.html": "{% block %}"})
    unused.write_bytes(b"\xff{% if %}")
    [problem] = in_head(tmp_path, '<a href="../abuot/">')
    assert "abuot" in problem
