"""Sites with errors: building `tests/invalid/<case>/` must report exactly `problems.txt`.

After an error nothing is written, all problems are reported at once, and there is no traceback.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.cli import main
from explainer.model.report import as_text
from tests import TESTS
from tests.helpers import folders

FOLDER = TESTS / "invalid"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
ARTICLE = "---\ntitle: T\n---\n"


def prepared(case: str, folder: Path, templates: Path) -> Path:
    root = folders.copy(FOLDER / case, folder / case, without=frozenset({"problems.txt"}))
    return folders.with_cache(root, templates)


def codes(root: Path) -> list[str]:
    """Build a site, and return the paths and codes of the problems."""
    return [f"{p.location.path} {p.code}" for p in build_site(root, BuildOptions(jobs=1)).problems]


# --- exact reports -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_report(case: str, regen: bool, tmp_path: Path, templates: Path) -> None:
    root = prepared(case, tmp_path, templates)
    built = build_site(root, BuildOptions(jobs=1))
    report = as_text(built.problems, built.texts, color=False)
    if regen:
        (FOLDER / case / "problems.txt").write_text(report, encoding="utf-8")
    assert built.failed
    assert report == (FOLDER / case / "problems.txt").read_text(encoding="utf-8")
    assert not (root / "_site").exists(), "something was written"


# --- twenty mistakes, one run --------------------------------------------------------------------


def test_twenty_mistakes_leave_the_old_output_unchanged(tmp_path: Path, templates: Path) -> None:
    root = prepared("twenty", tmp_path, templates)
    (root / "content").rename(root / "wrong")
    folders.put(root, {"content/call.md": ARTICLE + "Words.\n", "content/old.md": ARTICLE})
    assert not build_site(root, BuildOptions(jobs=1)).failed
    (root / "content").rename(root / "right")
    (root / "wrong").rename(root / "content")
    before = folders.state(root / "_site")

    result = CliRunner().invoke(main, ["--site", str(root), "build"])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert folders.state(root / "_site") == before
    report = result.stderr
    assert "nothing written" in report.splitlines()[-1]
    heads = [
        line for line in report.splitlines() if re.match(r"content/\S.*: (error|warning)", line)
    ]
    errors = {head.partition(": error[")[2].partition("]")[0] for head in heads} - {""}
    assert len(heads) >= 20
    assert len(errors) >= 15, "different errors have different codes"


def test_the_order_of_directory_entries_does_not_matter(tmp_path: Path, templates: Path) -> None:
    root = prepared("twenty", tmp_path, templates)
    with folders.listed(backwards=False):
        problems = build_site(root, BuildOptions(jobs=1)).problems
    with folders.listed(backwards=True):
        assert build_site(root, BuildOptions(jobs=1)).problems == problems


def test_twenty_mistakes_as_json(tmp_path: Path, templates: Path) -> None:
    root = prepared("twenty", tmp_path, templates)
    result = CliRunner().invoke(main, ["--site", str(root), "build", "--format", "json"])
    problems = json.loads(result.stdout)
    keys = ["path", "line", "column", "severity", "code", "message", "hint", "annotation"]
    keys.append("related")
    assert all(list(problem) == keys for problem in problems)
    text = as_text(build_site(root, BuildOptions(jobs=1)).problems, {}, color=False)
    heads = [line for line in text.splitlines() if not line.startswith(" ")]
    assert len(problems) == len(heads)
    for problem, head in zip(problems, heads, strict=True):
        place = ":".join(str(problem[k]) for k in ("path", "line", "column") if problem[k])
        assert head == f"{place}: {problem['severity']}[{problem['code']}]: {problem['message']}"
    related = [each for p in problems if p["code"] == "duplicate-key" for each in p["related"]]
    assert related == [
        {"path": "content/twice.yaml", "line": 3, "column": 5, "message": "first here"}
    ]
    assert [p["annotation"] for p in problems if p["code"] == "unknown-rating"] == [
        "denied",
        "confirmed",
    ]


def test_every_error_has_a_location_and_a_hint(tmp_path: Path, templates: Path) -> None:
    root = prepared("twenty", tmp_path, templates)
    whole_file = {"orphan-annotations", "address-taken"}
    without_hint = {"disputes-itself", "bad-value"}
    for problem in build_site(root, BuildOptions(jobs=1)).problems:
        assert problem.location.line or problem.code in whole_file, problem
        if problem.severity == "error":
            assert problem.hint or problem.code in without_hint, problem


# --- one error does not hide another -------------------------------------------------------------


def test_an_error_in_the_front_matter_hides_no_other(tmp_path: Path) -> None:
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"',
            "content/a.md": "---\ntitle: T\ndate: yesterday\n---\nWords, [a link](nowhere.md).\n",
            "content/a.yaml": "notes: [{quote: lost words, note: n, sources: [none]}]\n",
        },
    )
    assert set(codes(root)) == {
        "content/a.md bad-value",
        "content/a.md broken-link",
        "content/a.yaml quote-lost",
        "content/a.yaml unknown-source",
    }


def test_an_error_in_an_annotation_hides_no_link_error_in_another(tmp_path: Path) -> None:
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"',
            "content/a.md": ARTICLE + "Words.\n",
            "content/a.yaml": 'notes: [{note: "[x](nowhere.md)"}, {quote: Words, nte: n}]\n',
        },
    )
    assert {"content/a.yaml broken-link", "content/a.yaml unknown-key"} <= set(codes(root))


def test_an_error_in_site_toml_hides_no_other(tmp_path: Path) -> None:
    settings = 'titel = "T"\nlanguage = "English"\n[feeds]\nentries = 0\n'
    root = folders.put(tmp_path, {"site.toml": settings, "content/a.md": ARTICLE})
    problems = build_site(root, BuildOptions()).problems
    assert sorted(p.location.line for p in problems) == [1, 1, 2, 4]


# --- two sources for one address -----------------------------------------------------------------


def _names(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, ARTICLE)


@pytest.mark.parametrize(
    ("files", "second", "first"),
    [
        (_names("content/a b.md", "content/A-b.md"), "content/a b.md", "content/A-b.md"),
        (_names("content/a.md", "content/a/index.md"), "content/a/index.md", "content/a.md"),
        (
            _names("content/caf\u00e9.md", "content/cafe\u0301.md"),
            "content/caf\u00e9.md",
            "content/cafe\u0301.md",
        ),
        (
            _names("content/stra\u00dfe.md", "content/STRASSE.md"),
            "content/stra\u00dfe.md",
            "content/STRASSE.md",
        ),
        (
            {"content/a.md": ARTICLE, "content/b.md": ARTICLE[:-4] + "aliases: [/A/]\n---\n"},
            "content/b.md",
            "content/a.md",
        ),
        (
            {"content/a.md": ARTICLE, "static/a/index.html": "x"},
            "content/a.md",
            "static/a/index.html",
        ),
        (
            {"content/a.txt": "x", "static/A.TXT": "y", "content/b.md": ARTICLE},
            "content/a.txt",
            "static/A.TXT",
        ),
    ],
)
def test_one_address_has_one_owner(
    files: dict[str, str], second: str, first: str, tmp_path: Path
) -> None:
    root = folders.put(tmp_path, {"site.toml": 'title = "T"', **files})
    problems = build_site(root, BuildOptions(jobs=1)).problems
    assert [problem.code for problem in problems] == ["address-taken"]
    # Both are named, in either order.
    named = {problems[0].location.path, *re.findall("`([^`]*)`", problems[0].message)}
    assert {first, second} <= named


def test_a_file_cannot_take_the_place_of_a_folder(tmp_path: Path) -> None:
    files = {"site.toml": 'title = "T"', "content/a/b.md": ARTICLE, "static/a": "a file"}
    problems = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1)).problems
    assert [problem.code for problem in problems] == ["address-taken"]


@pytest.mark.parametrize(
    ("file", "reported", "place", "owner"),
    [
        ("content/a/index.html/x", "content/a.md", "/a/", "`content/a/index.html/x`"),
        ("static/A/Index.html/x", "content/a.md", "/a/", "`static/A/Index.html/x`"),
        (
            "static/index.html/x",
            "static/index.html/x",
            "/",
            "the home page, which explainer generates",
        ),
        (
            *("content/claims/index.html/x", "content/claims/index.html/x", "/claims/"),
            "the page of all claims, which explainer generates",
        ),
    ],
)
def test_a_folder_cannot_take_the_place_of_a_page(
    file: str, reported: str, place: str, owner: str, tmp_path: Path
) -> None:
    files = {"site.toml": 'title = "T"', "content/a.md": ARTICLE, file: "x"}
    (problem,) = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1)).problems
    assert (problem.location.path, problem.code) == (reported, "address-taken")
    assert problem.message == f"its path `{place}index.html` is already taken by {owner}"


@pytest.mark.parametrize(
    "page", ["claims", "people/ann", "topics/calls", "call/claims/denied", "assets"]
)
def test_addresses_of_generated_pages_are_reserved(page: str, tmp_path: Path) -> None:
    """Includes pages that are generated from annotations: people, topics, and claims."""
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"',
            f"content/{page}.md": ARTICLE,
            "content/call.md": "---\ntitle: T\ntopics: [Calls]\n---\nWords.\n",
            "content/call.yaml": (
                "claims: [{id: denied, quote: Words, claim: C., rating: mixed, by: Ann}]\n"
            ),
        },
    )
    assert codes(root) == [f"content/{page}.md address-taken"]
    assert not (root / "_site").exists()


def test_addresses_of_people_differ_by_more_than_case(tmp_path: Path) -> None:
    """The second person has a name but no id, so the page's address is made from the name."""
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"',
            "content/a.md": ARTICLE + "Some words.\n",
            "content/a.yaml": (
                "people: {Ann-B: {name: Ann B. Smith}}\n"
                "claims:\n"
                "- {id: x, quote: Some, claim: C., rating: mixed, by: Ann-B}\n"
                "- {id: y, quote: words, claim: C., rating: mixed, by: Ann B}\n"
            ),
        },
    )
    if not codes(root):
        made = [name.casefold() for name in folders.contents(root / "_site")]
        assert len(made) == len(set(made))


# --- nothing leaves its folder -------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["../up", "a/b", "..", ".", "_hidden", "a\\\\b", "%2e%2e", "???"])
def test_a_slug_is_one_part_of_an_address(slug: str, tmp_path: Path) -> None:
    article = f'---\ntitle: T\nslug: "{slug}"\n---\n'
    root = folders.put(tmp_path, {"site.toml": 'title = "T"', "content/a.md": article})
    assert codes(root) == ["content/a.md bad-value"]


@pytest.mark.parametrize(
    "alias",
    [
        "/../up/",
        "//host/x",
        "/a/../../b/",
        "/%2e%2e/up/",
        "https://example.org/",
        "/a\\\\b/",
        "/",
        "/index.html",
    ],
)
def test_an_alias_stays_within_the_site(alias: str, tmp_path: Path) -> None:
    article = f'---\ntitle: T\naliases: ["{alias}"]\n---\n'
    root = folders.put(tmp_path, {"site.toml": 'title = "T"', "content/a.md": article})
    assert codes(root)[0] in ("content/a.md bad-value", "content/a.md address-taken")
    assert not (root / "_site").exists()


def test_a_link_out_of_the_site_is_refused(tmp_path: Path) -> None:
    secret = folders.put(tmp_path / "elsewhere", {"secret.md": ARTICLE, "f/secret.txt": "x"})
    files = {"site.toml": 'title = "T"', "content/a.md": ARTICLE}
    root = folders.put(tmp_path / "site", files)
    (root / "content/b.md").symlink_to(secret / "secret.md")
    (root / "content/f").symlink_to(secret / "f", target_is_directory=True)
    (root / "content/_library.yaml").symlink_to("/etc/hostname")
    (root / "static").symlink_to(secret / "f", target_is_directory=True)
    assert sorted(codes(root)) == [
        "content/_library.yaml link-outside",
        "content/b.md link-outside",
        "content/f link-outside",
        "static link-outside",
    ]


@pytest.mark.parametrize("output", [".", "content", "static", "..", "content/deep"])
def test_the_output_folder_is_never_the_sources(output: str, tmp_path: Path) -> None:
    files = {"site.toml": 'title = "T"', "content/a.md": ARTICLE, "static/x": "x"}
    root = folders.put(tmp_path / "site", files)
    before = folders.contents(tmp_path)
    built = build_site(root, BuildOptions(output=root / output))
    assert built.failed
    assert {k: v for k, v in folders.contents(tmp_path).items() if ".explainer" not in k} == before


def test_a_foreign_output_folder_is_refused(tmp_path: Path) -> None:
    files = {"site.toml": 'title = "T"', "content/a.md": ARTICLE, "_site/mine.txt": "x"}
    root = folders.put(tmp_path, files)
    assert build_site(root, BuildOptions()).failed
    assert folders.contents(root / "_site") == {"mine.txt": b"x"}


# --- files that are not text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("---\ntitle: Café\n---\n".encode("latin-1"), "not-utf8"),
        ("---\ntitle: T\n---\n".encode("utf-16"), "not-utf8"),
        ("---\ntitle: T\n---\n".encode("utf-32"), "not-utf8"),
        (b"---\ntitle: T\n---\nWords\0.\n", "null-character"),
        (b"\xff\xd8\xff\xe0 a picture", "not-utf8"),
        (b"", "no-front-matter"),
        (b"\n\n---\ntitle: T\n---\n", "no-front-matter"),
    ],
)
def test_an_article_that_is_not_text(raw: bytes, code: str, tmp_path: Path) -> None:
    root = folders.put(tmp_path, {"site.toml": 'title = "T"', "content/a.md": raw})
    assert codes(root) == [f"content/a.md {code}"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf---\ntitle: T\n---\nWords.\n",
        b"---\r\ntitle: T\r\n---\r\nWords.\r\n",
        b"---\rtitle: T\r---\rWords.\r",
        b"---\ntitle: T\n---",
    ],
)
def test_byte_order_marks_and_other_line_endings_are_valid(raw: bytes, tmp_path: Path) -> None:
    root = folders.put(tmp_path, {"site.toml": 'title = "T"', "content/a.md": raw})
    assert codes(root) == []


# --- themes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "code", "line", "words"),
    [
        ("{{ page.titel }}\n", "template-name", 1, "title"),
        ("x\n{{ sitte.title }}\n", "template-name", 2, "site"),
        ("{% if %}\n", "template-syntax", 1, ""),
        ('{% extends "bse.html" %}\n', "template-missing", 1, "base.html"),
        ("{{ 1 // 0 }}\n", "template-error", 1, "zero"),
    ],
)
def test_an_error_in_a_template(
    template: str, code: str, line: int, words: str, tmp_path: Path, templates: Path
) -> None:
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"',
            "content/a.md": ARTICLE,
            "themes/default/templates/404.html": template,
        },
    )
    built = build_site(folders.with_cache(root, templates), BuildOptions(jobs=1))
    (problem,) = built.problems
    assert (problem.code, problem.location.line) == (code, line)
    assert problem.location.path == "themes/default/templates/404.html"
    assert words in problem.message + problem.hint
    assert not (root / "_site").exists()


def test_a_theme_that_does_not_exist(tmp_path: Path) -> None:
    files = {"site.toml": 'title = "T"\ntheme = "defualt"', "content/a.md": ARTICLE}
    (problem,) = build_site(folders.put(tmp_path, files), BuildOptions()).problems
    assert problem.code == "unknown-theme"
    assert "default" in problem.hint
