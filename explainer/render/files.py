"""The files of the output, before and after they are rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVarTuple

from explainer.model.article import Article
from explainer.model.problems import Problem
from explainer.render.context import RenderContext
from explainer.render.templates import TemplateError
from explainer.support import addresses
from explainer.support.values import dataclass

_Values = TypeVarTuple("_Values")


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file of the output with its content."""

    path: str
    """Relative to the output folder."""
    content: bytes
    indexed: bool = False
    """Whether readers can search it."""


@dataclass(frozen=True, slots=True)
class WholeArticle:
    """An article among the inputs of a file that shows its texts."""

    article: Article


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file of the output that is not rendered yet."""

    path: str
    """Relative to the output folder."""
    make: Callable[[], RenderedFile]
    """Renders the file. Raises `TemplateError`."""
    inputs: Callable[[], object] | None = None
    """If not None: returns all that it is rendered from besides the context."""


def page_file(
    address: str,
    make: Callable[[RenderContext, *_Values], RenderedFile],
    context: RenderContext,
    *of: *_Values,
) -> OutputFile:
    """Return the page at an address. `make` renders it and gets the other arguments."""
    return OutputFile(addresses.file_of(address), partial(make, context, *of), lambda: of)


def data_file(address: str, make: Callable[[*_Values], bytes], *of: *_Values) -> OutputFile:
    """Return a file that is not a page. `make` returns its content and gets the other arguments."""
    path = addresses.file_of(address)
    return OutputFile(path, lambda: RenderedFile(path, make(*of)))


def make_files(
    files: Iterable[OutputFile],
) -> tuple[tuple[RenderedFile, ...], tuple[Problem, ...]]:
    """Render files. Leaves out files whose template fails, and returns each problem once."""
    rendered: list[RenderedFile] = []
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            rendered.append(file.make())
        except TemplateError as error:
            problems[error.problem] = None
    return tuple(rendered), tuple(problems)
