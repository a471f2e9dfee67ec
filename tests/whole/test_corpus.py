"""A site of articles with everything that an author can write, built with and without annotations.

An annotation changes nothing but marks, references, and notes, and is on the words that it quotes.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from explainer.anchor.normalize import normalize
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.problems import Problem
from tests.helpers import pages, scripts
from tests.helpers.pages import Element, select
from tests.markdown.test_pictures import png

pytestmark = pytest.mark.slow

ARTICLES = 130
QUOTES = 12
"""How many passages are quoted in each article."""
SETTINGS = """\
title = "Everything"
url = "https://example.org/below/"
language = "en"
[markdown]
math = true
[search]
enabled = false
"""
FRONT = (
    "---\ntitle: {title}\nlanguage: {language}\n---\n",
    '+++\ntitle = "{title}"\nlanguage = "{language}"\n+++\n',
    "---\nlanguage: {language}\nextra: {{own: [1, 2]}}\n---\n# {title}\n\n",
)
LEAVES = frozenset("p h2 h3 h4 li td th dt dd pre figcaption caption".split())


def test_annotations_change_nothing_but_marks_and_notes(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    plain = build(site, tmp_path / "plain")
    counts: Counter[str] = Counter()
    quotes = {name: list(choose(page, number)) for number, (name, page) in enumerate(plain.items())}
    annotate(site, quotes)
    wrong = {(p.location.path, p.annotation) for p in problems(site, tmp_path / "none")}
    kept = {
        name: [q for at, q in enumerate(all_) if (f"content/{name}.yaml", f"n{at}") not in wrong]
        for name, all_ in quotes.items()
    }
    annotate(site, kept)
    for name, page in build(site, tmp_path / "marked").items():
        assert unmarked(page) == unmarked(plain[name]), name
        runs = pages.runs(page)
        for at, quote in enumerate(kept[name]):
            first, _, last = quote.partition(" … ")
            words = squeezed(runs[f"n{at}"])
            assert words.startswith(squeezed(first)), (name, quote)
            assert words.endswith(squeezed(last or first)), (name, quote)
            assert last or words == squeezed(first), (name, quote)
            counts["…" if last else "words"] += 1
    assert counts["words"] > ARTICLES * QUOTES / 4
    assert counts["…"] > ARTICLES


def make_site(folder: Path) -> Path:
    (folder / "content").mkdir(parents=True)
    (folder / "site.toml").write_text(SETTINGS)
    write_files(folder / "content")
    (folder / "content" / "data.csv").write_text(scripts.CSV)
    for number in range(ARTICLES):
        script, text = scripts.article(number, everything=True)
        front = FRONT[number % len(FRONT)].format(
            title=f"Article {number}", language=scripts.SCRIPTS[script].language
        )
        (folder / "content" / f"a{number}.md").write_text(front + text)
    return folder


def write_files(folder: Path) -> None:
    """Write the pictures, recordings, and tables that the articles show."""
    (folder / "data.csv").write_text(scripts.CSV)
    (folder / "a.png").write_bytes(png(width=40, height=20))
    (folder / "talk.mp3").write_bytes(b"ID3")
    (folder / "talk.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (folder / "talk.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nWords\n")


def problems(site: Path, output: Path) -> tuple[Problem, ...]:
    return build_site(site, BuildOptions(output=output, jobs=1)).problems


def annotate(site: Path, quotes: dict[str, list[str]]) -> None:
    """Write a note for each quote. What JSON can hold is YAML too."""
    for name, listed in quotes.items():
        notes = [{"id": f"n{at}", "quote": q, "note": "A note."} for at, q in enumerate(listed)]
        path = site / "content" / f"{name}.yaml"
        path.write_text(json.dumps({"notes": notes}, ensure_ascii=False))


def choose(page: Element, number: int) -> Iterator[str]:
    """Choose words that a reader sees: within a block, or from one block to a later one."""
    chance = random.Random(number)
    (body,) = select(page, "div.text")
    lines = [line for block in blocks(body) for line in [shown(block)] if line.strip()]
    for at in range(QUOTES):
        first = chance.randrange(len(lines))
        quote = part(lines[first], chance)
        if at % 4 == 0 and first + 1 < len(lines):
            quote += f" … {part(lines[chance.randrange(first + 1, len(lines))], chance)}"
        yield quote


def part(line: str, chance: random.Random) -> str:
    pieces = line.split() if " " in line else list(line)
    first = chance.randrange(len(pieces))
    last = min(len(pieces), first + chance.choice((2, 3, 6, 12)))
    chosen = list(takewhile(lambda piece: piece != "…", pieces[first:last])) or pieces[:1]
    return (" " if " " in line else "").join(chosen)


def blocks(body: Element) -> Iterator[Element]:
    """Yield the elements of the body that hold text and no other block."""
    for element in body:
        inner = {e.tag for e in element}
        if element.tag in LEAVES and not inner & LEAVES:
            yield element


def shown(element: Element) -> str:
    """Return the text of an element without the numbers of footnotes and the like."""
    if "footnote" in element.attributes.get("class", "") or element.tag in ("math", "sup"):
        return ""
    return "".join(c if isinstance(c, str) else shown(c) for c in element.children)


def unmarked(page: Element) -> str:
    """Return the body of an article without marks, references, notes, and numbers of footnotes.

    Footnotes and annotations are numbered together.
    """
    (body,) = select(page, "div.text")
    text = pages.contract(Element(body.tag, body.attributes, list(without_marks(body))))
    text = re.sub(r"(?<=doc-noteref\">)\[\d+\](?=</a>)", "", text)
    # A note is followed by a line break of its own, which browsers show nowhere.
    return re.sub(r"\s+(?=</(li|dd|td|th|blockquote|div)>)", "", text)


def without_marks(element: Element) -> Iterator[Element | str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag == "mark" and "data-annotation" in child.attributes:
            yield from without_marks(child)
        elif not is_note(child):
            yield Element(child.tag, child.attributes, list(without_marks(child)))


def is_note(element: Element) -> bool:
    classes = element.attributes.get("class", "").split()
    return "ref" in classes or "note" in classes


def squeezed(text: str) -> str:
    return normalize(text).squeezed[0]


def build(site: Path, output: Path) -> dict[str, Element]:
    """Build the site, with no problem that readers would see; return the pages of its articles."""
    found = problems(site, output)
    assert not [p for p in found if p.severity != "info"], found[:3]
    return {
        path.stem: pages.parse((output / path.stem / "index.html").read_text())
        for path in sorted((site / "content").glob("a*.md"))
    }
