"""explainer/serve/editing: the requests of a page in annotation mode."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.build.options import BuildOptions
from explainer.edit.texts import wrap
from explainer.markdown.parser import NoteMarkdown
from explainer.serve.editing.editor import PageEditor
from explainer.serve.editing.requests import parse_request
from explainer.serve.live import LiveSite
from explainer.serve.report import Editor
from tests.helpers.examples import examples
from tests.helpers.folders import contents, put

ARTICLE = """\
---
title: A call
date: 2024-11-10
---

He *said* that [he would](https://example.org) come. He said that again.

> [!NOTE] with `code` in it
"""
NOTES = """\
# mine
sources:
  post:
    title: A report
notes:
- quote: He said that again.
  note: Indeed. # short
  sources: [post]
"""
OTHER = """\
sources:
  radio:
    title: On the radio
    publisher: Radio
    type: broadcast
claims:
- id: there
  claim: It was on the radio.
  by: Jane Doe
  rating: mixed
  evidence: [{source: radio}]
"""
LIBRARY = "sources:\n  tass:\n    title: A dispatch\npeople:\n  peskov: {name: Dmitry Peskov}\n"


class Desk:
    """A site, with methods that send a page's requests."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.live = LiveSite(root, BuildOptions(drafts=True, write=False))
        self.live.update(None)
        link = Editor("code://file{path}:{line}")
        self.editor = PageEditor(root, lambda: self.live.state, link)
        self.file = root / "content/call.yaml"

    def ask(self, request, status=200, **body):
        reply = self.editor.answer(request, {"address": "/call/", **body})
        assert reply.status == status, reply
        return reply.body

    @property
    def annotations(self):
        """Return the annotations that the article's page shows."""
        articles = self.live.state.site.index.articles
        return next(each.whole.annotations for each in articles if each.address == "/call/")

    def known(self):
        return self.ask("page")["hash"]

    def add(self, status=200, **body):
        return self.ask("add", status, **{"hash": self.known(), "kind": "note", **body})

    def problems(self):
        self.live.update(None)
        return [p for p in self.live.state.problems if p.severity == "error"]


@pytest.fixture
def desk(tmp_path):
    files = {
        "site.toml": 'title = "A site"\n',
        "content/_library.yaml": LIBRARY,
        "content/call.md": ARTICLE,
        "content/call.yaml": NOTES,
        "content/bare.md": "---\ntitle: Bare\n---\n\nSome words here.\n",
        "content/in/other/index.md": "---\ntitle: Other\n---\n\nText.\n",
        "content/in/other/index.yaml": OTHER,
    }
    return Desk(put(tmp_path / "site", files))


def test_page(desk):
    told = desk.ask("page")
    assert told["annotations"] == "content/call.yaml"
    assert told["entries"] == [
        {
            "id": desk.annotations[0].id,
            "kind": "note",
            "texts": {"note": "Indeed."},
            "place": "content/call.yaml:6",
            "editor": f"code://file{desk.file}:6",
        }
    ]
    assert {"id": "peskov", "name": "Dmitry Peskov"} in told["people"]
    assert {"id": "", "name": "Jane Doe"} in told["people"]
    assert [source["id"] for source in told["sources"]] == ["tass", "post", "radio"]
    assert told["ratings"][0]["id"] == "true"
    assert {"id": "definition", "label": "Definition"} in told["kinds"]


@pytest.mark.parametrize(
    "text",
    [
        "# A *call*\n\nHe called. A call.\n",
        "+++\ndate = 2024-11-10\n+++\n# A *call*\n\nHe called. A call.\n",
    ],
)
def test_a_page_with_its_title_in_the_text(desk, text):
    (desk.root / "content/call.md").write_text(text, encoding="utf-8")
    desk.file.unlink()
    desk.live.update(None)
    target = desk.ask("target", exact="A call", before="called. ", after=".")
    assert target["quote"] == "A call"
    assert not target["prefix"]
    desk.add(quote="A call", note="N")
    assert desk.problems() == []
    (note,) = desk.annotations
    assert (note.passage.exact, note.passage.prefix) == ("A call", "He called. ")


def test_selection_to_target(desk):
    rest = {"prefix": "", "suffix": "", "section": "", "inside": False, "cuts": False}
    assert desk.ask("target", exact="said that he would", before="He ", after=" come") == {
        **rest,
        "quote": "said that he would",
    }
    assert desk.ask("target", exact="said that", before="come.He", after=" again.") == {
        **rest,
        "quote": "said that",
        "suffix": "again.",
    }
    refused = desk.ask("target", 422, exact="never there")
    assert "not found" in refused["problems"][0]["message"]


def test_a_selection_in_a_table_from_a_csv_file(desk):
    article = desk.root / "content/bare.md"
    article.write_text(article.read_text() + "\n![Calls](my%20calls.csv)\n")
    (desk.root / "content/my calls.csv").write_text("Year,Said\n2023,no such *call*\n")
    assert not desk.problems()
    where = {"before": "2023 no ", "after": ""}
    target = desk.ask("target", address="/bare/", exact="such *call*", **where)
    assert target["quote"] == "such *call*"


def test_a_selection_grows_to_whole_words(desk):
    part = {"exact": "aid that he w", "before": "He s", "after": "ould come"}
    grown = desk.ask("target", **part)
    assert grown["quote"] == "said that he would"
    assert (grown["inside"], grown["cuts"]) == (False, True)
    exact = desk.ask("target", **part, inside=True)
    assert exact["quote"] == "aid that he w"
    assert (exact["inside"], exact["cuts"]) == (True, True)
    desk.add(quote=exact["quote"], inside=True, note="Only a part.")
    added = contents(desk.root)["content/call.yaml"].decode().removeprefix(NOTES)
    assert added == "- quote: aid that he w\n  inside: true\n  note: Only a part.\n"
    assert not desk.problems()


def test_add_and_undo(desk):
    before = contents(desk.root)
    said = desk.add(quote="he would come", note="A *promise*.", noteKind="opinion")
    assert said["place"] == "content/call.yaml:9"
    after = contents(desk.root)
    assert after.pop("content/call.yaml").decode() == (
        NOTES + "- quote: he would come\n  note: A *promise*.\n  kind: opinion\n"
    )
    assert {k: v for k, v in before.items() if k != "content/call.yaml"} == after
    assert not desk.problems()
    assert len(desk.annotations) == 2
    desk.ask("undo", undo=said["undo"])
    assert contents(desk.root) == before
    assert "nothing to undo" in desk.ask("undo", 409, undo=said["undo"])["problems"][0]["message"]


def test_undo_is_one_step_and_only_the_last(desk):
    first = desk.add(note="One.")
    middle = desk.file.read_bytes()
    second = desk.add(note="Two.")
    desk.ask("undo", 409, undo=first["undo"])
    desk.ask("undo", undo=second["undo"])
    assert desk.file.read_bytes() == middle
    desk.ask("undo", 409, undo=first["undo"])


def test_undo_fails_if_the_file_has_changed(desk):
    said = desk.add(note="One.")
    desk.file.write_text(desk.file.read_text() + "# mine\n")
    now = desk.file.read_bytes()
    assert desk.ask("undo", 409, undo=said["undo"])["conflict"]
    assert desk.file.read_bytes() == now


@pytest.mark.parametrize("request_", ["add", "edit"])
def test_conflict(desk, request_):
    known = desk.known()
    desk.file.write_bytes(desk.file.read_bytes() + b"# mine\n")
    now = desk.file.read_bytes()
    entry = desk.ask("page")["entries"][0]["id"]
    refused = desk.ask(
        request_, 409, hash=known, kind="note", note="a", id=entry, texts={"note": "b"}
    )
    assert refused["conflict"]
    assert desk.file.read_bytes() == now


def test_a_file_is_created_and_undone(desk):
    desk_hash = desk.ask("page", address="/bare/")
    assert desk_hash["hash"] == ""
    said = desk.ask("add", address="/bare/", hash="", kind="question", question="What for?")
    file = desk.root / "content/bare.yaml"
    assert file.read_text() == (
        "# yaml-language-server: $schema=../.explainer/annotations.schema.json\n"
        "questions:\n  - question: What for?\n"
    )
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~umask
    assert not desk.problems()
    desk.ask("add", 409, address="/bare/", hash="", kind="question", question="Again?")
    desk.ask("undo", undo=said["undo"])
    assert not file.exists()


def test_windows_line_endings_and_the_mode_are_kept(desk):
    desk.file.write_bytes(b"\xef\xbb\xbf" + NOTES.replace("\n", "\r\n").encode())
    desk.file.chmod(0o640)
    desk.live.update(None)
    before = desk.file.read_bytes()
    said = desk.add(quote="he would come", note="Two\nlines.")
    added = b"- quote: he would come\r\n  note: |\r\n    Two\r\n    lines.\r\n"
    assert desk.file.read_bytes() == before + added
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o640
    desk.ask("undo", undo=said["undo"])
    assert desk.file.read_bytes() == before


def test_claim_with_speaker_and_sources(desk):
    desk.add(
        kind="claim",
        quote="he would come",
        claim="He  would\ncome.",
        by="Dmitry Peskov",
        date="2024-11",
        rating="disputed",
        review="Nobody\u2028knows.",
        sources=[{"id": "post", "stance": "supports"},
                 {"id": "On the radio", "stance": "disputes"}],
        newSources=[{"title": "New: one", "publisher": "The Paper", "url": "paper.example/a?b=c#d",
                     "date": "2024-11-11", "stance": "context"}],
    )  # fmt: skip
    assert desk.file.read_text() == NOTES.replace(
        "notes:",
        """\
  the-paper-2024-11-11:
    title: "New: one"
    publisher: The Paper
    date: 2024-11-11
    url: https://paper.example/a?b=c#d
  radio:
    title: On the radio
    publisher: Radio
    type: broadcast
notes:""",
    ) + (
        "claims:\n- id: he-would-come\n  quote: he would come\n  claim: He would come.\n"
        "  by: peskov\n  date: 2024-11\n  rating: disputed\n  review: |\n    Nobody\n    knows.\n"
        "  evidence:\n  - {source: post, stance: supports}\n"
        "  - {source: radio, stance: disputes}\n"
        "  - {source: the-paper-2024-11-11, stance: context}\n"
    )
    assert not desk.problems()
    desk.add(kind="claim", claim="He would come!", rating="true")
    assert "- id: he-would-come-1\n" in desk.file.read_text()
    assert not desk.problems()


LONG = "This sentence of eleven words is written four times over. " * 4


def test_long_lines_are_wrapped_if_the_author_wraps(desk):
    desk.add(note=f"{LONG}\n\n- {LONG}\n\n    {LONG}\n\n| {LONG} |")
    lines = desk.file.read_text().removeprefix(NOTES).split("\n")
    assert [len(line) > 100 for line in lines].count(True) == 2  # the code and the table
    assert any(line.startswith("      ") and not line.startswith("       ") for line in lines)
    assert not desk.problems()
    desk.file.write_text(NOTES + f"- note: {LONG}\n")
    desk.add(note=LONG.strip())
    assert desk.file.read_text().endswith(f"\n- note: |\n    {LONG.strip()}\n")


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "word **bold *it* `code span` [a](b) # 1. - + > | == 2) \\ \n \n\n :  é “so” https://a.b/c".split(
                " "
            )
        ),
        max_size=120,
    ).map(" ".join)
)
def test_wrapping_does_not_change_the_rendering(text):
    reader = NoteMarkdown()
    before, after = (
        re.sub(r"\s+", " ", reader.render(reader.parse(each))) for each in (text, wrap(text))
    )
    assert before == after


def test_the_default_kind_is_written_if_the_file_specifies_it(desk):
    desk.add(note="One.", noteKind="context")
    assert "kind" not in desk.file.read_text()
    desk.file.write_text(NOTES + "- note: a\n  kind: context\n")
    desk.add(note="Two.", noteKind="context")
    assert desk.file.read_text().endswith("- note: Two.\n  kind: context\n")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "claim", "claim": "A.", "rating": "tru"}, "no rating `tru`"),
        ({"kind": "claim", "claim": "A.", "rating": ""}, "`rating` is empty"),
        ({"kind": "claim", "claim": "A.", "rating": "true", "date": "May"}, "not a date"),
        ({"note": "  "}, "`note` is empty"),
        ({"note": "a", "noteKind": "hint"}, "kind"),
        ({"note": "a", "sources": [{"id": "pots"}]}, "no source `pots`"),
        ({"note": "a", "quote": "not there"}, "not in the article"),
        ({"note": "a", "quote": "said that"}, "2 times"),
        ({"note": "a", "newSources": [{"url": "x"}]}, "no title"),
        ({"note": "a", "newSources": [{"title": "T", "url": "ftp:x"}]}, "not a web address"),
        ({"kind": "claim", "claim": "A.", "rating": "true", "by": "peskow"}, "no person `peskow`"),
    ],
)
def test_mistakes_are_reported_and_nothing_is_written(desk, body, words):
    before = contents(desk.root)
    problems = desk.add(422, **body)["problems"]
    assert words in " ".join(problem["message"] for problem in problems)
    assert contents(desk.root) == before


@pytest.mark.parametrize("request_", ["target", "add"])
def test_an_article_that_cannot_be_read(desk, request_):
    file = desk.root / "content/call.md"
    file.write_bytes(ARTICLE.encode("utf-16"))
    desk.live.update(None)
    said = desk.ask(
        request_, 422, hash=desk.known(), kind="note", exact="come", quote="come", note="Yes."
    )
    assert said["problems"][0]["message"] == "`content/call.md` cannot be read"


def test_existing_errors_do_not_prevent_a_change(desk):
    desk.file.write_text(NOTES.replace("[post]", "[pots]"))
    desk.add(note="a")
    desk.file.write_text("notes: [")
    assert "not closed" in str(desk.add(422, note="a")["problems"])


def test_edit(desk):
    entry = desk.ask("page")["entries"][0]["id"]
    said = desk.ask("edit", hash=desk.known(), id=entry, texts={"note": "It *is*: so.\n\nMore.  "})
    assert said["place"] == "content/call.yaml:7"
    new = NOTES.replace("Indeed. # short", "| # short\n    It *is*: so.\n\n    More.")
    assert desk.file.read_text() == new
    assert not desk.problems()
    desk.ask("edit", 422, hash=desk.known(), id=entry, texts={"note": " "})
    desk.ask("edit", 400, hash=desk.known(), id=entry, texts={"quote": "x"})
    desk.ask("edit", 404, hash=desk.known(), id="who", texts={"note": "x"})
    same = desk.ask("edit", hash=desk.known(), id=entry, texts={"note": "It *is*: so.\n\nMore."})
    assert same["undo"] == ""
    desk.ask("undo", undo=said["undo"])
    assert desk.file.read_text() == NOTES


def test_editing_a_claim_keeps_its_other_keys(desk):
    claim = """claims:
- id: c
  claim: It is so.
  location: Geneva
  appearances: [{url: 'https://tv.test/x.mp3', time: 1:23:45}]   # on air
  fact: "It is not so."
  reply: {text: We *meant* it., date: 2024-02}
  rating: false
  review: Old.
  draft: true # not yet
"""
    desk.file.write_text(NOTES + claim)
    desk.live.update(None)
    desk.ask("edit", hash=desk.known(), id="c", texts={"claim": "It was so.", "review": "New."})
    new = claim.replace("It is so.", "It was so.").replace("Old.", "New.")
    assert desk.file.read_text() == NOTES + new
    assert not desk.problems()
    assert any(each.draft for each in desk.annotations)


def test_a_new_rating_keeps_the_old_one_in_the_history(desk, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796040000")
    claim = "claims:\n- id: c  # mine\n  claim: It is so.\n  rating: true\n  review: Old.\n"
    desk.file.write_text(NOTES + claim)
    desk.live.update(None)
    assert desk.ask("page")["entries"][0]["texts"] == {
        "claim": "It is so.",
        "rating": "true",
        "review": "Old.",
    }
    texts = {"claim": "It was so.", "rating": "false", "review": "New."}
    said = desk.ask("edit", hash=desk.known(), id="c", texts=texts)
    assert desk.file.read_text() == NOTES + (
        "claims:\n- id: c  # mine\n  claim: It was so.\n  rating: false\n  review: New.\n"
        "  checked: 2026-11-30\n"
        "  history:\n  - {date: 2024-11-10, rating: true, review: Old.}\n"
    )
    desk.ask("undo", undo=said["undo"])
    assert desk.file.read_text() == NOTES + claim
    desk.ask("edit", 422, hash=desk.known(), id="c", texts={"rating": "fals"})
    desk.ask("edit", 422, hash=desk.known(), id="c", texts={"rating": ""})
    same = desk.ask("edit", hash=desk.known(), id="c", texts={"rating": "true"})
    assert same["undo"] == ""
    assert desk.file.read_text() == NOTES + claim


def test_nothing_outside_the_content_folder(desk, tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text("notes: []\n")
    known = desk.known()
    desk.file.unlink()
    desk.file.symlink_to(outside)
    assert desk.ask("page", 403)["problems"]
    desk.ask("add", 403, hash=known, kind="note", note="a")
    assert outside.read_text() == "notes: []\n"
    desk.ask("page", 404, address="/../site.toml")
    desk.ask("page", 404, address="/call/../call/")


def test_a_symbolic_link_inside_the_site_is_followed(desk):
    real = desk.root / "content/in/_real.yaml"
    real.write_text(NOTES)
    desk.file.unlink()
    desk.file.symlink_to(real)
    said = desk.add(note="a")
    assert desk.file.is_symlink()
    assert real.read_text() == NOTES + "- note: a\n"
    desk.ask("undo", undo=said["undo"])
    assert real.read_text() == NOTES


def test_a_write_error(desk, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    before = contents(desk.root)
    message = desk.add(422, note="a")["problems"][0]["message"]
    assert message == "`content/call.yaml` cannot be written: the disk is full"
    assert contents(desk.root) == before


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"address": 1}, {"address": "/call/", "sources": [1]}, {"address": "\ud800"}],
)
@pytest.mark.parametrize("request_", ["page", "target", "add", "edit", "undo", "nothing"])
def test_arbitrary_requests(desk, request_, body):
    before = contents(desk.root)
    assert desk.editor.answer(request_, body).status in (200, 400, 404, 409, 422)
    assert contents(desk.root) == before


def test_bodies():
    assert parse_request(b'{"a": 1}') == {"a": 1}
    assert parse_request(b"\xff") is None
    assert parse_request(b"[" * 100_000) is None
