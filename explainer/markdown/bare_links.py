"""Make links of bare addresses: `http://…`, `https://…`, and `www.…`, and of nothing else.

linkify-it-py says where an address ends: without the full stop of its sentence, and without the
bracket around it. Its search is not used, because it takes quadratic time and guesses: README.md
and ASP.NET are no addresses. What it accepts ends earlier here, before the punctuation of Chinese
and Japanese, quotation marks, and Markdown. An address that no browser could open stays text. So
does one longer than `_LONGEST`, and all that follow if the search reads a block more than `_TIMES`,
as it may if brackets are not closed: time stays linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline

from explainer.support.patterns import later
from explainer.support.web_addresses import wrong_with

if TYPE_CHECKING:
    from linkify_it import LinkifyIt

BARE = "linkify"
"""The `markup` of the tokens of bare links, as in markdown-it."""
LINKED_AS_TYPED = frozenset({BARE, "autolink"})
"""The `markup` of links whose text is their address."""
_LONGEST = 2000
"""The longest address, in characters. Some browsers and servers accept no longer ones."""
_TIMES = 4
"""How often the text of a block may be read, on average, to see where its addresses end."""
_SCHEME = later(r"(?<![A-Za-z0-9+.-])https?\Z", re.IGNORECASE)
_WWW = later(r"www\.(?=[^\s./]+\.[^\s./])", re.IGNORECASE)
_END = later(
    r"[\s<>`{|]|\[\^|\*\*|~~|&(?:lt|gt|quot|apos|nbsp|#34|#39);"
    r"|[\u2018-\u201f\u2026«»‹›\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20"
    r"\uff3b-\uff3d\uff5b-\uff65]"
)
"""What no address contains here: Markdown, and punctuation that is beyond ASCII."""
_TAIL = later(r"[*_~:,.;!?$\\]+\Z")
_MIXED_HOST = later(r"(//[A-Za-z0-9.-]*\.[A-Za-z]{2,})(?=[^\x00-\x7f])[^/?#:.]*(?![^/?#:])")
"""A host that goes on with letters of another script, as in text without spaces between words."""


def may_have_address(text: str) -> bool:
    """Whether there may be a bare address in a text."""
    return "://" in text or "www." in text.lower()


def bare_links(md: MarkdownIt) -> None:
    """Make a parser turn bare addresses into links."""
    md.inline.ruler.at("text", _text)
    md.inline.ruler.before("text", "bare_link", _bare_link)


@dataclass(slots=True)
class _Progress:
    """How far the work on a block is."""

    source: str
    text: tuple[int, int] = (0, 0)
    """A stretch of text without a character that may be markup: its start and end."""
    has_www: bool = False
    """Whether the source has `www.` or `WWW.`."""
    read: int = 0
    """How many characters were read to see where addresses end."""

    @classmethod
    def of(cls, state: StateInline) -> _Progress:
        found = state.env.get("bare_links")
        if found is None or found.source is not state.src:
            has_www = "www." in state.src or "WWW." in state.src
            found = state.env["bare_links"] = cls(state.src, has_www=has_www)
        assert isinstance(found, cls)
        return found


def _text(state: StateInline, silent: bool) -> bool:
    """Read text up to a character that may be markup, or to `www.`."""
    progress = _Progress.of(state)
    if progress.has_www:
        end = _before_www(state, progress)
    else:
        found = state.md.inline.terminator_re.search(state.src, state.pos, state.posMax)
        end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _before_www(state: StateInline, progress: _Progress) -> int:
    """Return where the text at `state.pos` ends, or an address may begin in it."""
    start, end = progress.text
    if not start <= state.pos < end:
        found = state.md.inline.terminator_re.search(state.src, state.pos)
        end = found.start() if found else len(state.src)
        progress.text = state.pos, end
    end = min(end, state.posMax)
    for sign in ("www.", "WWW."):
        at = state.src.find(sign, state.pos + 1, end)
        end = at if at >= 0 else end
    return end


def _bare_link(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or state.src[state.pos] not in ":wW":
        return False
    start = state.pos
    if state.src.startswith("://", start):
        scheme = _SCHEME.search(state.pending, max(0, len(state.pending) - 6))
        if not scheme:
            return False
        start -= len(scheme[0])
    elif not _WWW.match(state.src, start, state.posMax) or _in_word(state):
        return False
    written = _address(state, start)
    shown = unescapeAll(written)
    url = shown if start < state.pos else f"http://{shown}"
    if not written or wrong_with(url):
        return False
    if start < state.pos:
        state.pending = state.pending[: start - state.pos]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": state.md.normalizeLink(url)}
    state.push("text", "", 0).content = shown
    closing = state.push("link_close", "a", -1)
    opening.markup = closing.markup = BARE
    opening.info = closing.info = "auto"
    state.pos = start + len(written)
    return True


def _address(state: StateInline, start: int) -> str:
    """Return the address that starts at an offset, as written there; empty if there is none."""
    progress = _Progress.of(state)
    stop = min(state.posMax, start + _LONGEST + 1)
    end = _END.search(state.src, start, stop)
    text = state.src[start : end.start() if end else stop]
    progress.read += len(text)
    if len(text) > _LONGEST or progress.read > _TIMES * len(state.src):
        return ""
    scheme = "" if text[:4].lower() == "www." else text[: text.index(":") + 1]
    rest = text[len(scheme) :] if scheme else f"//{text}"
    if mixed := _MIXED_HOST.match(rest):
        rest = mixed[1]
    length = _linkify().test_schema_at(rest, "http:", 0)
    found = _TAIL.sub("", rest[:length])
    return (scheme + found if scheme else found[2:]) if length else ""


def _in_word(state: StateInline) -> bool:
    """Whether something is before `www.` that it belongs to: `x.www.`, `@www.`, `/www.`."""
    before = state.src[state.pos - 1] if state.pos else " "
    return before.isascii() and (before.isalnum() or before in "@./:-=+")


@cache
def _linkify() -> LinkifyIt:
    from linkify_it import LinkifyIt  # only for texts with such addresses: it compiles patterns

    return LinkifyIt()
