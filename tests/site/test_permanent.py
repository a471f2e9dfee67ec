"""Permanent addresses: the build that removes one says so, once, and how to keep it."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.problems import Problem
from tests.helpers import folders

SETTINGS = 'title = "T"\n[search]\nenabled = false\n'


def page(more: str = "") -> str:
    return f"---\ntitle: T\n{more}---\nOne. Two.\n"


def claims(*ids: str) -> str:
    entries = (f"  - {{id: {name}, quote: One, claim: C., rating: false}}\n" for name in ids)
    return f"claims:\n{''.join(entries)}" if ids else ""


FILES = {
    "site.toml": SETTINGS,
    "content/a.md": page("topics: [t]\n"),
    "content/a.yaml": claims("p", "q"),
    "content/b.md": page("aliases: [/bb/]\n"),
    "content/b.yaml": claims("r"),
    "content/draft.md": page("draft: true\n"),
    "content/draft.yaml": claims("z"),
    "content/later.md": page("date: 2999\n"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return folders.put(tmp_path, FILES)


def removed(root: Path, output: str = "_site", **options: bool) -> list[Problem]:
    """Build, and return what is reported about removed addresses."""
    result = build_site(root, BuildOptions(jobs=1, output=root / output, **options))
    assert not result.failed
    return [problem for problem in result.problems if problem.code == "address-removed"]


def change(root: Path, **files: str | None) -> None:
    for name, content in files.items():
        path = root / "content" / name.replace("_", ".")
        path.unlink() if content is None else path.write_text(content)


def move(root: Path, more: str = "") -> None:
    change(root, a_md=None, a_yaml=None, new_md=page(more), new_yaml=claims("p", "q"))


def brief(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(p.severity, p.location.path, p.message) for p in problems]


def test_a_first_build_removes_nothing(root: Path) -> None:
    assert removed(root) == []
    assert removed(root, clean=True) == []


def test_a_removed_claim_is_reported_once(root: Path) -> None:
    removed(root)
    change(root, a_yaml=claims("p"))
    found = removed(root)
    message = "there is no longer a page of the claim `q` at `/a/claims/q/`"
    assert brief(found) == [("info", "content/a.yaml", message)]
    assert "`aliases: [/a/claims/q/]` to the front matter of `content/a.md`" in found[0].hint
    assert removed(root) == []


def test_check_reports_it_and_does_not_lose_it(root: Path) -> None:
    removed(root)
    change(root, a_yaml=claims("p"))
    for write in (False, False, True):
        assert len(removed(root, write=write)) == 1
    assert removed(root, write=False) == []


def test_a_build_that_fails_does_not_lose_it(root: Path) -> None:
    removed(root)
    change(root, a_yaml=claims("p"), b_md="no front matter\n")
    for write in (False, True):
        result = build_site(root, BuildOptions(jobs=1, write=write))
        assert result.failed
        assert "address-removed" not in {problem.code for problem in result.problems}
    change(root, b_md=FILES["content/b.md"])
    assert len(removed(root)) == 1


def test_a_moved_article_is_reported_together_with_its_claims(root: Path) -> None:
    removed(root)
    move(root)
    (problem,) = found = removed(root)
    message = "there is no longer a page at `/a/`, nor pages of its 2 claims"
    assert brief(found) == [("info", "content/a.md", message)]
    assert "`aliases: [/a/]`" in problem.hint
    assert removed(root) == []


def test_an_alias_keeps_the_article_and_its_claims(root: Path) -> None:
    removed(root)
    move(root, "aliases: [/a/]\n")
    assert removed(root) == []
    for old, new in (("a", "new"), ("a/claims/p", "new/claims/p")):
        text = (root / "_site" / old / "index.html").read_text()
        assert f"/{new}/index.html" in text.replace("../", "/")
    move_again = {"new_md": page(), "new_yaml": claims("p", "q")}
    change(root, **move_again)
    assert len(removed(root)) == 1, "without the alias, the address is gone after all"


def test_an_alias_with_a_claim_leads_to_the_claim(root: Path) -> None:
    removed(root)
    change(root, a_yaml=claims("p"), b_yaml=claims("r", "q"))
    assert "`content/b.md`" in removed(root, write=False)[0].hint
    change(root, b_md=page("aliases: [/bb/, /a/claims/q/]\n"))
    assert removed(root) == []
    assert "b/claims/q/" in (root / "_site/a/claims/q/index.html").read_text()


@pytest.mark.parametrize(
    ("front", "line"), [("slug: other\n", 3), ("draft: true\n", 0), ("date: 2999\n", 0)]
)
def test_a_page_that_is_elsewhere_or_withdrawn(front: str, line: int, root: Path) -> None:
    removed(root)
    change(root, a_md=page(front))
    (problem,) = removed(root)
    assert (problem.location.path, problem.location.line) == ("content/a.md", line)
    assert removed(root) == []


def test_a_removed_alias_is_reported_at_the_aliases(root: Path) -> None:
    removed(root)
    change(root, b_md=page("topics: [t]\nslug: b\naliases: [/BB/]\n"))
    (problem,) = removed(root)
    assert (problem.location.path, problem.location.line) == ("content/b.md", 5)


def test_a_removed_alias(root: Path) -> None:
    removed(root)
    change(root, b_md=page())
    assert brief(removed(root)) == [("info", "content/b.md", "there is no longer a page at `/bb/`")]


def test_an_address_that_another_page_takes_over(root: Path) -> None:
    removed(root)
    change(root, a_md=None, a_yaml=None)
    folders.put(root, {"static/a/index.html": "<p>Own page.</p>"})
    assert [p.message for p in removed(root)] == [
        "there is no longer a page of the claim `p` at `/a/claims/p/`",
        "there is no longer a page of the claim `q` at `/a/claims/q/`",
    ]


def test_drafts_and_future_pages_were_never_permanent(root: Path) -> None:
    removed(root, drafts=True, future=True)
    assert (root / "_site/draft/claims/z/index.html").exists()
    assert removed(root) == []
    assert not (root / "_site/draft").exists()


def test_a_page_that_became_a_draft_is_reported_by_the_build_that_removes_it(root: Path) -> None:
    removed(root)
    change(root, a_md=page("draft: true\n"))
    assert removed(root, drafts=True) == []
    assert len(removed(root)) == 1
    assert removed(root) == []


def test_topics_and_people_are_not_permanent(root: Path) -> None:
    removed(root)
    change(root, a_md=page())
    assert removed(root) == []


def test_each_output_folder_has_its_own_memory(root: Path) -> None:
    removed(root)
    change(root, a_yaml=claims("p"))
    assert removed(root, "elsewhere") == []
    assert len(removed(root)) == 1


def test_address_and_language_of_the_site_make_no_difference(root: Path) -> None:
    removed(root)
    folders.put(root, {"site.toml": f'url = "https://example.org/x/"\nlanguage = "de"\n{SETTINGS}'})
    assert removed(root) == []


def test_a_manifest_from_before_is_fine(root: Path) -> None:
    removed(root)
    manifest = root / "_site" / folders.MANIFEST
    head, _, _ = manifest.read_text().partition(',\n"permanent"')
    manifest.write_text(head + "\n}\n")
    change(root, a_yaml=claims("p"))
    assert removed(root) == []
    change(root, a_yaml=claims())
    assert len(removed(root)) == 1


def test_an_editor_can_allow_it(root: Path) -> None:
    removed(root)
    allow = "allow: [{code: address-removed, reason: Nobody linked to it.}]\n"
    change(root, b_md=page(allow))
    assert removed(root) == []


def test_an_article_below_an_address_of_claims_is_reported_together_with_its_claims(
    root: Path,
) -> None:
    folders.put(root, {"content/claims/c.md": page(), "content/claims/c.yaml": claims("p")})
    removed(root)
    for name in ("claims/c.md", "claims/c.yaml"):
        (root / "content" / name).unlink()
    message = "there is no longer a page at `/claims/c/`, nor pages of its claim"
    assert brief(removed(root)) == [("info", "content/claims/c.md", message)]


def test_a_page_at_the_former_address_of_a_claim_is_not_replaced(root: Path) -> None:
    article = {"content/bb/claims/r.md": "---\ntitle: Own page\n---\nWords.\n"}
    folders.put(root, article)
    assert removed(root) == []
    assert "Own page" in (root / "_site/bb/claims/r/index.html").read_text()
    assert (root / "_site/b/claims/r/index.html").is_file()
