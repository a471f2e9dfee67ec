"""What a tag must keep before anything is published: `python .ci/release.py v1.2.3`.

The tag is the version that the package says, and CHANGELOG.md has a dated section for it. Prints
that section, for the release's page; exits with 1, and says why, if something does not agree.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class NotReadyError(Exception):
    """Why a tag cannot be released."""


def notes(tag: str, package: str, changelog: str) -> str:
    """Give the changelog's section for a tag.

    `package`: the text of explainer/__init__.py; `changelog`: that of CHANGELOG.md. Raises
    NotReadyError where the three do not agree.
    """
    found = re.search(r'^__version__ = "([^"]+)"$', package, re.MULTILINE)
    version = found[1] if found else "none"
    if tag != f"v{version}":
        raise NotReadyError(f"the tag is {tag}, and explainer/__init__.py says {version}")
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n")
        if head.split(" ")[0] != version:
            continue
        if not re.fullmatch(r"\S+ \(\d{4}-\d\d-\d\d\)", head):
            raise NotReadyError(f"CHANGELOG.md says `## {head}`: write `## {version} (YYYY-MM-DD)`")
        if not body.strip():
            raise NotReadyError(f"CHANGELOG.md says nothing of {version}")
        return body.strip() + "\n"
    raise NotReadyError(f"CHANGELOG.md has no section `## {version} (YYYY-MM-DD)`")


def main(arguments: list[str]) -> int:
    """Check the one tag that is named; gives the exit code."""
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
