"""What runs leave for later ones in `.explainer/cache.db`: an SQLite database.

It has three tables. `articles` has the face of each article, which is all but its body, and
`pages` has what was rendered from it. A row counts only if its key is the same: a hash of all that
its value was made from. So two runs can write at once, and a run that is killed does no harm. The
table `runs` has what a small edit needs (`explainer/build/basis.py`), with a key that the state
names.

Values are read only if they have a seal of this user's (`explainer/support/seal.py`), because
reading pickled values can run code. A database that is damaged, or from another program, counts as
empty.
"""

from __future__ import annotations

import copyreg
import functools
import hashlib
import io
import os
import pickle
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from markupsafe import Markup

from explainer.build.options import BuildOptions
from explainer.model.annotations import Person
from explainer.model.article import Passage
from explainer.model.free_data import FreeData
from explainer.model.ratings import Rating
from explainer.model.scalars import Id, PartialDate, Url
from explainer.support import cache, seal, stamps
from explainer.support.spool import Held, Spool

Table: TypeAlias = Literal["articles", "pages", "runs"]
_TABLES: Final[tuple[Table, ...]] = get_args(Table)
Row: TypeAlias = Held
"""The length of a key, one byte; the key; and the value with its seal."""

_NAME: Final = "cache.db"
_VERSION: Final = 3


class Disk:
    """Rows of earlier runs, and those to keep for later ones.

    `folder` is the site's cache folder; None for no rows. `use` tells apart commands that make
    different values. If not `trusted`, no rows are read.
    """

    def __init__(self, folder: Path | None, use: str, *, trusted: bool = True) -> None:
        self._file = folder / _NAME if folder else None
        if self._file and os.path.islink(self._file):  # noqa: PTH114 - raises nothing
            self._file = None
        self._use = use
        self._program = f"{_VERSION} {sys.version} {program()}" if folder else ""
        self._used: dict[Table, set[str]] = {table: set() for table in _TABLES}
        """The paths of the earlier rows that this run has read."""
        self._new: dict[Table, dict[str, Row]] = {table: {} for table in _TABLES}
        self._spool = Spool(folder)
        self._reader: sqlite3.Connection | None = None
        self.closed = "no earlier run is known" if trusted else "all is made again: --clean"
        """Why there are no earlier rows; empty if there are."""
        if trusted and self._file and os.path.isfile(self._file):  # noqa: PTH113 - raises nothing
            with suppress(Exception):  # it may be damaged
                self._reader = _open(self._file)
                self._reader.execute("begin")  # so that all rows are those of one time
                self.closed = ""
                if not self._is_ours(self._reader):
                    self.closed = "explainer, Python, or a library has another version"
                    self.close()

    @property
    def is_used(self) -> bool:
        """Whether rows are kept."""
        return self._file is not None

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows of earlier runs."""
        return self._reader is None

    def read(self, table: Table, path: str, key: bytes) -> Any:
        """Return the value of a row if it has that key; None without one that can be used."""
        if self._reader is None:
            return None
        try:
            query = f"select value from {table} where use = ? and path = ? and key = ?"  # noqa: S608
            row = self._reader.execute(query, (self._use, path, key)).fetchone()
            value = _opened(row[0], self._name(table, path, key)) if row else None
        except Exception:  # it is damaged, or of another version
            return None
        if value is not None:
            self._used[table].add(path)
        return value

    def last(self, table: Table, path: str) -> tuple[bytes, Any] | None:
        """Return the key and the value of a row, whatever it was made from."""
        try:
            query = f"select key from {table} where use = ? and path = ?"  # noqa: S608
            row = self._reader and self._reader.execute(query, (self._use, path)).fetchone()
        except Exception:  # it is damaged
            return None
        value = self.read(table, path, row[0]) if row else None
        return None if value is None or not row else (row[0], value)

    def keys(self, table: Table) -> Mapping[str, bytes]:
        """Return the keys of all rows by path."""
        with suppress(Exception):  # it is damaged
            query = f"select path, key from {table} where use = ?"  # noqa: S608
            return dict(self._reader.execute(query, (self._use,))) if self._reader else {}
        return {}

    def values(self, table: Table) -> Iterator[tuple[str, Any]]:
        """Yield all rows that can be used: the path and value of each. Raises sqlite3.Error."""
        if self._reader:
            query = f"select path, key, value from {table} where use = ?"  # noqa: S608
            for path, key, sealed in self._reader.execute(query, (self._use,)):
                value = _opened(sealed, self._name(table, path, key))
                if value is not None:
                    yield path, value

    def keep(self, table: Table, path: str, key: bytes, packed: bytes) -> None:
        """Keep a value (see `pack`) for later runs."""
        mark = seal.of(self._name(table, path, key) + packed)
        self._new[table][path] = self._spool.put(bytes((len(key),)) + key + mark + packed)

    def _name(self, table: Table, path: str, key: bytes) -> bytes:
        """Return what a value is sealed with, so that it counts in its own row only."""
        return b"".join((f"{table}\0{self._use}\0{path}\0".encode(), key))

    def hold(self, content: bytes) -> Held:
        """Hold bytes outside of memory for as long as this run needs them."""
        return self._spool.put(content)

    def holder(self) -> Callable[[bytes], Held] | None:
        """Return `hold`, and create the cache folder for it; None if no rows are kept."""
        if self._file is None:
            return None
        if not self._file.parent.is_dir():
            cache.folder(self._file.parent.parent)
        return self.hold

    def save(self, *, others: bool = False) -> None:
        """Write the rows that this run has read or kept, in place of all earlier ones.

        `others`: whether all earlier rows stay that have no new value.
        """
        self.close()
        if self._file is None or not self._file.parent.is_dir():
            return
        for _ in range(2):
            try:
                with closing(_open(self._file)) as database:
                    self._write(database, others=others)
                self._new = {table: {} for table in _TABLES}
                return
            except sqlite3.OperationalError:  # another run is writing, or the disk is full
                return
            except Exception:  # it is damaged
                for ending in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        self._file.with_name(_NAME + ending).unlink()

    def close(self) -> None:
        """Read no more rows."""
        if self._reader:
            self._reader.close()
        self._reader = None

    def _write(self, database: sqlite3.Connection, *, others: bool) -> None:
        run = database.execute
        run("pragma journal_mode = wal")
        run("pragma synchronous = normal")
        run("begin immediate")
        if not self._is_ours(database):
            run("drop table if exists program")
            run("create table program (name text)")
            run("insert into program values (?)", (self._program,))
            for table in _TABLES:
                run(f"drop table if exists {table}")
                columns = "use text, path text, key blob, value blob, primary key (use, path)"
                run(f"create table {table} ({columns})")
        for table, rows in self._new.items():
            if not others:
                found = run(f"select path from {table} where use = ?", (self._use,))  # noqa: S608
                gone = {path for (path,) in found} - self._used[table] - rows.keys()
                delete = f"delete from {table} where use = ? and path = ?"  # noqa: S608
                database.executemany(delete, [(self._use, path) for path in gone])
            insert = f"insert or replace into {table} values (?, ?, ?, ?)"  # noqa: S608
            new = ((self._use, path, *_key_and_value(row)) for path, row in rows.items())
            database.executemany(insert, new)
        run("commit")

    def _is_ours(self, database: sqlite3.Connection) -> bool:
        """Whether this program has made the tables. Raises sqlite3.Error."""
        query = "select count(*) from sqlite_master where name = 'program'"
        if database.execute(query).fetchone() == (0,):
            return False
        return database.execute("select name from program").fetchall() == [(self._program,)]


def _key_and_value(row: Row) -> tuple[bytes, bytes]:
    content = row.read()
    end = 1 + content[0]
    return content[1:end], content[end:]


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(str(file), isolation_level=None)


def rows_of(root: Path, options: BuildOptions, use: str = "check") -> Disk:
    """Return what earlier runs have left in the site's cache folder.

    A command that writes no site does not create it; `use` tells such commands apart.
    """
    folder = root / cache.FOLDER
    if not options.kept:
        return Disk(None, "")
    if options.write:
        return Disk(folder, "build", trusted=not options.clean)
    return Disk(folder if folder.is_dir() else None, use)


def pack(value: object) -> bytes:
    """Return a value as bytes for `Disk.keep`."""
    return _packed(value, PACKED)


PACKED: Final[dict[type, Any]] = {
    **copyreg.dispatch_table,
    Markup: lambda html: (str.__new__, (Markup, str(html))),
}
"""How to pack HTML so that reading it calls nothing that is written in Python."""


def pack_shared(value: object) -> bytes:
    """Return a value as bytes, of which many are read: small parts that are equal are one object.

    That takes less memory.
    """
    return _packed(value, _SHARED)


def _packed(value: object, reducers: Mapping[type, Any]) -> bytes:
    stream = io.BytesIO()
    packer = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    packer.dispatch_table = reducers
    packer.dump(value)
    return stream.getvalue()


_MOST_SHARED: Final = 10_000
_shared: dict[tuple[type, object], object] = {}


def _one(kind: type, state: object) -> object:
    """Return the value of a class that has this state: for texts, the text."""
    key = kind, state
    if (found := _shared.get(key)) is not None:
        return found
    made: Any = str.__new__(kind, state) if issubclass(kind, str) else kind.__new__(kind)
    if not isinstance(made, str):
        made.__setstate__(state)
    if len(_shared) == _MOST_SHARED:
        _shared.clear()
    _shared[key] = made
    return made


_IN_FULL: Final = PACKED[Passage]
_NO_DATA: Final = FreeData()


def _no_data() -> FreeData:
    return _NO_DATA


_SHARED: Final[Mapping[type, Any]] = {
    **PACKED,
    Markup: lambda html: (_one, (Markup, "")) if html == "" else (str.__new__, (Markup, str(html))),
    PartialDate: lambda date: (_one, (PartialDate, str(date))),
    Rating: lambda rating: (_one, (Rating, rating.__getstate__())),
    Person: lambda person: (_one, (Person, person.__getstate__())),
    Passage: lambda place: (
        _IN_FULL(place) if place.end else (_one, (Passage, place.__getstate__()))
    ),
    FreeData: lambda data: data.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if data else (_no_data, ()),
    Id: lambda name: (sys.intern, (str(name),)),
    Url: lambda url: (str, (str(url),)),
}
"""Ids and addresses become plain texts, which take half the memory."""


def _opened(content: bytes, name: bytes) -> Any:
    """Return the value of the row of this name; None without the seal of this user."""
    mark, packed = content[: seal.SIZE], content[seal.SIZE :]
    return pickle.loads(packed) if seal.fits(mark, name + packed) else None  # noqa: S301 - ours


def unpack(packed: bytes) -> Any:
    """Return a value that `pack` has packed, and that was part of a value from `Disk.read`."""
    return pickle.loads(packed)  # noqa: S301 - ours


@functools.cache
def program() -> str:
    """Return a hash of the program, its themes, and the names and versions of libraries."""
    total = hashlib.sha256(repr(sorted(set(stamps.libraries()))).encode())
    try:
        found = stamps.Scan()
        stamps.add_program(found)
        for path in sorted(found.paths):
            if not path.endswith("/"):
                line = f"{path}\0{stamps.digest(path)}\0"
                total.update(line.encode(errors="surrogatepass"))
    except (OSError, stamps.UnstableError):  # it may change unseen, so no rows are of use
        return secrets.token_hex()
    return total.hexdigest()
