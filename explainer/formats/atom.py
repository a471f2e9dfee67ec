"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from explainer.formats import templates
from explainer.model.scalars import PartialDate

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 cannot hold."""
_NAMESPACE = uuid.UUID("8d4c2f3e-6a0b-5b0e-9a57-0c1d5a3f6e21")
_NEVER = "1970-01-01T00:00:00Z"
"""What a feed without a dated entry says of its last change: the format demands that it says one,
and nothing that this program writes depends on a clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed."""

    title: str
    link: str
    """Where it can be read: absolute, or relative to the feed."""
    id: str
    """An IRI that stays the same for ever."""
    updated: str
    """RFC 3339, as `moment` gives it."""
    published: str = ""
    """The same, or empty."""
    authors: tuple[str, ...] = ()
    """The feed's, if none."""
    summary: str = ""
    """Plain text."""
    content: str = ""
    """HTML; every link is absolute or relative to the feed."""
    categories: tuple[tuple[str, str], ...] = ()
    """What it belongs to: a term for machines, and a label for people, empty if the term
    says it."""
    language: str = ""
    """BCP 47; the feed's, if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, with its entries in the reader's order."""

    id: str
    title: str
    subtitle: str
    language: str
    link: str
    """The page that has what the feed has."""
    own: str
    """The feed's own address."""
    icon: str | None = None
    """A small square picture: absolute, or relative to the feed."""
    authors: tuple[str, ...]
    """At least one."""
    entries: Sequence[FeedEntry]


def moment(date: PartialDate | None) -> str:
    """A date as RFC 3339 wants it: a partial date means its first day."""
    if date is None:
        return _NEVER
    year, month, day = (*date.parts, 1, 1)[:3]
    return f"{year:04}-{month:02}-{day:02}T00:00:00Z"


def identity(*names: str) -> str:
    """An id for what has no address on the web yet: it depends on the names alone."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, chr(0).join(names))}"


def render(feed: Feed) -> bytes:
    """Write a feed."""
    updated = max((entry.updated for entry in feed.entries), default=_NEVER)
    text = templates.render("atom.xml", feed=feed, updated=updated)
    return _NOT_XML.sub("", text).encode()
