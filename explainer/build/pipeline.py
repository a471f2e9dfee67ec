"""The pipeline: a site's folder to an output folder. Reads like the table in HOUSE.md.

    load → outline → gather pictures → make (one article at a time) → index → render → write

Every stage gives a value and problems. An error in any of them ends the build before anything is
written.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from explainer.article import fragments, make
from explainer.markdown import link_targets, pictures
from explainer.model import ratings
from explainer.model.annotations import Library
from explainer.model.documents import Asset, Document, RoutedDocument, Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Located, Location
from explainer.model.problems import Problem, sort
from explainer.model.ratings import Rating
from explainer.model.scalars import Url
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.output import search
from explainer.output.commit import CommitResult
from explainer.output.guard import Refusal, check_folder
from explainer.output.stage import OutputError, StagedFile, StageWriter
from explainer.output.staging import Staging
from explainer.parse import editor_schemas, references
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.front_matter import ParsedArticle, read_article
from explainer.render import cards, theme
from explainer.render.cards import Cards
from explainer.render.files import RenderedFile, make_files
from explainer.render.renderer import OWN_FILES, Renderer
from explainer.site import index, load, navigation, routes
from explainer.support import cache, clock, extras, workers

_Head: TypeAlias = tuple[ParsedArticle, tuple[Problem, ...]]
_Library: TypeAlias = tuple[Library, Located | None, tuple[Problem, ...]]
_Search: TypeAlias = tuple[search.Pagefind | None, tuple[Problem, ...]]

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told how far a stage is: its name, articles done, articles in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a command asks for, over what site.toml says."""

    output: Path | None = None
    """In place of site.toml's; relative to the current folder."""
    base_url: Url | None = None
    """In place of site.toml's `url`."""
    drafts: bool = False
    future: bool = False
    strict: bool = False
    """Warnings are errors."""
    clean: bool = False
    """Every file is written anew."""
    jobs: int | None = None
    """Processes; as many as there are cores, if there are many articles."""
    write: bool = True
    """Nothing is written without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What came of a build."""

    problems: tuple[Problem, ...]
    """All of them, sorted."""
    texts: Mapping[str, str]
    """What the authors wrote, by path: problems show lines of it."""
    pages: int = 0
    """HTML pages that were rendered."""
    annotations: int = 0
    """Annotations that stand on them."""
    failed: bool = False
    """Whether there was an error, or with `strict` a warning."""
    written: CommitResult | None = None
    """What was done to the output folder, if anything was."""
    loaded: LoadResult | None = None
    """What the site was understood as, for who looks further."""


def build_site(
    root: Path, options: BuildOptions, progress: Progress = lambda *_: None
) -> BuildResult:
    """Build the site in the folder `root`. Raises nothing that an author can cause."""
    with without_collection():
        return _build_site(root, options, progress)


@contextmanager
def without_collection() -> Iterator[None]:
    """Do without Python's garbage collector: a build makes many objects, and hardly a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _build_site(root: Path, options: BuildOptions, progress: Progress) -> BuildResult:
    loaded = load_site(root, options, progress)
    understood, texts = loaded.site, loaded.texts
    problems = list(loaded.problems)

    def end(pages: int = 0, written: CommitResult | None = None) -> BuildResult:
        articles = understood.index.articles if understood else ()
        return BuildResult(
            problems=sort(problems),
            texts=texts,
            failed=has_failed(problems, options),
            pages=pages,
            annotations=sum(len(article.annotations) for article in articles),
            written=written,
            loaded=loaded,
        )

    if understood is None:
        return end()
    if not options.write:
        rendered = _render_all(understood, None, options.jobs, progress)
        problems += rendered.problems
        return end(rendered.pages)
    output = _output(root, understood.settings, options)
    if refused := check_folder(output, root):
        problems.append(_refused(refused))
    if has_failed(problems, options):
        return end()
    done = _write(understood, root, output, options, progress)
    if done.unsearched:
        # Its pages lead to a search that there will not be: once more, without.
        problems += done.unsearched
        if has_failed(problems, options):
            return end()
        done = _write(replace(understood, search=None), root, output, options, progress)
    problems += done.problems
    if done.written is None:
        return end(done.pages)
    problems += _left(done.written, understood.settings)
    with suppress(OSError):  # an editor's convenience is no reason to fail
        editor_schemas.write_schemas(root, understood.scale)
    return end(done.pages, done.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What came of writing a site."""

    problems: Sequence[Problem] = ()
    unsearched: Sequence[Problem] = ()
    """Why the pages could not be indexed. Then nothing is written."""
    pages: int = 0
    written: CommitResult | None = None


def _write(
    site: Site, root: Path, output: Path, options: BuildOptions, progress: Progress
) -> _Done:
    """Render a site and put it into the output folder: whole, or not at all."""
    with Staging(output, clean=options.clean) as staging:
        if isinstance(staging, Refusal):
            return _Done(problems=[_refused(staging)])
        try:
            writer = staging.writer
            rendered = _render_all(site, writer, options.jobs, progress)
            staged = list(rendered.entries)
            staged += (writer.copy(asset.target, root / asset.path) for asset in site.assets)
            for place, content in site.versions.items():
                if isinstance(content, bytes):
                    staged.append(writer.put(place, content))
                else:
                    staged.append(writer.copy(place, content))
            if rendered.indexed and site.search and not has_failed(rendered.problems, options):
                files = {file.path: writer.content_path(file) for file in rendered.indexed}
                index_files, problems = search.index(site.search, files)
                if problems:
                    return _Done(unsearched=problems)
                own = {asset.target for asset in site.assets}
                for path, content in index_files.items():
                    if path not in own:
                        staged.append(writer.put(path, content))
        except OutputError as error:
            return _Done(problems=[_refused(error.refusal)])
        if has_failed(rendered.problems, options):
            return _Done(problems=rendered.problems, pages=rendered.pages)
        written = staging.commit(staged)
    if isinstance(written, Refusal):
        return _Done(problems=[*rendered.problems, _refused(written)], pages=rendered.pages)
    return _Done(problems=rendered.problems, pages=rendered.pages, written=written)


@dataclass(frozen=True, slots=True)
class Site:
    """A site as far as its pages need it: everything before rendering."""

    settings: Settings
    """site.toml, with the command's wishes over it."""
    settings_places: Located
    """site.toml as it is written."""
    scale: tuple[Rating, ...]
    """All ratings that a claim may have."""
    index: SiteIndex
    """All articles, and what they have in common."""
    menu: tuple[navigation.MenuItem, ...]
    """The links before the sections."""
    aliases: Mapping[str, str]
    """By an older address: the address that it leads to."""
    assets: tuple[Asset, ...]
    """Files that are copied."""
    named: Mapping[str, str]
    """Of those, the ones that every page names (`render.OWN_FILES`): a hash of each."""
    theme: theme.Theme
    """How pages look."""
    search: search.Pagefind | None
    """What readers will search it with, if they can."""
    versions: Mapping[str, Path | bytes]
    """By its place in the output: a narrower version of a picture, or the file that holds it."""
    cards: Cards | None
    """Whether and how cards are made."""
    unplaced: Mapping[str, tuple[make.Unplaced, ...]]
    """By an article's address: its annotations that have no place."""

    def renderer(self, *, live: bool = False) -> Renderer:
        """What renders its pages; `live`: for `explainer serve`, whose pages hear from it."""
        return Renderer(
            self.settings,
            self.scale,
            self.theme,
            self.index,
            files=self.named,
            menu=self.menu,
            search=self.search is not None,
            cards=self.cards,
            live=live,
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """What one run leaves for the next: what it made, each with all that it was made from."""

    read: load.Read = field(default_factory=load.Read)
    """The texts."""
    heads: Mapping[str, tuple[str, _Head]] = field(default_factory=dict)
    """By an article's path: its text, and its front matter."""
    library: tuple[Text | None, _Library] | None = None
    """The library's text, and what it says."""
    context: make.ArticleContext | None = None
    """What the articles in `made` share."""
    made: Mapping[str, tuple[RoutedDocument, make.ArticleResult]] = field(default_factory=dict)
    """By an article's path."""
    sound: Mapping[str, Document] = field(default_factory=dict)
    """By an article's path: its last version that a page could be made of."""
    theme: theme.Theme | None = None
    """How pages look."""
    search: tuple[object, _Search] | None = None
    """What was asked of Pagefind, and whether it can be used."""
    gallery: tuple[bool, pictures.Gallery] | None = None
    """Whether pictures get versions, and those that were gathered."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """By its place in the output: the path of a file that is copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """What came of reading a site."""

    site: Site | None
    """Nothing where there is no site.toml that can be used, no content, or no such theme."""
    texts: Mapping[str, str]
    """Every text that was read, by path."""
    problems: tuple[Problem, ...]
    """What is wrong with them."""
    memory: Memory
    """For the next run."""


def load_site(
    root: Path,
    options: BuildOptions,
    progress: Progress = lambda *_: None,
    before: Memory | None = None,
) -> LoadResult:
    """Read, outline, make and index a site.

    `before` is what an earlier run left, or an empty memory. With it, nothing is made again that
    would be the same, and a site is made of what is sound: an article that no page can be made of
    stays as it last was, or is left out.
    """
    known = before or Memory()
    site, texts, problems = load.load(root, known.read)
    if site is None:
        return LoadResult(site=None, texts=texts, problems=problems, memory=known)
    settings = _settings(site.settings, options)
    own = _library(site, known)
    library, library_places, found = own
    problems += found
    wish = (settings.search.enabled, _search_place(settings, site.settings_places))
    asked = known.search[1] if known.search and known.search[0] == wish else search.find(*wish)
    pagefind, found = asked
    problems += found
    heads: dict[str, tuple[str, _Head]] = {}

    def head(text: Text) -> _Head:
        kept = known.heads.get(text.path)
        if kept is None or kept[0] != text.content:
            kept = text.content, read_article(text)
        heads[text.path] = kept
        return kept[1]

    instead = {d.article.path: d for d in _stand_ins(site, known.sound, head)} if before else {}
    documents = _standing(site.documents, instead)
    plan, found = routes.assign_addresses(
        documents,
        site.assets,
        site.static,
        settings,
        today=clock.today(settings.timezone),
        read=head,
    )
    chapters, wrong = navigation.chapters(plan)
    problems += tuple(p for p in (*found, *wrong) if p.location.path not in instead)
    menu, found = navigation.menu(settings, plan, site.settings_places)
    problems += found
    folder = cache.folder(root) if options.write else None
    problems += _missing_extras(settings, site.settings_places)
    copied = tuple(Asset(path, target) for path, target in plan.files.items())
    assets = (*site.static, *copied)
    gallery = _gallery(root, site, plan, settings, folder, options, known)
    context = _context(
        site, settings, library, library_places, plan, gallery, searched=pagefind is not None
    )
    if known.context == context and known.context:
        context = known.context  # it has its parsers
    made = _make(plan.entries, context, known, options.jobs, progress)
    for entry, one in zip(plan.entries, made, strict=True):
        if entry.document.article.path not in instead:
            problems += one.problems
    for document in site.documents:
        if document.article.path in instead:
            problems += _unsound(document, plan, context)
    used = [one.used for one in made if one.used]
    if library_places and len(used) == len(site.documents) and not instead:
        problems += references.unused(library_places, used)
    sound = [
        (entry, one)
        for entry, one in zip(plan.entries, made, strict=True)
        if before is None or _has_page(entry, one, plan, site.unread)
    ]
    articles = [one.article for _, one in sound]
    site_index, found = index.index(articles, plan.addresses, chapters)
    problems += found
    problems += routes.check_made_pages(plan, site_index)
    problems += fragments.check(
        [
            pointer
            for entry, one in sound
            if entry.document.article.path not in instead
            for pointer in one.pointers
        ],
        {one.article.address: one.anchors for _, one in sound},
        site_index.sources,
    )
    style, found = theme.find(root, settings.theme, cache=folder / "templates" if folder else None)
    problems += found
    if style is None:
        return LoadResult(site=None, texts=texts, problems=problems, memory=known)
    if before and style.digests and known.theme and _is_same(style, known.theme):
        style = known.theme  # it has its templates compiled
    scale = tuple(context.scale.values())
    named, found = _named(root, assets)
    problems += found
    places = {asset.target for asset in assets}  # the author's files go before ours
    versions = {place: made for place, made in gallery.files.items() if place not in places}
    understood = Site(
        settings=settings,
        settings_places=site.settings_places,
        scale=scale,
        index=site_index,
        menu=menu,
        aliases=plan.aliases,
        assets=assets,
        named=named,
        theme=style,
        search=pagefind,
        versions=versions,
        cards=_cards(settings, folder, options),
        unplaced={one.article.address: one.unplaced for _, one in sound if one.unplaced},
    )
    memory = Memory(
        read=load.Read(texts, site.stamps),
        heads=heads,
        library=(site.library, own),
        context=context,
        made={
            entry.document.article.path: (entry, one)
            for entry, one in zip(plan.entries, made, strict=True)
        },
        sound={entry.document.article.path: entry.document for entry, _ in sound},
        theme=style,
        search=(wish, asked),
        gallery=(_resizes(settings), gallery),
        assets={asset.target: asset.path for asset in assets},
    )
    return LoadResult(site=understood, texts=texts, problems=problems, memory=memory)


def _named(root: Path, assets: Iterable[Asset]) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Hash the files that every page names. A problem: `unreadable`."""
    named: dict[str, str] = {}
    problems: list[Problem] = []
    for asset in assets:
        if asset.target in OWN_FILES:
            try:
                content = (root / asset.path).read_bytes()
            except OSError as error:
                message = f"cannot be read: {error.strerror}"
                problems.append(Problem(Location(asset.path), "unreadable", message))
            else:
                named[asset.target] = hashlib.sha256(content).hexdigest()[:10]
    return named, tuple(problems)


def _is_same(one: theme.Theme, other: theme.Theme) -> bool:
    return (one.folders, one.digests) == (other.folders, other.digests)


# --- articles that no page can be made of --------------------------------------------------------


def _stand_ins(
    site: load.SiteFiles, sound: Mapping[str, Document], head: Callable[[Text], _Head]
) -> Iterator[Document]:
    """Give the last sound versions of the articles that are not so now."""
    now = {document.article.path: document for document in site.documents}
    for path, last in sound.items():
        document = now.get(path)
        if document is None:
            if path in site.unread:
                yield last
        elif document != last and not _is_sound(document, site.unread, head):
            yield last


def _has_page(
    entry: RoutedDocument, made: make.ArticleResult, plan: routes.Routes, unread: frozenset[str]
) -> bool:
    document = entry.document
    if document.annotations is None and _beside(document) in unread:
        return False
    return made.sound and document.article.path not in plan.unsound


def _beside(document: Document) -> str:
    """The path of a document's annotation file, whether there is one or not."""
    return document.article.path.removesuffix(".md") + ".yaml"


def _is_sound(document: Document, unread: frozenset[str], head: Callable[[Text], _Head]) -> bool:
    if head(document.article)[0].front is None:
        return False
    if document.annotations is None:
        return _beside(document) not in unread
    return read_annotations(document.annotations)[0] is not None


def _standing(
    documents: Sequence[Document], instead: Mapping[str, Document]
) -> tuple[Document, ...]:
    """Put stand-ins in the places of their documents, and those of unreadable ones at the end."""
    own = {document.article.path for document in documents}
    rest = [document for path, document in instead.items() if path not in own]
    return (*(instead.get(d.article.path, d) for d in documents), *rest)


def _unsound(
    document: Document, plan: routes.Routes, context: make.ArticleContext
) -> tuple[Problem, ...]:
    """Say what is wrong with an article for which its last version stands."""
    path = document.article.path
    parsed, problems = read_article(document.article)
    front = parsed.front or FrontMatter(title=PurePosixPath(path).stem)
    entry = RoutedDocument(
        document, front, plan.addresses[path], parsed.body, parsed.first_line, parsed.places
    )
    return (*problems, *make.make_article(entry, context).problems)


def has_failed(problems: Iterable[Problem], options: BuildOptions) -> bool:
    """Whether there is an error among problems, or with `strict` a warning."""
    fatal = {"error", "warning"} if options.strict else {"error"}
    return any(problem.severity in fatal for problem in problems)


def _output(root: Path, settings: Settings, options: BuildOptions) -> Path:
    return options.output.absolute() if options.output else root / settings.build.output


# --- the way there -------------------------------------------------------------------------------


def _settings(settings: Settings, options: BuildOptions) -> Settings:
    """Put the command's wishes over site.toml's."""
    wishes = replace(
        settings.build,
        drafts=settings.build.drafts or options.drafts,
        future=settings.build.future or options.future,
    )
    return replace(settings, build=wishes, url=options.base_url or settings.url)


def _library(site: load.SiteFiles, known: Memory) -> _Library:
    """Read the library; where it cannot be used, what is known of it stands."""
    text = site.library
    last = known.library[1] if known.library else None
    if last and known.library and known.library[0] == text and text:
        return last
    if text is None:
        unread = f"{load.CONTENT}/{load.LIBRARY}" in site.unread
        return (last[0], last[1], ()) if last and unread else (Library(), None, ())
    library, places, problems = read_library(text)
    if library is None and last:
        return last[0], last[1], problems
    return library or Library(), places, problems


def _search_place(settings: Settings, places: Located) -> Location:
    """Where site.toml wishes for a search, if it says anything of it."""
    if settings.search.enabled is None:
        return Location(load.SETTINGS)
    return places.key(("search", "enabled"))


def _missing_extras(settings: Settings, places: Located) -> tuple[Problem, ...]:
    """Tell of what site.toml asks for, and an extra that is not installed would do."""
    wishes = {
        "cards": (settings.images.cards, cards.is_installed),
        "sizes": (settings.images.sizes, pictures.has_pillow),
    }
    lacking = [key for key, (wish, installed) in wishes.items() if wish and not installed()]
    if not lacking:
        return ()
    return tuple(
        Problem(
            places.location(("images", key)),
            "extra-missing",
            f"`{key}` needs the extra `images`, which is not installed: left out",
            f"install it: {extras.install('images')}",
            severity="warning",
        )
        for key in lacking
    )


def _gallery(
    root: Path,
    site: load.SiteFiles,
    plan: routes.Routes,
    settings: Settings,
    cache: Path | None,
    options: BuildOptions,
    known: Memory,
) -> pictures.Gallery:
    files = {asset.target: root / asset.path for asset in site.static}
    files |= {target: root / path for path, target in plan.files.items()}
    documents = [entry.document for entry in plan.entries]
    texts = [text.content for d in documents for text in (d.article, d.annotations) if text]
    resizing = None
    if _resizes(settings):
        resizing = pictures.Resizing(cache, not options.write, options.jobs)
    before = None
    if known.gallery and known.gallery[0] == (resizing is not None):
        before = _unchanged(files, root, known, site)
    return pictures.gather(files, texts, resizing, before)


def _resizes(settings: Settings) -> bool:
    return settings.images.sizes is not False and pictures.has_pillow()


def _unchanged(
    files: Mapping[str, Path], root: Path, known: Memory, site: load.SiteFiles
) -> pictures.Gallery | None:
    """Give those of the pictures gathered before of which the files are as they were then."""
    if known.gallery is None:
        return None
    measured = {}
    for place, one in known.gallery[1].measured.items():
        path = known.assets[place]
        stamp = known.read.stamps.get(path)
        if stamp and site.stamps.get(path) == stamp and files.get(place) == root / path:
            measured[place] = one
    return pictures.Gallery(measured, known.gallery[1].files)


def _cards(settings: Settings, cache: Path | None, options: BuildOptions) -> Cards | None:
    """Nothing where no card is wanted or can be made, or where nothing is written."""
    if settings.images.cards is False or not settings.url or not options.write:
        return None
    return Cards(cache / "cards" if cache else None) if cards.is_installed() else None


def _context(
    site: load.SiteFiles,
    settings: Settings,
    library: Library,
    places: Located | None,
    plan: routes.Routes,
    gallery: pictures.Gallery,
    *,
    searched: bool,
) -> make.ArticleContext:
    pages = {entry.address for entry in plan.entries} | {"/"} | set(plan.aliases)
    pages |= set(routes.GENERATED) - {"/assets/"} - (set() if searched else {"/search/"})
    return make.ArticleContext(
        language=settings.language,
        authors=settings.authors,
        disclaimers=settings.disclaimers,
        scale=ratings.scale(settings),
        library=library,
        library_places=places,
        known=link_targets.LinkTargets(
            addresses=plan.addresses,
            pages=frozenset(pages),
            files=plan.files,
            output_paths=frozenset(plan.files.values()) | plan.static | routes.GENERATED_FILES,
            skipped=plan.skipped,
            pictures=gallery.measured,
        ),
        html=settings.markdown.html,
        disclaimer_places={
            genre: site.settings_places.location(("disclaimers", genre))
            for genre in settings.disclaimers
        },
    )


def _make(
    entries: Sequence[RoutedDocument],
    context: make.ArticleContext,
    known: Memory,
    jobs: int | None,
    progress: Progress,
) -> list[make.ArticleResult]:
    """Make the articles of entries, but for those that `known` has, made from the same."""
    alike = known.context is not None and replace(known.context, known=context.known) == context
    made: dict[int, make.ArticleResult] = {}
    for i, entry in enumerate(entries):
        if one := _kept(entry, context, known, alike=alike):
            made[i] = one
    numbers = [i for i in range(len(entries)) if i not in made]
    count = workers.processes(len(numbers), jobs)
    for i, one in zip(
        numbers, workers.run(_make_one, (entries, context), numbers, count), strict=True
    ):
        made[i] = one
        progress("reading", len(made), len(entries))
    return [made[i] for i in range(len(entries))]


def _kept(
    entry: RoutedDocument, context: make.ArticleContext, known: Memory, *, alike: bool
) -> make.ArticleResult | None:
    """What is known of an entry, if it would be made the same again.

    `alike`: whether the contexts are the same, but for where links lead.
    """
    path = entry.document.article.path
    kept, made = known.made.get(path, (None, None))
    if not alike or kept is None or made is None:
        return None
    if (kept.document, kept.address) != (entry.document, entry.address):
        return None  # all else of an entry comes from its document
    if known.context is context:
        return made
    same = link_targets.lead_alike(made.asked, path, entry.address, context.known)
    return made if same else None


def _make_one(
    shared: tuple[Sequence[RoutedDocument], make.ArticleContext], number: int
) -> make.ArticleResult:
    entries, context = shared
    return make.make_article(entries[number], context)


# --- pages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rendering:
    """What every process needs to render pages."""

    site: Site
    stage: StageWriter | None
    """Where pages go; nowhere when they are only checked."""

    @cached_property
    def renderer(self) -> Renderer:
        return self.site.renderer()

    @cached_property
    def own(self) -> frozenset[str]:
        """Places of the author's files: they go before ours."""
        return frozenset(asset.target for asset in self.site.assets)

    def put(self, pages: Sequence[RenderedFile], problems: Iterable[Problem]) -> _Rendered:
        """Stage pages, and count them."""
        html = sum(page.path.endswith(".html") for page in pages)
        entries: list[StagedFile] = []
        indexed: list[StagedFile] = []
        if self.stage:
            for page in pages:
                if page.path not in self.own:
                    entries.append(self.stage.put(page.path, page.content))
                    if page.indexed:
                        indexed.append(entries[-1])
        return _Rendered(entries, list(problems), html, indexed)


@dataclass(slots=True)
class _Rendered:
    """What came of rendering: staged files, problems, and how many HTML pages."""

    entries: list[StagedFile]
    problems: list[Problem]
    pages: int
    indexed: list[StagedFile]
    """Those of the files that readers search."""

    def add(self, other: _Rendered) -> None:
        self.entries += other.entries
        self.problems += other.problems
        self.pages += other.pages
        self.indexed += other.indexed


def _render_all(
    site: Site, stage: StageWriter | None, jobs: int | None, progress: Progress
) -> _Rendered:
    """Render the site's pages, then those of every article, each staged as soon as it is made."""
    work = _Rendering(site, stage)
    rendered = work.put(*make_files(work.renderer.site_files(site.aliases)))
    rendered.add(work.put(*make_files(work.renderer.asset_files())))
    numbers = range(len(site.index.articles))
    count = workers.processes(len(numbers), jobs)
    for done, one in enumerate(workers.run(_render_one, work, numbers, count), 1):
        rendered.add(one)
        progress("writing", done, len(numbers))
    return rendered


def _render_one(work: _Rendering, number: int) -> _Rendered:
    article = work.site.index.articles[number]
    return work.put(*make_files(work.renderer.article_files(article)))


# --- what writing may say ------------------------------------------------------------------------


def _refused(refusal: Refusal) -> Problem:
    return Problem(Location("_site"), refusal.code, refusal.message, refusal.hint)


def _left(written: CommitResult, settings: Settings) -> list[Problem]:
    return [
        Problem(
            Location(f"{settings.build.output}/{path}"),
            "output-changed",
            "the site has this file no longer, but somebody changed it since it was written",
            "delete it by hand if nobody needs it",
            severity="warning",
        )
        for path in written.kept
    ]
