"""Rival claims: every name for a claim of another page, the home page among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.serve.live import LiveSite
from tests.helpers import folders, pages

PAGE = "---\ntitle: {}\n---\nSome words.\n"
CLAIM = '- {{id: {}, claim: "{}", rating: disputed, disputes: [{}]}}\n'
FILES = {
    "site.toml": 'title = "T"\nurl = "https://example.org/base/"\nmenu = ["/"]\n',
    "content/index.md": PAGE.format("Home"),
    "content/index.yaml": "claims:\n" + CLAIM.format("home", "Home.", ""),
    "content/call/index.md": PAGE.format("Call"),
    "content/call/index.yaml": "claims:\n" + CLAIM.format("call", "Call.", ""),
    "content/news/2024/old.md": PAGE.format("Old"),
    "content/news/2024/old.yaml": "claims:\n" + CLAIM.format("old", "Old.", ""),
    "content/C#.md": PAGE.format("C#"),
    "content/C#.yaml": "claims:\n" + CLAIM.format("sharp", "Sharp.", ""),
    "content/Two words/page.md": "---\ntitle: P\nslug: third\n---\nSome words.\n",
    "content/Two words/page.yaml": "claims:\n" + CLAIM.format("third", "Third.", ""),
}


def built(root: Path, page: str, disputes: str, **more: str) -> BuildResult:
    """Build a site with one more page, whose claim `mine` has these rivals."""
    own = {
        f"content/{page}.md": PAGE.format("X"),
        f"content/{page}.yaml": "claims:\n" + CLAIM.format("mine", "X.", disputes),
    }
    return build_site(folders.put(root, FILES | own | more), BuildOptions(jobs=1))


def rivals(root: Path, name: str) -> list[str]:
    """Return the links to rival claims on a page, which must lead to pages."""
    file = root / "_site" / name / "index.html"
    found = pages.parse(file.read_text(encoding="utf-8"))
    links = [
        a.attributes["href"]
        for rival in pages.select(found, ".rival")
        for a in pages.select(rival, "a")
    ]
    found_at = [(file.parent / link).resolve() for link in links]
    assert all((folder / "index.html").is_file() for folder in found_at)
    return [str(folder.relative_to(root / "_site")) for folder in found_at]


HOME = ("/#home", "index#home", "index.md#home", "/index#home", "/index.md#home")
CALL = ("call#call", "call/#call", "/call/#call", "call/index.md#call", "/call/index#call")


@pytest.mark.parametrize(
    ("page", "name", "rival"),
    [
        *(("x", name, "claims/home") for name in HOME),
        *(("deep/x", name, "claims/home") for name in (*HOME, "../index.md#home", "..#home")),
        *(("deep/index", name, "claims/home") for name in HOME),  # beside an index.md of its own
        *(("x", name, "call/claims/call") for name in CALL),
        *(
            ("call/x", name, "call/claims/call")
            for name in (*CALL, "index#call", "./index.md#call")
        ),
        ("x", "news/2024/old#old", "news/2024/old/claims/old"),
        ("news/2024/x", "old.md#old", "news/2024/old/claims/old"),
        ("news/x", "2024/old#old", "news/2024/old/claims/old"),
        ("x", "Two words/page.md#third", "two-words/third/claims/third"),
        ("x", "two-words/third#third", "two-words/third/claims/third"),  # the address
        ("x", "C#.md#sharp", "c-sharp/claims/sharp"),
        ("x", "C##sharp", "c-sharp/claims/sharp"),
    ],
)
def test_names_of_claims_on_other_pages(tmp_path: Path, page: str, name: str, rival: str) -> None:
    done = built(tmp_path, page, f'"{name}"')
    assert done.problems == ()
    own = page.removesuffix("/index")
    other = rival.partition("claims/")[0].rstrip("/") or "."
    assert rival in rivals(tmp_path, own)
    assert rivals(tmp_path, f"{own}/claims/mine") == [rival]
    assert f"{own}/claims/mine" in rivals(tmp_path, other), "both pages show it"
    assert rivals(tmp_path, rival) == [f"{own}/claims/mine"]


def test_the_home_page_names_claims_of_articles(tmp_path: Path) -> None:
    disputed = "claims:\n" + CLAIM.format("home", "H.", '"call#call", "news/2024/old.md#old"')
    folders.put(tmp_path, FILES | {"content/index.yaml": disputed})
    assert build_site(tmp_path, BuildOptions(jobs=1)).problems == ()
    expected = ["call/claims/call", "news/2024/old/claims/old"]
    assert sorted(rivals(tmp_path, "claims/home")) == expected
    assert rivals(tmp_path, "call/claims/call") == ["claims/home"]


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("/#hom", "unknown-claim", "did you mean `/#home`?"),
        ("index#Home", "unknown-claim", "did you mean `index#home`?"),
        ("/#xyz", "unknown-claim", "the claims there: home"),
        ("home#home", "unknown-claim", "did you mean `/#home`?"),
        ("indx#home", "unknown-claim", "did you mean `/#home`?"),
        ("cal#call", "unknown-claim", "did you mean `call#call`?"),
        ("cal.md#call", "unknown-claim", "did you mean `call#call`?"),
        ("call#cal", "unknown-claim", "did you mean `call#call`?"),
        ("call#mine", "unknown-claim", "the claims there: call"),
        ("C#.md#shar", "unknown-claim", "did you mean `C#.md#sharp`?"),
        ("C##shar", "unknown-claim", "did you mean `C##sharp`?"),
        ("min", "unknown-claim", "did you mean `mine`?"),
        ("mine", "disputes-itself", ""),
        ("zzzzzz#call", "unknown-claim", "of the home page as `/#id`"),
        ("#min", "unknown-claim", "that page has no claim"),
        ("#mine", "disputes-itself", ""),
        ("x#mine", "disputes-itself", ""),
        ("/x/#mine", "disputes-itself", ""),
    ],
)
def test_wrong_names(tmp_path: Path, name: str, code: str, hint: str) -> None:
    done = built(tmp_path, "x", f'"call#call", "{name}"')
    (problem,) = done.problems
    assert (problem.code, problem.severity, problem.annotation) == (code, "error", "mine")
    assert hint in problem.hint
    assert (problem.location.path, problem.location.line) == ("content/x.yaml", 2)
    line = (tmp_path / "content/x.yaml").read_text().splitlines()[1]
    assert line[problem.location.column - 1 :].startswith(f'"{name}"')


def test_a_claim_that_disputes_itself_beside_a_draft_with_the_name_of_its_page(
    tmp_path: Path,
) -> None:
    draft = {"content/x.md": "---\ntitle: X\ndraft: true\n---\nWords.\n"}
    done = built(tmp_path, "call/x", '"x#mine"', **draft)
    assert {p.code for p in done.problems} == {"skipped-draft", "disputes-itself"}


def test_claims_of_drafts_are_a_remark(tmp_path: Path) -> None:
    draft = {"content/call/index.md": "---\ntitle: C\ndraft: true\n---\nWords.\n"}
    done = built(tmp_path, "x", '"call#call"', **draft)
    codes = [(p.code, p.severity) for p in done.problems]
    assert codes == [("skipped-draft", "info"), ("link-to-skipped", "info")]
    assert rivals(tmp_path, "x") == []


@pytest.mark.parametrize("name", ["/", "index", "index.md", "/index.md", "./"])
def test_the_home_page_can_be_named_by_pages_and_the_menu(tmp_path: Path, name: str) -> None:
    related = f'---\ntitle: X\nrelated: ["{name}"]\n---\n'
    folders.put(tmp_path, {**FILES, "content/x.md": related})
    toml = FILES["site.toml"].replace('"/"', f'"{name}"')
    folders.put(tmp_path, {"site.toml": toml})
    assert build_site(tmp_path, BuildOptions(jobs=1)).problems == ()
    page = pages.parse((tmp_path / "_site/x/index.html").read_text(encoding="utf-8"))
    (read_next,) = pages.select(page, ".related")
    assert [a.attributes["href"] for a in read_next if a.tag == "a"] == ["../"]


def test_without_a_text_the_home_page_is_no_page_to_name(tmp_path: Path) -> None:
    files = {**FILES, "content/x.md": "---\ntitle: X\nrelated: [/]\n---\n"}
    del files["content/index.md"], files["content/index.yaml"]
    folders.put(tmp_path, files)
    found = build_site(tmp_path, BuildOptions(jobs=1)).problems
    assert [(p.code, p.hint) for p in found] == [
        ("unknown-related", "the home page has no text of its own: add content/index.md"),
        ("unknown-page", "the home page has no text of its own: add content/index.md"),
    ]


def test_serve_finds_a_new_claim_of_the_home_page(tmp_path: Path) -> None:
    more = {"content/call/index.yaml": "claims:\n" + CLAIM.format("call", "C.", '"/#new"')}
    site = LiveSite(folders.put(tmp_path, FILES | more), BuildOptions(jobs=1))
    site.update(None)
    assert "unknown-claim" in {p.code for p in site.state.problems}
    folders.put(tmp_path, {"content/index.yaml": "claims:\n" + CLAIM.format("new", "N.", "")})
    site.update([tmp_path / "content/index.yaml"])
    assert site.state.problems == ()
