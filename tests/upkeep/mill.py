"""A site with twelve annotations, and an edit that does something else to each of them."""

from __future__ import annotations

from pathlib import Path

from tests.helpers import folders

SETTINGS = 'title = "T"\nurl = "https://example.org/"\n'
HEAD = "---\ntitle: The mill\n---\n\n"
OLD = """\
The river rises in the hills north of the old town, and reaches the sea after two days.

A mill stood on its bank until the flood of 1871. Later the miller gave it up for good.

The first bridge was built of oak by the guild of carpenters, who charged a small toll.

The council must repair the bridge every spring. Travellers rested at the inn beside it.

The ferryman lived in a hut of stone and kept a goat. The smith lived in a hut of wood.

Every child in the valley knows the song about the three wolves of the northern forest.

In winter the road was closed for weeks, and the post came by sledge over the frozen lake.
"""
NEW = """\
Every child in the valley knows the song about the three wolves of the northern forest.

The river rises in the hills north of the old town, and reaches the sea after two days.

A mill stood on its bank until the flood of 1874. Later the miller abandoned it for good.

The first bridge was made of beech by the guild of carpenters. They charged a small toll.

The council should repair the bridge every spring. Travellers never rested at the inn beside it.

The smith lived in a hut of wood, and his house was built of oak.
"""
NOTES = """\
# What readers should know.
claims:
  - id: flood
    quote: until the flood of 1871
    claim: The flood was in 1871.
    rating: "true"
  - id: gave
    quote: the miller gave it up for good
    claim: The miller left.
    rating: "true"

notes:
  - {id: river, quote: north of the old town, note: Unchanged.}
  - id: song   # moved with its paragraph
    quote: the song about the three wolves
    note: Moved.
  - id: edited
    quote: "the miller gave it up for good"
    note: |
      A word changed.
  - id: split
    quote: the guild of carpenters, who charged a small toll
    note: Split.
  - id: duty
    quote: must repair the bridge
    note: A modal verb.
  - id: inn
    quote: Travellers rested at the inn
    note: Negated.
  - id: hut
    quote: lived in a hut
    prefix: The ferryman
    note: A look-alike stays behind.
  - id: oak
    quote: built of oak
    note: Found, but on the words of another passage.
  - id: goat
    quote: kept a goat
    note: Deleted.
  - id: winter
    quote: the post came by sledge
    note: Deleted, too.

"""


def make(root: Path, text: str = OLD) -> Path:
    files = {
        "site.toml": SETTINGS,
        ".gitignore": "/_site/\n/.explainer/\n",
        "content/mill.md": HEAD + text,
        "content/mill.yaml": NOTES,
    }
    return folders.put(root, files)


EXPECTED = {
    "flood": "changed",
    "gave": "moved",
    "river": "anchored",
    "song": "anchored",
    "edited": "moved",
    "split": "moved",
    "duty": "changed",
    "inn": "changed",
    "hut": "deleted",
    "oak": "changed",
    "goat": "deleted",
    "winter": "deleted",
}


def write(site: Path, text: str, name: str = "mill") -> None:
    (site / f"content/{name}.md").write_text(HEAD + text)
