"""Write a site of many annotated articles. The same numbers give the same bytes."""

from __future__ import annotations

import random
from pathlib import Path

WORDS = (
    "government minister report evidence number claim said that with under after before year month "
    "people country letter speech office record paper witness question answer because although "
    "which never often nearly budget school river bridge market price water energy winter summer "
    "north south first second third early late public private open closed known unknown clear the "
    "a of in to and was were had been from by on at it its this their they not more less than"
).split()
RATINGS = ("true", "mostly-true", "mixed", "mostly-false", "false", "disputed", "unverified")
KINDS = ("context", "definition", "opinion", "quotation")


def write_site(folder: Path, articles: int, *, words: int = 900, annotations: int = 12) -> None:
    """Write `articles` articles of about `words` words with `annotations` annotations each.

    Of every twelve annotations, six are notes, five are claims with two pieces of evidence each,
    and one is a question. A third of the quotes cross inline markup. Texts are about as long as in
    the articles of content/: 12 words in claims, 30 in reviews, 25 in notes, 9 in questions, and 8
    in quotations from sources.
    """
    (folder / "content").mkdir(parents=True)
    (folder / "site.toml").write_text(
        'title = "Benchmark"\nurl = "https://example.org/"\nauthors = ["Nobody"]\n',
        encoding="utf-8",
    )
    for number in range(articles):
        rng = random.Random(number)
        text, quotes = _article(rng, number, words, annotations)
        stem = folder / "content" / f"article-{number:05}"
        stem.with_suffix(".md").write_text(text, encoding="utf-8")
        stem.with_suffix(".yaml").write_text(_sidecar(rng, quotes), encoding="utf-8")


def _words(rng: random.Random, count: int) -> list[str]:
    return [rng.choice(WORDS) for _ in range(count)]


def _article(
    rng: random.Random, number: int, words: int, annotations: int
) -> tuple[str, list[str]]:
    paragraphs: list[str] = []
    quotes: list[str] = []
    done = 0
    while done < words:
        body = _words(rng, 75)
        done += len(body)
        body[10] = f"*{body[10]} {body[11]}*"
        body[11] = ""
        body[20] = f"[{body[20]} {body[21]}](https://example.org/{number}/{done})"
        body[21] = ""
        body[40] = f"**{body[40]}**"
        body[60] = f"`{body[60]}`"
        # A unique word makes the quote unique; in one of three cases it is next to markup.
        for at in (8, 30):
            if len(quotes) < annotations:
                name = f"mark{len(quotes)}x{number}"
                body[at] = name
                plain = [w.strip("*`") for w in body[at : at + 6] if w]
                quotes.append(" ".join(plain))
        text = " ".join(word for word in body if word)
        paragraphs.append(text[0].upper() + text[1:] + ".")
        if len(paragraphs) % 4 == 0:
            heading = " ".join(_words(rng, 4))
            paragraphs.append(f"## {heading.capitalize()}")
    paragraphs.insert(5, "\n".join(f"- {' '.join(_words(rng, 6))}" for _ in range(3)))
    day = f"{2020 + number % 6}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    front = f"---\ntitle: Article {number}\ndate: {day}\ntopics: [Topic {number % 20}]\n---\n\n"
    return front + "\n\n".join(paragraphs) + "\n", quotes


def _sidecar(rng: random.Random, quotes: list[str]) -> str:
    lines = ["sources:"]
    for i in range(6):
        lines += [
            f"  source-{i}:",
            f"    title: The {' '.join(_words(rng, 5))}",
            f"    publisher: Paper {i}",
            f"    date: 2024-{i + 1:02}-11",
            f"    url: https://example.org/source/{rng.randrange(10**6)}",
        ]
    claims, notes, questions = ["claims:"], ["notes:"], ["questions:"]
    for i, quote in enumerate(quotes):
        length = 9 if i % 12 == 11 else 12 if i % 2 else 25
        text = " ".join(_words(rng, length)).capitalize() + "."
        if i % 12 == 11:
            questions += [f"  - quote: {quote}", f"    question: {text}", "    checked: 2025-01-01"]
        elif i % 2:
            evidence = " ".join(_words(rng, 8))
            claims += [
                f"  - id: claim-{i}",
                f"    quote: {quote}",
                f"    claim: {text}",
                f"    by: Speaker {rng.randrange(40)}",
                f"    date: 2024-11-{i % 28 + 1:02}",
                f"    rating: {rng.choice(RATINGS)}",
                "    review: |",
                f"      {' '.join(_words(rng, 30)).capitalize()}.",
                "    evidence:",
                f"      - {{source: source-{i % 6}, stance: supports, quote: {evidence}}}",
                f"      - {{source: source-{(i + 1) % 6}, stance: disputes}}",
                "    checked: 2025-02-10",
            ]
        else:
            emphasis = " with *some* emphasis" if i % 4 else ""
            notes += [
                f"  - quote: {quote}",
                f"    note: {text}{emphasis}",
                f"    kind: {KINDS[i % 4]}",
                f"    sources: [source-{i % 6}]",
            ]
    return "\n".join(lines + claims + notes + questions) + "\n"
