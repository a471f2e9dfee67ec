"""What every page is, and how its template links, words and places what it shows.

Also a page's Content-Security-Policy, and HTML of one page for another place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from explainer.language.catalogue import direction_of
from explainer.language.words import Words, words_of
from explainer.markdown import pictures
from explainer.model.annotations import Source
from explainer.model.article import Article, Html, Picture
from explainer.model.ratings import Rating
from explainer.render.article_facts import has_code, shortened
from explainer.render.assets import CODE_STYLE
from explainer.render.context import RenderContext
from explainer.render.files import RenderedFile
from explainer.support import addresses

BLOCK_STYLE = "blocks.css"
CHAPTER_STYLE = "chapters.css"
RTL_STYLE = "rtl.css"

NOTHING = Markup()
_LONGEST_TITLE = 70
_BLOCK = re.compile(r'<(?:dl|pre|table|figure|hr)\b|class="footnote')
_UNWORDED_SIGNS = (" data-overlap=", "footnote")
_UNWORDED = re.compile(
    r' data-overlap="(?P<overlap>[0-9]+)"| aria-label="(?P<back>↩)"'
    r'|(?<= role="doc-noteref">\[)(?P<number>[0-9]+)(?=\])'
)
"""What an article's HTML leaves to the page's language: how many passages overlap, and the numbers
of footnotes and the names of their links back."""

_LINK = re.compile(r'(\s(?:href|src)=")([^"]*)(?=")')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)(?=")')
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture that others show with a link to a page."""

    url: str
    """Its absolute address."""
    width: int
    """In pixels; 0 where that is not known."""
    height: int
    """In pixels; 0 where that is not known."""
    alt: str
    """What it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """`page` in templates: what this page is, and how it links to others."""

    address: str
    kind: str
    """The template's name without its ending; for a section's page also which link is current."""
    name: str
    """Its own title alone."""
    description: str
    language: str
    preview: Preview | None = None
    """What others show with a link to it."""
    is_article: bool = False
    """For `og:type`."""
    hidden: bool = False
    """Whether search engines are asked to leave it out."""
    data: Markup = NOTHING
    """The content of its `<script type="application/ld+json">`; may be empty."""
    styles: tuple[str, ...] = ()
    """The style sheets that it needs besides `style.css`, because of what it shows: of
    `blocks.css`, `chapters.css`, `code.css` and `rtl.css`."""
    above: tuple[str, ...] = ()
    """Addresses of the pages that it is a chapter of, the nearest first."""
    has_annotations: bool = False
    """Whether there is an annotations.json beside it."""
    indexed: Markup = NOTHING
    """For the element that readers search: attributes for Pagefind, with a space before them.
    Empty on pages that are not searched."""
    root: str
    """What leads from it to the site's root: `../../`, or nothing."""
    _context: RenderContext = field(repr=False)
    _target: str = ""
    """The address that its canonical link names, if it is not its own."""
    _images: tuple[str, ...] = ()
    """The origins of pictures that it shows from elsewhere."""

    @property
    def title(self) -> str:
        """For `<title>`: its own title and the site's, as far as tabs and results show them."""
        site = self._context.site.title
        whole = self.name if self.name == site else f"{self.name} · {site}"
        if len(escape(whole)) <= _LONGEST_TITLE:
            return whole
        return shortened(self.name, _LONGEST_TITLE - len(escape(self.name)) + len(self.name))

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction_of(self.language)

    @property
    def words(self) -> Words:
        """The interface's words in its language."""
        return words_of(self.language)

    @property
    def canonical(self) -> str | None:
        """Its absolute address, if the site's is known."""
        url = self._context.site.url
        return addresses.absolute(url, self._target or self.address) if url else None

    @property
    def policy(self) -> Markup:
        """Its Content-Security-Policy."""
        live = self._context.live
        return content_policy(self._images, search=self.kind == "search", live=live)

    def link(self, address: str) -> str:
        """A link to an address of this site, relative; one of the web comes back as it is."""
        if address.startswith(self.address) and self.root.startswith("."):
            return addresses.relative("", "/" + address[len(self.address) :])
        if addresses.is_outside(address):
            return address
        return addresses.relative(self.root, address)

    def current(self, address: str) -> Markup:
        """` aria-current="…"` for a menu's link to this page, or to one that it is a chapter of."""
        if address == self.address:
            return Markup(' aria-current="page"')
        return Markup(' aria-current="true"') if address in self.above else NOTHING

    def sized(self, picture: Picture) -> dict[str, str]:
        """The attributes, but for `src` and `alt`, of a picture that is loaded at once."""
        return pictures.attributes(picture, self.link)

    def asset(self, name: str) -> str:
        """A link to a file in the theme's `static/`, to a style sheet or a script."""
        return f"{self.root}assets/{name}?v={self._context.assets.hash(name)}"

    def badge(self, rating: Rating) -> Markup:
        """A rating's badge."""
        return self._context.badge(rating, self.words)

    def moved(self, html: Markup, origin: str) -> Markup:
        """HTML from the page at `origin`, its links made right for this page."""
        return html if origin == self.address else relocate(html, origin, self.root)

    def worded(self, html: Markup) -> Markup:
        """An article's HTML, with what the interface says in it.

        Each mark on which passages overlap says how many they are, footnotes have the language's
        digits, and their links back a name.
        """
        if not any(sign in html for sign in _UNWORDED_SIGNS):
            return html
        words = self.words

        def say(found: re.Match[str]) -> str:
            if overlap := found["overlap"]:
                return f'{found[0]} title="{words.overlap(n=int(overlap))}"'
            if number := found["number"]:
                return words.number(int(number))
            return f' aria-label="{words.back_footnote}"'

        return Markup(_UNWORDED.sub(say, html))  # noqa: S704 - it was Markup before

    def each(self, macro: Callable[..., Markup], items: Iterable[Any]) -> dict[str, Markup]:
        """What a macro gives for the page and each item, by the items' `id`.

        For what a page shows many times, such as the link to a source: made once.
        """
        return {item.id: macro(self, item) for item in items}

    def join(self, made: Mapping[str, Markup], items: Iterable[Any]) -> Markup:
        """Of what `each` made, what belongs to these items (by their `id`), with commas between."""
        comma: Markup = self.words.list_comma
        return comma.join([made[item.id] for item in items])

    @staticmethod
    def lead(html: Markup) -> Markup:
        """The first paragraph of a text."""
        first, end, rest = html.partition("</p>")
        return first + end if first.startswith("<p>") and rest.strip() else html

    @staticmethod
    def short(source: Source) -> str:
        """A source in few words: who published it, or wrote it, or its title."""
        return source.publisher or (source.authors[0] if source.authors else source.title)

    @staticmethod
    def host(url: str) -> str:
        """The name of the site that an address leads to."""
        return addresses.host(url)

    def lang(self, language: str) -> Markup:
        """` lang="…" dir="…"` where words are in another language than the page, else nothing."""
        return NOTHING if not language or language == self.language else _language(language)

    def lang_inside(self, language: str) -> Markup:
        """As `lang`, for words within a block of the interface's (see `interface`)."""
        return _language(language) if self.interface else self.lang(language)

    @property
    def interface(self) -> Markup:
        """` lang="…"` for blocks of the interface's words, where these are in another language.

        So it is on a page whose language has no catalogue: it keeps its own `lang`, and what says
        otherwise is a block in English. Words within a sentence of the page's are not marked.
        """
        own, said = (tag.partition("-")[0].lower() for tag in (self.language, self.words.language))
        return NOTHING if own == said else Markup(' lang="{}"').format(self.words.language)

    def within(self, language: str) -> PageView:
        """The same page for a part of it that is in another language, as `lang` says of it.

        An article announced in a list of another language keeps its own: its date, its genre and
        its ratings are beside its title and are read by the same voice, in the same direction.
        """
        return replace(self, language=language or self.language)

    def bdi(self, text: str) -> Markup:
        """A name or title of any language, kept apart where it does not run as the page does.

        Else the punctuation and the numbers beside it would be drawn on its wrong side (UAX #9).
        """
        runs = self.direction == "rtl"
        if (text.isascii() and not runs) or not _runs_against(text, rtl=runs):
            return escape(text)
        return Markup("<bdi>{}</bdi>").format(text)

    def all_of(self, names: Iterable[str]) -> Markup:
        """A list of names of any language, as the page's language writes lists."""
        return self.words.all_of(map(self.bdi, names))


def page_view(
    context: RenderContext, kind: str, address: str, name: str, description: str
) -> PageView:
    """A page in the site's language; `dataclasses.replace` gives it more."""
    return PageView(
        address=address,
        kind=kind,
        name=unescape(name) if isinstance(name, Markup) else name,
        description=" ".join(unescape(description).split()),
        language=context.site.language,
        styles=needed_styles(context.site.language),
        root=addresses.root_of(address),
        _context=context,
    )


def render_page(page: PageView, **objects: object) -> RenderedFile:
    """Render a page by the template of its kind. Raises `TemplateError`."""
    context = page._context
    objects.update(page=page, site=context.site, words=page.words)
    html = context.theme.render(f"{page.kind}.html", objects)
    content = html.encode(errors="replace")
    return RenderedFile(addresses.file_of(page.address), content, bool(page.indexed))


def needed_styles(
    language: str, texts: Iterable[str] = (), *, chapters: bool = False
) -> tuple[str, ...]:
    """The style sheets that a page in a language needs to show these texts, or chapters."""
    texts = list(texts)
    wanted = {
        BLOCK_STYLE: any(_BLOCK.search(text) for text in texts),
        CHAPTER_STYLE: chapters,
        CODE_STYLE: has_code(texts),
        RTL_STYLE: direction_of(language) == "rtl",
    }
    return tuple(name for name, is_wanted in wanted.items() if is_wanted)


def search_attributes(facts: Sequence[tuple[str, str]]) -> Markup:
    """Attributes that have Pagefind index an element, with facts to filter by and to show.

    A value of any form can only be named as another attribute's; a fact may have several. What
    Pagefind calls metadata is searched as well: so a speaker is, but not the word `claim`.
    """
    named: list[tuple[str, str, str]] = []
    for name, value in facts:
        number = sum(name == other for other, _, _ in named)
        named.append((name, f"data-{name}{number or ''}", value))
    captured = ", ".join(f"{name}[{attribute}]" for name, attribute, _ in named)
    attributes = [("data-pagefind-filter", captured)]
    attributes += [("data-pagefind-meta", f"{n}[{a}]") for n, a, _ in named if n == "speaker"]
    attributes += [(attribute, value) for _, attribute, value in named]
    return Markup(" data-pagefind-body{}").format(
        Markup().join(Markup(' {}="{}"').format(name, value) for name, value in attributes)
    )


def _language(language: str) -> Markup:
    return Markup(' lang="{}" dir="{}"').format(language, direction_of(language))


def _runs_against(text: str, *, rtl: bool) -> bool:
    """Whether a text holds a letter that is written in the other direction than the page's."""
    other = ("L",) if rtl else ("R", "AL")
    return any(unicodedata.bidirectional(letter) in other for letter in text)


_FOREIGN_IMAGE = re.compile(r'<img\b[^>]*?\ssrc="(https?://[^/"?#]+)', re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[\w.:-]+")


def foreign_images(article: Article) -> tuple[str, ...]:
    """The origins (`https://example.org`) of pictures that an article takes from elsewhere."""
    found: set[str] = set()
    for part in article.body:
        if isinstance(part, Html) and "<img" in part.html:
            found.update(_FOREIGN_IMAGE.findall(part.html))
    if article.image and addresses.is_outside(article.image):
        found.add("/".join(article.image.split("/", 3)[:3]))
    return tuple(sorted(found))


def content_policy(images: Iterable[str], *, search: bool = False, live: bool = False) -> Markup:
    """A policy for an attribute in double quotes; single ones within it are no danger there.

    `images`: origins of pictures. `search`: for the search page. `live`: for `explainer serve`.
    """
    sources = "".join(f" {origin}" for origin in images if _ORIGIN.fullmatch(origin))
    # The standard leaves open what `'self'` means for a page opened from disk: `file:` says it,
    # and opens nothing to a page from the web, which no browser lets at files.
    # Pagefind fetches its index and a WebAssembly program that reads it; its form leads to itself.
    # No other page's script fetches anything, but tools that look at robots.txt do it from a page.
    program, form = (" 'wasm-unsafe-eval'", "'self'") if search else ("", "'none'")
    # Not every browser takes `'self'` for the server's websocket too.
    connect = " ws: wss:" if live else ""
    return Markup(  # noqa: S704 - fixed words, and hosts of letters
        f"default-src 'none'; style-src 'self' file:; script-src 'self' file:{program}; "
        f"connect-src 'self'{connect}; img-src 'self' file: data:{sources}; "
        f"media-src 'self' file:; base-uri 'none'; form-action {form}"
    )


def relocate(html: Markup, origin: str, root: str) -> Markup:
    """HTML from the page at `origin`, its links within the site beginning with `root` instead.

    Links lead from a page by the site's root (`addresses.relative`), so that is what is exchanged.
    """
    if '="' not in html:
        return html
    before = addresses.root_of(origin)

    def moved(target: str) -> str:
        if not target or _ABSOLUTE.match(target) or not target.startswith((before, "#")):
            return target
        if target.startswith("#"):
            return addresses.relative(root, origin) + target
        return root + target.removeprefix(before)

    text = _LINK.sub(lambda found: found[1] + moved(found[2]), html)
    if "srcset" in text:  # as pictures.attributes writes it
        text = _SRCSET.sub(lambda f: f[1] + ", ".join(map(moved, f[2].split(", "))), text)
    return Markup(text)  # noqa: S704 - it was Markup before
