"""explainer/serve/editing/proposals.py: what became of a page's annotations, and decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.serve.editing.editor import PageEditor
from explainer.serve.live import LiveSite
from explainer.serve.report import Editor
from tests.helpers.repository import commit, git, isolate
from tests.upkeep.mill import EXPECTED, NEW, NOTES, make, write


class Desk:
    """A site whose article was edited, with methods that send its page's requests."""

    def __init__(self, root: Path) -> None:
        self.root = root
        live = LiveSite(root, BuildOptions(drafts=True, write=False))
        live.update(None)
        self.editor = PageEditor(root, lambda: live.state, Editor())
        self.file = root / "content/mill.yaml"

    def ask(self, request: str, status: int = 200, **body: object) -> Any:
        reply = self.editor.answer(request, {"address": "/mill/", **body})
        assert reply.status == status, reply
        return reply.body

    def proposals(self) -> dict[str, Any]:
        return {entry["id"]: entry for entry in self.ask("proposals")["entries"]}

    def decide(self, name: str, action: str, status: int = 200, **body: object) -> Any:
        current = {"hash": self.ask("proposals")["hash"]} | body
        return self.ask("decide", status, id=name, action=action, **current)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    isolate(monkeypatch, tmp_path)
    root = make(tmp_path / "site")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    write(root, NEW)
    return Desk(root)


def test_every_open_annotation_has_its_proposal(desk: Desk) -> None:
    found = desk.proposals()
    assert set(found) == {name for name, status in EXPECTED.items() if status != "anchored"}
    assert found["flood"] == {
        "id": "flood",
        "kind": "claim",
        "placed": False,
        "reason": "what changed may matter: number",
        "words": [("until the flood of ", "1871", "1874")],
        "old": "until the flood of 1871",
        "quote": "until the flood of 1874",
        "differences": ["number: 1871 → 1874"],
        "actions": ("move", "review", "delete"),
        "place": "content/mill.yaml:3",
        "editor": "",
    }
    assert (found["oak"]["placed"], found["oak"]["actions"]) == (True, ("stay", "review", "delete"))
    assert (found["goat"]["words"], found["goat"]["old"]) == ([], "kept a goat")


@pytest.mark.parametrize(
    ("name", "action", "old", "new"),
    [
        ("flood", "move", "until the flood of 1871", "until the flood of 1874"),
        ("oak", "stay", "quote: built of oak\n", "quote: built of oak\n    prefix: house was\n"),
        ("goat", "delete", "  - id: goat\n    quote: kept a goat\n    note: Deleted.\n", ""),
        ("goat", "review", "note: Deleted.\n", "note: Deleted.\n    draft: true\n"),
    ],
)
def test_a_decision_changes_only_what_it_says_and_can_be_undone(
    desk: Desk, name: str, action: str, old: str, new: str
) -> None:
    done = desk.decide(name, action)
    assert desk.file.read_text() == NOTES.replace(old, new, 1)
    desk.ask("undo", undo=done["undo"])
    assert desk.file.read_text() == NOTES


def test_other_words_can_be_quoted(desk: Desk) -> None:
    desk.decide("goat", "edit", quote=" The  smith lived ")
    assert "quote: The smith lived\n" in desk.file.read_text()


@pytest.mark.parametrize(
    ("name", "action", "status", "body"),
    [
        ("nobody", "move", 404, {}),
        ("river", "delete", 404, {}),  # nothing is open about it
        ("goat", "move", 400, {}),
        ("goat", "burn", 400, {}),
        ("goat", "edit", 422, {"quote": "no such words"}),
        ("goat", "edit", 422, {"quote": "  "}),
        ("flood", "move", 409, {"hash": "0"}),
    ],
)
def test_what_is_not_possible_changes_nothing(
    desk: Desk, name: str, action: str, status: int, body: dict[str, object]
) -> None:
    desk.decide(name, action, status, **body)
    assert desk.file.read_text() == NOTES


def test_an_article_without_annotations(desk: Desk) -> None:
    desk.file.unlink()
    assert desk.ask("proposals") == {"hash": "", "entries": []}


def test_files_that_cannot_be_read(desk: Desk) -> None:
    desk.file.write_bytes(b"notes: [\n")
    assert desk.ask("proposals")["entries"] == []
    desk.file.write_bytes(b"\xff\xfe")
    assert desk.ask("proposals")["entries"] == []
    assert desk.editor.answer("proposals", {"address": "/nowhere/"}).status == 404
