"""Find the annotations that are left out because they are drafts, before articles are made.

An annotation file is read in full when its article is made. But the files that only a draft names
must be known earlier, because they are not published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from explainer.model.documents import Document, RoutedDocument, Text
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.parse import yaml
from explainer.parse.drafts import drafts, extent
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class DraftNotes:
    """The drafts of an annotation file."""

    others: RoutedDocument
    """The article with the rest of the file."""
    drafts: RoutedDocument
    """The drafts alone, under the path of the file."""
    count: int
    """How many there are."""
    location: Location
    """Where the first of them says that it is one."""

    def skipped(self, files: str) -> Problem:
        """Report that they are left out, with `files` that only they name: `skipped-draft`."""
        along = f", with {files}" if files else ""
        if self.count == 1:
            message, hint = f"skipped{along}: this annotation is a draft", "to build it"
        else:
            message = f"skipped {self.count} annotations{along}: they are drafts"
            hint = "to build them"
        return Problem(self.location, "skipped-draft", message, f"{hint}, use `--drafts`", "info")


def find(documents: Iterable[RoutedDocument]) -> Mapping[str, DraftNotes]:
    """Return the drafts in annotation files, by the path of the article."""
    return {each.path: found for each in documents if (found := _drafts_of(each))}


def _drafts_of(page: RoutedDocument) -> DraftNotes | None:
    text = page.document.annotations
    if text is None or "draft" not in text.content:
        return None
    located, _ = yaml.read(text)
    found = [*drafts(located)]
    if not found:
        return None
    spans = sorted(extent(located, key_path) for key_path in found)
    alone = "\n".join(text.content[start:end] for start, end in spans)
    rest = "".join(_outside(text.content, spans))
    file = Document(Text(text.path, ""), Text(text.path, alone))
    return DraftNotes(
        others=replace(page, document=replace(page.document, annotations=Text(text.path, rest))),
        drafts=replace(page, document=file, start=0),
        count=len(found),
        location=min(located.key((*key_path, "draft")) for key_path in found),
    )


def _outside(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    done = 0
    for start, end in spans:
        yield text[done:start]
        done = end
    yield text[done:]
