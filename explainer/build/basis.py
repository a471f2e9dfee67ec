"""What a run leaves for a small edit: see `small_edit.py`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias

from explainer.article.context import ArticleContext, ArticleResult
from explainer.build import disk
from explainer.build.disk import Disk
from explainer.build.pages import WriteResult
from explainer.build.site import LoadResult
from explainer.build.store import Store
from explainer.markdown import data_files, picture_sizes, pictures
from explainer.model.allow import Allowance
from explainer.model.article import Digests
from explainer.model.documents import Asset, RoutedDocument
from explainer.model.problems import OUTPUT_CODES, Problem
from explainer.output.search import Pagefind
from explainer.parse.front_matter import ParsedArticle
from explainer.render.context import RenderContext
from explainer.site import withheld
from explainer.support.values import dataclass

PASSING: Final = (OUTPUT_CODES - {"large-site"}) | {
    "unreadable",
    "asset-unreadable",
    "link-broken",
    "link-outside",
}
"""Codes of problems that may vanish without a change that `LastRun` notices."""
_SHOWN: Final = picture_sizes.ENDINGS | data_files.ENDINGS


OwnProblems: TypeAlias = Callable[[ArticleResult], Iterable[Problem]]
"""Returns the problems that are found in an article alone."""


def own_problems(result: ArticleResult) -> Iterable[Problem]:
    """Return the problems that a build finds in an article alone."""
    return result.problems


@dataclass(frozen=True, slots=True)
class Known:
    """What the last run knew of an article."""

    digests: Digests
    head: bytes
    """A hash of its front matter as written."""
    named: bytes
    """A hash of the names of files in its texts."""
    annotated: bool
    """Whether it has an annotation file."""
    packed: bytes
    """The problems that are found in it alone, packed; empty without any."""

    @property
    def own(self) -> tuple[Problem, ...]:
        """The problems that are found in it alone."""
        return disk.unpack(self.packed) if self.packed else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """What a run leaves for a small edit, and that replaces for the next."""

    basis: bytes
    """The key of the `Basis`."""
    articles: Mapping[str, Known]
    """By path."""
    problems: bytes
    """What the run reported, packed: there can be many, and few edits change them."""
    found: Mapping[str, int]
    """By path: the sizes of the files of the search."""
    size: int
    """The size of all files of the output in bytes."""

    def keep(self, rows: Disk) -> str:
        """Keep it and all new rows, and return its key."""
        key = secrets.token_hex(16)
        rows.keep("runs", "latest", key.encode(), disk.pack(self))
        rows.save(others=True)
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a run leaves for small edits, which do not change it."""

    timezone: str
    url: str | None
    shown: pictures.Finder
    """The pictures and data files that texts can show."""
    decided: Mapping[str, Sequence[Asset]]
    """Files that are published or not because of what names them: see `withheld.named_by`."""
    allowances: tuple[Allowance, ...]
    """The entries of `allow` in all files."""
    context: ArticleContext
    """That of all articles."""
    rendering: RenderContext
    """That of all pages, without what asks for other pages."""
    shared: bytes
    """Its hash, as `KeptPages` makes it."""
    asks: bool
    """Whether pages can ask on which page a source is listed."""
    own_files: frozenset[str]
    """The author's files in the output. Generated files never replace them."""
    shown_whole: frozenset[str]
    """The paths of articles that other pages show with their texts."""
    feed: tuple[str, ...]
    """The paths of those in the feed of articles, if it can be made again from them."""
    lines: Mapping[str, int]
    """By the path of a file: the last line of it that any other problem names."""
    search: Pagefind | None
    indexed: tuple[str, ...]
    """The paths of the pages that readers can search."""
    pages: int
    annotations: int

    def known(
        self,
        document: RoutedDocument,
        head: tuple[ParsedArticle, Sequence[Problem]],
        digests: Digests,
        own: tuple[Problem, ...],
    ) -> Known:
        """Return what is known of an article. `head`: its front matter as `read_article` reads it.

        `own` are the problems that are found in it alone.
        """
        texts = [t.content for t in (document.document.article, document.document.annotations) if t]
        written = _hash(texts[0][: head[0].start], repr(head[1]))
        names = self.shown.in_texts(texts)
        names |= withheld.named_by(document, self.decided, self.url)
        packed = disk.pack(own) if own else b""
        return Known(digests, written, _hash(*sorted(names)), len(texts) > 1, packed)


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run, with what it found and made."""

    loaded: LoadResult
    store: Store
    rows: Disk
    result: WriteResult


def leave(
    run: FinishedRun,
    problems: tuple[Problem, ...],
    annotations: int,
    own: OwnProblems = own_problems,
) -> str:
    """Keep what a run leaves for a small edit, and return its key; empty if it can leave nothing.

    `problems` are all that it reports, and `own` returns those that are found in one article alone.
    """
    site, articles, pages = run.loaded.site, run.loaded.articles, run.result.kept
    if not site or not articles or not pages or site.theme.own_templates:
        return ""  # templates of the site's own can show any part of any article
    renderer = pages.renderer
    is_varied = not pages.varied.isdisjoint(each.path for each in renderer.fed)
    whole = [each for each in site.index.articles if each.address == "/"]
    whole += renderer.fed if is_varied else ()
    basis = Basis(
        timezone=site.settings.timezone,
        url=site.settings.url,
        shown=pictures.Finder((asset.target for asset in site.assets), _SHOWN),
        decided=withheld.by_word(articles.routes.decided),
        allowances=site.allowances,
        context=articles.context,
        rendering=replace(renderer.context, source_address=None),
        shared=pages.shared,
        asks=renderer.context.source_address is not None,
        own_files=site.own_files,
        shown_whole=frozenset(each.path for each in whole),
        feed=() if is_varied else tuple(each.path for each in renderer.fed),
        lines={},
        search=site.search,
        indexed=tuple(run.result.indexed),
        pages=run.result.pages,
        annotations=annotations,
    )
    known: dict[str, Known] = {}
    alone: set[Problem] = set()
    for document, result in articles.results:
        head = run.store.heads[document.path][1]
        digests = run.store.digests[document.path]
        found = tuple(own(result))
        alone.update(found)
        known[document.path] = basis.known(document, head, digests, found)
    lines = _last_lines(problems, alone)
    latest = Latest(
        basis=secrets.token_bytes(16),
        articles=known,
        problems=disk.pack(problems),
        found={file.path: file.size for file in run.result.search},
        size=run.result.size,
    )
    with suppress(Exception):  # an inspector may be a function that has no name
        run.rows.keep("runs", "basis", latest.basis, disk.pack(replace(basis, lines=lines)))
        return latest.keep(run.rows)
    return ""


def _hash(*parts: str) -> bytes:
    return disk.digest_text("\0".join(parts))


def _last_lines(problems: Iterable[Problem], own: Collection[Problem]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for problem in problems:
        if problem not in own:
            for at in (problem.location, *(each.location for each in problem.related)):
                lines[at.path] = max(at.line, lines.get(at.path, 0))
    return lines
