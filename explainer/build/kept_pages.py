"""Use rendered files again if they would be rendered from the same input.

The files of an article depend on its relations, which are hashed with every article in them; on the
context that all pages share; and on where the site lists a source. Such a question is recorded with
its answer, and asked again. A page of the site itself depends on the context and on its `Outline`,
or on all articles if the site has templates of its own. A file in the output folder is used if its
content is what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, TypeAlias

from explainer.build import disk, recipes
from explainer.build.disk import Disk
from explainer.build.hashes import digest, digest_outline
from explainer.build.recipes import PackedRecipe
from explainer.build.relations import WaitingArticle, pack_relations
from explainer.build.site import Articles, Site
from explainer.model.article import Article, Digests, LaterBody
from explainer.output.stage import StagedFile, StageWriter
from explainer.render.context import RenderContext
from explainer.render.files import OutputFile
from explainer.render.renderer import Renderer
from explainer.render.views import ArticleRelations
from explainer.support import stamps
from explainer.support.digests import digest_bytes, digest_text
from explainer.support.spool import Held
from explainer.support.stamps import NO_STAMP, Stamp, UnstableError
from explainer.support.values import dataclass

Links: TypeAlias = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """The rendered files of an article, or a page of the site itself."""

    pages: int
    """The number of HTML pages."""
    paths: tuple[str, ...]
    """The paths of all files, even those that a file of the author's replaces."""
    files: tuple[StagedFile, ...]
    """Those that were staged, if there is a stage."""
    indexed: Mapping[str, str]
    """By the paths of those that readers can search: a hash of what is searched of them."""
    links: Links
    """If the site has templates of its own, by its target: a link, and the page that has it."""
    answers: Mapping[str, str]
    """By a source's key: the address of the page that lists it."""


@dataclass(frozen=True, slots=True)
class PageSource:
    """What a page of the site itself is made from."""

    outline: Outline
    recipe: PackedRecipe | None
    """What its template got; None for a file without one, or if that has no value."""

    def without_value(self) -> PageSource:
        """Return the same without the bytes of the recipe, which take much memory."""
        return replace(self, recipe=self.recipe and replace(self.recipe, value=b""))


Source: TypeAlias = bytes | PageSource | None
"""Of an article, its relations, for `unpack_relations`; None if they are not known."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What the database has of them."""

    files: KeptFiles
    stamps: Mapping[str, Stamp]
    """The stamps of the files, by path; `NO_STAMP` for one that was just written."""
    source: Source
    """What they are made from."""

    @classmethod
    def written(
        cls, files: KeptFiles, source: Source, writer: StageWriter | None, now: int
    ) -> KeptRow:
        """Return the row of files that were just written. `now`: see `time.time_ns`."""
        known = {f.path: _stamp(writer, f, now) for f in files.files} if writer else {}
        staged = tuple(each.unstaged() for each in files.files)
        return cls(replace(files, files=staged), known, source)

    def lasting(self, now: int) -> KeptRow:
        """Return the row with only those stamps that a later change of a file would change."""
        return replace(self, stamps={p: _lasting(each, now) for p, each in self.stamps.items()})


@dataclass(frozen=True, slots=True)
class EarlierRuns:
    """The rows of earlier runs, and the hashes of this run's articles by path."""

    rows: Disk
    digests: Mapping[str, Digests]


class KeptPages:
    """The files that earlier runs rendered, and those to keep for later runs."""

    def __init__(
        self,
        kept: EarlierRuns,
        site: Site,
        articles: Articles,
        renderer: Renderer,
        writer: StageWriter | None,
    ) -> None:
        self._rows = kept.rows
        self._site = site
        self.renderer = renderer
        self._writer = writer
        self.shared_parts = _shared_parts(renderer.context)
        """Hashes of what all pages share, by what it is."""
        self.shared = digest(sorted(self.shared_parts.items()))
        """A hash of all that."""
        self._digests = dict(_digests(kept, site, articles))
        self._own_templates = bool(site.theme.own_templates)
        self._every = everything(self._digests) if self._own_templates else b""
        self.varied = {p for p, each in self._digests.items() if each is not kept.digests[p]}
        """The paths of the articles that the index has with another spelling of names."""
        self.around: dict[str, frozenset[str]] = {}
        """By an article's path: the paths of the others that its pages show, if there are any."""
        self.sources: dict[str, PageSource] = {}
        """By the path of a page of the site itself: what it is made from, without recipes."""
        self.are_known = True
        """Whether this is known of all that are made from articles."""
        self._waiting: dict[str, Held] = {}
        """By an article's path: its relations, packed, if its pages are made."""
        self._new: dict[str, Held] = {}
        """By path: new files with what they are made from, packed."""
        self._found: dict[str, tuple[bytes, KeptRow]] = {}
        """By path: the keys and rows of files with new stamps."""
        self._keys: dict[str, bytes] = {}
        """By its path: the key of an article, or of a page of the site itself."""
        self._recipes: dict[str, object] = {}
        """By its path: what the template of a page got that was made."""

    def article(self, article: Article) -> KeptFiles | WaitingArticle | None:
        """Return the files of an article if they can be used again, or what they are made from.

        None if they depend on the whole site.
        """
        path, around = article.path, self.renderer.relations(article)
        if (key := self._key(around)) is None:
            return None
        self._keys[path] = key
        if made := self._read(path, key):
            return made
        assert isinstance(article.body, LaterBody), "an article with a key was packed"
        relations = self._rows.hold(pack_relations(around))
        waiting = WaitingArticle(article.body.whole, relations)
        self._waiting[path] = relations
        return waiting

    def called(self, path: str, recipe: object) -> None:
        """Note what the template of a page gets: see `RenderContext.called`."""
        self._recipes[path] = recipe

    def file(self, file: OutputFile) -> KeptFiles | None:
        """Return a file of the site itself if it was made from the same."""
        if file.inputs is None:
            return None
        path = file.path
        try:
            outline = outline_of(file.inputs())
            key = outline.key(self.shared + self._every, path, self._digests)
        except Exception:  # something has no value, such as a generator, or an inspected article
            self.are_known = False
            return None
        self.sources[path], self._keys[path] = PageSource(outline, None), key
        return self._read(path, key)

    def _read(self, path: str, key: bytes) -> KeptFiles | None:
        value = self._rows.read("pages", path, key)
        if not isinstance(value, KeptRow):
            return None
        if isinstance(value.source, PageSource):
            self.sources[path] = value.source.without_value()
        made = value.files
        if not self.is_answered(made):
            return None
        if self._writer is None:
            return made
        found = present(value, self._writer, self._site.own_files)
        if found is None:
            return None
        if found != value.stamps:
            self._found[path] = key, replace(value, stamps=found)
        return made

    def is_answered(self, made: KeptFiles) -> bool:
        """Whether what was asked of other pages has the same answers as before."""
        ask = self.renderer.context.source_address
        return not made.answers or bool(
            ask and all(ask(each) == answer for each, answer in made.answers.items())
        )

    def key(self, path: str) -> bytes | None:
        """Return the key of what was asked for, if it has one."""
        return self._keys.get(path)

    def keep(self, article: Article, made: KeptFiles) -> None:
        """Keep the files of an article for `save`, if `article` was asked for them."""
        path = article.path
        if path in self._keys:
            held, shown = self._waiting.pop(path), self.around.get(path, frozenset())
            # The index may have other texts of them.
            source = held.read() if self.varied.isdisjoint((path, *shown)) else None
            self._new[path] = self._rows.hold(disk.pack((made, source)))

    def keep_file(self, path: str, made: KeptFiles) -> None:
        """Keep a file of the site itself for `save`, if it is known what it was made from."""
        if path in self._keys:
            packed = recipes.pack(self._recipes.pop(path, None))
            source = replace(self.sources[path], recipe=packed)
            self._new[path] = self._rows.hold(disk.pack((made, source)))
            self.sources[path] = source.without_value()

    def save(self, now: int) -> None:
        """Write all rows. The output folder has the files. `now`: see `time.time_ns`."""
        for path, held in self._new.items():
            files, source = disk.unpack(held.read())
            row = KeptRow.written(files, source, self._writer, now)
            self._rows.keep("pages", path, self._keys[path], disk.pack(row))
        for path, (key, row) in self._found.items():
            self._rows.keep("pages", path, key, disk.pack(row.lasting(now)))
        self._rows.save()

    def _key(self, around: ArticleRelations) -> bytes | None:
        """Return the key of an article's files; None if they depend on the whole site."""
        article, shown = around.article, set[str]()
        if article.address == "/":
            return None
        try:
            key = article_key(
                self.shared, around, self._digests, shown=shown, whole=self._own_templates
            )
        except LookupError:
            return None
        if len(shown) > 1:
            self.around[article.path] = frozenset(shown - {article.path})
        return key


# --- keys ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outline:
    """What a page of the site itself is made from, with the names of articles in their place."""

    rest: bytes
    """A hash of all else."""
    shown: tuple[str, ...]
    """The paths of the articles of which it shows what other pages can show (`Digests.shown`)."""
    whole: tuple[str, ...]
    """The paths of those that it shows with their texts."""

    def key(self, shared: bytes, path: str, digests: Mapping[str, Digests]) -> bytes:
        """Return the key of the page. `shared` is a hash of what all pages share."""
        parts = [shared, digest_text(path), self.rest]
        parts += [digests[path].shown for path in self.shown]
        parts += [digests[path].whole for path in self.whole]
        return digest_bytes(b"".join(parts))


def outline_of(inputs: object) -> Outline:
    """Return the outline of what a page is made from. Raises an error for what has no value."""
    shown: dict[str, None] = {}
    whole: dict[str, None] = {}

    def named(article: Article) -> str:
        shown[article.path] = None
        return article.path

    def named_whole(article: Article) -> str:
        whole[article.path] = None
        return article.path

    rest = digest_outline(inputs, named, named_whole)
    return Outline(rest, tuple(shown), tuple(whole))


def everything(digests: Mapping[str, Digests]) -> bytes:
    """Return a hash of all articles, for pages whose templates may read any part of them."""
    every = (digest_text(path) + own.whole for path, own in digests.items())
    return digest_bytes(b"".join(every))


def article_key(
    shared: bytes,
    around: ArticleRelations,
    digests: Mapping[str, Digests],
    *,
    shown: set[str] | None = None,
    whole: bool = False,
) -> bytes:
    """Return the key of an article's files, and add to `shown` the paths of articles on its pages.

    `whole`: whether its templates may read any part of other articles. Raises LookupError.
    """
    hashes = _Hashes(digests, "whole" if whole else "shown")
    key = digest((shared, digests[around.article.path].whole, around), hashes)
    if shown is not None:
        shown |= hashes.asked
    return key


class _Hashes(Mapping[str, bytes]):
    """One of the hashes of each article, by path. It records which were asked for."""

    def __init__(self, digests: Mapping[str, Digests], name: str) -> None:
        self._digests, self._hash = digests, attrgetter(name)
        self.asked: set[str] = set()

    def __getitem__(self, path: str) -> bytes:
        self.asked.add(path)
        found: bytes = self._hash(self._digests[path])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


def _digests(kept: EarlierRuns, site: Site, articles: Articles) -> Iterator[tuple[str, Digests]]:
    """Yield the hashes of each article, by path, as the site's index has it."""
    made = {result.article.path: result.article for result in articles.made}
    for article in site.index.articles:
        if known := kept.digests.get(article.path):
            if article is not made[article.path]:  # a name is spelt differently
                face = digest(replace(article, body=()))
                hashes = known.whole, known.shown, known.outline, known.frame
                known = Digests.of(*(digest((each, face)) for each in hashes))
            yield article.path, known


def _shared_parts(context: RenderContext) -> Mapping[str, bytes]:
    """Return hashes of all that pages get from their context, by what it is."""
    own = "site", "theme", "assets", "cards", "source_address", "linked", "called"
    site, theme = context.site, context.theme
    values: dict[str, Any] = {each.name: getattr(site, each.name) for each in fields(site)}
    values |= {
        each.name: getattr(context, each.name)
        for each in fields(context)
        if each.name not in own and each.name[0] != "_"
    }
    values["theme"] = theme.name, theme.folders, dict(theme.digests)
    values["styles and scripts"] = [
        getattr(context.assets, each.name)
        for each in fields(context.assets)
        if each.name != "theme"
    ]
    values["cards"] = bool(context.cards)
    values["sheets of sources"] = bool(context.source_address)
    return {name.replace("_", " "): digest(value) for name, value in values.items()}


def present(
    row: KeptRow, writer: StageWriter, own_files: frozenset[str]
) -> dict[str, Stamp] | None:
    """Return the stamps of files in the output folder, by path; None if one has another content.

    `own_files` are the author's files there, which generated files never replace.
    """
    staged = {file.path for file in row.files.files}
    if any((path in own_files) == (path in staged) for path in row.files.paths):
        return None
    found = [_found(writer, file, row.stamps.get(file.path)) for file in row.files.files]
    return None if None in found else dict(filter(None, found))


def _found(writer: StageWriter, file: StagedFile, known: Stamp | None) -> tuple[str, Stamp] | None:
    """Return the path and stamp of a file in the output folder if it has its content."""
    if writer.intact.get(file.path) == (file.sha256,):
        return file.path, known or NO_STAMP
    if file.path not in writer.known:
        return None
    path = f"{writer.output}/{file.path}"
    try:
        stamp = stamps.stamp(path)
        if stamp == known or (stamp[0] == file.size and stamps.digest(path) == file.sha256):
            return file.path, stamp
    except (OSError, UnstableError):
        pass
    return None


def _stamp(writer: StageWriter, file: StagedFile, now: int) -> Stamp:
    try:
        return _lasting(stamps.stamp(f"{writer.output}/{file.path}"), now)
    except (OSError, UnstableError):
        return NO_STAMP


def _lasting(stamp: Stamp, now: int) -> Stamp:
    """Return a stamp if a later change of the file would change it."""
    return NO_STAMP if stamps.is_recent(stamp, now) else stamp
