"""The index pages: what they list, in which groups, and how they can be filtered.

The items that the script leaves on the page are compared with those that Python selects, for every
single choice and for random combinations.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.language.words import words_of
from explainer.model.annotations import Source
from explainer.model.scalars import PartialDate, Url
from explainer.model.site import IndexedSource
from explainer.render import lists
from explainer.render.rows import SourceRow, by_publisher, source_row
from explainer.site.sheets import sheet
from tests.helpers.articles import build as build_pages
from tests.helpers.articles import dozen, plain, rich
from tests.helpers.browser import served
from tests.helpers.pages import Element, parse, select

CHROMIUM = shutil.which("chromium")
in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="Debian's chromium is not installed"
    ),
]

RATINGS = ("true", "false", "disputed", "unverified", "misleading")
PEOPLE = ("Ann Ácute", "Bob", "Cleo & Sons", None)
TOPICS = ("[]", "[Calls]", "[Calls, C++]", "[Water]")


def write_site(folder: Path) -> Path:
    """Write articles on every topic, with claims of every rating, speaker, and year."""
    rng = random.Random(7)
    (folder / "content").mkdir(parents=True)
    (folder / "site.toml").write_text('title = "Lists"\n', encoding="utf-8")
    for number in range(8):
        stem = folder / "content" / f"article-{number}"
        stem.with_suffix(".md").write_text(
            f"---\ntitle: Article {number}\ndate: 2025-0{number + 1}-01\n"
            f"topics: {TOPICS[number % 4]}\n---\n\n" + " ".join(f"word{i}" for i in range(9)),
            encoding="utf-8",
        )
        text = ["sources:"]
        for i in range(3):
            text += [
                f"  s{i}:",
                f"    title: Source {i} of {number}",
                f"    type: {rng.choice(['book', 'webpage', 'report'])}",
                f"    primary: {rng.choice(['true', 'false'])}",
            ]
            if publisher := rng.choice(["The Post", "Reuters", ""]):
                text.append(f"    publisher: {publisher}")
            if rng.random() < 0.7:
                text.append(f"    url: https://example.org/{number}/{i}")
                if rng.random() < 0.5:
                    text.append(f"    archived: https://example.org/copy/{number}/{i}")
            if rng.random() < 0.7:
                text.append(f"    date: {rng.choice(['2020-05', '2021', '2021-02-03'])}")
        text.append("claims:")
        for i in range(5):
            suffix = f", suffix: word{i + 1}"
            by, year = rng.choice(PEOPLE), rng.choice(("2021", "2022-03", "2022-03-04", ""))
            more = (f", by: {by}" if by else "") + (f", date: {year}" if year else "")
            text.append(
                f"  - {{ id: c{i}, quote: word{i}{suffix}, claim: Claim {i} of {number}."
                f", rating: {rng.choice(RATINGS)}{more}, evidence: [{{ source: s{i % 3}, "
                f"stance: {rng.choice(['supports', 'disputes', 'context'])} }}] }}"
            )
        stem.with_suffix(".yaml").write_text("\n".join(text), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_site(tmp_path_factory.mktemp("lists") / "site")
    output = folder / "out"
    built = build_site(folder, BuildOptions(output=output, future=True))
    assert not built.problems, [problem.message for problem in built.problems]
    return output


def read(site: Path, page: str) -> Element:
    return parse((site / page / "index.html").read_text(encoding="utf-8"))


def items_of(page: Element) -> list[Element]:
    found = select(page, "li[data-order]")
    return sorted(found, key=lambda item: int(item.attributes["data-order"]))


def fields_of(page: Element) -> dict[str, list[str]]:
    (form,) = select(page, "form.filters")
    return {
        field.attributes["name"]: [option.attributes["value"] for option in select(field, "option")]
        for field in select(form, "select")
    }


def title_of(item: Element) -> str:
    what = select(item, "a.what") or select(item, "cite")
    return what[0].text


# --- without a script ----------------------------------------------------------------------------


def test_claims_are_grouped_by_rating(site: Path) -> None:
    page = read(site, "claims")
    sections = select(page, "section.group")
    assert [s.attributes["data-group"] for s in sections] == [
        "true",
        "false",
        "disputed",
        "misleading",
        "unverified",
    ]
    for section in sections:
        rating = section.attributes["data-group"]
        (heading,) = select(section, f"h2#rated-{rating}")
        lines = select(section, "li.claim-line")
        assert heading.text.endswith(f" {len(lines)}")
        for line in lines:
            (badge,) = select(line, "b[data-rating]")
            assert badge.attributes["data-rating"] == rating
        dates = [t[0].attributes["datetime"] if (t := select(x, "time")) else "" for x in lines]
        assert dates == sorted(dates, reverse=True)
    assert len(items_of(page)) == 40


def test_items_carry_their_filter_values(site: Path) -> None:
    for name in ("claims", "sources"):
        page = read(site, name)
        fields = fields_of(page)
        group = fields.pop("group")
        assert group == list(fields)
        for field, values in fields.items():
            used = {v for i in items_of(page) for v in i.attributes[f"data-is-{field}"].split(" ")}
            assert sorted(used) == sorted(values[1:]), field
            assert values[0] == ""


def test_sources_are_grouped_by_publisher_with_their_uses(site: Path) -> None:
    page = read(site, "sources")
    assert [s.attributes["data-group"] for s in select(page, "section.group")] == [
        "reuters",
        "the-post",
        "-",
    ]
    for item in items_of(page):
        archive = item.attributes["data-is-archive"]
        assert bool(select(item, "span.missing")) is (archive == "missing")
        assert ("archived copy" in item.text) is (archive != "offline")
        assert bool(select(item, "span.primary")) is (item.attributes["data-is-kind"] == "primary")
        links = [a.attributes["href"] for a in select(item, "a") if "#note-" in str(a.attributes)]
        assert f"Cited in {len(links)} place" in item.text


def test_a_use_shows_its_stance_once() -> None:
    page = parse(build_pages(rich(), plain(), dozen())["sources/index.html"])
    (post,) = select(page, "li#source-post")
    assert "One call, two accounts For claim 2 Cited note 3" in " ".join(post.text.split())


def test_people_and_topics_have_tallies() -> None:
    site = build_pages(rich(), plain(), dozen())
    people = parse(site["people/index.html"])
    (line,) = [li for li in select(people, "li") if "Dmitry Peskov" in li.text]
    assert "5 claims checked: 2 false, 1 disputed, 2 unverified 3 answers" in " ".join(
        line.text.split()
    )
    person = parse(site["people/peskov/index.html"])
    assert select(person, "h3#rated-disputed")
    assert select(person, "div.tally")
    topic = parse(site["topics/diplomacy/index.html"])
    assert "3 claims checked" in select(topic, "div.tally")[0].text
    (link,) = [a for a in select(topic, "a") if "?topic=" in a.attributes.get("href", "")]
    assert link.attributes["href"] == "../../claims/?topic=diplomacy"


def test_older_articles_are_grouped_by_year() -> None:
    articles = [
        plain(address=f"/a{n}/", path=f"content/a{n}.md", date=PartialDate(f"{2000 + n // 4}"))
        for n in range(30)
    ]
    page = parse(build_pages(*articles, aliases={})["index.html"])
    assert len(select(page, "li.teaser")) == 20
    assert [h.text for h in select(page, "h3")] == ["2002", "2001", "2000"]


def test_the_404_page_links_to_the_sections() -> None:
    page = parse(build_pages(rich(), plain())["404.html"])
    (section,) = select(page, "section.entries")
    hrefs = [a.attributes["href"] for a in select(section, "a")]
    assert hrefs == [f"/base/{name}" for name in ("", "claims/", "sources/", "people/", "topics/")]


def test_sources_by_publisher() -> None:
    def source(key: str, publisher: str, **more: object) -> IndexedSource:
        own = Source(title=key, publisher=publisher, **more)  # type: ignore[arg-type]
        return IndexedSource(key, own, (), ())

    sorted_sources = by_publisher(
        [
            source("a", ""),
            source("b", "Zeit", date=PartialDate("2020-03")),
            source("c", "AP", url=Url("https://x.org/")),
            source("d", "Zeit", url=Url("https://x.org/2"), archived=Url("https://y.org/")),
        ]
    )
    made = [*map(source_row, sorted_sources)]
    groups = lists.groups(sheet("/sources/", made), "publisher")
    assert [(g.value, [row.key for row in g.items]) for g in groups] == [
        ("ap", ["c"]),
        ("zeit", ["b", "d"]),
        ("-", ["a"]),
    ]
    assert [row.archive for row in made] == ["missing", "offline", "archived", "offline"]
    filters = {f.name: f for f in lists.source_filters(made, words_of("en"))}
    assert [(c.value, c.label, c.count) for c in filters["year"].choices] == [
        ("2020", "2020", 1),
        ("-", "No date", 3),
    ]


# --- with the script -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "chromium is missing, but CI requires it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    yield page
    context.close()
    assert messages == []


def expected(site: Path, name: str, choice: dict[str, str]) -> list[str]:
    """Return the items that match a choice, in the order of the list."""
    by_field = {k: v for k, v in choice.items() if v and k not in ("group", "text")}
    text = choice.get("text", "").lower()
    return [
        title_of(item)
        for item in items_of(read(site, name))
        if all(v in item.attributes[f"data-is-{k}"].split(" ") for k, v in by_field.items())
        and text in item.text.lower()
    ]


LEFT = """() => [...document.querySelectorAll('.groups > .group')].map(group => ({
  label: group.querySelector('h2').innerText.trim(),
  count: group.querySelector('.count').textContent,
  visible: group.checkVisibility(),
  items: [...group.querySelectorAll('[data-order]')].map(item => ({
    title: (item.querySelector('a.what') ?? item.querySelector('cite')).textContent,
    values: {...item.dataset}})),
}))"""


def open_list(page, site: Path, name: str, choice: dict[str, str]) -> None:
    query = f"?{urlencode(choice)}" if choice else ""
    page.goto((site / name / "index.html").as_uri() + query)


def check(page, site: Path, name: str, choice: dict[str, str]) -> None:
    wanted = expected(site, name, choice)
    groups = page.evaluate(LEFT)
    group_by = choice.get("group") or {"claims": "rating", "sources": "publisher"}[name]
    places = {title: place for place, title in enumerate(wanted)}
    assert {item["title"] for group in groups for item in group["items"]} == places.keys(), choice
    assert len(places) == len(wanted)
    for group in groups:
        orders = [places[item["title"]] for item in group["items"]]
        assert orders == sorted(set(orders))
        assert group["count"] == str(len(orders))
        assert orders
    if group_by != "topic":
        assert sum(len(group["items"]) for group in groups) == len(wanted)
    total = len(items_of(read(site, name)))
    assert page.inner_text("output") == f"{len(wanted)} of {total} {name}"
    labels = [group["label"] for group in groups]
    assert len(labels) == len(set(labels))


def choices(site: Path, name: str, count: int) -> list[dict[str, str]]:
    """Return every single choice, and `count` random combinations."""
    fields = fields_of(read(site, name))
    groups = fields.pop("group")
    single = [{field: value} for field, values in fields.items() for value in values[1:]]
    rng = random.Random(3)
    mixed = []
    for _ in range(count):
        chosen = {f: rng.choice(v) for f, v in fields.items() if rng.random() < 0.5}
        if rng.random() < 0.3:
            chosen["text"] = rng.choice(["claim 2", "Of 3", "post", "ann", "nothing"])
        mixed.append({**{k: v for k, v in chosen.items() if v}, "group": rng.choice(groups)})
    return single + mixed


class TestChoosing:
    """The filters of the lists, which need the script."""

    pytestmark = in_browser

    @pytest.mark.parametrize("name", ["claims", "sources"])
    def test_only_matching_items_remain(self, page, site: Path, name: str) -> None:
        open_list(page, site, name, {})
        set_all = """choice => {
          const form = document.querySelector('.filters');
          for (const field of form.elements) if (field.name) {
            field.value = choice[field.name] ?? (field.name === 'group' ? form.dataset.group : '');
            field.dispatchEvent(new Event('input', {bubbles: true}));
          }
        }"""
        some = False
        for choice in choices(site, name, 60):
            page.evaluate(set_all, choice)
            check(page, site, name, choice)
            some = some or not expected(site, name, choice)
        assert some, "every choice had results: the message for no results was not tested"

    @pytest.mark.parametrize("name", ["claims", "sources"])
    def test_a_view_can_be_linked(self, page, site: Path, name: str) -> None:
        for choice in choices(site, name, 8)[-8:]:
            open_list(page, site, name, choice)
            check(page, site, name, choice)
            for field, value in choice.items():
                assert page.input_value(f".filters [name={field}]") == value

    def test_unknown_values_in_the_address_are_ignored(self, page, site: Path) -> None:
        open_list(page, site, "claims", {"rating": "wrong", "group": "rot", "other": "x"})
        check(page, site, "claims", {})
        assert page.is_disabled(".filters button")

    def test_counts_are_the_items_that_a_choice_would_leave(self, page, site: Path) -> None:
        open_list(page, site, "claims", {"speaker": "bob"})
        options = page.eval_on_selector_all(
            ".filters [name=rating] option[value]:not([value=''])",
            "all => all.map(o => [o.value, o.textContent, o.disabled])",
        )
        assert len(options) == len(RATINGS)
        for value, text, disabled in options:
            left = expected(site, "claims", {"speaker": "bob", "rating": value})
            assert re.fullmatch(rf".+ \({len(left)}\)", text)
            assert disabled is (not left)

    def test_by_mouse_and_back(self, page, site: Path) -> None:
        open_list(page, site, "claims", {})
        page.select_option("[name=rating]", "disputed")
        page.select_option("[name=rating]", "false")
        page.select_option("[name=group]", "year")
        assert page.url.endswith("index.html?rating=false&group=year")
        check(page, site, "claims", {"rating": "false", "group": "year"})
        page.go_back()  # two choices in the same field are one step in the history
        check(page, site, "claims", {"rating": "false"})
        page.go_back()
        check(page, site, "claims", {})
        assert page.input_value("[name=rating]") == ""
        page.go_forward()
        check(page, site, "claims", {"rating": "false"})
        page.click("text=Show all")
        check(page, site, "claims", {})
        assert page.url.endswith("index.html")

    def test_by_keyboard(self, page, site: Path) -> None:
        open_list(page, site, "claims", {})
        text = next(
            text
            for text in (f"claim {i}" for i in range(5))
            if expected(site, "claims", {"text": text, "rating": "disputed"})
        )
        page.focus("[name=text]")
        page.keyboard.type(text.upper().replace(" ", "  "))
        check(page, site, "claims", {"text": text})
        page.keyboard.press("Enter")  # does not submit the form
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "rating"
        page.keyboard.type("Disp")
        check(page, site, "claims", {"text": text, "rating": "disputed"})
        for _ in range(5):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
        page.keyboard.press("Enter")
        check(page, site, "claims", {})
        assert page.evaluate("document.activeElement.name") == "rating"

    def test_accents_and_case_do_not_matter(self, page, site: Path) -> None:
        open_list(page, site, "claims", {"text": "ANN acute"})
        wanted = expected(site, "claims", {"speaker": "ann-ácute"})
        assert wanted
        assert page.inner_text("output").startswith(f"{len(wanted)} of")

    def test_a_claim_is_listed_under_each_of_its_topics(self, page, site: Path) -> None:
        open_list(page, site, "claims", {"group": "topic"})
        counts = {g["label"].split("\n")[0]: len(g["items"]) for g in page.evaluate(LEFT)}
        found = [re.sub(r"\s*\d+$", "", label) for label in counts]
        assert found == ["C++", "Calls", "Water", "No topic"]
        assert list(counts.values()) == [10, 20, 10, 10]

    def test_a_link_within_the_page_shows_a_filtered_item(self, page, site: Path) -> None:
        open_list(page, site, "claims", {"rating": "true"})
        page.evaluate("location.hash = '#rated-false'")
        page.wait_for_selector("#rated-false")
        check(page, site, "claims", {})
        assert page.url.endswith("index.html#rated-false")
        top = "document.getElementById('rated-false').getBoundingClientRect().top"
        page.wait_for_function(f"{top} < innerHeight")

    def test_without_a_script_there_is_no_form_and_no_layout_shift(
        self, browser, site: Path
    ) -> None:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        open_list(page, site, "claims", {"rating": "true"})
        assert not page.is_visible(".filters")
        assert page.locator(".claim-line").count() == 40
        assert page.is_visible("#rated-true")
        context.close()

    @pytest.mark.parametrize("width", [320, 700, 1280])
    @pytest.mark.parametrize("name", ["claims", "sources"])
    def test_every_field_has_a_label_and_fits(
        self, browser, site: Path, name: str, width: int
    ) -> None:
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        open_list(page, site, name, {})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        names = page.eval_on_selector_all(
            ".filters :is(select, input)", "all => all.map(f => f.labels[0].firstChild.textContent)"
        )
        assert len(names) == {"claims": 6, "sources": 7}[name]
        for label in (each.strip() for each in names):
            role = "searchbox" if label == "Contains" else "combobox"
            assert page.get_by_role(role, name=label, exact=True).is_visible(), label
        assert page.get_by_role("status").count() == 1
        context.close()


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the same site with seven entries on a page."""
    folder = write_site(tmp_path_factory.mktemp("long"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explainer.site.sheets.MOST", 7)
        patch.setattr("explainer.site.sheets.MOST_IN_FILE", 14)
        build_site(folder, BuildOptions(output=folder / "out", future=True, jobs=1))
    with served(folder / "out") as address:
        yield address


class TestChoosingOnSeveralPages:
    """A choice is about all pages of a list, and shows what it would on one page."""

    pytestmark = in_browser

    @staticmethod
    def open(page, address: str, choice: dict[str, str]) -> None:
        page.goto(f"{address}?{urlencode(choice)}" if choice else address)
        TestChoosingOnSeveralPages.wait(page)

    @staticmethod
    def wait(page, everything: bool = True) -> None:
        """Wait until the page shows the choice, and ask for all that it leaves."""
        page.wait_for_load_state("networkidle")
        while everything and (more := page.locator(".groups > button")).count():
            shown = page.locator("[data-order]").count()
            more.click()
            page.wait_for_function(
                "n => document.querySelectorAll('[data-order]').length > n", arg=shown
            )

    @pytest.mark.parametrize("name", ["claims", "sources"])
    def test_a_view_of_all_pages_can_be_linked(
        self, page, site: Path, long: str, name: str
    ) -> None:
        for number, choice in enumerate(choices(site, name, 8)):
            start = f"{long}{name}/" + ("page/2/" if number % 2 else "")
            self.open(page, start, choice)
            check(page, site, name, choice)
            assert not page.is_visible(".sheets")

    def test_counts_are_about_all_pages(self, page, site: Path, long: str) -> None:
        self.open(page, f"{long}claims/page/3/", {"speaker": "bob"})
        for value in RATINGS:
            left = expected(site, "claims", {"speaker": "bob", "rating": value})
            option = page.locator(f".filters [name=rating] option[value={value}]")
            assert option.text_content().endswith(f" ({len(left)})")

    def test_at_most_a_page_is_shown_at_once(self, page, site: Path, long: str) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(long)))
        page.goto(f"{long}claims/")
        assert not [url for url in asked if "rows-" in url]
        before = page.inner_text(".groups")
        assert page.inner_text("output") == "7 of 7 claims on this page"
        page.select_option("[name=group]", "year")
        self.wait(page, everything=False)
        assert page.locator("[data-order]").count() == 7
        assert [url for url in asked if "rows-" in url] == [
            f"claims/rows-{number}.json" for number in (1, 2, 3)
        ]
        asked.clear()
        self.wait(page)
        check(page, site, "claims", {"group": "year"})
        assert {url for url in asked if "page/" in url} <= {
            f"claims/page/{number}/" for number in range(2, 7)
        }
        page.click("text=Show all")
        page.wait_for_selector(".sheets")
        assert page.inner_text(".groups") == before
        assert page.inner_text("output") == "7 of 40 claims"

    def test_links_of_entries_from_other_pages_lead_somewhere(
        self, page, site: Path, long: str
    ) -> None:
        self.open(page, f"{long}claims/page/2/", {"speaker": "bob"})
        every = "all => all.map(a => a.href.replace(/#.*/, ''))"
        links = {*page.eval_on_selector_all(".groups a", every)}
        assert len(links) > 7
        for link in links:
            assert page.request.get(link).ok, link

    @pytest.mark.parametrize(
        ("missing", "start", "length"),
        [("rows-*.json", "claims/page/6/", 5), ("page/3/", "claims/", 7)],
        ids=["the rows, as from disk", "a page"],
    )
    def test_without_the_others_a_choice_is_about_the_page(
        self, browser, long: str, missing: str, start: str, length: int
    ) -> None:
        context = browser.new_context()
        context.route(f"**/{missing}", lambda route: route.abort())
        page = context.new_page()
        self.open(page, long + start, {"group": "speaker"})
        assert page.inner_text("output") == f"{length} of {length} claims on this page"
        assert page.locator("[data-order]").count() == length
        assert page.is_visible(".sheets")
        context.close()


def test_files_of_rows_are_small() -> None:
    """A file of the longest rows, in three bytes a letter, has at most 300 KB."""
    from explainer.render import row_files
    from explainer.site import sheets

    url = Url("https://example.org/")
    row = SourceRow("k", Source(title="字" * 900, publisher="字" * 50, url=url), (), (), 0, 0)
    rows = (row,) * sheets.MOST_IN_FILE
    filters = lists.source_filters(rows, words_of("en"))
    made = row_files.row_file(rows, filters, "{shown} of 1,234,567,890 sources").content()
    assert 100_000 < len(made) <= 300_000
    assert len(json.loads(made)["rows"]) == sheets.MOST_IN_FILE
