"""Set up Jinja for a theme's templates, and explain errors in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from functools import cache, partial
from inspect import unwrap
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import jinja2.bccache
from jinja2 import filters, nodes
from jinja2.loaders import split_template_path
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro, markup_join
from jinja2.utils import concat, missing
from markupsafe import Markup

from explainer.model.free_data import FreeData
from explainer.model.location import Location
from explainer.model.problems import Problem, did_you_mean
from explainer.render import direct as direct_templates
from explainer.render import slim
from explainer.render.direct import DirectGenerator
from explainer.support import cache as cache_folder
from explainer.support import leftovers, markup
from explainer.support.user import user_folder
from explainer.support.values import dataclass

DEFAULT = "default"
BUILT_IN = "built-in"
"""The folder name by which a template refers to explainer's own file."""
OWN_LABEL = "explainer:"
"""What the labels of explainer's own folders begin with."""
_OWN = "explainer-"


@dataclass(frozen=True, slots=True)
class ThemeFolder:
    """One of the folders that are searched for a theme's files."""

    path: Path
    label: str
    """Its name in problems: `themes/mine`, or `explainer:themes/default`."""
    built_in: bool


class TemplateError(Exception):
    """A template cannot be rendered; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class MacroError(Exception):
    """A macro failed that Python called."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def make_environment(
    folders: tuple[ThemeFolder, ...], cache: Path | None, *, direct: bool = False
) -> jinja2.Environment:
    """Set up Jinja for a theme. `cache` is the site's folder for compiled templates, if it has one.

    `direct`: whether to compile templates as in `direct.py`.
    """
    return (_DirectEnvironment if direct else _Environment)(
        loader=_Loader(folders),
        autoescape=True,
        undefined=_Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_BytecodeCache(cache, ".direct.bin" if direct else ".bin"),
    )


class _Context(Context):
    """The variables of a template. Calls functions directly.

    Jinja checks on every call whether a function wants the context as an argument, which takes
    longer than most of our functions. None of them does.
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

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # With these, the same site would have other pages after each build.
        self.filters = {name: one for name, one in self.filters.items() if name != "random"}
        self.globals = {name: one for name, one in self.globals.items() if name != "lipsum"}

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        slim.slim(source)
        return super()._generate(source, name, filename, defer_init)


class _Template(jinja2.Template):
    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render the template, and let go of what it showed.

        Its macros and its context refer to each other, which only the garbage collector would see.
        """
        context = self.new_context(dict(*args, **kwargs))
        try:
            return concat(self.root_render_func(context))
        finally:
            context.vars.clear()

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        """Return what templates can import. It does not depend on who does: none has globals."""
        return super()._get_default_module()


class _DirectEnvironment(_Environment):
    code_generator_class = DirectGenerator
    template_class = _Template

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Each of these wraps a function in one that also works for asynchronous templates.
        self.filters = {name: unwrap(each) for name, each in self.filters.items()}
        self.filters |= {"join": _join, "select": _select, "selectattr": _selectattr}
        self.filters["rejectattr"] = _rejectattr
        self._loaded: dict[str, jinja2.Template] = {}

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> jinja2.Template:
        """Return a template by name. Its file is not looked at again."""
        if isinstance(name, jinja2.Template) or globals:
            return super().get_template(name, parent, globals)
        if (template := self._loaded.get(name)) is None:
            template = self._loaded[name] = super().get_template(name, parent)
            template.globals = dict(template.globals)  # each page copies them
        return template

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item or else an attribute, as Jinja does."""
        try:
            return obj[argument]
        except (AttributeError, LookupError, TypeError):
            return super().getitem(obj, argument)


_PLAIN = frozenset((str,))
_SAFE = _PLAIN | {Markup}


def _joined(values: tuple[Any, ...]) -> str:
    """Join values as `~` does; fast if all are text."""
    for each in values:
        if type(each) not in markup.TEXTS:
            return markup_join(values)
    return "".join(values)


@jinja2.pass_context
def _select(context: Context, value: Iterable[Any], *args: Any, **named: Any) -> Iterable[Any]:
    """Do what Jinja's filter does; fast if only what is true is to be selected."""
    if args or named:
        return filters.sync_do_select(context, value, *args, **named)
    return filter(None, value or ())


@jinja2.pass_context
def _selectattr(context: Context, value: Iterable[Any], *args: Any) -> Iterable[Any]:
    """Do what Jinja's filter does; fast for `"name"` and `"name", "eq", value`."""
    if len(args) == 1:
        get = attrgetter(*args)
        return [each for each in value if get(each)]
    if len(args) == 3 and args[1] == "eq":
        get, wanted = attrgetter(args[0]), args[2]
        return [each for each in value if get(each) == wanted]
    return filters.sync_do_selectattr(context, value, *args)


@jinja2.pass_context
def _rejectattr(context: Context, value: Iterable[Any], *args: Any) -> Iterable[Any]:
    """Do what Jinja's filter does; fast for `"name"`."""
    if len(args) == 1:
        get = attrgetter(*args)
        return [each for each in value if not get(each)]
    return filters.sync_do_rejectattr(context, value, *args)


@jinja2.pass_eval_context
def _join(
    settings: EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None
) -> str:
    """Do what Jinja's filter does; fast if all is text."""
    if attribute is None and settings.autoescape and type(d) in _SAFE:
        value = [*value]
        kinds = {type(d), *map(type, value)}
        if kinds == _PLAIN:
            return d.join(value)
        if kinds <= _SAFE:
            return markup.marked(str.join(markup.shown(d), map(markup.shown, value)))
    return filters.sync_do_join(settings, value, d, attribute)


class _DirectMacro(Macro):
    """A macro that takes less time to call."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        is_simple = not (self.caller or self.catch_kwargs or self.catch_varargs)
        self._count = self._argument_count if is_simple else -1
        """The number of arguments; -1 if Jinja has to look at them."""

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        if kwargs or len(args) != self._count:
            if self._count < 0 or (args and type(args[0]) is EvalContext):
                return super().__call__(*args, **kwargs)
            rest = self.arguments[len(args) :]
            if len(args) > self._argument_count or not kwargs.keys() <= {*rest}:
                return super().__call__(*args, **kwargs)
            args += tuple([kwargs.get(name, missing) for name in rest])
        return str.__new__(Markup, self._func(*args))


class _BytecodeCache(jinja2.BytecodeCache):
    """Keeps compiled templates in files. Errors only mean that templates are compiled again.

    Those of explainer's own are also in this user's folder, for the first builds of other sites and
    for commands that write nothing to a site. Files count only with a seal, because reading them
    can run code.
    """

    def __init__(self, folder: Path | None, ending: str) -> None:
        self._folder, self._ending = folder, ending

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        key = super().get_cache_key(name, filename)
        return f"{_OWN}{key}" if (filename or "").startswith(OWN_LABEL) else key

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        for file in self._files(bucket.key):
            if compiled := cache_folder.read_sealed(file, _compiler()):
                bucket.bytecode_from_string(compiled)
            if bucket.code:
                return

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        compiled = bucket.bytecode_to_string()
        for file in self._files(bucket.key):
            with suppress(OSError):
                leftovers.sweep(file.parent)
            cache_folder.keep_sealed(file, _compiler(), compiled)

    def _files(self, key: str) -> Iterator[Path]:
        name = f"{key}{self._ending}"
        if self._folder:
            yield self._folder / name
        if key.startswith(_OWN):
            with suppress(OSError):
                yield Path(user_folder(), "templates", name)


@cache
def _compiler() -> bytes:
    """Return a hash of what compiles templates."""
    parts = [
        Path(path).read_bytes() for path in (__file__, direct_templates.__file__, slim.__file__)
    ]
    return hashlib.sha256(b"\0".join([*parts, jinja2.__version__.encode()])).digest()


class _Loader(jinja2.BaseLoader):
    """Finds templates in a theme's folders. Their file names are those that problems show."""

    def __init__(self, folders: tuple[ThemeFolder, ...]) -> None:
        self.folders = folders

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, the name of its file, and whether it is up to date."""
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
        """Load a template that uses our faster functions."""
        template = super().load(environment, name, globals)
        namespace = template.root_render_func.__globals__
        namespace["escape"] = markup.shown
        if isinstance(environment, _DirectEnvironment):
            namespace.update(Macro=_DirectMacro, markup_join=_joined, plain=markup.plain)
        return template

    def list_templates(self) -> list[str]:
        """Return the names of all templates."""
        tops = [folder.path / "templates" for folder in self.folders]
        return sorted(
            {p.relative_to(top).as_posix() for top in tops for p in top.rglob("*") if p.is_file()}
        )


class _MissingName(jinja2.UndefinedError):
    """A template used a name or an attribute that does not exist."""

    def __init__(self, used: _Missing, message: str | None = None) -> None:
        super().__init__(message)
        self.owner = used._undefined_obj
        self.name = str(used._undefined_name)


class _Missing(jinja2.StrictUndefined):
    """A name or attribute that does not exist, and the object on which it was looked up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._undefined_name is not None and self._undefined_exception is jinja2.UndefinedError:
            self._undefined_exception = partial(_MissingName, self)  # type: ignore[assignment]


# --- problems -------------------------------------------------------------------------------------


def explain(
    error: Exception, folders: tuple[ThemeFolder, ...], objects: Mapping[str, object]
) -> Problem:
    """Return the problem in a template that raised `error` when rendered with `objects`."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Problem(
            Location(error.filename or error.name or "", error.lineno),
            "template-syntax",
            f"the template is not valid Jinja: {_sentence(error.message or 'it cannot be parsed')}",
        )
    location, names = _innermost(error.__traceback__, folders)
    if isinstance(error, MacroError):
        error = error.cause
    if isinstance(error, _MissingName):
        return _explain_name(error, location, {*names, *objects}, objects)
    if isinstance(error, jinja2.TemplateNotFound):
        existing = _Loader(folders).list_templates()
        name = str(error.name or error.message)
        return Problem(
            location,
            "template-missing",
            f"there is no template `{name}`",
            did_you_mean(
                name.removeprefix(f"{BUILT_IN}/"), existing, f"available: {listed_names(existing)}"
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
        hint = did_you_mean(error.name, names, f"available: {listed_names(names)}")
        if error.name in objects:
            hint = f"a macro sees only its arguments: pass `{error.name}` as an argument"
        return Problem(location, "template-name", f"`{error.name}` is not defined here", hint)
    owner = error.owner
    if isinstance(owner, Mapping):
        known = {str(key) for key in owner}
    else:
        known = {name for name in dir(owner) if not name.startswith("_")}
    what = "`None`" if owner is None else f"a `{type(owner).__name__}`"
    otherwise = f"it has {listed_names(known)}" if owner is not None else _on_page(objects)
    if isinstance(owner, FreeData):
        what, otherwise = "`extra`", f"if only some have it, write `extra.get('{error.name}')`"
    hint = did_you_mean(error.name, known, otherwise)
    return Problem(location, "template-name", f"{what} has no `{error.name}`", hint)


def _innermost(
    traceback: TracebackType | None, folders: tuple[ThemeFolder, ...]
) -> tuple[Location, set[str]]:
    """Return the location in a template at which it failed, and the names defined there."""
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
    return f"this happened on the page {address}" if address else ""


def listed_names(names: Iterable[str]) -> str:
    """Return names for a message, sorted; at most 24."""
    return ", ".join(f"`{name}`" for name in sorted(names)[:24])


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
