"""One article and its annotation file, merged: parse, anchor, merge, mark, render.

Everything here concerns one article at a time and knows nothing of other pages but their
addresses, so that articles can be made in any order and in many processes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from markdown_it.token import Token
from markupsafe import Markup

from explainer.anchor import explain, find, mark
from explainer.anchor import text as anchor_text
from explainer.anchor.normalize import normalize_quote
from explainer.article import fragments
from explainer.article.body import parse_body
from explainer.article.merge import Content, Found, Names, ids, merge
from explainer.markdown import link_positions, link_targets, links
from explainer.markdown.parser import (
    RESERVED_IDS,
    Markdown,
    MarkdownOptions,
    NoteMarkdown,
    fence_language,
    is_known_language,
)
from explainer.model.annotations import AnnotationFile, Claim, Library, Note, Question, Target
from explainer.model.article import (
    Annotation,
    Article,
    Heading,
    Html,
    Notes,
    Part,
    Passage,
    Picture,
    Reference,
)
from explainer.model.documents import RoutedDocument
from explainer.model.location import Data, KeyPath, Lines, Located, Location
from explainer.model.problems import Code, Problem, RelatedLocation, Severity
from explainer.model.ratings import Rating
from explainer.model.scalars import Genre
from explainer.parse import references
from explainer.parse.annotations import read_annotations
from explainer.parse.yaml_errors import quoted

_CONTEXT = 32
"""Characters of prefix and suffix that a passage keeps, as Hypothesis's client does."""
_LISTS = ("claims", "notes", "questions")
_TEXTS = frozenset({"note", "review", "answer", "settle"})
"""Keys of an annotation file that hold Markdown."""
_SIGN = re.compile("\0([rn])([0-9,]+)\0")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class ArticleContext:
    """What the articles of a site share. Made once, handed to every process."""

    language: str
    """The site's."""
    authors: tuple[str, ...]
    """Of articles that name none."""
    disclaimers: Mapping[Genre, str]
    """By genre, in Markdown."""
    scale: Mapping[str, Rating]
    """By id."""
    library: Library
    """Sources and people that every article may use."""
    library_places: Located | None
    """The library as it was written; nothing where there is none."""
    known: link_targets.LinkTargets
    """What links may lead to."""
    html: bool
    """Whether raw HTML is let through in articles."""
    disclaimer_places: Mapping[Genre, Location] = field(default_factory=dict)
    """By genre: where site.toml has its disclaimer."""

    @cached_property
    def markdown(self) -> Markdown:
        """The parser of articles."""
        return Markdown(MarkdownOptions(html=self.html))

    @cached_property
    def note_markdown(self) -> NoteMarkdown:
        """The parser of annotations' texts."""
        return NoteMarkdown()

    def __getstate__(self) -> dict[str, object]:
        """Parsers cannot be handed to another process; it makes its own."""
        return {k: v for k, v in self.__dict__.items() if not k.endswith("markdown")}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An annotation that has no place in its article."""

    id: str
    """The author's own, or the one that it will have."""
    kind: str
    """`claim`, `question`, or the note's kind."""
    text: str
    """What it says: the claim, the question, the note in Markdown."""
    quote: str | None
    """The words that were looked for; nothing where its target is a section or picture."""
    location: Location
    """Where the author wrote it."""
    problem: Problem
    """Why it has no place."""


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """What came of an entry."""

    article: Article
    """The article, without the annotations that have no place."""
    problems: tuple[Problem, ...]
    """What the author must know."""
    used: references.Used | None
    """The sources and people that its annotations name; nothing where that cannot be read."""
    sound: bool
    """Whether its annotation file could be used."""
    unplaced: tuple[Unplaced, ...]
    """Annotations that have no place, in the order of the file."""
    asked: tuple[link_targets.LinkLookup, ...]
    """All that it took from `Context.known`."""
    pointers: tuple[fragments.Pointer, ...]
    """Its links to parts of pages, its own among them."""
    anchors: frozenset[str]
    """The parts of its page that links may lead to: ids in its text, and of its annotations."""


def make_article(entry: RoutedDocument, context: ArticleContext) -> ArticleResult:
    """Merge one article with its annotations.

    Problems: those of `read_annotations`, `references.check`, `anchor.explain` and
    `links.resolve`, `unknown-language`, `quote-cut`; of pictures
    `picture-without-alt`, `credit-not-shown`, `not-a-picture`, `broken-picture`, `huge-picture`.
    """
    told = _Told(entry, context)
    asked, problems = told.asked, told.problems
    file, places, used = _annotations(entry, context, problems)
    body = parse_body(context.markdown, entry.body)
    tokens, reader = body.tokens, body.reader
    _check_tokens(tokens, told)
    anchors = fragments.of_tokens(tokens)
    located, unplaced = _locate(entry, file, places, body.searchable, problems)

    def note_html(text: str, key_path: KeyPath) -> Markup:
        return told.note_html(text, places, key_path)

    def front_html(text: str, key_path: KeyPath, at: Location | None = None) -> Markup:
        return told.note_html(text, at, key_path)

    own = file or AnnotationFile()
    names = Names(
        dict([*context.library.sources.items(), *own.sources.items()]),
        dict([*context.library.people.items(), *own.people.items()]),
        context.scale,
    )
    if file is None and places:
        for path, text in _bare_texts(places):
            note_html(text, path)
    annotations, sources = merge([item.found for item in located], names, entry.address, note_html)
    placed = [
        mark.Highlight(a.id, a.kind, a.passage.start, a.passage.end, item.picture)
        for a, item in zip(annotations, located, strict=True)
        if a.passage
    ]
    html = context.markdown.render(mark.apply(tokens, reader, placed))
    front = entry.front
    disclaimer, set_at = front.disclaimer, None
    if disclaimer is None:
        disclaimer = context.disclaimers.get(front.genre, "") if front.date else ""
        set_at = context.disclaimer_places.get(front.genre)
    article = Article(
        path=entry.document.article.path,
        address=entry.address,
        front=front,
        language=front.language or context.language,
        authors=front.authors or context.authors,
        picture=_picture(entry, context, asked, problems),
        disclaimer=front_html(disclaimer, ("disclaimer",), set_at),
        corrections=tuple(
            (c.date, front_html(c.text, ("corrections", i, "text")))
            for i, c in enumerate(front.corrections)
        ),
        body=tuple(_parts(html, [a for a in annotations if a.passage])),
        headings=tuple(Heading(s.level, s.id, s.title) for s in reader.sections),
        words=_count_words(reader.text),
        annotations=annotations,
        sources=sources,
    )
    return ArticleResult(
        article,
        tuple(problems),
        used,
        file is not None,
        tuple(unplaced),
        tuple(asked),
        tuple(told.pointers),
        anchors | fragments.of_annotations(article, (each.id for each in unplaced)),
    )


class _Told:
    """What comes up about an article while its texts are made into HTML."""

    def __init__(self, entry: RoutedDocument, context: ArticleContext) -> None:
        self.entry = entry
        self.context = context
        self.problems: list[Problem] = []
        self.asked: list[link_targets.LinkLookup] = []
        self.pointers: list[fragments.Pointer] = []

    def resolve(
        self,
        tokens: Sequence[Token],
        location: Callable[[link_positions.LinkOccurrence], Location],
        *,
        eager: bool = False,
        annotation: str | None = None,
    ) -> None:
        """Resolve the links of a text in place; `where` says where one stands.

        `annotation`: the id of the annotation whose text it is.
        """
        path, address = self.entry.document.article.path, self.entry.address
        known = self.context.known
        resolved = links.resolve(tokens, path, address, known, eager=eager)
        self.asked += resolved.lookups
        for spot, bad in resolved.problems:
            said = (bad.code, bad.message, bad.hint, bad.severity, annotation)
            self.problems.append(Problem(location(spot), *said))
        for spot, part in resolved.fragments:
            to = (part.address, part.fragment, spot.url, annotation)
            self.pointers.append(fragments.Pointer(location(spot), address, *to))

    def note_html(self, text: str, places: Located | Location | None, key_path: KeyPath) -> Markup:
        """Markdown to HTML: a text of the annotation file, or without `places` of the head.

        In place of a way through a file, the text's own place may be given.
        """
        if not text:
            return Markup()
        if plain := NoteMarkdown.plain(text):
            return _safe(plain)

        def location(link: link_positions.LinkOccurrence) -> Location:
            if isinstance(places, Location):
                return places
            located = places or self.entry.places
            return _link_place(located, key_path, link)

        tokens = self.context.note_markdown.parse(text)
        name = None
        if isinstance(places, Located):
            name = references.annotation_id(places.data, key_path)
        self.resolve(tokens, location, annotation=name)
        return _safe(self.context.note_markdown.render(tokens))


def _link_place(
    located: Located, key_path: KeyPath, link: link_positions.LinkOccurrence
) -> Location:
    """Where a link of a text in YAML stands, or the text."""
    spot = located.values.get(key_path)
    if spot is None:
        return located.location(key_path)
    start, end, _ = spot
    index = link_positions.position(located.lines.text[start:end], link)
    return located.lines.location(start if index is None else start + index)


def _annotations(
    entry: RoutedDocument, context: ArticleContext, problems: list[Problem]
) -> tuple[AnnotationFile | None, Located | None, references.Used | None]:
    text = entry.document.annotations
    if text is None:
        return AnnotationFile(), None, references.Used(frozenset(), frozenset())
    file, places, found = read_annotations(text)
    problems += found
    if not places.whole:
        return None, places, None
    problems += references.against(places, scale=context.scale, library=context.library_places)
    return file, places, references.used(places)


# --- the article's own text ----------------------------------------------------------------------


def _check_tokens(tokens: Sequence[Token], told: _Told) -> None:
    """Resolve links in place, and look for what the author should know."""
    entry, problems = told.entry, told.problems
    path = entry.document.article.path
    lines = Lines(path, entry.body, entry.first_line)

    def place(link: link_positions.LinkOccurrence) -> Location:
        index = link_positions.position(entry.body, link, by_line=True)
        return (
            Location(path, link.line + entry.first_line) if index is None else lines.location(index)
        )

    # A picture that stands for the article comes before all others.
    told.resolve(tokens, place, eager=entry.front.image is None)
    taken: dict[str, Location] = {}
    for token in tokens:
        for name in _author_ids(token):
            line = token.map[0] if token.map else 0
            location = Location(path, line + entry.first_line)
            if RESERVED_IDS.match(name):
                message = f"the id `{name}` begins like those that explainer gives"
                problems.append(Problem(location, "reserved-id", message, "choose another one"))
            elif name in taken:
                message = f"the id `{name}` stands twice in this article"
                related = (RelatedLocation(taken[name], "first here"),)
                problems.append(
                    Problem(
                        location, "duplicate-id", message, "choose another one", related=related
                    )
                )
            taken.setdefault(name, location)
        language = fence_language(token) if token.type == "fence" else ""
        if language and not is_known_language(language):
            line = token.map[0] if token.map else 0
            problems.append(
                Problem(
                    Location(path, line + entry.first_line),
                    "unknown-language",
                    f"Pygments knows no language `{language}`: this code is not highlighted",
                    "mend the name after the fence, or write `text`",
                    severity="warning",
                )
            )


def _author_ids(token: Token) -> Iterator[str]:
    for each in (token, *(token.children or ())):
        if "id" in each.attrs:
            yield str(each.attrs["id"])


def _picture(
    entry: RoutedDocument,
    context: ArticleContext,
    asked: list[link_targets.LinkLookup],
    problems: list[Problem],
) -> Picture | None:
    image = entry.front.image
    if image is None:
        return None
    text = entry.document.article
    answer = link_targets.look_up(image.src, text.path, entry.address, context.known, picture=True)
    asked.append(answer)
    found, measured = answer.target, answer.measured

    def tell(code: Code, message: str, hint: str, severity: Severity) -> None:
        location = entry.places.location(("image", "src"))
        problems.append(Problem(location, code, message, hint, severity))

    if not isinstance(found, str):
        tell(found.code, found.message, found.hint, found.severity)
        return None
    if measured and (flaw := measured.flaw):
        tell(flaw.code, flaw.message, flaw.hint, "warning")
    if measured is None or measured.picture is None:
        return Picture(found)
    return replace(measured.picture, src=found)


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - Markdown's renderer has escaped it


def _parts(html: str, annotations: Sequence[Annotation]) -> Iterator[Part]:
    """Cut rendered HTML at the signs that `mark.apply` left."""
    done = 0
    for sign in _SIGN.finditer(html):
        if done < sign.start():
            yield Html(_safe(html[done : sign.start()]))
        here = [annotations[int(number)] for number in sign[2].split(",")]
        yield Reference(here[0]) if sign[1] == "r" else Notes(tuple(here))
        done = sign.end()
    if done < len(html):
        yield Html(_safe(html[done:]))


def _count_words(text: str) -> int:
    """Words as white space parts them; in scripts without it, two characters count as one."""
    ideographs = 0 if text.isascii() else len(_IDEOGRAPH.findall(text))
    return len(text.split()) + ideographs // 2


# --- places --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Located:
    found: Found
    picture: tuple[int, int] | None
    """For a picture: the indices of its block, and of its token in the block."""


def _locate(
    entry: RoutedDocument,
    file: AnnotationFile | None,
    places: Located | None,
    article: find.Searchable,
    problems: list[Problem],
) -> tuple[list[_Located], list[Unplaced]]:
    """Find the place of every annotation.

    Gives those that have one, in reading order, and those that have none.
    """
    if places is None:
        return [], []
    if file is None:
        # One mistake must not hide the others: what can be read of the targets is looked for.
        for path, target in _bare_targets(places):
            place = find.find(article, target)
            if not isinstance(place, find.Place):
                problems.append(_missed(entry, article, target, place, None, path, places))
        return [], []
    contents: list[tuple[Content, tuple[str, int]]] = [
        *((claim, ("claims", i)) for i, claim in enumerate(file.claims)),
        *((note, ("notes", i)) for i, note in enumerate(file.notes)),
        *((question, ("questions", i)) for i, question in enumerate(file.questions)),
    ]
    located: list[_Located] = []
    unplaced: list[Unplaced] = []
    for (content, path), name in zip(contents, ids(c for c, _ in contents), strict=True):
        place = find.find(article, content)
        location = places.location(path)
        match place:
            case find.Whole():
                located.append(_Located(Found(content, name, path, location, None), None))
            case find.Span(start, end):
                if problem := _cut(article, content, name, path, places, end):
                    problems.append(problem)
                passage = _passage(entry, article.reader, start, end)
                located.append(_Located(Found(content, name, path, location, passage), None))
            case find.ImageFound(picture):
                passage = _passage(entry, article.reader, picture.start, picture.start)
                found = Found(content, name, path, location, passage)
                located.append(_Located(found, (picture.block, picture.child)))
            case miss:
                problem = _missed(entry, article, content, miss, name, path, places)
                problems.append(problem)
                unplaced.append(_unplaced(content, name, location, problem))
    located.sort(key=_reading_order)
    return located, unplaced


def _unplaced(content: Content, name: str, location: Location, problem: Problem) -> Unplaced:
    match content:
        case Claim():
            kind, text = "claim", content.claim
        case Question():
            kind, text = "question", content.question
        case Note():
            kind, text = content.kind, content.note
    return Unplaced(name, kind, text, content.quote, location, problem)


def _bare_targets(places: Located) -> Iterator[tuple[tuple[str, int], Target]]:
    data = places.data if isinstance(places.data, dict) else {}
    for kind in _LISTS:
        entries = data.get(kind)
        for i, entry in enumerate(entries if isinstance(entries, list) else ()):
            words = {
                key: text
                for key in ("quote", "prefix", "suffix", "section", "image")
                if isinstance(entry, dict) and isinstance(text := entry.get(key), str) and text
            }
            if words:
                yield (kind, i), Target(**words)


def _bare_texts(places: Located) -> Iterator[tuple[KeyPath, str]]:
    """Every Markdown text of a file that cannot be used: its links are looked at all the same."""
    data = places.data if isinstance(places.data, dict) else {}
    waiting: list[tuple[KeyPath, Data]] = [((key,), data.get(key)) for key in _LISTS]
    while waiting:
        key_path, value = waiting.pop()
        if isinstance(value, list):
            waiting += [((*key_path, i), each) for i, each in enumerate(value)]
        elif isinstance(value, dict):
            waiting += [((*key_path, key), each) for key, each in value.items()]
        elif isinstance(value, str) and key_path[-1] in _TEXTS:
            yield key_path, value


def _missed(
    entry: RoutedDocument,
    article: find.Searchable,
    target: Target,
    miss: find.Miss,
    name: str | None,
    path: tuple[str, int],
    places: Located,
) -> Problem:
    said = explain.explain(article, target, miss, first_line=entry.first_line)
    hint = said.hint
    if said.key == "quote" and (comment := places.comment((*path, "quote"))):
        whole = normalize_quote(f"{target.quote} #{comment}")
        if next(find.occurrences(article, whole), None):
            hint = _comment_hint(target.quote or "", comment)
    location = places.location((*path, said.key))
    return Problem(location, said.code, said.message, hint, annotation=name)


def _reading_order(item: _Located) -> tuple[int, int]:
    """Where a reader meets its reference mark: at the passage's end."""
    passage = item.found.passage
    return (passage.end, passage.start) if passage else (-1, 0)


def _passage(
    entry: RoutedDocument, reader: anchor_text.ReaderText, start: int, end: int
) -> Passage:
    text = reader.text
    return Passage(
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - _CONTEXT) : start],
        suffix=text[end : end + _CONTEXT],
        line=reader.line_at(start) + entry.first_line,
        section=reader.section_at(start),
    )


def _cut(
    article: find.Searchable,
    content: Content,
    name: str,
    path: tuple[str, int],
    places: Located,
    end: int,
) -> Problem | None:
    """A quote that YAML cut at ` #`, where the article goes on with just these words."""
    comment = places.comment((*path, "quote"))
    if not comment:
        return None
    wanted = normalize_quote("#" + comment)
    after = normalize_quote(article.reader.text[end : end + 4 * len(wanted) + 16])
    if not after.startswith(wanted):
        return None
    return Problem(
        places.location((*path, "quote")),
        "quote-cut",
        "YAML reads what follows ` #` as a comment: the quote is cut short",
        _comment_hint(content.quote or "", comment),
        annotation=name,
    )


def _comment_hint(quote: str, comment: str) -> str:
    whole = f"{quote} #{comment}"
    return (
        "YAML takes ` #` and all after it for a comment; put the quote in quotation marks:\n"
        f"quote: {quoted(whole)}"
    )
