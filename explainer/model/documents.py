"""The source files of a site, and their destinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from explainer.model.front_matter import FrontMatter
from explainer.model.location import Located, PackedLocated
from explainer.support.digests import digest_bytes
from explainer.support.spool import Held
from explainer.support.values import dataclass


def annotations_path(article: str) -> str:
    """Return the path of the annotation file of the article at a path, even if there is none."""
    return f"{article.removesuffix('.md')}.yaml"


@dataclass(frozen=True, slots=True)
class Text:
    """A text file that an author wrote."""

    path: str
    """Its path, relative to the site's folder, with `/` between its parts."""
    kept: str | Held
    """Its content, or where that is: the texts of many articles do not stay in memory."""
    hashed: bytes = b""
    """The `digest`, if it is known."""

    @property
    def content(self) -> str:
        r"""Its decoded text, without a byte order mark and with `\n` as line ends."""
        kept = self.kept
        return kept if isinstance(kept, str) else kept.read().decode(errors="surrogatepass")

    @property
    def encoded(self) -> bytes:
        """The same in UTF-8."""
        kept = self.kept
        return kept.encode(errors="surrogatepass") if isinstance(kept, str) else kept.read()

    @property
    def digest(self) -> bytes:
        """A hash of its content."""
        return self.hashed or digest_bytes(self.encoded)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same file with the same content."""
        if not isinstance(other, Text):
            return NotImplemented
        return self is other or (self.path == other.path and self.content == other.content)

    def __hash__(self) -> int:
        return hash(self.path)


class Texts(Mapping[str, str]):
    """The contents of files by path, read from where they are."""

    def __init__(self, every: Mapping[str, Text]) -> None:
        self.every = every

    def __getitem__(self, path: str) -> str:
        return self.every[path].content

    def __iter__(self) -> Iterator[str]:
        return iter(self.every)

    def __len__(self) -> int:
        return len(self.every)


@dataclass(frozen=True, slots=True)
class Document:
    """An article's file, with its annotation file if there is one."""

    article: Text
    """The Markdown file, including front matter."""
    annotations: Text | None = None
    """The YAML file next to the article."""

    @property
    def paths(self) -> frozenset[str]:
        """The paths of both files."""
        return frozenset(text.path for text in (self.article, self.annotations) if text)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is copied unchanged."""

    path: str
    """Its path, relative to the site's folder."""
    target: str
    """Its destination, relative to the output folder."""


@dataclass(frozen=True, slots=True)
class RoutedDocument:
    """A document with its front matter and address, which other pages may use."""

    document: Document
    """The files as read."""
    front: FrontMatter
    """Its front matter."""
    opens: tuple[str, ...]
    """The dates and times before which it is not published, in the site's time zone (ISO 8601)."""
    address: str
    """Its address below the site's url, with `/` at both ends: `/kremlin-call/`."""
    start: int
    """The offset in the article's text at which `body` begins."""
    first_line: int
    """The line of the file on which `body` begins, counted from 1."""
    packed: PackedLocated = field(repr=False, compare=False)
    """The `places`."""

    @property
    def places(self) -> Located:
        """The front matter as written, with locations for problems that later stages find in it."""
        return self.packed.unpack()

    @property
    def body(self) -> str:
        """The Markdown after the front matter."""
        return self.document.article.content[self.start :]

    @property
    def title_above(self) -> str | None:
        """The title of the front matter if the page shows its title above the text, else None.

        The home page shows the title of the site instead. Its own title stays in its text.
        """
        return None if self.address == "/" else self.front.title

    @property
    def path(self) -> str:
        """The article's file, relative to the site's folder."""
        return self.document.article.path
