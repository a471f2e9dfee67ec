"""Keep what the site's own pages are made from, so that each can be made again by itself.

What the template of a list gets, its recipe, has rows: small values that show parts of an article.
If only texts of an article have changed (`ArticleTexts`), the recipe is unpacked with these in the
article's rows, and has all else as it was.
"""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final, TypeAlias

from explainer.build import disk
from explainer.language.words import Words, words_of
from explainer.model.article import Article, LaterBody
from explainer.model.location import Location
from explainer.model.site import IndexedPerson, Topic
from explainer.render.context import RenderContext
from explainer.render.page_view import TemplateCall
from explainer.render.row_files import RowFile
from explainer.render.rows import ArticleRow, ArticleTexts, ClaimRow, UseRow
from explainer.support.values import dataclass

Recipe: TypeAlias = TemplateCall | RowFile
_Row: TypeAlias = ClaimRow | UseRow | ArticleRow
_ROWS: Final = (ClaimRow, UseRow, ArticleRow)
_of_row: Callable[[_Row], tuple[Any, ...]] = attrgetter("__class__", "_state")
"""Returns the class and the fields of a row, which `unpack` makes it of."""
_NOWHERE: Final = Location("")


@dataclass(frozen=True, slots=True)
class PackedRecipe:
    """A recipe as bytes, compressed: rows are alike."""

    value: bytes
    whole: frozenset[str]
    """The addresses of the articles that it has themselves."""


def pack(recipe: object) -> PackedRecipe | None:
    """Return a recipe as bytes; None for anything else, or if it cannot be pickled."""
    if not isinstance(recipe, Recipe):
        return None
    whole = set[str]()

    def of_article(article: Article) -> Any:
        whole.add(article.address)
        return article.__reduce_ex__(pickle.HIGHEST_PROTOCOL)

    stream = io.BytesIO()
    packer = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    packer.dispatch_table = {
        **disk.PACKED,
        **_REDUCED,
        **dict.fromkeys(_ROWS, _of_row),
        Article: of_article,
    }
    try:
        packer.dump(recipe)
    except Exception:  # it has, for example, a generator
        return None
    value = zlib.compress(stream.getvalue(), 1)
    return PackedRecipe(value, frozenset(whole))


def unpack(
    packed: bytes, context: RenderContext, texts: Mapping[str, ArticleTexts]
) -> Recipe | None:
    """Return a recipe with newer texts of articles, by their addresses, and with this context.

    None if its rows show none that differs.
    """
    differing: list[_Row] = []

    def made(kind: Callable[..., _Row]) -> Callable[..., _Row]:
        def make(*parts: Any) -> _Row:
            row = kind(*parts)
            own = texts.get(_article(row))
            if own is None or (new := _with_texts(row, own)) == row:
                return row
            differing.append(new)
            return new

        return make

    makers: dict[object, Any] = {kind: made(kind) for kind in _ROWS}
    makers[RenderContext] = lambda: context
    recipe: Recipe = _Unpickler(packed, makers).load()
    return recipe if differing else None


class _Unpickler(pickle.Unpickler):
    """Makes objects of some classes with other functions."""

    def __init__(self, packed: bytes, makers: Mapping[object, Any]) -> None:
        super().__init__(io.BytesIO(zlib.decompress(packed)))
        self._makers = makers

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        return self._makers.get(found, found)


_REDUCED: Final[Mapping[type, Callable[[Any], tuple[Any, ...]]]] = {
    RenderContext: lambda _: (RenderContext, ()),
    Words: lambda words: (words_of, (words.language,)),
    LaterBody: lambda body: (tuple, (list(body),)),
    # The lists of these are in rows. The built-in templates do not read them.
    IndexedPerson: lambda one: (IndexedPerson, (one.id, one.person, (), (), _NOWHERE)),
    Topic: lambda one: (Topic, (one.slug, one.name, (), _NOWHERE)),
}


def _article(row: _Row) -> str:
    """Return the address of the article that a row is about."""
    return row.article_address.partition("#")[0] if isinstance(row, ClaimRow) else row.address


def _with_texts(row: _Row, texts: ArticleTexts) -> _Row:
    match row:
        case ClaimRow():
            claim, fact = texts.claims[row.address]
            return replace(row, claim=claim, fact=fact, article=texts.title)
        case UseRow():
            return replace(row, title=texts.title)
        case ArticleRow():
            return replace(row, title=texts.title, summary=texts.summary)
