"""The search: what Pagefind is given, what becomes of it, and the page in a browser."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import shutil
import stat
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.model.location import Location
from explainer.model.report import as_text
from explainer.output import search
from tests.helpers import folders, pages

CHROMIUM = shutil.which("chromium")
WHERE = Location("site.toml")
PROGRAM = search._program()  # looked up before conftest.py takes it away

installed = pytest.mark.skipif(
    PROGRAM is None and "CI" not in os.environ, reason="the extra `search` is not installed"
)


@pytest.fixture(scope="module", autouse=True)
def _with_search():
    """As it is where the extra is installed (see conftest.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: PROGRAM)
        yield


@pytest.fixture
def without(monkeypatch):
    """As it is where the extra is not installed."""
    monkeypatch.setattr(search, "_program", lambda: None)


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A Pagefind that says its version, and fails at everything else."""
    program = tmp_path / "pagefind"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nif '--version' not in sys.argv:\n"
        "    print('something', file=sys.stderr)\n    sys.exit('out of order')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(search, "_program", lambda: str(program))
    return program


# --- a site --------------------------------------------------------------------------------------

ARTICLE = """\
---
title: The lighthouse
date: 2026-01-02
genre: analysis
topics: [Coasts & harbours]
summary: Who lit it, and when.
---
## Its keeper

The keeper trimmed the wick at dusk, a < b && c > d. It burned *paraffin*.

He said that nobody ever drowned there.
"""
ANNOTATIONS = """\
sources:
  log: {title: The log, publisher: The Harbour Office, date: 1901}
people:
  keeper: {name: Ada Quill, role: Warden}
claims:
  - id: nobody
    quote: nobody ever drowned there
    claim: Not one sailor perished at the reef.
    by: keeper
    rating: false
    review: The register counts eleven shipwrecks.
    evidence: [{source: log, stance: disputes, quote: eleven were lost}]
  - id: wick
    quote: trimmed the wick
    claim: The wick was trimmed daily.
    rating: true
notes:
  - quote: paraffin
    note: Distilled from petroleum, and called kerosene elsewhere.
questions:
  - quote: at dusk
    question: Who relieved her on Sundays?
    answers: [{answer: A deputy named Barnaby., by: keeper}]
"""
GERMAN = """\
---
title: Über die Küste
language: de
genre: news
---
Die Häuser stehen weit auseinander. Der Bürgermeister schwieg.
"""
FILES = {
    "site.toml": 'title = "Coasts"\n',
    "content/lighthouse/index.md": ARTICLE,
    "content/lighthouse/index.yaml": ANNOTATIONS,
    "content/küste.md": GERMAN,
    "content/secret.md": "---\ntitle: Hidden\nnoindex: true\n---\nA xylophone, the wick.\n",
    "content/second.md": "---\ntitle: The second\n---\n" + "The wick again.\n" * 3,
    **{f"content/m{i}.md": f"---\ntitle: Mooring {i}\n---\nA mooring, n{i}.\n" for i in range(14)},
}


def build(
    root: Path,
    options: BuildOptions = BuildOptions(jobs=1),  # noqa: B008
    **files: str,
) -> tuple[Path, BuildResult]:
    folders.put(root, {**FILES, **files})
    return root / "_site", build_site(root, options)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    output, result = build(tmp_path_factory.mktemp("search"))
    assert as_text(result.problems, result.texts, color=False) == ""
    return output


def fragments(output: Path) -> dict[str, dict]:
    """What Pagefind knows of each page, by address."""
    found = (
        json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        for path in (output / "search/pagefind/fragment").iterdir()
    )
    return {fragment["url"]: fragment for fragment in found}


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
def test_facts(built):
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
def test_only_what_readers_look_for_is_searched(built):
    found = {url: fragment["content"] for url, fragment in fragments(built).items()}
    article = found["/lighthouse/"]
    for words in ("trimmed the wick at dusk", "kerosene elsewhere", "on Sundays", "Barnaby"):
        assert words in article
    # A claim has a page of its own; titles, marks, and what every page says are left out.
    for words in ("perished", "shipwrecks", "The lighthouse", "Analysis", "False", "Open question"):
        assert words not in article
    assert "said that nobody ever drowned there." in article, "a mark stands in the text"
    claim = found["/lighthouse/claims/nobody/"]
    for words in ("eleven shipwrecks", "eleven were lost", "nobody ever drowned"):
        assert words in claim
    for words in ("perished", "Against", "independent", "Claimed", "None found", "In the text"):
        assert words not in claim
    assert found["/people/keeper/"] == "Warden."


@installed
def test_only_what_the_page_loads_is_written(built):
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


# --- with and without ----------------------------------------------------------------------------


def assert_no_search(output: Path) -> None:
    assert _home(output)
    assert not (output / "search").exists()
    assert not list(output.glob("assets/search.*"))
    for path in output.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "to-search" not in text
        assert "data-pagefind" not in text


def test_without_the_extra_nobody_is_told_who_did_not_ask(tmp_path, without):
    output, result = build(tmp_path)
    assert result.problems == ()
    assert_no_search(output)


def test_the_extra_that_a_site_asks_for_is_missing(tmp_path, without):
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


def test_enabled_is_a_boolean(tmp_path, without):
    _, result = build(tmp_path, **{"site.toml": 'title = "T"\n[search]\nenabled = "yes"\n'})
    assert [(p.code, p.location.line) for p in result.problems] == [("bad-value", 3)]


def test_a_program_that_cannot_be_run(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "_program", lambda: str(tmp_path / "nowhere"))
    output, result = build(tmp_path)
    assert [(p.code, p.severity) for p in result.problems] == [("search-failed", "warning")]
    assert_no_search(output)


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_a_program_that_fails_leaves_a_whole_site_without_search(tmp_path, broken):
    output, result = build(tmp_path / "site")
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("search-failed", "warning")
    assert "out of order" in problem.message
    assert result.pages
    assert_no_search(output)
    strict, result = build(tmp_path / "strict", BuildOptions(jobs=1, strict=True))
    assert result.failed
    assert not strict.exists()


@installed
@pytest.mark.parametrize("entry", ["", "[]", '{"languages": {"en": {"hash": "x"}}}'])
def test_files_of_another_form_leave_a_whole_site_without_search(tmp_path, broken, entry):
    broken.write_text(
        f"""#!{sys.executable}
import base64, json, pathlib, sys
if "--version" in sys.argv:
    sys.exit()
request = b""
while byte := sys.stdin.buffer.read(1):
    if byte != b",":
        request += byte
        continue
    payload = json.loads(base64.b64decode(request))["payload"]
    request = b""
    if payload["type"] == "WriteFiles":
        folder = pathlib.Path(payload["output_path"])
        folder.mkdir()
        (folder / "pagefind-entry.json").write_text({entry!r})
    answer = json.dumps({{"message_id": 0, "payload": {{"type": "Done"}}}})
    sys.stdout.buffer.write(base64.b64encode(answer.encode()) + b",")
    sys.stdout.buffer.flush()
"""
    )
    output, result = build(tmp_path / "site")
    assert [(p.code, p.severity) for p in result.problems] == [("search-failed", "warning")]
    assert_no_search(output)


@installed
def test_no_articles_no_search(tmp_path):
    root = folders.put(tmp_path, {"site.toml": 'title = "T"\n', "content/index.md": ARTICLE})
    assert build_site(root, BuildOptions(jobs=1)).problems == ()
    assert_no_search(root / "_site")


@installed
def test_an_article_may_not_take_its_address_but_may_link_to_it(tmp_path):
    link = {"content/other.md": "---\ntitle: T\n---\n[Search](/search/)\n"}
    assert build(tmp_path / "a", **link)[1].problems == ()
    _, result = build(tmp_path / "b", **{"content/search.md": "---\ntitle: T\n---\n"})
    assert [(p.code, p.location.path) for p in result.problems] == [
        ("address-taken", "content/search.md")
    ]


def test_without_a_search_a_link_to_it_leads_nowhere(tmp_path, without):
    link = {"content/other.md": "---\ntitle: T\n---\n[Search](/search/)\n"}
    assert [p.location.line for p in build(tmp_path, **link)[1].problems] == [4]


@installed
def test_own_files_go_before_ours(tmp_path):
    own = {"static/search/pagefind/pagefind-entry.json": "{}"}
    output, result = build(tmp_path, **own)
    assert result.problems == ()
    assert (output / "search/pagefind/pagefind-entry.json").read_text() == "{}"


# --- the same bytes ------------------------------------------------------------------------------


@installed
def test_two_builds_are_byte_identical(tmp_path, monkeypatch):
    one, first = build(tmp_path / "one")
    assert [p.message for p in first.problems] == []
    monkeypatch.setenv("PAGEFIND_KEEP_INDEX_URL", "true")  # as in somebody's shell
    monkeypatch.setenv("PAGEFIND_FORCE_LANGUAGE", "fr")
    monkeypatch.chdir(folders.put(tmp_path / "elsewhere", {"pagefind.yml": "force_language: fr"}))
    with folders.listed(backwards=True):
        other, second = build(tmp_path / "elsewhere/other", BuildOptions(jobs=2))
    assert [p.message for p in second.problems] == []
    assert folders.contents(one) == folders.contents(other)


@installed
def test_what_has_not_changed_is_indexed_as_before_and_not_written_again(tmp_path):
    build(tmp_path)
    _, again = build(tmp_path)  # no page is staged: all of them stand in the output
    assert again.written is not None
    assert again.written.written == 0
    output, changed = build(tmp_path, **{"content/m3.md": "---\ntitle: Buoy\n---\nA buoy.\n"})
    assert changed.written is not None
    assert fragments(output)["/m3/"]["meta"]["title"] == "Buoy"
    clean, _ = build(tmp_path / "clean", **{"content/m3.md": "---\ntitle: Buoy\n---\nA buoy.\n"})
    assert folders.contents(output) == folders.contents(clean)


@pytest.mark.parametrize("number", [0, 23, 24, 255, 256, 65535, 65536, 1 << 32])
def test_what_is_packed_is_unpacked(number):
    item = [number, "é" * min(number, 300), [["a", []]] * min(number, 300)]

    assert search._unpack({"x": gzip.compress(search._pack(item))}, "x") == item


@installed
def test_the_order_of_pages_does_not_show(tmp_path):
    pagefind, problems = search.find(None, WHERE)
    assert pagefind is not None
    assert problems == ()
    pages = {}
    for i in range(20):
        page = tmp_path / f"page{i}"
        page.write_text(f'<html lang="en"><main data-pagefind-body><h1>H</h1>word{i % 3} a</main>')
        pages[f"{i}/index.html"] = str(page)
    files, problems = search.index(pagefind, pages)
    assert files
    assert problems == ()
    assert search.index(pagefind, dict(reversed(pages.items()))) == (files, ())


# --- in a browser --------------------------------------------------------------------------------

browser_only = [
    pytest.mark.browser,
    installed,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="Debian's chromium is not installed"
    ),
]


def in_browser(test):
    for mark in browser_only:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "chromium is missing, and CI may not go without it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # the browser's own wish, of no page
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="module", params=["/", "/some/base/"])
def address(request, built, tmp_path_factory):
    """Where the site is served: at the top of a server, and below a path."""
    top = built
    if request.param != "/":
        top = tmp_path_factory.mktemp("www")
        (top / "some").mkdir()
        shutil.copytree(built, top / "some/base")
    handler = functools.partial(_Handler, directory=str(top))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{request.param}"
        server.shutdown()
        thread.join()


@pytest.fixture
def visit(browser):
    """Open an address; afterwards no message may have come, and no other host been asked."""
    seen = []

    def go(url, **options):
        page = browser.new_context(**options).new_page()
        messages, requests = [], []
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        seen.append((page, url, messages, requests))
        page.goto(url)
        return page

    yield go
    for page, url, messages, requests in seen:
        page.context.close()
        assert messages == []
        assert all(r.split("/")[:3] == url.split("/")[:3] for r in requests), requests


def found(page, status):
    """The results' titles and links, once there are as many as the status says."""
    from playwright.sync_api import expect

    expect(page.locator("#search-status")).to_have_text(status)
    links = page.locator("#search-results h2 a").all()
    return [(link.inner_text(), link.get_attribute("href")) for link in links]


@in_browser
def test_a_word_of_an_article_is_found_with_umlauts_and_in_its_languages_forms(visit, address):
    page = visit(address + "search/")
    field = page.get_by_role("searchbox", name="Words to look for")
    assert field.evaluate("e => e === document.activeElement")
    field.fill("paraffin")
    assert found(page, "1 result for “paraffin”") == [
        ("The lighthouse", address + "lighthouse/"),
    ]
    assert page.locator("#search-results mark").inner_text() == "paraffin."
    assert page.locator("#search-results .kicker").inner_text() == "Analysis"
    assert page.url == address + "search/?q=paraffin"
    field.fill("bürgermeister")
    assert found(page, "1 result for “bürgermeister”") == [
        ("Über die Küste", address + quote("küste/")),
    ]
    assert page.locator("#search-results h2").get_attribute("lang") == "de"
    assert page.locator("#search-results .kicker").inner_text() == "News · German"
    field.fill("haus")  # German's stem of «Häuser»: English would not find it
    assert len(found(page, "1 result for “haus”")) == 1
    field.fill("der Bürgermeisterin")
    assert len(found(page, "1 result for “der Bürgermeisterin”")) == 1
    page.locator("#search-results h2 a").click()
    assert page.locator("h1").inner_text() == "Über die Küste"
    assert page.evaluate("document.documentElement.lang") == "de"


@in_browser
def test_what_is_typed_before_the_script_is_there_is_searched_for(visit, address):
    page = visit(address)
    held = []
    page.route("**/assets/search.js*", lambda route: held.append(route))
    page.goto(address + "search/", wait_until="commit")
    page.get_by_role("searchbox").fill("paraffin")
    assert len(held) == 1
    held[0].continue_()
    assert found(page, "1 result for “paraffin”")


@in_browser
def test_a_claim_is_found_by_its_words_its_review_and_its_speaker(visit, address):
    page = visit(address + "search/?q=perished")
    claim = ("Not one sailor perished at the reef.", address + "lighthouse/claims/nobody/")
    assert found(page, "1 result for “perished”") == [claim]
    assert page.locator("#search-results .kicker").inner_text() == "Claim · False · Ada Quill"
    badge = page.locator("#search-results .badge")
    assert badge.get_attribute("data-rating") == "false"
    page.locator("#search-words").fill("eleven shipwrecks")
    assert found(page, "1 result for “eleven shipwrecks”") == [claim]
    page.locator("#search-words").fill("quill")
    assert set(found(page, "3 results for “quill”")) == {
        claim,
        ("Ada Quill", address + "people/keeper/"),
        ("The lighthouse", address + "lighthouse/"),  # its question was answered by her
    }


@in_browser
def test_filters_are_kept_in_the_address(visit, address):
    page = visit(address + "search/?q=wick")
    everything = found(page, "3 results for “wick”")
    assert {title for title, _ in everything} == {
        "The lighthouse",
        "The second",
        "The wick was trimmed daily.",
    }
    page.get_by_label("Look in").select_option("article")
    assert len(found(page, "2 results for “wick”")) == 2
    page.get_by_label("Look in").select_option("")
    page.get_by_label("Rated").select_option("true")
    (only,) = found(page, "1 result for “wick”")
    assert only == ("The wick was trimmed daily.", address + "lighthouse/claims/wick/")
    assert page.url == address + "search/?q=wick&rating=true"
    page.reload()
    assert found(page, "1 result for “wick”") == [only]
    assert page.get_by_label("Rated").input_value() == "true"
    page.get_by_label("Rated").select_option("false")
    assert found(page, "Nothing found for “wick”.") == []


@in_browser
def test_nothing_found_and_nothing_asked(visit, address):
    page = visit(address + "search/?q=xylophone&kind=nonsense")
    assert found(page, "Nothing found for “xylophone”.") == []
    assert page.get_by_label("Look in").input_value() == ""
    page.locator("#search-words").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Search").click()
    assert found(page, "Nothing found for “<img src=x onerror=alert(1)>”.") == []
    for word in ("theatre", "aardvark", "wick theatre"):  # “the” and “a” are no results
        page.locator("#search-words").fill(word)
        assert found(page, f"Nothing found for “{word}”.") == []
    page.locator("#search-words").fill("")
    assert found(page, "") == []
    assert page.url == address + "search/"


@in_browser
def test_an_excerpt_is_text_whatever_stands_in_it(visit, address):
    page = visit(address + "search/?q=trimmed+dusk")
    found(page, "1 result for “trimmed dusk”")
    assert "a < b && c > d" in page.locator(".excerpt").inner_text()


@in_browser
def test_more_than_fit_are_shown_when_they_are_asked_for(visit, address):
    page = visit(address + "search/?q=mooring")
    assert len(found(page, "14 results for “mooring”")) == 10
    page.get_by_role("button", name="Show more").focus()
    page.keyboard.press("Enter")
    page.locator("#search-results li:nth-child(14)").wait_for()
    assert not page.locator("#search-more").is_visible()
    eleventh = page.locator("#search-results li:nth-child(11) a")
    assert eleventh.evaluate("e => e === document.activeElement")
    assert len({url for _, url in found(page, "14 results for “mooring”")}) == 14


@in_browser
def test_by_the_keyboard_alone(visit, address):
    page = visit(address + "search/", reduced_motion="reduce", color_scheme="dark")
    page.keyboard.type("paraffin")
    page.keyboard.press("Enter")
    found(page, "1 result for “paraffin”")
    for _ in range(4):  # the button, two filters, the result
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(address + "lighthouse/")


@in_browser
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out(visit, address, width):
    page = visit(address + "search/?q=wick", viewport={"width": width, "height": 800})
    found(page, "3 results for “wick”")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@in_browser
def test_the_key_leads_to_the_search_and_to_its_field(visit, address):
    page = visit(address + "lighthouse/")
    page.keyboard.press("Control+/")
    assert page.url == address + "lighthouse/"
    page.keyboard.press("/")
    page.wait_for_url(address + "search/index.html")
    page.locator("h1").click()
    page.keyboard.press("/")
    field = page.locator("#search-words")
    assert field.evaluate("e => e === document.activeElement")
    page.keyboard.type("and/or")
    assert field.input_value() == "and/or"


@in_browser
def test_from_disk_it_says_why_it_cannot(visit, built):
    page = visit((built / "search/index.html").as_uri() + "?q=wick")
    assert "A page opened from disk cannot search" in page.locator("#search-status").inner_text()
    assert page.locator("#search-words").is_disabled()


@in_browser
def test_without_javascript_it_says_so_and_shows_other_ways(visit, address):
    page = visit(address + "search/", java_script_enabled=False)
    assert "Searching needs JavaScript" in page.locator("main").inner_text()
    assert not page.locator("#search-words").is_visible()
    listed = page.locator("main li a").all_inner_texts()
    assert listed == ["Claims", "Sources", "People", "Topics"]


@in_browser
def test_an_index_that_cannot_be_had_is_told(browser, address):
    page = browser.new_context().new_page()
    page.route("**/pagefind-entry.json*", lambda route: route.abort())
    page.goto(address + "search/?q=wick")
    assert found(page, "The search could not be loaded. Try again when you are online.") == []
    page.unroute("**/pagefind-entry.json*")
    page.get_by_role("button", name="Search").click()
    assert len(found(page, "3 results for “wick”")) == 3
    page.context.close()
