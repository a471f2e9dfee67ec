"""What the author sees where the site cannot be read, or a page cannot be made."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.serve.responses import Response, error_page, media_type
from explainer.site import load


def unreadable(error: OSError, root: Path) -> Problem:
    """Report a file that was in its folder's listing, but could not be read."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    with suppress(ValueError):
        name = Path(name).relative_to(root).as_posix()
    return Problem(
        Location(name or load.SETTINGS),
        "unreadable",
        f"cannot be read: {error.strerror or type(error).__name__}",
        "everything stays as it was; saving any file has it read anew",
    )


def bug(error: Exception) -> Problem:
    """Report an exception that no author can cause."""
    trace = traceback.extract_tb(error.__traceback__)
    at = f" ({Path(trace[-1].filename).name}, line {trace[-1].lineno})" if trace else ""
    return Problem(
        Location(load.SETTINGS),
        "bug",
        f"a mistake of explainer's own: {type(error).__name__}: {short(str(error))}{at}",
        "please report it, with these words and what you did; all stays as it was",
    )


def no_site(problems: Sequence[Problem]) -> Response:
    """Make the page that stands for every page before the site could be read once."""
    count = sum(problem.severity == "error" for problem in problems)
    text = f"{count} problem{'s' * (count != 1)} to mend first." if count else "It is being read."
    return error_page("This site cannot be shown yet", text)


def no_page(path: str, problem: Problem) -> Response:
    """Make the response for a file, by its path in the output, that could not be made."""
    if not path.endswith(".html"):
        return Response(b"", media_type(path))
    location = problem.location
    place = f"{location.path}, line {location.line}: " if location.line else f"{location.path}: "
    return error_page("This page cannot be shown", place + problem.message)
