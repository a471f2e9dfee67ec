"""Join a script or style sheet of `client/` with the files that it imports.

Pages get a classic script because a module would run only after the page's own scripts. The source
files are modules with imports and exports, so that each can be read, linted, and tested on its own.
The joined files share one scope: no two of them may declare the same name at the top level.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

CLIENT = Path(__file__).parent / "client"

_IMPORT = re.compile(r'^(?:import (?:[^;"]* from )?|@import )"(\.\.?/[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |let |function |class )", re.MULTILINE)


def bundle(name: str) -> bytes:
    """Return the bundle that pages load under `name`, such as `live.js` or `live.css`.

    Each file appears once, before the first file that imports it.
    """
    path = CLIENT / name.replace(".js", ".mjs")
    text = _joined(path, set())
    return (f'"use strict";\n{{\n{text}}}\n' if path.suffix == ".mjs" else text).encode()


def _joined(path: Path, seen: set[Path]) -> str:
    if path in seen:
        return ""
    seen.add(path)

    def imported(match: re.Match[str]) -> str:
        return _joined(Path(os.path.normpath(path.parent / match[1])), seen)

    text = path.read_text(encoding="utf-8")
    return _EXPORT.sub("", _IMPORT.sub(imported, text))
