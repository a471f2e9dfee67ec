"""The content of another program's file, in our data format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from explainer.anchor.select import ForeignQuote
from explainer.edit.entry import Value
from explainer.model.problems import Problem
from explainer.support.values import dataclass

AnnotationKind: TypeAlias = Literal["claim", "note", "question"]
Entry: TypeAlias = dict[str, Value]
"""An entry of an annotation file, with the keys of docs/format.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingAnnotation:
    """An imported annotation that has no place in the article yet."""

    kind: AnnotationKind
    entry: Entry
    """The entry. If `own` is true, it includes the keys of its target."""
    at: str
    """Its position in the imported file, such as `rows[3]`."""
    quote: ForeignQuote | None = None
    """The text that it is about."""
    heading: str = ""
    """The id of the heading or other element that it is about, if there is no quote."""
    whole: bool = False
    """Whether it is about the article as a whole."""
    own: bool = False
    """Whether `explainer export` wrote it, so that the entry has its author's target."""
    flaw: str = ""
    """Why it cannot be imported; empty if it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """The content of a file."""

    annotations: tuple[IncomingAnnotation, ...] = ()
    """Annotations in the file's order."""
    sources: Mapping[str, Entry] = field(default_factory=dict)
    """Sources without `id`, by their id in the file, which may be invalid."""
    people: Mapping[str, Entry] = field(default_factory=dict)
    """People, as sources."""
    problems: tuple[Problem, ...] = ()
    """What could not be read or was left out."""
