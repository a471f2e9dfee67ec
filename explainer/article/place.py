"""Annotations to their places in an article's text: found, cut short by YAML, or lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explainer.anchor import explain, find
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.text import ReaderText
from explainer.article.context import Unplaced
from explainer.article.merge import Content, Found, ids
from explainer.article.texts import LISTS
from explainer.model.annotations import AnnotationFile, Claim, Note, Question, Target
from explainer.model.article import Passage
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.parse.yaml_errors import quoted

_CONTEXT = 32
"""Characters of prefix and suffix that a passage keeps, as Hypothesis's client does."""


@dataclass(frozen=True, slots=True)
class PlacedAnnotation:
    """An annotation that has a place in the article's text, or is about the whole article."""

    found: Found
    picture: tuple[int, int] | None
    """For a picture: the indices of its block, and of its token in the block."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What came of looking for the annotations of one file."""

    placed: tuple[PlacedAnnotation, ...]
    """In reading order."""
    unplaced: tuple[Unplaced, ...]
    """In the order of the file."""
    problems: tuple[Problem, ...]


class _Placer:
    """Looks for the targets of one annotation file in one article."""

    def __init__(self, article: find.Searchable, located: Located, first_line: int) -> None:
        self.article = article
        self.located = located
        self.first_line = first_line

    def missed(
        self, target: Target, miss: find.Miss, name: str | None, key_path: tuple[str, int]
    ) -> Problem:
        """Say why a target has no place."""
        why = explain.explain(self.article, target, miss, first_line=self.first_line)
        hint = why.hint
        if why.key == "quote" and (comment := self.located.comment((*key_path, "quote"))):
            whole = normalize_quote(f"{target.quote} #{comment}")
            if next(find.occurrences(self.article, whole), None):
                hint = _comment_hint(target.quote or "", comment)
        location = self.located.location((*key_path, why.key))
        return Problem(location, why.code, why.message, hint, annotation=name)

    def cut(
        self, content: Content, name: str, key_path: tuple[str, int], end: int
    ) -> Problem | None:
        """A quote that YAML cut at ` #`, where the article goes on with just these words."""
        comment = self.located.comment((*key_path, "quote"))
        if not comment:
            return None
        wanted = normalize_quote("#" + comment)
        after = normalize_quote(self.article.reader.text[end : end + 4 * len(wanted) + 16])
        if not after.startswith(wanted):
            return None
        return Problem(
            self.located.location((*key_path, "quote")),
            "quote-cut",
            "YAML reads what follows ` #` as a comment: the quote is cut short",
            _comment_hint(content.quote or "", comment),
            annotation=name,
        )

    def passage(self, start: int, end: int) -> Passage:
        """The passage between two positions of the reader's text."""
        reader: ReaderText = self.article.reader
        return Passage(
            start=start,
            end=end,
            exact=reader.text[start:end],
            prefix=reader.text[max(0, start - _CONTEXT) : start],
            suffix=reader.text[end : end + _CONTEXT],
            line=reader.line_at(start) + self.first_line,
            section=reader.section_at(start),
        )


def place_annotations(
    article: find.Searchable, file: AnnotationFile | None, located: Located | None, first_line: int
) -> Placement:
    """Find the place of every annotation of a file.

    `located` is the file's data with positions (None without a file), `file` its value (None if it
    cannot be used: then what can be read of the targets is looked for all the same, so that one
    mistake does not hide the others). `first_line` is the line on which the article's text begins.
    Problems: those of `anchor.explain`, and `quote-cut`.
    """
    if located is None:
        return Placement((), (), ())
    placer = _Placer(article, located, first_line)
    if file is None:
        problems = [
            placer.missed(target, miss, None, key_path)
            for key_path, target in _bare_targets(located)
            if isinstance(miss := find.find(article, target), find.Miss)
        ]
        return Placement((), (), tuple(problems))
    contents: list[tuple[Content, tuple[str, int]]] = [
        *((claim, ("claims", i)) for i, claim in enumerate(file.claims)),
        *((note, ("notes", i)) for i, note in enumerate(file.notes)),
        *((question, ("questions", i)) for i, question in enumerate(file.questions)),
    ]
    placed: list[PlacedAnnotation] = []
    unplaced: list[Unplaced] = []
    problems = []
    for (content, key_path), name in zip(contents, ids(c for c, _ in contents), strict=True):
        location = located.location(key_path)
        picture = None
        match find.find(article, content):
            case find.Whole():
                passage = None
            case find.Span(start, end):
                if problem := placer.cut(content, name, key_path, end):
                    problems.append(problem)
                passage = placer.passage(start, end)
            case find.ImageFound(found):
                passage = placer.passage(found.start, found.start)
                picture = (found.block, found.child)
            case miss:
                problem = placer.missed(content, miss, name, key_path)
                problems.append(problem)
                kind, text = _kind_and_text(content)
                unplaced.append(Unplaced(name, kind, text, content.quote, location, problem))
                continue
        placed.append(PlacedAnnotation(Found(content, name, key_path, location, passage), picture))
    placed.sort(key=_reading_order)
    return Placement(tuple(placed), tuple(unplaced), tuple(problems))


def _kind_and_text(content: Content) -> tuple[str, str]:
    match content:
        case Claim():
            return "claim", content.claim
        case Question():
            return "question", content.question
        case Note():
            return content.kind, content.note


def _bare_targets(located: Located) -> Iterator[tuple[tuple[str, int], Target]]:
    data = located.data if isinstance(located.data, dict) else {}
    for kind in LISTS:
        entries = data.get(kind)
        for i, entry in enumerate(entries if isinstance(entries, list) else ()):
            words = {
                key: text
                for key in ("quote", "prefix", "suffix", "section", "image")
                if isinstance(entry, dict) and isinstance(text := entry.get(key), str) and text
            }
            if words:
                yield (kind, i), Target(**words)


def _reading_order(item: PlacedAnnotation) -> tuple[int, int]:
    """Where a reader meets its reference mark: at the passage's end."""
    passage = item.found.passage
    return (passage.end, passage.start) if passage else (-1, 0)


def _comment_hint(quote: str, comment: str) -> str:
    whole = f"{quote} #{comment}"
    return (
        "YAML takes ` #` and all after it for a comment; put the quote in quotation marks:\n"
        f"quote: {quoted(whole)}"
    )
