"""What authors wrote → every address of the web in it, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from markdown_it.token import Token

from explainer.check.site import CheckedArticle
from explainer.markdown import link_positions
from explainer.markdown.notes import NoteMarkdown
from explainer.model.location import Data, KeyPath, Located, Location
from explainer.model.scalars import PartialDate

LinkKind: TypeAlias = Literal[
    "link", "source", "archived", "person", "original", "related", "picture"
]
"""What an address is the address of. `link`: anything in Markdown; `archived`: a source's copy."""

_KINDS: Mapping[tuple[str | int, str | int], LinkKind] = {
    ("sources", "url"): "source",
    ("sources", "archived"): "archived",
    ("people", "url"): "person",
    ("original", "url"): "original",
    ("related", "url"): "related",
    ("image", "src"): "picture",
}
"""By the first and the last key that lead to an address in a YAML file."""
_TEXTS = frozenset({"note", "review", "answer", "settle", "disclaimer", "text"})
"""Keys of YAML files that hold Markdown."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An address of the web, where an author wrote it."""

    url: str
    """The address, as it is requested: without a fragment."""
    location: Location
    """Where it is written."""
    kind: LinkKind
    """What it is the address of."""
    archived: str | None = None
    """Of a source: the address of its copy."""
    date: str | None = None
    """When it was published, or that which leads to it (ISO 8601, may be partial)."""


def collect_article(article: CheckedArticle, notes: NoteMarkdown) -> tuple[Mention, ...]:
    """Give all addresses `http://…` and `https://…` of an article and its annotations.

    Those of a file are in the order of their places. `notes` is the parser of annotations' texts.
    """
    date = article.routed.front.date
    own = [*_in_yaml(article.routed.places, notes, date), *_in_article(article, date)]
    own.sort(key=lambda mention: mention.location)
    return (*own, *_in_yaml(article.places, notes, date))


def collect_site(
    library: Located | None, notes: NoteMarkdown, settings: Located
) -> tuple[Mention, ...]:
    """Give those of the library, and of the menu in site.toml (`settings`)."""
    found = _in_yaml(library, notes, None) if library else []
    data: Any = settings.data
    for i, link in enumerate(data.get("menu", ())):
        if isinstance(link, dict) and isinstance(url := link.get("url"), str) and is_web(url):
            found.append(Mention(_requested(url), settings.location(("menu", i, "url")), "link"))
    return tuple(found)


def _in_article(article: CheckedArticle, date: PartialDate | None) -> Iterator[Mention]:
    lines = article.lines
    for spot in _links(article.body.tokens):
        index = link_positions.position(lines.text, spot, by_line=True)
        by_line = Location(lines.path, spot.line + lines.first_line)
        location = lines.location(index) if index is not None else by_line
        yield Mention(_requested(spot.url), location, "link", date=date)


def _links(tokens: Iterable[Token]) -> Iterator[link_positions.LinkOccurrence]:
    """The links of a Markdown text to the web."""
    return (spot for spot, _, _ in link_positions.find_links(tokens) if is_web(spot.url))


def is_web(url: str) -> bool:
    """Whether an address is one of the web, and so can be checked."""
    return url.lower().startswith(("http://", "https://"))


def _requested(url: str) -> str:
    return url.partition("#")[0]


def _in_yaml(located: Located, notes: NoteMarkdown, date: PartialDate | None) -> list[Mention]:
    found: list[Mention] = []
    for key_path, text, holder in _values(located.data):
        if key_path[-1] in _TEXTS:
            start, end, _ = located.values[key_path]
            written = located.lines.text[start:end]
            for spot in _links(notes.parse(text)):
                index = link_positions.position(written, spot)
                location = located.lines.location(start + (index or 0))
                found.append(Mention(_requested(spot.url), location, "link", date=date))
        elif is_web(text) and (kind := _KINDS.get((key_path[0], key_path[-1]))):
            own = holder.get("date")
            archived = holder.get("archived") if kind == "source" else None
            found.append(
                Mention(
                    _requested(text),
                    located.location(key_path),
                    kind,
                    archived if isinstance(archived, str) and is_web(archived) else None,
                    own if isinstance(own, str) and kind in ("source", "original") else date,
                )
            )
    return sorted(found, key=lambda mention: mention.location)


def _values(data: Data) -> Iterator[tuple[KeyPath, str, dict[str, Data]]]:
    """Every text in a mapping, with the way to it and the mapping that holds it."""
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
