"""The pipeline: a site's folder to an output folder. Reads like the table in HOUSE.md.

    load → outline → gather pictures → make (one article at a time) → index → render → write

Every stage gives a value and problems. An error in any of them ends the build before anything is
written.
"""

from __future__ import annotations

import datetime
import gc
import hashlib
import os
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from explainer import (
    article,
    cards,
    index,
    links,
    load,
    outline,
    pictures,
    ratings,
    references,
    render,
    schema,
    schemas,
    search,
    theme,
    workers,
    write,
)
from explainer.cards import Cards
from explainer.model import (
    Asset,
    Entry,
    Library,
    Rating,
    Settings,
    SiteIndex,
    Text,
    Url,
    Where,
)
from explainer.problems import Problem, sort
from explainer.yaml import Located

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told how far a stage is: its name, articles done, articles in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
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
class Built:
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
    written: write.Written | None = None
    """What was done to the output folder, if anything was."""


def build_site(root: Path, options: Options, progress: Progress = lambda *_: None) -> Built:
    """Build the site in the folder `root`. Raises nothing that an author can cause."""
    with _no_collection():
        return _build_site(root, options, progress)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spare Python's garbage collector: a build makes many objects, and hardly a cycle of them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _build_site(root: Path, options: Options, progress: Progress) -> Built:
    understood, texts, found = understand(root, options, progress)
    problems = list(found)

    def end(pages: int = 0, written: write.Written | None = None) -> Built:
        articles = understood.index.articles if understood else ()
        return Built(
            problems=sort(problems),
            texts=texts,
            failed=_failed(problems, options),
            pages=pages,
            annotations=sum(len(article.annotations) for article in articles),
            written=written,
        )

    if understood is None:
        return end()
    if not options.write:
        rendered = _render_all(understood, None, options.jobs, progress)
        problems += rendered.problems
        return end(rendered.pages)
    output = _output(root, understood.settings, options)
    if refused := write.refusal(output, root):
        problems.append(_refused(refused))
    if _failed(problems, options):
        return end()
    done = _write(understood, root, output, options, progress)
    if done.unsearched:
        # Its pages lead to a search that there will not be: once more, without.
        problems += done.unsearched
        if _failed(problems, options):
            return end()
        done = _write(replace(understood, search=None), root, output, options, progress)
    problems += done.problems
    if done.written is None:
        return end(done.pages)
    problems += _kept(done.written, understood.settings)
    with suppress(OSError):  # an editor's convenience is no reason to fail
        schemas.write_schemas(root, understood.scale)
    return end(done.pages, done.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What came of writing a site."""

    problems: Sequence[Problem] = ()
    unsearched: Sequence[Problem] = ()
    """Why the pages could not be indexed. Then nothing is written."""
    pages: int = 0
    written: write.Written | None = None


def _write(
    site: Understood, root: Path, output: Path, options: Options, progress: Progress
) -> _Done:
    """Render a site and put it into the output folder: whole, or not at all."""
    with write.Staging(output, clean=options.clean) as staging:
        if isinstance(staging, write.Refusal):
            return _Done(problems=[_refused(staging)])
        try:
            rendered = _render_all(site, staging.stage, options.jobs, progress)
            staging.adopt(rendered.entries)
            for asset in site.assets:
                staging.copy(asset.target, root / asset.path)
            for place, content in site.versions.items():
                if isinstance(content, bytes):
                    staging.put(place, content)
                else:
                    staging.copy(place, content)
            if rendered.indexed and site.search and not _failed(rendered.problems, options):
                files = {entry.path: staging.stage.file(entry) for entry in rendered.indexed}
                index_files, problems = search.index(site.search, files)
                if problems:
                    return _Done(unsearched=problems)
                own = {asset.target for asset in site.assets}
                for path, content in index_files.items():
                    if path not in own:
                        staging.put(path, content)
        except write.OutputError as error:
            return _Done(problems=[_refused(error.refusal)])
        if _failed(rendered.problems, options):
            return _Done(problems=rendered.problems, pages=rendered.pages)
        written = staging.commit()
    if isinstance(written, write.Refusal):
        return _Done(problems=[*rendered.problems, _refused(written)], pages=rendered.pages)
    return _Done(problems=rendered.problems, pages=rendered.pages, written=written)


@dataclass(frozen=True, slots=True)
class Understood:
    """A site as far as its pages need it: everything before rendering."""

    settings: Settings
    """site.toml, with the command's wishes over it."""
    scale: tuple[Rating, ...]
    """All ratings that a claim may have."""
    index: SiteIndex
    """All articles, and what they have in common."""
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


def understand(
    root: Path, options: Options, progress: Progress = lambda *_: None
) -> tuple[Understood | None, Mapping[str, str], tuple[Problem, ...]]:
    """Read, outline, make and index a site. Gives also every text that was read, by path.

    Gives nothing where there is no site.toml that can be used, no content, or no such theme.
    """
    site, texts, problems = load.load(root)
    if site is None:
        return None, texts, problems
    settings = _settings(site.settings, options)
    library, library_places, found = _library(site)
    problems += found
    pagefind, found = search.find(settings.search.enabled, _search_place(settings, texts))
    problems += found
    plan, found = outline.outline(
        site.documents, site.assets, site.static, settings, today=_today(settings)
    )
    problems += found
    cache = schemas.cache_folder(root) if options.write else None
    problems += _missing_extras(settings, texts)
    gallery = _gallery(root, site, plan, settings, cache, options)
    context = _context(
        settings, library, library_places, plan, gallery, searched=pagefind is not None
    )
    made = _make(plan.entries, context, options.jobs, progress)
    for one in made:
        problems += one.problems
    used = [one.used for one in made if one.used]
    if library_places and len(used) == len(site.documents):
        problems += references.unused(library_places, used)
    site_index, found = index.index([one.article for one in made], plan.addresses)
    problems += found
    problems += outline.check_made_pages(plan, site_index)
    style, found = theme.find(root, settings.theme, cache=cache / "templates" if cache else None)
    problems += found
    if style is None:
        return None, texts, problems
    copied = tuple(Asset(path, target) for path, target in plan.files.items())
    scale = tuple(context.scale.values())
    assets = (*site.static, *copied)
    named = {
        asset.target: hashlib.sha256((root / asset.path).read_bytes()).hexdigest()[:10]
        for asset in assets
        if asset.target in render.OWN_FILES
    }
    places = {asset.target for asset in assets}  # the author's files go before ours
    versions = {place: made for place, made in gallery.files.items() if place not in places}
    understood = Understood(
        settings=settings,
        scale=scale,
        index=site_index,
        aliases=plan.aliases,
        assets=assets,
        named=named,
        theme=style,
        search=pagefind,
        versions=versions,
        cards=_cards(settings, cache, options),
    )
    return understood, texts, problems


def _failed(problems: Iterable[Problem], options: Options) -> bool:
    fatal = {"error", "warning"} if options.strict else {"error"}
    return any(problem.severity in fatal for problem in problems)


def _output(root: Path, settings: Settings, options: Options) -> Path:
    return options.output.absolute() if options.output else root / settings.build.output


# --- the way there -------------------------------------------------------------------------------


def _settings(settings: Settings, options: Options) -> Settings:
    """Put the command's wishes over site.toml's."""
    wishes = replace(
        settings.build,
        drafts=settings.build.drafts or options.drafts,
        future=settings.build.future or options.future,
    )
    return replace(settings, build=wishes, url=options.base_url or settings.url)


def _library(site: load.Site) -> tuple[Library, Located | None, tuple[Problem, ...]]:
    if site.library is None:
        return Library(), None, ()
    library, places, problems = schema.library(site.library)
    return library or Library(), places, problems


def _search_place(settings: Settings, texts: Mapping[str, str]) -> Where:
    """Where site.toml wishes for a search, if it says anything of it."""
    if settings.search.enabled is None:
        return Where(load.SETTINGS)
    places = schema.settings_places(Text(load.SETTINGS, texts[load.SETTINGS]))
    return places.key(("search", "enabled"))


def _missing_extras(settings: Settings, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Tell of what site.toml asks for, and an extra that is not installed would do."""
    wishes = {
        "cards": (settings.images.cards, cards.is_installed),
        "sizes": (settings.images.sizes, pictures.has_pillow),
    }
    lacking = [key for key, (wish, installed) in wishes.items() if wish and not installed()]
    if not lacking:
        return ()
    places = schema.settings_places(Text(load.SETTINGS, texts[load.SETTINGS]))
    return tuple(
        Problem(
            places.where(("images", key)),
            "extra-missing",
            f"`{key}` needs the extra `images`, which is not installed: left out",
            pictures.INSTALL,
            severity="warning",
        )
        for key in lacking
    )


def _gallery(
    root: Path,
    site: load.Site,
    plan: outline.Outline,
    settings: Settings,
    cache: Path | None,
    options: Options,
) -> pictures.Gallery:
    files = {asset.target: root / asset.path for asset in site.static}
    files |= {target: root / path for path, target in plan.files.items()}
    documents = [entry.document for entry in plan.entries]
    texts = [text.content for d in documents for text in (d.article, d.annotations) if text]
    resizing = None
    if settings.images.sizes is not False and pictures.has_pillow():
        resizing = pictures.Resizing(cache, not options.write, options.jobs)
    return pictures.gather(files, texts, resizing)


def _cards(settings: Settings, cache: Path | None, options: Options) -> Cards | None:
    """Nothing where no card is wanted or can be made, or where nothing is written."""
    if settings.images.cards is False or not settings.url or not options.write:
        return None
    return Cards(cache / "cards" if cache else None) if cards.is_installed() else None


def _today(settings: Settings) -> str:
    """The day on which this build takes place, in the site's time zone.

    SOURCE_DATE_EPOCH (reproducible-builds.org) sets the clock: seconds since 1970, UTC.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    zone = zoneinfo.ZoneInfo(settings.timezone)
    if epoch.isascii() and epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch[:11]), zone).date().isoformat()
    return datetime.datetime.now(zone).date().isoformat()


def _context(
    settings: Settings,
    library: Library,
    places: Located | None,
    plan: outline.Outline,
    gallery: pictures.Gallery,
    *,
    searched: bool,
) -> article.Context:
    pages = {entry.address for entry in plan.entries} | {"/"} | set(plan.aliases)
    pages |= set(outline.GENERATED) - {"/assets/"} - (set() if searched else {"/search/"})
    return article.Context(
        language=settings.language,
        authors=settings.authors,
        disclaimers=settings.disclaimers,
        scale=ratings.scale(settings),
        library=library,
        library_places=places,
        known=links.Known(
            addresses=plan.addresses,
            pages=frozenset(pages),
            files=plan.files,
            places=frozenset(plan.files.values()) | plan.static | outline.GENERATED_FILES,
            skipped=plan.skipped,
            pictures=gallery.measured,
        ),
        html=settings.markdown.html,
    )


def _make(
    entries: Sequence[Entry], context: article.Context, jobs: int | None, progress: Progress
) -> list[article.Made]:
    made = []
    count = workers.processes(len(entries), jobs)
    numbers = range(len(entries))
    for one in workers.run(_make_one, (entries, context), numbers, count):
        made.append(one)
        progress("reading", len(made), len(entries))
    return made


def _make_one(shared: tuple[Sequence[Entry], article.Context], number: int) -> article.Made:
    entries, context = shared
    return article.make(entries[number], context)


# --- pages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rendering:
    """What every process needs to render pages."""

    site: Understood
    stage: write.Stage | None
    """Where pages go; nowhere when they are only checked."""

    @cached_property
    def renderer(self) -> render.Renderer:
        site = self.site
        return render.Renderer(
            site.settings,
            site.scale,
            site.theme,
            site.index,
            files=site.named,
            search=site.search is not None,
            cards=site.cards,
        )

    @cached_property
    def own(self) -> frozenset[str]:
        """Places of the author's files: they go before ours."""
        return frozenset(asset.target for asset in self.site.assets)

    def put(self, pages: Sequence[render.Page], problems: Iterable[Problem]) -> _Rendered:
        """Stage pages, and count them."""
        html = sum(page.path.endswith(".html") for page in pages)
        entries: list[write.Entry] = []
        indexed: list[write.Entry] = []
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

    entries: list[write.Entry]
    problems: list[Problem]
    pages: int
    indexed: list[write.Entry]
    """Those of the files that readers search."""

    def add(self, other: _Rendered) -> None:
        self.entries += other.entries
        self.problems += other.problems
        self.pages += other.pages
        self.indexed += other.indexed


def _render_all(
    site: Understood, stage: write.Stage | None, jobs: int | None, progress: Progress
) -> _Rendered:
    """Render the site's pages, then those of every article, each staged as soon as it is made."""
    work = _Rendering(site, stage)
    rendered = work.put(*work.renderer.site(site.aliases))
    rendered.add(work.put(work.renderer.assets(), ()))
    numbers = range(len(site.index.articles))
    count = workers.processes(len(numbers), jobs)
    for done, one in enumerate(workers.run(_render_one, work, numbers, count), 1):
        rendered.add(one)
        progress("writing", done, len(numbers))
    return rendered


def _render_one(work: _Rendering, number: int) -> _Rendered:
    return work.put(*work.renderer.article(work.site.index.articles[number]))


# --- what writing may say ------------------------------------------------------------------------


def _refused(refusal: write.Refusal) -> Problem:
    return Problem(Where("_site"), refusal.code, refusal.message, refusal.hint)


def _kept(written: write.Written, settings: Settings) -> list[Problem]:
    return [
        Problem(
            Where(f"{settings.build.output}/{path}"),
            "output-changed",
            "the site has this file no longer, but somebody changed it since it was written",
            "delete it by hand if nobody needs it",
            severity="warning",
        )
        for path in written.kept
    ]
