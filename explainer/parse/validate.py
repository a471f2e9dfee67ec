"""Validate data against the dataclasses of the model, and report problems to authors.

pydantic's core finds the errors; this module turns them into messages with locations in the file.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from explainer.model.annotations import Person, Source
from explainer.model.free_data import FreeData
from explainer.model.location import KeyPath, Located
from explainer.model.problems import Problem, did_you_mean, nearest, short
from explainer.parse.lookup import find, problem_at
from explainer.parse.validators import core, validator

if TYPE_CHECKING:
    from pydantic_core import ValidationError

T = TypeVar("T")

LANGUAGE_HINT = "use a BCP 47 code, for example `en`, `de-AT`, or `zh-Hant`"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def validate(
    cls: type[T],
    read: tuple[Located, tuple[Problem, ...]],
    check: Callable[[Located], Iterable[Problem]],
    *,
    yaml: bool = True,
) -> tuple[T | None, Located, tuple[Problem, ...]]:
    """Convert the data of a file to `cls`: return the value (None on error), data, and problems.

    `read` has the located data and the problems of reading it. `check` reports what the types
    cannot express; its data may have wrong types. `yaml` selects hints about YAML or TOML.
    This function adds the problems `unknown-key`, `missing-key`, `empty-value` (for required
    keys), `wrong-type`, and `bad-value`.
    """
    located, problems = read
    value: T | None = None
    if located.whole:
        value, wrong = _typed(cls, located, yaml=yaml)
        problems = (*problems, *wrong, *check(located))
    has_errors = any(problem.severity == "error" for problem in problems)
    return None if has_errors else value, located, problems


def is_language(code: str) -> bool:
    """Return whether a text has the form of a BCP 47 language code."""
    return _LANGUAGE.fullmatch(code) is not None


def check_language(located: Located) -> Iterator[Problem]:
    """Check the `language` of the front matter or site.toml: `bad-value`."""
    for key_path, code in find(str, located.data, "language"):
        if code and not is_language(code):
            message = f"`{short(code)}` is not a valid language code"
            yield problem_at(located, key_path, "bad-value", message, LANGUAGE_HINT)


def _typed(cls: type[T], located: Located, *, yaml: bool) -> tuple[T | None, Iterable[Problem]]:
    """Convert data to `cls`. An optional key without a value counts as absent."""
    invalid: type[ValidationError] = core().ValidationError
    known = validator(typing.cast(Any, cls))  # mypy doubts that classes are hashable
    data: Any = {} if located.data is None else located.data
    with suppress(invalid):
        return known.validate_python(data), ()
    data = _given(cls, data)
    try:
        return known.validate_python(data), ()
    except invalid as error:
        words = _Words(cls, data, located, yaml=yaml)
        return None, tuple(filter(None, map(words.problem, error.errors(include_url=False))))


def _given(kind: Any, data: Any) -> Any:
    """Return the data of a model type without optional keys that have no value."""
    if isinstance(data, dict) and kind is not None:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        optional = {field.name for field in fields if not _is_needed(field)}
        return {
            key: _given(_type_below(kind, key, value), value)
            for key, value in data.items()
            if value is not None or key not in optional
        }
    if isinstance(data, list) and kind is not None:
        return [_given(_type_below(kind, index, entry), entry) for index, entry in enumerate(data)]
    return data


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _spot(data: Any, finding: Any) -> tuple[KeyPath, bool, bool]:
    """Extract the key path from the `loc` of a pydantic error, which has other items too.

    Return the key path; whether the error is about the key rather than its value; and whether it is
    relevant: False for a union member that the author did not mean.
    """
    key_path: list[str | int] = []
    key, meant = False, True
    for step in finding["loc"]:
        inside = step in data if isinstance(data, dict) else isinstance(step, int)
        if inside:
            data = data[step]
            key_path.append(step)
        elif step == "[key]":
            key = True
        elif finding["type"] == "missing" and step == finding["loc"][-1]:
            key_path.append(step)
        else:  # the name of a member of `str | Related` or `Literal[…] | Reply`
            meant = isinstance(data, dict) != str(step).startswith(("str", "literal["))
    return tuple(key_path), key, meant


_hints: Callable[[Any], dict[str, Any]] = cache(typing.get_type_hints)


def _type_below(kind: Any, step: str | int, data: Any) -> Any:
    """Return the model's type of `data` under key `step` of type `kind`, or None."""
    if dataclasses.is_dataclass(kind):
        kind = _hints(kind).get(str(step))
    else:
        args = typing.get_args(kind)
        kind = args[isinstance(step, str)] if args else None  # of a mapping, the second
    if typing.get_origin(kind) not in (typing.Union, types.UnionType):
        return kind
    members = [member for member in typing.get_args(kind) if member is not type(None)]
    groups = [member for member in members if dataclasses.is_dataclass(member)]
    return groups[0] if groups and isinstance(data, dict) else members[0]  # str | Related


# --- messages ------------------------------------------------------------------------------------

_GIVEN = {dict: "a group of keys", list: "a list", str: "text", bool: "true or false"}
_NUMBERS = (int, float)


class _Words:
    """Turns the errors of pydantic into problems for authors."""

    def __init__(self, cls: Any, data: Any, located: Located, *, yaml: bool) -> None:
        self.cls, self.data, self.located, self.yaml = cls, data, located, yaml

    def problem(self, finding: Any) -> Problem | None:
        """Return the problem for one error, or None if it is not relevant."""
        key_path, key, meant = _spot(self.data, finding)
        kind, given = finding["type"], finding["input"]
        if not meant:
            return None
        if kind == "unexpected_keyword_argument":
            return self._unknown(key_path)
        if kind == "missing":
            return self._missing(key_path)
        if given is None:
            message = f"{self._name(key_path)} has no value"
            hint = f"enter a value{self._meaning(key_path)}"
            return problem_at(self.located, key_path, "empty-value", message, hint, key=True)
        if kind == "literal_error" and isinstance(given, str):
            return self._none_of(key_path, given, key=key)
        if kind == "value_error" and isinstance(given, str):
            message = str(finding["ctx"]["error"])
            hint = "write `true` or `false`" if self._type(key_path) is bool else ""
            return problem_at(self.located, key_path, "bad-value", message, hint, key=key)
        return self._wrong_type(key_path, given)

    def _at(self, key_path: KeyPath) -> tuple[Any, Any]:
        """Return the model's type at a key path, and the data there."""
        kind, data = self.cls, self.data
        for step in key_path:
            data = data.get(step) if isinstance(data, dict) else data[step]
            kind = _type_below(kind, step, data)
        return kind, data

    def _type(self, key_path: KeyPath) -> Any:
        return self._at(key_path)[0]

    def _name(self, key_path: KeyPath) -> str:
        if not key_path:
            return str(self.cls.NOUN)
        if isinstance(key_path[-1], str):
            return f"`{short(key_path[-1])}`"
        return f"entry {key_path[-1] + 1} of {self._name(key_path[:-1])}"

    def _group(self, key_path: KeyPath) -> str:
        """Return a noun phrase for the mapping at a key path: “the claim `call-happened`”."""
        group, data = self._at(key_path)
        noun = group.NOUN or self._name(key_path)
        name = data.get("id") if "id" in _hints(group) else None
        if group in {Source, Person}:
            name = key_path[-1]
        return f"{noun} `{short(name)}`" if isinstance(name, str) else noun

    def _unknown(self, key_path: KeyPath) -> Problem:
        group = self._type(key_path[:-1])
        names = [field.name for field in dataclasses.fields(group)]
        key = str(key_path[-1])
        near = nearest(key, names)
        hint = f"did you mean `{near}`?" if near else f"the keys are {', '.join(names)}"
        begin, end = self.located.key(key_path), self.located.location(key_path)
        if self.yaml and end.column - begin.column == len(key):  # no colon between
            hint += "\ninside { }, a comma starts a new key: does the text need quotation marks?"
        message = f"unknown key `{short(key)}` in {self._group(key_path[:-1])}"
        return problem_at(self.located, key_path, "unknown-key", message, hint, key=True)

    def _missing(self, key_path: KeyPath) -> Problem:
        group, key = key_path[:-1], str(key_path[-1])
        sign = ":" if self.yaml else " ="
        hint = f"add `{key}{sign} …`{self._meaning(key_path)}"
        message = f"{self._group(group)} has no `{key}`"
        # Point at the key of a group that has one, at the first line of a group in a list.
        named = bool(group) and isinstance(group[-1], str)
        return problem_at(self.located, group, "missing-key", message, hint, key=named)

    def _meaning(self, key_path: KeyPath) -> str:
        """Return the docstring of a key in the model, for use at the end of a hint."""
        from explainer.parse.json_schema import docs

        group = self._type(key_path[:-1])
        is_group = dataclasses.is_dataclass(group)
        doc = docs(typing.cast(type, group)).get(str(key_path[-1])) if is_group else None
        return f" – {doc[0].lower()}{doc[1:].rstrip('.')}" if doc else ""

    def _none_of(self, key_path: KeyPath, given: str, *, key: bool) -> Problem:
        """Report a value, or with `key` a mapping's key, that is not one of those allowed."""
        named = key_path[:-1] if key else key_path
        words = typing.get_args(self._type(named))
        words = typing.get_args(words[0]) if key else words
        allowed = f"use one of: {', '.join(words)}"
        hint = "\n".join(filter(None, (did_you_mean(given, words), allowed)))
        message = (
            f"`{short(given)}` is not allowed {'as a key of' if key else 'for'} {self._name(named)}"
        )
        return problem_at(self.located, key_path, "bad-value", message, hint, key=key)

    def _wrong_type(self, key_path: KeyPath, given: Any) -> Problem:
        what, hint = self._expected(key_path, given)
        given_noun = _GIVEN.get(type(given), "")
        if type(given) in _NUMBERS:
            given_noun = (
                "another kind of number" if self._type(key_path) in _NUMBERS else "a number"
            )
        but = f", not {given_noun}" if given_noun else ""
        message = f"{self._name(key_path)} must be {what}{but}"
        return problem_at(self.located, key_path, "wrong-type", message, hint)

    def _expected(self, key_path: KeyPath, given: Any) -> tuple[str, str]:
        """Return a noun phrase for the expected type, and a hint on how to write it."""
        kind = self._type(key_path)
        key = next((str(step) for step in reversed(key_path) if isinstance(step, str)), "")
        origin = typing.get_origin(kind)
        if dataclasses.is_dataclass(kind):
            names = ", ".join(field.name for field in dataclasses.fields(kind))
            how = f"write its keys on separate, indented lines: {names}"
            return "a group of keys", how if self.yaml else f"the keys are {names}"
        if origin is tuple:
            return "a list", self._list_hint(kind, key, given)
        if origin is typing.Literal:
            return "a word", f"use one of: {', '.join(typing.get_args(kind))}"
        if origin is not None and issubclass(origin, Mapping):
            how = "write each under its own id, `my-id:`, with its keys on indented lines below"
            return "a group of ids", how if self.yaml else 'write each one as `name = "…"`'
        if kind is FreeData:
            return (
                "a group of keys",
                "write keys of your own below it"
                if self.yaml
                else "write [extra], and your own keys below it",
            )
        if kind is bool:
            return "`true` or `false`", "write it without quotation marks"
        if kind in _NUMBERS:
            whole = "a whole number" if kind is int else "a number"
            return whole, "write it in digits without quotation marks"
        if not self.yaml:
            return "text", "put it in quotation marks"
        sign = "starts with `[` or `-`" if isinstance(given, list) else "contains `{` or a colon"
        return "text", f"if the text {sign}, put it in quotation marks"

    def _list_hint(self, kind: Any, key: str, given: Any) -> str:
        (entry, *_) = typing.get_args(kind)
        if dataclasses.is_dataclass(entry):
            first = dataclasses.fields(entry)[0].name
            if not self.yaml:
                return f"start each entry with [[{key}]] on its own line"
            return f"start each entry on a new line with `- `, for example `- {first}: …`"
        example = short(given, 40) if isinstance(given, str) and given.isprintable() else "…"
        if not self.yaml:
            return f'write it as {key} = ["{example}"]'
        if re.search(r"[,\[\]{}#:&*!|>'\"%@`]", example):
            return "write each entry on its own line after `- `"
        return f"write `{key}: [{example}]`, or each entry on its own line after `- `"
