"""Marks, references, and notes in raw HTML: a browser sees the page that the author wrote."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from explainer.anchor import mark
from explainer.anchor.text import ReaderText, read
from explainer.markdown.parser import Markdown, MarkdownOptions
from tests.helpers import browser as browsers

pytestmark = browsers.needed

MARKDOWN = Markdown(MarkdownOptions(html=True))
BLOCKS = r"""
<aside>\ntext\n<p>\n— <a href="#">link</a>, words\n\n</p>\n</aside>\nThe end.
<p>\nOne two\n\n</p>
<p class="a > b">Three
<P>Four <B>five</B></P>
<div class='box'>\n\nWords *in* a box.\n\n</div>
<div><p>Inside</p> a box <br/> and a line</div>
<details>\n<summary>More</summary>\n\nHidden words\n\n</details>
<details><summary>Even\n\nmore</summary> words</details>
<table>\n<tr>\n<td>\n\nCell *one*\n\n</td>\n\n<td>Two</td>\n\n</tr>\n</table>
<table><caption>Title</caption><tr><th>A<td>B<tr><td>C</table>
<a href="#">\n\n## Card\n\nCard text\n\n</a>
<ul>\n<li>\n\nItem\n\n<li>Another\n\n</ul>
<ul>\n\n- Markdown item\n\n</ul>
<dl><dt>Term<dd>Definition\n\n<dt>Other\n\n</dl>
<blockquote>\n\nQuoted words\n\n</blockquote>
<figure>\n<img src="data:," alt="">\n<figcaption>Caption\n\n</figcaption>\n</figure>
<pre>\none\n\ntwo\n</pre>
<article><address>Street</address><hr>Town</article>
<b>\n\nBold paragraph\n\n</b>
<my-card>\n\nCustom words\n\n</my-card>
<video>\n\nNot shown\n\n</video>
<svg><title>Not shown</title><text>drawn</text></svg>
<script>if (1<2) "</p>"</script>
<!-- A comment\n\nnot shown -->
<template>\n\n**Not** shown\n\n</template>
<center>Middle</center>
<section>\n<h3>Heading</h3>\nSection text\n\n</section>
<ol>\n<li>First\n<li><p>Second\n\n</ol>
<button>\n\nPress\n\n</button>
A paragraph with <kbd>keys</kbd> and <abbr title="a > b">abbr</abbr>, <aside>inline</aside> too
Words <a href="#">to <b>follow</b></a> and <span>a span
Words <b>begin\n\nand end</b> here
Some <svg viewBox="0 0 1 1"><path d="M0 0"/><text>drawn</text></svg> shape
Some <audio src="data:,">not *shown*</audio> sound<br>new line
Some <svg><font>x</font><text>y</text></svg> end
Press <button>a *key*\n\nor</button> another
- item <button>press\n- other</button>
<table>\n<tr> <td><section>\nwords\n\n<span>more</span> </section></td> <th>two</th>\n</table>
<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> and &amp; or &eacute;
Plain paragraph with *emphasis* and a note[^1]
- item <p>\n- other</p>\n- third
1. one\n\n   <p>\n\n   two\n\n   </p>\n2. three
> quoted <b>\n\n> more</b>
Term <abbr>T</abbr>\n: Definition <p>\n\n  More </p>
| a <b>b</b> | c |\n|---|---|\n| d<br>e | <p>f</p> |
```\ncode <p>\n```
""".strip().splitlines()


@dataclass(frozen=True)
class Case:
    """An article with marks."""

    text: str
    reader: ReaderText
    spans: tuple[tuple[int, int], ...]
    plain: str
    marked: str


def cases(count: int) -> list[Case]:
    chance = random.Random(1)
    return [case(chance) for _ in range(count)]


def case(chance: random.Random) -> Case:
    blocks = [b.replace("\\n", "\n") for b in chance.choices(BLOCKS, k=chance.randint(1, 6))]
    text = "\n\n".join([*blocks, "Last words.\n\n[^1]: A footnote.\n"])
    tokens = MARKDOWN.parse(text)
    reader = read(tokens)
    solid = [
        i for b in reader.blocks for i in range(b.start, b.end) if not reader.text[i].isspace()
    ]
    ends = [sorted(chance.choices(solid, k=2)) for _ in range(chance.randint(1, 5))]
    spans = sorted(((a, b + 1) for a, b in ends), key=lambda span: (span[1], span[0]))
    highlights = [mark.Highlight(f"n{i}", "context", *span) for i, span in enumerate(spans)]
    marked = MARKDOWN.render(mark.apply(tokens, reader, highlights))
    return Case(text, reader, tuple(spans), MARKDOWN.render(tokens), with_notes(marked))


def with_notes(html: str) -> str:
    html = re.sub("\0r([0-9]+)\0", r'<sup class="ref" data-n="\1"><a href="#">1</a></sup>', html)
    note = '<aside class="note" data-n="{}"><p>A note</p></aside>'
    return re.sub(
        "\0n([0-9,]+)\0",
        lambda sign: "".join(note.format(number) for number in sign[1].split(",")),
        html,
    )


NOT_TEXT = "svg, .footnote-ref, .footnote-backref { user-select: none }"
COMPARE = """cases => cases.map(([plain, marked]) => {
  const page = html => {
    const div = document.createElement("div");
    div.innerHTML = html;
    return div;
  };
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const before = page(plain);
  document.body.replaceChildren(before);
  for (const details of all(before, "details")) details.open = true;
  getSelection().selectAllChildren(before);
  const shown = getSelection().toString();
  for (const details of all(before, "details")) details.open = false;
  const after = page(marked);
  const runs = all(after, "mark").map(m => [m.dataset.annotation, m.textContent]);
  const numbers = kind => all(after, kind).map(e => Number(e.dataset.n));
  const refs = numbers(".ref"), notes = numbers(".note");
  const bad = "p, table, blockquote, figure, pre, button, summary, h2, h3, dt";
  const wrong = all(after, ".note").filter(note => note.closest(bad)).length;
  for (const e of all(after, ".ref, .note")) e.remove();
  for (const m of all(after, "mark")) m.replaceWith(...m.childNodes);
  after.normalize();
  before.normalize();
  return {shown, runs, refs, notes, wrong, before: before.innerHTML, after: after.innerHTML};
})"""


def test_raw_html_stays_as_it_is(browser: Any) -> None:
    tried = cases(500)
    page = browser.new_page()
    page.set_content(f"<!doctype html><style>{NOT_TEXT}</style>")
    results = page.evaluate(COMPARE, [[case.plain, case.marked] for case in tried])
    page.close()
    for case, result in zip(tried, results, strict=True):
        about = f"{case.text}\n---\n{case.marked}"
        assert result["after"] == result["before"], about
        numbers = list(range(len(case.spans)))
        assert result["refs"] == numbers, about
        assert result["notes"] == numbers, about
        assert not result["wrong"], about
        for number, (start, end) in enumerate(case.spans):
            runs = [text for names, text in result["runs"] if f"n{number}" in names.split()]
            assert squeezed("".join(runs)) == squeezed(case.reader.text[start:end]), about
        assert squeezed(case.reader.text) == squeezed(result["shown"]), about


def squeezed(text: str) -> str:
    return "".join(text.split())
