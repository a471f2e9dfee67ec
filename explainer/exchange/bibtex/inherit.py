"""Complete entries from their parents: `crossref` and `xdata`.

Rules: biblatex manual, appendix B. A part of a work gets the work's title as its `booktitle` or
`journaltitle`. A source has only one publisher, and readers find a part by the work that contains
it, so a part does not inherit the `publisher`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from explainer.exchange.bibtex.syntax import Entry, Field
from explainer.exchange.bibtex.tables import FIELDS, KNOWN_FIELDS, PARTS
from explainer.model.location import Location
from explainer.model.problems import Problem, short

_LONGEST_CHAIN = 20
_OWN = frozenset(
    [
        *("crossref", "xdata", "xref", "ids", "related", "doi", "url", "eprint", "csltype"),
        *("entrysubtype", "archived", "primary", "repeats"),
    ]
)
"""Fields that are not inherited, because they identify the work itself."""
_DATES = frozenset(["date", "year", "month", "day"])
_TITLES = frozenset(["title", "subtitle", "titleaddon", "shorttitle"])


def inherit(path: str, entries: Sequence[Entry]) -> tuple[list[Entry], list[Problem]]:
    """Return the entries with inherited fields, without `@xdata`, which only has fields for others.

    Problems (warnings): `unknown-source` for a parent that is not in the file, and `bibtex-syntax`
    for entries that refer to each other in a circle.
    """
    by_key: dict[str, Entry] = {}
    for entry in entries:
        by_key.setdefault(entry.key, entry)
    completed: dict[int, Entry] = {}
    problems: list[Problem] = []

    def complete(entry: Entry, path_to: tuple[str, ...]) -> Entry:
        if (known := completed.get(id(entry))) is not None:
            return known
        fields = dict(entry.fields)
        for relation in ("xdata", "crossref"):
            if relation not in entry.fields:
                continue
            at = Location(path, entry.fields[relation].line)
            for key in filter(None, re.split(r"[\s,]+", entry.fields[relation].value)):
                parent = by_key.get(key)
                if parent is None:
                    problems.append(_missing(at, entry.key, relation, key))
                elif key in path_to or key == entry.key or len(path_to) >= _LONGEST_CHAIN:
                    problems.append(_circle(at, entry.key, relation, key))
                else:
                    whole = complete(parent, (*path_to, entry.key))
                    given = whole.fields if relation == "xdata" else _given(entry, whole)
                    fields = _added(fields, given)
        completed[id(entry)] = Entry(entry.kind, entry.key, entry.line, fields)
        return completed[id(entry)]

    result = [complete(entry, ()) for entry in entries if entry.kind != "xdata"]
    return result, problems


def _given(child: Entry, parent: Entry) -> Mapping[str, Field]:
    """Return the fields that a parent gives to a child."""
    given = {n: one for n, one in parent.fields.items() if n in KNOWN_FIELDS - _OWN}
    container = PARTS.get(child.kind)
    if container is None or parent.kind == child.kind:
        return given
    title = given.get(container) or _title(parent)
    if title is not None:
        given = {n: one for n, one in given.items() if n not in FIELDS["publishers"]}
        given[container] = title
    return {name: one for name, one in given.items() if name not in _TITLES}


def _title(entry: Entry) -> Field | None:
    parts = [entry.fields[name] for name in ("title", "subtitle") if name in entry.fields]
    return Field(": ".join(one.value for one in parts), parts[0].line) if parts else None


def _added(fields: Mapping[str, Field], given: Mapping[str, Field]) -> dict[str, Field]:
    """Add the fields that are missing. A child's date replaces all parts of its parent's date."""
    dated = any(name in fields for name in _DATES)
    return {**{n: one for n, one in given.items() if not (dated and n in _DATES)}, **fields}


def _missing(at: Location, child: str, relation: str, key: str) -> Problem:
    message = f"`{short(child)}`: its {relation} `{short(key)}` is not in the file"
    hint = "export the bibliography with this entry, or add the missing fields"
    return Problem(at, "unknown-source", message, hint, "warning")


def _circle(at: Location, child: str, relation: str, key: str) -> Problem:
    message = f"`{short(child)}`: nothing is inherited from its {relation} `{short(key)}`"
    hint = f"remove the circle, or shorten the chain to at most {_LONGEST_CHAIN} entries"
    return Problem(at, "bibtex-syntax", message, hint, "warning")
