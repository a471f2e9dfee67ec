"""`build --verify`: build a second time without what earlier runs have made, and compare.

A difference is a program error: what earlier runs made must never change what comes out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explainer.build.options import BuildOptions, Progress, no_progress
from explainer.build.pipeline import BuildResult, build_site
from explainer.build.state import Edits
from explainer.model.location import Location
from explainer.model.problems import OUTPUT_CODES, Problem, some, sort
from explainer.model.report import as_rows
from explainer.output.guard import read_manifest
from explainer.support.leftovers import temporary_folder


def build_verified(
    root: Path,
    options: BuildOptions,
    progress: Progress = no_progress,
    edits: Edits | None = None,
) -> BuildResult:
    """Build the site in the folder `root`, and then again from nothing into a temporary folder.

    `edits`: as for `build_site`. Problem, besides those of a build: `bug`, if a file or a message
    of the two differs.
    """
    built = build_site(root, options, progress, edits)
    if built.written is None:
        return built
    with temporary_folder() as folder:
        other = replace(options, output=folder / "site", kept=False)
        again = build_site(root, other, progress)
        if again.loaded.site is None:
            problems = [_bug("the report")]
        elif again.written is None:  # for example, because the disk is full
            problems = [each for each in again.problems if each.code in OUTPUT_CODES]
        else:
            output = options.output_folder(root, again.loaded.site.settings)
            files = _different(Path(os.path.realpath(output)), folder / "site")
            # A file that somebody has changed is kept, and reported.
            files = [path for path in files if path not in built.written.kept]
            problems = [_bug(f"{some(files)} in {output}")] if files else []
            if _messages(built) != _messages(again):
                problems.append(_bug("the report"))
    if not problems:
        return built
    found = sort((*(again if built.report else built).problems, *problems))
    return replace(
        built, problems=found, texts=again.texts, report=None, failed=True, conditions=None
    )


def _different(output: Path, other: Path) -> list[str]:
    """Return the paths of files that only one folder has, or that are not the same in both."""
    paths, others = (read_manifest(str(folder)).claims.keys() for folder in (output, other))
    same = (path for path in paths & others if _content(output, path) == _content(other, path))
    return sorted((paths | others) - set(same))


def _content(folder: Path, path: str) -> bytes | None:
    try:
        return (folder / path).read_bytes()
    except OSError:
        return None


def _messages(built: BuildResult) -> list[Mapping[str, Any]]:
    rows = built.report.rows if built.report else as_rows(built.problems)
    return [problem for problem in json.loads(rows) if problem["code"] not in OUTPUT_CODES]


def _bug(what: str) -> Problem:
    message = f"a bug in explainer: {what} would be different in a build from nothing"
    hint = "please report it with this message; `explainer build --clean` builds from nothing"
    return Problem(Location("site.toml"), "bug", message, hint)
