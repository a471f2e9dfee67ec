"""Follow the raw HTML of an article, much as a browser's parser does.

The result says what readers see of it, and where references and notes would break the page. Tags
are read with their names, implied end tags, and nesting (https://html.spec.whatwg.org, § 13.2), and
together with the elements that Markdown makes: a `<p>` that an author opens ends where a paragraph
of Markdown starts. Attributes and styles are not considered.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from markdown_it.token import Token

from explainer.support.patterns import later
from explainer.support.values import dataclass

_MARKUP = later(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[?!].*?(?:>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?>=\s*(?:\"[^\"]*\"|'[^']*')|[^<>])*+>",
    re.DOTALL,
)
_REFERENCE = later(r"(&(?:[a-zA-Z][a-zA-Z0-9]*|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_IGNORED = _names("body frame frameset head html")
"""Elements whose tags browsers ignore within the body of a page."""
_PLAIN = _names("iframe noembed noframes noscript plaintext script style textarea title xmp")
"""Elements whose content is not HTML, up to their end tag."""
_HIDDEN = _PLAIN | _names(
    "audio canvas datalist meter object progress rp select svg template video"
)
"""Elements whose content is not part of the text that browsers show."""
_ENDS_PARAGRAPH = _names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search"
    " section summary table ul"
)
_TABLE_PARTS = _names("caption col colgroup tbody td tfoot th thead tr")
_ROWS = _names("colgroup table tbody tfoot thead tr")
_BREAKING = _ENDS_PARAGRAPH | _TABLE_PARTS | _names("br legend table")
"""Elements that start a new line, and table cells."""
_NO_REFERENCES = _names("a button math")
"""Elements that cannot contain a link."""
_LISTS = _names("dl menu ol ul")
"""Elements that cannot contain notes, but their items can."""
_HOLDS_NOTES = _LISTS | _names(
    "address article aside center dd details dialog div fieldset footer form header hgroup li main"
    " nav search section"
)
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
"""Elements that go on after the end of the element around them, until their own end tag."""
_FOREIGN = _names("math svg")
_ENDS_FOREIGN = (
    _ENDS_PARAGRAPH
    | (_FORMATTING - {"a", "font"})
    | _names("br embed img meta ruby span sub sup var")
)
"""Elements that are never in SVG or MathML: their start tag ends it."""
_PARAGRAPH = _names("p")
_SCOPE = _FOREIGN | _names("caption foreignobject object table td template th")
"""Elements that the tags of other elements within them do not end."""

_DEEPEST = 100
"""How deep elements are followed. Browsers have such a limit too; it keeps the time linear."""

_IMPLIED = {
    "li": (_names("li"), _SCOPE | _LISTS),
    **dict.fromkeys(("dd", "dt"), (_names("dd dt"), _SCOPE | _LISTS)),
    **dict.fromkeys(("td", "th"), (_names("caption td th"), _names("table template"))),
    "tr": (_names("caption tr"), _names("table template")),
    **dict.fromkeys(
        ("tbody", "tfoot", "thead"),
        (_names("caption colgroup tbody tfoot thead tr"), _names("table template")),
    ),
    **dict.fromkeys(("rp", "rt"), (_names("rp rt"), _SCOPE | {"ruby"})),
    "a": (_names("a"), _SCOPE),
    "button": (_names("button"), _SCOPE),
}
"""By the name of a start tag: the elements that it ends, and those in which it ends none."""

_ELEMENTS = {
    "footnote_block_open": ["section", "ol"],
    "footnote_block_close": ["section", "ol"],
    "footnote_open": ["li"],
    "footnote_close": ["li"],
    "fence": ["pre"],
    "code_block": ["pre"],
    "softbreak": [],
    "footnote_ref": ["sup"],
}
"""The elements of tokens that have another tag, or none."""

END = -1
"""The place after all children or pieces of a token."""
Place: TypeAlias = tuple[int, int]
"""The index of a token, and of a child or piece in it; or `END`."""


@dataclass(frozen=True, slots=True)
class RawHtml:
    """What the raw HTML of an article means for readers, references, and notes."""

    pieces: Mapping[int, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """By the index of its token, each block of raw HTML in pairs: what a browser shows, and the
    source of it. Joined, the first parts are the text, and the second parts are the block. Nothing
    is shown of markup, but where a browser starts a new line between words, there is a pair of a
    line break and an empty source. A character reference shows one or two characters. Other text
    shows itself."""
    hidden: frozenset[Place] = frozenset()
    """The tokens, and children of tokens, that a browser does not show."""
    no_reference: frozenset[Place] = frozenset()
    """The places after which no reference can be, because a link is open."""
    no_notes: frozenset[int] = frozenset()
    """The indices of tokens after which no note can be."""


@dataclass(slots=True, eq=False)
class _Element:
    name: str
    token: int | None
    """The index of the token with its start tag; None for an element that Markdown makes."""
    closed: bool = False
    """Whether its own end tag ends it."""
    ended: bool = False
    """Whether any tag ends it. Otherwise it goes on until the article ends."""


def read(tokens: Sequence[Token]) -> RawHtml:
    """Follow the raw HTML in an article's tokens."""
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens if token.children for child in token.children}
    if kinds.isdisjoint(("html_block", "html_inline")):
        return RawHtml()
    reader = _Reader()
    for i, token in enumerate(tokens):
        reader.read(i, token)
    return reader.result()


def starts_line(markup: str) -> bool:
    """Return whether a browser starts a new line at a tag."""
    tag = _MARKUP.match(markup)
    return tag is not None and _name(tag) in _BREAKING


def _name(markup: re.Match[str]) -> str:
    """Return the name of a tag in lower case; empty for other markup."""
    return (markup["name"] or "").lower()


def _opens_pre(markup: re.Match[str] | None) -> bool:
    """Return whether browsers drop a line break after this markup (HTML, § 13.1.2.5)."""
    return markup is not None and _name(markup) == "pre" and not markup["end"]


class _Reader:
    """The state of following an article's tokens."""

    def __init__(self) -> None:
        self.open: list[_Element] = []
        self.pieces: dict[int, list[tuple[str, str]]] = {}
        self.hidden: set[Place] = set()
        self.places: dict[Place, tuple[_Element, ...]] = {}
        """What is open after each place, if any of it is raw HTML."""

    def read(self, i: int, token: Token) -> None:
        """Read the next token."""
        if self._is_hidden:
            self.hidden.add((i, END))
        if token.type == "html_block":
            pieces = self.pieces[i] = []
            for piece in self._block(i, token.content):
                self._keep(i, len(pieces))
                pieces.append(piece)
        elif token.type == "inline":
            after: re.Match[str] | None = None
            for j, child in enumerate(token.children or ()):
                before = after
                after = _MARKUP.match(child.content) if child.type == "html_inline" else None
                self._markup(i, after)
                self._markdown(child)
                if (
                    self._is_hidden
                    or (_opens_pre(before) and child.type == "softbreak")
                    or (self._in_rows and not child.content.strip())
                ):
                    self.hidden.add((i, j))
                self._keep(i, j)
        elif not token.hidden:
            self._markdown(token)
        self._keep(i, END)

    def result(self) -> RawHtml:
        """Return the result after the last token."""
        no_reference = (
            (i, j)
            for (i, j), elements in self.places.items()
            # A link that is never closed ends with its block, as far as references matter.
            if any(
                e.name in _NO_REFERENCES and (e.closed or (e.token == i and j != END))
                for e in elements
            )
        )
        no_notes = (
            i
            for (i, j), elements in self.places.items()
            if j == END and _keeps_out(elements, self.places.get((i + 1, END), ()))
        )
        return RawHtml(
            self.pieces, frozenset(self.hidden), frozenset(no_reference), frozenset(no_notes)
        )

    def _keep(self, i: int, j: int) -> None:
        if any(element.token is not None for element in self.open):
            self.places[i, j] = tuple(self.open)

    @property
    def _is_hidden(self) -> bool:
        return any(element.name in _HIDDEN for element in self.open)

    @property
    def _in_rows(self) -> bool:
        """Whether white space is between the parts of a table, where it is not shown."""
        return bool(self.open) and self.open[-1].name in _ROWS

    @property
    def _plain(self) -> str:
        """The element around whose content is not HTML; empty if there is none."""
        return self.open[-1].name if self.open and self.open[-1].name in _PLAIN else ""

    # what tokens contain

    def _block(self, i: int, content: str) -> Iterator[tuple[str, str]]:
        done = 0
        shown = breaks = False
        after_block = True
        while True:
            markup = self._next(content, done)
            text = content[done : markup.start() if markup else len(content)]
            hidden = self._is_hidden
            before_block = markup is None or _name(markup) in _BREAKING
            if not hidden and (
                text.strip() or (text and shown and not (after_block or before_block))
            ):
                if breaks:
                    yield "\n", ""
                yield from _characters(text)
                shown, breaks = True, False
            elif text:
                yield "", text
            if markup is None:
                return
            self._markup(i, markup)
            done = markup.end()
            if _opens_pre(markup) and content.startswith("\n", done):
                done += 1
            yield "", content[markup.start() : done]
            after_block = before_block and not self._is_hidden
            breaks = breaks or (shown and after_block)

    def _next(self, content: str, start: int) -> re.Match[str] | None:
        """Return the next markup in a block of raw HTML."""
        if not self._plain:
            return _MARKUP.search(content, start)
        end = re.compile(rf"<(?P<end>/)(?P<name>{self._plain})(?=[\s/>])[^>]*>", re.IGNORECASE)
        return end.search(content, start)

    def _markup(self, i: int, markup: re.Match[str] | None) -> None:
        if markup is None or not markup["name"]:
            return
        if markup["end"]:
            self._end(_name(markup))
        else:
            self._start(_name(markup), i, is_empty=markup[0].endswith("/>"))

    def _markdown(self, token: Token) -> None:
        names = _ELEMENTS.get(token.type, [token.tag] if token.tag else [])
        for name in names if token.nesting >= 0 else ():
            self._start(name)
        for name in reversed(names) if token.nesting <= 0 else ():
            self._end(name)

    # tags

    def _start(self, name: str, token: int | None = None, *, is_empty: bool = False) -> None:
        """Take a start tag into account, with the end tags that it implies."""
        names = [element.name for element in self.open]
        if self._plain or name in _IGNORED or (name in _TABLE_PARTS and "table" not in names):
            return
        # HTML is allowed again within a foreignObject.
        foreign: list[int] = []
        for k, other in enumerate(names):
            if other == "foreignobject":
                foreign = []
            elif other in _FOREIGN:
                foreign.append(k)
        if foreign and name in _ENDS_FOREIGN:
            self._pop(foreign[0])
            foreign = []
        if not foreign:
            if name in _IMPLIED:
                self._imply(*_IMPLIED[name])
            if name in _ENDS_PARAGRAPH:
                self._imply(_PARAGRAPH, _SCOPE | {"button"})
        if name not in _VOID and not (is_empty and (foreign or name in _FOREIGN)):
            del self.open[_DEEPEST - 1 :]
            self.open.append(_Element(name, token))

    def _end(self, name: str) -> None:
        """Take an end tag into account."""
        if self._plain not in ("", name):
            return
        for k in reversed(range(len(self.open))):
            element = self.open[k]
            if element.name == name:
                element.closed = True
                if name in _FORMATTING:
                    self.open.pop(k).ended = True
                else:
                    self._pop(k)
                return
            if element.name in _SCOPE and name not in _SCOPE | _TABLE_PARTS:
                return
            if element.name == "button" and name == "p":
                return

    def _imply(self, ended: frozenset[str], stops: frozenset[str]) -> None:
        for k in reversed(range(len(self.open))):
            if self.open[k].name in ended:
                self._pop(k)
                return
            if self.open[k].name in stops:
                return

    def _pop(self, k: int) -> None:
        """End an element and those in it."""
        for element in self.open[k:]:
            element.ended = element.name not in _FORMATTING or element.closed
        self.open[k:] = [e for e in self.open[k + 1 :] if e.name in _FORMATTING]


def _keeps_out(elements: Sequence[_Element], later: Sequence[_Element]) -> bool:
    """Return whether a note in these elements would break the page or be in somebody's words.

    `later` are the elements that are open after the next token. A note itself ends a `<p>`. That
    does no harm if the next token would have ended it, and no end tag follows.
    """
    raw = [
        e
        for e in elements
        if e.token is not None and (e.closed or (e in later if e.name == "p" else e.ended))
    ]
    return any(e.name not in _HOLDS_NOTES and "-" not in e.name for e in raw) or (
        elements[-1] in raw and elements[-1].name in _LISTS
    )


def _characters(text: str) -> Iterator[tuple[str, str]]:
    for i, part in enumerate(_REFERENCE.split(text)):  # every second part is a reference
        if part:
            yield (html.unescape(part) if i % 2 else part), part
