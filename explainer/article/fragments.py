"""Links to parts of pages (`page.md#part`): whether the page has such a part.

An article knows only itself while it is made, so it notes where its links point to, and what its
own page offers; the two are compared when all articles are known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from markdown_it.token import Token

from explainer.article.context import ArticleResult, Pointer
from explainer.markdown.rules import RESERVED_IDS
from explainer.model.article import Article
from explainer.model.problems import Problem, nearest, short
from explainer.model.site import IndexedSource

_SOURCES = "/sources/"
_CHECKED = re.compile(r"(?:note|ref|claim|question|source|fn|fnref)-")
"""Of the ids that pages give to parts of their own: those that are known here."""
_ID = re.compile(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def of_tokens(tokens: Sequence[Token]) -> frozenset[str]:
    """The ids in an article's text: of headings, of its author, of footnotes, of raw HTML."""
    found: set[str] = set()
    for token in tokens:
        for each in (token, *(token.children or ())):
            if "id" in each.attrs:
                found.add(str(each.attrs["id"]))
            if each.type == "footnote_open":
                found.add(f"fn-{each.meta['id'] + 1}")
            elif each.type == "footnote_ref":
                again = f"-{each.meta['subId'] + 1}" if each.meta.get("subId") else ""
                found.add(f"fnref-{each.meta['id'] + 1}{again}")
            elif each.type in ("html_block", "html_inline"):
                found |= {"".join(groups) for groups in _ID.findall(each.content)}
    return frozenset(found)


def of_annotations(article: Article, unplaced: Iterable[str]) -> frozenset[str]:
    """The ids that an article's page gives to its annotations and sources.

    `unplaced`: ids of annotations that have lost their place, for which one problem is enough.
    """
    names = [*(each.id for each in article.annotations), *unplaced]
    kinds = ("note", "ref", "claim", "question")
    found = {f"{kind}-{name}" for kind in kinds for name in names}
    return frozenset(found | {f"source-{source.id}" for source in article.sources})


def check(
    results: Collection[ArticleResult], sources: Iterable[IndexedSource]
) -> tuple[Problem, ...]:
    """Warn of links to parts that their page does not have: `broken-fragment`.

    `sources`: those of the site's page of sources. Links into other pages that explainer makes are
    not checked.
    """
    problems: list[Problem] = []
    known = {result.article.address: result.anchors for result in results}
    for pointer in (pointer for result in results for pointer in result.pointers):
        if pointer.address == _SOURCES and _SOURCES not in known:
            known[_SOURCES] = frozenset(f"source-{source.key}" for source in sources)
        parts = known.get(pointer.address)
        if parts is None or pointer.fragment in parts:
            continue
        if RESERVED_IDS.match(pointer.fragment) and not _CHECKED.match(pointer.fragment):
            continue
        problems.append(_broken(pointer, parts))
    return tuple(problems)


def _broken(pointer: Pointer, parts: frozenset[str]) -> Problem:
    page = "this page" if pointer.address == pointer.origin else f"`{pointer.address}`"
    near = nearest(pointer.fragment, parts)
    if near is not None:
        hint = f"did you mean `{pointer.url.partition('#')[0]}#{near}`?"
    elif _CHECKED.match(pointer.fragment):
        hint = "a note’s, claim’s or question’s is `#note-ID`, a source’s `#source-ID`"
    else:
        hint = "a part has the name of its heading: “The call” is `#the-call`"
    message = f"{page} has no part `#{short(pointer.fragment)}`"
    return Problem(
        pointer.location, "broken-fragment", message, hint, "warning", pointer.annotation
    )
