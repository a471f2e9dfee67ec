"""Show CSV files as tables: `![Caption](data.csv)` in a paragraph of its own.

The parser makes a figure of it, whose picture this module replaces with the file's table and a link
to the file. Cells are plain text: no Markdown, no HTML. They are part of the reader's text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from explainer.markdown.attribute_rules import PLACE
from explainer.markdown.data_files import DataFile, is_data, read
from explainer.markdown.findings import Finding, Places, report
from explainer.markdown.links import LinkLookup, from_page
from explainer.markdown.pictures import Flaw
from explainer.support.values import dataclass

Find = Callable[[str], LinkLookup]
"""Looks up an address of an article, as `links.look_up` does."""
_NOT_OURS = {"width": "width", "data-width": "width", "height": "height"}


def beside(article: Path) -> Find:
    """Return a function that reads the CSV files that a file names by their path from its folder.

    It is for callers that need only the reader's text.
    """

    def find(url: str) -> LinkLookup:
        file = article.parent / unquote(url.partition("#")[0].partition("?")[0])
        return LinkLookup(url, True, url, None, data=read(file) if file.is_file() else None)

    return find


@dataclass(frozen=True, slots=True)
class Expanded:
    """The tokens of an article with its tables from CSV files."""

    tokens: Sequence[Token]
    lookups: Sequence[LinkLookup]
    """What was looked up for them."""


def expand(tokens: Sequence[Token], text: str, address: str, find: Find) -> Expanded:
    """Replace the figures of CSV files with tables. `text` was parsed into `tokens`.

    `address` is that of the article's page. What cannot be found stays a picture, which
    `links.resolve` reports. Problems, as findings in the tokens: those of `data_files.read`, and
    `bad-attribute`.
    """
    if not any(token.type == "figure_open" for token in tokens):
        return Expanded(tokens, ())
    out: list[Token] = []
    lookups: list[LinkLookup] = []
    places = Places(text)
    i = 0
    while i < len(tokens):
        image = _data_image(tokens, i)
        lookup = find(str(image.attrs["src"])) if image else None
        if image is None or lookup is None or lookup.data is None:
            out.append(tokens[i])
            i += 1
            continue
        lookups.append(lookup)
        end = next(j for j in range(i, len(tokens)) if tokens[j].type == "figure_close")
        _report(places, tokens[i + 1], image, lookup)
        out += _figure(tokens[i : end + 1], image, lookup, address)
        i = end + 1
    return Expanded(out, lookups)


def _data_image(tokens: Sequence[Token], i: int) -> Token | None:
    if tokens[i].type != "figure_open":
        return None
    children = tokens[i + 1].children or ()
    image = next(child for child in children if child.type == "image")
    return image if is_data(str(image.attrs.get("src", ""))) else None


def _report(places: Places, inline: Token, image: Token, lookup: LinkLookup) -> None:
    """Report what is wrong with the file and its attributes, at the address in the article."""
    assert lookup.data is not None, "there is no table without it"
    if flaw := lookup.data.flaw:
        report(inline, Finding(places.search(inline, lookup.url), flaw))
    wrong = [name for key, name in _NOT_OURS.items() if key in image.attrs]
    wrong += ["alternative text"] if image.content else []
    for name in wrong:
        why = f"a table has no {name}, so this has no effect"
        hint = "remove it; the text in square brackets is the caption"
        place = image.meta.get(PLACE) or places.search(inline, lookup.url)
        report(inline, Finding(place, Flaw("bad-attribute", why, hint)))


def _figure(
    figure: Sequence[Token], image: Token, lookup: LinkLookup, address: str
) -> Iterator[Token]:
    """Yield the tokens of a figure with a table in place of its picture."""
    assert lookup.data is not None, "there is no table without it"
    opening, inline, closing = figure[0], figure[1], figure[-1]
    opening.attrs |= {k: v for k, v in image.attrs.items() if k in ("id", "class", "lang")}
    if PLACE in image.meta:
        opening.meta[PLACE] = image.meta[PLACE]
    opening.meta |= inline.meta  # findings
    yield opening
    caption = [token for token in figure[2:-1] if token.type == "inline"]
    yield from _table(lookup.data, caption, inline)
    target = str(lookup.target)
    name = escapeHtml(posixpath.basename(target))
    link = f'<a href="{escapeHtml(from_page(address, target, "file"))}" download>{name}</a>'
    credit = "".join(token.content for token in figure if token.type == "raw").lstrip()
    content = f"<figcaption>{link}{' ' if credit else ''}{credit}</figcaption>\n"
    yield Token("raw", "", 0, content=content, block=True)
    yield closing


def _table(data: DataFile, caption: Sequence[Token], at: Token) -> Iterator[Token]:
    """Yield the tokens of a table. The lines of all are those of the token `at`."""

    def tag(name: str, nesting: int, css: str = "") -> Token:
        kind = f"{name}_{'open' if nesting > 0 else 'close'}"
        token = Token(kind, name, nesting, map=at.map, block=True)  # type: ignore[arg-type]
        token.attrs = {"class": css} if css else {}
        return token

    if not data.rows:
        for inline in caption:
            yield from (tag("p", 1), inline, tag("p", -1))
        return
    yield tag("table", 1)
    for inline in caption:
        yield from (tag("caption", 1), inline, tag("caption", -1))
    for number, row in enumerate(data.rows):
        if number < 2:
            yield tag("tbody" if number else "thead", 1)
        yield tag("tr", 1)
        for column, text in enumerate(row):
            name = "td" if number or not text else "th"
            cell = tag(name, 1, "align-right" if column in data.numeric else "")
            if name == "th":
                cell.attrs["scope"] = "col"
            inline = Token("inline", "", 0, map=at.map, content=text, block=True)
            inline.children = list(_lines(text))
            yield from (cell, inline, tag(name, -1))
        yield tag("tr", -1)
        if number in (0, len(data.rows) - 1):
            yield tag("tbody" if number else "thead", -1)
    yield tag("table", -1)


def _lines(text: str) -> Iterator[Token]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Token("hardbreak", "br", 0)
        if line:
            yield Token("text", "", 0, content=line)
