"""explainer/markdown/bare_links.py: which addresses are links, and where they end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown.link_positions import find_links, position
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from tests.helpers import folders
from tests.helpers.cost import is_linear

MARKDOWN = Markdown(MarkdownOptions(html=True, linkify=True))
NOTES = NoteMarkdown(MarkdownOptions(linkify=True))


def bare(text: str, parser: Markdown | NoteMarkdown = MARKDOWN) -> list[str]:
    """Return the texts of the bare links in a text. Their address is that text, decoded."""
    tokens = parser.parse(text)
    shown = []
    for token in tokens:
        children = token.children or []
        for i, child in enumerate(children):
            if child.markup == "linkify" and child.type == "link_open":
                shown.append(children[i + 1].content)
    return shown


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.org/report and www.example.org.", 2),
        ("HTTPS://example.org/A?b=c&d=e#f http://localhost:8000/", 2),
        ("参见https://example.org/报告。", 1),
        # no guesses
        ("README.md ASP.NET example.org 1.2.3.4 a@example.org node.js and/or.it", 0),
        ("mailto:a@example.org ftp://example.org //example.org file:///x tel:+49", 0),
        ("xhttps://example.org git+https://example.org xwww.example.org a@www.example.org", 0),
        ("https:// http://. www. www.x www.example. https:example.org http:///x", 0),
        ("https\\://example.org \\https://example.org", 0),
        # what no browser opens
        ("https://example.org:99999/ https://name:word@example.org/ https://[x]/", 0),
        # elsewhere
        ("`https://example.org` and\n\n    https://example.org\n\n```\nwww.example.org\n```", 0),
        ("[https://example.org](a.md) [a](https://example.org) <https://example.org>", 0),
        ("[a]: https://example.org\n\n[a] ![www.example.org](b.png)", 0),
        ("<a href='https://example.org'>https://example.org</a>", 0),
        ("<p>\nhttps://example.org\n</p>\n\n<!-- https://example.org -->", 0),
        ("[one](a.md) https://example.org/ [two](b.md)", 1),
        ("| a |\n|---|\n| https://example.org/ |", 1),
        ("A[^1]\n\n[^1]: https://example.org/ and ^[www.example.org].", 2),
        ("# https://example.org\n\n> www.example.org\n\n- https://example.org", 3),
        ("[not a link, https://example.org/(a)] and *https://example.org/*", 2),
    ],
)
def test_what_is_a_link(text: str, links: int) -> None:
    assert len(bare(text)) == links


END = "https://example.org/a"


@pytest.mark.parametrize(
    "text",
    [
        *(f"{END}{sign} Next" for sign in (".", ",", ":", ";", "!", "?", "...", "…", "”", "’")),
        *(f"x {sign[0]}{END}{sign[1]} x" for sign in ("()", "[]", '""', "''", "“”", "«»")),
        *(f"{sign}{END}{sign} x" for sign in ("*", "_", "**", "~~", "***")),
        *(f"{sign}{END}{sign}." for sign in ("*", "_", "**", "~~", "***")),
        *(f"{END}{sign}后" for sign in ("。", "，", "、", "）", "」", "！", "？", "：", "　")),
        *(f"（{END}）", f"「{END}」", f"{END}[^1]\n\n[^1]: x", f"{END}{{.a}}", f"{END}\\\nx"),
        f"&lt;{END}&gt; &quot;{END}&quot;",
        f"(see {END}).",
        f"{END}`b`",
    ],
)
def test_where_an_address_ends(text: str) -> None:
    assert set(bare(text)) == {END}


@pytest.mark.parametrize(
    "url",
    [
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "https://example.org/__init__.py",
        "https://example.org/a_b_c/*/d",
        "https://example.org/a--b---c...d",
        "https://example.org/?q=a,b;c&d=e'f'#g!h",
        "https://web.archive.org/web/2024/https://www.example.org/",
        "https://bücher.example/straße",
        "www.example.org/a?b#c",
        "https://example.org/" + "a" * 1900,
    ],
)
def test_addresses_stay_whole(url: str) -> None:
    assert bare(f"See {url}, please.") == [url]
    assert bare(f"See ({url}).", NOTES) == [url]


def test_the_text_stays_as_it_was_typed() -> None:
    html = MARKDOWN.render(
        MARKDOWN.parse("https://example.org/ä?a=1&amp;b=2&c\\_d WWW.example.org")
    )
    assert html == (
        '<p><a href="https://example.org/%C3%A4?a=1&amp;b=2&amp;c_d">'
        "https://example.org/ä?a=1&amp;b=2&amp;c_d</a> "
        '<a href="http://WWW.example.org">WWW.example.org</a></p>\n'
    )


def test_a_host_ends_before_letters_of_another_script() -> None:
    assert bare("访问https://example.org查看 www.example.org和") == [
        "https://example.org",
        "www.example.org",
    ]


def test_without_the_option_nothing_changes() -> None:
    text = "https://example.org www.example.org\n"
    for parser in (Markdown(), NoteMarkdown()):
        assert parser.render(parser.parse(text)) == f"<p>{text.strip()}</p>\n"


def test_notes_without_markup() -> None:
    assert NOTES.simple("See www.example.org.") is None
    assert NOTES.simple("See example.org.") is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["https://a.org ", "www.", "https://", "www.a.org/(", "https://a.org/[", "a://", "www.a.b_"],
)
def test_time_is_linear(unit: str) -> None:
    assert is_linear(lambda count: MARKDOWN.parse(unit * count), 500, 2_000, 10)


def test_the_places_of_bare_links() -> None:
    text = (
        "[x](https://a.org) and https://a.org, https://a.org/b\n(www.a.org) <https://a.org> "
        "www.a.org and https://a.org"
    )
    found = [
        (each.occurrence.url, position(text, each.occurrence, by_line=True))
        for each in find_links(MARKDOWN.parse(text))
    ]
    assert found == [
        ("https://a.org", 4),
        ("https://a.org", 23),
        ("https://a.org/b", 38),
        ("http://www.a.org", 55),
        ("https://a.org", 67),
        ("http://www.a.org", 82),
        ("https://a.org", 96),
    ]


SITE = {
    "site.toml": 'title = "X"\n[search]\nenabled = false\n',
    "content/index.md": "---\ntitle: A\n---\n\n"
    "See https://example.org/report and www.example.org. [A](https://example.org/c)\n",
    "content/index.yaml": (
        "notes:\n  - quote: See https://example.org/report and\n    note: Also www.example.org.\n"
    ),
}


def test_a_site_with_bare_addresses(tmp_path: Path, templates: Path) -> None:
    root = folders.with_cache(folders.put(tmp_path / "site", SITE), templates)
    assert not [p for p in build_site(root, BuildOptions()).problems if p.severity != "info"]
    page = (root / "_site/index.html").read_text()
    # Print writes the address beside links that do not show it.
    assert re.findall(r'<a href="(https?://(?:www\.)?example[^"]*)"( class="uri")?', page) == [
        ("https://example.org/report", ' class="uri"'),
        ("http://www.example.org", ' class="uri"'),
        ("https://example.org/c", ""),
        ("http://www.example.org", ' class="uri"'),
    ]
    assert "<mark data-annotation=" in page
    folders.put(root, {"site.toml": SITE["site.toml"] + "[markdown]\nlinkify = false\n"})
    build_site(root, BuildOptions())
    assert 'class="uri"' not in (root / "_site/index.html").read_text()
