"""explainer/edit: entries and values are written in the style of the file."""

from __future__ import annotations

from typing import Any

import pytest

from explainer.edit import annotation_file, scalars
from explainer.edit.annotation_file import Edited

NOTE = {"quote": "q", "note": "One."}
CLAIM = {
    "id": "new",
    "claim": "C.",
    "rating": "true",
    "evidence": [{"source": "s", "quote": "Q"}, {"source": "t"}],
    "sources": ["a", "b"],
    "disputes": [],
}
SOURCE = {
    "id": "new",
    "title": "T",
    "url": "https://x.org/",
    "primary": True,
    "authors": ["A. B", "C: D"],
}
PERSON = {"id": "new", "name": "N", "role": "R"}

AT_THE_END: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "groups of a list on several lines": (
        "claims:\n  - id: a\n    evidence:\n      - source: s\n        quote: Q\n",
        "claim",
        CLAIM,
        "\n  - id: new\n    claim: C.\n    rating: true\n    evidence:\n      - source: s\n"
        "        quote: Q\n      - source: t\n    sources: [a, b]\n    disputes: []\n",
    ),
    "groups of a list on one line": (
        "claims:\n- id: a\n  evidence:\n  - {source: s}\n  sources:\n  - a\n",
        "claim",
        CLAIM,
        "\n- id: new\n  claim: C.\n  rating: true\n  evidence:\n  - {source: s, quote: Q}\n"
        "  - {source: t}\n  sources:\n  - a\n  - b\n  disputes: []\n",
    ),
    "entries in braces with spaces": (
        "claims:\n- { id: a }\n- { id: b }\n",
        "claim",
        CLAIM,
        "- { id: new, claim: C., rating: true, evidence: [{ source: s, quote: Q }, { source: t }], "
        "sources: [a, b], disputes: [] }\n",
    ),
    "an entry too long for braces": (
        "claims:\n- {id: a}\n",
        "claim",
        {"id": "new", "claim": "w" * 150},
        f"\n- id: new\n  claim: {'w' * 150}\n",
    ),
    "an entry just short enough for braces": (
        "claims:\n- {id: a}\n- {id: b}\n",
        "claim",
        {"id": "new", "claim": "w" * 140},
        f"- {{id: new, claim: {'w' * 140}}}\n",
    ),
    "a text of several lines is not in braces": (
        "claims:\n- {id: a}\n- {id: b}\n",
        "claim",
        {"id": "new", "claim": "a\nb"},
        "- id: new\n  claim: |-\n    a\n    b\n",
    ),
    "only some entries in braces": (
        "claims:\n- {id: a}\n- id: b\n",
        "claim",
        {"id": "new", "claim": "C."},
        "- id: new\n  claim: C.\n",
    ),
    "a wide gap after the dash": (
        "claims:\n-   id: a\n-   id: b\n",
        "claim",
        CLAIM,
        "-   id: new\n    claim: C.\n    rating: true\n    evidence:\n"
        "    -   {source: s, quote: Q}\n    -   {source: t}\n    sources: [a, b]\n"
        "    disputes: []\n",
    ),
    "a wide gap only in this section": (
        "notes:\n- note: a\n- note: b\n- note: c\nclaims:\n-   id: a\n-   id: b\n",
        "claim",
        {"id": "c", "claim": "C."},
        "-   id: c\n    claim: C.\n",
    ),
    "mostly one space after dashes": (
        "notes:\n- note: a\n- note: b\nclaims:\n-   id: a\n",
        "question",
        {"question": "x"},
        "questions:\n- question: x\n",
    ),
    "long evidence has a line for each key": (
        "claims:\n- id: a\n- id: b\n",
        "claim",
        {"id": "c", "evidence": [{"source": "s", "quote": "w" * 90}, {"source": "t"}]},
        f"- id: c\n  evidence:\n  - source: s\n    quote: {'w' * 90}\n  - {{source: t}}\n",
    ),
    "evidence just short enough for braces": (
        "claims:\n- id: a\n- id: b\n",
        "claim",
        {"id": "c", "evidence": [{"source": "s", "quote": "w" * 76}]},
        f"- id: c\n  evidence:\n  - {{source: s, quote: {'w' * 76}}}\n",
    ),
    "evidence just too long for braces": (
        "claims:\n- id: a\n- id: b\n",
        "claim",
        {"id": "c", "evidence": [{"source": "s", "quote": "w" * 77}]},
        f"- id: c\n  evidence:\n  - source: s\n    quote: {'w' * 77}\n",
    ),
    "an entry just too long for braces": (
        "claims:\n- {id: a}\n- {id: b}\n",
        "claim",
        {"id": "new", "claim": "w" * 141},
        f"- id: new\n  claim: {'w' * 141}\n",
    ),
    "groups of lists on several lines first": (
        "claims:\n- id: a\n  evidence:\n  - source: s\n- id: b\n  evidence:\n  - {source: t}\n",
        "claim",
        {"id": "c", "evidence": [{"source": "s"}]},
        "- id: c\n  evidence:\n  - source: s\n",
    ),
    "groups in braces have no width": (
        "people:\n  a: {name: A}\n  b: {name: B}\nnotes:\n- note: a\n- note: b\n",
        "note",
        {"note": "x\ny"},
        "- note: |-\n    x\n    y\n",
    ),
    "a space before colons, but not in braces": (
        "x : y\nsources:\n  a :\npeople:\n  a :\nclaims:\n- id: a\n- id: b\n",
        "claim",
        {"id": "c", "evidence": [{"source": "s"}]},
        "- id: c\n  evidence:\n  - {source: s}\n",
    ),
    "a width of one column": (
        "sources:\n a:\n  title: A\nnotes:\n- note: a\n- note: b\n",
        "note",
        {"note": "x\ny"},
        "- note: |-\n   x\n   y\n",
    ),
    "no gap, because keys are below the dash": (
        "notes:\n-\n note: a\n-\n note: b\n",
        "note",
        {"note": "x"},
        "- note: x\n",
    ),
    "no gap, in another section": (
        "notes:\n-\n note: a\n-\n note: b\n",
        "question",
        {"question": "x"},
        "\nquestions:\n- question: x\n",
    ),
    "only some people in braces": (
        "people:\n  a: {name: A}\n  b:\n    name: B\n",
        "person",
        PERSON,
        "  new:\n    name: N\n    role: R\n",
    ),
    "a person without keys at the end": (
        "people:\n  a: {name: A}\n  another:\n",
        "person",
        PERSON,
        "  new:\n    name: N\n    role: R\n",
    ),
    "an entry in braces on several lines at the end": (
        "notes:\n- {note: a,\n   quote: q\n  }\n",
        "note",
        {"note": "x"},
        "\n- {note: x}\n",
    ),
    "blank lines between the entries of another list": (
        "claims:\n- id: a\n\n- id: b\nnotes:\n- note: a\n",
        "note",
        {"note": "x"},
        "\n- note: x\n",
    ),
    "blank lines only between sections": (
        "claims:\n- id: a\n- id: b\n\nnotes:\n- note: a\n",
        "note",
        {"note": "x"},
        "- note: x\n",
    ),
    "entries between brackets say nothing about blank lines": (
        "people: {}\nclaims: []\n\nsources: {}\n\nquestions: [{question: a}, {question: b}]\n"
        "sections: []\nnotes:\n- note: a\n",
        "note",
        {"note": "x"},
        "- note: x\n",
    ),
    "the width of other groups": (
        "sources:\n    a:\n        title: A\nnotes:\n- note: a\n- note: b\n",
        "note",
        {"note": "x\ny"},
        "- note: |-\n      x\n      y\n",
    ),
    "the width of other groups, up to nine": (
        f"sources:\n{' ' * 9}a:\n{' ' * 18}title: A\nnotes:\n- note: a\n- note: b\n",
        "note",
        {"note": "x\ny"},
        f"- note: |-\n{' ' * 11}x\n{' ' * 11}y\n",
    ),
    "a width that no text can have": (
        f"sources:\n{' ' * 12}a:\n{' ' * 24}title: A\nnotes:\n- note: a\n- note: b\n",
        "note",
        {"note": "x\ny"},
        "- note: |-\n    x\n    y\n",
    ),
    "mostly blank lines": (
        "notes:\n- note: a\n\n- note: b\n\n- note: c\n- note: d\n",
        "note",
        {"note": "x"},
        "\n- note: x\n",
    ),
    "a line with spaces is blank": (
        "notes:\n- note: a\n  \n- note: b\n",
        "note",
        {"note": "x"},
        "\n- note: x\n",
    ),
    "a blank line above a comment": (
        "notes:\n- note: a\n\n# on b\n- note: b\n",
        "note",
        {"note": "x"},
        "\n- note: x\n",
    ),
    "a comment without a blank line": (
        "notes:\n- note: a\n# on b\n- note: b\n",
        "note",
        {"note": "x"},
        "- note: x\n",
    ),
    "mostly dashes below the key": (
        "notes:\n- note: a\nclaims:\n- id: c\nnone:\n  - x\n",
        "question",
        {"question": "x"},
        "questions:\n- question: x\n",
    ),
    "braces of empty groups say nothing about spaces": (
        "people: {}\nsources: {}\nclaims:\n- { id: a }\n- { id: b }\n",
        "claim",
        {"id": "c"},
        "- { id: c }\n",
    ),
    "an id that looks like a number": (
        "people:\n  a: {name: A}\n",
        "person",
        {"id": "1863", "name": "N"},
        "  1863: {name: N}\n",
    ),
    "a text at the end that keeps its line breaks": (
        "notes:\n- note: a\n- note: |+\n    a\n\n",
        "note",
        {"note": "b"},
        "- note: b\n",
    ),
    "keys of four columns": (
        "sources:\n    a:\n        title: A\n",
        "source",
        SOURCE,
        "    new:\n        title: T\n        url: https://x.org/\n        primary: true\n"
        '        authors: [A. B, "C: D"]\n',
    ),
    "keys of a section of its own width": (
        "people:\n    a:\n        name: A\n    b:\n        name: B\nsources:\n  a:\n   title: A\n",
        "source",
        {"id": "new", "title": "T"},
        "  new:\n   title: T\n",
    ),
    "a source in braces": (
        "sources:\n  a: {title: A}\n",
        "source",
        SOURCE,
        '  new: {title: T, url: https://x.org/, primary: true, authors: [A. B, "C: D"]}\n',
    ),
    "blank lines between sources": (
        "sources:\n  a:\n    title: A\n\n  b:\n    title: B\n",
        "source",
        {"id": "new", "title": "T"},
        "\n  new:\n    title: T\n",
    ),
    "another section": (
        "notes:\n- note: a\n",
        "source",
        {"id": "new", "title": "T"},
        "\nsources:\n  new:\n    title: T\n",
    ),
    "another section without blank lines": (
        "claims:\n- id: a\nnotes:\n- note: b\n",
        "question",
        {"question": "Q?"},
        "questions:\n- question: Q?\n",
    ),
    "another section with blank lines": (
        "claims:\n- id: a\n\nnotes:\n- note: b\n",
        "question",
        {"question": "Q?"},
        "\nquestions:\n- question: Q?\n",
    ),
    "an indented file": (
        "  notes:\n  - note: a\n",
        "claim",
        {"id": "c", "claim": "x"},
        "\n  claims:\n  - id: c\n    claim: x\n",
    ),
    "a value with a warning": (
        "notes:\n- note: a #1\n- note: b\n",
        "note",
        NOTE,
        "- quote: q\n  note: One.\n",
    ),
    "the width of a text with its own width": (
        "notes:\n- note: |2\n       a\n    b\n- note: c\n",
        "note",
        {"note": "x\ny"},
        "- note: |-\n    x\n    y\n",
    ),
    "one blank first line": (
        "\nnotes: # none\n",
        "note",
        NOTE,
        "  - quote: q\n    note: One.\n",
    ),
    "a blank first line": ("\n\nnotes: # none\n", "note", NOTE, "  - quote: q\n    note: One.\n"),
    "a text that keeps its last lines": (
        "notes:\n- note: |+\n    a\n\n",
        "claim",
        {"id": "c", "claim": "x"},
        "claims:\n- id: c\n  claim: x\n",
    ),
    "an empty section": ("people:\n", "person", PERSON, "  new:\n    name: N\n    role: R\n"),
    "the start of a document": ("---\n", "note", NOTE, "notes:\n  - quote: q\n    note: One.\n"),
    "a comment on the last entry": (
        "notes:\n- note: a\n- note: b\n  # on b\n",
        "note",
        NOTE,
        "- quote: q\n  note: One.\n",
    ),
    "an empty value at the end": (
        "notes:\n- note: b\n- note:\n",
        "note",
        NOTE,
        "- quote: q\n  note: One.\n",
    ),
    "wide texts": (
        "notes:\n- note: |\n      a\n- note: b\n",
        "note",
        {"note": "x\ny"},
        "- note: |-\n      x\n      y\n",
    ),
    "single quotes": (
        "notes:\n- note: 'a'\n- note: 'b'\n- note: \"c\"\n",
        "note",
        {"note": "x: y"},
        "- note: 'x: y'\n",
    ),
    "as many single as double quotes": (
        "notes:\n- note: 'a'\n- note: \"c\"\n",
        "note",
        {"note": "x: y"},
        '- note: "x: y"\n',
    ),
    "values of a fixed form are not quoted": (
        "notes:\n- note: a\n- note: b\n",
        "note",
        {"note": "2024", "date": "2024-01-01"},
        '- note: "2024"\n  date: 2024-01-01\n',
    ),
}


for _key in ("date", "checked", "rating", "status", "kind", "stance"):
    AT_THE_END[f"a {_key} is not quoted"] = (
        "notes:\n- note: a\n- note: b\n",
        "note",
        {_key: "2024"},
        f"- {_key}: 2024\n",
    )


@pytest.mark.parametrize("name", AT_THE_END)
def test_an_entry_at_the_end(name: str) -> None:
    old, kind, entry, added = AT_THE_END[name]
    made = annotation_file.append(old, kind, entry)  # type: ignore[arg-type]
    assert isinstance(made, Edited)
    assert made.text == old + added
    first = made.text.splitlines()[made.line - 1].strip()
    sections = ("sources:", "questions:", "claims:", "notes:")
    assert first == next(
        line.strip() for line in added.splitlines() if line and line.strip() not in sections
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("people: {a: {name: A}}\n", "people: {a: {name: A}, new: {name: N, role: R}}\n"),
        ("people: {}\n", "people: {new: {name: N, role: R}}\n"),
        ("{notes: [], people: }\n", "{notes: [], people: {new: {name: N, role: R}}}\n"),
        ("{notes: [], people}\n", "{notes: [], people: {new: {name: N, role: R}}}\n"),
        ("{people: null}\n", "{people: {new: {name: N, role: R}}}\n"),
        ("{people: ~}\n", "{people: {new: {name: N, role: R}}}\n"),
        ('{"people":}\n', '{"people": {"new": {"name": "N", "role": "R"}}}\n'),
        ("{\nnotes: []\n}\n", "{\nnotes: [],\npeople: {new: {name: N, role: R}}\n}\n"),
        (
            "people: {a: {name: A},\n  b: {name: B}, c: {name: C}}\n",
            "people: {a: {name: A},\n  b: {name: B}, c: {name: C}, new: {name: N, role: R}}\n",
        ),
        (
            "people: {a: {name: A,\n  role: R}, b: {name: B}}\n",
            "people: {a: {name: A,\n  role: R}, b: {name: B}, new: {name: N, role: R}}\n",
        ),
        (
            "{notes: [{note: a}]}\n",
            "{notes: [{note: a}], people: {new: {name: N, role: R}}}\n",
        ),
        (
            "people: {\n  a: {name: A},\n  b: {name: B}\n}\n",
            "people: {\n  a: {name: A},\n  b: {name: B},\n  new: {name: N, role: R}\n}\n",
        ),
        (
            "people: {\n  a: {name: A}, # 1\n  b: {name: B} # 2\n}\n",
            "people: {\n  a: {name: A}, # 1\n  b: {name: B} # 2\n  , new: {name: N, role: R}\n}\n",
        ),
        (
            '{"people": {"a": {"name": "A"}}}',
            '{"people": {"a": {"name": "A"}, "new": {"name": "N", "role": "R"}}}',
        ),
    ],
)
def test_a_person_between_braces(old: str, new: str) -> None:
    made = annotation_file.append(old, "person", PERSON)
    assert isinstance(made, Edited)
    assert made.text == new
    assert made.line == new.count("\n", 0, new.index("new")) + 1


def test_an_entry_above_other_sections_and_comments() -> None:
    old = "notes:\n- note: a\n  # on a\n\n# on b\nclaims: []\n"
    made = annotation_file.append(old, "note", NOTE)
    assert isinstance(made, Edited)
    assert made.text == old.replace("  # on a\n", "  # on a\n\n- quote: q\n  note: One.\n")
    assert made.line == 5
    made = annotation_file.append("notes:\n- note: a\n...\n", "question", {"question": "Q?"})
    assert isinstance(made, Edited)
    assert made.text == "notes:\n- note: a\n\nquestions:\n- question: Q?\n...\n"
    assert made.line == 5
    made = annotation_file.append("# c\nnull # d\n", "note", NOTE)
    assert isinstance(made, Edited)
    assert made.text == "# c\nnotes:\n  - quote: q\n    note: One. # d\n"
    assert made.line == 3


def test_line_ends_are_those_of_the_line_before() -> None:
    old = "notes:\r\n- note: a\r\n- note: b\nclaims: []\n"
    made = annotation_file.append(old, "note", {"note": "c"})
    assert isinstance(made, Edited)
    assert made.text == "notes:\r\n- note: a\r\n- note: b\r\n- note: c\nclaims: []\n"
    old = "notes:\n- note: a\r\n- note: b\r\nclaims: []\n"
    made = annotation_file.append(old, "note", {"note": "c"})
    assert isinstance(made, Edited)
    assert made.text == old.replace("claims", "- note: c\r\nclaims")
    made = annotation_file.append("null\r\n", "note", {"note": "c"})
    assert isinstance(made, Edited)
    assert made.text == "notes:\r\n  - note: c\r\n"
    made = annotation_file.append("# c\r\n", "note", {"note": "c"})
    assert isinstance(made, Edited)
    assert made.text == "# c\r\n\r\nnotes:\r\n  - note: c\r\n"


def test_between_braces_an_id_is_quoted_if_it_looks_like_a_number() -> None:
    made = annotation_file.append("people: {a: {name: A}}\n", "person", {"id": "1863", "name": "N"})
    assert isinstance(made, Edited)
    assert made.text == 'people: {a: {name: A}, "1863": {name: N}}\n'


def test_a_text_without_a_line_break_at_the_end_gets_one() -> None:
    for start in ("", "\n"):
        old = f"{start}notes:\n- note: |\n    a"
        made = annotation_file.append(old, "note", {"note": "b"})
        assert isinstance(made, Edited)
        assert made.text == old + "\n\n- note: b"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("notes:\n        # c\n", 'notes:\n  - note: "a\\nb"\n        # c\n'),
        ("notes:\n\n      # c\n", 'notes:\n  - note: "a\\nb"\n\n      # c\n'),
        ("notes:\n   # c\n", "notes:\n  - note: |-\n      a\n      b\n   # c\n"),
        (
            "notes:\n- note: c\n- note: d\n\n      # c\n",
            'notes:\n- note: c\n- note: d\n- note: "a\\nb"\n\n      # c\n',
        ),
    ],
)
def test_a_comment_below_does_not_become_part_of_a_text(old: str, new: str) -> None:
    made = annotation_file.append(old, "note", {"note": "a\nb"})
    assert isinstance(made, Edited)
    assert made.text == new


def test_a_comment_below_does_not_become_part_of_a_changed_text() -> None:
    made = annotation_file.edit("notes:\n- note: c\n      # d\n", ("notes", 0), "note", "a\nb")
    assert isinstance(made, Edited)
    assert made.text == 'notes:\n- note: "a\\nb"\n      # d\n'
    old = "notes:\n- quote: c\n      # d\n"
    made = annotation_file.edit(old, ("notes", 0), "note", "a\nb")
    assert isinstance(made, Edited)
    assert made.text == 'notes:\n- quote: c\n  note: "a\\nb"\n      # d\n'


def test_several_entries_at_once() -> None:
    old = "notes:\n- note: a\n- note: b\n"
    made = annotation_file.append(old, "note", {"note": "c"}, {"note": "d"}, {"note": "e"})
    assert isinstance(made, Edited)
    assert made.text == old + "- note: c\n- note: d\n- note: e\n"
    for bad in ({"note": "\0"}, {"note": "e"}), ({"note": "c"}, {"note": "\0"}, {"note": "e"}):
        assert not isinstance(annotation_file.append(old, "note", *bad), Edited)


def test_an_entry_in_a_blank_file() -> None:
    made = annotation_file.append("\n\n", "note", {"note": "c"})
    assert made == Edited("notes:\n  - note: c\n\n\n", 2)


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        ("notes:\n- note:\n", "b", "notes:\n- note: b\n"),
        ("notes:\n- note: a\n  quote: q\n", "", 'notes:\n- note: ""\n  quote: q\n'),
        ("notes:\n- note: >2-\n     a\n", "b\nc", "notes:\n- note: |-\n    b\n    c\n"),
        ("notes:\n- note: |\n   a\n", "b\nc\n", "notes:\n- note: |\n   b\n   c\n"),
        (
            "notes:\n- note: |\n   a\n- note: |\n    a\n- note: |\n    a\n",
            "b\nc\n",
            "notes:\n- note: |\n   b\n   c\n- note: |\n    a\n- note: |\n    a\n",
        ),
        ("notes:\n- note: |4\n      a\n", " b\nc\n", "notes:\n- note: |4\n       b\n      c\n"),
        ("notes:\n- note: 'a'\n", "b", "notes:\n- note: 'b'\n"),
        ("notes:\n- note: 'a' # c\n", "b\nc", "notes:\n- note: |- # c\n    b\n    c\n"),
        ('notes:\n- "note": a\n', "b: c", 'notes:\n- "note": "b: c"\n'),
        ("notes:\n- {note: a, date: b}\n", "c\nd", 'notes:\n- {note: "c\\nd", date: b}\n'),
        ("notes:\n- {note: }\n", "b", "notes:\n- {note: b}\n"),
        ("notes:\n- {note: 'a'}\n", "it", "notes:\n- {note: 'it'}\n"),
        ("notes: [{quote: q}]\n", "b", "notes: [{quote: q, note: b}]\n"),
        ("notes:\n- quote: q # c\n\n# d\n", "b", "notes:\n- quote: q # c\n  note: b\n\n# d\n"),
        ("notes:\n- note: a", "b", "notes:\n- note: b"),
        ("notes:\n- note: |\n    a", "b\n", "notes:\n- note: |\n    b\n"),
        ("notes:\n- note: |\n    a\n", "\n\n", 'notes:\n- note: "\\n\\n"\n'),
        ("notes:\n- note: |\n    a", "b\nc", "notes:\n- note: |-\n    b\n    c"),
        ("notes:\n- note: a\n", "1863", 'notes:\n- note: "1863"\n'),
        ("notes:\n- note: same\n", "same", "notes:\n- note: same\n"),
    ],
)
def test_a_value(old: str, value: str, new: str) -> None:
    made = annotation_file.edit(old, ("notes", 0), "note", value)
    assert isinstance(made, Edited)
    assert made.text == new


def test_a_value_of_a_fixed_form() -> None:
    made = annotation_file.edit("notes:\n- date: 2023\n", ("notes", 0), "date", "2024")
    assert isinstance(made, Edited)
    assert made.text == "notes:\n- date: 2024\n"


def test_the_line_of_a_value() -> None:
    old = "notes:\n- note: a\n- quote: q\n  note: |\n    b\n"
    for value, line in (("c", 4), ("c\nd", 4), ("b\n", 3)):
        made = annotation_file.edit(old, ("notes", 1), "note", value)
        assert isinstance(made, Edited)
        assert made.line == line, "of the value, or of the entry if nothing changes"


@pytest.mark.parametrize(
    ("text", "flow", "typed", "plain"),
    [
        ("a b", True, True, True),
        ("a", True, True, True),
        ("9a", True, True, True),
        *((f"{sign}a", False, True, False) for sign in "-?:,[]{}#&*!|>'\"%@`=<~ "),
        *((sign, False, True, False) for sign in "-?:~"),
        ("a:", False, True, False),
        ("a ", False, True, False),
        ("a: b", False, True, False),
        ("a #b", False, True, False),
        ("a#b:c", True, True, True),
        ("a\tb", False, True, False),
        ("a\nb", False, True, False),
        ("...", False, True, False),
        ("wait...", False, True, True),
        ("", False, True, False),
        *((f"a{sign}b", flow, True, not flow) for sign in ",[]{}" for flow in (False, True)),
        ('a:"b"', True, True, False),
        ('a:"b"', False, True, True),
        *((word, False, True, False) for word in ("no", "1863", "1.5", "2024-01-01", "true")),
        *((word, False, False, True) for word in ("no", "1863", "1.5", "2024-01-01", "true")),
        *((word, False, False, False) for word in ("null", "NULL", "Null")),
    ],
)
def test_plain_texts(text: str, flow: bool, typed: bool, plain: bool) -> None:
    assert scalars.is_plain(text, flow=flow, typed=typed) == plain


@pytest.mark.parametrize(
    ("text", "single", "double"),
    [
        ("a", "'a'", '"a"'),
        ("it's", '"it\'s"', '"it\'s"'),
        ('a "b"', "'a \"b\"'", "'a \"b\"'"),
        ('it\'s "b"', "'it''s \"b\"'", '"it\'s \\"b\\""'),
        ("a\\b", "'a\\b'", "'a\\b'"),
        ("a\nb", '"a\\nb"', '"a\\nb"'),
        ("a\tb", '"a\\tb"', '"a\\tb"'),
    ],
)
def test_quoted_texts(text: str, single: str, double: str) -> None:
    assert (scalars.quoted(text, "'"), scalars.quoted(text, '"')) == (single, double)


@pytest.mark.parametrize(
    ("text", "step", "written"),
    [
        ("a\nb", 2, "|-\n    a\n    b"),
        ("a\n\nb\n", 2, "|\n    a\n\n    b"),
        (" a\nb", 2, "|2-\n     a\n    b"),
        ("\ta\nb", 9, "|9-\n    \ta\n    b"),
        ("\na", 2, "|2-\n\n    a"),
        (" a\nb", 10, None),
        ("a\nb", 10, "|-\n    a\n    b"),
        ("a\n\n", 2, None),
        (" \n ", 2, None),
        ("", 2, None),
    ],
)
def test_blocks(text: str, step: int, written: str | None) -> None:
    assert scalars.block(text, 4, step) == written
    with_comment = written and written.replace("\n", " # c\n", 1)
    assert scalars.block(text, 4, step, " # c") == with_comment
