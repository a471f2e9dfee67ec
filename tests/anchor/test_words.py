"""explainer/anchor/words.py: a quote is in whole words, unless its author says otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.anchor import explain, find
from explainer.anchor.text import ReaderText, read
from explainer.anchor.words import WordCut, context, cut, grow, may_cut
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target
from tests.helpers.cost import steps
from tests.helpers.examples import examples

MARKDOWN = Markdown(MarkdownOptions(html=True))


def article(text: str) -> ReaderText:
    return read(MARKDOWN.parse(text))


def inside_of(found: find.Lost) -> list[tuple[str, str, str]]:
    return [(one.key, one.words, one.whole) for one in found.inside]


@pytest.mark.parametrize(
    ("text", "quote", "whole"),
    [
        # The words that were annotated are gone; what is left of them says something else.
        ("Some 25 million people voted.", "5 million people", "25 million people"),
        ("It was found to be impossible to verify.", "possible to verify", "impossible to verify"),
        ("The plan is illegal under the law.", "legal under the law", "illegal under the law"),
        ("The government fell.", "men", "government"),
        ("It rose by 12.55 percent.", "2.5", "12.55"),
        ("Das ist die Unabhängigkeit.", "abhängigkeit", "Unabhängigkeit"),
        # Letters
        ("They cannot leave.", "They can", "They cannot"),
        ("They can’t leave.", "They can", "They can't"),
        ("The men won't go.", "The men won", "The men won't"),
        ("He uses JavaScript.", "Java", "JavaScript"),
        ("Это невозможно.", "возможно", "невозможно"),
        ("Είναι παράνομο.", "νομο", "παράνομο"),
        ("यह राजनीति है।", "राजन", "राजनीति"),
        ("ეს შეუძლებელია", "შესაძლებელია", None),
        ("5 μm wide", "5 μ", "5 μm"),
        ("A cafe\u0301s list", "café", "cafés"),
        ("im\u00adpossible", "possible", "impossible"),
        ("im\u200bpossible", "possible", "impossible"),
        ("im**possible** here", "possible here", "impossible here"),
        ("im<b>possible</b>", "possible", "impossible"),
        ("`foo`s", "foo", "foos"),
        # Numbers
        ("It is 5.3 now.", "5", "5.3"),
        ("It is 5.3 now.", "3", "5.3"),
        ("It costs 5.3 million.", "It costs 5.", "It costs 5.3"),
        ("It has 1,500 people.", "500 people", "1,500 people"),
        ("It has 1,500 people.", "It has 1", "It has 1,500"),
        ("It has 1,500,000 people.", "500", "1,500,000"),
        ("It has 1\u00a0500 people.", "500 people", "1 500 people"),
        ("It has 1\u202f500\u202f000 people.", "500", "1 500 000"),
        ("It has 1\u2009500 people.", "has 1", "has 1 500"),
        ("Es sind 1'500 Leute.", "500 Leute", "1'500 Leute"),
        ("Es sind 1’500 Leute.", "500 Leute", "1'500 Leute"),
        ("It was -5 degrees.", "5 degrees", "-5 degrees"),
        ("It was −5 degrees.", "5 degrees", "-5 degrees"),
        ("It was –5 degrees.", "5 degrees", "-5 degrees"),
        ("−5 degrees", "5 degrees", "-5 degrees"),
        ("It was (-5) degrees.", "5", "-5"),
        ("It was +5 degrees.", "5 degrees", "+5 degrees"),
        ("A loss of -$5 million.", "$5 million", "-$5 million"),
        ("A loss of $-5 million.", "5 million", "-5 million"),
        ("Use .5 of it.", "5 of it", ".5 of it"),
        ("Costs $.50 now.", "50 now", ".50 now"),
        ("About 10² of them.", "10", "10²"),
        ("It took 5½ hours.", "It took 5", "It took 5½"),
        ("٢٥ مليون", "٥ مليون", "٢٥ مليون"),
        ("٢٫٥", "٥", "٢٫٥"),
        ("२५ लाख", "५ लाख", "२५ लाख"),
        ("มี ๒๕ คน", "๕ คน", "๒๕ คน"),
        ("共25万人", "5万人", "25万人"),
        ("on 10.11.2024 at", "11", "10.11.2024"),
        ("IP 192.168.0.1", "168", "192.168.0.1"),
        ("It is 5×10⁻³ now.", "10", "10⁻³"),
        ("It is 10^-6 now.", "6", "-6"),
        ("It is 1⁄2 now.", "1", "1⁄2"),
        ("It has 5\u2006000 people.", "has 5", "has 5 000"),
        ("It has 1´500 people.", "500 people", "1´500 people"),
        ("٢،٥ مليون", "٥ مليون", "٢،٥ مليون"),
        ("It is (3,-5).", "5", "-5"),
        ("A loss of −US$5 million.", "US$5 million", "-US$5 million"),
        ("A loss of −US$5 million.", "$5 million", "-US$5 million"),
        ("A loss of -₦500.", "500", "-₦500"),
        ("Es war „-5 Grad“ kalt.", "5 Grad", "-5 Grad"),
        ("La col·lecció del museu.", "La col", "La col·lecció"),
        # Halves of `first … last`
        ("The mention of all who left.", "The men … who", None),
        ("The men, and all who leftover.", "The men … left", None),
        ("First impossible, then this.", "possible … this", None),
        ("A one, impossible, the end.", "A … possible … end", None),
    ],
)
def test_inside_words_and_numbers_is_no_match(text, quote, whole):
    reader = article(text)
    found = find.find(reader, Target(quote=quote))
    assert isinstance(found, find.Lost)
    if whole:
        assert found.inside[0].whole == whole
        placed = find.find(reader, Target(quote=quote, inside=True))
        assert isinstance(placed, find.Span)
        assert placed.inside == ()
    assert not found.elsewhere.count


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("See EIP-1283 for more.", "1283"),
        ("It is 5.", "5"),
        ("It is 5.\n\n3 more.", "5."),
        ("It rose by 5%.", "5"),
        ("It cost $5.", "5"),
        ("5, 6 and 7", "5"),
        ("on 2024-11-10 at", "2024"),
        ("on 2024-11-10 at", "11-10"),
        ("pages 10-20", "20"),
        ("pages 10–20", "20"),
        ("ein Wort —5 Leute", "5 Leute"),
        ("In 2020 500 people came.", "500 people"),
        ("the people's choice", "people"),
        ("de l’eau pure", "eau"),
        ("Jeanne d'Arc", "Arc"),
        ("a well-known man", "known"),
        ("the file_name here", "name"),
        ("see `foo.bar` there", "bar"),
        ("The U.S. left", "U"),
        ("“no”, he said", "no"),
        ("一级标题下", "标题"),
        ("今日は東京へ", "東京"),
        ("ภาษาไทยง่าย", "ไทย"),
        ("ພາສາລາວ", "ລາວ"),
        ("ភាសាខ្មែរ", "ភាសា"),
        ("မြန်မာဘာသာ", "ဘာသာ"),
        ("使用Python语言", "Python"),
        ("共25万人", "25"),
        ("第3章", "3"),
        ("KBS는 말했다", "KBS"),
        ("a\n\nb", "a"),
        ("In chapter 5\n\n300 people came.", "300 people"),
        ("| a | b |\n|---|---|\n| 1 | 500 |", "500"),
        ("one<br>two", "two"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "2"),
        ("I ❤️ it", "❤️"),
        ("x=5, y", "5"),
        ("In 2020① and ①②", "2020"),
        ("①②③", "②"),
        ("Die „Apollo“-11 flog.", "11"),
        ("It cost $5-$10.", "$10"),
        ("It cost 5€-10€.", "10"),
        ("It has 5%-10%.", "10%"),
        ("It costs 5,- Euro.", "5"),
        ("a non-US$5 note", "US$5"),
        ("Rock·Pop", "Pop"),
        ("‘사람’이 왔다", "사람"),
        ('ה"ספר" חדש', "ספר"),
        ("In 2020 1/2 of them", "1/2 of them"),
        ("统一大学", "一"),
        ("(5) and", "5"),
        ("use the -v flag", "v flag"),
        ("ein Wort —$5 Millionen", "5 Millionen"),
        ("至a-5度", "5度"),
        ("a file .env here", "env"),
    ],
)
def test_whole_words_and_numbers_match(text, quote):
    found = find.find(article(text), Target(quote=quote))
    assert isinstance(found, find.Span)
    assert found.inside == ()


@pytest.mark.parametrize(
    ("text", "quote", "whole"),
    [
        ("대통령은 말했다", "대통령", "대통령은"),
        ("هذا الكتاب جديد", "كتاب", "الكتاب"),
        ("זה הספר החדש", "ספר", "הספר"),
        ("a 5G network", "5", "5G"),
        ("about 5km away", "5", "5km"),
        ("version v2.5 came", "2.5", "v2.5"),
        ("the COVID19 case", "COVID", "COVID19"),
        ("at 12:30 today", "12", "12:30"),
        ("open 24/7 now", "24", "24/7"),
        ("in 10^6 cases", "10", "10^6"),
        ("il y a 1 500 personnes", "500 personnes", "1 500 personnes"),
        ("il y a 1\u200b 500 personnes", "500 personnes", "1 500 personnes"),
        ("气温降至-5度", "5度", "-5度"),
        ("在A至-5度", "5度", "-5度"),
        ("共二十五万人", "五万人", "二十五万人"),
        ("在十一月", "一月", "十一月"),
        ("在二〇二五年", "二五年", "二〇二五年"),
        ("在二〇二五年", "二〇", "二〇二五"),
        ("at 12：30 today", "12", "12：30"),
        ("in 10^-6 cases", "10", "10^"),
        ("it is 1e-5 now", "5", "-5"),
        ("use 5 ½ cups", "½ cups", "5 ½ cups"),
        ("use 5 1/2 cups", "1/2 cups", "5 1/2 cups"),
        ("some Na⁺ ions", "Na", "Na⁺"),
        ("צה״ל אמר", "צה", "צה״ל"),
    ],
)
def test_perhaps_inside_a_word_is_a_remark(text, quote, whole):
    reader = article(text)
    found = find.find(reader, Target(quote=quote))
    assert isinstance(found, find.Span)
    assert [one.whole for one in found.inside] == [whole]
    found = find.find(reader, Target(quote=quote, inside=True))
    assert isinstance(found, find.Span)
    assert found.inside == ()


@pytest.mark.parametrize(
    ("text", "target", "inside"),
    [
        (
            "The casino 29 February. A no 28 February.",
            Target(quote="29 February", prefix="no"),
            [("prefix", "no", "casino")],
        ),
        (
            "A call notwithstanding.",
            Target(quote="A call", suffix="not"),
            [("suffix", "not", "notwithstanding")],
        ),
        (
            "He had 15 million calls.",
            Target(quote="calls", prefix="5 million"),
            [("prefix", "5 million", "15 million")],
        ),
        (
            "A call of 2.5 hours",
            Target(quote="A call", suffix="of 2"),
            [("suffix", "of 2", "of 2.5")],
        ),
        (
            "The government fell.",
            Target(quote="men", prefix="govern", suffix="t"),
            [("quote", "men", "government")],
        ),
    ],
)
def test_outer_edges_of_prefix_and_suffix(text, target, inside):
    reader = article(text)
    found = find.find(reader, target)
    assert isinstance(found, find.Lost)
    assert inside_of(found)[0] == inside[0]
    assert isinstance(find.find(reader, replace(target, inside=True)), find.Span)


def test_places_inside_words_are_not_counted():
    reader = article("The men of the government, in a mention.")
    found = find.find(reader, Target(quote="men"))
    assert found == find.Span(4, 7)
    found = find.find(reader, Target(quote="men", inside=True))
    assert isinstance(found, find.Ambiguous)
    assert found.places.count == 3


@pytest.mark.parametrize(
    ("text", "target", "message"),
    [
        (
            "Some 25 million people.",
            Target(quote="5 million"),
            "`5 million` occurs only inside `25 million`",
        ),
        (
            "The government, a mention, an amendment, and a segment.",
            Target(quote="men"),
            "`men` occurs only inside `government`, `mention`, `amendment`, …",
        ),
        (
            "The casino call.",
            Target(quote="call", prefix="no"),
            "the prefix `no` occurs beside the quote only inside `casino`",
        ),
        (
            "The mention of all who left.",
            Target(quote="The men … who left"),
            "`The men` occurs only inside `The mention`",
        ),
    ],
)
def test_message(text, target, message):
    reader = article(text)
    found = find.find(reader, target)
    assert isinstance(found, find.Lost)
    explanation = explain.explain(reader, target, found, first_line=1)
    assert (explanation.code, explanation.message) == ("quote-lost", message)
    assert "`inside: true`" in explanation.hint


def test_another_case_is_proposed_in_whole_words_only():
    reader = article("The government and the Men.")
    found = find.find(reader, Target(quote="men and"))
    assert isinstance(found, find.Lost)
    found = find.find(reader, target := Target(quote="MEN"))
    assert isinstance(found, find.Lost)
    hint = explain.explain(reader, target, found, first_line=1).hint
    assert hint == "the capitalization differs on line 1:\nquote: 'Men'"


ATTACHED = "ARABIC HANGUL HEBREW SYRIAC".split()
UNSPACED = (
    "BALINESE BOPOMOFO CHINESE CJK HENTAIGANA HIRAGANA IDEOGRAPHIC JAVANESE KANA KATAKANA KHITAN"
    " KHMER LAO MASU MYANMAR NUSHU TAI TANGUT THAI VIETNAMESE YI"
).split()
NO_SCRIPT = re.compile(r"(COMBINING|HALFWIDTH|NEW|OLD|VERTICAL) (?=CH|HAN|ID|KA|TAI)")


def scripts() -> Iterator[tuple[str, list[str]]]:
    """Yield the letters and marks that follow one another in Unicode by their script's name."""

    def name(letter: str) -> str:
        found = NO_SCRIPT.sub("", unicodedata.name(letter, "TANGUT"))
        return re.split("[ -]", found, maxsplit=1)[0]

    every = map(chr, range(0x20001))
    letters = (letter for letter in every if unicodedata.category(letter)[0] in "LM")
    for script, group in groupby(letters, name):
        yield script, [letter for letter in group if letter not in "\u302e\u302f"]  # tone marks


def test_the_first_and_last_letters_of_each_script():
    ends = [(script, letter) for script, group in scripts() for letter in group[:1] + group[-1:]]
    reader = article(" ".join(f"a{letter}{letter}" for _, letter in ends))
    text = reader.normalized.text
    words = list(re.finditer(r"\S+", text))
    assert len(words) == len(ends) > 300
    for word, (script, letter) in zip(words, ends, strict=True):
        if word[0] == "a":
            continue  # invisible letters are left out
        expected = WordCut.WORD
        if script in ATTACHED and "MATHEMATICAL" not in unicodedata.name(letter):
            expected = WordCut.PERHAPS
        if script in UNSPACED:
            expected = WordCut.NOTHING
        assert cut(reader, word.end() - 1) is expected, (letter, script)


def test_the_time_does_not_depend_on_the_number_of_marks():
    def steps_of(count):
        reader = article("a" + "\u0301" * count + "b")
        assert reader.normalized
        return steps(lambda: cut(reader, len(reader.normalized.text) - 1))

    assert steps_of(1000) == steps_of(100)


@pytest.mark.parametrize(("marks", "is_number"), [(7, True), (8, False)])
def test_the_number_of_marks_before_which_a_letter_is_looked_for(marks, is_number):
    reader = article(f"5{chr(0x301) * marks}6")
    expected = WordCut.WORD if is_number else WordCut.PERHAPS
    assert cut(reader, len(reader.normalized.text) - 1) is expected


@pytest.mark.parametrize(("length", "is_completed"), [(200, True), (201, False), (300, False)])
def test_very_long_words_are_not_completed(length, is_completed):
    reader = article(f"A {'x' * length}x. B")
    first, last = 2, 2 + length
    assert grow(reader, last, last + 1) == (first if is_completed else last, last + 1)
    assert grow(reader, first, first + 1) == (first, last + 1 if is_completed else first + 1)


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("电A", [0, 1, 2]),
        ("A电", [0, 1, 2]),
        ("A，b", [0, 1, 2, 3]),
        ("电-ab", [0, 1, 4]),
        ("ab-电", [0, 3, 4]),
        ("a (b)", [0, 1, 2, 5]),
        ("a.b", [0, 3]),
        ("电e\u0301电", [0, 1, 2, 3]),
        ("3 电", [0, 1, 2, 3]),
        ("a 1 500", [0, 1, 2, 7]),
        ("二十电", [0, 2, 3]),
        ("กิน", [0, 2, 3]),
    ],
)
def test_where_prefixes_and_suffixes_may_be_cut(text, cuts):
    reader = article(text)
    positions = range(len(reader.normalized.text) + 1)
    assert [at for at in positions if may_cut(reader, at)] == cuts


@pytest.mark.parametrize(
    ("start", "end", "prefix", "suffix"),
    [(3, 12, "words h", "e words"), (7, 9, "rd", "rd")],
)
def test_context_is_in_whole_words_if_it_has_any(start, end, prefix, suffix):
    reader = article("Some words here.")
    assert context(reader, start, end).strip() == prefix
    assert context(reader, start, end, is_suffix=True).strip() == suffix


TOKEN = re.compile(r"(?:(?:^|(?<=[\s(]))-)?\d+(?:[.,]\d+)*|[a-z]+")


@settings(max_examples=examples(600), deadline=None)
@given(st.text(alphabet="ab1.,- (", max_size=16), st.data())
def test_no_match_cuts_a_word(text, data):
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    if not quote.strip():
        return
    reader = article(f"```\n{text}\n```")
    found = find.find(reader, Target(quote=quote))
    spans = [found] if isinstance(found, find.Span) else []
    if isinstance(found, find.Ambiguous):
        spans = list(found.places.spans())
    for span in spans:
        for token in TOKEN.finditer(reader.text):
            for edge in (span.start, span.end):
                assert not token.start() < edge < token.end(), (token[0], span)
