"""Machine-readable formats, checked against their standards."""

from __future__ import annotations

import json
import os
import re
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from explainer.formats import atom, claim_review, jsonld, sitemap
from explainer.model.article import Article, ClaimView, Html
from explainer.model.ratings import DEFAULT_SCALE, Rating
from explainer.model.scalars import Id
from tests.helpers.articles import Maker, build, day, dozen, paragraphs, plain, rich
from tests.helpers.pages import parse, select

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return build(rich(), plain(), dozen())


@pytest.fixture(scope="module")
def site_without_url() -> dict[str, str]:
    """The same site without a URL."""
    return build(rich(), plain(), dozen(), url=None)


# --- Web Annotation ------------------------------------------------------------------------------


def collection(site: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(site["kremlin-call/annotations.json"])
    return data


def test_annotation_collection(site: dict[str, str]) -> None:
    data = collection(site)
    assert data["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert data["id"] == "https://example.org/base/kremlin-call/annotations.json"
    assert data["type"] == "AnnotationCollection"
    assert data["total"] == len(data["first"]["items"]) == len(rich().annotations)
    assert data["first"]["type"] == "AnnotationPage"
    assert data["first"]["startIndex"] == 0
    assert data["last"] == data["first"]["id"]


def test_annotations(site: dict[str, str]) -> None:
    page = "https://example.org/base/kremlin-call/"
    for item, annotation in zip(
        collection(site)["first"]["items"], rich().annotations, strict=True
    ):
        assert item["type"] == "Annotation"
        assert item["id"] == f"{page}#note-{annotation.id}"
        assert item["motivation"] in {
            "assessing",
            "questioning",
            "describing",
            "commenting",
            "editing",
        }
        assert item["body"]
        for body in item["body"]:
            if body["type"] == "TextualBody":
                assert body["format"] in {"text/html", "text/plain"}
                assert isinstance(body["value"], str)
                assert body["value"]
            else:
                assert body["type"] == "SpecificResource"
                assert body["purpose"] == "linking"
                assert body["source"].startswith("https://")
        if annotation.passage is None:
            assert item["target"] == page
            continue
        quote, position = item["target"]["selector"]
        assert item["target"]["source"] == page
        assert quote == {
            "type": "TextQuoteSelector",
            "exact": "the words",
            "prefix": "before ",
            "suffix": " after",
        }
        assert position["type"] == "TextPositionSelector"
        assert position["end"] - position["start"] == len(quote["exact"])


def test_a_rating_is_a_separate_body(site: dict[str, str]) -> None:
    claim = collection(site)["first"]["items"][1]
    purposes = {body["purpose"]: body.get("value") for body in claim["body"]}
    assert purposes["classifying"] == "Disputed"
    assert purposes["describing"].startswith("Donald Trump and Vladimir Putin")
    assert "https://example.org/base/sources/index.html#source-post" in purposes["assessing"]
    assert claim["modified"] == "2025-02-10T00:00:00Z"


def test_annotations_without_a_site_url(site_without_url: dict[str, str]) -> None:
    data = collection(site_without_url)
    assert data["id"] == "annotations.json"
    item = data["first"]["items"][1]
    assert item["id"] == "index.html#note-call-happened"
    assert item["target"]["source"] == "index.html"
    assert 'href="../sources/index.html#source-post"' in str(item["body"])


def test_a_picture_has_no_quote() -> None:
    m = Maker()
    m.note("one", "Text.")
    passage = m.annotations[0].passage
    assert passage
    m.annotations[0] = replace(
        m.annotations[0], passage=replace(passage, end=passage.start, exact="")
    )
    m.block(f"<p>{m.mark('one', '<img src=x.png alt=X>')}</p>")
    data = collection(build(m.article()))
    assert [s["type"] for s in data["first"]["items"][0]["target"]["selector"]] == [
        "TextPositionSelector"
    ]


# --- ClaimReview and Article ---------------------------------------------------------------------


def data_of(page: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    items = [json.loads(one) for one in found]
    return [item for one in items for item in (one if isinstance(one, list) else [one])]


def test_claim_review(site: dict[str, str]) -> None:
    review, _ = data_of(site["kremlin-call/claims/no-call/index.html"])
    base = "https://example.org/base/"
    assert review["@type"] == "ClaimReview"
    assert review["url"] == f"{base}kremlin-call/claims/no-call/"
    assert review["claimReviewed"] == "There was no telephone conversation."
    assert review["author"] == {"@type": "Organization", "name": "Explained", "url": base}
    assert review["datePublished"] == "2025-02-10"
    assert review["reviewRating"]["alternateName"] == "Disputed"
    assert "ratingValue" not in review["reviewRating"]
    claim = review["itemReviewed"]
    assert claim["@type"] == "Claim"
    assert claim["author"]["name"] == "Dmitry Peskov"
    assert claim["author"]["sameAs"] == [
        "https://example.org/peskov",
        "https://www.wikidata.org/entity/Q4398577",
    ]
    assert claim["datePublished"] == "2024-11-10"
    assert claim["appearance"]["url"] == "https://themoscowtimes.com/2024/11/12/why-a86990"
    assert "firstAppearance" not in claim


def test_a_rating_with_a_number(site: dict[str, str]) -> None:
    review, _ = data_of(site["kremlin-call/claims/half/index.html"])
    rating = review["reviewRating"]
    assert (rating["ratingValue"], rating["bestRating"], rating["worstRating"]) == (3, 5, 1)
    assert rating["alternateName"] == "Mixed"
    assert "author" not in review["itemReviewed"]


def test_values_of_a_custom_scale() -> None:
    own = Rating(id=Id("so"), label="So so", value=2.5)
    rating = claim_review.rating(own, [own, *DEFAULT_SCALE])
    assert rating["ratingValue"] == 2.5


def test_article_data(site: dict[str, str]) -> None:
    (article,) = data_of(site["kremlin-call/index.html"])
    assert article["@type"] == "OpinionNewsArticle"
    assert article["headline"] == "One call, two accounts"
    assert (article["datePublished"], article["dateModified"]) == ("2024-11-20", "2025-02-11")
    assert article["isBasedOn"]["author"] == [{"@type": "Person", "name": "A. Writer"}]


def test_json_cannot_escape_its_script_element() -> None:
    script = jsonld.script({"a": "</script><!-- & \u2028"})
    assert json.loads(script) == {"a": "</script><!-- & \u2028"}
    assert not re.search("[<>&\u2028]", script)
    page = build(plain(title="</script><b>"))["about/index.html"]
    assert data_of(page)[0]["headline"] == "</script><b>"


# --- Atom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["feed.xml", "claims/feed.xml"])
@pytest.mark.parametrize("published", [True, False])
def test_feeds(
    site: dict[str, str], site_without_url: dict[str, str], path: str, published: bool
) -> None:
    feed = ElementTree.fromstring((site if published else site_without_url)[path])
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
        identity, updated = element.findtext(f"{ATOM}id"), element.findtext(f"{ATOM}updated")
        assert identity
        assert updated
        assert MOMENT.fullmatch(updated)
        if published:
            assert identity.startswith("https://example.org/base/")
        else:
            uuid.UUID(identity.removeprefix("urn:uuid:"))
        links = {link.get("rel"): str(link.get("href")) for link in element.findall(f"{ATOM}link")}
        assert "alternate" in links
        target = urljoin(f"https://example.org/base/{path}", links["alternate"])
        file = target.removeprefix("https://example.org/base/")
        assert (file if file.endswith(".html") else f"{file}index.html") in site
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    updates = [str(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert feed.findtext(f"{ATOM}updated") == max(updates)


def test_an_articles_entry(site: dict[str, str]) -> None:
    feed = ElementTree.fromstring(site["feed.xml"])
    entry = next(e for e in feed.iter(f"{ATOM}entry") if "kremlin" in str(e.findtext(f"{ATOM}id")))
    assert entry.findtext(f"{ATOM}updated") == "2025-02-11T00:00:00Z"
    assert entry.findtext(f"{ATOM}published") == "2024-11-20T00:00:00Z"
    assert entry.findtext(f"{ATOM}summary", "").startswith("A newspaper")
    assert [c.get("term") for c in entry.findall(f"{ATOM}category")] == ["diplomacy", "Sources"]
    assert [a.findtext(f"{ATOM}name") for a in entry.findall(f"{ATOM}author")] == [
        "The explainer team",
        "Ann O’Nym",
    ]


def test_a_claims_entry(site: dict[str, str]) -> None:
    feed = ElementTree.fromstring(site["claims/feed.xml"])
    entry = next(e for e in feed.iter(f"{ATOM}entry") if "happened" in str(e.findtext(f"{ATOM}id")))
    assert entry.findtext(f"{ATOM}title", "").startswith("Disputed: Donald Trump")
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert 'href="https://example.org/base/kremlin-call/#the-report"' in str(content.text)


# The elements that RFC 4287 §4.1 and §4.2 allow in a feed and in an entry, and how often.
FEED_PARTS = {
    "title": (1, 1),
    "subtitle": (0, 1),
    "id": (1, 1),
    "link": (2, 2),
    "updated": (1, 1),
    "author": (1, 99),
    "icon": (0, 1),
    "entry": (0, 99),
}
ENTRY_PARTS = {
    "title": (1, 1),
    "id": (1, 1),
    "link": (1, 1),
    "updated": (1, 1),
    "published": (0, 1),
    "author": (0, 99),
    "category": (0, 99),
    "summary": (0, 1),
    "content": (1, 1),
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PART_ATTRIBUTES = {
    "link": {"rel", "type", "href"},
    "category": {"term", "label"},
    "content": {"type"},
    "entry": {LANG},
}


def assert_atom(parent: ElementTree.Element, parts: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in parent]
    assert set(names) <= set(parts)
    for name, (least, most) in parts.items():
        assert least <= names.count(name) <= most, name
    for child in parent:
        name = child.tag.removeprefix(ATOM)
        assert set(child.attrib) <= PART_ATTRIBUTES.get(name, set()), name
        if name in ("updated", "published"):
            assert MOMENT.fullmatch(str(child.text))
        elif name == "author":
            assert [part.tag for part in child] == [f"{ATOM}name"]
        elif name == "link":
            assert child.get("rel") in ("self", "alternate")


@pytest.mark.parametrize("path", ["feed.xml", "claims/feed.xml"])
@pytest.mark.parametrize("published", [True, False])
def test_feeds_are_atom(
    site: dict[str, str], site_without_url: dict[str, str], path: str, published: bool
) -> None:
    feed = ElementTree.fromstring((site if published else site_without_url)[path])
    assert feed.tag == f"{ATOM}feed"
    assert set(feed.attrib) == {LANG}
    assert_atom(feed, FEED_PARTS)
    for entry in feed.iter(f"{ATOM}entry"):
        assert_atom(entry, ENTRY_PARTS)
        assert str(entry.findtext(f"{ATOM}published", "")) <= str(entry.findtext(f"{ATOM}updated"))
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        page = parse(str(content.text))
        for element in page:
            assert element.tag not in ("mark", "sup", "aside", "script", "style"), path
            for link in (element.attributes.get("href"), element.attributes.get("src")):
                assert link is None or not published or urlsplit(link).scheme, link


@pytest.mark.parametrize("path", ["feed.xml", "claims/feed.xml"])
def test_a_feed_reader_can_read_the_feeds(site: dict[str, str], path: str) -> None:
    if "CI" not in os.environ:
        pytest.importorskip("feedparser")
    import feedparser  # type: ignore[import-untyped]

    read = feedparser.parse(site[path].encode())
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert len(read.entries) == site[path].count("<entry")
    assert all(e.link and e.title and e.content[0].value and e.updated_parsed for e in read.entries)


def test_the_entry_of_an_annotated_article_lists_its_ratings(site: dict[str, str]) -> None:
    feed = ElementTree.fromstring(site["feed.xml"])
    entry = next(e for e in feed.iter(f"{ATOM}entry") if "kremlin" in str(e.findtext(f"{ATOM}id")))
    content = str(entry.findtext(f"{ATOM}content"))
    article = rich()
    assert "<strong>3 claims checked:</strong> 1 mixed, 2 disputed." in content
    lines = [item.text for item in select(parse(content), "li")]
    assert lines[: len(article.claims)] == [f"{c.rating.label}: {c.claim}" for c in article.claims]
    assert all(f"https://example.org/base{c.address}" in content for c in article.claims)
    assert article.disclaimer in content
    # Its text would appear without the reviews.
    texts = [p.html for p in article.body if isinstance(p, Html) and len(p.html) > 40]
    assert texts
    assert not any(text in content for text in texts)


def test_an_article_without_annotations_is_included_in_full() -> None:
    m = Maker()
    m.block('<p>All of <a href="../other/index.html">it</a>.</p>\n')
    m.block('<p><img src="../a/x.png" alt="X"></p>\n')
    article = m.article(address="/a/", path="content/a.md")
    feed = ElementTree.fromstring(build(article, aliases={})["feed.xml"])
    content = str(feed.findtext(f"{ATOM}entry/{ATOM}content"))
    assert content.endswith(
        '<p>All of <a href="https://example.org/base/other/index.html">it</a>.</p>\n'
        '<p><img src="https://example.org/base/a/x.png" alt="X"></p>\n'
    )


def test_the_claims_feed_has_the_newest_rating_first() -> None:
    def article(name: str, date: str, checked: str) -> Article:
        m = Maker()
        m.claim(name, f"{name}.", address=f"/{name}/")
        (claim,) = m.annotations
        assert isinstance(claim, ClaimView)
        m.annotations = [replace(claim, date=day(date), checked=day(checked))]
        m.block(f"<p>{m.mark(name, 'x')}</p>")
        return m.article(address=f"/{name}/", path=f"content/{name}.md", date=day("2024-01-01"))

    articles = (
        article("old-claim-new-rating", "1999", "2026-02-01"),
        article("new-claim-old-rating", "2025-06", "2025-06-02"),
        article("checked-before-it-was-published", "2000", "2023-01-01"),
    )
    feed = ElementTree.fromstring(build(*articles, aliases={})["claims/feed.xml"])
    found = [
        (str(e.findtext(f"{ATOM}title")), str(e.findtext(f"{ATOM}updated"))[:10])
        for e in feed.iter(f"{ATOM}entry")
    ]
    assert [date for _, date in found] == ["2026-02-01", "2025-06-02", "2024-01-01"]
    assert "old-claim-new-rating" in found[0][0]


def test_an_entry_has_its_language() -> None:
    m = Maker()
    m.block("<p>Guten Tag.</p>")
    site = build(m.article(language="de"), dozen(), aliases={})
    feed = ElementTree.fromstring(site["feed.xml"])
    assert [e.get(LANG) for e in feed.iter(f"{ATOM}entry")].count("de") == 1


def test_feed_settings() -> None:
    from explainer.model.settings import FeedSettings

    assert "feed.xml" not in build(rich(), feeds=FeedSettings(enabled=False))
    short = build(rich(), dozen(), feeds=FeedSettings(entries=1))
    assert short["feed.xml"].count("<entry>") == 1
    assert short["claims/feed.xml"].count("<entry>") == 1


def test_feed_without_authors_has_one() -> None:
    feed = ElementTree.fromstring(build(dozen(), authors=())["feed.xml"])
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Explained"


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2024-11-10", "2024-11-10T00:00:00Z"),
        ("2024-11", "2024-11-01T00:00:00Z"),
        ("2024", "2024-01-01T00:00:00Z"),
    ],
)
def test_timestamps(date: str, moment: str) -> None:
    assert atom.moment(day(date)) == moment


def test_characters_not_allowed_in_xml() -> None:
    entry = atom.FeedEntry(
        title="A\x00B\x0b & <C>\ud800", link="x", id="urn:x", updated=atom.moment(None)
    )
    feed = atom.Feed(
        id="urn:y",
        title="T",
        subtitle="",
        language="en",
        link=".",
        own="feed.xml",
        authors=("A",),
        entries=[entry],
    )
    root = ElementTree.fromstring(atom.render(feed))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "AB & <C>"


# --- sitemap -------------------------------------------------------------------------------------


def test_sitemap(site: dict[str, str]) -> None:
    root = ElementTree.fromstring(site["sitemap.xml"])
    found = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root}
    base = "https://example.org/base/"
    assert found[f"{base}kremlin-call/"] == "2025-02-11"
    assert found[f"{base}kremlin-call/claims/half/"] == "2025-02-10"
    assert found[base] == "2025-02-11"
    assert {f"{base}about/", f"{base}people/peskov/", f"{base}topics/diplomacy/"} <= found.keys()
    for address in found:
        assert f"{str(address).removeprefix(base)}index.html" in site
    assert len(found) == len(list(root))


def test_robots() -> None:
    assert sitemap.robots(None) == b"User-agent: *\nAllow: /\n"
    assert sitemap.robots("https://x/sitemap.xml").endswith(b"\nSitemap: https://x/sitemap.xml\n")


def test_markup_in_titles_is_text() -> None:
    m = Maker()
    m.claim("one", "a < b & c", review="Because a &lt; b.", address="/a/")
    m.block(f"<p>{m.mark('one', 'x')}</p>")
    site = build(m.article(address="/a/", title="A & <b>", summary="S < T"))
    feed = ElementTree.fromstring(site["feed.xml"])
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "A & <b>"
    claims = ElementTree.fromstring(site["claims/feed.xml"])
    assert claims.findtext(f"{ATOM}entry/{ATOM}title") == "Disputed: a < b & c"
    content = claims.findtext(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert paragraphs("Because a &lt; b.") in content
    assert "<blockquote><p>a &lt; b &amp; c</p></blockquote>" in content
    assert '<a href="https://example.org/base/a/">A &amp; &lt;b&gt;</a>' in content
