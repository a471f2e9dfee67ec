"""`explainer import`: what a file of another program holds, into the files of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from explainer.anchor.text import ReaderText
from explainer.article.body import parse_body
from explainer.edit.entry import SECTIONS
from explainer.exchange.entries import has_same_data, with_comments
from explainer.exchange.find_article import CommandError, article_path
from explainer.exchange.formats import ImportFormat, read
from explainer.exchange.importer import Import, YamlFile
from explainer.exchange.reading import text_of
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model import ratings
from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Problem, sort
from explainer.model.settings import Settings
from explainer.parse.front_matter import read_article
from explainer.parse.text import decode
from explainer.site import load
from explainer.site.load import CONTENT, LIBRARY
from explainer.support.files import FileChangedError, read_or_none, update_file


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of an import."""

    problems: tuple[Problem, ...]
    """What the author must know."""
    texts: Mapping[str, str]
    """The texts that problems are about, by path."""
    said: tuple[str, ...] = ()
    """What was done, or would be: a sentence each."""

    @property
    def failed(self) -> bool:
        """Whether nothing was imported, or something of the file could not be read."""
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
    """Import what a file holds into the site in the folder `root`.

    `article`: the one whose annotation file entries go to, as `article_path` takes it. `form`: the
    file's format; None detects it. `library`: sources and people go to content/_library.yaml.
    `unplaced`: the file for what cannot be imported; None for the end of the YAML file. `dry_run`:
    nothing is written.

    Raises CommandError if the options do not fit the file or the site, and OSError if a file cannot
    be written.
    """
    name = file.as_posix()
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    site, texts, problems = load.load(root)
    if site is None:
        return ImportResult(sort(problems), texts)
    articles = {document.article.path: document.article for document in site.documents}
    path = None if article is None else article_path(root, article, articles)
    text, problem = text_of(name, raw)
    if text is None:
        return ImportResult((problem,) if problem else (), {})
    texts = {**texts, name: text}
    incoming = read(name, text, form)
    if not (incoming.annotations or incoming.sources or incoming.people):
        message = "there is nothing in this file to import"
        hint = "an export of annotations, or a bibliography, is wanted"
        nothing = Problem(Location(name), "nothing-there", message, hint)
        return ImportResult(sort(incoming.problems or (nothing,)), texts)
    if path is None and (incoming.annotations or not library):
        raise CommandError(
            "say whose annotations these are, with --article PATH"
            if incoming.annotations
            else "say where the sources go: --article PATH, or --library"
        )
    job = Import(
        name=name,
        article=_reader_text(site.settings, articles[path]) if path else None,
        annotations=_file(root, path.removesuffix(".md") + ".yaml") if path else None,
        library=_file(root, f"{CONTENT}/{LIBRARY}"),
        to_library=library,
        ratings=frozenset(ratings.scale(site.settings)),
    )
    # Nothing of a file that can be read in part is lost: what can be read is imported.
    is_sound = job.run(incoming)
    said = _save(root, job, unplaced, dry_run=dry_run) if is_sound else ["nothing was imported"]
    return ImportResult(sort(job.problems), texts, tuple(said))


def _reader_text(settings: Settings, article: Text) -> ReaderText:
    markdown = Markdown(MarkdownOptions(html=settings.markdown.html))
    return parse_body(markdown, read_article(article)[0].body).reader


def _file(root: Path, path: str) -> YamlFile:
    try:
        raw = read_or_none(root / path)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    _, problem = decode(path, raw or b"")
    if problem:
        raise CommandError(f"{path}: {problem.message}")
    text = None if raw is None else raw.decode()
    return YamlFile(path, text, text)


# --- saving --------------------------------------------------------------------------------------


def _save(root: Path, job: Import, unplaced: Path | None, *, dry_run: bool) -> list[str]:
    """Write what came of an import; gives what was done, in words."""
    said = [_summary(job)]
    if count := len(job.unplaced):
        things = f"{count} {'thing' if count == 1 else 'things'} could not be imported and"
        verb = "would stand" if dry_run else "stand" if count > 1 else "stands"
        if unplaced:
            _save_comments(unplaced, job, dry_run=dry_run)
            said.append(f"{things} {verb} in {unplaced}")
        else:
            home = job.files[-1]
            new, line = with_comments(home.text, job.unplaced, job.name)
            if not has_same_data(home.text, new, home.path):
                raise CommandError(
                    f"{home.path} cannot take comments at its end: name a file with --unplaced"
                )
            if line:
                home.text = new
                said.append(f"{things} {verb} as comments in {home.path}, from line {line}")
            else:
                said.append(f"{things} stand as comments in {home.path} already")
    changed = [file for file in job.files if file.text not in (None, file.before)]
    if not dry_run:
        for file in changed:
            _update(root / file.path, file.text or "", file.before)
    if changed:
        paths = ", ".join(file.path for file in changed)
        said.append(f"{'would change' if dry_run else 'changed'}: {paths}")
    else:
        said.append("no file changes" if dry_run else "no file was changed")
    return said


def _summary(job: Import) -> str:
    parts = [
        f"{count} {section if count > 1 else kind}"
        for kind, section in SECTIONS.items()
        if (count := job.added[kind])
    ]
    new = (", ".join(parts) or "nothing") + " new"
    return new + (f", {job.there} there already" if job.there else "")


def _save_comments(file: Path, job: Import, *, dry_run: bool) -> None:
    try:
        raw = read_or_none(file)
        before = None if raw is None else raw.decode()
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read as text in UTF-8") from None
    text, line = with_comments(before, job.unplaced, job.name)
    if line and not dry_run:
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
