"""Themes: where a theme's files lie, how its templates run, and what is said when one is wrong.

A theme is a folder with any of

* `templates/` – Jinja templates; `render.py` says which there are and what each is given;
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
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.utils import missing
from markupsafe import Markup, escape

from explainer.model.location import Location
from explainer.model.problems import Problem, did_you_mean, nearest

DEFAULT = "default"
BUILT_IN = "built-in"
"""The folder that a template names to get explainer's own file."""
KINDS = ("templates", "styles", "scripts", "static")
"""The folders of a theme."""

_NAME = re.compile(r"[\w-][\w.-]*")
_STRING = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_STRINGS = re.compile(_STRING, re.DOTALL)
_STRING_OR_COMMENT = re.compile(rf"{_STRING}|/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_ZERO = re.compile(r"(?<![\w.#-])0(?=\.\d)")
_NEEDLESS = re.compile(r" ?([{};,>]) ?|(?<=[:(]) | (?=\))")
_SPECIAL = re.compile("[&<>'\"]")


@dataclass(frozen=True, slots=True)
class Folder:
    """One of the folders that a theme's files are looked for in."""

    path: Path
    label: str
    """How problems name it: `themes/mine`, or `explainer:themes/default`."""
    built_in: bool


class TemplateError(Exception):
    """A template cannot be rendered; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class Theme:
    """A theme that was found. Holds no state but Jinja's compiled templates."""

    name: str
    folders: tuple[Folder, ...]
    """In the order in which files are looked for."""
    cache: Path | None = None
    """Where compiled templates are kept between runs."""

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja, set up for this theme."""
        return _environment(self.folders, self.cache)

    def __getstate__(self) -> dict[str, object]:
        """Compiled templates cannot be handed to another process; it makes its own."""
        return {name: value for name, value in self.__dict__.items() if name != "environment"}

    def render(self, template: str, objects: Mapping[str, object]) -> str:
        """Render a template with these objects and no others, or raise `TemplateError`."""
        try:
            return self.environment.get_template(template).render(objects)
        except Exception as error:
            raise TemplateError(_explain(error, self.folders, objects)) from error

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

    def _folder_of(self, path: Path) -> Folder:
        return next(folder for folder in self.folders if path.is_relative_to(folder.path))

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """The style sheets and scripts, by the names of their files, joined and minified.

        The parts of a style sheet follow one another; those of a script share a scope of their own.
        """
        made: dict[str, str] = {}
        for kind, name, ending, small in (
            ("styles", "style", ".css", _small),
            ("scripts", "script", ".js", _small_script),
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
    site: Path, name: str = DEFAULT, *, cache: Path | None = None
) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Find a theme for the site in the folder `site`.

    `cache`: a folder for compiled templates, made if it is not there. Problems: `unknown-theme`,
    `not-utf8` (of a style sheet or script).
    """
    own, built_in = site / "themes", themes_folder()
    # `default` in a site overrides single files; a theme of another name must be somewhere.
    known = sorted({DEFAULT, *_names(own), *_names(built_in)})
    if name not in known or not _NAME.fullmatch(name):
        near = nearest(name, known)
        hint = f"did you mean `{near}`? " if near else ""
        own_folder = f"themes/{name}/" if _NAME.fullmatch(name) else "themes/NAME/"
        return None, (
            Problem(
                Location("site.toml"),
                "unknown-theme",
                f"there is no theme `{name}`",
                f"{hint}Themes are {_listed(known)}; one of your own is a folder `{own_folder}`",
            ),
        )
    folders = tuple(
        Folder(top / each, f"{prefix}themes/{each}", bool(prefix))
        for each in dict.fromkeys((name, DEFAULT))
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


def _small(parts: Iterable[str]) -> str:
    """Style sheets without comments, needless white space and zeros; strings stay as they are."""
    return "".join(_small_part(part) for part in parts)


def _small_part(css: str) -> str:
    out = []
    css = _STRING_OR_COMMENT.sub(lambda found: found[1] or " ", css)
    for i, piece in enumerate(_STRINGS.split(css)):
        if i % 2:
            out.append(piece)
        else:
            small = _NEEDLESS.sub(lambda found: found[1] or "", _SPACE.sub(" ", piece))
            out.append(_ZERO.sub("", small.replace(";}", "}")))
    return "".join(out).strip() + "\n"


def _small_script(parts: Iterable[str]) -> str:
    """Scripts in one scope, without comments and needless white space."""
    import rjsmin

    small = rjsmin.jsmin("\n".join(parts))
    return f"(()=>{{{small}}})();\n"


# --- Jinja ---------------------------------------------------------------------------------------


def _environment(folders: tuple[Folder, ...], cache: Path | None) -> jinja2.Environment:
    if cache:
        cache.mkdir(parents=True, exist_ok=True)
    return _Environment(
        loader=_Loader(folders),
        autoescape=True,
        undefined=_Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=jinja2.FileSystemBytecodeCache(str(cache), "%s.bin") if cache else None,
    )


class _Context(Context):
    """A template's names. Calls functions as they are.

    Jinja looks at each function for a wish to be handed the context, which costs more than most of
    ours; no function that our templates are given has one.
    """

    def call(
        __self,  # noqa: N805
        __obj: Callable[..., Any],
        *args: Any,
        _loop_vars: object = None,
        _block_vars: object = None,
        **kwargs: Any,
    ) -> Any:
        return __obj(*args, **kwargs)


class _Environment(jinja2.Environment):
    context_class = _Context


def _escape(value: Any) -> str:
    """What Jinja's `escape` gives, at once where there is nothing to do."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if kind is str and _SPECIAL.search(value) is None:
        return value  # type: ignore[no-any-return]
    return escape(value)


class _Loader(jinja2.BaseLoader):
    """Looks for templates in a theme's folders; what it calls their files is what problems say."""

    def __init__(self, folders: tuple[Folder, ...]) -> None:
        self.folders = folders

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Give a template's text and the name of its file."""
        parts = split_template_path(template)
        folders = self.folders
        if parts and parts[0] == BUILT_IN:
            parts = parts[1:]
            folders = tuple(folder for folder in folders if folder.built_in)
        elif parts and parts[0] == DEFAULT:
            parts = parts[1:]
            folders = tuple(folder for folder in folders if folder.path.name == DEFAULT)
        for folder in folders:
            path = folder.path.joinpath("templates", *parts)
            if path.is_file():
                name = f"{folder.label}/templates/{'/'.join(parts)}"
                try:
                    return path.read_text(encoding="utf-8"), name, lambda: True
                except UnicodeDecodeError:
                    raise jinja2.TemplateSyntaxError(
                        "the file is not UTF-8", 1, template, name
                    ) from None
        raise jinja2.TemplateNotFound(template)

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> jinja2.Template:
        """Load a template, and let it escape with our function, which is faster."""
        template = super().load(environment, name, globals)
        template.root_render_func.__globals__["escape"] = _escape
        return template

    def list_templates(self) -> list[str]:
        """Name every template that can be loaded."""
        names: set[str] = set()
        for folder in self.folders:
            top = folder.path / "templates"
            names.update(p.relative_to(top).as_posix() for p in top.rglob("*") if p.is_file())
        return sorted(names)


class _MissingName(jinja2.UndefinedError):
    """A template used a name or an attribute that is not there."""

    def __init__(self, message: str | None = None, *, owner: object, name: str) -> None:
        super().__init__(message)
        self.owner = owner
        self.name = name


class _Missing(jinja2.StrictUndefined):
    """What is not there, and may not be used; remembers where it was looked for."""

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[jinja2.TemplateRuntimeError] = jinja2.UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)
        if name is not None and exc is jinja2.UndefinedError:
            self._undefined_exception = partial(  # type: ignore[assignment]
                _MissingName, owner=obj, name=str(name)
            )


# --- what is said of a mistake -------------------------------------------------------------------


def _explain(
    error: Exception, folders: tuple[Folder, ...], objects: Mapping[str, object]
) -> Problem:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Problem(
            Location(error.filename or error.name or "", error.lineno),
            "template-syntax",
            f"the template is not Jinja: {_sentence(error.message or 'it cannot be read')}",
        )
    location, names = _innermost(error.__traceback__, folders)
    if isinstance(error, _MissingName):
        return _explain_name(error, location, {*names, *objects}, objects)
    if isinstance(error, jinja2.TemplateNotFound):
        known = _Loader(folders).list_templates()
        wanted = str(error.name or error.message)
        return Problem(
            location,
            "template-missing",
            f"there is no template `{wanted}`",
            did_you_mean(
                wanted.removeprefix(f"{BUILT_IN}/"), known, f"templates are {_listed(known)}"
            ),
        )
    text = _sentence(str(error))
    kind = type(error).__name__
    return Problem(
        location,
        "template-error",
        f"the template fails: {text} ({kind})" if text else f"the template fails: {kind}",
        _on_page(objects),
    )


def _explain_name(
    error: _MissingName, location: Location, names: set[str], objects: Mapping[str, object]
) -> Problem:
    if error.owner is missing:
        hint = did_you_mean(error.name, names, f"there are {_listed(names)}")
        if error.name in objects:
            hint = "a macro sees only what it is given: hand it over as an argument"
        return Problem(location, "template-name", f"there is no `{error.name}` here", hint)
    owner = error.owner
    if isinstance(owner, Mapping):
        known = {str(key) for key in owner}
    else:
        known = {name for name in dir(owner) if not name.startswith("_")}
    what = "nothing (`None`)" if owner is None else f"a `{type(owner).__name__}`"
    otherwise = f"it has {_listed(known)}" if owner is not None else _on_page(objects)
    hint = did_you_mean(error.name, known, otherwise)
    return Problem(location, "template-name", f"{what} has no `{error.name}`", hint)


def _innermost(
    traceback: TracebackType | None, folders: tuple[Folder, ...]
) -> tuple[Location, set[str]]:
    """The place in a template at which something went wrong, and the names known there."""
    labels = tuple(f"{folder.label}/templates/" for folder in folders)
    location, names = Location(f"{folders[-1].label}/templates" if folders else ""), set[str]()
    while traceback:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith(labels):
            location = Location(code.co_filename, traceback.tb_lineno)
            names = {name for name in traceback.tb_frame.f_locals if not name.startswith("_")}
        traceback = traceback.tb_next
    return location, names


def _on_page(objects: Mapping[str, object]) -> str:
    address = getattr(objects.get("page"), "address", "")
    return f"it happened on the page {address}" if address else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)[:24])


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
