"""Check the pages that explainer generates from annotations and topics.

Each needs a free address, and links to them must lead to pages that exist.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import repeat
from typing import NamedTuple

from explainer.article import fragments
from explainer.article.context import ArticleResult
from explainer.markdown.link_targets import MADE
from explainer.model.article import Article
from explainer.model.location import Location
from explainer.model.problems import Problem, nearest, short
from explainer.model.site import IndexedPerson, IndexedSource, SiteIndex, Topic
from explainer.site import permanent, sheets
from explainer.site.routes import (
    GENERATED,
    GENERATED_FILES,
    SITEMAP,
    Routes,
    sitemaps,
    taken,
)
from explainer.support.addresses import key as address_key

_LONGEST_PATH = 1000
"""The longest path in the output, in bytes. Linux allows 4,096 and macOS 1,024, with the path of
the output folder."""


class _Page(NamedTuple):
    """A page that is generated."""

    address: str
    name: str
    """What it is: `the list of claims`; for the page of a claim, the id of that."""
    location: Location | None
    """Where an author names what it shows; None if nobody does."""
    hint: str = ""
    is_claim: bool = False

    @property
    def owner(self) -> str:
        """What it is: `the page of the claim …`."""
        return f"the page of the claim `{self.name}`" if self.is_claim else self.name


def assign_redirects(
    plan: Routes, index: SiteIndex
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """Return the address to which each older address redirects, and check all generated pages.

    Problems: `address-taken`, `output-name-too-long`.
    """
    return permanent.redirects(plan, index), tuple(_addresses(plan, index))


def _addresses(plan: Routes, index: SiteIndex) -> list[Problem]:
    """Check that the addresses of generated pages are free.

    Two pages can't have one address; and where one page needs a folder, there can't be a file, such
    as `/claims/feed.xml` if a claim on the home page has the id `feed.xml`.
    """
    problems: list[Problem] = []
    pages: dict[str, _Page] = {}
    files = {f"/{name}": what for name, what in {**GENERATED_FILES, "404.html": _ERROR}.items()}
    for article in index.articles:
        if article.annotations:
            data = address_key(article.address) + "annotations.json"
            files[data] = f"the annotations of `{article.path}`"
        problems += _too_long(article.address, plan.claimed.get(address_key(article.address)))
    own = {key + "index.html" * key.endswith("/"): key for key in plan.owners}
    listings = tuple(sheets.listings(index))
    made = tuple(_pages(index, listings))
    most = len(made) + len(index.articles) + len(GENERATED) + 1  # pages, with the home page
    files |= dict.fromkeys(sitemaps(most), GENERATED_FILES["sitemap.xml"])
    for listing in listings:
        files |= dict.fromkeys(listing.row_files, f"a file of {listing.name}")
    free: set[str] = set()
    """Folders that clash with no file, and nor do those that contain them."""
    for page in made:
        problems += _too_long(page.address, page.location)
        key = address_key(page.address)
        file = f"{key}index.html"
        first = pages.setdefault(file, page)
        if key in plan.owners:
            by = plan.owners[key]
            at = plan.claimed.get(key, Location(by))
            problems.append(taken(at, "its address", page.address, page.owner, page.location))
        elif first is not page and first.owner != page.owner:
            problems.append(_clash(page, first.owner, first.location))
        above: list[str] = []
        folder = file
        while (folder := folder.rpartition("/")[0]) and folder not in free:
            above.append(folder)
            if folder in files or folder in own:
                owner = files.get(folder) or plan.owners[own[folder]]
                first_at = None if folder in files else plan.claimed.get(own[folder])
                problems.append(_clash(page, owner, first_at))
                above = []
        free.update(above)
    for file, key in own.items():
        for folder in _folders(file):
            if folder not in own and (folder in pages or folder in files):
                by = pages[folder].owner if folder in pages else files[folder]
                at = plan.claimed.get(key, Location(plan.owners[key]))
                problems.append(taken(at, "its folder", folder, by, None))
    return problems


def listed_addresses(index: SiteIndex) -> frozenset[str]:
    """Return the addresses of the pages of all lists, and of their files."""
    listings = tuple(sheets.listings(index))
    return frozenset(a for each in listings for a in (*each.addresses, *each.row_files))


def remain_free(
    plan: Routes, index: SiteIndex, listed: frozenset[str], changed: Iterable[Article]
) -> bool:
    """Whether all generated pages have their addresses for certain, as they had before.

    `listed` are the `listed_addresses` of the index before, and `changed` are the articles that are
    new, or not the same. No alias is new.
    """
    own, now = plan.owners, listed_addresses(index)
    pages = [*now - listed]
    if len(set(map(address_key, now))) < len(now):
        return False
    for article in changed:
        claims = {address_key(claim.address): claim.address for claim in article.claims}
        if len(claims) < len(article.claims):
            return False
        pages += (article.address, *claims.values())
        data = address_key(article.address) + "annotations.json/"
        if any(map(str.startswith, own, repeat(data))):
            return False
    if sitemaps(len(index.claims) + len(now) + len(index.articles) + len(GENERATED) + 1)[1:]:
        return False
    files = {f"/{name}" for name in (*GENERATED_FILES, "404.html", SITEMAP[1:])}
    files.update(address for address in now if not address.endswith("/"))
    changed_addresses = {article.address for article in changed}
    for page in pages:
        key = address_key(page)
        if (key in own and page not in changed_addresses) or _may_be_long(page):
            return False
        for folder in _folders(key + "index.html"):
            is_file = folder in files or folder in own or folder.endswith(_FILES)
            if is_file:
                return False
    return True


_FILES = ("/annotations.json", "/index.html")
"""The ends of addresses of files that are made for pages."""
_ERROR = "the page for addresses that do not exist"


def _clash(page: _Page, owner: str, first: Location | None) -> Problem:
    what = f"{page.owner}: its address"
    if page.location is None:
        return taken(first or Location(owner), "its path", page.address, page.owner, None)
    return taken(page.location, what, page.address, owner, first, page.hint)


def _folders(file: str) -> Iterator[str]:
    """Yield the folders that contain a file: `/a/b` and `/a` for `/a/b/c`."""
    while file := file.rpartition("/")[0]:
        yield file


def _may_be_long(address: str) -> bool:
    return 4 * len(address) > _LONGEST_PATH  # no character has more than four bytes


def _too_long(address: str, location: Location | None) -> tuple[Problem, ...]:
    if location and _may_be_long(address) and len(address.encode()) > _LONGEST_PATH:
        message = f"the address `{short(address)}` is too long: it has more than 1,000 bytes"
        hint = "shorten the names of the folders, or the ids"
        return (Problem(location, "output-name-too-long", message, hint),)
    return ()


def _pages(index: SiteIndex, listings: Iterable[sheets.Listing]) -> Iterator[_Page]:
    """Yield the pages that are generated from annotations and topics, and those of long lists."""
    for ref in index.claims:
        claim, hint = ref.claim, "choose another id"
        yield _Page(claim.address, claim.id, claim.id_location, hint, is_claim=True)
    for listing in listings:
        match listing.about:
            case IndexedPerson() as person:
                yield _Page(
                    listing.base, listing.name, person.location, "choose another id or name"
                )
            case Topic() as topic:
                yield _Page(listing.base, listing.name, topic.location, "rename the topic")
            case IndexedSource():
                yield _Page(listing.base, listing.name, None)
        for number, address in enumerate(listing.addresses[1:], 2):
            yield _Page(address, f"{listing.name}, page {number}", None)


_NO_PAGE = (
    "remove the link; pages of people, topics, claims, and lists are there while they have entries"
)


def check_links(
    plan: Routes,
    index: SiteIndex,
    results: Collection[ArticleResult],
    pointing: Iterable[ArticleResult],
    redirects: Collection[str],
) -> Iterator[Problem]:
    """Report links in the `results` to pages of people, topics, and claims that do not exist.

    `pointing` are those that have links to parts of pages or to such pages.
    What an article with errors would have is not reported as missing. Problems: `broken-link`, and
    the warning `link-to-skipped` for a claim that is a draft.
    """
    pointers = [
        (pointer, kind)
        for result in pointing
        for pointer in result.pointers
        if (kind := MADE.fullmatch(pointer.address))
    ]
    if not pointers:
        return
    made = {page.address for page in _pages(index, sheets.listings(index))}
    existing = {*made, *redirects, *plan.addresses.values()}
    are_all = len(results) == len(plan.documents) and all(map(_is_whole, results))
    articles = {result.article.address: result for result in results}
    drafts = {address for result in results for address in result.article.claims_left_out}
    for pointer, kind in pointers:
        if pointer.address in existing or address_key(pointer.address) in plan.owners:
            continue
        if pointer.address in drafts:
            yield fragments.to_draft(pointer)
            continue
        article = articles.get(kind[1] or "")
        if not (are_all if kind[1] is None else article and _is_whole(article)):
            continue
        above, _, name = pointer.address[:-1].rpartition("/")
        names = (page[:-1].rpartition("/") for page in made)
        near = nearest(name, (other for folder, _, other in names if folder == above))
        hint = f"did you mean `{above}/{near}/`?" if near is not None else _NO_PAGE
        message = f"there is no page `{short(pointer.address)}` on this site"
        yield Problem(pointer.location, "broken-link", message, hint, annotation=pointer.annotation)


def _is_whole(result: ArticleResult) -> bool:
    """Return whether an article has all that its authors wrote."""
    return result.sound and result.used is not None and not result.unplaced
