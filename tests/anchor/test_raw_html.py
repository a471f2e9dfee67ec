"""explainer/anchor/raw_html.py: what readers see of raw HTML (see also spec/anchor/raw-html.md)."""

from __future__ import annotations

import pytest

from explainer.anchor.text import read
from explainer.markdown.parser import Markdown, MarkdownOptions

MARKDOWN = Markdown(MarkdownOptions(html=True))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # White space is shown between words, but not beside the start or end of a block.
        ("<div>a <b>b</b> <i>c</i></div>", "a b c"),
        ("<div><p>a</p> <p>b</p></div>", "a\nb"),
        ("<div>a<p> <b>b</b></p></div>", "a\nb"),
        ("<div>a<p><b>b</b></p></div>", "a\nb"),
        ("<div>a<canvas><p>x</p> <br></canvas>b</div>", "ab"),
        ("<div>a <script>1</script> <b>b</b></div>", "a  b"),
        ("<div>a<br>b<hr>c</div>", "a\nb\nc"),
        ("<pre>\na\n\nb</pre>", "a\n\nb"),
        ("a <pre>\nb</pre>", "a \nb\n"),
        ("a <em>b\nc</em>", "a b\nc"),
        # Start tags that end other elements, and what is hidden in them
        ("<ul><li>a<canvas>x<li>b</ul>", "a\nb"),
        ("<dl><dt>a<canvas>x<dd>b</dl>", "a\nb"),
        ("<table><tr><td>a<canvas>x<td>b</table>", "a\nb"),
        ("<table><tr><td>a<canvas>x<tr><td>b</table>", "a\nb"),
        ("<table><tr><td>a<canvas>x<tbody><tr><td>b</table>", "a\nb"),
        ("<div><button>a<canvas>x<button>b</button></div>", "ab"),
        ("<div><a>a<canvas>x<a>b</a></div>", "ab"),
        ("<div>a<p>b<canvas>x<p>c</div>", "a\nb\nc"),
        ("<div><ruby>a<rp>(<rt>b<rp>)</ruby></div>", "ab"),
        ("<div><ruby>a<rp>(<ruby>b<rt>c</ruby></ruby> d</div>", "a d"),
        # HTML ends SVG, apart from HTML in a foreignObject.
        ("<div>a<svg><svg><p>b</p></svg></svg> c</div>", "a\nb\n c"),
        (
            "<div>a<svg><foreignObject><svg><p>x</p></svg></foreignObject></svg> b</div>",
            "a b",
        ),
    ],
)
def test_the_text_that_readers_see(source: str, text: str) -> None:
    assert read(MARKDOWN.parse(source)).text == text


@pytest.mark.parametrize(("depth", "text"), [(97, "a "), (98, "a x")])
def test_elements_are_followed_100_deep(depth, text):
    source = f"a {'<span>' * depth}<audio><b>x</b></audio>"
    assert read(MARKDOWN.parse(source)).text == text
