"""Render an article's texts as HTML, resolve their links, and report problems in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from markdown_it.token import Token
from markupsafe import Markup

from explainer.article import blocked, foreign
from explainer.article.body import Body
from explainer.article.context import ArticleContext, Pointer
from explainer.markdown import links
from explainer.markdown.attribute_rules import PLACE
from explainer.markdown.findings import Place, reported
from explainer.markdown.highlight import fence_language, is_known_language
from explainer.markdown.link_positions import LinkOccurrence, position
from explainer.markdown.links import LinkLookup
from explainer.markdown.rules import RESERVED_IDS
from explainer.model.documents import RoutedDocument
from explainer.model.location import Data, KeyPath, Lines, Located, Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.parse.free_data import EXTRA
from explainer.parse.lookup import annotation_id

LISTS = ("claims", "notes", "questions")
"""Keys of an annotation file that contain annotations."""
_MARKDOWN_KEYS = frozenset({"note", "review", "answer", "settle", "text"})
"""Keys of an annotation that contain Markdown."""
_NOT_PLAIN_KEYS = _MARKDOWN_KEYS | {"disclaimer", "unchecked"}
"""Keys whose value is Markdown."""
_TARGET_KEYS = frozenset({"quote", "prefix", "suffix", "section"})
"""Keys of an annotation whose value is copied from the article."""
Locate: TypeAlias = Callable[[LinkOccurrence | Place], Location]
"""Returns the location of a link, or of another place in a text."""


def safe(html: str) -> Markup:
    """Mark the output of our Markdown renderer as safe HTML: the renderer escapes text."""
    return Markup(html)  # noqa: S704


class TextRenderer:
    """Renders the texts of one article, and collects problems, link look-ups, and pointers.

    `annotations` is the data of the annotation file, with positions.
    """

    def __init__(
        self, document: RoutedDocument, context: ArticleContext, annotations: Located
    ) -> None:
        self.document = document
        self.places = document.places
        """The front matter, with positions."""
        self.context = context
        self.annotations = annotations
        self.problems: list[Problem] = []
        self.queries: list[LinkLookup] = []
        self.pointers: list[Pointer] = []

    def note(self, text: str, key_path: KeyPath) -> Markup:
        """Render the text at `key_path` in the annotation file."""
        locate = partial(link_location, self.annotations, key_path)
        annotation = annotation_id(self.annotations.data, key_path)
        return self.render(text, locate, annotation)

    def front(self, text: str, key_path: KeyPath) -> Markup:
        """Render the text at `key_path` in the front matter."""
        return self.render(text, partial(link_location, self.places, key_path))

    def render(self, text: str, locate: Locate, annotation: str | None = None) -> Markup:
        """Render any text. For `locate` and `annotation`, see `_resolve`."""
        if not text:
            return Markup()
        markdown = self.context.note_markdown
        language = self.document.front.language or self.context.language
        if simple := markdown.simple(text, language):
            return safe(simple)
        tokens, marks = markdown.parse_with_marks(text, language)
        self.problems += foreign.check_marks(
            marks, text, locate, annotation, math=self.context.options.math
        )
        self._resolve(tokens, locate, annotation=annotation)
        return safe(markdown.render(tokens))

    def find(self, url: str) -> LinkLookup:
        """Look up a picture, or a CSV file in its place."""
        document = self.document
        return links.look_up(url, document.path, document.address, self.context.known, picture=True)

    def resolve_body(self, body: Body) -> None:
        """Resolve the links of the article's text in place, and check its ids and markup."""
        document, tokens, locate = self.document, body.all_tokens, locate_in_body(self.document)
        self.queries += body.lookups
        # The article's own picture, if there is one, is above all others on the page.
        self._resolve(tokens, locate, eager=document.front.image is None)
        self.problems += _check_ids(tokens, document)
        self.problems += _check_languages(tokens, document)
        text = document.body
        self.problems += foreign.check_marks(
            body.marks, text, locate, in_article=True, math=self.context.options.math
        )
        self.problems += foreign.check_conflicts(tokens, lines_of(document))
        self.problems += blocked.check(tokens, text, self.context.links.security, locate)

    def check_plain_texts(self) -> None:
        """Report comments in those texts of YAML files that are not Markdown."""
        for located in (self.places, self.annotations):
            if "<!--" not in located.lines.text:
                continue
            for key_path, text, _ in texts_in(located.data):
                copied = len(key_path) == 3 and key_path[-1] in _TARGET_KEYS
                is_markdown = key_path[-1] in _NOT_PLAIN_KEYS or key_path[0] == "findings"
                if not is_markdown and not copied:
                    annotation = annotation_id(located.data, key_path)
                    self.problems += foreign.check_plain(
                        text, located.location(key_path), annotation
                    )

    def _resolve(
        self,
        tokens: Sequence[Token],
        locate: Locate,
        *,
        eager: bool = False,
        annotation: str | None = None,
    ) -> None:
        """Resolve the links of one text in place.

        `locate` returns the location of a link. `eager`: see `links.resolve`. `annotation` is the
        id of the annotation that contains the text.
        """
        path, address = self.document.path, self.document.address
        language = self.document.front.language or self.context.language
        resolved = links.resolve(
            tokens,
            path,
            address,
            self.context.known,
            options=self.context.links,
            eager=eager,
            language=language,
        )
        self.queries += resolved.lookups
        for spot, bad in resolved.problems:
            why = (bad.code, bad.message, bad.hint, bad.severity, annotation)
            self.problems.append(Problem(locate(spot), *why))
        for finding in reported(tokens):
            flaw = finding.flaw
            why = (flaw.code, flaw.message, flaw.hint, flaw.severity, annotation)
            related = tuple(RelatedLocation(locate(at), text) for at, text in finding.related)
            self.problems.append(Problem(locate(finding.place), *why, related))
        for spot, part in resolved.fragments:
            target = (part.address, part.fragment, spot.url, annotation)
            self.pointers.append(Pointer(locate(spot), address, *target))


def unusable_texts(located: Located) -> Iterator[tuple[KeyPath, str]]:
    """Yield every Markdown text of an annotation file that cannot be used, to check its links."""
    for key_path, text, _ in texts_in(located.data):
        if key_path[0] in LISTS and key_path[-1] in _MARKDOWN_KEYS:
            yield key_path, text


def texts_in(data: Data) -> Iterator[tuple[KeyPath, str, dict[str, Data]]]:
    """Yield every text in `data`: its key path, it, and the mapping that contains it.

    The data under `extra` is left out, because only templates know what it is.
    """
    waiting: list[tuple[KeyPath, Data, dict[str, Data]]] = [((), data, {})]
    while waiting:
        key_path, value, holder = waiting.pop()
        if isinstance(value, str):
            yield key_path, value, holder
        elif isinstance(value, list):
            waiting += [((*key_path, i), each, holder) for i, each in enumerate(value)]
        elif isinstance(value, dict):
            waiting += [
                ((*key_path, key), each, value) for key, each in value.items() if key != EXTRA
            ]


def link_location(located: Located, key_path: KeyPath, link: LinkOccurrence | Place) -> Location:
    """Return the location of a link in a YAML text, or of the text if that is not known."""
    if key_path not in located.values:
        return located.location(key_path)
    start, end, _ = located.values[key_path]
    index = position(located.lines.text[start:end], link)
    return located.lines.location(start + (index or 0))


def lines_of(document: RoutedDocument) -> Lines:
    """Return the lines of an article's Markdown."""
    return Lines(document.path, document.body, document.first_line)


def locate_in_body(document: RoutedDocument) -> Locate:
    """Return a function that locates links in an article's Markdown, at least by their line."""
    lines = lines_of(document)

    def locate(link: LinkOccurrence | Place) -> Location:
        index = position(lines.text, link, by_line=True)
        if index is not None:
            return lines.location(index)
        line = link.line if isinstance(link, LinkOccurrence) else 0
        return Location(lines.path, line + lines.first_line)

    return locate


def _check_ids(tokens: Sequence[Token], document: RoutedDocument) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    locate = locate_in_body(document)
    for token in tokens:
        for each in (token, *(token.children or ())):
            if not each.attrs or "id" not in each.attrs:
                continue
            name = str(each.attrs["id"])
            is_exact = PLACE in each.meta
            location = locate(each.meta[PLACE]) if is_exact else _token_location(token, document)
            if RESERVED_IDS.match(name):
                message = f"the id `{name}` starts like those that explainer assigns"
                yield Problem(location, "reserved-id", message, "choose another id")
            elif name in seen:
                message = f"the id `{name}` is already used in this article"
                related = (RelatedLocation(seen[name], "first used here"),)
                hint = "choose another id"
                yield Problem(location, "duplicate-id", message, hint, related=related)
            seen.setdefault(name, location)


def _check_languages(tokens: Sequence[Token], document: RoutedDocument) -> Iterator[Problem]:
    for token in tokens:
        language = fence_language(token) if token.type == "fence" else ""
        if language and not is_known_language(language):
            location = _token_location(token, document)
            message = f"the language `{language}` is not supported: this code is not highlighted"
            hint = "correct the name after the opening fence, or use `text`"
            yield Problem(location, "unknown-language", message, hint, "info")


def _token_location(token: Token, document: RoutedDocument) -> Location:
    return Location(document.path, (token.map[0] if token.map else 0) + document.first_line)
