"""CSL-JSON: sources as reference managers and citation processors exchange them.

https://github.com/citation-style-language/schema (csl-data.json, version 1.0.2). What CSL has no
word for (`archived`, `primary`, `repeats`) stands under `custom`, which the schema keeps for that.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from explainer.exchange import names, sources
from explainer.exchange.incoming import Entry, Incoming, clean, every, first_text, line, wrong_shape
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short
from explainer.model.scalars import Id, PartialDate
from explainer.parse.references import CSL_TYPES

_CUSTOM = ("archived", "primary", "repeats")
_OLD_TYPES = {"article-online": "webpage", "blog-post": "post-weblog", "thesis-phd": "thesis"}
_UNDERSTOOD = frozenset(
    [
        "id",
        "type",
        "title",
        "author",
        "date-parts",
        "issued",
        "URL",
        "language",
        "publisher",
        "container-title",
        "custom",
        "citation-key",
        "DOI",
    ]
)
_NO_LOSS = frozenset(
    {
        "accessed",
        "categories",
        "citation-label",
        "system_id",
        "journalAbbreviation",
        "container-title-short",
        "title-short",
        "shortTitle",
    }
)
"""What nobody misses: housekeeping, and short forms of what is there in full."""


def write(wanted: Mapping[str, Source], *, organizations: frozenset[str] = frozenset()) -> str:
    """Give a list of all sources, by id. `organizations`: names that are not people's."""
    items = [_item(name, source, organizations) for name, source in wanted.items()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(name: str, source: Source, organizations: frozenset[str]) -> dict[str, Any]:
    item: dict[str, Any] = {"id": name, "type": source.type, "title": source.title}
    if source.authors:
        known = organizations | {source.publisher}
        item["author"] = [_author(names.parse(a, organizations=known)) for a in source.authors]
    if source.publisher:
        key = "container-title" if source.type in sources.IN_SOMETHING else "publisher"
        item[key] = source.publisher
    if source.date:
        item["issued"] = {"date-parts": [list(source.date.parts)]}
    if source.url:
        item["URL"] = source.url
    if source.language:
        item["language"] = source.language
    given = sources.data(source)
    if custom := {key: given[key] for key in _CUSTOM if key in given}:
        item["custom"] = custom
    return item


def _author(name: names.Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {key: value for key, value in parts.items() if value}


def read(path: str, data: object) -> Incoming:
    """Read a list of items, an object with `items` (Zotero), or a single item.

    Problems: `wrong-shape`; for an item without title `no-title` (it gets its address or id for
    one), an unknown `type` `unknown-type`, a date that is none `left-out`; and `left-out` for all
    that a source of ours has no key for.
    """
    if isinstance(data, dict):
        data = data["items"] if isinstance(data.get("items"), list) else [data]
    if not isinstance(data, list):
        return Incoming(problems=(wrong_shape(path, "", "a list of CSL items", data),))
    found: dict[str, Entry] = {}
    problems: list[Problem] = []
    fields: Counter[str] = Counter()
    for number, item in enumerate(data):
        at = f"[{number}]"
        if not isinstance(item, dict):
            problems.append(wrong_shape(path, at, "a CSL item", item))
            continue
        key = line(str(item.get("id") or item.get("citation-key") or ""))
        while key in found or not key:
            key += f"source-{number + 1}" if not key else f"-{number + 1}"
        try:
            found[key] = _source(path, at, key, item, problems, fields)
        except RecursionError:
            problems.append(wrong_shape(path, at, "a CSL item", "nested too deeply"))
    problems += sources.left_out(path, fields)
    return Incoming(sources=found, problems=tuple(problems))


def _source(
    path: str,
    at: str,
    key: str,
    item: dict[str, Any],
    problems: list[Problem],
    fields: Counter[str],
) -> Entry:
    def tell(code: Code, message: str, hint: str = "") -> None:
        problems.append(
            Problem(Location(path), code, f"{at}, `{short(key)}`: {message}", hint, "warning")
        )

    kind = line(str(item.get("type") or ""))
    kind = _OLD_TYPES.get(kind, kind)
    if kind not in CSL_TYPES:
        if kind:
            tell("unknown-type", f"there is no CSL type `{short(kind)}`: it becomes `document`")
        kind = "document" if kind else "webpage"
    container, publisher = (line(first_text(item, k)) for k in ("container-title", "publisher"))
    if kind not in sources.IN_SOMETHING and publisher:
        container, publisher = publisher, container
    elif not container:
        container, publisher = publisher, ""
    if publisher and publisher != container:
        fields["publisher" if kind in sources.IN_SOMETHING else "container-title"] += 1
    address = sources.url(first_text(item, "URL")) or sources.doi_url(first_text(item, "DOI"))
    if not address and (bad := first_text(item, "URL")):
        tell("left-out", f"its URL `{short(bad)}` is no address of the web")
    if item.get("DOI") and "doi.org" not in address:
        fields["DOI"] += 1
    title = line(_plain(first_text(item, "title")))
    if not title:
        title = address or key
        tell("no-title", "it has no title", f"it gets `{short(title)}` for one: write a better")
    date = _date(item.get("issued"))
    if item.get("issued") and not date:
        tell("left-out", f"its date `{short(json.dumps(item['issued']))}` is none that we can keep")
    elif _says_more(item.get("issued")):
        said = short(json.dumps(item["issued"]))
        tell("left-out", f"of its date `{said}` only `{date}` is kept", sources.VAGUE_HINT)
    fields.update(str(k) for k in item if k not in _UNDERSTOOD | _NO_LOSS)
    custom = item.get("custom")
    custom = custom if isinstance(custom, dict) else {}
    fields.update(f"custom.{k}" for k in custom if k not in _CUSTOM)
    repeats = [
        n
        for n in every(custom.get("repeats"))
        if isinstance(n, str) and sources.valid(check=Id.check, text=n)
    ]
    return sources.entry(
        {
            "title": title,
            "authors": [shown for one in every(item.get("author")) if (shown := _shown(one))],
            "publisher": container,
            "date": date,
            "url": address,
            "archived": sources.url(first_text(custom, "archived")),
            "type": kind,
            "primary": custom.get("primary") is True,
            "repeats": repeats,
            "language": line(first_text(item, "language")),
        }
    )


_MARKUP = re.compile(r"</?(?:i|b|sc|sub|sup|span)(?:\s[^<>]*)?>")


def _plain(text: str) -> str:
    """Give a text without the few HTML tags that CSL processors read in titles.

    https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html#html-like-formatting-tags
    """
    opened, closed = text.count("<"), text.count("</")
    return _MARKUP.sub("", text) if closed and opened == 2 * closed else text


def _shown(author: object) -> str:
    if isinstance(author, str):
        return line(author)
    if not isinstance(author, dict):
        return ""
    if literal := first_text(author, "literal", "name"):
        return line(literal)
    if eastern := names.eastern(first_text(author, "family"), first_text(author, "given")):
        return eastern
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return " ".join(filter(None, (line(first_text(author, part)) for part in parts)))


def _says_more(value: object) -> bool:
    """Whether a date is vague, a season or an interval: we keep a day, a month or a year."""
    if isinstance(value, dict):
        parts = value.get("date-parts")
        several = isinstance(parts, list) and len(parts) > 1
        if several or value.get("season") or value.get("circa") not in (None, False, "", 0):
            return True
        value = first_text(value, "raw", "literal") if not parts else ""
    return isinstance(value, str) and sources.says_more(value)


def _date(value: object) -> PartialDate | str:
    if isinstance(value, str):
        return sources.iso(value)
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first:
        digits = [str(part).strip() for part in first[:3] if part not in (None, "")]
        if all(re.fullmatch(r"\d{1,4}", part) for part in digits):
            year, *rest = digits
            return sources.iso("-".join([year.zfill(4), *rest]))
        return ""
    return sources.iso(clean(first_text(value, "raw", "literal")))
