"""Importing Hypothes.is exports."""

from __future__ import annotations

from pathlib import Path

from explainer.exchange import entries
from tests.exchange.helpers import data_of, imported, row, run, yaml_of


def test_hypothesis_rows(site: Path) -> None:
    rows = [
        row("had been inspected", "By *whom*?"),
        row(
            "the bridge",
            "Which one?",
            around=("The mayor said that ", " had been"),
            tags=["question"],
        ),
        row("4.2 million euros", "In 2019 prices.", tags=["definition", "money"]),
        row("said the\n\n opposition", "Two of three parties."),
    ]
    reply = {**row("x", "They said so."), "id": "r", "references": [rows[0]["id"]], "target": []}
    result = imported(site, "h.json", {"total": 5, "rows": [reply, *rows]}, "--article", "bridge")
    assert result.exit_code == 0, result.output
    data = data_of(yaml_of(site))
    assert data["notes"] == [
        {
            "quote": "had been inspected",
            "note": "By *whom*?\n\n— ada\\_k\n\n> They said so.\n>\n> — ada_k\n",
            "date": "2024-05-03",
        },
        {
            "quote": "4.2 million euros",
            "note": "In 2019 prices.\n\nTags: money\n\n— ada\\_k\n",
            "kind": "definition",
            "date": "2024-05-03",
        },
        {
            "quote": "said the opposition",
            "note": "Two of three parties.\n\n— ada\\_k\n",
            "date": "2024-05-03",
        },
    ]
    (question,) = data["questions"]
    assert question["quote"] == "the bridge"
    # The shortest text that distinguishes it from the other bridge.
    assert {key: question[key] for key in entries.TARGET if key in question} == {
        "quote": "the bridge",
        "suffix": "had been",
    }
    assert run(site, "check").exit_code == 0


def test_hypothesis_client_export(site: Path) -> None:
    """The JSON that the client's “Export” command writes."""
    export = {
        "export_date": "2024-05-04T10:00:00.000Z",
        "export_userid": "acct:ada_k@hypothes.is",
        "client_version": "1.1500.0",
        "annotations": [row("never been inspected", user_info={"display_name": "Ada K."})],
    }
    result = imported(site, "export.json", export, "--article", "content/bridge/index.md")
    assert result.exit_code == 0, result.output
    (note,) = data_of(yaml_of(site))["notes"]
    assert note["note"] == "A note.\n\n— Ada K.\n"


def test_replies_to_a_question_are_answers(site: Path) -> None:
    asked = row("had been inspected", "By whom?", tags=["question"])
    replies = [
        {**row("", text), "id": text, "references": [asked["id"]], "target": [], "user": user}
        for text, user in (("By the city.", "acct:bob@h"), ("By nobody.", None), ("", "acct:x@h"))
    ]
    data = {"rows": [asked, *replies]}
    assert imported(site, "h.json", data, "--article", "bridge").exit_code == 0
    (question,) = data_of(yaml_of(site))["questions"]
    assert question["answers"] == [
        {"answer": "By the city.", "by": "bob"},
        {"answer": "By nobody."},
    ]
    assert "settle" not in question
    assert run(site, "check", "--strict").exit_code == 0


def test_annotations_of_several_pages(site: Path) -> None:
    rows = [row("nothing"), row("4.2 million euros", uri="https://example.org/other#part")]
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "warning[several-pages]" in result.output
    assert "https://example.org/other (1)" in result.output
    rows[1]["uri"] = rows[0]["uri"] + "#part"
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "several-pages" not in result.output
