"""Which files must be read again after a change. Paths are relative to the site's folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from explainer.model.documents import Asset
from explainer.site import load


def relative(paths: Iterable[Path], root: Path) -> frozenset[str] | None:
    """Give absolute paths relative to the site's folder.

    None if one is outside of it, or the folder itself: then everything may have changed.
    """
    names: set[str] = set()
    for path in paths:
        for top in (root, Path(os.path.realpath(root))):
            if path.is_relative_to(top) and path != top:
                names.add(path.relative_to(top).as_posix())
                break
        else:
            return None
    return frozenset(names)


def is_changed(path: str, changed: frozenset[str]) -> bool:
    """Whether a file, or a folder that it lies in, is among those that changed."""
    while path:
        if path in changed:
            return True
        path = path.rpartition("/")[0]
    return False


def without(read: load.Read, changed: frozenset[str] | None) -> load.Read:
    """Leave out the stamps of files that may have changed, all where `changed` is None.

    A text without a stamp is read again.
    """
    if changed is None:
        return load.Read()
    stamps = {path: stamp for path, stamp in read.stamps.items() if not is_changed(path, changed)}
    return load.Read(read.texts, stamps)


def has_changed_asset(assets: Iterable[Asset], changed: frozenset[str] | None) -> bool:
    """Whether a copied file, but for style sheets, is among those that changed."""
    if not changed:
        return False
    return any(is_changed(a.path, changed) for a in assets if not a.target.endswith(".css"))
