"""The complete path of a new user, from the installation to a page on the web.

Each step is what the guide's chapter "Start" tells to do: a command, or a change in a text file.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest

from tests.helpers import browser as browsers

pytestmark = [pytest.mark.slow, *browsers.needed]

NAME = "Ann's Übersicht"
"""The site's folder, with a space, an umlaut, and an apostrophe."""
ADDRESS = "https://ann.example/explainers/"
"""The URL at which the site is published: below a path, as for a GitHub project page."""
SENTENCE = "The next leap year is 2028."
NOTE = """\
  - quote: The next leap year
    note: It begins on a Saturday, as 2000 did.
"""


class Terminal:
    """A new user's terminal: explainer and git, no configuration, and a current folder."""

    def __init__(self, home: Path, programs: Path) -> None:
        self.here = home
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PYTHON"))},
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
        }

    def __call__(self, line: str, code: int = 0) -> str:
        """Run a command line, and return its output, which must not contain a traceback."""
        words = shlex.split(line)
        if words[0] == "cd":
            self.here /= words[1]
            assert self.here.is_dir()
            return ""
        done = subprocess.run(
            words,
            cwd=self.here,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, f"{line}\n{done.stdout}"
        assert "Traceback" not in done.stdout
        return done.stdout

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a file."""
        path = self.here / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old)
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def published(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Go through all steps, and return a clone of the branch that the web server uses."""
    home = tmp_path_factory.mktemp("home")
    run = Terminal(home, programs)
    article, notes = "content/leap-years/index.md", "content/leap-years/index.yaml"

    # Create a site. It is valid from the start.
    output = run(f"explainer new {shlex.quote(NAME)}")
    assert f"cd {shlex.quote(NAME)}\n" in output
    run(f"cd {shlex.quote(NAME)}")
    assert "no problems" in run("explainer check")

    # Add a sentence and a note on it, the site's title, and its URL.
    run.edit(article, "seen it fail.\n", f"seen it fail. {SENTENCE}\n")
    run.edit(notes, "notes:\n", f"notes:\n{NOTE}")
    run.edit("site.toml", f'title = "{NAME}"', 'title = "What Ann found"')
    run.edit("site.toml", '# url = "https://example.org/explainers/"', f'url = "{ADDRESS}"')
    assert "no problems" in run("explainer check")

    # Make a mistake: a quote that is not in the text. It is reported with the nearest words.
    run.edit(notes, "quote: The next leap year\n", "quote: The next long year\n")
    output = run("explainer check", code=1)
    lines = (run.here / notes).read_text(encoding="utf-8").split("\n")
    line = 1 + lines.index("  - quote: The next long year")
    assert f"{notes}:{line}:12: error[quote-lost]: " in output
    assert "      - quote: The next long year\n               ^\n" in output
    mended = "quote: 'The next leap year'\n"
    article = (run.here / notes).with_suffix(".md").read_text(encoding="utf-8").split("\n")
    at = 1 + next(i for i, text in enumerate(article) if "The next leap year" in text)
    assert f"  hint: the most similar text is on line {at}:\n        {mended}" in output
    assert "nothing written" in run("explainer build", code=1)
    assert not (run.here / "_site").exists()
    run.edit(notes, "quote: The next long year\n", mended)
    assert "no problems" in run("explainer check --strict")
    assert "no problems" in run("explainer build")
    assert (run.here / "_site/leap-years/index.html").is_file()

    # Commit it to a repository, as in the site's README.md. A bare repository acts as GitHub.
    run("git init --quiet --bare ../hub.git")
    run("git config --global user.name Ann")
    run("git config --global user.email ann@ann.example")
    run("git init --quiet -b main")
    run("git add .")
    run("git commit --quiet -m 'First explainer'")
    assert "_site" not in run("git ls-files"), "the output must not be committed"
    run("git remote add origin ../hub.git")
    run("git push --quiet -u origin main")

    # Publish: first a dry run, then for real, then again with nothing to do.
    output = run("explainer publish --dry-run")
    assert "to     gh-pages on origin, which does not exist yet" in output
    assert f"for    {ADDRESS}" in output
    assert "Nothing was pushed (--dry-run)." in output
    assert "Pushed " in run("explainer publish")
    assert "Nothing to publish" in run("explainer publish")
    assert run("git status --porcelain") == ""

    run("cd ..")
    run("git clone --quiet --branch gh-pages hub.git web")
    assert (run.here / "web/.nojekyll").is_file()
    return run.here / "web"


@pytest.fixture(scope="module")
def web(published: Path) -> Iterator[str]:
    """The URL at which the branch is served, below `/explainers/`."""
    with browsers.served(published, "/explainers/") as url:
        yield url


def assert_no_complaints(heard: browsers.Heard, web: str) -> None:
    assert heard.messages == []
    assert [url for url in heard.requests if not url.startswith((web, "data:"))] == []


def test_the_note_is_beside_its_words(browser: Any, web: str) -> None:
    with browsers.opened(browser, web, 1280) as (page, heard):
        assert page.title() == "What Ann found"
        page.get_by_role("link", name="Is every fourth year a leap year?").first.click()
        page.wait_for_url(f"{web}leap-years/")
        mark = page.locator("mark[data-annotation]", has_text="The next leap year")
        note = page.locator(f"#note-{mark.get_attribute('data-annotation')}")
        assert "as 2000 did" in note.inner_text()
        mark.scroll_into_view_if_needed()
        words, beside = mark.bounding_box(), note.bounding_box()
        assert words
        assert beside
        assert beside["x"] > words["x"] + words["width"], "in the margin"
        assert beside["y"] < words["y"] + words["height"] + 100, "at the height of its words"
        assert beside["y"] + beside["height"] > words["y"]
        page.wait_for_load_state("networkidle")
        assert_no_complaints(heard, web)


def test_on_a_phone_the_note_opens_under_its_paragraph(browser: Any, web: str) -> None:
    with browsers.opened(browser, f"{web}leap-years/", 390, has_touch=True) as (page, heard):
        mark = page.locator("mark[data-annotation]", has_text="The next leap year")
        note = page.locator(f"#note-{mark.get_attribute('data-annotation')}")
        assert not note.is_visible()
        mark.tap()
        note.wait_for(state="visible")
        assert note.bounding_box()["y"] > mark.bounding_box()["y"]
        assert_no_complaints(heard, web)


IDS = "[...document.querySelectorAll('[id]')].map(e => e.id)"
LINKS = """() => [...document.querySelectorAll('a[href], link[href], [src]')].flatMap(
    e => e.href instanceof SVGAnimatedString ? [] : [e.href || e.src])"""


def test_every_page_is_reachable_and_has_links(browser: Any, web: str, published: Path) -> None:
    """Follow links as the browser resolves them. Links to the web are only collected."""
    opened: dict[str, set[str]] = {}
    wanted: list[tuple[str, str]] = []
    todo = [web]
    with browsers.opened(browser, web, 1280) as (page, heard):
        while todo:
            url = todo.pop()
            if url in opened:
                continue
            opened[url] = set()
            answer = page.request.get(url)
            assert answer.status == 200, url
            if "text/html" not in answer.headers["content-type"]:
                continue
            page.goto(url)
            opened[url] = set(
                page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
            )
            for link in page.evaluate(LINKS):
                target, fragment = urldefrag(link)
                if target.startswith(web):
                    wanted.append((target, fragment))
                    todo.append(target)
        assert_no_complaints(heard, web)
    assert [each for each in wanted if each[1] and each[1] not in opened[each[0]]] == []
    there = {url.removesuffix("index.html") for url in opened}
    claims = {f"{web}leap-years/claims/{name}/" for name in CLAIMS}
    assert claims <= there, "each claim has a page"
    pages = {
        web + path.relative_to(published).as_posix().removesuffix("index.html")
        for path in published.rglob("index.html")
    }
    assert pages == {url for url in there if url.endswith("/")}


CLAIMS = ("every-fourth-year", "centuries-differ", "excel-1900")


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_page_of_each_claim(browser: Any, web: str, claim: str) -> None:
    with browsers.opened(browser, f"{web}leap-years/", 1280) as (page, heard):
        row = page.locator("details", has=page.locator(f"a[href='claims/{claim}/']"))
        row.locator("summary").first.click()
        row.locator(f"a[href='claims/{claim}/']").first.click()
        page.wait_for_url(f"{web}leap-years/claims/{claim}/")
        assert page.locator("[data-rating]").first.is_visible()
        canonical = page.locator("link[rel=canonical]").get_attribute("href")
        assert canonical == f"{ADDRESS}leap-years/claims/{claim}/"
        page.wait_for_load_state("networkidle")
        assert_no_complaints(heard, web)


def test_the_404_page_links_to_the_home_page(browser: Any, web: str) -> None:
    with browsers.opened(browser, f"{web}leap-years/nothing/here", 1280) as (page, heard):
        (message,) = heard.messages  # Chromium's own message that the page was not found
        assert "404" in message
        heard.messages.clear()
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 10
        page.locator("header a").first.click()
        page.wait_for_url(f"{web}**")
        assert page.title() == "What Ann found"
        assert_no_complaints(heard, web)
