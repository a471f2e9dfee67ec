"""explainer.model.location: locations in text."""

from __future__ import annotations

from explainer.model.location import Lines, Location


def test_lines() -> None:
    lines = Lines("a.md", "ab\n\né\n", first_line=4)
    places = [(w.line, w.column) for w in map(lines.location, range(7))]
    assert places == [(4, 1), (4, 2), (4, 3), (5, 1), (6, 1), (6, 2), (7, 1)]


def test_a_location_omits_unknown_parts() -> None:
    places = [Location("a.md"), Location("a.md", 2), Location("a.md", 2, 3)]
    assert list(map(str, places)) == ["a.md", "a.md:2", "a.md:2:3"]
