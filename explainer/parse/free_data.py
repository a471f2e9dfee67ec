"""Read the data under `extra`: values get the types that they have in YAML, which are texts so far.

Also report keys in it that look as if they withhold the page, which they do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from explainer.model.location import KeyPath, Located
from explainer.model.problems import Problem
from explainer.model.scalars import DateTime
from explainer.parse.lookup import ANNOTATION_LISTS, find, problem_at
from explainer.parse.withheld_keys import withheld
from explainer.support.patterns import later

EXTRA = "extra"
IN_ANNOTATIONS = tuple(f"{key}.#.{EXTRA}" for key in ANNOTATION_LISTS)
"""The places of `extra` in an annotation file."""

_WORDS = {"true": True, "false": False, "null": None, "~": None}
_INTEGER = later(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = later(
    r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?", re.ASCII
)
_DATE = later(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DRAFT = frozenset({"draft", "hidden", "isdraft", "private", "publish", "published"}) | {
    *("unlisted", "unpublished", "wip")
}


def give_types(located: Located, *patterns: str) -> None:
    """Replace the texts in the groups at these places of a YAML file by typed values, in place.

    The rules are those of the core schema of YAML 1.2, except that numbers that begin with 0, such
    as postal codes, stay texts, and that dates are dates.
    """
    for key_path, group in find(dict, located.data, *patterns):
        _type_entries(located, key_path, group)


def _type_entries(located: Located, key_path: KeyPath, group: Any) -> None:
    """Give types to the values of a mapping or list."""
    for key, value in [*(group.items() if isinstance(group, dict) else enumerate(group))]:
        path = (*key_path, key)
        if isinstance(value, dict | list):
            _type_entries(located, path, value)
        elif isinstance(value, str) and located.values[path][2]:
            group[key] = _typed(value)


def _typed(text: str) -> object:
    if text in (text.lower(), text.title(), text.upper()) and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not text.lstrip("+-").isdigit():
        return float(text)
    with suppress(ValueError):
        return DateTime.check(text) if _DATE.match(text) else text
    return text


def check(located: Located, *patterns: str) -> Iterator[Problem]:
    """Report keys in these groups that seem to withhold the page: `bad-value`."""
    for key_path, group in find(dict, located.data, *patterns):
        for key, value in group.items():
            name = re.sub(r"[\W_]", "", key).casefold()
            found = withheld(key, value)
            # Other keys, such as `status: open`, can be a site's own data.
            is_clear = name in _DRAFT or isinstance(value, dict | list)
            if found and (found.meaning == "draft" or (found.meaning == "unclear" and is_clear)):
                message = f"`{found.written}` in `{EXTRA}` is only data: it withholds nothing"
                hint = (
                    f"write `draft: true` outside `{EXTRA}`; otherwise, give this key another name"
                )
                yield problem_at(located, (*key_path, key), "bad-value", message, hint, key=True)
