"""Extras: the command that installs what a feature needs."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

Extra: TypeAlias = Literal["images", "links", "math", "search", "search-extended"]

_MODULES: dict[Extra, str] = {
    "images": "PIL",
    "links": "httpx",
    "math": "latex2mathml",
    "search": "pagefind_bin",
    "search-extended": "pagefind_bin_extended",
}
"""By extra: a module that exists if the extra is installed."""


def install(extra: Extra, environment: Path | None = None) -> str:
    """Return the command that adds an extra to this installation.

    `environment` is the folder of the installation, `sys.prefix` by default. pipx and uv leave a
    file there. They replace the installation, so their command also names the installed extras.
    """
    folder = environment or Path(sys.prefix)
    if (folder / "uv-receipt.toml").is_file():
        command, extras = "uv tool install", _with_installed(extra)
    elif (folder / "pipx_metadata.json").is_file():
        command, extras = "pipx install --force", _with_installed(extra)
    else:
        command, extras = "pip install", [extra]
    return f'{command} "explainer-ssg[{",".join(extras)}]"'


def _with_installed(extra: Extra) -> list[Extra]:
    return [name for name, module in _MODULES.items() if name == extra or find_spec(module)]
