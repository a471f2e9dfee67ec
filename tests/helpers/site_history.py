"""A small site in a git repository, whose files tests change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from explainer.cli import main
from tests.helpers import folders
from tests.helpers.repository import commit, git

SETTINGS = 'title = "T"\nurl = "https://example.org/"\n'
MILL = """\
---
title: The mill
date: 2024-05-01
---

The river rises in the hills north of the old town, and reaches the sea after two days.

A mill stood on its bank until the flood of 1871. Later the miller gave it up for good.

The first bridge was built of oak by the guild of carpenters, who charged a small toll.
"""
NOTES = """\
sources:
  chronicle: {title: The chronicle, url: "https://example.org/chronicle"}
claims:
  - id: flood
    quote: until the flood of 1871
    claim: The flood was in 1871.
    rating: disputed
    review: One chronicle says so.
    evidence: [{source: chronicle}]
    checked: 2025-02-10
  - id: oak
    quote: built of oak
    claim: The bridge was of oak.
    rating: "true"
    checked: 2025-02-10
notes:
  - id: town
    quote: the old town
    note: It has a wall.
questions:
  - id: toll
    quote: a small toll
    question: How much was it?
"""
OTHER = "---\ntitle: The inn\ndate: 2024-06-01\n---\n\nTravellers rested at the inn every night.\n"
OTHER_NOTES = """\
claims:
  - id: rest
    quote: rested at the inn
    claim: They rested there.
    rating: "true"
    checked: 2025-02-10
"""
FILES = {
    "site.toml": SETTINGS,
    ".gitignore": "/_site/\n/.explainer/\n",
    "content/mill.md": MILL,
    "content/mill.yaml": NOTES,
    "content/inn/index.md": OTHER,
    "content/inn/index.yaml": OTHER_NOTES,
}


def make(root: Path, files: dict[str, str] = FILES, *, top: Path | None = None) -> Path:
    """Commit a site; `top` is the folder of the repository, if it is not the site's."""
    folders.put(root, files)
    git(top or root, "init", "--quiet", "--initial-branch=main")
    commit(top or root)
    return root


def change(root: Path, path: str, old: str, new: str) -> None:
    """Replace a text in a file that has it once."""
    file = root / "content" / path
    text = file.read_bytes().decode()
    assert text.count(old) == 1, (old, text)
    file.write_bytes(text.replace(old, new).encode())


def run(root: Path, *arguments: str) -> Result:
    """Run a command of explainer on a site."""
    done = CliRunner().invoke(main, ["--site", str(root), *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def difference(root: Path, revision: str = "HEAD") -> dict[str, Any]:
    """Return what `explainer diff` says, as data."""
    done = run(root, "diff", revision, "--format", "json")
    assert done.stdout, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]
