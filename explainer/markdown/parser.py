"""Markdown to tokens to HTML: the MarkdownIt of articles, its options and what we add to it.

CommonMark with tables, strikethrough, footnotes, definition lists, task lists, attributes
`{#id .class}` and pictures with captions; fenced code highlighted by Pygments. Typographer and
linkify stay off: both are quadratic in markdown-it-py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from explainer.markdown.highlight import code_block
from explainer.markdown.rules import figures, heading_ids

_SAFE_ATTRIBUTES = ("id", "class")
_NORMAL_LINK = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._~/#?=&+,;-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """How articles are read."""

    html: bool = False
    """Let raw HTML through."""
    xhtml: bool = False
    """Close void elements with a slash, as CommonMark's own examples do."""


class Parser:
    """A parser and renderer of CommonMark. Holds no state of any text."""

    def __init__(self, *, html: bool = False, xhtml: bool = False) -> None:
        md = MarkdownIt("commonmark", {"html": html, "xhtmlOut": xhtml, "typographer": False})
        md.enable(["table", "strikethrough"])
        # Links are judged where we can report them (links.py), not dropped in silence.
        md.validateLink = lambda url: True  # type: ignore[method-assign]
        self._md = md
        self._write(fence=code_block, code_block=code_block)

    def _write(self, **rules: Callable[[Token], str]) -> None:
        """Set how tokens of some types are written."""

        def rule(write: Callable[[Token], str]) -> Callable[..., str]:
            return lambda renderer, tokens, i, options, env: write(tokens[i])

        for name, write in rules.items():
            self._md.add_render_rule(name, rule(write))

    def parse(self, text: str) -> list[Token]:
        """Give the tokens of a text. `map` counts its lines from 0."""
        return self._md.parse(text, {})

    def render(self, tokens: Sequence[Token]) -> str:
        """Give the HTML of tokens."""
        html: str = self._md.renderer.render(tokens, self._md.options, {})
        return html


class Markdown(Parser):
    """The parser of articles."""

    def __init__(self, options: MarkdownOptions = MarkdownOptions()) -> None:
        super().__init__(html=options.html, xhtml=options.xhtml)
        md = self._md
        md.options["tasklists"] = True
        md.use(footnote_plugin).use(deflist_plugin)
        md.use(attrs_plugin, allowed=_SAFE_ATTRIBUTES)
        md.use(attrs_block_plugin, allowed=_SAFE_ATTRIBUTES)
        md.core.ruler.before("text_join", "figures", figures)
        md.core.ruler.push("heading_ids", heading_ids)
        md.core.ruler.push("table_cells", _table_cells)
        md.normalizeLink = _normalize_link  # type: ignore[method-assign]
        self._write(
            raw=lambda token: token.content,  # a token of our own: HTML that is finished
            footnote_ref=_footnote_reference,
            footnote_block_open=_footnotes_open,
            footnote_open=_footnote_open,
            footnote_anchor=_footnote_back_link,
        )


def _normalize_link(url: str) -> str:
    """As markdown-it does; what it leaves as it is, most addresses, is not taken apart for it."""
    return url if _NORMAL_LINK.fullmatch(url) else normalizeLink(url)


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


def _footnote_numbers(token: Token) -> tuple[str, str]:
    """A footnote's number, and what tells this reference to it from the others."""
    number = str(token.meta["id"] + 1)
    again = token.meta.get("subId", 0)
    return number, f"{number}-{again + 1}" if again else number


def _footnote_reference(token: Token) -> str:
    """A reference in the text."""
    number, place = _footnote_numbers(token)
    return (
        f'<sup class="footnote-ref"><a href="#fn-{number}" id="fnref-{place}" '
        f'role="doc-noteref">[{number}]</a></sup>'
    )


def _footnotes_open(_: Token) -> str:
    """The beginning of all footnotes."""
    return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'


def _footnote_open(token: Token) -> str:
    """The beginning of one."""
    return f'<li id="fn-{_footnote_numbers(token)[0]}">'


def _footnote_back_link(token: Token) -> str:
    """A link back to a reference."""
    _, place = _footnote_numbers(token)
    return (
        f' <a href="#fnref-{place}" class="footnote-backref" role="doc-backlink" '
        'aria-label="↩">↩\ufe0e</a>'
    )


# A text that Markdown leaves as it is: every line begins with a letter (perhaps after a quotation
# mark or bracket), ends with no white space, and holds no character that could begin something.
# Most notes are such texts, and seeing it saves half of the time that notes cost.
_PLAIN_LINE = r"[“‘„\"'(]?[^\W\d_](?:[^\\`*_\[\]<&~\x00-\x1f\x7f]*[^\\`*_\[\]<&~\x00-\x1f\x7f\s])?"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n\n?{_PLAIN_LINE})*")


class NoteMarkdown(Parser):
    """The parser of annotations' texts."""

    def __init__(self) -> None:
        super().__init__()
        self._md.disable(["heading", "lheading", "html_block", "html_inline"])

    @staticmethod
    def plain(text: str) -> str | None:
        """The HTML of a text that has no markup at all; None if it may have some."""
        text = text.strip(" \n")
        if not _PLAIN.fullmatch(text):
            return None
        return "".join(f"<p>{escapeHtml(part)}</p>\n" for part in text.split("\n\n"))
