"""What authors write in site.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from explainer.model.scalars import Authored, Flag, Genre, Id, Shape, Tone, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSettings(Authored):
    """`[[ratings]]` in site.toml: a rating as its author writes it."""

    NOUN: ClassVar = "the rating"

    id: Id
    """The word that claims use: `rating: disputed`."""
    label: str
    """The word that readers see."""
    value: float | None = None
    """Its number on the scale (1 worst, 5 best), or nothing where it is not a degree of truth."""
    shape: Shape | None = None
    """The badge's shape; if not given, one that no other rating of the scale has."""
    tone: Tone | None = None
    """The badge's colour, by name; if not given, it follows from the value."""
    checked: Flag = True
    """Whether a claim with this rating counts as checked."""
    meaning: str = ""
    """One sentence: what a claim must be like to be rated so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings(Authored):
    """`[build]` in site.toml."""

    output: str = "_site"
    """The folder to build into, relative to the site's folder."""
    drafts: Flag = False
    """Build pages with `draft: true` too."""
    future: Flag = False
    """Build pages whose date has not come yet too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownSettings(Authored):
    """`[markdown]` in site.toml."""

    html: Flag = False
    """Let raw HTML in articles through. Annotations never may have any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings(Authored):
    """`[feeds]` in site.toml."""

    enabled: Flag = True
    """Write Atom feeds of articles and of claims."""
    entries: int = 20
    """How many of the newest entries a feed holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings(Authored):
    """`[search]` in site.toml."""

    enabled: Flag | None = None
    """Let readers search the site. Not given: if the extra `search` (Pagefind) is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings(Authored):
    """`[images]` in site.toml. What is not said is done where the extra `images` is installed."""

    cards: Flag | None = None
    """Make the pictures that others show with a link to an article; needs the site's `url`."""
    sizes: Flag | None = None
    """Make narrower versions of wide pictures, for narrow screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings(Authored):
    """`[publish]` in site.toml."""

    branch: str = "gh-pages"
    """The branch that GitHub Pages serves."""
    cname: str | None = None
    """A domain of your own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLink(Authored):
    """An entry of `menu` in site.toml in words of its own: to a page of the site, or to the web."""

    NOUN: ClassVar = "an entry of `menu`"

    title: str
    """What the link says."""
    page: str | None = None
    """The page it leads to, as a path from content/; or write a `url`."""
    url: Url | None = None
    """Where it leads on the web; or write a `page`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Authored):
    """site.toml."""

    NOUN: ClassVar = "site.toml"

    title: str
    """The site's name."""
    url: Url | None = None
    """Where the site will be published, with the path of a GitHub project page."""
    language: str = "en"
    """The language of pages that do not say their own (BCP 47)."""
    description: str = ""
    """One sentence about the site."""
    theme: str = "default"
    """A folder in themes/, or a theme that explainer brings."""
    authors: tuple[str, ...] = ()
    """The authors of pages that name none."""
    timezone: str = "UTC"
    """An IANA time zone: decides when a date in the future has come."""
    menu: tuple[str | MenuLink, ...] = ()
    """Links on top of every page, before Claims and Sources. Each is the path of a page from
    content/, whose title the link says, or a title with a `page` or a `url`."""
    build: BuildSettings = field(default_factory=BuildSettings)
    """What is built, and where to."""
    markdown: MarkdownSettings = field(default_factory=MarkdownSettings)
    """How articles are read."""
    ratings: tuple[RatingSettings, ...] = ()
    """Ratings that replace those of the same id, or join the scale."""
    disclaimers: Mapping[Genre, str] = field(default_factory=dict)
    """By genre: Markdown that stands on top of every such article."""
    feeds: FeedSettings = field(default_factory=FeedSettings)
    """Atom feeds."""
    search: SearchSettings = field(default_factory=SearchSettings)
    """The page on which readers search the site."""
    images: ImageSettings = field(default_factory=ImageSettings)
    """Pictures."""
    publish: PublishSettings = field(default_factory=PublishSettings)
    """GitHub Pages."""
