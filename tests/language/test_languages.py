"""Pages in several languages: each uses its own throughout, and right-to-left ones mirror."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.language.catalogue import direction_of
from explainer.language.words import words_of
from explainer.model.ratings import DEFAULT_SCALE
from explainer.model.scalars import Url
from explainer.model.settings import Settings
from explainer.render.files import make_files
from explainer.render.page_view import PageView, page_view
from explainer.render.renderer import Renderer
from explainer.render.theme import find
from tests import ROOT, TESTS
from tests.helpers import folders, pages
from tests.helpers.articles import plain, rich, site_index

SITES = TESTS / "sites"
CHROMIUM = shutil.which("chromium")
ARABIC = re.compile(r"[\u0600-\u06ff]")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration site: an English site with an Arabic and a German article."""
    root = folders.copy(SITES / "rtl", tmp_path_factory.mktemp("rtl") / "rtl")
    built = build_site(root, BuildOptions(jobs=1))
    assert {problem.code for problem in built.problems} <= {"card-not-drawn"}
    return root / "_site"


def own_texts(language: str) -> set[str]:
    """Return a language's fixed texts, without those that another language shares."""
    catalogue = words_of(language)._catalogue
    return {
        text
        for table in ("words", "sections", "genres", "kinds")
        for text in catalogue[table].values()
        if isinstance(text, str) and "{" not in text and re.search(r"[^\W\d_]{2}", text)
    }


def texts_in_context(
    element: pages.Element, language: str = "", direction: str = ""
) -> Iterator[tuple[pages.Element, str, str, str]]:
    """Yield each text with its element, and the language and direction that apply to it."""
    language = element.attributes.get("lang", language)
    direction = element.attributes.get("dir", direction)
    for child in element.children:
        if isinstance(child, pages.Element):
            yield from texts_in_context(child, language, direction)
        elif child.strip() and element.tag not in ("script", "style"):
            yield element, child.strip(), language, direction


# --- the demonstration site ----------------------------------------------------------------------


def test_every_text_is_in_the_declared_language(site: Path) -> None:
    """Interface texts have their own `lang`; Arabic text, except in names, is under `ar`."""
    theirs = {language: own_texts(language) for language in ("en", "de", "ar")}
    files = sorted(site.rglob("*.html"))
    assert len(files) > 15
    found = dict.fromkeys(theirs, 0)
    for file in files:
        tree = pages.parse(file.read_text(encoding="utf-8"))
        for element, text, language, direction in texts_in_context(tree):
            location = (file.relative_to(site).as_posix(), text)
            assert direction == direction_of(language), location
            is_word = False
            for other, fixed in theirs.items():
                if text in fixed and text not in theirs.get(language, ()):
                    raise AssertionError((*location, f"{other} under lang={language}"))
                is_word |= text in fixed
            found[language] = found.get(language, 0) + is_word
            # A note can contain words of another language without any markup.
            if ARABIC.search(text) and element.tag not in ("bdi", "option", "p", "title"):
                assert language == "ar", location
    assert min(found[language] for language in theirs) > 10


def test_the_interface_has_no_european_digits_on_arabic_pages(site: Path) -> None:
    tree = pages.parse((site / "kabisa/index.html").read_text(encoding="utf-8"))
    for selector in ("sup", "time", "b", "summary", ".tally", ".byline", ".uses", "h3", ".ref"):
        elements = [e for e in pages.select(tree, selector) if e.attributes.get("lang") != "de"]
        assert elements, selector
        for element in elements:
            assert not re.search("[0-9]", element.text), (selector, element.text)
    numbers = [
        link.text.strip()
        for note in pages.select(tree, ".note")
        for link in pages.select(pages.select(note, "header")[0], "a")
    ]
    assert {"١", "٢", "٣"} <= set(numbers)
    refs = pages.select(tree, ".ref")
    assert {e.attributes["class"] for e in refs} == {f"ref n{n}" for n in range(1, len(refs) + 1)}


def test_the_style_sheet_follows_the_catalogues_quotes_and_digits(site: Path) -> None:
    style = (site / "assets/style.css").read_text(encoding="utf-8")
    assert ':lang(de)>q{quotes:"„" "“" "‚" "‘"}' in style
    assert ':lang(ar)>q{quotes:"«" "»" "“" "”"}' in style
    assert 'symbols:"٠" "١"' in style
    assert "ol:lang(ar){list-style-type:digits-ar}" in style
    assert "digits-de" not in style


def test_footnotes_use_the_pages_language(site: Path) -> None:
    for name, back, number in (
        ("kabisa", "العودة إلى النص", "[٤]"),
        ("schaltjahr", "Zurück zum Text", "[3]"),
    ):
        tree = pages.parse((site / name / "index.html").read_text(encoding="utf-8"))
        links = [e for e in tree if "footnote-backref" in e.attributes.get("class", "")]
        assert [e.attributes["aria-label"] for e in links] == [back]
        assert [e.text for e in pages.select(tree, ".footnote-ref")] == [number]


def test_structured_data_has_ratings_in_the_articles_language(site: Path) -> None:
    page = (site / "kabisa/claims/every-fourth/index.html").read_text(encoding="utf-8")
    assert '"alternateName":"لم يعد صحيحًا"' in page.replace('": "', '":"')
    assert "لم يعد صحيحًا" in (site / "kabisa/annotations.json").read_text(encoding="utf-8")


# --- a site that is not English ------------------------------------------------------------------


def german() -> dict[str, str]:
    theme, _ = find(Path("/nowhere"))
    assert theme
    article = rich()
    article = replace(article, language="de")
    settings = Settings(title="Erklärt", url=Url("https://example.org/"), language="de")
    renderer = Renderer(settings, DEFAULT_SCALE, theme, site_index(article), search=True)
    found, problems = make_files(renderer.site_files({"/alt/": "/kremlin-call/"}))
    own, more = make_files(renderer.article_files(article))
    assert (*problems, *more) == ()
    return {page.path: page.content.decode() for page in (*found, *own)}


@pytest.fixture(scope="module")
def german_site() -> dict[str, str]:
    return german()


@pytest.mark.parametrize(
    ("file", "word"),
    [
        ("index.html", "Behauptungen geprüft"),
        ("claims/index.html", "So bewerten wir"),
        ("sources/index.html", "Alle Quellen dieser Website"),
        ("people/index.html", "Personen"),
        ("people/peskov/index.html", "Behauptungen"),
        ("topics/index.html", "Wovon die Artikel auf dieser Website handeln."),
        ("topics/diplomacy/index.html", "Themen"),
        ("search/index.html", "Suchbegriffe"),
        ("404.html", "Seite nicht gefunden"),
        ("alt/index.html", "Diese Seite ist umgezogen"),
        ("claims/feed.xml", "<title>Erklärt: Behauptungen</title>"),
        ("feed.xml", 'xml:lang="de"'),
        ("kremlin-call/index.html", "Anmerkungen von"),
        ("kremlin-call/claims/no-call/index.html", "Behauptet von"),
    ],
)
def test_a_german_site_is_german(german_site: dict[str, str], file: str, word: str) -> None:
    text = german_site[file]
    assert word in text
    if file.endswith(".html"):
        assert '<html lang="de" dir="ltr">' in text
        tree = pages.parse(text)
        shown = {t for e, t, _, _ in texts_in_context(tree)} | {
            value
            for e in tree
            for name, value in e.attributes.items()
            if name in ("aria-label", "title") or name.startswith("data-")
        }
        # "Sources" is one of the article's topics.
        assert shown & (own_texts("en") - own_texts("de")) <= {"Sources"}


# --- languages without a catalogue, and regions --------------------------------------------------


def page_of(language: str) -> pages.Element:
    theme, _ = find(Path("/nowhere"))
    assert theme
    article = replace(rich(), language=language)
    renderer = Renderer(Settings(title="T"), DEFAULT_SCALE, theme, site_index(article))
    found, problems = make_files(renderer.article_files(article))
    assert problems == ()
    return pages.parse(found[0].content.decode())


def test_english_blocks_are_marked_if_the_language_has_no_catalogue() -> None:
    tree = page_of("pt")
    (html,) = pages.select(tree, "html")
    assert html.attributes["lang"] == "pt"
    blocks = [*pages.select(tree, "nav"), *pages.select(tree, ".skip")]
    for block in [*blocks, *(e for e in pages.select(tree, "h2") if _is_ours(e))]:
        language = {
            lang for e, t, lang, _ in texts_in_context(tree) if e is block or t in block.text
        }
        assert "en" in language, block.text


def _is_ours(heading: pages.Element) -> bool:
    return heading.attributes.get("id", "").startswith("page-")


@pytest.mark.parametrize(
    ("language", "direction", "nav"),
    [("de-AT", "ltr", "Behauptungen"), ("ar-EG", "rtl", "الادعاءات"), ("en-GB", "ltr", "Claims")],
)
def test_a_region_uses_its_languages_texts(language: str, direction: str, nav: str) -> None:
    tree = page_of(language)
    (html,) = pages.select(tree, "html")
    assert (html.attributes["lang"], html.attributes["dir"]) == (language, direction)
    menu = pages.select(tree, "nav")[0]
    assert nav in menu.text
    assert "lang" not in menu.attributes


# --- names of any language -----------------------------------------------------------------------


def view(language: str) -> PageView:
    theme, _ = find(Path("/nowhere"))
    assert theme
    renderer = Renderer(Settings(title="T"), DEFAULT_SCALE, theme, site_index(plain()))
    return replace(page_view(renderer.context, "404", "/x/", "X", ""), language=language)


@pytest.mark.parametrize(
    ("language", "name", "html"),
    [
        ("en", "Ann & Co.", "Ann &amp; Co."),
        ("en", "Jörg", "Jörg"),
        ("en", "سلمى", "<bdi>سلمى</bdi>"),
        ("ar", "سلمى", "سلمى"),
        ("ar", "Ann (Cairo)", "<bdi>Ann (Cairo)</bdi>"),
        ("ar", "<b>", "<bdi>&lt;b&gt;</bdi>"),
        ("ar", "١٢", "١٢"),
    ],
)
def test_names_in_the_other_direction_are_isolated(language: str, name: str, html: str) -> None:
    assert view(language).bdi(name) == html


def test_within_another_language() -> None:
    page = view("en")
    assert page.within("en") is page
    assert page.within("") is page
    inner = page.within("ar")
    assert (inner.language, inner.direction, inner.words.language) == ("ar", "rtl", "ar")
    assert inner.lang("en") == ' lang="en" dir="ltr"'
    assert inner.lang("ar") == ""
    assert inner.address == page.address


# --- in a browser --------------------------------------------------------------------------------

in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="Debian's chromium is not installed"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "chromium is missing, and CI may not go without it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def opened(browser: Any, path: Path, width: int, **options: Any) -> Any:
    tab = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    tab.goto(path.as_uri())
    return tab


class TestInABrowser:
    """The layout of the Arabic page."""

    pytestmark = in_browser

    @pytest.mark.parametrize("width", [960, 1280, 1680])
    def test_notes_are_left_of_the_text(self, browser: Any, site: Path, width: int) -> None:
        tab = opened(browser, site / "kabisa/index.html", width)
        seen = tab.evaluate(
            """() => { const box = e => { const b = e.getBoundingClientRect();
              return [b.left, b.right, b.top + scrollY, b.bottom + scrollY]; };
            const all = s => [...document.querySelectorAll(s)].map(box);
            return { text: box(document.querySelector('.text > p')), notes: all('.text .note'),
              blocks: all('.text > :not(.note), .head, .after > *, .masthead'),
              width: document.documentElement.scrollWidth }; }"""
        )
        tab.context.close()
        assert len(seen["notes"]) == 8
        assert seen["width"] <= width
        below = {True: 0.0, False: 0.0}
        for left, right, top, bottom in seen["notes"]:
            is_left = right <= seen["text"][0]
            assert is_left or (width >= 1440 and left >= seen["text"][1])
            assert 0 <= left < right <= width
            assert top >= below[is_left] - 0.5
            below[is_left] = bottom
            for x, until, y, end in seen["blocks"]:
                assert right <= x or left >= until or bottom <= y or top >= end

    @pytest.mark.parametrize("width", [320, 390])
    @pytest.mark.parametrize("script", [True, False])
    def test_the_note_opens_on_a_phone(
        self, browser: Any, site: Path, width: int, script: bool
    ) -> None:
        tab = opened(browser, site / "kabisa/index.html", width, java_script_enabled=script)
        wide = "document.documentElement.scrollWidth"
        notes = tab.locator(".text .note")
        assert notes.count() == 8
        for i in range(8):
            note = notes.nth(i)
            assert not note.is_visible()
            name = (note.get_attribute("id") or "").removeprefix("note-")
            tab.locator(f".ref a[href='#note-{name}']").click()
            assert note.is_visible()
            box = note.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            if script:
                close = note.locator("[role=doc-backlink]")
                close.click()
                assert not note.is_visible()
        assert tab.evaluate(wide) <= width
        tab.context.close()

    @pytest.mark.parametrize(
        "page", ["", "kabisa", "schaltjahr", "claims", "sources", "people", "topics"]
    )
    def test_nothing_scrolls_sideways(self, browser: Any, site: Path, page: str) -> None:
        for width in (320, 768, 1280):
            tab = opened(browser, site / page / "index.html", width)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, width
            tab.context.close()

    def test_mirrored_elements(self, browser: Any, site: Path) -> None:
        tab = opened(browser, site / "kabisa/index.html", 1280)
        of = """([selector, name]) =>
            getComputedStyle(document.querySelector(selector))[name]"""
        for selector in ("pre", "p code", "q[lang=en]"):
            assert tab.evaluate(of, [selector, "direction"]) == "ltr", selector
        for selector in ("body", ".text p", ".text table", ".note", ".tally", "h1"):
            assert tab.evaluate(of, [selector, "direction"]) == "rtl", selector
        assert tab.evaluate(of, ["pre", "textAlign"]) == "left"
        assert tab.evaluate(of, ["h1", "letterSpacing"]) == "normal"
        assert tab.evaluate(of, [".text ol", "listStyleType"]) == "digits-ar"
        assert tab.evaluate(of, ["q[lang=en]", "quotes"]).startswith('"«"')
        # Time runs from right to left, and so does the bar of the tally.
        first, last = tab.evaluate(
            """() => { const marks = [...document.querySelectorAll('.timeline .wide text')]
              .map(e => e.getBoundingClientRect().left); return [marks[0], marks.at(-1)]; }"""
        )
        assert first > last
        bar = tab.evaluate(
            """() => [...document.querySelectorAll('.head .tally line')]
              .map(e => e.getBoundingClientRect().left)"""
        )
        assert bar == sorted(bar, reverse=True)
        assert len(bar) == 3
        # A badge's shape precedes its word, so it is to the right of it.
        shape, word = tab.evaluate(
            """() => { const badge = document.querySelector('.note [data-rating]');
              const range = document.createRange(); range.selectNodeContents(badge);
              return [badge, range].map(e => e.getBoundingClientRect().right); }"""
        )
        assert shape > word + 5
        tab.context.close()

    def test_print_has_every_note(self, browser: Any, site: Path) -> None:
        tab = opened(browser, site / "kabisa/index.html", 800)
        tab.emulate_media(media="print")
        assert tab.evaluate(
            """() => [...document.querySelectorAll('.note')].every(e => {
              const b = e.getBoundingClientRect(), t = document.querySelector('.text > p')
                .getBoundingClientRect();
              const beside = !e.closest('.text') || b.right <= t.left;
              return b.height > 5 && b.left >= 0 && beside; })"""
        )
        tab.context.close()

    def test_the_search_uses_the_languages_digits(self, browser: Any, site: Path) -> None:
        """Browsers differ in the digits for Arabic, so the script gets the catalogue's."""
        source = ROOT / "themes/default/scripts/search/40-results.js"
        function = re.search(
            r"^function said\(.*?^}", source.read_text(encoding="utf-8"), re.M | re.S
        )
        assert function
        tab = opened(browser, site / "kabisa/index.html", 800)
        forms = dict(words_of("ar").search_found.forms)
        digits = words_of("ar").digits
        messages = tab.evaluate(
            f"""([forms, digits]) => {{ const words = "ar", form = {{ dataset: {{ digits }} }};
            const labels = {{ querySelector: (s) => {{
              const textContent = forms[s.match(/"(.+)"/)[1]];
              return textContent && {{ textContent }}; }} }};
            {function[0]}
            return [0, 1, 3, 12].map((n) => said(n, "x")); }}""",
            [forms, digits],
        )
        tab.context.close()
        assert messages == [str(words_of("ar").search_found(n=n, query="x")) for n in (0, 1, 3, 12)]
