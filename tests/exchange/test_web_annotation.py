"""Importing Web Annotations of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explainer.exchange import entries, remarks
from explainer.markdown.parser import NoteMarkdown
from tests.exchange.helpers import WEB, WORDS, data_of, imported, yaml_of
from tests.helpers import pages


@pytest.mark.parametrize(
    "data",
    [
        WEB,
        [WEB],
        {"type": "AnnotationPage", "items": [WEB]},
        {
            "type": "AnnotationCollection",
            "total": 1,
            "first": {"type": "AnnotationPage", "items": [WEB]},
        },
        {
            "type": ["AnnotationCollection", "Thing"],
            "first": [{"type": "AnnotationPage", "items": WEB}],
        },
    ],
    ids=["one", "list", "page", "collection", "odd collection"],
)
def test_web_annotation_shapes(data: Any, site: Path) -> None:
    result = imported(site, "w.json", data, "--article", "bridge")
    assert result.exit_code == 0, result.output
    assert data_of(yaml_of(site))["notes"] == [
        {
            "quote": "had been inspected",
            "note": "See [this](https://x.org/y) & **that**.\n\n— Grace \\*M\\*\n",
            "date": "2024-06-01",
        }
    ]


def test_each_target_becomes_an_annotation(site: Path) -> None:
    lost = {"source": "x", "selector": {**WORDS, "exact": "was painted"}}
    other = {"source": "x", "selector": {**WORDS, "exact": "nothing"}}
    choice = {"type": "Choice", "items": [{"value": "Eins."}, {"value": "One."}]}
    data = {**WEB, "body": choice, "target": [WEB["target"], lost, other]}
    result = imported(site, "w.json", data, "--article", "bridge")
    assert "target[1]: the note" in result.output
    found = data_of(yaml_of(site))["notes"]
    assert [note["quote"] for note in found] == ["had been inspected", "nothing"]
    assert {note["note"] for note in found} == {"Eins.\n\nOne.\n\n— Grace \\*M\\*\n"}


def test_the_asker_is_not_part_of_settle(site: Path) -> None:
    data = {**WEB, "motivation": "questioning", "body": {"value": "Why?"}}
    assert imported(site, "w.json", data, "--article", "bridge").exit_code == 0
    (question,) = data_of(yaml_of(site))["questions"]
    assert question["question"] == "Why? (Grace \\*M\\*)"
    assert "settle" not in question


@pytest.mark.parametrize(
    ("target", "keys"),
    [
        ("https://example.org/bridge", {}),
        ("https://example.org/bridge#what-it-cost", {"section": "what-it-cost"}),
        (
            {"source": "x", "selector": {"type": "FragmentSelector", "value": "what-it-cost",
                                         "refinedBy": {**WORDS, "exact": "nothing"}}},
            {"quote": "nothing"},
        ),
        ({"source": "x", "selector": {"type": "TextPositionSelector", "start": 5, "end": 9}}, None),
        ({"source": "x", "selector": {"type": "CssSelector", "value": "p"}}, None),
        ("https://example.org/bridge#nowhere", None),
        ({"source": "x", "selector": {**WORDS, "exact": "was painted"}}, None),
        ({"source": "x", "selector": {**WORDS, "exact": "the bridge"}}, None),
        ({"source": "x", "selector": {**WORDS, "prefix": "It is untrue ", "suffix": "."}}, None),
    ],
)  # fmt: skip
def test_web_annotation_targets(target: Any, keys: dict[str, str] | None, site: Path) -> None:
    """The annotation gets exactly this target, or becomes a comment."""
    result = imported(site, "w.json", {**WEB, "body": "https://x.org", "target": target},
                      "--article", "bridge")  # fmt: skip
    assert result.exit_code == 0, result.output
    text = yaml_of(site)
    if keys is None:
        assert data_of(text) is None
        assert "warning[no-place]" in result.output
        assert "# notes:\n#   - " in text
        assert "<https://x.org>" in text
    else:
        (note,) = data_of(text)["notes"]
        assert {k: note[k] for k in entries.TARGET if k in note} == keys


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` <b> [d](e) ![f] 1. g\n2. h\n\n# i\n- j\n> k\n+ l\n=\n| m | ~~n~~ &amp; \\*",
        "a  \nb",
    ],
)
def test_plain_text_renders_the_same_as_markdown(text: str) -> None:
    reader = NoteMarkdown()
    html = reader.render(reader.parse(remarks.from_plain(text)))
    shown = pages.parse(html)
    assert shown.text.split() == text.split()
    assert {element.tag for element in shown} <= {"", "p", "br"}
