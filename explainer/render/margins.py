"""The places of an article's notes in its margins, as far as they do not depend on the layout.

Style sheets place each note beside its reference mark, or below the note above it. They cannot know
which note that is, nor which notes must be short because others follow close by. The latter depends
on the lines of the text where the marks are, which are estimated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from itertools import pairwise
from math import ceil

from explainer.model.article import (
    Annotation,
    Article,
    ClaimView,
    Html,
    NoteView,
    QuestionView,
    Reference,
)
from explainer.support.patterns import later
from explainer.support.values import dataclass

_LETTERS_PER_LINE = 66
_LETTERS_PER_NOTE_LINE = 42
_LABEL = 12
"""The letters of a note's number and its kind or rating."""
_NOTE_LINE, _NOTE_GAP = 0.63, 0.28
"""The heights of a line of a note and of the space below a note, in lines of the text."""
_BLOCK_GAP, _PICTURE = 0.65, 6
"""The heights of the space below a block and of a small picture, in lines of the text."""
_MOST_LINES, _FEW_LINES = 3, 2
"""The lines of a folded note that has space, and of one that has not."""
_NEAR = 0.6
"""The distance of a note from its mark, in lines of the text, that needs no shorter notes."""

_TAGS = later(r"<([^<>]*>?)")
_PICTURE_TAGS = "img", "video"
_PICTURES = later(r"(?:img|video)\b")
_NAMES = (
    "/p",
    "/li",
    "/h1",
    "/h2",
    "/h3",
    "/h4",
    "/h5",
    "/h6",
    "/pre",
    "/tr",
    "/dt",
    "/dd",
    "/figure",
    "br",
)
_ENDS = frozenset(f"{tag}{end}" for tag in _NAMES for end in ("", ">"))
"""The tags that end a line or a block, without their first sign."""
_TAG = later(r"<[^>]*>")
_WIDE = later(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]")


@dataclass(frozen=True, slots=True)
class NotePlace:
    """The place of a note in the margins."""

    number: int
    """Its place among all notes on passages, from 1; 0 for a note on the entire article."""
    above: int
    """The place of the note above it where claims have a margin of their own. 0: what is beside the
    article's head. -1: nothing."""
    tight: int
    """Whether it has few lines because others follow close by. 0: no. 1: where all notes share a
    margin. 2: everywhere."""


def note_places(article: Article) -> dict[str, NotePlace]:
    """Return the places of an article's annotations by their ids."""
    lines = _lines(article)
    places = {each.id: NotePlace(0, -1, 0) for each in article.annotations}
    notes = [each for each in article.annotations if each.passage]
    claims = [number for number, each in enumerate(notes) if each.kind == "claim"]
    others = [number for number, each in enumerate(notes) if each.kind != "claim"]
    above = {after: before + 1 for group in (claims, others) for before, after in pairwise(group)}
    marks = [lines.get(each.id, 0.0) for each in notes]
    heights = [_height(each) for each in notes]
    tight: dict[int, int] = {}
    for group, value in ((range(len(notes)), 1), (claims, 2), (others, 2)):
        short = _short([marks[n] for n in group], [heights[n] for n in group])
        tight |= {group[n]: value for n in short}
    for number, each in enumerate(notes):
        first = 0 if each.kind == "claim" else -1
        places[each.id] = NotePlace(number + 1, above.get(number, first), tight.get(number, 0))
    return places


def _lines(article: Article) -> dict[str, float]:
    """Return about where each reference mark is, in lines of the text, by its annotation's id."""
    line, letters = 0.0, 0
    found: dict[str, float] = {}
    for part in article.body:
        if isinstance(part, Reference):
            found[part.annotation.id] = line + letters // _LETTERS_PER_LINE
        elif isinstance(part, Html):
            # Texts and tags, in turns, beginning with a text.
            pieces = iter(_TAGS.split(part.html))
            letters += _width(next(pieces))
            for tag, text in zip(pieces, pieces, strict=True):
                if tag in _ENDS:
                    if letters:
                        line += ceil(letters / _LETTERS_PER_LINE) + _BLOCK_GAP
                        letters = 0
                elif tag.startswith(_PICTURE_TAGS) and (picture := _PICTURES.match(tag)):
                    line += _PICTURE
                    # A picture with a long description is often large.
                    letters += _width(tag[picture.end() :] + text)
                    continue
                if text and text != "\n":
                    letters += _width(text)
    return found


def _height(annotation: Annotation) -> int:
    """Return about how many lines a folded note needs."""
    text, more = "", 0
    if isinstance(annotation, ClaimView):
        text = f"{annotation.claim} {annotation.fact}"
    elif isinstance(annotation, QuestionView):
        text, more = annotation.question, 1
    elif isinstance(annotation, NoteView):
        text = annotation.html
        more = text.count("<p>") - 1 + bool(annotation.citations) + bool(annotation.tags)
    letters = _LABEL + _width(_TAG.sub("", text))
    return min(_MOST_LINES, ceil(letters / _LETTERS_PER_NOTE_LINE) + more)


def _width(text: str) -> int:
    """Return the width of a text in Latin letters. A Chinese letter is as wide as two."""
    if "&" in text:
        text = unescape(text)
    plain = " ".join(text.split())
    return len(plain) if text.isascii() else len(plain) + len(_WIDE.findall(plain))


def _short(marks: Sequence[float], heights: Sequence[int]) -> set[int]:
    """Return which notes of a margin need to be short so that those below are near their marks.

    `marks` are the lines of the text where the marks are; `heights` are the lines of the notes.
    """
    lines = list(heights)
    tops: list[float] = []
    short: set[int] = set()
    done = 0  # all notes before this one are as short as they can be, or in nobody's way
    for note, mark in enumerate(marks):
        tops.append(_top(note, marks, tops, lines))
        other = note - 1
        while tops[note] > mark + _NEAR and other >= done:
            if lines[other] >= _FEW_LINES:
                short.add(other)  # even if it has few lines already: they are estimates
            if lines[other] > _FEW_LINES:
                lines[other] = _FEW_LINES
                for later in range(other + 1, note + 1):
                    tops[later] = _top(later, marks, tops, lines)
            other = done - 1 if tops[other] == marks[other] else other - 1
        if other < done:
            done = note
    return short


def _top(note: int, marks: Sequence[float], tops: Sequence[float], lines: Sequence[int]) -> float:
    """Return where a note begins, below the one above it."""
    if not note:
        return marks[0]
    return max(marks[note], tops[note - 1] + lines[note - 1] * _NOTE_LINE + _NOTE_GAP)
