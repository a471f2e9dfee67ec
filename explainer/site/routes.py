"""Assign addresses to documents: read front matter, skip drafts, and resolve conflicts."""

from __future__ import annotations

import posixpath
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from operator import attrgetter
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote

from explainer.model.allow import Allowance
from explainer.model.documents import Asset, Document, RoutedDocument, Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Located, Location
from explainer.model.problems import Code, Problem, RelatedLocation, nearest, short
from explainer.model.scalars import DateTime
from explainer.model.settings import Settings
from explainer.parse.allow import allowances as front_allowances
from explainer.parse.front_matter import ParsedArticle, read_article
from explainer.site import draft_notes
from explainer.site.load import SiteFiles
from explainer.site.withheld import Files
from explainer.support.addresses import base_path, without_base
from explainer.support.addresses import key as address_key
from explainer.support.paths import is_output_path
from explainer.support.slugs import LONGEST_NAME, is_device, slug
from explainer.support.values import dataclass

HOME = "content/index.md"
"""The path of the home page's own text."""

GENERATED = {
    "/claims/": "the page of all claims",
    "/sources/": "the page of all sources",
    "/people/": "the page of all people",
    "/topics/": "the page of all topics",
    "/search/": "the search page",
    "/assets/": "the theme's files",
}
"""Addresses of pages that explainer generates, and what they are called."""


GENERATED_FILES = {
    "feed.xml": "the feed of articles",
    "claims/feed.xml": "the feed of claims",
    "sitemap.xml": "the list of pages for search engines",
    "robots.txt": "the file for search engines",
}
"""Generated files that an article can link to. A file in static/ takes precedence."""

SITEMAP = "/sitemap.xml"
MOST_MAPPED = 50_000
"""The most URLs of one sitemap (sitemaps.org). Its limit of 50 MB leaves 1,000 bytes for each."""


def sitemaps(pages: int) -> tuple[str, ...]:
    """Return the addresses of the sitemaps for so many pages.

    If they are several, the one at `SITEMAP` is an index of them.
    """
    if pages <= MOST_MAPPED:
        return (SITEMAP,)
    return tuple(f"/sitemap-{number + 1}.xml" for number in range(-(-pages // MOST_MAPPED)))


ReadArticle: TypeAlias = Callable[[Text], tuple[ParsedArticle, tuple[Problem, ...]]]


@dataclass(frozen=True, slots=True)
class Routes:
    """What each page of a site can know about the others."""

    documents: tuple[RoutedDocument, ...]
    """Pages to be built, sorted by path, including the text of the home page (address `/`)."""
    addresses: Mapping[str, str]
    """By a document's path: its address. Includes documents that are not built."""
    files: Mapping[str, str]
    """By the path of a file in content/ that is copied: its path in the output."""
    static: frozenset[str]
    """Paths in the output of the files in static/."""
    skipped: frozenset[str]
    """Paths of documents that are not built: drafts, and those with a date in the future. Also the
    paths of the files that belong to them."""
    provisional: frozenset[str]
    """Paths of documents that are built only because of `--drafts` or `--future`."""
    aliases: Mapping[str, str]
    """By an older address: the current address of its page."""
    owners: Mapping[str, str]
    """By an address, case-folded: the author's file that has it."""
    claimed: Mapping[str, Location]
    """By an address, case-folded: where the author's file claims it."""
    unsound: frozenset[str]
    """Paths of documents that have no page, because their front matter cannot be used or another
    file has their address."""

    @property
    def places(self) -> Callable[[str], Located | None]:
        """A function that returns the front matter of many documents with positions, by path."""
        packed = {document.path: document.packed for document in self.documents}
        return lambda path: packed[path].unpack() if path in packed else None

    def front(self, path: str) -> Located | None:
        """Return the front matter of one document with positions, without a look at all others."""
        at = bisect_left(self.documents, path.split("/"), key=lambda one: one.path.split("/"))
        likely = self.documents[at : at + 1]
        # One whose file cannot be read keeps its last version, at the end.
        found = (each for each in (*likely, *self.documents) if each.path == path)
        return next((each.places for each in found), None)

    allowances: tuple[Allowance, ...]
    """The entries of `allow` in the front matter of all documents."""
    base: str = "/"
    """The path at which the site is published; it begins and ends with `/`."""
    decided: tuple[Asset, ...] = ()
    """All files to copy, and those withheld, if it depends on texts which of them are published."""
    now: str = ""
    """The date and time by which pages are published or not, in the site's time zone (ISO 8601)."""
    later: tuple[str, ...] = ()
    """Later dates and times at which pages will be published."""
    by_texts: bool = False
    """Whether texts of pages have decided which files are published."""


def assign_addresses(
    site: SiteFiles, settings: Settings, now: str, read: ReadArticle = read_article
) -> tuple[Routes, tuple[Problem, ...]]:
    """Read the front matter of all documents and assign their addresses.

    `now` is an ISO date, perhaps with the time. Pages with a later date or time are skipped unless
    `settings.build.future` is set. `read` reads a document's front matter.
    Problems: those of `read_article`, `skipped-draft` and `skipped-future` (info),
    `address-taken`, `bad-name`, `unknown-related`.
    """
    routed = [route(each, settings.timezone, read) for each in site.documents]
    every = [document for document, _, _ in routed]
    addresses = {document.path: document.address for document in every}
    unsound = {document.path for document, _, is_sound in routed if not is_sound}
    problems = [problem for _, own_problems, _ in routed for problem in own_problems]
    reasons = {d.path: why for d in every if (why := _left_out(d, settings, now))}
    documents = [document for document in every if document.path not in reasons]
    skipped = [document for document in every if document.path in reasons]

    places = _places(site.assets, addresses)
    notes = {} if settings.build.drafts else draft_notes.find(documents)
    shown = [notes[d.path].others if d.path in notes else d for d in documents]
    drafts = [each.drafts for each in notes.values()]
    copied = Files(shown, skipped, drafts, places, site.real, settings.url)
    copied.withhold(site.static)
    problems += (*copied.problems(), *_skips(reasons, copied))
    problems += [each.skipped(copied.of(each.drafts.path)) for each in notes.values()]
    files = {path: target for path, target in places.items() if path not in copied.withheld}
    static = [asset for asset in site.static if asset.path not in copied.withheld]
    owners = _Owners()
    for asset in static:
        owners.take_file(asset.target, asset.path)
    for path, target in files.items():
        owners.take_file(target, path)
    unsound |= {document.path for document in documents if not owners.take_page(document)}
    owners.owners.setdefault("/", "the home page")
    aliases = {old: d.address for d in documents for old in owners.take_aliases(d)}
    base = base_path(settings.url)
    owners.check_folders()
    routes = Routes(
        documents=tuple(documents),
        addresses=addresses,
        files=files,
        static=frozenset(asset.target for asset in static),
        skipped=frozenset((*reasons, *(path for path, page in copied.withheld.items() if page))),
        provisional=frozenset(d.path for d in documents if _left_out(d, site.settings, now)),
        aliases=aliases,
        owners=owners.owners,
        claimed=owners.locations,
        unsound=frozenset(unsound),
        allowances=tuple(
            _allowances(each for each in every if each.front.allow or each.path in unsound)
        ),
        base=base,
        decided=copied.decided_by_names,
        now=now,
        later=tuple(sorted({o for d in every for o in d.opens if o > now[: len(o)]})),
        by_texts=bool(notes) or copied.has_read_texts,
    )
    return routes, (*problems, *unknown_related(routes), *owners.problems)


def _allowances(documents: Iterable[RoutedDocument]) -> Iterator[Allowance]:
    for each in documents:
        yield from front_allowances(each.places, each.document.paths)


def route(
    document: Document, timezone: str, read: ReadArticle = read_article
) -> tuple[RoutedDocument, tuple[Problem, ...], bool]:
    """Read a document's front matter, and assign the document its address.

    `timezone` is that of the site. The last value is False if the front matter cannot be used.
    Nothing is written then, but the text is still checked, so that one mistake does not hide
    others.
    """
    path = document.article.path
    parsed, problems = read(document.article)
    front = parsed.front or FrontMatter(title=PurePosixPath(path).stem)
    opens = [each.local(timezone) for each in (front.date, *parsed.not_before) if each]
    days = _day(front.date, timezone), _day(front.updated, timezone)
    if days != (front.date, front.updated):
        front = replace(front, date=days[0], updated=days[1])
    address = _address(path, front.slug)
    problems = (*problems, *_unused_slug(front.slug, address, parsed))
    body = (parsed.start, parsed.first_line, parsed.packed)
    routed = RoutedDocument(document, front, tuple(opens), address, *body)
    return routed, problems, parsed.front is not None


def _day(moment: DateTime | None, timezone: str) -> DateTime | None:
    """Return the day on which a moment is in a time zone. A date stays as it is."""
    return moment and DateTime(moment.local(timezone)[:10])


def _unused_slug(own: str, address: str, parsed: ParsedArticle) -> Iterator[Problem]:
    """Report that an address does not have the slug that its page asks for."""
    last = address.rstrip("/").rpartition("/")[2]
    if not own or last == unicodedata.normalize("NFC", own):
        return
    message = f"the address of this page is `{short(address)}`, without `{short(own)}`"
    if not last:
        hint = "the home page has no `slug`"
    elif len(own.encode()) > LONGEST_NAME:
        hint = f"shorten it to {LONGEST_NAME} bytes: that many can be the name of a folder"
    elif is_device(own):
        hint = "choose another one: Windows keeps this name for a device"
    else:
        hint = "use lower-case letters, digits, and hyphens"
    yield Problem(parsed.places.location(("slug",)), "slug-not-used", message, hint, "info")


def owner(plan: Routes, path: str) -> str | None:
    """Return what has the address of an article at `path`: a file, a generated page, or None."""
    key = address_key(_address(path, ""))
    for other, address in plan.addresses.items():  # includes pages that are not built
        if address_key(address) == key:
            return other
    return plan.owners.get(key)


def paths_by_address(addresses: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """Return the paths of documents by the key of their address."""
    found: dict[str, list[str]] = {}
    for path, address in addresses.items():
        found.setdefault(address_key(address), []).append(path)
    return found


def named_pages(
    item: str,
    path: str,
    addresses: Mapping[str, str],
    base: str = "/",
    *,
    by_key: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[str]:
    """Yield the paths of the pages that an author may mean, best first.

    `item` is the path of a page, with or without `.md`, from the folder of the author's page or
    from content/ (with a slash at its start, only from content/), or a page's address. `/` is the
    home page. `path` is the author's page, and `addresses` maps the paths of all documents to their
    addresses. An address may also end with `.html`, or begin with `base`, the site's base path.
    `by_key`: the result of `paths_by_address`, for callers with many questions.
    """
    entry = item.strip("/").removesuffix("index.html").removesuffix(".html").rstrip("/")
    folders = ("content",) if item.startswith("/") else (posixpath.dirname(path), "content")
    for folder in folders:
        at = posixpath.normpath(posixpath.join(folder, entry))
        yield from (each for each in (at, at + ".md", at + "/index.md") if each in addresses)
    as_address = address_key(f"/{entry}/" if entry else "/")
    if by_key is None:
        yield from (each for each, to in addresses.items() if address_key(to) == as_address)
    else:
        yield from by_key.get(as_address, ())
    if inner := without_base(item, base):
        yield from named_pages(inner, path, addresses, by_key=by_key)


def named_page(item: str, path: str, addresses: Mapping[str, str], base: str = "/") -> str | None:
    """Return the path of the page that an author means, or None; see `named_pages`."""
    return next(named_pages(item, path, addresses, base), None)


def page_names(path: str, addresses: Mapping[str, str]) -> Mapping[str, str]:
    """Return names that an author may misspell on the page at `path`, and the page of each.

    The prefix and suffix that all paths have are left out: they would make any two similar.
    """
    names = {"home": HOME} if HOME in addresses and path != HOME else {}
    for folder in (posixpath.dirname(path) + "/", "content/"):
        for other in addresses:
            if other.startswith(folder) and other != path:
                name = other.removeprefix(folder).removesuffix(".md").removesuffix("/index")
                names[name] = other
    return names


def written(name: str, path: str) -> str:
    """Return how to write one of the `page_names`. `index` may be the one in the page's folder."""
    return "/" if path == HOME else name


def unknown_page(
    item: str, path: str, addresses: Mapping[str, str], location: Location, code: Code
) -> Problem:
    """Report that `item`, at `location` in the page at `path`, names no page."""
    names, stem = page_names(path, addresses), item.strip("/").removesuffix(".md")
    near = nearest(stem, names)
    hint = "write the path of the page’s .md file"
    if stem in ("", "index"):
        hint = "the home page has no text of its own: add content/index.md"
    elif near is not None:
        hint = f"did you mean `{written(near, names[near])}`?"
    return Problem(location, code, f"there is no page `{item}` on this site", hint)


def unknown_related(plan: Routes) -> Iterator[Problem]:
    """Report entries of `related` that name no page."""
    naming = [*compress(plan.documents, map(attrgetter("front.related"), plan.documents))]
    by_key = paths_by_address(plan.addresses) if naming else {}
    for document in naming:
        for i, item in enumerate(document.front.related):
            if not isinstance(item, str):
                continue
            pages = named_pages(item, document.path, plan.addresses, plan.base, by_key=by_key)
            if next(pages, None) is None:
                location = document.places.location(("related", i))
                yield unknown_page(item, document.path, plan.addresses, location, "unknown-related")


# --- addresses -----------------------------------------------------------------------------------


def _address(path: str, own_slug: str) -> str:
    """Return an address: `/over-there/page/` for `content/Over there/page.md`.

    An index.md has the address of its folder.
    """
    parts = path.split("/")[1:]
    name = parts.pop().removesuffix(".md")
    if name != "index":
        parts.append(name)
    slugs = [slug(part) or "page" for part in parts]
    if own_slug and slugs:
        slugs[-1] = slug(own_slug) or slugs[-1]
    return "/" + "".join(one + "/" for one in slugs)


def _alias(text: str) -> str:
    """Return an alias as an address. `read_article` checks that it stays on the site."""
    parts = [part for part in unquote(text).split("/") if part]
    if parts and parts[-1] == "index.html":
        parts.pop()
    return "/" + "".join(part + "/" for part in parts)


def _places(assets: Iterable[Asset], addresses: Mapping[str, str]) -> dict[str, str]:
    """Return the output paths of files in content/: next to the page of the nearest folder."""
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


def _left_out(
    document: RoutedDocument, settings: Settings, now: str
) -> tuple[Code, str, str] | None:
    if document.front.draft and not settings.build.drafts:
        return "skipped-draft", "this page is a draft", "to build it, use `--drafts`"
    opens = max((each for each in document.opens if each > now[: len(each)]), default=None)
    if opens and not settings.build.future:
        what = f"its date, {opens}, is in the future"
        return "skipped-future", what, "to build it, use `--future`"
    return None


def _skips(reasons: Mapping[str, tuple[Code, str, str]], copied: Files) -> Iterator[Problem]:
    """Report pages that are not built, by path with the reason, and the files that go with them."""
    for path, (code, why, hint) in reasons.items():
        files = copied.of(path)
        message = f"skipped, with {files}: {why}" if files else f"skipped: {why}"
        yield Problem(Location(path), code, message, hint, "info")


def is_left_out(document: RoutedDocument, settings: Settings, now: str) -> bool:
    """Return whether a document is not built, by these settings."""
    return _left_out(document, settings, now) is not None


def own_addresses(document: RoutedDocument) -> Mapping[str, Location]:
    """Return the address of a document and its older ones, and where the file claims each."""
    places, path = document.places, document.path
    own = places.location(("slug",)) if document.front.slug else Location(path)
    found = {document.address: own}
    for i, alias in enumerate(document.front.aliases):
        found.setdefault(_alias(alias), places.location(("aliases", i)))
    return found


class _Owners:
    """The owners of addresses. Addresses that differ only in case or Unicode form are equal."""

    def __init__(self) -> None:
        self.owners = {address_key(address): name for address, name in GENERATED.items()}
        self.locations: dict[str, Location] = {}
        """By an address: the location in an author's file that claims it."""
        self.problems: list[Problem] = []

    def take(
        self,
        address: str,
        path: str,
        what: str = "its address",
        location: Location | None = None,
    ) -> bool:
        """Assign an address to a file. If it is taken, report a problem and return False.

        `location` is where the file claims the address; by default, the whole file.
        """
        key = address_key(address)
        owner = self.owners.setdefault(key, path)
        if owner != path:
            first = self.locations.get(key)
            at = location or Location(path)
            self.problems.append(taken(at, what, address, owner, first))
            return False
        self.locations.setdefault(key, location or Location(path))
        return True

    def take_file(self, target: str, path: str) -> None:
        """Assign a copied file its path. The address of `x/index.html` is `/x/`."""
        if not is_output_path(target):
            message = "a file with this name cannot be copied"
            self.problems.append(Problem(Location(path), "bad-name", message, "rename the file"))
        page = target == "index.html" or target.endswith("/index.html")
        self.take("/" + (target.removesuffix("index.html") if page else target), path, "its path")

    def take_page(self, document: RoutedDocument) -> bool:
        """Assign a page its address, if it is free."""
        location = document.places.location(("slug",)) if document.front.slug else None
        return self.take(document.address, document.path, location=location)

    def take_aliases(self, document: RoutedDocument) -> Iterator[str]:
        """Assign a page its older addresses, and yield those that are free."""
        for i, alias in enumerate(document.front.aliases):
            old, location = _alias(alias), document.places.location(("aliases", i))
            if old != document.address and self.take(old, document.path, "its alias", location):
                yield old

    def check_folders(self) -> None:
        """Report files whose path is needed for a folder."""
        folders: dict[str, str] = {}
        for place, owner in self.owners.items():
            parts = place.split("/")
            for count in range(2, len(parts)):
                folders.setdefault("/".join(parts[:count]), owner)
        for place, owner in self.owners.items():
            file = f"{place}index.html" if place.endswith("/") else place
            if file in folders:
                ours, other = owner, folders[file]
                if _is_generated(ours):
                    ours, other = other, ours
                first = None if _is_generated(other) else Location(other)
                self.problems.append(taken(Location(ours), "its path", file, other, first))


def taken(
    location: Location,
    what: str,
    place: str,
    owner: str,
    first: Location | None,
    hint: str = "rename one of the two, or give one a `slug`",
) -> Problem:
    """Report that an address is already taken. `first` is where its owner claims it."""
    by = f"{owner}, which explainer generates" if _is_generated(owner) else f"`{owner}`"
    message = f"{what} `{place}` is already taken by {by}"
    related = (RelatedLocation(first, "already has this address"),) if first else ()
    return Problem(location, "address-taken", message, hint, related=related)


def _is_generated(owner: str) -> bool:
    """Whether the owner of an address is not a file of the site, but something explainer makes."""
    return owner.startswith("the ")
