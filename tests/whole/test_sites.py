"""Whole sites: `tests/sites/<case>/` is built, and compared with the files in `expected/`.

Each line in `expect.txt` names a file of the output and the part of it that is compared:

| part | what is compared |
|---|---|
| none | the whole file |
| `body` | the article's text on the page |
| `head` | the metadata of the page |
| `links` | everything it links to |
| `contract SELECTOR` | elements, without anything that only affects the look (`pages.contract`) |
| `json-ld /POINTER` | a value in its JSON-LD |

In addition, `files.txt` lists the whole output except the theme's own files, and `problems.txt` is
the report, if there is one. On every page of every site, all links have targets, ids are unique,
and the runs of every passage are its text.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.model.report import as_text
from tests import TESTS
from tests.helpers import folders, pages

FOLDER = TESTS / "sites"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
_OURS = frozenset(
    {"expected", "expect.txt", "files.txt", "problems.txt", "words.txt", "_site", ".explainer"}
)
"""Files that are not part of the site: the test's own files, and the results of earlier builds."""


# --- files that cannot be in version control -----------------------------------------------------


def _symlinks(root: Path) -> None:
    content = root / "content"
    (content / "linked.md").symlink_to("real.md")
    (content / "elsewhere").mkdir()
    (content / "elsewhere/inside.md").write_text("---\ntitle: Inside\n---\nWords.\n")
    (content / "linked-folder").symlink_to("elsewhere", target_is_directory=True)
    (content / "loop").symlink_to(".", target_is_directory=True)
    (content / "elsewhere/up").symlink_to("..", target_is_directory=True)
    (content / "round").symlink_to("about")
    (content / "about").symlink_to("round")
    (content / "nowhere.md").symlink_to("gone.md")


def _decomposed_names(root: Path) -> None:
    name = unicodedata.normalize("NFD", "Café.md")
    (root / "content" / name).write_text("---\ntitle: Café\n---\n## Thé\n", encoding="utf-8")


def _litter(root: Path) -> None:
    (root / "static/.DS_Store").write_bytes(b"litter")


PREPARE: dict[str, Callable[[Path], None]] = {
    "static-overrides": _litter,
    "symlinks": _symlinks,
    "unicode-names": _decomposed_names,
}


# --- building ------------------------------------------------------------------------------------


def prepared(case: str, folder: Path, templates: Path | None = None) -> Path:
    root = folders.copy(FOLDER / case, folder / case, without=_OURS)
    PREPARE.get(case, lambda _: None)(root)
    return folders.with_cache(root, templates) if templates else root


@pytest.fixture(scope="module", params=CASES)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Path
) -> tuple[str, Path, BuildResult]:
    """The name, the output, and the build result of a case."""
    with pytest.MonkeyPatch.context() as patch:
        from tests.conftest import EPOCH

        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        root = prepared(request.param, tmp_path_factory.mktemp("sites"), templates)
        return request.param, root / "_site", build_site(root, BuildOptions(jobs=1))


# --- comparing -----------------------------------------------------------------------------------

_BODY = re.compile(r"<div class=text>(.*)</div></article>", re.DOTALL)
_HEAD = ("html", "title", "meta", "link")


def _look(text: str, look: str) -> str:
    kind, _, rest = look.partition(" ")
    if kind == "body":
        found = _BODY.search(text)
        assert found, "the page has no article's text"
        return found[1] + "\n"
    page = pages.parse(text)
    if kind == "head":
        return "".join(pages.contract(e) for e in page if e.tag in _HEAD and _says(e))
    if kind == "links":
        return pages.links(page)
    if kind == "json-ld":
        (script,) = pages.select(page, "script[type=application/ld+json]")
        data = json.loads(script.text)
        for step in rest.strip("/").split("/"):
            data = data[int(step)] if isinstance(data, list) else data[step]
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    assert kind == "contract", f"unknown look: {look}"
    return "".join(map(pages.contract, pages.select(page, rest)))


def _says(element: pages.Element) -> bool:
    has = element.attributes
    return not (
        {"http-equiv", "charset"} & set(has)
        or has.get("name") in ("viewport", "generator", "color-scheme")
        or has.get("rel") == "stylesheet"
    )


def _expectations(case: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / case / "expect.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            file, _, look = line.partition(" ")
            yield file, look


def _place(file: str, look: str) -> str:
    """The name of a file in `expected/`."""
    return file + "".join("." + word for word in re.findall(r"[\w-]+", look))


def test_output(built: tuple[str, Path, BuildResult], regen: bool) -> None:
    case, output, result = built
    made = folders.contents(output)
    ours = {
        _place(file, look): _look(made[file].decode(), look).encode() if look else made[file]
        for file, look in _expectations(case)
    }
    listed = [name for name in made if not re.match(r"assets/(?!own)|\.explainer", name)]
    ours_beside = {
        "files.txt": "".join(f"{name}\n" for name in listed),
        "problems.txt": as_text(result.problems, result.texts, color=False),
    }
    if regen:
        _rewrite(FOLDER / case, ours, ours_beside)
    assert not result.failed
    for name, text in ours_beside.items():
        beside = FOLDER / case / name
        assert text == (beside.read_text(encoding="utf-8") if beside.exists() else "")
    expected = folders.contents(FOLDER / case / "expected")
    assert set(ours) == set(expected), "expect.txt and the folder expected/ list different files"
    for name, content in expected.items():
        assert ours[name].decode() == content.decode(), name


def _rewrite(folder: Path, files: dict[str, bytes], beside: dict[str, str]) -> None:
    for old in set(folders.contents(folder / "expected")) - set(files):
        (folder / "expected" / old).unlink()
    folders.put(folder / "expected", files)
    for name, text in beside.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
        else:
            (folder / name).unlink(missing_ok=True)


# --- every page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site_pages(built: tuple[str, Path, BuildResult]) -> dict[str, pages.Element]:
    """The pages of a case that explainer rendered, by file."""
    case, output, _ = built
    return {
        path.relative_to(output).as_posix(): pages.parse(path.read_text(encoding="utf-8"))
        for path in sorted(output.rglob("*.html"))
        if path.is_file() and not (FOLDER / case / "static" / path.relative_to(output)).exists()
    }


def test_every_link_has_a_target(
    built: tuple[str, Path, BuildResult], site_pages: dict[str, pages.Element]
) -> None:
    _, output, result = built
    files = set(folders.contents(output))
    ids = {
        file: {e.attributes["id"] for e in page if "id" in e.attributes}
        for file, page in site_pages.items()
    }
    skipped = {p.message for p in result.problems if p.code == "link-to-skipped"}
    lost = []
    for file, page in site_pages.items():
        for line in pages.links(page).splitlines():
            url = line.split("=", 1)[1]
            if urlsplit(url).scheme or file == "404.html":
                continue  # 404.html is shown at any address, so its links are absolute
            target = urljoin(f"https://site/{file}", url)
            path = unquote(urlsplit(target).path).removeprefix("/")
            path += "index.html" if path.endswith("/") or not path else ""
            fragment = unquote(urlsplit(target).fragment)
            if path not in files:
                lost += [] if any(f"`{url}`" in message for message in skipped) else [(file, url)]
            elif fragment and fragment not in ids.get(path, {fragment}):
                lost.append((file, url))
    assert not lost


def test_fragments_within_a_page_exist(site_pages: dict[str, pages.Element]) -> None:
    for file, page in site_pages.items():
        ids = {e.attributes["id"] for e in page if "id" in e.attributes}
        wanted = {
            unquote(href[1:])
            for e in page
            if (href := e.attributes.get("href", "")).startswith("#") and len(href) > 1
        }
        assert wanted <= ids, file


def test_ids_are_unique(site_pages: dict[str, pages.Element]) -> None:
    for file, page in site_pages.items():
        ids = [e.attributes["id"] for e in page if "id" in e.attributes]
        assert len(ids) == len(set(ids)), (file, [each for each in ids if ids.count(each) > 1])


def test_the_runs_of_a_passage_are_its_text(
    built: tuple[str, Path, BuildResult], site_pages: dict[str, pages.Element]
) -> None:
    """docs/format.md promises that the runs of an id, joined, are exactly the passage's text."""
    _, output, _ = built
    for path in output.rglob("annotations.json"):
        file = path.with_name("index.html").relative_to(output).as_posix()
        words = {
            item["id"].partition("#note-")[2]: selector["exact"]
            for item in json.loads(path.read_bytes())["first"]["items"]
            for selector in (item["target"]["selector"] if isinstance(item["target"], dict) else ())
            if selector["type"] == "TextQuoteSelector"
        }
        marked = pages.runs(site_pages[file])
        # The text has a line break between blocks, which is not in any element.
        assert {name: "".join(text.split("\n")) for name, text in words.items()} == {
            name: "".join(text.split("\n")) for name, text in marked.items() if text
        }


def test_thirty_annotations_mark_exactly_their_quotes(templates: Path, tmp_path: Path) -> None:
    """`words.txt` was written by hand from the YAML and the article."""
    root = prepared("thirty", tmp_path, templates)
    assert not build_site(root, BuildOptions(jobs=1)).problems
    page = pages.parse((root / "_site/all/index.html").read_text(encoding="utf-8"))
    lines = (FOLDER / "thirty/words.txt").read_text(encoding="utf-8").splitlines()
    expected = dict(line.split(": ", 1) for line in lines)
    marked = {name: " ".join(text.split()) for name, text in pages.runs(page).items() if text}
    assert len(expected) >= 30
    assert marked.keys() == expected.keys()
    for name, words in expected.items():
        runs, first, last = map(_squeezed, (marked[name], *_ends(words)))
        assert runs == first if not last else runs.startswith(first) and runs.endswith(last), name


def _squeezed(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split()))


def _ends(words: str) -> tuple[str, str]:
    first, gap, last = words.partition(" … ")
    return first, last if gap else ""


# --- the same bytes, wherever and whenever -------------------------------------------------------


_BUILD_ALL = """
import sys
from pathlib import Path
from explainer.build.pipeline import BuildOptions, build_site
for root in map(Path, sys.argv[2:]):
    assert not build_site(root, BuildOptions(jobs=int(sys.argv[1]))).failed, root
"""


def _start(sites: list[Path], jobs: int, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _BUILD_ALL, str(jobs), *map(str, sites)],
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent.parent), **environment},
    )


def test_two_builds_are_byte_identical(tmp_path: Path, templates: Path) -> None:
    """Hash seed, locale, time zone, working folder, and number of processes have no effect."""
    cases = ["home", "library", "thirty", "unicode-names"]
    one = [prepared(case, tmp_path / "one", templates) for case in cases]
    other = [prepared(case, tmp_path / "somewhere/else", templates) for case in cases]
    builds = (
        _start(one, 1, PYTHONHASHSEED="0", LC_ALL="C", TZ="Pacific/Kiritimati"),
        _start(other, 2, PYTHONHASHSEED="1", LC_ALL="tr_TR.UTF-8", TZ="America/Los_Angeles"),
    )
    assert [build.wait() for build in builds] == [0, 0]
    for here, there in zip(one, other, strict=True):
        assert folders.contents(here / "_site") == folders.contents(there / "_site"), here.name


@pytest.mark.parametrize("case", ["relative-links", "theme-override", "unicode-names", "home"])
def test_the_order_of_directory_entries_does_not_matter(
    case: str, tmp_path: Path, templates: Path
) -> None:
    one = prepared(case, tmp_path / "one", templates)
    other = prepared(case, tmp_path / "other", templates)
    with folders.listed(backwards=False):
        assert not build_site(one, BuildOptions(jobs=1)).failed
    with folders.listed(backwards=True):
        assert not build_site(other, BuildOptions(jobs=1)).failed
    assert folders.contents(one / "_site") == folders.contents(other / "_site")


def test_topics_with_the_same_slug_stay_separate(tmp_path: Path, templates: Path) -> None:
    names = ["C", "C++", "C#", "c"]
    files = {
        "site.toml": 'title = "T"',
        **{
            f"content/{i}.md": f'---\ntitle: T{i}\ntopics: ["{n}"]\n---\n'
            for i, n in enumerate(names)
        },
    }
    root = folders.with_cache(folders.put(tmp_path, files), templates)
    if build_site(root, BuildOptions(jobs=1)).problems:
        return  # an error or a warning is fine, too
    page = pages.parse((root / "_site/topics/index.html").read_text(encoding="utf-8"))
    shown = {element.text for element in page if element.tag == "a"}
    assert {"C", "C++", "C#"} <= shown, "C and c are one topic"


def test_links_may_point_to_generated_pages(tmp_path: Path, templates: Path) -> None:
    """A claim's page is its permalink, so a link to it must not be reported as broken."""
    links = "/people/ann/ /topics/calls/ /call/claims/denied/ claims/denied/ /claims/ /feed.xml"
    article = "".join(f"[x]({link})\n" for link in links.split())
    files = {
        "site.toml": 'title = "T"',
        "content/call/index.md": f"---\ntitle: T\ntopics: [Calls]\n---\n{article}Words.\n",
        "content/call/index.yaml": (
            "claims: [{id: denied, quote: Words, claim: C., rating: mixed, by: Ann}]\n"
        ),
    }
    root = folders.with_cache(folders.put(tmp_path, files), templates)
    assert [problem.message for problem in build_site(root, BuildOptions(jobs=1)).problems] == []
    page = pages.parse((root / "_site/call/index.html").read_text(encoding="utf-8"))
    for element in page:
        if element.text == "x" and element.tag == "a":
            assert (root / "_site/call" / element.attributes["href"]).resolve().is_file()


# --- options -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "there"),
    [
        (BuildOptions(), {"today", "this-month"}),
        (BuildOptions(future=True), {"today", "this-month", "tomorrow", "next-month"}),
    ],
)
def test_future(options: BuildOptions, there: set[str], tmp_path: Path, templates: Path) -> None:
    root = prepared("drafts-and-future", tmp_path, templates)
    assert not build_site(root, options).failed
    written = {path.parent.name for path in (root / "_site").glob("*/index.html")}
    assert written & {"today", "this-month", "tomorrow", "next-month", "draft"} == there


def test_a_draft_is_checked_once_it_is_built(tmp_path: Path, templates: Path) -> None:
    root = prepared("drafts-and-future", tmp_path, templates)
    problems = build_site(root, BuildOptions(drafts=True)).problems
    assert [(p.code, p.location.path) for p in problems if p.severity == "error"] == [
        ("quote-lost", "content/draft.yaml")
    ]


def test_the_day_changes_in_the_time_zone_of_the_site(
    tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = prepared("drafts-and-future", tmp_path, templates)
    # 11:00 on June 1 in UTC is 01:00 on June 2 in Kiritimati, the site's time zone.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780311600")
    build_site(root, BuildOptions())
    assert (root / "_site/tomorrow/index.html").exists()


def test_base_url_overrides_the_sites_own(tmp_path: Path, templates: Path) -> None:
    root = prepared("minimal", tmp_path, templates)
    build_site(root, BuildOptions(base_url="https://other.example/x"))
    assert "https://other.example/x/hello/" in (root / "_site/sitemap.xml").read_text()


@pytest.mark.parametrize("base", ["https://s.org", "https://s.org/repository"])
def test_addresses_from_the_root_are_right_under_every_base_path(
    tmp_path: Path, templates: Path, base: str
) -> None:
    """In Markdown, HTML, front matter, annotations, and the menu; none is left as it was."""
    article = (
        "---\ntitle: A\nimage: {src: /img/own.svg, alt: A}\n"
        "related: [/deep/page/, /repository/b.html]\n---\n"
        "[b](/b/#part) ![p](/img/own.svg) <a href='/deep/page/?q=1#x'>c</a> "
        "[f](/plan.pdf) [d](/repository/b/) [e](b.html) [s](/sources/)\n\n# X"
    )
    files = {
        "site.toml": 'title = "S"\nmenu = ["/b/"]\n[markdown]\nhtml = true\n',
        "content/a.md": article,
        "content/a.yaml": "notes:\n  - note: See [b](/b/) and ![p](/img/own.svg).\n",
        "content/b.md": "---\ntitle: B\n---\n## Part",
        "content/deep/page.md": "---\ntitle: C\n---\n## X",
        "static/plan.pdf": "",
        "static/img/own.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    root = folders.with_cache(folders.put(tmp_path / "site", files), templates)
    result = build_site(root, BuildOptions(base_url=base))  # type: ignore[arg-type]
    under = base.endswith("/repository")
    assert [p.code for p in result.problems if p.severity == "error"] == (
        [] if under else ["unknown-related", "broken-link"]
    )
    if under:
        page = (root / "_site/a/index.html").read_text()
        assert [p.code for p in result.problems if p.code == "loose-link"] == ["loose-link"] * 2
        links = re.findall(r'(?:href|src)="([^"]*)"', page)
        assert not [link for link in links if link.startswith("/")]
        for link in ("../b/#part", "../img/own.svg", "../plan.pdf"):
            assert link in links
        assert "../deep/page/?q=1#x" in links
        assert links.count("../b/") == 5  # the menu, related, two links, the note


def test_output_elsewhere(tmp_path: Path, templates: Path) -> None:
    root = prepared("minimal", tmp_path, templates)
    build_site(root, BuildOptions(output=tmp_path / "out/here"))
    assert (tmp_path / "out/here/hello/index.html").exists()
    assert not (root / "_site").exists()


def test_files_that_are_gone_from_the_site_are_deleted(tmp_path: Path, templates: Path) -> None:
    root = prepared("minimal", tmp_path, templates)
    build_site(root, BuildOptions())
    (root / "_site/mine.txt").write_text("of somebody else's")
    (root / "content/hello.md").rename(root / "content/other.md")
    build_site(root, BuildOptions())
    made = folders.contents(root / "_site")
    assert "other/index.html" in made
    assert "hello/index.html" not in made
    assert made["mine.txt"] == b"of somebody else's"


def test_unchanged_files_are_not_written_again(tmp_path: Path, templates: Path) -> None:
    root = prepared("home", tmp_path, templates)
    first = build_site(root, BuildOptions()).written
    before = folders.state(root / "_site")
    again = build_site(root, BuildOptions()).written
    assert first is not None
    assert again is not None
    assert (again.written, again.unchanged) == (0, first.written)
    assert {name: state[1:] for name, state in folders.state(root / "_site").items()} == {
        name: state[1:] for name, state in before.items()
    }
