"""Relative links between pages, and absolute URLs."""

from __future__ import annotations

import pytest

from explainer.support import addresses


@pytest.mark.parametrize(
    ("origin", "address", "link"),
    [
        ("/", "/", "index.html"),
        ("/", "/a/#b", "a/index.html#b"),
        ("/a/b/", "/", "../../index.html"),
        ("/a/", "/a/", "../a/index.html"),
        ("/a/", "/wer-rief-än/", "../wer-rief-%C3%A4n/index.html"),
        ("/claims/feed.xml", "/x y.png", "../x%20y.png"),
        ("/", "/a:b.png", "./a:b.png"),
    ],
)
def test_relative(origin: str, address: str, link: str) -> None:
    assert addresses.relative(addresses.root_of(origin), address) == link


def test_absolute() -> None:
    assert addresses.absolute("https://x.org/b/", "/ä/#n") == "https://x.org/b/%C3%A4/#n"
    assert addresses.absolute("https://x.org", "/") == "https://x.org/"
