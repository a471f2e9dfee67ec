"""A site that tests the layout of margin notes to its limits, in English, Arabic, and Chinese.

Each language has an article with more than forty notes, on every kind of block and several on one
line, and a short article with one note that is longer than the article.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.helpers import folders

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">'
    '<rect width="400" height="200" fill="#888"/></svg>'
)
ALLOW = '[[allow]]\ncode = "card-not-drawn"\nreason = "Arabic."\n'
ADDRESS = "https://example.org/" + "a-very-long-part-without-a-space-" * 5


@dataclass(frozen=True)
class Tongue:
    """A language in which the stress articles are written."""

    code: str
    words: tuple[str, ...]
    """The words that texts consist of."""
    numbered: str
    """The words that a note is about; `{n}` makes them unique."""
    space: str = " "
    """What is between two words."""
    stop: str = "."
    """What ends a sentence."""

    def join(self, words: Iterable[str]) -> str:
        return self.space.join(words)


ENGLISH = Tongue(
    "en",
    tuple(
        "the river kept its old course through meadows that nobody had drained and the farmers who "
        "lived beside it said every spring that one more flood would take their barns away".split()
    ),
    "stone {n}",
)
ARABIC = Tongue(
    "ar",
    tuple(
        "كان النهر يجري في مجراه القديم بين المروج التي لم يجففها أحد وكان الفلاحون الذين يعيشون "
        "على ضفافه يقولون كل ربيع إن فيضانا آخر سوف يحمل حظائرهم بعيدا".split()
    ),
    "الحجر {n}",
)
CHINESE = Tongue(
    "zh",
    tuple(
        "河水 依旧 沿着 古老 的 河道 穿过 无人 排干 的 草地 住在 河边 的 农夫 每年 春天 都 说 "
        "再来 一次 洪水 就会 冲走 他们 的 谷仓".split()
    ),
    "石头{n}",
    "",
    "。",
)
TONGUES = (ENGLISH, ARABIC, CHINESE)


def write(root: Path) -> Path:
    """Write the site into a folder, and return the folder."""
    files: dict[str, str] = {
        "site.toml": 'title = "Stress"\nurl = "https://example.org/"\n' + ALLOW
    }
    for tongue in TONGUES:
        text, annotations = _many(tongue)
        files[f"content/{tongue.code}/many/index.md"] = text
        files[f"content/{tongue.code}/many/index.yaml"] = annotations
        files[f"content/{tongue.code}/many/picture.svg"] = PICTURE
        text, annotations = _long(tongue)
        files[f"content/{tongue.code}/long.md"] = text
        files[f"content/{tongue.code}/long.yaml"] = annotations
    return folders.put(root, files)


class _Writer:
    """Writes texts in a language, and collects the notes on them."""

    def __init__(self, tongue: Tongue) -> None:
        self.tongue = tongue
        self.numbers = count(1)
        self.at = 0
        self.notes: list[dict[str, object]] = []

    def words(self, length: int) -> list[str]:
        """Return `length` words without a note."""
        words = self.tongue.words
        self.at += 7
        return [words[(self.at + i) % len(words)] for i in range(length)]

    def plain(self, length: int) -> str:
        """Return a text of `length` words without a note."""
        return self.tongue.join(self.words(length))

    def noted(self, length: int = 12, **more: object) -> str:
        """Return words with a note of `length` words."""
        quote = self.tongue.numbered.format(n=next(self.numbers) + 100)
        self.notes.append({"quote": quote, "note": self.plain(length) + self.tongue.stop, **more})
        return quote

    def sentence(self, length: int, *noted: str) -> str:
        """Return `length` words, with the noted ones at even distances among them."""
        words = self.words(length)
        step = length // (len(noted) + 1)
        for i, each in enumerate(noted, 1):
            words.insert(i * step + i - 1, each)
        return self.tongue.join(words) + self.tongue.stop


def _many(tongue: Tongue) -> tuple[str, str]:
    w = _Writer(tongue)
    kinds = ("context", "definition", "opinion", "quotation", "correction", "translation")
    crowd = " ".join(w.noted(4 + 9 * i, kind=kinds[i]) for i in range(5))  # on one line
    tower = w.noted(900)  # taller than any screen
    name, other, third = (w.tongue.numbered.format(n=n) for n in (11, 22, 33))
    overlapping = f"{name} {w.plain(3)} {other} {w.plain(2)} {third}"
    first, second = overlapping.split(f" {third}")[0], overlapping.split(f"{name} ")[1]
    parts = [
        w.sentence(60, w.noted(25), w.noted()),
        f"{w.plain(9)} {crowd} {w.plain(30)}.",
        f"## {w.plain(3)} {w.noted(20)}",
        w.sentence(70, tower, w.noted(), w.noted(40)),
        f"- {w.sentence(14, w.noted(18))}\n- {w.sentence(9, w.noted())}\n"
        f"  1. {w.sentence(12, w.noted(22))}\n  2. {w.sentence(7)}\n- {w.plain(5)}",
        w.sentence(40, overlapping),
        f"| {w.plain(1)} | {w.plain(2)} | {w.plain(1)} |\n|---|:-:|--:|\n"
        f"| {w.noted(16)} | {w.plain(6)} | 1 |\n| {w.plain(9)} | {w.noted()} | 22 |\n"
        f"| {w.plain(2)} | {'wide' * 30} | 333 |",
        f"> {w.sentence(30, w.noted(30))}\n>\n> - {w.sentence(10, w.noted())}",
        f'```python\n# {w.noted(14)}\nx = "{"long line " * 20}"  # {w.noted()}\n```',
        w.sentence(50, w.noted(8, kind="opinion"), f"**{w.noted()}**", f"`{w.noted()}`"),
        '![A grey field](picture.svg "' + w.plain(6) + " " + w.noted() + '")',
        f"{w.plain(2)} {w.noted(9)}\n:   {w.sentence(20, w.noted(24))}",
        w.sentence(30, f"[{w.noted()}]({ADDRESS})") + f" <{ADDRESS}>",
        f"### {w.plain(4)}",
        f"{w.sentence(25, w.noted())}[^1]",
        f"[^1]: {w.sentence(15, w.noted(10))}",
        *(w.sentence(24, w.noted(15)) for _ in range(8)),
        w.sentence(6, w.noted(120)),  # the text ends before its note does
    ]
    # The order of annotations in the file does not matter; shared targets do.
    notes = [
        *w.notes,
        {"quote": first, "note": w.plain(12) + "."},
        {"quote": second, "note": w.plain(20) + "."},
        {"quote": other, "note": w.plain(5) + "."},
        {"image": "picture.svg", "note": w.plain(30) + "."},
        {"note": f"{w.plain(15)} <{ADDRESS}>.", "sources": ["paper"]},
    ]
    ratings = ("true", "mostly-true", "disputed", "misleading", "false")
    claims = [
        {
            "id": f"claim-{i}",
            "quote": w.tongue.numbered.format(n=300 + i),
            "claim": w.sentence(13, w.tongue.numbered.format(n=500 + i)),
            "by": w.plain(2),
            "date": f"2026-01-0{i + 1}",
            "rating": rating,
            "review": w.plain(25) + ".",
            "evidence": [{"source": "paper", "stance": "supports", "quote": w.plain(6)}],
            "checked": "2026-02-01",
        }
        for i, rating in enumerate(ratings)
    ]
    parts += [w.sentence(30, *(str(c["quote"]) for c in claims))]
    parts += [w.sentence(20, w.tongue.numbered.format(n=400))]
    question = {
        "quote": w.tongue.numbered.format(n=400),
        "question": w.plain(9) + "?",
        "answers": [{"answer": w.plain(12) + ".", "by": w.plain(2)}],
        "settle": w.plain(10) + ".",
        "checked": "2026-02-01",
    }
    paper = {
        "title": w.plain(6),
        "publisher": "Paper",
        "date": "2026-01-01",
        "url": ADDRESS + w.tongue.code,
    }
    annotations = {
        "sources": {"paper": paper},
        "claims": claims,
        "notes": notes,
        "questions": [question],
    }
    return _page(tongue, f"{w.plain(5)}", parts), json.dumps(annotations, ensure_ascii=False)


def _long(tongue: Tongue) -> tuple[str, str]:
    w = _Writer(tongue)
    text = _page(tongue, w.plain(3), [w.sentence(12, w.noted(700), w.noted())])
    return text, json.dumps({"notes": w.notes}, ensure_ascii=False)


def _page(tongue: Tongue, title: str, parts: list[str]) -> str:
    front = f"---\ntitle: {title}\nlanguage: {tongue.code}\ndate: 2026-01-01\n---\n\n"
    return front + "\n\n".join(parts) + "\n"


def addresses() -> list[str]:
    """Return the paths of the articles in the output."""
    return [f"{t.code}/{name}/index.html" for t in TONGUES for name in ("many", "long")]
