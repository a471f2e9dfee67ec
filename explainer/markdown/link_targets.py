"""What links may point to on a site, and which page or file an address within the site means.

A link names a page by the path of its `.md` file, and a file by its path. Other spellings are
understood if they mean one page or file: the address of a page, an address with `.html`, a path
from the root of the site's host, other capitals. For these, the author gets the remark `loose-link`
with the path to write. Only the address of a page or file from the site's root is as good as a
path.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from urllib.parse import unquote

from explainer.markdown.data_files import DataFile
from explainer.markdown.pictures import Flaw, Measured
from explainer.model.problems import nearest
from explainer.support.addresses import key, without_base
from explainer.support.patterns import later
from explainer.support.values import dataclass

MADE = later(
    r"/(?:people|topics)/[^/]+/|(/(?:.+/)?)claims/[^/]+/"
    r"|/(?:(?:claims|sources)/|(?:people|topics)/(?:[^/]+/)?)?page/[0-9]+/"
)
"""The address of a page of a person, topic, or claim, or of a further page of a list. Of a claim,
group 1 is its article's."""
_STATIC = "static/"
_FOLDERS = ("/content/", "/static/")
_PAGE_FILE = later(r"(?:(?<=/)index)?\.html\Z")
"""The end of an address that names a page as a file."""


@dataclass(frozen=True)
class LinkTargets:
    """Everything that links may point to."""

    addresses: Mapping[str, str]
    """The address of each document, by the document's path (`content/x.md`)."""
    pages: frozenset[str]
    """The addresses of all pages, including generated ones."""
    files: Mapping[str, str]
    """The path in the output of each file in `content/`, by the file's path."""
    output_paths: frozenset[str]
    """The paths in the output of all copied files."""
    skipped: frozenset[str]
    """The paths of documents that are not built, and of the files that belong to them."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Why a file or folder is not published because of its name, by its path: a clause."""
    pictures: Mapping[str, Measured] = field(default_factory=dict)
    """The measured files of pictures, by their path in the output."""
    data: Mapping[str, DataFile] = field(default_factory=dict)
    """The CSV files that texts name, by their path in the output."""
    base: str = "/"
    """The path at which the site is published; it begins and ends with `/`."""

    def __getstate__(self) -> dict[str, object]:
        """Leave out the properties below. Each process computes its own."""
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @cached_property
    def _sources(self) -> Mapping[str, str | None]:
        return _by_key((*self.addresses, *self.files, *self.skipped))

    @cached_property
    def _outputs(self) -> Mapping[str, str | None]:
        return _by_key(self.output_paths)

    @cached_property
    def _pages(self) -> Mapping[str, str | None]:
        return _by_key(self.pages)

    @cached_property
    def _documents(self) -> Mapping[str, str]:
        """The paths of documents by the `key` of their address. Those that are built win."""
        found = sorted(self.addresses.items(), key=lambda item: item[0] not in self.skipped)
        return {key(address): path for path, address in found}

    def source(self, path: str) -> str | None:
        """Return the document or file of a path. Capitals and the Unicode form may differ."""
        there = path in self.addresses or path in self.files or path in self.skipped
        return path if there else self._sources.get(key(path))

    def output(self, path: str) -> str | None:
        """Return the copied file of a path in the output. Capitals and the form may differ."""
        return path if path in self.output_paths else self._outputs.get(key(path))

    def page(self, address: str) -> str | None:
        """Return the page of an address. Capitals and the form may differ.

        It may be one that is generated from annotations: a person, topic, or claim. Which of these
        exist is known only after all articles are processed.
        """
        if address in self.pages:
            return address
        made = MADE.fullmatch(address)
        if made is not None and (made[1] is None or made[1] in self.pages):
            return address
        return self._pages.get(key(address))

    def document(self, address: str) -> str | None:
        """Return the path of the document of an address. Capitals and the form may differ."""
        path = self._documents.get(key(address))
        return None if path in self.skipped and self.page(address) else path


def _by_key(names: Iterable[str]) -> Mapping[str, str | None]:
    """Return names by their `key`; None if several have the same."""
    found: dict[str, str | None] = {}
    for name in names:
        found[key(name)] = name if found.setdefault(key(name), name) == name else None
    return found


@dataclass(frozen=True, slots=True)
class _Named:
    """What a path names, and how well."""

    source: str | None
    """The path of a document, or of a file in content/; None if it is neither."""
    address: str
    """The address on the site."""
    strict: bool
    """Whether its author wrote it as links should be written."""


def within(
    written: str, page: str, address: str, targets: LinkTargets
) -> tuple[str | Flaw, Flaw | None]:
    """Return the address that a path within the site means, and the remark `loose-link` or None.

    `written` starts from the folder of the document `page`, or else from its address; with a slash
    at its start, from content/ or the site's root. Problems: `broken-link`, `link-to-skipped`.
    """
    wanted = unquote(written)
    inner = without_base(wanted, targets.base)
    found = next(_named(wanted, page, address, targets), None)
    if found is None and inner is not None:
        found = next(_named(inner, page, address, targets), None)
        found = found and replace(found, strict=False)
    if found is None:
        return _broken(wanted, inner, page, address, targets), None
    if found.source in targets.skipped:
        return _skipped(wanted, found.source in targets.addresses), None
    return found.address, None if found.strict else _loose(wanted, found, page)


def _named(wanted: str, page: str, address: str, targets: LinkTargets) -> Iterator[_Named]:
    """Yield what a path may name, best first."""
    rooted = wanted.startswith("/")
    file, at = _places(wanted, page, address)
    if source := targets.source(file):
        to = targets.addresses.get(source) or f"/{targets.files.get(source, '')}"
        yield _Named(source, to, _alike(source, file))
    as_file = not rooted and _PAGE_FILE.search(wanted)  # such addresses are not in a folder each
    if not as_file:
        yield from _at(at, at, targets, strict=rooted)
    if output := targets.output(at[1:]):
        yield _Named(None, f"/{output}", _alike(output, at[1:]))
    stem = _PAGE_FILE.sub("", file).rstrip("/")
    for each in (f"{stem}.md", f"{stem}/index.md"):
        if (source := targets.source(each)) and source in targets.addresses:
            yield _Named(source, targets.addresses[source], strict=False)
    if not rooted and stem.startswith("content/"):
        yield from _at(stem.removeprefix("content"), at, targets, strict=False)
    yield from _at(_PAGE_FILE.sub("", at), at, targets, strict=False)
    if rooted and wanted.startswith(_FOLDERS):  # from the site's folder, as in editors
        file = posixpath.normpath(wanted[1:])
        if source := targets.source(file):
            to = targets.addresses.get(source) or f"/{targets.files.get(source, '')}"
            yield _Named(source, to, strict=False)
    if file.startswith(_STATIC) and (output := targets.output(file.removeprefix(_STATIC))):
        yield _Named(None, f"/{output}", not rooted and _alike(f"{_STATIC}{output}", file))


def _at(place: str, at: str, targets: LinkTargets, *, strict: bool) -> Iterator[_Named]:
    """Yield the page at a place on the site. `at` is where browsers would look for it.

    `strict`: whether this is as good as the path of a document. A page without one has no better.
    """
    as_page = place.rstrip("/") + "/"
    if document := targets.document(as_page):
        to = targets.addresses[document]
        yield _Named(document, to, strict and _alike(to, as_page))
    elif made := targets.page(as_page):
        whole = at.removesuffix("index.html").rstrip("/") + "/"
        yield _Named(None, made, whole == as_page and _alike(made, as_page))


def _places(wanted: str, page: str, address: str) -> tuple[str, str]:
    """Return the path of the file and the address on the site that a path may mean."""
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), wanted))
    at = posixpath.normpath(posixpath.join(address, wanted))
    return f"content{file}" if wanted.startswith("/") else file, at


def _alike(one: str, other: str) -> bool:
    """Whether two names are equal but for their Unicode form.

    macOS decomposes accented letters in file names, but authors seldom type them that way.
    """
    return one == other or unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


# --- what to say ---------------------------------------------------------------------------------


def _loose(wanted: str, found: _Named, page: str) -> Flaw:
    better, why = found.address, "the address from the root of the site"
    if found.source is not None:
        better = posixpath.relpath(found.source, posixpath.dirname(page))
        why = "the path of the file, which editors can follow"
    hint = f"write `{better.replace(' ', '%20')}`: {why}"
    message = f"`{wanted}` is taken for `{found.source or found.address}`"
    return Flaw("loose-link", message, hint, "info")


def _skipped(wanted: str, document: bool) -> Flaw:
    if document:
        message = f"`{wanted}` is not built, so this link goes nowhere"
        return Flaw("link-to-skipped", message, "remove the link until that page is published")
    return Flaw(
        "link-to-skipped",
        f"`{wanted}` belongs to a page that is not built, so this link goes nowhere",
        "remove the link until that page is published, or move the file to another folder",
    )


def _broken(wanted: str, inner: str | None, page: str, address: str, targets: LinkTargets) -> Flaw:
    file, at = _places(wanted, page, address)
    if why := _why_left_out(file, targets) or _why_left_out(f"static{at}", targets):
        message = f"`{wanted}` is not published, because {why}"
        return Flaw("broken-link", message, "rename it, or remove the link", "error")
    message = f"there is no page or file `{wanted}` on this site"
    if inner is not None:
        file, _ = _places(inner, page, address)
    return Flaw("broken-link", message, _near(file, page, targets), "error")


def _why_left_out(path: str, targets: LinkTargets) -> str | None:
    """Return why a file, or a folder that it is in, is not published because of its name."""
    if not targets.left_out:
        return None
    parts = path.split("/")
    above = ("/".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((targets.left_out[each] for each in above if each in targets.left_out), None)


def _near(file: str, page: str, targets: LinkTargets) -> str:
    """Return a hint for the article at `page`, which links to a file that does not exist."""
    # Compare without the common prefix and suffix: they make all paths look similar.
    files = {address.strip("/"): path for path, address in targets.addresses.items()}
    files |= {_stem(path): path for path in (*targets.files, *targets.addresses)}
    files = {stem: path for stem, path in files.items() if stem and path != page}
    near = nearest(_stem(file), files)
    if near is not None:
        link = posixpath.relpath(files[near], posixpath.dirname(page))
        how = " Link to a page by the path of its .md file" if link.endswith(".md") else ""
        return f"did you mean `{link}`?{how}"
    if file.endswith((".md", ".html")) or "." not in posixpath.basename(file):
        return "link to a page by the path of its .md file, relative to this file's folder"
    return "put the file next to the article, or write its path relative to the article's folder"


def _stem(path: str) -> str:
    return path.removeprefix("content/").removesuffix(".md").removesuffix(".html")
