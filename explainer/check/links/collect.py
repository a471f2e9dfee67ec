"""What authors wrote → every address of the web in it, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from markdown_it.token import Token

from explainer.markdown import link_positions
from explainer.markdown.parser import Markdown, NoteMarkdown
from explainer.model.documents import RoutedDocument, Text
from explainer.model.location import Data, KeyPath, Lines, Located, Location
from explainer.model.scalars import PartialDate
from explainer.parse.yaml import read

Kind: TypeAlias = Literal["link", "source", "archived", "person", "original", "related", "picture"]
"""What an address is the address of. `link`: anything in Markdown; `archived`: a source's copy."""

_TEXTS = frozenset({"note", "review", "answer", "settle", "disclaimer", "text"})
"""Keys of YAML files that hold Markdown."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An address of the web, where an author wrote it."""

    url: str
    """The address, as it is asked for: without a fragment."""
    location: Location
    """Where it stands."""
    kind: Kind
    """What it is the address of."""
    archived: str | None = None
    """Of a source: the address of its copy."""
    date: str | None = None
    """When it was published, or that which leads to it (ISO 8601, may be partial)."""


def collect(
    entries: Iterable[RoutedDocument],
    library: Text | None,
    markdown: Markdown,
    notes: NoteMarkdown,
    settings: Located | None = None,
) -> tuple[Mention, ...]:
    """Give all addresses `http://…` and `https://…` of articles, their annotations, the library.

    With `settings`, site.toml, those of its menu too. They are in the order of the files, and those
    of a file by their place. `markdown` and `notes` are the parsers of articles and of annotations'
    texts.
    """
    found: list[Mention] = []
    for entry in entries:
        date = entry.front.date
        found += sorted(
            [
                *_in_yaml(entry.places, notes, date),
                *_in_article(entry, markdown, date),
            ],
            key=lambda mention: mention.location,
        )
        if entry.document.annotations:
            located, _ = read(entry.document.annotations)
            found += _in_yaml(located, notes, date)
    if library:
        found += _in_yaml(read(library)[0], notes, None)
    if settings:
        found += _in_menu(settings)
    return tuple(found)


def _in_menu(settings: Located) -> Iterator[Mention]:
    data: Any = settings.data
    for i, link in enumerate(data.get("menu", ())):
        if isinstance(link, dict) and isinstance(url := link.get("url"), str) and is_outside(url):
            yield Mention(_asked(url), settings.location(("menu", i, "url")), "link")


def _in_article(
    entry: RoutedDocument, markdown: Markdown, date: PartialDate | None
) -> Iterator[Mention]:
    lines = Lines(entry.document.article.path, entry.body, entry.first_line)
    for spot in _links(markdown.parse(entry.body)):
        index = link_positions.position(entry.body, spot, by_line=True)
        by_line = Location(lines.path, spot.line + entry.first_line)
        location = lines.location(index) if index is not None else by_line
        yield Mention(_asked(spot.url), location, "link", date=date)


def _links(tokens: Iterable[Token]) -> Iterator[link_positions.LinkOccurrence]:
    """The links of a Markdown text to the web."""
    return (spot for spot, _, _ in link_positions.find_links(tokens) if is_outside(spot.url))


def is_outside(url: str) -> bool:
    """Whether an address is one that can be asked for on the web."""
    return url.lower().startswith(("http://", "https://"))


def _asked(url: str) -> str:
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
                found.append(Mention(_asked(spot.url), location, "link", date=date))
        elif is_outside(text) and (kind := _kind(key_path)):
            own = holder.get("date")
            archived = holder.get("archived") if kind == "source" else None
            found.append(
                Mention(
                    _asked(text),
                    located.location(key_path),
                    kind,
                    archived if isinstance(archived, str) and is_outside(archived) else None,
                    own if isinstance(own, str) and kind in ("source", "original") else date,
                )
            )
    return sorted(found, key=lambda mention: mention.location)


def _kind(key_path: KeyPath) -> Kind | None:
    match key_path:
        case ("sources", _, "url"):
            return "source"
        case ("sources", _, "archived"):
            return "archived"
        case ("people", _, "url"):
            return "person"
        case ("original", "url"):
            return "original"
        case ("related", _, "url"):
            return "related"
        case ("image", "src"):
            return "picture"
    return None


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
