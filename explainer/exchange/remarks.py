"""What a reader wrote in another program, as a note or question of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from explainer.exchange import markup
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
    author = markup.from_plain(creator)
    rest = [markup.from_plain(tag) for tag in tags if tag.casefold() not in kinds]
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
