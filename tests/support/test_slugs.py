"""explainer/support/slugs.py: addresses and ids from text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.support.slugs import heading_id, is_device, make_id, same, similar, slug, unique


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wer rief an?", "wer-rief-an"),
        ("What's new", "whats-new"),
        ("C++ and C#", "c-plus-plus-and-c-sharp"),
        ("snake_case", "snake_case"),
        ("Straße", "straße"),
        ("Cafe\u0301", "caf\u00e9"),
        # Marks that are part of letters, in several scripts.
        ("राजनीति", "राजनीति"),
        ("การเมือง การเลือกตั้ง", "การเมือง-การเลือกตั้ง"),
        ("அரசியல்", "அரசியல்"),
        ("রাজনীতি", "রাজনীতি"),
        ("နိုင်ငံရေး", "နိုင်ငံရေး"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("İzmir", "i̇zmir"),
        # Characters that nobody sees.
        ("می\u200cخواهم", "میخواهم"),
        ("Zusammen\u00adarbeit", "zusammenarbeit"),
        ("การ\u200bเมือง", "การเมือง"),
        ("\u2764\ufe0f Love", "love"),
        # Names that Windows keeps for devices.
        ("Con", "con-1"),
        ("LPT1", "lpt1-1"),
        ("Control", "control"),
        ("???", ""),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_words_that_differ_in_a_vowel_sign_have_different_slugs() -> None:
    for one, other in [("राजनीति", "राजनेता"), ("กา", "กี"), ("கா", "கி"), ("কা", "কি"), ("か", "が")]:
        assert slug(one) != slug(other)
        assert heading_id(one) != heading_id(other)


@pytest.mark.parametrize("letter", ["x", "é", "日", "नी", "😀 a"])
def test_long_slugs_are_cut_and_stay_different(letter: str) -> None:
    long, longer = slug(letter * 300), slug(letter * 301)
    assert long != longer
    assert max(len(long.encode()), len(longer.encode())) <= 255
    assert long == slug(letter * 300)
    assert slug("日" * 85) == "日" * 85, "255 bytes are allowed"


@given(st.text(max_size=400))
def test_slugs_are_names_of_folders(text: str) -> None:
    name = slug(text)
    assert len(name.encode()) <= 255
    assert not is_device(name)
    assert unicodedata.is_normalized("NFC", name)
    assert name == slug(name.upper()) or name != name.upper().lower()
    assert not set(name) & set("/\\.:#?% \0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What's new in C++ 1.2", "whats-new-in-c-12"),
        ("a  b - c", "a--b---c"),
        ("Q & A", "q--a"),
        ("snake_case.txt", "snake_casetxt"),
        ("🎉 Party", "-party"),
        ("案例：谷歌开源计划", "案例谷歌开源计划"),
        ("ＡＢＣ", "ａｂｃ"),
        ("Kapitel²", "kapitel"),
        ("Straße", "straße"),
        ("İzmir", "i̇zmir"),
        ("Ⓐ one", "ⓐ-one"),
        ("a\u00a0b", "ab"),
        ("a\nb", "ab"),
        ("می\u200cخواهم", "میخواهم"),
        ("क्या ओपन सोर्स", "क्या-ओपन-सोर्स"),
        ("2024", "2024"),
        ("?!", ""),
        ("\u2764\ufe0f", ""),
        ("🎉 - 🎂", ""),
        ("_", "_"),
    ],
)
def test_ids_of_headings_are_those_of_github(text: str, expected: str) -> None:
    assert heading_id(text) == expected


def test_equal_ids_are_numbered_as_github_numbers_them() -> None:
    taken: dict[str, int] = {}
    wanted = ["echo", "echo", "echo-1", "echo", "echo-1"]
    assert [unique(each, taken) for each in wanted] == [
        *("echo", "echo-1", "echo-1-1", "echo-2", "echo-1-2")
    ]


def test_names_that_are_the_same() -> None:
    assert same("Müller") == same("MÜLLER") == same("Mu\u0308ller") == same(" müller ")
    assert same("Straße") == same("STRASSE")
    assert same("Νίκος") != same("ΝΙΚΟΣ")  # capitals have no accents
    assert same("Müller") != same("Muller")
    assert same("می\u200cخواهم") == same("میخواهم")
    assert same("राजनीति") != same("राजनेता")


def test_names_that_are_similar() -> None:
    assert similar("Müller") == similar("muller")
    assert similar("Νίκος") == similar("ΝΙΚΟΣ")
    assert similar("ＡＢＣ") == similar("abc")
    assert similar("राजनीति") != similar("राजनेता")
    assert similar("かき") != similar("かぎ")


def test_ids_from_text():
    assert make_id("Who rang, and why? Nobody knows for certain", {}, "claim") == (
        "who-rang-and-why-nobody-knows"
    )
    taken = {"who-rang": 0, "who-rang-1": 0}
    assert make_id("Who rang?", taken, "claim") == "who-rang-2"
    assert make_id("Who rang?", taken, "claim") == "who-rang-3"
    assert make_id("Größe zählt", {}, "claim") == "grosse-zahlt"
    assert make_id("לא היה", {"claim": 0}, "claim") == "claim-1"
    assert len(make_id("x" * 300, {}, "claim")) <= 48
    assert make_id("Con", {}, "claim") == "claim-con"
    assert make_id("aux.2020", {}, "person", keep=True) == "person-aux.2020"


def test_existing_ids_are_kept_where_possible():
    assert make_id("Müller:2020", {}, "source", keep=True) == "Muller-2020"
    assert make_id("Smith2020", {"smith2020": 0}, "source", keep=True) == "Smith2020-1"
