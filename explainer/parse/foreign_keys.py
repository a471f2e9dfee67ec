"""The keys in front matter that explainer does not have: those of other tools, and slips."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping

from explainer.model.front_matter import FrontMatter
from explainer.model.location import Data, KeyPath, Located
from explainer.model.problems import Problem, Severity, short
from explainer.model.scalars import DateTime
from explainer.parse.withheld_keys import Withheld, withheld

_KNOWN = tuple(field.name for field in dataclasses.fields(FrontMatter))

_ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(("tag", "tags", "category", "categories", "keywords"), "topics"),
    **dict.fromkeys(("description", "excerpt", "abstract"), "summary"),
    **dict.fromkeys(("lastmod", "last_modified_at", "modified", "date-modified"), "updated"),
    **dict.fromkeys(("update_date", "updated_at", "updateddate", "last_updated"), "updated"),
    **dict.fromkeys(("author", "by"), "authors"),
    **dict.fromkeys(("lang", "locale"), "language"),
    **dict.fromkeys(("cover", "featured_image", "thumbnail", "images"), "image"),
    **dict.fromkeys(("permalink", "url"), "slug"),
    **dict.fromkeys(("redirect_from", "alias"), "aliases"),
    **dict.fromkeys(("robots", "sitemap", "index"), "noindex"),
    **dict.fromkeys(("lead", "tagline", "subheading", "sub_title"), "subtitle"),
    **dict.fromkeys(("banner", "hero", "header_image", "og_image", "teaser_image"), "image"),
    **dict.fromkeys(("weight", "order", "nav_order", "sidebar_position", "series"), "chapters"),
    "layout": "template",
    "params": "extra",
}
"""Names of front matter keys in other generators: Hugo, Jekyll, MkDocs, Quarto."""

_UNLIKE = frozenset({"name", "page", "site", "time", "file", "table", "data", "code", "line"})
"""Keys of other tools that are similar to a key of explainer only by chance."""

_LETTERS = 2
"""The most letters in which a misspelt key differs from a known one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sorted:
    """The front matter without the keys that explainer does not have."""

    located: Located
    """The known keys and slips, with `draft` and `noindex` as other keys set them."""
    not_before: tuple[DateTime, ...]
    """The earliest moments of publication that other keys set."""
    problems: tuple[Problem, ...]
    """`unknown-key`: an error for a key that may withhold the page, otherwise a remark."""


def sort_out(located: Located) -> Sorted:
    """Take the keys out of front matter that explainer does not have, and report them.

    Slips stay: `validate` reports them as errors.
    """
    if not isinstance(located.data, dict):
        return Sorted(located, (), ())
    data: dict[str, Data] = {}
    values = dict(located.values)
    not_before: list[DateTime] = []
    problems: list[Problem] = []
    own: dict[str, KeyPath] = {}
    for key, value in located.data.items():
        found = None if key in _KNOWN else withheld(key, value)
        is_error = found is None or found.meaning == "unclear"
        if key in _KNOWN or (is_error and is_slip(key)):
            data[key] = value
            continue
        problems.append(_problem(located, key, found))
        if found and found.meaning in ("draft", "noindex"):
            own[str(found.meaning)] = (key,)
        elif found and isinstance(found.meaning, DateTime):
            not_before.append(found.meaning)
    for key, key_path in own.items():
        data[key] = "true"
        values[(key,)] = values[key_path]
    changed = dataclasses.replace(located, data=data, values=values)
    return Sorted(changed, tuple(not_before), tuple(problems))


def is_slip(key: str) -> bool:
    """Whether a key is a known one in another case, or differs from one in at most two letters.

    Other words are too similar to a known key of three letters.
    """
    from rapidfuzz.distance import OSA

    name = unicodedata.normalize("NFKC", key).casefold()
    if name in _ELSEWHERE or name in _UNLIKE:
        return False
    return name in _KNOWN or any(
        OSA.distance(name, known) <= _LETTERS for known in _KNOWN if len(known) > _LETTERS + 1
    )


def _problem(located: Located, key: str, found: Withheld | None) -> Problem:
    severity: Severity = "info"
    message = f"unknown key `{short(key)}` in the front matter"
    if found is None and (here := _ELSEWHERE.get(key.lower())):
        hint = f"other site generators use this name; explainer calls it `{here}`"
        if here == "chapters":
            hint = "the order of pages is that of `chapters`, on the page above them"
    elif found is None:
        hint = "explainer has no such key: remove it, or move it to `extra`, for your templates"
    elif isinstance(found.meaning, DateTime):
        message += " is read as the earliest date of publication"
        hint = "explainer calls it `date`, and publishes no page before that"
    elif found.meaning == "unclear":
        severity = "error"
        message = f"`{found.written}` may mean that this page should not be published"
        hint = "to withhold the page, write `draft: true` instead; otherwise, remove this key"
    elif found.meaning == "date":
        severity = "error"
        message = f"explainer cannot read the date of publication in `{found.written}`"
        hint = "write `date: 2024-11-10` instead, perhaps with a time: `2024-11-10T18:30:00+01:00`"
    elif found.meaning == "end":
        severity = "error"
        message = f"`{found.written}`: explainer does not take pages down on a date"
        hint = "remove this key; to take the page down, write `draft: true` when it is time"
    else:
        message = f"`{found.written}` in the front matter is read as `{found.meaning}: true`"
        hint = f"write `{found.meaning}: true`, as explainer calls it"
    return Problem(located.key((key,)), "unknown-key", message, hint, severity)
