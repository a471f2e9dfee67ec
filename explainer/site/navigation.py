"""Resolve the navigation of a site: the chapters of pages, and the menu.

Chapters form trees: a page lists its chapters, and at most one page lists it. Entries that violate
this are reported and left out, so that the rest is still a tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter

from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Code, Problem, RelatedLocation
from explainer.model.settings import Settings
from explainer.site.routes import GENERATED, HOME, Routes, named_page, unknown_page
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu, with its page resolved."""

    title: str
    """The text of the link; empty for the title of the page."""
    path: str
    """The path of the document that it links to; empty if it links to another site."""
    url: str
    """The URL that it links to; empty if it links to a page."""


def chapters(plan: Routes) -> tuple[Mapping[str, tuple[str, ...]], tuple[Problem, ...]]:
    """Return, by the path of each document that lists chapters, the paths of its chapters.

    Documents that are not built, such as drafts, are left out of the lists.
    Problems: `unknown-chapter`, `chapter-twice` (in one list, or in those of two pages), and
    `chapter-cycle` (a page that lists itself, or a page above it).
    """
    if not any(map(attrgetter("front.chapters"), plan.documents)):
        return {}, ()
    result: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    parents: dict[str, tuple[str, Location]] = {}
    # Go by path, so that nothing else decides which of two pages gets a chapter.
    naming = [document for document in plan.documents if document.front.chapters]
    for document in sorted(naming, key=lambda document: document.path):
        own, places = document.path, document.places
        listed: list[str] = []
        for i, item in enumerate(document.front.chapters):
            path = named_page(item, own, plan.addresses, plan.base)
            location = places.location(("chapters", i))
            if path is None:
                unknown = unknown_page(item, own, plan.addresses, location, "unknown-chapter")
                problems.append(unknown)
            elif path in plan.skipped:
                continue
            elif wrong := _misplaced(item, path, own, parents):
                code, message, hint, first = wrong
                related = (RelatedLocation(first, "listed here"),) if first else ()
                problems.append(Problem(location, code, message, hint, related=related))
            else:
                parents[path] = own, location
                listed.append(path)
        if listed:
            result[own] = tuple(listed)
    return result, tuple(problems)


def _misplaced(
    item: str, path: str, own: str, parents: Mapping[str, tuple[str, Location]]
) -> tuple[Code, str, str, Location | None] | None:
    """Return why the document at `path` cannot be a chapter of the one at `own`, or None.

    The reason is a code, a message, a hint, and the conflicting entry of a list, if there is one.
    """
    if path == own:
        hint = "list the pages that follow it"
        return "chapter-cycle", "a page cannot be a chapter of itself", hint, None
    if path == HOME:
        hint = "to link to it from every page, add it to `menu` in site.toml"
        message = "the home page cannot be a chapter"
        return "chapter-cycle", message, hint, None
    above = own
    while above in parents:
        above, location = parents[above]
        if above == path:
            message = f"`{item}` cannot be a chapter here: this page is already below it"
            hint = "remove one of the two from the other’s `chapters`"
            return "chapter-cycle", message, hint, location
    other, first = parents.get(path, ("", None))
    if other == own:
        return "chapter-twice", f"`{item}` is already in this list", "remove one of them", first
    if other:
        message = f"`{item}` is already a chapter of `{other}`"
        hint = "remove it from one of the two lists; `related` can link to any page"
        return "chapter-twice", message, hint, first
    return None


def menu(
    settings: Settings, plan: Routes, places: Located
) -> tuple[tuple[MenuItem, ...], tuple[Problem, ...]]:
    """Return the entries of the menu, without those whose pages are not built, such as drafts.

    `places` is the data of site.toml with positions.
    Problems: `unknown-page`, and `menu-twice` for two entries that link to the same page.
    """
    items: list[MenuItem] = []
    problems: list[Problem] = []
    seen: dict[str, Location] = {}
    for i, item in enumerate(settings.menu):
        key_path: KeyPath = ("menu", i)
        if isinstance(item, str):
            title, page = "", item
        elif item.page is None:
            items.append(MenuItem(item.title, "", item.url or ""))
            continue
        else:
            title, page, key_path = item.title, item.page, (*key_path, "page")
        path = named_page(page, HOME, plan.addresses, plan.base)
        location = places.location(key_path)
        if path is None:
            problem = unknown_page(page, "", plan.addresses, location, "unknown-page")
            if f"/{page.strip('/')}/" in GENERATED:
                hint = "remove it: explainer adds its own pages after the menu"
                problem = replace(problem, hint=hint)
            problems.append(problem)
        elif path in seen:
            message = f"`{page}` is already in the menu"
            first = (RelatedLocation(seen[path], "first here"),)
            twice = Problem(location, "menu-twice", message, "remove one of them", related=first)
            problems.append(twice)
        else:
            seen[path] = location
            if path not in plan.skipped:
                items.append(MenuItem(title, path, ""))
    return tuple(items), tuple(problems)
