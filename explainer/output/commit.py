"""Move staged files to the output folder: first plan all changes, then make them.

Files are never incomplete. A commit that fails is undone. A commit that is killed leaves a manifest
that lists every file, so that the next build can clean up. This module uses strings and `os`
instead of `Path` for speed, because it processes every file of a site several times.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from explainer.model.problems import some
from explainer.output import manifest
from explainer.output.guard import OutputError, is_folder, is_link
from explainer.output.manifest import ABSENT, Claims, Manifest
from explainer.output.stage import StagedFile, StageWriter, create
from explainer.support.paths import MANIFEST, folders_above, parent
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from hashlib import _Hash

_Fate = Literal["write", "unchanged", "equal", "changed", "foreign"]


@dataclass(frozen=True, slots=True)
class CommitResult:
    """The result of a commit."""

    written: int
    """The number of files that are new or have new content."""
    unchanged: int
    """The number of files that were already there with the same content."""
    deleted: int
    """The number of deleted files of earlier builds."""
    kept: tuple[str, ...]
    """Files of earlier builds that the site no longer has, left alone because somebody changed them
    by hand. They are reported again by every build until they are removed."""
    manifest: str = field(default="", compare=False)
    """The SHA-256 of the manifest."""


def commit(
    stage: StageWriter,
    listed: Manifest,
    files: Mapping[str, StagedFile],
    permanent: Mapping[str, str],
    replaced: Collection[str] | None = None,
) -> CommitResult:
    """Move `files` (by path) to the output folder, which must exist; delete our other files there.

    If only the files at the paths `replaced` are to be deleted, leave all others alone.

    `listed` is the manifest so far. For `permanent`, which the new one gets, see `Manifest`.
    Raises OutputError or OSError; the output is then unchanged. Even if a change cannot be undone,
    no file is incomplete, and the manifest still lists every file that a build wrote.
    """
    claims, others = listed.claims, dict[str, tuple[str, ...]]()
    if replaced is not None:
        concerned = {*files, *replaced}
        others = {path: claims[path] for path in claims.keys() - concerned}
        claims = {path: claims[path] for path in claims.keys() & concerned}
        if files.keys() - claims.keys():
            _check_clashes(every := {*files, *others}, folders_above(every))
    plan = _plan(stage.output, claims, files)
    plan.claims.others.update(others)
    swap = _Swap(stage, plan)
    if swap.prepare(listed, permanent):
        swap.change()
    unchanged, kept = len(files) - len(plan.write), tuple(plan.kept)
    return CommitResult(len(plan.write), unchanged, len(plan.delete), kept, swap.final)


def known_paths(claims: Claims) -> frozenset[str]:
    """Return the paths at which any existing file is certainly ours and has that spelling."""
    spellings = Counter(map(_fold, claims))
    return frozenset(p for p in claims if ABSENT not in claims[p] and spellings[_fold(p)] == 1)


# ---- Planning the changes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """The plan of a commit; paths are relative to the output folder."""

    delete: list[str]
    """Files of earlier builds to delete."""
    kept: list[str]
    """Files of earlier builds to keep."""
    leave: set[str]
    """Folders to delete if they become empty."""
    write: list[str]
    """Files to move in, to where there is no file or one of ours."""
    claims: _NewClaims
    """The claims after the commit."""


class _NewClaims(Mapping[str, tuple[str, ...]]):
    """The claims after a commit, each made only when it is read: they are many.

    `files` are those of the site, without those at the paths `equal`. `others` are other claims.
    """

    def __init__(
        self,
        files: Mapping[str, StagedFile],
        equal: Collection[str],
        others: dict[str, tuple[str, ...]],
    ) -> None:
        self._files = files
        self._equal = frozenset(equal)
        self.others = others

    def __getitem__(self, path: str) -> tuple[str, ...]:
        if path in self.others:
            return self.others[path]
        if path in self._equal:
            raise KeyError(path)
        return (self._files[path].sha256,)

    def __iter__(self) -> Iterator[str]:
        yield from self.others
        left_out = self._equal | self.others.keys()
        yield from (path for path in self._files if path not in left_out)

    def __len__(self) -> int:
        return len(self.others) + len(self._files.keys() - self._equal - self.others.keys())


def _plan(output: str, claims: Claims, files: Mapping[str, StagedFile]) -> _Plan:
    """Return the plan; change nothing. Raises OutputError if the commit is not possible."""
    needed, left = folders_above(files), folders_above(claims.keys() - files.keys())
    _check_clashes(files.keys(), needed)
    present = _Present(output, needed | left, claims)
    if links := present.links:
        message = (
            f"in the output folder {output}, {some(links)} is a symbolic link, which explainer "
            "does not follow"
        )
        hint = "remove the link; to publish another folder, copy it to static/"
        raise OutputError("output-symlink", message, hint)
    kept = present.see_off(files)
    fates: dict[_Fate, list[str]] = defaultdict(list)
    for path in sorted(files):
        fates[present.fate(files[path])].append(path)
    if foreign := sorted({*fates["foreign"], *(needed & present.others - present.deleted)}):
        message = (
            f"in the output folder {output}, {some(foreign)} is in the way of the site: explainer "
            "did not write it, or somebody has changed it since"
        )
        hint = "move it away; if it belongs to the site, put it in static/"
        raise OutputError("output-foreign-file", message, hint)
    if changed := fates["changed"]:
        message = f"{some(changed)} in {output} changed during the build"
        hint = "build again"
        raise OutputError("output-changed", message, hint)
    ours = _NewClaims(files, fates["equal"], {path: claims[path] for path in kept})
    leave = present.folders & left - needed
    return _Plan(sorted(present.deleted), kept, leave, fates["write"], ours)


def _check_clashes(paths: Collection[str], folders: set[str]) -> None:
    """Raise OutputError if one of the site's files is also one of its folders."""
    if clashes := sorted(folders.intersection(paths)):
        message = f"the site needs {some(clashes)} both as a file and as a folder"
        hint = "rename one of them"
        raise OutputError("output-clash", message, hint)


class _Present:
    """The current state of the output folder, at the paths that a commit affects."""

    def __init__(self, output: str, folders: Iterable[str], claims: Claims) -> None:
        self._output = output
        self._claims = claims
        self.folders: set[str] = set()
        """Folders that exist; the empty path is the output itself."""
        self.links: list[str] = []
        """Links where a folder should be."""
        self.others: set[str] = set()
        """Anything else where a folder should be, such as a file."""
        self.deleted: set[str] = set()
        """Files of earlier builds that this commit deletes."""
        for folder in ("", *sorted(folders)):
            state = self._state(folder)
            if is_link(state):
                self.links.append(folder)
            elif is_folder(state):
                self.folders.add(folder)
            elif state is not None:
                self.others.add(folder)

    def see_off(self, files: Mapping[str, StagedFile]) -> list[str]:
        """Decide on the files that the site no longer has; return those to keep.

        A file is kept if its content is not what a build wrote.
        """
        kept = []
        gone = sorted(self._claims.keys() - files.keys())
        spellings = {_fold(path) for path in files} if gone else set()
        for path in gone:
            state = self._state(path)
            if state is None or stat.S_ISDIR(state.st_mode):
                continue
            if _fold(path) in spellings and not self._is_spelt(path):
                continue  # after a crash: the file is there under its new name
            if stat.S_ISREG(state.st_mode) and self._sha256(path) in self._claims[path]:
                self.deleted.add(path)
            elif ABSENT not in self._claims[path]:
                kept.append(path)
        self._deleted_spellings = {_fold(path) for path in self.deleted}
        return kept

    def fate(self, file: StagedFile) -> _Fate:
        """Return what to do with a file of the site, given what is at its path now.

        `write`: move it in. `unchanged`: leave the file there. `equal`: the file there is not ours,
        but has the same content. `changed`: the file there changed during the build. `foreign`:
        something is there that is not ours.
        """
        path, state = file.path, self._state(file.path)
        regular = state is not None and stat.S_ISREG(state.st_mode)
        same_size = state is not None and state.st_size == file.size
        if not file.staged:
            return "unchanged" if regular and same_size else "changed"
        if state is None or self._is_renamed(path):
            return "write"
        if stat.S_ISDIR(state.st_mode):
            return "write" if self._gives_way(path) else "foreign"
        hashes = self._claims.get(path, ())
        if not regular:
            # Moving a file onto a link replaces the link, but not its target.
            return "write" if hashes and is_link(state) else "foreign"
        if hashes and (ABSENT not in hashes or self._sha256(path) in hashes):
            return "write"
        return "equal" if same_size and self._sha256(path) == file.sha256 else "foreign"

    def _is_renamed(self, path: str) -> bool:
        """Return whether the path finds a file to be deleted that is spelt differently.

        If a page is renamed from `About` to `about`, a file system that ignores case finds the old
        file under the new name.
        """
        return _fold(path) in self._deleted_spellings and not self._is_spelt(path)

    def _is_spelt(self, path: str) -> bool:
        """Return whether a file exists with exactly this spelling."""
        folder = self._output
        for name in path.split("/"):
            if name not in os.listdir(folder):
                return False
            folder = f"{folder}/{name}"
        return True

    def _gives_way(self, folder: str) -> bool:
        """Return whether the commit empties a folder, so that a file can replace it."""
        going = self.folders | self.deleted
        return folder in going and all(
            f"{base}/{name}"[len(self._output) + 1 :].replace(os.sep, "/") in going
            for base, names, files in os.walk(f"{self._output}/{folder}")
            for name in (*names, *files)
        )

    def _state(self, path: str) -> os.stat_result | None:
        """Return the `lstat` of a path, or None if nothing is there or a parent is not a folder."""
        if path and parent(path) not in self.folders:
            return None
        with suppress(FileNotFoundError, NotADirectoryError):
            return os.lstat(f"{self._output}/{path}" if path else self._output)
        return None

    def _sha256(self, path: str) -> str:
        with open(f"{self._output}/{path}", "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _fold(path: str) -> str:
    """Return a key that is equal for paths that differ only by case or Unicode normalization."""
    folded = path.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def _hashed(parts: Iterable[bytes], digest: _Hash) -> Iterator[bytes]:
    """Yield parts of a file, and add each to `digest`."""
    for part in parts:
        digest.update(part)
        yield part


# ---- Making the changes --------------------------------------------------------------------------


@dataclass(slots=True)
class _Swap:
    """Makes the changes of a commit; the files in the staging folder record its progress."""

    stage: StageWriter
    plan: _Plan
    final: str = ""
    """The SHA-256 of the manifest after the commit."""
    whole: bool = True
    """False if a change could not be undone."""
    made: list[str] = field(default_factory=list)
    """The folders that were made."""
    moved: int = 0
    """The number of files to move in for which that has begun."""

    def prepare(self, listed: Manifest, permanent: Mapping[str, str]) -> bool:
        """Stage the manifests for before, during, and after; return False if nothing changes."""
        digest = hashlib.sha256()
        create(self._waiting("final"), _hashed(manifest.text(self.plan.claims, permanent), digest))
        self.final = digest.hexdigest()
        if self.plan.write or self.plan.delete:
            union = manifest.union(self.plan.claims, listed.claims)
            create(self._waiting("pending"), manifest.text(union, listed.permanent))
        elif listed.raw is not None and self.final == hashlib.sha256(listed.raw).hexdigest():
            return False
        if listed.raw is not None:
            create(self._waiting("before"), (listed.raw,))
        return True

    def change(self) -> None:
        """Make all changes. If it raises OSError, it has undone all that can be undone.

        The undo of each step is registered first, because an interrupt may come at any time.
        """
        with ExitStack() as undo:
            undo.callback(self._restore_manifest)
            if os.path.exists(self._waiting("pending")):
                os.replace(self._waiting("pending"), self._target(MANIFEST))
            for number, path in enumerate(self.plan.delete):
                target, backup = self._target(path), self._waiting(f"gone-{number}")
                undo.callback(self._restore, path, backup, target)
                with suppress(FileNotFoundError):
                    os.replace(target, backup)
            for path in sorted(self.plan.leave, reverse=True):
                undo.callback(self._take_back, os.mkdir, self._target(path))
                with suppress(OSError):  # it is not empty
                    os.rmdir(self._target(path))
            undo.callback(self._take_back_written)  # a callback for each would take much memory
            new_folders = set[str]()  # nothing is in them yet
            for path in sorted(folders_above(self.plan.write)):
                if parent(path) in new_folders or not os.path.lexists(self._target(path)):
                    self.made.append(path)
                    os.mkdir(self._target(path))
                    new_folders.add(path)
            for number, path in enumerate(self.plan.write):
                self.moved = number + 1
                if parent(path) not in new_folders:
                    self._back_up(self._target(path), self._waiting(f"old-{number}"))
                os.replace(self.stage.place(path), self._target(path))
            os.replace(self._waiting("final"), self._target(MANIFEST))
            undo.pop_all()

    def _back_up(self, target: str, backup: str) -> None:
        with suppress(FileNotFoundError):
            try:
                os.link(target, backup, follow_symlinks=False)
            except FileNotFoundError:
                pass
            except (OSError, NotImplementedError):
                # The file system has no hard links, so the file is missing for some microseconds.
                os.replace(target, backup)

    def _take_back_written(self) -> None:
        for number in reversed(range(self.moved)):
            path = self.plan.write[number]
            self._restore(path, self._waiting(f"old-{number}"), self.stage.place(path))
        for path in reversed(self.made):
            self._take_back(os.rmdir, self._target(path))

    def _restore_manifest(self) -> None:
        """Restore the manifest if all else was restored; otherwise it would not list every file."""
        if self.whole:
            self._restore(MANIFEST, self._waiting("before"), self._waiting("pending"))

    def _restore(self, path: str, backup: str, new: str) -> None:
        """Restore what was at a path. If `new` no longer exists, it was moved to that path."""
        if os.path.lexists(backup):
            self._take_back(os.replace, backup, self._target(path))
        elif not os.path.lexists(new):
            self._take_back(os.unlink, self._target(path))

    def _take_back(self, step: Callable[..., object], *paths: str) -> None:
        try:
            step(*paths)
        except (FileNotFoundError, FileExistsError):
            pass  # an interrupt came before the step to undo
        except OSError:
            self.whole = False

    def _target(self, path: str) -> str:
        return f"{self.stage.output}/{path}"

    def _waiting(self, name: str) -> str:
        return f"{self.stage.folder}/{name}"
