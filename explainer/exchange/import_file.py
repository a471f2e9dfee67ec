"""`explainer import`: what a file of another program holds, into the files of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from explainer.anchor import find
from explainer.article.body import parse_body
from explainer.exchange.comments import has_same_data, with_comments
from explainer.exchange.find_article import CommandError, article_path
from explainer.exchange.formats import ImportFormat, read
from explainer.exchange.importer import Destination, ImportedEntries, YamlFile, import_entries
from explainer.exchange.reading import text_of
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model import ratings
from explainer.model.location import Location
from explainer.model.problems import Problem, sort
from explainer.parse.front_matter import read_article
from explainer.parse.text import decode
from explainer.site import load
from explainer.site.load import CONTENT, LIBRARY, SiteFiles
from explainer.support import cache
from explainer.support.files import FileChangedError, read_or_none, update_file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What `explainer import` is asked to do."""

    file: Path
    """What to read."""
    article: str | None = None
    """The article whose annotation file entries go to, as `article_path` takes it."""
    form: ImportFormat | None = None
    """The file's format; None detects it."""
    library: bool = False
    """Whether sources and people go to content/_library.yaml."""
    unplaced: Path | None = None
    """The file for what cannot be imported; None for the end of the YAML file."""
    dry_run: bool = False
    """Whether to write nothing."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of an import."""

    said: tuple[str, ...]
    """What was done, or would be: a sentence each."""
    problems: tuple[Problem, ...]
    """What the author must know."""
    texts: Mapping[str, str]
    """The texts that problems are about, by path."""

    @property
    def failed(self) -> bool:
        """Whether nothing was imported, or something of the file could not be read."""
        return any(problem.severity == "error" for problem in self.problems)


def import_file(root: Path, options: ImportOptions) -> ImportResult:
    """Import what a file holds into a site.

    Raises CommandError if the options do not fit the file or the site, and OSError if a file cannot
    be written.
    """
    name = options.file.as_posix()
    try:
        raw = options.file.read_bytes()
    except OSError as error:
        raise CommandError(f"{options.file} cannot be read: {error.strerror}") from None
    site, texts, problems = load.load(root)
    if site is None:
        return ImportResult((), sort(problems), texts)
    path = None
    if options.article is not None:
        path = article_path(root, options.article, [d.article.path for d in site.documents])
    text, problem = text_of(name, raw)
    if text is None:
        return ImportResult((), (problem,) if problem else (), {})
    texts = {**texts, name: text}
    incoming = read(name, text, options.form)
    if not (incoming.annotations or incoming.sources or incoming.people):
        message = "there is nothing in this file to import"
        hint = "an export of annotations, or a bibliography, is wanted"
        nothing = Problem(Location(name), "nothing-there", message, hint)
        return ImportResult((), sort(incoming.problems or (nothing,)), texts)
    if path is None and (incoming.annotations or not options.library):
        raise CommandError(
            "say whose annotations these are, with --article PATH"
            if incoming.annotations
            else "say where the sources go: --article PATH, or --library"
        )
    destination = Destination(
        name=name,
        article=_searchable(site, path) if path else None,
        annotations=_file(root, path.removesuffix(".md") + ".yaml") if path else None,
        library=_file(root, f"{CONTENT}/{LIBRARY}"),
        to_library=options.library,
        ratings=frozenset(ratings.scale(site.settings)),
    )
    imported = import_entries(incoming, destination)
    # Nothing of a file that can be read in part is lost: what can be read is imported.
    if any(p.severity == "error" and p.location.path != name for p in imported.problems):
        said: tuple[str, ...] = ("nothing was imported",)
    else:
        said = _save(root, options, destination, imported)
    return ImportResult(said, sort(imported.problems), texts)


def _searchable(site: SiteFiles, path: str) -> find.Searchable:
    article = next(d.article for d in site.documents if d.article.path == path)
    markdown = Markdown(MarkdownOptions(html=site.settings.markdown.html))
    return parse_body(markdown, read_article(article)[0].body).searchable


def _file(root: Path, path: str) -> YamlFile:
    kind = "library" if path.endswith(f"/{LIBRARY}") else "annotations"
    schema = f"{'../' * path.count('/')}{cache.FOLDER}/{kind}.schema.json"
    try:
        raw = read_or_none(root / path)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    _, problem = decode(path, raw or b"")
    if problem:
        raise CommandError(f"{path}: {problem.message}")
    return YamlFile(path, None if raw is None else raw.decode(), schema)


# --- saving --------------------------------------------------------------------------------------


def _save(
    root: Path, options: ImportOptions, destination: Destination, imported: ImportedEntries
) -> tuple[str, ...]:
    """Write what came of an import; gives what was done, in words."""
    files = [file for file in (destination.library, destination.annotations) if file]
    texts = dict(imported.texts)
    said = [_summary(imported)]
    if count := len(imported.unplaced):
        things = f"{count} {'thing' if count == 1 else 'things'} could not be imported and"
        verb = "would stand" if options.dry_run else "stand" if count > 1 else "stands"
        if options.unplaced:
            _save_comments(options, options.unplaced, imported)
            said.append(f"{things} {verb} in {options.unplaced}")
        else:
            home = files[-1]
            before = texts.get(home.path, home.text)
            new, line = with_comments(before, imported.unplaced, destination.name)
            if not has_same_data(before, new, home.path):
                raise CommandError(
                    f"{home.path} cannot take comments at its end: name a file with --unplaced"
                )
            if line:
                texts[home.path] = new
                said.append(f"{things} {verb} as comments in {home.path}, from line {line}")
            else:
                said.append(f"{things} stand as comments in {home.path} already")
    changed = [file for file in files if file.path in texts]
    if not options.dry_run:
        for file in changed:
            _update(root / file.path, texts[file.path], file.text)
    paths = ", ".join(file.path for file in changed)
    if paths:
        said.append(f"{'would change' if options.dry_run else 'changed'}: {paths}")
    else:
        said.append("no file changes" if options.dry_run else "no file was changed")
    return tuple(said)


def _summary(imported: ImportedEntries) -> str:
    ones = {"people": "person", "sources": "source"}
    parts = [
        f"{count} {section if count > 1 else ones.get(section, section[:-1])}"
        for section in ("claims", "notes", "questions", "sources", "people")
        if (count := imported.added.get(section, 0))
    ]
    new = (", ".join(parts) or "nothing") + " new"
    return new + (f", {imported.there} there already" if imported.there else "")


def _save_comments(options: ImportOptions, file: Path, imported: ImportedEntries) -> None:
    try:
        raw = read_or_none(file)
        before = None if raw is None else raw.decode()
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read as text in UTF-8") from None
    text, line = with_comments(before, imported.unplaced, options.file.as_posix())
    if line and not options.dry_run:
        _update(file, text, before)


def _update(file: Path, text: str, before: str | None) -> None:
    """Write a file; `before` is what was read from it, None if there was no file.

    Raises OSError, and CommandError if the file has changed since it was read.
    """
    try:
        update_file(file, text.encode(), None if before is None else before.encode())
    except FileChangedError:
        message = f"{file} was changed in the meantime: nothing was written to it"
        raise CommandError(message) from None
