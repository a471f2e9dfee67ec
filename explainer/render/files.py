"""The files of the output: those that can be made, and those that were."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVarTuple

from explainer.model.problems import Problem
from explainer.render.templates import TemplateError
from explainer.support import addresses

_Values = TypeVarTuple("_Values")


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file of the output, with its content."""

    path: str
    """Relative to the output folder."""
    content: bytes
    indexed: bool = False
    """Whether readers can search it."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file of the output that can be made."""

    path: str
    """Relative to the output folder."""
    make: Callable[[], RenderedFile]
    """Makes it. Raises `TemplateError`."""


def page_file(address: str, make: Callable[[*_Values], RenderedFile], *of: *_Values) -> OutputFile:
    """The page at an address, which `make` makes of the other arguments."""
    return OutputFile(addresses.file_of(address), partial(make, *of))


def data_file(address: str, make: Callable[[*_Values], bytes], *of: *_Values) -> OutputFile:
    """A file at an address that is not a page; `make` makes its content."""
    path = addresses.file_of(address)
    return OutputFile(path, lambda: RenderedFile(path, make(*of)))


def make_files(
    files: Iterable[OutputFile],
) -> tuple[tuple[RenderedFile, ...], tuple[Problem, ...]]:
    """Make files. Those whose template fails are left out; problems are returned once each."""
    rendered: list[RenderedFile] = []
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            rendered.append(file.make())
        except TemplateError as error:
            problems[error.problem] = None
    return tuple(rendered), tuple(problems)
