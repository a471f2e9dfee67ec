"""Keep articles on disk without the texts that only their own pages show.

The key of an article is a hash of its files, of its address, and of all that articles share. It
does not include the rest of the site: a result depends on it only by looking up links, and names
in the library, and carries these lookups with their answers. It is used again only if they would be
answered the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Final, NoReturn

from explainer.article.context import ASKED, ArticleContext, ArticleResult
from explainer.article.make import article_of
from explainer.article.shared_names import SharedNames
from explainer.build import disk
from explainer.build.disk import Disk
from explainer.build.hashes import digest, digest_shown
from explainer.build.thin import thin
from explainer.markdown.links import lead_alike
from explainer.model.article import Article, Digests, LaterBody
from explainer.model.documents import RoutedDocument
from explainer.render.page_view import sheets_of
from explainer.support.digests import digest_bytes
from explainer.support.spool import Held
from explainer.support.values import dataclass

_NONE: Final = frozenset[str]()
_set: Final = object.__setattr__
_sets: Final[dict[frozenset[str], frozenset[str]]] = {}
"""The sets of style sheets, of which there are few."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An article's result, packed."""

    face: bytes
    """The result without what only its own pages show, for `Faces.keep`."""
    whole: bytes
    """The article with all; empty if it is not needed."""
    digests: Digests


class Faces:
    """The articles of earlier runs that had this context.

    `thin`: as for `pack_face`. Raises an error if something in the context has no value, such as a
    function within another.
    """

    def __init__(self, rows: Disk, context: ArticleContext, *, thin: bool = True) -> None:
        self._rows = rows
        self._context = context
        shared = {
            field.name: getattr(context, field.name)
            for field in fields(context)
            if field.name not in ASKED
        }
        self._shared = digest((shared, thin))

    def read(self, document: RoutedDocument) -> ArticleResult | None:
        """Return an article's result; None if it must be made."""
        if self._rows.is_empty:
            return None
        result = self._rows.read("articles", document.path, self._key(document))
        if not isinstance(result, ArticleResult):
            return None
        address, targets = document.address, self._context.known
        if not lead_alike(result.queries, document.path, address, targets):
            return None
        if not self._context.names_alike(result):
            return None
        return _with_whole(result, document, partial(article_of, document, self._context))

    def keep(self, document: RoutedDocument, face: bytes) -> None:
        """Keep an article that is packed."""
        self._rows.keep("articles", document.path, self._key(document), face)

    def _key(self, document: RoutedDocument) -> bytes:
        """Return the key of an article. Its front matter is in the text; dates depend on zones."""
        files, front = document.document, document.front
        parts = document.address, front.date or "", front.updated or ""
        encoded = [part.encode(errors="surrogatepass") for part in parts]
        for text in filter(None, (files.article, files.annotations)):
            encoded += text.path.encode(errors="surrogatepass"), text.digest
        sized = (b"%d:%b" % (len(each), each) for each in encoded)
        return digest_bytes(b"".join([self._shared, *sized]))


def pack_face(result: ArticleResult, *, is_thin: bool = True, is_whole: bool = True) -> Packed:
    """Return an article's result for `unpacked`.

    `is_thin`: whether other pages show nothing of its texts. Those of a site with templates of its
    own may. `is_whole`: whether the whole article is needed, too.
    """
    article = result.article
    # A set has no order, so it is hashed apart.
    whole = disk.pack(replace(article, left_out=frozenset()))
    names = "\0".join(sorted(article.left_out)).encode(errors="surrogatepass")
    sheets = sheets_of(article)
    digests = Digests.of(digest_bytes(whole + names), *_digests_shown(result, sheets))
    body = LaterBody(_not_here, sheets, digests)
    face = thin(article, body) if is_thin else replace(article, body=body)
    packed = disk.pack_shared(replace(result, article=face))
    return Packed(packed, whole if is_whole else b"", digests)


def unpacked(face: bytes, document: RoutedDocument, whole: Callable[[], Article]) -> ArticleResult:
    """Return a document's result. `whole` returns the article with all that its pages show."""
    return _with_whole(disk.unpack(face), document, whole)


def _with_whole(
    result: ArticleResult, document: RoutedDocument, whole: Callable[[], Article]
) -> ArticleResult:
    """Add what is not packed, and share what is elsewhere in memory: an empty set takes 216 B."""
    article, body = result.article, result.article.body
    assert isinstance(body, LaterBody)
    body.whole = whole
    body.sheets = _sets.setdefault(body.sheets, body.sheets)
    if not article.left_out:
        _set(article, "left_out", _NONE)  # nobody else has it yet
    _set(article, "path", document.path)
    _set(article, "address", document.address)
    if article.front == document.front:
        _set(article, "front", document.front)
    return result


@dataclass(frozen=True, slots=True)
class HeldArticle:
    """Returns an article that was packed as a whole. Its pages do not show `left_out`."""

    held: Held

    def __call__(self) -> Article:
        """Unpack the article."""
        article: Article = disk.unpack(self.held.read())
        return article


def digests_of(result: ArticleResult) -> Digests:
    """Return the hashes of a result that was packed."""
    body = result.article.body
    assert isinstance(body, LaterBody)
    return body.digests


def packed_again(result: ArticleResult) -> bytes:
    """Return what `unpacked` needs of a result that was packed."""
    article = result.article
    body = LaterBody(_not_here, sheets_of(article), digests_of(result))
    return disk.pack_shared(replace(result, article=replace(article, body=body)))


def _not_here() -> NoReturn:
    raise AssertionError("the article is packed")


def _digests_shown(result: ArticleResult, sheets: frozenset[str]) -> tuple[bytes, bytes, bytes]:
    """Return the hashes of what other pages can show of an article, and of what they can ask of it.

    Its problems, which are only its own, and its look-ups, which were answered, are left out.
    """
    pointers = [(each.address, each.fragment, each.url) for each in result.pointers]
    shown = replace(
        result,
        article=replace(result.article, body=(), words=0, length=0, headings=()),
        problems=(),
        queries=(),
        names=SharedNames(),
        library=b"",
        pointers=(),
        findings=None,
    )
    return digest_shown((shown, pointers, sorted(sheets)))
