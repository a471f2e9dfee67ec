"""The prose of an article: its blocks, and what in them is a link or code."""

from __future__ import annotations

from collections.abc import Iterator

from explainer.anchor.text import Block
from explainer.article.body import Body
from explainer.check.site import CheckedArticle
from explainer.model.location import Location


def groups(body: Body) -> Iterator[list[Block]]:
    """Yield the blocks of prose, those together that are in one list, table or quotation."""
    by_token = {block.token: block for block in body.reader.blocks}
    group: list[Block] = []
    depth = 0
    for i, token in enumerate(body.tokens):
        if token.type == "footnote_block_open":
            break
        depth += token.nesting
        if i in by_token and token.type == "inline" and body.tokens[i - 1].type != "heading_open":
            group.append(by_token[i])
        if depth == 0 and group:
            yield group
            group = []
    if group:
        yield group


def stretches(body: Body, block: Block) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Give the stretches of a block that lead to a source themselves, and those that are code.

    Each is from and to a count of characters in the reader's text.
    """
    leading: list[tuple[int, int]] = []
    code: list[tuple[int, int]] = []
    opened = block.start
    for child, start, end in zip(
        body.tokens[block.token].children or (), block.children, block.children[1:], strict=False
    ):
        if child.type == "link_open":
            opened = start
        elif child.type == "link_close":
            leading.append((opened, start))
        elif child.type == "footnote_ref":
            leading.append((start - 1, start))  # it stands behind what it is about
        elif child.type == "code_inline":
            code.append((start, end))
    return leading, code


def location(article: CheckedArticle, at: int, words: str) -> Location:
    """Give the place in the file of words that begin at `at` in the reader's text.

    That is their line if they are not written like this in the Markdown.
    """
    lines, line = article.lines, article.body.reader.line_at(at)
    if line < len(lines.starts):
        index = lines.text.find(words, lines.starts[line])
        end = lines.starts[line + 1] if line + 1 < len(lines.starts) else len(lines.text)
        if 0 <= index < end:
            return lines.location(index)
    return Location(lines.path, line + lines.first_line)
