"""Prepare entries from another program for an annotation file.

Find their targets in the article, translate their ids, and check them. Entries that cannot be
imported become comments.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from explainer.anchor import find
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.select import NoPlace, describe, locate
from explainer.anchor.text import ReaderImage, ReaderText
from explainer.edit import annotation_file
from explainer.edit.entry import SECTIONS, Kind, as_data
from explainer.exchange.incoming import Entry, IncomingAnnotation
from explainer.exchange.sources import valid
from explainer.model.annotations import Target
from explainer.model.documents import Text
from explainer.model.problems import Problem, short
from explainer.model.scalars import Id
from explainer.parse import yaml
from explainer.parse.annotations import read_annotations
from explainer.parse.references import source_uses
from explainer.parse.text import line_end, normalize
from explainer.support.slugs import LONGEST_NAME, is_device

TARGET = ("quote", "prefix", "suffix", "inside", "section", "image")
"""The keys of an entry that identify its target."""
_AGREEING = 4
"""How many prefix or suffix characters must match, not counting whitespace. Two may by chance."""


# --- targets -------------------------------------------------------------------------------------


def place(article: ReaderText, one: IncomingAnnotation) -> Entry | NoPlace:
    """Return the target's keys as an author would write them; none for the whole article."""
    if one.own and (own := _own(article, one)) is not None:
        return own
    if one.quote and one.quote.exact.strip():
        span = locate(article, one.quote, agreeing=_AGREEING)
        target = describe(article, span) if isinstance(span, find.Span) else span
        if isinstance(target, NoPlace):
            return target
        return {key: value for key in TARGET if (value := getattr(target, key))}
    if one.heading:
        if any(s.id == one.heading for s in article.sections):
            return {"section": one.heading}
        return NoPlace(f"the article has no heading with the id `{short(one.heading)}`")
    if one.whole:
        return {}
    if one.quote:
        return NoPlace("it gives only a position without a quote, which is not reliable")
    return NoPlace("it does not quote the text that it is about")


def _own(article: ReaderText, one: IncomingAnnotation) -> Entry | None:
    """Return the author's original target if it still matches the same text in the article."""
    texts = [key for key in TARGET if key != "inside"]
    keys = {key: text for key in texts if isinstance(text := one.entry.get(key), str)}
    if not keys and not one.whole:
        return None
    inside = one.entry.get("inside") in (True, "true")
    own: Entry = {
        key: value for key in TARGET if (value := inside if key == "inside" else keys.get(key))
    }
    match find.find(article, Target(**keys, inside=inside)):
        case find.Span(start, end) if one.quote is not None:
            words = normalize_quote(article.text[start:end])
            return own if normalize_quote(one.quote.exact) == words else None
        case find.Whole() if one.quote is None:
            return own
        case ReaderImage():
            return own
    return None


def with_target(entry: Entry, target: Entry) -> Entry:
    """Set an entry's target, after the id as in docs/format.md."""
    if {key: entry[key] for key in TARGET if key in entry} == target:
        return entry
    rest = {key: value for key, value in entry.items() if key not in (*TARGET, "id")}
    return {**({"id": entry["id"]} if "id" in entry else {}), **target, **rest}


def with_foreign_quote(one: IncomingAnnotation, entry: Entry) -> Entry:
    """Give an entry without a place the other program's quote or heading as its target."""
    target: Entry = {key: entry[key] for key in TARGET if key in entry}
    if not target and one.quote:
        words = {"quote": one.quote.exact, "prefix": one.quote.prefix, "suffix": one.quote.suffix}
        target = {key: text for key, text in words.items() if text.strip()}
    elif not target and one.heading:
        target = {"section": one.heading}
    return with_target(entry, target)


# --- names ---------------------------------------------------------------------------------------


def is_id(name: str) -> bool:
    """Return whether a name is a valid id, of anything that has one."""
    return bool(valid(Id.check, name)) and len(name) <= LONGEST_NAME and not is_device(name)


def may_be_same(kind: Kind, here: Mapping[str, Any], other: Entry) -> bool:
    """Return whether two sources or people with the same id may be the same."""
    keys = ("url", "title") if kind == "source" else ("name",)
    first = next((k for k in keys if here.get(k) and other.get(k)), keys[-1])
    one, two = (" ".join(str(e.get(first) or "").split()).casefold() for e in (here, other))
    return one == two


def with_ids(entry: Entry, sources: Mapping[str, str], people: Mapping[str, str]) -> Entry:
    """Replace the ids of sources and people in an entry according to the mappings."""

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


# --- checks ------------------------------------------------------------------------------------


def unknown_name(
    kind: Kind,
    entry: Entry,
    sources: frozenset[str],
    ratings: frozenset[str],
    kinds: frozenset[str],
) -> str:
    """Describe the first unknown source, rating, or kind in an entry; empty if there is none."""
    for _, name in source_uses({SECTIONS[kind]: [as_data(entry, loose=False)]}):
        if name not in sources:
            return f"it refers to the source `{short(name)}`, which is not defined"
    rating = entry.get("rating")
    if isinstance(rating, str) and rating not in ratings:
        return f"this site has no rating `{short(rating)}`"
    note = entry.get("kind") if kind == "note" else None
    if isinstance(note, str) and note not in kinds:
        return f"this site has no kind of note `{short(note)}`"
    return ""


def flaw(kind: Kind, entry: Entry) -> str:
    """Describe what is wrong with an entry on its own; empty if it is valid."""
    try:
        result = annotation_file.append("", kind, entry, path="x.yaml")
    except (TypeError, AssertionError, AttributeError, RecursionError):
        return "it does not have the form of an entry"
    if isinstance(result, Problem):
        return result.message
    _, _, problems = read_annotations(Text("x.yaml", result.text))
    # Checks of `repeats` and `disputes` need all entries, so the importer makes them.
    return next((p.message for p in problems if p.severity == "error"), "")


def same_form(entry: Mapping[str, Any]) -> str:
    """Return a text that is equal for entries with the same content."""
    data = as_data(without_nulls(entry), loose=True)
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def without_nulls(value: Any) -> Any:
    """Remove keys and items whose value is null, at all levels."""
    if isinstance(value, Mapping):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value if one is not None]
    return value


# --- comments ----------------------------------------------------------------------------------


def comment(kind: Kind, entry: Entry, at: str, why: str) -> str:
    """Write an entry as YAML in comment lines, below the reason `why` it was not imported.

    `at` is the entry's position in the imported file.
    """
    result = annotation_file.append("", kind, entry)
    text = result.text if isinstance(result, annotation_file.Edited) else repr(entry)
    lines = [f"{at}: {why}", *text.rstrip("\n").split("\n")]
    return "".join(f"# {one}".rstrip() + "\n" for one in lines)


def with_comments(text: str | None, comments: Iterable[str], name: str) -> tuple[str, int]:
    """Append comments to a file's text, except those that it already contains.

    `name` is the imported file. Returns the text, and the line of the first new comment, counted
    from 1, or 0 if no comment is new.
    """
    before = text or ""
    flat = normalize(before)
    new = [one for one in comments if one not in flat]
    if not new:
        return before, 0
    end = line_end(before)
    head = (
        f"# From {short(name, 80)}: entries that could not be imported, and why. To use one,\n"
        "# fix it, move it to the section it belongs to, and remove the `# `.\n"
    )
    start = before if not before or before.endswith("\n") else before + end
    block = ("\n" if start else "") + head + "".join(f"#\n{one}" for one in new)
    made = start + block.replace("\n", end)
    return made, start.count("\n") + 1 + bool(start)


def has_same_data(one: str | None, other: str, path: str) -> bool:
    """Return whether two YAML texts hold the same data, apart from trailing line breaks."""
    data, other_data = (
        as_data(yaml.read(Text(path, normalize(text or "")))[0].data, loose=True)
        for text in (one, other)
    )
    return data == other_data
