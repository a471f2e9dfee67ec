"""The front matter of an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from explainer.model.allow import Allow
from explainer.model.scalars import Authored, DateTime, Flag, Genre, PartialDate, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Authored):
    """The main picture of the article."""

    NOUN: ClassVar = "`image`"

    src: str
    """The path of a file next to the article, or a web address."""
    alt: str
    """A description of the picture for people who cannot see it."""
    credit: str = ""
    """The name of whoever made the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Authored):
    """A link to further reading on the web."""

    NOUN: ClassVar = "an entry of `related`"

    title: str
    """The text of the link."""
    url: Url
    """The web address that the link points to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original(Authored):
    """The original of an article that reproduces somebody else's text."""

    NOUN: ClassVar = "`original`"

    title: str = ""
    """The title of the original."""
    authors: tuple[str, ...] = ()
    """The authors of the original."""
    publisher: str = ""
    """The publisher of the original."""
    url: Url | None = None
    """The web address of the original."""
    date: PartialDate | None = None
    """The date when the original was published or spoken."""
    licence: str = ""
    """The licence or other permission to reproduce the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Authored):
    """A correction to the article after publication."""

    NOUN: ClassVar = "a correction"

    date: PartialDate
    """The date of the correction."""
    text: str
    """What was wrong, and what the article says now, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter(Authored):
    """The YAML between `---` lines, or TOML between `+++` lines, at the top of an article."""

    NOUN: ClassVar = "the front matter"

    title: str = ""
    """The title of the article. The default is the heading that the text starts with."""
    subtitle: str = ""
    """The line below the title."""
    summary: str = ""
    """One or two sentences for lists, feeds, and previews."""
    slug: str = ""
    """The last part of the address. The default is the name of the file."""
    language: str = ""
    """The language as a BCP 47 code. The default is the language of the site."""
    date: DateTime | None = None
    """The date of first publication. It may have a time."""
    updated: DateTime | None = None
    """The date of the last change. It may have a time."""
    authors: tuple[str, ...] = ()
    """The authors. The default is the authors of the site."""
    topics: tuple[str, ...] = ()
    """The topics of the article. Each topic has a page."""
    image: Image | None = None
    """The main picture of the article."""
    related: tuple[str | Related, ...] = ()
    """Further reading: paths of other articles, or titles and web addresses."""
    chapters: tuple[str, ...] = ()
    """The chapters of this article: paths of other articles in reading order. The article lists
    them below its text. Each chapter links back to it, and to the previous and next chapter."""
    genre: Genre = "explainer"
    """The genre of the text."""
    original: Original | None = None
    """The original, if the text is somebody else's."""
    disclaimer: str | None = None
    """A disclaimer in Markdown. The default is the disclaimer of the site for the genre."""
    corrections: tuple[Correction, ...] = ()
    """The corrections after publication, oldest first."""
    draft: Flag = False
    """Whether the article is a draft, which is not published."""
    aliases: tuple[str, ...] = ()
    """The earlier addresses of this page, which redirect to it."""
    noindex: Flag = False
    """Whether to ask search engines not to index this page."""
    allow: tuple[Allow, ...] = ()
    """The warnings and remarks about this article and its annotations that are not reported."""
