"""Words selected in a browser are quotes at their place, on our pages and on another renderer's.

Each selection's text, as the browser would copy it, is used as a quote. It is found at exactly that
place, or it is reported with something to paste that finds it there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from explainer.anchor import explain, find
from explainer.anchor.normalize import normalize
from explainer.anchor.select import whole_words
from explainer.anchor.text import ReaderText, read
from explainer.article.context import Inspection
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown.parser import Markdown
from explainer.model.annotations import Target
from explainer.model.problems import Problem
from tests.helpers import browser as browsers
from tests.helpers.scripts import SCRIPTS, article
from tests.whole import test_corpus as corpus

pytestmark = [*browsers.needed, pytest.mark.slow]

ARTICLES = 300
SELECTIONS = 12
"""How many selections are made in each article, of each kind."""

# `words` begin and end at the edges of words; `parts` at any character.
SELECT = """([number, language, html, count]) => {
  let root = document.querySelector("div.text");
  if (html) {
    root = document.createElement("article");
    root.lang = language;
    root.innerHTML = html;
    document.body.replaceChildren(root);
  }
  const nodes = [];
  let text = "";
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(".footnote-ref, a.footnote, video, audio")) continue;
    if (getComputedStyle(node.parentElement).userSelect === "none") continue;
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
        counts += outcomes(reader, made)
    page.close()
    report(counts, capsys)


def test_every_selection_on_our_pages_is_found_or_reported(
    browser: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The articles have everything that can be written: formulas, tables of files, recordings, …"""
    readers: dict[str, ReaderText] = {}

    def inspect(inspection: Inspection) -> tuple[Problem, ...]:
        readers[inspection.article.address] = inspection.body.reader
        return ()

    site = corpus.make_site(tmp_path / "site")
    options = BuildOptions(output=tmp_path / "out", jobs=1, inspector=lambda _: inspect)
    assert not build_site(site, options).failed
    page = browser.new_page()
    counts: Counter[str] = Counter()
    for number, (address, reader) in enumerate(sorted(readers.items())):
        page.goto((tmp_path / "out" / address.strip("/") / "index.html").as_uri())
        language = page.evaluate("document.documentElement.lang")
        made = page.evaluate(SELECT, [number, language, None, SELECTIONS])
        assert squeezed(made["text"]) == reader.normalized.squeezed[0], address
        counts += outcomes(reader, made)
    page.close()
    report(counts, capsys)


def outcomes(reader: ReaderText, made: dict[str, Any]) -> Counter[str]:
    """Check what happens to each quote that was selected, and count the outcomes."""
    counts: Counter[str] = Counter()
    for kind in ("words", "parts"):
        for start, end, quote in made[kind]:
            before = [utf16(made["text"], at) for at in (start, end)]
            if any(made["text"][max(0, len(b) - 1) :][:2] == "--" for b in before):
                continue  # half of a dash, which is one character, however it is typed
            place = tuple(map(len, map(squeezed, before)))
            if place[0] < place[1]:  # not only invisible characters
                counts[f"{kind} {outcome(reader, Target(quote=quote), place)}"] += 1
    return counts


def report(counts: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
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
    if reader.cut_formula(selected.start, selected.end):
        assert isinstance(found, find.Lost) or place not in places_of(reader, found), about
        if isinstance(found, find.Lost):
            message = explain.explain(reader, target, found, first_line=1).message
            assert found.inside or "begins or ends within the formula" in message, about
        return "refused"
    if not target.inside and whole_words(reader, selected) != selected:
        # A part of a word: at most, the same words are found elsewhere.
        if isinstance(found, find.Lost):
            hint = explain.explain(reader, target, found, first_line=1).hint
            assert "add `inside: true`" in hint, about
        else:
            assert place not in places_of(reader, found), about
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


def places_of(reader: ReaderText, found: find.Span | find.Ambiguous) -> list[tuple[int, ...]]:
    spans = [found] if isinstance(found, find.Span) else found.places.spans()
    return [squeezed_place(reader, span) for span in spans]


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
