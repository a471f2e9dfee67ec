"""Notice whether the files that a run wrote are still there, without a look at each of many.

A folder gets another stamp when a file in it is added, deleted, renamed, or replaced, as editors
and most programs replace files when they save. It keeps its stamp if a file is written in place. So
each file of a site with few files is looked at, and of one with more only the folders. Files keep
their stamps if a link replaces a folder above them, but the folder that has the link gets another.
So folders with folders are always looked at.
"""

from __future__ import annotations

import os
import time
from array import array

from explainer.support import stamps
from explainer.support.paths import MANIFEST, folders_above, parent
from explainer.support.records import record
from explainer.support.stamps import UnstableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Final

MOST: Final = 10_000
"""The most files that are looked at one by one."""


@record(frozen=True)
class WrittenFiles:
    """What a run has written to the output folder."""

    places: Sequence[str]
    """What is looked at: the paths of all files and of folders with folders, or of all folders."""
    stamps: array[int]
    """The stamps of all `places`: see `together`."""
    recent: Mapping[str, str]
    """By path: the hashes of the files that may still change without another stamp."""
    folders: bool

    @classmethod
    def now(cls, output: str) -> WrittenFiles:
        """Return what is there now, just after a run. Raises OSError, UnstableError, ValueError."""
        files = _listed(output)
        folders = len(files) > MOST
        place = _place(folders=folders)
        above = folders_above(files)
        places = sorted({"", *above} if folders else {"", *map(parent, above), *files})
        numbers, recent = stamps.together(output, places, time.time_ns())
        return cls(places, numbers, _of(files, place, recent), folders)

    def again(self, output: str) -> WrittenFiles | None:
        """Return this with the stamps of now; None if a file differs, or a link is in the place of
        a folder. Raises as `now`.
        """
        numbers, recent = stamps.together(output, self.places, time.time_ns())
        place = _place(folders=self.folders)
        if numbers == self.stamps:
            known = doubtful = self.recent
        else:
            known = _listed(output)
            each = stamps.TOGETHER
            changed = [
                path
                for i, path in enumerate(self.places)
                if numbers[i * each : i * each + each] != self.stamps[i * each : i * each + each]
            ]
            if any(os.path.islink(f"{output}/{path}") for path in folders_above(known)):
                return None
            doubtful = {**self.recent, **_of(known, place, changed)}
        for path, hashed in doubtful.items():
            if stamps.digest(f"{output}/{path}") != hashed:
                return None
        return WrittenFiles(self.places, numbers, _of(known, place, recent), self.folders)

    def updated(self, output: str, changed: Mapping[str, str]) -> WrittenFiles:
        """Return this after another run has `changed` some files. Raises as `now`."""
        place, each = _place(folders=self.folders), stamps.TOGETHER
        where = {path: i * each for i, path in enumerate(self.places)}
        # The manifest was replaced, too, in the folder with the empty path.
        places = sorted({"", *changed, *map(parent, changed)} & where.keys())
        found, new = stamps.together(output, places, time.time_ns())
        numbers, recent = self.stamps[:], {**self.recent, **changed}
        for i, path in enumerate(places):
            numbers[where[path] : where[path] + each] = found[i * each : i * each + each]
        changing = {*new, *(place(path) for path in self.recent if place(path) not in places)}
        return WrittenFiles(self.places, numbers, _of(recent, place, changing), self.folders)


def _place(*, folders: bool) -> Callable[[str], str]:
    """Return a function that returns what is looked at for the file at a path."""
    return parent if folders else lambda path: path


def _of(
    files: Mapping[str, str], place: Callable[[str], str], places: Collection[str]
) -> dict[str, str]:
    """Return those of the files whose place is among `places`."""
    if not places:
        return {}
    among = frozenset(places)
    return {path: hashed for path, hashed in files.items() if place(path) in among}


def _listed(output: str) -> dict[str, str]:
    """Return the hashes that the manifest lists, by path."""
    import json  # it takes long to import

    with open(f"{output}/{MANIFEST}", "rb") as file:
        manifest = json.load(file)
    if "unfinished" in manifest:
        raise UnstableError(output)
    return dict(manifest["files"])
