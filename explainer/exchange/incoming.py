"""What a file of another program holds, as data of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from explainer.anchor.select import ForeignQuote
from explainer.edit.entry import Value
from explainer.model.problems import Problem

AnnotationKind: TypeAlias = Literal["claim", "note", "question"]
Entry: TypeAlias = dict[str, Value]
"""An entry of an annotation file, in the keys of docs/format.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingAnnotation:
    """An annotation that has been read, and has no place yet."""

    kind: AnnotationKind
    entry: Entry
    """With `own`, the keys of its target are among its keys."""
    at: str
    """Where it is in the file: `rows[3]`."""
    quote: ForeignQuote | None = None
    """The words that it is about."""
    heading: str = ""
    """The id of a heading (or of what else) that it is about, where no words are given."""
    whole: bool = False
    """Whether it is about the article as a whole."""
    own: bool = False
    """Whether it was written by `explainer export`: then the entry has its author's target."""
    flaw: str = ""
    """Why it cannot become an annotation as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """All that a file holds."""

    annotations: tuple[IncomingAnnotation, ...] = ()
    """In the file's order."""
    sources: Mapping[str, Entry] = field(default_factory=dict)
    """By the id that the file gives them, which need not be a valid one; without `id`."""
    people: Mapping[str, Entry] = field(default_factory=dict)
    """The same."""
    problems: tuple[Problem, ...] = ()
    """What could not be read, and what has been left out."""
