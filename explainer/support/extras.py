"""Extras: the command that installs what a feature needs."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

Extra: TypeAlias = Literal["images", "links", "search"]

_MODULES: dict[Extra, str] = {"images": "PIL", "links": "httpx", "search": "pagefind_bin"}
"""By extra: a module that shows that it is installed."""


def install(extra: Extra, environment: Path | None = None) -> str:
    """Give the one command that adds an extra where this program is installed.

    `environment`: the folder that it is installed in, `sys.prefix` if not given. pipx and uv
    leave a file in theirs, and replace what is there by what they are asked for: their command
    also names the extras that are installed already.
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
