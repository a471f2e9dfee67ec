"""The content of the panel in the page."""

from __future__ import annotations

from pathlib import Path

from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.serve import report


def test_reports() -> None:
    problems = [
        Problem(Location("content/b.md", 1, 3), "x", "elsewhere"),
        Problem(Location("content/a.md", 2, 2), "y", "here", "hint", severity="warning"),
    ]
    texts = {"content/a.md": "first\nse\u202econd\n", "content/b.md": "abcdef"}
    editor = report.Editor.of({"EDITOR": "/usr/bin/code --wait"})
    found = report.report(problems, [], texts, Path("/s i"), editor, ["content/a.md"])
    assert found["counts"] == {"error": 1, "warning": 1, "info": 0}
    own, other = found["problems"]
    assert own["place"] == "content/a.md:2:2"
    assert own["excerpt"] == ["s", "e", "<U+202E>cond"]
    assert own["editor"] == "vscode://file/s%20i/content/a.md:2:2"
    assert other["excerpt"] == ["ab", "c", "def"]
    assert report.Editor.of({"VISUAL": "vi"}).pattern is None
    assert report.Editor.of({"EDITOR": "'"}).pattern is None
