"""`explainer diff`: what changed for readers since a revision."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers import folders
from tests.helpers.repository import commit, git, isolate
from tests.helpers.site_history import (
    FILES,
    NOTES,
    OTHER,
    change,
    difference,
    make,
    run,
)


@pytest.fixture(autouse=True)
def _git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make(tmp_path / "site")


def kinds(site: Path, revision: str = "HEAD") -> list[tuple[str, str | None, str | None]]:
    changes = difference(site, revision)["changes"]
    return [(each["kind"], each["old"], each["new"]) for each in changes]


def test_nothing_changed(site: Path) -> None:
    before = folders.state(site / "content")
    assert difference(site) == {
        "since": git(site, "rev-parse", "HEAD"),
        "changes": [],
        "removed": [],
        "notes": [],
    }
    assert (
        "Nothing changed for readers." in run(site, "diff", "HEAD", "--format", "markdown").stdout
    )
    done = run(site, "diff", "HEAD")
    assert done.stdout == ""
    assert done.exit_code == 0
    assert "no changes for readers since" in done.stderr
    assert folders.state(site / "content") == before
    assert git(site, "status", "--porcelain") == ""


CLAIM = "  - id: new\n    claim: New.\n    rating: mixed\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("rating: disputed", "rating: false", ("claim-rerated", "disputed", "false")),
        ("claims:\n", f"claims:\n{CLAIM}", ("claim-added", None, "mixed")),
        (
            "The flood was in 1871.",
            "It was in 1871.",
            ("claim-reworded", "The flood was in 1871.", "It was in 1871."),
        ),
        ("id: oak", "id: wood", ("claim-renamed", "oak", "wood")),
        (
            "quote: built of oak",
            "quote: built of oak by the guild",
            ("quote-moved", "built of oak", "built of oak by the guild"),
        ),
        (
            "[{source: chronicle}]",
            "[{source: chronicle}, {source: chronicle, stance: disputes}]",
            ("evidence-added", None, "disputes"),
        ),
        (
            "evidence: [{source: chronicle}]\n",
            "draft: false\n",
            ("evidence-removed", None, "supports"),
        ),
        ("One chronicle says", "Two chronicles say", ("review-changed", None, None)),
        ("It has a wall.", "It had a wall.", ("note-changed", "It has a wall.", "It had a wall.")),
        ("id: town\n", "id: old-town\n", None),
        ("How much was it?", "How much?", ("question-changed", "How much was it?", "How much?")),
        (
            "question: How",
            "answer: A penny.\n    status: answered\n    question: How",
            ("question-answered", None, "A penny."),
        ),
        ("questions:\n", "  - {note: On everything.}\nquestions:\n", ("note-added", None, None)),
        ("claims:\n", "# A comment\nclaims:\n", None),
        ("    checked: 2025-02-10\n  - id: oak", "    checked: 2026\n  - id: oak", None),
        (
            "    quote: until the flood of 1871\n",
            "    quote: until the flood of 1871\n    prefix: on its bank\n",
            None,
        ),
    ],
)
def test_a_change_of_an_annotation(
    site: Path, old: str, new: str, expected: tuple[str, str | None, str | None] | None
) -> None:
    change(site, "mill.yaml", old, new)
    assert kinds(site) == ([expected] if expected else [])
    # The text and the Markdown name it, too.
    for form in ("text", "markdown"):
        assert ("The mill" in run(site, "diff", "HEAD", "--format", form).stdout) == bool(expected)


def test_a_look_alike_is_another_passage(site: Path) -> None:
    quote = "    quote: a small toll\n    prefix: "
    change(site, "mill.yaml", "    quote: a small toll\n", quote + "who charged\n")
    commit(site)
    change(site, "mill.yaml", quote + "who charged\n", quote + "guild demanded\n")
    assert kinds(site) == [("quote-moved", "a small toll", "a small toll")]


def test_a_claim_that_is_gone_has_an_alias_to_add(site: Path) -> None:
    text = (site / "content/mill.yaml").read_text()
    at = text.index("  - id: oak"), text.index("notes:")
    (site / "content/mill.yaml").write_text(text[: at[0]] + text[at[1] :])
    found = difference(site)
    assert [each["kind"] for each in found["changes"]] == ["claim-withdrawn"]
    (gone,) = found["removed"]
    assert gone["address"] == "/mill/claims/oak/"
    assert "`aliases: [/mill/claims/oak/]`" in gone["hint"]
    change(site, "mill.md", "title: The mill\n", "title: The mill\naliases: [/mill/claims/oak/]\n")
    assert difference(site)["removed"] == []


@pytest.mark.parametrize("added", [True, False])
def test_a_renamed_article_with_a_changed_rating(site: Path, added: bool) -> None:
    for ending in ("md", "yaml"):
        (site / f"content/mill.{ending}").rename(site / f"content/water.{ending}")
    change(site, "water.yaml", "rating: disputed", "rating: false")
    if added:
        git(site, "add", "--all")
    found = difference(site)
    assert [(each["kind"], each["old"], each["new"]) for each in found["changes"]] == [
        ("article-renamed", "/mill/", "/water/"),
        ("claim-rerated", "disputed", "false"),
    ]
    (gone,) = found["removed"]
    assert gone["address"] == "/mill/"
    assert gone["file"] == "content/water.md"
    assert "its 2 claims" in gone["message"]
    change(site, "water.md", "title: The mill\n", "title: The mill\naliases: [/mill/]\n")
    assert difference(site)["removed"] == []
    assert kinds(site)[0] == ("article-renamed", "/mill/", "/water/")


def test_a_rewritten_article_is_known_by_its_alias(site: Path) -> None:
    (site / "content/mill.md").unlink()
    text = "---\ntitle: Water\naliases: [/mill/]\n---\n\nAll new, until the flood of 1871.\n"
    (site / "content/water.md").write_text(text)
    notes = NOTES.partition("  - id: oak")[0].replace("disputed", "mixed")
    (site / "content/mill.yaml").unlink()
    (site / "content/water.yaml").write_text(notes)
    assert ("claim-rerated", "disputed", "mixed") in kinds(site)
    assert [each["address"] for each in difference(site)["removed"]] == ["/mill/claims/oak/"]


def test_a_slug_changes_the_address(site: Path) -> None:
    change(site, "mill.md", "date: 2024", "slug: water\ndate: 2024")
    found = difference(site)
    assert [each["kind"] for each in found["changes"]] == ["article-renamed"]
    assert found["removed"][0]["file"] == "content/mill.md"


def test_two_articles_swap_their_names(site: Path) -> None:
    contents = {name: (site / "content" / name).read_bytes() for name in ("mill.md", "mill.yaml")}
    for ending in ("md", "yaml"):
        inn = site / f"content/inn/index.{ending}"
        (site / f"content/mill.{ending}").write_bytes(inn.read_bytes())
        inn.write_bytes(contents[f"mill.{ending}"])
    assert kinds(site) == [
        ("article-renamed", "/mill/", "/inn/"),
        ("article-renamed", "/inn/", "/mill/"),
    ]
    gone = {each["address"]: each["file"] for each in difference(site)["removed"]}
    assert gone == {
        "/mill/claims/flood/": "content/inn/index.yaml",
        "/mill/claims/oak/": "content/inn/index.yaml",
        "/inn/claims/rest/": "content/mill.yaml",
    }


def test_a_copy_of_an_article_that_is_edited_is_a_new_article(site: Path) -> None:
    mill = site / "content/mill.md"
    old = mill.read_text()
    title = old.partition("title: ")[2].partition("\n")[0]
    (site / "content/copy.md").write_text(old.replace(title, "A copy", 1))
    mill.write_text(f"{old}\nAnd more.\n")
    assert kinds(site) == [("article-added", None, None), ("article-edited", None, None)]


@pytest.mark.parametrize("target", ["inn/index", "new"])
def test_a_claim_moves_to_another_article(site: Path, target: str) -> None:
    text = (site / "content/mill.yaml").read_text()
    start, end = text.index("  - id: oak"), text.index("notes:")
    claim = text[start:end].replace('"true"', '"false"').replace("    quote: built of oak\n", "")
    (site / "content/mill.yaml").write_text(text[:start] + text[end:])
    folders.put(site, {"content/new.md": OTHER.replace("The inn", "New")})
    folders.put(site, {"content/new.yaml": "claims:\n"})
    change(site, f"{target}.yaml", "claims:\n", f"claims:\n{claim}")
    address = f"/{target.removesuffix('/index')}/claims/oak/"
    found = kinds(site)
    assert ("claim-moved", "/mill/claims/oak/", address) in found
    assert ("claim-rerated", "true", "false") in found
    assert not {"claim-added", "claim-withdrawn"} & {kind for kind, _, _ in found}
    (gone,) = difference(site)["removed"]
    assert f"front matter of `content/{target}.md`" in gone["hint"]
    assert "Claim moved: /mill/claims/oak/ →" in run(site, "diff", "HEAD").stdout
    done = run(site, "check", "--against", "HEAD", "--no-advice")
    assert f"content/{target}.yaml:" in done.stderr
    assert "warning[rating-not-recorded]" in done.stderr


def test_articles_come_and_go(site: Path) -> None:
    (site / "content/new.md").write_text("---\ntitle: New\n---\n\nText.\n")
    for ending in ("md", "yaml"):
        (site / f"content/inn/index.{ending}").unlink()
    found = difference(site)
    assert [(each["kind"], each["address"]) for each in found["changes"]] == [
        ("article-added", "/new/"),
        ("article-removed", "/inn/"),
    ]
    assert [each["address"] for each in found["removed"]] == ["/inn/"]


def test_drafts_and_the_future_are_not_for_readers(site: Path) -> None:
    folders.put(site, {"content/draft.md": "---\ntitle: D\ndraft: true\n---\n\nText.\n"})
    folders.put(site, {"content/late.md": "---\ntitle: L\ndate: 2999-01-01\n---\n\nText.\n"})
    change(site, "mill.yaml", "claims:\n", f"claims:\n{CLAIM}    draft: true\n")
    assert kinds(site) == []
    change(site, "mill.yaml", "  - id: oak\n", "  - id: oak\n    draft: true\n")
    assert [kind for kind, _, _ in kinds(site)] == ["claim-withdrawn"]
    (gone,) = difference(site)["removed"]
    assert "now a draft" in gone["hint"]
    change(site, "mill.md", "date: 2024", "draft: true\ndate: 2024")
    assert [kind for kind, _, _ in kinds(site)] == ["article-removed"]


def test_an_article_becomes_visible_when_its_day_comes(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.put(site, {"content/late.md": "---\ntitle: L\ndate: 2026-01-02\n---\n\nText.\n"})
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T12:00:00Z")
    commit(site)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796040000")
    assert [kind for kind, _, _ in kinds(site)] == ["article-added"]


def test_corrections_and_titles(site: Path) -> None:
    new = "title: A mill\ncorrections: [{date: 2026-05-01, text: It was 1871.}]\n"
    change(site, "mill.md", "title: The mill\n", new)
    change(site, "mill.md", "after two days", "after three days")
    assert kinds(site) == [
        ("article-retitled", "The mill", "A mill"),
        ("article-corrected", None, "2026-05-01"),
        ("article-edited", None, None),
    ]
    text = run(site, "diff", "HEAD", "--format", "markdown").stdout
    assert "### A mill" in text
    assert "- **Correction**: [It was 1871.](https://example.org/mill/) (2026-05-01)" in text


def test_sources_are_known_by_their_addresses(site: Path) -> None:
    text = (site / "content/mill.yaml").read_text()
    (site / "content/mill.yaml").write_text(
        text.replace("chronicle", "annals", 1).replace("source: chronicle", "source: annals")
    )
    assert kinds(site) == []
    # In the library, too.
    change(
        site,
        "mill.yaml",
        'sources:\n  annals: {title: The chronicle, url: "https://example.org/chronicle"}\n',
        "",
    )
    library = 'sources:\n  annals: {title: The chronicle, url: "https://example.org/chronicle"}\n'
    folders.put(site, {"content/_library.yaml": library})
    assert kinds(site) == []


def test_markdown_of_texts_is_escaped(site: Path) -> None:
    change(site, "mill.yaml", "claim: The flood was in 1871.", 'claim: "*A* [b](c) <d> @e & #1"')
    text = run(site, "diff", "HEAD", "--format", "markdown").stdout
    assert r"\*A\* \[b\](c) \<d\> \@e \& \#1" in text


# --- odd repositories ----------------------------------------------------------------------------


def test_without_git(tmp_path: Path) -> None:
    site = folders.put(tmp_path / "site", FILES)
    done = run(site, "diff", "HEAD")
    assert done.exit_code == 2
    assert "needs git" in done.output
    done = run(site, "diff")
    assert done.exit_code == 2


@pytest.mark.parametrize("revision", ["nothing", "--all", "HEAD~99", ""])
def test_an_unknown_revision(site: Path, revision: str) -> None:
    done = run(site, "diff", "--", revision)
    assert done.exit_code == 2
    assert f"git knows no revision `{revision}`" in done.output


def test_a_site_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    site = make(tmp_path / "top/docs/site", top=tmp_path / "top")
    folders.put(tmp_path / "top", {"content/mill.md": "another file"})
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert kinds(site) == [("claim-rerated", "disputed", "false")]
    commit(tmp_path / "top")
    # The site's folder is renamed.
    (tmp_path / "top/docs").rename(tmp_path / "top/pages")
    site = tmp_path / "top/pages/site"
    git(site, "add", "--all", "../..")
    assert kinds(site) == []
    assert kinds(site, "HEAD~1") == [("claim-rerated", "disputed", "false")]


def test_a_revision_before_the_site(tmp_path: Path) -> None:
    top = folders.put(tmp_path / "top", {"README.md": "Hello"})
    git(top, "init", "--quiet", "--initial-branch=main")
    commit(top)
    site = folders.put(top / "site", FILES)
    commit(top)
    found = difference(site, "HEAD~1")
    assert [each["kind"] for each in found["changes"]] == ["article-added"] * 2
    assert found["notes"] == ["there was no site then"]


def test_a_detached_head_and_another_worktree(site: Path, tmp_path: Path) -> None:
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    commit(site)
    git(site, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"), "HEAD")
    assert kinds(tmp_path / "tree", "main~1") == [("claim-rerated", "disputed", "false")]


def test_a_shallow_clone(site: Path, tmp_path: Path) -> None:
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    commit(site)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{site}", "clone")
    assert kinds(tmp_path / "clone") == []
    done = run(tmp_path / "clone", "diff", "HEAD~1")
    assert done.exit_code == 2
    assert "git fetch --unshallow" in done.output
    git(tmp_path / "clone", "fetch", "--quiet", "--unshallow")
    assert kinds(tmp_path / "clone", "main~1") == [("claim-rerated", "disputed", "false")]


def test_a_branch_of_the_remote(site: Path, tmp_path: Path) -> None:
    git(site, "branch", "base")
    git(tmp_path, "clone", "--quiet", str(site), "clone")
    assert kinds(tmp_path / "clone", "base") == []


def test_windows_line_ends_are_no_change(site: Path) -> None:
    for name in ("mill.md", "mill.yaml"):
        file = site / "content" / name
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert kinds(site) == []


@pytest.mark.parametrize(
    ("path", "broken", "note"),
    [
        ("content/mill.yaml", "claims: [", "content/mill.yaml had errors then"),
        ("content/mill.md", "---\ntitle: [\n---\n", "content/mill.md"),
        ("site.toml", "title = [", "site.toml has errors there"),
        ("content/mill.yaml", "claims:\n  - {id: flood, rating: [}\n", "content/mill.yaml had"),
    ],
)
def test_broken_files_at_the_revision(site: Path, path: str, broken: str, note: str) -> None:
    good = (site / path).read_text()
    (site / path).write_text(broken)
    commit(site)
    (site / path).write_text(good)
    change(site, "inn/index.yaml", '"true"', '"false"')
    found = difference(site)
    assert "claim-rerated" in [each["kind"] for each in found["changes"]]
    assert any(note in each for each in found["notes"])
    assert "claim-added" not in [each["kind"] for each in found["changes"]]


def test_a_broken_file_now_is_reported(site: Path) -> None:
    (site / "content/mill.yaml").write_text("claims: [")
    change(site, "inn/index.yaml", '"true"', '"false"')
    found = difference(site)
    assert [each["kind"] for each in found["changes"]] == ["claim-rerated"]
    note = "content/mill.yaml has errors now, so its annotations are not compared"
    assert found["notes"] == [note]
    assert found["removed"] == []


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("now", [False, True])
def test_an_article_that_cannot_be_read_is_neither_new_nor_gone(
    site: Path, now: bool, renamed: bool
) -> None:
    article = site / "content/inn/index.md"
    good = article.read_text()
    broken = good.replace("title: The inn", "title: [")
    if not now:
        article.write_text(broken)
        commit(site)
        article.write_text(good)
    if renamed:
        (site / "content/inn").rename(site / "content/house")
        article = site / "content/house/index.md"
        git(site, "add", "--all")
    if now:
        article.write_text(broken)
    done = run(site, "diff", "HEAD", "--format", "json")
    assert done.exit_code == int(now)
    found = json.loads(done.stdout)
    assert found["changes"] == []
    assert found["removed"] == []
    path = f"content/{'house' if renamed and now else 'inn'}/index.md"
    assert found["notes"] == [
        f"{path} {'has errors now' if now else 'had errors then'}, so it is not compared"
    ]


@pytest.mark.parametrize("now", [False, True])
@pytest.mark.parametrize(
    ("name", "what"),
    [("mill.md", "it is"), ("mill.yaml", "its annotations are"), ("_library.yaml", "it is")],
)
def test_a_file_that_is_not_text_is_neither_new_nor_gone(
    site: Path, name: str, what: str, now: bool
) -> None:
    file = site / "content" / name
    if name == "_library.yaml":
        file.write_text("sources: {}\n")
        commit(site)
    good = file.read_bytes()
    file.write_bytes(good + b"\xff\n")
    if not now:
        commit(site)
        file.write_bytes(good)
    found = json.loads(run(site, "diff", "HEAD", "--format", "json").stdout)
    assert (found["changes"], found["removed"]) == ([], [])
    when = "has errors now" if now else "had errors then"
    assert found["notes"] == [f"content/{name} {when}, so {what} not compared"]
    checked = json.loads(run(site, "check", "--against", "HEAD", "--format", "json").stdout)
    codes = {each["code"] for each in checked}
    assert "address-removed" not in codes
    assert ("not-compared" in codes) is not now


def test_a_broken_library_is_no_change_of_evidence(site: Path) -> None:
    source = '  chronicle: {title: The chronicle, url: "https://example.org/chronicle"}\n'
    change(site, "mill.yaml", f"sources:\n{source}", "")
    folders.put(site, {"content/_library.yaml": f"sources:\n{source}"})
    commit(site)
    change(site, "_library.yaml", "sources:\n", "sources: [\n")
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert kinds(site) == [("claim-rerated", "disputed", "false")]
    commit(site)
    change(site, "_library.yaml", "sources: [\n", "sources:\n")
    assert kinds(site) == []


def test_content_in_a_submodule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    articles = {n.removeprefix("content/"): t for n, t in FILES.items() if n.startswith("content/")}
    make(tmp_path / "articles", articles)
    site = make(tmp_path / "site", {"site.toml": FILES["site.toml"]})
    git(site, "submodule", "--quiet", "add", str(tmp_path / "articles"), "content")
    commit(site)
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert kinds(site) == [("claim-rerated", "disputed", "false")]
    git(site / "content", "commit", "--quiet", "--all", "--message", "x")
    assert kinds(site) == [("claim-rerated", "disputed", "false")]
    git(tmp_path, "clone", "--quiet", str(site), "clone")
    folders.put(tmp_path / "clone", {"content/a.md": "---\ntitle: A\n---\n\nText.\n"})
    found = difference(tmp_path / "clone")
    assert found["notes"][0] == "the files of the submodule content are not compared"


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_symbolic_links_lead_nowhere_else(site: Path, tmp_path: Path) -> None:
    secret = folders.put(tmp_path / "secret", {"a.md": "---\ntitle: Secret\n---\n\nText.\n"})
    (site / "content/leak.md").symlink_to(secret / "a.md")
    (site / "content/own.md").symlink_to("mill.md")
    commit(site)
    (site / "content/leak.md").unlink()
    found = difference(site)
    assert found["changes"] == []
    assert "Secret" not in str(found)


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_the_content_folder_is_a_link(tmp_path: Path) -> None:
    files = {name.replace("content/", "texts/"): text for name, text in FILES.items()}
    site = folders.put(tmp_path / "site", files)
    (site / "content").symlink_to("texts", target_is_directory=True)
    make(site, {})
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert kinds(site) == [("claim-rerated", "disputed", "false")]


def test_names_beyond_ascii(site: Path) -> None:
    folders.put(site, {"content/Über uns.md": OTHER.replace("The inn", "Über")})
    commit(site)
    change(site, "Über uns.md", "every night", "each night")
    assert kinds(site) == [("article-edited", None, None)]


# --- the last publication ------------------------------------------------------------------------

WORKFLOW = "jobs:\n  deploy:\n    steps:\n      - uses: actions/deploy-pages@0123456 # v1\n"


def publish(site: Path, hub: Path) -> None:
    git(hub.parent, "init", "--quiet", "--bare", str(hub))
    git(site, "remote", "add", "origin", str(hub))
    done = run(site, "publish")
    assert done.exit_code == 0, done.output


def workflow(site: Path, hub: Path) -> None:
    folders.put(site, {".github/workflows/pages.yml": WORKFLOW})
    commit(site)
    git(hub.parent, "init", "--quiet", "--bare", str(hub))
    git(site, "remote", "add", "origin", str(hub))
    git(site, "push", "--quiet", "origin", "main")


def tag(site: Path, hub: Path) -> None:
    git(site, "tag", "v1.0")


@pytest.mark.parametrize(
    ("do", "name"),
    [
        (publish, "published on origin/gh-pages"),
        (workflow, "origin/main, which the workflow publishes"),
        (tag, "the last tag, v1.0"),
    ],
)
def test_the_last_publication(
    site: Path, tmp_path: Path, do: Callable[[Path, Path], None], name: str
) -> None:
    do(site, tmp_path / "hub.git")
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    commit(site)
    done = run(site, "diff")
    assert done.exit_code == 0, done.output
    assert name in done.stderr
    assert "New rating: Disputed → False" in done.stdout


def test_no_publication_is_known(site: Path) -> None:
    done = run(site, "diff")
    assert done.exit_code == 2
    assert "Name a revision: explainer diff main" in done.output
