"""The Markdown of annotations' texts: no raw HTML, headings or footnotes."""

from __future__ import annotations

import re

from markdown_it.common.utils import escapeHtml

from explainer.markdown.parser import Parser

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
