"""Problems in what authors write, and the one place that prints them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from explainer.model.location import Location

Severity: TypeAlias = Literal["error", "warning", "info"]

Code: TypeAlias = Literal[
    "address-taken",
    "already-there",
    "asset-unreadable",
    "bad-character",
    "bad-key",
    "bad-link",
    "bad-name",
    "bad-target",
    "bad-value",
    "bare-number",
    "bibtex-syntax",
    "broken-fragment",
    "broken-link",
    "broken-picture",
    "bug",
    "cannot-write",
    "chapter-cycle",
    "chapter-twice",
    "checked-long-ago",
    "claim-review",
    "credit-not-shown",
    "cut-value",
    "dead-link",
    "dead-source",
    "disputes-itself",
    "duplicate-date",
    "duplicate-id",
    "duplicate-key",
    "empty-link",
    "empty-value",
    "extra-missing",
    "foreign-markup",
    "history-order",
    "huge-picture",
    "image-ambiguous",
    "image-unknown",
    "left-out",
    "link-broken",
    "link-moved",
    "link-outside",
    "link-to-skipped",
    "link-unknown",
    "link-without-text",
    "menu-twice",
    "missing-key",
    "more-elsewhere",
    "never-checked",
    "no-content",
    "no-entry",
    "no-front-matter",
    "no-place",
    "no-source",
    "no-title",
    "not-a-picture",
    "not-imported",
    "not-json",
    "not-utf8",
    "nothing-there",
    "null-character",
    "offline",
    "one-side",
    "one-source",
    "open-front-matter",
    "orphan-annotations",
    "output-busy",
    "output-changed",
    "output-clash",
    "output-contains-sources",
    "output-disk-full",
    "output-failed",
    "output-foreign-file",
    "output-inside-sources",
    "output-is-file",
    "output-is-home",
    "output-is-root",
    "output-manifest",
    "output-name-too-long",
    "output-not-ours",
    "output-not-writable",
    "output-reserved-name",
    "output-symlink",
    "person-conflict",
    "picture-without-alt",
    "quote-ambiguous",
    "quote-cut",
    "quote-lost",
    "ratings-look-alike",
    "renamed",
    "repeats-cycle",
    "repeats-itself",
    "reserved-id",
    "search-failed",
    "search-missing",
    "section-ambiguous",
    "section-unknown",
    "several-pages",
    "skipped-draft",
    "skipped-future",
    "source-without-date",
    "template-error",
    "template-missing",
    "template-name",
    "template-syntax",
    "toml-syntax",
    "too-deep",
    "too-large",
    "topic-conflict",
    "unknown-chapter",
    "unknown-claim",
    "unknown-key",
    "unknown-language",
    "unknown-page",
    "unknown-person",
    "unknown-rating",
    "unknown-related",
    "unknown-source",
    "unknown-theme",
    "unknown-type",
    "unreadable",
    "unsafe-link",
    "unused-answer",
    "unused-person",
    "unused-source",
    "wide-pictures",
    "wrong-shape",
    "wrong-type",
    "yaml-alias",
    "yaml-anchor",
    "yaml-directive",
    "yaml-document",
    "yaml-merge",
    "yaml-syntax",
    "yaml-tag",
]
"""The names of all problems; content/guide/problems.md explains each (see test_guide.py)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an author must know, said so that they can mend it."""

    location: Location
    code: Code
    """A short fixed name: `quote-lost`, `unknown-key`. It outlives its message."""
    message: str
    """What is wrong, in one sentence without a full stop. Code words stand in backquotes."""
    hint: str = ""
    """How to mend it; may have several lines."""
    severity: Severity = "error"
    annotation: str | None = None
    """The id of the annotation that it is about."""


# --- for those who make problems -----------------------------------------------------------------


def nearest(word: str, words: Iterable[str], *, cutoff: float = 70) -> str | None:
    """Give the one of `words` most like `word`, or nothing if none is like it.

    `cutoff` is the least likeness in per cent; 70 lets one wrong letter in four pass.
    """
    from rapidfuzz import fuzz, process  # not imported by a run without a typing error

    found = process.extractOne(
        word, sorted(set(words)), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=cutoff
    )
    return found[0] if found else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """Give a hint with the nearest of `words`; `otherwise` if none is near."""
    near = nearest(word, words)
    return f"did you mean `{near}`?" if near is not None else otherwise


def short(text: str, limit: int = 60) -> str:
    """Give `text` for use within a message: on one line, and cut where it is long."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


# --- reports -------------------------------------------------------------------------------------

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def sort(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give problems in the order of a report, by place; what is said twice is said once."""
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda p: (
                p.location,
                _RANK[p.severity],
                p.code,
                p.message,
                p.hint,
                p.annotation or "",
            ),
        )
    )


def as_text(problems: Iterable[Problem], texts: Mapping[str, str], *, color: bool) -> str:
    """Give a report for people; an empty text if there are no problems.

    `texts` has the files' contents by path: the line of each problem is shown from there, with a
    caret under its column; nothing is shown of a file that is not among them. `color` adds ANSI
    colours. Whatever authors wrote, no control character of theirs gets into the report.
    """
    paint = _COLORS if color else dict.fromkeys(_COLORS, "")
    lines: dict[str, list[str]] = {}
    report: list[str] = []
    for problem in problems:
        location = problem.location
        if location.path in texts and location.path not in lines:
            lines[location.path] = texts[location.path].split("\n")
        numbers = [str(n) for n in (location.line, location.line and location.column) if n]
        report.append(
            f"{paint['bold']}{':'.join([printable(location.path), *numbers])}:{paint['off']} "
            f"{paint[problem.severity]}{problem.severity}[{problem.code}]:{paint['off']} "
            f"{printable(problem.message[:_LONGEST])}"
        )
        if 0 < location.line <= len(lines.get(location.path, ())):
            shown, before = _excerpt(lines[location.path][location.line - 1], location.column)
            if shown.strip():
                report.append(f"    {shown}".rstrip())
                if location.column:
                    report.append(f"    {' ' * before}{paint[problem.severity]}^{paint['off']}")
        for number, line in enumerate(problem.hint.split("\n") if problem.hint else ()):
            label = "  hint: " if number == 0 else "        "
            report.append(f"{paint['hint']}{label}{paint['off']}{printable(line)}".rstrip())
    return "".join(line + "\n" for line in report)


def as_json(problems: Iterable[Problem]) -> str:
    """Give a report for programs: one JSON list of objects, as FORMAT.md §4 has it.

    `line` and `column` count from 1, and are 0 where the whole file or line is meant.
    """
    rows = []
    for problem in problems:
        fields = asdict(problem)
        location = fields.pop("location")
        row = {key: fields[key] for key in ("severity", "code", "message", "hint", "annotation")}
        rows.append({key: _unicode(value) for key, value in (location | row).items()})
    return json.dumps(rows, indent=2) + "\n"


_COLORS = {
    "bold": "\x1b[1m",
    "off": "\x1b[0m",
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "info": "\x1b[1;36m",
    "hint": "\x1b[36m",
}
_LONGEST = 600  # characters of a message: an author may have lost a quotation mark
_LEFT, _RIGHT = 60, 40  # terminal columns shown on both sides of a place in a long line
_MOST = 400  # characters shown on a side, though combining ones take no column

# What would move the cursor, reorder the line or cannot be encoded: C0 and C1 controls, surrogates,
# line separators, marks of writing direction.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Give `text` with each character that would move or hide others named: `<U+202E>`."""
    return _UNSAFE.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def _unicode(value: object) -> object:
    """Half a surrogate pair is legal in JSON, but many readers of JSON stop at it."""
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value


def _cell(char: str) -> tuple[str, int]:
    """Give a character as a terminal may show it, and how many columns it takes there."""
    if char == "\t":
        return "    ", 4
    if _UNSAFE.match(char):
        return (shown := printable(char)), len(shown)
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """Give what to show of a line, and how many terminal columns stand before its `column`."""
    index = min(max(column - 1, 0), len(line))
    left: list[str] = []
    start, before = index, 0
    while start and before < _LEFT and len(left) < _MOST:
        start -= 1
        shown, cells = _cell(line[start])
        left.append(shown)
        before += cells
    right: list[str] = []
    end, room = index, _LEFT + _RIGHT - before
    while end < len(line) and room > 0 and len(right) < _MOST:
        shown, cells = _cell(line[end])
        right.append(shown)
        room -= cells
        end += 1
    if start:
        left.append("…")
        before += 1
    if end < len(line):
        right.append("…")
    return "".join((*reversed(left), *right)), before
