"""A target to its place in an article (ANCHORING.md, "Finding"). Nothing is guessed.

Every match is found, then prefix, suffix and section strike out the wrong ones; the place is what
remains, if that is exactly one. Searching is Python's `str.find` on folded text: linear in the
text for each annotation, with no state between annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from explainer.anchor.normalize import Folded, fold, fold_quote, splits_character
from explainer.anchor.text import Picture, ReaderText, Section
from explainer.model.annotations import Target

_ELLIPSIS = re.compile(r"\s(?:…|\.\.\.)\s")


@dataclass(frozen=True, slots=True)
class Whole:
    """The target is the article as a whole."""


@dataclass(frozen=True, slots=True)
class Span:
    """The target's place in the reader's text."""

    start: int
    """Code points before it."""
    end: int
    """Code points up to its end."""


@dataclass(frozen=True, slots=True)
class PictureFound:
    """The target is a picture."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The quote stands in more than one place."""

    spans: tuple[Span, ...]
    """All of them, in order."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The quote stands nowhere, or only where the target's other words do not allow it."""

    elsewhere: tuple[Span, ...]
    """Where it stands all the same: prefix, suffix or section ruled these out."""


@dataclass(frozen=True, slots=True)
class NoSection:
    """No heading, or several, have the text or id that the target names."""

    candidates: tuple[Section, ...]
    """The several; empty where there is none."""


@dataclass(frozen=True, slots=True)
class NoPicture:
    """No picture, or several, have the file name that the target names."""

    candidates: tuple[Picture, ...]
    """The several; empty where there is none."""


Place: TypeAlias = Whole | Span | PictureFound
"""Where a target is."""
Miss: TypeAlias = Ambiguous | Lost | NoSection | NoPicture
"""Why it is nowhere."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A reader's text, made ready to be searched once for all its annotations."""

    reader: ReaderText
    """What is searched."""
    folded: Folded
    """The same, folded."""


def prepare(reader: ReaderText) -> Searchable:
    """Fold an article's text; the one piece of work that all its annotations share."""
    return Searchable(reader, fold(reader.text))


def find(article: Searchable, target: Target) -> Place | Miss:
    """Give a target's one place, or why it has none."""
    if target.image is not None:
        pictures = [p for p in article.reader.pictures if _is_file(p.src, target.image)]
        return PictureFound(pictures[0]) if len(pictures) == 1 else NoPicture(tuple(pictures))
    section = None
    if target.section is not None:
        sections = _sections(article.reader, target.section)
        if len(sections) != 1:
            return NoSection(tuple(sections))
        section = sections[0]
    if target.quote is None:
        return Span(section.start, section.title_end) if section else Whole()
    spans = _quoted(article, target)
    if section:
        spans = [s for s in spans if section.start <= s.start and s.end <= section.end]
    if len(spans) == 1:
        return spans[0]
    if spans:
        return Ambiguous(tuple(spans))
    return Lost(tuple(_quoted(article, Target(quote=target.quote))))


def _quoted(article: Searchable, target: Target) -> list[Span]:
    """Every place of a quote between its prefix and suffix; as literal text first."""
    assert target.quote is not None
    prefix = fold_quote(target.prefix or "")
    suffix = fold_quote(target.suffix or "")
    spans = [
        Span(start, end)
        for start, end in occurrences(article, fold_quote(target.quote))
        if _stands_between(article, start, end, prefix, suffix)
    ]
    if spans or not _ELLIPSIS.search(target.quote):
        return spans
    return _from_to(article, target.quote, prefix, suffix)


def _from_to(article: Searchable, quote: str, prefix: str, suffix: str) -> list[Span]:
    """Every passage from the first to the last words of a quote with ` … ` in it.

    Words in the middle (`a … b … c`) must stand in between, in this order. Passages are counted,
    not multiplied: two are enough to be ambiguous, so at most a few are built of each beginning.
    """
    parts = [fold_quote(part) for part in _ELLIPSIS.split(quote)]
    if not all(parts):
        return []
    places = [list(occurrences(article, part)) for part in parts]
    starts = [p for p in places[0] if _stands_between(article, p[0], p[1], prefix, "")]
    ends = [p for p in places[-1] if _stands_between(article, p[0], p[1], "", suffix)]
    spans: list[Span] = []
    for start, first_end in starts:
        reached: int | None = first_end
        for middle in places[1:-1]:
            reached = next((e for s, e in middle if reached is not None and s >= reached), None)
        if reached is None:
            break  # later beginnings have even less room
        for last_start, end in ends:
            if last_start >= reached:
                spans.append(Span(start, end))
                if len(spans) >= _ENOUGH:
                    return spans
    return spans


_ENOUGH = 50


def occurrences(article: Searchable, folded: str) -> Iterator[tuple[int, int]]:
    """Every place of folded words in an article, overlapping ones too, as raw start and end.

    A place that would cut a character as the reader sees it (an emoji, an accent) is none.
    """
    if not folded:
        return
    text, raw = article.folded, article.reader.text
    before = None
    at = text.text.find(folded)
    while at >= 0:
        start, end = text.raw_start(at), text.raw_end(at + len(folded))
        while end < len(raw) and "\ufe00" <= raw[end] <= "\ufe0f":
            end += 1  # a variation selector belongs to the character before it
        # One raw `…` is three folded dots: several folded places may be one raw place.
        if (start, end) != before and not (
            splits_character(raw, start) or splits_character(raw, end)
        ):
            before = start, end
            yield start, end
        at = text.text.find(folded, at + 1)


def _stands_between(article: Searchable, start: int, end: int, prefix: str, suffix: str) -> bool:
    text = article.reader.text
    # Folding can only shorten text by what it drops; a generous slice of the neighbourhood is
    # folded anew, so that the check costs nothing that grows with the article.
    if prefix:
        before = fold_quote(text[max(0, start - 4 * len(prefix) - 16) : start])
        if not before.endswith(prefix):
            return False
    if suffix:
        after = fold_quote(text[end : end + 4 * len(suffix) + 16])
        if not after.startswith(suffix):
            return False
    return True


def _sections(reader: ReaderText, name: str) -> list[Section]:
    by_id = [s for s in reader.sections if s.id == name.removeprefix("#")]
    if by_id:
        return by_id
    wanted = fold_quote(name)
    return [s for s in reader.sections if fold_quote(s.title) == wanted]


def _is_file(src: str, name: str) -> bool:
    path = unquote(src.split("?")[0].split("#")[0]).removeprefix("./")
    name = name.removeprefix("./")
    return path == name or path.endswith("/" + name)
