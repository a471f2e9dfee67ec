"""Keep articles on disk without their bodies: nothing but their own pages needs those.

The key of an article is a hash of its files, of its address, and of all that articles share. It
does not include the rest of the site: a result depends on it only by looking up links, and carries
these lookups with their answers. It is used again only if they would be answered the same way.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from functools import partial
from typing import Final, TypeAlias

from explainer.article.context import ArticleContext, ArticleResult
from explainer.article.make import body_of
from explainer.build import disk
from explainer.build.disk import Disk
from explainer.markdown.links import lead_alike
from explainer.model.article import Html, LaterBody
from explainer.model.documents import RoutedDocument
from explainer.render.page_view import sheets_of

Packed: TypeAlias = tuple[bytes, bytes]
"""The value of a row, and a hash of the whole article."""
_REST: Final = tuple(each.name for each in fields(ArticleResult) if each.name != "article")


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

    def read(self, document: RoutedDocument) -> tuple[ArticleResult, bytes] | None:
        """Return an article's result and the hash of the article; None if it must be made."""
        value = self._rows.read("articles", document.path, self._key(document))
        if not (isinstance(value, tuple) and len(value) == 5):
            return None
        face, left_out, rest, sheets, known = value
        address, targets = document.address, self._context.known
        if not lead_alike(rest["queries"], document.path, address, targets):
            return None
        body = LaterBody(partial(body_of, document, self._context), sheets)
        article = replace(disk.unpack(face), body=body, left_out=left_out)
        return ArticleResult(article=article, **rest), known

    def keep(self, document: RoutedDocument, packed: Packed) -> bytes:
        """Keep an article that `pack_face` has packed, and return its hash."""
        self._rows.keep("articles", document.path, self._key(document), packed[0])
        return packed[1]

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
    shown = "\0".join([*sorted(article.left_out), "", html])
    known = hashlib.blake2b(face + shown.encode(errors="surrogatepass"), digest_size=16).digest()
    rest = {name: getattr(result, name) for name in _REST}
    return disk.pack((face, article.left_out, rest, sheets_of(article), known)), known
