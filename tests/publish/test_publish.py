"""`explainer publish`, with a bare repository as the remote and another author's clone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from explainer.cli import main
from explainer.publish import push
from explainer.publish.git import PublishError
from explainer.publish.plan import Plan, pages_address
from tests.helpers import folders
from tests.helpers.repository import commit, git, isolate

SITE = {
    "site.toml": 'title = "T"\nurl = "https://example.org/t/"\n',
    ".gitignore": "/_site/\n/.explainer/\n",
    "content/a.md": "---\ntitle: A\n---\n\nSome words.\n",
    "content/a.yaml": "notes: [{quote: words, note: A note.}]\n",
    "content/b.md": "---\ntitle: B\n---\n\nOther words.\n",
}


@pytest.fixture(autouse=True)
def _git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with repositories to copy: a committed site, and `hub.git`, where it is pushed."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, folder)
        create_site(folder / "my site", create_hub(folder))
    return folder


def create_hub(folder: Path) -> Path:
    hub = folder / "hub.git"
    git(folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(hub))
    return hub


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    return create_hub(tmp_path)


@pytest.fixture
def site(tmp_path: Path, hub: Path, first: Path) -> Path:
    """A committed site in its own repository, with `hub` as its origin."""
    shutil.copytree(first / "hub.git", hub, dirs_exist_ok=True)
    site = folders.copy(first / "my site", tmp_path / "my site")
    git(site, "remote", "set-url", "origin", str(hub))
    return site


def create_site(repository: Path, hub: Path, below: str = "") -> Path:
    root = folders.put(repository / below, SITE)
    git(repository, "init", "--quiet", "--template=", "--initial-branch=main")
    git(repository, "remote", "add", "origin", str(hub))
    commit(repository)
    git(repository, "push", "--quiet", "origin", "main")
    return root


def run(root: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["--site", str(root), "publish", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def published(root: Path, *arguments: str) -> str:
    result = run(root, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refused(root: Path, *arguments: str) -> str:
    result = run(root, *arguments)
    assert result.exit_code == 2, result.stdout
    assert "Error: " in result.stderr
    return result.stderr


def files_on(hub: Path, branch: str = "gh-pages") -> set[str]:
    return set(git(hub, "ls-tree", "-r", "--name-only", branch).splitlines())


def log(hub: Path, branch: str = "gh-pages") -> list[str]:
    return git(hub, "log", "--format=%s", branch).splitlines()


def refs(repository: Path) -> str:
    """Return all refs of a repository except remote-tracking branches."""
    return git(repository, "for-each-ref", "refs/heads", "refs/tags", "refs/explainer")


# --- what is pushed ------------------------------------------------------------------------------


def test_the_branch_contains_only_the_site(site: Path, hub: Path) -> None:
    out = published(site)
    files = files_on(hub)
    assert {"index.html", "a/index.html", "a/annotations.json", "feed.xml"} <= files
    assert ".nojekyll" in files
    assert "CNAME" not in files
    assert not [name for name in files if ".explainer" in name or name.endswith((".md", ".toml"))]
    short = git(site, "rev-parse", "--short", "main")
    assert log(hub) == [f"Publish the site from main at {short}"]
    assert f"main at {short}" in out
    assert "gh-pages on origin" in out
    assert git(hub, "log", "-1", "--format=%cn <%ce>", "gh-pages") == "Ann Author <ann@example.org>"
    assert 'rel=canonical href="https://example.org/t/a/"' in git(
        hub, "show", "gh-pages:a/index.html"
    )


def test_published_files_equal_a_build(site: Path, hub: Path, tmp_path: Path) -> None:
    folders.put(site, {"static/data.bin": bytes(range(256)) * 40, "static/ü ä.txt": "crlf\r\n"})
    commit(site)
    git(site, "config", "core.autocrlf", "true")
    published(site)
    output = tmp_path / "built"
    built = CliRunner().invoke(main, ["--site", str(site), "build", "-o", str(output)])
    assert built.exit_code == 0
    git(hub, "worktree", "add", "--quiet", str(tmp_path / "there"), "gh-pages")
    there = folders.contents(tmp_path / "there")
    expected = folders.contents(output)
    del there[".git"], there[".nojekyll"], expected[".explainer-manifest.json"]
    assert there == expected


def test_the_local_repository_is_unchanged(site: Path, hub: Path) -> None:
    folders.put(site, {"_site/mine.txt": "by hand"})
    git(site, "branch", "gh-pages")  # has the same name, but is not the published branch
    index = (site / ".git/index").read_bytes()
    before, branches = folders.state(site / "content"), refs(site)
    published(site)
    assert (site / ".git/index").read_bytes() == index
    assert folders.state(site / "content") == before
    assert folders.contents(site / "_site") == {"mine.txt": b"by hand"}
    assert refs(site) == branches, "no branch was created, moved, or left over"
    assert git(site, "symbolic-ref", "--short", "HEAD") == "main"
    assert git(site, "status", "--porcelain") == ""


def test_publishing_again_changes_nothing(site: Path, hub: Path) -> None:
    published(site)
    tip = git(hub, "rev-parse", "gh-pages")
    assert "Nothing to publish" in published(site)
    folders.put(site, {"notes.txt": "no part of the site"})
    commit(site)
    assert "Nothing to publish" in published(site)
    assert git(hub, "rev-parse", "gh-pages") == tip


def test_two_publications_make_two_commits(site: Path, hub: Path) -> None:
    published(site, "--message", "-one")
    (site / "content/b.md").unlink()
    folders.put(site, {"content/c.md": "---\ntitle: C\n---\n\nNew.\n"})
    commit(site)
    out = published(site, "-m", "two")
    assert log(hub) == ["two", "-one"]
    files = files_on(hub)
    assert "c/index.html" in files
    assert "b/index.html" not in files, "what the site has no longer disappears"
    assert "- b/index.html" in out
    assert "+ c/index.html" in out
    assert "~ index.html" in out


def test_other_remote_and_branch(site: Path, hub: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.git"
    git(tmp_path, "init", "--quiet", "--bare", str(other))
    git(site, "remote", "add", "other", str(other))
    published(site, "--remote", "other", "--branch", "deep/pages")
    assert "index.html" in files_on(other, "deep/pages")
    assert git(hub, "branch", "--list", "gh-pages") == ""


def test_the_branch_in_the_settings(site: Path, hub: Path) -> None:
    folders.put(site, {"site.toml": SITE["site.toml"] + '[publish]\nbranch = "live"\n'})
    commit(site)
    published(site)
    assert "index.html" in files_on(hub, "live")


def test_a_site_in_a_folder_of_the_repository(tmp_path: Path, hub: Path) -> None:
    repository = tmp_path / "repository"
    root = create_site(repository, hub, "docs/the site")
    folders.put(repository, {"elsewhere.txt": "not committed, and no part of the site"})
    published(root)
    assert "a/index.html" in files_on(hub)
    folders.put(root, {"content/a.md": "---\ntitle: A\n---\n\nChanged words.\n"})
    assert "content/a.md" in refused(root)


def test_a_dry_run_pushes_nothing(site: Path, hub: Path) -> None:
    before = refs(site)
    out = published(site, "--dry-run")
    assert "Nothing was pushed" in out
    assert git(hub, "branch", "--list", "gh-pages") == ""
    assert refs(site) == before
    published(site)
    (site / "content/b.md").unlink()
    commit(site)
    tip = git(hub, "rev-parse", "gh-pages")
    assert "- b/index.html" in published(site, "--dry-run")
    assert git(hub, "rev-parse", "gh-pages") == tip


# --- other authors -------------------------------------------------------------------------------


def push_from_clone(
    hub: Path, folder: Path, files: dict[str, str], branch: str = "gh-pages"
) -> str:
    """Commit files to a branch in another clone, push it, and return the commit."""
    if not folder.exists():
        git(folder.parent, "clone", "--quiet", "--branch", branch, str(hub), str(folder))
    git(folder, "pull", "--quiet", "--ff-only", "origin", branch)
    folders.put(folder, files)
    tip = commit(folder, "Somebody else's")
    git(folder, "push", "--quiet", "origin", branch)
    return tip


def test_commits_on_the_remote_are_kept(site: Path, hub: Path, tmp_path: Path) -> None:
    published(site, "-m", "one")
    theirs = push_from_clone(hub, tmp_path / "clone", {"hello.html": "theirs"})
    out = published(site, "-m", "two")
    assert log(hub) == ["two", "Somebody else's", "one"]
    assert git(hub, "rev-parse", "gh-pages^") == theirs
    assert "- hello.html" in out, "reported, and kept in the branch's history"
    assert git(hub, "show", f"{theirs}:hello.html") == "theirs"


def test_a_remote_that_changes_during_the_build(
    site: Path, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(site, "-m", "one")
    folders.put(site, {"content/a.md": "---\ntitle: A\n---\n\nChanged words.\n"})
    commit(site)
    real, moves = push._commit, iter("xy")

    def late(plan: Plan, folder: Path, temporary: str) -> str:
        """Push twice from another clone after our fetch."""
        result = real(plan, folder, temporary)
        if name := next(moves, ""):
            push_from_clone(hub, tmp_path / "clone", {name: name})
        return result

    monkeypatch.setattr(push, "_commit", late)
    out = published(site, "-m", "two")
    assert log(hub) == ["two", "Somebody else's", "Somebody else's", "one"]
    assert "has new commits" in out
    assert "explainer-publish" not in refs(site)


def test_a_remote_that_keeps_changing(
    site: Path, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(site, "-m", "one")
    folders.put(site, {"content/a.md": "---\ntitle: A\n---\n\nChanged words.\n"})
    commit(site)
    real, count = push._commit, iter(range(99))

    def late(plan: Plan, folder: Path, temporary: str) -> str:
        result = real(plan, folder, temporary)
        push_from_clone(hub, tmp_path / "clone", {f"{next(count)}": "x"})
        return result

    monkeypatch.setattr(push, "_commit", late)
    assert "rejected" in refused(site)
    assert set(log(hub)) == {"one", "Somebody else's"}, "nothing was forced"
    assert "explainer-publish" not in refs(site)


def test_a_branch_that_appears_during_the_build(
    site: Path, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, moves = push._commit, iter("x")

    def late(plan: Plan, folder: Path, temporary: str) -> str:
        result = real(plan, folder, temporary)
        if next(moves, ""):
            clone = tmp_path / "clone"
            git(tmp_path, "clone", "--quiet", str(hub), str(clone))
            git(clone, "switch", "--quiet", "--orphan", "gh-pages")
            folders.put(clone, {"theirs": "x"})
            commit(clone, "Theirs")
            git(clone, "push", "--quiet", "origin", "gh-pages")
        return result

    monkeypatch.setattr(push, "_commit", late)
    published(site, "-m", "ours")
    assert log(hub) == ["ours", "Theirs"]


def test_a_second_author_publishes_on_top(site: Path, hub: Path, tmp_path: Path) -> None:
    published(site, "-m", "one")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(hub), str(clone))
    folders.put(clone, {"content/b.md": "---\ntitle: B\n---\n\nBy the second.\n"})
    commit(clone)
    published(clone, "-m", "two")
    folders.put(site, {"content/c.md": "---\ntitle: C\n---\n\nBy the first.\n"})
    commit(site)
    published(site, "-m", "three")
    assert log(hub) == ["three", "two", "one"]


# --- CNAME, addresses ----------------------------------------------------------------------------


def test_the_domain_in_the_settings(site: Path, hub: Path) -> None:
    folders.put(site, {"site.toml": 'title = "T"\n[publish]\ncname = "www.example.org"\n'})
    commit(site)
    out = published(site)
    assert git(hub, "show", "gh-pages:CNAME") == "www.example.org"
    assert "for    https://www.example.org/" in out
    assert 'rel=canonical href="https://www.example.org/a/"' in git(
        hub, "show", "gh-pages:a/index.html"
    )


def test_the_domain_in_a_file(site: Path, hub: Path) -> None:
    folders.put(site, {"static/CNAME": "www.example.org\n", "site.toml": 'title = "T"\n'})
    commit(site)
    assert "https://www.example.org/" in published(site)
    assert git(hub, "show", "gh-pages:CNAME") == "www.example.org"


def test_a_domain_from_github_is_kept(site: Path, hub: Path, tmp_path: Path) -> None:
    published(site)
    push_from_clone(hub, tmp_path / "clone", {"CNAME": "kept.example.org"})
    out = published(site)
    assert git(hub, "show", "gh-pages:CNAME") == "kept.example.org"
    assert "kept.example.org" in out
    assert "`url` in site.toml is https://example.org/t/" in out, "one of the two is wrong"


def test_a_domain_added_by_github_during_the_build_is_kept(
    site: Path, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(site)
    folders.put(site, {"content/a.md": "---\ntitle: A\n---\n\nChanged words.\n"})
    commit(site)
    real, moves = push._commit, iter("x")

    def late(plan: Plan, folder: Path, temporary: str) -> str:
        result = real(plan, folder, temporary)
        if next(moves, ""):
            push_from_clone(hub, tmp_path / "clone", {"CNAME": "late.example.org"})
        return result

    monkeypatch.setattr(push, "_commit", late)
    published(site)
    assert git(hub, "show", "gh-pages:CNAME") == "late.example.org"
    assert "Changed words" not in git(hub, "show", "gh-pages^:a/index.html")


def test_tags_and_other_branches_are_not_pushed(site: Path, hub: Path) -> None:
    git(site, "config", "push.followTags", "true")
    git(site, "config", "fetch.prune", "true")
    git(site, "tag", "--annotate", "--message", "x", "v1")
    git(site, "branch", "private")
    published(site)
    published(site, "--allow-dirty")
    branches = git(hub, "for-each-ref", "--format=%(refname)").splitlines()
    assert branches == ["refs/heads/gh-pages", "refs/heads/main"]
    assert git(site, "branch", "--list", "private")


@pytest.mark.parametrize("name", ["https://example.org/", "example", "-x.org", "a b.org"])
def test_invalid_domains(name: str, site: Path, hub: Path) -> None:
    folders.put(site, {"site.toml": f'title = "T"\n[publish]\ncname = "{name}"\n'})
    commit(site)
    assert name in refused(site)


def test_conflicting_domains(site: Path, hub: Path) -> None:
    settings = 'title = "T"\n[publish]\ncname = "one.example.org"\n'
    folders.put(site, {"site.toml": settings, "static/CNAME": "two.example.org\n"})
    commit(site)
    message = refused(site)
    assert "one.example.org" in message
    assert "two.example.org" in message


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/Octo-Cat/my-repo.git", "https://octo-cat.github.io/my-repo/"),
        ("https://github.com/o/r", "https://o.github.io/r/"),
        ("https://token:x@github.com/o/r.git", "https://o.github.io/r/"),
        ("git@github.com:o/My.Repo.git", "https://o.github.io/My.Repo/"),
        ("ssh://git@github.com/o/r.git", "https://o.github.io/r/"),
        ("ssh://git@github.com:22/o/r.git", "https://o.github.io/r/"),
        ("git@github.com:Octo/octo.github.io.git", "https://octo.github.io/"),
        ("https://gitlab.com/o/r.git", None),
        ("https://github.com.example.org/o/r.git", None),
        ("https://example.org/github.com/o/r.git", None),
        ("../hub.git", None),
        ("", None),
    ],
)
def test_github_pages_addresses(remote: str, address: str | None) -> None:
    assert pages_address(remote) == address


# --- errors ------------------------------------------------------------------------------------


def test_uncommitted_changes(site: Path, hub: Path) -> None:
    for name, content in {
        "content/a.md": "---\ntitle: A\n---\n\nChanged words.\n",
        "content/new ü.md": "---\ntitle: New\n---\n\nNot added.\n",
        "static/x.txt": "x",
        "themes/default/styles/99.css": "p {}",
    }.items():
        folders.put(site, {name: content})
        message = refused(site)
        assert name in message
        assert "--allow-dirty" in message
        assert git(hub, "branch", "--list", "gh-pages") == ""
        if name != "themes/default/styles/99.css":
            commit(site)
    assert "uncommitted changes" in published(site, "--allow-dirty")
    assert log(hub)[0].endswith("with uncommitted changes")


def test_build_output_is_not_an_uncommitted_change(site: Path, hub: Path) -> None:
    (site / ".gitignore").unlink()
    folders.put(site, {"site.toml": SITE["site.toml"] + '[build]\noutput = "public[1]"\n'})
    commit(site)
    for _ in range(2):
        assert CliRunner().invoke(main, ["--site", str(site), "build"]).exit_code == 0
        published(site)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("content/a.yaml", "notes: [{quote: lost, note: A note.}]\n", "quote-lost"),
        ("content/a.yaml", "notes:\n- quote: words\n  note: The #1 hit\n", "warning"),
        ("site.toml", 'title = "T"\ntitel = "U"\n', "titel"),
    ],
)
def test_a_build_that_fails(file: str, text: str, expected: str, site: Path, hub: Path) -> None:
    folders.put(site, {file: text})
    commit(site)
    result = run(site)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert git(hub, "branch", "--list", "gh-pages") == ""
    assert "explainer-publish" not in refs(site)


def test_the_checked_out_branch(site: Path) -> None:
    message = refused(site, "--branch", "main")
    assert "main is the checked-out branch" in message
    assert "gh-pages" in message


def test_a_branch_with_the_sources(tmp_path: Path, hub: Path) -> None:
    root = create_site(tmp_path / "repository", hub, "site")
    git(root, "switch", "--quiet", "--create", "work")
    before = git(hub, "rev-parse", "main")
    assert "sources" in refused(root, "--branch", "main")
    assert git(hub, "rev-parse", "main") == before


def test_a_branch_with_other_work(site: Path, hub: Path, tmp_path: Path) -> None:
    """The branch is older than the site, but is not a branch for pages."""
    git(site, "switch", "--quiet", "--create", "work")
    git(site, "push", "--quiet", "origin", "work:shared")
    push_from_clone(hub, tmp_path / "clone", {"site.toml.moved": "", "x.py": ""}, "shared")
    git(tmp_path / "clone", "rm", "--quiet", "site.toml")
    tip = push_from_clone(hub, tmp_path / "clone", {"y.py": ""}, "shared")
    message = refused(site, "--branch", "shared")
    assert "shares history" in message
    assert git(hub, "rev-parse", "shared") == tip
    push_from_clone(hub, tmp_path / "clone", {".nojekyll": ""}, "shared")
    published(site, "--branch", "shared")
    assert "index.html" in files_on(hub, "shared")


def test_invalid_branch_names(site: Path, hub: Path) -> None:
    git(site, "switch", "--quiet", "--create", "before")  # for `@{-1}`
    before = git(hub, "for-each-ref")
    names = [
        *("", "-x", "a..b", "a b", "@{-1}", "@{u}", "x.lock", "a~1", "a^", "x/", ".x"),
        *("HEAD", "head", "@", "refs/heads/x", "refs/x", "heads/x", "remotes/origin/x"),
        "origin/gh-pages",
    ]
    for name in names:
        folders.put(site, {"site.toml": SITE["site.toml"] + f'[publish]\nbranch = "{name}"\n'})
        assert f"`{name}` is not a valid branch name" in refused(site, "--allow-dirty")
    assert git(hub, "for-each-ref") == before


def test_a_full_name_of_a_branch_is_answered_with_the_short_one(site: Path) -> None:
    for prefix in ("refs/heads/", "heads/", "refs/remotes/origin/"):
        message = refused(site, "--branch", f"{prefix}docs/pages")
        assert "Use the name alone, such as `docs/pages`." in message


def test_valid_branch_names(site: Path, hub: Path) -> None:
    for name in ("docs/pages", "größe", "HEADs", "refs"):
        published(site, "--branch", name)
        assert "index.html" in files_on(hub, name)


def test_no_git(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in refused(site)


def test_no_repository(tmp_path: Path) -> None:
    root = folders.put(tmp_path / "site", SITE)
    message = refused(root)
    assert "not a git repository" in message, "git's own message"
    assert "git init" in message


def test_no_commit_yet(tmp_path: Path, hub: Path) -> None:
    root = folders.put(tmp_path / "site", SITE)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", str(hub))
    assert "uncommitted" in refused(root)
    assert "no commits yet" in published(root, "--allow-dirty")
    assert "index.html" in files_on(hub)


def test_no_remote(site: Path) -> None:
    assert "`nobody`" in refused(site, "--remote", "nobody")
    git(site, "remote", "rename", "origin", "upstream")
    assert "upstream" in published(site), "the only remote"
    git(site, "remote", "add", "second", "nowhere")
    assert "upstream, second" in refused(site).replace("second, upstream", "upstream, second")
    git(site, "remote", "remove", "upstream")
    git(site, "remote", "remove", "second")
    assert "git remote add origin" in refused(site)


def test_a_remote_that_cannot_be_reached(site: Path, hub: Path, tmp_path: Path) -> None:
    git(site, "remote", "set-url", "origin", str(tmp_path / "gone.git"))
    message = refused(site)
    assert "could not reach the remote origin" in message
    assert "gone.git" in message, "git's own message"


def test_a_detached_head(site: Path, hub: Path) -> None:
    git(site, "switch", "--quiet", "--detach")
    message = refused(site)
    assert "HEAD is detached" in message
    assert "--allow-detached" in message
    published(site, "--allow-detached")
    assert log(hub) == [f"Publish the site from {git(site, 'rev-parse', '--short', 'HEAD')}"]


def test_a_rejected_push(site: Path, hub: Path) -> None:
    hook = hub / "hooks/pre-receive"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    message = refused(site)
    assert "could not push to gh-pages on origin" in message
    assert "this branch is protected" in message, "git's own message"
    assert "explainer-publish" not in refs(site)


def test_no_committer(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_COMMITTER_NAME")
    monkeypatch.delenv("GIT_COMMITTER_EMAIL")
    git(site, "config", "user.useConfigOnly", "true")
    message = refused(site)
    assert "git cannot determine who commits" in message
    assert "user.email" in message
    git(site, "config", "user.name", "Ünal Ö")
    git(site, "config", "user.email", "u@example.org")
    published(site)


def test_passwords_in_an_address_are_not_shown() -> None:
    error = PublishError("No.", git="unable to access 'https://me:secret@example.org/'")
    assert "secret" not in str(error)
    assert "https://example.org/" in str(error)


def test_files_of_the_site_are_not_imported_as_modules(site: Path, hub: Path) -> None:
    folders.put(site, {"ghp_import.py": "raise SystemExit(7)", "time.py": "raise SystemExit(8)"})
    commit(site)
    published(site)
    assert "index.html" in files_on(hub)
