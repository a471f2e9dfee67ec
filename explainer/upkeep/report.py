"""Report what became of annotations: as text, and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from rapidfuzz.distance import Indel

from explainer.model.annotations import Target
from explainer.upkeep.reanchor import FollowedAnnotation

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_LONG = 400
"""The most characters of a passage that are shown."""


def as_json(entries: Iterable[FollowedAnnotation]) -> str:
    """Return a list with an object for each entry."""
    return json.dumps([_object(entry) for entry in entries], ensure_ascii=False, indent=1) + "\n"


def _object(entry: FollowedAnnotation) -> dict[str, object]:
    verdict = entry.verdict
    return {
        "article": entry.article,
        "id": entry.id,
        "status": verdict.status,
        "quote": entry.target.quote,
        "proposal": _proposal(verdict.target) if verdict.target else None,
        "score": verdict.score,
        "tripwires": [
            {"kind": each.kind, "old": each.old, "new": each.new} for each in verdict.tripwires
        ],
        "reason": verdict.reason,
    }


def _proposal(target: Target) -> dict[str, object]:
    """Return a target; `section` and `inside` only if it has them."""
    keys: dict[str, object] = {key: getattr(target, key) for key in ("quote", "prefix", "suffix")}
    if target.section is not None:
        keys["section"] = target.section
    if target.inside:
        keys["inside"] = True
    return keys


def as_text(entries: Sequence[FollowedAnnotation], *, color: bool) -> Iterator[str]:
    """Yield the lines about entries that are not anchored, and claims in changed sentences."""
    for entry in entries:
        if not entry.is_open:
            continue
        verdict = entry.verdict
        yield headline(entry)
        if verdict.old and verdict.new:
            yield f"  {word_diff(verdict.old, verdict.new, color=color)}"
        elif verdict.old or entry.target.quote:
            yield f"  {_short(verdict.old or entry.target.quote or '')}"
        yield from differences(entry)


def headline(entry: FollowedAnnotation) -> str:
    """Return a line with the place and name of an annotation, and what became of it."""
    verdict = entry.verdict
    place = f"{entry.location.path}:{entry.location.line}"
    why = f": {verdict.reason}" if verdict.reason else ""
    return f"{place}: {entry.kind} `{entry.name}` {_SAYS[verdict.status]}{why}"


def differences(entry: FollowedAnnotation) -> Iterator[str]:
    """Yield a line for each tripwire."""
    for each in entry.verdict.tripwires:
        gone, come = (", ".join(words) or "nothing" for words in (each.old, each.new))
        yield f"  {each.kind}: {gone} → {come}"


_SAYS = {
    "anchored": "is where it was",
    "ambiguous": "is ambiguous",
    "moved": "has moved",
    "changed": "has changed",
    "deleted": "has no place",
}


def summary(entries: Sequence[FollowedAnnotation]) -> str:
    """Return a line with the number of annotations of each status."""
    counts = Counter(entry.verdict.status for entry in entries)
    parts = [
        f"{counts[status]} {status}"
        for status in ("anchored", "moved", "changed", "ambiguous", "deleted")
        if counts[status]
    ]
    number = len(entries)
    return f"{number} annotation{'' if number == 1 else 's'}: {', '.join(parts) or 'nothing to do'}"


def word_diff(old: str, new: str, *, color: bool = False) -> str:
    """Return two texts as one: `the [-old-]{+new+} words`."""
    marks = COLORS if color else SIGNS
    parts = []
    for same, gone, come in steps(old, new):
        parts += [same, *_marked(gone, marks[0]), *_marked(come, marks[1])]
    return "".join(parts)


Marks: TypeAlias = tuple[tuple[str, str], tuple[str, str]]
"""What is written before and after words that are gone, and those that are new."""
SIGNS: Marks = (("[-", "-]"), ("{+", "+}"))
COLORS: Marks = (("\x1b[31m", "\x1b[0m"), ("\x1b[32m", "\x1b[0m"))


def _marked(text: str, marks: tuple[str, str]) -> list[str]:
    return [marks[0], text, marks[1]] if text else []


def steps(old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """Yield two texts in pieces: words that are in both, then those that are gone, and new ones."""
    before, after = _TOKEN.findall(_short(old)), _TOKEN.findall(_short(new))
    same = gone = come = ""
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            if gone or come:
                yield same, gone, come
                same = gone = come = ""
            same += "".join(before[step.src_start : step.src_end])
        else:
            gone += "".join(before[step.src_start : step.src_end])
            come += "".join(after[step.dest_start : step.dest_end])
    yield same, gone, come


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else f"{line[: _LONG // 2]} … {line[-_LONG // 2 :]}"
