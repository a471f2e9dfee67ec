"""Run git in a folder. No other module runs git.

Nothing here changes a working tree, an index, or a branch unless the caller's command does.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path


def run(root: Path, *arguments: str, index: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, and return its result even on failure. Git itself prompts for passwords.

    `index`: a file to use as its index. Raises OSError if there is no git.
    """
    return subprocess.run(  # noqa: S603 - no shell; names that look like options are rejected
        ["git", *arguments],  # noqa: S607 - the author's git, wherever it is
        cwd=root,
        env={**os.environ, "GIT_INDEX_FILE": str(index)} if index else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def objects(root: Path, names: Iterable[str]) -> Iterator[bytes | None]:
    """Yield the contents of files in a repository, by their ids or as `REVISION:path`.

    Yield None for what is not there. Git runs once for all of them.
    """
    wanted = list(names)
    if not wanted:
        return
    done = subprocess.run(
        ["git", "cat-file", "--batch"],  # noqa: S607
        cwd=root,
        input="".join(f"{name}\n" for name in wanted).encode(),
        capture_output=True,
        check=False,
    )
    output, at = done.stdout, 0
    for _ in wanted:
        end = output.find(b"\n", at)
        if end < 0:
            yield None
            continue
        header = output[at:end].split(b" ")
        at = end + 1
        if header[-1] in (b"missing", b"ambiguous") or len(header) < 3:
            yield None
            continue
        size = int(header[-1])
        yield output[at : at + size] if header[-2] == b"blob" else None
        at += size + 1
