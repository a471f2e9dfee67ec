"""Problems in authors' files, and helpers for their messages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias, get_args

from explainer.model.location import Location
from explainer.support.values import dataclass

Severity: TypeAlias = Literal["error", "warning", "info"]

OutputCode: TypeAlias = Literal[  # noqa: RUF041
    Literal["output-is-root", "output-is-home", "output-is-file", "output-not-ours"],
    Literal["output-contains-sources", "output-inside-sources", "output-symlink"],
    Literal["output-foreign-file", "output-changed", "output-clash", "output-reserved-name"],
    Literal["output-manifest", "output-busy", "output-not-writable", "output-disk-full"],
    Literal["output-name-too-long", "output-failed", "search-failed", "address-removed"],
    Literal["large-site"],
]
"""Problems that only writing the output folder finds."""

AdviceCode: TypeAlias = Literal[  # noqa: RUF041
    Literal["no-source", "one-source", "one-side", "source-without-date", "never-checked"],
    Literal["checked-long-ago", "date-order", "claim-review", "bare-number", "wide-pictures"],
    Literal["placeholder"],
]
"""Questions that a good editor asks; only `explainer check` asks them."""

LinkCode: TypeAlias = Literal["dead-link", "dead-source", "link-moved", "link-unknown", "offline"]
"""Problems of links to the web, which only `explainer check --links` finds."""

AgainstCode: TypeAlias = Literal[
    "rating-not-recorded", "sentence-changed", "quote-elsewhere", "correction-owed", "not-compared"
]
"""Problems that only `explainer check --against` finds."""

Code: TypeAlias = Literal[  # noqa: RUF041 - nested for the sake of order: by subject
    # The target of an annotation.
    Literal[
        "quote-lost",
        "quote-ambiguous",
        "quote-cut",
        "inside-word",
        "section-unknown",
        "section-ambiguous",
    ],
    Literal["section-without-text", "image-unknown", "image-ambiguous", "bad-target"],
    # Keys and values.
    Literal["unknown-key", "old-key", "missing-key", "wrong-type", "bad-value", "empty-value"],
    Literal["unknown-rating", "unknown-source", "unknown-person", "unknown-claim"],
    Literal["duplicate-id", "reserved-id", "disputes-itself", "repeats-itself", "repeats-cycle"],
    Literal["history-order", "duplicate-date", "duplicate-entry"],
    Literal["unused-source", "unused-person", "unused-answer"],
    Literal["person-conflict", "source-conflict", "name-spelling", "orphan-annotations"],
    # YAML syntax.
    Literal["yaml-syntax", "yaml-anchor", "yaml-alias", "yaml-merge", "yaml-tag", "yaml-document"],
    Literal["yaml-directive", "duplicate-key", "bad-key", "cut-value", "too-deep"],
    Literal["bad-character", "null-character", "not-utf8", "conflict-marker"],
    # Articles and pages.
    Literal["no-front-matter", "open-front-matter", "unknown-language", "topic-conflict"],
    Literal["unknown-related", "unknown-chapter", "chapter-twice", "chapter-cycle"],
    Literal["unknown-page", "menu-twice", "address-taken", "bad-name"],
    Literal["skipped-draft", "skipped-future", "slug-not-used", "bad-attribute"],
    Literal[
        "open-comment",
        "foreign-markup",
        "lost-cell",
        "bad-formula",
        "unused-address",
        "address-twice",
    ],
    Literal["unknown-footnote", "unused-footnote", "footnote-twice", "empty-footnote"],
    Literal["not-published", "backup-file", "shared-file"],
    # Links, pictures and other files.
    Literal["broken-link", "broken-fragment", "link-to-skipped", "empty-link", "link-without-text"],
    Literal["bad-link", "unsafe-link", "picture-without-alt", "credit-not-shown"],
    Literal["blocked-address", "loose-link"],
    Literal["broken-picture", "not-a-picture", "huge-picture", "bad-table"],
    Literal["no-captions", "broken-captions"],
    Literal["link-broken", "link-outside", "unreadable", "asset-unreadable"],
    # The site, its theme and its search.
    Literal["toml-syntax", "no-content", "ratings-look-alike", "unknown-theme"],
    Literal["template-missing", "template-name", "template-syntax", "template-error"],
    Literal["template-ignored", "blocked-by-policy"],
    Literal["extra-missing", "search-missing", "search-language", "card-not-drawn"],
    Literal["unused-allow", "bug"],
    # What only some commands find.
    OutputCode,
    AdviceCode,
    LinkCode,
    AgainstCode,
    # Import, and writing into annotation files.
    Literal["no-place", "not-imported", "left-out", "already-there", "renamed", "unknown-type"],
    Literal["no-title", "several-pages", "more-elsewhere", "not-json", "bibtex-syntax"],
    Literal["unknown-command", "wrong-shape", "too-large", "nothing-there", "cannot-write"],
    Literal["no-entry"],
]
"""The names of all problems; content/guide/problems.md explains each (see test_guide.py)."""

CODES: frozenset[str] = frozenset(get_args(Code))
ADVICE_CODES: frozenset[str] = frozenset(get_args(AdviceCode))
LINK_CODES: frozenset[str] = frozenset(get_args(LinkCode))
OUTPUT_CODES: frozenset[str] = frozenset(get_args(OutputCode))
AGAINST_CODES: frozenset[str] = frozenset(get_args(AgainstCode))
_PAGE_CODES = frozenset(("template-ignored", "blocked-by-policy", "broken-link"))
LATE_CODES = ADVICE_CODES | LINK_CODES | _PAGE_CODES | OUTPUT_CODES | AGAINST_CODES
"""The codes of problems that are not found while a site is loaded."""


@dataclass(frozen=True, slots=True, order=True)
class RelatedLocation:
    """Another location that a problem involves, such as the first of two equal ids."""

    location: Location
    message: str
    """A short description of what is there: `first defined here`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that an author should know about, and how to fix it."""

    location: Location
    code: Code
    """A short name that never changes, unlike the message: `quote-lost`, `unknown-key`."""
    message: str
    """What is wrong, in one sentence without a full stop. Code is in backticks."""
    hint: str = ""
    """How to fix it; may have several lines."""
    severity: Severity = "error"
    annotation: str | None = None
    """The id of the annotation that it is about."""
    related: tuple[RelatedLocation, ...] = ()
    """Other locations to look at, in the order in which reports show them."""


def nearest(word: str, words: Iterable[str], *, cutoff: float = 70) -> str | None:
    """Return the most similar of `words`, or None if none is similar.

    `cutoff` is the minimum similarity in per cent; 70 allows about one wrong letter in four.
    """
    from rapidfuzz import fuzz, process  # slow to import, and rarely needed

    match = process.extractOne(
        word, sorted(set(words)), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=cutoff
    )
    return match[0] if match else None


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """Return a hint with the most similar of `words`, or `otherwise` if none is similar."""
    near = nearest(word, words)
    return f"did you mean `{near}`?" if near is not None else otherwise


def short(text: str, limit: int = 60) -> str:
    """Return `text` for use in a message: on one line, and shortened to `limit` characters."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def some(names: Sequence[str]) -> str:
    """Return the first few names as text, with the number of the others."""
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown}, and {len(names) - 3} more"


def per_key(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems with one remark for each unknown key of the whole site, not for each file.

    The remark has the place in the first file, and says in how many files the key is.
    """
    others: list[Problem] = []
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if (problem.code, problem.severity) == ("unknown-key", "info"):
            alike.setdefault((problem.message, problem.hint), []).append(problem)
        else:
            others.append(problem)
    for same in alike.values():
        first = min(same, key=_order)
        files = len({problem.location.path for problem in same})
        message = f"{first.message} ({files} files)" if files > 1 else first.message
        others.append(replace(first, message=message))
    return tuple(others)


_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def sort(problems: Iterable[Problem], before: Sequence[Problem] = ()) -> tuple[Problem, ...]:
    """Return problems in the order of a report, by location, without duplicates.

    `before`: an earlier result. What it has of the same objects is not compared again.
    """
    now = {id(problem): problem for problem in problems}
    made = [problem for problem in before if id(problem) in now]
    for key in map(id, made):
        del now[key]
    if len(now) > len(made) // 8:
        return tuple(sorted(dict.fromkeys((*made, *now.values())), key=_order))
    for problem in now.values():
        at = bisect_left(made, _order(problem), key=_order)
        if problem not in made[at : at + 1]:
            made.insert(at, problem)
    return tuple(made)


def _order(problem: Problem) -> Any:
    words = (problem.code, problem.message, problem.hint, problem.annotation or "")
    return problem.location, _RANK[problem.severity], words, problem.related
