"""`explainer import`: add the content of another program's file to a site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from explainer.anchor.text import ReaderText
from explainer.article.body import parse_body
from explainer.edit.entry import SECTIONS
from explainer.exchange.entries import has_same_data, with_comments
from explainer.exchange.find_article import CommandError, UnreadError, article_path
from explainer.exchange.formats import ImportFormat, read
from explainer.exchange.importer import Import, YamlFile
from explainer.exchange.reading import text_of
from explainer.markdown.data_tables import beside
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model import kinds, ratings
from explainer.model.documents import Document, Text, Texts, annotations_path
from explainer.model.location import Location
from explainer.model.problems import Problem, sort
from explainer.model.settings import Settings
from explainer.parse.text import decode
from explainer.site import load
from explainer.site.load import CONTENT, LIBRARY
from explainer.site.routes import route
from explainer.site.walk import Links
from explainer.support.files import (
    FileChangedError,
    check_inside,
    read_or_none,
    reason,
    update_file,
)
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import."""

    problems: tuple[Problem, ...]
    """Problems to report to the author."""
    texts: Mapping[str, str]
    """The texts that problems refer to, by path."""
    messages: tuple[str, ...] = ()
    """Messages about what was or would be done."""

    @property
    def failed(self) -> bool:
        """Whether the import, or a part of it, failed."""
        return any(problem.severity == "error" for problem in self.problems)


def import_file(
    root: Path,
    file: Path,
    *,
    article: str | None = None,
    form: ImportFormat | None = None,
    library: bool = False,
    unplaced: Path | None = None,
    dry_run: bool = False,
) -> ImportResult:
    """Import a file into the site in the folder `root`.

    `article` names the article whose annotation file receives the entries, as in `article_path`.
    `form` is the file's format, or None to detect it. With `library`, sources and people go to
    content/_library.yaml. `unplaced` is the file for entries that cannot be imported, or None to
    append them to the YAML file as comments. With `dry_run`, nothing is written.

    Raises CommandError if the options do not match the file or the site, and OSError if a file
    cannot be written.
    """
    name = file.as_posix()
    raw = _content(file)
    site, texts, problems = load.load(root)
    if site is None:
        return ImportResult(sort(problems), texts)
    articles = {document.article.path: document.article for document in site.documents}
    try:
        path = None if article is None else article_path(root, article, articles, problems)
    except UnreadError as error:
        return ImportResult(error.problems, texts)
    text, problem = text_of(name, raw)
    if text is None:
        return ImportResult((problem,) if problem else (), {})
    texts = Texts({**texts.every, name: Text(name, text)})
    incoming = read(name, text, form)
    if not (incoming.annotations or incoming.sources or incoming.people):
        message = "the file has nothing to import"
        hint = "use a file of exported annotations or a bibliography"
        nothing = Problem(Location(name), "nothing-there", message, hint)
        return ImportResult(sort(incoming.problems or (nothing,)), texts)
    if path is None and (incoming.annotations or not library):
        raise CommandError(
            "name the article that these annotations are about with --article PATH"
            if incoming.annotations
            else "choose where the sources go with --article PATH or --library"
        )
    job = Import(
        name=name,
        article=_reader_text(site.settings, articles[path], root) if path else None,
        annotations=_file(root, annotations_path(path)) if path else None,
        library=_file(root, f"{CONTENT}/{LIBRARY}"),
        to_library=library,
        ratings=frozenset(ratings.scale(site.settings)),
        kinds=frozenset(kinds.kinds(site.settings)),
    )
    # Import the readable parts even if other parts of the file cannot be read.
    is_sound = job.run(incoming)
    messages = _save(root, job, unplaced, dry_run=dry_run) if is_sound else ["nothing was imported"]
    return ImportResult(sort(job.problems), texts, tuple(messages))


def _reader_text(settings: Settings, article: Text, root: Path) -> ReaderText:
    markdown = Markdown(MarkdownOptions.of(settings.markdown))
    document, _, _ = route(Document(article), settings.timezone)
    files = beside(root / article.path)
    return parse_body(markdown, document, files, settings.language).reader


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {reason(error)}") from None


def _file(root: Path, path: str) -> YamlFile:
    try:
        Links(root).check_write(path)
        raw = read_or_none(root / path)
    except OSError as error:
        raise CommandError(f"{path} cannot be used: {error.strerror}.") from None
    _, problem = decode(path, raw or b"")
    if problem:
        raise CommandError(f"{path}: {problem.message}")
    text = None if raw is None else raw.decode()
    return YamlFile(path, text, text)


# --- saving --------------------------------------------------------------------------------------


def _save(root: Path, job: Import, unplaced: Path | None, *, dry_run: bool) -> list[str]:
    """Write the changed files, and return messages about what was done."""
    messages = [_summary(job)]
    if count := len(job.unplaced):
        things = f"{count} {'entry' if count == 1 else 'entries'} could not be imported"
        verb = "would be saved" if dry_run else "saved"
        if unplaced:
            check_inside(root, unplaced)
            _save_comments(unplaced, job, dry_run=dry_run)
            messages.append(f"{things}: {verb} in {unplaced}")
        else:
            home = job.files[-1]
            new, line = with_comments(home.text, job.unplaced, job.name)
            if not has_same_data(home.text, new, home.path):
                raise CommandError(
                    f"comments cannot be added to {home.path}: name another file with --unplaced"
                )
            if line:
                home.text = new
                messages.append(f"{things}: {verb} as comments in {home.path}, from line {line}")
            else:
                messages.append(f"{things}: already saved as comments in {home.path}")
    changed = [file for file in job.files if file.text not in (None, file.before)]
    if not dry_run:
        for file in changed:
            _update(root / file.path, file.text or "", file.before)
    if changed:
        paths = ", ".join(file.path for file in changed)
        messages.append(f"{'would change' if dry_run else 'changed'}: {paths}")
    else:
        messages.append("no file would change" if dry_run else "no file was changed")
    return messages


def _summary(job: Import) -> str:
    parts = [
        f"{count} {section if count > 1 else kind}"
        for kind, section in SECTIONS.items()
        if (count := job.added[kind])
    ]
    new = f"new: {', '.join(parts) or 'nothing'}"
    return new + (f"; already there: {job.there}" if job.there else "")


def _save_comments(file: Path, job: Import, *, dry_run: bool) -> None:
    try:
        raw = read_or_none(file)
        before = None if raw is None else raw.decode()
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read as UTF-8 text") from None
    text, line = with_comments(before, job.unplaced, job.name)
    if line and not dry_run:
        _update(file, text, before)


def _update(file: Path, text: str, before: str | None) -> None:
    """Write a file. `before` is the content that was read from it, or None if there was no file.

    Raises OSError, and CommandError if the file has changed since it was read.
    """
    try:
        update_file(file, text.encode(), None if before is None else before.encode())
    except FileChangedError:
        message = f"{file} has changed during the import: nothing was written to it"
        raise CommandError(message) from None
