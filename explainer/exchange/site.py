"""`explainer export` and `import`: a site's files to other programs' formats, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from explainer.anchor import find
from explainer.article import merge
from explainer.article.body import parse_body
from explainer.build import pipeline
from explainer.exchange import bibtex, csl_json, hypothesis, importer, web_annotation
from explainer.exchange.incoming import Format, Incoming, json_of, text_of
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model import ratings
from explainer.model.annotations import AnnotationFile, Library, Source
from explainer.model.article import Article
from explainer.model.documents import Document, Text
from explainer.model.location import Data, Located, Location
from explainer.model.problems import Problem, sort
from explainer.model.scalars import Url
from explainer.parse import references
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.front_matter import read_article
from explainer.parse.text import decode
from explainer.site import load
from explainer.site.load import CONTENT, LIBRARY
from explainer.support import cache
from explainer.support.files import FileChangedError, update_file

ExportFormat: TypeAlias = Literal["web-annotation", "claimreview", "csl-json", "bibtex"]
"""What `explainer export` writes."""


class WrongUse(Exception):  # noqa: N818 - not an error of the content
    """Something about the call: an article that is not there, a file that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What came of an export."""

    text: str | None
    """What to write; nothing where there is an error among the problems."""
    problems: tuple[Problem, ...]
    """What is wrong with the article's files."""
    texts: Mapping[str, str]
    """What the authors wrote, by path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import."""

    said: tuple[str, ...]
    """What was done, or would be."""
    problems: tuple[Problem, ...]
    """What the author must know."""
    texts: Mapping[str, str]
    """The texts that problems are about, by path."""

    @property
    def failed(self) -> bool:
        """Whether nothing was brought in, or something of the file could not be read."""
        return any(problem.severity == "error" for problem in self.problems)


# --- which article -------------------------------------------------------------------------------


def article_path(root: Path, wanted: str, documents: Mapping[str, object]) -> str:
    """Give the path of the article that is meant, relative to the site.

    It may be named by its file or its annotation file or its folder, from here, from the site's
    folder or from `content/`, with or without the ending. Raises `WrongUse` where there is none.
    """
    bases = [wanted.replace(os.sep, "/").strip("/")]
    with suppress(ValueError, OSError):
        here = Path(os.path.realpath(wanted))
        bases.insert(0, here.relative_to(os.path.realpath(root)).as_posix())
    for base in bases:
        stem = base.removesuffix(".md").removesuffix(".yaml")
        for name in (stem, f"{stem}/index", f"{CONTENT}/{stem}", f"{CONTENT}/{stem}/index"):
            if f"{name}.md" in documents:
                return f"{name}.md"
    from explainer.model.problems import nearest, short

    near = nearest(wanted.strip("/"), [p.removeprefix(f"{CONTENT}/") for p in documents], cutoff=50)
    hint = f" Did you mean {CONTENT}/{near}?" if near else ""
    raise WrongUse(f"there is no article `{short(wanted)}` in this site.{hint}")


# --- export --------------------------------------------------------------------------------------


def export(root: Path, wanted: str, form: ExportFormat, *, base_url: Url | None = None) -> Exported:
    """Write an article's annotations or sources in a format.

    Nothing is written where the article's own files have an error: what is lost could not be told.
    Raises `WrongUse` where there is no such article, and for ClaimReview without an address.
    """
    options = pipeline.BuildOptions(
        drafts=True, future=True, write=False, jobs=1, base_url=base_url
    )
    loaded = pipeline.load_site(root, options)
    texts, site = loaded.texts, loaded.site
    if site is None:
        return Exported(text=None, problems=sort(loaded.problems), texts=texts)
    articles = {article.path: article for article in site.index.articles}
    path = article_path(root, wanted, articles)
    article = articles[path]
    beside, library_path = path.removesuffix(".md") + ".yaml", f"{CONTENT}/{LIBRARY}"
    own = {path, beside, library_path}
    problems = sort(p for p in loaded.problems if p.location.path in own)
    problems = tuple(p for p in problems if p.severity == "error")
    if problems:
        return Exported(text=None, problems=problems, texts=texts)
    file, located, _ = read_annotations(Text(beside, texts.get(beside, "")))
    shared, shared_places, _ = read_library(Text(library_path, texts.get(library_path, "")))
    file, shared = file or AnnotationFile(), shared or Library()
    match form:
        case "claimreview":
            if not site.settings.url:
                raise WrongUse(
                    "ClaimReview needs the published address: set `url` in site.toml, or say "
                    "--base-url"
                )
            renderer = site.renderer()
            reviews = [renderer.claim_review(article, claim) for claim in article.claims]
            graph = [{k: v for k, v in one.items() if k != "@context"} for one in reviews]
            data = {"@context": "https://schema.org", "@graph": graph}
            text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        case "web-annotation":
            collection = site.renderer().annotation_collection(article)
            used = references.used(located)
            sources = _used(located, shared_places, "sources", used.sources)
            people = _used(located, shared_places, "people", used.people)
            written = _written(article, file, located)
            text = web_annotation.write(collection, written, sources, people)
        case _:
            used = references.used(located)
            names = _used(located, shared_places, "sources", used.sources)
            every: dict[str, Source] = dict([*shared.sources.items(), *file.sources.items()])
            wanted_sources = {name: every[name] for name in names if name in every}
            known = [*shared.people.values(), *file.people.values()]
            organizations = frozenset(one.name for one in known if one.type == "organization")
            write = csl_json.write if form == "csl-json" else bibtex.write
            text = write(wanted_sources, organizations=organizations)
    return Exported(text=text, problems=(), texts=texts)


def _written(
    article: Article, file: AnnotationFile, located: Located
) -> list[web_annotation.Written]:
    """Give the entries of an article's annotations, in the order of the article."""
    data = located.data if isinstance(located.data, dict) else {}
    groups: list[tuple[web_annotation.Kind, str, tuple[merge.Content, ...]]] = [
        ("claim", "claims", file.claims),
        ("note", "notes", file.notes),
        ("question", "questions", file.questions),
    ]
    contents = [content for _, _, group in groups for content in group]
    entries: list[web_annotation.Written] = []
    for kind, section, _ in groups:
        found = data.get(section)
        entries += [
            web_annotation.Written(kind, one) for one in (found if isinstance(found, list) else [])
        ]
    by_id = dict(zip(merge.ids(contents), entries, strict=True))
    return [by_id[annotation.id] for annotation in article.annotations]


def _used(
    located: Located, library: Located, section: str, names: frozenset[str]
) -> dict[str, Data]:
    """Give all that a file defines, and what it uses of the library, and what that repeats."""

    def group(data: Data) -> dict[str, Data]:
        found = data.get(section) if isinstance(data, dict) else None
        return found if isinstance(found, dict) else {}

    own, shared = group(located.data), group(library.data)
    found: dict[str, Data] = {}
    waiting = sorted(names - set(own))
    while waiting:
        name = waiting.pop(0)
        entry = shared.get(name)
        if name in found or not isinstance(entry, dict):
            continue
        found[name] = entry
        repeats = entry.get("repeats")
        waiting += [
            one for one in (repeats if isinstance(repeats, list) else []) if isinstance(one, str)
        ]
    return {**own, **{name: shared[name] for name in shared if name in found}}


# --- import --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What `explainer import` is asked for."""

    file: Path
    """What to read."""
    article: str | None = None
    """Whose annotation file it goes to."""
    form: Format | None = None
    """The file's format; found out where it is not said."""
    library: bool = False
    """Sources and people go to content/_library.yaml."""
    unplaced: Path | None = None
    """Where to put what cannot be brought in; at the end of the YAML file where it is not said."""
    dry_run: bool = False
    """Nothing is written."""


def import_file(root: Path, options: ImportOptions) -> Imported:
    """Bring what a file holds into a site. Raises `WrongUse`, and OSError where writing fails."""
    name = options.file.as_posix()
    try:
        raw = options.file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{options.file} cannot be read: {error.strerror}") from None
    site, texts, problems = load.load(root)
    if site is None:
        return Imported(said=(), problems=sort(problems), texts=texts)
    path = None
    if options.article is not None:
        path = article_path(root, options.article, {d.article.path: d for d in site.documents})
    text, problem = text_of(name, raw)
    if text is None:
        return Imported(said=(), problems=(problem,) if problem else (), texts={})
    texts = {**texts, name: text}
    incoming = read(name, text, options.form)
    if not _holds(incoming):
        hint = "an export of annotations, or a bibliography, is wanted"
        nothing = Problem(
            Location(name), "nothing-there", "there is nothing in this file to import", hint
        )
        problems = incoming.problems or (nothing,)
        return Imported(said=(), problems=sort(problems), texts=texts)
    if path is None and (incoming.annotations or not options.library):
        raise WrongUse(
            "say whose annotations these are, with --article PATH"
            if incoming.annotations
            else "say where the sources go: --article PATH, or --library"
        )
    document = next((d for d in site.documents if d.article.path == path), None)
    library = _file(root, f"{CONTENT}/{LIBRARY}", "library")
    own = (
        _file(root, document.article.path.removesuffix(".md") + ".yaml", "annotations")
        if document
        else None
    )
    into = importer.Destination(
        name=name,
        article=_searchable(document, html=site.settings.markdown.html) if document else None,
        annotations=own,
        library=library,
        to_library=options.library,
        ratings=frozenset(ratings.scale(site.settings)),
    )
    outcome = importer.import_all(incoming, into)
    # Nothing of a file that is half understood is lost: what can be read is brought in.
    broken = [p for p in outcome.problems if p.severity == "error" and p.location.path != name]
    if broken:
        return Imported(
            said=("nothing was imported",), problems=sort(outcome.problems), texts=texts
        )
    said = _save(root, options, into, outcome)
    return Imported(said=said, problems=sort(outcome.problems), texts=texts)


def read(path: str, text: str, form: Format | None) -> Incoming:
    """Read a file of another program; its format is found out where it is not given.

    Problems: those of the format's `read`, and `not-json`.
    """
    if form is None and (path.lower().endswith((".bib", ".bibtex")) or _looks_like_bibtex(text)):
        form = "bibtex"
    if form == "bibtex":
        return bibtex.read(path, text)
    data, problem = json_of(path, text)
    if problem:
        return Incoming(problems=(problem,))
    if form is None:
        form = _form(data)
    match form:
        case "hypothesis":
            return hypothesis.read(path, data)
        case "csl-json":
            return csl_json.read(path, data)
        case _:
            return web_annotation.read(path, data)


def _looks_like_bibtex(text: str) -> bool:
    begin = text.lstrip()[:1]
    return begin in ("@", "%")


def _form(data: object) -> Format:
    if hypothesis.is_export(data):
        return "hypothesis"
    items = data.get("items", [data]) if isinstance(data, dict) else data
    first = items[0] if isinstance(items, list) and items else None
    if isinstance(first, dict) and not {"target", "body", "motivation", "@context"} & set(first):
        kind = first.get("type")
        if isinstance(kind, str) and kind[:1].islower():
            return "csl-json"
    return "web-annotation"


def _holds(incoming: Incoming) -> bool:
    return bool(incoming.annotations or incoming.sources or incoming.people)


def _searchable(document: Document, *, html: bool) -> find.Searchable:
    parsed, _ = read_article(document.article)
    return parse_body(Markdown(MarkdownOptions(html=html)), parsed.body).searchable


def _file(root: Path, path: str, kind: str) -> importer.File:
    up = "../" * path.count("/")
    way = f"{up}{cache.FOLDER}/{kind}.schema.json"
    try:
        raw = (root / path).read_bytes()
    except FileNotFoundError:
        return importer.File(path, None, way)
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from None
    _, problem = decode(path, raw)
    if problem:
        raise WrongUse(f"{path}: {problem.message}")
    return importer.File(path, raw.decode(), way)


def _save(
    root: Path, options: ImportOptions, into: importer.Destination, outcome: importer.ImportResult
) -> tuple[str, ...]:
    """Write what came of an import; gives what was done, in words."""
    texts: list[tuple[importer.File, str]] = []
    if outcome.library is not None:
        texts.append((into.library, outcome.library))
    home = into.annotations or into.library
    now = outcome.annotations if into.annotations else outcome.library
    said = [_summary(outcome)]
    if outcome.unplaced:
        count = len(outcome.unplaced)
        things = f"{count} {'thing' if count == 1 else 'things'} could not be imported and"
        verb = "would stand" if options.dry_run else "stand" if count > 1 else "stands"
        if options.unplaced:
            _comment_elsewhere(options, outcome)
            said.append(f"{things} {verb} in {options.unplaced}")
        else:
            before = home.text if now is None else now
            new, line = importer.with_comments(before, outcome.unplaced, into.name)
            if not importer.says_the_same(before, new, home.path):
                raise WrongUse(
                    f"{home.path} cannot take comments at its end: name a file with --unplaced"
                )
            now = new
            if line:
                said.append(f"{things} {verb} as comments in {home.path}, from line {line}")
            else:
                said.append(f"{things} stand as comments in {home.path} already")
    texts = [(file, text) for file, text in texts if file is not home]
    if now is not None and now != home.text:
        texts.append((home, now))
    if not options.dry_run:
        for file, text in texts:
            save(root / file.path, text, file.text)
    changed = ", ".join(file.path for file, _ in texts)
    if changed:
        said.append(f"{'would change' if options.dry_run else 'changed'}: {changed}")
    else:
        said.append("no file changes" if options.dry_run else "no file was changed")
    return tuple(said)


def _summary(outcome: importer.ImportResult) -> str:
    ones = {"people": "person", "sources": "source"}
    parts = [
        f"{count} {section if count > 1 else ones.get(section, section[:-1])}"
        for section in ("claims", "notes", "questions", "sources", "people")
        if (count := outcome.added.get(section, 0))
    ]
    new = (", ".join(parts) or "nothing") + " new"
    return new + (f", {outcome.there} there already" if outcome.there else "")


def _comment_elsewhere(options: ImportOptions, outcome: importer.ImportResult) -> None:
    assert options.unplaced
    try:
        before = options.unplaced.read_bytes().decode()
    except FileNotFoundError:
        before = None
    except (OSError, UnicodeDecodeError):
        raise WrongUse(f"{options.unplaced} cannot be read as text in UTF-8") from None
    text, line = importer.with_comments(before, outcome.unplaced, options.file.as_posix())
    if line and not options.dry_run:
        save(options.unplaced, text, before)


def save(file: Path, text: str, before: str | None) -> None:
    """Write a file; `before` is what was read from it, None if there was no file.

    Raises OSError, and WrongUse if the file has changed since it was read.
    """
    try:
        update_file(file, text.encode(), None if before is None else before.encode())
    except FileChangedError:
        message = f"{file} was changed in the meantime: nothing was written to it"
        raise WrongUse(message) from None
