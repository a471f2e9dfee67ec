"""Withhold the files of pages and annotations that are not built, and pages of other generators.

A draft's pictures and documents would tell readers what it is about. A file belongs to the page of
its folder, or to all pages of a folder that has no index.md, or to a page of the same name, or to
one that names it. It is withheld if no page that is built names it too. Of a page that is built, a
draft among its annotations only owns the files that it alone names.
"""

from __future__ import annotations

import html
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from explainer.model.documents import Asset, RoutedDocument
from explainer.model.location import Location
from explainer.model.problems import Problem, some
from explainer.site.file_names import is_foreign
from explainer.site.walk import CONTENT
from explainer.support.patterns import later

_YAML_COMMENT = later(r"^[ \t]*#.*", re.MULTILINE)
_UNUSED = later(
    r"\\."
    r"|<!--.*?--!?>"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)"
    r"|^ {0,3}(?P<fence>`{3,}|~{3,}).*?^ {0,3}(?P=fence)",
    re.DOTALL | re.MULTILINE,
)
"""Comments, code spans in one line, and code blocks. Also what a backslash escapes, which stays."""
_WORD = later(r"""[^\s/"'`()<>\[\]{},;:=|?#&*]+""")


@dataclass
class Files:
    """Files in content/, and those of them that are withheld."""

    built: Sequence[RoutedDocument]
    """The pages that are built."""
    skipped: Sequence[RoutedDocument]
    """Those that are not."""
    drafts: Sequence[RoutedDocument]
    """The annotations that are left out of pages that are built, under the paths of their files."""
    targets: Mapping[str, str]
    """By path: the path in the output of each file."""
    real: Mapping[str, str]
    """By the path of a file that a link leads to: the path of its target."""
    url: str | None
    """The address of the site."""
    withheld: dict[str, str] = field(default_factory=dict)
    """By the path of a file: the page that it belongs to; empty for a page of another generator."""
    shared: dict[str, list[str]] = field(default_factory=dict)
    """By the path of a skipped page: files in its own folder that another page uses."""
    static: Sequence[Asset] = field(default=(), init=False)
    """The files in static/."""
    in_static: dict[str, list[str]] = field(default_factory=dict)
    """By the path of a skipped page: files in static/ that no other page names."""
    _texts: dict[str, str] = field(default_factory=dict, init=False)
    """By path: the texts of the pages in which names of files were looked for."""

    def withhold(self, static: Iterable[Asset]) -> None:
        """Fill `withheld`, `shared`, and `in_static`. `static` are the files in static/."""
        self.static = tuple(static)
        for path, target in self.targets.items():
            owner = self._owner(path)
            if owner is None and not is_foreign(self.real.get(path, path)):
                continue
            if self._naming(Asset(path, target), self._built_by_word) is None:
                self.withheld[path] = owner or ""
            elif owner and posixpath.basename(owner) == "index.md" and self._is_in(path, owner):
                self.shared.setdefault(owner, []).append(path)
        for asset in self.static:
            if owner := self._owner(asset.path):
                self.withheld[asset.path] = owner
            elif page := self._only_named_by(asset):
                self.in_static.setdefault(page, []).append(asset.path)

    @property
    def decided_by_names(self) -> tuple[Asset, ...]:
        """All files, if it depends on the texts of pages which of them are published."""
        is_decided = self.skipped or self.drafts or any(map(is_foreign, self.real.values()))
        if not is_decided and not any(map(is_foreign, self.targets)):
            return ()
        return (*(Asset(path, target) for path, target in self.targets.items()), *self.static)

    def problems(self) -> Iterator[Problem]:
        """Report pages of other generators, and files of skipped pages that are published."""
        for path, owner in self.withheld.items():
            if not owner:
                message = "this is not a page, and is not published: pages end in `.md`"
                hint = "rename it; to offer the file itself, link to it"
                yield Problem(Location(path), "not-published", message, hint, "info")
        for files, why, hint in (
            (self.shared, "which other pages use", "remove it from the other pages"),
            (self.in_static, "in static/", f"move it to `{CONTENT}/`"),
        ):
            for owner, paths in files.items():
                shown = some([f"`{posixpath.basename(path)}`" for path in paths])
                what = "this page" if owner.endswith(".md") else "the draft that names it"
                message = f"published although {what} is not: {shown}, {why}"
                hint = f"if nobody may see it yet, {hint}"
                yield Problem(Location(owner), "shared-file", message, hint, "info")

    @property
    def has_read_texts(self) -> bool:
        """Whether names of files were looked for in the texts of pages."""
        return bool(self._texts)

    def of(self, page: str) -> str:
        """Name the withheld files of a page for a message; empty if there are none."""
        paths = [path for path, owner in self.withheld.items() if owner == page]
        names = dict.fromkeys(posixpath.basename(path) for path in paths)
        return some([f"`{name}`" for name in names])

    def _owner(self, path: str) -> str | None:
        """Return the skipped page, or the file of drafts, that a file belongs to, or None."""
        if not self._skipped and not self.drafts:
            return None
        real = self.real.get(path, path)
        pages = self._pages_of(real)
        if pages and self._skipped.issuperset(pages):
            return pages[0]
        if (page := posixpath.splitext(real)[0] + ".md") in self._skipped:
            return page
        if path not in self.targets:
            return None
        return self._naming(Asset(path, self.targets[path]), self._skipped_by_word)

    def _only_named_by(self, file: Asset) -> str | None:
        """Return a skipped page, or a file of drafts, that names a file if nothing else does."""
        if not (self._skipped or self.drafts) or self._naming(file, self._built_by_word):
            return None
        return self._naming(file, self._skipped_by_word)

    def _pages_of(self, path: str) -> list[str]:
        """Return the pages of the nearest folder that has any: only its index.md if it has one."""
        folder = posixpath.dirname(path)
        while folder.startswith(f"{CONTENT}/"):
            if pages := self._folders.get(folder):
                index = f"{folder}/index.md"
                return [index] if index in pages else pages
            folder = posixpath.dirname(folder)
        return []

    @staticmethod
    def _is_in(path: str, page: str) -> bool:
        return path.startswith(posixpath.dirname(page) + "/")

    @cached_property
    def _skipped(self) -> frozenset[str]:
        return frozenset(page.path for page in self.skipped)

    @cached_property
    def _folders(self) -> Mapping[str, list[str]]:
        folders: dict[str, list[str]] = {}
        for page in (*self.built, *self.skipped):
            folders.setdefault(posixpath.dirname(page.path), []).append(page.path)
        return folders

    @cached_property
    def _built_by_word(self) -> Mapping[str, list[RoutedDocument]]:
        return self._by_word(self.built)

    @cached_property
    def _skipped_by_word(self) -> Mapping[str, list[RoutedDocument]]:
        return self._by_word((*self.skipped, *self.drafts))

    def _by_word(self, pages: Iterable[RoutedDocument]) -> Mapping[str, list[RoutedDocument]]:
        """Return the pages by the words in them that can be the end of a file's name.

        A site may have thousands of files and pages: not each can be looked for in each.
        """
        words: dict[str, list[RoutedDocument]] = {}
        for page in pages:
            text = self._texts[page.path] = _text_of(page)
            for word in _words(text):
                words.setdefault(word, []).append(page)
        return words

    def _naming(self, file: Asset, pages: Mapping[str, list[RoutedDocument]]) -> str | None:
        """Return the first page that names a file, or None. `pages` are those of `_by_word`."""
        texts, url = self._texts, self.url
        for page in pages.get(_last_word(file), ()):
            if _names(texts[page.path], page, file, url):
                return page.path
        return None


def by_word(files: Iterable[Asset]) -> Mapping[str, Sequence[Asset]]:
    """Return files by the last word of their names, for `named_by`."""
    words: dict[str, list[Asset]] = {}
    for file in files:
        words.setdefault(_last_word(file), []).append(file)
    return words


def named_by(
    page: RoutedDocument, files: Mapping[str, Sequence[Asset]], url: str | None
) -> frozenset[str]:
    """Return the paths of the files that a page names. `url` is the address of the site."""
    if not files:
        return frozenset()
    text = _text_of(page)
    found = (file for word in _words(text) for file in files.get(word, ()))
    return frozenset(file.path for file in found if _names(text, page, file, url))


def _names(text: str, page: RoutedDocument, file: Asset, url: str | None) -> bool:
    """Whether the text of a page names a file, in any spelling of a link.

    The text is not parsed: what looks like a link to the file counts.
    """
    target = f"/{file.target}"
    spellings = [
        posixpath.relpath(file.path, posixpath.dirname(page.path)),
        posixpath.relpath(target, page.address),
        file.path.removeprefix(CONTENT),
        target,
        *([url.rstrip("/") + target] if url else []),
    ]
    any_of = "|".join(re.escape(_nfc(each)) for each in spellings)
    return bool(re.search(rf"(?<![\w./-])(?:\./)*(?:{any_of})(?![\w-]|\.\w)", text))


def _words(text: str) -> set[str]:
    return {word.strip(".") for word in _WORD.findall(text)}


def _last_word(file: Asset) -> str:
    word = _WORD.findall(_nfc(posixpath.basename(file.path)))[-1:]
    return word[0].strip(".") if word else " "


def _text_of(page: RoutedDocument) -> str:
    """Return the texts of a page without comments and code, and without the signs of escaping."""
    article, annotations = page.document.article, page.document.annotations
    yaml = article.content[: page.start] + (annotations.content if annotations else "")
    text = f"{_YAML_COMMENT.sub('', yaml)}\n{page.body}"
    text = _UNUSED.sub(lambda found: found[0] if found[0].startswith("\\") else " ", text)
    return _nfc(html.unescape(unquote(text.replace("\\", ""))))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
