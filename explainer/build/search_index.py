"""Index a site's pages for the search: only the shards of which the pages have changed.

A shard is kept like rendered pages (`kept_pages`): its row has the key of all that it is made from,
and its files, which are used if the output folder still has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from explainer.build import disk
from explainer.build.disk import Disk
from explainer.build.kept_pages import KeptFiles, KeptRow, present
from explainer.model.problems import Problem
from explainer.output import search, shards
from explainer.output.search import Pagefind, Shard
from explainer.output.stage import StagedFile, StageWriter
from explainer.support import workers
from explainer.support.addresses import LinkStyle
from explainer.support.values import dataclass

_Pages: TypeAlias = Mapping[str, str]
"""By the paths of pages: hashes of what the search covers of them."""
_Problems: TypeAlias = Sequence[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """How pages are indexed, and where to."""

    pagefind: Pagefind
    style: LinkStyle
    whole: bool
    """Whether Pagefind gets whole pages: see `searched`."""
    own: frozenset[str]
    """The author's files in the output. Generated files never replace them."""
    writer: StageWriter
    staged: Iterable[StagedFile]
    """Files of this run. The output folder has all other pages."""

    def key(self, number: int, pages: _Pages) -> bytes:
        """Return the key of a shard."""
        return search.key(self.pagefind, pages, self.style, number, whole=self.whole)

    def shards(
        self, pages: Mapping[int, _Pages], jobs: int | None
    ) -> Iterator[tuple[Shard | None, _Problems]]:
        """Yield the shards with these pages, by number, and problems, in the same order."""
        staged = {file.path: self.writer.content_path(file) for file in self.staged}

        def shard(number: int) -> tuple[Shard | None, _Problems]:
            files = {p: staged.get(p, f"{self.writer.output}/{p}") for p in pages[number]}
            return search.index(self.pagefind, files, self.style, number, whole=self.whole)

        count = workers.processes(len(pages), jobs, enough=2)
        if count == 1:
            yield from map(shard, pages)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(count) as pool:  # Pagefind is a process of its own
            yield from pool.map(shard, pages)

    def stage(self, shard: Shard, pages: _Pages, files: dict[str, StagedFile]) -> KeptFiles:
        """Stage the files of a shard, and add them to `files`, which may have some already."""
        contents = {**shard.files, **shard.shared}
        paths = [path for path in contents if path not in self.own]
        for path in paths:
            if path not in files:
                files[path] = self.writer.put(path, contents[path])
        return KeptFiles(
            pages=0,
            paths=tuple(contents),
            files=tuple(files[path] for path in paths),
            indexed=pages,
            links={},
            answers={},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeIndex:
    """The files of the search, and what to keep of them."""

    files: Sequence[StagedFile]
    """The files of all shards, or of those that an edit concerns, and the list of all shards."""
    before: Mapping[str, int]
    """After an edit, by path: the sizes of the files in whose place these are."""
    count: int
    """How many shards the site has."""
    new: Sequence[tuple[int, bytes, KeptFiles, bytes]]
    """The shards that were made: number, key, files, and what it says about itself, packed."""
    found: Sequence[tuple[int, bytes, KeptRow]] = ()
    """Those that are used again, and whose files have other stamps."""

    def keep(self, rows: Disk, writer: StageWriter, now: int) -> None:
        """Keep it for later runs. The output folder has the files. `now`: see `time.time_ns`."""
        for number, key, files, about in self.new:
            row = KeptRow.written(files, about, writer, now)
            rows.keep("pages", _row(number), key, disk.pack(row))
        for number, key, row in self.found:
            rows.keep("pages", _row(number), key, disk.pack(row.lasting(now)))


def index_site(
    how: Indexing, pages: _Pages, rows: Disk | None, jobs: int | None
) -> tuple[MadeIndex | None, _Problems]:
    """Stage the files of the search. With problems, there is no search.

    `pages` are all that readers can search; `rows` are those of earlier runs.
    """
    count, files = shards.count(len(pages)), dict[str, StagedFile]()
    about, found, missing = dict[int, Any](), [], dict[int, _Pages]()
    for number, paths in shards.divided(pages, count).items():
        own = {path: pages[path] for path in paths}
        key = how.key(number, own)
        row = rows.read("pages", _row(number), key) if rows else None
        known = present(row, how.writer, how.own) if isinstance(row, KeptRow) else None
        if not isinstance(row, KeptRow) or known is None:
            missing[number] = own
            continue
        about[number] = _about(row)
        files.update((file.path, file) for file in row.files.files)
        if known != row.stamps:
            found.append((number, key, replace(row, stamps=known)))
    new = []
    for number, (shard, problems) in zip(missing, how.shards(missing, jobs), strict=True):
        if shard is None:
            return None, problems
        about[number], kept = shard.about, how.stage(shard, missing[number], files)
        new.append((number, how.key(number, missing[number]), kept, disk.pack(shard.about)))
    path, content = search.entry(about[number] for number in sorted(about))
    if path not in how.own:
        files[path] = how.writer.put(path, content)
    made = MadeIndex(files=tuple(files.values()), before={}, count=count, new=new, found=found)
    return made, ()


def index_edit(how: Indexing, changed: _Pages, rows: Disk, count: int) -> MadeIndex | None:
    """Stage the files of the shards with `changed` pages; None if that is not enough.

    The last run has left `count` shards.
    """
    files, before = dict[str, StagedFile](), dict[str, int]()
    pages: dict[int, _Pages] = {}
    about: dict[int, Any] = {}
    for number, paths in shards.divided(changed, count).items():
        _, row = rows.last("pages", _row(number)) or (b"", None)
        if not isinstance(row, KeptRow):
            return None
        pages[number] = {**row.files.indexed, **{path: changed[path] for path in paths}}
        about[number] = _about(row)
        before |= {file.path: file.size for file in row.files.files}
    if (listed := _listed(how)) is None:
        return None
    new = []
    for number, (shard, _) in zip(pages, how.shards(pages, 1), strict=True):
        if shard is None or shard.about["languages"].keys() != about[number]["languages"].keys():
            return None
        listed["languages"] |= shard.about["languages"]
        kept = how.stage(shard, pages[number], files)
        new.append((number, how.key(number, pages[number]), kept, disk.pack(shard.about)))
    path, content = search.entry([listed])
    files[path] = how.writer.put(path, content)
    before[path] = len(content)  # the hashes in it have the same length
    return MadeIndex(files=tuple(files.values()), before=before, count=count, new=new)


def _listed(how: Indexing) -> dict[str, Any] | None:
    """Return the list of all shards that the last run wrote; None if somebody has changed it."""
    if search.LIST in how.own:
        return None
    with suppress(OSError, ValueError):
        listed = json.loads(Path(how.writer.output, search.LIST).read_bytes())
        if isinstance(listed, dict) and isinstance(listed.get("languages"), dict):
            return listed
    return None


def _about(row: KeptRow) -> Any:
    """Return what a shard says about itself."""
    assert isinstance(row.source, bytes)
    return disk.unpack(row.source)


def _row(number: int) -> str:
    return f"{search.FOLDER}{number}"
