"""Read an article and its annotation file for editing."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

from explainer.anchor.text import ReaderText
from explainer.article.body import parse_body
from explainer.article.merge import ids
from explainer.build.site import Site
from explainer.edit import annotation_file
from explainer.edit.entry import Kind, Value
from explainer.markdown.data_tables import beside
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Claim, Note, Question, Source
from explainer.model.documents import Document, RoutedDocument, Text
from explainer.model.kinds import kinds
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.parse import references, yaml
from explainer.parse.annotations import read_annotations
from explainer.parse.lookup import find
from explainer.parse.text import decode
from explainer.serve.editing.requests import RefusalError
from explainer.serve.live import ArticleFiles, SiteState
from explainer.site.load import CONTENT, LIBRARY
from explainer.site.routes import route
from explainer.site.walk import Links
from explainer.support.files import read_or_none
from explainer.support.slugs import make_id

KINDS: Mapping[str, Kind] = {"claims": "claim", "notes": "note", "questions": "question"}
"""The kinds of annotations that a page can add and edit, by section."""
_MOST_SOURCES = 400
"""The most sources of other articles to offer, so that the form loads quickly."""
Entry: TypeAlias = dict[str, Value]


def digest(content: bytes | None) -> str:
    """Return the hash of a file's content; empty if there is no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def resolve(root: Path, path: str) -> Path:
    """Return the real file of a site path. Raises RefusalError if it is outside `content`."""
    content = Path(os.path.realpath(root / CONTENT))
    file = Path(os.path.realpath(root / path))
    inside = content.is_relative_to(os.path.realpath(root)) and file.is_relative_to(content)
    if not inside or file.suffix != ".yaml" or (file.exists() and not file.is_file()):
        raise RefusalError(403, f"`{path}` is not an annotation file in the folder `{CONTENT}`")
    try:
        Links(root).check_write(path)
    except OSError as error:
        raise RefusalError(403, f"`{path}` cannot be written: {error.strerror}") from None
    return file


def source_id(title: str, publisher: str, date: str, taken: dict[str, int]) -> str:
    """Make an id such as `reuters-2024-11-10` from the publisher, or else the title, and date."""
    words = " ".join([*(publisher or title).split()[: 3 if publisher else 5], date])
    return make_id(words, taken, "source")


@dataclass
class EditedPage:
    """An article and the current content of its annotation file."""

    state: SiteState
    site: Site
    files: ArticleFiles
    file: Path
    raw: bytes | None
    """The file's content; None if there is no file."""
    text: str | None
    """The decoded text, with its byte order mark and line endings."""
    located: Located

    @classmethod
    def read(cls, root: Path, state: SiteState, address: str) -> EditedPage:
        """Read the file of the article at an address. Raises RefusalError and OSError."""
        files = state.files(address)
        if files is None or state.site is None:
            raise RefusalError(404, f"there is no article at `{address}`")
        file = resolve(root, files.annotations)
        raw = read_or_none(file)
        decoded, problem = decode(files.annotations, raw or b"")
        if problem:
            raise RefusalError(422, problem.message, problem.hint)
        located, _ = yaml.read(Text(files.annotations, decoded or ""))
        text = None if raw is None else raw.decode()
        return cls(state, state.site, files, file, raw, text, located)

    # the article

    @cached_property
    def article(self) -> RoutedDocument:
        """The parsed article. Raises RefusalError."""
        path = self.files.article
        content = self.state.texts.get(path)
        if content is None:  # its page shows an earlier version
            raise RefusalError(422, f"`{path}` cannot be read", "fix the article first")
        return route(Document(Text(path, content)), self.site.settings.timezone)[0]

    @cached_property
    def searchable(self) -> ReaderText:
        """The article's text as its page shows it."""
        settings = self.site.settings
        markdown = Markdown(MarkdownOptions.of(settings.markdown))
        return parse_body(markdown, self.article, beside(self.file), settings.language).reader

    # what the file says

    @cached_property
    def annotations(self) -> dict[str, tuple[tuple[str, int], Claim | Note | Question]]:
        """The file's annotations by their ids on the page; empty for a broken file.

        Each value is the section and the index there, from 0, and the annotation.
        """
        value, _, _ = read_annotations(Text(self.files.annotations, self.located.lines.text))
        found = [
            ((section, index), content)
            for section in KINDS
            for index, content in enumerate(getattr(value, section, ()))
        ]
        return dict(zip(ids(content for _, content in found), found, strict=True))

    def defined(self, section: str) -> dict[str, dict[str, Any]]:
        """Return the sources or people of the library and the file, by id; {} for invalid ones."""
        files = (self.library and self.library.data, self.located.data)
        found = (each for data in files for each in find(object, data, f"{section}.*"))
        return {str(path[-1]): one if isinstance(one, dict) else {} for path, one in found}

    def names_kind(self, kind: str) -> bool:
        """Return whether a note in the file specifies this kind explicitly."""
        return any(name == kind for _, name in find(str, self.located.data, "notes.#.kind"))

    @cached_property
    def library(self) -> Located | None:
        """The library, or None if there is none."""
        path = f"{CONTENT}/{LIBRARY}"
        text = self.state.texts.get(path)
        return None if text is None else yaml.read(Text(path, text))[0]

    @cached_property
    def foreign_sources(self) -> dict[str, Source]:
        """Sources that only other articles define, by ids that are unused here."""
        own = self.defined("sources")
        same = [(s.get("title"), s.get("url")) for s in own.values()]
        taken = {name.casefold(): 0 for name in own}
        sources = (item.source for item in self.site.index.sources)
        new = islice((s for s in sources if (s.title, s.url) not in same), _MOST_SOURCES)
        return {source_id(s.title, s.publisher, s.date or "", taken): s for s in new}

    # what a form offers

    @property
    def people(self) -> list[dict[str, str]]:
        """People to offer as speakers: those with an id here, then others on the site."""
        own = [
            {"id": name, "name": str(person.get("name") or name)}
            for name, person in self.defined("people").items()
        ]
        names = {one["name"] for one in own}
        others = (item.person.name for item in self.site.index.people)
        return [*own, *({"id": "", "name": name} for name in others if name not in names)]

    @property
    def sources(self) -> list[dict[str, str]]:
        """Sources to offer: those with an id here, then those of other articles."""
        keys = ("title", "publisher", "date", "url")
        own = (
            (name, map(source.get, keys))
            for name, source in self.defined("sources").items()
            if source
        )
        values = attrgetter(*keys)
        others = ((name, values(source)) for name, source in self.foreign_sources.items())
        return [
            {"id": name, **{key: str(value or "") for key, value in zip(keys, each, strict=True)}}
            for name, each in chain(own, others)
        ]

    # changes

    def append(self, text: str | None, kind: Kind, entry: Entry) -> annotation_file.Edited:
        """Append an entry to the file's text. Raises RefusalError."""
        path = self.files.annotations
        text = annotation_file.new_file(path) if text is None else text
        edited = annotation_file.append(text, kind, entry, path=path)
        if isinstance(edited, Problem):
            raise RefusalError(422, edited.message, edited.hint)
        return edited

    def new_errors(self, text: str) -> Sequence[Problem]:
        """Return the errors in a new text of the file that the old text does not have."""
        before = Counter((p.code, p.message) for p in self._errors(self.text or ""))
        new = []
        for problem in self._errors(text):
            key = (problem.code, problem.message)
            if not before[key]:
                new.append(problem)
            before[key] -= 1
        return new

    def _errors(self, text: str) -> Iterator[Problem]:
        content, problem = decode(self.files.annotations, text.encode())
        if content is None:
            assert problem
            yield problem
            return
        _, located, problems = read_annotations(Text(self.files.annotations, content))
        scale = {str(rating.id): rating for rating in self.site.scale}
        own = kinds(self.site.settings)
        against = references.against(located, scale=scale, kinds=own, library=self.library)
        yield from (p for p in (*problems, *against) if p.severity == "error")
