"""explainer.parse.text: decode bytes, and clean text for YAML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.parse.text import NOT_YAML, clean, decode, normalize


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa\r\nb\rc\n", "a\nb\nc\n"),
        ("é 你\n".encode(), "é 你\n"),
    ],
)
def test_decode(raw: bytes, text: str) -> None:
    assert decode("a.md", raw) == (text, None)


@pytest.mark.parametrize(
    ("raw", "location", "code", "hint"),
    [
        ("aé\r\nbé".encode("latin-1"), (1, 2), "not-utf8", "`é`"),
        ("é\nHe said “no".encode() + b"\x94", (2, 12), "not-utf8", "`”`"),
        (b"a\n\xff", (2, 1), "not-utf8", "`ÿ`"),
        (b"a\n\x81", (2, 1), "not-utf8", "UTF-8"),
        ("a: b".encode("utf-16"), (1, 1), "not-utf8", "UTF-8"),
        ("a: b".encode("utf-16-be"), (1, 1), "not-utf8", "UTF-8"),
        ("a: b".encode("utf-32"), (1, 1), "not-utf8", "UTF-8"),
        ("a\nbé\0".encode(), (2, 3), "null-character", "UTF-8"),
    ],
)
def test_decode_reports_the_location(
    raw: bytes, location: tuple[int, int], code: str, hint: str
) -> None:
    text, problem = decode("a.md", raw)
    assert text is None
    assert problem is not None
    assert (problem.location.line, problem.location.column) == location
    assert problem.code == code
    assert hint in problem.hint


@given(st.binary())
def test_decode_accepts_any_bytes(raw: bytes) -> None:
    text, problem = decode("a.md", raw)
    assert (text is None) != (problem is None)
    assert text is None or ("\r" not in text and "\0" not in text)


def test_cleaned_text_is_valid_in_yaml() -> None:
    text = "\ufeffa\r\nb\rc\x85d\u2028e\0\x07\ud800\uffff\tf"
    cleaned = clean(text)
    assert cleaned == "a\nb\nc\nd\ne\ufffd\tf"
    assert not NOT_YAML.search(cleaned)


def test_normalized_text_has_lf_line_endings_and_no_byte_order_mark() -> None:
    assert normalize("\ufeff\ufeffa\r\n\rb\n") == "\ufeffa\n\nb\n", "only the first mark is removed"
