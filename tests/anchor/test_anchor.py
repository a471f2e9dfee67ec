"""Properties of anchoring and marking, over random articles and targets."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explainer.anchor import explain, find, mark
from explainer.anchor.normalize import normalize, normalize_quote, splits_character
from explainer.anchor.text import ReaderText, read
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target
from tests.helpers.cost import steps
from tests.helpers.examples import examples
from tests.helpers.markdown_strategies import ARTICLE

MARKDOWN = Markdown(MarkdownOptions(math=True))
SIGN = re.compile("\0[rn][0-9,]+\0")
MARK = re.compile(r"</?mark\b[^>]*>")


class _Runs(HTMLParser):
    """Collects the text of marks, by annotation, and checks that they nest properly."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.on: list[str] = []
        self.runs: dict[str, list[str]] = {}
        self.ids: list[str] = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag in ("br", "img", "input", "hr", "track"):
            return
        self.open.append(tag)
        if tag == "mark":
            assert not self.on, "a mark within a mark"
            self.on = attributes["data-annotation"].split()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag == "mark":
            self.on = []

    def handle_data(self, data):
        for name in self.on:
            self.runs.setdefault(name, []).append(data)


def reading_order(spans) -> list[tuple[int, int]]:
    return sorted(spans, key=lambda span: (span[1], span[0]))


def render_marked(tokens, reader: ReaderText, spans) -> str:
    ordered = reading_order(spans)
    placed = [mark.Highlight(f"n{i}", "context", a, b) for i, (a, b) in enumerate(ordered)]
    return MARKDOWN.render(mark.apply(tokens, reader, placed))


def spans_of(reader: ReaderText):
    """Return a strategy for spans of quotes: not empty, without white space at the ends."""
    text = reader.text
    solid = [i for i, c in enumerate(text) if not c.isspace()]
    inside = {i for block in reader.blocks for i in range(block.start, block.end)}
    solid = [i for i in solid if i in inside]
    firsts = [i for i in solid if not reader.cut_formula(i)]
    ends = {i + 1 for i in solid if not reader.cut_formula(i + 1)}
    assume(firsts)
    return st.sampled_from(firsts).flatmap(
        lambda start: st.sampled_from(sorted(end for end in ends if end > start)).map(
            lambda end: (start, end)
        )
    )


@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(ARTICLE, st.data())
def test_without_marks_the_rendering_is_plain(text, data):
    tokens = MARKDOWN.parse(text)
    plain = MARKDOWN.render(tokens)
    reader = read(tokens)
    spans = data.draw(st.lists(spans_of(reader), max_size=8))
    marked = render_marked(tokens, reader, spans)
    assert MARK.sub("", SIGN.sub("", marked)) == plain
    assert MARKDOWN.render(tokens) == plain, "the tokens were changed"


@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(ARTICLE, st.data())
def test_joined_runs_are_the_passage(text, data):
    tokens = MARKDOWN.parse(text)
    reader = read(tokens)
    spans = data.draw(st.lists(spans_of(reader), min_size=1, max_size=8))
    runs = _Runs()
    marked = render_marked(tokens, reader, spans)
    runs.feed(SIGN.sub("", marked))
    separators = {b.end for b in reader.blocks}
    for i, (start, end) in enumerate(reading_order(spans)):
        passage = "".join(
            c for at, c in enumerate(reader.text[start:end], start) if at not in separators
        )
        joined = "".join(runs.runs.get(f"n{i}", []))
        # Code blocks end with a line break, which separates blocks in the text.
        assert joined.replace("\n", "") == passage.replace("\n", "")
        assert runs.ids.count(f"ref-n{i}") == 1
    assert [int(n) for n in re.findall("\0r([0-9]+)\0", marked)] == list(range(len(spans)))
    noted = [int(n) for found in re.findall("\0n([0-9,]+)\0", marked) for n in found.split(",")]
    assert noted == list(range(len(spans))), "notes are in the order of their numbers"


@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
@given(ARTICLE, st.data())
def test_a_copied_quote_is_found_again(text, data):
    """A quote copied from the text is found there, alone or with the proposed prefix or suffix."""
    reader = article = read(MARKDOWN.parse(text))
    start, end = data.draw(spans_of(reader))
    quote = reader.text[start:end]
    assume(not splits_character(reader.text, start) and not splits_character(reader.text, end))
    assume(not re.search(r"\s(…|\.\.\.)\s", quote))
    target = Target(quote=quote)
    found = find.find(article, target)
    if isinstance(found, find.Lost) and found.inside:
        target = Target(quote=quote, inside=True)
        found = find.find(article, target)
    if isinstance(found, find.Lost):
        assert _cuts_character(reader.text, start, end)
    elif isinstance(found, find.Ambiguous):
        spans = [(s.start, s.end) for s in found.places.spans()]
        assert target.inside is False or any(_same(reader.text, s, (start, end)) for s in spans)
        check_suggestions(article, target)
    elif target.inside or found.start <= start < found.end:
        assert _same(reader.text, (found.start, found.end), (start, end))


def check_suggestions(article, target) -> list[find.Span]:
    """Paste each suggestion for an ambiguous target, and find the place that it is for."""
    found = find.find(article, target)
    assert isinstance(found, find.Ambiguous)
    explanation = explain.explain(article, target, found, first_line=1)
    assert explanation.message.endswith(f"occur {found.places.count} times in the article")
    shown = re.split(r"\n(?=line \d+: )", explanation.hint)[1:]
    spans = list(found.places.spans())
    assert len(shown) == len(spans) == found.places.count
    without = []
    for span, lines in zip(spans, shown, strict=True):
        keys = yaml.safe_load("\n".join(re.findall(r"\n    (\w+: ['\"].*)", lines)))
        if keys:
            assert find.find(article, replace(target, **keys)) == span
        else:
            without.append(span)
    return without


def _same(text, one, other) -> bool:
    return normalize_quote(text[one[0] : one[1]]) == normalize_quote(
        text[other[0] : other[1]]
    ) and (one[0] <= other[0] + 8 and other[0] <= one[0] + 8)


def _cuts_character(text, start, end) -> bool:
    return (
        splits_character(text, start)
        or splits_character(text, end)
        or not normalize_quote(text[start:end])
        or normalize(text).text.find(normalize_quote(text[start:end])) < 0
    )


@settings(max_examples=examples(1000), deadline=None)
@given(
    st.text(
        alphabet="ab \u00ad\u200d\u200b…“«›-e\u0301\u1100\u1161\u11a8—\n\u00a0.\ufe0f", max_size=24
    )
)
def test_normalize_maps_offsets_back(raw):
    normalized = normalize(raw)
    assert "  " not in normalized.text
    for i in range(len(normalized.text)):
        start, end = normalized.raw(i, i + 1)
        assert 0 <= start < end <= len(raw)
        again = normalize(raw[start:end]).text
        assert normalized.text[i] in again
    assert normalize(normalized.text).text == normalized.text


@pytest.mark.parametrize(
    ("article", "quote"),
    [
        ("He said “no”.", 'said "no"'),
        ('He said "no".', "said “no”"),
        ("the état", "e\u0301tat"),
        ("the e\u0301tat", "état"),
        ("soft\u00adhyphen", "softhyphen"),
        ("no\u00a0break", "no break"),
        ("a – b — c", "a - b - c"),
        ("wait…", "wait..."),
        ("two  spaces\nand a line", "two spaces and a line"),
        ("كلمة واحدة هنا", "واحدة"),
        ("他没有打电话。", "打电话"),
        ("she is a 👩‍💻 now", "👩‍💻"),
        ("I ❤️ it", "❤️"),
        ("I ❤️ it", "❤"),
    ],
)
def test_differences_in_typing(article, quote):
    searchable = read(MARKDOWN.parse(article))
    assert isinstance(find.find(searchable, Target(quote=quote)), find.Span)


@pytest.mark.parametrize(
    ("article", "quote"),
    [
        ("she is a 👩‍💻 now", "👩"),
        ("🇩🇪🇫🇷", "🇪🇫"),
        ("thumbs 👍🏽 up", "👍"),
        ("He said No", "no"),
        ("cafe\u0301", "cafe"),
    ],
)
def test_parts_of_characters_and_other_case_do_not_match(article, quote):
    searchable = read(MARKDOWN.parse(article))
    assert isinstance(find.find(searchable, Target(quote=quote)), find.Lost)


def test_time_is_linear():
    """Ten times the text takes about ten times the steps, even if it is repetitive."""

    def steps_of(size: int) -> int:
        article = read(MARKDOWN.parse("\n\n".join(["the same words again and again"] * size)))
        assert article.normalized

        def run():
            found = find.find(article, Target(quote="again … words"))
            assert isinstance(found, find.Ambiguous)
            found = find.find(article, Target(quote="same words"))
            assert isinstance(found, find.Ambiguous)
            explain.explain(article, Target(quote="same words"), found, first_line=1)

        return steps(run)

    assert steps_of(1000) < 15 * steps_of(100)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["<b>", "<span>a", "<div>\n\n"])
def test_time_is_linear_in_the_number_of_open_elements(unit):
    markdown = Markdown(MarkdownOptions(html=True))

    def steps_of(count):
        tokens = markdown.parse(unit * count)
        return steps(lambda: read(tokens))

    assert steps_of(1_000) < 6 * steps_of(250)
