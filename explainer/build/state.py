"""Recognize a run for which nothing has changed, before anything slow is imported.

A run leaves a file in `.explainer/state/`: stamps and hashes of what it read and wrote, and its
report. If the same command finds all of that unchanged, it prints the same report and ends.

What a run reads is the site's folder, the program with its themes, the manifest of the output
folder, and the date; the names of the installed libraries include their versions. A site is never
taken as unchanged if it contains anything other than files, such as a link, or if something could
not be read. A state that is damaged or of another version counts as none. When in doubt, a run goes
on.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from explainer.support import cache, clock, seal, stamps
from explainer.support.files import read_file
from explainer.support.leftovers import is_temporary
from explainer.support.paths import MANIFEST, STAGING
from explainer.support.stamps import NO_STAMP, Stamp, UnstableError
from explainer.support.values import dataclass

_FOLDER: Final = "state"
_VERSION: Final = 2
_MOST: Final = 8
"""The most states that are kept: one for each command with its options."""
_READ: Final = ("content", "static", "themes")
_INDECISIVE: Final = ("strict", "clean", "jobs")
_DAMAGED: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run reports, ready to be printed."""

    text: str
    """The problems, for people."""
    colored: str
    """The same with colors."""
    json: str
    """The problems, for programs."""
    pages: int
    annotations: int
    problems: Mapping[str, int]
    """The number of problems by severity."""
    failed: bool
    """Whether there was an error or, with `strict`, a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the outcome of a run depends on besides files, and what it wrote."""

    strict: bool
    """Whether warnings count as errors."""
    timezone: str
    """The site's time zone."""
    now: str
    """The date and time there when the run began (ISO 8601)."""
    later: Sequence[str]
    """The dates and times after that at which pages will be published."""
    output: str
    """The output folder, resolved."""
    manifest: str | None
    """The SHA-256 of the manifest, if the run wrote the site."""
    basis: str = ""
    """The key of what it left for a small edit; empty if it left nothing."""

    def hold(self, *, strict: bool, warned: bool) -> bool:
        """Whether they are the same now. `warned`: whether the report has warnings."""
        now = clock.now(self.timezone)
        is_same_day = self.now <= now and self.now[:10] == now[:10]
        published = any(each <= now[: len(each)] for each in self.later)
        return is_same_day and not published and (strict == self.strict or not warned)


@dataclass(frozen=True, slots=True)
class Edits:
    """What differs from the last run, if that is only the texts of files."""

    paths: frozenset[str]
    """The files, relative to the site's folder, or absolute."""
    conditions: Conditions
    """Those of the last run."""
    report: Report
    """What it reported."""


class LastRun:
    """What the last run of a command left for the next.

    `options` are those of the command. With `clean`, no report is recalled; `strict` matters only
    if there are warnings, and `jobs` never.
    """

    def __init__(self, root: Path, command: str, options: Mapping[str, object]) -> None:
        self._root = root.resolve()
        self._strict, self._clean = bool(options.get("strict")), bool(options.get("clean"))
        decisive = sorted((k, str(v)) for k, v in options.items() if k not in _INDECISIVE)
        here = str(Path.cwd()) if options.get("output") else ""
        own = json.dumps([command, str(self._root), here, decisive])
        self._key = [_VERSION, own, sys.version, sorted(set(stamps.libraries()))]
        name = hashlib.sha256(own.encode()).hexdigest()[:16]
        self._file = Path(root, cache.FOLDER, _FOLDER, f"{name}.json")
        self._before = self._read()
        """The last state; empty if there is none that can be used."""
        self.edits: Edits | None = None
        """Set by `recall`: what has changed, if all else is as it was."""
        self._output: array[int] | None = None
        """The stamps of the files of the output, if they are as the last run left them."""
        self._started = time.time_ns()
        self._hashes: dict[str, str] = {}
        """By path: hashes of what this run has found."""
        self._found: dict[str, Stamp] = {}
        with suppress(OSError, UnstableError):
            found = self._scan()
            for path, stamp in found.items():
                if stamps.is_recent(stamp, self._started):  # a later change may not be noticed
                    self._hash(path)
            self._found = found

    def recall(self) -> Report | None:
        """Return the report of the last run if this one would come to the same, or None."""
        if self._clean:
            self._before = {}
        if self._before and self._found:
            try:
                return self._recalled()
            except (OSError, UnstableError):
                pass
            except _DAMAGED:  # its hashes cannot be trusted, either
                self._before = {}
        return None

    def keep(
        self,
        report: Report,
        conditions: Conditions,
        changed: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what this run found and reported for the next one. Never fails.

        `changed` has the hashes of the files that it wrote, if all others are those of the last
        run. Nothing is kept if files have changed meanwhile.
        """
        with suppress(OSError, UnstableError):
            self._file.unlink(missing_ok=True)
            if not self._found or self._scan() != self._found:
                return
            manifest = self._manifest(conditions)
            written = None
            if conditions.manifest:
                if manifest is None or manifest[1] != conditions.manifest:
                    return  # another run has written there
                if changed is None or self._output is None:
                    written = _written(conditions.output)[0]
                else:
                    before = self._before["written"]
                    written = _updated(conditions.output, before, self._output, changed)
            elif manifest and stamps.is_recent(manifest[0], self._started):
                return  # this run may have read an earlier one
            self._write(asdict(report), asdict(conditions), manifest, written)

    def _recalled(self) -> Report | None:
        before = self._before
        report, conditions = Report(**before["report"]), Conditions(**before["conditions"])
        warned = bool(report.problems.get("warning"))
        if not conditions.hold(strict=self._strict, warned=warned):
            return None
        if self._has_leftovers(conditions):
            return None
        if self._found.keys() != before["files"].keys():
            return None
        files, is_same = before["files"], self._is_same
        edited = [path for path, stamp in self._found.items() if not is_same(path, stamp, files)]
        if edited and not conditions.basis:
            return None
        manifest, written, intact = self._manifest(conditions), before["written"], None
        if (manifest and manifest[1]) != (before["manifest"] and before["manifest"][1]):
            return None
        if written:
            found = _intact(conditions.output, written)
            if found is None:
                return None
            intact, self._output = found
        if edited:
            self.edits = Edits(frozenset(edited), conditions, report)
            return None
        if self._hashes or (written and intact is not written):
            self._write(before["report"], before["conditions"], manifest, intact)
        return report

    def _is_same(self, path: str, stamp: Stamp, files: Mapping[str, Any]) -> bool:
        """Whether a file or folder is as it was before, by its stamp or else by its content."""
        before, known = files[path]
        return before == stamp or (len(stamp) > 1 and self._hash(path) == known)

    def _hash(self, path: str) -> str:
        if path not in self._hashes:
            self._hashes[path] = stamps.digest(str(self._root / path))
        return self._hashes[path]

    def _scan(self) -> dict[str, Stamp]:
        """Return the stamps of all that a run reads, by path: relative to the site's folder, or
        absolute. Raises OSError and UnstableError.
        """
        found = {"site.toml": stamps.stamp(str(self._root / "site.toml"))}
        for name in _READ:
            found |= stamps.stamps(str(self._root / name), name)
        for path in _workflows(self._root):
            found[path] = stamps.stamp(path)
        return found | stamps.program()

    def _manifest(self, conditions: Conditions) -> tuple[Stamp, str] | None:
        """Return the stamp and the hash of the output folder's manifest; None without one."""
        path = f"{conditions.output}/{MANIFEST}"
        if not os.path.lexists(path):
            return None
        return stamps.stamp(path), stamps.digest(path)

    def _has_leftovers(self, conditions: Conditions) -> bool:
        """Whether another run, or a killed one, has temporary files beside the site's folders."""
        folders = {self._root, Path(conditions.output).parent}
        names = [path.name for folder in folders for path in folder.iterdir()]
        return any(is_temporary(name) or name.startswith(STAGING) for name in names)

    def _read(self) -> dict[str, Any]:
        """Return the last state; empty if there is none that can be used."""
        with suppress(OSError, *_DAMAGED):
            content = read_file(self._file)
            check, content = content[: seal.SIZE], content[seal.SIZE :]
            if seal.fits(check, content):
                state: dict[str, Any] = json.loads(content)
                return state if state["key"] == self._key else {}
        return {}

    def _write(self, report: object, conditions: object, *output: object) -> None:
        """Write the state; `output`: the manifest and what was written. Raises OSError."""
        known = self._before.get("files", {})
        files = {}
        for path, stamp in self._found.items():
            is_known = path not in self._hashes and path in known and known[path][0] == stamp
            hashed = known[path][1] if is_known else "" if len(stamp) == 1 else self._hash(path)
            files[path] = NO_STAMP if stamps.is_recent(stamp, self._started) else stamp, hashed
        state = dict(zip(("manifest", "written"), output, strict=True))
        state |= {"key": self._key, "report": report, "conditions": conditions, "files": files}
        content = json.dumps(state, separators=(",", ":")).encode()
        folder = self._file.parent
        if folder.parent.is_dir() and not folder.is_symlink():  # `check` does not create it
            folder.mkdir(exist_ok=True)
            cache.write(self._file, seal.of(content) + content)
            states = folder.glob("[0-9a-f]*.json")
            old = sorted(states, key=lambda each: each.stat().st_mtime_ns)
            for each in old[:-_MOST]:
                each.unlink()


def _workflows(root: Path) -> Iterator[str]:
    """Yield the files that `has_address_by_workflow` reads. Raises OSError."""
    for folder in (root, *root.parents):
        workflows = folder / ".github" / "workflows"
        with suppress(FileNotFoundError, NotADirectoryError):
            yield from sorted(map(str, workflows.iterdir()))
        if (folder / ".git").exists():
            return


def _listed(output: str) -> dict[str, str]:
    """Return the hashes that the manifest lists, by path. Raises OSError, ValueError, TypeError."""
    with Path(output, MANIFEST).open("rb") as file:
        manifest = json.load(file)
    if "unfinished" in manifest:
        raise UnstableError(output)
    return dict(manifest["files"])


def _written(output: str) -> tuple[dict[str, Any], array[int]]:
    """Return what a run has written, and the stamps. Raises as `_listed`, and UnstableError."""
    files = _listed(output)
    numbers, recent = stamps.together(output, files, time.time_ns())
    known = {path: files[path] for path in recent}
    return {"paths": list(files), "stamps": _hashed(numbers), "recent": known}, numbers


def _intact(output: str, written: dict[str, Any]) -> tuple[dict[str, Any], array[int]] | None:
    """Return what a run has written, perhaps with new stamps; None if a file is gone or differs."""
    numbers, recent = stamps.together(output, written["paths"], time.time_ns())
    is_same = _hashed(numbers) == written["stamps"]
    known = written["recent"] if is_same else _listed(output)
    if any(stamps.digest(f"{output}/{path}") != hashed for path, hashed in known.items()):
        return None
    if not is_same:
        return _written(output)
    still = {path: known[path] for path in recent if path in known}
    return (written if still == known else {**written, "recent": still}), numbers


def _updated(
    output: str, written: dict[str, Any], numbers: array[int], changed: Mapping[str, str]
) -> dict[str, Any]:
    """Return what a run has written, and which files another has `changed` since.

    `numbers` are the stamps of the former, and will be those of the latter. Raises as `together`.
    """
    places = {path: number for number, path in enumerate(written["paths"])}
    now, recent = time.time_ns(), dict(written["recent"])
    for path, hashed in changed.items():
        first = places[path] * stamps.TOGETHER
        one, is_recent = stamps.together(output, [path], now)
        numbers[first : first + stamps.TOGETHER] = one
        recent.pop(path, None)
        if is_recent:
            recent[path] = hashed
    return {"paths": written["paths"], "stamps": _hashed(numbers), "recent": recent}


def _hashed(numbers: array[int]) -> str:
    return hashlib.sha256(numbers.tobytes()).hexdigest()
