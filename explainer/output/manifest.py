"""The manifest: a file in the output folder that lists what builds wrote there.

Builds never overwrite or delete anything else in that folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from itertools import islice
from typing import Final, TypeAlias

from explainer.support.paths import is_output_path
from explainer.support.values import dataclass

ABSENT: Final = ""
"""Among the hashes of a path: a build that was killed may not have written the file yet."""

Claims: TypeAlias = Mapping[str, tuple[str, ...]]
"""By path: the SHA-256 hashes of all contents that a build may have written there. There is more
than one, or `ABSENT`, only after a commit that was killed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What builds wrote to an output folder."""

    raw: bytes | None
    """The content of the manifest file; None if there is no file."""
    claims: Claims
    permanent: Mapping[str, str] = field(default_factory=dict)
    """Permanent addresses of the site's pages, each with the author's file that has it."""


_SHA256 = re.compile(r"[0-9a-f]{64}")
_SURROGATE = re.compile(rb"\\u[Dd][89A-Fa-f]")
"""An escape that may be half a character, which cannot be written again."""
_encode: Final[Callable[[str], str]] = json.encoder.encode_basestring
_PARTS: Final = 1000
"""How many parts of a manifest are encoded at once."""
_KEYS = {"generator", "version", "files"}
_MORE = {"unfinished", "permanent"}


def parse(raw: bytes, known: str | None = None) -> Manifest | None:
    """Return what a manifest says, or None if any part of it is invalid.

    Somebody may have edited it, and its paths decide what is deleted, so it is all or nothing.
    `known` is the SHA-256 of one that a build has just made, which is valid.
    """
    if known and hashlib.sha256(raw).hexdigest() == known:
        content = json.loads(raw)
        claims = {path: (sha256,) for path, sha256 in content["files"].items()}
        return Manifest(raw, claims, content.get("permanent", {}))
    try:
        content = None if _SURROGATE.search(raw) else json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not _KEYS <= content.keys() <= _KEYS | _MORE:
        return None
    if content["generator"] != "explainer" or content["version"] != 1:
        return None
    files, unfinished = content["files"], content.get("unfinished", {})
    permanent = content.get("permanent", {})
    if not all(isinstance(group, dict) for group in (files, unfinished, permanent)):
        return None
    if unfinished.keys() - files.keys() or not all(is_output_path(path) for path in files):
        return None
    if not all(isinstance(each, list) for each in unfinished.values()):
        return None
    hashes = (*files.values(), *(one for each in unfinished.values() for one in each if one != ""))
    if not all(isinstance(one, str) and _SHA256.fullmatch(one) for one in hashes):
        return None
    if not all(isinstance(path, str) for path in permanent.values()):
        return None
    claims = {path: (sha256, *unfinished.get(path, ())) for path, sha256 in files.items()}
    return Manifest(raw, claims, permanent)


def text(claims: Claims, permanent: Mapping[str, str]) -> Iterator[bytes]:
    """Yield a manifest: one file per line, sorted, independent of time and machine.

    It comes in parts, because that of a large site takes much memory.
    """
    parts = _parts(claims, permanent)
    while some := "".join(islice(parts, _PARTS)):
        yield some.encode()


def _parts(claims: Claims, permanent: Mapping[str, str]) -> Iterator[str]:
    """Yield a manifest in parts, because it is long: as `json.dumps` with `indent=0` writes it."""
    paths = sorted(claims)
    yield '{\n"generator": "explainer",\n"version": 1,\n"files": '
    yield from _object((path, _encode(claims[path][0])) for path in paths)
    if several := [path for path in paths if len(claims[path]) > 1]:
        yield ',\n"unfinished": '
        yield from _object((path, _list(claims[path][1:])) for path in several)
    if permanent:
        yield ',\n"permanent": '
        yield from _object((address, _encode(permanent[address])) for address in sorted(permanent))
    yield "\n}\n"


def _list(texts: Iterable[str]) -> str:
    listed = ",\n".join(map(_encode, texts))
    return f"[\n{listed}\n]"


def _object(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield an object in parts. Each pair is a key, and a value as JSON."""
    before = "{\n"
    for key, value in pairs:
        yield f"{before}{_encode(key)}: {value}"
        before = ",\n"
    yield "{}" if before == "{\n" else "\n}"


def union(new: Claims, old: Claims) -> Claims:
    """Return the claims that hold while a commit replaces `old` with `new`."""
    return _Union(new, old)


class _Union(Mapping[str, tuple[str, ...]]):
    """The claims of two manifests together, each made only when it is read."""

    def __init__(self, new: Claims, old: Claims) -> None:
        self._new = new
        self._old = old

    def __getitem__(self, path: str) -> tuple[str, ...]:
        mine, before = self._new.get(path), self._old.get(path)
        if mine is None:
            return self._old[path]
        return tuple(dict.fromkeys((*mine, *((ABSENT,) if before is None else before))))

    def __iter__(self) -> Iterator[str]:
        yield from self._new
        yield from (path for path in self._old if path not in self._new)

    def __len__(self) -> int:
        return len(self._new.keys() | self._old.keys())
