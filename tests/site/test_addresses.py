"""Addresses that collide with something that explainer generates, or that are too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.problems import Problem
from tests.helpers import folders

SETTINGS = 'title = "T"\n[search]\nenabled = false\n'
CLAIM = "claims:\n  - quote: One\n    claim: C.\n    rating: true\n    id: {id}\n"


def page(more: str = "") -> str:
    return f"---\ntitle: T\n{more}---\nOne. Two.\n"


def problems(root: Path, files: dict[str, str]) -> list[Problem]:
    """Build a site; its warnings and remarks are left out."""
    folders.put(root, {"site.toml": SETTINGS, **files})
    found = build_site(root, BuildOptions(jobs=1)).problems
    return [problem for problem in found if problem.severity == "error"]


@pytest.mark.parametrize("name", ["feed.xml", "FEED.xml", "index.html"])
def test_a_claim_of_the_home_page_with_the_name_of_a_generated_file(
    name: str, tmp_path: Path
) -> None:
    files = {"content/index.md": page(), "content/index.yaml": CLAIM.format(id=name)}
    (problem,) = problems(tmp_path, files)
    assert problem.code == "address-taken"
    assert (problem.location.path, problem.location.line) == ("content/index.yaml", 5)
    assert problem.hint == "choose another id"


def test_a_claim_of_the_home_page_with_the_name_of_a_file_for_filters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = CLAIM.format(id="rows-1.json") + "  - {id: two, quote: Two, claim: D., rating: true}\n"
    files = {"content/index.md": page(), "content/index.yaml": claims}
    assert problems(tmp_path, files) == []  # the list has one page
    monkeypatch.setattr("explainer.site.sheets.MOST", 1)
    monkeypatch.setattr("explainer.site.sheets.MOST_IN_FILE", 2)
    (problem,) = problems(tmp_path, files)
    assert problem.code == "address-taken"
    assert problem.hint == "choose another id"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *(("a", "feed.xml"), ("a", "index.html"), ("a", "annotations.json"), ("a", "embed")),
        *(("index", "'2'"), ("index", "embed"), ("index", "annotations.json"), ("a", "'2'")),
    ],
)
def test_names_that_collide_with_nothing_are_fine(path: str, name: str, tmp_path: Path) -> None:
    files = {f"content/{path}.md": page(), f"content/{path}.yaml": CLAIM.format(id=name)}
    assert problems(tmp_path, files) == []


@pytest.mark.parametrize("name", ["con", "AUX", "nul.x", "com1", "x" * 256])
def test_ids_that_cannot_be_folders(name: str, tmp_path: Path) -> None:
    people = f"people:\n  {name}: {{name: A}}\n"
    files = {
        "content/a.md": page(),
        "content/a.yaml": CLAIM.format(id=name),
        "content/_library.yaml": people,
    }
    found = [(p.code, p.location.path, p.location.line) for p in problems(tmp_path, files)]
    assert found == [
        ("bad-value", "content/_library.yaml", 2),
        ("bad-value", "content/a.yaml", 5),
    ]


def test_a_person_cannot_have_the_name_of_the_page_of_people(tmp_path: Path) -> None:
    people = "people:\n  index.html: {name: A}\n  feed.xml: {name: B}\n  '2': {name: C}\n"
    (problem,) = problems(tmp_path, {"content/a.md": page(), "content/a.yaml": people})
    assert (problem.code, problem.location.line) == ("reserved-id", 2)


@pytest.mark.parametrize(
    "alias",
    [
        *("/assets/", "/feed.xml", "/404.html", "/claims/feed.xml/x/", "/a/annotations.json"),
        *("/a/claims/p/", "/robots.txt/", "/search/", "/Claims/"),
    ],
)
def test_aliases_that_are_taken(alias: str, tmp_path: Path) -> None:
    files = {
        "content/a.md": page(f"aliases:\n  - {alias}\n"),
        "content/a.yaml": CLAIM.format(id="p"),
    }
    (problem,) = problems(tmp_path, files)
    assert problem.code == "address-taken"
    assert (problem.location.path, problem.location.line) == ("content/a.md", 4)


@pytest.mark.parametrize(
    "alias", ["/aux/", f"/{'日' * 86}/", "/.explainer-manifest.json", "/a/con"]
)
def test_aliases_that_cannot_be_folders(alias: str, tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"content/a.md": page(f"aliases:\n  - {alias}\n")})
    assert (problem.code, problem.location.line) == ("bad-value", 4)


def test_a_slug_that_is_taken_is_reported_at_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"content/a.md": page("slug: claims\n")})
    assert (problem.code, problem.location.line) == ("address-taken", 3)


@pytest.mark.parametrize(
    "path", ["a/claims", "a/claims/p", "people/post", "topics/t", "a/annotations.json/x"]
)
def test_static_files_in_the_way(path: str, tmp_path: Path) -> None:
    files = {
        "content/a.md": page("topics: [t]\n"),
        "content/a.yaml": CLAIM.format(id="p") + "    by: Post\n",
        f"static/{path}": "words",
    }
    (problem,) = problems(tmp_path, files)
    assert problem.code == "address-taken"


@pytest.mark.parametrize(
    "path",
    [
        *("content/page/2.md", "content/topics/page/2.md", "content/topics/t1/page/2/index.md"),
        *("static/page/2/index.html", "static/topics/page", "static/page"),
    ],
)
def test_what_is_in_the_way_of_a_further_page_of_a_list(path: str, tmp_path: Path) -> None:
    topics = ", ".join(f"t{i}" for i in range(250))
    files = {f"content/a{i}.md": page("topics: [t1]\n") for i in range(201)}
    files["content/a.md"] = page(f"topics: [{topics}]\n")
    files[path] = page() if path.endswith(".md") else "words"
    (problem,) = problems(tmp_path, files)
    assert (problem.code, problem.location.path) == ("address-taken", path)
    assert "page 2, which explainer generates" in problem.message
    few = {path: files[path], "content/a.md": page("topics: [t1]\n")}
    assert problems(tmp_path / "few", few) == []


def test_a_static_file_replaces_a_generated_one(tmp_path: Path) -> None:
    assert problems(tmp_path, {"content/a.md": page(), "static/feed.xml": "own"}) == []
    assert (tmp_path / "_site/feed.xml").read_text() == "own"


@pytest.mark.parametrize(
    ("path", "slug", "address"),
    [
        ("index", "elsewhere", "/"),
        ("a", "v1.2", "/v1-2/"),
        ("a", "Call", "/call/"),
        ("a", "con", "/con-1/"),
    ],
)
def test_a_slug_without_effect_is_a_remark(
    path: str, slug: str, address: str, tmp_path: Path
) -> None:
    folders.put(
        tmp_path, {"site.toml": SETTINGS, f"content/{path}.md": page(f"date: 2024\nslug: {slug}\n")}
    )
    (problem,) = build_site(tmp_path, BuildOptions(jobs=1)).problems
    assert (problem.code, problem.severity) == ("slug-not-used", "info")
    assert problem.location.line == 4
    assert problem.message == f"the address of this page is `{address}`, without `{slug}`"


def test_a_slug_that_is_too_long_says_so(tmp_path: Path) -> None:
    text = page(f"slug: {'字' * 90}\n")
    folders.put(tmp_path, {"site.toml": SETTINGS, "content/a.md": text})
    (problem,) = build_site(tmp_path, BuildOptions(jobs=1)).problems
    assert problem.hint == "shorten it to 255 bytes: that many can be the name of a folder"


def test_a_slug_that_is_used_is_no_remark(tmp_path: Path) -> None:
    files = {"site.toml": SETTINGS, "content/a.md": page("slug: राजनीति\n")}
    folders.put(tmp_path, files)
    assert build_site(tmp_path, BuildOptions(jobs=1)).problems == ()
    assert (tmp_path / "_site/राजनीति/index.html").exists()


def test_all_names_that_are_too_long_are_handled_at_once(tmp_path: Path) -> None:
    files = {
        "content/a.md": page(f"topics: ['{'日' * 86}']\nslug: {'x' * 300}\n"),
        "content/a.yaml": CLAIM.format(id="p") + f"    by: {'Y' * 260}\n",
        "content/b.md": page(f"aliases:\n  - /{'a' * 256}/\n  - /{'b' * 256}/\n"),
        "content/b.yaml": CLAIM.format(id="c" * 256),
    }
    found = [(p.code, p.location.path, p.location.line) for p in problems(tmp_path, files)]
    assert found == [
        ("bad-value", "content/b.md", 4),
        ("bad-value", "content/b.md", 5),
        ("bad-value", "content/b.yaml", 5),
    ]
    assert problems(tmp_path, {"content/b.md": page(), "content/b.yaml": ""}) == []


def test_an_address_that_is_too_long_as_a_whole(tmp_path: Path) -> None:
    path = "/".join(["x" * 200] * 6)
    (problem,) = problems(tmp_path, {f"content/{path}/a.md": page()})
    assert problem.code == "output-name-too-long"
    assert problem.location.path == f"content/{path}/a.md"
