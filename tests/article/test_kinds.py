"""Kinds of notes, their authors and tags, and what people are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.json_schema import json_schema
from tests.helpers import author_files, folders
from tests.helpers.pages import read

SITE = 'title = "S"\nurl = "https://s.org"\n[search]\nenabled = false\n'
READER = SITE + '[[kinds]]\nid = "reader"\nlabel = "From <readers>"\nstyle = "wavy"\n'
PAGE = "---\ntitle: T\n---\nSome words, and other words.\n"


def built(tmp_path: Path, notes: str, site: str = READER) -> tuple[list[Problem], Path]:
    files = {"site.toml": site, "content/a.md": PAGE, "content/a.yaml": notes}
    result = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1))
    return [*result.problems], tmp_path / "_site"


def test_an_own_kind_has_its_label_and_its_line(tmp_path: Path) -> None:
    problems, out = built(tmp_path, "notes:\n  - {quote: Some words, note: N., kind: reader}\n")
    assert problems == []
    html = read(out / "a/index.html")
    assert "<b>From &lt;readers&gt;</b>" in html
    assert '<mark data-annotation="some-words-' in html
    assert 'data-kind="reader"' in html
    css = (out / "assets/style.css").read_text()
    assert "mark:where([data-kind~=reader]){--hem:repeating-linear-gradient(" in css


def test_a_built_in_kind_is_renamed_and_keeps_its_meaning(tmp_path: Path) -> None:
    site = SITE + '[[kinds]]\nid = "translation"\nlabel = "In English"\n'
    notes = "notes:\n  - {quote: Some words, note: N., kind: translation}\n  - {note: Other.}\n"
    problems, out = built(tmp_path, notes, site)
    assert problems == []
    html = read(out / "a/index.html")
    assert "<b>In English</b>" in html
    assert "<b>Context</b>" in html
    first = json.loads((out / "a/annotations.json").read_text())["first"]["items"]
    assert [item["motivation"] for item in first] == ["commenting", "describing"]
    assert "){--hem:" not in (out / "assets/style.css").read_text()


@pytest.mark.parametrize(
    ("kind", "near"),
    [("readr", "reader"), ("Definition", "definition"), ("claim", ""), ("remark", "")],
)
def test_an_unknown_kind(tmp_path: Path, kind: str, near: str) -> None:
    (problem,), _ = built(tmp_path, f"notes:\n  - note: N.\n    kind: {kind}\n")
    assert (problem.code, problem.severity) == ("bad-value", "error")
    assert (problem.location.line, problem.location.column) == (3, 11)
    assert (f"did you mean `{near}`?" in problem.hint) == bool(near)
    assert "translation, reader; [[kinds]]" in problem.hint


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ('[[kinds]]\nid = "a"\nlabel = "A"\n[[kinds]]\nid = "a"\nlabel = "B"\n', "duplicate-id"),
        ('[[kinds]]\nid = "a"\nlabel = "A"\n[[kinds]]\nid = "A"\nlabel = "B"\n', "duplicate-id"),
        ('[[kinds]]\nid = "claim"\nlabel = "Claim"\n', "reserved-id"),
        ('[[kinds]]\nid = "Question"\nlabel = "Q"\n', "reserved-id"),
        ('[[kinds]]\nid = "Context"\nlabel = "C"\n', "reserved-id"),
        ('[[kinds]]\nid = "a"\n', "missing-key"),
        ('[[kinds]]\nid = "a"\nlabel = " "\n', "empty-value"),
        ('[[kinds]]\nid = "a b"\nlabel = "A"\n', "bad-value"),
        ('[[kinds]]\nid = "a"\nlabel = "A"\nstyle = "doted"\n', "bad-value"),
        ('[[kinds]]\nid = "a"\nlabel = "A"\nstyel = "wavy"\n', "unknown-key"),
    ],
)
def test_mistakes_in_kinds(toml: str, code: str) -> None:
    (problem,) = author_files.site('title = "S"\n' + toml)
    assert (problem.code, problem.severity) == (code, "error")


def test_who_wrote_a_note_and_its_tags(tmp_path: Path) -> None:
    notes = (
        "people:\n  desk: {name: The <desk>, kind: organization}\nnotes:\n"
        "  - {quote: Some words, note: N., by: desk, tags: [a & b, c]}\n"
        "  - {quote: other words, note: M., by: Ann Other}\n"
    )
    problems, out = built(tmp_path, notes)
    assert problems == []
    html = read(out / "a/index.html")
    assert "By The &lt;desk&gt;" in html
    assert "By Ann Other" in html
    assert "<footer>Tags: a &amp; b and c</footer>" in html
    first, second = json.loads((out / "a/annotations.json").read_text())["first"]["items"]
    assert first["creator"] == {"type": "Organization", "name": "The <desk>"}
    assert second["creator"] == {"type": "Person", "name": "Ann Other"}
    tags = [body for body in first["body"] if body["purpose"] == "tagging"]
    assert tags == [
        {"type": "TextualBody", "value": tag, "purpose": "tagging"} for tag in ("a & b", "c")
    ]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("by: des", "unknown-person"),
        ("by: ''", "empty-value"),
        ("tags: [a, ' ']", "empty-value"),
        ("tags: a", "wrong-type"),
        ("tag: [a]", "unknown-key"),
    ],
)
def test_mistakes_in_authors_and_tags(tmp_path: Path, entry: str, code: str) -> None:
    notes = f"people:\n  desk: {{name: D}}\nnotes:\n  - {{note: N., {entry}}}\n"
    problems, _ = built(tmp_path, notes)
    assert [p.code for p in problems if p.code != "unused-person"] == [code]


@pytest.mark.parametrize("name", ["a", "a.b", "*"])
@pytest.mark.parametrize("read", [read_annotations, read_library])
def test_type_is_the_earlier_name_of_kind(read: Any, name: str) -> None:
    value, located, (problem, *_) = read(
        Text("x.yaml", f"people:\n  {name}: {{name: A, type: organization}}\n".replace("*", "'*'"))
    )
    assert name == "*" or value.people[name].kind == "organization"  # `*` cannot be an id
    assert located.data == {"people": {name: {"name": "A", "kind": "organization"}}}
    assert (problem.code, problem.severity) == ("old-key", "info")
    before = "  'a': {name: A, " if name == "*" else f"  {name}: {{name: A, "
    assert (problem.location.line, problem.location.column) == (2, len(before) + 1)


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        ("{name: A, kind: organization}", []),
        ("{name: A, kind: person, type: organization}", ["unknown-key"]),
        ("{name: A, type: organisation}", ["bad-value", "old-key"]),
        ("{name: A, type: }", ["old-key"]),
        ("{name: A, type: [person]}", ["old-key", "wrong-type"]),
    ],
)
def test_kinds_of_people(person: str, codes: list[str]) -> None:
    _, _, problems = read_annotations(Text("x.yaml", f"people:\n  a: {person}\n"))
    assert sorted(p.code for p in problems) == codes


def test_an_organization_in_one_file_is_one_in_all(tmp_path: Path) -> None:
    claim = "claims:\n  - {id: c, claim: C., by: who, rating: 'true'}\n"
    files = {
        "site.toml": SITE,
        "content/a.md": PAGE,
        "content/a.yaml": "people:\n  who: {name: WHO}\n" + claim,
        "content/b.md": PAGE,
        "content/b.yaml": "people:\n  who: {name: WHO, kind: organization}\n" + claim,
    }
    result = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1))
    assert result.problems == ()


def test_editors_offer_the_kinds_of_the_site() -> None:
    schema = json_schema("annotations", kinds=["context", "reader"])
    assert schema["$defs"]["Note"]["properties"]["kind"]["enum"] == ["context", "reader"]
    assert schema["$defs"]["Person"]["properties"]["kind"]["enum"] == ["person", "organization"]
