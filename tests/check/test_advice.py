"""What `explainer check` asks like a careful editor, and what it does not ask about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.check.advice import claims
from explainer.check.check import CheckOptions, check_site
from explainer.cli import main
from explainer.model.problems import Problem
from tests.helpers import folders

SOURCES = """sources:
  one: {title: One, date: 2024}
  two: {title: Two, date: 2024}
  echo: {title: Echo, date: 2024, repeats: [one]}
  loud-echo: {title: Loud echo, date: 2024, repeats: [echo]}
"""
CLAIM = """  - id: {id}
    quote: {quote}
    claim: It is so.
    by: somebody
    date: 2022
    rating: {rating}
    evidence: [{evidence}]
    checked: {checked}
    appearances: [{{publisher: A channel}}]
"""
LIBRARY = "people:\n  somebody: {name: Somebody}\n"
SITE = 'title = "T"\nurl = "https://explainers.test"\n'


@pytest.fixture
def root(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")  # 2025-06-15
    return folders.with_cache(tmp_path, templates)


def site(root: Path, body: str, annotations: str, settings: str = SITE) -> Path:
    article = f"---\ntitle: T\ndate: 2025\n---\n{body}\n"
    files = {"site.toml": settings, "content/a.md": article, "content/a.yaml": annotations}
    if "by: somebody" in annotations and "url" in settings:
        files["content/_library.yaml"] = LIBRARY
    return folders.put(root, files)


def advice(root: Path) -> list[Problem]:
    """Return the advice about a site, all of which must have the severity `info`."""
    built = check_site(root, BuildOptions(jobs=1, strict=True), CheckOptions())
    assert {problem.severity for problem in built.problems} <= {"info"}
    assert not built.failed, "advice fails no check, not even with --strict"
    return list(built.problems)


def claim(evidence: str, rating: str = "true", **values: str) -> str:
    """Return a claim, with the evidence given as `+one -two ?echo`: supports, disputes, context."""
    stances = {"+": "supports", "-": "disputes", "?": "context"}
    items = [f"{{source: {e[1:]}, stance: {stances[e[0]]}}}" for e in evidence.split()]
    given = {"id": "c", "quote": "words", "checked": "2025-06-01", **values}
    return CLAIM.format(rating=rating, evidence=", ".join(items), **given)


# --- evidence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "rating", "code", "words"),
    [
        ("", "true", "no-source", "rated “True” without a source"),
        ("?one", "true", "no-source", "without a source"),
        ("+one", "true", "one-source", "based on one independent source, `one`"),
        ("-one", "false", "one-source", "rated “False” based on one independent source, `one`"),
        ("+one +echo", "true", "one-source", "`one`: `echo` only repeats it"),
        ("+one +echo +loud-echo", "mixed", "one-source", "`echo` and `loud-echo` only repeat it"),
        ("+echo", "true", "one-source", "`one`: `echo` only repeats it"),
        ("+one -loud-echo", "mixed", "one-source", "based on one independent source, `one`"),
        ("+one +two", "mostly-true", "one-side", "and both of its sources support it"),
        ("-one -two", "false", "one-side", "and both of its sources dispute it"),
        ("-one -two", "mostly-true", "one-side", "but both of its sources dispute it"),
        ("+one +two", "false", "one-side", "but both of its sources support it"),
        ("+one -two", "true", "", ""),
        ("+one +echo -two", "mixed", "", ""),
        ("+one", "disputed", "", ""),
        ("", "unverified", "", ""),
        ("", "opinion", "", ""),
    ],
)
def test_evidence(evidence: str, rating: str, code: str, words: str, root: Path) -> None:
    used = "notes: [{quote: other, note: N, sources: [one, two, echo, loud-echo]}]\n"
    text = SOURCES + "claims:\n" + claim(evidence, rating) + used
    found = advice(site(root, "Some words and other ones.", text))
    assert [problem.code for problem in found] == ([code] if code else [])
    for problem in found:
        assert words in problem.message
        assert problem.hint
        assert problem.annotation == "c"
        line = text.split("\n")[problem.location.line - 1]
        assert line[problem.location.column - 1 :].startswith(("evidence:", "rating:"))


def test_a_rival_claim_is_the_other_side(root: Path) -> None:
    rival = claim("-one -two", "false", id="d", quote="other") + "    disputes: [c]\n"
    text = SOURCES.split("  echo")[0] + "claims:\n" + claim("+one +two") + rival
    assert advice(site(root, "Some words and other ones.", text)) == []


def test_a_custom_scale(root: Path) -> None:
    settings = SITE + '[[ratings]]\nid = "solid"\nlabel = "Solid"\nvalue = 4.5\n'
    text = SOURCES.split("  two")[0] + "claims:\n" + claim("+one", "solid")
    (problem,) = advice(site(root, "Some words.", text, settings))
    assert "rated “Solid” based on one independent source" in problem.message


# --- dates ----------------------------------------------------------------------------------------


def test_sources_without_a_date(root: Path) -> None:
    text = "sources:\n  s: {title: S}\nnotes: [{quote: words, note: N, sources: [s, l]}]\n"
    folders.put(root, {"content/_library.yaml": "sources:\n  l: {title: L}\n"})
    found = advice(site(root, "Some words.", text))
    assert [(p.location.path, p.location.line, p.location.column) for p in found] == [
        ("content/_library.yaml", 2, 3),
        ("content/a.yaml", 2, 3),
    ]
    assert {p.code for p in found} == {"source-without-date"}


def test_many_sources_are_one_question(root: Path) -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    text = "sources:\n" + "".join(f"  {n}: {{title: {n}}}\n" for n in names)
    text += f"notes: [{{quote: words, note: N, sources: [{', '.join(names)}]}}]\n"
    (problem,) = advice(site(root, "Some words.", text))
    assert problem.message == "6 sources have no date: `a`, `b`, `c` and 3 more"


@pytest.mark.parametrize(
    ("checked", "code"),
    [
        ("2024-06-14", "checked-long-ago"),
        ("2024-05", "checked-long-ago"),
        ("2023", "checked-long-ago"),
        ("2024-06-15", ""),  # a year to the day
        ("2024-06", ""),
        ("2024", ""),
        ("2025-06-15", ""),
        ("", "never-checked"),
    ],
)
def test_claims_checked_long_ago(checked: str, code: str, root: Path) -> None:
    text = SOURCES.split("  echo")[0] + "claims:\n" + claim("+one -two", checked=checked)
    text = text.replace("    checked: \n", "")
    found = advice(site(root, "Some words.", text))
    assert [p.code for p in found if p.code != "claim-review"] == ([code] if code else [])
    if code:
        assert "`checked: 2025-06-15`" in found[0].hint


def test_today_is_in_the_sites_time_zone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SOURCES.split("  echo")[0] + "claims:\n" + claim("+one -two", checked="2024-06-15")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750028400")  # 2025-06-15, 23:00 UTC
    assert advice(site(root, "Some words.", text)) == []
    settings = 'timezone = "Asia/Tokyo"\n' + SITE
    (problem,) = advice(site(root, "Some words.", text, settings))
    assert problem.code == "checked-long-ago"


ORDER = "claims: [{id: c, quote: words, claim: C., rating: opinion, %s}]"


@pytest.mark.parametrize(
    ("front", "annotations", "message"),
    [
        ("updated: 2025-01-01", "", "updated (2025-01-01) before the article was published"),
        ("corrections: [{date: 2025-01, text: X}]", "", "corrected (2025-01) before"),
        ("original: {title: O, date: 2026}", "", "published (2025-02-03) before the original"),
        ("updated: 2025-06-16", "", "updated in the future (2025-06-16)"),
        ("corrections: [{date: 2026, text: X}]", "", "corrected in the future"),
        (
            "",
            ORDER % "date: 2024-05-02, checked: 2024-05-01",
            "`c` was checked (2024-05-01) before",
        ),
        ("", ORDER % "date: 2026", "`c` was made in the future (2026)"),
        ("", ORDER % "checked: 2025-07", "`c` was checked in the future"),
        (
            "",
            ORDER % "checked: 2025, history: [{date: 2024-01, rating: 'true'}], date: 2024-02",
            "`c` got an earlier rating (2024-01) before `c` was made",
        ),
        (
            "",
            ORDER % "checked: 2025-01, history: [{date: 2025-02, rating: 'true'}]",
            "`c` was checked (2025-01) before `c` got an earlier rating",
        ),
        ("", "notes: [{quote: words, note: N, date: 2026}]", "a note was written in the future"),
        ("", "questions: [{quote: words, question: Q, checked: 2026}]", "a question was checked"),
    ],
)
def test_dates_that_cannot_be(front: str, annotations: str, message: str, root: Path) -> None:
    site(root, "Some words.", annotations)
    text = f"---\ntitle: T\ndate: 2025-02-03\n{front}\n---\nSome words.\n"
    (root / "content/a.md").write_text(text)
    found = [p for p in advice(root) if p.code == "date-order"]
    # A contradiction may also be in the future; it is asked about first.
    assert message in found[0].message
    assert len(found) == (2 if "original" in front else 1)


def test_partial_dates_contradict_only_what_they_say(root: Path) -> None:
    site(root, "Some words.", ORDER % "date: 2025-02, checked: 2025, history: []")
    text = "---\ntitle: T\ndate: 2025-02-03\nupdated: 2025-02\n"
    text += "corrections: [{date: 2025, text: X}]\n---\nSome words.\n"
    (root / "content/a.md").write_text(text)
    assert not [p for p in advice(root) if p.code == "date-order"]


def test_a_year_before_a_leap_day(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1709200000")  # 2024-02-29
    text = SOURCES.split("  echo")[0] + "claims:\n" + claim("+one -two", checked="2023-02-28")
    root = site(root, "Some words.", text)
    article = root / "content/a.md"
    article.write_text(article.read_text().replace("2025", "2024-01"))
    assert advice(root) == []


# --- ClaimReview ----------------------------------------------------------------------------------


def test_what_google_recommends(root: Path) -> None:
    text = SOURCES.split("  echo")[0] + "claims:\n" + claim("+one -two")
    text = text.replace("    by: somebody\n    date: 2022\n", "")
    (problem,) = advice(site(root, "Some words.", text))
    assert problem.code == "claim-review"
    assert problem.message == "`c` does not say who made the claim and when it was made"
    assert problem.hint.startswith("add `by` and `date`: ")


def test_without_an_address_one_question_for_the_whole_site(root: Path) -> None:
    text = SOURCES.split("  echo")[0] + "claims:\n" + claim("+one -two")
    (problem,) = advice(site(root, "Some words.", text, 'title = "T"\n'))
    assert (problem.code, problem.location.path) == ("claim-review", "site.toml")
    assert (
        advice(site(root, "Some words.", "notes: [{quote: words, note: N}]", 'title = "T"')) == []
    )


@pytest.mark.parametrize(
    ("review", "lacks"),
    [
        ({}, claims.REQUIRED),
        ({"claimReviewed": "C", "url": "claims/c/"}, ("reviewRating.alternateName", "url")),
        (
            {
                "claimReviewed": "C",
                "url": "https://example.org/",
                "reviewRating": {"alternateName": "False"},
            },
            (),
        ),
    ],
)
def test_what_google_requires(review: dict[str, Any], lacks: tuple[str, ...]) -> None:
    assert claims.lacking(review, claims.REQUIRED) == lacks


# --- numbers --------------------------------------------------------------------------------------

NOTE = "notes: [{quote: stands, note: N}]\n"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Of 1,234 people 56% said yes.", "`1,234` and `56%`"),
        ("It cost $3.5 or 12 € or 7 per cent.", "`$3.5`, `12 €` and `7 per cent`"),
        ("On 7 November 2024 they spoke.", "`7 November 2024`"),
        ("Am 7. November 2024 sprachen sie.", "`7. November 2024`"),
        ("In 1863 it was.", "`1863`"),
        ("It was at 12:30 on 2024-05-06.", "`12:30` and `2024-05-06`"),
        ("They were 1,234 (of 5,678 in 2019).", "`1,234`, `5,678` and `2019`"),
        ("They were 1,234 [12].", ""),
        ("They were 1,234 (see Smith et al. 2019, p. 45).", ""),
        ("See Table 10, fig. 12, Article 50 and § 218.", ""),
        ("It held between 1901 and 2099.", "`1901` and `2099`"),
        ("It is 1.2. In 12.5. Then 2019 and 30. May.", "`1.2`, `12.5`, `2019` and `30. May`"),
        ("There were 10, 20, 30, 40 and 50.", "`10`, `20`, `30` and 2 more"),
        ("There are 3 reasons, and 2 of them are bad.", ""),
        ("A 32-bit B2B model, COVID-19 and v2.5.1.", ""),
        ("The code `x = 1000` and no more.", ""),
        ("It was [1,234](https://example.org) people in 1999.", ""),
        ("It was 1,234 people.[^1]\n\n[^1]: Page 56.", ""),
        ("# The year 1984", ""),
        ("```\n1234\n```", ""),
        ("    1234 5678", ""),
        ("Nothing at all.", ""),
    ],
)
def test_numbers_that_nothing_covers(text: str, numbers: str, root: Path) -> None:
    found = advice(site(root, f"Here stands a word.\n\n{text}", NOTE))
    assert [p.code for p in found] == (["bare-number"] if numbers else [])
    for problem in found:
        assert problem.message.startswith(f"nothing shows where {numbers} come")
        assert (problem.location.path, problem.location.line) == ("content/a.md", 7)
        assert text[problem.location.column - 1] in "$0123456789"


def test_an_annotation_covers_only_its_sentence(root: Path) -> None:
    body = "In 1863 here stands a word. In 1864 it did not.\nNor in 1865."
    (problem,) = advice(site(root, body, NOTE))
    assert "`1864` and `1865`" in problem.message
    assert (problem.location.line, problem.location.column) == (5, 32)


@pytest.mark.parametrize(
    "body",
    [
        "- In 1863\n- in 1864\n\n  in 1865",
        "| a | b |\n|---|---|\n| 1863 | 1864 |\n| 1865 | 1866 |",
        "> In 1863.\n>\n> In 1864.",
    ],
)
def test_one_question_for_each_list_table_or_quotation(body: str, root: Path) -> None:
    assert len(advice(site(root, f"Here stands a word.\n\n{body}", NOTE))) == 1


def test_no_questions_about_a_page_without_annotations(root: Path) -> None:
    files = {"site.toml": SITE, "content/a.md": "---\ntitle: T\ndate: 2025\n---\nIn 1863.\n"}
    assert advice(folders.put(root, files)) == []


# --- commands -------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_build_does_not_ask(root: Path) -> None:
    site(root, "Here stands a word.\n\nIn 1863.", NOTE)
    assert build_site(root, BuildOptions(jobs=1, write=False)).problems == ()


def test_check_asks_unless_it_is_quiet(root: Path) -> None:
    site(root, "Here stands a word.\n\nIn 1863.", NOTE)
    result = run("--site", root, "check", "--strict")
    assert result.exit_code == 0
    assert "content/a.md:7:4: info[bare-number]: nothing shows where `1863` comes" in result.stderr
    assert ", no problems, 1 remark, " in result.stderr.splitlines()[-1]
    for option in ("--no-advice", "--quiet", "-q"):
        result = run("--site", root, "check", option)
        assert result.exit_code == 0
        assert "info" not in result.stderr
    (row,) = json.loads(run("--site", root, "check", "--format", "json").stdout)
    assert row["severity"] == "info"


def test_quiet_still_reports_errors(root: Path) -> None:
    site(root, "Here stands [a word](gone.md).\n\nIn 1863.", NOTE)
    result = run("--site", root, "check", "-q")
    assert result.exit_code == 1
    assert "error[broken-link]" in result.stderr


def test_no_questions_about_an_unusable_file(root: Path) -> None:
    site(root, "In 1863 here stands a word.", "claims: [{id: c, rating: true}]\n")
    built = check_site(root, BuildOptions(jobs=1), CheckOptions())
    assert {problem.severity for problem in built.problems} == {"error"}
