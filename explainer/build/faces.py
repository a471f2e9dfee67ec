"""Keep articles on disk without their bodies: nothing but their own pages needs those.

The key of an article is a hash of its files, of its address, and of all that articles share. It
does not include the rest of the site: a result depends on it only by looking up links, and carries
these lookups with their answers. It is used again only if they would be answered the same way.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from functools import partial
from typing import Final

from explainer.article.context import ArticleContext, ArticleResult
from explainer.article.make import body_of
from explainer.build import disk
from explainer.build.disk import Disk
from explainer.markdown.links import lead_alike
from explainer.model.article import Html, LaterBody
from explainer.model.documents import RoutedDocument
from explainer.render.page_view import sheets_of
from explainer.support.values import dataclass

_REST: Final = tuple(each.name for each in fields(ArticleResult) if each.name != "article")


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes of an article, which are the same in every process."""

    whole: bytes
    """Of all that its pages show of it."""
    shown: bytes
    """Of its result without what only its own pages show: texts, and where passages are."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An article's result for `Faces.keep`."""

    value: bytes
    digests: Digests


class Faces:
    """The articles of earlier runs that had this context.

    Raises an error if something in the context has no value, such as a function within another.
    """

    def __init__(self, rows: Disk, context: ArticleContext) -> None:
        self._rows = rows
        self._context = context
        shared = {
            field.name: getattr(context, field.name)
            for field in fields(context)
            if field.name != "known"
        }
        self._shared = disk.digest(shared)

    def read(self, document: RoutedDocument) -> tuple[ArticleResult, Digests] | None:
        """Return an article's result with its hashes; None if it must be made."""
        value = self._rows.read("articles", document.path, self._key(document))
        if not (isinstance(value, tuple) and len(value) == 5):
            return None
        face, left_out, rest, sheets, digests = value
        address, targets = document.address, self._context.known
        if not lead_alike(rest["queries"], document.path, address, targets):
            return None
        body = LaterBody(partial(body_of, document, self._context), sheets)
        article = replace(disk.unpack(face), body=body, left_out=left_out)
        return ArticleResult(article=article, **rest), digests

    def without_body(self, document: RoutedDocument, result: ArticleResult) -> ArticleResult:
        """Return an article's result with a body that is made again when somebody reads it."""
        body = LaterBody(partial(body_of, document, self._context), sheets_of(result.article))
        return replace(result, article=replace(result.article, body=body))

    def keep(self, document: RoutedDocument, packed: Packed) -> Digests:
        """Keep an article that `pack_face` has packed, and return its hashes."""
        self._rows.keep("articles", document.path, self._key(document), packed.value)
        return packed.digests

    def _key(self, document: RoutedDocument) -> bytes:
        """Return the key of an article. Its front matter is in the text; dates depend on zones."""
        texts = document.document.article, document.document.annotations
        return disk.digest((self._shared, texts, document.front, document.address))


def pack_face(result: ArticleResult) -> Packed:
    """Return an article's result for `Faces.keep`."""
    article = result.article
    # A set has no order, so it is hashed apart.
    face = disk.pack(replace(article, body=(), left_out=frozenset()))
    html = "\0".join(part.html for part in article.body if isinstance(part, Html))
    texts = "\0".join([*sorted(article.left_out), "", html]).encode(errors="surrogatepass")
    whole = hashlib.blake2b(face + texts, digest_size=16).digest()
    sheets = sheets_of(article)
    digests = Digests(whole, _digest_shown(result, sheets))
    rest = {name: getattr(result, name) for name in _REST}
    return Packed(disk.pack((face, article.left_out, rest, sheets, digests)), digests)


def _digest_shown(result: ArticleResult, sheets: frozenset[str]) -> bytes:
    """Return a hash of what other pages can show of an article, and of what they can ask of it.

    Its problems, which are only its own, and its look-ups, which were answered, are left out.
    """
    pointers = [(each.address, each.fragment, each.url) for each in result.pointers]
    shown = replace(
        result,
        article=replace(result.article, body=(), words=0, length=0, headings=()),
        problems=(),
        queries=(),
        pointers=(),
        findings=None,
    )
    return disk.digest_shown((shown, pointers, sorted(sheets)))
