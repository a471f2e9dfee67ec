"""Convert a page's request to entries, with their keys in the order of docs/format.md."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator

from explainer.edit.entry import Value
from explainer.edit.texts import markdown, sentence, wrap, wraps_lines
from explainer.model.annotations import Source, Target
from explainer.model.kinds import BUILTIN_KINDS
from explainer.serve.editing.page import EditedPage, Entry, source_id
from explainer.serve.editing.requests import RefusalError, Request
from explainer.support.slugs import make_id


def annotation(kind: str, target: Target, request: Request, page: EditedPage) -> Entry:
    """Create a note, claim, or question. Raises RefusalError if a required text is empty."""

    def prose(key: str) -> str:
        text = markdown(request.text(key))
        return wrap(text) if wraps_lines(page.text or "") else text

    keys = ("quote", "prefix", "suffix", "inside", "section")
    chosen = {key: value for key in keys if (value := getattr(target, key))}
    names = _cited(request, page)
    sources = list(names)
    entry: dict[str, Value]
    if kind == "claim":
        claim = sentence(request.text("claim"))
        taken = {name.casefold(): 0 for name in page.annotations}
        entry = {
            "id": make_id(claim, taken, "claim"),
            **chosen,
            "claim": claim,
            "by": _speaker(sentence(request.text("by")), page),
            "date": sentence(request.text("date")),
            "rating": sentence(request.text("rating")),
            "review": prose("review"),
            "evidence": [{"source": name, "stance": stance} for name, stance in names.items()],
        }
    elif kind == "question":
        question = sentence(request.text("question"))
        entry = {**chosen, "question": question, "settle": prose("settle"), "sources": sources}
    else:
        note, note_kind = prose("note"), sentence(request.text("noteKind"))
        if note_kind == BUILTIN_KINDS[0] and not page.names_kind(note_kind):
            note_kind = ""
        entry = {**chosen, "note": note, "kind": note_kind, "sources": sources}
    for key in (kind, "rating") if kind == "claim" else (kind,):
        if not entry[key]:
            raise RefusalError(422, f"`{key}` is empty", "enter some text or cancel", field=key)
    return {key: value for key, value in entry.items() if value}


def _speaker(name: str, page: EditedPage) -> str:
    """Return the id of the person with a name if there is exactly one, or else the name."""
    same = [key for key, one in page.defined("people").items() if one.get("name") == name]
    return same[0] if len(same) == 1 else name


def _cited(request: Request, page: EditedPage) -> dict[str, str]:
    """Return the stances of the cited sources by id. A request names sources by id or title."""
    titles = {name: one.get("title") for name, one in page.defined("sources").items()}
    titles |= {name: source.title for name, source in page.foreign_sources.items()}
    stances = {}
    for group in (*request.groups("sources"), *request.groups("newSources")):
        if name := sentence(group.text("id")):
            same = [key for key, title in titles.items() if title == name]
            key = same[0] if name not in titles and len(same) == 1 else name
            stances[key] = group.text("stance") or "supports"
    return stances


def sources(request: Request, page: EditedPage) -> Iterator[Entry]:
    """Yield the sources to define in this file: new ones, and cited ones of other articles.

    Sets the `id` of new sources in the request too. Raises RefusalError.
    """
    defined = set(page.defined("sources"))
    for group in request.groups("newSources"):
        entry = _new_source(group, defined)
        group.body["id"] = entry["id"]
        defined.add(str(entry["id"]))
        yield entry
    default = dataclasses.asdict(Source(title=""))
    for name in _cited(request, page):
        if name in page.foreign_sources and name not in defined:
            values = dataclasses.asdict(page.foreign_sources[name])
            specified = {k: v for k, v in values.items() if v != default[k] and k != "repeats"}
            yield {"id": name, **specified}


def _new_source(group: Request, defined: Collection[str]) -> Entry:
    """Create a source with an id that is not in `defined`. Raises RefusalError."""
    title, publisher, url, date = (
        sentence(group.text(key)) for key in ("title", "publisher", "url", "date")
    )
    if not title:
        raise RefusalError(422, "the new source has no title", "enter a title", field="title")
    if url and not re.match(r"[a-z][a-z0-9+.-]*:", url, re.IGNORECASE):
        url = f"https://{url}"  # people often omit it
    name = source_id(title, publisher, date, {name.casefold(): 0 for name in defined})
    entry = {"id": name, "title": title, "publisher": publisher, "date": date, "url": url}
    return {key: value for key, value in entry.items() if value}
