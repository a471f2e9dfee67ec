"""Footnotes as HTML: the renderings of markdown-it's tokens for them."""

from __future__ import annotations

from markdown_it.token import Token


def _numbers(token: Token) -> tuple[str, str]:
    """A footnote's number, and what tells this reference to it from the others."""
    number = str(token.meta["id"] + 1)
    again = token.meta.get("subId", 0)
    return number, f"{number}-{again + 1}" if again else number


def reference(token: Token) -> str:
    """A reference in the text."""
    number, place = _numbers(token)
    return (
        f'<sup class="footnote-ref"><a href="#fn-{number}" id="fnref-{place}" '
        f'role="doc-noteref">[{number}]</a></sup>'
    )


def block_open(_: Token) -> str:
    """The beginning of all footnotes."""
    return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'


def note_open(token: Token) -> str:
    """The beginning of one."""
    return f'<li id="fn-{_numbers(token)[0]}">'


def anchor(token: Token) -> str:
    """A link back to a reference."""
    _, place = _numbers(token)
    return (
        f' <a href="#fnref-{place}" class="footnote-backref" role="doc-backlink" '
        'aria-label="↩">↩\ufe0e</a>'
    )
