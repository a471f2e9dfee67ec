"""Read the entries of `allow` in authors' files."""

from __future__ import annotations

from collections.abc import Iterator

from explainer.model.allow import Allowance
from explainer.model.location import KeyPath, Located
from explainer.model.problems import CODES
from explainer.parse.drafts import drafts, span
from explainer.parse.lookup import ANNOTATION_LISTS, annotation_id, find


def allowances(located: Located, paths: frozenset[str] | None) -> Iterator[Allowance]:
    """Yield the entries of front matter or site.toml; `paths` are their files, None means all."""
    for key_path, code in _codes(located, "allow.#"):
        yield Allowance(code, located.location(key_path), paths)


def annotation_allowances(located: Located, paths: frozenset[str]) -> Iterator[Allowance]:
    """Yield the entries of the annotations in a file; `paths` are that file and its article."""
    hidden = {*drafts(located)}
    for key_path, code in _codes(located, *(f"{key}.#.allow.#" for key in ANNOTATION_LISTS)):
        own = key_path[:2]
        name, location = annotation_id(located.data, own), located.location(key_path)
        yield Allowance(code, location, paths, span(located, own), name, own in hidden)


def _codes(located: Located, *patterns: str) -> Iterator[tuple[KeyPath, str]]:
    """Yield the code of each valid entry, and its key path. `validate` reports the others."""
    for key_path, entry in find(dict, located.data, *patterns):
        code, reason = entry.get("code"), entry.get("reason")
        if isinstance(code, str) and code in CODES and isinstance(reason, str) and reason.strip():
            yield (*key_path, "code"), code
