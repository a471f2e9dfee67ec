"""The file in which a run leaves its state for the next: a header, then parts of bytes.

The header is a value of `marshal`, which Python reads without importing anything. Paths, stamps,
and hashes of many files are each one part. A part is read when it is asked for, and counts only if
its hash is that in the header, which has a seal.
"""

from __future__ import annotations

import hashlib
import marshal
import zlib
from array import array

from explainer.build.written import WrittenFiles
from explainer.support import seal, stamps
from explainer.support.records import record
from explainer.support.stamps import Scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any, Final

    from explainer.support.stamps import Stamp

HASH: Final = 32
"""The number of bytes of a hash."""
_SIZE: Final = 8
"""The number of bytes of the header's size."""


@record(frozen=True, kw_only=True)
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


class Parts:
    """Parts of a file, by name, that are read when they are asked for.

    `listed` has the name, the size, and the hash of each, from `start` on.
    """

    def __init__(self, file: str, start: int, listed: Iterable[tuple[str, int, bytes]]) -> None:
        self._file = file
        self._places: dict[str, tuple[int, int, bytes]] = {}
        for name, size, hashed in listed:
            self._places[name] = start, size, hashed
            start += size

    def __getitem__(self, name: str) -> bytes:
        """Return a part. Raises OSError, KeyError, and ValueError if it is damaged."""
        start, size, hashed = self._places[name]
        with open(self._file, "rb", buffering=0) as file:
            file.seek(start)
            content = file.read(size)
        if hashlib.sha256(content).digest() != hashed:
            raise ValueError(name)
        return content


class KeptReport:
    """A report in parts: with its problems in color, without, and for programs."""

    NAMES: Final = ("plain", "colored", "rows")

    def __init__(self, counts: Mapping[str, Any], parts: Parts | Mapping[str, bytes]) -> None:
        self.counts, self.parts = counts, parts

    @classmethod
    def of(cls, report: Report) -> KeptReport:
        """Return a report as it is kept."""
        counts = dict(vars(report))
        colored, rows = _bytes(counts.pop("text")), _bytes(counts.pop("rows"))
        parts = {
            "plain": _bytes(without_colors(report.text)),
            "colored": zlib.compress(colored, 1),
            "rows": zlib.compress(rows, 1),
        }
        return cls(counts, parts)

    def whole(self) -> Report:
        """Return the report. Raises as `Parts`, and zlib.error."""
        text, rows = (_text(zlib.decompress(self.parts[name])) for name in ("colored", "rows"))
        return Report(text=text, rows=rows, **self.counts)

    def plain(self) -> Report:
        """Return the report without colors, and without rows for programs. Raises as `Parts`."""
        return Report(text=_text(self.parts["plain"]), rows="", **self.counts)


def without_colors(text: str) -> str:
    """Return a text without the escape sequences of terminals."""
    if "\033" not in text:
        return text
    import re

    return re.sub(r"\033\[[0-9;?]*[a-zA-Z]", "", text)


@record(frozen=True)
class KeptState:
    """What a run found, reported, and wrote."""

    report: KeptReport
    conditions: Mapping[str, Any]
    """The fields of its `Conditions`."""
    manifest: tuple[Stamp, str] | None
    """The stamp and the hash of the output folder's manifest, if there was one."""
    written: WrittenFiles | None
    """What is in the output folder, if it wrote the site."""
    files: Scan
    """All that it read."""
    identity: bytes = b""
    """A hash of all that the run depended on."""
    parts: Parts | None = None
    """The parts of its file, if it was read from one."""

    @property
    def hashes(self) -> Mapping[str, bytes]:
        """The hashes of `files` by path; of a folder, zeros. Raises as `Parts`."""
        joined = self.parts["hashes"] if self.parts else b""
        each = enumerate(self.files.paths)
        return {path: joined[i * HASH : i * HASH + HASH] for i, path in each}

    def pack(self, key: object, hashes: bytes, unstable: Collection[str]) -> bytes:
        """Return the content of a file that is of use for runs with the same key.

        `hashes`: those of `files`, joined. `unstable`: the files whose stamps are left out.
        """
        written, files = self.written, self.files.without(unstable)
        parts = {
            **{name: self.report.parts[name] for name in KeptReport.NAMES},
            "hashes": hashes,
            "paths": _joined(files.paths),
            "stamps": files.numbers.tobytes(),
            "places": _joined(written.places if written else ()),
            "written": written.stamps.tobytes() if written else b"",
        }
        header = marshal.dumps(
            {
                "key": key,
                "parts": [(n, len(p), hashlib.sha256(p).digest()) for n, p in parts.items()],
                "counts": self.report.counts,
                "conditions": self.conditions,
                "identity": self.identity,
                "manifest": self.manifest,
                "written": written and (dict(written.recent), written.folders),
            }
        )
        size = len(header).to_bytes(_SIZE, "little")
        return b"".join([seal.of(size + header), size, header, *parts.values()])

    @classmethod
    def read(cls, path: str, key: object) -> KeptState | None:
        """Return what `pack` has packed into a file; None with another key, or without our seal.

        Raises OSError, UnstableError if it is not a file, or one of DAMAGED.
        """
        stamps.stamp(path)
        with open(path, "rb") as file:
            mark, size = file.read(seal.SIZE), file.read(_SIZE)
            header = file.read(int.from_bytes(size, "little"))
            start = file.tell()
        if not seal.fits(mark, size + header):
            return None
        found: Any = marshal.loads(header)  # noqa: S302 - it is sealed
        if found["key"] != key:
            return None
        parts = Parts(path, start, found["parts"])
        files, written = Scan(), found["written"]
        files.paths, files.numbers = _split(parts["paths"]), array("Q", parts["stamps"])
        if written:
            numbers = array("Q", parts["written"])
            written = WrittenFiles(_split(parts["places"]), numbers, *written)
        return cls(
            report=KeptReport(found["counts"], parts),
            conditions=found["conditions"],
            manifest=found["manifest"],
            written=written,
            files=files,
            identity=found["identity"],
            parts=parts,
        )


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _text(content: bytes) -> str:
    return content.decode(errors="surrogatepass")


def _joined(paths: Sequence[str]) -> bytes:
    return _bytes("".join([f"{path}\0" for path in paths]))


def _split(paths: bytes) -> list[str]:
    return _text(paths).split("\0")[:-1]
