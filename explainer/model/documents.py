"""The source files of a site, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, field

from explainer.model.front_matter import FrontMatter
from explainer.model.location import Located


@dataclass(frozen=True, slots=True)
class Text:
    """A text file that an author wrote."""

    path: str
    """Relative to the site's folder, with `/` between its parts."""
    content: str
    """Decoded, without a byte order mark; line ends are `\n`."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article's file, with its annotation file if there is one."""

    article: Text
    """The Markdown, front matter included."""
    annotations: Text | None = None
    """The YAML next to the article."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is copied as it is."""

    path: str
    """Its path, relative to the site's folder."""
    target: str
    """Its destination, relative to the output folder."""


@dataclass(frozen=True, slots=True)
class RoutedDocument:
    """A document with its front matter and address: what other pages may know of it."""

    document: Document
    """What was read."""
    front: FrontMatter
    """Its front matter."""
    address: str
    """`/kremlin-call/`: under the site's url; begins and ends with `/`."""
    body: str
    """The Markdown after the front matter."""
    first_line: int
    """The line of the file on which `body` begins, from 1."""
    places: Located = field(repr=False, compare=False)
    """The front matter as it is written, for problems that later stages find in it."""

    @property
    def path(self) -> str:
        """The article's file, relative to the site's folder."""
        return self.document.article.path
