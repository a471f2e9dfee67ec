"""Collect the links to other sites in what authors wrote, with their locations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from markdown_it.token import Token

from explainer.article.context import ArticleContext, Inspection
from explainer.article.texts import link_location, locate_in_body, texts_in
from explainer.markdown import link_positions
from explainer.markdown.parser import NoteMarkdown
from explainer.model.location import Located, Location
from explainer.model.scalars import PartialDate
from explainer.support.values import dataclass
from explainer.support.web_addresses import wrong_with

LinkKind: TypeAlias = Literal[
    "link", "source", "archived", "person", "original", "related", "picture", "appearance"
]
"""What an address is used for. `link`: a link in Markdown; `archived`: a copy of a source."""

_KINDS: Mapping[tuple[str | int, str | int], LinkKind] = {
    ("sources", "url"): "source",
    ("sources", "archived"): "archived",
    ("claims", "url"): "appearance",
    ("claims", "archived"): "archived",
    ("people", "url"): "person",
    ("original", "url"): "original",
    ("related", "url"): "related",
    ("image", "src"): "picture",
}
"""By the first and the last key of an address's key path in a YAML file."""
_DATED: frozenset[LinkKind] = frozenset({"source", "original", "appearance"})
"""The kinds whose own date says when the page was as the author saw it."""
_TEXTS = frozenset({"note", "review", "answer", "settle", "disclaimer", "unchecked", "text"})
"""Keys of YAML files that contain Markdown."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A web address, where an author wrote it."""

    url: str
    """The address to request, without a fragment."""
    location: Location
    """Its location."""
    kind: LinkKind
    """What it is used for."""
    archived: str | None = None
    """For a source or an appearance: the address of its archived copy."""
    date: str | None = None
    """When it, or what links to it, was published (ISO 8601, may be partial)."""


def collect_article(inspection: Inspection) -> tuple[Mention, ...]:
    """Return all addresses `http://…` and `https://…` in an article and its annotations.

    Those of a file are sorted by location.
    """
    document, notes = inspection.document, inspection.context.note_markdown
    date, locate = document.front.date, locate_in_body(document)
    own = _in_yaml(document.places, notes, date)
    for link in _links(inspection.body.all_tokens):
        own.append(Mention(_requested(link.url), locate(link), "link", date=date))
    own.sort(key=lambda mention: mention.location)
    return (*own, *_in_yaml(inspection.places, notes, date))


def collect_site(context: ArticleContext, settings: Located) -> tuple[Mention, ...]:
    """Return the web addresses in the library, and in the menu in site.toml (`settings`)."""
    mentions = _in_yaml(context.library_places, context.note_markdown, None)
    data: Any = settings.data
    for i, link in enumerate(data.get("menu", ())):
        if isinstance(link, dict) and isinstance(url := link.get("url"), str) and is_web(url):
            mentions.append(Mention(_requested(url), settings.location(("menu", i, "url")), "link"))
    return tuple(mentions)


def _links(tokens: Iterable[Token]) -> Iterator[link_positions.LinkOccurrence]:
    """Yield the web links of a Markdown text."""
    found = (each.occurrence for each in link_positions.find_links(tokens))
    return (link for link in found if is_web(link.url))


def is_web(url: str) -> bool:
    """Whether an address is a valid web address, which can be requested."""
    return not wrong_with(url)


def _requested(url: str) -> str:
    return url.partition("#")[0]


def _in_yaml(located: Located, notes: NoteMarkdown, date: PartialDate | None) -> list[Mention]:
    mentions: list[Mention] = []
    for key_path, text, holder in texts_in(located.data):
        if key_path[-1] in _TEXTS or key_path[0] == "findings":
            for link in _links(notes.parse(text)):
                location = link_location(located, key_path, link)
                mentions.append(Mention(_requested(link.url), location, "link", date=date))
        elif is_web(text) and (kind := _KINDS.get((key_path[0], key_path[-1]))):
            own = holder.get("date")
            archived = holder.get("archived") if kind in ("source", "appearance") else None
            mentions.append(
                Mention(
                    _requested(text),
                    located.location(key_path),
                    kind,
                    archived if isinstance(archived, str) and is_web(archived) else None,
                    own if isinstance(own, str) and kind in _DATED else date,
                )
            )
    return sorted(mentions, key=lambda mention: mention.location)
