"""Words selected in a browser, on pages of another Markdown renderer, are quotes at their place.

Each selection's text, as the browser would copy it, is used as a quote. It is found at exactly that
place, or it is reported with something to paste that finds it there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from explainer.anchor import explain, find
from explainer.anchor.normalize import normalize
from explainer.anchor.select import whole_words
from explainer.anchor.text import ReaderText, read
from explainer.markdown.parser import Markdown
from explainer.model.annotations import Target
from tests.helpers import browser as browsers
from tests.helpers.scripts import SCRIPTS, article

pytestmark = [*browsers.needed, pytest.mark.slow]

ARTICLES = 300
SELECTIONS = 12
"""How many selections are made in each article, of each kind."""

# `words` begin and end at the edges of words; `parts` at any character.
SELECT = """([number, language, html, count]) => {
  const root = document.createElement("article");
  root.lang = language;
  root.innerHTML = html;
  document.body.replaceChildren(root);
  const nodes = [];
  let text = "";
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(".footnote-ref, a.footnote")) continue;
    nodes.push([node, text.length]);
    text += node.data;
  }
  const at = (offset, isEnd) => {
    const [node, start] = nodes.findLast(n => isEnd ? n[1] < offset : n[1] <= offset);
    return [node, offset - start];
  };
  let state = number + 1;
  const random = below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const segments = granularity =>
    [...new Intl.Segmenter(language, { granularity }).segment(text)];
  const characters = segments("grapheme").filter(s => s.segment.trim());
  const words = segments("word").filter(s => s.segment.trim());
  const select = (units, longest) => {
    const first = random(units.length);
    const last = Math.min(units.length - 1, first + random(longest));
    const start = units[first].index;
    const end = units[last].index + units[last].segment.length;
    getSelection().setBaseAndExtent(...at(start, false), ...at(end, true));
    return [start, end, getSelection().toString()];
  };
  const made = { words: [], parts: [] };
  for (let i = 0; i < count; i++) {
    made.words.push(select(words, [2, 6, 12, 60][i % 4]));
    made.parts.push(select(characters, [4, 12, 40, 200][i % 4]));
  }
  return { text, ...made };
}"""


def test_every_selection_is_found_or_reported(
    browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    mistune = pytest.importorskip("mistune")
    plugins = ["strikethrough", "footnotes", "table", "def_list"]
    render = mistune.create_markdown(escape=False, plugins=plugins)
    ours = Markdown()
    page = browser.new_page()
    counts: Counter[str] = Counter()
    for number in range(ARTICLES):
        script, text = article(number)
        html = re.sub(r"(>)(\d+)(</a></sup>)", r"\1[\2]\3", render(text))  # as our pages show them
        made = page.evaluate(SELECT, [number, SCRIPTS[script].language, html, SELECTIONS])
        reader = read(ours.parse(text))
        assert squeezed(made["text"]) == reader.normalized.squeezed[0], text
        for kind in ("words", "parts"):
            for start, end, quote in made[kind]:
                place = tuple(len(squeezed(utf16(made["text"], at))) for at in (start, end))
                if place[0] < place[1]:  # not only invisible characters
                    counts[f"{kind} {outcome(reader, Target(quote=quote), place)}"] += 1
    page.close()
    assert counts["words found"] > counts["words ambiguous"] > 0
    with capsys.disabled():
        listed = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
        print(f"\n{counts.total()} selections: {listed}")


def outcome(reader: ReaderText, target: Target, place: tuple[int, ...]) -> str:
    """Check what happens to a quote that was selected at a place, and return it in a word."""
    about = f"{target.quote!r} at {place} in\n{reader.text}"
    found = find.find(reader, target)
    kept = reader.normalized.squeezed[1]
    selected = find.Span(*reader.normalized.raw(kept[place[0]], kept[place[1] - 1] + 1))
    if not target.inside and whole_words(reader, selected) != selected:
        # A part of a word: at most, the same words are found elsewhere.
        if isinstance(found, find.Lost):
            hint = explain.explain(reader, target, found, first_line=1).hint
            assert "add `inside: true`" in hint, about
        else:
            spans = [found] if isinstance(found, find.Span) else list(found.places.spans())
            assert place not in [squeezed_place(reader, span) for span in spans], about
        outcome(reader, replace(target, inside=True), place)
        return "refused"
    if isinstance(found, find.Span):
        assert squeezed_place(reader, found) == place, about
        return "found"
    assert isinstance(found, find.Ambiguous), about
    hint = explain.explain(reader, target, found, first_line=1).hint
    for suggestion in suggestions(hint):
        again = find.find(reader, replace(target, **suggestion))
        assert isinstance(again, find.Span), about
        if squeezed_place(reader, again) == place:
            return "ambiguous"
    raise AssertionError(f"no suggestion finds {about}\n{hint}")


def suggestions(hint: str) -> Iterator[dict[str, str]]:
    """Yield the keys that a hint gives for each place."""
    for keys in re.findall(r"^line .*\n((?:    .*\n?)+)", hint, re.MULTILINE):
        if isinstance(suggestion := yaml.safe_load(keys), dict):
            yield suggestion


def squeezed_place(reader: ReaderText, span: find.Span) -> tuple[int, ...]:
    return tuple(len(squeezed(reader.text[:at])) for at in (span.start, span.end))


def squeezed(text: str) -> str:
    return normalize(text).squeezed[0]


def utf16(text: str, length: int) -> str:
    """Return the start of a text, of a length in UTF-16 units, as browsers count."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le")
