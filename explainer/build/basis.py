"""What a run leaves for a small edit: see `small_edit.py`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias

from explainer.article.context import ArticleContext, ArticleResult
from explainer.build import disk
from explainer.build.disk import Disk
from explainer.build.kept_pages import KeptPages
from explainer.build.pages import WriteResult
from explainer.build.site import Articles, LoadResult
from explainer.build.store import Store
from explainer.markdown import data_files, picture_sizes, pictures
from explainer.model.allow import Allowance
from explainer.model.article import Digests
from explainer.model.documents import Asset, RoutedDocument
from explainer.model.problems import OUTPUT_CODES, Problem
from explainer.model.ratings import Rating
from explainer.model.settings import Settings
from explainer.model.site import ClaimRef
from explainer.output.search import Pagefind
from explainer.parse.front_matter import ParsedArticle
from explainer.render.context import RenderContext
from explainer.site import navigation, withheld
from explainer.support.digests import digest_text
from explainer.support.values import dataclass

PASSING: Final = (OUTPUT_CODES - {"large-site"}) | {
    "unreadable",
    "asset-unreadable",
    "link-broken",
    "link-outside",
}
"""Codes of problems that may vanish without a change that `LastRun` notices."""
_TITLES: Final = re.compile(
    r"^((?:title|subtitle|summary)[ \t]*[:=])[ \t]*+[^\s&|>\[{].*$", re.MULTILINE
)
"""A title or summary without its value. The value of another key cannot refer to it."""
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
    """A hash of its front matter as written, without titles and summaries of one line."""
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
    settings: Settings
    scale: tuple[Rating, ...]
    addresses: Mapping[str, str]
    chapters: Mapping[str, tuple[str, ...]]
    base: str
    """For the index: see `index.index`."""
    is_varied: bool
    """Whether the index has articles with other spellings of names."""
    shared: bytes
    """Its hash, as `KeptPages` makes it."""
    asks: bool
    """Whether pages can ask on which page a source is listed."""
    own_files: frozenset[str]
    """The author's files in the output. Generated files never replace them."""
    shown_whole: frozenset[str]
    """The paths of articles that other pages show with their texts."""
    fixed: frozenset[str] | None
    """The addresses of articles of which other pages show texts that cannot be made again; None for
    all articles."""
    rows: Mapping[str, tuple[str, ...]]
    """By the path of a file of a list: the paths of the articles of which it has rows."""
    around: Mapping[str, tuple[str, ...]]
    """By an article's path: the paths of the articles whose pages show it, too."""
    feed: tuple[str, ...]
    """The paths of those in the feed of articles, if it can be made again from them."""
    claims: tuple[tuple[str, str], ...]
    """The paths of articles and the ids of their claims in the feed of claims, likewise."""
    lines: Mapping[str, frozenset[int]]
    """By the path of a file: the lines of it that any other problem names."""
    search: Pagefind | None
    shards: int
    """The number of shards of the search."""
    pages: int
    annotations: int

    def is_named(self, document: RoutedDocument, file: str) -> bool:
        """Whether another problem names a line of a document's file that an edit may change."""
        text, first = document.document.article.content, document.first_line
        lines = self.lines.get(file, frozenset())
        if file != document.path:
            return bool(lines)
        titles = {text.count("\n", 0, found.start()) + 1 for found in _TITLES.finditer(text)}
        return any(line >= first or line in titles for line in lines)

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
        written = _hash(_TITLES.sub(r"\1", texts[0][: head[0].start]), repr(head[1]))
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
    claims = [(ref.article.path, ref.claim.id) for ref in renderer.fed_claims]
    feed_is_fixed = not pages.varied.isdisjoint(path for path, _ in claims)
    basis = Basis(
        timezone=site.settings.timezone,
        url=site.settings.url,
        shown=pictures.Finder((asset.target for asset in site.assets), _SHOWN),
        decided=withheld.by_word(articles.routes.decided),
        allowances=site.allowances,
        context=articles.context,
        rendering=replace(renderer.context, source_address=None),
        settings=site.settings,
        scale=tuple(site.scale),
        addresses=articles.routes.addresses,
        chapters=navigation.chapters(articles.routes)[0],
        base=articles.routes.base,
        is_varied=bool(pages.varied),
        shared=pages.shared,
        asks=renderer.context.source_address is not None,
        own_files=site.own_files,
        shown_whole=frozenset(each.path for each in whole),
        fixed=_fixed(pages, renderer.fed_claims if feed_is_fixed else ()),
        rows={path: one.outline.shown for path, one in pages.sources.items() if one.recipe},
        around=_by_article(_around(pages)),
        feed=() if is_varied else tuple(each.path for each in renderer.fed),
        claims=() if feed_is_fixed else tuple(claims),
        lines={},
        search=site.search,
        shards=run.result.shards,
        pages=run.result.pages,
        annotations=annotations,
    )
    known, alone = _known(run, basis, articles, own)
    lines = _lines(problems, alone)
    latest = Latest(
        basis=secrets.token_bytes(16),
        articles=known,
        problems=disk.pack(problems),
        size=run.result.size,
    )
    with suppress(Exception):  # an inspector may be a function that has no name
        run.rows.keep("runs", "basis", latest.basis, disk.pack(replace(basis, lines=lines)))
        return latest.keep(run.rows)
    return ""


def _known(
    run: FinishedRun, basis: Basis, articles: Articles, own: OwnProblems
) -> tuple[dict[str, Known], set[Problem]]:
    """Return what is known of each article, by path, and the problems that one alone has."""
    known: dict[str, Known] = {}
    alone: set[Problem] = set()
    for document, result in articles.results:
        head = run.store.heads[document.path][1]
        digests = run.store.digests[document.path]
        found = tuple(own(result))
        alone.update(found)
        known[document.path] = basis.known(document, head, digests, found)
    return known, alone


def _fixed(pages: KeptPages, claims: Iterable[ClaimRef]) -> frozenset[str] | None:
    """Return the addresses of articles of which pages show texts that cannot be made again.

    These are those that the home page names, that pages of people quote, and those of `claims`.
    None for all articles, if it is not known which a page shows.
    """
    known, renderer = pages.sources, pages.renderer
    has_unknown = any(one.outline.shown and not one.recipe for one in known.values())
    if has_unknown or not pages.are_known:
        return None
    fixed = {address for _, address in renderer.index.related.get("/", ())}
    fixed.update(ref.article.address for ref in claims)
    recipes = (one.recipe for one in known.values())
    return frozenset(fixed).union(*(recipe.whole for recipe in recipes if recipe))


def _around(pages: KeptPages) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the path of each article with those of the articles that its pages show, too."""
    index = pages.renderer.index
    paths = {article.address: article.path for article in index.articles}
    for article in index.articles:
        related = (paths.get(address) for _, address in index.related.get(article.address, ()))
        shown = pages.around.get(article.path, frozenset()).union(filter(None, related))
        yield article.path, shown - {article.path}


def _by_article(pages: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, tuple[str, ...]]:
    """Return which pages show each article, given which articles each page shows."""
    found: dict[str, list[str]] = {}
    for page, articles in pages:
        for article in articles:
            found.setdefault(article, []).append(page)
    return {article: tuple(sorted(on)) for article, on in found.items()}


def _hash(*parts: str) -> bytes:
    return digest_text("\0".join(parts))


def _lines(problems: Iterable[Problem], own: Collection[Problem]) -> dict[str, frozenset[int]]:
    lines: dict[str, set[int]] = {}
    for problem in problems:
        if problem not in own:
            for at in (problem.location, *(each.location for each in problem.related)):
                lines.setdefault(at.path, set()).add(at.line)
    return {path: frozenset(found) for path, found in lines.items()}
