"""Documents to routes: front matter, what is left out, and which address belongs to whom."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote

from explainer.model.documents import Asset, Document, RoutedDocument, Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, RelatedLocation, did_you_mean
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.parse.front_matter import ParsedArticle, read_article
from explainer.site.load import SiteFiles
from explainer.support.paths import is_output_path
from explainer.support.slugs import slug

GENERATED = {
    "/claims/": "the page of all claims",
    "/sources/": "the page of all sources",
    "/people/": "the page of all people",
    "/topics/": "the page of all topics",
    "/search/": "the search page",
    "/assets/": "the theme's files",
}
"""Addresses that pages of our own take, and what they are called."""


GENERATED_FILES = frozenset({"feed.xml", "claims/feed.xml", "sitemap.xml", "robots.txt"})
"""Files of our own that an article may link to. One in static/ goes before ours."""


ReadArticle: TypeAlias = Callable[[Text], tuple[ParsedArticle, tuple[Problem, ...]]]


@dataclass(frozen=True, slots=True)
class Routes:
    """What every page of a site may know of every other."""

    documents: tuple[RoutedDocument, ...]
    """Pages to be built, by path; the home page's own text (address `/`) among them."""
    addresses: Mapping[str, str]
    """By a document's path: its address, also of those that are left out."""
    files: Mapping[str, str]
    """By the path of a file in content/ that is copied: its place in the output."""
    static: frozenset[str]
    """Places in the output of the files in static/."""
    skipped: frozenset[str]
    """Paths of documents that are left out: drafts, and dates that have not come."""
    aliases: Mapping[str, str]
    """By an older address: the address that it leads to."""
    owners: Mapping[str, str]
    """By a place, case folded: the author's file that has it."""
    unsound: frozenset[str]
    """Paths of documents that no page can be made of: their front matter cannot be used, or
    another page has their address."""


def assign_addresses(
    site: SiteFiles, settings: Settings, today: str, read: ReadArticle = read_article
) -> tuple[Routes, tuple[Problem, ...]]:
    """Read the front matter of all documents and settle which address belongs to whom.

    `today`: an ISO date; pages dated later are left out unless `settings.build.future`. `read`
    reads a document's front matter.
    Problems: those of `read_article`, `skipped-draft` and `skipped-future` (information),
    `address-taken`, `unknown-related`.
    """
    problems: list[Problem] = []
    addresses: dict[str, str] = {}
    documents: list[RoutedDocument] = []
    skipped: set[str] = set()
    unsound: set[str] = set()
    for each in site.documents:
        document, own_problems, is_sound = route(each, read)
        problems += own_problems
        addresses[document.path] = document.address
        if not is_sound:
            unsound.add(document.path)
        if reason := _left_out(document.front, settings, today):
            skipped.add(document.path)
            problems.append(Problem(Location(document.path), *reason, severity="info"))
        else:
            documents.append(document)

    files = _places(site.assets, addresses)
    owners = _Owners()
    for asset in site.static:
        owners.take_file(asset.target, asset.path)
    for path, target in files.items():
        owners.take_file(target, path)
    unsound |= {document.path for document in documents if not owners.take_page(document)}
    owners.owners.setdefault("/", "the home page")
    aliases = {old: d.address for d in documents for old in owners.take_aliases(d)}
    for document in documents:
        problems += _unknown_related(document, addresses)
    owners.check_folders()
    routes = Routes(
        documents=tuple(documents),
        addresses=addresses,
        files=files,
        static=frozenset(asset.target for asset in site.static),
        skipped=frozenset(skipped),
        aliases=aliases,
        owners=owners.owners,
        unsound=frozenset(unsound),
    )
    return routes, (*problems, *owners.problems)


def route(
    document: Document, read: ReadArticle = read_article
) -> tuple[RoutedDocument, tuple[Problem, ...], bool]:
    """Read a document's front matter, and give the document its address.

    The last value is False if the front matter cannot be used: nothing will be written then, but
    one mistake must not hide those in the text.
    """
    path = document.article.path
    parsed, problems = read(document.article)
    front = parsed.front or FrontMatter(title=PurePosixPath(path).stem)
    address = _address(path, front.slug)
    body = (parsed.body, parsed.first_line, parsed.places)
    return RoutedDocument(document, front, address, *body), problems, parsed.front is not None


def owner(plan: Routes, path: str) -> str | None:
    """Who has the address that an article at `path` would get: a file, or a page of our own."""
    wanted = _key(_address(path, ""))
    for other, address in plan.addresses.items():  # those that are left out, too
        if _key(address) == wanted:
            return other
    return plan.owners.get(wanted)


def related_path(item: str, path: str, addresses: Mapping[str, str]) -> str | None:
    """The path of a page that `related` names: from the article's folder, or from content/.

    `path` is the article's own, `addresses` are those of all documents, by their paths.
    """
    wanted = item.strip("/")
    for base in (posixpath.dirname(path), "content"):
        at = posixpath.normpath(posixpath.join(base, wanted))
        for candidate in (at, at + ".md", at + "/index.md"):
            if candidate in addresses:
                return candidate
    return None


def unknown_page(
    item: str, path: str, addresses: Mapping[str, str], location: Location, code: Code
) -> Problem:
    """Say that `item`, written at `location` for the page at `path`, leads to no page."""
    # Without what all have in common, which would make anything look alike; and as it would be
    # written from the page's own folder.
    folder = posixpath.dirname(path) + "/"
    others = {
        other.removeprefix(base).removesuffix(".md").removesuffix("/index")
        for other in addresses
        for base in ("content/", folder)
        if other.startswith(base) and other != path
    }
    hint = did_you_mean(item.removesuffix(".md"), others, "write the path of its .md file")
    return Problem(location, code, f"`{item}` is no page of this site", hint)


def _unknown_related(document: RoutedDocument, addresses: Mapping[str, str]) -> Iterator[Problem]:
    path = document.path
    for i, item in enumerate(document.front.related):
        if isinstance(item, str) and related_path(item, path, addresses) is None:
            location = document.places.location(("related", i))
            yield unknown_page(item, path, addresses, location, "unknown-related")


# --- addresses -----------------------------------------------------------------------------------


def _address(path: str, own_slug: str) -> str:
    """`content/Over there/page.md` → `/over-there/page/`; an index.md has its folder's address."""
    parts = path.split("/")[1:]
    name = parts.pop().removesuffix(".md")
    if name != "index":
        parts.append(name)
    words = [slug(part) or "page" for part in parts]
    if own_slug and words:
        words[-1] = slug(own_slug) or words[-1]
    return "/" + "".join(word + "/" for word in words)


def _alias(text: str) -> str:
    """An alias as an address. `read_article` has seen that it cannot leave the site."""
    parts = [part for part in unquote(text).split("/") if part]
    if parts and parts[-1] == "index.html":
        parts.pop()
    return "/" + "".join(part + "/" for part in parts)


def _places(assets: Iterable[Asset], addresses: Mapping[str, str]) -> dict[str, str]:
    """Give, by path, where files in content/ go: beside the page of the nearest folder with one."""
    folders = {
        posixpath.dirname(path): address
        for path, address in addresses.items()
        if posixpath.basename(path) == "index.md"
    }
    places = {}
    for asset in assets:
        own = PurePosixPath(asset.path)
        folder = next((f for f in own.parents if str(f) in folders), own.parents[-2])
        page = folders.get(str(folder), "/").lstrip("/")
        places[asset.path] = page + str(own.relative_to(folder))
    return places


def _left_out(front: FrontMatter, settings: Settings, today: str) -> tuple[Code, str, str] | None:
    if front.draft and not settings.build.drafts:
        return "skipped-draft", "a draft: left out", "`--drafts` builds it"
    if front.date and not settings.build.future and front.date > today[: len(front.date)]:
        message = f"its date, {front.date}, has not come: left out"
        return "skipped-future", message, "`--future` builds it"
    return None


class _Owners:
    """Who has which place. Places that differ only by case or Unicode form are one place."""

    def __init__(self) -> None:
        self.owners = {_key(address): name for address, name in GENERATED.items()}
        self.locations: dict[str, Location] = {}
        """By a place: what in an author's files gives it to its owner."""
        self.problems: list[Problem] = []

    def take(
        self,
        address: str,
        path: str,
        what: str = "its address",
        location: Location | None = None,
    ) -> bool:
        """Give a place to a file, if it is free; a problem, if another has it.

        `location`: what in the file gives it the place; the whole file if not given.
        """
        key = _key(address)
        owner = self.owners.setdefault(key, path)
        if owner != path:
            first = self.locations.get(key)
            self.problems.append(_taken(Location(path), what, address, owner, first))
            return False
        self.locations.setdefault(key, location or Location(path))
        return True

    def take_file(self, target: str, path: str) -> None:
        """Give a copied file its place. `x/index.html` is the place of the page `/x/`."""
        if not is_output_path(target):
            message = "a file of this name cannot be copied"
            self.problems.append(Problem(Location(path), "bad-name", message, "rename it"))
        page = target == "index.html" or target.endswith("/index.html")
        self.take("/" + (target.removesuffix("index.html") if page else target), path, "its place")

    def take_page(self, document: RoutedDocument) -> bool:
        """Give a page its address, if it is free."""
        location = document.places.location(("slug",)) if document.front.slug else None
        return self.take(document.address, document.path, location=location)

    def take_aliases(self, document: RoutedDocument) -> Iterator[str]:
        """Give a page its older addresses, and yield those that are free."""
        for i, alias in enumerate(document.front.aliases):
            old, location = _alias(alias), document.places.location(("aliases", i))
            if old != document.address and self.take(old, document.path, "its alias", location):
                yield old

    def check_folders(self) -> None:
        """Find files that are where a folder must be."""
        folders: dict[str, str] = {}
        for place, owner in self.owners.items():
            parts = place.split("/")
            for count in range(2, len(parts)):
                folders.setdefault("/".join(parts[:count]), owner)
        for place, owner in self.owners.items():
            if place in folders:
                other = folders[place]
                why = ("its place", place, other, Location(other))
                self.problems.append(_taken(Location(owner), *why))


def _taken(
    location: Location, what: str, place: str, owner: str, first: Location | None
) -> Problem:
    """Say that a place has an owner already; `first`: what in an author's file gives it that."""
    made = f"{owner}, which explainer makes" if owner.startswith("the ") else f"`{owner}` already"
    hint = "rename one of the two, or give one a `slug`"
    message = f"{what} `{place}` belongs to {made}"
    related = (RelatedLocation(first, "already has this address"),) if first else ()
    return Problem(location, "address-taken", message, hint, related=related)


def check_made_pages(plan: Routes, index: SiteIndex) -> tuple[Problem, ...]:
    """See that the pages which annotations make have addresses of their own: `address-taken`."""
    problems: list[Problem] = []
    made: dict[str, tuple[str, Location]] = {}
    for address, owner, location in _made_pages(index):
        key = _key(address)
        author = plan.owners.get(key)
        if author is not None:
            problems.append(_taken(Location(author), "its address", address, owner, location))
        elif (first := made.setdefault(key, (owner, location)))[0] != owner:
            problems.append(_taken(location, f"{owner}: the address", address, *first))
    return tuple(problems)


def _made_pages(index: SiteIndex) -> Iterator[tuple[str, str, Location]]:
    """Addresses, what their pages are called, and why they are made."""
    for ref in index.claims:
        yield ref.claim.address, f"the page of the claim `{ref.claim.id}`", ref.claim.location
    for person in index.people:
        wheres = [ref.claim.location for ref in person.claims]
        wheres += [question.location for _, question, _ in person.answers]
        yield f"/people/{person.id}/", f"the page of the person `{person.id}`", wheres[0]
    for topic in index.topics:
        location = Location(topic.articles[0].path, 1)
        yield f"/topics/{topic.slug}/", f"the page of the topic `{topic.name}`", location


def _key(address: str) -> str:
    if address.isascii():
        return address.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).casefold())
