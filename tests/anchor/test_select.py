"""explainer/anchor/select.py: turn text that a reader selected into a target."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.anchor import find
from explainer.anchor import text as anchor_text
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.select import ForeignQuote, NoPlace, describe, locate, whole_words
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target
from tests.helpers.examples import examples

ARTICLE = """\
# A heading

He *said* that [he would](x) come. He said that again, and he said `that` too.

| a | b |
|---|---|
| one cell | another |

    def f():
        return "that"

The last paragraph goes on for some time with many words in it, so that nobody would want to
write all of it out, one word after the other, in a file beside it, when the first and the
last of them say it. Soft\u00adhyphen. 👩‍👩‍👧 family. 👩‍👩‍👧 family.
"""


def test_a_long_quote_that_occurs_twice_is_whole() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    article = anchor_text.read(Markdown(MarkdownOptions()).parse(f"First {words}.\n\nNow {words}."))
    start, end = pick(article, words, 1)
    assert describe(article, find.Span(start, end)) == Target(quote=words, prefix="Now")


@pytest.fixture(scope="module")
def article():
    return anchor_text.read(Markdown(MarkdownOptions()).parse(ARTICLE))


def pick(article, words, nth=0):
    at = -1
    for _ in range(nth + 1):
        at = article.text.index(words, at + 1)
    return at, at + len(words)


@pytest.mark.parametrize(
    ("words", "nth", "target"),
    [
        ("said that he would come", 0, Target(quote="said that he would come")),
        (" said that again,\n"[:-1], 0, Target(quote="said that again,")),
        ("said that", 0, Target(quote="said that", suffix="he")),
        ("said that", 1, Target(quote="said that", suffix="again,")),
        ("said that", 2, Target(quote="said that", prefix="he")),
        ("one cell\nanother", 0, Target(quote="one cell another")),
        ('def f():\n    return "that"', 0, Target(quote='def f(): return "that"')),
        ("Soft\u00adhyphen", 0, Target(quote="Softhyphen")),
        ("👩‍👩‍👧", 1, Target(quote="👩‍👩‍👧", prefix="family.")),
    ],
)
def test_descriptions(article, words, nth, target):
    start, end = pick(article, words, nth)
    made = describe(article, find.Span(start, end))
    assert made == target
    place = find.find(article, made)
    assert isinstance(place, find.Span)


def test_long_selections_are_abridged(article):
    start, end = pick(article, "The last")[0], pick(article, "say it.")[1]
    target = describe(article, find.Span(start, end))
    assert target == Target(quote="The last paragraph goes … of them say it.")
    assert find.find(article, target) == find.Span(start, end)


@pytest.mark.parametrize(("between", "longest"), [(" ", 200), ("\n", 90)])
def test_the_longest_selection_that_is_written_out(between, longest):
    for length in (longest, longest + 1):
        text = f"One two three four five.{between}" + "Six, seven, eight, and so on. " * 9
        text = text[: length - 1] + "!"
        source = text.replace("\n", "\n\n")
        article = anchor_text.read(Markdown().parse(f"Before.\n\n{source}\n\nAfter."))
        span = find.Span(*pick(article, text))
        assert span.end - span.start == length
        assert ("…" in describe(article, span).quote) == (length > longest)


@pytest.mark.parametrize(("same", "kept"), [(3, 4), (4, 6), (5, 6), (6, 8), (7, 8), (8, None)])
def test_a_long_selection_keeps_as_many_words_as_identify_it(same, kept):
    head, tail = (" ".join(f"{name}{n}" for n in range(same)) for name in ("head", "tail"))
    middle = " ".join(f"middle{n}" for n in range(30))
    text = f"{head} {middle} {tail}"
    article = anchor_text.read(Markdown().parse(f"{head} else {tail}.\n\n{text}."))
    span = find.Span(*pick(article, text))
    words = text.split()
    quote = f"{' '.join(words[:kept])} … {' '.join(words[-kept:])}" if kept else text
    assert describe(article, span) == Target(quote=quote)


def test_invisible_characters_at_the_ends_of_a_selection():
    article = anchor_text.read(Markdown().parse("\u200bOne \u2060\u200b two. \u2060 One."))
    assert describe(article, find.Span(0, 7)) == Target(quote="One", suffix="two.")
    assert describe(article, find.Span(4, 6)) == NoPlace("the quote is only white space")
    assert whole_words(article, find.Span(2, 7)) == find.Span(1, 4)


@pytest.mark.parametrize("words", ["One\u200e", "\u200fOne", "One\u200c", "❤\ufe0f", "☝\ufe0f"])
def test_invisible_characters_that_belong_to_a_selection(words):
    article = anchor_text.read(Markdown().parse(f"{words} or {words} and {words}."))
    span = find.Span(*pick(article, words, 1))
    target = describe(article, span)
    assert target == Target(quote=target.quote, prefix="or")
    found = find.find(article, target)
    assert article.text[found.start : found.end].strip("\u200e\u200f\u200c\ufe0f") == (
        words.strip("\u200e\u200f\u200c\ufe0f")
    )


@settings(max_examples=examples(400), deadline=None)
@given(st.data())
def test_every_selection_is_found_at_its_place(article, given_data):
    text = article.text
    start = given_data.draw(st.integers(0, len(text) - 1))
    end = given_data.draw(st.integers(start + 1, len(text)))
    target = describe(article, find.Span(start, end))
    if isinstance(target, NoPlace):
        assert not text[start:end].strip(" \n\u00ad")
        return
    place = find.find(article, target)
    assert isinstance(place, find.Span)
    assert text[start:end].strip().replace("\u00ad", "") in text[place.start : place.end].replace(
        "\u00ad", ""
    )
    assert place.end - place.start <= end - start + 8
    if not normalize_quote(text[start:end]):
        return  # browsers do not select parts of a character
    # The same words, as a browser reports them, are found at the same place.
    squeezed = "".join(text[:start].split())
    quote = ForeignQuote(
        text[start:end],
        text[max(0, start - 200) : start],
        text[end : end + 200],
        offset=len(squeezed),
    )
    found = locate(article, quote)
    assert isinstance(found, find.Span)
    assert describe(article, found) == target


@pytest.mark.parametrize(
    ("words", "grown"),
    [("ad", "heading"), ("aid that he w", "said that he would"), ("ing\nHe s", "heading\nHe said")],
)
def test_a_selection_is_completed_or_kept_inside_words(article, words, grown):
    start, end = pick(article, words)
    span = find.Span(start, end)
    whole = whole_words(article, span)
    assert article.text[whole.start : whole.end] == grown
    assert not describe(article, whole).inside
    target = describe(article, span)
    assert target.inside
    assert find.find(article, target) == span


@pytest.mark.parametrize(
    ("text", "quote", "place"),
    [
        # The rest of the word is beside the quote where it was made, too.
        ("It is impossible.", ForeignQuote("possible", "It is im", "."), (8, 16)),
        ("It is impossible.", ForeignQuote("possible", "im"), (8, 16)),
        ("It is impossible.", ForeignQuote("possible", "m"), (8, 16)),
        ("It is impossible.", ForeignQuote("impos", "It is ", "s"), (6, 11)),
        ("Some 25 people.", ForeignQuote("5", "Some 2", " people."), (6, 7)),
        # It is not: the words that the quote was made on are gone.
        ("It is impossible.", ForeignQuote("possible", "It is ", "."), None),
        ("It is impossible.", ForeignQuote("possible"), None),
        ("It is impossible.", ForeignQuote("impos", "It is "), None),
        ("It is impossible.", ForeignQuote("impos", "It is ", "t"), None),
        ("Some 25 million people.", ForeignQuote("5 million", "Some ", " people."), None),
        ("The casino.", ForeignQuote("no", "", "."), None),
        # A whole word is preferred.
        ("impossible, possible", ForeignQuote("possible"), (12, 20)),
        # Scripts without spaces, and with particles
        ("一级标题下", ForeignQuote("标题"), (2, 4)),
        ("대통령은 말했다", ForeignQuote("대통령"), (0, 3)),
    ],
)
def test_a_foreign_quote_inside_a_word(text, quote, place):
    reader = anchor_text.read(Markdown(MarkdownOptions()).parse(text))
    found = locate(reader, quote)
    if place is None:
        assert found == NoPlace("these words are only inside other words")
    else:
        assert found == find.Span(*place)
        target = describe(reader, found)
        assert find.find(reader, target) == found


SIGNS = "He came.[^1] He saw.[^2] He came. He left.\n\n[^1]: One.\n[^2]: Two.\n"


def test_context_distinguishes_equal_selections(article):
    for nth in range(3):
        start, end = pick(article, "said that", nth)
        text = article.text
        quote = ForeignQuote(
            "said  that", text[start - 5 : start], text[end : end + 5].replace("\n", "")
        )
        assert locate(article, quote) == find.Span(start, end)
    again = locate(article, ForeignQuote("said that", suffix="again"))
    assert again == find.Span(*pick(article, "said that", 1))
    first = locate(article, ForeignQuote("said that", "The title of the page. A heading He"))
    assert first == find.Span(*pick(article, "said that", 0))
    assert isinstance(locate(article, ForeignQuote("said that")), NoPlace)
    assert isinstance(locate(article, ForeignQuote("not there")), NoPlace)


@pytest.mark.parametrize(
    ("quote", "times"),
    [
        (ForeignQuote("another", "two cells"), ""),
        (ForeignQuote("another", suffix="two cells"), ""),
        (ForeignQuote("said that", "nobody", "anything"), " (3 times)"),
    ],
)
def test_the_text_around_a_quote_must_agree(article, quote, times):
    assert locate(article, quote, agreeing=4) == NoPlace(
        f"these words are in the article{times}, but next to other text"
    )
    assert locate(article, ForeignQuote("another", "one cell"), agreeing=4) == find.Span(
        *pick(article, "another")
    )


@pytest.mark.parametrize(
    ("exact", "prefix", "suffix", "words"),
    [
        ("He came.[1] He", "", "", "He came. He"),
        ("He came.", "", "[1] He saw", "He came."),
        ("[2] He came. He", "He saw.", "", "He came. He"),
        ("He came.", "He saw.[2] ", " He left.", "He came."),
        ("[1] He saw.[٢]", "", "", "He saw."),
        ("Two. ↩\ufe0e", "One. ↩\ufe0e", "", "Two."),
        ("saw. He came", "[1] He", "", "saw. He came"),
    ],
)
def test_footnote_signs_are_ignored(exact, prefix, suffix, words):
    article = anchor_text.read(Markdown().parse(SIGNS))
    span = locate(article, ForeignQuote(exact, prefix, suffix))
    assert isinstance(span, find.Span)
    assert article.text[span.start : span.end] == words


@pytest.mark.parametrize("exact", ["[1]", "↩", "He came.[2]", "He [1] came"])
def test_other_footnote_signs_are_not_in_the_text(exact):
    assert isinstance(
        locate(anchor_text.read(Markdown().parse(SIGNS)), ForeignQuote(exact)), NoPlace
    )
