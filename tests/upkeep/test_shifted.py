"""Annotations that a build places after an edit, though they may say something else there."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.model.documents import Document, Text
from explainer.model.settings import Settings
from explainer.upkeep.reanchor import shifted

HEAD = "---\ntitle: The mill\n---\n\n"
OLD = """\
The ferryman lived in a hut of stone and kept a goat until the winter of the great flood.

The smith owned a house of wood beside the bridge. Travellers rested there in the summer.
"""
NOTES = """\
notes:
  - {id: hut, quote: lived in a hut, note: A hut.}
claims:
  - {id: rest, quote: Travellers rested, claim: They rested., rating: "true"}
"""
SETTINGS = Settings(title="T", url="https://example.org/")


def found(new: str, notes: str = NOTES, before: str | None = NOTES) -> dict[str, str]:
    """Return the reason for each annotation that has shifted."""
    own = Text("content/old.yaml", before) if before is not None else None
    old = Document(Text("content/old.md", HEAD + OLD), own)
    now = Document(Text("content/new.md", HEAD + new), Text("content/new.yaml", notes))
    entries = shifted(Path("/nowhere"), SETTINGS, [(old, now)])
    return {entry.id: entry.verdict.reason for entry in entries}


def test_nothing_has_shifted() -> None:
    assert found(OLD) == {}
    assert found(OLD.replace("of the great flood", "of that very great flood")) == {}


def test_a_quote_on_foreign_words() -> None:
    new = OLD.replace("lived in a hut", "dwelt in a cabin")
    new = new.replace("owned a house of wood", "lived in a hut of wood")
    assert found(new) == {"hut": "the quote is found, but the words around it are others"}


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("Travellers rested there in the winter", "date"),
        ("Travellers rested there no longer in the summer", "negation"),
        ("Travellers rested there for 3 days in the summer", "number, unit"),
    ],
)
def test_a_sentence_that_says_something_else(new: str, kind: str) -> None:
    changed = OLD.replace("Travellers rested there in the summer", new)
    assert found(changed) == {"rest": f"what changed may matter in its sentence: {kind}"}


def test_a_quote_that_is_lost_is_an_error_of_the_build_and_not_reported_here() -> None:
    assert found(OLD.replace("Travellers rested", "Guests slept")) == {}


def test_an_annotation_that_is_new_is_not_compared() -> None:
    new = OLD.replace("Travellers rested", "Travellers never rested")
    assert "rest" not in found(new, before=None)
    pinned = NOTES.replace("Travellers rested,", "Travellers never rested,")
    assert "rest" not in found(new, pinned)
