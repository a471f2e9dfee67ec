"""Make one article: parse, anchor, merge, mark, and render it with its annotation file.

The code handles one article at a time, and knows only the addresses of other pages. So articles can
be made in any order and in many processes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from pathlib import PurePosixPath

from markdown_it.token import Token
from markupsafe import Markup, escape

from explainer.anchor import mark
from explainer.article import fragments
from explainer.article.body import Body, parse_body
from explainer.article.context import ArticleContext, ArticleResult, Inspection, Unplaced
from explainer.article.merge import Names, PlacedAnnotation, kind_and_text, merge
from explainer.article.numbers import number_notes
from explainer.article.place import place_annotations
from explainer.article.shared_names import LibraryPart, SharedNames
from explainer.article.texts import TextRenderer, safe, unusable_texts
from explainer.markdown import links
from explainer.model.annotations import AnnotationFile, Library
from explainer.model.article import (
    Annotation,
    Article,
    BodyPart,
    Heading,
    Html,
    Notes,
    Picture,
    Reference,
    SourceView,
)
from explainer.model.documents import RoutedDocument, Text
from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Problem, short
from explainer.parse import references
from explainer.parse.allow import annotation_allowances
from explainer.parse.annotations import read_annotations
from explainer.parse.references import UsedNames
from explainer.support.patterns import later

_NO_ANNOTATIONS = Text("", "")
_SIGN = later("\0([rn])([0-9,]+)\0")
_HEADING = later(
    r'<h([1-6])((?: [^>]*)?)>((?:(?!</h\1>).)*?(?:\0r|<sup class="footnote-ref").*?)</h\1>',
    re.DOTALL,
)
_NOT_IN_NAMES = later(r'\0[rn][0-9,]+\0|<sup class="footnote-ref".*?</sup>', re.DOTALL)
_IMAGE = later(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')
_IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"  # compiled if a text needs it


def make_article(document: RoutedDocument, context: ArticleContext) -> ArticleResult:
    """Merge an article with its annotations.

    Problems: those of `read_annotations`, `references.against`, `place_annotations`,
    `links.resolve`; `no-front-matter`, `missing-key`, `reserved-id`, `duplicate-id`,
    `unknown-language`; and those of the functions in `foreign`: `open-comment`, `foreign-markup`,
    `conflict-marker`.
    """
    file, located, used, problems = _read_annotations(document)
    shared_names = SharedNames() if used is None else SharedNames.of(located, used)
    part = context.parts.part(shared_names)
    if used is not None:
        problems += _against(located, used, part, context)
    texts = TextRenderer(document, context, located)
    body = parse_body(context.markdown, document, texts.find, context.language)
    texts.resolve_body(body)
    texts.check_plain_texts()
    anchors = fragments.of_tokens(body.all_tokens)
    found = place_annotations(body.reader, file, located, document.first_line, body.title)
    left_out = frozenset[str]() if context.drafts else _drafts(*found[:2])
    placed, unplaced, missed = _without(left_out, *found)
    if file is None:
        for key_path, text in unusable_texts(located):
            texts.note(text, key_path)
    names = Names.of(file or AnnotationFile(), part.library, context)

    def locate(key_path: KeyPath) -> Location:
        if key_path[0] != "sources":
            return located.location(key_path)
        own = key_path in located.keys
        return (located if own else part.places).key(key_path)

    tokens = _marked(body, placed)
    numbers = number_notes(tokens, placed)
    annotations, sources = merge(placed, numbers, names, document.address, texts.note, locate)
    text = _HEADING.sub(_named, context.markdown.render(tokens))
    html = tuple(_parts(text, [a for a in annotations if a.passage]))
    article = _article(document, texts, body, html, (annotations, sources, left_out))
    inspection = Inspection(document, body, file, located, article, context, part.library)
    return ArticleResult(
        article=article,
        problems=(*problems, *_no_title(document, body), *texts.problems, *missed),
        used=None if used is None else _of_library(used, part.library),
        sound=file is not None,
        unplaced=tuple(unplaced),
        queries=tuple(texts.queries),
        names=shared_names,
        library=part.digest,
        pointers=tuple(texts.pointers),
        anchors="".join(f"{name}\0" for name in sorted(anchors)),
        allowances=tuple(annotation_allowances(located, document.document.paths)),
        findings=context.inspector and context.inspector(inspection),
    )


def article_of(document: RoutedDocument, context: ArticleContext) -> Article:
    """Make only an article, for `LaterBody`."""
    return make_article(document, context).article


def _of_library(used: UsedNames, library: Library) -> tuple[tuple[str, str], ...]:
    """Return those of the names that the library may have: a person may go by name there."""
    return tuple(
        (kind, name)
        for kind, name in sorted(used)
        if (library.people if kind == "people" else name in library.sources)
    )


def _no_title(document: RoutedDocument, body: Body) -> Iterator[Problem]:
    """Report an article without a title: neither in its front matter nor as its first heading."""
    if document.front.title or body.first:
        return
    if document.first_line == 1:
        message, hint = "the article has no title", "start it with a heading: # The title"
        yield Problem(Location(document.path, 1, 1), "no-front-matter", message, hint)
    else:
        message = "the front matter has no `title`, and the text does not start with one"
        hint = "add `title: …`, or start the text with a heading: # The title"
        yield Problem(document.places.location(), "missing-key", message, hint)


def _read_annotations(
    document: RoutedDocument,
) -> tuple[AnnotationFile | None, Located, UsedNames | None, tuple[Problem, ...]]:
    """Read an article's annotation file. If there is none, return an empty one.

    The third value has the names that it uses; None if it cannot be read as a whole.
    """
    file, located, problems = read_annotations(document.document.annotations or _NO_ANNOTATIONS)
    if not located.whole:
        return None, located, None, problems
    return file, located, references.used(located), problems


def _against(
    located: Located, used: UsedNames, part: LibraryPart, context: ArticleContext
) -> tuple[Problem, ...]:
    return references.against(
        located, scale=context.scale, kinds=context.kinds, library=part.places, names=used
    )


def _drafts(placed: Iterable[PlacedAnnotation], unplaced: Iterable[Unplaced]) -> frozenset[str]:
    drafts = {each.id for each in placed if each.content.draft}
    return frozenset(drafts | {each.id for each in unplaced if each.draft})


def _without(
    ids: Collection[str],
    placed: Iterable[PlacedAnnotation],
    unplaced: Iterable[Unplaced],
    problems: Iterable[Problem],
) -> tuple[list[PlacedAnnotation], list[Unplaced], list[Problem]]:
    """Leave out annotations. Problems of their places are only remarks: no reader sees them."""
    return (
        [each for each in placed if each.id not in ids],
        [each for each in unplaced if each.id not in ids],
        [replace(each, severity="info") if each.annotation in ids else each for each in problems],
    )


def _marked(body: Body, placed: Sequence[PlacedAnnotation]) -> Sequence[Token]:
    """Return the tokens of the article's text with marks, and signs for references and notes."""
    highlights = [
        mark.Highlight(
            item.id,
            kind_and_text(item.content)[0],
            item.passage.start,
            item.passage.end,
            item.picture,
        )
        for item in placed
        if item.passage
    ]
    return mark.apply(body.tokens, body.reader, highlights)


def _named(heading: re.Match[str]) -> str:
    """Return a heading with references, with a name for screen readers that leaves these out."""
    level, attributes, content = heading.groups()
    text = _IMAGE.sub(r"\1", _NOT_IN_NAMES.sub("", content))
    name = " ".join(unescape(Markup(text).striptags()).split())  # noqa: S704 - only read
    return f'<h{level}{attributes} aria-label="{escape(name)}">{content}</h{level}>'


def _parts(html: str, annotations: Sequence[Annotation]) -> Iterator[BodyPart]:
    """Split rendered HTML at the signs that `mark.apply` inserted."""
    done = 0
    for sign in _SIGN.finditer(html):
        if done < sign.start():
            yield Html(safe(html[done : sign.start()]))
        here = [annotations[int(number)] for number in sign[2].split(",")]
        yield Reference(here[0]) if sign[1] == "r" else Notes(tuple(here))
        done = sign.end()
    if done < len(html):
        yield Html(safe(html[done:]))


def _article(
    document: RoutedDocument,
    texts: TextRenderer,
    body: Body,
    html: tuple[BodyPart, ...],
    shown: tuple[tuple[Annotation, ...], tuple[SourceView, ...], frozenset[str]],
) -> Article:
    """Return the article. `shown`: its annotations and sources, and the ids that are left out."""
    (annotations, sources, left_out), title = shown, _title(document, body)
    front, context = document.front, texts.context
    return Article(
        path=document.path,
        address=document.address,
        front=front if front.title == title else replace(front, title=title),
        heading=_heading(document, body, context),
        language=front.language or context.language,
        authors=front.authors or context.authors,
        picture=_picture(document, texts),
        disclaimer=_disclaimer(document, texts),
        findings=tuple(texts.front(text, ("findings", i)) for i, text in enumerate(front.findings)),
        unchecked=None if front.unchecked is None else texts.front(front.unchecked, ("unchecked",)),
        corrections=tuple(
            (c.date, texts.front(c.text, ("corrections", i, "text")))
            for i, c in enumerate(front.corrections)
        ),
        body=html,
        headings=tuple(Heading(s.level, s.id, s.title) for s in body.reader.sections),
        words=_count_words(body.reader.text),
        length=len(body.reader.text),
        annotations=annotations,
        sources=sources,
        left_out=left_out,
    )


def _title(document: RoutedDocument, body: Body) -> str:
    """Return an article's title; the name of its file if it has none."""
    own = document.front.title or (body.first.text if body.first else "")
    return own or PurePosixPath(document.path).stem


def _heading(document: RoutedDocument, body: Body, context: ArticleContext) -> Markup:
    """Return the heading of an article's page: the title as `<h1>`."""
    if not body.title:
        return Markup("<h1>{}</h1>").format(_title(document, body))
    return safe(context.markdown.render(body.title.tokens).rstrip())


def _disclaimer(document: RoutedDocument, texts: TextRenderer) -> Markup:
    """Return the article's own disclaimer, or that of its genre if the article has a date."""
    front, context = document.front, texts.context
    if front.disclaimer is not None:
        return texts.front(front.disclaimer, ("disclaimer",))
    if front.date and front.genre in context.disclaimers:
        text, location = context.disclaimers[front.genre]
        return texts.render(text, lambda _: location)
    return Markup()


def _picture(document: RoutedDocument, texts: TextRenderer) -> Picture | None:
    """Return the picture that represents the article, with its size if the file is on the site."""
    image = document.front.image
    if image is None:
        return None
    text = document.document.article
    known = texts.context.known
    answer = links.look_up(image.src, text.path, document.address, known, picture=True)
    texts.queries.append(answer)
    target, measured = answer.target, answer.measured
    places = texts.places
    location = places.location(("image", "src"))
    if isinstance(places.data, dict) and isinstance(places.data["image"], str):
        message = f"the picture `{short(image.src)}` has no alternative text"
        hint = "describe what it shows: write `image: {src: …, alt: …}`"
        texts.problems.append(Problem(location, "picture-without-alt", message, hint, "info"))
    wrong = links.not_a_picture(target, measured) if isinstance(target, str) else ()
    for flaw in (answer.flaw, answer.remark, *wrong):
        if flaw:
            problem = Problem(location, flaw.code, flaw.message, flaw.hint, flaw.severity)
            texts.problems.append(problem)
    if not isinstance(target, str):
        return None
    if measured is None or measured.picture is None:
        return Picture(target)
    return replace(measured.picture, src=target)


def _count_words(text: str) -> int:
    """Count the words in a text. In scripts without spaces, two characters count as one word."""
    ideographs = 0 if text.isascii() else len(re.findall(_IDEOGRAPH, text))
    return len(text.split()) + ideographs // 2
