"""What authors write at the head of an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from explainer.model.scalars import Authored, Flag, Genre, PartialDate, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Authored):
    """A picture that stands for the article."""

    NOUN: ClassVar = "`image`"

    src: str
    """A file beside the article, or an address."""
    alt: str
    """What the picture shows, for those who do not see it."""
    credit: str = ""
    """Who made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Authored):
    """Further reading on the web."""

    NOUN: ClassVar = "an entry of `related`"

    title: str
    """What the link says."""
    url: Url
    """Where it leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original(Authored):
    """Somebody else's text that the article prints."""

    NOUN: ClassVar = "`original`"

    title: str = ""
    """Its title."""
    authors: tuple[str, ...] = ()
    """Who wrote it."""
    publisher: str = ""
    """Who published it."""
    url: Url | None = None
    """Where it was read."""
    date: PartialDate | None = None
    """When it was published or spoken."""
    licence: str = ""
    """By what right it is printed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Authored):
    """What was changed in the article after publication."""

    NOUN: ClassVar = "a correction"

    date: PartialDate
    """When."""
    text: str
    """What was wrong and what stands now, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter(Authored):
    """The YAML between `---` lines at an article's head."""

    NOUN: ClassVar = "the front matter"

    title: str
    """The article's title."""
    subtitle: str = ""
    """A line under the title."""
    summary: str = ""
    """One or two sentences for indexes, feeds and previews."""
    slug: str = ""
    """The last part of the address, in place of the file's name."""
    language: str = ""
    """BCP 47; the site's language if not given."""
    date: PartialDate | None = None
    """First published."""
    updated: PartialDate | None = None
    """Last changed."""
    authors: tuple[str, ...] = ()
    """Who wrote it; the site's authors if not given."""
    topics: tuple[str, ...] = ()
    """What it is about; each topic has a page."""
    image: Image | None = None
    """A picture that stands for the article."""
    related: tuple[str | Related, ...] = ()
    """Paths of other articles, or titles and addresses."""
    chapters: tuple[str, ...] = ()
    """Paths of the articles that follow this one, in the order in which they are read. They are
    listed below its text; each leads back here, and to the one before and the one after it."""
    genre: Genre = "explainer"
    """What kind of text it is."""
    original: Original | None = None
    """Where the text is somebody else's: whose."""
    disclaimer: str | None = None
    """Markdown; by default what the site says for the genre."""
    corrections: tuple[Correction, ...] = ()
    """What was changed after publication, oldest first."""
    draft: Flag = False
    """Not to be published yet."""
    aliases: tuple[str, ...] = ()
    """Older addresses that lead here."""
    noindex: Flag = False
    """Ask search engines to leave this page out."""
