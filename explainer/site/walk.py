"""List the files of a site that can be published. Everything else is reported, or is nobody's work.

Names decide first (`file_names`), then what a symbolic link points to. Where a link leads into
another folder, the rules of both folders hold, so that a link publishes nothing that its target
does not.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from explainer.model.location import Location
from explainer.model.problems import Code, Problem, Severity, some
from explainer.site import file_names
from explainer.support.files import kind_of, reason
from explainer.support.paths import MANIFEST
from explainer.support.temporary import is_temporary

CONTENT = "content"
STATIC = "static"
THEMES = "themes"
LIBRARY = "_library.yaml"

Stamp: TypeAlias = tuple[int, int, int, int]
"""The status of a file: device, inode, size in bytes, time of the last change in nanoseconds."""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file with this status."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


_FOLDERS = (CONTENT, STATIC, THEMES)
_DEEPEST = 60
"""How deep folders can be nested: deeper than on any site, but not too deep for Python."""


class Links:
    """What the symbolic links of a site may point to.

    A link in one of the three folders may point to a file or folder in one of them that is not
    hidden; one in a theme, only to a theme or to static/. One of these folders, or a theme, may
    itself be a link within the site.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._site = Path(os.path.realpath(root))
        self._tops = {
            name: top
            for name in _FOLDERS
            if self._can_be_folder(top := Path(os.path.realpath(root / name)))
        }

    def real(self, path: str) -> Path:
        """Return the resolved path of a file. Raises OSError if there is none, or a loop."""
        return Path(os.path.realpath(self.root / path, strict=True))

    def relative(self, real: Path) -> str:
        """Return a resolved path within the site relative to the site's folder.

        If one of the three folders is a link, a path in it begins with the folder's name.
        """
        name = self._top_of(real)
        if name is None:
            return real.relative_to(self._site).as_posix()
        return (PurePosixPath(name) / real.relative_to(self._tops[name])).as_posix()

    def is_published(self, real: Path) -> bool:
        """Whether no name in a resolved path keeps it off the site."""
        name = self._top_of(real)
        if name is None:
            return True
        parts = real.relative_to(self._tops[name]).parts
        return not any(file_names.is_left_out(part, in_content=name == CONTENT) for part in parts)

    def refusal(self, path: str, real: Path) -> str:
        """Return why the link at `path` must not be followed to `real`; empty if it may."""
        if not real.is_relative_to(self._site):
            return "points outside the site"
        if "/" not in path or (path.startswith(f"{THEMES}/") and path.count("/") == 1):
            if self._can_be_folder(real):
                return ""
            return f"points to `{self.relative(real)}`, which is not to be published"
        name = self._top_of(real)
        if name is None:
            shown = self.relative(real)
            return f"points to `{shown}`, which is not in `content`, `static`, or `themes`"
        if not all(map(file_names.is_served, real.relative_to(self._tops[name]).parts)):
            return f"points to `{self.relative(real)}`, which is hidden"
        if name == CONTENT and path.startswith(f"{THEMES}/"):
            return f"points to `{self.relative(real)}`: files of a theme cannot be in `content`"
        return ""

    def check_write(self, path: str) -> None:
        """Raise OSError if writing to `path` would follow a link that must not be followed."""
        real = Path(os.path.realpath(self.root / path))
        if real != self._site / path and (why := self.refusal(path, real)):
            message = f"a symbolic link in its path {why}"
            raise OSError(errno.EPERM, message, str(self.root / path))

    def _top_of(self, real: Path) -> str | None:
        """Return which of the three folders a resolved path is in, or None."""
        return next((name for name, top in self._tops.items() if real.is_relative_to(top)), None)

    def _can_be_folder(self, real: Path) -> bool:
        """Whether a resolved path can be one of the three folders: not hidden, and not output."""
        if not real.is_relative_to(self._site) or real == self._site:
            return False
        if any(part.startswith(".") for part in real.relative_to(self._site).parts):
            return False
        above = (real, *real.parents)
        try:
            return not any((each / MANIFEST).exists() for each in above[: above.index(self._site)])
        except OSError:  # reported when the folder is listed
            return True


class Walk:
    """One pass over a site's folders, which collects problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.links = Links(root)
        self.problems: list[Problem] = []
        self.stamps: dict[str, Stamp] = {}
        """By path: the stamps of the files."""
        self.real: dict[str, str] = {}
        """By the path of a file that a link leads to: the path of its target."""
        self.left_out: dict[str, str] = {}
        """By the path of a file or folder that is not published: the reason."""
        self.leftovers: list[str] = []
        """Paths of temporary files and folders of explainer's own, which a killed run left."""
        self.failed: set[str] = set()
        """Paths of files and folders that have a problem."""
        self._backups: list[str] = []
        self._remarks: list[Problem] = []
        self._followed: list[Path] = []

    def problem(
        self, path: str, code: Code, message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        """Add a problem with a whole file."""
        self.problems.append(Problem(Location(path), code, message, hint, severity))
        self.failed.add(path)

    def unreadable(self, path: str, error: OSError) -> None:
        """Report a file or folder that the system does not let us read."""
        hint = "check that it exists and that you have permission to read it"
        self.problem(path, "unreadable", f"cannot be read: {reason(error)}", hint)

    def files(self, top: str) -> Iterator[str]:
        """Yield the path of every file to publish in a folder of the site, in the order of names.

        A missing folder has no files.
        """
        linked = ""
        try:
            for path in _upwards(top):
                if (self.root / path).is_symlink():
                    if (real := self.follow(path)) is None:
                        return
                    linked = self.links.relative(real)
            mode = (self.root / top).stat().st_mode
        except FileNotFoundError:
            return
        except OSError as error:
            self.unreadable(top, error)
            return
        if not stat.S_ISDIR(mode):
            self.problem(top, "unreadable", "this is not a folder", "remove it")
            return
        is_content = top == CONTENT or _is_in_content(linked)
        yield from self._folder(top, (), is_content=is_content, linked=linked)

    def check(self, folder: str) -> None:
        """Report what cannot be used below a folder, such as a theme's."""
        for path in self.files(folder):
            self.can_read(path)

    def can_read(self, path: str) -> bool:
        """Whether a file may be read; report it otherwise. Cheap: does not open the file."""
        if os.access(self.root / path, os.R_OK):
            return True
        self.unreadable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
        return False

    def remarks(self) -> Iterator[Problem]:
        """Yield the remarks on what is left out because of its name."""
        for remark in self._remarks:
            real = Path(os.path.realpath(self.root / remark.location.path))
            if not any(target.is_relative_to(real) for target in self._followed):
                yield remark
        if self._backups:
            first, *others = self._backups
            message = "this is a backup, or an unfinished or conflicting copy: it is not published"
            if others:
                message += f"; the same goes for {some([f'`{each}`' for each in others])}"
            hint = "delete it; if readers need it, give it another name"
            yield Problem(Location(first), "backup-file", message, hint, "info")

    def follow(self, path: str) -> Path | None:
        """Return the resolved path that a link points to. Report one that must not be followed."""
        try:
            real = self.links.real(path)
        except OSError:
            message = "this symbolic link points to nothing, or to itself"
            self.problem(path, "link-broken", message, "fix or remove it", "info")
            return None
        if why := self.links.refusal(path, real):
            hint = "remove the link, or replace it by a copy of what you want to publish"
            self.problem(path, "link-outside", f"this symbolic link {why}", hint)
            return None
        if not (is_source(path) or self.links.is_published(real)):
            why = f"it leads to `{self.links.relative(real)}`, which is not"
            self._withhold(path, "link", why, "rename the file, or replace the link by a copy")
            return None
        self._followed.append(real)
        return real

    def _folder(
        self, folder: str, above: tuple[tuple[int, int], ...], *, is_content: bool, linked: str = ""
    ) -> Iterator[str]:
        """Yield the files below a folder.

        `above` has the device and inode of the enclosing folders: a loop of links is not followed.
        `linked` is the folder's resolved path if a link leads to it.
        """
        try:
            entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
            status = (self.root / folder).stat()
        except OSError as error:
            self.unreadable(folder, error)
            return
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            return
        if len(above) > _DEEPEST:
            message = "folders are nested too deeply here"
            self.problem(folder, "unreadable", message, "move this folder up")
            return
        for entry in entries:
            path = f"{folder}/{entry.name}"
            target, is_source = f"{linked}/{entry.name}" if linked else "", is_content
            if self._is_left_out(entry, path, is_content=is_content):
                continue
            if entry.is_symlink():
                real = self.follow(path)
                if real is None or self._encloses(real, path):
                    continue
                target = self.links.relative(real)
                is_source = is_content or _is_in_content(target)
            if self._is_folder(entry, path, target, is_content=is_source):
                inner = (*above, identity)
                yield from self._folder(path, inner, is_content=is_source, linked=target)
            elif path in self.stamps:
                yield path

    def _is_folder(
        self, entry: os.DirEntry[str], path: str, target: str, *, is_content: bool
    ) -> bool:
        """Whether an entry is a folder. If it is a file, stamp it; report anything else."""
        try:
            status = entry.stat()
        except OSError as error:
            self.unreadable(path, error)
            return False
        if stat.S_ISDIR(status.st_mode):
            if not (is_content and entry.name.endswith((".md", ".yaml"))):
                return True
            message = "a folder cannot have the name of an article or annotation file"
            self.problem(path, "bad-name", message, "rename the folder")
        elif stat.S_ISREG(status.st_mode):
            if not (self._leads_to_source(path, target) or self._is_private_key(path)):
                self.stamps[path] = stamp_of(status)
            if target:
                self.real[path] = target
        else:
            message = f"this is {kind_of(status.st_mode)}, not a file"
            self.problem(path, "unreadable", message, "remove it")
        return False

    def _leads_to_source(self, path: str, target: str) -> bool:
        """Whether a file is an article or annotations under another name. If so, report it."""
        if is_source(path) or not is_source(target):
            return False
        why = f"it leads to `{target}`, which is published only as a page"
        self._withhold(path, "link", why, "to publish the source too, replace the link by a copy")
        return True

    def _is_private_key(self, path: str) -> bool:
        """Whether a file holds a private key. If so, report it."""
        try:
            is_key = file_names.is_private_key(f"{self.root}/{path}")
        except OSError as error:
            self.unreadable(path, error)
            return True
        if is_key:
            hint = "keep it out of the site’s folder, and out of version control"
            self._withhold(path, "file", "it looks like a private key", hint)
        return is_key

    def _withhold(self, path: str, what: str, why: str, hint: str) -> None:
        """Leave out a file or link because of what is in it or behind it."""
        self.left_out[path] = why
        message = f"this {what} is not published, because {why}"
        self.problems.append(Problem(Location(path), "not-published", message, hint, "info"))

    def _encloses(self, real: Path, path: str) -> bool:
        return Path(os.path.realpath((self.root / path).parent)).is_relative_to(real)

    def _is_left_out(self, entry: os.DirEntry[str], path: str, *, is_content: bool) -> bool:
        """Whether the name of a file or folder keeps it off the site. Report it if need be."""
        name = entry.name
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = path.encode(errors="replace").decode()
            self.problem(shown, "bad-name", "the file name is not UTF-8", "rename the file")
            return True
        is_hidden = name.startswith(".")
        if is_temporary(name):
            self.leftovers.append(path)
            return True
        if file_names.is_system(name) or file_names.is_of_a_tool(name):
            return True
        if file_names.is_backup(name):
            self.left_out[path] = "it has the name of a backup"
            if not is_hidden:
                self._backups.append(path)
            return True
        if is_content and path == f"{CONTENT}/{LIBRARY}":
            return True
        if is_content and name.startswith("_"):
            self._leave_out(entry, path, "its name begins with `_`")
        elif is_hidden and (is_content or not file_names.is_served(name)):
            only_pages = is_content and not file_names.is_for_hosts(name)
            self._leave_out(entry, path, "its name begins with `.`", only_pages=only_pages)
        else:
            return False
        return True

    def _leave_out(
        self, entry: os.DirEntry[str], path: str, why: str, *, only_pages: bool = False
    ) -> None:
        """Leave out a file or folder because of its name. With `only_pages`, report only pages."""
        self.left_out[path] = why
        what = "file"
        if entry.is_dir(follow_symlinks=False):
            inside = [name for name in _names_below(entry.path) if not file_names.is_system(name)]
            if only_pages:
                inside = inside if any(map(file_names.is_like_a_page, inside)) else []
            if not inside:
                return
            what = f"folder with {len(inside)} file{'' if len(inside) == 1 else 's'}"
        elif only_pages and not file_names.is_like_a_page(entry.name):
            return
        hint = "if readers need it, rename it; if it is private, keep it in another folder"
        if entry.name.startswith("_library."):
            hint = f"sources and people for all articles are in `{CONTENT}/{LIBRARY}`"
        if file_names.is_for_hosts(entry.name):
            hint = f"move it to `{STATIC}/`"
        message = f"this {what} is not published, because {why}"
        self._remarks.append(Problem(Location(path), "not-published", message, hint, "info"))


def _is_in_content(path: str) -> bool:
    return path == CONTENT or path.startswith(f"{CONTENT}/")


def is_source(path: str) -> bool:
    """Whether a path is that of an article or an annotation file."""
    return _is_in_content(path) and path.endswith((".md", ".yaml"))


def _upwards(path: str) -> Iterator[str]:
    """Yield a path and the paths of its parents, the outermost first."""
    parts = path.split("/")
    yield from ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _names_below(folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder, without following links."""
    for _, _, files in os.walk(folder):
        yield from files
