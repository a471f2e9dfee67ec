"""The search: what Pagefind indexes, and what the build writes."""

from __future__ import annotations

import base64
import gzip
import json
import re
import stat
import sys
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.location import Location
from explainer.output import search
from tests.helpers import folders, pages
from tests.output.search_site import ARTICLE, build, installed

WHERE = Location("site.toml")


@pytest.fixture
def without_extra(monkeypatch):
    """Act as if the extra is not installed."""
    monkeypatch.setattr(search, "_program", lambda: None)


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A Pagefind that prints its version and fails at everything else."""
    program = tmp_path / "pagefind"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nif '--version' not in sys.argv:\n"
        "    print('something', file=sys.stderr)\n    sys.exit('out of order')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(search, "_program", lambda: str(program))
    return program


def fragments(output: Path) -> dict[str, dict]:
    """Return Pagefind's data for each page, by address."""
    return {url.removesuffix("index.html"): found for url, found in linked(output).items()}


def linked(output: Path) -> dict[str, dict]:
    """Return Pagefind's data for each page, by the link that results have, from the site's root."""
    found = (
        json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        for path in (output / "search/pagefind/fragment").iterdir()
    )
    return {fragment["url"]: fragment for fragment in found}


def indexed(
    pagefind: search.Pagefind, pages: dict[str, str], style: str = "pretty"
) -> dict[str, bytes]:
    """Return the files of the search with all pages in one shard."""
    shard, problems = search.index(pagefind, pages, style)
    assert problems == ()
    return search.files([shard])


# --- what is indexed -----------------------------------------------------------------------------


@installed
def test_articles_claims_and_people_are_indexed_and_nothing_else(built):
    assert {url for url in fragments(built) if "/m" not in url} == {
        "/küste/",
        "/lighthouse/",
        "/lighthouse/claims/nobody/",
        "/lighthouse/claims/wick/",
        "/people/keeper/",
        "/second/",
    }


@installed
@pytest.mark.parametrize(
    ("style", "links"),
    [("file", {"/index.html", "/a/index.html"}), ("pretty", {"/", "/a/"})],
)
def test_results_name_pages_as_all_links_do(tmp_path, style, links):
    pagefind, _ = search.find(None, WHERE)
    assert pagefind is not None
    html = '<html lang="en"><main data-pagefind-body><h1>H</h1>word</main></html>'
    folders.put(tmp_path, {"x.html": html})
    names = ("index.html", "a/index.html")
    files = indexed(pagefind, dict.fromkeys(names, str(tmp_path / "x.html")), style)
    assert linked(folders.put(tmp_path / "site", files)).keys() == links


@installed
def test_filters_and_metadata(built):
    found = fragments(built)
    assert found["/lighthouse/"]["filters"] == {
        "kind": ["article"],
        "genre": ["analysis"],
        "topic": ["Coasts & harbours"],
    }
    assert found["/lighthouse/claims/nobody/"]["filters"] == {
        "kind": ["claim"],
        "rating": ["false"],
        "speaker": ["Ada Quill"],
        "topic": ["Coasts & harbours"],
    }
    assert found["/people/keeper/"]["filters"] == {"kind": ["person"]}
    assert {url: f["meta"] for url, f in found.items() if "claims" in url} == {
        "/lighthouse/claims/nobody/": {
            "title": "Not one sailor perished at the reef.",
            "speaker": "Ada Quill",
        },
        "/lighthouse/claims/wick/": {"title": "The wick was trimmed daily."},
    }


@installed
def test_only_content_is_indexed(built):
    found = {url: fragment["content"] for url, fragment in fragments(built).items()}
    article = found["/lighthouse/"]
    for words in ("trimmed the wick at dusk", "kerosene elsewhere", "on Sundays", "Barnaby"):
        assert words in article
    # A claim has its own page; titles, marks, and the interface are not indexed.
    for words in ("perished", "shipwrecks", "The lighthouse", "Analysis", "False", "Open question"):
        assert words not in article
    assert "said that nobody ever drowned there." in article, "marked text is indexed with the text"
    claim = found["/lighthouse/claims/nobody/"]
    for words in ("eleven shipwrecks", "eleven were lost", "nobody ever drowned"):
        assert words in claim
    for words in ("perished", "Against", "independent", "Claimed", "None given", "In the text"):
        assert words not in claim
    assert found["/people/keeper/"] == "Warden."


NOT_SEARCHED = """
<h1>x1</h1><p class="kicker">x2</p><p class="byline">x3</p><p class="tally">x4</p>
<p class="disclaimer">x5</p><b data-rating="true">x6</b><sup>x7</sup>
<section class="footnotes"><a class="footnote-backref">x8</a></section>
<aside class="note"><header>x9</header><footer>x10</footer></aside>
<aside class="note" data-kind="claim">x11</aside>
<section class="questions"><h2>x12</h2><h4>x13</h4><p class="foot">x14</p></section>
<article class="claim" data-rating="true"><dl><dt>x15</dt></dl><p class="foot">x16</p>
<p class="meaning">x17</p><p class="said">x18</p><p class="passage"><b class="from">x19</b></p>
<p class="leaning">x20</p><p class="none">x21</p><p class="rival">x22</p></article>
"""


@installed
def test_what_templates_show_around_the_content_is_not_searched(tmp_path):
    pagefind, _ = search.find(None, WHERE)
    assert pagefind is not None
    page = f'<html lang="en"><main data-pagefind-body>{NOT_SEARCHED}<p>words</p></main></html>'
    folders.put(tmp_path, {"index.html": page})
    files = indexed(pagefind, {"index.html": str(tmp_path / "index.html")})
    assert [f["content"] for f in fragments(folders.put(tmp_path / "site", files)).values()] == [
        "words."
    ]


@installed
def test_only_files_that_the_page_loads_are_written(built):
    top = {
        path.name.split(".")[-1] + ":" + path.name.split(".")[0]
        for path in (built / "search/pagefind").iterdir()
    }
    assert top == {
        "index:index", "filter:filter", "fragment:fragment",
        "json:pagefind-entry", "js:pagefind", "pf_meta:pagefind", "pagefind:wasm",
    }  # fmt: skip
    names = {path.name for path in (built / "search/pagefind").glob("wasm.*")}
    assert names == {"wasm.en.pagefind", "wasm.de.pagefind"}


def _home(root: Path) -> str:
    return (root / "index.html").read_text(encoding="utf-8")


@installed
def test_the_search_page_and_the_link_to_it(built):
    page = pages.parse((built / "search/index.html").read_text(encoding="utf-8"))
    (form,) = pages.select(page, "form[role=search]")
    assert pages.select(form, "input[type=search]")
    options = [e.attributes["value"] for e in pages.select(form, "option")]
    assert options == ["", "article", "claim", "person", "", "true", "false"]
    assert pages.select(page, "meta[name=robots]")
    (link,) = pages.select(pages.parse(_home(built)), "a.to-search")
    assert link.attributes["href"] == "search/index.html"
    deep = pages.parse((built / "lighthouse/claims/wick/index.html").read_text(encoding="utf-8"))
    (link,) = pages.select(deep, "a.to-search")
    assert link.attributes["href"] == "../../../search/index.html"


@installed
def test_only_the_search_page_may_run_webassembly(built):
    able = {
        path.relative_to(built).as_posix()
        for path in built.rglob("*.html")
        if "wasm-unsafe-eval" in path.read_text(encoding="utf-8")
    }
    assert able == {"search/index.html"}


# --- with and without the extra ------------------------------------------------------------------


def assert_no_search(output: Path) -> None:
    assert _home(output)
    assert not (output / "search").exists()
    assert not list(output.glob("assets/search.*"))
    for path in output.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "to-search" not in text
        assert "data-pagefind" not in text


def test_a_missing_extra_is_not_reported_by_default(tmp_path, without_extra):
    output, result = build(tmp_path)
    assert result.problems == ()
    assert_no_search(output)


def test_a_missing_extra_is_reported_if_search_is_enabled(tmp_path, without_extra):
    settings = 'title = "T"\n[search]\nenabled = true\n'
    output, result = build(tmp_path, **{"site.toml": settings})
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("search-missing", "warning")
    assert (problem.location.path, problem.location.line, problem.location.column) == (
        "site.toml",
        3,
        1,
    )
    assert 'pip install "explainer-ssg[search]"' in problem.hint
    assert_no_search(output)
    assert build_site(tmp_path, BuildOptions(jobs=1, strict=True)).failed


@installed
def test_a_site_without_search(tmp_path):
    output, result = build(tmp_path, **{"site.toml": 'title = "T"\n[search]\nenabled = false\n'})
    assert result.problems == ()
    assert_no_search(output)


def test_enabled_is_a_boolean(tmp_path, without_extra):
    _, result = build(tmp_path, **{"site.toml": 'title = "T"\n[search]\nenabled = "yes"\n'})
    assert [(p.code, p.location.line) for p in result.problems] == [("bad-value", 3)]


def test_a_program_that_cannot_be_started(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "_program", lambda: str(tmp_path / "nowhere"))
    output, result = build(tmp_path)
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("search-failed", "warning")
    assert "it does not run (No such file or directory)" in problem.message
    assert_no_search(output)


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
@pytest.mark.parametrize("enabled", [None, True])
def test_a_program_that_does_not_tell_its_version(broken, enabled):
    broken.write_text(f"#!{sys.executable}\nraise SystemExit(3)\n")
    pagefind, (problem,) = search.find(enabled, WHERE)
    assert pagefind is None
    assert (problem.code, problem.severity) == ("search-failed", "warning")
    assert "it exits with code 3" in problem.message


@installed
def test_a_program_that_is_installed_and_wanted(capfd):
    assert search.find(True, WHERE) == (search.Pagefind(search._program(), WHERE), ())
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_if_the_program_fails_the_site_is_built_without_search(tmp_path, broken):
    output, result = build(tmp_path / "site")
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("search-failed", "warning")
    assert "out of order" in problem.message
    assert result.pages
    assert_no_search(output)
    strict, result = build(tmp_path / "strict", BuildOptions(jobs=1, strict=True))
    assert result.failed
    assert not strict.exists()


def speaks(program: Path, reply: str) -> None:
    """Make the program answer each request with what `reply` does to `answer`, given `kind`."""
    program.write_text(
        f"""#!{sys.executable}
import base64, json, os, sys
if "--version" in sys.argv:
    sys.exit()
parts = []
while part := os.read(0, 65536):
    parts.append(part)
    if not part.endswith(b","):
        continue
    kind = json.loads(base64.b64decode(b"".join(parts)))["payload"]["type"]
    parts, answer = [], {{"type": "Done"}}
    {reply}
    answer = json.dumps({{"message_id": 0, "payload": answer}})
    sys.stdout.buffer.write(base64.b64encode(answer.encode()) + b",")
    sys.stdout.buffer.flush()
"""
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
@pytest.mark.parametrize("entry", ["", "[]", '{"languages": {"en": {"hash": "x"}}}'])
def test_if_the_index_is_invalid_the_site_is_built_without_search(tmp_path, broken, entry):
    file = {"path": "pagefind-entry.json", "content": base64.b64encode(entry.encode()).decode()}
    speaks(broken, f"answer['files'] = [{file!r}]")
    output, result = build(tmp_path / "site")
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("search-failed", "warning")
    assert "cannot read its files" in problem.message
    assert_no_search(output)


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        ("if kind == 'AddFile': sys.exit('out of order')", "out of order"),
        ("if kind == 'AddFile': sys.exit()", "it stopped before it was done"),
        ("os.close(0)", "OSError: [Errno 9] Bad file descriptor"),  # it reads no more
        ("if kind == 'AddFile': answer = {'type': 'Error', 'message': 'too long'}", "too long"),
        ("sys.exit(f\"with {[k for k in os.environ if 'PAGEFIND' in k.upper()]}\")", "with []"),
    ],
)
@pytest.mark.parametrize("length", [1, 1 << 20])
def test_if_the_program_stops_its_last_words_are_told(
    tmp_path, broken, reply, trouble, length, monkeypatch
):
    monkeypatch.setenv("PAGEFIND_SITE", "elsewhere")
    monkeypatch.setenv("pagefind_verbose", "true")
    speaks(broken, reply)
    page = folders.put(tmp_path, {"index.html": "x" * length}) / "index.html"
    shard, (problem,) = search.index(
        search.Pagefind(str(broken), WHERE), {"index.html": str(page)}, "file"
    )
    assert shard is None
    assert problem.message.endswith(f"Pagefind failed: {trouble}")


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_a_program_that_stops_while_it_is_sent_a_page(tmp_path, broken):
    speaks(broken, "if kind == 'AddFile': sys.exit('out of order')")
    text = broken.read_text().replace("parts = []\n", "os.read(0, 300); sys.exit('late')\n", 1)
    broken.write_text(text)
    page = folders.put(tmp_path, {"index.html": "x" * (1 << 20)}) / "index.html"
    _, (problem,) = search.index(
        search.Pagefind(str(broken), WHERE), {"index.html": str(page)}, "file"
    )
    assert problem.message.endswith("Pagefind failed: late")


@installed
def test_a_site_without_articles_has_no_search(tmp_path):
    root = folders.put(tmp_path, {"site.toml": 'title = "T"\n', "content/index.md": ARTICLE})
    assert build_site(root, BuildOptions(jobs=1)).problems == ()
    assert_no_search(root / "_site")


@installed
def test_articles_can_link_to_the_search_page_but_not_replace_it(tmp_path):
    link = {"content/other.md": "---\ntitle: T\n---\n[Search](/search/)\n"}
    assert build(tmp_path / "a", **link)[1].problems == ()
    _, result = build(tmp_path / "b", **{"content/search.md": "---\ntitle: T\n---\n"})
    assert [(p.code, p.location.path) for p in result.problems] == [
        ("address-taken", "content/search.md")
    ]


def test_without_search_a_link_to_it_is_reported(tmp_path, without_extra):
    link = {"content/other.md": "---\ntitle: T\n---\n[Search](/search/)\n"}
    assert [p.location.line for p in build(tmp_path, **link)[1].problems] == [4]


@installed
def test_a_sites_own_files_take_precedence(tmp_path):
    own = {"static/search/pagefind/pagefind-entry.json": "{}"}
    output, result = build(tmp_path, **own)
    assert result.problems == ()
    assert (output / "search/pagefind/pagefind-entry.json").read_text() == "{}"


# --- the same bytes ------------------------------------------------------------------------------


@installed
def test_two_builds_are_byte_identical(tmp_path, monkeypatch):
    one, first = build(tmp_path / "one")
    assert [p.message for p in first.problems] == []
    monkeypatch.setenv("PAGEFIND_KEEP_INDEX_URL", "true")  # as a user's shell might
    monkeypatch.setenv("PAGEFIND_FORCE_LANGUAGE", "fr")
    monkeypatch.chdir(folders.put(tmp_path / "elsewhere", {"pagefind.yml": "force_language: fr"}))
    with folders.listed(backwards=True):
        other, second = build(tmp_path / "elsewhere/other", BuildOptions(jobs=2))
    assert [p.message for p in second.problems] == []
    assert folders.contents(one) == folders.contents(other)
    made = [*one.rglob("*.pf_filter"), *one.rglob("*.pf_meta")]
    assert made
    for path in made:
        assert re.fullmatch(r"(pagefind\.)?[a-z]+_[0-9a-f]{10}", path.stem), path


@installed
def test_unchanged_pages_stay_indexed_and_are_not_rewritten(tmp_path):
    build(tmp_path)
    _, again = build(tmp_path)  # no page is staged: the output already has them
    assert again.written is not None
    assert again.written.written == 0
    output, changed = build(tmp_path, **{"content/m3.md": "---\ntitle: Buoy\n---\nA buoy.\n"})
    assert changed.written is not None
    assert fragments(output)["/m3/"]["meta"]["title"] == "Buoy"
    clean, _ = build(tmp_path / "clean", **{"content/m3.md": "---\ntitle: Buoy\n---\nA buoy.\n"})
    assert folders.contents(output) == folders.contents(clean)


@pytest.mark.parametrize("number", [0, 23, 24, 255, 256, 65535, 65536, 1 << 32])
def test_packing_round_trip(number):
    item = [number, "é" * min(number, 300), [["a", []]] * min(number, 300)]

    assert search._unpack({"x": gzip.compress(search._pack(item))}, "x") == item


@pytest.mark.parametrize("item", [b"\xa1\x00\x00", b"\x20", b"\xf6", b"\x18\x17", b"\x00\x00"])
def test_other_types_and_ways_to_pack_are_refused(item):
    with pytest.raises(ValueError, match="unknown"):
        search._unpack({"x": gzip.compress(b"pagefind_dcd" + item)}, "x")


@installed
def test_the_order_of_pages_does_not_matter(tmp_path):
    pagefind, problems = search.find(None, WHERE)
    assert pagefind is not None
    assert problems == ()
    pages = {}
    for i in range(20):
        page = tmp_path / f"page{i}"
        page.write_text(f'<html lang="en"><main data-pagefind-body><h1>H</h1>word{i % 3} a</main>')
        pages[f"{i}/index.html"] = str(page)
    files = indexed(pagefind, pages)
    assert len(files) > 20
    assert indexed(pagefind, dict(reversed(pages.items()))) == files
