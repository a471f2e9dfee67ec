"""`explainer import`: no incoming data is lost, and no existing text changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.exchange import csl_json, entries, hypothesis, reading, web_annotation
from explainer.model.documents import Text
from explainer.parse.annotations import read_annotations
from tests.exchange.helpers import SLOW, WEB, data_of, imported, row, run, searchable, yaml_of
from tests.helpers import folders
from tests.helpers.examples import examples


def test_importing_many_existing_annotations_is_fast(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row("nothing", f"Note {number}.") for number in range(100)]
    assert imported(site, "h.json", {"rows": rows}, "--article", "bridge").exit_code == 0
    looked_at: list[Any] = []
    real = entries.same_form
    monkeypatch.setattr(entries, "same_form", lambda one: looked_at.append(one) or real(one))
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "new: nothing; already there: 100" in result.output
    assert len(looked_at) == 200, "each once of those here, and of those that come"


def test_unplaced_annotations_become_usable_comments(site: Path) -> None:
    path = site / "content/bridge/index.yaml"
    path.write_bytes(b"\xef\xbb\xbf# mine\r\nnotes:\r\n  - note: Old. # stays\r\n")
    rows = [row("was painted red", "Who says so?"), row("nothing", "New."), row("", "", target=[])]
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert result.exit_code == 0, result.output
    assert "from line 12" in result.output
    text = path.read_bytes().decode()
    assert text.startswith("\ufeff# mine\r\nnotes:\r\n  - note: Old. # stays\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert text.split("\r\n")[11].startswith("# From ")
    assert "# rows[0]: these words are not in the article\r\n" in text
    assert "it has no text and only highlights a passage" in text
    comments = text[text.index("# rows[0]") : text.index("#\r\n# rows[2]")].split("\r\n")[1:]
    used = data_of("\n".join(re.sub("^# ?", "", line) for line in comments))  # as editors do
    assert used["notes"][0]["quote"] == "was painted red"
    assert used["notes"][0]["note"].startswith("Who says so?")
    again = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "already" in again.output
    assert path.read_bytes().decode() == text


@pytest.mark.parametrize("head", ["", "+++\ndate = 2024-11-10\n+++\n"])
def test_the_title_in_the_text_is_no_place(head: str, site: Path) -> None:
    folders.put(site, {"content/plain.md": f"{head}# A call\n\nAbout a call.\n"})
    rows = [row("A call"), row("About a call")]
    result = imported(site, "h.json", {"rows": rows}, "--article", "plain")
    assert "on “A call” is not imported: these words are not in the article" in result.output
    text = (site / "content/plain.yaml").read_text(encoding="utf-8")
    assert [note["quote"] for note in data_of(text)["notes"]] == ["About a call"]


def test_unplaced_annotations_go_to_a_separate_file(site: Path) -> None:
    kept = site.parent / "kept.yaml"
    args = ("--article", "bridge", "--unplaced", kept)
    assert imported(site, "h.json", {"rows": [row("red")]}, *args).exit_code == 0
    assert not (site / "content/bridge/index.yaml").exists()
    assert "# rows[0]: these words are not in the article" in kept.read_text()
    before = kept.read_bytes()
    assert imported(site, "h.json", {"rows": [row("red")]}, *args).exit_code == 0
    assert kept.read_bytes() == before


def test_dry_run_writes_nothing(site: Path) -> None:
    before = folders.contents(site / "content")
    rows = [row("nothing"), row("red")]
    kept = site.parent / "kept.yaml"
    for more in ((), ("--unplaced", kept)):
        result = imported(site, "h.json", {"rows": rows}, "--article", "bridge", "--dry-run", *more)
        assert result.exit_code == 0
        assert "new: 1 note" in result.output
        assert "would" in result.output
    assert folders.contents(site / "content") == before
    assert not kept.exists()


def test_ids_in_use_are_renamed(site: Path) -> None:
    entry = {"id": "cost", "claim": "It cost nothing.", "rating": "false", "disputes": ["much"]}
    other = {"id": "much", "claim": "It cost much.", "rating": "true", "disputes": ["cost"]}
    (site / "content/bridge/index.yaml").write_text(
        "claims:\n  - {id: Cost, claim: Another., rating: mixed}\n"
    )
    items = [
        {"type": "Annotation", "target": "https://x.org/", "explainer:kind": "claim",
         "explainer:entry": one}
        for one in (entry, other, {**other, "id": "m2", "rating": "so-so"},
                   {**other, "id": "m3", "evidence": [{"source": "nobody"}]},
                   {**other, "id": "m4", "colour": "red"}, {"id": ["x"], "claim": {"a": 1}})
    ]  # fmt: skip
    result = imported(site, "w.json", items, "--article", "bridge")
    assert result.exit_code == 0, result.output
    claims = {one["id"]: one for one in data_of(yaml_of(site))["claims"]}
    assert list(claims) == ["Cost", "cost-1", "much"]
    assert claims["much"]["disputes"] == ["cost-1"]
    for why in ("no rating `so-so`", "the source `nobody`", "colour"):
        assert why in result.output
    assert yaml_of(site).count("# claims:") == 4
    assert run(site, "check").exit_code == 0


def own(kind: str, **entry: Any) -> dict[str, Any]:
    """Return an annotation of another explainer's site."""
    return {
        "type": "Annotation",
        "target": "https://x.org/",
        "explainer:kind": kind,
        "explainer:entry": entry,
    }


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"claim": "C.", "rating": "so-so"},
            "this site has no rating `so-so`",
        ),
        ({"claim": "C.", "rating": "true", "colour": "red"}, "the claim “C.” is not imported:"),
        ({"claim": "C.", "rating": "true", "disputes": ["other"]}, "the unknown claim `other`"),
    ],
)
def test_what_is_not_imported_is_a_warning(entry: dict[str, Any], message: str, site: Path) -> None:
    claim = own("claim", id="cost", **entry)
    result = imported(site, "w.json", [claim], "--article", "bridge")
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.output.splitlines() if "[not-imported]" in line]
    assert line.startswith(f"{site.parent}/w.json: warning[not-imported]: [0]: ")
    assert message in line


def test_sources_that_cannot_be_imported_are_a_warning(site: Path) -> None:
    sources = [
        {"id": "one", "title": "One", "repeats": ["nobody", "two"]},
        {"id": "two", "title": "Two"},
        {"id": "three", "title": "Three", "date": "soon"},
    ]
    data = {"type": "AnnotationPage", "items": [WEB], "explainer:sources": sources}
    result = imported(site, "w.json", data, "--article", "bridge", "--library")
    assert result.exit_code == 0, result.output
    assert result.output.count("warning[not-imported]") == 2
    assert "the source `one` repeats `nobody`, which is not defined" in result.output
    assert "the source “Three” is not imported" in result.output
    library = (site / "content/_library.yaml").read_text()
    assert data_of(library)["sources"] == {
        "one": {"title": "One", "repeats": ["two"]},
        "two": {"title": "Two"},
    }


def test_sources_that_are_there_are_a_remark(site: Path) -> None:
    library = "sources:\n  smith: {title: A, url: https://x.org/a}\n  b: {title: B}\n"
    folders.put(site, {"content/_library.yaml": library})
    books = [
        {"id": "doe", "type": "book", "title": "A", "URL": "https://x.org/a"},
        {"id": "b", "type": "book", "title": "B"},
    ]
    result = imported(site, "b.json", books, "--library")
    assert result.exit_code == 0, result.output
    assert (
        "info[already-there]: sources that already exist are left unchanged: `doe` as `smith`, `b`"
    ) in result.output
    assert (site / "content/_library.yaml").read_text() == library


def test_a_collection_that_continues_elsewhere_is_a_warning(site: Path) -> None:
    page = {"type": "AnnotationPage", "items": [WEB], "next": "https://x.org/page2"}
    for data in (page, {"type": "AnnotationCollection", "first": page}):
        result = imported(site, "w.json", data, "--article", "bridge", "--dry-run")
        assert result.exit_code == 0, result.output
        assert "new: 1 note" in result.output
        assert result.output.count("warning[more-elsewhere]") == 1
        assert "continues at https://x.org/page2, which was not read" in result.output
    result = imported(site, "w.json", {**page, "next": None}, "--article", "bridge", "--dry-run")
    assert "more-elsewhere" not in result.output


@pytest.mark.parametrize(("size", "code"), [(2_000_000, "not-json"), (2_000_001, "too-large")])
def test_too_large_a_file_is_an_error(
    size: int, code: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 2_000_000)
    result = imported(site, "x.json", b"x" * size, "--article", "bridge")
    assert result.exit_code == 1
    assert f"error[{code}]" in result.output
    assert code != "too-large" or "the file has 2 MB; the limit is 2 MB" in result.output


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.json", "{", "x.json:1:2: error[not-json]"),
        ("x.json", "", "error[not-json]"),
        ("x.json", "[1, 2,\n  oops]", "x.json:2:3: error[not-json]"),
        ("x.json", "[" * 100_000, "error[not-json]"),
        ("x.json", '{"a": ' + "1" * 5000 + "}", "error[not-json]"),
        ("x.json", "null", "error[wrong-shape]"),
        ("x.json", "[[[[[[[[[[]]]]]]]]]]", "error["),
        ("x.json", "[]", "error[nothing-there]"),
        ("x.json", '{"rows": 3}', "error[wrong-shape]"),
        ("x.json", '{"rows": []}', "error[nothing-there]"),
        (
            "x.json",
            '{"type": "AnnotationCollection", "first": "https://x.org/1"}',
            "error[wrong-shape]",
        ),
        ("x.json", "[3, null, true]", "`[1]` should be"),
        ("x.json", '"text"', "error[wrong-shape]"),
        ("x.json", b"\xff\xfe[\x00]\x00", "error[not-utf8]"),
        ("x.json", b'["M\xfcller"]', "x.json:1:4: error[not-utf8]"),
        ("x.json", b"\x00\x01\x02", "error["),
        ("x.bib", b"@book{a, title={M\xfcller}}", "x.bib:1:18: error[not-utf8]"),
        ("x.bib", "nothing here", "error[bibtex-syntax]"),
        ("x.bib", "", "error[bibtex-syntax]"),
        ("x.bib", "@book{a", "x.bib:1: error[bibtex-syntax]"),
    ],
)
def test_bad_input(name: str, content: str | bytes, expected: str, site: Path) -> None:
    before = folders.contents(site / "content")
    result = imported(site, name, content, "--article", "bridge")
    assert result.exit_code == 1, result.output
    assert expected in result.output
    assert "Traceback" not in result.output
    assert folders.contents(site / "content") == before


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(
        ["", "Annotation", "AnnotationPage", "had been inspected", "TextQuoteSelector",
         "\ud800\x00", "https://x.org/#a", "note", "claim", "tagging", "text/html"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            "type items first rows annotations target selector exact prefix body value purpose "
            "tags text user references id title author issued date-parts URL explainer:kind family "
            "explainer:entry explainer:sources explainer:people source note name motivation "
            "creator start refinedBy custom repeats quote".split()), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=examples(400), deadline=None)
@given(ANY_JSON)
def test_arbitrary_json_is_read_or_rejected(data: Any) -> None:
    for reader in (web_annotation.read, hypothesis.read, csl_json.read):
        incoming = reader("x.json", data)
        for one in incoming.annotations:
            entries.place(searchable(), one)


@SLOW
@given(ANY_JSON)
def test_arbitrary_json_never_breaks_the_site(site: Path, data: Any) -> None:
    content = json.dumps(data)
    (site / "content/bridge/index.yaml").unlink(missing_ok=True)
    result = imported(site, "x.json", content, "--article", "bridge")
    assert result.exit_code in (0, 1), (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    path = site / "content/bridge/index.yaml"
    if path.exists():
        file, _, _ = read_annotations(Text("x.yaml", yaml_of(site)))
        assert file is not None


def test_a_broken_annotation_file_is_left_alone(site: Path) -> None:
    path = site / "content/bridge/index.yaml"
    path.write_text("notes:\n  - nope: 3\n")
    result = imported(site, "w.json", WEB, "--article", "bridge")
    assert result.exit_code == 1
    assert "content/bridge/index.yaml:2:5: error[unknown-key]" in result.output
    assert path.read_text() == "notes:\n  - nope: 3\n"
    assert run(site, "export", "bridge").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("import", "nowhere.json", "--article", "bridge"), "cannot be read"),
        (("import", "w.json"), "--article"),
        (("import", "w.json", "--library"), "--article"),
        (("import", "b.bib"), "--library"),
        (("import", "w.json", "--article", "brigde"), "Did you mean content/bridge/index.md?"),
        (("export", "brigde"), "there is no article `brigde`"),
        (("export", "bridge", "--as", "csv"), "Invalid value"),
        (("export", "bridge", "-o", "no/such/folder/x"), "cannot be written"),
    ],
)
def test_usage_errors_exit_with_2(
    arguments: tuple[str, ...], expected: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.parent)
    Path("w.json").write_text(json.dumps(WEB))
    Path("b.bib").write_text("@book{a, title={B}}")
    result = run(site, *arguments)
    assert result.exit_code == 2, result.output
    assert expected in result.output
