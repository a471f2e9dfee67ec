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
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from explainer.markdown import footnotes
from explainer.markdown.figures import figures
from explainer.markdown.headings import heading_ids
from explainer.markdown.highlight import code_block

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
        md.core.ruler.push("figures", figures)
        md.core.ruler.push("heading_ids", heading_ids)
        md.core.ruler.push("table_cells", _table_cells)
        md.normalizeLink = _normalize_link  # type: ignore[method-assign]
        self._write(
            raw=lambda token: token.content,  # a token of our own: HTML that is finished
            footnote_ref=footnotes.reference,
            footnote_block_open=footnotes.block_open,
            footnote_open=footnotes.note_open,
            footnote_anchor=footnotes.anchor,
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
