"""The front matter of an article."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from explainer.model.allow import Allow
from explainer.model.free_data import FreeData
from explainer.model.scalars import Authored, DateTime, Flag, Genre, PartialDate, Url
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Authored):
    """The main picture of the article."""

    NOUN: ClassVar = "`image`"

    src: str
    """The path of a file next to the article, or a web address."""
    alt: str
    """A description of the picture for people who cannot see it."""
    credit: str = ""
    """The name of whoever made the picture."""


class _PathOrGroup:
    """Marks a field as a picture that may also be written as its path alone."""

    @staticmethod
    def read(value: object) -> object:
        if isinstance(value, str):
            return {"src": value, "alt": ""} if value.strip() else None
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> Any:
        read = {"type": "no-info", "function": self.read}
        return {"type": "function-before", "function": read, "schema": handler(source)}

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Authored):
    """A link to further reading on the web."""

    NOUN: ClassVar = "an entry of `related`"

    title: str
    """The text of the link."""
    url: Url
    """The web address that the link points to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original(Authored):
    """The original of an article that reproduces somebody else's text."""

    NOUN: ClassVar = "`original`"

    title: str = ""
    """The title of the original."""
    authors: tuple[str, ...] = ()
    """The authors of the original."""
    publisher: str = ""
    """The publisher of the original."""
    url: Url | None = None
    """The web address of the original."""
    date: PartialDate | None = None
    """The date when the original was published or spoken."""
    licence: str = ""
    """The licence or other permission to reproduce the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Authored):
    """A correction to the article after publication."""

    NOUN: ClassVar = "a correction"

    date: PartialDate
    """The date of the correction."""
    text: str
    """What was wrong, and what the article says now, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter(Authored):
    """The YAML between `---` lines, or TOML between `+++` lines, at the top of an article."""

    NOUN: ClassVar = "the front matter"

    title: str = ""
    """The title of the article. The default is the heading that the text starts with."""
    subtitle: str = ""
    """The line below the title."""
    summary: str = ""
    """One or two sentences for lists, feeds, and previews."""
    slug: str = ""
    """The last part of the address. The default is the name of the file."""
    language: str = ""
    """The language as a BCP 47 code. The default is the language of the site."""
    date: DateTime | None = None
    """The date of first publication. It may have a time."""
    updated: DateTime | None = None
    """The date of the last change. It may have a time."""
    authors: tuple[str, ...] = ()
    """The authors. The default is the authors of the site."""
    topics: tuple[str, ...] = ()
    """The topics of the article. Each topic has a page."""
    image: Annotated[Image | None, _PathOrGroup()] = None
    """The main picture of the article: its path, or `src` with `alt` and `credit`."""
    related: tuple[str | Related, ...] = ()
    """Further reading: paths of other articles, or titles and web addresses."""
    chapters: tuple[str, ...] = ()
    """The chapters of this article: paths of other articles in reading order. The article lists
    them below its text. Each chapter links back to it, and to the previous and next chapter."""
    genre: Genre = "explainer"
    """The genre of the text."""
    original: Original | None = None
    """The original, if the text is somebody else's."""
    disclaimer: str | None = None
    """A disclaimer in Markdown. The default is the disclaimer of the site for the genre."""
    findings: tuple[str, ...] = ()
    """What the article finds, in short sentences, in Markdown. Readers see them first."""
    unchecked: str | None = None
    """What was not checked, in Markdown. The default says that other statements were not."""
    toc: Flag | None = None
    """Whether the page has a table of contents. By default, it has one from four headings on."""
    corrections: tuple[Correction, ...] = ()
    """The corrections after publication, oldest first."""
    draft: Flag = False
    """Whether the article is a draft, which is not published."""
    aliases: tuple[str, ...] = ()
    """The earlier addresses of this page, which redirect to it."""
    noindex: Flag = False
    """Whether to ask search engines not to index this page."""
    template: str = ""
    """The template of the page: a path below the theme's templates/."""
    extra: FreeData = field(default_factory=FreeData)
    """Data of your own for the templates of your theme."""
    allow: tuple[Allow, ...] = ()
    """The warnings and remarks about this article and its annotations that are not reported."""
