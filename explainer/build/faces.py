"""Keep articles on disk without their bodies: nothing but their own pages needs those.

The key of an article is a hash of its files, of its address, and of all that articles share. It
does not include the rest of the site: a result depends on it only by looking up links, and carries
these lookups with their answers. It is used again only if they would be answered the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import partial
from typing import Any, Final

from markupsafe import Markup

from explainer.article.context import ArticleContext, ArticleResult
from explainer.article.make import body_of
from explainer.build import disk
from explainer.build.disk import Disk
from explainer.markdown.links import lead_alike
from explainer.model.article import BodyPart, Html, LaterBody, Notes, Reference
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
        _, _, rest, sheets, digests = value
        address, targets = document.address, self._context.known
        if not lead_alike(rest["queries"], document.path, address, targets):
            return None
        result = _unpacked(value)
        body = LaterBody(partial(body_of, document, self._context), sheets)
        return replace(result, article=replace(result.article, body=body)), digests

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


def _unpacked(value: Any) -> ArticleResult:
    """Return a result from what `pack_face` packs: without the body."""
    face, left_out, rest, _, _ = value
    return ArticleResult(article=replace(disk.unpack(face), left_out=left_out), **rest)


class Made:
    """An article's result, and if it is to be kept, the same packed.

    It is pickled with the packed result and the body only, which takes half the time.
    """

    def __init__(self, result: ArticleResult, packed: Packed | None) -> None:
        self.result = result
        self.packed = packed

    def __reduce__(self) -> tuple[Callable[..., Made], tuple[object, ...]]:
        if self.packed is None:
            return Made, (self.result, None)
        article = self.result.article
        numbers = {each.id: number for number, each in enumerate(article.annotations)}
        body: list[str | int | tuple[int, ...]] = []
        for part in article.body:
            match part:
                case Html(html):
                    body.append(str(html))
                case Reference(annotation):
                    body.append(numbers[annotation.id])
                case Notes(annotations):
                    body.append(tuple(numbers[each.id] for each in annotations))
        return _made_again, (self.packed, body)


def _made_again(packed: Packed, body: Iterable[str | int | tuple[int, ...]]) -> Made:
    """Return what another process has made."""
    result = _unpacked(disk.unpack(packed.value))
    annotations = result.article.annotations
    parts: list[BodyPart] = []
    for part in body:
        match part:
            case str():
                parts.append(Html(Markup(part)))  # noqa: S704 - it was Markup before
            case int():
                parts.append(Reference(annotations[part]))
            case _:
                parts.append(Notes(tuple(annotations[number] for number in part)))
    return Made(replace(result, article=replace(result.article, body=tuple(parts))), packed)


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
