"""explainer/anchor/normalize.py: what counts as the same text, and what readers see as one."""

from __future__ import annotations

import unicodedata

import pytest

from explainer.anchor.normalize import (
    normalize,
    normalize_for_id,
    normalize_quote,
    plain_letters,
    splits_character,
)

SAME = {
    **dict.fromkeys("‘’‚‛ʼ‹›", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
INVISIBLE = {
    *(0xAD, 0x34F, 0x61C, 0xFEFF),  # soft hyphen, grapheme joiner, Arabic mark, byte order mark
    *range(0x180B, 0x180F),  # Mongolian variation selectors
    *range(0x200B, 0x2010),  # zero-width characters, marks of direction
    *range(0x202A, 0x202F),  # embeddings and overrides of direction
    *(*range(0x2060, 0x2065), *range(0x2066, 0x206A)),  # word joiner, operators, isolates
    *range(0xFE00, 0xFE10),  # variation selectors
}


def test_every_character() -> None:
    def expected(character: str) -> str:
        if ord(character) in INVISIBLE:
            return "xy"
        plain = SAME.get(character, " " if character.isspace() else character)
        return unicodedata.normalize("NFC", f"x{plain}y")

    characters = map(chr, (*range(0x3100), *range(0xFB00, 0x10000), *range(0x1F000, 0x1F300)))
    assert [hex(ord(c)) for c in characters if normalize(f"x{c}y").text != expected(c)] == []


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a \n\t b", "a b"),
        (" a ", " a "),
        ("a\u200b \u200bb", "a b"),
        ("a\u00ad\u200b b", "a b"),
        ("a\u00a0 b", "a b"),
        ("a ……b", "a ......b"),
        ("a -- b --- c ---- d", "a - b - c ---- d"),
        ("a–-b", "a-b"),
        ("a\u00ad\u0301", "á"),
        ("e\u0301\u0323", "ẹ\u0301"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_runs(raw: str, text: str) -> None:
    assert normalize(raw).text == text
    assert normalize_quote(f" {raw} ") == text.strip()


@pytest.mark.parametrize("raw", ["x한국어y", "x…ü“y", "x\u00ad e\u0301 y"])
def test_offsets_lead_back_and_forth(raw: str) -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, raw)
        made = normalize(text)
        assert made.raw(0, 1) == (0, 1)
        assert made.raw(len(made.text) - 1, len(made.text)) == (len(text) - 1, len(text))
        assert made.raw(0, len(made.text)) == (0, len(text))
        assert (made.position(0), made.position(1)) == (0, 1)
        assert made.position(len(text) - 1) == len(made.text) - 1
        assert made.position(len(text)) == len(made.text)


def test_each_syllable_has_its_own_letters() -> None:
    raw = unicodedata.normalize("NFD", "x한국어y")
    made = normalize(raw)
    assert made.text == "x한국어y"
    assert [made.raw(i, i + 1) for i in range(5)] == [(0, 1), (1, 4), (4, 7), (7, 9), (9, 10)]


def test_inserted_texts_are_at_their_offsets() -> None:
    made = normalize("one two", [(3, "[1]"), (7, "[2]")])
    assert made.text == "one[1] two[2]"
    assert made.raw(6, 10) == (3, 7)
    assert [made.position(at) for at in (0, 3, 4, 7)] == [0, 6, 7, 13]
    assert [made.position(at, before_inserted=True) for at in (3, 4, 7)] == [3, 7, 10]
    assert normalize("one two", [(0, "[1] ")]).position(5, before_inserted=True) == 9
    assert normalize("a \u00ad b").squeezed == ("ab", (0, 2))


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("ab", ""),
        ("e\u0301b", "1"),
        ("\u0301a", ""),
        ("a\u20ddb", "1"),  # an enclosing circle
        ("👍🏽!", "1"),
        ("🏃\u200d♀\ufe0f", "123"),
        ("a\u200db", ""),
        ("👍 a\u200db👍", ""),
        ("\u200d👍", "1"),
        ("a\u200d👍", "12"),
        ("👍\u200d^", "1"),
        ("👩🏽\u200dx", "12"),
        ("❤\ufe0fx", "1"),
        ("🇩🇪🇫🇷", "13"),
        ("x🇩🇪", "2"),
        ("🇩x", ""),
        ("🈀🈀", ""),
        ("🇦🇿🇿🇦", "13"),
        ("한국", ""),
        ("क्षि", "1"),
    ],
)
def test_positions_inside_characters(text: str, positions: str) -> None:
    found = [i for i in range(-1, len(text) + 2) if splits_character(text, i)]
    assert "".join(map(str, found)) == positions


def test_letters_in_the_styles_of_mathematics() -> None:
    assert plain_letters("𝐀 𝑥 ℎ 𝟿 é ℵ") == "A x h 9 é ℵ"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("«\u00a0Oui\u202f» ‹non›", "« Oui » ‹non›"),
        ("explainer build --strict — “a”...", 'explainer build --strict - "a"...'),
        (" a\u00ad  b… ", "a b..."),
    ],
)
def test_what_ids_are_made_from_stays(typed: str, kept: str) -> None:
    assert normalize_for_id(typed) == kept
