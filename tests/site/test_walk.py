"""Which files of a site's folders are published, which are left out, and what is reported."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.problems import Problem
from explainer.site.file_names import is_backup, is_foreign, is_system
from explainer.site.walk import Walk
from tests.helpers import folders

ARTICLE = "---\ntitle: T\n---\nWords.\n"
SECRET = "a secret that nobody may read"


def build(root: Path) -> tuple[list[str], dict[str, bytes]]:
    """Build a site; return its problems, short, and the files that are not explainer's own."""
    problems = [short(problem) for problem in build_site(root, BuildOptions(jobs=1)).problems]
    return problems, folders.contents(root / "_site")


def short(problem: Problem) -> str:
    return f"{problem.location.path} {problem.severity} {problem.code}"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    files = {"site.toml": 'title = "T"\n', "content/a/index.md": ARTICLE, "static/x.txt": "x"}
    return folders.put(tmp_path / "site", files)


# --- names ---------------------------------------------------------------------------------------

BACKUPS = """
    index.md~ index.yaml~ #index.md# x.orig x.bak X.BAK x.bak2 x.rej x.tmp x.temp x.swp x.swo
    index.md___jb_tmp___ index.md___jb_old___ .#index.md .index.md.swp .index.md.swn ~$paper.docx
    .~lock.paper.odt# 4913 index.md.1 .goutputstream-ABC123 .nfs00000001 paper.kate-swp x.backup
    index_BACKUP_1234.md index_LOCAL_1234.yaml index.md.~1~ .explainer-0123456789abcdef.tmp
    index.md.BASE.1234.md index.md.old index.yaml.save index.md.save.1 index.md.mine index.md.r12
    index.md,v index.md.bkp index.bak.md index.orig.yaml paper.pdf.part paper.pdf.crdownload
    a.sync-conflict-20261120-101112-ABCDEFG.md a_conflict-20261120-101112.md
""".split()
CONFLICTS = [
    "a (conflicted copy 2026-11-20).md",
    "a (Jane’s conflicted copy 2026-11-20).jpg",
    "a (Case Conflict).md",
    "a (Selective Sync Conflict 1).md",
    "a (SFConflict jane@example.org 2026-11-20-10-11-12).yaml",
]


@pytest.mark.parametrize("name", [*BACKUPS, *CONFLICTS])
def test_backups_are_not_published(name: str, site: Path) -> None:
    assert is_backup(name)
    folders.put(site, {f"content/a/{name}": SECRET, f"static/sub/{name}": SECRET})
    problems, made = build(site)
    first = [] if name.startswith(".") else [f"content/a/{name} info backup-file"]
    assert problems == first, "one remark for all"
    assert not [path for path, content in made.items() if SECRET.encode() in content]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "4913.txt",
            "49130",
            "orig",
            "bak",
            "tmp",
            "x.bakery",
            "C#.txt",
            "#1.svg",
            "~home",
            "x.sw",
        ),
        *("survey_local_2024.md", "1.0.1", "x.md.pdf", "swp.txt", "template"),
        *("kashmir (conflict).md", "part", "old.pdf", "x.old.pdf", "a copy.md", "r12.md", "x.new"),
    ],
)
def test_similar_names_are_no_backups(name: str) -> None:
    assert not is_backup(name)


def test_a_folder_can_be_a_backup(site: Path) -> None:
    folders.put(site, {"content/old.bak/index.md": ARTICLE, "content/old.bak/x.txt": SECRET})
    problems, made = build(site)
    assert problems == ["content/old.bak info backup-file"]
    assert "old-bak/index.html" not in made


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "thumbs.DB", "desktop.ini", "._a.svg"])
def test_files_of_the_system_are_left_out_silently(name: str, site: Path) -> None:
    assert is_system(name)
    folders.put(site, {f"content/a/{name}": SECRET, f"static/{name}": SECRET})
    problems, made = build(site)
    assert problems == []
    assert SECRET.encode() not in made.values()


@pytest.mark.parametrize(
    ("file", "reported"),
    [
        ("content/_index.md", "content/_index.md"),
        ("content/_posts/x.md", "content/_posts"),
        ("content/a/_photo.jpg", "content/a/_photo.jpg"),
        ("content/_data/x/y/z.csv", "content/_data"),
        ("content/a/_library.yaml", "content/a/_library.yaml"),
        ("content/_library.yml", "content/_library.yml"),
        ("content/.draft.md", "content/.draft.md"),
        ("content/.hidden/x.qmd", "content/.hidden"),
        ("content/.notes", None),
        ("content/.obsidian/x.md", None),
        ("content/.gitkeep", None),
        ("content/.git/HEAD", None),
        ("content/a/.git", None),
        ("content/_empty/.DS_Store", None),
        ("static/.env", "static/.env"),
        ("static/.ssh/id_rsa", "static/.ssh"),
        ("static/sub/.htpasswd", "static/sub/.htpasswd"),
        ("static/.npmrc", "static/.npmrc"),
        ("static/.well-known/.secret", "static/.well-known/.secret"),
        ("static/.git", None),
        ("static/.gitignore", None),
    ],
)
def test_hidden_files_and_underscores(file: str, reported: str | None, site: Path) -> None:
    folders.put(site, {file: SECRET})
    problems, made = build(site)
    assert problems == ([f"{reported} info not-published"] if reported else [])
    assert SECRET.encode() not in made.values()


@pytest.mark.parametrize("name", [".well-known/security.txt", ".nojekyll", "a/.htaccess"])
def test_names_that_hosts_look_for_belong_in_static(name: str, site: Path) -> None:
    folders.put(site, {f"content/{name}": "x"})
    (problem,) = build_site(site, BuildOptions(jobs=1)).problems
    assert problem.code == "not-published"
    assert problem.hint == "move it to `static/`"


KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET}\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("name", "content", "is_key"),
    [
        *(("id_rsa", KEY, True), ("id_ed25519_sk", KEY, True), ("x.key", KEY, True)),
        *(("x.PEM", CERTIFICATE + KEY, True), ("x.p8", KEY, True), ("x.p12", SECRET, True)),
        ("x.ppk", f"PuTTY-User-Key-File-3: {SECRET}", True),
        *(("id_rsa.pub", "ssh-rsa A", False), ("x.pem", CERTIFICATE, False)),
        *(("slides.key", "PK", False), ("id_card", "Words", False), ("how.txt", KEY, False)),
    ],
)
def test_private_keys_are_not_published(name: str, content: str, is_key: bool, site: Path) -> None:
    names = [f"content/a/{name}", f"static/sub/{name}"]
    folders.put(site, dict.fromkeys(names, content))
    problems, made = build(site)
    assert problems == [f"{each} info not-published" for each in names if is_key]
    assert (f"a/{name}" in made) is not is_key


def test_names_that_hosts_look_for_are_copied(site: Path) -> None:
    names = [".well-known/security.txt", ".nojekyll", ".htaccess", "_headers", "_redirects", "_x/y"]
    folders.put(site, {f"static/{name}": "x" for name in names})
    problems, made = build(site)
    assert problems == []
    assert set(names) <= set(made)


def test_a_folder_is_one_remark(site: Path) -> None:
    folders.put(site, {f"content/_posts/{i}/{j}.md": ARTICLE for i in range(3) for j in range(3)})
    (problem,) = build_site(site, BuildOptions(jobs=1)).problems
    assert "folder with 9 files" in problem.message


@pytest.mark.parametrize("link", ["x.bak", "_posts/x.md", "/.env", "_photo.jpg", "../a/_posts/"])
def test_a_link_to_such_a_file_says_why_it_is_broken(link: str, site: Path) -> None:
    files = ["content/a/x.bak", "content/a/_posts/x.md", "static/.env", "content/a/_photo.jpg"]
    folders.put(site, dict.fromkeys(files, SECRET))
    folders.put(site, {"content/a/index.md": f"{ARTICLE}\n[here]({link})\n"})
    built = build_site(site, BuildOptions(jobs=1))
    (problem,) = [problem for problem in built.problems if problem.severity == "error"]
    assert problem.code == "broken-link"
    assert "is not published, because" in problem.message
    assert (problem.location.line, problem.location.column) == (6, 8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(
            (f"x.{ending}", True)
            for ending in ("markdown", "qmd", "mdx", "rst", "MD", "Rmd", "org")
        ),
        ("index.md.txt", True),
        *((name, False) for name in ("x.md", "x.txt", "x.csv", "x.html", "x.json", "md", "x.yaml")),
    ],
)
def test_pages_of_other_generators(name: str, expected: bool) -> None:
    assert is_foreign(name) == expected


@pytest.mark.parametrize("name", ["index.YAML", "index.yml", "index.Yml"])
def test_annotation_files_with_another_ending(name: str, site: Path) -> None:
    folders.put(site, {f"content/a/{name}": "notes: []\n"})
    assert f"content/a/{name} error orphan-annotations" in build(site)[0]


# --- what is no file -----------------------------------------------------------------------------


def _socket(path: Path) -> None:
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)  # the system limits the length


SPECIAL: list[Callable[[Path], None]] = [os.mkfifo, _socket]


@pytest.mark.parametrize("make", SPECIAL)
@pytest.mark.parametrize(
    "name",
    [
        *("content/a/index.yaml", "content/b.md", "content/a/photo.jpg", "content/_library.yaml"),
        *("static/f", "static/favicon.svg", "themes/default/templates/404.html"),
        *("themes/default/static/f", "themes/default/styles/99-x.css"),
    ],
)
def test_special_files_are_errors(make: Callable[[Path], None], name: str, site: Path) -> None:
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    make(site / name)
    problems, made = build(site)
    assert problems == [f"{name} error unreadable"]
    assert not made


@pytest.mark.parametrize("name", ["content", "static", "themes"])
def test_a_folder_without_permission(
    name: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so that the system's answer is simulated."""
    real = os.stat
    private = str(site / name) + os.sep

    def stat(path: str, *args: object, **options: object) -> os.stat_result:
        if str(path).startswith(private):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *args, **options)  # type: ignore[arg-type]

    (site / name).mkdir(exist_ok=True)
    monkeypatch.setattr(os, "stat", stat)
    Walk(site)


def test_files_in_the_cache_in_place_of_folders(site: Path) -> None:
    assert build(site)[0] == []
    for folder in [path for path in (site / ".explainer").iterdir() if path.is_dir()]:
        shutil.rmtree(folder)
        folder.touch()
    assert build(site)[0] == []


def test_a_pipe_in_the_cache_hangs_nothing(site: Path) -> None:
    assert build(site)[0] == []
    for path in [path for path in (site / ".explainer").rglob("*") if path.is_file()]:
        path.unlink()
        os.mkfifo(path)
    assert build(site)[0] == []


def test_site_toml_as_a_pipe(site: Path) -> None:
    (site / "site.toml").unlink()
    os.mkfifo(site / "site.toml")
    assert build(site)[0] == ["site.toml error unreadable"]


def test_a_pipe_among_the_workflows_hangs_nothing(site: Path) -> None:
    from explainer.site.load import has_address_by_workflow

    (site / ".github/workflows").mkdir(parents=True)
    os.mkfifo(site / ".github/workflows/pages.yml")
    assert not has_address_by_workflow(site)


@pytest.mark.parametrize("name", ["x.md", "x.yaml", "a/index.yaml", "deep/er/x.md"])
def test_folders_named_like_an_article(name: str, site: Path) -> None:
    folders.put(site, {f"content/{name}/inner.md": ARTICLE})
    assert build(site)[0] == [f"content/{name} error bad-name"]


@pytest.mark.parametrize("name", ["static", "themes/default"])
def test_a_file_in_place_of_a_folder(name: str, site: Path) -> None:
    folders.put(site, {"static/x.txt": "", "themes/x": ""})
    (site / "static/x.txt").unlink()
    (site / "static").rmdir()
    folders.put(site, {name: "x"})
    assert build(site)[0] == (["static error unreadable"] if name == "static" else [])


# --- symbolic links ------------------------------------------------------------------------------


def link(site: Path, path: str, target: str) -> None:
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    (site / path).symlink_to(target)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("static/g", "../.git"),
        ("static/config", "../.git/config"),
        ("static/e.txt", "../.env"),
        ("static/up", ".."),
        ("static/sub/up", "../.."),
        ("static/toml", "../site.toml"),
        ("static/cache", "../.explainer"),
        ("static/out", "../_site"),
        ("static/private", "../private"),
        ("static/o", "../../outside"),
        ("static/absolute", "/etc/hostname"),
        ("static/chain", "first"),
        ("static/h", ".hidden/x"),
        ("content/a/h.txt", "../.hidden.txt"),
        ("content/s.md", "../../outside/secret.md"),
        ("content/s.md", "../private/secret.md"),
        ("content/a/index.yaml", "../../private/x.yaml"),
        ("content/folder", "../private"),
        ("themes/default/static/e", "../../../.env"),
        ("themes/default/templates/404.html", "../../../private/x.yaml"),
        ("themes/default/static/sub", "../../../.git"),
        ("themes/default/static/x.txt", "../../../content/a/index.md"),
    ],
)
def test_links_to_what_is_private_are_refused(path: str, target: str, site: Path) -> None:
    private = [
        ".git/config",
        ".env",
        "private/x.yaml",
        "private/secret.md",
        "_site/x",
        "static/.hidden/x",
    ]
    folders.put(site, dict.fromkeys([*private, ".explainer/x", "content/.hidden.txt"], SECRET))
    folders.put(site.parent, {"outside/secret.md": SECRET})
    (site / "static/first").symlink_to("../.env")
    (site / "static/first").rename(site / "static/.first") if path != "static/chain" else None
    link(site, path, target)
    found = [
        line for line in build(site)[0] if not line.endswith(("not-published", "output-not-ours"))
    ]
    wanted = {path, "static/first"} if path == "static/chain" else {path}
    assert found == sorted(f"{each} error link-outside" for each in wanted)


@pytest.mark.parametrize(
    ("folder", "target"),
    [("static", ".git"), ("static", "."), ("static", "_site"), ("static", "../outside"),
     ("themes", "../outside"), ("themes/default", "../../outside"), ("themes/default", "../.git")],
)  # fmt: skip
def test_a_folder_of_the_site_as_a_link(folder: str, target: str, site: Path) -> None:
    assert build(site)[0] == []
    folders.put(site, {".git/config": SECRET})
    (site.parent / "outside/default").mkdir(parents=True)
    if folder == "static":
        (site / "static/x.txt").unlink()
        (site / "static").rmdir()
    link(site, folder, target)
    assert f"{folder} error link-outside" in build(site)[0]


def test_links_within_the_site_are_followed(site: Path) -> None:
    files = {
        "themes/default/static/own.svg": "<svg/>",
        "static/deep/y.txt": "y",
        "public/z.txt": "z",
    }
    folders.put(site, files)
    link(site, "content/a/y.txt", "../../static/deep/y.txt")
    link(site, "content/a/linked", "../../static/deep")
    link(site, "static/own.svg", "../themes/default/static/own.svg")
    link(site, "static/chain", "again/y")
    link(site, "static/again/y", "../deep/y.txt")
    link(site, "static/absolute", str(site / "static/deep/y.txt"))
    link(site, "static/loop", ".")
    problems, made = build(site)
    assert problems == []
    copied = ["a/y.txt", "a/linked/y.txt", "own.svg", "chain", "absolute", "again/y"]
    assert set(copied) <= set(made)


def test_a_folder_of_the_site_may_link_to_another_folder_of_it(site: Path) -> None:
    (site / "static").rename(site / "public")
    link(site, "static", "public")
    link(site, "static/y.txt", "x.txt")
    problems, made = build(site)
    assert problems == []
    assert {"x.txt", "y.txt"} <= set(made)


def test_a_link_publishes_nothing_that_its_target_does_not(site: Path) -> None:
    """The rules of `content` hold in it too if a link from `static` leads there."""
    private = ["_notes.txt", ".env", "a/index.yaml", "a/x.bak", "_drafts/x.txt"]
    files = {f"content/{name}": "notes: []\n#" + SECRET for name in private}
    folders.put(site, {**files, "content/a/open.txt": "open"})
    link(site, "static/all", "../content")
    problems, made = build(site)
    assert not [path for path, content in made.items() if SECRET.encode() in content]
    assert made["all/a/open.txt"] == b"open"
    assert "static/all/a/index.yaml info not-published" in problems
    assert not [line for line in problems if " info " not in line]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("static/x.txt", "../content/_notes.txt"),
        ("static/folder", "../content/_drafts"),
        ("static/deep.txt", "../content/_drafts/x.txt"),
        ("static/backup.txt", "../content/a/x.bak"),
        ("static/chain.txt", "../content/a/chain.txt"),
        ("content/a/x.txt", "../_notes.txt"),
        ("content/posts", "_drafts"),
        ("content/a/backup.txt", "x.bak"),
        ("content/a/source.txt", "index.md"),
        ("content/a/source.txt", "index.yaml"),
        ("content/a/source.markdown", "index.md"),
        ("static/source.md", "../content/a/index.md"),
    ],
)
def test_a_link_to_a_single_file_that_is_not_published(path: str, target: str, site: Path) -> None:
    private = ["_notes.txt", "a/index.yaml", "a/x.bak", "_drafts/x.txt"]
    folders.put(site, {f"content/{name}": f"notes: []\n# {SECRET}" for name in private})
    folders.put(site, {"content/a/index.md": f"{ARTICLE}<!-- {SECRET} -->\n"})
    if path == "static/chain.txt":
        link(site, "content/a/chain.txt", "../_notes.txt")
    (site / path).unlink(missing_ok=True)
    link(site, path, target)
    problems, made = build(site)
    assert f"{path} info not-published" in problems
    assert not [line for line in problems if " error " in line]
    assert not [file for file, content in made.items() if SECRET.encode() in content]


def test_a_page_that_uses_such_a_link_says_so(site: Path) -> None:
    folders.put(site, {"content/_shared/x.txt": "x"})
    folders.put(site, {"content/a/index.md": f"{ARTICLE}\n[here](x.txt)\n"})
    link(site, "content/a/x.txt", "../_shared/x.txt")
    errors = [each for each in build_site(site, BuildOptions(jobs=1)).problems if each.hint]
    (error,) = [each for each in errors if each.severity == "error"]
    assert "it leads to `content/_shared/x.txt`" in error.message


@pytest.mark.parametrize("folder", ["static", "content"])
def test_the_folder_itself_leads_to_content(folder: str, site: Path) -> None:
    """The rules hold by the real place of a file."""
    files = {"a/index.yaml": f"# {SECRET}", "_x.txt": SECRET, "leak/x.txt": SECRET}
    folders.put(site, {f"content/{name}": text for name, text in files.items()})
    folders.put(
        site, {"content/leak/index.md": ARTICLE.replace("title: T", "title: T\ndraft: true")}
    )
    if folder == "static":
        shutil.rmtree(site / "static")
        link(site, "static", "content")
    else:
        (site / "content").rename(site / "articles")
        link(site, "content", "articles")
        link(site, "static/x.yaml", "../content/a/index.yaml")
        link(site, "static/leaked.txt", "../articles/leak/x.txt")
    _, made = build(site)
    assert "a/index.html" in made
    assert not [path for path, content in made.items() if SECRET.encode() in content]
