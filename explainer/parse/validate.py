"""Data → the model's values, or problems in words for authors.

pydantic checks the data against the dataclasses of the model and says what is wrong where; here its
findings become sentences with a place in the file. It is imported by the first use.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from explainer.model.annotations import Person, Source
from explainer.model.front_matter import FrontMatter
from explainer.model.location import KeyPath, Located
from explainer.model.problems import Problem, did_you_mean, nearest, short
from explainer.parse.json_schema import docs
from explainer.parse.lookup import find, problem_at

T = TypeVar("T")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@cache
def _adapter(cls: Any) -> Any:
    """Give pydantic's validator for a class; making one takes some milliseconds."""
    from pydantic import TypeAdapter

    return TypeAdapter(cls)


def validate(
    cls: type[T],
    read: tuple[Located, tuple[Problem, ...]],
    check: Callable[[Located], Iterable[Problem]],
    *,
    yaml: bool = True,
) -> tuple[T | None, Located, tuple[Problem, ...]]:
    """Make a `cls` of a file that was read: a value, None if there is an error; data; problems.

    `read` are the file's data and the problems of reading it; `check` looks for what the types
    cannot say, in data that may be of wrong types. `yaml` says whether hints are about YAML or
    TOML. Gives all problems, those of the types among them: `unknown-key`, `missing-key`,
    `empty-value` for a key that needs a value, `wrong-type`, `bad-value`.
    """
    located, problems = read
    value: T | None = None
    if located.whole:
        value, wrong = _typed(cls, located, yaml=yaml)
        problems = (*problems, *wrong, *check(located))
    has_errors = any(problem.severity == "error" for problem in problems)
    return None if has_errors else value, located, problems


def check_language(located: Located) -> Iterator[Problem]:
    """Check the language code that the front matter and site.toml have: `bad-value`."""
    for key_path, code in find(str, located.data, "language"):
        if code and not _LANGUAGE.fullmatch(code):
            message = f"`{short(code)}` is not a language code"
            hint = "write it by BCP 47, such as `en`, `de-AT` or `zh-Hant`"
            yield problem_at(located, key_path, "bad-value", message, hint)


def _typed(cls: type[T], located: Located, *, yaml: bool) -> tuple[T | None, Iterable[Problem]]:
    """Make a `cls` of data. A key without a value counts as left out, if it may be left out."""
    from pydantic import ValidationError

    adapter = _adapter(typing.cast(Any, cls))  # mypy doubts that classes are hashable
    data: Any = {} if located.data is None else located.data
    with suppress(ValidationError):
        return adapter.validate_python(data), ()
    data = _given(cls, data)
    try:
        return adapter.validate_python(data), ()
    except ValidationError as error:
        words = _Words(cls, data, located, yaml=yaml)
        return None, tuple(filter(None, map(words.problem, error.errors(include_url=False))))


def _given(kind: Any, data: Any) -> Any:
    """Give data of a type of the model without the keys that have no value and need none."""
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
    """Tell the steps through the data from the other words in pydantic's `loc`.

    Gives the key path; whether the finding is about the key itself, not the value under it; and
    whether the author can have meant it: False for the other members of a union.
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
        else:  # the name of a member of `str | Related`
            meant = isinstance(data, dict) != (step == "str")
    return tuple(key_path), key, meant


_hints: Callable[[Any], dict[str, Any]] = cache(typing.get_type_hints)


def _type_below(kind: Any, step: str | int, data: Any) -> Any:
    """Give the type that the model has below a type, for `data`; None if it has none."""
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


# --- words ---------------------------------------------------------------------------------------

_ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(("tag", "tags", "category", "categories", "keywords"), "topics"),
    **dict.fromkeys(("description", "excerpt", "abstract"), "summary"),
    **dict.fromkeys(("lastmod", "last_modified_at", "modified", "date-modified"), "updated"),
    **dict.fromkeys(("author", "by"), "authors"),
    **dict.fromkeys(("lang", "locale"), "language"),
    **dict.fromkeys(("cover", "featured_image", "thumbnail"), "image"),
    **dict.fromkeys(("permalink", "url"), "slug"),
}
"""What other generators call a key of the front matter: Hugo, Jekyll, MkDocs, Quarto."""
_GIVEN = {dict: "a group of keys", list: "a list", str: "a text", bool: "true or false"}
_NUMBERS = (int, float)


class _Words:
    """Says what pydantic found."""

    def __init__(self, cls: Any, data: Any, located: Located, *, yaml: bool) -> None:
        self.cls, self.data, self.located, self.yaml = cls, data, located, yaml

    def problem(self, finding: Any) -> Problem | None:
        """Word one finding; None if it is about a union's member that is not meant."""
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
            hint = f"it is needed{self._meaning(key_path)}"
            return problem_at(self.located, key_path, "empty-value", message, hint, key=True)
        if kind == "literal_error" and isinstance(given, str):
            return self._none_of(key_path, given, key=key)
        if kind == "value_error" and isinstance(given, str):
            message = str(finding["ctx"]["error"])
            hint = "write `true` or `false`" if self._type(key_path) is bool else ""
            return problem_at(self.located, key_path, "bad-value", message, hint, key=key)
        return self._wrong_type(key_path, given)

    def _at(self, key_path: KeyPath) -> tuple[Any, Any]:
        """Give the type that the model has at the end of a path, and the data there."""
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
        """Give words for the group of keys at the end of a path: “the claim `call-happened`”."""
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
        here = _ELSEWHERE.get(key.lower()) if group is FrontMatter else None
        if here:
            hint = f"other generators call it so; here it is `{here}`"
        else:
            hint = f"did you mean `{near}`?" if near else f"its keys are {', '.join(names)}"
        begin, end = self.located.key(key_path), self.located.location(key_path)
        if self.yaml and end.column - begin.column == len(key):  # no colon between
            hint += (
                "\nafter a comma within { } a new key begins: does the text need quotation marks?"
            )
        message = f"{self._group(key_path[:-1])} has no key `{short(key)}`"
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
        """Give what the docstring in the model says of a key."""
        group = self._type(key_path[:-1])
        is_group = dataclasses.is_dataclass(group)
        doc = docs(typing.cast(type, group)).get(str(key_path[-1])) if is_group else None
        return f" – {doc[0].lower()}{doc[1:].rstrip('.')}" if doc else ""

    def _none_of(self, key_path: KeyPath, given: str, *, key: bool) -> Problem:
        """A word, with `key` the key of a mapping, is not one of those that are allowed."""
        named = key_path[:-1] if key else key_path
        words = typing.get_args(self._type(named))
        words = typing.get_args(words[0]) if key else words
        allowed = f"allowed are {', '.join(words)}"
        hint = "\n".join(filter(None, (did_you_mean(given, words), allowed)))
        message = f"`{short(given)}` is not a word for {self._name(named)}"
        return problem_at(self.located, key_path, "bad-value", message, hint, key=key)

    def _wrong_type(self, key_path: KeyPath, given: Any) -> Problem:
        what, hint = self._expected(key_path, given)
        given_noun = _GIVEN.get(type(given), "")
        if type(given) in _NUMBERS:
            given_noun = "another number" if self._type(key_path) in _NUMBERS else "a number"
        but = f", but {given_noun} stands here" if given_noun else ""
        message = f"{self._name(key_path)} is {what}{but}"
        return problem_at(self.located, key_path, "wrong-type", message, hint)

    def _expected(self, key_path: KeyPath, given: Any) -> tuple[str, str]:
        """Give words for the type that belongs here, and how to write it."""
        kind = self._type(key_path)
        key = next((str(step) for step in reversed(key_path) if isinstance(step, str)), "")
        origin = typing.get_origin(kind)
        if dataclasses.is_dataclass(kind):
            names = ", ".join(field.name for field in dataclasses.fields(kind))
            how = f"write its keys on indented lines of their own: {names}"
            return "a group of keys", how if self.yaml else f"its keys are {names}"
        if origin is tuple:
            return "a list", self._list_hint(kind, key, given)
        if origin is typing.Literal:
            return "a word", f"allowed are {', '.join(typing.get_args(kind))}"
        if origin is not None and issubclass(origin, Mapping):
            how = (
                "write each under an id of its own, `my-id:`, with its keys on indented lines below"
            )
            return "a group of ids", how if self.yaml else 'write each as `name = "…"`'
        if kind is bool:
            return "`true` or `false`", "write it without quotation marks"
        if kind in _NUMBERS:
            whole = "a whole number" if kind is int else "a number"
            return whole, "write it in digits, without quotation marks"
        if not self.yaml:
            return "a text", "put it in quotation marks"
        sign = "begins with `[` or `-`" if isinstance(given, list) else "has a `{` or a colon in it"
        return "a text", f"if it {sign}, put it in quotation marks"

    def _list_hint(self, kind: Any, key: str, given: Any) -> str:
        (entry, *_) = typing.get_args(kind)
        if dataclasses.is_dataclass(entry):
            first = dataclasses.fields(entry)[0].name
            if not self.yaml:
                return f"begin each entry with [[{key}]] on a line of its own"
            return f"begin each entry with `- ` on a line of its own, such as `- {first}: …`"
        example = short(given, 40) if isinstance(given, str) and given.isprintable() else "…"
        if not self.yaml:
            return f'write it as {key} = ["{example}"]'
        if re.search(r"[,\[\]{}#:&*!|>'\"%@`]", example):
            return "write each entry on a line of its own, after `- `"
        return f"write it as `{key}: [{example}]`, or each entry on a line of its own after `- `"
