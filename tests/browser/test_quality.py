"""Checks of every kind of page: axe, valid HTML, no external requests, no layout shift.

The pages are this repository's own site, built once with a base path and served over HTTP.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.scalars import Url
from explainer.output import search
from explainer.render import rows
from explainer.site import sheets
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import npm, pages
from tests.helpers.axe import violations
from tests.helpers.kinds import KINDS

PAGEFIND = search._program()  # looked up before conftest.py takes it away
HTML_VALIDATE = "10.17.0"
WIDE, NARROW = 1280, 390

pytestmark = browsers.needed


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The site's folder, and the URL at which it is served, with a base path."""
    output = tmp_path_factory.mktemp("served") / "site"
    with browsers.served(output, "/some/base/") as base:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "_program", lambda: PAGEFIND)
            built = build_site(ROOT, BuildOptions(output=output, future=True, base_url=Url(base)))
        assert built.problems == ()
        yield output, base


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with chapters and a menu, in each theme, and from right to left."""
    output = tmp_path_factory.mktemp("walked")
    site = tmp_path_factory.mktemp("chapters") / "site"
    shutil.copytree(ROOT / "tests/sites/chapters", site, ignore=shutil.ignore_patterns("expected"))
    text = (site / "site.toml").read_text(encoding="utf-8")
    for name, more in {
        "default": "",
        "ledger": 'theme = "ledger"\n',
        "ar": 'language = "ar"\n',
    }.items():
        (site / "site.toml").write_text(more + text, encoding="utf-8")
        assert not build_site(site, BuildOptions(output=output / name, jobs=1)).failed
    return output


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with few entries on each page of a list."""
    output = tmp_path_factory.mktemp("paged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "MOST", 4)
        patch.setattr(sheets, "MOST_USES", 1)
        patch.setattr(rows, "MOST_USES", 1)
        built = build_site(ROOT, BuildOptions(output=output, future=True, jobs=1))
    assert built.problems == ()
    return output


def kinds(output: Path) -> dict[str, str]:
    """The kinds of pages in this build. Without Pagefind, there is no search page."""
    return {kind: path for kind, path in KINDS.items() if (output / path).is_file()}


# --- axe: see test_accessibility.py for other pages -----------------------------------------------


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_on_further_pages_of_lists(browser: Any, paged: Path, width: int) -> None:
    names = [f"{name}page/2" for name in ("", "claims/", "sources/", "people/", "topics/")]
    names += [path.parent.relative_to(paged).as_posix() for path in paged.glob("sources/*/*.html")]
    assert len(names) > 5
    urls = [(paged / name / "index.html").as_uri() for name in names]
    for scheme in ("light", "dark"):
        window = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        assert violations(browser, urls, opened=True, **window) == []


# --- HTML ----------------------------------------------------------------------------------------

RULES = {
    "extends": ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
    "rules": {
        # Where a title is truncated is a matter of taste.
        "long-title": "off",
        # With `role=note` on an aside, screen readers say “note” instead of “complementary”.
        # Browsers and axe accept it; html-validate reports every role on a landmark.
        "prefer-native-element": "off",
        # Headings with references have a name without these.
        "aria-label-misuse": ["error", {"allowAnyNamable": True}],
        # Files from the same server. Browsers reject `integrity` on pages opened from disk.
        "require-sri": "off",
        # Filters take effect immediately and only with a script, so there is nothing to submit.
        "wcag/h32": "off",
    },
}


@pytest.mark.parametrize("name", ["served", "stress", "walked", "paged"])
def test_html_is_valid(request: pytest.FixtureRequest, tmp_path: Path, name: str) -> None:
    folder = npm.package("html-validate", HTML_VALIDATE)
    made = request.getfixturevalue(name)
    output = made[0] if name == "served" else made
    config = tmp_path / "rules.json"
    config.write_text(json.dumps(RULES), encoding="utf-8")
    program = folder / "bin/html-validate.mjs"
    report = tmp_path / "report.json"
    with report.open("wb") as out:  # it exits before a pipe has received everything
        done = subprocess.run(
            ["node", str(program), "--config", str(config), "--formatter", "json", str(output)],
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert report.stat().st_size, done.stderr.decode()
    found = [
        (Path(result["filePath"]).relative_to(output).as_posix(), m["ruleId"], m["message"])
        for result in json.loads(report.read_bytes())
        for m in result["messages"]
    ]
    assert found == []


# --- no external requests, no messages, no layout shifts -----------------------------------------

SHIFT = """() => { window.shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))
    .observe({type: 'layout-shift', buffered: true}); }"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pages_load_without_messages_or_layout_shifts(
    browser: Any, served: tuple[Path, str], width: int
) -> None:
    output, base = served
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(f"({SHIFT})()")
    for path in kinds(output).values():
        page.goto(base + path, wait_until="networkidle")
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(60)
        assert page.evaluate("window.shift") < 0.001, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
        assert "default-src 'none'" in policy
    context.close()
    assert said == []
    assert all(url.startswith((base, "data:")) for url in asked)


def test_layout_shift_is_small_with_hidden_notes(browser: Any, served: tuple[Path, str]) -> None:
    """The choice of an earlier visit applies immediately.

    On a busy machine, a deferred script can run after the first paint, so that hiding notes shifts
    the layout. web.dev calls a shift of up to 0.1 good. Without a choice, there is none at all.
    """
    _, base = served
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    page.add_init_script(f"({SHIFT})()")
    page.goto(base + KINDS["article"])
    page.evaluate("""localStorage['explainer:view'] = '{"view": "claims"}'""")
    page.reload(wait_until="networkidle")
    assert page.locator(".text .note:not([data-kind]):visible").count() == 0
    assert page.locator(".text .note:visible").count() > 0
    page.wait_for_timeout(100)
    assert page.evaluate("window.shift") < 0.1
    context.close()


# --- links ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def at_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder and the URL of the site at `/`, without a search page."""
    output = tmp_path_factory.mktemp("at-root") / "site"
    with browsers.served(output) as base:
        assert not build_site(
            ROOT, BuildOptions(output=output, future=True, base_url=Url(base))
        ).failed
        yield output, base


def leads_nowhere(output: Path, base: str, url: str) -> bool:
    """Whether an address of the served site has no file."""
    if urlsplit(url).netloc != urlsplit(base).netloc:
        return False
    file = unquote(urlsplit(url).path.removeprefix(urlsplit(base).path))
    return not (
        url.startswith(base.rstrip("/"))
        and (output / file / ("index.html" if file.endswith("/") or not file else "")).is_file()
    )


@pytest.mark.parametrize("place", ["served", "at_root"])
def test_urls_in_feeds_and_data_exist(request: pytest.FixtureRequest, place: str) -> None:
    output, base = request.getfixturevalue(place)
    found: list[tuple[str, str]] = []
    for path in output.rglob("*.xml"):
        name = path.relative_to(output).as_posix()
        tree = ET.fromstring(path.read_bytes())
        texts = [e.text or "" for e in tree.iter() if e.tag.endswith(("}loc", "}id", "}uri"))]
        texts += [e.attrib["href"] for e in tree.iter() if "href" in e.attrib]
        for element in tree.iter():
            if element.tag.endswith(("}content", "}summary")) and element.text:
                inside = pages.parse(f"<div>{element.text}</div>")
                texts += [url for e in inside for url in addresses_of(e)]
        found += [(name, text) for text in texts if text.startswith("http")]
    for path in output.rglob("annotations.json"):
        name = path.relative_to(output).as_posix()
        found += [
            (name, url)
            for url in strings(json.loads(path.read_bytes()))
            if url.startswith(base.rstrip("/"))
        ]
    assert {name for name, _ in found} >= {"feed.xml", "claims/feed.xml", "sitemap.xml"}
    assert len(found) > 300
    assert [(n, url) for n, url in found if leads_nowhere(output, base, urldefrag(url)[0])] == []


def strings(data: object) -> Iterator[str]:
    """Yield every string in JSON data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


@pytest.mark.parametrize("place", ["served", "at_root"])
def test_every_link_works_on_a_server(request: pytest.FixtureRequest, place: str) -> None:
    """Links are resolved as in a browser at the served URL."""
    output, base = request.getfixturevalue(place)
    read = {
        path.relative_to(output).as_posix(): list(pages.parse(path.read_text(encoding="utf-8")))
        for path in output.rglob("*.html")
    }
    ids = {name: {e.attributes.get("id") for e in elements} for name, elements in read.items()}
    bad = []
    for name, elements in read.items():
        for link in {url for element in elements for url in addresses_of(element)}:
            target, fragment = urldefrag(urljoin(base + name, link))
            if urlsplit(target).netloc != urlsplit(base).netloc:
                continue
            file = unquote(urlsplit(target).path.removeprefix(urlsplit(base).path))
            file = f"{file}index.html" if file.endswith("/") or not file else file
            there = target.startswith(base) and (output / file).is_file()
            if not there or (fragment and file in ids and unquote(fragment) not in ids[file]):
                bad.append((name, link))
    assert bad == []


def addresses_of(element: pages.Element) -> Iterator[str]:
    attributes = element.attributes
    if element.tag == "meta" and attributes.get("property") in ("og:url", "og:image"):
        yield attributes["content"]
    yield from (attributes[name] for name in ("href", "src") if name in attributes)
    yield from (part.split()[0] for part in attributes.get("srcset", "").split(",") if part)
