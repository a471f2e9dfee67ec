"""Read and write sources as CSL-JSON, the format of reference managers and citation processors.

https://github.com/citation-style-language/schema (csl-data.json, version 1.0.2). Values without an
equivalent in CSL (`archived`, `primary`, `repeats`) go under `custom`, as the schema intends.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from explainer.exchange import dates, markup, names, sources
from explainer.exchange.dates import ReadDate
from explainer.exchange.incoming import Incoming
from explainer.exchange.reading import as_list, has_surrogate, one_line, wrong_shape
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import short
from explainer.parse.references import CSL_TYPES
from explainer.parse.text import clean

_CUSTOM = ("archived", "primary", "repeats")
_TABLES = tomllib.loads(Path(__file__).with_name("csl_json.toml").read_text(encoding="utf-8"))
_KNOWN_FIELDS = frozenset(field for fields in _TABLES["fields"].values() for field in fields)


def write(to_write: Mapping[str, Source], *, organizations: frozenset[str] = frozenset()) -> str:
    """Write a list of sources, given by id. `organizations` are names that are not people's."""
    items = [_item(name, source, organizations) for name, source in to_write.items()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(name: str, source: Source, organizations: frozenset[str]) -> dict[str, Any]:
    custom = {
        "archived": source.archived,
        "primary": source.primary,
        "repeats": list(source.repeats),
    }
    item = {
        "id": name,
        "type": source.type,
        "title": markup.escape(source.title),
        "author": [_author(author) for author in sources.authors(source, organizations)],
        _publisher_key(source.type): markup.escape(source.publisher),
        "issued": {"date-parts": [list(source.date.parts)]} if source.date else None,
        "URL": source.url,
        "language": source.language,
        "custom": {key: value for key, value in custom.items() if value},
    }
    return {key: value for key, value in item.items() if value}


def _publisher_key(kind: str) -> str:
    return "container-title" if kind in _TABLES["in_something"] else "publisher"


def _author(name: names.Name) -> dict[str, str]:
    parts = {
        "literal": name.literal,
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {key: markup.escape(value) for key, value in parts.items() if value}


def read(path: str, data: object) -> Incoming:
    """Read a list of items, an object with `items` (Zotero), a single item, or Crossref's answer.

    Problems: `wrong-shape`; `no-title` for an item without a title (its address or id is used);
    `unknown-type` for an unknown `type`; `foreign-markup` for tags that are left in a title;
    `bad-character` for halves of characters; `left-out` for dates, addresses, names, and languages
    that cannot be used, and for fields that a source cannot store.
    """
    if isinstance(data, dict) and isinstance(data.get("message"), dict):
        data = data["message"]
    if isinstance(data, dict) and (isinstance(data.get("items"), list) or is_item(data)):
        data = data["items"] if isinstance(data.get("items"), list) else [data]
    if not isinstance(data, list):
        return Incoming(problems=(wrong_shape(path, "", "a list of CSL items", data),))
    bibliography = sources.Bibliography(path)
    for number, item in enumerate(data):
        at = f"[{number}]"
        if not (isinstance(item, dict) and is_item(item)):
            bibliography.problems.append(wrong_shape(path, at, "a CSL item", item))
            continue
        if "itemType" in item:
            expected = "a CSL item (in Zotero, choose CSL JSON)"
            bibliography.problems.append(wrong_shape(path, at, expected, item))
            continue
        key = one_line(_scalar(item.get("id")) or _scalar(item.get("citation-key")))
        first = key = key or f"source-{number + 1}"
        count = 1
        while key in bibliography.sources:
            count += 1
            key = f"{first}-{count}"
        label = f"{at}, `{short(key)}`"
        try:
            _read_item(sources.Item(bibliography, key, Location(path), label), item)
        except RecursionError:
            problem = wrong_shape(path, at, "a CSL item", "nested too deeply")
            bibliography.problems.append(problem)
    return bibliography.incoming()


def is_item(data: Mapping[str, Any]) -> bool:
    """Return whether an object has any field of a CSL item."""
    return any(data.get(key) not in (None, "", [], {}) for key in _TABLES["fields"]["read"])


def _read_item(item: sources.Item, data: Mapping[str, Any]) -> None:
    custom = data["custom"] if isinstance(data.get("custom"), dict) else {}
    kind = _type(item, data)
    values = {key: _text(item, data, key) for key in ("title", "language")}
    title, has_tags = markup.plain(values["title"])
    if has_tags:
        message = f"its title has tags, which readers will see: `{short(title, 80)}`"
        item.warn("foreign-markup", message, "remove the tags from the title")
    own = _publisher_key(kind)
    other = "container-title" if own == "publisher" else "publisher"
    publisher, further = (one_line(markup.unescape(_text(item, data, k))) for k in (own, other))
    if publisher and further not in ("", publisher):
        item.bibliography.left_out.update([other])
    item.bibliography.left_out.update(str(key) for key in data if key not in _KNOWN_FIELDS)
    if data.get("custom") and not custom:
        item.bibliography.left_out.update(["custom"])
    item.bibliography.left_out.update(f"custom.{key}" for key in custom if key not in _CUSTOM)
    issued = data.get("issued")
    entry: dict[str, Any] = {
        "title": one_line(title),
        "authors": list(_authors(item, data.get("author"))),
        "publisher": publisher or further,
        "date": item.date(_date(issued), json.dumps(issued, ensure_ascii=False)),
        "url": _url(item, data),
        "archived": _archived(item, custom),
        "type": kind,
        "primary": custom.get("primary") is True,
        "repeats": as_list(custom.get("repeats")),
        "language": item.language(values["language"]),
    }
    if has_surrogate(data):
        message = "it has halves of characters (surrogates); each is now `\ufffd`"
        item.warn("bad-character", message, "correct the text in the other program")
    item.add(**entry)


def _type(item: sources.Item, data: Mapping[str, Any]) -> str:
    kind = one_line(_scalar(data.get("type")))
    kind = str(_TABLES["old_types"].get(kind, kind))
    if kind in CSL_TYPES:
        return kind
    if not data.get("type"):
        return "webpage"
    message = f"there is no CSL type `{short(str(data['type']))}`; `document` is used instead"
    item.warn("unknown-type", message)
    return "document"


def _scalar(value: object) -> str:
    """Return text or a number as text; anything else as ""."""
    if isinstance(value, str):
        return clean(value) if value.strip() else ""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _text(item: sources.Item, data: Mapping[str, Any], key: str) -> str:
    """Return a field as text. Some programs write a list with one text."""
    value = data.get(key)
    only = value[0] if isinstance(value, list) and len(value) == 1 else value
    text = _scalar(only)
    if not text and only not in (None, "", [], {}) and not isinstance(only, str):
        item.warn("left-out", f"its `{key}` is not text: `{short(json.dumps(value))}`")
    return text


def _url(item: sources.Item, data: Mapping[str, Any]) -> str:
    written, number = (_text(item, data, key) for key in ("URL", "DOI"))
    address = sources.url(written) or sources.doi_url(written)
    if written and not address:
        item.warn("left-out", f"its URL `{short(written)}` is not a web address")
    doi = sources.doi_url(number)
    if number and not doi:
        item.warn("left-out", f"its DOI `{short(number)}` is not a DOI")
    if address and doi and doi != address:
        item.bibliography.left_out.update(["DOI"])
    return address or doi


def _archived(item: sources.Item, custom: Mapping[str, Any]) -> str:
    written = _text(item, custom, "archived")
    address = sources.url(written)
    if written and not address:
        message = f"the address of its archived copy, `{short(written)}`, is not a web address"
        item.warn("left-out", message)
    return address


def _authors(item: sources.Item, value: object) -> Iterator[str]:
    for one in as_list(value):
        if name := _name(one):
            yield name
        elif one not in ("", {}, [], None):
            item.warn("left-out", f"its author `{short(json.dumps(one))}` has no name")


def _name(author: object) -> str:
    if not isinstance(author, dict):
        return one_line(_scalar(author))
    values = {key: one_line(markup.unescape(_scalar(value))) for key, value in author.items()}
    if literal := values.get("literal") or values.get("name"):
        return literal
    family, given = values.get("family", ""), values.get("given", "")
    if eastern := names.eastern(family, given):
        return eastern
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return " ".join(filter(None, (values.get(part) for part in parts)))


def _date(value: object) -> ReadDate:
    """Return the date of a CSL date variable."""
    if not isinstance(value, dict):
        return dates.read(_scalar(value) or "?") if _has_value(value) else ReadDate()
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and not any(isinstance(one, list) for one in parts):
        parts = [parts]  # an inner list is missing
    periods = [one for one in as_list(parts) if _has_value(one)]
    if not periods:
        date = dates.read(_scalar(value.get("raw")) or _scalar(value.get("literal")))
    else:
        first = as_list(periods[0])
        is_text = len(first) == 1 and isinstance(first[0], str)
        is_year = not is_text or first[0].strip().isdecimal()
        date = dates.of_parts(first) if is_year else dates.read(_scalar(first[0]))
        is_year = len(first) == 1
        said = dates.read(_scalar(value.get("raw")) or _scalar(value.get("literal")))
        long, short_ = sorted((said.date, date.date), key=len, reverse=True)
        if not long.startswith(short_) or (is_year and not said.complete):
            date = ReadDate(date.date, complete=False)
    is_vague = len(periods) > 1 or _has_value(value.get("season"))
    is_vague = is_vague or value.get("circa") not in (None, False, "", 0, "0", "false")
    return ReadDate(date.date, date.complete and not is_vague)


def _has_value(value: object) -> bool:
    """Return whether there is anything but null and empty text in a value."""
    return any(map(_has_value, value)) if isinstance(value, list) else value not in (None, "", {})
