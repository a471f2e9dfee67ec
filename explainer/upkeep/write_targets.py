"""Write new targets into annotation files, leaving every other byte unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from explainer.edit.retarget import Keys, set_keys
from explainer.model.annotations import Target
from explainer.model.problems import Problem
from explainer.site.walk import Links
from explainer.support.files import read_file, update_file
from explainer.support.values import dataclass
from explainer.upkeep.reanchor import FollowedAnnotation


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    entries: tuple[FollowedAnnotation, ...]
    """The annotations whose targets are in their files now."""
    problems: tuple[Problem, ...]
    """Why others are not."""


def write_targets(root: Path, entries: Iterable[FollowedAnnotation]) -> Written:
    """Write the proposals of entries into their annotation files, one file after the other.

    Raises OSError if a file cannot be read or written, and FileChangedError if another program
    changes it meanwhile; it is as it was then.
    """
    written: list[FollowedAnnotation] = []
    problems: list[Problem] = []
    for path, group in groupby(sorted(entries, key=_path), key=_path):
        own = list(group)
        file = root / path
        Links(root).check_write(path)
        before = read_file(file)
        changes = [
            (entry.position, keys(entry.target, entry.verdict.target))
            for entry in own
            if entry.verdict.target
        ]
        text = set_keys(before.decode(), changes, path=path)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        update_file(file, text.encode(), before)
        written += own
    return Written(tuple(written), tuple(problems))


def _path(entry: FollowedAnnotation) -> str:
    return entry.location.path


def keys(old: Target, new: Target) -> Keys:
    """Return the keys of an annotation to change, so that it has a new target."""
    changed: dict[str, str | bool | None] = {}
    for key in ("quote", "prefix", "suffix", "section"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            changed[key] = after
    if changed and "quote" not in changed and new.quote is not None:
        changed = {"quote": new.quote, **changed}  # the others follow it
    if new.inside and not old.inside:
        changed["inside"] = True
    elif old.inside and not new.inside:
        changed["inside"] = None
    return changed
