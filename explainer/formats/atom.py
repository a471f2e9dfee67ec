"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from explainer.formats import templates
from explainer.model.scalars import PartialDate
from explainer.support.values import dataclass

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
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
    text = templates.render("atom.xml", feed=feed, updated=updated)
    return _NOT_XML.sub("", text).encode()
