"""Tables: nothing that an author wrote into one is lost without a message."""

from __future__ import annotations

import pytest

from explainer.markdown.findings import reported
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown

PARSERS = (Markdown(), Markdown(MarkdownOptions(html=True)), NoteMarkdown())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 | lost |", "lost"),
        ("a|b\n-|-\n1|2|lost|more", "lost|more"),
        ("> | a |\n> |---|\n> | 1 | lost", "lost"),
        ("- x\n\n  | a |\n  |---|\n  | `b|c` |", "c`"),
        ("<!-- x --> | a |\n|---|\n| 1 | 2 |\n\nText", "2"),
        ("| a |\n|---|\n| lost | lost |", "lost"),
    ],
)
def test_cells_without_a_column_are_reported(text: str, words: str) -> None:
    for parser in PARSERS:
        (finding,) = reported(parser.parse(text))
        assert finding.flaw.code == "lost-cell"
        assert f"`{words}`" in finding.flaw.message
        assert text[finding.place.offset :].startswith(words)
        assert finding.place.offset == text.rindex(words)


@pytest.mark.parametrize(
    "row",
    ["| 1 | 2 |", "1|2", "| 1 |", "| 1 | 2 | |", "| 1 | 2 | <!-- x --> |", "| 1 | 2 \\| 3 |", "||"],
)
def test_other_rows_are_not(row: str) -> None:
    for parser in PARSERS:
        assert not list(reported(parser.parse(f"| a | b |\n|---|---|\n{row}\n")))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("| a | b |\n|---|\n| 1 | 2 |", 1),
        ("Text\n\na | b | c\n--|:-:\n1 | 2 | 3", 3),
        ("> | a |\n> | - | - |", 1),
        ("| a | b |\n|---|---|\n<!-- x -->\n| c | d |", 3),
        ("Text\n\n| a | b |\n| c | d |", 2),
        ("- | a | b |\n  |---|\n  | 1 | 2 |", 1),
        ("- | a | b |\n|---|---|", 1),
    ],
)
def test_parts_of_tables_are_noted(text: str, line: int) -> None:
    for parser in PARSERS:
        (mark,) = parser.parse_with_marks(text)[1]
        assert mark.kind == "table"
        assert text.count("\n", 0, mark.start) == line
        assert "|" in mark.text


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n---",
        "|a|\n+---+",
        "a\n|---|",
        "|x| and |y|",
        "||x||",
        "| x |",
        "    | a | b |\n    |---|",
        "- | a | b |\n  |---|---|\n  | 1 | 2 |",
        "> 1. | a | b |\n>    |---|---|",
        "Term\n: | a | b |\n  |---|---|\n  | 1 | 2 |",
        "```\na | b\n|---|\n```",
    ],
)
def test_what_is_no_table_is_not_noted(text: str) -> None:
    for parser in PARSERS:
        assert not parser.parse_with_marks(text)[1]
