"""What a reader wrote in another program, as a note or question of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from explainer.exchange import markup
from explainer.exchange.reading import Entry, one_line
from explainer.exchange.sources import valid
from explainer.model.scalars import NoteKind, PartialDate
from explainer.parse.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What an annotation of another program says, wherever its target is."""

    texts: Sequence[str]
    """Markdown."""
    tags: Sequence[str]
    """One that is the name of a kind (`question`, `definition`, …) makes the remark one."""
    links: Sequence[str] = ()
    """Addresses that it only names."""
    creator: str
    """A name, or empty."""
    date: str
    """ISO 8601, with or without a time; or empty."""
    asks: bool = False
    """Whether the other program calls it a question."""

    @property
    def flaw(self) -> str:
        """Why it cannot become an annotation; empty if it can."""
        has_text = self.texts or self.links or self.tags
        return "" if has_text else "it has no text: it only marks words"

    def entry(self) -> tuple[Literal["note", "question"], Entry]:
        """Give its kind, and its entry without a target.

        Tags that are no kind, links and the creator's name go to the end of the text, so that
        nothing is lost.
        """
        kinds = [tag.casefold() for tag in self.tags]
        kinds = [kind for kind in kinds if kind in (*get_args(NoteKind), "question")]
        is_question = self.asks or "question" in kinds
        creator = markup.from_plain(self.creator)
        rest = [markup.from_plain(tag) for tag in self.tags if tag.casefold() not in kinds]
        links = [one for one in self.links if not any(one in text for text in self.texts)]
        lines = [*self.texts, *(f"<{link}>" for link in links)]
        if rest:
            lines.append(f"Tags: {', '.join(rest)}")
        day = valid(PartialDate.check, self.date[:10])
        if is_question:
            first, *more = lines or [""]
            # Who asks is named beside the question: nobody has said by name what would settle it.
            asked_by = f" ({creator})" if creator and first else ""
            question = {
                "question": one_line(first) + asked_by,
                "settle": _block("\n\n".join(more)),
                "checked": day,
            }
            return "question", {k: v for k, v in question.items() if v or k == "question"}
        if creator:
            lines.append(f"— {creator}")
        note = {
            "note": _block("\n\n".join(lines)),
            "kind": next((k for k in kinds if k != "context"), ""),
            "date": day,
        }
        return "note", {k: v for k, v in note.items() if v or k == "note"}


def _block(text: str) -> str:
    """Markdown as a file has it: with a line break at its end where it has several lines."""
    text = "\n".join(one.rstrip() for one in clean(text).strip().split("\n"))
    return text + "\n" if "\n" in text or len(text) > 80 else text
