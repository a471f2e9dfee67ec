"""Addresses in raw HTML are resolved and reported as those of Markdown are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.markdown.raw_addresses import raw_attributes
from tests.helpers import folders
from tests.helpers.cost import is_linear

SITE = (
    'title = "T"\nurl = "https://example.org/sub/"\n'
    "[search]\nenabled = false\n[markdown]\nhtml = true\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"></svg>'


@pytest.fixture
def root(tmp_path: Path, templates: Path) -> Path:
    return folders.with_cache(tmp_path, templates)


def build(root: Path, body: str, annotations: str = "") -> BuildResult:
    files = {
        "site.toml": SITE,
        "content/a.md": f"---\ntitle: A\n---\n{body}\n",
        "content/b.md": "---\ntitle: B\n---\n## Part\n",
        "content/p.svg": SVG,
        "content/v.mp4": "x",
    }
    if annotations:
        files["content/a.yaml"] = annotations
    return build_site(folders.put(root, files), BuildOptions(jobs=1))


def page(root: Path) -> str:
    return (root / "_site/a/index.html").read_text(encoding="utf-8")


def brief(built: BuildResult) -> list[tuple[str, str, int]]:
    return [(p.severity, p.code, p.location.line) for p in built.problems]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ('<a href="b.md">x</a>', '<a href="../b/">'),
        ("<a href='b.md#part'>x</a>", '<a href="../b/#part">'),
        ("<a class=x href=b.md>x</a>", '<a class=x href="../b/">'),
        ("<A HREF = '/b/'>x</A>", '<A href="../b/">'),
        ('<a href="b.md?x=1&amp;y=2">x</a>', '<a href="../b/?x=1&amp;y=2">'),
        ('<a title="a > b" href="b.md">x</a>', '<a title="a > b" href="../b/">'),
        ('<img src="p.svg" alt="x">', '<img src="../p.svg" alt="x">'),
        ('<img alt=x src="&#112;.svg">', '<img alt=x src="../p.svg">'),
        (
            '<img srcset="p.svg 1x, p.svg#b 2x,p.svg" alt=""/>',
            'srcset="../p.svg 1x, ../p.svg#b 2x,../p.svg"',
        ),
        ("<picture><source srcset=p.svg></picture>", '<source srcset="../p.svg">'),
        ('<video src="v.mp4" poster="p.svg"></video>', '<video src="../v.mp4" poster="../p.svg">'),
        ("<audio><source src='v.mp4#t=3'></audio>", '<source src="../v.mp4#t=3">'),
        ('<svg><use xlink:href="p.svg#a"/></svg>', '<use xlink:href="../p.svg#a"/>'),
        ('<svg><image href="p.svg"/></svg>', '<image href="../p.svg"/>'),
        ('<map><area href="b.md"></map>', '<area href="../b/">'),
        (
            "<img src='data:image/png;base64,AA' alt=''>",
            "<img src='data:image/png;base64,AA' alt=''>",
        ),
        (
            '<a href="#top">x</a> <a href="mailto:a@b.org">x</a>',
            '<a href="#top">x</a> <a href="mailto:a@b.org">',
        ),
        ('<a href="https://e.org/?a=1&amp;b">x</a>', '<a href="https://e.org/?a=1&amp;b">'),
        # no addresses
        ('<a data-href="b.md" name=href>x</a>', '<a data-href="b.md" name=href>'),
        ('<img alt=" src=p.svg " src="p.svg">', '<img alt=" src=p.svg " src="../p.svg">'),
    ],
)
def test_resolved(raw: str, shown: str, root: Path) -> None:
    for text in (f"Words {raw} more.", f"<div>\n{raw}\n</div>"):
        assert not build(root, text).problems
        assert shown in page(root)


def test_scripts_and_styles_are_unchanged(root: Path) -> None:
    raw = (
        "<script>\nf('<a href=\"b.md\">')\n</script>\n\n<style>\n/* <img src=p.svg> */\n</style>\n"
    )
    assert [p.code for p in build(root, raw).problems] == ["blocked-by-policy"] * 2
    assert "f('<a href=\"b.md\">')" in page(root)
    assert "<img src=p.svg>" in page(root)


@pytest.mark.parametrize(
    ("raw", "severity", "code"),
    [
        ('<a href="gone.md">x</a>', "error", "broken-link"),
        ("<img src=gone.svg>", "error", "broken-link"),
        ("<video poster='gone.svg'></video>", "error", "broken-link"),
        ("<video>\n<track src=gone.vtt></video>", "error", "broken-link"),
        ('<img srcset="p.svg 1x, gone.svg 2x">', "error", "broken-link"),
        ('<a href="javascript:alert(1)">x</a>', "error", "unsafe-link"),
        ('<a href="JavaScript&#58;alert(1)">x</a>', "error", "unsafe-link"),
        ('<a href="http://[x">x</a>', "error", "bad-link"),
        ('<a href="">x</a>', "warning", "empty-link"),
        ('<a href="b.md#gone">x</a>', "warning", "broken-fragment"),
        ('<iframe src="https://e.org/"></iframe>', "warning", "blocked-address"),
        ('<embed src="v.mp4">', "warning", "blocked-address"),
        ('<video src="https://e.org/v.mp4"></video>', "warning", "blocked-address"),
        ('<form action="https://e.org/"></form>', "warning", "blocked-address"),
    ],
)
def test_reported(raw: str, severity: str, code: str, root: Path) -> None:
    line = 6 + raw.partition("gone")[0].count("\n")
    assert brief(build(root, f"Words.\n\n{raw}")) == [(severity, code, line)]
    assert brief(build(root, f"Words.\n\n<div>{raw}\n</div>")) == [(severity, code, line)]


def test_the_place_of_a_broken_address(root: Path) -> None:
    (found,) = build(root, "A [b](b.md) <a href='gone.md'>x</a>\n<a href=b.md>").problems
    assert (found.location.line, found.location.column) == (4, 22)


def test_a_link_to_a_page_that_is_not_built_is_none(root: Path) -> None:
    folders.put(root, {"content/c.md": "---\ntitle: C\ndraft: true\n---\n"})
    built = build(root, 'A <a class="x" href="c.md">C</a>.')
    assert ("warning", "link-to-skipped", 4) in brief(built)
    assert '<a class="x" >C</a>' in page(root)


def test_an_annotated_block_has_the_same_addresses(root: Path) -> None:
    text = '<p>Read <a href="b.md">the whole</a> report.</p>\n\nAlso <a href=b.md>here</a>.'
    notes = "notes: [{quote: the whole report, note: N}, {quote: Also here, note: N}]\n"
    assert not build(root, text, notes).problems
    assert page(root).count('<a href="../b/"><mark') == 2
    assert "b.md" not in page(root)


def test_pictures_from_the_web_are_allowed_however_they_are_written(root: Path) -> None:
    text = (
        "<img src='https://one.example/a.png'> <img src=https://two.example/a.png>\n"
        '<IMG ALT="a > b" SRC="HTTPS://Three.example:8080/a.png">\n'
        '<img src="p.svg" srcset="https://four.example/a.png 1x,\n'
        'https://five.example/b.png 2x">\n\n'
        "<video poster='https://six.example/a.png'></video>\n\n"
        "![](https://seven.example/x.png){.decorative} <a href='https://no.example/'>x</a>\n"
        '`<img src="https://no.example/">`'
    )
    build(root, text)
    policy = re.search(r"img-src 'self' file: data: ([^;]*);", page(root))
    assert policy
    assert sorted(policy[1].split()) == sorted(
        f"https://{each}"
        for each in (
            "one.example",
            "two.example",
            "three.example:8080",
            "four.example",
            "five.example",
            "six.example",
            "seven.example",
        )
    )


@pytest.mark.parametrize(
    "unit", ["<a href=x ", "<a '", "<script>", "<a href=x>", '<img srcset="', "a,"]
)
def test_linear_time(unit: str) -> None:
    def run(size: int) -> None:
        html = '<img srcset="' * (unit == "a,") + unit * (size // len(unit)) + '">'
        list(raw_attributes(html))

    assert is_linear(run, 50_000, 400_000, 40)
