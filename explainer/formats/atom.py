"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from markupsafe import escape

from explainer.model.scalars import PartialDate
from explainer.support.patterns import later
from explainer.support.values import dataclass

_NOT_XML = later("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that are not allowed in XML 1.0."""
_NAMESPACE = uuid.UUID("8d4c2f3e-6a0b-5b0e-9a57-0c1d5a3f6e21")
_NEVER = "1970-01-01T00:00:00Z"
"""The last change of a feed without dated entries: the format requires a date, and the output must
not depend on the current time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed."""

    title: str
    link: str
    """The URL of the page, absolute or relative to the feed."""
    id: str
    """A permanent IRI."""
    updated: str
    """An RFC 3339 date, as returned by `moment`."""
    published: str = ""
    """An RFC 3339 date, or empty."""
    authors: tuple[str, ...] = ()
    """If empty, the feed's authors."""
    summary: str = ""
    """Plain text."""
    content: str = ""
    """HTML whose links are absolute or relative to the feed."""
    categories: tuple[tuple[str, str], ...] = ()
    """Pairs of a term for machines and a label for people, which is empty if it equals the term."""
    language: str = ""
    """A BCP 47 tag; if empty, the feed's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with its entries in reading order."""

    id: str
    title: str
    subtitle: str
    language: str
    link: str
    """The URL of the page with the same content."""
    own: str
    """The URL of the feed itself."""
    icon: str | None = None
    """The URL of a small square picture, absolute or relative to the feed."""
    authors: tuple[str, ...]
    """At least one."""
    entries: Sequence[FeedEntry]


def moment(date: PartialDate | None) -> str:
    """Return an RFC 3339 date for a partial date: its first day. None gives 1970-01-01."""
    if date is None:
        return _NEVER
    year, month, day = (*date.parts, 1, 1)[:3]
    return f"{year:04}-{month:02}-{day:02}T00:00:00Z"


def identity(*names: str) -> str:
    """Return an id for something without a URL; it depends only on the names."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, chr(0).join(names))}"


def render(feed: Feed) -> bytes:
    """Render a feed as UTF-8 XML."""
    updated = max((entry.updated for entry in feed.entries), default=_NEVER)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(feed.language)}">',
        f"<title>{escape(feed.title)}</title>",
        *_optional("subtitle", feed.subtitle),
        f"<id>{escape(feed.id)}</id>",
        f'<link rel="self" type="application/atom+xml" href="{escape(feed.own)}"/>',
        _page(feed.link),
        f"<updated>{updated}</updated>",
        *_authors(feed.authors),
        *_optional("icon", feed.icon),
        *(line for entry in feed.entries for line in _entry(entry, feed.language)),
        "</feed>\n",
    ]
    return _NOT_XML.sub("", "\n".join(lines)).encode()


def _entry(entry: FeedEntry, language: str) -> Iterator[str]:
    own = entry.language not in ("", language)
    yield f'<entry xml:lang="{escape(entry.language)}">' if own else "<entry>"
    yield f"<title>{escape(entry.title)}</title>"
    yield f"<id>{escape(entry.id)}</id>"
    yield _page(entry.link)
    yield f"<updated>{entry.updated}</updated>"
    yield from _optional("published", entry.published)
    yield from _authors(entry.authors)
    for term, label in entry.categories:
        shown = f' label="{escape(label)}"' if label else ""
        yield f'<category term="{escape(term)}"{shown}/>'
    yield from _optional("summary", entry.summary)
    if entry.content:
        yield f'<content type="html">{escape(str(entry.content))}</content>'
    yield "</entry>"


def _page(link: str) -> str:
    return f'<link rel="alternate" type="text/html" href="{escape(link)}"/>'


def _optional(name: str, value: str | None) -> Iterator[str]:
    if value:
        yield f"<{name}>{escape(value)}</{name}>"


def _authors(names: Sequence[str]) -> Iterator[str]:
    return (f"<author><name>{escape(name)}</name></author>" for name in names)
