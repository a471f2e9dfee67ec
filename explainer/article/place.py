"""Find the places of annotations in an article's text, and report those that have none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from explainer.anchor import explain, find
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.text import ReaderImage, ReaderText
from explainer.anchor.words import context
from explainer.article.body import Title
from explainer.article.context import Unplaced
from explainer.article.merge import Content, PlacedAnnotation, contents_of, ids, kind_and_text
from explainer.article.texts import LISTS
from explainer.model.annotations import AnnotationFile, Target
from explainer.model.article import Passage
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.parse.text import quoted

_CONTEXT = 32
"""The most characters of a passage's prefix and suffix, as in the Hypothesis client."""

_NOT_IN_TEXT = frozenset(("quote-lost", "section-unknown", "image-unknown"))


class _Placer:
    """Finds the targets of one annotation file in one article."""

    def __init__(
        self, article: ReaderText, located: Located, first_line: int, title: Title | None
    ) -> None:
        self.article = article
        self.located = located
        self.first_line = first_line
        self.title = title

    def missed(
        self, target: Target, miss: find.Miss, name: str | None, key_path: tuple[str, int]
    ) -> Problem:
        """Explain why a target has no place."""
        why = explain.explain(self.article, target, miss, first_line=self.first_line)
        hint = why.hint
        if why.key == "quote" and (comment := self.located.comment((*key_path, "quote"))):
            full = normalize_quote(f"{target.quote} #{comment}")
            if next(find.occurrences(self.article, full), None):
                hint = _comment_hint(target.quote or "", comment)
        message = why.message
        words = getattr(target, why.key) if self.title and why.code in _NOT_IN_TEXT else None
        if self.title and words and self.title.has(why.key, words):
            message = "this is in the title, and annotations are on the text below it"
            hint = f"leave out `{why.key}` to annotate the entire article"
        location = self.located.location((*key_path, why.key))
        return Problem(location, why.code, message, hint, annotation=name)

    def cut(
        self, content: Content, name: str, key_path: tuple[str, int], end: int
    ) -> Problem | None:
        """Report a quote that YAML cuts at ` #`, if the article continues with the cut text."""
        comment = self.located.comment((*key_path, "quote"))
        if not comment:
            return None
        rest = normalize_quote("#" + comment)
        after = normalize_quote(self.article.text[end : end + 4 * len(rest) + 16])
        if not after.startswith(rest):
            return None
        location = self.located.location((*key_path, "quote"))
        message = "the quote is cut short: in YAML, ` #` starts a comment"
        hint = _comment_hint(content.quote or "", comment)
        return Problem(location, "quote-cut", message, hint, annotation=name)

    def inside(
        self, parts: tuple[find.Inside, ...], name: str, key_path: tuple[str, int]
    ) -> Iterator[Problem]:
        """Report the parts of a target that may be only a part of a word."""
        for key, same in groupby(parts, key=attrgetter("key")):
            location = self.located.location((*key_path, key))
            message, hint = explain.explain_cut(next(same))
            yield Problem(location, "inside-word", message, hint, "info", annotation=name)

    def passage(self, start: int, end: int) -> Passage:
        """Return the passage between two positions in the reader's text."""
        reader = self.article
        return Passage(
            start=start,
            end=end,
            exact=reader.text[start:end],
            prefix=context(reader, max(0, start - _CONTEXT), start),
            suffix=context(reader, end, min(end + _CONTEXT, len(reader.text)), is_suffix=True),
            line=reader.line_at(start) + self.first_line,
            section=reader.section_at(start),
        )


def place_annotations(
    article: ReaderText,
    file: AnnotationFile | None,
    located: Located,
    first_line: int,
    title: Title | None = None,
) -> tuple[list[PlacedAnnotation], list[Unplaced], list[Problem]]:
    """Find the place of every annotation of a file.

    `file` is the annotation file, and `located` its data with positions. If the file cannot be
    used, `file` is None. The targets that can be read are then searched for anyway, so that one
    mistake does not hide others. `first_line` is the line on which the article's text starts,
    and `title` the heading above it that is not part of it, if there is one.

    Return the annotations that have a place, in reading order; those that have none, in the order
    of the file; and the problems of `anchor.explain`, and `quote-cut`.
    """
    placer = _Placer(article, located, first_line, title)
    if file is None:
        missed = [
            placer.missed(target, miss, None, key_path)
            for key_path, target in _bare_targets(located)
            if isinstance(miss := find.find(article, target), find.Miss)
        ]
        return [], [], missed
    contents = contents_of(file)
    placed: list[PlacedAnnotation] = []
    unplaced: list[Unplaced] = []
    problems: list[Problem] = []
    names = ids(content for _, content in contents)
    for (key_path, content), name in zip(contents, names, strict=True):
        location = located.location(key_path)
        passage = picture = None
        match find.find(article, content):
            case find.Whole():
                pass
            case find.Span(start, end, inside):
                if problem := placer.cut(content, name, key_path, end):
                    problems.append(problem)
                problems += placer.inside(inside, name, key_path)
                passage = placer.passage(start, end)
            case ReaderImage() as image:
                passage = placer.passage(image.start, image.start)
                picture = (image.block, image.child)
            case miss:
                problem = placer.missed(content, miss, name, key_path)
                problems.append(problem)
                about = (*kind_and_text(content), content.quote)
                unplaced.append(Unplaced(name, *about, location, problem, content.draft))
                continue
        placed.append(PlacedAnnotation(content, name, key_path, location, passage, picture))
    placed.sort(key=_reading_order)
    return placed, unplaced, problems


def _bare_targets(located: Located) -> Iterator[tuple[tuple[str, int], Target]]:
    """Yield the readable targets of an annotation file that cannot be used."""
    data = located.data if isinstance(located.data, dict) else {}
    for kind in LISTS:
        entries = data.get(kind)
        for i, entry in enumerate(entries if isinstance(entries, list) else ()):
            keys = {
                key: text
                for key in ("quote", "prefix", "suffix", "section", "image")
                if isinstance(entry, dict) and isinstance(text := entry.get(key), str) and text
            }
            if keys and isinstance(entry, dict):
                yield (kind, i), Target(**keys, inside=entry.get("inside") == "true")


def _reading_order(item: PlacedAnnotation) -> tuple[int, int]:
    """Sort by the end of the passage, where readers see the reference."""
    passage = item.passage
    return (passage.end, passage.start) if passage else (-1, 0)


def _comment_hint(quote: str, comment: str) -> str:
    full = f"{quote} #{comment}"
    return (
        f"in YAML, ` #` starts a comment; put the quote in quotation marks:\nquote: {quoted(full)}"
    )
