"""Problems in what authors write, and words for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, order=True)
class RelatedLocation:
    """Another place that a problem is about, such as the first of two equal ids."""

    location: Location
    message: str
    """What is there, in a few words: `first defined here`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an author must know, in words that help them to fix it."""

    location: Location
    code: Code
    """A short fixed name: `quote-lost`, `unknown-key`. It outlives its message."""
    message: str
    """What is wrong, in one sentence without a full stop. Code words stand in backquotes."""
    hint: str = ""
    """How to fix it; may have several lines."""
    severity: Severity = "error"
    annotation: str | None = None
    """The id of the annotation that it is about."""
    related: tuple[RelatedLocation, ...] = ()
    """Other places to look at, in the order in which a report shows them."""


def nearest(word: str, words: Iterable[str], *, cutoff: float = 70) -> str | None:
    """Give the one of `words` most like `word`, or None if none is like it.

    `cutoff` is the least likeness in per cent; 70 lets one wrong letter in four pass.
    """
    from rapidfuzz import fuzz, process  # not imported by a run without a typing error

    match = process.extractOne(
        word, sorted(set(words)), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=cutoff
    )
    return match[0] if match else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """Give a hint with the nearest of `words`; `otherwise` if none is near."""
    near = nearest(word, words)
    return f"did you mean `{near}`?" if near is not None else otherwise


def short(text: str, limit: int = 60) -> str:
    """Give `text` for use within a message: on one line, and cut where it is long."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


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
                p.related,
            ),
        )
    )
