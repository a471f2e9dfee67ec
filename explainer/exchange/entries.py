"""Entries of an annotation file that come from another program.

They get a target in the article and the ids that are used here, and are checked; those that cannot
be imported become comments.
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
from explainer.parse.text import normalize

TARGET = ("quote", "prefix", "suffix", "section", "image")
"""The keys of an entry that are its target."""
_AGREEING = 4
"""Characters of prefix or suffix, white space aside, that must agree: two may by chance."""


# --- targets -------------------------------------------------------------------------------------


def place(article: ReaderText, one: IncomingAnnotation) -> Entry | NoPlace:
    """Give the keys of the target, as an author would write them: none for the whole article."""
    if one.own and (own := _own(article, one)) is not None:
        return own
    if one.quote and one.quote.exact.strip():
        span = locate(article, one.quote, agreeing=_AGREEING)
        target = describe(article, span) if isinstance(span, find.Span) else span
        if isinstance(target, NoPlace):
            return target
        return {key: text for key in TARGET if (text := getattr(target, key)) is not None}
    if one.heading:
        if any(s.id == one.heading for s in article.sections):
            return {"section": one.heading}
        return NoPlace(f"the article has no heading with the id `{short(one.heading)}`")
    if one.whole:
        return {}
    if one.quote:
        return NoPlace("it is about a position without words, and positions alone are not trusted")
    return NoPlace("it does not say in words what it is about")


def _own(article: ReaderText, one: IncomingAnnotation) -> Entry | None:
    """The target as its author wrote it, if it still has a place, on the words that it had."""
    keys = {key: text for key in TARGET if isinstance(text := one.entry.get(key), str)}
    if not keys and not one.whole:
        return None
    match find.find(article, Target(**keys)):
        case find.Span(start, end) if one.quote is not None:
            words = normalize_quote(article.text[start:end])
            return {**keys} if normalize_quote(one.quote.exact) == words else None
        case find.Whole() if one.quote is None:
            return {**keys}
        case ReaderImage():
            return {**keys}
    return None


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


# --- names ---------------------------------------------------------------------------------------


def is_id(name: str) -> bool:
    """Whether a name can be an id as it is."""
    return bool(valid(Id.check, name))


def may_be_same(kind: Kind, here: Mapping[str, Any], other: Entry) -> bool:
    """Whether two sources or people with one id may be one: nothing of both says otherwise."""
    keys = ("url", "title") if kind == "source" else ("name",)
    first = next((k for k in keys if here.get(k) and other.get(k)), keys[-1])
    one, two = (" ".join(str(e.get(first) or "").split()).casefold() for e in (here, other))
    return one == two


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


# --- checks ------------------------------------------------------------------------------------


def unknown_name(kind: Kind, entry: Entry, sources: frozenset[str], ratings: frozenset[str]) -> str:
    """Say which source or rating an entry names that is not among those known; empty if none."""
    for _, name in source_uses({SECTIONS[kind]: [as_data(entry)]}):
        if name not in sources:
            return f"it names the source `{short(name)}`, which is defined nowhere"
    rating = entry.get("rating")
    if isinstance(rating, str) and rating not in ratings:
        return f"there is no rating `{short(rating)}` in this site"
    return ""


def flaw(kind: Kind, entry: Entry) -> str:
    """Say what is wrong with an entry by itself; an empty text if nothing is."""
    try:
        made = annotation_file.append("", kind, entry, path="x.yaml")
    except (TypeError, AssertionError, AttributeError, RecursionError):
        return "it is not written as an entry is"
    if isinstance(made, Problem):
        return made.message
    _, _, problems = read_annotations(Text("x.yaml", made.text))
    # Whom a source repeats, and what a claim disputes, is looked at where all are known.
    return next((p.message for p in problems if p.severity == "error"), "")


def same_form(entry: Mapping[str, Any]) -> str:
    """Give a text that two entries share if they say just the same."""
    data = as_data(without_nulls(entry), loose=True)
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def without_nulls(value: Any) -> Any:
    """Give data without the keys and items that have no value."""
    if isinstance(value, Mapping):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value if one is not None]
    return value


# --- comments ----------------------------------------------------------------------------------


def comment(kind: Kind, entry: Entry, at: str, why: str) -> str:
    """Give an entry as comment lines, under the reason why it is one.

    They are YAML that can be used as soon as the entry is fixed.
    """
    made = annotation_file.append("", kind, entry)
    text = made.text if isinstance(made, annotation_file.Edited) else repr(entry)
    lines = [f"{at}: {why}", *text.rstrip("\n").split("\n")]
    return "".join(f"# {one}".rstrip() + "\n" for one in lines)


def with_comments(text: str | None, comments: Iterable[str], name: str) -> tuple[str, int]:
    """Put comments at the end of a file's text, unless they are in it already.

    `name` is the file that was imported. Gives the text and the line, from 1, of the first comment
    that is new; 0 if none is.
    """
    before = text or ""
    flat = normalize(before)
    new = [one for one in comments if one not in flat]
    if not new:
        return before, 0
    end = "\r\n" if "\r\n" in before else "\n"
    head = (
        f"# From {short(name, 80)}: what could not be imported, and why. To bring one in, mend it\n"
        "# and take the `# ` away, under the section that it belongs to.\n"
    )
    start = before if not before or before.endswith("\n") else before + end
    block = ("\n" if start else "") + head + "".join(f"#\n{one}" for one in new)
    made = start + block.replace("\n", end)
    return made, start.count("\n") + 1 + bool(start)


def has_same_data(one: str | None, other: str, path: str) -> bool:
    """Whether two texts of a YAML file have the same data, but for a line break at the end."""
    found, wanted = (
        as_data(yaml.read(Text(path, normalize(text or "")))[0].data, loose=True)
        for text in (one, other)
    )
    return found == wanted
