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
import os
import sys
import time

from explainer.build.sealed import DAMAGED, write
from explainer.build.state_file import HASH, KeptReport, KeptState, Report
from explainer.build.written import WrittenFiles
from explainer.support import clock, stamps
from explainer.support.paths import CACHE, MANIFEST, STAGING
from explainer.support.records import record, replaced
from explainer.support.stamps import NO_STAMP, Scan, UnstableError
from explainer.support.temporary import is_temporary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Final

    from explainer.build.audit import Audit
    from explainer.support.stamps import Stamp

__all__ = ["AUDITED", "Conditions", "Edits", "LastRun", "Report", "SourceChanges"]

AUDITED: Final = "EXPLAINER_AUDIT"
"""The environment variable that asks for an audit (see `audit.py`)."""
_FOLDER: Final = f"{CACHE}/state"
_VERSION: Final = 5
_MOST: Final = 8
"""The most states that are kept: one for each command with its options."""
_READ: Final = ("content", "static", "themes")
_INDECISIVE: Final = ("strict", "clean", "jobs")
_REFUSED: Final = (OSError, UnstableError)


@record(frozen=True, kw_only=True)
class Conditions:
    """What the outcome of a run depends on besides files, and what it wrote."""

    strict: bool
    """Whether warnings count as errors."""
    began: float
    """When it began, in seconds since 1970 (UTC)."""
    until: float
    """When it is another day in the site's time zone, or the next page is to be published."""
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
        return int(self.began) <= clock.seconds() < self.until


class Edits:
    """What differs from the last run, if the output folder is as it left it."""

    def __init__(
        self, paths: frozenset[str] | None, conditions: Conditions, report: KeptReport
    ) -> None:
        self.paths = paths
        """The files with other texts, relative to the site's folder, or absolute; None if files
        were added or removed, too."""
        self.conditions = conditions
        """Those of the last run."""
        self._report = report

    @property
    def report(self) -> Report | None:
        """What the last run reported, or None if that can no longer be read."""
        try:
            return self._report.whole()
        except (OSError, *DAMAGED):
            return None


@record(frozen=True)
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

    def __init__(self, root: Path | str, command: str, options: Mapping[str, object]) -> None:
        self.root, self.command, self.options = os.fspath(root), command, options.items()
        self._root = os.path.realpath(root)
        self._strict, self._clean = bool(options.get("strict")), bool(options.get("clean"))
        self.name = name_of(self._root, command, options)
        """What tells this run apart from those of other commands, options, and sites."""
        self._key = [_VERSION, self.name, sys.version, sorted(set(stamps.libraries()))]
        name = hashlib.sha256(self.name.encode(errors="surrogatepass")).hexdigest()[:16]
        self._file = f"{self.root}/{_FOLDER}/{command}-{name}"
        self._before = self._read()
        """The last state, if there is one that can be used."""
        self._is_asked = False
        self.identity = b""
        """A hash of all that the run depends on, once it has been recalled or kept."""
        self.edits: Edits | None = None
        """Set by `recall`: what has changed."""
        self._written: WrittenFiles | None = None
        """What is in the output folder, if it is as the last run left it."""
        self._started = time.time_ns()
        self._hashes: dict[str, bytes] = {}
        """By path: hashes of what this run has found."""
        self._found: Scan | None = None
        try:
            found = self._scan()
            for path in found.recent(self._started):  # a later change may not be noticed
                self._hash(path)
            self._found = found
        except _REFUSED:
            pass
        self._audit: Audit | None = None
        if self._found and os.environ.get(AUDITED):
            from explainer.build.audit import Audit

            self._audit = Audit((self._root, *stamps.program_folders()), self._found.paths)

    def recall(self, *, plain: bool = False) -> Report | None:
        """Return the report of the last run if this one would come to the same, or None.

        `plain`: without colors, and without rows for programs. A second call returns None.
        """
        if self._clean:
            self._before = None
        if self._is_asked or not self._before or not self._found:
            return None
        self._is_asked = True
        try:
            return self._recalled(self._before, self._found, plain=plain)
        except _REFUSED:
            return None
        except DAMAGED:  # its hashes cannot be trusted, either
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
        try:
            self._keep(report, conditions, changed)
        except _REFUSED:
            pass

    def _keep(
        self, report: Report, conditions: Conditions, changed: Mapping[str, str] | None
    ) -> None:
        known = self._known()
        if os.path.lexists(self._file):
            os.unlink(self._file)
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
        state = KeptState(KeptReport.of(report), vars(conditions), manifest, written, self._found)
        self._write(state, known)

    def _recalled(self, before: KeptState, found: Scan, *, plain: bool) -> Report | None:
        report, conditions = before.report, Conditions(**before.conditions)
        warned = bool(report.counts["problems"].get("warning"))
        if not conditions.hold(strict=self._strict, warned=warned):
            return None
        if self._has_leftovers(conditions):
            return None
        edited = self._edited(before, found)
        manifest, written = self._manifest(conditions), before.written
        if (manifest and manifest[1]) != (before.manifest and before.manifest[1]):
            return None
        if written:
            written = self._written = written.again(conditions.output)
            if written is None:
                return None
        if edited is None or edited:
            paths = None if edited is None else frozenset(edited)
            self.edits = Edits(paths, conditions, report)
            return None
        reported = report.plain() if plain else report.whole()
        self.identity = before.identity
        if self._hashes or (manifest, written) != (before.manifest, before.written):
            state = KeptState(report, before.conditions, manifest, written, found)
            self._write(state, self._known())
        return reported

    def end(self) -> None:
        """End the audit of this run, if there is one. Raises UnrecordedReadError."""
        if self._audit:
            self._audit.stop()

    def changes(self) -> SourceChanges:
        """Return what has changed, to be called before `recall`."""
        before, found = self._before, self._found
        if not before or not found:
            return SourceChanges(False)
        try:
            old, new, hashes = set(before.files.paths), set(found.paths), before.hashes
            paths = old ^ new
            for path in old.intersection(found.changed(before.files)):
                if path.endswith("/") or self._hash(path) != hashes[path]:
                    paths.add(path)
            own = {path for path in paths if path[-1] != "/" and not os.path.isabs(path)}
            later = not Conditions(**before.conditions).is_time_the_same
        except (OSError, *DAMAGED):
            return SourceChanges(False)
        return SourceChanges(True, frozenset(own), later)

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
            self._hashes[path] = bytes.fromhex(stamps.digest(os.path.join(self._root, path)))
        return self._hashes[path]

    def _scan(self) -> Scan:
        """Return the stamps of all that a run reads, by paths relative to the site's folder, or
        absolute. Raises OSError and UnstableError.
        """
        found = Scan()
        found.add_file(f"{self._root}/site.toml", "site.toml")
        for name in _READ:
            found.add(f"{self._root}/{name}", name)
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
        folders = {self._root, os.path.dirname(conditions.output)}
        names = [name for folder in folders for name in os.listdir(folder)]
        return any(is_temporary(name) or name.startswith(STAGING) for name in names)

    def _read(self) -> KeptState | None:
        """Return the last state, if there is one that can be used."""
        try:
            return KeptState.read(self._file, self._key)
        except (*_REFUSED, *DAMAGED):
            return None

    def _known(self) -> dict[str, bytes]:
        """Return the hashes of files that have not changed since the last run, by path."""
        if not self._before or not self._found:
            return {}
        try:
            hashes = dict(self._before.hashes)
        except (OSError, *DAMAGED):
            return {}
        for path in self._found.changed(self._before.files):
            hashes.pop(path, None)
        return hashes

    def _write(self, state: KeptState, known: Mapping[str, bytes]) -> None:
        """Write the state. Raises OSError, and what `Parts` raises."""
        hashes = {**known, **self._hashes}
        for path in state.files.paths:
            if path not in hashes:
                hashes[path] = bytes(HASH) if path.endswith("/") else self._hash(path)
        joined = b"".join(hashes[path] for path in state.files.paths)
        every = repr([self._key, state.files.paths, state.conditions["until"]])
        total = hashlib.sha256(every.encode(errors="surrogatepass") + joined).digest()
        state = replaced(state, identity=total)
        unstable = frozenset(state.files.recent(self._started))
        write(self._file, state.pack(self._key, joined, unstable), _MOST)
        self.identity = total


def name_of(root: str, command: str, options: Mapping[str, object]) -> str:
    """Return what tells a run apart from those of other commands, options, and sites.

    The options of `build` that decide nothing are left out.
    """
    decisive = sorted((key, str(v)) for key, v in options.items() if key not in _INDECISIVE)
    here = os.getcwd() if options.get("output") else ""
    return repr([command, root, here, decisive])


def _workflows(root: str) -> Iterator[str]:
    """Yield the files that `has_address_by_workflow` reads. Raises OSError."""
    folder = root
    while True:
        workflows = os.path.join(folder, ".github", "workflows")
        try:
            yield from sorted(os.path.join(workflows, name) for name in os.listdir(workflows))
        except (FileNotFoundError, NotADirectoryError):
            pass
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = above
