"""The file in which a run leaves its state for the next: a header in JSON, then parts of bytes.

Paths, stamps, and hashes of many files are each one part, which takes less time to read than JSON.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from explainer.build.written import WrittenFiles
from explainer.support.stamps import Scan, Stamp
from explainer.support.values import dataclass

HASH = 32
"""The number of bytes of a hash."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """What a run found, reported, and wrote."""

    report: Mapping[str, Any]
    """The fields of its `Report`."""
    conditions: Mapping[str, Any]
    """The fields of its `Conditions`."""
    manifest: tuple[Stamp, str] | None
    """The stamp and the hash of the output folder's manifest, if there was one."""
    written: WrittenFiles | None
    """What is in the output folder, if it wrote the site."""
    files: Scan
    """All that it read."""
    joined: bytes
    """The hashes of `files`; of a folder, zeros."""

    @property
    def hashes(self) -> Mapping[str, bytes]:
        """The hashes by path."""
        each = enumerate(self.files.paths)
        return {path: self.joined[i * HASH : i * HASH + HASH] for i, path in each}

    def pack(self, key: object) -> bytes:
        """Return the content of a file that is of use for runs with the same key."""
        written = self.written
        report = dict(self.report)
        parts = [
            _text(report.pop("text")),
            _text(report.pop("rows")),
            _paths(self.files.paths),
            self.files.numbers.tobytes(),
            self.joined,
            _paths(written.places if written else ()),
            written.stamps.tobytes() if written else b"",
        ]
        header = {
            "key": key,
            "sizes": [len(part) for part in parts],
            "report": report,
            "conditions": self.conditions,
            "manifest": self.manifest,
            "written": written and [written.recent, written.folders],
        }
        return b"\n".join([json.dumps(header).encode(), b"".join(parts)])

    @classmethod
    def unpack(cls, content: bytes, key: object) -> KeptState | None:
        """Return what `pack` has packed; None with another key.

        Raises LookupError, TypeError, ValueError, or RecursionError if it is damaged.
        """
        first, _, rest = content.partition(b"\n")
        header = json.loads(first)
        if header["key"] != key:
            return None
        ends = list(accumulate(header["sizes"], initial=0))
        text, rows, paths, stamps, joined, places, numbers = (
            rest[start:end] for start, end in pairwise(ends)
        )
        files, written = Scan(), header["written"]
        files.paths, files.numbers = _split(paths), array("Q", stamps)
        if written:
            written = WrittenFiles(_split(places), array("Q", numbers), *written)
        manifest = header["manifest"]
        return cls(
            report=header["report"] | {"text": text.decode(), "rows": rows.decode()},
            conditions=header["conditions"],
            manifest=manifest and (manifest[0], manifest[1]),
            written=written,
            files=files,
            joined=joined,
        )


def _text(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _paths(paths: Sequence[str]) -> bytes:
    return _text("".join(f"{path}\0" for path in paths))


def _split(paths: bytes) -> list[str]:
    return paths.decode(errors="surrogatepass").split("\0")[:-1]
