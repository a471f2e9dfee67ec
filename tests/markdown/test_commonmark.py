"""CommonMark's own examples: articles are CommonMark, and annotations do not change its output.

The examples come with the specification (`spec.txt` of the npm package `commonmark-spec`), which
the tests fetch.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from explainer.anchor import mark
from explainer.anchor.text import ReaderText, read
from explainer.markdown.parser import Markdown, MarkdownOptions
from tests.helpers import npm
from tests.helpers.pages import quoted

VERSION = "0.31.2"
COUNT = 652
MARKDOWN = Markdown(MarkdownOptions(html=True, xhtml=True))

DIFFERENT = dict.fromkeys(
    (218, 239, 240), "markdown-it writes an empty block quote on one line, which shows the same"
)
"""Examples with different output, and why that is right. None is due to our extensions."""

COMMENTS = frozenset({179, 183, 308, 309, 625, 626})
"""Examples with HTML comments, which are dropped."""
MARKDOWN_AFTER_COMMENT = 177
"""The example in which text follows a comment: to us it is Markdown, not raw HTML."""

Spec: TypeAlias = tuple[tuple[str, str], ...]


@pytest.fixture(scope="session")
def spec() -> Spec:
    text = (npm.package("commonmark-spec", VERSION) / "spec.txt").read_text(encoding="utf-8")
    fence = "`" * 32
    found = re.findall(
        rf"^{fence} example\n(.*?)^\.\n(.*?)^{fence}$", text, re.MULTILINE | re.DOTALL
    )
    return tuple((given.replace("→", "\t"), html.replace("→", "\t")) for given, html in found)


def test_all_examples_are_there(spec: Spec) -> None:
    assert len(spec) == COUNT
    assert set(DIFFERENT) <= set(range(1, COUNT + 1))


def test_without_npm_the_tests_are_skipped_but_never_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npm, "FETCHED", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="npm is not installed"):
        npm.package("commonmark-spec", VERSION)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="npm is not installed"):
        npm.package("commonmark-spec", VERSION)


def _without_comments(html: str) -> str:
    html = re.sub(r"<!---?>|<!--.*?-->", "", html, flags=re.DOTALL)
    return " ".join(html.split()).replace(" </p>", "</p>")


def test_every_example_has_the_expected_output(spec: Spec) -> None:
    wrong = []
    for number, (text, expected) in enumerate(spec, 1):
        ours = without_additions(MARKDOWN.render(MARKDOWN.parse(text)))
        if number in DIFFERENT:
            assert ours != expected, f"{number} no longer differs: {DIFFERENT[number]}"
            ours, expected = (re.sub(r">\s+<", "><", each) for each in (ours, expected))
        elif number in COMMENTS:
            assert "<!--" in expected
            assert "<!--" not in ours
            ours, expected = (_without_comments(each) for each in (ours, expected))
        elif number == MARKDOWN_AFTER_COMMENT:
            expected = "<p><em>bar</em>\n<em>baz</em></p>\n"
        if ours != expected:
            wrong.append(f"--- {number}:\n{text}--- should be\n{expected}--- but is\n{ours}")
    assert not wrong, f"{len(wrong)} examples differ:\n" + "\n".join(wrong)


# --- what our Markdown adds ----------------------------------------------------------------------

_HEADING = re.compile(r'(<h[1-6]) id="[^"]*">')
_CODE = re.compile(
    r'<pre tabindex="0">(<code(?: class="language-[^"]*")?>)(.*?)(</code></pre>)', re.S
)
_SPAN = re.compile(r'<span class="\w+">|</span>')
_FIGURE = re.compile(r"<figure>(<img .*?) />(?:<figcaption>(.*?)</figcaption>)\n</figure>")


def without_additions(html: str) -> str:
    """Remove what we add to CommonMark, and nothing else.

    These are the ids of headings, the `tabindex` and highlighting of code, and the figures of
    pictures that have a title and are alone in their paragraph.
    """
    html = _HEADING.sub(r"\1>", html)
    html = _CODE.sub(lambda m: f"<pre>{m[1]}{_SPAN.sub('', m[2])}{m[3]}", html)
    return _FIGURE.sub(r'<p>\1 title="\2" /></p>', html)


def test_without_additions_is_exact() -> None:
    text = '# A *b*\n\n```python\nx = "<b>" # \'\n```\n\n![a](b "c &amp; d")\n'
    plain = (
        "<h1>A <em>b</em></h1>\n"
        '<pre><code class="language-python">x = &quot;&lt;b&gt;&quot; # \'\n</code></pre>\n'
        '<p><img src="b" alt="a" title="c &amp; d" /></p>\n'
    )
    html = MARKDOWN.render(MARKDOWN.parse(text))
    assert '<span class="' in html
    assert "<figcaption>" in html
    assert without_additions(html) == plain


# --- with annotations ----------------------------------------------------------------------------

_MARK = re.compile(r"</?mark\b[^>]*>|\0[rn][0-9,]+\0")


def test_without_marks_every_example_is_unchanged(spec: Spec) -> None:
    marked = 0
    for number, (text, _) in enumerate(spec, 1):
        tokens = MARKDOWN.parse(text)
        reader = read(tokens)
        placed = [
            mark.Highlight(f"n{i}", "context", start, end)
            for i, (start, end) in enumerate(_spans(reader, number))
        ]
        html = MARKDOWN.render(mark.apply(tokens, reader, placed))
        assert _MARK.sub("", html) == MARKDOWN.render(tokens), f"example {number}"
        references = sorted(map(int, re.findall("\0r([0-9]+)\0", html)))
        assert references == list(range(len(placed))), f"references in example {number}"
        found = re.findall(r'data-annotation="([^"]*)"', quoted(html))
        on = {name for ids in found for name in ids.split()}
        assert {place.id for place in placed} <= on, f"marks in example {number}"
        marked += bool(placed)
    assert marked > 600, "most examples have text that can be marked"


def _spans(reader: ReaderText, seed: int) -> Iterator[tuple[int, int]]:
    """Yield five passages in reading order, without white space at either end, as in quotes."""
    solid = [i for i, char in enumerate(reader.text) if not char.isspace()]
    if not solid:
        return
    chance = random.Random(seed)
    spans = []
    for _ in range(5):
        one, other = chance.choice(solid), chance.choice(solid)
        spans.append((min(one, other), max(one, other) + 1))
    yield from sorted(spans, key=lambda span: (span[1], span[0]))
