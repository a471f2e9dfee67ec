"""One version of a site in memory: a list of its files, which are made on demand."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from explainer.build.site import Site
from explainer.formats import web_annotation
from explainer.model.article import Article
from explainer.model.documents import Asset
from explainer.model.problems import Problem
from explainer.output import search, shards
from explainer.output.search import Shard
from explainer.output.searched import digest
from explainer.render.files import OutputFile, RenderedFile
from explainer.render.renderer import Renderer
from explainer.render.templates import TemplateError
from explainer.serve.responses import Response, media_type
from explainer.site import load
from explainer.site.walk import Links
from explainer.support.collection import without_collection
from explainer.support.files import read_file
from explainer.support.leftovers import temporary_folder
from explainer.support.values import dataclass

_CSS = ".css"
_JSON_LD = "application/ld+json"


@dataclass(frozen=True, slots=True)
class Change:
    """How an update affects open pages."""

    kind: Literal["nothing", "styles", "pages", "problems"]
    """`styles`: only style sheets differ. `problems`: all responses are the same, but the problems
    or the annotations without a place differ."""
    styles: tuple[str, ...] = ()
    """For `styles`: the addresses of the style sheets that differ."""


class SitePages:
    """The files of one version of a site, by their paths in the output.

    `before` has those of an earlier version of the site.

    Pages are rendered one at a time under the lock `rendering`. Python runs one thread at a time
    anyway, and not every library that draws preview cards is thread-safe.
    """

    def __init__(
        self,
        root: Path,
        site: Site,
        stamps: Mapping[str, load.Stamp],
        rendering: threading.RLock,
        before: SitePages | None,
    ) -> None:
        self.site = site
        self.rendered: dict[str, Response] = {}
        self.problems: dict[Problem, None] = {}
        """The problems of templates, in the order in which they occurred."""
        self._root = root
        self._assets = {asset.target: asset for asset in site.assets}
        self._rendering = rendering
        self._indexing = threading.Lock()
        self._search_files: Mapping[str, bytes] | None = None
        """None until the first request for one of them."""
        self._shards: Mapping[bytes, Shard] = before._shards if before else {}
        """The parts of the index that were made last, by their keys."""
        is_alike = before and site.has_same_context(before.site)
        like = before._renderer if before and is_alike else None
        self._renderer: Renderer = site.renderer(live=True, like=like)
        self._article_files: dict[str, dict[str, OutputFile]] = {}
        own = (asset for asset in site.assets if asset.target.endswith(_CSS))
        self._styles = {
            **{f"/{a.target}": hashlib.sha256(_read(root, a) or b"").hexdigest() for a in own},
            **{
                f"/assets/{name}": digest
                for name, digest in self._renderer.context.assets.hashes.items()
                if name.endswith(_CSS)
            },
        }
        self._shape = (
            site.settings,
            site.scale,
            site.index.articles,
            # Articles name these by path, and a path's address also depends on unpublished pages.
            site.index.related,
            {page: [a.path for a in listed] for page, listed in site.index.chapters.items()},
            site.menu,
            site.aliases,
            site.assets,
            [stamps.get(a.path) for a in site.assets if not a.target.endswith(_CSS)],
            site.theme.folders,
            {kind: h for kind, h in site.theme.digests.items() if kind != "styles"},
            site.search is not None,
            site.cards is not None,
            set(site.versions),
            set(site.named),
            set(self._styles),
        )
        """Everything that responses depend on, except the contents of style sheets."""

    def change_from(self, old: SitePages) -> Change:
        """Return which responses differ from those of another version."""
        if self._shape != old._shape:
            return Change("pages")
        styles = sorted(a for a, digest in self._styles.items() if old._styles[a] != digest)
        return Change("styles", tuple(styles)) if styles else Change("nothing")

    # Listing.

    def _file(self, path: str) -> OutputFile | None:
        """Find a rendered file by its path; None if there is none."""
        if path.startswith("assets/"):
            return self._theme_files.get(path)
        # Articles first: listing the files of the site takes long if there are many articles.
        parts = path.split("/")[:-1]
        for end in range(len(parts), -1, -1):
            address = "/" + "".join(f"{part}/" for part in parts[:end])
            if file := self._files_of(address).get(path):
                return file
        return self._site_files.get(path)

    def article(self, address: str) -> Article | None:
        """Return the article at an address."""
        return self.site.index.by_address.get(address)

    @cached_property
    def _theme_files(self) -> dict[str, OutputFile]:
        return {file.path: file for file in self._renderer.asset_files()}

    @cached_property
    def _site_files(self) -> dict[str, OutputFile]:
        return {file.path: file for file in self._renderer.site_files(self.site.aliases)}

    def _files_of(self, address: str) -> dict[str, OutputFile]:
        """Return the files of the article at an address by path; empty if there is no article."""
        article = self.article(address)
        if article is None:
            return {}
        if address not in self._article_files:
            files = self._renderer.article_files(article)
            self._article_files[address] = {file.path: file for file in files}
        return self._article_files[address]

    # Making.

    def is_copied(self, path: str) -> bool:
        """Whether a file is not rendered: an author's own file, or a version of a picture."""
        return path in self._assets or path in self.site.versions

    def copied(self, path: str) -> Response | None:
        """Read a file that is not rendered; None if it can no longer be read."""
        if asset := self._assets.get(path):
            content = _read(self._root, asset)
        else:
            version = self.site.versions[path]
            try:
                content = version.read_bytes() if isinstance(version, Path) else version
            except OSError:
                return None
        return None if content is None else Response(content, media_type(path))

    def render(self, path: str) -> Response | None:
        """Render a file, once; None if there is no such file. Raises `TemplateError`."""
        with self._rendering:
            if path in self.rendered:
                return self.rendered[path]
            file = self._file(path)
            if file is None:
                return None
            with without_collection():
                content = file.make().content
            is_json_ld = PurePosixPath(path).name == web_annotation.FILE
            response = Response(content, _JSON_LD if is_json_ld else media_type(path))
            self.rendered[path] = response
            return response

    def search_file(
        self, path: str, is_current: Callable[[], bool]
    ) -> tuple[Response | None, tuple[Problem, ...]]:
        """Return a file of the search index; the first request makes all of them.

        The response is None if there is no such file, or `is_current` reports that a newer version
        of the site, with an index of its own, has replaced this one.
        """
        problems: tuple[Problem, ...] = ()
        with self._indexing:
            if self._search_files is None and self.site.search:
                self._search_files, problems = self._index(self.site.search, is_current)
        content = (self._search_files or {}).get(path)
        return None if content is None else Response(content, media_type(path)), problems

    def _index(
        self, pagefind: search.Pagefind, is_current: Callable[[], bool]
    ) -> tuple[Mapping[str, bytes] | None, tuple[Problem, ...]]:
        with temporary_folder() as folder:
            files, digests = dict[str, str](), dict[str, str]()
            for page in self._indexed_pages():
                if not is_current():
                    return None, ()
                place = Path(folder, f"{len(files)}.html")
                place.write_bytes(page.content)
                files[page.path] = str(place)
                digests[page.path] = digest(page.content.decode(), whole=self._whole)
            return self._shards_of(pagefind, files, digests)

    def _shards_of(
        self, pagefind: search.Pagefind, files: Mapping[str, str], digests: Mapping[str, str]
    ) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
        """Index the shards of which pages have changed, and return the files of all."""
        style, made = self.site.settings.link_style, dict[bytes, Shard]()
        for number, paths in shards.divided(files, shards.count(len(files))).items():
            own = {path: digests[path] for path in paths}
            key = search.key(pagefind, own, style, number, whole=self._whole)
            shard = self._shards.get(key)
            if shard is None:
                pages = {path: files[path] for path in paths}
                shard, problems = search.index(pagefind, pages, style, number, whole=self._whole)
                if shard is None:
                    return {}, problems
            made[key] = shard
        self._shards = made
        return (search.files(made.values()) if made else {}), ()

    @cached_property
    def _whole(self) -> bool:
        return bool(self.site.theme.own_templates)

    def _indexed_pages(self) -> Iterator[RenderedFile]:
        """Yield all searchable pages, except those whose template fails."""
        addresses = [article.address for article in self.site.index.articles]
        for files in (self._site_files, *map(self._files_of, addresses)):
            for path, file in files.items():
                if path.endswith(".html") and path not in self._assets:
                    try:
                        with self._rendering:  # released after each page, so requests are served
                            page = file.make()
                    except TemplateError:
                        continue  # reported when the page is opened
                    if page.indexed:
                        yield page


def _read(root: Path, asset: Asset) -> bytes | None:
    """Read a copied file; None if it is no longer a file, or its link is no longer allowed."""
    links = Links(root)
    try:
        real = links.real(asset.path)
        return None if links.refusal(asset.path, real) else read_file(real)
    except OSError:
        return None
