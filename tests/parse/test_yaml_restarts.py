"""Several syntax errors in one YAML file: each is reported, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.documents import Text
from explainer.parse import yaml
from tests.helpers.examples import examples

Entry = list[str]


def problems(content: str) -> list[tuple[int, str]]:
    return [(p.location.line, p.code) for p in yaml.read(Text("a.yaml", content))[1]]


def lines(content: str) -> list[int]:
    return [line for line, _ in problems(content)]


SITE = """\
sources:
  one: {title: One, date: 2024}
  two:
    title: "Two, or more"
    url: https://example.org/
  three: {title: Three, repeats: [one]}
people:
  ann: {name: Ann Author}
claims:
  - id: a
    quote: the first words
    claim: One said it.
    review: |
      Some text:

      - a list that is no entry
      - another: one
    evidence:
      - {source: one, stance: supports}
      - source: two
        quote: "said so"
  - id: b
    quote: "other words"
    rating: true
  - id: c
    quote: more words
    claim: >-
      folded
      text
notes:
  - quote: a passage
    note: A note.
  - {quote: short, note: Another}
questions:
  - quote: why
    question: Why is it so?
  - quote: when
    question: When was it?
"""


def test_one_of_each_kind() -> None:
    broken = SITE
    changes = {
        2: "  one: {title: One, date: 2024",
        4: "    title: Two: or more",
        8: "  ann: {name: 'Ann' Author}",
        11: '    quote: "the first words',
        23: "    quote: @other words",
        26: "    quote more words",
        31: "  - quote:a passage",
        33: "  - {quote: short, note: *x}",
        35: "  - quote: - why",
        38: '    question: "When \\was it?"',
    }
    text = SITE.splitlines()
    for number, line in changes.items():
        text[number - 1] = line
    broken = "\n".join([*text, ""])
    assert lines(broken) == list(changes)
    located, _ = yaml.read(Text("a.yaml", broken))
    assert not located.whole
    assert located.data is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # the keys of a text without entries
        ('title: A: B\nsummary: "x\ndate: 2024\nauthors: [a, b\ngenre: x\n', [1, 2, 4]),
        # lists that are not indented
        ("claims:\n- id: a: b\n  x: y\n- id: c\n- id: d: e\nnotes:\n- note: @x\n", [2, 5, 7]),
        # the first entry has the wrong indentation
        ("claims:\n - id: a\n  - id: b\n  - id: c: d\n  - id: e\n", [3, 4]),
        ("claims:\n   - id: a\n  - id: b\n  - id: c: d\n  - id: e\n", [3, 4]),
        # one entry has the wrong indentation
        ("claims:\n  - id: a\n - id: b\n  - id: c: d\n  - id: e\n", [3, 4]),
        ("claims:\n  - id: a\n   - id: b\n  - id: c: d\n", [3, 4]),
        # the key above is wrong
        ("claims\n  - id: a\n  - id: b: c\nnotes:\n  - note: d: e\n", [1, 5]),
        ("people: {}\nclaims\n  - id: a\n  - id: b: c\n", [2]),
        # text that is not indented is one mistake
        ("claims:\n  - review: |\nOne: two\n- three: four: five\nMore text.\n\nAnd: more\n", [4]),
        ("a:\n  - note: |\n  Text: and: so\n  on\n  - note: fine\n  - note: b: c\n", [3, 6]),
        # entries that an open quotation mark or bracket swallows are read again, once
        ("a:\n  - x: \"b\n  - x: *c\n  - x: 'd\n  - x: e\n", [2, 3, 4]),
        ("a:\n  - x: [b\n  - x: &c d\n  - x: [e\n", [2, 3, 4]),
        # mistakes that the parser survives are reported with the others, once
        ("a:\n  - x: b: c\n  - x: d\n    x: e\n  - x: *f\n  - x: g: h\n", [2, 4, 5, 6]),
        ("a: *b\nc: d: e\nf: !g h\n", [1, 2, 3]),
        # other reasons to stop
        ("a: {? [b] : c}\nd: e: f\n", [1, 2]),
        ("a: " + "[" * 30 + "]" * 30 + "\nd: e: f\n", [1, 2]),
        ("a: b\n---\nc: d: e\n", [2, 3]),
        # nothing to go on with
        ("{a: b: c,\n d: e: f}\n", [1]),
        ("- a: b: c\n- d: e: f\n", [1]),
    ],
)
def test_where_reading_goes_on(content: str, expected: list[int]) -> None:
    assert lines(content) == expected


def test_a_file_with_very_many_mistakes() -> None:
    content = "claims:\n" + "  - id: a: b\n    quote: x\n" * 3000
    started = time.perf_counter()
    found = lines(content)
    assert time.perf_counter() - started < 2
    assert found == list(range(2, 2 + 2 * len(found), 2))
    assert 10 < len(found) < 50, "more at once would help nobody"


# --- any number of mistakes, each in an entry of its own ------------------------------------------


def _with(index: int, change: Callable[[str], str]) -> Callable[[Entry], Entry]:
    def changed(entry: Entry) -> Entry:
        at = index % len(entry)
        return [*entry[:at], change(entry[at]), *entry[at + 1 :]]

    return changed


def _value(text: str) -> Callable[[str], str]:
    """Replace the value on a line."""
    return lambda line: f"{line[: line.index(':')]}: {text}"


@pytest.mark.parametrize(
    "opening", ['"a few words', "'a few words", "[a few words", "{a: few words"]
)
@pytest.mark.parametrize("second", ["\ttext: x", "    text: @home", "    text: `x`"])
def test_an_open_mark_that_ends_beside_another_mistake(opening: str, second: str) -> None:
    """The parser stops at the second mistake, because all between is within the quotation marks."""
    closing = {'"': '"in quotes"', "'": "'single'", "[": "a]", "{": "b}"}[opening[0]]
    content = f"""\
claims:
  - id: a
    quote: {opening}
    text: x
  - id: b
    quote: x
notes:
  - id: c
    quote: {closing}
{second}
"""
    assert {3, 10} <= set(lines(content))


FAULTS = {
    "colon": _value("He said: no"),
    "double": _value('"He said'),
    "single": _value("'He said"),
    "after": _value('"a" he said'),
    "list": _value("[a, b"),
    "group": _value("{a: b"),
    "after list": _value("[sic] he said"),
    "at": _value("@home"),
    "percent": _value("%x"),
    "backtick": _value("`x`"),
    "escape": _value('"C:\\docs"'),
    "block": _value("| text"),
    "dash": _value("- x"),
    "comma": _value("[a, , b]"),
    "no space": lambda line: line.replace(": ", ":"),
    "no colon": lambda line: line.replace(": ", " "),
    "tab": lambda line: f"\t{line}",
    "alias": _value("*x*"),
    "anchor": _value("&x y"),
    "tag": _value("!x y"),
}
"""Mistakes, each on one line."""

WORDS = st.sampled_from(["a few words", '"in quotes"', "'single'", "[a, b]", "{a: b}", "2024", "x"])


@st.composite
def entries(draw: st.DrawFn) -> tuple[list[Entry], list[tuple[int, int, str]]]:
    """Draw entries, and for some of them the index, a line, and the name of a mistake."""
    kinds = draw(st.lists(st.sampled_from(["claims", "notes", "sources"]), min_size=1, max_size=3))
    made: list[Entry] = []
    for number, kind in enumerate(dict.fromkeys(kinds)):
        for count in range(draw(st.integers(1, 4))):
            body = [f"{key}: {draw(WORDS)}" for key in ("quote", "text", "rating")]
            if kind == "sources":
                entry = [f"  s{count}:", *(f"    {line}" for line in body)]
            else:
                entry = [f"  - id: x{number}{count}", *(f"    {line}" for line in body)]
            if draw(st.booleans()):
                entry += ["    review: |", "      Text: and", "      - more", "    last: x"]
            made.append([*([] if count else [f"{kind}:"]), *entry])
    which = draw(st.sets(st.integers(0, len(made) - 1), max_size=5))
    faults = [(at, draw(st.integers(0, 2)), draw(st.sampled_from(list(FAULTS)))) for at in which]
    return made, faults


def text(made: list[Entry], faults: list[tuple[int, int, str]]) -> str:
    changed = list(made)
    for at, index, name in faults:
        own = next(i for i, line in enumerate(made[at]) if line.lstrip().startswith("quote:"))
        changed[at] = _with(own + index, FAULTS[name])(made[at])
    return "\n".join(line for entry in changed for line in entry) + "\n"


@settings(max_examples=examples(300))
@given(entries())
def test_every_mistake_is_reported_as_if_it_were_the_only_one(
    drawn: tuple[list[Entry], list[tuple[int, int, str]]],
) -> None:
    made, faults = drawn
    assert problems(text(made, [])) == []
    alone = [problems(text(made, [fault])) for fault in faults]
    assert all(alone)
    assert problems(text(made, faults)) == sorted(p for each in alone for p in each)
