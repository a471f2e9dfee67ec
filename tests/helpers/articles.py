"""Articles for tests, built without parsing, and rendering sites of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from explainer.model.annotations import Person, Source
from explainer.model.article import (
    Annotation,
    AnswerView,
    Article,
    BodyPart,
    Citation,
    ClaimView,
    Heading,
    Html,
    Notes,
    NoteView,
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
from explainer.model.scalars import Id, PartialDate, Stance, Url
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.render.files import RenderedFile, make_files
from explainer.render.renderer import Renderer
from explainer.render.theme import find
from explainer.site.index import IndexScope, index
from tests.helpers.pages import quoted

RATINGS = {str(rating.id): rating for rating in DEFAULT_SCALE}


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
NAMED = Location("content/a.yaml", 1, 1)
PEOPLE = {
    "post": Speaker("post", Person(name="The Washington Post", role="Newspaper"), NAMED),
    "peskov": Speaker(
        "peskov",
        Person(
            name="Dmitry Peskov",
            role="Kremlin spokesperson",
            url=Url("https://example.org/peskov"),
            wikidata=Id("Q4398577"),
        ),
        NAMED,
    ),
    "o-brien": Speaker("o-brien", Person(name="Flann O’Brien & <Sons>"), NAMED),
}


class Maker:
    """Builds an article from blocks of HTML in which `[[ID]]` ends an annotation's passage.

    `mark` makes `<mark>`s. Notes come after the block.
    """

    def __init__(self) -> None:
        self.annotations: list[Annotation] = []
        self.parts: list[BodyPart] = []
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
                article_address=address,
                id_location=NAMED,
                by=PEOPLE[by] if by else None,
                date=day("2024-11-10"),
                rating=RATINGS[rating],
                review=paragraphs(review),
                supports=sum(c.stance == "supports" for c in citations),
                disputes=sum(c.stance == "disputes" for c in citations),
                supports_primary=sum(
                    c.stance == "supports" and c.source.primary for c in citations
                ),
                disputes_primary=sum(
                    c.stance == "disputes" and c.source.primary for c in citations
                ),
                rivals=tuple((rival, Location("content/x.yaml", 3)) for rival in rivals),
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
        """Add a block, and the notes of the passages that end in it."""
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
                Location("content/x.yaml", 2),
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
            heading=Markup("<h1>{}</h1>").format(settings["title"]),
            path=settings.pop("path", f"content{address}index.md"),
            address=address,
            language=settings.pop("language", "en"),
            authors=settings.pop("authors", ("The explainer team", "Ann O’Nym")),
            picture=settings.pop("picture", None),
            disclaimer=settings.pop("disclaimer", Markup()),
            findings=settings.pop("findings", ()),
            unchecked=settings.pop("unchecked", None),
            corrections=settings.pop("corrections", ()),
            front=FrontMatter(**settings),
            body=tuple(self.parts),
            headings=(Heading(2, "the-report", "The report"),),
            words=900,
            length=5000,
            annotations=tuple(self.annotations),
            sources=sources,
        )


LOREM = (
    "On Thursday 7 November 2024, two days after the American election, Donald Trump and Vladimir "
    "Putin spoke by telephone, or they did not. Few questions of diplomacy are so simple to put. A "
    "call has a time and two ends, and at each end somebody who knows. "
)


def rich() -> Article:
    """Return an article that uses every feature."""
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
    """Return about 1,000 words with 12 annotations, each with two or three sources."""
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
    addresses = {article.path: article.address for article in articles}
    found = index(articles, IndexScope(addresses, {}, {}.get))
    assert [p for p in found.problems if p.code != "unknown-related"] == []
    return found.index


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
    """Render a site, and return the text of its files by path, with all quotation marks."""
    made = renderer(*articles, **settings)
    pages, problems = make_files(made.site_files(ALIASES if aliases is None else aliases))
    assert problems == ()
    found: list[RenderedFile] = [*pages, *make_files(made.asset_files())[0]]
    for article in articles:
        pages, problems = make_files(made.article_files(article))
        assert problems == ()
        found += pages
    assert len({page.path for page in found}) == len(found)
    return {page.path: _text(page) for page in found}


def _text(file: RenderedFile) -> str:
    text = file.content.decode()
    return quoted(text) if file.path.endswith(".html") else text


def crowd(address: str = "/crowd/", **front: Any) -> Article:
    """Return more than 40 notes, as close together as possible, on everything that can have one."""
    m = Maker()

    def note(words_: int = 12) -> str:
        name = f"n{len(m.annotations)}"
        m.note(name, " ".join(["many", "words"] * (words_ // 2)), "post")
        return m.mark(name, "words")

    for _ in range(8):  # enough space next to it, whatever the width of the machine's fonts
        m.block(f"<p>{note()} {LOREM} {LOREM} {LOREM} {LOREM}</p>\n")
    m.block(f"<h2>A heading {note()}</h2>\n")
    m.block(f"<p>{' '.join(note(n) for n in (5, 30, 10, 60, 8))} {LOREM}</p>\n")
    m.block(f"<p>{LOREM} {note(700)} {LOREM}</p>\n")  # taller than the screen
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
