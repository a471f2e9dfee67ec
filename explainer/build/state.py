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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explainer.build.state_file import HASH, KeptState
from explainer.build.written import WrittenFiles
from explainer.support import cache, clock, seal, stamps
from explainer.support.files import read_file
from explainer.support.leftovers import is_temporary
from explainer.support.paths import MANIFEST, STAGING
from explainer.support.stamps import NO_STAMP, Scan, Stamp, UnstableError
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from explainer.build.audit import Audit

AUDITED: Final = "EXPLAINER_AUDIT"
"""The environment variable that asks for an audit (see `audit.py`)."""
_FOLDER: Final = "state"
_VERSION: Final = 3
_MOST: Final = 8
"""The most states that are kept: one for each command with its options."""
_READ: Final = ("content", "static", "themes")
_INDECISIVE: Final = ("strict", "clean", "jobs")
_DAMAGED: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run reports."""

    text: str
    """The problems for people, in color."""
    rows: str
    """The problems for programs, in JSON."""
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
        return self.is_time_the_same and (strict == self.strict or not warned)

    @property
    def is_time_the_same(self) -> bool:
        """Whether it is the same day, and no page is to be published since."""
        now = clock.now(self.timezone)
        published = any(each <= now[: len(each)] for each in self.later)
        return self.now <= now and self.now[:10] == now[:10] and not published


@dataclass(frozen=True, slots=True)
class Edits:
    """What differs from the last run, if that is only the texts of files."""

    paths: frozenset[str]
    """The files, relative to the site's folder, or absolute."""
    conditions: Conditions
    """Those of the last run."""
    report: Report
    """What it reported."""


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """What has changed since the last run of the same command."""

    known: bool
    """Whether there was one whose state can be compared."""
    paths: frozenset[str] = frozenset()
    """The files of the site that were changed, added, or removed."""
    later: bool = False
    """Whether it is another day, or a page is to be published since."""


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
        self._file = Path(root, cache.FOLDER, _FOLDER, name)
        self._before = self._read()
        """The last state, if there is one that can be used."""
        self.edits: Edits | None = None
        """Set by `recall`: what has changed, if all else is as it was."""
        self._written: WrittenFiles | None = None
        """What is in the output folder, if it is as the last run left it."""
        self._started = time.time_ns()
        self._hashes: dict[str, bytes] = {}
        """By path: hashes of what this run has found."""
        self._found: Scan | None = None
        with suppress(OSError, UnstableError):
            found = self._scan()
            for path in found.recent(self._started):  # a later change may not be noticed
                self._hash(path)
            self._found = found
        self._audit: Audit | None = None
        if self._found and os.environ.get(AUDITED):
            from explainer.build.audit import Audit

            tops = str(self._root), *map(str, stamps.program_folders())
            self._audit = Audit(tops, self._found.paths)

    def recall(self) -> Report | None:
        """Return the report of the last run if this one would come to the same, or None."""
        if self._clean:
            self._before = None
        if self._before and self._found:
            try:
                return self._recalled(self._before, self._found)
            except (OSError, UnstableError):
                pass
            except _DAMAGED:  # its hashes cannot be trusted, either
                self._before = None
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
            if not self._found or not self._found.is_same(self._scan()):
                return
            manifest = self._manifest(conditions)
            written = None
            if conditions.manifest:
                if manifest is None or manifest[1] != conditions.manifest:
                    return  # another run has written there
                if changed is None or self._written is None:
                    written = WrittenFiles.now(conditions.output)
                else:
                    written = self._written.updated(conditions.output, changed)
            elif manifest and not manifest[0]:
                return  # this run may have read an earlier one
            self._write(self._found, asdict(report), asdict(conditions), manifest, written)

    def _recalled(self, before: KeptState, found: Scan) -> Report | None:
        report, conditions = Report(**before.report), Conditions(**before.conditions)
        warned = bool(report.problems.get("warning"))
        if not conditions.hold(strict=self._strict, warned=warned):
            return None
        if self._has_leftovers(conditions):
            return None
        edited = self._edited(before, found)
        if edited is None or (edited and not conditions.basis):
            return None
        manifest, written = self._manifest(conditions), before.written
        if (manifest and manifest[1]) != (before.manifest and before.manifest[1]):
            return None
        if written:
            written = self._written = written.again(conditions.output)
            if written is None:
                return None
        if edited:
            self.edits = Edits(frozenset(edited), conditions, report)
            return None
        if self._hashes or (manifest, written) != (before.manifest, before.written):
            self._write(found, before.report, before.conditions, manifest, written)
        return report

    def end(self) -> None:
        """End the audit of this run, if there is one. Raises UnrecordedReadError."""
        if self._audit:
            self._audit.stop()

    def changes(self) -> SourceChanges:
        """Return what has changed, to be called before `recall`."""
        before, found = self._before, self._found
        with suppress(OSError, *_DAMAGED):
            if before and found:
                old, new, hashes = set(before.files.paths), set(found.paths), before.hashes
                paths = old ^ new
                for path in old.intersection(found.changed(before.files)):
                    if path.endswith("/") or self._hash(path) != hashes[path]:
                        paths.add(path)
                own = {path for path in paths if path[-1] != "/" and not Path(path).is_absolute()}
                return SourceChanges(
                    True, frozenset(own), not Conditions(**before.conditions).is_time_the_same
                )
        return SourceChanges(False)

    def _edited(self, before: KeptState, found: Scan) -> list[str] | None:
        """Return the files that differ from those before; None if there are more or fewer."""
        if found.is_same(before.files):
            return []
        if set(found.paths) != set(before.files.paths):
            return None
        changed, hashes = found.changed(before.files), before.hashes
        if any(path.endswith("/") for path in changed):
            return None
        return [path for path in changed if self._hash(path) != hashes[path]]

    def _hash(self, path: str) -> bytes:
        if path not in self._hashes:
            self._hashes[path] = bytes.fromhex(stamps.digest(str(self._root / path)))
        return self._hashes[path]

    def _scan(self) -> Scan:
        """Return the stamps of all that a run reads, by paths relative to the site's folder, or
        absolute. Raises OSError and UnstableError.
        """
        found = Scan()
        found.add_file(str(self._root / "site.toml"), "site.toml")
        for name in _READ:
            found.add(str(self._root / name), name)
        for path in _workflows(self._root):
            found.add_file(path, path)
        stamps.add_program(found)
        return found

    def _manifest(self, conditions: Conditions) -> tuple[Stamp, str] | None:
        """Return the stamp and the hash of the output folder's manifest; None without one.

        There is no stamp if it may still change without getting another one.
        """
        path = f"{conditions.output}/{MANIFEST}"
        if not os.path.lexists(path):
            return None
        stamp = stamps.stamp(path)
        if self._before and self._before.manifest and self._before.manifest[0] == stamp:
            return self._before.manifest
        is_recent = stamps.is_recent(stamp, self._started)
        return NO_STAMP if is_recent else stamp, stamps.digest(path)

    def _has_leftovers(self, conditions: Conditions) -> bool:
        """Whether another run, or a killed one, has temporary files beside the site's folders."""
        folders = {self._root, Path(conditions.output).parent}
        names = [path.name for folder in folders for path in folder.iterdir()]
        return any(is_temporary(name) or name.startswith(STAGING) for name in names)

    def _read(self) -> KeptState | None:
        """Return the last state, if there is one that can be used."""
        with suppress(OSError, *_DAMAGED):
            content = read_file(self._file)
            check, content = content[: seal.SIZE], content[seal.SIZE :]
            if seal.fits(check, content):
                return KeptState.unpack(content, self._key)
        return None

    def _write(
        self,
        found: Scan,
        report: Mapping[str, Any],
        conditions: Mapping[str, Any],
        manifest: tuple[Stamp, str] | None,
        written: WrittenFiles | None,
    ) -> None:
        """Write the state. Raises OSError."""
        before, hashes = self._before, dict[str, bytes]()
        if before:
            hashes |= before.hashes
            for path in found.changed(before.files):
                hashes.pop(path, None)
        hashes |= self._hashes
        for path in found.paths:
            if path not in hashes:
                hashes[path] = bytes(HASH) if path.endswith("/") else self._hash(path)
        joined = b"".join(hashes[path] for path in found.paths)
        stable = found.without(frozenset(found.recent(self._started)))
        content = KeptState(report, conditions, manifest, written, stable, joined).pack(self._key)
        folder = self._file.parent
        if folder.parent.is_dir() and not folder.is_symlink():  # `check` does not create it
            folder.mkdir(exist_ok=True)
            cache.write(self._file, seal.of(content) + content)
            states = folder.glob("[0-9a-f]*")
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
