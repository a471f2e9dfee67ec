"""Long lists: pages of at most 200 entries, which work without a script."""

from __future__ import annotations

import json
import pickle
import posixpath
import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.site import sheets
from tests.helpers import pages
from tests.helpers.pages import Element, parse

CLAIMS = 450
SOURCES = 450
ARTICLES = 430
RATINGS = ("true", "disputed", "false")
COUNTS = (CLAIMS, CLAIMS + 2, SOURCES, SOURCES + 1, ARTICLES, ARTICLES + 1)
WHAT = ("claim", "source", "article")


def write_site(folder: Path) -> Path:
    """Write a site whose lists are all longer than one page, with ids such as `2` and `page`."""
    content = folder / "content"
    content.mkdir(parents=True)
    (folder / "site.toml").write_text(
        'title = "Long"\nurl = "https://example.org/base/"\n[search]\nenabled = false\n'
        "[images]\ncards = false\n",
        encoding="utf-8",
    )
    (content / "_library.yaml").write_text(
        "sources:\n  shared: {title: Used by many, publisher: Post, url: https://example.org/s}\n"
        "people:\n  '2': {name: Two}\n  page: {name: Page}\n",
        encoding="utf-8",
    )
    words = " ".join(f"word{i}." for i in range(CLAIMS))
    (content / "index.md").write_text("---\ntitle: Home\n---\n\nA [2](/claims/2/) word.\n", "utf-8")
    (content / "index.yaml").write_text(
        "claims:\n- {id: '2', quote: word, claim: Two., rating: 'true', by: '2'}\n"
        "- {id: page, quote: A, claim: Page., rating: 'true', by: page}\n",
        encoding="utf-8",
    )
    big = ["sources:"]
    for i in range(SOURCES):
        big += [f"  s{i}: {{title: T{i}, publisher: P{i % 7}, url: https://example.org/{i}}}"]
    big[1] = big[1].replace("}", ", repeats: [s449]}")
    big += ["claims:"]
    for i in range(CLAIMS):
        by = "page" if i < 250 else f"Speaker {i}"
        big += [
            f"  - {{id: c{i}, quote: word{i}, claim: Claim {i}., rating: '{RATINGS[i % 3]}',"
            f" by: {by}, date: 2024-{i % 12 + 1:02}, evidence: [{{source: s{i}}}]}}"
        ]
    topics = ", ".join(f"'t{i}'" for i in range(230))
    (content / "big.md").write_text(
        f"---\ntitle: Big\ntopics: [{topics}, '2', page]\n---\n\n{words}\n"
    )
    (content / "big.yaml").write_text("\n".join(big), encoding="utf-8")
    links = " ".join(f"[s{i}](/sources/#source-s{i})" for i in (0, 200, 449))
    for i in range(ARTICLES):
        text = f"Some words. {links}" if i == 7 else "Some words."
        date = f"date: {2000 + i % 20}-01-01\n" if i < 400 else ""
        (content / f"a{i}.md").write_text(f"---\ntitle: A{i}\n{date}topics: ['2']\n---\n\n{text}\n")
        if i < 210:
            note = links if i == 7 else "See."
            (content / f"a{i}.yaml").write_text(
                f"notes: [{{quote: Some words, note: '{note}', sources: [shared]}}]\n"
            )
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_site(tmp_path_factory.mktemp("sheets") / "site")
    result = build_site(folder, BuildOptions(output=folder / "out", jobs=1))
    wrong = [(p.code, p.message) for p in result.problems if p.severity != "info"]
    assert wrong == []
    return folder / "out"


def select(element: Element, selector: str) -> list[Element]:
    """Return the elements that match a selector such as `nav.sheets a`, each once."""
    found = [element]
    for part in selector.split():
        every = [each for above in found for each in pages.select(above, part)]
        found = list({id(each): each for each in every}.values())
    return found


@cache
def page(site: Path, address: str) -> Element:
    return parse((site / address.strip("/") / "index.html").read_text(encoding="utf-8"))


def sheets_of(site: Path, address: str) -> list[tuple[str, Element]]:
    """Follow `rel=next` from a list's first page, and return all its pages by address."""
    found = [(address, page(site, address))]
    while following := [
        a for a in select(found[-1][1], "nav.sheets a") if a.attributes.get("rel") == "next"
    ]:
        at = follow(found[-1][0], following[0].attributes["href"])[0]
        found.append((at, page(site, at)))
    return found


def follow(address: str, href: str) -> tuple[str, str]:
    """Return the address and fragment that a link on a page leads to."""
    path, _, fragment = href.partition("#")
    if not path:
        return address, fragment
    joined = posixpath.normpath(posixpath.join(address, unquote(path.partition("?")[0])))
    return joined.removesuffix("index.html").rstrip("/") + "/", fragment


LISTS = {
    "/claims/": ("li.claim-line", CLAIMS + 2),
    "/sources/": (".references li[id]", SOURCES + 1),
    "/people/": (".entries li", 202),
    "/topics/": (".entries li", 232),
    "/": ("li", ARTICLES + 1),
    "/people/page/": ("li.claim-line", 251),
    "/topics/2/": ("li", ARTICLES + 1),
    "/sources/shared/": (".all-uses li", 210),
}


@pytest.mark.parametrize("address", LISTS)
def test_every_entry_is_on_one_page_of_at_most_200(site: Path, address: str) -> None:
    selector, length = LISTS[address]
    found_pages = sheets_of(site, address)
    assert [at for at, _ in found_pages] == list(sheets.addresses(address, length))
    entries: list[str] = []
    for _, each in found_pages:
        (main,) = select(each, "main")
        found = select(main, selector)
        if selector == "li":
            found = [li for kind in ("teaser", "short") for li in entries_of(main, kind)]
        assert 0 < len(found) <= 200
        entries += [" ".join(entry.text.split()) for entry in found]
    assert len(entries) == length
    assert max(Counter(entries).values()) == 1 or address == "/people/"


def entries_of(main: Element, kind: str) -> list[Element]:
    return select(main, "li.teaser" if kind == "teaser" else ".short li")


@pytest.mark.parametrize("address", LISTS)
def test_each_page_says_which_it_is(site: Path, address: str) -> None:
    found_pages = sheets_of(site, address)
    assert len(found_pages) > 1
    titles = [select(each, "title")[0].text for _, each in found_pages]
    assert len(set(titles)) == len(titles)
    for number, (at, each) in enumerate(found_pages, 1):
        (canonical,) = [e for e in select(each, "link") if e.attributes["rel"] == "canonical"]
        assert canonical.attributes["href"] == "https://example.org/base" + at
        if number > 1:
            assert f"page {number} of {len(found_pages)}" in titles[number - 1]
            assert f"Page {number} of {len(found_pages)}" in select(each, "main")[0].text
        rels = {
            e.attributes["rel"]: follow(at, e.attributes["href"])[0]
            for e in select(each, "link")
            if e.attributes["rel"] in ("prev", "next")
        }
        wanted = {"prev": found_pages[number - 2][0]} if number > 1 else {}
        wanted |= {"next": found_pages[number][0]} if number < len(found_pages) else {}
        assert rels == wanted
        (nav,) = select(each, "nav.sheets")
        assert nav.attributes["aria-label"]
        (here,) = select(nav, "b")
        assert here.attributes["aria-current"] == "page"
        assert here.text == str(number)


def test_pages_collide_with_nothing_called_2_or_page(site: Path) -> None:
    for address, heading in (
        ("/people/2/", "Two"),
        ("/people/page/", "Page"),
        ("/topics/2/", "2"),
        ("/topics/page/", "page"),
        ("/claims/2/", "Two."),
        ("/claims/page/", "Page."),
        ("/claims/page/2/", "Claims"),
        ("/people/page/2/", "People"),
        ("/people/page/page/2/", "Page"),
        ("/topics/page/2/", "Topics"),
        ("/topics/2/page/2/", "2"),
    ):
        assert select(page(site, address), "h1")[0].text == heading, address


def test_links_to_sources_lead_to_the_page_that_has_them(site: Path) -> None:
    places = {
        entry.attributes["id"]: at
        for at, each in sheets_of(site, "/sources/")
        for entry in select(each, ".references li[id]")
    }
    hrefs = [a.attributes["href"] for a in select(page(site, "/a7/"), "a")]
    found = [follow("/a7/", href) for href in hrefs if "#source-s" in href and "sources/" in href]
    assert len(found) >= 6  # in the text and in the note
    assert {at for at, _ in found} > {"/sources/"}
    for at, fragment in found:
        assert at == places[fragment]
    data = json.loads((site / "a7/annotations.json").read_text(encoding="utf-8"))
    urls = re.findall(r"https://example\.org/base(/sources/[^#]*)#(source-\w+)", json.dumps(data))
    assert len(urls) == 3
    assert all(path.removesuffix("index.html") == places[key] for path, key in urls)
    for at, each in sheets_of(site, "/sources/"):
        for a in select(each, "p.repeats a"):
            there, fragment = follow(at, a.attributes["href"])
            assert places[fragment] == there


def test_all_links_of_lists_lead_to_something(site: Path) -> None:
    ids: dict[str, set[str]] = {}
    for address in LISTS:
        for at, each in sheets_of(site, address):
            for a in select(select(each, "main")[0], "a"):
                href = a.attributes["href"]
                if href.startswith("http"):
                    continue
                there, fragment = follow(at, href)
                if there not in ids:
                    found = select(page(site, there), "[id]")
                    ids[there] = {e.attributes["id"] for e in found}
                assert not fragment or fragment in ids[there], (at, href)


def test_a_rating_in_the_tally_leads_to_its_first_claim(site: Path) -> None:
    first = page(site, "/claims/")
    links = [a for a in select(first, "div.tally a") if "data-rating" in a.attributes]
    assert [a.attributes["data-rating"] for a in links] == ["true", "false", "disputed"]
    for a in links:
        there, fragment = follow("/claims/", a.attributes["href"])
        rating = a.attributes["data-rating"]
        assert fragment == f"rated-{rating}"
        (heading,) = select(page(site, there), f"h2#{fragment}")
        assert "on this page" in heading.text
        assert "continued" not in heading.text
    second = page(site, "/claims/page/2/")
    assert "on this page, continued" in select(second, "section.group h2")[0].text


@pytest.mark.parametrize("address", LISTS)
def test_only_the_first_page_sums_up_the_list(site: Path, address: str) -> None:
    """So a page of a list does not change with each entry of another; it leads to the first."""
    (at, first), *others = sheets_of(site, address)
    assert not select(first, "h1 a") or address == "/sources/shared/"
    for there, each in others:
        (head,) = select(each, "header.head")
        for kind in ("div.tally", ".counts", ".subtitle"):
            assert not select(head, kind)
        assert not select(each, ".legend")
        assert (at, "") in {follow(there, a.attributes["href"]) for a in select(each, "a")}
        text = " ".join(part.text for part in (head, *select(each, "form")))
        assert not any(f"{count} {what}" in text for count in COUNTS for what in WHAT)


def test_a_source_that_many_use_has_a_page(site: Path) -> None:
    (entry,) = [e for _, p in sheets_of(site, "/sources/") for e in select(p, "li#source-shared")]
    assert len(select(entry, "a.article")) == sheets.MOST_USES
    assert "Cited in 210 places" in entry.text
    assert "All places in 210 articles" in entry.text
    assert not (site / "sources/s0").exists()


def test_the_sitemap_has_every_page(site: Path) -> None:
    text = (site / "sitemap.xml").read_text(encoding="utf-8")
    for address in LISTS:
        for at, _ in sheets_of(site, address):
            assert f"<loc>https://example.org/base{at}</loc>" in text, at


def test_a_large_site_has_several_sitemaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """50,000 addresses are the most that one sitemap can have, by its protocol."""
    content = tmp_path / "content"
    content.mkdir()
    (tmp_path / "site.toml").write_text(
        'title = "A"\nurl = "https://example.org/base"\n[search]\nenabled = false\n', "utf-8"
    )
    for number in range(4):
        (content / f"a{number}.md").write_text(f"# A{number}\n", "utf-8")

    def mapped(tag: str, *names: str) -> list[str]:
        build_site(tmp_path, BuildOptions(cards=False))
        texts = [(tmp_path / "_site" / name).read_text("utf-8") for name in names]
        assert all(f"<{tag} " in text for text in texts)
        return [url for text in texts for url in re.findall("<loc>(.*?)</loc>", text)]

    whole = mapped("urlset", "sitemap.xml")
    assert len(whole) == 5
    monkeypatch.setattr("explainer.site.routes.MOST_MAPPED", 5)
    assert mapped("urlset", "sitemap.xml") == whole
    monkeypatch.setattr("explainer.site.routes.MOST_MAPPED", 4)
    monkeypatch.setattr("explainer.render.renderer.MOST_MAPPED", 4)
    base = "https://example.org/base"
    parts = [f"{base}/sitemap-1.xml", f"{base}/sitemap-2.xml"]
    assert mapped("sitemapindex", "sitemap.xml") == parts
    assert mapped("urlset", "sitemap-1.xml") == whole[:4]
    assert mapped("urlset", "sitemap-2.xml") == whole[4:]
    (content / "a3.md").write_text("---\naliases: [/sitemap-1.xml/old/]\n---\n\n# A3\n", "utf-8")
    assert "address-taken" in {p.code for p in build_site(tmp_path, BuildOptions()).problems}


def test_filters_are_about_the_whole_list(site: Path) -> None:
    second = page(site, "/claims/page/2/")
    (output,) = select(second, "output")
    assert output.text == "200 of 200 claims on this page"
    rows = []
    for name, length in (("claims", CLAIMS + 2), ("sources", SOURCES + 1)):
        files = sorted((site / name).glob("rows-*.json"))
        assert [file.name for file in files] == ["rows-1.json", "rows-2.json"]
        one, two = (json.loads(file.read_text(encoding="utf-8")) for file in files)
        assert one["shown"] == f"{{shown}} of {length} {name}"
        assert "shown" not in two
        rows += [one["rows"], two["rows"]]
    assert [len(each) for each in rows] == [400, CLAIMS + 2 - 400, 400, SOURCES + 1 - 400]
    assert not list((site / "people").glob("**/rows-*.json"))


def test_a_topic_links_to_its_claims(site: Path) -> None:
    text = (site / "topics/t1/index.html").read_text(encoding="utf-8")
    assert "claims checked" in text
    assert "?topic=t1" in text


def test_rows_are_small_values() -> None:
    from explainer.render import rows
    from tests.helpers.articles import rich, site_index

    index = site_index(rich())
    for row in (
        *(rows.claim_row(ref, {}) for ref in index.claims),
        *map(rows.source_row, index.sources),
        *map(rows.person_row, index.people),
        *map(rows.topic_row, index.topics),
        *map(rows.article_row, index.articles),
    ):
        stored = pickle.dumps(row)
        assert len(stored) < 3000
        assert pickle.loads(stored) == row


@pytest.mark.parametrize(
    ("number", "count", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, 0, 9]),
        (5, 9, [1, 0, 3, 4, 5, 6, 7, 0, 9]),
        (9, 9, [1, 0, 7, 8, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, 0, 9]),
    ],
)
def test_links_to_other_pages(number: int, count: int, shown: list[int]) -> None:
    made = sheets.sheet("/x/", range(count * 200), number)
    assert [n for n, _ in made.links] == shown
    assert made.count == count


@pytest.mark.parametrize(("length", "count"), [(0, 1), (1, 1), (200, 1), (201, 2), (400, 2)])
def test_number_of_pages(length: int, count: int) -> None:
    assert len(sheets.addresses("/x/", length)) == count
    made = sheets.sheet("/x/", range(length), count)
    assert (made.items[-1] if made.items else -1) == length - 1
    assert bool(made.previous) is (count > 1)
    assert made.next == ""
