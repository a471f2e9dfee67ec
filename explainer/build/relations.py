"""What the pages of an article show, as bytes: they wait outside of memory until they are made."""

from __future__ import annotations

import io
import pickle
from array import array
from collections.abc import Callable
from typing import Any, TypeAlias

from explainer.build.faces import HeldArticle
from explainer.model.article import Article
from explainer.model.site import ClaimRef
from explainer.render.views import ArticleRelations
from explainer.support.spool import Held, SpoolFile
from explainer.support.values import dataclass

ArticleOf: TypeAlias = Callable[[str], Article]
"""Returns the article at a path."""


def pack_relations(around: ArticleRelations) -> bytes:
    """Return an article's relations as bytes, for `unpack_relations`."""
    packed = io.BytesIO()
    _RelationsPickler(packed, pickle.HIGHEST_PROTOCOL).dump(around)
    return packed.getvalue()


class _RelationsPickler(pickle.Pickler):
    """Writes names in place of articles and claims."""

    def persistent_id(self, value: Any) -> Any:
        if type(value) is Article:
            return value.path, ""
        if type(value) is ClaimRef:
            return value.article.path, value.claim.id
        return None


class _RelationsUnpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, article_of: ArticleOf) -> None:
        super().__init__(file)
        self._article_of = article_of

    def persistent_load(self, name: tuple[str, str]) -> Article | ClaimRef:
        path, claim = name
        article = self._article_of(path)
        return claim_ref(article, claim) if claim else article


def claim_ref(article: Article, name: str) -> ClaimRef:
    """Return the claim of an article with an id. Raises StopIteration if it has none."""
    return ClaimRef(article, next(each for each in article.claims if each.id == name))


def unpack_relations(packed: bytes, article_of: ArticleOf) -> ArticleRelations:
    """Return an article's relations. `article_of` returns the article at a path.

    Raises StopIteration if an article lacks a claim.
    """
    around: ArticleRelations = _RelationsUnpickler(io.BytesIO(packed), article_of).load()
    return around


@dataclass(frozen=True, slots=True)
class WaitingArticle:
    """An article whose pages are to be made."""

    whole: Callable[[], Article]
    packed: Held
    """Its relations, packed."""

    def relations(self, article_of: ArticleOf) -> ArticleRelations:
        """Return its relations. `article_of` returns another article."""
        own = self.whole()
        return unpack_relations(
            self.packed.read(), lambda path: own if path == own.path else article_of(path)
        )


class WaitingArticles:
    """Some of `count` articles, by their numbers.

    Even reading an object writes to it, because Python counts its uses, and a forked process that
    writes gets its own copy of that part of memory. So it finds the articles by an array.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._every: dict[int, WaitingArticle] = {}
        """Those that are not in the file."""
        self._places = array("Q", bytes(4 * 8 * count))
        """By number: where the article and its relations begin in the file, and how long they are;
        zeros if they are not in it."""
        self._file: SpoolFile | None = None

    def add(self, number: int, one: WaitingArticle) -> None:
        """Add an article."""
        whole = one.whole.held.place if isinstance(one.whole, HeldArticle) else None
        if whole and (packed := one.packed.place):
            self._file = whole[0]
            self._places[4 * number : 4 * number + 4] = array("Q", (*whole[1:], *packed[1:]))
        else:
            self._every[number] = one

    def get(self, number: int) -> WaitingArticle | None:
        """Return an article, if it is there."""
        start, length, then, more = self._places[4 * number : 4 * number + 4]
        if self._file is None or not length:
            return self._every.get(number)
        held = HeldArticle(Held(self._file, start, length))
        return WaitingArticle(held, Held(self._file, then, more))

    def __reduce__(self) -> tuple[Any, ...]:
        every = {number: one for number in range(self._count) if (one := self.get(number))}
        return WaitingArticles, (self._count,), {"_every": every}
