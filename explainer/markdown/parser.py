"""Markdown to tokens to HTML: the one MarkdownIt, its options and what we add to it.

CommonMark with tables, strikethrough, footnotes, definition lists, task lists, attributes
`{#id .class}` and pictures with captions; fenced code highlighted by Pygments. Typographer and
linkify stay off: both are quadratic in markdown-it-py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from explainer.support.slugs import slug, unique

_SAFE_ATTRIBUTES = ("id", "class")
_DROPPED = "insecure_attrs"
"""In a token's `meta`: where the attrs plugin puts attributes that no tag may have."""
_ESCAPED = re.compile(r"\\([\"\\])")
"""The plugin leaves the backslashes of `{credit="\\"Doe\\""}` where they are."""
_HEADING_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_NORMAL_LINK = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._~/#?=&+,;-]*)?", re.ASCII)
_ATTRIBUTE = re.compile(r"([#.])([^\s#.{}\"'<>&]+)")

# A text that Markdown leaves as it is: every line begins with a letter (perhaps after a quotation
# mark or bracket), ends with no white space, and holds no character that could begin something.
# Most notes are such texts, and seeing it saves half of the time that notes cost.
_PLAIN_LINE = r"[“‘„\"'(]?[^\W\d_](?:[^\\`*_\[\]<&~\x00-\x1f\x7f]*[^\\`*_\[\]<&~\x00-\x1f\x7f\s])?"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n\n?{_PLAIN_LINE})*")


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """How articles are read."""

    html: bool = False
    """Let raw HTML through."""
    xhtml: bool = False
    """Close void elements with a slash, as CommonMark's own examples do."""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A piece of highlighted code."""

    css: str
    """Pygments' short class, such as `kd`; empty for plain text."""
    text: str
    """The code."""


def _normalize_link(url: str) -> str:
    """As markdown-it does; what it leaves as it is, most addresses, is not taken apart for it."""
    return url if _NORMAL_LINK.fullmatch(url) else normalizeLink(url)


class Markdown:
    """A parser and renderer for articles. Holds no state of any text."""

    def __init__(self, options: MarkdownOptions = MarkdownOptions()) -> None:
        md = MarkdownIt(
            "commonmark",
            {"html": options.html, "xhtmlOut": options.xhtml, "typographer": False},
        )
        md.options["tasklists"] = True
        md.enable(["table", "strikethrough"])
        md.use(footnote_plugin).use(deflist_plugin)
        md.use(attrs_plugin, allowed=_SAFE_ATTRIBUTES)
        md.use(attrs_block_plugin, allowed=_SAFE_ATTRIBUTES)
        md.core.ruler.push("figures", _figures)
        md.core.ruler.push("heading_ids", _heading_ids)
        md.core.ruler.push("table_cells", _table_cells)
        # Links are judged where we can tell the author (links.py), not dropped in silence.
        md.validateLink = lambda url: True  # type: ignore[method-assign]
        md.normalizeLink = _normalize_link  # type: ignore[method-assign]
        md.add_render_rule("fence", _render_code)
        md.add_render_rule("code_block", _render_code)
        md.add_render_rule("raw", _render_raw)
        md.add_render_rule("footnote_ref", _render_footnote_ref)
        md.add_render_rule("footnote_block_open", _render_footnotes_open)
        md.add_render_rule("footnote_open", _render_footnote_open)
        md.add_render_rule("footnote_anchor", _render_footnote_anchor)
        self._md = md

    def parse(self, text: str) -> list[Token]:
        """Give the tokens of a text. `map` counts its lines from 0."""
        return self._md.parse(text, {})

    def render(self, tokens: Sequence[Token]) -> str:
        """Give the HTML of tokens."""
        html: str = self._md.renderer.render(tokens, self._md.options, {})
        return html


class NoteMarkdown:
    """A parser for annotations' texts: Markdown without raw HTML, headings and footnotes, ever."""

    def __init__(self) -> None:
        md = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
        md.enable(["table", "strikethrough"])
        md.disable(["heading", "lheading", "html_block", "html_inline"])
        md.validateLink = lambda url: True  # type: ignore[method-assign]
        md.add_render_rule("fence", _render_code)
        md.add_render_rule("code_block", _render_code)
        self._md = md

    def parse(self, text: str) -> list[Token]:
        """Give the tokens of a text."""
        return self._md.parse(text, {})

    def render(self, tokens: Sequence[Token]) -> str:
        """Give the HTML of tokens."""
        html: str = self._md.renderer.render(tokens, self._md.options, {})
        return html

    @staticmethod
    def plain(text: str) -> str | None:
        """The HTML of a text that holds no markup at all; nothing where it may hold some."""
        text = text.strip(" \n")
        if not _PLAIN.fullmatch(text):
            return None
        return "".join(f"<p>{escapeHtml(part)}</p>\n" for part in text.split("\n\n"))


# --- additions to the token stream ---------------------------------------------------------------


RESERVED_IDS = re.compile(r"(?:note|ref|claim|question|source|rating|page|fn|fnref)-")
"""Beginnings of ids that a page gives to parts of its own."""


def _heading_ids(state: StateCore) -> None:
    """Give every heading an id: the author's, in braces at its end, or one from its words."""
    tokens = state.tokens
    taken = {
        str(token.attrs["id"]): 0
        for token in tokens
        if "id" in token.attrs and token.type != "heading_open"
    }
    headings = [i for i, token in enumerate(tokens) if token.type == "heading_open"]
    for i in headings:
        _take_heading_attributes(tokens[i], tokens[i + 1])
        if "id" in tokens[i].attrs:
            taken[str(tokens[i].attrs["id"])] = 0
    for i in headings:
        if "id" not in tokens[i].attrs:
            name = slug(inline_text(tokens[i + 1])) or "section"
            if RESERVED_IDS.match(name):
                name = f"section-{name}"
            tokens[i].attrs["id"] = unique(name, taken)


def _take_heading_attributes(heading: Token, inline: Token) -> None:
    last = inline.children[-1] if inline.children else None
    if last is None or last.type != "text":
        return
    braces = _HEADING_ATTRIBUTES.search(last.content)
    if not braces or _ATTRIBUTE.sub("", braces[1]).strip():
        return
    last.content = last.content[: braces.start()]
    for sign, name in _ATTRIBUTE.findall(braces[1]):
        if sign == "#":
            heading.attrs["id"] = name
        else:
            heading.attrJoin("class", name)


def _table_cells(state: StateCore) -> None:
    """Align cells by class, say what headers head, and let none be empty.

    The pages' Content-Security-Policy allows no style attributes; a header cell without words
    (the corner of a table) is announced for every cell of its column.
    """
    for i, token in enumerate(state.tokens):
        if token.type not in ("td_open", "th_open"):
            continue
        if "style" in token.attrs:
            side = str(token.attrs.pop("style")).removeprefix("text-align:")
            token.attrJoin("class", f"align-{side}")
        if token.type == "th_open" and not state.tokens[i + 1].content:
            token.tag = state.tokens[i + 2].tag = "td"
        elif token.type == "th_open":
            token.attrs["scope"] = "col"


def _figures(state: StateCore) -> None:
    """A picture alone in its paragraph, with a title or credit, becomes a figure.

    The title is its caption, and part of the reader's text; the credit, `{credit="Jane Doe"}`, is
    plain text that stands after it, and no annotation can be about.
    """
    tokens = state.tokens
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        image = _lone_image(tokens, i)
        if image is None:
            out.append(tokens[i])
            i += 1
            continue
        opening, inline, closing = tokens[i : i + 3]
        opening.type, opening.tag = "figure_open", "figure"
        closing.type, closing.tag = "figure_close", "figure"
        out += [opening, inline, *_caption(state, image, inline), closing]
        i += 3
    state.tokens = out


def _caption(state: StateCore, image: Token, inline: Token) -> list[Token]:
    """What stands under a picture. Takes the caption and the credit off it."""
    inside: dict[str, Any] = {"map": inline.map, "level": inline.level, "block": True}
    tokens = [Token("figcaption_open", "figcaption", 1, **inside)]
    title = str(image.attrs.pop("title", ""))
    if title:
        caption = Token("inline", "", 0, map=inline.map, level=inline.level + 1, block=True)
        caption.content = title
        caption.children = []
        state.md.inline.parse(title, state.md, state.env, caption.children)
        _join_text(caption.children)
        tokens.append(caption)
    if name := credit(image):
        del image.meta[_DROPPED]["credit"]
        html = f'<span class="credit">{escapeHtml(name)}</span>'
        tokens.append(Token("raw", "", 0, content=f" {html}" if title else html, block=True))
    return [*tokens, Token("figcaption_close", "figcaption", -1, **inside)]


def credit(image: Token) -> str:
    """Who made a picture, if that is said and stands under the picture nowhere."""
    return _ESCAPED.sub(r"\1", str(image.meta.get(_DROPPED, {}).get("credit", ""))).strip()


def _lone_image(tokens: Sequence[Token], i: int) -> Token | None:
    if tokens[i].type != "paragraph_open" or tokens[i].hidden or i + 2 >= len(tokens):
        return None
    children = tokens[i + 1].children or []
    if len(children) != 1 or children[0].type != "image":
        return None
    image = children[0]
    return image if image.attrs.get("title") or credit(image) else None


def _join_text(tokens: list[Token]) -> None:
    """What markdown-it's `text_join` does; it runs before our rules."""
    out: list[Token] = []
    for token in tokens:
        if token.type == "text_special":
            token.type = "text"
        if out and token.type == "text" and out[-1].type == "text":
            out[-1].content += token.content
        else:
            out.append(token)
    tokens[:] = out


def inline_text(inline: Token) -> str:
    """The words of an inline token, as a reader sees them."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )


# --- highlighted code ----------------------------------------------------------------------------


def fence_language(token: Token) -> str:
    """The language that a fence names; empty where it names none."""
    words = unescapeAll(token.info).split(maxsplit=1)
    return words[0] if words and not words[0].startswith("{") else ""


def is_known_language(name: str) -> bool:
    """Whether Pygments has a lexer for a language."""
    return _lexer(name) is not None


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        # The text must come back as it went in: marks are placed by offsets.
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def highlight(code: str, language: str) -> list[CodeLine]:
    """Cut code into highlighted pieces; joined, they are the code."""
    from pygments.token import STANDARD_TYPES, Text, Token

    lexer = _lexer(language) if language else None
    if lexer is None:
        return [CodeLine("", code)]
    pieces: list[CodeLine] = []
    for _, kind, text in lexer.get_tokens_unprocessed(code):
        while kind not in STANDARD_TYPES:
            kind = kind.parent  # a lexer may have kinds of its own
        css = "" if kind in Token.Text or kind in Text.Whitespace else STANDARD_TYPES[kind]
        if pieces and pieces[-1].css == css:
            pieces[-1] = CodeLine(css, pieces[-1].text + text)
        else:
            pieces.append(CodeLine(css, text))
    if "".join(piece.text for piece in pieces) != code:  # a lexer that alters the text
        return [CodeLine("", code)]
    return pieces


def code_html(css: str, text: str) -> str:
    """A piece of highlighted code as HTML."""
    return f'<span class="{css}">{escapeHtml(text)}</span>' if css else escapeHtml(text)


def code_open(token: Token) -> str:
    """The tags before a code block's text. `tabindex`: a keyboard must reach code that scrolls."""
    language = fence_language(token)
    attributes = "".join(f' {k}="{escapeHtml(str(v))}"' for k, v in token.attrs.items())
    code = f' class="language-{escapeHtml(language)}"' if language else ""
    return f'<pre{attributes} tabindex="0"><code{code}>'


CODE_CLOSE = "</code></pre>\n"


def _render_code(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    token = tokens[i]
    pieces = highlight(token.content, fence_language(token))
    return code_open(token) + "".join(code_html(p.css, p.text) for p in pieces) + CODE_CLOSE


# --- how some tokens are written -----------------------------------------------------------------


def _render_raw(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    """A token of our own: HTML that is finished already."""
    return tokens[i].content


def _footnote(token: Token) -> tuple[str, str]:
    number = str(token.meta["id"] + 1)
    again = token.meta.get("subId", 0)
    return number, f"{number}-{again + 1}" if again else number


def _render_footnote_ref(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    number, place = _footnote(tokens[i])
    return (
        f'<sup class="footnote-ref"><a href="#fn-{number}" id="fnref-{place}" '
        f'role="doc-noteref">[{number}]</a></sup>'
    )


def _render_footnotes_open(
    self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any
) -> str:
    return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'


def _render_footnote_anchor(
    self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any
) -> str:
    _, place = _footnote(tokens[i])
    return (
        f' <a href="#fnref-{place}" class="footnote-backref" role="doc-backlink" '
        'aria-label="↩">↩\ufe0e</a>'
    )


def _render_footnote_open(
    self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any
) -> str:
    return f'<li id="fn-{_footnote(tokens[i])[0]}">'
