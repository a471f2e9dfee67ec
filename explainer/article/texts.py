"""An article's texts to HTML: links resolved, with what its author must know about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token
from markupsafe import Markup

from explainer.article.context import ArticleContext
from explainer.article.fragments import Pointer
from explainer.markdown import links
from explainer.markdown.headings import RESERVED_IDS
from explainer.markdown.highlight import fence_language, is_known_language
from explainer.markdown.link_positions import LinkOccurrence, position
from explainer.markdown.link_targets import LinkLookup
from explainer.markdown.notes import NoteMarkdown
from explainer.model.documents import RoutedDocument
from explainer.model.location import Data, KeyPath, Lines, Located, Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.parse import references

LISTS = ("claims", "notes", "questions")
"""Keys of an annotation file that hold annotations."""
_MARKDOWN_KEYS = frozenset({"note", "review", "answer", "settle"})
"""Keys of an annotation that hold Markdown."""


def safe(html: str) -> Markup:
    """Mark HTML of our own Markdown renderer as safe: it has escaped what it must."""
    return Markup(html)  # noqa: S704


class TextRenderer:
    """Renders the texts of one article, and collects what comes up on the way."""

    def __init__(self, document: RoutedDocument, context: ArticleContext) -> None:
        self.document = document
        self.context = context
        self.problems: list[Problem] = []
        self.queries: list[LinkLookup] = []
        self.pointers: list[Pointer] = []

    def note(self, text: str, located: Located, key_path: KeyPath) -> Markup:
        """Render a text of the annotation file, found at `key_path` in its data."""
        return self._render(
            text,
            lambda spot: _link_location(located, key_path, spot),
            references.annotation_id(located.data, key_path),
        )

    def front(self, text: str, key_path: KeyPath) -> Markup:
        """Render a text of the front matter, found at `key_path` in its data."""
        places = self.document.places
        return self._render(text, lambda spot: _link_location(places, key_path, spot))

    def elsewhere(self, text: str, location: Location) -> Markup:
        """Render a text that the article takes from another file, at `location`."""
        return self._render(text, lambda _: location)

    def _render(
        self,
        text: str,
        location: Callable[[LinkOccurrence], Location],
        annotation: str | None = None,
    ) -> Markup:
        if not text:
            return Markup()
        if plain := NoteMarkdown.plain(text):
            return safe(plain)
        tokens = self.context.note_markdown.parse(text)
        self._resolve(tokens, location, annotation=annotation)
        return safe(self.context.note_markdown.render(tokens))

    def resolve_body(self, tokens: Sequence[Token]) -> None:
        """Resolve the links of the article's own text, in place, and check ids and languages."""
        document = self.document
        path = document.path
        lines = Lines(path, document.body, document.first_line)

        def location(spot: LinkOccurrence) -> Location:
            index = position(document.body, spot, by_line=True)
            if index is None:
                return Location(path, spot.line + document.first_line)
            return lines.location(index)

        # A picture that stands for the article is above all others on the page.
        self._resolve(tokens, location, eager=document.front.image is None)
        self.problems += _check_ids(tokens, path, document.first_line)
        self.problems += _check_languages(tokens, path, document.first_line)

    def _resolve(
        self,
        tokens: Sequence[Token],
        location: Callable[[LinkOccurrence], Location],
        *,
        eager: bool = False,
        annotation: str | None = None,
    ) -> None:
        """Resolve the links of one text in place.

        `location` says where a link of the text is written; `annotation` is the id of the
        annotation that the text belongs to.
        """
        path, address = self.document.path, self.document.address
        known = self.context.known
        resolved = links.resolve(tokens, path, address, known, eager=eager)
        self.queries += resolved.lookups
        for spot, bad in resolved.problems:
            why = (bad.code, bad.message, bad.hint, bad.severity, annotation)
            self.problems.append(Problem(location(spot), *why))
        for spot, part in resolved.fragments:
            target = (part.address, part.fragment, spot.url, annotation)
            self.pointers.append(Pointer(location(spot), address, *target))


def unusable_texts(located: Located) -> Iterator[tuple[KeyPath, str]]:
    """Every Markdown text of an annotation file that cannot be used: its links are checked too."""
    data = located.data if isinstance(located.data, dict) else {}
    waiting: list[tuple[KeyPath, Data]] = [((key,), data.get(key)) for key in LISTS]
    while waiting:
        key_path, value = waiting.pop()
        if isinstance(value, list):
            waiting += [((*key_path, i), each) for i, each in enumerate(value)]
        elif isinstance(value, dict):
            waiting += [((*key_path, key), each) for key, each in value.items()]
        elif isinstance(value, str) and key_path[-1] in _MARKDOWN_KEYS:
            yield key_path, value


def _link_location(located: Located, key_path: KeyPath, spot: LinkOccurrence) -> Location:
    """Where a link of a text in YAML is written; the text's own place if that is not known."""
    value = located.values.get(key_path)
    if value is None:
        return located.location(key_path)
    start, end, _ = value
    index = position(located.lines.text[start:end], spot)
    return located.lines.location(start if index is None else start + index)


def _check_ids(tokens: Sequence[Token], path: str, first_line: int) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    for token in tokens:
        location = _token_location(token, path, first_line)
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


def _check_languages(tokens: Sequence[Token], path: str, first_line: int) -> Iterator[Problem]:
    for token in tokens:
        language = fence_language(token) if token.type == "fence" else ""
        if language and not is_known_language(language):
            yield Problem(
                _token_location(token, path, first_line),
                "unknown-language",
                f"Pygments knows no language `{language}`: this code is not highlighted",
                "mend the name after the fence, or write `text`",
                severity="warning",
            )


def _token_location(token: Token, path: str, first_line: int) -> Location:
    return Location(path, (token.map[0] if token.map else 0) + first_line)
