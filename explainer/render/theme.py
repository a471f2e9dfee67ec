"""Find the files of a theme and render its templates.

A theme is a folder with any of these:

* `templates/`: Jinja templates. `pages.py` lists them and what each gets.
* `styles/`: parts of the style sheet, joined in the order of their names into `assets/style.css`.
  Those in a folder `styles/NAME/` go into `assets/NAME.css`, which only some pages need.
* `scripts/`: parts of the script, joined the same way into `assets/script.js` and `assets/NAME.js`.
* `static/`: files that are copied to `assets/`.

Each file comes from the first of these folders that has it, so a site can override any single file:
the site's `themes/NAME/`, the built-in theme NAME, the site's `themes/default/`, and the built-in
default theme. In a template, `{% extends "built-in/base.html" %}` refers to explainer's own file
even if it is overridden, and `{% extends "default/base.html" %}` to that of the default theme.

No error in a template is silent or causes a traceback: `Theme.render` raises `TemplateError` with a
`Problem` that gives the template, the line, and for a misspelled name the nearest correct one.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path

import jinja2

from explainer.model.location import Location
from explainer.model.problems import Problem, nearest
from explainer.render import minify, templates
from explainer.site.file_names import is_litter
from explainer.site.walk import THEMES, Walk
from explainer.support import cache as cache_folder
from explainer.support.files import reason
from explainer.support.stamps import themes_folder
from explainer.support.values import dataclass

KINDS = ("templates", "styles", "scripts", "static")
"""The folders of a theme."""

_NAME = re.compile(r"[\w-][\w.-]*")
_COMPILED = frozenset(("environment", "_direct", "_general"))


@dataclass(frozen=True)
class Theme:
    """A theme. Its only state is Jinja's compiled templates."""

    name: str
    folders: tuple[templates.ThemeFolder, ...]
    """The folders in the order in which they are searched for files."""
    cache: Path | None = None
    """The folder that keeps compiled templates, and joined styles and scripts, between runs."""

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja, set up for this theme."""
        return templates.make_environment(self.folders, self.cache)

    @cached_property
    def _direct(self) -> jinja2.Environment:
        """Jinja, with templates compiled to faster code, which may fail where other code works."""
        return templates.make_environment(self.folders, self.cache, direct=True)

    @cached_property
    def _general(self) -> set[str]:
        """The templates that the faster code cannot render."""
        return set()

    def __getstate__(self) -> dict[str, object]:
        """Leave out compiled templates: other processes compile their own."""
        return {name: value for name, value in self.__dict__.items() if name not in _COMPILED}

    def render(self, template: str, objects: Mapping[str, object]) -> str:
        """Render a template with only these objects. Raises `TemplateError`."""
        if template not in self._general:
            with suppress(Exception):  # a mistake fails again, and is explained, below
                return self._direct.get_template(template).render(objects)
            self._general.add(template)
        try:
            return self.environment.get_template(template).render(objects)
        except Exception as error:
            problem = templates.explain(error, self.folders, objects)
            raise templates.TemplateError(problem) from error

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """A hash of all files of each kind, at the time of first use.

        Includes overridden files, because templates can refer to them.
        """
        return {kind: self._digest(kind) for kind in KINDS}

    def _digest(self, kind: str) -> str:
        digest = hashlib.sha256()
        for _, path in self._every[kind]:
            content = b""
            with suppress(OSError):  # a page that needs it says so
                content = hashlib.sha256(path.read_bytes()).digest()
            digest.update(f"{path}\0".encode(errors="surrogatepass") + content)
        return digest.hexdigest()

    @cached_property
    def _every(self) -> Mapping[str, Sequence[tuple[str, Path]]]:
        """By kind: the names and paths of all files, at the time of first use."""
        return {
            kind: [pair for folder in self.folders for pair in _files_below(folder.path / kind)]
            for kind in KINDS
        }

    def files(self, kind: str) -> dict[str, Path]:
        """Return the files of a kind that are not overridden, by name."""
        files: dict[str, Path] = {}
        for name, path in self._every[kind]:
            if not any(map(_is_ignored, name.split("/"))):
                files.setdefault(name, path)
        return dict(sorted(files.items()))

    @cached_property
    def template_names(self) -> frozenset[str]:
        """The names of its templates at the time of first use, such as `parts/after.html`."""
        return frozenset(self.files("templates"))

    @cached_property
    def _template_text(self) -> str:
        paths = self.files("templates").values()
        return "\n".join(path.read_text(encoding="utf-8") for path in paths)

    def names(self, asset: str) -> bool:
        """Return whether a template names a file under `assets/`, or all that pages need."""
        return asset in self._template_text or "asset(name)" in self._template_text

    def other_pages(self, *, home: bool) -> frozenset[str]:
        """Return the names of the default theme's templates that cannot render an article.

        `home`: whether the article is the text of the home page, which has another template.
        """
        own = "home.html" if home else "article.html"
        names = (path.name for path in (self.folders[-1].path / "templates").glob("*.html"))
        return frozenset(names) - {own}

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Return all files that are not overridden, such as `templates/badge.html`, each with its
        folder's label.
        """
        return tuple(
            (f"{kind}/{name}", self._folder_of(path).label)
            for kind in KINDS
            for name, path in self.files(kind).items()
        )

    @cached_property
    def own_templates(self) -> tuple[tuple[str, Path], ...]:
        """The templates of the site itself: the names that problems show, and the files."""
        return tuple(self._own("templates", "*.html"))

    @property
    def own_styles(self) -> Iterator[tuple[str, str]]:
        """The style sheets of the site itself: the names that problems show, and the texts."""
        for name, path in self._own("styles", "*.css"):
            yield name, path.read_text(encoding="utf-8", errors="replace")

    def _own(self, kind: str, pattern: str) -> Iterator[tuple[str, Path]]:
        for folder in self.folders:
            if not folder.built_in:
                top = folder.path / kind
                for path in sorted(top.rglob(pattern)):
                    if path.is_file():
                        yield f"{folder.label}/{kind}/{path.relative_to(top).as_posix()}", path

    def file(self, name: str) -> Path | None:
        """Return the file with a name such as `templates/badge.html`; None if there is none."""
        kind, _, rest = name.partition("/")
        return self.files(kind).get(rest) if kind in KINDS else None

    def _folder_of(self, path: Path) -> templates.ThemeFolder:
        return next(folder for folder in self.folders if path.is_relative_to(folder.path))

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """The style sheets and scripts, joined and minified, by file name.

        The parts of a script share one scope.
        """
        made: dict[str, str] = {}
        for kind, name, ending, small in (
            ("styles", "style", ".css", minify.minify_css),
            ("scripts", "script", ".js", minify.minify_js),
        ):
            parts: dict[str, list[str]] = {name: []}
            for file, path in self.files(kind).items():
                folder, _, _ = file.rpartition("/")
                if file.endswith(ending):
                    text = path.read_text(encoding="utf-8")
                    parts.setdefault(folder or name, []).append(text)
            for each, texts in parts.items():
                made[f"{each}{ending}"] = self._kept(f"{each}{ending}", texts, small)
        return made

    def _kept(self, name: str, parts: Sequence[str], small: Callable[[Iterable[str]], str]) -> str:
        """Return the parts of a file joined by `small`, from the cache if they are the same."""
        if self.cache is None:
            return small(parts)
        key = hashlib.sha256("\0".join([_program(), *parts]).encode()).digest()
        path = self.cache / name
        if (kept := cache_folder.read_sealed(path, key)) is not None:
            return kept.decode()
        made = small(parts)
        cache_folder.keep_sealed(path, key, made.encode())
        return made


@cache
def _program() -> str:
    """Return the text of the program that joins styles and scripts."""
    return Path(minify.__file__).read_text(encoding="utf-8")


def _files_below(top: Path) -> list[tuple[str, Path]]:
    """Return the names, relative to a folder, and the paths of all files below it."""
    found, start = [], len(str(top)) + 1
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - for speed: there are many files
            if os.path.isfile(path):  # noqa: PTH113
                found.append((path[start:].replace(os.sep, "/"), Path(path)))
    return sorted(found)


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or is_litter(name)


def find(
    site: Path, name: str = templates.DEFAULT, *, cache: Path | None = None
) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Find a theme for the site in the folder `site`.

    `cache` is the site's folder for compiled templates, if it has one. Problems:
    `unknown-theme`, `not-utf8` (in a style sheet or script), `unreadable`, `link-outside`,
    `link-broken`.
    """
    own, built_in = site / THEMES, themes_folder()
    # A site's `default` only overrides single files; a theme with another name must exist.
    try:
        known = sorted({templates.DEFAULT, *_names(own), *_names(built_in)})
    except OSError as error:
        message = f"cannot be read: {reason(error)}"
        return None, (Problem(Location(THEMES), "unreadable", message),)
    if name not in known or not _NAME.fullmatch(name):
        near = nearest(name, known)
        hint = f"did you mean `{near}`? " if near else ""
        names = templates.listed_names(known)
        own_folder = f"themes/{name}/" if _NAME.fullmatch(name) else "themes/NAME/"
        return None, (
            Problem(
                Location("site.toml"),
                "unknown-theme",
                f"there is no theme `{name}`",
                f"{hint}Available: {names}; to add your own, create the folder `{own_folder}`",
            ),
        )
    folders = tuple(
        templates.ThemeFolder(top / each, f"{prefix}themes/{each}", bool(prefix))
        for each in dict.fromkeys((name, templates.DEFAULT))
        for top, prefix in ((own, ""), (built_in, templates.OWN_LABEL))
        if (top / each).is_dir()
    )
    walk = Walk(site)
    for folder in folders:
        if not folder.built_in:
            walk.check(folder.label)
    problems = tuple(walk.problems)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    theme = Theme(name, folders, cache)
    not_text = tuple(_not_text(theme))
    return (None if not_text else theme), (*problems, *not_text)


def _not_text(theme: Theme) -> Iterator[Problem]:
    """Yield a problem for each part of a style sheet or script that cannot be read as UTF-8."""
    for kind in ("styles", "scripts"):
        for name, path in theme.files(kind).items():
            location = Location(f"{theme._folder_of(path).label}/{kind}/{name}")
            try:
                path.read_text(encoding="utf-8")
            except OSError as error:
                yield Problem(location, "unreadable", f"cannot be read: {reason(error)}")
            except UnicodeDecodeError:
                yield Problem(location, "not-utf8", "the file is not UTF-8", "save it as UTF-8")


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [p.name for p in folder.iterdir() if p.is_dir() and _NAME.fullmatch(p.name)]
