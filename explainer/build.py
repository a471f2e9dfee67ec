"""The pipeline: a site's folder to an output folder. Reads like the table in HOUSE.md.

    load → outline → make (one article at a time) → index → render → write

Every stage gives a value and problems. An error in any of them ends the build before anything is
written.
"""

from __future__ import annotations

import datetime
import os
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from explainer import (
    article,
    index,
    links,
    load,
    outline,
    ratings,
    references,
    render,
    schema,
    schemas,
    theme,
    workers,
    write,
)
from explainer.model import (
    Entry,
    Library,
    Rating,
    Settings,
    SiteIndex,
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
    base_url: str | None = None
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
    problems: list[Problem] = []
    texts: dict[str, str] = {}

    def end(pages: int = 0, annotations: int = 0, written: write.Written | None = None) -> Built:
        return Built(
            problems=sort(problems),
            texts=texts,
            failed=_failed(problems, options),
            pages=pages,
            annotations=annotations,
            written=written,
        )

    site, found = load.load(root)
    problems += found
    if site is None:
        return end()
    texts = site.texts
    settings, found = _settings(site.settings, options)
    problems += found
    output = options.output.absolute() if options.output else root / settings.build.output
    if options.write and (refused := write.refusal(output, root)):
        problems.append(_refused(refused))
    library, library_places, found = _library(site)
    problems += found
    plan, found = outline.outline(
        site.documents, site.assets, site.static, settings, today=_today(settings)
    )
    problems += found
    context = _context(settings, library, library_places, plan)
    made = _make(plan.entries, context, options.jobs, progress)
    for one in made:
        problems += one.problems
    used = [one.used for one in made if one.used]
    if library_places and len(used) == len(site.documents):
        problems += references.unused(library_places, used)
    articles = [one.article for one in made]
    site_index, found = index.index(articles, plan.addresses)
    problems += found
    style, found = theme.find(
        root, settings.theme, cache=root / schemas.FOLDER / "templates" if options.write else None
    )
    problems += found
    annotations = sum(len(a.annotations) for a in articles)
    if style is None or (options.write and _failed(problems, options)):
        return end(annotations=annotations)
    work = _Rendering(root, settings, tuple(context.scale.values()), site_index, plan, style)
    if not options.write:
        rendered = _render_all(work, options.jobs, progress)
        problems += rendered.problems
        return end(rendered.pages, annotations)
    with write.Staging(output, clean=options.clean) as staging:
        if isinstance(staging, write.Refusal):
            problems.append(_refused(staging))
            return end(annotations=annotations)
        try:
            rendered = _render_all(replace(work, stage=staging.stage), options.jobs, progress)
            staging.adopt(rendered.entries)
            for asset in site.static:
                staging.copy(asset.target, root / asset.path)
            for path, target in plan.files.items():
                staging.copy(target, root / path)
        except write.OutputError as error:
            problems.append(_refused(error.refusal))
            return end(annotations=annotations)
        problems += rendered.problems
        if _failed(problems, options):
            return end(rendered.pages, annotations)
        written = staging.commit()
        if isinstance(written, write.Refusal):
            problems.append(_refused(written))
            return end(rendered.pages, annotations)
    problems += _kept(written, settings)
    return end(rendered.pages, annotations, written)


def _failed(problems: Iterable[Problem], options: Options) -> bool:
    fatal = {"error", "warning"} if options.strict else {"error"}
    return any(problem.severity in fatal for problem in problems)


# --- the way there -------------------------------------------------------------------------------


def _settings(settings: Settings, options: Options) -> tuple[Settings, tuple[Problem, ...]]:
    """Put the command's wishes over site.toml's."""
    wishes = replace(
        settings.build,
        drafts=settings.build.drafts or options.drafts,
        future=settings.build.future or options.future,
    )
    url, problems = settings.url, []
    if options.base_url:
        try:
            url = Url.check(options.base_url)
        except ValueError as error:
            problems.append(Problem(Where("--base-url"), "bad-value", str(error)))
    return replace(settings, build=wishes, url=url), tuple(problems)


def _library(site: load.Site) -> tuple[Library, Located | None, tuple[Problem, ...]]:
    if site.library is None:
        return Library(), None, ()
    library, places, problems = schema.library(site.library)
    return library or Library(), places, problems


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
    settings: Settings, library: Library, places: Located | None, plan: outline.Outline
) -> article.Context:
    pages = {entry.address for entry in plan.entries} | {"/"} | set(plan.aliases)
    pages |= {address for address in outline.GENERATED if address != "/assets/"}
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
            places=frozenset(plan.files.values()) | plan.static,
            skipped=plan.skipped,
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

    root: Path
    settings: Settings
    scale: tuple[Rating, ...]
    index: SiteIndex
    plan: outline.Outline
    theme: theme.Theme
    stage: write.Stage | None = None
    """Where pages go; nowhere when they are only checked."""

    @cached_property
    def renderer(self) -> render.Renderer:
        return render.Renderer(self.settings, self.scale, self.theme, self.index)

    def put(self, pages: Iterable[render.Page]) -> list[write.Entry]:
        """Stage pages. A file of the author's in static/ goes before one of ours."""
        if self.stage is None:
            return []
        return [
            self.stage.put(page.path, page.content)
            for page in pages
            if page.path not in self.plan.static
        ]


@dataclass(slots=True)
class _Rendered:
    """What came of rendering: staged files, problems, and how many HTML pages."""

    entries: list[write.Entry]
    problems: list[Problem]
    pages: int

    def add(self, other: _Rendered) -> None:
        self.entries += other.entries
        self.problems += other.problems
        self.pages += other.pages


def _render_all(work: _Rendering, jobs: int | None, progress: Progress) -> _Rendered:
    """Render the site's pages, then those of every article, each staged as soon as it is made."""
    pages, problems = work.renderer.site(work.plan.aliases)
    rendered = _rendered(work, pages, problems)
    rendered.entries += work.put(work.renderer.assets())
    numbers = range(len(work.index.articles))
    count = workers.processes(len(numbers), jobs)
    for done, one in enumerate(workers.run(_render_one, work, numbers, count), 1):
        rendered.add(one)
        progress("writing", done, len(numbers))
    return rendered


def _render_one(work: _Rendering, number: int) -> _Rendered:
    return _rendered(work, *work.renderer.article(work.index.articles[number]))


def _rendered(
    work: _Rendering, pages: Sequence[render.Page], problems: Iterable[Problem]
) -> _Rendered:
    html = sum(page.path.endswith(".html") for page in pages)
    return _Rendered(work.put(pages), list(problems), html)


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
