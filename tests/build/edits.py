"""A small site in which everything refers to everything, and random edits of it."""

from __future__ import annotations

import random
import shutil
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from explainer.build import written
from tests.helpers import folders

Edit: TypeAlias = Callable[[Path, random.Random], object]
"""Changes a site, given its folder."""

WORDS = ("river", "bridge", "letter", "record", "budget", "winter", "market", "school")
RATINGS = ("true", "mixed", "false", "disputed")


def picture(width: int, height: int = 3) -> bytes:
    """Return a gray PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


SETTINGS = """\
title = "Site"
url = "https://example.org/base/"
authors = ["Nobody"]
language = "en"
menu = ["a"]
[images]
cards = false
sizes = false
[feeds]
entries = 2
"""

LIBRARY = """\
sources:
  shared: {title: The shared report, url: 'https://example.org/r', publisher: Paper}
  spare: {title: Spare, url: 'https://example.org/spare'}
people:
  ann: {name: Ann Example, role: witness}
"""

ARTICLES = {
    "content/index.md": """\
---
title: Home
---
Welcome to the river, and [a](a.md).
""",
    "content/a.md": """\
---
title: Article A
date: 2026-01-02
topics: [Water, Town]
chapters: [b, c]
---
The river rose, and the bridge fell in winter. See [b](b.md#the-letter), [the claim](b.md#note-b1),
and [the source](/sources/#source-shared).

![A picture](p.png)
""",
    "content/a.yaml": """\
claims:
  - id: a1
    quote: The river rose
    claim: The river rose.
    by: ann
    rating: true
    review: It did.
    disputes: [b#b1]
    evidence:
      - {source: shared, stance: supports}
notes:
  - {quote: the bridge fell, note: A *note*.}
""",
    "content/b.md": """\
---
title: Article B
date: 2026-02-03
topics: [water]
related: [a, c]
---
Words of the school and its budget.

## The letter

A letter about the market.

```python
print(1)
```
""",
    "content/b.yaml": """\
claims:
  - id: b1
    quote: its budget
    claim: The budget is large.
    by: ANN example
    rating: false
    evidence:
      - {source: own, stance: disputes}
sources:
  own: {title: Own source, url: 'https://example.org/own', publisher: Journal}
questions:
  - {quote: the market, question: Which market?}
""",
    "content/c.md": """\
---
title: Chapter C
draft: false
---
The record of the school.

![Table](data.csv)
""",
    "content/d.md": """\
---
title: Article D
date: 2026-06-02
language: de
---
Der Brief vom Markt.
""",
    "content/d.yaml": """\
notes:
  - {quote: Der Brief, note: 'See [c](c.md).'}
""",
    "content/old.md": """\
---
title: An old one
date: 2020-01-02
topics: [Town]
---
The budget of the school was in the record of the winter.

A letter came to the market.
""",
    "content/old.yaml": """\
notes:
  - {quote: A letter, note: A *note*.}
  - {quote: of the winter, note: Cold., sources: [shared]}
""",
}

CONTENT: Mapping[str, str | bytes] = {
    "site.toml": SETTINGS,
    "content/_library.yaml": LIBRARY,
    **ARTICLES,
    "content/data.csv": "x,y\n1,2\n",
    "content/p.png": picture(5),
    "static/custom.css": "p{color:red}",
    "static/file.txt": "A file.",
}


def put(root: Path) -> Path:
    """Write the site."""
    return folders.put(root, CONTENT)


# --- edits ---------------------------------------------------------------------------------------


def _one(root: Path, random: random.Random, pattern: str) -> Path | None:
    found = sorted(root.glob(pattern))
    return random.choice(found) if found else None


def _replace(path: Path | None, old: str, new: str) -> None:
    if path:
        path.write_text(path.read_text().replace(old, new, 1))


def word(root: Path, random: random.Random) -> None:
    old, new = random.sample(WORDS, 2)
    _replace(_one(root, random, "content/*.md"), old, new)


def both_words(root: Path, random: random.Random) -> None:
    """Change a word in an article and in the quotes of its annotations."""
    old, new = random.sample(WORDS, 2)
    path = _one(root, random, "content/*.yaml")
    if path and path.name != "_library.yaml":
        for each in (path, path.with_suffix(".md")):
            if each.exists():
                each.write_text(each.read_text().replace(old, new))


def paragraph(root: Path, random: random.Random) -> None:
    path = _one(root, random, "content/*.md")
    if path:
        with path.open("a") as file:
            file.write(f"\nMore of the {random.choice(WORDS)} {random.randrange(9)}.\n")


def spaces(root: Path, random: random.Random) -> None:
    """Write the same in another way."""
    path = _one(root, random, "content/*.yaml")
    if path:
        path.write_text(path.read_text() + "# comment\n")


def texts(root: Path, random: random.Random) -> None:
    """Change a text that other pages show, on its line: a title, a summary, a claim, a question."""
    path = _one(root, random, "content/*.*")
    if path is None or path.suffix not in (".md", ".yaml"):
        return
    lines = path.read_text().split("\n")
    keys = ("title: ", "summary: ", "    claim: ", "    fact: ", "    review: ")
    found = [number for number, line in enumerate(lines) if line.startswith(keys)]
    if found and path.name != "_library.yaml":
        number, new = random.choice(found), random.choice(WORDS).title()
        lines[number] = f"{lines[number].partition(': ')[0]}: {new} {random.randrange(9)}."
        path.write_text("\n".join(lines))


def front(root: Path, random: random.Random) -> None:
    path = _one(root, random, "content/*.md")
    if path is None:
        return
    lines = path.read_text().split("\n")
    key, *values = random.choice(
        [
            ("title", "Another", "Title", "Article A"),
            ("date", "2026-01-02", "2026-06-01", "2026-06-03", "2027-01-01", "2025-05-05"),
            ("topics", "[Water]", "[water, Town]", "[]", "[Ice]"),
            ("draft", "true", "false"),
            ("language", "de", "en", "ar", "eo"),
            ("updated", "2026-05-01", "2026-05-02"),
            ("summary", "Short.", "Long."),
            ("slug", "other", "a", "mine"),
            ("noindex", "true", "false"),
            ("chapters", "[c]", "[d]", "[b, d]"),
            ("related", "[b]", "[nowhere]", "[a, b]"),
            ("aliases", "[/old/]", "[/older/]"),
            ("genre", "report", "opinion"),
        ]
    )
    lines = [line for line in lines if not line.startswith(f"{key}:")]
    if random.random() < 0.8:
        lines.insert(1, f"{key}: {random.choice(values)}")
    path.write_text("\n".join(lines))


def annotation(root: Path, random: random.Random) -> None:
    path = _one(root, random, "content/*.yaml")
    changes = [
        ("rating: true", "rating: mixed"),
        ("rating: mixed", "rating: false"),
        ("rating: false", "rating: true"),
        ("The budget is large", "The budget is small"),
        ("The river rose.", "The river fell."),
        ("A *note*", "A `code` note"),
        ("by: ann", "by: Bob"),
        ("by: Bob", "by: ann"),
        ("ANN example", "Ann Example"),
        ("    by: ANN example\n", ""),
        ("disputes: [b#b1]", "disputes: []"),
        ("disputes: []", "disputes: [b#b1]"),
        ("Own source", "Our source"),
        ("publisher: Journal", "publisher: Paper"),
        ("https://example.org/own", "https://example.org/r"),
        ("review: It did.", "review: 'It did, see [b](b.md).'"),
        ("rating: true", "date: 2026-03-04\n    rating: true"),
        ("id: b1", "id: b2"),
        ("id: b2", "id: b1"),
        ("[c](c.md)", "[a](a.md#note-a1)"),
        ("note: A", "draft: true, note: A"),
        ("draft: true, ", ""),
        ("Which market?", "What market?"),
    ]
    _replace(path, *random.choice(changes))


def library(root: Path, random: random.Random) -> None:
    changes = [
        ("The shared report", "The report"),
        ("The report", "The shared report"),
        ("role: witness", "role: mayor"),
        ("Ann Example", "Anne Example"),
        ("title: Spare", "title: Sparse"),
        ("publisher: Paper", "publisher: Press"),
        ("sources:", "# a comment\nsources:"),
        ("  spare: {", "  more: {title: More, repeats: [shared]}\n  spare: {"),
        ("title: Spare", "repeats: [shared], title: Spare"),
        ("  ann: {", "  bob: {name: Bob}\n  ann: {"),
        ("  bob: {name: Bob}\n", ""),
        ("  spare: {title", "  other: {title"),
        ("  other: {title", "  spare: {title"),
        ("  shared: {title", "  own: {title"),
        ("  own: {title", "  shared: {title"),
    ]
    path = root / "content/_library.yaml"
    _replace(path if path.exists() else None, *random.choice(changes))


def settings(root: Path, random: random.Random) -> None:
    changes = [
        ('title = "Site"', 'title = "Other site"'),
        ('title = "Other site"', 'title = "Site"'),
        ("/base/", "/"),
        ("example.org/", "example.com/base/"),
        ('language = "en"', 'language = "de"'),
        ('language = "de"', 'language = "en"'),
        ("entries = 2", "entries = 1"),
        ("entries = 1", "entries = 20"),
        ('menu = ["a"]', 'menu = ["c"]'),
        ('authors = ["Nobody"]', 'authors = ["Somebody"]'),
        ("[images]", "[build]\ndrafts = true\n[images]"),
        ("drafts = true", "drafts = false"),
        ("[images]", '[extra]\nx = "y"\n[images]'),
    ]
    _replace(root / "site.toml", *random.choice(changes))


def theme(root: Path, random: random.Random) -> None:
    files = {
        "styles/90-own.css": "p{margin:%d}",
        "templates/badge.html": "<b>%d {{ rating.id }}</b>",
        "templates/parts/after.html": "<p>%d {{ view.article.body|length }}</p>",
        "templates/topic.html": '{%% extends "built-in/topic.html" %%}<!-- %d -->',
        "static/own.txt": "%d",
        "scripts/99-own.js": "f(%d);",
    }
    name = random.choice(sorted(files))
    path = root / "themes/default" / name
    if path.exists() and random.random() < 0.5:
        path.unlink()
    else:
        folders.put(root, {f"themes/default/{name}": files[name] % random.randrange(3)})


def own_list(root: Path, random: random.Random) -> None:
    """A template of a list that reads whole articles."""
    name = "themes/default/templates/person.html"
    if (root / name).exists():
        (root / name).unlink()
        return
    text = (
        '{% extends "built-in/person.html" %}{% block main %}{% for each in person.claims %}'
        "{{ each.article.body|length }}{% for part in each.article.body %}{{ part.html }}"
        "{% endfor %}{% endfor %}{% endblock %}"
    )
    folders.put(root, {name: text})


def static(root: Path, random: random.Random) -> None:
    name = random.choice(
        ["static/file.txt", "static/custom.css", "static/favicon.svg", "content/e.txt"]
    )
    path = root / name
    if path.exists() and random.random() < 0.4:
        path.unlink()
    else:
        path.write_text(f"/* {random.randrange(3)} */")


def own_page(root: Path, random: random.Random) -> None:
    """A file of the author's takes the place of a page."""
    path = root / "static" / random.choice(["b/index.html", "feed.xml", "b/claims/b1/index.html"])
    if path.exists():
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Mine.")


def pictures(root: Path, random: random.Random) -> None:
    path = root / "content/p.png"
    if path.exists() and random.random() < 0.3:
        path.unlink()
    else:
        path.write_bytes(picture(random.randrange(1, 4)))


def data(root: Path, random: random.Random) -> None:
    path = root / "content/data.csv"
    if path.exists() and random.random() < 0.2:
        path.unlink()
    else:
        path.write_text(f"x,y\n{random.randrange(3)},2\n")


def claim(root: Path, random: random.Random) -> None:
    """Add a claim, or remove one."""
    path, name = _one(root, random, "content/*.yaml"), f"new{random.randrange(3)}"
    if path is None or path.name == "_library.yaml":
        return
    text, kept = path.read_text(), f"  # {name}\n"
    if kept in text:
        before, _, after = text.partition(kept)
        path.write_text(before + after.partition("\n")[2])
        return
    quote = random.choice(["the school", "A letter", "its budget", "The river", "Der Brief"])
    by = random.choice(["ann", "Bob", "bob", "ANN example", "an", "Cid"])
    source = random.choice(["shared", "own", "spare", "sharde", "more"])
    new = (
        f"  - {{id: {name}, quote: {quote}, claim: It is {name}., by: {by}, rating: true,"
        f" evidence: [{{source: {source}, stance: supports}}]}}\n"
    )
    head = "claims:\n" if "claims:\n" in text else ""
    path.write_text(
        text.replace(head, f"{head}{kept}{new}", 1) if head else f"claims:\n{kept}{new}{text}"
    )


def copy(root: Path, random: random.Random) -> None:
    """Add an article like another."""
    path, name = _one(root, random, "content/*.md"), random.choice(["g", "h", "n"])
    for ending in (".md", ".yaml"):
        if path and path.with_suffix(ending).exists():
            (root / f"content/{name}{ending}").write_bytes(path.with_suffix(ending).read_bytes())


def rename(root: Path, random: random.Random) -> None:
    path = _one(root, random, "content/*.md")
    name = random.choice(["b", "c", "d", "e", "f"])
    if path and not (root / f"content/{name}.md").exists():
        for ending in (".md", ".yaml"):
            if path.with_suffix(ending).exists():
                path.with_suffix(ending).rename(root / f"content/{name}{ending}")


def delete(root: Path, random: random.Random) -> None:
    path = _one(root, random, "content/*.*")
    if path and len([*root.glob("content/*.md")]) > 2:
        path.unlink()


def restore(root: Path, random: random.Random) -> None:
    name = random.choice(sorted(CONTENT))
    folders.put(root, {name: CONTENT[name]})


def restore_all(root: Path, random: random.Random) -> None:
    for name in ("content", "static", "themes"):
        shutil.rmtree(root / name, ignore_errors=True)
    put(root)


def output(root: Path, random: random.Random) -> None:
    """Somebody changes or deletes a file of the output."""
    path = _one(root, random, "_site/**/index.html")
    if path and random.random() < 0.5:
        path.unlink()
    elif path:
        new = path.with_name("new") if random.random() < 0.5 or not written.MOST else path
        new.write_text(path.read_text().replace("<p>", "<b>"))
        new.replace(path)


EDITS: Mapping[str, tuple[Edit, int]] = {
    "word": (word, 5),
    "both words": (both_words, 4),
    "paragraph": (paragraph, 3),
    "spaces": (spaces, 1),
    "texts": (texts, 6),
    "front": (front, 6),
    "annotation": (annotation, 8),
    "library": (library, 6),
    "claim": (claim, 4),
    "copy": (copy, 2),
    "settings": (settings, 3),
    "theme": (theme, 3),
    "own list": (own_list, 1),
    "static": (static, 2),
    "own page": (own_page, 1),
    "pictures": (pictures, 2),
    "data": (data, 1),
    "rename": (rename, 2),
    "delete": (delete, 1),
    "restore": (restore, 8),
    "restore all": (restore_all, 2),
    "output": (output, 2),
}
"""By name: an edit, and how often it is made."""
