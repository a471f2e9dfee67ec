"""The manifest: a file in the output folder that lists what builds wrote there.

Nothing else in that folder is ever overwritten or deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from explainer.support.paths import is_output_path

MANIFEST: Final = ".explainer-manifest.json"
"""The manifest's name."""

ABSENT: Final = ""
"""Among the hashes of a path: a build that was killed may not have come to writing it."""

Claims: TypeAlias = Mapping[str, tuple[str, ...]]
"""By path: the SHA-256 of all that a build may have written there. More than one, or `ABSENT` among
them, only after a commit that was killed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What builds wrote to an output folder."""

    raw: bytes | None
    """The file's bytes; None without one."""
    claims: Claims


_Sha256: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Content(BaseModel):
    """A manifest's JSON."""

    model_config = ConfigDict(extra="forbid", strict=True)

    generator: Literal["explainer"]
    version: Literal[1]
    files: dict[str, _Sha256]
    unfinished: dict[str, list[_Sha256 | Literal[""]]] = {}
    """More hashes of some of the files."""


def parse(raw: bytes) -> Claims | None:
    """A manifest's claims; None if any part of it is not as `text` writes it.

    Somebody may have edited it, and its paths decide what is deleted: all or nothing.
    """
    try:
        content = _Content.model_validate_json(raw)
    except ValidationError:
        return None
    files, unfinished = content.files, content.unfinished
    if unfinished.keys() - files.keys() or not all(is_output_path(path) for path in files):
        return None
    return {path: (sha256, *unfinished.get(path, ())) for path, sha256 in files.items()}


def text(claims: Claims) -> bytes:
    """A manifest: one file a line, sorted, without anything that the clock or the machine knows."""
    paths = sorted(claims)
    content: dict[str, object] = {
        "generator": "explainer",
        "version": 1,
        "files": {path: claims[path][0] for path in paths},
    }
    if several := {path: claims[path][1:] for path in paths if len(claims[path]) > 1}:
        content["unfinished"] = several
    return f"{json.dumps(content, indent=0, ensure_ascii=False)}\n".encode()


def union(new: Claims, old: Claims) -> Claims:
    """What may be where, while a commit goes from the one to the other."""
    return {
        path: tuple(dict.fromkeys((*new.get(path, ()), *old.get(path, (ABSENT,)))))
        for path in new.keys() | old.keys()
    }
