"""Themes: where a theme's files are found, and what a site gets of them.

A theme is a folder with any of

* `templates/` – Jinja templates; `pages/` says which there are and what each is given;
* `styles/` – parts of the style sheet, joined in the order of their names into `assets/style.css`,
  and those in a folder `styles/NAME/` into `assets/NAME.css`, which some pages need besides;
* `scripts/` – parts of the script, joined likewise into `assets/script.js` and `assets/NAME.js`;
* `static/` – files that are copied to `assets/`.

Each file is taken from the first of these folders that has it, so that a site may override any
single one: `themes/NAME/` of the site, the built-in theme NAME, `themes/default/` of the site, the
built-in default. In a template, `{% extends "built-in/base.html" %}` names explainer's own file
even where it is overridden, and `{% extends "default/base.html" %}` that of the default theme.

Nothing that a template does wrong is silent or a traceback: `Theme.render` raises `TemplateError`
with a `Problem` that names the template, the line and, for a misspelt name, the nearest right one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jinja2

from explainer.model.location import Location
from explainer.model.problems import Problem, nearest
from explainer.render import templates
from explainer.render.minify import minify_css, minify_js

KINDS = ("templates", "styles", "scripts", "static")
"""The folders of a theme."""

_NAME = re.compile(r"[\w-][\w.-]*")


@dataclass(frozen=True)
class Theme:
    """A theme that was found. Holds no state but Jinja's compiled templates."""

    name: str
    folders: tuple[templates.ThemeFolder, ...]
    """In the order in which files are looked for."""
    cache: Path | None = None
    """Where compiled templates are kept between runs."""

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja, set up for this theme."""
        return templates.make_environment(self.folders, self.cache)

    def __getstate__(self) -> dict[str, object]:
        """Compiled templates cannot be handed to another process; it makes its own."""
        return {name: value for name, value in self.__dict__.items() if name != "environment"}

    def render(self, template: str, objects: Mapping[str, object]) -> str:
        """Render a template with these objects and no others, or raise `TemplateError`."""
        try:
            return self.environment.get_template(template).render(objects)
        except Exception as error:
            problem = templates.explain(error, self.folders, objects)
            raise templates.TemplateError(problem) from error

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """By the kind of file: a hash of all there are, as they are when it is first asked for.

        Of those that others override too: templates may name them.
        """
        return {kind: self._digest(kind) for kind in KINDS}

    def _digest(self, kind: str) -> str:
        digest = hashlib.sha256()
        for folder in self.folders:
            for path in sorted((folder.path / kind).rglob("*")):
                if path.is_file():
                    content = hashlib.sha256(path.read_bytes()).digest()
                    digest.update(f"{path}\0".encode(errors="surrogatepass") + content)
        return digest.hexdigest()

    def files(self, kind: str) -> dict[str, Path]:
        """The files of one of a theme's folders: by name, the one that counts."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            top = folder.path / kind
            for path in sorted(top.rglob("*")):
                name = path.relative_to(top).as_posix()
                if path.is_file() and not any(p.startswith(".") for p in name.split("/")):
                    found.setdefault(name, path)
        return dict(sorted(found.items()))

    def listed(self) -> tuple[tuple[str, str], ...]:
        """All files that count, as `templates/badge.html`, each with its folder's label."""
        return tuple(
            (f"{kind}/{name}", self._folder_of(path).label)
            for kind in KINDS
            for name, path in self.files(kind).items()
        )

    def file(self, name: str) -> Path | None:
        """The file of that kind and name which counts, if there is one."""
        kind, _, rest = name.partition("/")
        return self.files(kind).get(rest) if kind in KINDS else None

    def _folder_of(self, path: Path) -> templates.ThemeFolder:
        return next(folder for folder in self.folders if path.is_relative_to(folder.path))

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """The style sheets and scripts, by the names of their files, joined and minified.

        The parts of a style sheet follow one another; those of a script share a scope of their own.
        """
        made: dict[str, str] = {}
        for kind, name, ending, small in (
            ("styles", "style", ".css", minify_css),
            ("scripts", "script", ".js", minify_js),
        ):
            parts: dict[str, list[str]] = {name: []}
            for file, path in self.files(kind).items():
                folder, _, _ = file.rpartition("/")
                if file.endswith(ending):
                    text = path.read_text(encoding="utf-8")
                    parts.setdefault(folder or name, []).append(text)
            made.update((f"{each}{ending}", small(texts)) for each, texts in parts.items())
        return made


def themes_folder() -> Path:
    """Where explainer's own themes lie: beside the package in a checkout, in it when installed."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def find(
    site: Path, name: str = templates.DEFAULT, *, cache: Path | None = None
) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Find a theme for the site in the folder `site`.

    `cache`: a folder for compiled templates, made if it is not there. Problems: `unknown-theme`,
    `not-utf8` (of a style sheet or script).
    """
    own, built_in = site / "themes", themes_folder()
    # `default` in a site overrides single files; a theme of another name must be somewhere.
    known = sorted({templates.DEFAULT, *_names(own), *_names(built_in)})
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
        for top, prefix in ((own, ""), (built_in, "explainer:"))
        if (top / each).is_dir()
    )
    theme = Theme(name, folders, cache)
    problems = tuple(_unreadable(theme))
    return (None if problems else theme), problems


def _unreadable(theme: Theme) -> Iterator[Problem]:
    """Parts of the style sheet and the script that are no text."""
    for kind in ("styles", "scripts"):
        for name, path in theme.files(kind).items():
            try:
                path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                location = Location(f"{theme._folder_of(path).label}/{kind}/{name}")
                yield Problem(location, "not-utf8", "the file is not UTF-8", "save it as UTF-8")


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [p.name for p in folder.iterdir() if p.is_dir() and _NAME.fullmatch(p.name)]
