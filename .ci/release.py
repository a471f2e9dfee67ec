"""Check that a tag can be released: `python .ci/release.py v1.2.3`.

The tag must match the package's version, and CHANGELOG.md must have a dated section for it. Prints
that section for the release page. If the check fails, prints the reason and exits with 1.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class NotReadyError(Exception):
    """The tag cannot be released. The message says why."""


def notes(tag: str, package: str, changelog: str) -> str:
    """Return the changelog's section for a tag.

    `package`: the text of explainer/__init__.py; `changelog`: the text of CHANGELOG.md. Raises
    NotReadyError if they do not match the tag.
    """
    match = re.search(r'^__version__ = "([^"]+)"$', package, re.MULTILINE)
    version = match[1] if match else "none"
    if tag != f"v{version}":
        raise NotReadyError(f"the tag is {tag}, but explainer/__init__.py has version {version}")
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n")
        if head.split(" ")[0] != version:
            continue
        if not re.fullmatch(r"\S+ \(\d{4}-\d\d-\d\d\)", head):
            expected = f"## {version} (YYYY-MM-DD)"
            raise NotReadyError(f"CHANGELOG.md has the heading `## {head}`; write `{expected}`")
        if not body.strip():
            raise NotReadyError(f"the section of CHANGELOG.md for {version} is empty")
        return body.strip() + "\n"
    raise NotReadyError(f"CHANGELOG.md has no section `## {version} (YYYY-MM-DD)`")


def main(arguments: list[str]) -> int:
    """Check the tag given as the only argument. Return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python .ci/release.py TAG\n")
        return 2
    texts = [
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("explainer/__init__.py", "CHANGELOG.md")
    ]
    try:
        sys.stdout.write(notes(arguments[0], *texts))
    except NotReadyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
