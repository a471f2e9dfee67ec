"""The Markdown parsers of articles and notes, based on markdown-it-py.

Articles are CommonMark with tables, strikethrough, footnotes, definition lists, task lists,
attributes (`{#id .class}`), and pictures with captions; Pygments highlights fenced code. The
typographer and linkify options of markdown-it-py stay off, because both take quadratic time:
bare_links.py and typography.py do this work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore, normalize
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.deflist import deflist_plugin

from explainer.markdown.addresses import addresses
from explainer.markdown.alerts import alerts
from explainer.markdown.attribute_rules import attribute_lists, no_attribute_lists
from explainer.markdown.bare_links import bare_links, may_have_address
from explainer.markdown.block import BlockParser
from explainer.markdown.comments import comment_block, comment_inline, inline, raw_comments
from explainer.markdown.footnotes import footnotes, no_footnotes
from explainer.markdown.foreign import (
    ForeignMark,
    ForeignMarks,
    may_have_mark,
    note_first,
    note_text,
)
from explainer.markdown.formulas import formulas
from explainer.markdown.highlight import check_fences, code_block
from explainer.markdown.inline import InlineParser
from explainer.markdown.media import player
from explainer.markdown.rules import figures, heading_ids
from explainer.markdown.tables import caption, captions, table, table_cells
from explainer.markdown.typography import TYPOGRAPHY, marks_of, smart, typography
from explainer.model.settings import MarkdownSettings
from explainer.support.patterns import later
from explainer.support.values import dataclass
from explainer.support.web_addresses import has_host

_INTERRUPTS = ["paragraph", "reference", "blockquote"]
"""The blocks that a comment ends, as raw HTML does."""
_NORMAL_LINK = later(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._~/#?=&+,;-]*)?", re.ASCII)
_WEB = later("https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """Options for parsing articles."""

    html: bool = False
    """Allow raw HTML."""
    math: bool = False
    """Read formulas in TeX."""
    xhtml: bool = False
    """Close void elements with a slash, as the CommonMark examples do."""
    linkify: bool = False
    """Make links of bare addresses."""
    typographer: bool = False
    """Replace straight quotation marks, and the like, in texts whose language is known."""

    @classmethod
    def of(cls, settings: MarkdownSettings) -> Self:
        """Return the options that a site sets."""
        return cls(
            html=settings.html,
            math=settings.math,
            linkify=settings.linkify,
            typographer=settings.typographer,
        )


class Parser:
    """A CommonMark parser and renderer. Keeps no state between texts."""

    def __init__(self, options: MarkdownOptions = MarkdownOptions()) -> None:
        html = options.html
        self._typographer = options.typographer
        md = MarkdownIt("commonmark", {"html": html, "xhtmlOut": options.xhtml})
        md.block, md.inline = BlockParser(md.block), InlineParser(md.inline)
        md.enable(["table", "strikethrough"])
        md.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
        # links.py checks links and reports the bad ones; markdown-it would drop them silently.
        md.validateLink = lambda url: True  # type: ignore[method-assign]
        md.normalizeLink = _normalize_link  # type: ignore[method-assign]
        self._md = md
        md.block.ruler.before("table", "comment", comment_block, {"alt": _INTERRUPTS})
        md.inline.ruler.before("autolink", "comment", comment_inline)
        md.inline.ruler.before("text", "note_first", note_first)
        md.inline.ruler.push("note_text", note_text)
        md.core.ruler.at("normalize", _normalize)
        md.core.ruler.at("inline", inline)
        md.core.ruler.after("block", "fences", check_fences)
        md.core.ruler.before("inline", "captions", captions)
        md.use(addresses)
        if options.linkify:
            md.use(bare_links)
        if html:
            md.core.ruler.after("inline", "raw_comments", raw_comments)
        if options.math:
            md.use(formulas)
        md.add_render_rule("image", _image)
        self._write(fence=code_block, code_block=code_block, comment=lambda token: "")

    def _write(self, **rules: Callable[[Token], str]) -> None:
        """Set the render functions of some token types."""

        def rule(write: Callable[[Token], str]) -> Callable[..., str]:
            return lambda renderer, tokens, i, options, env: write(tokens[i])

        for name, write in rules.items():
            self._md.add_render_rule(name, rule(write))

    def parse(self, text: str) -> list[Token]:
        """Parse a text into tokens. Their `map` counts lines from 0."""
        return self.parse_with_marks(text)[0]

    def parse_with_marks(
        self, text: str, language: str = ""
    ) -> tuple[list[Token], list[ForeignMark]]:
        """Parse a text into tokens, and return also the marks that have no meaning here.

        `language` decides which quotation marks straight ones become; without one, they stay.
        """
        env: dict[str, Any] = {"notes": ForeignMarks()}
        if self._typographer and language:
            env[TYPOGRAPHY] = marks_of(language)
        return self._md.parse(text, env), env["notes"].marks

    def render(self, tokens: Sequence[Token]) -> str:
        """Render tokens as HTML."""
        html: str = self._md.renderer.render(tokens, self._md.options, {})
        return html


class Markdown(Parser):
    """The parser of articles."""

    def __init__(self, options: MarkdownOptions = MarkdownOptions()) -> None:
        super().__init__(options)
        md = self._md
        md.options["tasklists"] = True
        md.use(deflist_plugin).use(attribute_lists)
        md.block.ruler.before("deflist", "caption", caption)
        md.core.ruler.before("captions", "alerts", alerts)
        md.core.ruler.before("text_join", "figures", figures)
        md.use(footnotes)  # they can be in captions
        md.core.ruler.before("text_join", "typography", typography)
        md.core.ruler.push("heading_ids", heading_ids)
        md.core.ruler.push("table_cells", table_cells)
        self._write(
            raw=lambda token: token.content,  # our own token type: finished HTML
            footnote_ref=_footnote_reference,
            footnote_block_open=_footnotes_open,
            footnote_block_close=lambda _: "</ol>\n</section>\n",
            footnote_open=_footnote_open,
            footnote_close=lambda _: "</li>\n",
            footnote_anchor=_footnote_back_link,
        )


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType
) -> str:
    """Return the HTML of a picture, or of a player."""
    return player(tokens[i]) or renderer.image(tokens, i, options, env)


def _normalize(state: StateCore) -> None:
    """Normalize line ends and null characters as markdown-it does, where there are any."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


def _normalize_link(url: str) -> str:
    """Normalize a URL as markdown-it does, but skip the work for URLs that it would not change.

    Invalid web addresses stay as they are, so that they can be found in the author's text.
    """
    as_written = _NORMAL_LINK.fullmatch(url) or (_WEB.match(url) and not has_host(url))
    return url if as_written else normalizeLink(url)


def _footnote_numbers(token: Token) -> tuple[str, str]:
    """Return a footnote's number, and the suffix of the id of this reference to it."""
    number = str(token.meta["id"] + 1)
    again = token.meta.get("subId", 0)
    return number, f"{number}-{again + 1}" if again else number


def _footnote_reference(token: Token) -> str:
    """Return the HTML of a reference in the text. It shows `meta["shown"]` if there is one."""
    number, place = _footnote_numbers(token)
    return (
        f'<sup class="footnote-ref"><a href="#fn-{number}" id="fnref-{place}" '
        f'role="doc-noteref">[{token.meta.get("shown", number)}]</a></sup>'
    )


def _footnotes_open(_: Token) -> str:
    """Return the HTML that starts the list of footnotes."""
    return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'


def _footnote_open(token: Token) -> str:
    """Return the HTML that starts a footnote, with its number if readers see another one."""
    number, _ = _footnote_numbers(token)
    shown = str(token.meta.get("shown", number))
    return f'<li id="fn-{number}"' + (f' value="{shown}">' if shown != number else ">")


def _footnote_back_link(token: Token) -> str:
    """Return the HTML of a link back to a reference."""
    _, place = _footnote_numbers(token)
    return (
        f' <a href="#fnref-{place}" class="footnote-backref" role="doc-backlink" '
        'aria-label="↩">↩\ufe0e</a>'
    )


# A text without any markup: every line begins with a letter (possibly after a quotation mark or
# bracket), does not end with white space, contains no character that could start markup, and is no
# statement of a program. Most notes are such texts, apart from emphasis.
_PLAIN_LINE = r"(?!(?:im|ex)port )[“‘„\"'(]?[^\W\d_][^\\`*_\[\]<&~{\x00-\x1f\x7f]*+(?<!\s)"
_PLAIN = later(rf"{_PLAIN_LINE}(?:\n\n?{_PLAIN_LINE})*")


_PAST_WORDS = r"[^ \n!-)+-/:-@\[-`{-~]"
"""What is not a space or punctuation, in the range of ASCII."""
_EMPHASIS = later(
    rf"(?<!{_PAST_WORDS})(\*\*?)(?=[A-Za-z0-9])([^*\n]*)(?<=[A-Za-z0-9])\1(?!{_PAST_WORDS})"
)
"""Emphasis of whole words, which is nearly all emphasis."""


class NoteMarkdown(Parser):
    """The parser of the texts in annotations."""

    def __init__(self, options: MarkdownOptions = MarkdownOptions()) -> None:
        super().__init__(replace(options, html=False))
        self._md.disable(["heading", "lheading", "html_block", "html_inline"])
        self._md.use(no_attribute_lists).use(no_footnotes)
        self._md.core.ruler.before("text_join", "typography", typography)

    def simple(self, text: str, language: str = "") -> str | None:
        """Return the HTML of a text with no other markup than emphasis of whole words.

        Return None for any other text. For `language`, see `parse_with_marks`.
        """
        text = text.strip(" \n")
        words = _EMPHASIS.sub(r"\2", text) if "*" in text else text
        if may_have_address(text) or may_have_mark(text) or not _PLAIN.fullmatch(words):
            return None
        parts = text.split("\n\n")
        if self._typographer and language:
            changed = [smart(part, marks_of(language)) for part in parts]
            if words is not text and changed != parts:
                return None  # what is beside a quotation mark may be beyond an asterisk
            parts = changed
        html = "".join(f"<p>{escapeHtml(part)}</p>\n" for part in parts)
        return html if words is text else _EMPHASIS.sub(_emphasized, html)


def _emphasized(found: re.Match[str]) -> str:
    tag = "em" if found[1] == "*" else "strong"
    return f"<{tag}>{found[2]}</{tag}>"
