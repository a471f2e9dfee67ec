"""The settings of a site, in site.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from explainer.model.allow import Allow
from explainer.model.free_data import FreeData
from explainer.model.scalars import (
    Authored,
    Flag,
    Genre,
    Id,
    LineStyle,
    Shape,
    SiteUrl,
    Tone,
    Url,
)
from explainer.model.security import SecuritySettings
from explainer.support.addresses import LinkStyle
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSettings(Authored):
    """`[[ratings]]` in site.toml: a rating as the author of the site writes it."""

    NOUN: ClassVar = "the rating"

    id: Id
    """The id that claims use, as in `rating: disputed`."""
    label: str
    """The label that readers see."""
    value: float | None = None
    """The place on the scale from 1 (worst) to 5 (best). Omit it for ratings outside the scale."""
    shape: Shape | None = None
    """The shape of the badge. The default is a shape that no other rating has."""
    tone: Tone | None = None
    """The colour of the badge, by name. The default depends on the value."""
    checked: Flag = True
    """Whether a claim with this rating counts as checked."""
    meaning: str = ""
    """One sentence that says when a claim gets this rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings(Authored):
    """`[[kinds]]` in site.toml: a kind of note, or a new label for a built-in one."""

    NOUN: ClassVar = "the kind"

    id: Id
    """The id that notes use, as in `kind: definition`."""
    label: str
    """The label that readers see."""
    style: LineStyle = "dotted"
    """The line under the words that such a note is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings(Authored):
    """`[build]` in site.toml: what to build, and where."""

    output: str = "_site"
    """The output folder, relative to the folder of the site."""
    drafts: Flag = False
    """Whether to build pages with `draft: true`."""
    future: Flag = False
    """Whether to build pages whose date is in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownSettings(Authored):
    """`[markdown]` in site.toml: how to read articles."""

    html: Flag = False
    """Whether to allow raw HTML in articles. It is never allowed in annotations."""
    math: Flag = False
    """Whether `$…$` and `$$…$$` are formulas in TeX. Requires the extra `math`."""
    linkify: Flag = True
    """Whether bare addresses in Markdown (`https://…`, `www.…`) are links."""
    typographer: Flag = True
    """Whether Markdown gets the quotation marks of its language, dashes for `--` and `---`, and an
    ellipsis for `...`. Not in articles with `original`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings(Authored):
    """`[feeds]` in site.toml: the Atom feeds."""

    enabled: Flag = True
    """Whether to write Atom feeds of articles and claims."""
    entries: int = 20
    """The maximum number of entries in a feed. It keeps the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings(Authored):
    """`[search]` in site.toml: the search page."""

    enabled: Flag | None = None
    """Whether readers can search the site. By default, if the extra `search` is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings(Authored):
    """`[images]` in site.toml. By default, `cards` and `sizes` are on if the extra `images` is
    installed.
    """

    cards: Flag | None = None
    """Whether to make preview pictures for shared links to articles. Requires `url`."""
    claim_cards: Flag = False
    """Whether claims have preview pictures of their own, with their ratings. Requires `cards`."""
    sizes: Flag | None = None
    """Whether to make narrower versions of wide pictures, for small screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings(Authored):
    """`[links]` in site.toml: how pages link to each other."""

    style: LinkStyle | None = None
    """`pretty` for links to `x/`, or `file` for links to `x/index.html`, which also work for pages
    opened from disk. The default is `pretty` if the address of the site is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings(Authored):
    """`[publish]` in site.toml: how to publish to GitHub Pages."""

    branch: str = "gh-pages"
    """The branch that GitHub Pages publishes."""
    cname: str | None = None
    """Your custom domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLink(Authored):
    """An entry of `menu` in site.toml with its own text: a link to a page or to the web."""

    NOUN: ClassVar = "an entry of `menu`"

    title: str
    """The text of the link."""
    page: str | None = None
    """The page that it links to, as a path in content/. Use this or `url`."""
    url: Url | None = None
    """The web address that it links to. Use this or `page`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Authored):
    """site.toml: the settings of the site."""

    NOUN: ClassVar = "site.toml"

    title: str
    """The name of the site."""
    url: SiteUrl | None = None
    """The web address of the published site, including any path, as for GitHub project pages."""
    language: str = "en"
    """The default language of pages, as a BCP 47 code."""
    description: str = ""
    """One sentence about the site."""
    theme: str = "default"
    """The theme: the name of a folder in themes/, or of a theme that comes with explainer."""
    authors: tuple[str, ...] = ()
    """The default authors of pages."""
    timezone: str = "UTC"
    """The IANA time zone that decides whether a date is in the future."""
    menu: tuple[str | MenuLink, ...] = ()
    """The links at the top of every page, before Claims and Sources. Each is the path of a page in
    content/, which is shown with its title, or a `title` with a `page` or a `url`."""
    build: BuildSettings = field(default_factory=BuildSettings)
    """What to build, and where."""
    markdown: MarkdownSettings = field(default_factory=MarkdownSettings)
    """How to read articles."""
    ratings: tuple[RatingSettings, ...] = ()
    """Ratings that are added to the scale, or replace the rating with the same id."""
    kinds: tuple[KindSettings, ...] = ()
    """Kinds of notes that are added to the built-in ones, or rename the one with the same id."""
    disclaimers: Mapping[Genre, str] = field(default_factory=dict)
    """The disclaimer at the top of every article of a genre, in Markdown, by genre."""
    feeds: FeedSettings = field(default_factory=FeedSettings)
    """The Atom feeds."""
    search: SearchSettings = field(default_factory=SearchSettings)
    """The page where readers can search the site."""
    images: ImageSettings = field(default_factory=ImageSettings)
    """What to make from pictures."""
    links: LinkSettings = field(default_factory=LinkSettings)
    """How pages link to each other."""
    security: SecuritySettings = field(default_factory=SecuritySettings)
    """The hosts from which pages may load more than the site's own files."""
    publish: PublishSettings = field(default_factory=PublishSettings)
    """How to publish to GitHub Pages."""
    extra: FreeData = field(default_factory=FreeData)
    """Data of your own for the templates of your theme."""
    allow: tuple[Allow, ...] = ()
    """The warnings and remarks that are not reported for the entire site."""

    @property
    def link_style(self) -> LinkStyle:
        """How links name pages: as `[links]` says, or else `pretty` if the address is known."""
        return self.links.style or ("pretty" if self.url else "file")
