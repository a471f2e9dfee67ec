"""Convert readers' remarks in other programs to notes and questions.

Their texts become the Markdown of notes, which shows raw HTML as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from explainer.exchange.incoming import Entry, IncomingAnnotation
from explainer.exchange.reading import one_line
from explainer.exchange.sources import valid
from explainer.model.kinds import BUILTIN_KINDS
from explainer.model.scalars import PartialDate
from explainer.parse.text import clean


def remark(
    at: str,
    *,
    texts: Sequence[str],
    tags: Sequence[str],
    links: Sequence[str] = (),
    creator: str,
    date: str,
    asks: bool = False,
) -> IncomingAnnotation:
    """Create a note or question, without a target, from a reader's remark.

    `texts` are Markdown, `links` are addresses, `creator` is a name or empty, and `date` is empty
    or an ISO 8601 date, with or without a time. `asks` makes it a question; a tag that names a kind
    (`question`, `definition`, …) sets the kind. Other tags, links, and the creator's name are
    appended to the text, so that nothing is lost.
    """
    kinds = [tag.casefold() for tag in tags]
    kinds = [kind for kind in kinds if kind in (*BUILTIN_KINDS, "question")]
    author = from_plain(creator)
    rest = [from_plain(tag) for tag in tags if tag.casefold() not in kinds]
    lines = [*texts, *(f"<{link}>" for link in links if not any(link in text for text in texts))]
    lines += [f"Tags: {', '.join(rest)}"] if rest else []
    day = valid(PartialDate.check, date[:10])
    flaw = "" if texts or links or tags else "it has no text and only highlights a passage"
    if asks or "question" in kinds:
        first, *more = lines or [""]
        # The asker's name goes after the question: `settle` has no author.
        asked_by = f" ({author})" if author and first else ""
        question: Entry = {"question": one_line(first) + asked_by}
        question |= _given(settle=_block("\n\n".join(more)), checked=day)
        return IncomingAnnotation(kind="question", entry=question, at=at, flaw=flaw)
    lines += [f"— {author}"] if author else []
    note: Entry = {"note": _block("\n\n".join(lines))}
    note |= _given(kind=next((k for k in kinds if k != "context"), ""), date=day)
    return IncomingAnnotation(kind="note", entry=note, at=at, flaw=flaw)


def _given(**values: str) -> Entry:
    return {key: value for key, value in values.items() if value}


def _block(text: str) -> str:
    """Format Markdown for a file: with a final line break if it is long or has several lines."""
    text = "\n".join(one.rstrip() for one in clean(text).strip().split("\n"))
    return text + "\n" if "\n" in text or len(text) > 80 else text


# --- Markdown ------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]|(?<=!)(?=\[)|&(?=#?\w+;)|\$(?=\S)")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=]|[0-9]+(?=[.)](?:\s|$)))", re.MULTILINE)


def from_plain(text: str) -> str:
    """Convert plain text to Markdown that renders the same, with its line breaks."""
    paragraphs = re.split(r"\n\s*\n", clean(text).strip())
    return "\n\n".join(_escaped(p).replace("\n", "\\\n") for p in paragraphs if p.strip())


def _escaped(text: str) -> str:
    text = "\n".join(one.strip() for one in text.strip().split("\n"))
    text = _SPECIAL.sub(lambda m: f"\\{m[0]}" if m[0] not in ("", "$") else m[0], text)

    def at_start(m: re.Match[str]) -> str:
        return f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}"

    return _LINE_START.sub(at_start, text)


def from_html(text: str) -> str:
    """Convert HTML to Markdown: paragraphs, lists, quotations, emphasis, code, and links."""
    reader = _Html()
    reader.feed(clean(text))
    reader.close()
    return reader.markdown()


_BLOCKS = frozenset(
    [
        *("p", "div", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "section", "article"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    ]
)
_SILENT = frozenset(["script", "style", "template", "title", "svg"])
_MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "code": "`"}


class _Html(HTMLParser):
    """Converts HTML to blocks of Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[tuple[str, str]] = []  # start (`> `) and text
        self._now: list[str] = []
        self._lead = ""
        self._quoted = 0
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self._end_block()
            self._quoted += tag == "blockquote"
            self._lead = "- " if tag == "li" else ""
        elif tag == "br":
            self._now.append("\\\n")
        elif tag in _MARKS:
            self._now.append(_MARKS[tag])
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._now)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._end_block()
            self._quoted = max(0, self._quoted - (tag == "blockquote"))
        elif tag in _MARKS:
            self._now.append(_MARKS[tag])
        elif tag == "a" and self._links:
            href, start = self._links.pop()
            words = "".join(self._now[start:])
            if re.fullmatch(r"(?:https?|mailto):[^\s<>()]+", href) and words.strip():
                self._now[start:] = [f"[{words.strip()}]({href})"]

    def handle_data(self, data: str) -> None:
        if not self._silent:
            lead, tail = (" " if data[:1].isspace() else ""), (" " if data[-1:].isspace() else "")
            words = " ".join(data.split())
            self._now.append(f"{lead}{_escaped(words)}{tail}" if words else " ")

    def _end_block(self) -> None:
        text = re.sub(" +", " ", "".join(self._now)).strip()
        self._now, self._links = [], []
        if text:
            self._blocks.append(("> " * min(self._quoted, 1) + self._lead, text))
            self._lead = ""

    def markdown(self) -> str:
        self._end_block()
        out: list[str] = []
        for lead, text in self._blocks:
            rest = "> " if lead.startswith(">") else "  " if lead else ""
            lines = text.split("\n")
            out.append("\n".join([lead + lines[0], *(rest + one.strip() for one in lines[1:])]))
        return "\n\n".join(out)
