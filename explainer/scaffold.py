"""`explainer new`: a site that builds as it stands. Never overwrites a file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from explainer import __version__

_NAMES = {
    # Tools would act on these names, or leave them out of the package.
    "gitignore": ".gitignore",
    "github/pages.yml": ".github/workflows/pages.yml",
}


def new_site(folder: Path) -> tuple[list[Path], list[Path]]:
    """Make a site in a folder, which may exist and hold files.

    Gives the files that were made, and those that were there and have been left as they are.
    Raises OSError where the folder cannot be written to.
    """
    made: list[Path] = []
    kept: list[Path] = []
    for name, source in _files(files("explainer") / "starter"):
        target = folder / _NAMES.get(name, name)
        if target.exists() or target.is_symlink():
            kept.append(target)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_text(encoding="utf-8").replace("@VERSION@", __version__)
        target.write_text(content, encoding="utf-8", newline="\n")
        made.append(target)
    return made, kept


def _files(folder: Traversable, above: str = "") -> Iterator[tuple[str, Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.name == "__pycache__":
            continue
        if item.is_dir():
            yield from _files(item, f"{above}{item.name}/")
        else:
            yield above + item.name, item
