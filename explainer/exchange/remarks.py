"""What readers wrote in other programs, as notes and questions of ours.

Their texts become our notes' Markdown, in which raw HTML is shown and never obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import get_args

from explainer.exchange.incoming import Entry, IncomingAnnotation
from explainer.exchange.reading import one_line
from explainer.exchange.sources import valid
from explainer.model.scalars import NoteKind, PartialDate
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
    """Make a note or question without a target of what a reader wrote.

    `texts` are Markdown, `links` addresses that it only names, `creator` a name or empty, `date`
    ISO 8601 with or without a time, or empty. It is a question if the other program `asks`; a tag
    that is the name of a kind (`question`, `definition`, …) makes it one of that kind. Other tags,
    links and the creator's name go to the end of the text, so that nothing is lost.
    """
    kinds = [tag.casefold() for tag in tags]
    kinds = [kind for kind in kinds if kind in (*get_args(NoteKind), "question")]
    author = from_plain(creator)
    rest = [from_plain(tag) for tag in tags if tag.casefold() not in kinds]
    lines = [*texts, *(f"<{link}>" for link in links if not any(link in text for text in texts))]
    lines += [f"Tags: {', '.join(rest)}"] if rest else []
    day = valid(PartialDate.check, date[:10])
    flaw = "" if texts or links or tags else "it has no text: it only marks words"
    if asks or "question" in kinds:
        first, *more = lines or [""]
        # Who asks is named beside the question: nobody has said by name what would settle it.
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
    """Markdown as a file has it: with a line break at its end where it has several lines."""
    text = "\n".join(one.rstrip() for one in clean(text).strip().split("\n"))
    return text + "\n" if "\n" in text or len(text) > 80 else text


# --- Markdown ------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]|(?<=!)(?=\[)|&(?=#?\w+;)|\$(?=\S)")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=]|[0-9]+(?=[.)](?:\s|$)))", re.MULTILINE)


def from_plain(text: str) -> str:
    """Give plain text as Markdown that reads the same; lines that are broken stay so."""
    paragraphs = re.split(r"\n\s*\n", clean(text).strip())
    return "\n\n".join(_escaped(p).replace("\n", "\\\n") for p in paragraphs if p.strip())


def _escaped(text: str) -> str:
    text = "\n".join(one.strip() for one in text.strip().split("\n"))
    text = _SPECIAL.sub(lambda m: f"\\{m[0]}" if m[0] not in ("", "$") else m[0], text)

    def at_start(m: re.Match[str]) -> str:
        return f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}"

    return _LINE_START.sub(at_start, text)


def from_html(text: str) -> str:
    """Give HTML as Markdown: paragraphs, lists, quotations, emphasis, code and links of it."""
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
    """Collects blocks of Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[tuple[str, str]] = []  # what a block begins with, and its text
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
