"""Make the pages of lists again in which claims have moved, without loading the site.

A rating or a date of a claim decides where lists have it, and what they count. Which pages there
are depends on neither, nor what was found by comparing articles (`Digests.frame`). So the index is
made of the faces that the last run has kept, and of the articles that were edited. A page is
rendered if its key is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from explainer.build.basis import Basis
from explainer.build.disk import Disk
from explainer.build.faces import digests_of
from explainer.build.kept_pages import Outline, outline_of
from explainer.model.article import Article, Digests, LaterBody
from explainer.render.files import OutputFile
from explainer.render.renderer import Renderer
from explainer.site import index
from explainer.site.sheets import SOURCES
from explainer.support.addresses import file_of
from explainer.support.values import dataclass

_SOURCES = file_of(SOURCES).removesuffix("index.html")


@dataclass(frozen=True, slots=True)
class MovedPage:
    """A page of the site itself that must be rendered."""

    file: OutputFile
    key: bytes
    outline: Outline | None
    """What it is made from; None if that is not known."""


def renderer_of(
    basis: Basis,
    rows: Disk,
    digests: Mapping[str, Digests],
    edited: Mapping[str, Article],
    whole: Callable[[str], Article],
) -> Renderer:
    """Return the renderer of a site of which some articles were edited.

    `digests` are those of all articles before, and `whole` returns the article at a path with all
    that its pages show. Raises LookupError if a face is missing.
    """
    articles = dict(edited)
    for path, face in rows.values("articles"):
        if path in digests and path not in edited and digests_of(face) == digests[path]:
            body = face.article.body
            assert isinstance(body, LaterBody)
            body.whole = partial(whole, path)
            articles[path] = face.article
    if articles.keys() != digests.keys():
        raise LookupError
    scope = index.IndexScope(basis.addresses, basis.chapters, lambda _: None, basis.base)
    made = index.index(articles.values(), scope).index
    context = basis.rendering
    return Renderer(
        basis.settings, basis.scale, context.theme, made, cards=context.cards, like=context
    )


def moved_pages(
    basis: Basis, rows: Disk, renderer: Renderer, digests: Mapping[str, Digests]
) -> Iterator[MovedPage]:
    """Yield the pages of the site itself that are no longer made from the same.

    `digests` are those of all articles now. The lists of sources are not among them.
    """
    keys = rows.keys("pages")
    for file in renderer.site_files({}):
        if file.path.startswith(_SOURCES):
            continue
        if file.inputs is None:
            if file.path not in basis.own_files:
                yield MovedPage(file, b"", None)
            continue
        outline = outline_of(file.inputs())
        key = outline.key(basis.shared, file.path, digests)
        if key != keys.get(file.path):
            yield MovedPage(file, key, outline)


def with_pages(basis: Basis, renderer: Renderer, outlines: Mapping[str, Outline]) -> Basis:
    """Return the basis of the next small edit. `outlines` are those of pages that were made."""
    claims = tuple((ref.article.path, str(ref.claim.id)) for ref in renderer.fed_claims)
    rows = {path: one.shown for path, one in outlines.items() if path in basis.rows}
    return replace(basis, rows={**basis.rows, **rows}, claims=claims)
