"""Rendered pages → the files that a reader's browser searches, by Pagefind. Its only importer.

Pagefind (https://pagefind.app, the extra `search`) is a program that reads HTML and writes an index
in many small files, of which a browser fetches the few that a search needs. Its documented command
line is used, on a folder with the pages to index and nothing else; its Python interface waits a
tenth of a second for each page. The same pages give the same bytes.

Which pages are indexed, and under which facts, says `render.PageView.indexed` in their HTML; what
of them is left out because every page has it, or another page has it already, stands here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from explainer.model import Where
from explainer.problems import Problem

FOLDER = "search/pagefind/"
"""Where the index lies in the output; `search.js` looks for it there."""

IGNORED = (
    "h1",  # it is the page's title, which is searched as such, and stands above every excerpt
    ".kicker",
    ".byline",
    ".tally",
    ".disclaimer",
    ".badge",
    "sup",
    ".footnotes .footnote-backref",
    ".note-head",
    ".note-foot",
    '.note[data-kind="claim"]',  # a claim has a page of its own
    ".questions > h2",
    ".questions h4",
    ".questions .foot",
    "article.claim h2",
    "article.claim .meaning",
    "article.claim .said",  # who said it is searched as a fact
    "article.claim .passage .from",
    "article.claim .weight",
    "article.claim .none",
    "article.claim .rivals",
)
"""What is not searched within the elements that are: CSS selectors of the theme's templates.

A template may say `data-pagefind-ignore` of further elements, as Pagefind's own manual has it.
"""

_INSTALL = 'install it: pip install "explainer-ssg[search]"'
_ENTRY = "pagefind-entry.json"
_SCRIPT = "pagefind.js"
_PATIENCE = 30
"""Seconds that the program may take to say its version."""


@dataclass(frozen=True, slots=True)
class Pagefind:
    """A Pagefind that runs."""

    program: str
    """The path of its program."""
    where: Where
    """Where site.toml asks for it: what problems with it point to."""


def find(enabled: bool | None, where: Where) -> tuple[Pagefind | None, tuple[Problem, ...]]:
    """Look for Pagefind, and see that it runs here.

    `enabled` is site.toml's wish: False gives nothing, None whatever there is. Problems, all of
    them warnings at `where`: `search-missing` (only if `enabled` is True), `search-failed`.
    """
    if enabled is False:
        return None, ()
    program = _program()
    if program is None:
        if not enabled:
            return None, ()
        message = "the site wants a search, but Pagefind is not installed: it has none"
        return None, (_warning(where, "search-missing", message, _INSTALL),)
    _, trouble = _run([program, "--version"], None, _PATIENCE)
    if trouble:
        return None, (_failed(where, trouble),)
    return Pagefind(program, where), ()


def index(
    pagefind: Pagefind, pages: Mapping[str, str]
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Index pages: gives the index's files, by their path in the output.

    `pages`: by a page's path in the output, the file that has its HTML at the moment. A problem
    `search-failed`, a warning, comes in place of any files.
    """
    with tempfile.TemporaryDirectory(prefix="explainer-search-") as folder:
        try:
            site = f"{folder}/site"
            for path, file in pages.items():
                _place(file, f"{site}/{path}")
            command = [pagefind.program, "--silent", "--site", site, "--output-path", f"{folder}/o"]
            for selector in IGNORED:
                command += ["--exclude-selectors", selector]
            _, trouble = _run(command, folder, None)
            files = {} if trouble else dict(_needed(Path(folder, "o")))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            trouble, files = f"{type(error).__name__}: {error}", {}
        return files, (_failed(pagefind.where, trouble),) if trouble else ()


def _program() -> str | None:
    """The path of Pagefind's program. The package `pagefind` imports asyncio to tell it."""
    for name in ("pagefind_bin_extended", "pagefind_bin"):
        with suppress(ImportError, FileNotFoundError):
            return str(__import__(name).get_executable())
    return None


def _run(command: list[str], folder: str | None, patience: int | None) -> tuple[str, str]:
    """Run a command in a folder: what it says, and what went wrong."""
    # Pagefind also takes options from the environment, and from files in the current folder.
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("PAGEFIND_")}
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours, and no shell
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=patience,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return "", f"it cannot be run ({getattr(error, 'strerror', None) or type(error).__name__})"
    if done.returncode == 0:
        return done.stdout, ""
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return "", f"exit code {done.returncode}" + (f", {said[-1].strip()}" if said else "")


def _place(file: str, at: str) -> None:
    """Let a file be found at another path too, by a link where that can be."""
    os.makedirs(os.path.dirname(at), exist_ok=True)  # noqa: PTH103, PTH120 - thousands of them
    try:
        os.symlink(file, at)  # noqa: PTH211
    except OSError:  # Windows keeps links for developers
        shutil.copyfile(file, at)


def _needed(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of Pagefind's output that `search.js` may fetch: not those of its own interface."""
    languages = json.loads((folder / _ENTRY).read_bytes())["languages"].values()
    wanted = {_ENTRY, _SCRIPT}
    wanted |= {f"wasm.{language.get('wasm') or 'unknown'}.pagefind" for language in languages}
    wanted |= {f"pagefind.{language['hash']}.pf_meta" for language in languages}
    wanted |= {
        path.relative_to(folder).as_posix()
        for kind in ("index", "filter", "fragment")
        for path in (folder / kind).glob("*")
    }
    for name in sorted(wanted):
        yield FOLDER + name, (folder / name).read_bytes()


def _failed(where: Where, trouble: str) -> Problem:
    message = f"Pagefind fails, so that the site has no search: {trouble}"
    hint = f"for a site without search: [search] enabled = false\nor {_INSTALL}, anew"
    return _warning(where, "search-failed", message, hint)


def _warning(where: Where, code: str, message: str, hint: str) -> Problem:
    return Problem(where, code, message, hint, severity="warning")
