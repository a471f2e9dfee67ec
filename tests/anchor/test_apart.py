"""explainer/anchor/apart.py: what tells equal quotes apart works when it is pasted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.anchor import explain, find
from explainer.anchor.apart import _all_words, reach, tell_apart
from explainer.anchor.text import ReaderText, read
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target
from tests.helpers.cost import steps
from tests.helpers.examples import examples

MARKDOWN = Markdown(MarkdownOptions())
SENTENCE = (
    "As all of our staff know well and have always known by now, every single person should "
    "submit the form to the office by Friday noon at the very latest each week please."
)


def article(text: str) -> ReaderText:
    return read(MARKDOWN.parse(text))


def suggestions(reader: ReaderText, target: Target) -> list[dict[str, str] | None]:
    """Return the keys for each place, after checking that each of them finds its place."""
    found = find.find(reader, target)
    assert isinstance(found, find.Ambiguous)
    told = list(tell_apart(reader, target, found.places))
    spans = list(found.places.spans())
    assert len(told) == len(spans) == found.places.count
    for keys, span in zip(told, spans, strict=True):
        if keys:
            assert find.find(reader, replace(target, **keys)) == span, keys
    return told


@pytest.mark.parametrize(
    ("text", "quote", "keys"),
    [
        pytest.param(
            "\n\n".join(
                f"The {n} bell rings." for n in "one two three four five six seven".split()
            ),
            "bell",
            [{"prefix": n} for n in "one two three four five six seven".split()],
            id="many",
        ),
        pytest.param(
            f"## One\n\n{SENTENCE}\n\n## Two\n\n{SENTENCE}",
            "submit the form",
            [{"section": "one"}, {"section": "two"}],
            id="repeated in sections",
        ),
        pytest.param(
            f"## One {{#same}}\n\n{SENTENCE}\n\n## Two {{#same}}\n\n{SENTENCE}",
            "submit the form",
            None,
            id="repeated in sections with one id",
        ),
        pytest.param(
            f"{SENTENCE} One. {SENTENCE} Two.",
            "submit the form",
            [
                {"suffix": SENTENCE.partition("submit the form ")[2] + " One."},
                {"suffix": SENTENCE.partition("submit the form ")[2] + " Two."},
            ],
            id="repeated without sections",
        ),
        pytest.param(
            "一级标题下，不能直接出现三级标题，示例中的二级标题与三级标题都有说明。",
            "三级标题",
            [{"suffix": "，"}, {"prefix": "与"}],
            id="Chinese",
        ),
        pytest.param(
            "日本の首都は東京です。昔の首都は京都です。",
            "首都は",
            [{"suffix": "東"}, {"suffix": "京"}],
            id="Japanese",
        ),
        pytest.param(
            "ฉันกินข้าวแล้ว เขากินข้าวเย็น",
            "กินข้าว",
            [{"prefix": "น"}, {"prefix": "า"}],
            id="Thai",
        ),
        pytest.param(
            "We said alpha first. Then alpha again. He had omega here. She had omega there.",
            "alpha … omega",
            [
                {"prefix": "said", "suffix": "here."},
                {"prefix": "said", "suffix": "there."},
                {"prefix": "Then", "suffix": "here."},
                {"prefix": "Then", "suffix": "there."},
            ],
            id="two beginnings and two ends",
        ),
        pytest.param(
            "Here alpha, omega, and alpha to omega",
            "alpha … omega",
            None,
            id="the end is the last word",
        ),
        pytest.param(
            "alpha one. alpha two. omega one. omega",
            "alpha … omega",
            [
                {"quote": "alpha one. … omega", "suffix": "one."},
                {"quote": "alpha one. … one. omega"},
                {"prefix": "one.", "suffix": "one."},
                {"quote": "alpha … one. omega", "prefix": "one."},
            ],
            id="nothing before and nothing after",
        ),
        pytest.param(
            "alpha omega omega",
            "alpha … omega",
            [{"suffix": "omega"}, {"quote": "alpha omega omega"}],
            id="the words that tell the beginning apart are beyond the end",
        ),
        pytest.param(
            "a x b, a x c, d x b, d x c",
            "x",
            [
                {"suffix": "b, a"},
                {"suffix": "c,"},
                {"prefix": "c, d"},
                {"prefix": "b, d"},
            ],
            id="two words",
        ),
        pytest.param(
            "\n\n".join(
                f"{a * 13} x {b * 13}." for a in ("above ", "before ") for b in (" come", " done")
            ),
            "x",
            [
                {"prefix": "above", "suffix": "come"},
                {"prefix": "above", "suffix": "done"},
                {"prefix": "before", "suffix": "come"},
                {"prefix": "before", "suffix": "done"},
            ],
            id="both sides",
        ),
        pytest.param(
            "".join(f"{a * 41}x{b * 41}。" for a in "甲乙" for b in "丙丁"),
            "x",
            [
                {"prefix": "甲", "suffix": "丙"},
                {"prefix": "甲", "suffix": "丁"},
                {"prefix": "乙", "suffix": "丙"},
                {"prefix": "乙", "suffix": "丁"},
            ],
            id="both sides in Chinese",
        ),
        pytest.param(
            "no 28 February. The casino 28 February.",
            "28 February.",
            [{"prefix": "no"}, {"prefix": "casino"}],
            id="a prefix inside a word",
        ),
        pytest.param(
            "On 28 February no one. On 28 February nowhere.",
            "28 February",
            [{"suffix": "no"}, {"suffix": "nowhere."}],
            id="a suffix inside a word",
        ),
        pytest.param(
            f"{SENTENCE} One. {SENTENCE} Two.",
            "As all of our",
            [
                {"suffix": SENTENCE.partition("As all of our ")[2] + " One."},
                {"prefix": "One."},
            ],
            id="at the start of the article",
        ),
        pytest.param(
            f"One. {SENTENCE} Two. {SENTENCE}",
            "each week please.",
            [
                {"suffix": "Two."},
                {"prefix": "Two. " + SENTENCE.partition(" each week")[0]},
            ],
            id="at the end of the article",
        ),
        pytest.param(
            "\n\n".join(f"## Part {n}\n\n{SENTENCE}" for n in range(7)),
            "submit the form",
            [{"section": f"part-{n}"} for n in range(7)],
            id="repeated in many sections",
        ),
        pytest.param(
            "a a a a a",
            "a",
            [
                {"suffix": "a a a a"},
                {"prefix": "a", "suffix": "a a a"},
                {"prefix": "a a", "suffix": "a a"},
                {"prefix": "a a a", "suffix": "a"},
                {"prefix": "a a a a"},
            ],
            id="the same word",
        ),
        pytest.param(
            "one ( word ) two two (word) two",
            "word",
            [{"prefix": "one ("}, {"prefix": "two ("}],
            id="white space beside the quote does not count",
        ),
        pytest.param(
            "```\n 甲三级。乙甲三级。\n```",
            "三级",
            [{"suffix": "。乙"}, {"prefix": "乙甲"}],
            id="white space at the start of the article does not count",
        ),
        pytest.param(
            "alpha mid two, alpha x mid two, omega.",
            "alpha … mid two … omega",
            [{"quote": "alpha mid two, alpha x mid two, omega"}, {"prefix": "two,"}],
            id="the words that tell the beginning apart are in the middle",
        ),
        pytest.param(
            "a b a a a",
            "a … a",
            [
                {"suffix": "a a"},
                {"quote": "a b a a"},
                {"quote": "a b … a a a"},
                {"quote": "a a", "prefix": "b"},
                {"quote": "a a a"},
                {"prefix": "a"},
            ],
            id="all words of a passage, which are elsewhere, too",
        ),
        pytest.param(
            "alpha mid beta one. alpha mid beta two. omega one. omega",
            "alpha … mid … omega",
            [
                {"quote": "alpha mid beta one. alpha mid beta two. omega"},
                {"quote": "alpha mid beta one. alpha mid beta two. omega one. omega"},
                {"prefix": "one.", "suffix": "one."},
                {"quote": "alpha … mid … one. omega", "prefix": "one."},
            ],
            id="the words that tell the beginning apart are beyond the middle",
        ),
        pytest.param(
            "```\nif x:\n" + " " * 9000 + "return y\nelse:\n" + " " * 9000 + "return y\n```",
            "return y",
            [{"prefix": "x:"}, {"prefix": "else:"}],
            id="white space in code",
        ),
    ],
)
def test_keys(text, quote, keys):
    told = suggestions(article(text), Target(quote=quote))
    assert all(told)
    if keys is not None:
        assert told == keys


@pytest.mark.parametrize(
    ("words", "is_short"),
    [
        ("elephants " * 11 + "{}.", True),  # 12 words
        ("elephants " * 12 + "{}.", False),
        ("ab " * 12 + "abc{}", True),  # 40 characters
        ("ab " * 12 + "abcd{}", False),
    ],
)
def test_a_section_rather_than_a_long_suffix(words, is_short):
    text = "\n\n".join(f"## Part {n}\n\n{SENTENCE} Here {words.format(n)}" for n in "ab")
    suffixes = [{"suffix": words.format(n)} for n in "ab"]
    sections = [{"section": f"part-{n}"} for n in "ab"]
    told = suggestions(article(text), Target(quote="Here"))
    assert told == (suffixes if is_short else sections)


@pytest.mark.parametrize(("length", "is_told"), [(2000, True), (2001, False)])
def test_the_longest_context(length, is_told):
    same = "word " * 500
    words = ("word " * 400)[: length - len("a ")]
    for key, block in (
        ("prefix", f"{{}} {words} here {same}"),
        ("suffix", f"{same} here {words} {{}}"),
    ):
        reader = article("\n\n".join(map(block.format, "ab")))
        told = suggestions(reader, Target(quote="here"))
        assert [len(keys[key]) if keys else 0 for keys in told] == [length * is_told] * 2


@pytest.mark.parametrize(("length", "is_told"), [(2000, True), (2001, False)])
def test_the_longest_passage_that_is_quoted_with_all_of_its_words(length, is_told):
    passage = f"alpha mid {'x' * (length - len('alpha mid  omega omega'))} omega omega"
    told = suggestions(article(passage), Target(quote="alpha … mid … omega"))
    assert told == [{"suffix": "omega"}, {"quote": passage} if is_told else None]


@pytest.mark.parametrize(
    ("places", "length"),
    [
        (1, 2000),
        (2000, 2000),
        (2001, 1999),
        (19_900, 201),
        (20_000, 200),
        (20_001, 200),
        (1_000_000, 200),
    ],
)
def test_of_very_many_places_less_context_is_compared(places, length):
    assert reach(places) == length


@pytest.mark.parametrize(
    ("searches", "length", "is_told"), [(100_000, 40, True), (97_561, 41, False)]
)
def test_only_so_many_passages_are_searched_for(searches, length, is_told):
    """Four million characters in total: one more than that is too many."""
    text = f"alpha {'x' * (length - len('alpha  omega'))} omega"
    reader, known = article(text), {str(number): {} for number in range(searches)}
    told = _all_words(reader, Target(quote="alpha … omega"), 0, length, known)
    assert told == ({find.Span(0, length): {"quote": text}} if is_told else {})


def test_the_keys_that_the_target_has_stay_or_are_replaced():
    reader = article("the word one, the word two, a word one, by the word one")
    assert suggestions(reader, Target(quote="word", prefix="the")) == [
        {"suffix": "one,"},
        {"suffix": "two,"},
        {"prefix": "by the"},
    ]


@pytest.mark.parametrize(
    ("text", "given", "keys"),
    [
        (
            "We said alpha first, omega then omega",
            {"prefix": "We said"},
            [{"suffix": "then"}, {"quote": "alpha … then omega"}],
        ),
        (
            "alpha and then alpha first, omega here now",
            {"suffix": "here now"},
            [{"quote": "alpha and … omega"}, {"prefix": "then"}],
        ),
    ],
)
def test_keys_that_say_less_than_those_of_the_target_are_left_out(text, given, keys):
    assert suggestions(article(text), Target(quote="alpha … omega", **given)) == keys


def test_sixty_ends():
    ends = "\n\n".join(f"It is word{n} end." for n in range(60))
    reader = article(f"We begin one here. We begin two here.\n\n{ends}")
    told = suggestions(reader, Target(quote="We begin … end."))
    assert len(told) == 120
    assert all(told)
    assert told[0] == {"quote": "We begin one … end.", "suffix": "It is word1"}


def test_of_very_many_passages_the_ends_are_listed():
    lines = "\n\n".join(f"From {n} here to {n} there." for n in range(100))
    reader = article(lines)
    target = Target(quote="here … there")
    found = find.find(reader, target)
    assert isinstance(found, find.Ambiguous)
    assert found.places.count == 5050
    hint = explain.explain(reader, target, found, first_line=1).hint
    beginnings, ends = hint.split("\nchoose an end, and add what is below it, too:\n")
    assert beginnings.startswith(
        "choose a beginning, and add what is below it to the annotation:\n"
    )
    assert beginnings.count("\nline ") == 100
    assert f"\n{ends}".count("\nline ") == 100
    assert "    prefix: '42'" in hint
    assert "    suffix: '. From 43'" in hint
    placed = find.find(reader, replace(target, prefix="7", suffix=". From 9"))
    assert isinstance(placed, find.Span)
    assert reader.text[placed.start : placed.end].startswith("here to 7 there.")


WORDS = st.lists(
    st.sampled_from(["a", "b", "a", "ab", "1", "1.5", "x,", "电", "话", "-", "…"]), max_size=8
)
BLOCKS = st.lists(
    st.one_of(
        WORDS.map(" ".join), WORDS.map("".join), st.sampled_from(["## a", "### b", "a b a b"])
    ),
    min_size=1,
    max_size=6,
).map("\n\n".join)
QUOTES = st.sampled_from(["a", "b", "电", "a b", "a … b", "a … a", "b … a … b", "1"])


@settings(max_examples=examples(300), deadline=None)
@given(BLOCKS, QUOTES, st.booleans(), st.integers(0, 8))
def test_every_suggestion_works(text, quote, inside, nth):
    reader = article(text)
    target = Target(quote=quote, inside=inside)
    if not isinstance(find.find(reader, target), find.Ambiguous):
        return
    told = suggestions(reader, target)
    assert all(told)
    # If the target has a prefix or suffix that does not suffice, the suggestions work, too.
    keys = told[nth % len(told)] or {}
    for key, end in (("prefix", -1), ("suffix", 0)):
        if key in keys:
            partly = replace(target, **{key: keys[key].split(" ")[end]})
            if isinstance(find.find(reader, partly), find.Ambiguous):
                suggestions(reader, partly)


def test_work_is_linear_in_the_number_of_places():
    """Ten times the places take about ten times the steps, even in repetitive text."""

    def steps_of(size: int, quote: str) -> int:
        reader = article("\n\n".join(["the same words again and again"] * size))
        assert reader.normalized
        target, hints = Target(quote=quote), []

        def run():
            found = find.find(reader, target)
            assert isinstance(found, find.Ambiguous)
            hints.append(explain.explain(reader, target, found, first_line=1).hint)

        count = steps(run)
        assert hints[0].count("\nline ") >= size
        return count

    for quote in ("same words", "again", "again … words", "the … same … again"):
        assert steps_of(500, quote) < 20 * steps_of(50, quote), quote
