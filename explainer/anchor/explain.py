"""Explain to the author why a target has no place, and how to fix it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from explainer.anchor.apart import Keys, ends_apart, tell_apart
from explainer.anchor.find import (
    Ambiguous,
    Inside,
    Lost,
    Miss,
    NoImage,
    NoSection,
    NoText,
    QuotePlaces,
    Span,
    cut_formula,
    occurrences,
)
from explainer.anchor.normalize import normalize, normalize_quote
from explainer.anchor.text import ReaderText
from explainer.anchor.words import WordCut, cut, may_cut
from explainer.model.annotations import Target
from explainer.model.problems import Code, short
from explainer.parse.text import quoted
from explainer.support.values import dataclass

_SHOWN_PLACES = 6
"""How many places are listed of words that are elsewhere."""
_SHOWN_WORDS = 3
"""How many words are listed that the quote is inside of."""
_MOST_PASSAGES = 2000
"""How many places of a `first … last` quote are listed one by one. There can be as many as pairs of
both ends; of more, the ends are listed."""
_CONTEXT = 30
"""Characters shown on either side of a place."""
_NEAR_ENOUGH = 60.0
"""The lowest similarity (0 to 100) at which the nearest passage helps more than it confuses. The
passage is only shown, never used, so a wrong one does no harm."""
_NEAR_NAME = 70
"""The same for names of headings and pictures, where a few letters make a big difference."""
_SEARCH_LIMIT = 20_000_000
"""Length of the text times length of the quote above which no nearest passage is searched for.

At this limit, the search takes about 0.1 s."""
_MOST_FITTED = 6
"""How many places between words, on either side of an end of the nearest passage, are tried as its
end. The number of comparisons is the square of it."""
_MOST_REACH = 100
"""How far away they may be, in characters."""
_PUNCTUATION = ".,;:!?)]}»”’\"'…"
_LONGER = "make the quote longer, or add its `section`"
_MARKUP = re.compile(r"\*\*|__|`|\]\(|(?<!\w)[*_]\w|\w[*_](?!\w)")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The text of a problem. `code`, `message`, and `hint` are those of `problems.Problem`."""

    code: Code
    message: str
    hint: str
    key: str
    """The key of the target that the problem is about: `quote`, `section` or `image`."""


def explain(article: ReaderText, target: Target, miss: Miss, *, first_line: int) -> Explanation:
    """Explain why `find.find` returned no place.

    `first_line` is the line of the file on which the article's text starts, from 1.
    """
    match miss:
        case Ambiguous(places):
            return _ambiguous(article, target, places, first_line)
        case Lost():
            return _lost(article, target, miss, first_line)
        case NoSection(candidates) if candidates:
            ids = ", ".join(f"`{s.id}`" for s in candidates)
            message = f"{len(candidates)} headings match `{target.section}`"
            hint = f"use the id of one of them: {ids}"
            return Explanation("section-ambiguous", message, hint, "section")
        case NoSection():
            names = [s.title if normalize_quote(s.title) else s.id for s in article.sections]
            message = f"no heading has the text or id `{target.section}`"
            hint = _one_of("headings", names, str(target.section))
            return Explanation("section-unknown", message, hint, "section")
        case NoImage(candidates) if candidates:
            message = f"the article shows `{target.image}` {len(candidates)} times"
            hint = "only a picture that appears once can be annotated"
            return Explanation("image-ambiguous", message, hint, "image")
        case NoImage():
            names = list(dict.fromkeys(image.src for image in article.images))
            message = f"the article has no picture `{target.image}`"
            hint = _one_of("pictures", names, str(target.image))
            return Explanation("image-unknown", message, hint, "image")
        case NoText(images):
            message = f"the heading `{target.section}` has no text that could be marked"
            hint = "give the heading a text, or quote words below it"
            shown = Counter(image.src for image in article.images)
            if names := [f"`{image.src}`" for image in images if shown[image.src] == 1]:
                hint = f"use `image` for one of its pictures: {', '.join(names)}"
            return Explanation("section-without-text", message, hint, "section")


def _one_of(what: str, names: list[str], query: str) -> str:
    if not names:
        return f"the article has no {what}"
    from rapidfuzz import process

    near = process.extractOne(query, names, score_cutoff=_NEAR_NAME)
    if near:
        return f"did you mean `{near[0]}`?"
    listed = ", ".join(f"`{name}`" for name in names[:8])
    return f"the article’s {what}: {listed}" + (", …" if len(names) > 8 else "")


# --- several places ------------------------------------------------------------------------------


def _ambiguous(
    article: ReaderText, target: Target, places: QuotePlaces, first_line: int
) -> Explanation:
    message = f"these words occur {places.count} times in the article"
    if places.ends is not None and places.count > _MOST_PASSAGES:
        prefixes, suffixes = ends_apart(article, target, places)
        beginnings, ends = ([m.span for m in part] for part in (places.beginnings, places.ends))
        hint = [
            "choose a beginning, and add what is below it to the annotation:",
            *_choices(article, beginnings, prefixes, first_line),
            "choose an end, and add what is below it, too:",
            *_choices(article, ends, suffixes, first_line),
        ]
    else:
        choices = tell_apart(article, target, places)
        hint = [
            "choose a place, and add what is below it to the annotation:",
            *_choices(article, places.spans(), choices, first_line),
        ]
    written = [key for key in ("quote", "prefix", "suffix", "section") if getattr(target, key)]
    if replaced := [k for k in written if any(line.startswith(f"    {k}: ") for line in hint)]:
        hint.append(f"replace the {' and '.join(f'`{key}`' for key in replaced)} that it has")
    return Explanation("quote-ambiguous", message, "\n".join(hint), "quote")


def _choices(
    article: ReaderText,
    spans: Iterable[Span],
    keys: Iterable[Keys | None],
    first_line: int,
) -> Iterator[str]:
    """Yield the line of each place, and below it the keys that tell it apart."""
    for span, own in zip(spans, keys, strict=True):
        yield _shown_place(article, span, first_line)
        if own:
            yield from (f"    {key}: {quoted(words)}" for key, words in own.items())
        else:
            yield f"    {_LONGER}"


def _shown_place(article: ReaderText, span: Span, first_line: int) -> str:
    """Return the line of a place, with the text around it."""
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


def _lost(article: ReaderText, target: Target, miss: Lost, first_line: int) -> Explanation:
    assert target.quote is not None
    if miss.inside:
        return _inside(article, target, miss, first_line)
    if not miss.elsewhere.count:
        if formula := cut_formula(article, target.quote):
            message = f"the quote begins or ends within the formula `{short(formula.tex)}`"
            hint = f"quote the formula as a whole: {quoted(f'${formula.tex}$')}"
            return Explanation("quote-lost", message, hint, "quote")
        message = "these words are not in the article"
        hint = _lost_hint(article, target.quote, first_line)
        return Explanation("quote-lost", message, hint, "quote")
    keys = [key for key in ("section", "prefix", "suffix") if getattr(target, key) is not None]
    named = " and ".join(f"`{key}`" for key in keys)
    puts = "puts" if len(keys) == 1 else "put"
    message = f"these words are in the article, but not where {named} {puts} them"
    hint = f"correct {named}; the words are here:\n" + _shown(article, miss.elsewhere, first_line)
    return Explanation("quote-lost", message, hint, keys[-1])


def _inside(article: ReaderText, target: Target, miss: Lost, first_line: int) -> Explanation:
    """Explain that the words are only inside other words."""
    one = miss.inside[0]
    wholes = dict.fromkeys(i.whole for i in miss.inside if (i.key, i.words) == (one.key, one.words))
    listed = ", ".join(f"`{short(whole)}`" for whole in islice(wholes, _SHOWN_WORDS))
    listed += ", …" if len(wholes) > _SHOWN_WORDS else ""
    allow = "if a part of a word is meant, add `inside: true`"
    if one.key != "quote":
        message = f"the {one.key} `{short(one.words)}` occurs beside the quote only inside {listed}"
        hint = f"correct or remove the `{one.key}`; {allow}"
        if miss.elsewhere.count:
            hint += "; the words are here:\n" + _shown(article, miss.elsewhere, first_line)
        return Explanation("quote-lost", message, hint, one.key)
    message = f"`{short(one.words)}` occurs only inside {listed}"
    if one.words == normalize_quote(target.quote or ""):
        hint = _nearest_hint(article, one.span, first_line, f"{allow}; the whole words are")
    else:
        line = article.line_at(one.span.start) + first_line
        hint = f"{allow}; otherwise correct the quote: see line {line}"
    return Explanation("quote-lost", message, hint, "quote")


def explain_cut(inside: Inside) -> tuple[str, str]:
    """Return the message and the hint about a quote, prefix, or suffix that may cut a word."""
    what = "" if inside.key == "quote" else f"the {inside.key} "
    message = f"{what}`{short(inside.words)}` is a part of `{short(inside.whole)}` in the article"
    return message, "if this is meant, add `inside: true`; otherwise use whole words"


def _shown(article: ReaderText, places: QuotePlaces, first_line: int) -> str:
    """Return the first places, each on a line."""
    spans = islice(places.spans(), _SHOWN_PLACES)
    lines = [_shown_place(article, span, first_line) for span in spans]
    if places.count > _SHOWN_PLACES:
        lines.append(f"and {places.count - _SHOWN_PLACES} more")
    return "\n".join(lines)


def _lost_hint(article: ReaderText, quote: str, first_line: int) -> str:
    query = normalize_quote(quote)
    if _MARKUP.search(quote):
        bare = normalize_quote(re.sub(r"\]\([^)]*\)|[*_`\[\]]", "", quote))
        if next(occurrences(article, bare), None):
            return f"quote the text as readers see it, without Markdown:\nquote: {quoted(bare)}"
    if span := _in_other_case(article, query):
        return _nearest_hint(article, span, first_line, "the capitalization differs")
    if passage := nearest(article, quote):
        return _nearest_hint(article, passage, first_line, "the most similar text is")
    return "copy the quote from the article as readers see it, or remove the annotation"


def _in_other_case(article: ReaderText, query: str) -> Span | None:
    """Return the first place of a normalized text in whole words if case is ignored."""
    text = article.normalized.text
    caseless, wanted = text.lower(), query.lower()
    if len(caseless) != len(text):
        return None
    at = caseless.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        # If the case is the same, the quote would cut a character, such as an emoji of a family.
        if text[at:end] != query and WordCut.WORD not in (cut(article, at), cut(article, end)):
            return Span(*article.normalized.raw(at, end))
        at = caseless.find(wanted, at + 1)
    return None


def _nearest_hint(article: ReaderText, span: Span, first_line: int, why: str) -> str:
    line = article.line_at(span.start) + first_line
    words = " ".join(article.text[span.start : span.end].split())
    return f"{why} on line {line}:\nquote: {quoted(words)}"


def nearest(article: ReaderText, quote: str) -> Span | None:
    """Return the passage most similar to a quote, in whole words, for use in a hint.

    Return None if no passage is similar enough, or the search would take too long. The normalized
    texts are aligned by rapidfuzz (`partial_ratio`).
    """
    query, text = normalize(quote).text.strip(), article.normalized.text
    if len(query) > len(text) or len(query) * len(text) > _SEARCH_LIMIT:
        return None
    from rapidfuzz.fuzz import partial_ratio_alignment

    alignment = partial_ratio_alignment(query, text, score_cutoff=_NEAR_ENOUGH)
    if not alignment:
        return None
    start, end = _fitted(article, query, alignment.dest_start, alignment.dest_end)
    return Span(*article.normalized.raw(start, end)) if start < end else None


def _fitted(article: ReaderText, query: str, start: int, end: int) -> tuple[int, int]:
    """Return the start and end of the words that are most similar to the quote.

    They are searched for near an alignment, which is as long as the quote, although there may be
    more or fewer words now. The punctuation after the last word may be left out.
    """
    from rapidfuzz.distance import LCSseq

    text = article.normalized.text

    def edges(at: int, beside: int) -> Iterator[int]:
        """Yield offsets between words: some up to `at` and some from there on."""
        for way in (range(at, -1, -1), range(at, len(text) + 1)):
            near = way[:_MOST_REACH]
            cuts = (
                i for i in near if may_cut(article, i) and text[i - beside : i + 1 - beside] > " "
            )
            yield from islice(cuts, _MOST_FITTED)

    starts, ends = set(edges(start, 0)), set(edges(end, 1))
    ends |= {len(text[:at].rstrip(_PUNCTUATION)) for at in ends}

    def similarity(piece: tuple[int, int]) -> tuple[float, int]:
        length = piece[1] - piece[0]
        return 3 * LCSseq.similarity(query, text[slice(*piece)]) - length, -piece[0]

    return max(((a, b) for a in starts for b in ends if a < b), key=similarity, default=(0, 0))
