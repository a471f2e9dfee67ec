"""Check links to parts of pages (`page.md#part`): does the page have such a part?

While an article is made, other articles are not known. So its result has the targets of its links,
and the ids on its own page. The two are compared after all articles have been made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from markdown_it.token import Token

from explainer.article.context import ArticleResult, Pointer
from explainer.markdown.rules import RESERVED_IDS
from explainer.model.problems import Problem, nearest, short
from explainer.model.site import IndexedSource
from explainer.support.patterns import later

SOURCES = "/sources/"
"""The address of the page of all sources."""
_CHECKED = later(r"(?:note|ref|claim|question|source|fn|fnref)-")
"""Ids that explainer gives to parts of pages, and that can be checked here."""
_WITH_IDS = frozenset({"footnote_open", "footnote_ref", "html_block", "html_inline"})
"""The types of tokens that have ids which are not among their attributes."""
_ID = later(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def of_tokens(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the ids in an article's text: of headings, attributes, footnotes, and raw HTML."""
    ids: set[str] = set()
    for token in tokens:
        for each in (token, *(token.children or ())):
            if each.attrs and "id" in each.attrs:
                ids.add(str(each.attrs["id"]))
            if each.type not in _WITH_IDS:
                continue
            if each.type == "footnote_open":
                ids.add(f"fn-{each.meta['id'] + 1}")
            elif each.type == "footnote_ref":
                again = f"-{each.meta['subId'] + 1}" if each.meta.get("subId") else ""
                ids.add(f"fnref-{each.meta['id'] + 1}{again}")
            else:
                ids |= {"".join(groups) for groups in _ID.findall(each.content)}
    return frozenset(ids)


def _parts(result: ArticleResult) -> frozenset[str]:
    """Return the ids on an article's page that links can name.

    Those of annotations that have no place are included, because that problem has already been
    reported.
    """
    names, sources = _named(result)
    kinds = ("note", "ref", "claim", "question")
    ids = {f"{kind}-{name}" for kind in kinds for name in names}
    return frozenset(result.anchors.split("\0")[:-1]) | ids | {f"source-{name}" for name in sources}


def _named(result: ArticleResult) -> tuple[set[str], set[str]]:
    """Return the ids of an article's annotations, and of its sources."""
    article = result.article
    names = {each.id for each in article.annotations} | {each.id for each in result.unplaced}
    return names, {source.id for source in article.sources}


def pointing_to(
    addresses: Collection[str], results: Iterable[ArticleResult]
) -> list[ArticleResult]:
    """Return those of the `results` that have links to parts of pages at some addresses."""
    return [
        result
        for result in results
        if result.pointers and any(one.address in addresses for one in result.pointers)
    ]


def check(
    results: Collection[ArticleResult],
    sources: Iterable[IndexedSource],
    asking: Iterable[ArticleResult],
) -> dict[str, tuple[Problem, ...]]:
    """Report links to parts that do not exist on their page: `broken-fragment` (a warning).

    For a link to an annotation that is a draft, that is `link-to-skipped` (a warning). `sources`
    are those on the page of all sources. Links to parts of other pages that explainer generates are
    not checked. Returns the problems of those of the `results` that are `asking`, by the address of
    the article with the links.
    """
    pointers = [pointer for result in asking for pointer in result.pointers]
    if not pointers:
        return {}
    problems: dict[str, list[Problem]] = {}
    pages = {result.article.address: result for result in results}
    known: dict[str, frozenset[str]] = {}
    for pointer in pointers:
        if not pointer.fragment:
            continue
        if pointer.address not in known:
            if page := pages.get(pointer.address):
                known[pointer.address] = _parts(page)
            elif pointer.address == SOURCES:
                known[SOURCES] = frozenset(f"source-{source.key}" for source in sources)
            else:
                continue
        parts = known[pointer.address]
        if pointer.fragment in parts:
            continue
        if RESERVED_IDS.match(pointer.fragment) and not _CHECKED.match(pointer.fragment):
            continue
        part = _CHECKED.sub("", pointer.fragment, count=1)
        linked = pages.get(pointer.address)
        is_draft = linked and part in linked.article.left_out
        problem = to_draft(pointer) if is_draft else _broken(pointer, parts)
        problems.setdefault(pointer.origin, []).append(problem)
    return {origin: tuple(own) for origin, own in problems.items()}


def have_same_parts(one: ArticleResult, other: ArticleResult) -> bool:
    """Return whether the pages of two versions of an article have the same parts for links."""
    drafts = one.article.left_out, other.article.left_out
    return one.anchors == other.anchors and _named(one) == _named(other) and drafts[0] == drafts[1]


def to_draft(pointer: Pointer) -> Problem:
    """Report a link to an annotation that is left out because it is a draft."""
    message = f"`{short(pointer.url)}` is a draft, so this link goes nowhere"
    hint = "remove the link until that annotation is published"
    return Problem(
        pointer.location, "link-to-skipped", message, hint, "warning", pointer.annotation
    )


def _broken(pointer: Pointer, parts: frozenset[str]) -> Problem:
    page = "this page" if pointer.address == pointer.origin else f"`{pointer.address}`"
    renamed = f"section-{pointer.fragment}"  # a heading whose id would have been a reserved one
    near = renamed if renamed in parts else nearest(pointer.fragment, parts, cutoff=60)
    if near is not None:
        hint = f"did you mean `{pointer.url.partition('#')[0]}#{near}`?"
    elif _CHECKED.match(pointer.fragment):
        hint = (
            "link to a note, claim, or question with `#note-ID`, and to a source with `#source-ID`"
        )
    else:
        hint = "link to a heading with its id: `#the-call` for “The call”"
    message = f"there is no `#{short(pointer.fragment)}` on {page}"
    return Problem(
        pointer.location, "broken-fragment", message, hint, "warning", pointer.annotation
    )
