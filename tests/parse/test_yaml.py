"""explainer.parse.yaml and yaml_errors: plain data with locations, and helpful errors."""

from __future__ import annotations

import time

import pytest
import yaml as pyyaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.parse import yaml
from tests.helpers.author_files import inside, yamlish
from tests.helpers.examples import examples


def read(content: str) -> tuple[yaml.Located, tuple[Problem, ...]]:
    return yaml.read(Text("a.yaml", content))


def only(content: str) -> Problem:
    """Return the text's only problem."""
    (problem,) = read(content)[1]
    return problem


def data(content: str) -> yaml.Data:
    located, problems = read(content)
    assert problems == ()
    return located.data


# --- data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["true", "no", "On", "12:30", "007", "0x1F", "1e3", "2024-11-10", ".inf", "-1", "="]
)
def test_every_scalar_stays_text(word: str) -> None:
    assert data(f"a: {word}\nb: [{word}]\n") == {"a": word, "b": [word]}


@pytest.mark.parametrize("word", ["null", "Null", "NULL", "~", ""])
def test_only_an_unquoted_null_is_none(word: str) -> None:
    assert data(f"a: {word}\nb: '{word}'\n") == {"a": None, "b": word}


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n", "---\n", "--- # x\n...\n"])
def test_an_empty_file_is_none(content: str) -> None:
    assert data(content) is None


def test_block_and_quoted_strings() -> None:
    content = "a: |\n  x #1\n    y: z\nb: >-\n  x\n  y\nc: \"\\u00e9\\n\"\nd: 'it''s'\ne: x\n  y\n"
    assert data(content) == {"a": "x #1\n  y: z\n", "b": "x y", "c": "é\n", "d": "it's", "e": "x y"}


# --- locations -----------------------------------------------------------------------------------

LOCATED = """\
claims:
  - id: one
    quote: "é 你 \U0001f600"  # said so
    disputes: [two, 'three']
  - id: two    # the rival
    quote: the #1 hit
notes:
"""


def test_locations_of_values_and_keys() -> None:
    located, _ = yaml.read(Text("a.yaml", LOCATED), first_line=2)
    assert located.location(("claims", 0, "quote")) == Location("a.yaml", 4, 12)
    assert located.key(("claims", 0, "quote")) == Location("a.yaml", 4, 5)
    assert located.location(("claims", 0, "disputes", 1)) == Location("a.yaml", 5, 21)
    assert located.location(("claims", 1)) == Location("a.yaml", 6, 5)
    assert located.key(("claims", 1)) == Location("a.yaml", 6, 5)
    assert located.key(("notes",)) == Location("a.yaml", 8, 1)


def test_a_missing_value_has_the_location_of_its_parent() -> None:
    located, _ = read(LOCATED)
    assert located.location(("claims", 1, "evidence", 3)) == located.location(("claims", 1))
    assert located.location(("nothing",)) == Location("a.yaml", 1, 1)
    assert read("[")[0].location(("a", 0)) == Location("a.yaml", 1, 1)


def test_comments_after_plain_values() -> None:
    located, problems = read(LOCATED)
    assert located.comment(("claims", 1, "id")) == " the rival"
    assert located.comment(("claims", 1, "quote")) == "1 hit"
    assert located.comment(("claims", 0, "quote")) is None  # in quotation marks
    assert located.comment(("claims", 0, "id")) is None
    assert located.values[("claims", 0, "id")][2]
    assert not located.values[("claims", 0, "quote")][2]
    assert not located.values[("claims", 0, "disputes")][2]
    (warning,) = problems
    assert (warning.code, warning.severity) == ("cut-value", "warning")
    assert (warning.location.line, warning.location.column) == (6, 16)
    assert "'the #1 hit'" in warning.hint


def test_a_comment_with_a_space_is_not_reported() -> None:
    assert read("a: b # c\nd: |\n  e #f\n#g\n")[1] == ()


# --- recoverable mistakes ------------------------------------------------------------------------


def test_a_duplicate_key_names_both_lines() -> None:
    problem = only("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert (problem.code, problem.location) == ("duplicate-key", Location("a.yaml", 5, 3))
    assert "`c`" in problem.message
    assert "line 3" in problem.message
    assert "line 5" in problem.message


def test_the_first_of_duplicate_keys_wins() -> None:
    located, _ = read("a: 1\na: {b: {c: 2}}\n")
    assert located.data == {"a": "1"}
    assert located.location(("a",)).line == 1


@pytest.mark.parametrize(
    ("content", "code", "column", "paste"),
    [
        ("quote: *he said*", "yaml-alias", 8, "'*he said*'"),
        ("quote: &amp said", "yaml-anchor", 8, "'&amp said'"),
        ("quote: !important", "yaml-tag", 8, "'!important'"),
        ("quote: ! really", "yaml-tag", 8, "'! really'"),
        ("quote: !!str x # c", "yaml-tag", 8, "'!!str x'"),
        ("sources: [a, *b, c]", "yaml-alias", 14, "'*b'"),
        ("{a: &b c, d: e}", "yaml-anchor", 5, "'&b c'"),
        ("null: x", "bad-key", 1, "'null'"),
    ],
)
def test_characters_with_a_special_meaning_in_yaml(
    content: str, code: str, column: int, paste: str
) -> None:
    problem = only(content + "\nid: x\n" if not content.startswith("{") else content)
    assert (problem.code, problem.location.line, problem.location.column) == (code, 1, column)
    assert problem.hint.endswith(paste)


def test_several_mistakes_are_reported_at_once() -> None:
    _, problems = read("a: &x 1\na: 2\nb: *x\nc: !t 3\n<<: {d: 4}\n~: 5\n")
    codes = [problem.code for problem in problems]
    assert codes == [
        "yaml-anchor",
        "duplicate-key",
        "yaml-alias",
        "yaml-tag",
        "yaml-merge",
        "bad-key",
    ]
    assert [problem.location.line for problem in problems] == [1, 2, 3, 4, 5, 6]


# --- fatal mistakes ------------------------------------------------------------------------------

SYNTAX = [
    # A colon.
    ("quote: He said: no\n", 1, 15, "colon", "quote: 'He said: no'"),
    ("- quote: It's so: yes # c\n", 1, 17, "colon", '- quote: "It\'s so: yes" # c'),
    ("a: b: \n", 1, 5, "colon", "a: 'b:'"),
    ("e:\n  - {source: x, quote: He said: no}\n", 2, 31, "colon", "quotation marks"),
    ("quote:abc\nid: x\n", 1, 7, "no space after", "quote: abc"),
    ("id: x\nquote:abc\nnote: x\n", 2, 7, "no space after", "quote: abc"),
    ("id: x\nnote it\nby: x\n", 2, 1, "`note it` does not have the form", "missing colon"),
    (": x\n", 1, 1, "no key before", ""),
    # Quotation marks.
    (
        'quote: "pure fiction" he said\nid: x\n',
        1,
        23,
        "after the closing",
        "quote: '\"pure fiction\" he said'",
    ),
    ('quote: "He said "no" to it"\n', 1, 18, "after the closing", "quote: 'He said \"no\" to it'"),
    ("quote: 'It's here'\n", 1, 12, "after the closing", 'quote: "It\'s here"'),
    ('{a: "b" c, d: e}\n', 1, 9, "after the closing", "quotation marks"),
    ('quote: "abc\nid: x\n', 1, 8, "not closed", 'quote: "abc"'),
    ("quote: 'abc", 1, 8, "not closed", "at the end"),
    ('quote: "abc\nid: "x"\n', 1, 8, "middle of line 2", "line 1"),
    ('quote: "C:\\path"\n', 1, 11, "`\\p` is not a valid escape", "quote: 'C:\\path'"),
    # A special character at the start.
    ("quote: @home\n", 1, 8, "`@`", "quote: '@home'"),
    ("quote: `x`\n", 1, 8, "backtick", "quote: '`x`'"),
    ("quote: %x\n", 1, 8, "`%`", "quote: '%x'"),
    ("quote: *** x\n", 1, 8, "`*`", "quote: '*** x'"),
    ("quote: *he* said\n", 1, 8, "`*`", "quote: '*he* said'"),
    ("quote: !e!x\n", 1, 8, "`!`", "quote: '!e!x'"),
    ("quote: ] x\n", 1, 8, "`]`", "quote: '] x'"),
    ("quote: , x\n", 1, 8, "`,`", "quote: ', x'"),
    ("quote: | x\n", 1, 8, "next line", "quote: '| x'"),
    ("quote: > x\n", 1, 8, "next line", "quote: '> x'"),
    ("quote: - x\n", 1, 8, "same line as its key", "quote: '- x'"),
    ("quote: ? x\n", 1, 8, "`?`", "quote: '? x'"),
    ("quote: [sic] he said\n", 1, 14, "begins a list", "quote: '[sic] he said'"),
    ("quote: {x} he said\n", 1, 12, "a group of keys", "quote: '{x} he said'"),
    # Brackets.
    ("sources: [a, b\nid: x\n", 1, 10, "`[`", "add a `]`"),
    ("image: {src: x\nid: x\n", 1, 8, "`{`", "add a `}`"),
    ("sources: [a, b}\nid: x\n", 1, 10, "`[`", "add a `]`"),
    ("sources: [a, , b]\n", 1, 14, "before this comma", "remove the comma"),
    ("e: {quote: the #1 hit}\n", 1, 4, "`{`", "starts a comment"),
    # Indentation.
    ("- id: a\n  quote: b\n quote: c\n", 3, 2, "column 2", "line 2"),
    ("- id: a\n    quote: b\n", 2, 5, "more than the one above", "line 1"),
    ("a:\n  - b\n c: d\n", 3, 2, "column 2", "column 3 or 5"),
    ("a: b\n- c\n", 2, 1, "list entry", "indent it more"),
    ("a:\n- b\n-c\nd: e\n", 3, 2, "no space after the dash", "- c"),
    ("a:\n\tb: c\n", 2, 1, "tab", "only spaces"),
    ("a: |\n\tb\n", 2, 1, "tab", "only spaces"),
    ("a:\n  b: c\n \td: e\n", 3, 2, "tab", "only spaces"),
    ("-\t- a\n", 1, 2, "tab", "space"),
    ("note: |\ntext\nid: x\n", 2, 1, "belongs to line 1", "more than line 1"),
    # Documents.
    ("a: b\n...\nc: d\n", 3, 1, "second YAML document", "`...`"),
]


@pytest.mark.parametrize("parser", ["C", "Python"])
@pytest.mark.parametrize(("content", "line", "column", "message", "hint"), SYNTAX)
def test_syntax_errors_are_explained(
    content: str,
    line: int,
    column: int,
    message: str,
    hint: str,
    parser: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if parser == "Python":
        monkeypatch.setattr(yaml, "_LOADER", pyyaml.SafeLoader)
    located, problems = read(content)
    problem = next(p for p in problems if p.severity == "error")
    assert problem.code == "yaml-syntax"
    assert (problem.location.line, problem.location.column) == (line, column)
    assert message in problem.message
    assert hint in problem.hint
    assert located.data is None
    assert not located.whole


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("a: b\n---\nc: d\n", 2, "yaml-document"),
        ("a: b\n---\n", 2, "yaml-document"),
        ("%YAML 1.2\n---\na: b\n", 1, "yaml-directive"),
        ("%TAG ! tag:x,2000:\n---\na: b\n", 1, "yaml-directive"),
        ("? [a]\n: b\n", 1, "bad-key"),
        ("a: b\n{c: d}: e\n", 2, "bad-key"),
        ("a: b\u2028c\n", 1, "bad-character"),
        ("a: b\nc: \x00\n", 2, "bad-character"),
        ("\ufeffa: b\n", 1, "bad-character"),
        ("a: \ud800\n", 1, "bad-character"),
        ('a: b\nc: "\\0"\n', 2, "bad-character"),
    ],
)
def test_other_unsupported_yaml(content: str, line: int, code: str) -> None:
    problem = only(content)
    assert (problem.code, problem.location.line) == (code, line)


def test_suggested_lines_are_valid() -> None:
    for content, *_, hint in SYNTAX:
        if ": '" in hint or ': "' in hint:
            located, problems = read(hint)
            assert not problems, content
            assert located.whole


@pytest.mark.parametrize(
    "content",
    [
        "x: " + "[" * 100_000,
        "- " * 100_000,
        "{a: " * 100_000,
        "".join(" " * depth + "a:\n" for depth in range(1000)),
    ],
)
def test_deep_nesting_is_an_error_not_a_crash(content: str) -> None:
    assert len(read(content)[1]) == 1
    assert not read(content)[0].whole


def test_depth_20_is_allowed() -> None:
    assert read("[" * 20 + "]" * 20)[1] == ()
    assert only("[" * 21 + "]" * 21).code == "too-deep"


def test_reading_time_is_not_quadratic() -> None:
    """A hundred times the entries take less than a thousand times as long, even with mistakes."""

    def seconds(entries: int) -> float:
        content = "notes:\n" + "  - {note: x, quote: a *b #c, note: *y}\n" * entries
        start = time.perf_counter()
        assert len(read(content)[1]) >= 1
        return time.perf_counter() - start

    few = min(seconds(30) for _ in range(3))
    assert seconds(3000) < 1000 * few


BASE_LOADER = getattr(pyyaml, "CBaseLoader", pyyaml.BaseLoader)

# --- properties ----------------------------------------------------------------------------------


@settings(max_examples=examples(150), deadline=None)
@given(st.one_of(yamlish, st.text()))
@example("a: 'b\\\n")
def test_any_text_gives_data_or_problems_with_valid_locations(content: str) -> None:
    located, problems = read(content)
    assert located.whole or problems
    for problem in problems:
        assert inside(problem.location, content)
        assert problem.message
    for key_path in (*located.values, *located.keys):
        assert inside(located.location(key_path), content)
        assert inside(located.key(key_path), content)


@settings(max_examples=examples(150), deadline=None)
@given(yamlish)
def test_data_without_errors_equals_pyyamls(content: str) -> None:
    located, problems = read(content)
    if any(problem.severity == "error" for problem in problems):
        return

    def same(ours: yaml.Data, theirs: object) -> bool:
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return list(ours) == list(theirs) and all(same(ours[k], theirs[k]) for k in ours)
        if isinstance(ours, list) and isinstance(theirs, list):
            return len(ours) == len(theirs) and all(map(same, ours, theirs))
        return ours == theirs or (ours is None and theirs in {None, "", "~", "null"})

    assert same(located.data, pyyaml.load(content, Loader=BASE_LOADER))


texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]) | st.just("\n"), max_size=30)
trees = st.recursive(
    texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=examples(60), deadline=None)
@given(trees, st.booleans(), st.sampled_from([None, "'", '"', "|"]), st.booleans())
def test_pyyaml_output_is_read_back(
    tree: object, flow: bool, style: str | None, escape: bool
) -> None:
    content = pyyaml.dump(
        tree, default_flow_style=flow, default_style=style, allow_unicode=not escape
    )
    tagged = content.startswith("!!") or " !!" in content  # PyYAML tags some styled scalars
    located, problems = read(content)
    if not tagged:
        assert [p for p in problems if p.severity == "error"] == []
        assert located.data == tree


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoted_text_is_read_back(text: str) -> None:
    written = yaml.quoted(text)
    assert "\n" not in written
    assert pyyaml.load(f"a: {written}\n", Loader=BASE_LOADER) == {"a": text}


# --- characters as JSON writes them ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"a": "\\ud83d\\ude00 x", "b": ["\\uD83D\\uDE00"]}', {"a": "😀 x", "b": ["😀"]}),
        ('a: "\\ud83d\\ude00\\ud83d\\ude01"\n', {"a": "😀😁"}),
        ('a: \\ud83d\\ude00\nb: "\\ud83d\\ude00"\n', {"a": "\\ud83d\\ude00", "b": "😀"}),
        ("a: '\\ud83d\\ude00'\n", {"a": "\\ud83d\\ude00"}),
        ('a: "\\\\ud83d\\\\ude00"\n', {"a": "\\ud83d\\ude00"}),
    ],
)
def test_surrogate_pairs_are_one_character(content: str, expected: yaml.Data) -> None:
    assert data(content) == expected


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00\\ud83d", "\\ud83dx\\ude00"])
def test_half_a_surrogate_pair_is_an_error(half: str) -> None:
    assert only(f'a: "{half}"\n').location.line == 1
    assert only(f'a: "{half}"\nb: "\\ud83d\\ude00"\n').location.line == 1


def test_places_after_a_surrogate_pair() -> None:
    located, _ = read('a: ["\\ud83d\\ude00", b]\nc: 😀\nd: e\n')
    assert located.location(("a", 1)) == Location("a.yaml", 1, 21)
    assert located.location(("d",)) == Location("a.yaml", 3, 4)
