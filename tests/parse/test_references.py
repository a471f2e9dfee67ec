"""explainer.parse.references: checks within a file, and against the library and the scale."""

from __future__ import annotations

import pytest
import yaml as pyyaml
from hypothesis import given, settings

from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.model.ratings import scale
from explainer.model.settings import Settings
from explainer.parse import references, yaml
from tests.helpers.author_files import EXAMPLE, check_positions, likely
from tests.helpers.examples import examples

SCALE = scale(Settings(title="A"))
CLAIM = "claims:\n  - {id: c, claim: x, rating: true, "


def located(content: str, path: str = "a.yaml") -> yaml.Located:
    found, problems = yaml.read(Text(path, content))
    assert problems == ()
    return found


def within(content: str) -> tuple[Problem, ...]:
    return references.within(located(content))


def against(content: str, library: str = "") -> tuple[Problem, ...]:
    return references.against(
        located(content), scale=SCALE, library=located(library, "content/_library.yaml")
    )


def unmarked(content: str) -> tuple[str, int, int]:
    """Remove the mark `¦`, and return the line and column of what follows it."""
    before = content.split("¦")[0]
    return content.replace("¦", ""), before.count("\n") + 1, len(before.split("\n")[-1]) + 1


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        # Ids.
        (
            "claims: [{id: a}]\nnotes:\n  - id: ¦a\n",
            "duplicate-id",
            "a claim on line 1 already uses",
        ),
        ("notes: [{id: a}]\nquestions: [{id: ¦A}]\n", "duplicate-id", "`a`; ids are not case"),
        # Targets.
        ("notes:\n  - ¦quote: ' '\n", "empty-value", "`quote`"),
        ("notes:\n  - ¦quote:\n", "empty-value", "`quote`"),
        ("notes:\n  - ¦section: ''\n", "empty-value", "`section`"),
        ("notes:\n  - ¦prefix: x\n", "bad-target", "needs a `quote`"),
        ("notes:\n  - ¦suffix: x\n    section: y\n", "bad-target", "needs a `quote`"),
        ("notes:\n  - quote: x\n    ¦image: y\n", "bad-target", "both `image` and `quote`"),
        # Texts.
        ("notes:\n  - ¦note: ' '\n", "empty-value", "`note`"),
        ("questions:\n  - answers:\n      - ¦answer: ''\n", "empty-value", "`answer`"),
        ("sources:\n  a: {¦title: ''}\n", "empty-value", "`title`"),
        ("people:\n  a: {¦name: ''}\n", "empty-value", "`name`"),
        # Claims.
        (CLAIM + "disputes: [¦c]}\n", "disputes-itself", "`c`"),
        (
            CLAIM + "history: [{date: 2024}, {date: ¦2024}]}\n",
            "duplicate-date",
            "two ratings on 2024",
        ),
        (
            CLAIM + "history: [{date: 2023}, {date: 2024}, {date: ¦2023}]}\n",
            *("duplicate-date", "two ratings on 2023"),
        ),
        (
            CLAIM + "history: [{date: 2024-11-02}, {date: ¦2024-10}]}\n",
            *("history-order", "2024-10 is listed after"),
        ),
        # Questions.
        ("questions:\n  - status: ¦answered\n", "missing-key", "no `answer`"),
        ("questions:\n  - ¦answer: x\n", "unused-answer", "not shown"),
        # Sources.
        ("sources:\n  a: {repeats: [b, ¦a]}\n", "repeats-itself", "`a`"),
        (
            "sources:\n  a: {repeats: [b]}\n  b: {repeats: [¦c]}\n  c: {repeats: [b, d]}\n",
            *("repeats-cycle", "`b` → `c` → `b`"),
        ),
        ("sources:\n  a: {type: ¦artcle}\n", "bad-value", "`artcle`"),
    ],
)
def test_within_a_file(content: str, code: str, message: str) -> None:
    content, line, column = unmarked(content)
    (problem,) = within(content)
    assert (problem.code, problem.location.line, problem.location.column) == (code, line, column)
    assert message in problem.message


@pytest.mark.parametrize(
    "content",
    [
        EXAMPLE,
        "",
        "notes: [{note: x}]\n",  # on the whole article
        "notes: [{note: x, section: y}, {note: x, image: y}, {note: x, quote: y, prefix: z}]\n",
        CLAIM + "history: [{date: 2024-10}, {date: 2024-10-03}, {date: 2024}]}\n",
        "sources: {a: {repeats: [b, c]}, b: {repeats: [d]}, c: {repeats: [d]}, d: {}}\n",
    ],
)
def test_valid_references(content: str) -> None:
    assert within(content) == ()


def test_an_empty_quote_before_a_comment_is_explained() -> None:
    found, _ = yaml.read(Text("a.yaml", "notes:\n  - quote: #1 hit\n"))
    (problem,) = references.within(found)
    assert "`" + " #" + "`" in problem.hint


RATED = "claims:\n  - {id: c, claim: x, rating: ¦"


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        (RATED + "no}\n", "unknown-rating", "mostly-true, mixed"),
        (RATED + "flase}\n", "unknown-rating", "`false`"),
        (RATED + "True}\n", "unknown-rating", "`true`"),
        (CLAIM + "history: [{rating: ¦dispute}]}\n", "unknown-rating", "`disputed`"),
        (CLAIM + "evidence: [{source: ¦psot}]}\n", "unknown-source", "`post`"),
        (CLAIM + "evidence: [{source: ¦x}]}\n", "unknown-source", "`sources:`"),
        ("notes: [{sources: [post, ¦x]}]\n", "unknown-source", "add it"),
        ("questions: [{sources: [¦x]}]\n", "unknown-source", "add it"),
        ("questions: [{answers: [{sources: [¦x]}]}]\n", "unknown-source", "add it"),
        ("notes: [{sources: [a]}]\nsources: {a: {repeats: [¦x]}}\n", "unknown-source", "add"),
        (CLAIM + "by: ¦peskof}\n", "unknown-person", "`peskov`"),
        ("questions: [{answers: [{by: ¦peskovv}]}]\n", "unknown-person", "`peskov`"),
        (CLAIM + "disputes: [¦d]}\n", "unknown-claim", "article/path#id"),
        ("notes: [{sources: [post]}]\nsources:\n  ¦post: {}\n", "duplicate-id", "remove this"),
        ("claims: [{by: peskov}]\npeople:\n  ¦peskov: {}\n", "duplicate-id", "remove this"),
        ("sources:\n  ¦a: {}\n", "unused-source", ""),
        ("people:\n  ¦a: {}\n", "unused-person", ""),
    ],
)
def test_against_library_and_scale(content: str, code: str, hint: str) -> None:
    library = "sources:\n  post: {title: A}\npeople:\n  peskov: {name: B}\n"
    content, line, column = unmarked(content)
    (problem,) = against(content, library)
    assert (problem.code, problem.location.line, problem.location.column) == (code, line, column)
    assert hint in problem.hint
    assert (problem.severity == "info") == code.startswith("unused")


def test_names_do_not_need_a_person_entry() -> None:
    people = "people:\n  peskov: {name: B}\n"
    for name in ("Peskof", "The Post", "post", "peskov"):
        codes = {p.code for p in against(CLAIM + f"by: {name}}}\n", people)}
        assert codes == set()


def test_references_to_claims_in_other_articles_are_not_checked() -> None:
    assert against(CLAIM + "disputes: [other/article#x]}\n") == ()


def test_duplicates_of_library_entries_report_the_library_line() -> None:
    library = "sources:\n  b: {}\n  a: {}\n"
    (problem,) = against("sources:\n  a: {}\nnotes: [{sources: [a]}]\n", library)
    assert "content/_library.yaml on line 3" in problem.message


def test_an_unreadable_library_neither_hides_nor_adds_problems() -> None:
    library, _ = yaml.read(Text("_library.yaml", "sources: [\n"))
    found = located(CLAIM.replace("true", "x") + "evidence: [{source: y}]}\n")
    (problem,) = references.against(found, scale=SCALE, library=library)
    assert problem.code == "unknown-rating"


def test_problems_name_their_annotation() -> None:
    for problem in against(CLAIM + "disputes: [d], evidence: [{source: x}]}\n"):
        assert problem.annotation == "c"


def test_problems_within_the_library() -> None:
    library = located("sources:\n  a: {repeats: [b]}\n  c: {}\npeople: {d: {}, e: {}}\n")
    (problem,) = references.within_library(library)
    assert (problem.code, problem.location.line) == ("unknown-source", 2)
    uses = [references.used(located("notes: [{sources: [a]}]\nclaims: [{by: d}]\n"))]
    codes = [(p.code, p.message.split("`")[1]) for p in references.unused(library, uses)]
    assert codes == [("unused-source", "c"), ("unused-person", "e")]


def test_long_chains_do_not_overflow() -> None:
    chain = "".join(f"  a{i}: {{repeats: [a{i + 1}]}}\n" for i in range(3000))
    (problem,) = within(f"sources:\n{chain}  a3000: {{repeats: [a0]}}\n")
    assert problem.code == "repeats-cycle"
    assert len(problem.message) < 300


@pytest.mark.parametrize(
    ("content", "library", "circle"),
    [
        (
            "sources:\n  x: {repeats: [¦y]}\n",
            "sources:\n  x: {}\n  y: {repeats: [x]}\n",
            "`x` → `y` → `x`",
        ),
        (
            "sources:\n  a: {repeats: [¦b]}\n",
            "sources:\n  b: {repeats: [c]}\n  c: {repeats: [a]}\n",
            "`b` → `c` → `a` → `b`",
        ),
        (
            "sources:\n  a: {repeats: [b]}\n  b: {repeats: [¦l]}\n",
            "sources:\n  l: {repeats: [a]}\n",
            "`l` → `a` → `b` → `l`",
        ),
    ],
)
def test_circles_through_the_library(content: str, library: str, circle: str) -> None:
    content, line, column = unmarked(content)
    (problem,) = (p for p in against(content, library) if p.code == "repeats-cycle")
    assert circle in problem.message
    assert problem.severity == "error"
    (related,) = problem.related
    assert related.location.path == "content/_library.yaml"
    assert (problem.location.path, problem.location.line) == ("a.yaml", line)
    assert problem.location.column == column


def test_circles_are_reported_once() -> None:
    circle = "sources:\n  a: {repeats: [b]}\n  b: {repeats: [a]}\n"
    through = "sources:\n  c: {repeats: [a]}\nnotes: [{sources: [c]}]\n"
    codes = [p.code for p in against(through, circle)]
    assert codes == [], "the library’s own circle is reported for the library"
    codes = [p.code for p in against(circle + "notes: [{sources: [a]}]\n", "sources: {c: {}}\n")]
    assert codes == [], "a circle within the file is reported by `within`"
    chain = "sources:\n  a: {repeats: [l]}\nnotes: [{sources: [a]}]\n"
    assert against(chain, "sources:\n  l: {repeats: [m]}\n  m: {}\n") == ()


@settings(max_examples=examples(40), deadline=None)
@given(likely)
def test_checks_never_crash(tree: object) -> None:
    content = pyyaml.safe_dump(tree)
    found, _ = yaml.read(Text("a.yaml", content))
    problems = (
        *references.within(found),
        *references.within_library(found),
        *references.against(found, scale=SCALE, library=found),
        *references.unused(found, [references.used(found)]),
    )
    check_positions(problems, content)
