"""Nothing of a draft, or of an article dated in the future, is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import folders

SECRET = "Nobody may read this yet"
DRAFT = f"---\ntitle: {SECRET}\ndraft: true\n---\n{SECRET}.\n"
FUTURE = DRAFT.replace("draft: true", "date: 2099-01-01")
OPEN = "---\ntitle: Open\n---\nWords.\n"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><!-- {SECRET} --></svg>'


def build(root: Path, files: dict[str, str], **options: bool) -> tuple[list[str], set[str]]:
    """Build a site; return its messages and the files copied from content/ and static/."""
    folders.put(root, {"site.toml": 'title = "T"\nurl = "https://example.org/base/"\n', **files})
    built = build_site(root, BuildOptions(jobs=1, **options))
    assert not built.failed, built.problems
    made = folders.contents(root / "_site")
    ours = {"assets/favicon.svg", "robots.txt"}
    copied = {name for name in made if name.endswith((".svg", ".pdf", ".txt", ".csv", ".qmd"))}
    return [problem.message for problem in built.problems], copied - ours


@pytest.mark.parametrize("page", [DRAFT, FUTURE])
def test_a_folder_of_its_own(page: str, tmp_path: Path) -> None:
    files = {
        "content/leak/index.md": page,
        "content/leak/index.yaml": f"notes: [{{quote: {SECRET}, note: {SECRET}}}]\n",
        "content/leak/dossier.pdf": SECRET,
        "content/leak/photo.svg": SVG,
        "content/leak/more/deep.txt": SECRET,
        "content/open.md": OPEN,
    }
    messages, copied = build(tmp_path, files)
    assert not copied
    assert len(messages) == 1
    assert messages[0].startswith("skipped, with `dossier.pdf`, `deep.txt`, `photo.svg`: ")


@pytest.mark.parametrize(
    "link",
    [
        *("[x](leak/a.txt)", "![x](leak/a.txt)", "[x](./leak/a.txt)", "[x](/leak/a.txt)"),
        *("[x]: leak/a.txt", "[x](<leak/a.txt> 'T')", "[x](leak/a%2Etxt)", "[x](leak/a.txt#p=2)"),
        "[x](https://example.org/base/leak/a.txt)",
    ],
)
def test_a_page_that_is_built_keeps_the_files_that_it_uses(link: str, tmp_path: Path) -> None:
    files = {
        "content/leak/index.md": DRAFT,
        "content/leak/a.txt": "a",
        "content/leak/b.txt": SECRET,
        "content/open.md": f"{OPEN}\n{link}\n",
    }
    messages, copied = build(tmp_path, files)
    assert copied == {"leak/a.txt"}
    remarks = build_site(tmp_path, BuildOptions(jobs=1)).problems
    (shared,) = [problem for problem in remarks if problem.code == "shared-file"]
    assert (shared.location.path, shared.severity) == ("content/leak/index.md", "info")
    assert shared.message.startswith("published although this page is not: `a.txt`")
    assert any(m.startswith("skipped, with `b.txt`: ") for m in messages)


@pytest.mark.parametrize(
    "text",
    ["cover.svg", "![x](cover.svg)", "other-leak/cover.svg", "leak/cover.svgz", "xleak/cover.svg"],
)
def test_a_file_of_the_same_name_elsewhere_is_another_file(text: str, tmp_path: Path) -> None:
    files = {
        "content/leak/index.md": DRAFT,
        "content/leak/cover.svg": SVG,
        "content/cover.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>",
        "content/open.md": f"{OPEN}\n`{text}`\n",
    }
    assert build(tmp_path, files)[1] == {"cover.svg"}


@pytest.mark.parametrize(
    "name", ["my file (1).txt", "Ü b.txt", "LICENSE.txt", "a.b.txt", "x[1].txt"]
)
def test_any_name(name: str, tmp_path: Path) -> None:
    files = {"content/leak/index.md": DRAFT, f"content/leak/{name}": "a", "content/open.md": OPEN}
    assert not build(tmp_path, files)[1]
    files["content/open.md"] += f"[x](<leak/{name}>)\n"
    assert build(tmp_path, files)[1] == {f"leak/{name}"}


def test_the_annotations_of_a_page_use_files_too(tmp_path: Path) -> None:
    files = {
        "content/leak/index.md": DRAFT,
        "content/leak/a.txt": "a",
        "content/open.md": OPEN,
        "content/open.yaml": 'notes: [{quote: Words, note: "See [this](leak/a.txt)."}]\n',
    }
    assert build(tmp_path, files)[1] == {"leak/a.txt"}


def test_a_series_whose_first_page_is_a_draft(tmp_path: Path) -> None:
    files = {
        "content/series/index.md": DRAFT,
        "content/series/part.md": OPEN + "![A box](box.svg)\n",
        "content/series/box.svg": SVG.replace(SECRET, ""),
        "content/series/plan.txt": SECRET,
        "content/series/sub/index.md": OPEN,
        "content/series/sub/data.csv": "1",
    }
    assert build(tmp_path, files)[1] == {"series/box.svg", "series/sub/data.csv"}


def test_a_draft_below_a_page_that_is_built(tmp_path: Path) -> None:
    files = {
        "content/open/index.md": OPEN,
        "content/open/data.csv": "1",
        "content/open/next/index.md": DRAFT,
        "content/open/next/data.csv": SECRET,
        "content/open/later.md": FUTURE + "[x](later/x.txt)\n",
        "content/open/later.pdf": SECRET,
        "content/open/later/x.txt": SECRET,
    }
    assert build(tmp_path, files)[1] == {"open/data.csv"}


def test_files_beside_a_draft_in_a_single_file(tmp_path: Path) -> None:
    """Those that the draft names, or that have its name, are its own; others are anybody's."""
    files = {
        "content/news/leak.md": DRAFT + "![x](own.svg) ![x](shared.svg)\n",
        "content/news/open.md": OPEN + "![x](shared.svg)\n",
        "content/news/own.svg": SVG,
        "content/news/leak.pdf": SECRET,
        "content/news/shared.svg": SVG.replace(SECRET, ""),
        "content/news/other.csv": "1",
    }
    messages, copied = build(tmp_path, files)
    assert copied == {"news/shared.svg", "news/other.csv"}
    assert messages[0].startswith("skipped, with `leak.pdf`, `own.svg`: ")


def test_a_folder_with_nothing_but_drafts(tmp_path: Path) -> None:
    files = {
        "content/embargo/one.md": DRAFT,
        "content/embargo/two.md": FUTURE,
        "content/embargo/x.txt": SECRET,
        "content/open.md": OPEN,
        "content/data.csv": "1",
    }
    assert build(tmp_path, files)[1] == {"data.csv"}


def test_links_do_not_publish_the_files_of_a_draft(tmp_path: Path) -> None:
    folders.put(tmp_path, {"content/leak/x.txt": SECRET, "static/y.csv": "1"})
    (tmp_path / "static/all").symlink_to("../content")
    (tmp_path / "content/open.txt").symlink_to("leak/x.txt")
    files = {"content/leak/index.md": DRAFT, "content/open.md": OPEN}
    assert build(tmp_path, files)[1] == {"y.csv"}


@pytest.mark.parametrize(
    "text",
    [
        "<!-- later: [x](leak/a.txt) -->",
        "A comment <!-- ![x](leak/a.txt)\n--> in a paragraph.",
        "Code: `leak/a.txt`, and ``[x](leak/a.txt)``.",
        "```\n[x](leak/a.txt)\n```",
        "~~~ text\n[x](leak/a.txt)\n~~~",
    ],
)
def test_comments_and_code_use_no_files(text: str, tmp_path: Path) -> None:
    files = {
        "content/leak/index.md": DRAFT,
        "content/leak/a.txt": SECRET,
        "content/open.md": f"{OPEN}{text}\n",
        "content/open.yaml": "# leak/a.txt\nnotes: [{quote: Words, note: n}]\n",
    }
    assert not build(tmp_path, files)[1]


@pytest.mark.parametrize(
    "text",
    [
        r"\`[x](leak/a.txt)\`",
        "A tick ` and [x](leak/a.txt)",
        r"\<!-- [x](leak/a.txt) -->",
        "`code` [x](leak/a.txt) `code`",
    ],
)
def test_what_only_resembles_comments_and_code(text: str, tmp_path: Path) -> None:
    files = {
        "content/leak/index.md": DRAFT,
        "content/leak/a.txt": SECRET,
        "content/open.md": f"{OPEN}{text}\n",
    }
    assert build(tmp_path, files)[1] == {"leak/a.txt"}


def test_files_in_static_that_only_a_draft_uses_are_reported(tmp_path: Path) -> None:
    files = {
        "content/leak.md": f"{DRAFT}[a](/a.txt) [b](../b.txt)\n",
        "content/open.md": f"{OPEN}[b](../b.txt)\n",
        **{f"static/{name}.txt": name for name in "abc"},
    }
    messages, copied = build(tmp_path, files)
    assert copied == {"a.txt", "b.txt", "c.txt"}
    assert "published although this page is not: `a.txt`, in static/" in messages


def test_a_draft_leaves_no_trace(tmp_path: Path) -> None:
    """Not in lists, feeds, the sitemap, neighbours, related pages, or data for other programs."""
    claims = (
        f"claims: [{{id: x, quote: {SECRET}, claim: {SECRET}, by: {SECRET}, rating: 'true'}}]\n"
    )
    files = {
        "content/leak/index.md": DRAFT.replace("draft:", f"topics: [{SECRET}]\ndraft:"),
        "content/leak/index.yaml": claims,
        "content/leak/x.svg": SVG,
        "content/open.md": OPEN.replace("---\nW", "related: [leak]\nchapters: [leak, end]\n---\nW"),
        "content/open.yaml": "notes: [{quote: Words, note: n}]\n",
        "content/end.md": OPEN,
    }
    build(tmp_path, files)
    made = folders.contents(tmp_path / "_site")
    assert not [name for name, content in made.items() if SECRET.encode() in content]
    assert not [name for name in made if "leak" in name]


def test_an_article_that_becomes_a_draft_takes_its_files_along(tmp_path: Path) -> None:
    files = {"content/leak/index.md": OPEN, "content/leak/x.txt": SECRET}
    assert build(tmp_path, files)[1] == {"leak/x.txt"}
    assert not build(tmp_path, {"content/leak/index.md": DRAFT})[1]
    assert not (tmp_path / "_site/leak").exists()
    assert build(tmp_path, {}, drafts=True)[1] == {"leak/x.txt"}


@pytest.mark.parametrize("name", ["page.qmd", "page.markdown", "index.MD", "index.md.txt"])
def test_pages_of_other_generators_are_published_only_as_files(name: str, tmp_path: Path) -> None:
    files = {f"content/a/{name}": SECRET, "content/a/page.md": OPEN}
    messages, copied = build(tmp_path, files)
    assert messages == ["this is not a page, and is not published: pages end in `.md`"]
    assert not copied
    files["content/a/page.md"] += f"[the source]({name})\n"
    assert build(tmp_path, files)[0] == []
    assert (tmp_path / "_site/a" / name).exists()
