"""What a site publishes at one time: now, from its files, or at a revision, from git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cached_property
from pathlib import Path

from explainer.article.merge import Content, contents_of, ids
from explainer.model.annotations import AnnotationFile, Claim, Library, Source
from explainer.model.article import claim_address
from explainer.model.documents import RoutedDocument, annotations_path
from explainer.model.front_matter import FrontMatter
from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Problem
from explainer.model.scalars import Id
from explainer.model.settings import Settings
from explainer.parse.annotations import read_annotations, read_library
from explainer.site import load, routes
from explainer.site.load import CONTENT, LIBRARY, SiteFiles
from explainer.site.routes import Routes
from explainer.support import clock, git
from explainer.support.leftovers import temporary_folder
from explainer.support.values import dataclass
from explainer.upkeep.checkout import check_out
from explainer.upkeep.repository import NoCommitError, NoRevisionError, Repository


@dataclass(frozen=True)
class PublishedArticle:
    """An article that readers can see, with its annotations."""

    routed: RoutedDocument
    drafts: bool
    """Whether drafts are published, too."""
    aliases: tuple[str, ...]
    """Its older addresses."""
    unread: bool = False
    """Whether its annotation file cannot be read at all: `not-utf8` and the like."""

    @property
    def path(self) -> str:
        """Its file, relative to the site's folder."""
        return self.routed.path

    @property
    def address(self) -> str:
        """Its address: `/mill/`."""
        return self.routed.address

    @property
    def front(self) -> FrontMatter:
        """Its front matter."""
        return self.routed.front

    @property
    def texts(self) -> tuple[str, str | None]:
        """The texts of its files."""
        document = self.routed.document
        notes = document.annotations
        return document.article.content, notes.content if notes else None

    @cached_property
    def _read(self) -> tuple[AnnotationFile | None, Located | None, dict[str, KeyPath]]:
        """The annotation file, its data, and the key path of each annotation in it, by id."""
        text = self.routed.document.annotations
        if text is None:
            return (None if self.unread else AnnotationFile()), None, {}
        file, located, _ = read_annotations(text)
        contents = contents_of(file)
        names = ids(content for _, content in contents)
        return file, located, dict(zip(names, (path for path, _ in contents), strict=True))

    @property
    def is_readable(self) -> bool:
        """Whether its annotation file has no error."""
        return self._read[0] is not None

    @property
    def _every(self) -> Iterator[tuple[str, Content]]:
        file, _, paths = self._read
        for name, (kind, i) in paths.items():
            yield name, getattr(file, str(kind))[i]

    @property
    def annotations(self) -> Mapping[str, Content]:
        """Its annotations that readers see, by id; none if the file has an error."""
        return {name: each for name, each in self._every if self.drafts or not each.draft}

    @property
    def claims(self) -> Mapping[str, Claim]:
        """Its claims that readers see, by id."""
        return {name: each for name, each in self.annotations.items() if isinstance(each, Claim)}

    @property
    def draft_claims(self) -> Iterator[str]:
        """The ids of its claims that are drafts."""
        for name, each in self._every:
            if isinstance(each, Claim) and each.draft and not self.drafts:
                yield name

    @property
    def sources(self) -> Mapping[Id, Source]:
        """The sources that its own file defines."""
        return self._read[0].sources if self._read[0] else {}

    @property
    def annotation_path(self) -> str:
        """The path of its annotation file, whether there is one or not."""
        return annotations_path(self.path)

    def location(self, name: str, key: str) -> Location:
        """Return where a key of the annotation with an id is written; without it, the entry."""
        _, located, paths = self._read
        return located.location((*paths[name], key)) if located else Location(self.annotation_path)

    def claim_address(self, name: str) -> str:
        """Return the address of a claim's page."""
        return claim_address(self.address, name)


@dataclass(frozen=True)
class Edition:
    """A site at one time."""

    settings: Settings
    plan: Routes
    articles: Mapping[str, PublishedArticle]
    """By path."""
    library: Library | None = field(default_factory=Library)
    """None if it cannot be read."""
    problems: tuple[Problem, ...] = ()
    """Why articles or the library may be missing."""
    unread: frozenset[str] = frozenset()
    """Files and folders that cannot be read, and articles with errors."""

    @classmethod
    def of(
        cls,
        settings: Settings,
        plan: Routes,
        library: Library | None,
        *,
        problems: Iterable[Problem] = (),
        unread: frozenset[str] = frozenset(),
    ) -> Edition:
        """Return the edition that a site's plan has. `unread`: what cannot be read."""
        aliases: dict[str, list[str]] = {}
        for old, address in plan.aliases.items():
            aliases.setdefault(address, []).append(old)
        articles = {
            document.path: PublishedArticle(
                document,
                settings.build.drafts,
                tuple(aliases.get(document.address, ())),
                unread=annotations_path(document.path) in unread,
            )
            for document in plan.documents
            if document.path not in plan.unsound
        }
        wrong = tuple(each for each in problems if each.severity == "error")
        if f"{CONTENT}/{LIBRARY}" in unread:
            library = None
        return cls(settings, plan, articles, library, wrong, plan.unsound | unread)

    def has_unread(self, path: str) -> bool:
        """Whether there may be an article that cannot be read."""
        return any(f"{path}/".startswith(f"{each}/") for each in self.unread)

    @property
    def not_compared(self) -> Sequence[str]:
        """The paths of articles with errors, of folders that cannot be read, and of the library."""
        here = (path for path in self.unread if path.startswith(f"{CONTENT}/"))
        paths = [path for path in here if not path.endswith(".yaml")]
        return sorted([*paths, *([f"{CONTENT}/{LIBRARY}"] if self.library is None else [])])

    def source(self, article: PublishedArticle, name: str) -> Source | None:
        """Return the source that an article means by an id."""
        shared = self.library.sources if self.library else {}
        return article.sources.get(Id(name)) or shared.get(Id(name))

    def permanent(self, articles: Iterable[PublishedArticle]) -> dict[str, str]:
        """Return the permanent addresses of articles, each with the file that has it.

        As `site.permanent` does for all articles of a build.
        """
        found: dict[str, str] = {}
        for article in articles:
            for address in (article.address, *article.aliases):
                found[address] = article.path
                for name in article.claims:
                    found.setdefault(claim_address(address, name), article.annotation_path)
        return found


def current_edition(root: Path) -> tuple[Edition | None, Mapping[str, str], tuple[Problem, ...]]:
    """Return the site in a folder as its files are now, their texts, and the problems.

    The edition is None if the site cannot be read.
    """
    files, texts, problems = load.load(root)
    if files is None:
        return None, texts, problems
    edition = _edition(files, problems, clock.now(files.settings.timezone))
    return edition, texts, edition.problems


def _edition(files: SiteFiles, problems: Iterable[Problem], now: str) -> Edition:
    plan, others = routes.assign_addresses(files, files.settings, now)
    library = read_library(files.library)[0] if files.library else Library()
    problems = (*problems, *others)
    return Edition.of(files.settings, plan, library, problems=problems, unread=files.unread)


@dataclass(frozen=True)
class OldEdition:
    """A site at a revision."""

    commit: str
    edition: Edition | None
    """None if there was no site yet."""
    renamed: Mapping[str, str]
    """The old paths of files that have been renamed, by new path, both in the site."""
    notes: tuple[str, ...] = ()
    """What is not compared, a sentence each."""


def repository_of(root: Path, option: str) -> Repository:
    """Return the repository that a site is in.

    Raises NoCommitError if it has no commit, and NoRevisionError, which names the `option`, if
    there is none.
    """
    if repository := Repository.find(root):
        return repository
    with suppress(OSError):  # there is no git
        if git.run(root, "rev-parse", "--is-inside-work-tree").stdout.strip() == "true":
            raise NoCommitError("there is no commit in this repository yet")
    raise NoRevisionError(f"{option} needs git, and this folder is not in a git repository")


def old_edition(repository: Repository, commit: str) -> OldEdition:
    """Return the site at a commit. Nothing in the working tree changes. Raises OSError."""
    renames = repository.renames(commit)
    settings = f"{repository.prefix}{load.SETTINGS}"
    prefix = renames.get(settings, settings).removesuffix(load.SETTINGS)
    renamed = {
        new.removeprefix(repository.prefix): old.removeprefix(prefix)
        for new, old in renames.items()
        if new.startswith(repository.prefix) and old.startswith(prefix)
    }
    if prefix != repository.prefix:
        renamed = {new: old for new, old in renamed.items() if new != old}
    with temporary_folder() as folder:
        missing = check_out(repository, commit, prefix, folder)
        notes = [f"the files of the submodule {path} are not compared" for path in missing]
        if not (folder / load.SETTINGS).exists():
            return OldEdition(commit, None, renamed, ("there was no site then",))
        files, _, problems = load.load(folder)
        if files is None and (folder / load.CONTENT).is_dir():
            notes.append(f"{load.SETTINGS} has errors there, so today's settings are used")
            (folder / load.SETTINGS).write_bytes((repository.root / load.SETTINGS).read_bytes())
            files, _, problems = load.load(folder)
        if files is None:
            return OldEdition(commit, None, renamed, (*notes, "there was no site then"))
    seconds = float(repository.line("show", "--no-patch", "--format=%ct", commit))
    edition = _edition(files, problems, clock.moment(seconds, files.settings.timezone))
    return OldEdition(commit, edition, renamed, tuple(notes))
