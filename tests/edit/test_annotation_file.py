"""explainer/edit: entries are added and edited, and all other text stays the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explainer.edit import annotation_file
from explainer.edit.annotation_file import Edited
from explainer.edit.entry import SECTIONS
from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.parse.annotations import read_annotations
from explainer.parse.text import decode
from tests import ROOT
from tests.helpers.annotation_strategies import entries, files, texts
from tests.helpers.examples import examples

KINDS = list(SECTIONS)
REAL = sorted(
    path
    for folder in ("content", "tests/sites")
    for path in (ROOT / folder).rglob("*.yaml")
    if "expected" not in path.parts
)
slow = settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def data(text: str):
    """Return a file's data, and whether it matches the schema."""
    decoded, problem = decode("x.yaml", text.encode())
    assert problem is None
    value, located, _ = read_annotations(Text("x.yaml", decoded))
    return located.data, value is not None


def with_id(kind, entry):
    return {"id": "quite-new", **entry} if kind in ("claim", "source", "person") else entry


def put(old, kind, entry):
    """Return the old data with the entry added."""
    old = dict(old or {})
    name = SECTIONS[kind]
    if kind in ("source", "person"):
        rest = {key: value for key, value in entry.items() if key != "id"}
        old[name] = {**(old.get(name) or {}), entry["id"]: rest}
    else:
        old[name] = [*(old.get(name) or []), entry]
    return old


def same(one, other, loose):
    """Compare data; `loose` ignores trailing line breaks of texts."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[k], other[k], loose) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other, [loose] * len(one)))
    return (
        one.rstrip("\n") == other.rstrip("\n") if loose and isinstance(one, str) else one == other
    )


def inserted(old, new):
    """Return the text that a single insertion added; None if it was not a single insertion."""
    differing = (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    start = next(differing, len(old))
    end = len(new) - (len(old) - start)
    return new[start:end] if new[end:] == old[start:] else None


def check_append(old: str, kind: str, entry: dict) -> Edited:
    before, valid = data(old)
    made = annotation_file.append(old, kind, entry)
    assert isinstance(made, Edited), made
    assert inserted(old, made.text) is not None
    after, still = data(made.text)
    assert same(after, put(before, kind, entry), loose=not old.endswith("\n"))
    assert still or not valid
    return made


# --- properties ----------------------------------------------------------------------------------


@slow
@given(st.data())
def test_append_is_one_insertion(given_data):
    """For any valid file and entry, the data grows by the entry and the text by one insertion."""
    old = given_data.draw(files())
    kind = given_data.draw(st.sampled_from(KINDS))
    entry = with_id(kind, given_data.draw(entries(kind)))
    assume(data(old)[1])
    check_append(old, kind, entry)


@slow
@given(st.data())
def test_appending_many_equals_appending_one_by_one(given_data):
    old = given_data.draw(files())
    kind = given_data.draw(st.sampled_from(KINDS))
    found = given_data.draw(st.lists(entries(kind), min_size=2, max_size=4))
    assume(data(old)[1])
    one_by_one = old
    new = []
    for number, entry in enumerate(found):
        named = {"id": f"new-{number}"} if kind in ("claim", "source", "person") else {}
        new.append({**named, **entry})
        one_by_one = check_append(one_by_one, kind, new[-1]).text
    made = annotation_file.append(old, kind, *new)
    assert isinstance(made, Edited)
    whole = made.text
    # Except blank lines: their style is detected again for each entry.
    assert same(data(whole)[0], data(one_by_one)[0], loose=not old.endswith("\n"))
    # All that was there is there, in its order. Not always around one insertion: a comment below a
    # section that was empty stands between its first entry and the others.
    rest = iter(whole)
    assert all(character in rest for character in old)


@slow
@given(st.data())
def test_edit_changes_only_the_value(given_data):
    old = given_data.draw(files())
    before, valid = data(old)
    assume(valid and before)
    places = [
        (section, number, key)
        for section in ("claims", "notes", "questions")
        for number, entry in enumerate(before.get(section) or [])
        for key in ("note", "claim", "question", "review", "quote")
        if key in entry or (key == "review" and section == "claims")
    ]
    assume(places)
    section, number, key = given_data.draw(st.sampled_from(places))
    value = given_data.draw(texts)
    made = annotation_file.edit(old, (section, number), key, value)
    assert isinstance(made, Edited), made
    before[section][number][key] = value
    after, still = data(made.text)
    assert still
    assert same(after, before, loose=not old.endswith("\n"))
    again = annotation_file.edit(made.text, (section, number), key, value)
    assert isinstance(again, Edited)
    assert again.text == made.text


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_real_files(path, given_data):
    old = path.read_bytes().decode()
    kind = given_data.draw(st.sampled_from(KINDS))
    if path.name == "_library.yaml":
        kind = "source"
    check_append(old, kind, with_id(kind, given_data.draw(entries(kind))))


@slow
@given(texts, st.sampled_from(["note: a", "{note: a}", "note: 'a'", 'note: "a"', "note: |\n    a"]))
def test_texts_round_trip(text, old):
    file = f"notes:\n- {old}\n- note: other # stays\n"
    check_append(file, "note", {"note": text})
    made = annotation_file.edit(file, ("notes", 0), "note", text)
    assert data(made.text)[0]["notes"] == [{"note": text}, {"note": "other"}]
    assert made.text.endswith("\n- note: other # stays\n")


# --- examples ------------------------------------------------------------------------------------

NOTE = {"quote": "a few words", "note": "One line.\n\nAnother: two.\n"}
LINES = "{0}- quote: a few words\n{0}  note: |\n{0}    One line.\n\n{0}    Another: two.\n"
FLOW = '{quote: a few words, note: "One line.\\n\\nAnother: two.\\n"}'
EXAMPLES = {
    "empty": ("", "notes:\n" + LINES.format("  ")),
    "comments": ("# mine\n", "# mine\n\nnotes:\n" + LINES.format("  ")),
    "braces": ("{}\n", "{notes: [" + FLOW + "]}\n"),
    "key alone": ("notes: # none\n", "notes: # none\n" + LINES.format("  ")),
    "brackets": ("notes: []\n", "notes: [" + FLOW + "]\n"),
    "flow": ("notes: [{note: a}, ] # x\n", "notes: [{note: a}, " + FLOW + ", ] # x\n"),
    "dashes below the key": (
        "notes:\n- note: a\n- note: b\nclaims: []\n",
        "notes:\n- note: a\n- note: b\n" + LINES.format("") + "claims: []\n",
    ),
    "blank lines between": (
        "notes:\n  - note: a\n\n  - note: b\n\n# on\nclaims: []\n",
        "notes:\n  - note: a\n\n  - note: b\n\n" + LINES.format("  ") + "\n# on\nclaims: []\n",
    ),
    "comment at the end": (
        "notes:\n- note: a # one\n  # on this one\n- note: b\n# the end of the notes\n",
        "notes:\n- note: a # one\n  # on this one\n- note: b\n"
        + LINES.format("")
        + "# the end of the notes\n",
    ),
    "comment on the last": (
        "notes:\n- note: a\n- note: b\n  # on this one\n",
        "notes:\n- note: a\n- note: b\n  # on this one\n" + LINES.format(""),
    ),
    "wide": (
        "notes:\n    -   note: |\n            a\n",
        "notes:\n    -   note: |\n            a\n\n    -   quote: a few words\n        note: |\n"
        "            One line.\n\n            Another: two.\n",
    ),
    "windows": (
        "\ufeffnotes:\r\n- note: a\r\n- note: b\r\n",
        "\ufeffnotes:\r\n- note: a\r\n- note: b\r\n" + LINES.format("").replace("\n", "\r\n"),
    ),
    "no line break at the end": (
        "notes:\n- note: a\n- note: b",
        "notes:\n- note: a\n- note: b\n" + LINES.format(""),
    ),
    "document end": (
        "notes:\n- note: a\n- note: b\n...\n",
        "notes:\n- note: a\n- note: b\n" + LINES.format("") + "...\n",
    ),
    "kept blank lines": (
        "notes:\n- note: a\n- note: |+\n    b\n\n\nclaims: []\n",
        "notes:\n- note: a\n- note: |+\n    b\n\n\n" + LINES.format("") + "claims: []\n",
    ),
    "several lines of flow": (
        "notes: [\n  {note: a}, # one\n  {note: b}, # two\n]\n",
        "notes: [\n  {note: a}, # one\n  {note: b}, # two\n  " + FLOW + ",\n]\n",
    ),
    "json": (
        '{"notes": [\n  {"note": "a"}\n]}\n',
        '{"notes": [\n  {"note": "a"},\n  {"quote": "a few words", '
        '"note": "One line.\\n\\nAnother: two.\\n"}\n]}\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_layouts(name):
    old, new = EXAMPLES[name]
    assert check_append(old, "note", NOTE).text == new


def test_new_file():
    old = annotation_file.new_file("content/a/index.yaml")
    made = annotation_file.append(old, "note", {"note": "a"})
    assert made.text == (
        "# yaml-language-server: $schema=../../.explainer/annotations.schema.json\n"
        "notes:\n  - note: a\n"
    )
    assert made.line == 3
    library = annotation_file.new_file("content/_library.yaml")
    assert library == "# yaml-language-server: $schema=../.explainer/library.schema.json\n"


@pytest.mark.parametrize("word", ["null", "~", "Null"])
def test_null_sections_are_replaced(word):
    made = annotation_file.append(f"notes: {word} # none\n", "note", {"note": "a"})
    assert made.text == "notes: # none\n  - note: a\n"
    assert (
        annotation_file.append(f"{word}\n", "note", {"note": "a"}).text == "notes:\n  - note: a\n"
    )


def test_line_of_the_new_entry():
    old = (ROOT / "content/gettysburg.yaml").read_text()
    made = annotation_file.append(old, "question", {"question": "Why so?"})
    assert made.text.split("\n")[made.line - 1] == "  - question: Why so?"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words", "plain words"),
        ("ends with:", '"ends with:"'),
        ("a: b", '"a: b"'),
        ("the #1 hit", '"the #1 hit"'),
        ("- no item", '"- no item"'),
        ("1863", '"1863"'),
        ("no", '"no"'),
        ("null", '"null"'),
        ('say "so: there"', "'say \"so: there\"'"),
        ("C:\\dir # x", "'C:\\dir # x'"),
        ('he\'s "so": there', '"he\'s \\"so\\": there"'),
        ("tab\there", '"tab\\there"'),
        (" leading", '" leading"'),
        ("two\n lines", "|-\n    two\n     lines"),
        ("  first\nsecond\n", "|2\n      first\n    second\n"[:-1]),
        ("\nfirst blank\n", "|2\n\n    first blank"),
        ("blank ends\n\n", '"blank ends\\n\\n"'),
        ("👩‍👩‍👧 and 🇫🇷", "👩‍👩‍👧 and 🇫🇷"),
    ],
)
def test_texts_are_unquoted_where_possible(text, written):
    made = check_append("notes:\n- note: a\n", "note", {"note": text})
    assert inserted("notes:\n- note: a\n", made.text).strip("\n") == f"- note: {written}"


def test_quotation_marks_match_the_file():
    old = "notes:\n- note: 'a: b'\n- note: 'c'\n"
    made = annotation_file.append(old, "note", {"note": "d: e"})
    assert made.text == old + "- note: 'd: e'\n"


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x85", "\u2028", "\u2029", "\ufeff", "\ud800"])
def test_characters_that_yaml_does_not_allow(bad):
    for made in (
        annotation_file.append("", "note", {"note": f"a{bad}b"}),
        annotation_file.edit("notes:\n- note: a\n", ("notes", 0), "note", f"a{bad}b"),
    ):
        assert isinstance(made, Problem)
        assert made.code == "bad-character"


@pytest.mark.parametrize(
    "old", ["notes: [", "a: &b c\n", "notes: {a: b}\n", "- a\n", "notes: text\n"]
)
def test_broken_files_are_left_alone(old):
    assert isinstance(annotation_file.append(old, "note", {"note": "a"}), Problem)
    assert isinstance(annotation_file.edit(old, ("notes", 0), "note", "a"), Problem)


@pytest.mark.parametrize(
    ("old", "section", "index"),
    [
        ("notes:\n- note: a\n", "notes", 1),
        ("notes:\n- note: a\n", "notes", -1),
        ("notes:\n- note: a\n", "claims", 0),
        ("notes: [a]\n", "notes", 0),
        ("notes: {a: {b: c}}\n", "notes", 0),
        ("", "notes", 0),
    ],
)
def test_an_entry_that_is_not_there_cannot_be_edited(old, section, index):
    made = annotation_file.edit(old, (section, index), "note", "b", path="x.yaml")
    assert isinstance(made, Problem)
    assert (made.code, made.severity, made.location.path) == ("no-entry", "error", "x.yaml")
    assert f"no entry {index + 1} in `{section}`" in made.message


@pytest.mark.parametrize("old", ["notes:\n- {note: [b]}\n", "notes:\n- note:\n  - b\n"])
def test_a_value_that_is_no_text_is_not_replaced(old):
    made = annotation_file.edit(old, ("notes", 0), "note", "c", path="x.yaml")
    assert isinstance(made, Problem)
    assert (made.code, made.severity, made.location.path) == ("cannot-write", "error", "x.yaml")


@pytest.mark.parametrize(
    ("old", "kind"),
    [
        ("notes: {a: b}\n", "note"),
        ("notes: text\n", "note"),
        ("- a\n", "note"),
        ("people: [a]\n", "person"),
        ("people: {new: {name: N}}\n", "person"),
    ],
)
def test_a_section_of_another_type_is_not_changed(old, kind):
    entry = {"id": "new", "name": "M"} if kind == "person" else {"note": "a"}
    made = annotation_file.append(old, kind, entry, path="x.yaml")
    assert isinstance(made, Problem)
    where = made.location
    assert (made.code, where.path, where.line) == ("wrong-type", "x.yaml", 1)
    assert SECTIONS[kind] in made.message


def test_very_long_texts():
    check_append("notes:\n- {note: a}\n", "note", {"note": "word: " * 20_000 + "end"})
    check_append("notes: [{note: a}]", "note", {"note": "word # \n" * 5_000})


EDITS = [
    ("notes:\n- note: a # c\n  quote: q\n", "b", "notes:\n- note: b # c\n  quote: q\n"),
    ("notes:\n- note: 'a'\n", "it's", 'notes:\n- note: "it\'s"\n'),
    ('notes:\n- note: "a"\n', "b", 'notes:\n- note: "b"\n'),
    ("notes:\n- note: |  # why\n     a\n\n- note: z\n", "b\nc\n",
     "notes:\n- note: |  # why\n     b\n     c\n\n- note: z\n"),
    ("notes:\n- note: a # c\n", "b\nc\n", "notes:\n- note: | # c\n    b\n    c\n"),
    ("notes: [{note: a}]\n", "b, c", 'notes: [{note: "b, c"}]\n'),
    ("notes:\n- note: >-\n    a\n    b\n  quote: q\n", "c\n",
     "notes:\n- note: |\n    c\n  quote: q\n"),
    ("notes:\n- note: a\n    b\n- note: c\n", "d", "notes:\n- note: d\n- note: c\n"),
    ("notes:\r\n- note: |\r\n    a\r\n", "b\nc\n", "notes:\r\n- note: |\r\n    b\r\n    c\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "value", "new"), EDITS)
def test_edits(old, value, new):
    assert annotation_file.edit(old, ("notes", 0), "note", value).text == new


def test_a_missing_key_is_added():
    old = "claims:\n- id: a\n  claim: b\n  rating: true\n\n- id: c\n"
    new = "claims:\n- id: a\n  claim: b\n  rating: true\n  review: |\n    d\n    e\n\n- id: c\n"
    assert annotation_file.edit(old, ("claims", 0), "review", "d\ne\n").text == new
    old = "claims: [{id: a}]"
    assert (
        annotation_file.edit(old, ("claims", 0), "review", "d").text
        == "claims: [{id: a, review: d}]"
    )
