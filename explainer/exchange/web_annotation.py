"""Read W3C Web Annotations, and write them so that an import restores the original entries.

https://www.w3.org/TR/annotation-model/. An export is the collection that is published with an
article's page (formats/web_annotation.py), plus these terms of our own (`CONTEXT`) for what the
model cannot express:

* `explainer:kind` of an annotation is `claim`, `note`, or `question`;
* `explainer:entry` of an annotation is its entry in the annotation file (docs/format.md);
* `explainer:sources` and `explainer:people` of a collection define what its entries refer to by id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from explainer.anchor.select import ForeignQuote
from explainer.exchange.entries import without_nulls
from explainer.exchange.incoming import AnnotationKind, Entry, Incoming, IncomingAnnotation
from explainer.exchange.reading import as_list, first_text, objects, one_line, wrong_shape
from explainer.exchange.remarks import from_html, from_plain, remark
from explainer.model.location import Data, Location
from explainer.model.problems import Problem
from explainer.parse.text import clean

NAMESPACE = "https://pypi.org/project/explainer-ssg/#"
"""The prefix of our terms. It is an identifier only; nothing is fetched from it."""

# The Web Annotation context does not apply to entries: a source's `type` is not JSON-LD's.
_ORDERED = (
    *("answers", "appearances", "authors", "disputes", "evidence", "history", "repeats", "sources"),
    "tags",
)
_BOOLEANS = ("draft", "inside", "primary")
_ENTRY: list[Any] = [
    None,
    {
        "@version": 1.1,
        "@vocab": NAMESPACE,
        **{key: {"@id": NAMESPACE + key, "@container": "@list"} for key in _ORDERED},
    },
]
CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "@version": 1.1,
        "explainer": NAMESPACE,
        **{
            f"explainer:{key}": {"@id": NAMESPACE + key, "@context": _ENTRY}
            for key in ("entry", "sources", "people")
        },
    },
]
"""The JSON-LD 1.1 context of exported collections, with scoped contexts for our terms."""


# --- out -----------------------------------------------------------------------------------------


def write(
    collection: Mapping[str, Any],
    entries: Sequence[tuple[AnnotationKind, Data]],
    sources: Mapping[str, Data],
    people: Mapping[str, Data],
) -> str:
    """Write a collection (`formats.web_annotation.collection`) with the original entries.

    `entries` are the kinds and entries of its annotations, in the same order. `sources` and
    `people` are definitions by id. All are data from YAML files.
    """
    data: dict[str, Any] = {**collection, "@context": CONTEXT}
    if entries:
        items = [
            {**item, "explainer:kind": kind, "explainer:entry": _with_booleans(entry)}
            for item, (kind, entry) in zip(collection["first"]["items"], entries, strict=True)
        ]
        data["first"] = {**collection["first"], "items": items}
    for key, group in (("sources", sources), ("people", people)):
        if group:
            data[f"explainer:{key}"] = [_definition(name, value) for name, value in group.items()]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _definition(name: str, value: Data) -> dict[str, Any]:
    return {"id": name, **_with_booleans(value)}


def _with_booleans(value: Data) -> dict[str, Any]:
    """Return a group of the file, with the booleans that it may have as those of JSON."""
    data: dict[str, Any] = without_nulls(value)
    return data | {key: str(data[key]).lower() == "true" for key in _BOOLEANS if key in data}


# --- in ------------------------------------------------------------------------------------------


def read(path: str, data: object) -> Incoming:
    """Read an annotation, a list of annotations, a page, or a collection with its first page.

    Problems: `wrong-shape` for anything else, and `more-elsewhere` if a collection continues at
    another address, since nothing is fetched.
    """
    problems: list[Problem] = []
    annotations: list[IncomingAnnotation] = []
    groups: dict[str, dict[str, Entry]] = {"sources": {}, "people": {}}
    for at, item in _items(path, data, "", problems):
        try:
            annotations += _annotations(at, item)
        except RecursionError:
            problems.append(wrong_shape(path, at, "an annotation", "nested too deeply"))
    for top in objects(data):
        for key, group in groups.items():
            for entry in map(value_of, objects(top.get(f"explainer:{key}"))):
                if key == "people" and "type" in entry:  # the earlier name of `kind`
                    entry.setdefault("kind", entry.pop("type"))
                if isinstance(name := entry.pop("id", None), str):
                    group[name] = entry
    return Incoming(
        annotations=tuple(annotations),
        sources=groups["sources"],
        people=groups["people"],
        problems=tuple(problems),
    )


def _items(
    path: str, data: object, at: str, problems: list[Problem], depth: int = 0
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each annotation with its path in the file."""
    if isinstance(data, list):
        for number, one in enumerate(data):
            yield from _items(path, one, f"{at}[{number}]", problems, depth + 1)
        return
    types = as_list(data.get("type", data.get("@type"))) if isinstance(data, dict) else []
    types = [str(one).rsplit("#", 1)[-1].removeprefix("oa:") for one in types]
    dot = "." if at else ""
    if not isinstance(data, dict) or depth > 6:
        problems.append(wrong_shape(path, at, "a Web Annotation", data))
    elif "AnnotationCollection" in types or "AnnotationPage" in types:
        key = next((k for k in ("items", "first") if isinstance(data.get(k), dict | list)), "")
        if key:
            yield from _items(path, data[key], f"{at}{dot}{key}", problems, depth + 1)
        elif data.get("total") != 0:
            # The collection only links to its first page, and nothing is fetched.
            expected = "a list of annotations under `items`, or a page under `first`"
            problems.append(wrong_shape(path, at, expected, data))
        if isinstance(further := data.get("next"), str):
            message = f"the collection continues at {further}, which was not read"
            hint = "download the other pages and import each one"
            problems.append(Problem(Location(path), "more-elsewhere", message, hint, "warning"))
    elif "Annotation" in types or "target" in data:
        yield at, data
    else:
        expected = "a Web Annotation, an AnnotationPage, or an AnnotationCollection"
        problems.append(wrong_shape(path, at, expected, data))


def _annotations(at: str, item: dict[str, Any]) -> Iterator[IncomingAnnotation]:
    """Yield an annotation for each target, since its text is about each of them.

    https://www.w3.org/TR/annotation-model/#cardinality-of-bodies-and-targets
    """
    kind: Any = item.get("explainer:kind")
    entry = value_of(item.get("explainer:entry"))
    targets = as_list(item.get("target", item.get("oa:hasTarget"))) or [None]
    if kind in get_args(AnnotationKind) and isinstance(entry, dict):
        one = IncomingAnnotation(kind=kind, entry=entry, at=at, own=True)
    else:
        texts, tags, links = _bodies(item)
        one = remark(
            at,
            texts=texts,
            tags=tags,
            links=links,
            creator=_creator(item),
            date=first_text(item, "modified", "created"),
            asks="questioning" in _motivations(item),
        )
    # Exported annotations have one target, and their ids must stay unique.
    for number, target in enumerate(targets[:1] if one.own else targets):
        place = f"{at}.target[{number}]".lstrip(".") if len(targets) > 1 else at
        quote, heading, whole = _target(target)
        yield replace(one, at=place, quote=quote, heading=heading, whole=whole)


def value_of(value: object) -> Any:
    """Convert JSON to the values of an entry: text, booleans, lists, and groups. Drops `null`."""
    match value:
        case bool():
            return value
        case str():
            return clean(value)
        case int() | float():
            return str(value)
        case list():
            return [kept for one in value if (kept := value_of(one)) is not None]
        case dict():
            return {clean(k): kept for k, v in value.items() if (kept := value_of(v)) is not None}
        case _:
            return None


def _motivations(item: Mapping[str, Any]) -> set[str]:
    return {
        str(one).rsplit("/", 1)[-1].removeprefix("oa:") for one in as_list(item.get("motivation"))
    }


def _creator(item: Mapping[str, Any]) -> str:
    names = (
        one if isinstance(one, str) else first_text(one, "name", "nickname", "nick", "id")
        for one in as_list(item.get("creator"))
    )
    return ", ".join(filter(None, map(one_line, names)))


def _bodies(item: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """Return an annotation's texts in Markdown, its tags, and the addresses that it links to."""
    texts: list[str] = []
    tags: list[str] = []
    links: list[str] = []
    waiting = [(body, True) for body in as_list(item.get("bodyValue"))]
    waiting += [(body, False) for body in as_list(item.get("body"))]
    while waiting:
        body, is_text = waiting.pop(0)
        if isinstance(body, str) and (is_text or not body.startswith(("http:", "https:"))):
            texts.append(from_plain(body))
        elif isinstance(body, str):
            links.append(one_line(body))
        elif isinstance(body, dict):
            inner = (body[key] for key in ("items", "member") if isinstance(body.get(key), list))
            # Take all items of a Choice too, since nobody can choose here.
            waiting[:0] = [(one, False) for one in next(inner, [])]
            value = first_text(body, "value", "chars", "rdf:value")
            if value and "tagging" in map(str, as_list(body.get("purpose"))):
                tags.append(one_line(value))
            elif value:
                texts.append(_markdown(value, first_text(body, "format", "dc:format")))
            elif address := first_text(body, "source", "id", "@id"):
                links.append(one_line(address))
    return [text for text in texts if text], tags, [link for link in links if "://" in link]


def _markdown(value: str, form: str) -> str:
    match form.split(";")[0].strip().lower():
        case "text/html" | "application/xhtml+xml":
            return from_html(value)
        case "text/markdown" | "text/x-markdown":
            return clean(value).strip()
        case _:
            return from_plain(value)


def _target(target: object) -> tuple[ForeignQuote | None, str, bool]:
    """Return a target's quote, its fragment id, and whether it is the article as a whole."""
    if isinstance(target, str):
        fragment = target.partition("#")[2]
        return None, clean(fragment), not fragment
    if not isinstance(target, dict):
        return None, "", False
    selectors = list(selectors_of(target.get("selector")))
    fragments = (one for one in selectors if one.get("type") == "FragmentSelector")
    heading = first_text(next(fragments, {}), "value").removeprefix("#")
    return quote_of(selectors), heading, not selectors


def selectors_of(selector: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield all selectors of a target, including refinements, the most specific first."""
    for one in objects(selector) if depth < 8 else ():
        yield from selectors_of(one.get("refinedBy"), depth + 1)
        if one.get("type") == "Choice":
            yield from selectors_of(one.get("items"), depth + 1)
        yield one


def quote_of(selectors: Sequence[Mapping[str, Any]]) -> ForeignQuote | None:
    """Return the quote of a target's selectors, with its position if there is one."""
    starts = (
        at
        for one in selectors
        if one.get("type") == "TextPositionSelector" and isinstance(at := one.get("start"), int)
    )
    start = next(starts, None)
    for one in selectors:
        if one.get("type") == "TextQuoteSelector" and isinstance(exact := one.get("exact"), str):
            prefix, suffix = (first_text(one, key) for key in ("prefix", "suffix"))
            return ForeignQuote(clean(exact), prefix, suffix, start)
    return ForeignQuote("", start=start) if start is not None else None
