"""Entries of an annotation file that come from another program, changed and checked as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from explainer.edit import annotation_file
from explainer.edit.entry import Kind
from explainer.exchange.incoming import Entry, IncomingAnnotation
from explainer.exchange.place import TARGET
from explainer.exchange.sources import valid
from explainer.model.documents import Text
from explainer.model.problems import Problem, short
from explainer.model.scalars import Id
from explainer.parse.annotations import read_annotations


def is_id(name: str) -> bool:
    """Whether a name can be an id as it is."""
    return bool(valid(Id.check, name))


def may_be_same(kind: Kind, here: Mapping[str, Any], other: Entry) -> bool:
    """Whether two sources or people with one id may be one: nothing of both says otherwise."""
    keys = ("url", "title") if kind == "source" else ("name",)
    first = next((k for k in keys if here.get(k) and other.get(k)), keys[-1])
    one, two = (" ".join(str(e.get(first) or "").split()).casefold() for e in (here, other))
    return one == two


# --- what an entry names -------------------------------------------------------------------------


def with_ids(entry: Entry, sources: Mapping[str, str], people: Mapping[str, str]) -> Entry:
    """Give an entry that names sources and people by other ids, as the mappings have them."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(one, f"{key}[]") for one in value]
        if isinstance(value, str) and key in ("source", "sources[]"):
            return sources.get(value, value)
        if isinstance(value, str) and key == "by":
            return people.get(value, value)
        return value

    return {key: walk(value, key) for key, value in entry.items()}


def unknown_name(entry: Entry, sources: frozenset[str], ratings: frozenset[str]) -> str:
    """Say which source or rating an entry names that is not among those known; empty if none."""
    for name in _sources_named(entry):
        if name not in sources:
            return f"it names the source `{short(name)}`, which is defined nowhere"
    rating = entry.get("rating")
    if isinstance(rating, str) and rating not in ratings:
        return f"there is no rating `{short(rating)}` in this site"
    return ""


def _sources_named(entry: Entry) -> Iterator[str]:
    for group in (entry, *_items(entry.get("answers"), dict)):
        yield from _items(group.get("sources"), str)
    for one in _items(entry.get("evidence"), dict):
        yield from _items([one.get("source")], str)


def _items(value: object, kind: type) -> list[Any]:
    return [one for one in value if isinstance(one, kind)] if isinstance(value, list) else []


# --- targets -------------------------------------------------------------------------------------


def with_target(entry: Entry, target: Entry) -> Entry:
    """Give an entry its target, in the place where docs/format.md has it: behind the id."""
    if {key: entry[key] for key in TARGET if key in entry} == target:
        return entry
    rest = {key: value for key, value in entry.items() if key not in (*TARGET, "id")}
    return {**({"id": entry["id"]} if "id" in entry else {}), **target, **rest}


def with_foreign_quote(one: IncomingAnnotation, entry: Entry) -> Entry:
    """Give an entry without a place the words that it is about, as the other program had them."""
    target: Entry = {key: entry[key] for key in TARGET if key in entry}
    if not target and one.quote:
        words = {"quote": one.quote.exact, "prefix": one.quote.prefix, "suffix": one.quote.suffix}
        target = {key: text for key, text in words.items() if text.strip()}
    elif not target and one.heading:
        target = {"section": one.heading}
    return with_target(entry, target)


# --- entries as wholes ---------------------------------------------------------------------------


def same_form(entry: Mapping[str, Any]) -> str:
    """Give a text that two entries share if they say just the same."""
    return json.dumps(plain_data(entry), sort_keys=True, ensure_ascii=False)


def plain_data(value: Any) -> Any:
    """Give data as YAML has it: booleans as texts, no keys without value, no last line breaks."""
    if isinstance(value, Mapping):
        return {k: plain_data(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [plain_data(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.rstrip("\n") if isinstance(value, str) else value


def flaw(kind: Kind, entry: Entry) -> str:
    """Say what is wrong with an entry by itself; an empty text if nothing is."""
    try:
        made = annotation_file.append(None, kind, entry, path="x.yaml")
    except (TypeError, AssertionError, AttributeError, RecursionError):
        return "it is not written as an entry is"
    if isinstance(made, Problem):
        return made.message
    _, _, problems = read_annotations(Text("x.yaml", made.text))
    # Whom a source repeats, and what a claim disputes, is looked at where all are known.
    return next((p.message for p in problems if p.severity == "error"), "")
