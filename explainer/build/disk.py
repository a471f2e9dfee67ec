"""What runs leave for later ones in `.explainer/cache.db`: an SQLite database.

It has two tables. `articles` has the face of each article, which is all but its body, and
`pages` has what was rendered from it. A row counts only if its key is the same: a hash of all that
its value was made from. So two runs can write at once, and a run that is killed does no harm.

Values are read only if they have a seal of this user's (`explainer/support/seal.py`), because
reading pickled values can run code. A database that is damaged, or from another program, counts as
empty.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import os
import pickle
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from explainer.language.words import Words
from explainer.model.article import Article
from explainer.model.location import Lines
from explainer.model.site import ClaimRef
from explainer.render.context import RenderContext
from explainer.support import seal, stamps

Table: TypeAlias = Literal["articles", "pages"]
Row: TypeAlias = tuple[bytes, bytes]
"""The key of a value, and the value."""

_NAME: Final = "cache.db"
_VERSION: Final = 3
_DIGEST_SIZE: Final = 16


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
        self._rows: dict[Table, Mapping[str, Row]] = {"articles": {}, "pages": {}}
        self._new: dict[Table, dict[str, Row]] = {"articles": {}, "pages": {}}
        if trusted and self._file and os.path.isfile(self._file):  # noqa: PTH113 - raises nothing
            with suppress(Exception), self._opened() as database:  # it may be damaged
                if self._is_ours(database):
                    for table in self._rows:
                        query = f"select path, key, value from {table} where use = ?"  # noqa: S608
                        found = database.execute(query, (use,))
                        self._rows[table] = {path: (key, value) for path, key, value in found}

    @property
    def is_used(self) -> bool:
        """Whether rows are kept."""
        return self._file is not None

    def read(self, table: Table, path: str, key: bytes) -> Any:
        """Return the value of a row if it has that key; None without one that can be used."""
        row = self._rows[table].get(path)
        if row is None or row[0] != key:
            return None
        mark, packed = row[1][: seal.SIZE], row[1][seal.SIZE :]
        try:
            value = pickle.loads(packed) if seal.fits(mark, packed) else None  # noqa: S301 - ours
        except Exception:  # it is of another version
            return None
        if value is None:
            return None
        self._new[table][path] = row
        return value

    def keep(self, table: Table, path: str, key: bytes, packed: bytes) -> None:
        """Keep a value (see `pack`) for later runs."""
        self._new[table][path] = key, seal.of(packed) + packed

    def save(self) -> None:
        """Write the rows that this run has read or kept, in place of all earlier ones."""
        if self._file is None or not self._file.parent.is_dir():
            return
        for _ in range(2):
            try:
                with self._opened() as database:
                    self._write(database)
                return
            except sqlite3.OperationalError:  # another run is writing, or the disk is full
                return
            except Exception:  # it is damaged
                for ending in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        self._file.with_name(_NAME + ending).unlink()

    def _write(self, database: sqlite3.Connection) -> None:
        run = database.execute
        run("pragma journal_mode = wal")
        run("pragma synchronous = normal")
        run("begin immediate")
        if not self._is_ours(database):
            run("drop table if exists program")
            run("create table program (name text)")
            run("insert into program values (?)", (self._program,))
            for table in self._rows:
                run(f"drop table if exists {table}")
                columns = "use text, path text, key blob, value blob, primary key (use, path)"
                run(f"create table {table} ({columns})")
            self._rows = {"articles": {}, "pages": {}}
        for table, rows in self._new.items():
            before = self._rows[table]
            gone = [(self._use, path) for path in before.keys() - rows.keys()]
            new = [(self._use, path, *row) for path, row in rows.items() if before.get(path) != row]
            many = database.executemany
            many(f"delete from {table} where use = ? and path = ?", gone)  # noqa: S608
            many(f"insert or replace into {table} values (?, ?, ?, ?)", new)  # noqa: S608
        run("commit")

    def _is_ours(self, database: sqlite3.Connection) -> bool:
        """Whether this program has made the tables. Raises sqlite3.Error."""
        query = "select count(*) from sqlite_master where name = 'program'"
        if database.execute(query).fetchone() == (0,):
            return False
        return database.execute("select name from program").fetchall() == [(self._program,)]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(str(self._file), isolation_level=None)) as database:
            yield database


def pack(value: object) -> bytes:
    """Return a value as bytes for `Disk.keep`."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> Any:
    """Return a value that `pack` has packed, and that was part of a value from `Disk.read`."""
    return pickle.loads(packed)  # noqa: S301 - ours


# --- keys ----------------------------------------------------------------------------------------


def digest(value: object, articles: Mapping[str, bytes] | None = None) -> bytes:
    """Return a hash of a value, which is the same in every process.

    `articles` has the hash of each article that the value may contain, by its path. Contexts of
    pages are left out. Raises an error for what has no value, such as a generator.
    """
    stream = io.BytesIO()
    hasher = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    hasher.fast = True  # or the bytes would depend on which parts are the same object
    hasher.dispatch_table = _reducers(articles)
    hasher.dump(value)
    return hashlib.blake2b(stream.getvalue(), digest_size=_DIGEST_SIZE).digest()


_Reducer: TypeAlias = Callable[[Any], tuple[type, tuple[Any, ...]]]


def _reducers(articles: Mapping[str, bytes] | None) -> dict[type, _Reducer]:
    """Return functions for the classes of which not all attributes are hashed as they are.

    A set has no order, so every class with sets must be among them.
    """
    reducers: dict[type, _Reducer] = {
        **copyreg.dispatch_table,  # type: ignore[dict-item]
        Article: lambda one: (Article, tuple(_ordered(getattr(one, name)) for name in _ARTICLE)),
        RenderContext: lambda one: (RenderContext, ()),
        Words: lambda one: (Words, (one.language,)),
        Lines: lambda one: (Lines, (one.path, one.text, one.first_line)),
    }
    if articles:
        reducers[Article] = lambda one: (Article, (articles[one.path],))
        reducers[ClaimRef] = lambda one: (ClaimRef, (articles[one.article.path], one.claim.id))
    return reducers


_ARTICLE: Final = tuple(field.name for field in fields(Article))


def _ordered(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def program() -> str:
    """Return a hash of the program, its themes, and the names and versions of libraries."""
    total = hashlib.sha256(repr(sorted(set(stamps.libraries()))).encode())
    try:
        for path in sorted(stamps.program()):
            if not path.endswith("/"):
                line = f"{path}\0{stamps.digest(path)}\0"
                total.update(line.encode(errors="surrogatepass"))
    except (OSError, stamps.UnstableError):  # it may change unseen, so no rows are of use
        return secrets.token_hex(_DIGEST_SIZE)
    return total.hexdigest()
