"""The `page` object of templates: a page's data, and functions for its links, text, and languages.

Also moving HTML from one page to another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from html import unescape
from typing import Any

from jinja2.runtime import Macro
from markupsafe import Markup

from explainer.language.catalogue import direction_of
from explainer.language.words import Words, words_of
from explainer.markdown import alerts, pictures
from explainer.model.annotations import ET_AL, Source
from explainer.model.article import Article, LaterBody, Picture
from explainer.model.ratings import Rating
from explainer.render.article_facts import shortened, texts
from explainer.render.assets import CODE_STYLE
from explainer.render.content_policy import content_policy
from explainer.render.context import RenderContext, SiteView
from explainer.render.files import RenderedFile
from explainer.render.moved_links import relocate, to_sources
from explainer.render.rows import Counts, short
from explainer.render.shapes import DASHES
from explainer.render.templates import MacroError
from explainer.site.sheets import SOURCES
from explainer.support import addresses
from explainer.support.markup import escaped, marked, plain
from explainer.support.values import dataclass

BLOCK_STYLE = "blocks.css"
CHAPTER_STYLE = "chapters.css"
EXTRA_STYLE = "extras.css"
MATH_STYLE = "math.css"
RTL_STYLE = "rtl.css"

NOTHING = Markup()
_LONGEST_TITLE = 70
_BLOCK = re.compile(r"<(?:dl|pre|table|figure|hr|audio|video)\b")
_BLOCK_SIGNS = (" data-width=", " data-alert=", ' class="footnotes"')
_UNWORDED_SIGNS = ("footnote", " data-alert=")
_UNWORDED = re.compile(
    r' aria-label="(?P<back>↩)"'
    r'|(?<= role="doc-noteref">\[)(?P<number>[0-9]+)(?=\])'
    rf'| role="note">\n<p class="alert-label">(?P<alert>{"|".join(alerts.KINDS)})(?=</p>)'
)
"""The parts of an article's HTML that depend on the page's language: the numbers of footnotes, the
labels of their back links, and those of alerts."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture that other sites show with a link to a page."""

    url: str
    """The absolute URL."""
    width: int
    """In pixels; 0 if not known."""
    height: int
    """In pixels; 0 if not known."""
    alt: str
    """The alternative text."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A part of a tally in a list."""

    rating: Rating
    count: int
    """The number of claims with this rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """`page` in templates: the page's data, and functions for its links and text."""

    address: str
    kind: str
    """The name of its usual template, without `.html`. On section pages, also the section."""
    name: str
    """The title of the page, without that of the site."""
    description: str
    language: str
    preview: Preview | None = None
    """The picture that other sites show with a link to it."""
    is_article: bool = False
    """For `og:type`."""
    hidden: bool = False
    """Whether it asks search engines not to index it."""
    data: Markup = NOTHING
    """The content of its `<script type="application/ld+json">`; may be empty."""
    styles: tuple[str, ...] = ()
    """The style sheets that its content needs besides `style.css`: any of `blocks.css`,
    `chapters.css`, `code.css`, `extras.css`, `math.css`, and `rtl.css`."""
    above: tuple[str, ...] = ()
    """The addresses of the pages that it is a chapter of, nearest first."""
    has_annotations: bool = False
    """Whether there is an annotations.json next to it."""
    indexed: Markup = NOTHING
    """Pagefind's attributes, after a space, for the element that the search covers. Empty on pages
    that are not searched."""
    root: str
    """The relative path from it to the site's root: `../../`, or empty."""
    _context: RenderContext = field(repr=False)
    _template: str = ""
    """The template that its article names, if it is not that of its kind."""
    _target: str = ""
    """The address of its canonical link, if not its own."""
    _images: tuple[str, ...] = ()
    """The origins of pictures that it shows from other sites."""

    @property
    def title(self) -> str:
        """The text of `<title>`: its title and the site's, as long as search results show it."""
        site = self._context.site.title
        full = self.name if self.name == site else f"{self.name} · {site}"
        if len(plain(full)) <= _LONGEST_TITLE:
            return full
        return shortened(self.name, _LONGEST_TITLE - len(plain(self.name)) + len(self.name))

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction_of(self.language)

    @property
    def words(self) -> Words:
        """The text of the interface in its language."""
        return words_of(self.language)

    @property
    def canonical(self) -> str | None:
        """Its absolute URL; None if the site's is not known."""
        url = self._context.site.url
        return addresses.absolute(url, self._target or self.address) if url else None

    @property
    def policy(self) -> Markup:
        """Its Content-Security-Policy."""
        context = self._context
        search = self.kind == "search"
        return content_policy(
            context.security, self._images, search=search, fonts=context.fonts, live=context.live
        )

    def link(self, address: str) -> str:
        """Return a relative link to an address on this site. Addresses on the web are unchanged."""
        style = self._context.link_style
        if address.startswith(self.address) and self.root.startswith("."):
            return addresses.relative("", "/" + address[len(self.address) :], style)
        if addresses.is_outside(address):
            return address
        return addresses.relative(self.root, address, style)

    def to(self, address: str) -> str:
        """Return a link to a part of a page, which may be this one."""
        path, sign, fragment = address.partition("#")
        return sign + fragment if path == self.address else self.link(address)

    def source(self, key: str) -> str:
        """Return a link to a source in the list of sources."""
        address_of = self._context.source_address
        return self.to(f"{address_of(key) if address_of else SOURCES}#source-{key}")

    def current(self, address: str) -> Markup:
        """Return ` aria-current="…"` if a menu links to this page, or to one it is a chapter of."""
        if address == self.address:
            return Markup(' aria-current="page"')
        return Markup(' aria-current="true"') if address in self.above else NOTHING

    def sized(self, picture: Picture) -> dict[str, str]:
        """Return the attributes, except `src` and `alt`, of a picture that is loaded at once."""
        return pictures.attributes(picture, self.link)

    def asset(self, name: str) -> str:
        """Return a link to a style sheet, a script, or a file in the theme's `static/`."""
        return f"{self.root}assets/{name}?v={self._context.assets.hash(name)}"

    def badge(self, rating: Rating | str) -> Markup:
        """Return the badge of a rating, or of the one with an id."""
        return self._context.badge(self.rating(rating), self.words)

    def rating(self, rating: Rating | str) -> Rating:
        """Return the rating with an id; a rating itself is returned as it is."""
        return rating if isinstance(rating, Rating) else self._context.rating(rating)

    def percent(self, position: float, digits: int = 3) -> str:
        """Return a position from the start of a line, as SVG writes it, which counts from the left.

        `position` is in percent; `digits` is how many digits are written.
        """
        return f"{100 - position if self.direction == 'rtl' else position:.{digits}g}%"

    @staticmethod
    def dashes(rating: Rating) -> str:
        """Return the dashes of a rating's part of a bar, as SVG writes them; empty for a line."""
        return DASHES[rating.shape]

    def counted(self, counts: Counts) -> tuple[Counted, ...]:
        """Return the parts of a tally."""
        return tuple(Counted(self.rating(rating), count) for rating, count in counts)

    def moved(self, html: Markup, origin: str) -> Markup:
        """Return HTML from the page at `origin` with its links adjusted to this page."""
        if origin == self.address:
            return html
        return relocate(html, origin, self.root, self._context.link_style)

    def worded(self, html: Markup) -> Markup:
        """Return an article's HTML with the text of the interface filled in.

        Footnotes get the language's digits, and their back links a label. Alerts get the name of
        their kind.
        """
        if not any(sign in html for sign in _UNWORDED_SIGNS):
            return html
        words = self.words

        def fill_in(match: re.Match[str]) -> str:
            if number := match["number"]:
                return words.number(int(number))
            if kind := match["alert"]:
                label = words.alert(kind)
                opening = f'<p class="alert-label"{self.interface}>{label}'
                return f' role="note" aria-label="{label}">\n{opening}'
            return f' aria-label="{words.back_footnote}"'

        return Markup(_UNWORDED.sub(fill_in, html))  # noqa: S704 - it was Markup before

    def shared(self, macro: Macro, site: SiteView) -> Markup:
        """Return what a macro makes of the page and the site, such as the site's menu.

        Other pages show the same if they are as deep in the site, of the same kind, and in the same
        language, and if the menus link to none of them and to nothing below them.
        """
        context = self._context
        if self.address in context.linked or not context.linked.isdisjoint(self.above):
            return marked(macro(self, site))
        template = macro._func.__code__.co_filename
        key = template, macro.name, self.root, self.language, self.kind
        if (made := context._shared.get(key)) is None:
            made = context._shared[key] = marked(macro(self, site))
        return made

    def each(self, macro: Callable[..., Markup], items: Iterable[Any]) -> dict[str, Markup]:
        """Return what a macro makes of the page and each item, by the items' `id`.

        Use it for what a page shows many times, such as the link to a source. The macro is called
        once for each item that is shown.
        """
        return _Made(partial(macro, self), {item.id: item for item in items})

    def join(self, made: Mapping[str, Markup], items: Iterable[Any]) -> Markup:
        """Join the results of `each` for these items (by their `id`) with commas."""
        comma: Markup = self.words.list_comma
        return marked(str.join(comma, [made[item.id] for item in items]))

    @staticmethod
    def lead(html: Markup) -> Markup:
        """Return the first paragraph of a text."""
        if not html.startswith("<p>"):
            return html
        first, end, rest = str(html).partition("</p>")
        return marked(first + end) if rest.strip() else html

    @staticmethod
    def short(source: Source) -> str:
        """Return a short name of a source."""
        return short(source)

    @staticmethod
    def host(url: str) -> str:
        """Return the host name of a URL."""
        return addresses.host(url)

    def lang(self, language: str) -> Markup:
        """Return ` lang="…" dir="…"` for text in another language than the page's; else empty."""
        return NOTHING if not language or language == self.language else _language(language)

    def lang_inside(self, language: str) -> Markup:
        """Return the same as `lang`, for text within a block of the interface (see `interface`)."""
        return _language(language) if self.interface else self.lang(language)

    @property
    def interface(self) -> Markup:
        """` lang="…"` for blocks of interface text in another language than the page's.

        This happens on pages whose language has no catalogue: the page keeps its own `lang`, and
        blocks of interface text are in English. Words within a sentence of the page are not marked.
        """
        if self.language == self.words.language:
            return NOTHING
        own, shown = (tag.partition("-")[0].lower() for tag in (self.language, self.words.language))
        return NOTHING if own == shown else Markup(' lang="{}"').format(self.words.language)

    def within(self, language: str) -> PageView:
        """Return the same page for a part of it that is in another language.

        In a list in another language, an article keeps its own: its date, genre, and ratings are
        next to its title, and screen readers read them in the same voice and direction.
        """
        if language in ("", self.language):
            return self
        return replace(self, language=language)

    def bdi(self, text: str) -> Markup:
        """Return a name or title, in `<bdi>` if it contains text in the opposite direction.

        Without it, adjacent punctuation and numbers would appear on the wrong side (UAX #9).
        """
        runs = self.direction == "rtl"
        if (text.isascii() and not runs) or not _runs_against(text, rtl=runs):
            return escaped(text)
        return Markup("<bdi>{}</bdi>").format(text)

    def all_of(self, names: Iterable[str]) -> Markup:
        """Return names, of any language, as a list in the page's language.

        A last name `et al.`, for further authors, follows without “and”.
        """
        parts = [self.bdi(name) for name in names]
        if len(parts) > 1 and parts[-1].striptags() == ET_AL:
            return Markup("{} {}").format(self.words.all_of(parts[:-1]), parts[-1])
        return self.words.all_of(parts)


class _Made(dict[str, Markup]):
    """Results of a function by the ids of items, made when they are first looked up."""

    __slots__ = ("_items", "_make")

    def __init__(self, make: Callable[[Any], Markup], items: Mapping[str, Any]) -> None:
        self._make, self._items = make, items

    def __missing__(self, name: str) -> Markup:
        item = self._items[name]
        try:
            made = self[name] = self._make(item)
        except (AttributeError, LookupError, TypeError) as error:
            # Jinja would take these for a name that does not exist.
            raise MacroError(error).with_traceback(error.__traceback__) from None
        return made


@dataclass(frozen=True, slots=True)
class TemplateCall:
    """All that a page is made from."""

    template: str
    page: PageView
    objects: Mapping[str, object]
    """What the template gets besides the page, the site, and the words."""

    def content(self) -> bytes:
        """Return the page. Raises `TemplateError`."""
        page, context = self.page, self.page._context
        objects = {**self.objects, "page": page, "site": context.site, "words": page.words}
        html = to_sources(context, context.theme.render(self.template, objects), page.root)
        return html.encode(errors="replace")


def page_view(
    context: RenderContext, kind: str, address: str, name: str, description: str, **more: Any
) -> PageView:
    """Return a page. `more`: further fields; without `language`, it is in the site's."""
    more.setdefault("language", context.site.language)
    if "styles" not in more:
        more["styles"] = needed_styles(more["language"])
    return PageView(
        address=address,
        kind=kind,
        name=unescape(name) if isinstance(name, Markup) else name,
        description=" ".join(unescape(description).split()),
        root=addresses.root_of(address),
        _context=context,
        **more,
    )


def render_page(page: PageView, **objects: object) -> RenderedFile:
    """Render a page with its own template, or that of its kind. Raises `TemplateError`."""
    whole = TemplateCall(page._template or f"{page.kind}.html", page, objects)
    path = addresses.file_of(page.address)
    for called in page._context.called:
        called(path, whole)
    return RenderedFile(path, whole.content(), bool(page.indexed))


def needed_styles(
    language: str, texts: Iterable[str] = (), *, chapters: bool = False, extras: bool = False
) -> tuple[str, ...]:
    """Return the style sheets that a page in a language needs to show these texts.

    `chapters` and `extras`: whether it has chapters, and parts that few articles have.
    """
    sheets = _sheets_of(texts)
    styles = {
        BLOCK_STYLE: BLOCK_STYLE in sheets,
        CHAPTER_STYLE: chapters,
        CODE_STYLE: CODE_STYLE in sheets,
        EXTRA_STYLE: extras,
        MATH_STYLE: MATH_STYLE in sheets,
        RTL_STYLE: direction_of(language) == "rtl",
    }
    return tuple(name for name, is_needed in styles.items() if is_needed)


def sheets_of(article: Article) -> frozenset[str]:
    """Return the style sheets that an article's page needs because of its texts."""
    if isinstance(article.body, LaterBody):
        return article.body.sheets
    return _sheets_of(texts(article))


def _sheets_of(texts: Iterable[str]) -> frozenset[str]:
    """Return those of `blocks.css`, `code.css`, and `math.css` that texts need."""
    text = "\0".join(texts)  # so that each sign is looked for once
    needed = {
        CODE_STYLE: '<code class="language-' in text,
        BLOCK_STYLE: _BLOCK.search(text) or any(sign in text for sign in _BLOCK_SIGNS),
        MATH_STYLE: "<math" in text,
    }
    return frozenset(name for name, is_needed in needed.items() if is_needed)


def search_attributes(facts: Sequence[tuple[str, str]]) -> Markup:
    """Return attributes that make Pagefind index an element, with facts to filter by.

    Pagefind can read a value with any characters only from another attribute. A fact may have
    several values. Pagefind also searches its metadata: the speaker is in it, but not the kind.
    """
    named = [(name, f"data-f{number}", value) for number, (name, value) in enumerate(facts, 1)]
    captured = ", ".join(f"{name}[{attribute}]" for name, attribute, _ in named)
    attributes = [("data-pagefind-filter", captured)]
    attributes += [("data-pagefind-meta", f"{n}[{a}]") for n, a, _ in named if n == "speaker"]
    attributes += [(attribute, value) for _, attribute, value in named]
    written = "".join(f' {name}="{escaped(value)}"' for name, value in attributes)
    return marked(f" data-pagefind-body{written}")


def _language(language: str) -> Markup:
    return Markup(' lang="{}" dir="{}"').format(language, direction_of(language))


def _runs_against(text: str, *, rtl: bool) -> bool:
    """Return whether a text contains a letter with the opposite direction."""
    other = ("L",) if rtl else ("R", "AL")
    return any(unicodedata.bidirectional(letter) in other for letter in text)
