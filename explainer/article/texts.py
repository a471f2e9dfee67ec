"""An article's texts to HTML: links resolved, with what its author must know about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from markdown_it.token import Token
from markupsafe import Markup

from explainer.article.context import ArticleContext, Pointer
from explainer.markdown import links
from explainer.markdown.highlight import fence_language, is_known_language
from explainer.markdown.link_positions import LinkOccurrence, position
from explainer.markdown.links import LinkLookup
from explainer.markdown.parser import NoteMarkdown
from explainer.markdown.rules import RESERVED_IDS
from explainer.model.documents import RoutedDocument
from explainer.model.location import Data, KeyPath, Lines, Located, Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.parse.lookup import annotation_id

LISTS = ("claims", "notes", "questions")
"""Keys of an annotation file that hold annotations."""
_MARKDOWN_KEYS = frozenset({"note", "review", "answer", "settle"})
"""Keys of an annotation that hold Markdown."""
Locate: TypeAlias = Callable[[LinkOccurrence], Location]
"""Gives where a link of some text is written."""


def safe(html: str) -> Markup:
    """Mark HTML of our own Markdown renderer as safe: it has escaped what it must."""
    return Markup(html)  # noqa: S704


class TextRenderer:
    """Renders the texts of one article, and collects what comes up on the way.

    `annotations` is the annotation file's data with positions.
    """

    def __init__(
        self, document: RoutedDocument, context: ArticleContext, annotations: Located
    ) -> None:
        self.document = document
        self.context = context
        self.annotations = annotations
        self.problems: list[Problem] = []
        self.queries: list[LinkLookup] = []
        self.pointers: list[Pointer] = []

    def note(self, text: str, key_path: KeyPath) -> Markup:
        """Render a text of the annotation file, found at `key_path` in its data."""
        locate = partial(link_location, self.annotations, key_path)
        annotation = annotation_id(self.annotations.data, key_path)
        return self.render(text, locate, annotation)

    def front(self, text: str, key_path: KeyPath) -> Markup:
        """Render a text of the front matter, found at `key_path` in its data."""
        return self.render(text, partial(link_location, self.document.places, key_path))

    def render(self, text: str, locate: Locate, annotation: str | None = None) -> Markup:
        """Render any text. `locate` and `annotation` are as in `_resolve`."""
        if not text:
            return Markup()
        if plain := NoteMarkdown.plain(text):
            return safe(plain)
        tokens = self.context.note_markdown.parse(text)
        self._resolve(tokens, locate, annotation=annotation)
        return safe(self.context.note_markdown.render(tokens))

    def resolve_body(self, tokens: Sequence[Token]) -> None:
        """Resolve the links of the article's own text, in place, and check ids and languages."""
        document = self.document
        # A picture that stands for the article is above all others on the page.
        self._resolve(tokens, locate_in_body(document), eager=document.front.image is None)
        self.problems += _check_ids(tokens, document)
        self.problems += _check_languages(tokens, document)

    def _resolve(
        self,
        tokens: Sequence[Token],
        locate: Locate,
        *,
        eager: bool = False,
        annotation: str | None = None,
    ) -> None:
        """Resolve the links of one text in place.

        `annotation` is the id of the annotation that the text belongs to.
        """
        path, address = self.document.path, self.document.address
        resolved = links.resolve(tokens, path, address, self.context.known, eager=eager)
        self.queries += resolved.lookups
        for spot, bad in resolved.problems:
            why = (bad.code, bad.message, bad.hint, bad.severity, annotation)
            self.problems.append(Problem(locate(spot), *why))
        for spot, part in resolved.fragments:
            target = (part.address, part.fragment, spot.url, annotation)
            self.pointers.append(Pointer(locate(spot), address, *target))


def unusable_texts(located: Located) -> Iterator[tuple[KeyPath, str]]:
    """Every Markdown text of an annotation file that cannot be used: its links are checked too."""
    for key_path, text, _ in texts_in(located.data):
        if key_path[0] in LISTS and key_path[-1] in _MARKDOWN_KEYS:
            yield key_path, text


def texts_in(data: Data) -> Iterator[tuple[KeyPath, str, dict[str, Data]]]:
    """Give every text of a mapping in `data`, with its key path and that mapping."""
    waiting: list[tuple[KeyPath, Data]] = [((), data)]
    while waiting:
        key_path, value = waiting.pop()
        if isinstance(value, list):
            waiting += [((*key_path, i), each) for i, each in enumerate(value)]
        elif isinstance(value, dict):
            for key, each in value.items():
                if isinstance(each, str):
                    yield (*key_path, key), each, value
                else:
                    waiting.append(((*key_path, key), each))


def link_location(located: Located, key_path: KeyPath, link: LinkOccurrence) -> Location:
    """Where a link of a text in YAML is written; the text's own place if that is not known."""
    if key_path not in located.values:
        return located.location(key_path)
    start, end, _ = located.values[key_path]
    index = position(located.lines.text[start:end], link)
    return located.lines.location(start + (index or 0))


def lines_of(document: RoutedDocument) -> Lines:
    """Give the lines of an article's Markdown."""
    return Lines(document.path, document.body, document.first_line)


def locate_in_body(document: RoutedDocument) -> Locate:
    """Give what locates links of an article's Markdown: by their line if nothing else is known."""
    lines = lines_of(document)

    def locate(link: LinkOccurrence) -> Location:
        index = position(lines.text, link, by_line=True)
        if index is None:
            return Location(lines.path, link.line + lines.first_line)
        return lines.location(index)

    return locate


def _check_ids(tokens: Sequence[Token], document: RoutedDocument) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    for token in tokens:
        location = _token_location(token, document)
        for each in (token, *(token.children or ())):
            if "id" not in each.attrs:
                continue
            name = str(each.attrs["id"])
            if RESERVED_IDS.match(name):
                message = f"the id `{name}` begins like those that explainer gives"
                yield Problem(location, "reserved-id", message, "choose another one")
            elif name in seen:
                message = f"the id `{name}` stands twice in this article"
                related = (RelatedLocation(seen[name], "first here"),)
                hint = "choose another one"
                yield Problem(location, "duplicate-id", message, hint, related=related)
            seen.setdefault(name, location)


def _check_languages(tokens: Sequence[Token], document: RoutedDocument) -> Iterator[Problem]:
    for token in tokens:
        language = fence_language(token) if token.type == "fence" else ""
        if language and not is_known_language(language):
            location = _token_location(token, document)
            message = f"Pygments knows no language `{language}`: this code is not highlighted"
            hint = "mend the name after the fence, or write `text`"
            yield Problem(location, "unknown-language", message, hint, "warning")


def _token_location(token: Token, document: RoutedDocument) -> Location:
    return Location(document.path, (token.map[0] if token.map else 0) + document.first_line)
