"""Why a target has no place, worded so that the author can fix it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from explainer.anchor.find import Ambiguous, Lost, Miss, NoImage, NoSection, Span, occurrences
from explainer.anchor.normalize import normalize, normalize_quote
from explainer.anchor.text import ReaderText
from explainer.model.annotations import Target
from explainer.model.problems import Code
from explainer.parse.yaml_errors import quoted

_SHOWN_PLACES = 6
"""Places that are listed: more would push the other problems off the screen."""
_CONTEXT = 30
"""Characters shown on either side of a place."""
_MANY = 40
"""Places from which their number says nothing more (and `find` may have stopped building them)."""
_MOST_WORDS = 12
"""Longest prefix or suffix that is proposed; a longer one is worse than a longer quote."""
_NEAR_ENOUGH = 60.0
"""Similarity (0 to 100) from which the nearest passage helps more than it confuses. It is only
shown, never used: a wrong one costs a glance."""
_NEAR_NAME = 70
"""The same for names of headings and pictures, in which a few letters make a large difference."""
_SEARCH_LIMIT = 20_000_000
"""Characters of text times quote up to which the nearest passage is searched: about 0.1 s."""
_MOST_TRIMMED = 6
"""Words at either end of a nearest passage among which its first and last are chosen: the number
of comparisons is its square."""
_PUNCTUATION = ".,;:!?)]}»”’\"'…"
_LONGER = "make the quote longer, or name its `section`"
_MARKUP = re.compile(r"\*\*|__|`|\]\(|(?<!\w)[*_]\w|\w[*_](?!\w)")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words of a problem. `code` and the rest are as in `problems.Problem`."""

    code: Code
    message: str
    hint: str
    key: str
    """The key of the target that the problem is about: `quote`, `section` or `image`."""


def explain(article: ReaderText, target: Target, miss: Miss, *, first_line: int) -> Explanation:
    """Word a miss of `find.find`. `first_line`: the file's line on which the text begins."""
    match miss:
        case Ambiguous(spans):
            return _ambiguous(article, spans, first_line)
        case Lost(elsewhere):
            return _lost(article, target, elsewhere, first_line)
        case NoSection(candidates) if candidates:
            ids = ", ".join(f"`{s.id}`" for s in candidates)
            message = f"{len(candidates)} headings are called `{target.section}`"
            hint = f"name one by its id: {ids}"
            return Explanation("section-ambiguous", message, hint, "section")
        case NoSection():
            names = [s.title for s in article.sections]
            message = f"no heading has the text or id `{target.section}`"
            hint = _one_of("headings", names, str(target.section))
            return Explanation("section-unknown", message, hint, "section")
        case NoImage(candidates) if candidates:
            message = f"the article shows `{target.image}` {len(candidates)} times"
            hint = "an annotation can stand on a picture that is shown once"
            return Explanation("image-ambiguous", message, hint, "image")
        case NoImage():
            names = list(dict.fromkeys(image.src for image in article.images))
            message = f"the article shows no picture `{target.image}`"
            hint = _one_of("pictures", names, str(target.image))
            return Explanation("image-unknown", message, hint, "image")


def _one_of(what: str, names: list[str], wanted: str) -> str:
    if not names:
        return f"the article has no {what}"
    from rapidfuzz import process

    near = process.extractOne(wanted, names, score_cutoff=_NEAR_NAME)
    if near:
        return f"did you mean `{near[0]}`?"
    listed = ", ".join(f"`{name}`" for name in names[:8])
    return f"its {what}: {listed}" + (", …" if len(names) > 8 else "")


# --- several places ------------------------------------------------------------------------------


def _ambiguous(article: ReaderText, spans: tuple[Span, ...], first_line: int) -> Explanation:
    lines = []
    for span in spans[:_SHOWN_PLACES]:
        side = distinguish(article, spans, span)
        fix = f"{side[0]}: {quoted(side[1])}" if side else _LONGER
        lines.append(f"{_shown_place(article, span, first_line)}\n    {fix}")
    if len(spans) > _SHOWN_PLACES:
        lines.append(f"and {len(spans) - _SHOWN_PLACES} more")
    count = "many" if len(spans) > _MANY else str(len(spans))
    message = f"these words stand in the article {count} times"
    hint = "say which one is meant, by adding the line that stands below it:\n" + "\n".join(lines)
    return Explanation("quote-ambiguous", message, hint, "quote")


def distinguish(
    article: ReaderText, spans: tuple[Span, ...], span: Span
) -> tuple[Literal["prefix", "suffix"], str] | None:
    """Give the shortest prefix or suffix, in whole words, that only one of several places has."""
    text = article.text
    reach = _MOST_WORDS * 24
    befores = [normalize_quote(text[max(0, s.start - reach) : s.start]) for s in spans]
    afters = [normalize_quote(text[s.end : s.end + reach]) for s in spans]
    own = spans.index(span)
    words_before, words_after = befores[own].split(" "), afters[own].split(" ")
    for count in range(1, _MOST_WORDS + 1):
        prefix, suffix = " ".join(words_before[-count:]), " ".join(words_after[:count])
        if prefix and sum(b.endswith(prefix) for b in befores) == 1:
            return "prefix", prefix
        if suffix and sum(a.startswith(suffix) for a in afters) == 1:
            return "suffix", suffix
    return None


def _shown_place(article: ReaderText, span: Span, first_line: int) -> str:
    """The line of a place, and the words around it."""
    text = article.text
    before = text[max(0, span.start - _CONTEXT) : span.start]
    after = text[span.end : span.end + _CONTEXT]
    words = text[span.start : span.end]
    if len(words) > 60:
        words = f"{words[:30]} … {words[-25:]}"
    left = "…" if span.start > _CONTEXT else ""
    right = "…" if span.end + _CONTEXT < len(text) else ""
    around = " ".join(f"{left}{before}»{words}«{after}{right}".split())
    return f"line {article.line_at(span.start) + first_line}: {around}"


# --- no place ------------------------------------------------------------------------------------


def _lost(
    article: ReaderText, target: Target, elsewhere: tuple[Span, ...], first_line: int
) -> Explanation:
    assert target.quote is not None
    if not elsewhere:
        message = "these words do not stand in the article"
        hint = _lost_hint(article, target.quote, first_line)
        return Explanation("quote-lost", message, hint, "quote")
    keys = [key for key in ("section", "prefix", "suffix") if getattr(target, key) is not None]
    named = " and ".join(f"`{key}`" for key in keys)
    says = "says" if len(keys) == 1 else "say"
    message = f"these words stand in the article, but not where {named} {says}"
    lines = [_shown_place(article, span, first_line) for span in elsewhere[:_SHOWN_PLACES]]
    hint = f"mend {named}; the words stand here:\n" + "\n".join(lines)
    return Explanation("quote-lost", message, hint, keys[-1])


def _lost_hint(article: ReaderText, quote: str, first_line: int) -> str:
    wanted = normalize_quote(quote)
    if _MARKUP.search(quote):
        bare = normalize_quote(re.sub(r"\]\([^)]*\)|[*_`\[\]]", "", quote))
        if next(occurrences(article, bare), None):
            return f"quote what the reader sees, without Markdown's marks:\nquote: {quoted(bare)}"
    text = article.normalized.text
    caseless = text.lower()
    at = caseless.find(wanted.lower()) if len(caseless) == len(text) else -1
    # The same words, and yet lost: a part of a character, such as one of a family's.
    if at >= 0 and text[at : at + len(wanted)] != wanted:
        span = Span(*article.normalized.raw(at, at + len(wanted.lower())))
        return _nearest_hint(article, span, first_line, "capital letters differ")
    if passage := nearest(article, quote):
        return _nearest_hint(article, passage, first_line, "the nearest words are")
    return "copy the quote anew from the article as the reader sees it, or take the annotation out"


def _nearest_hint(article: ReaderText, span: Span, first_line: int, why: str) -> str:
    line = article.line_at(span.start) + first_line
    words = " ".join(article.text[span.start : span.end].split())
    return f"{why}, on line {line}:\nquote: {quoted(words)}"


def nearest(article: ReaderText, quote: str) -> Span | None:
    """The passage most like a quote, in whole words, if any is near. Only ever a hint.

    An alignment by rapidfuzz (`partial_ratio`), on normalized text.
    """
    wanted, text = normalize(quote).text.strip(), article.normalized.text
    if not wanted or len(wanted) > len(text) or len(wanted) * len(text) > _SEARCH_LIMIT:
        return None
    from rapidfuzz.fuzz import partial_ratio_alignment

    found = partial_ratio_alignment(wanted, text, score_cutoff=_NEAR_ENOUGH)
    if not found or found.dest_start == found.dest_end:
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and text[start - 1] != " " and text[start] != " ":
        start -= 1
    while end < len(text) and text[end] != " " and text[end - 1] != " ":
        end += 1
    if not text[start:end].strip():
        return None
    start, end = _trimmed(wanted, text, start, end)
    return Span(*article.normalized.raw(start, end))


def _trimmed(wanted: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a passage that is most like the words wanted, without others at its ends.

    An alignment is as long as the words that are searched, though the passage may have fewer. Ends
    are those of words, with or without the punctuation behind them.
    """
    from rapidfuzz.fuzz import ratio

    passage = text[start:end]
    words = list(re.finditer(r"\S+", passage))
    starts = [word.start() for word in words[:_MOST_TRIMMED]]
    ends = [word.end() for word in words[-_MOST_TRIMMED:]]
    ends += [e for e in (len(passage[:e].rstrip(_PUNCTUATION)) for e in ends) if e not in ends]
    _, first, last = max(
        (ratio(wanted, passage[a:b]), -a, b) for a in starts for b in ends if a < b
    )
    return start - first, start + last
