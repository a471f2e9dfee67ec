"""Routes to what leads readers through a site: pages with their chapters, and the menu.

Chapters make trees: a page lists its chapters, and is listed by one page at most. What an author
wrote against that is reported and left out, so that the others can be walked through all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Code, Problem, RelatedLocation
from explainer.model.settings import Settings
from explainer.site.routes import GENERATED, Routes, related_path, unknown_page

_HOME = "content/index.md"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu, its page found."""

    title: str
    """What the link says; empty if that is the page's title."""
    path: str
    """The path of the document that it leads to; empty if it leads to the web."""
    url: str
    """Where it leads on the web; empty if it leads to a page."""


def chapters(plan: Routes) -> tuple[Mapping[str, tuple[str, ...]], tuple[Problem, ...]]:
    """Give, by the path of each document that lists chapters, the paths of those.

    Documents that are left out, as drafts are, are left out of lists too.
    Problems: `unknown-chapter`, `chapter-twice` (in one list, or in those of two pages) and
    `chapter-cycle` (a page that leads to itself, or to one that it belongs to).
    """
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    parents: dict[str, tuple[str, Location]] = {}
    built = {document.path for document in plan.documents}
    # In the order of their paths: which of two pages has a chapter hangs on nothing else.
    for document in sorted(plan.documents, key=lambda document: document.path):
        own = document.path
        listed: list[str] = []
        for i, item in enumerate(document.front.chapters):
            path = related_path(item, own, plan.addresses)
            location = document.places.location(("chapters", i))
            if path is None:
                unknown = unknown_page(item, own, plan.addresses, location, "unknown-chapter")
                problems.append(unknown)
            elif path not in built:
                continue
            elif wrong := _misplaced(item, path, own, parents):
                code, message, hint, first = wrong
                related = (RelatedLocation(first, "listed here"),) if first else ()
                problems.append(Problem(location, code, message, hint, related=related))
            else:
                parents[path] = own, location
                listed.append(path)
        if listed:
            found[own] = tuple(listed)
    return found, tuple(problems)


def _misplaced(
    item: str, path: str, own: str, parents: Mapping[str, tuple[str, Location]]
) -> tuple[Code, str, str, Location | None] | None:
    """Say why the document at `path` cannot be a chapter of that at `own`.

    Gives a code, message and hint, and the entry of a list that speaks against it.
    """
    if path == own:
        hint = "list the pages that follow it"
        return "chapter-cycle", "a page cannot be a chapter of itself", hint, None
    if path == _HOME:
        hint = "list it in `menu` in site.toml, if a link shall lead there"
        message = "the home page stands above all others: it is no chapter"
        return "chapter-cycle", message, hint, None
    above = own
    while above in parents:
        above, location = parents[above]
        if above == path:
            message = f"`{item}` cannot be a chapter here: this page is one of its own chapters"
            hint = "take one of the two out of the other’s `chapters`"
            return "chapter-cycle", message, hint, location
    other, first = parents.get(path, ("", None))
    if other == own:
        return "chapter-twice", f"`{item}` stands in this list twice", "leave one out", first
    if other:
        message = f"`{item}` is a chapter of `{other}` already"
        hint = "leave it out of one of the two; `related` leads to a page from anywhere"
        return "chapter-twice", message, hint, first
    return None


def menu(
    settings: Settings, plan: Routes, places: Located
) -> tuple[tuple[MenuItem, ...], tuple[Problem, ...]]:
    """Give the menu's entries, but for those whose pages are left out, as drafts are.

    `places` are those of site.toml.
    Problems: `unknown-page`, and `menu-twice` for two entries that lead to one page.
    """
    found: list[MenuItem] = []
    problems: list[Problem] = []
    built = {document.path for document in plan.documents}
    seen: dict[str, Location] = {}
    for i, item in enumerate(settings.menu):
        key_path: KeyPath = ("menu", i)
        if isinstance(item, str):
            title, said = "", item
        elif item.page is None:
            found.append(MenuItem(item.title, "", item.url or ""))
            continue
        else:
            title, said, key_path = item.title, item.page, (*key_path, "page")
        path = related_path(said, _HOME, plan.addresses)
        location = places.location(key_path)
        if path is None:
            problem = unknown_page(said, "", plan.addresses, location, "unknown-page")
            if f"/{said.strip('/')}/" in GENERATED:
                hint = "explainer’s own pages stand behind the menu by themselves: leave it out"
                problem = replace(problem, hint=hint)
            problems.append(problem)
        elif path in seen:
            message = f"`{said}` stands in the menu twice"
            first = (RelatedLocation(seen[path], "first here"),)
            twice = Problem(location, "menu-twice", message, "leave one out", related=first)
            problems.append(twice)
        else:
            seen[path] = location
            if path in built:
                found.append(MenuItem(title, path, ""))
    return tuple(found), tuple(problems)
