"""Pages from values: what every page holds, and that it holds nowhere what it must not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urljoin

import pytest
from markupsafe import Markup

from explainer.language.catalogue import FOLDER, direction_of
from explainer.language.words import Words, words_of
from explainer.model.annotations import Person, Source
from explainer.model.article import (
    Annotation,
    AnswerView,
    Article,
    Citation,
    ClaimView,
    Heading,
    Html,
    Notes,
    NoteView,
    Part,
    Passage,
    Picture,
    QuestionView,
    RatingView,
    Reference,
    SourceView,
    Speaker,
    Use,
)
from explainer.model.front_matter import FrontMatter, Image, Original, Related
from explainer.model.location import Location
from explainer.model.ratings import DEFAULT_SCALE
from explainer.model.scalars import Genre, Id, NoteKind, PartialDate, Stance, Url
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.render.files import RenderedFile, make_files
from explainer.render.renderer import Renderer
from explainer.render.theme import find
from explainer.site.index import index
from explainer.support import addresses

RATINGS = {str(rating.id): rating for rating in DEFAULT_SCALE}


# --- synthetic articles --------------------------------------------------------------------------


def day(text: str) -> PartialDate:
    return PartialDate.check(text)


def paragraphs(text: str) -> Markup:
    return Markup("".join(f"<p>{part}</p>\n" for part in text.split("\n\n") if part))


SOURCES = {
    "post": Source(
        title="Trump talked to Putin, told Russian leader not to escalate in Ukraine",
        publisher="The Washington Post",
        date=day("2024-11-10"),
        type="article-newspaper",
    ),
    "reuters": Source(
        title="Trump in phone call advised Putin not to escalate in Ukraine",
        publisher="Reuters, at swissinfo.ch",
        url=Url("https://www.swissinfo.ch/eng/trump-in-phone-call-advised-putin/88079919"),
        archived=Url("https://web.archive.org/web/2024/https://www.swissinfo.ch/88079919"),
        date=day("2024-11-10"),
        type="article-newspaper",
        repeats=(Id("post"),),
    ),
    "moscow-times": Source(
        title="Kremlin Denies Reports of Putin-Trump Phone Call Over Ukraine",
        publisher="The Moscow Times",
        url=Url("https://www.themoscowtimes.com/2024/11/11/kremlin-denies-reports-a86977?a=1&b=2"),
        date=day("2024-11"),
        type="article-newspaper",
    ),
    "transcript": Source(
        title="Брифинг",
        authors=("Пресс-служба", "Д. Песков", "Ещё кто-то"),
        date=day("2024"),
        type="speech",
        primary=True,
        language="ru",
    ),
}
PEOPLE = {
    "post": Speaker("post", Person(name="The Washington Post", role="Newspaper")),
    "peskov": Speaker(
        "peskov",
        Person(
            name="Dmitry Peskov",
            role="Kremlin spokesperson",
            url=Url("https://example.org/peskov"),
            wikidata=Id("Q4398577"),
        ),
    ),
    "o-brien": Speaker("o-brien", Person(name="Flann O’Brien & <Sons>")),
}


class Maker:
    """Puts an article together from blocks of HTML in which `[[ID]]` ends an annotation's passage.

    `<mark>`s are made by `mark`; notes stand after the block.
    """

    def __init__(self) -> None:
        self.annotations: list[Annotation] = []
        self.parts: list[Part] = []
        self.numbers: dict[str, int] = {}
        self.due: list[str] = []
        self.blocks: list[str] = []

    def cite(self, source: str, **more: Any) -> Citation:
        number = self.numbers.setdefault(source, len(self.numbers) + 1)
        return Citation(number, source, SOURCES[source], **more)

    def _common(self, name: str, kind: str, whole: bool) -> dict[str, Any]:
        start = len(self.annotations) * 100
        passage = Passage(start, start + 9, "the words", "before ", " after", 12, "")
        return {
            "id": name,
            "number": len(self.annotations) + 1,
            "kind": kind,
            "location": Location("content/x.yaml", 3),
            "passage": None if whole else passage,
        }

    def note(
        self, name: str, text: str, *sources: str, kind: str = "context", whole: bool = False
    ) -> str:
        self.annotations.append(
            NoteView(
                **self._common(name, kind, whole),
                citations=tuple(self.cite(source) for source in sources),
                html=paragraphs(text),
                date=day("2024-11-20") if kind == "correction" else None,
            )
        )
        return name

    def claim(
        self,
        name: str,
        claim: str,
        rating: str = "disputed",
        by: str | None = "post",
        evidence: Sequence[tuple[str, Stance, str, str]] = (),
        rivals: tuple[str, ...] = (),
        history: Sequence[tuple[str, str, str]] = (),
        review: str = "One newspaper says so.\n\nA second paragraph, for the ledger alone.",
        address: str = "/kremlin-call/",
    ) -> str:
        citations = tuple(
            self.cite(source, stance=stance, quote=quote, locator=locator)
            for source, stance, quote, locator in evidence
        )
        self.annotations.append(
            ClaimView(
                **self._common(name, "claim", False),
                citations=citations,
                claim=claim,
                address=f"{address}claims/{name}/",
                by=PEOPLE[by] if by else None,
                date=day("2024-11-10"),
                rating=RATINGS[rating],
                review=paragraphs(review),
                supports=sum(c.stance == "supports" for c in citations),
                disputes=sum(c.stance == "disputes" for c in citations),
                rivals=rivals,
                checked=day("2025-02-10"),
                history=tuple(
                    RatingView(rating=RATINGS[old], date=day(date), review=paragraphs(why))
                    for date, old, why in history
                ),
            )
        )
        return name

    def question(
        self, name: str, question: str, answers: Sequence[tuple[str, str, str]] = ()
    ) -> str:
        self.annotations.append(
            QuestionView(
                **self._common(name, "question", False),
                question=question,
                status="open",
                answer=Markup(),
                answers=tuple(
                    AnswerView(html=paragraphs(text), by=PEOPLE[by], citations=(self.cite(source),))
                    for text, by, source in answers
                ),
                settle=paragraphs("A record of the call published by either side."),
                checked=day("2025-02-10"),
            )
        )
        return name

    def mark(self, name: str, text: str) -> str:
        kind = next(a.kind for a in self.annotations if a.id == name)
        attributes = f'data-annotation="{name}" data-kind="{kind}" id="ref-{name}"'
        return f"<mark {attributes}>{text}</mark>[[{name}]]"

    def block(self, html: str) -> None:
        """Add a block, and after it the notes of the passages that end in it."""
        by_id = {a.id: a for a in self.annotations}
        ended: list[Annotation] = []
        for i, piece in enumerate(re.split(r"\[\[([\w.-]+)\]\]", html)):
            if i % 2:
                ended.append(by_id[piece])
                self.parts.append(Reference(by_id[piece]))
            elif "[[]]" in piece:  # the notes' place, inside the block
                before, _, after = piece.partition("[[]]")
                self.parts += [Html(Markup(before)), Notes(tuple(ended)), Html(Markup(after))]
                ended = []
            elif piece:
                self.parts.append(Html(Markup(piece)))
        if ended:
            self.parts.append(Notes(tuple(ended)))

    def article(self, **front: Any) -> Article:
        uses: dict[str, list[Use]] = {source: [] for source in self.numbers}
        for annotation in self.annotations:
            citations = list(annotation.citations)
            if isinstance(annotation, QuestionView):
                citations += [c for answer in annotation.answers for c in answer.citations]
            for citation in citations:
                uses[citation.id].append(Use(annotation, citation))
        sources = tuple(
            SourceView(
                number,
                key,
                SOURCES[key],
                tuple((other, SOURCES[other]) for other in SOURCES[key].repeats),
                tuple(uses[key]),
            )
            for key, number in self.numbers.items()
        )
        settings: dict[str, Any] = {
            "title": "One call, two accounts",
            "date": day("2024-11-20"),
            **front,
        }
        address = settings.pop("address", "/kremlin-call/")
        return Article(
            path=settings.pop("path", f"content{address}index.md"),
            address=address,
            language=settings.pop("language", "en"),
            authors=settings.pop("authors", ("The explainer team", "Ann O’Nym")),
            picture=settings.pop("picture", None),
            disclaimer=settings.pop("disclaimer", Markup()),
            corrections=settings.pop("corrections", ()),
            front=FrontMatter(**settings),
            body=tuple(self.parts),
            headings=(Heading(2, "the-report", "The report"),),
            words=900,
            annotations=tuple(self.annotations),
            sources=sources,
        )


LOREM = (
    "On Thursday 7 November 2024, two days after the American election, Donald Trump and Vladimir "
    "Putin spoke by telephone, or they did not. Few questions of diplomacy are so simple to put. A "
    "call has a time and two ends, and at each end somebody who knows. "
)


def rich() -> Article:
    """An article with all that there is."""
    m = Maker()
    m.note("all", "The dates are those of the reports, not of the events.", whole=True)
    m.claim(
        "call-happened",
        "Donald Trump and Vladimir Putin spoke by telephone on 7 November 2024.",
        evidence=(
            ("post", "supports", "", ""),
            (
                "reuters",
                "supports",
                "Washington’s sizeable military presence in Europe",
                "paragraph 1",
            ),
            ("moscow-times", "disputes", "This is completely untrue. This is pure fiction.", ""),
            ("transcript", "context", "не было никакого разговора", "00:12:30"),
        ),
        rivals=("no-call",),
        history=(("2024-11-11", "unverified", "One newspaper, nobody on the record."),),
        review=(
            'The <em>Post</em>’s sources say so, see <a href="#the-report">the report</a> and '
            '<a href="../sources/index.html#source-post">its source</a>.\n\nSecond paragraph.'
        ),
    )
    m.note("kyiv", "The government in Kyiv & its ministry.", "post", "reuters")
    m.question(
        "why-deny",
        "Why deny a call rather than decline to comment?",
        (
            ("To respect protocol.", "peskov", "transcript"),
            ("For status.", "o-brien", "moscow-times"),
        ),
    )
    m.claim(
        "no-call",
        "There was no telephone conversation.",
        by="peskov",
        rivals=("call-happened",),
        evidence=(("moscow-times", "supports", "no conversation happened", ""),),
    )
    m.claim("half", "Half of it is <true> & more.", "mixed", by=None, address="/kremlin-call/")
    m.note("word", "The Kremlin’s own name for the invasion.", "moscow-times", kind="definition")
    m.note("fix", "It said 8 November before.", kind="correction")
    m.block(f"<p>{LOREM}{m.mark('call-happened', 'had a phone conversation')} {LOREM}</p>\n")
    m.block(f'<h2 id="the-report">The {m.mark("kyiv", "report")}</h2>\n')
    m.block(
        f"<p>{LOREM}{m.mark('why-deny', 'why did the Kremlin')} "
        f"{m.mark('no-call', 'pure fiction')}</p>\n"
    )
    m.block(f"<ul>\n<li>{m.mark('half', 'One item')} [[]]</li>\n<li>Another</li>\n</ul>\n")
    m.block(
        f'<pre tabindex="0"><code class="language-python"><span class="k">def</span> '
        f"{m.mark('word', 'call')}():\n    pass\n</code></pre>\n"
    )
    m.block(
        "<table>\n<thead>\n<tr><th>Day</th></tr>\n</thead>\n<tbody>\n"
        f"<tr><td>{m.mark('fix', '7 November')}</td></tr>\n</tbody>\n</table>\n"
    )
    return m.article(
        subtitle="What is known, and what is only said",
        summary="A newspaper reported a call, and the Kremlin called it fiction.",
        updated=day("2025-02-11"),
        genre="opinion",
        topics=("diplomacy", "Sources"),
        original=Original(
            title="The Kremlin said …",
            authors=("A. Writer",),
            publisher="The Moscow Times",
            url=Url("https://themoscowtimes.com/2024/11/12/why-a86990"),
            date=day("2024-11-12"),
            licence="Quoted by permission.",
        ),
        image=Image(src="phone.jpg", alt="A telephone", credit="Ann"),
        picture=Picture(
            "/kremlin-call/phone.jpg", 1200, 800, ((480, "/assets/pictures/phone-480.jpg"),)
        ),
        disclaimer=Markup("<p>Opinion pieces do not reflect the publisher’s position.</p>\n"),
        corrections=((day("2025-01-02"), Markup("<p>A date was wrong.</p>\n")),),
        related=(Related(title="Elsewhere", url=Url("https://example.org/x")), "content/other.md"),
    )


def plain(address: str = "/about/", **front: Any) -> Article:
    m = Maker()
    m.block('<p>Plain text &amp; nothing else<sup class="footnote-ref">[1]</sup>.</p>\n')
    return m.article(**{"address": address, "title": "About <us>", "date": None, **front})


def dozen(claims: int = 8, notes: int = 3, questions: int = 1) -> Article:
    """About 1,000 words with 12 annotations, each with two or three sources."""
    m = Maker()
    ids = [
        m.claim(
            f"claim-number-{i}",
            f"In the call, Trump advised Putin for the {i}. time not to escalate the war.",
            ("disputed", "unverified", "true", "false")[i % 4],
            ("post", "peskov")[i % 2],
            evidence=(
                ("post", "supports", "", "paragraph 1"),
                ("reuters", "supports", "Washington’s sizeable military presence in Europe", ""),
                ("moscow-times", "disputes", "This is completely untrue. This is pure fiction", ""),
            ),
            review=LOREM,
            address="/dozen/",
        )
        for i in range(claims)
    ]
    ids += [m.note(f"note-number-{i}", LOREM, "post", "transcript") for i in range(notes)]
    ids += [
        m.question(
            f"question-{i}", "Why deny it?", (("For status, he says.", "peskov", "post"),) * 2
        )
        for i in range(questions)
    ]
    for name in ids:
        m.block(f"<p>{LOREM}{m.mark(name, 'had a phone conversation')}. {LOREM}</p>\n")
    return m.article(address="/dozen/", summary="In short.")


def site_index(*articles: Article) -> SiteIndex:
    found, problems = index(articles, {article.path: article.address for article in articles})
    assert [p for p in problems if p.code != "unknown-related"] == []
    return found


def renderer(*articles: Article, root: Path = Path("/nowhere"), **settings: Any) -> Renderer:
    found, problems = find(root)
    assert found
    assert problems == ()
    known: dict[str, Any] = {
        "title": "Explained",
        "url": Url("https://example.org/base/"),
        "description": "Articles & their claims.",
        "authors": ("The team",),
        **settings,
    }
    return Renderer(Settings(**known), DEFAULT_SCALE, found, site_index(*articles))


ALIASES = {"/old/": "/kremlin-call/", "/deep/down/": "/kremlin-call/"}


def build(
    *articles: Article, aliases: dict[str, str] | None = None, **settings: Any
) -> dict[str, str]:
    """Render everything; give text by path."""
    made = renderer(*articles, **settings)
    pages, problems = make_files(made.site_files(ALIASES if aliases is None else aliases))
    assert problems == ()
    found: list[RenderedFile] = [*pages, *make_files(made.asset_files())[0]]
    for article in articles:
        pages, problems = make_files(made.article_files(article))
        assert problems == ()
        found += pages
    assert len({page.path for page in found}) == len(found)
    return {page.path: page.content.decode() for page in found}


# --- what every page holds -----------------------------------------------------------------------


class Reading(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]

    VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if len(found) < len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href") is not None:
            self.links.append(str(found["href"]))
        if tag == "link" and found.get("rel") in ("stylesheet", "alternate"):
            self.assets.append(str(found["href"]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return build(rich(), plain(), dozen())


@pytest.fixture(scope="module")
def page(site: dict[str, str]) -> str:
    return site["kremlin-call/index.html"]


def html_pages(site: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((path, text) for path, text in site.items() if path.endswith(".html"))


def test_files_of_the_contract(site: dict[str, str]) -> None:
    assert {
        "index.html",
        "kremlin-call/index.html",
        "kremlin-call/annotations.json",
        "kremlin-call/claims/call-happened/index.html",
        "claims/index.html",
        "sources/index.html",
        "people/index.html",
        "people/peskov/index.html",
        "topics/index.html",
        "topics/diplomacy/index.html",
        "feed.xml",
        "claims/feed.xml",
        "sitemap.xml",
        "robots.txt",
        "404.html",
        "old/index.html",
        "deep/down/index.html",
        "assets/style.css",
        "assets/code.css",
    } <= set(site)
    assert "about/annotations.json" not in site


def test_pages_are_well_formed(site: dict[str, str]) -> None:
    for path, text in html_pages(site):
        reading = Reading(text)
        assert reading.wrong == [], path
        assert len(reading.ids) == len(set(reading.ids)), path
        assert text.startswith("<!DOCTYPE html>\n<html lang="), path
        assert sum(tag == "h1" for tag, _ in reading.tags) == 1, path
        levels = [int(tag[1]) for tag, _ in reading.tags if re.fullmatch("h[1-6]", tag)]
        jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
        assert jumps == [], path


def test_no_script_style_or_other_host(site: dict[str, str]) -> None:
    for path, text in html_pages(site):
        for tag, attributes in Reading(text).tags:
            assert tag not in ("style", "iframe"), path
            if tag == "script" and attributes.get("type") != "application/ld+json":
                source = str(attributes["src"]).partition("?")[0]
                assert source.endswith(("assets/script.js", "assets/lists.js")), path
                assert "defer" in attributes
            assert not any(name.startswith("on") or name == "style" for name in attributes), path
            if tag in ("img", "link") and attributes.get("rel") != "canonical":
                source = str(attributes.get("src") or attributes.get("href"))
                assert "//" not in source, path


def test_links_lead_somewhere(site: dict[str, str]) -> None:
    ids = {path: set(Reading(text).ids) for path, text in html_pages(site)}
    for path, text in html_pages(site):
        if path == "404.html":
            continue
        reading = Reading(text)
        for link in [*reading.links, *reading.assets]:
            if link.startswith("http"):
                continue
            assert not link.startswith("/"), (path, link)
            target, _, fragment = urljoin("https://x/" + path, link).partition("#")
            file = unquote(target.removeprefix("https://x/").partition("?")[0])
            assert file in site, (path, link)
            if fragment:
                assert unquote(fragment) in ids[file], (path, link)


def test_article_meets_the_contract(page: str) -> None:
    article = rich()
    for annotation in article.annotations:
        body = re.search(
            rf'<aside[^>]* id="note-{annotation.id}"[^>]*>(.*?)</aside>', page, re.DOTALL
        )
        assert body
        assert 'role="doc-backlink"' in body[1]
        back = "page-top" if annotation.passage is None else f"ref-{annotation.id}"
        assert f'href="#{back}"' in body[1]
        for citation in annotation.citations:
            if annotation.kind != "claim" or citation.stance != "context":
                assert f'href="#source-{citation.id}"' in body[1]
        if isinstance(annotation, ClaimView):
            assert f'href="#claim-{annotation.id}"' in body[1]
            assert f'href="claims/{annotation.id}/index.html"' in page
            assert f'data-rating="{annotation.rating.id}"' in body[1]
        if annotation.passage:
            reference = rf'<sup [^>]*><a href="#note-{annotation.id}" role="doc-noteref"'
            assert len(re.findall(reference, page)) == 1
    for badge in re.findall(r'<span class="badge" data-rating="([\w-]+)"[^>]*>(.*?)</span>', page):
        assert badge[1] == RATINGS[badge[0]].label


def test_text_is_kept(page: str) -> None:
    """Without our elements, the body is what the parser gave, white space in `pre` included."""
    body = page.partition('<div class="text">\n')[2].partition('<div class="after">')[0]
    bare = re.sub(r'<aside.*?</aside>\n|<sup class="ref".*?</sup>', "", body, flags=re.DOTALL)
    given = "".join(part.html for part in rich().body if isinstance(part, Html))
    assert bare.removesuffix("\n</div>\n</article>\n").rstrip("\n") == given.rstrip("\n")


def test_words_of_the_page(page: str) -> None:
    text = " ".join(re.sub(r"<[^>]+>", "", page.partition("<body")[2]).split())
    for words_ in (
        "3 claims checked: 1 mixed, 2 disputed",
        "Annotated by The explainer team and Ann O’Nym · 20 November 2024",
        "Updated 11 February 2025",
        "4 minutes’ read",
        "Read it at themoscowtimes.com",
        "Opinion pieces do not reflect the publisher’s position.",
        "Claimed by Dmitry Peskov, Kremlin spokesperson, 10 November 2024",
        "For 2 independent sources",
        "Against 1 independent source",
        "There was no telephone conversation. Claimed by Dmitry Peskov, 10 November 2024 For",
        "11 November 2024 Unverified One newspaper, nobody on the record.",
        "Repeats The Washington Post: not counted as a second source.",
        "newspaper article, secondary source · swissinfo.ch · archived copy",
        "speech, primary source",
        "↑ claim 2, question 4",
        "Washington’s sizeable military presence in Europe, paragraph 1",
        "What would settle it A record of the call published by either side.",
        "2 January 2025 A date was wrong.",
    ):
        assert words_.replace(" · ", " ") in text.replace(" · ", " "), words_


def test_a_claims_page_links_from_where_it_is(site: dict[str, str]) -> None:
    page = site["kremlin-call/claims/call-happened/index.html"]
    home = "../../../kremlin-call/index.html"
    assert f'see <a href="{home}#the-report">the report</a>' in page
    assert '<a href="../../../sources/index.html#source-post">its source</a>' in page
    assert f'<a href="{home}#ref-call-happened">' in page
    assert 'href="../no-call/index.html"' not in page.partition("<main")[0]
    assert "Second paragraph." in page


def test_one_claim_review_on_a_claims_page_and_none_elsewhere(site: dict[str, str]) -> None:
    for path, text in html_pages(site):
        data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        kinds = [item["@type"] for one in data for item in as_list(json.loads(one))]
        if "/claims/" in path:
            assert kinds == ["ClaimReview", "BreadcrumbList"], path
        else:
            assert "ClaimReview" not in kinds, path


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_social_and_canonical_addresses_are_absolute(page: str) -> None:
    assert '<link rel="canonical" href="https://example.org/base/kremlin-call/">' in page
    assert '<meta property="og:url" content="https://example.org/base/kremlin-call/">' in page
    assert 'content="https://example.org/base/kremlin-call/phone.jpg"' in page
    assert '<meta property="og:image:width" content="1200">' in page
    assert '<meta property="og:image:alt" content="A telephone">' in page
    sizes = (
        'width="1200" height="800" srcset="../assets/pictures/phone-480.jpg 480w, phone.jpg 1200w"'
    )
    assert f'<img src="phone.jpg" alt="A telephone" {sizes} ' in page


def test_without_url() -> None:
    site = build(rich(), url=None)
    assert "sitemap.xml" not in site
    assert "Sitemap" not in site["robots.txt"]
    for path, text in html_pages(site):
        assert 'rel="canonical"' not in text, path
        assert "og:url" not in text, path
        assert "example.org/base" not in text, path
    assert '<a href="/claims/index.html">' in site["404.html"]


def test_404_links_from_the_servers_root(site: dict[str, str]) -> None:
    assert 'href="/base/assets/style.css?v=' in site["404.html"]
    assert '<a class="site-name" href="/base/index.html">' in site["404.html"]


def test_redirect(site: dict[str, str]) -> None:
    page = site["deep/down/index.html"]
    assert '<meta http-equiv="refresh" content="0; url=../../kremlin-call/index.html">' in page
    assert '<link rel="canonical" href="https://example.org/base/kremlin-call/">' in page
    assert '<a href="../../kremlin-call/index.html">' in page


def test_noindex_is_left_out_of_what_others_read() -> None:
    m = Maker()
    m.claim("secret", "A claim.", address="/kremlin-call/")
    m.block(f"<p>{m.mark('secret', 'words')}</p>")
    site = build(m.article(noindex=True), aliases={})
    assert '<meta name="robots" content="noindex">' in site["kremlin-call/index.html"]
    assert '<meta name="robots" content="noindex">' in site["kremlin-call/claims/secret/index.html"]
    for file in ("sitemap.xml", "feed.xml", "claims/feed.xml"):
        assert "kremlin-call" not in site[file]


def test_home_has_its_own_text() -> None:
    m = Maker()
    m.note("hello", "A note on the home page.")
    m.block(f"<p>Welcome {m.mark('hello', 'home')}.</p>\n")
    home = m.article(address="/", path="content/index.md", title="Start", date=None)
    site = build(home, plain())
    assert "<h1>Start</h1>" in site["index.html"]
    assert 'id="note-hello"' in site["index.html"]
    assert 'href="about/index.html"' in site["index.html"]
    assert json.loads(site["annotations.json"])["total"] == 1


def test_an_empty_site_renders() -> None:
    site = build(aliases={})
    assert "No articles yet." in site["index.html"]
    assert "No claims yet." in site["claims/index.html"]
    assert "<updated>1970-01-01T00:00:00Z</updated>" in site["feed.xml"]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build(rich(), plain(), dozen()) == build(dozen(), rich(), plain())


def test_titles_are_short() -> None:
    long = "A title that goes on " * 8
    site = build(plain(title=long), aliases={})
    title = re.search("<title>(.*?)</title>", site["about/index.html"])
    assert title
    assert len(title[1]) <= 70
    assert title[1].endswith("…")


def test_description_is_the_opening_without_summary(site: dict[str, str]) -> None:
    said = 'name="description" property="og:description" content="Plain text &amp; nothing else.">'
    assert said in site["about/index.html"]


def test_pictures_from_elsewhere_are_the_only_hosts_allowed() -> None:
    m = Maker()
    m.block('<p><img src="https://pictures.example/a.png" alt="A"><img src="b.png" alt="B"></p>\n')
    policy = "img-src 'self' file: data: https://pictures.example;"
    assert policy in build(m.article())["kremlin-call/index.html"]


@pytest.mark.parametrize("genre", get_args(Genre))
@pytest.mark.parametrize("kind", get_args(NoteKind))
def test_every_genre_and_kind_has_a_word(genre: Genre, kind: NoteKind) -> None:
    m = Maker()
    m.note("one", "Text.", kind=kind)
    m.block(f"<p>{m.mark('one', 'words')}</p>")
    made = renderer()
    pages, problems = make_files(made.article_files(m.article(genre=genre)))
    assert problems == ()
    assert pages


def test_an_answered_question() -> None:
    m = Maker()
    m.question("why", "Why?")
    question = m.annotations[0]
    assert isinstance(question, QuestionView)
    m.annotations[0] = replace(question, status="answered", answer=paragraphs("Because."))
    m.block(f"<p>{m.mark('why', 'words')}</p>")
    page = build(m.article())["kremlin-call/index.html"]
    assert page.count("<p>Because.</p>") == 2
    assert "Answered question" in page


def test_margin_places_reach_beyond_the_largest_number() -> None:
    m = Maker()
    for i in range(40):
        m.note(f"n{i}", "Note.")
        m.block(f"<p>{m.mark(f'n{i}', 'words')}</p>\n")
    style = build(m.article())["assets/style.css"]
    assert '[data-n="64"]{--n:--r64}' in style
    assert '[data-n="65"]' not in style


# --- words ---------------------------------------------------------------------------------------


def test_english_labels_are_those_of_the_scale() -> None:
    english = words_of("en")
    for rating in DEFAULT_SCALE:
        own = english._catalogue["ratings"][rating.id]
        assert (own["label"], own["meaning"]) == (rating.label, rating.meaning)


def catalogue(**more: Any) -> dict[str, Any]:
    import tomllib

    found = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))
    return {**found, **more}


def test_words_of_another_language() -> None:
    english = catalogue()
    arabic = Words(
        catalogue(
            language="ar",
            plural="arabic",
            words={
                **english["words"],
                "n_claims": dict.fromkeys(("zero", "one", "two", "few", "many", "other"), "")
                | {"few": "{n} ادعاءات", "two": "ادعاءان"},
            },
            dates={**english["dates"], "digits": "٠١٢٣٤٥٦٧٨٩", "day": "{day} {month} {year}"},
            ratings={"true": {"label": "صحيح", "meaning": "…"}},
        )
    )
    assert arabic.n_claims(n=5) == "٥ ادعاءات"
    assert arabic.n_claims(n=2) == "ادعاءان"
    assert arabic.date(day("2024-11-10")) == "١٠ November ٢٠٢٤"
    assert arabic.rating(RATINGS["true"]) == "صحيح"
    assert arabic.rating(replace(RATINGS["true"], label="So it is")) == "So it is"


@pytest.mark.parametrize(
    ("date", "said"),
    [("2024-11-10", "10\u00a0November 2024"), ("2024-11", "November 2024"), ("2024", "2024")],
)
def test_dates(date: str, said: str) -> None:
    assert words_of("en").time(day(date)) == f'<time datetime="{date}">{said}</time>'


def test_phrases() -> None:
    english = words_of("en")
    assert english.claims_checked(n=1) == "1 claim checked"
    assert english.claims_checked(n=0) == "0 claims checked"
    assert english.independent(n=0) == "no independent source"
    assert english.by(names="<b>") == "By &lt;b&gt;"
    assert english.by(names=Markup("<b>")) == "By <b>"
    assert english.all_of(["A", "B & C", Markup("<i>")]) == "A, B &amp; C and <i>"
    assert english.source_type("hologram-deck") == "hologram deck"
    with pytest.raises(AttributeError, match="no word `leder`"):
        _ = english.leder
    with pytest.raises(KeyError):
        english.by()


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("ar-Latn", "ltr"),
        ("uz-Arab", "rtl"),
        ("he-IL", "rtl"),
        ("xx", "ltr"),
    ],
)
def test_direction(language: str, direction: str) -> None:
    assert direction_of(language) == direction


def test_unknown_language_is_answered_in_english() -> None:
    assert words_of("tlh-Piqd") is words_of("en-GB") is words_of("en")
    assert words_of("../x") is words_of("en")
    page = build(plain(language="he"))["about/index.html"]
    assert '<html lang="he" dir="rtl">' in page


def test_every_rating_has_its_looks() -> None:
    style = build()["assets/style.css"]
    for shape, rating in enumerate(DEFAULT_SCALE):  # each has a shape of its own
        looks = f'[data-rating="{rating.id}"]{{--shape:{shape};--tone:var(--{rating.tone})}}'
        assert looks in style
        assert f"--{rating.tone}:" in style


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "address", "link"),
    [
        ("/", "/", "index.html"),
        ("/", "/a/#b", "a/index.html#b"),
        ("/a/b/", "/", "../../index.html"),
        ("/a/", "/a/", "../a/index.html"),
        ("/a/", "/wer-rief-än/", "../wer-rief-%C3%A4n/index.html"),
        ("/claims/feed.xml", "/x y.png", "../x%20y.png"),
        ("/", "/a:b.png", "./a:b.png"),
    ],
)
def test_relative(origin: str, address: str, link: str) -> None:
    assert addresses.relative(addresses.root_of(origin), address) == link


def test_absolute() -> None:
    assert addresses.absolute("https://x.org/b/", "/ä/#n") == "https://x.org/b/%C3%A4/#n"
    assert addresses.absolute("https://x.org", "/") == "https://x.org/"


# --- speed ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_speed() -> None:
    """Figures rather than a gate: the bound is wide, for machines that are slow or busy."""
    article = dozen()
    made = renderer(article)
    make_files(made.article_files(article))
    best = min(_time(lambda: make_files(made.article_files(article))) for _ in range(20))
    print(f"\nan article with 8 claim pages and annotations.json: {best * 1000:.2f} ms")
    assert best < 0.05


def _time(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- in a browser --------------------------------------------------------------------------------

CHROMIUM = Path("/usr/bin/chromium")
WIDE = 1120  # from here on notes stand in the margin


def crowd(address: str = "/crowd/", **front: Any) -> Article:
    """Notes as close as they can come: 40 and more, on everything that may hold one."""
    m = Maker()

    def note(words_: int = 12) -> str:
        name = f"n{len(m.annotations)}"
        m.note(name, " ".join(["many", "words"] * (words_ // 2)), "post")
        return m.mark(name, "words")

    for _ in range(8):  # room enough beside it, however wide the letters of a machine's fonts are
        m.block(f"<p>{note()} {LOREM} {LOREM} {LOREM} {LOREM}</p>\n")
    m.block(f"<h2>A heading {note()}</h2>\n")
    m.block(f"<p>{' '.join(note(n) for n in (5, 30, 10, 60, 8))} {LOREM}</p>\n")
    m.block(f"<p>{LOREM} {note(700)} {LOREM}</p>\n")  # longer than the screen
    m.block(f"<ul>\n<li>{LOREM} {note()}[[]]</li>\n<li><p>{note()} {LOREM}</p>[[]]</li>\n</ul>\n")
    m.block(f"<dl>\n<dt>Term</dt>\n<dd>{note()} {LOREM}[[]]</dd>\n</dl>\n")
    m.block(f"<table>\n<tbody><tr><td>{note()}</td><td>{note()}</td></tr></tbody>\n</table>\n")
    m.block(f'<pre tabindex="0"><code>x = {note()}\ny = {"long " * 60}{note()}\n</code></pre>\n')
    m.block(f"<blockquote>\n<p>{LOREM} {note()}</p>\n</blockquote>\n")
    m.block("<p>" + "unbreakable" * 30 + f"{note()}</p>\n")
    for i in range(28):
        m.block(f"<p>{LOREM} {note(10 + 7 * (i % 5))} {LOREM}</p>\n")
    m.claim("one", "A claim.", evidence=(("post", "supports", "", ""),), address=address)
    m.block(f"<p>{LOREM} {m.mark('one', 'claim')}</p>\n")
    m.block(f"<p>At the end {' '.join(note(90) for _ in range(6))}</p>\n")
    assert len(m.annotations) > 40
    return m.article(address=address, **front)


MEASURE = """() => {
  const box = e => { const b = e.getBoundingClientRect();
    return {x: b.left, y: b.top + scrollY, right: b.right, bottom: b.bottom + scrollY}; };
  const all = s => [...document.querySelectorAll(s)];
  return {
    notes: all('.text .note').map(box),
    refs: all('.text .note').map(n => box(document.querySelector(`.ref[data-n="${n.dataset.n}"]`))),
    others: all('.text > :not(.note), .after > *, .head, .colophon > *').map(box),
    text: box(document.querySelector('.text')),
    main: box(document.querySelector('main')),
    width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight,
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterable[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs chromium")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    articles = [crowd(), crowd("/rtl/", language="ar"), rich(), plain()]
    made = renderer(*articles, url=None)
    pages = [*make_files(made.site_files({}))[0], *make_files(made.asset_files())[0]]
    for article in articles:
        pages += make_files(made.article_files(article))[0]
    for one in pages:
        (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.path).write_bytes(one.content)
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("width", [WIDE, 1280, 1680, 2560])
@pytest.mark.parametrize("page", ["crowd", "rtl"])
def test_margin_notes_never_overlap(browser: Any, disk: Path, width: int, page: str) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(f"file://{disk}/{page}/index.html")
    seen = tab.evaluate(MEASURE)
    tab.close()
    notes, refs = seen["notes"], seen["refs"]
    rtl = page == "rtl"
    assert len(notes) > 40
    for before, after in pairwise(notes):
        assert after["y"] >= before["bottom"] - 0.5
    for other in seen["others"]:
        for note in notes:
            beside = note["right"] <= other["x"] if rtl else note["x"] >= other["right"]
            assert beside or note["bottom"] <= other["y"] or note["y"] >= other["bottom"]
    for i, (note, ref) in enumerate(zip(notes, refs, strict=True)):
        free = i == 0 or notes[i - 1]["bottom"] < ref["y"] - 30
        assert note["y"] > ref["y"] - 20  # never above its line
        if free:
            assert abs(note["y"] - ref["y"]) < 20  # beside it where there is room
        assert 200 < note["right"] - note["x"] < 500
    assert sum(abs(n["y"] - r["y"]) < 20 for n, r in zip(notes, refs, strict=True)) > 5
    assert seen["height"] >= notes[-1]["bottom"] - 1
    assert seen["width"] <= width


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 768, WIDE - 1])
def test_notes_under_their_paragraph_on_narrow_screens(
    browser: Any, disk: Path, width: int
) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    for page in ("crowd", "rtl", "kremlin-call", "about", "claims", "sources", "people"):
        tab.goto(f"file://{disk}/{page}/index.html")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, page
    tab.goto(f"file://{disk}/crowd/index.html")
    assert tab.evaluate("document.querySelector('.text .note').getClientRects().length") == 0
    tab.evaluate("document.querySelectorAll('.text .note').forEach(n => n.classList.add('open'))")
    seen = tab.evaluate(MEASURE)
    tab.close()
    boxes = sorted(seen["notes"], key=lambda b: b["y"])
    for before, after in pairwise(boxes):
        assert after["y"] >= before["bottom"] - 0.5
    for note, ref in zip(seen["notes"], seen["refs"], strict=True):
        assert note["y"] > ref["y"]
        assert note["x"] >= 0
        assert note["right"] <= width


@pytest.mark.browser
def test_lines_hold_60_to_70_characters(browser: Any, disk: Path) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"file://{disk}/crowd/index.html")
    lines = tab.evaluate(
        """() => { const p = document.querySelectorAll('.text > p')[5], r = document.createRange();
        const tops = {}; const walk = document.createTreeWalker(p, 4); let n;
        while (n = walk.nextNode()) { if (n.parentElement.closest('.ref')) continue;
          for (let i = 0; i < n.length; i++) { r.setStart(n, i); r.setEnd(n, i + 1);
            const t = Math.round(r.getBoundingClientRect().bottom / 8);
            tops[t] = (tops[t] || 0) + 1; } }
        return Object.values(tops); }"""
    )
    tab.close()
    full = sorted(lines)[-4:]
    assert 58 <= sum(full) / len(full) <= 71


@pytest.mark.browser
def test_nothing_is_blocked_asked_elsewhere_or_lost(browser: Any, disk: Path) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    for page in ("crowd", "kremlin-call", "claims", "sources", "people", "topics", "people/post"):
        tab.goto(f"file://{disk}/{page}/index.html")
        assert tab.evaluate("getComputedStyle(document.body).margin") == "0px"  # styles are there
        tab.emulate_media(media="print")
        assert tab.evaluate(
            """() => [...document.querySelectorAll('.note, .claim, .sources li')].every(e =>
              e.getBoundingClientRect().height > 5 && getComputedStyle(e).position === 'static')"""
        )
        tab.emulate_media(media="screen")
    tab.close()
    assert all(url.startswith("file://") for url in asked)
    assert [text for text in said if "phone.jpg" not in text and "ERR_FILE_NOT" not in text] == []


CONTRAST = """() => {
  const rgb = c => c.match(/[\\d.]+/g).map(Number);
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const found = {};
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    let b = e, ground;
    do { ground = rgb(getComputedStyle(b).backgroundColor); b = b.parentElement; }
    while (b && ground[3] === 0);
    const text = rgb(getComputedStyle(e).color);
    const l = [text, ground].map(c => lum(c.slice(0, 3))).sort((x, y) => y - x);
    const c = (l[0] + .05) / (l[1] + .05);
    if (c < 4.5) found[e.className + ' ' + e.tagName] = c;
  }
  return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_aa(browser: Any, disk: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    tab = context.new_page()
    for page in ("kremlin-call", "claims", "kremlin-call/claims/half"):
        tab.goto(f"file://{disk}/{page}/index.html")
        assert tab.evaluate(CONTRAST) == {}, page
    context.close()
