"""Read and write sources as CSL-JSON, the format of reference managers and citation processors.

https://github.com/citation-style-language/schema (csl-data.json, version 1.0.2). Values without an
equivalent in CSL (`archived`, `primary`, `repeats`) go under `custom`, as the schema intends.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explainer.exchange import names, sources
from explainer.exchange.incoming import Incoming
from explainer.exchange.reading import as_list, first_text, one_line, wrong_shape
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import short
from explainer.parse.references import CSL_TYPES

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
        "title": source.title,
        "author": [_author(author) for author in sources.authors(source, organizations)],
        _publisher_key(source.type): source.publisher,
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
    return {key: value for key, value in parts.items() if value}


def read(path: str, data: object) -> Incoming:
    """Read a list of items, an object with `items` (Zotero), or a single item.

    Problems: `wrong-shape`; `no-title` for an item without a title (its address or id is used);
    `unknown-type` for an unknown `type`; `left-out` for invalid dates and addresses, and for fields
    that a source cannot store.
    """
    if isinstance(data, dict):
        data = data["items"] if isinstance(data.get("items"), list) else [data]
    if not isinstance(data, list):
        return Incoming(problems=(wrong_shape(path, "", "a list of CSL items", data),))
    bibliography = sources.Bibliography(path)
    for number, item in enumerate(data):
        at = f"[{number}]"
        if not isinstance(item, dict):
            bibliography.problems.append(wrong_shape(path, at, "a CSL item", item))
            continue
        key = one_line(str(item.get("id") or item.get("citation-key") or ""))
        while key in bibliography.sources or not key:
            key += f"source-{number + 1}" if not key else f"-{number + 1}"
        label = f"{at}, `{short(key)}`"
        try:
            _read_item(sources.Item(bibliography, key, Location(path), label), item)
        except RecursionError:
            problem = wrong_shape(path, at, "a CSL item", "nested too deeply")
            bibliography.problems.append(problem)
    return bibliography.incoming()


def _read_item(item: sources.Item, data: Mapping[str, Any]) -> None:
    kind = one_line(str(data.get("type") or ""))
    kind = _TABLES["old_types"].get(kind, kind)
    if kind not in CSL_TYPES:
        if kind:
            message = f"there is no CSL type `{short(kind)}`; `document` is used instead"
            item.warn("unknown-type", message)
        kind = "document" if kind else "webpage"
    own = _publisher_key(kind)
    other = "container-title" if own == "publisher" else "publisher"
    publisher, further = (one_line(first_text(data, key)) for key in (own, other))
    if publisher and further not in ("", publisher):
        item.bibliography.left_out.update([other])
    address = sources.url(first_text(data, "URL")) or sources.doi_url(first_text(data, "DOI"))
    if not address and (bad := first_text(data, "URL")):
        item.warn("left-out", f"its URL `{short(bad)}` is not a web address")
    if data.get("DOI") and "doi.org" not in address:
        item.bibliography.left_out.update(["DOI"])
    edtf = _edtf(data.get("issued"))
    date = sources.iso_date(edtf)
    if issued := data.get("issued"):
        item.check_date(date, json.dumps(issued), vague=sources.is_vague(edtf))
    item.bibliography.left_out.update(str(key) for key in data if key not in _KNOWN_FIELDS)
    custom = data["custom"] if isinstance(data.get("custom"), dict) else {}
    item.bibliography.left_out.update(f"custom.{key}" for key in custom if key not in _CUSTOM)
    item.add(
        title=one_line(_plain(first_text(data, "title"))),
        authors=[name for one in as_list(data.get("author")) if (name := _name(one))],
        publisher=publisher or further,
        date=date,
        url=address,
        archived=sources.url(first_text(custom, "archived")),
        type=kind,
        primary=custom.get("primary") is True,
        repeats=as_list(custom.get("repeats")),
        language=one_line(first_text(data, "language")),
    )


_MARKUP = re.compile(r"</?(?:i|b|sc|sub|sup|span)(?:\s[^<>]*)?>")


def _plain(text: str) -> str:
    """Remove the HTML tags that CSL processors allow in titles.

    https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html#html-like-formatting-tags
    """
    opened, closed = text.count("<"), text.count("</")
    return _MARKUP.sub("", text) if closed and opened == 2 * closed else text


def _name(author: object) -> str:
    literal = author if isinstance(author, str) else first_text(author, "literal", "name")
    if literal:
        return one_line(literal)
    if eastern := names.eastern(first_text(author, "family"), first_text(author, "given")):
        return eastern
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return " ".join(filter(None, (one_line(first_text(author, part)) for part in parts)))


def _edtf(value: object) -> str:
    """Return a date as EDTF, with `~` if it is vague, a season, or an interval; or ""."""
    if not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first:
        digits = [str(part).strip() for part in first[:3] if part not in (None, "")]
        if not digits or not all(re.fullmatch(r"\d{1,4}", part) for part in digits):
            return ""
        text = "-".join([digits[0].zfill(4), *digits[1:]])
    else:
        text = first_text(value, "raw", "literal")
    several = isinstance(parts, list) and len(parts) > 1
    is_vague = several or value.get("season") or value.get("circa") not in (None, False, "", 0)
    return text + "~" * bool(is_vague)
