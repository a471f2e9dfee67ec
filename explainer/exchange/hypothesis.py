"""Read Hypothes.is annotations: search results of its API, and exports of its web client.

https://h.readthedocs.io/en/latest/api-reference/. Both contain the same kind of annotations, under
`rows` and `annotations`. Their `text` is Markdown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from explainer.exchange.incoming import Incoming, IncomingAnnotation
from explainer.exchange.reading import as_list, first_text, objects, one_line, wrong_shape
from explainer.exchange.remarks import remark
from explainer.exchange.web_annotation import quote_of, selectors_of
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.parse.text import clean


def is_export(data: object) -> bool:
    """Return whether JSON data looks like a Hypothes.is export."""
    _, rows = _rows(data)
    return rows is not None and all(
        isinstance(row, dict) and ("uri" in row or "user" in row) for row in rows[:5]
    )


def _rows(data: object) -> tuple[str, list[Any] | None]:
    """Return the key of the annotations, and the annotations or None."""
    for key in ("rows", "annotations"):
        if isinstance(data, dict) and isinstance(rows := data.get(key), list):
            return key, rows
    return "", None


def read(path: str, data: object) -> Incoming:
    """Read an export.

    A reply has no target: it is appended to the note that it replies to, or becomes an answer to
    the question. Problems: `wrong-shape`, and `several-pages` if the annotations were made on
    different pages, since only one of them can be the article.
    """
    key, rows = _rows(data)
    if rows is None:
        problem = wrong_shape(path, "", "a Hypothes.is export (`rows`)", data)
        return Incoming(problems=(problem,))
    problems: list[Problem] = []
    annotations: list[IncomingAnnotation] = []
    by_id: dict[str, int] = {}
    replies: list[tuple[str, int, str, Mapping[str, Any]]] = []
    for number, row in enumerate(rows):
        at = f"{key}[{number}]"
        if not isinstance(row, dict):
            problems.append(wrong_shape(path, at, "an annotation", row))
        elif parents := [one for one in as_list(row.get("references")) if isinstance(one, str)]:
            replies.append((str(row.get("created")), number, parents[0], row))
        else:
            by_id[str(row.get("id"))] = len(annotations)
            annotations.append(_annotation(at, row))
    for _, number, parent, row in sorted(replies, key=lambda reply: reply[:2]):
        if parent in by_id:
            index = by_id[parent]
            annotations[index] = _with_reply(annotations[index], row)
        else:
            why = "it replies to an annotation that is not in this file"
            annotations.append(replace(_annotation(f"{key}[{number}]", row), flaw=why))
    problems += _several_pages(path, objects(rows))
    return Incoming(annotations=tuple(annotations), problems=tuple(problems))


def _several_pages(path: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    addresses = (first_text(row, "uri").partition("#")[0] for row in rows)
    pages = Counter(filter(None, addresses))
    if len(pages) > 1:
        most = ", ".join(f"{short(page)} ({count})" for page, count in pages.most_common(3))
        message = f"the annotations were made on {len(pages)} pages: {most}"
        message += " and others" if len(pages) > 3 else ""
        hint = "check that the imported annotations are about this article, or export only its page"
        yield Problem(Location(path), "several-pages", message, hint, "warning")


def _annotation(at: str, row: Mapping[str, Any]) -> IncomingAnnotation:
    text = first_text(row, "text").strip()
    tags = (one_line(tag) for tag in as_list(row.get("tags")) if isinstance(tag, str))
    date = first_text(row, "updated", "created")
    one = remark(
        at, texts=[text] * bool(text), tags=list(filter(None, tags)), creator=_user(row), date=date
    )
    target = next(iter(objects(row.get("target"))), {})
    selectors = list(selectors_of(target.get("selector")))
    return replace(one, quote=quote_of(selectors), whole=not selectors)


def _user(row: Mapping[str, Any]) -> str:
    """Return a user's display name, or else the account's: `ada` for `acct:ada@hypothes.is`."""
    shown = first_text(row.get("user_info"), "display_name")
    account = first_text(row, "user").removeprefix("acct:").partition("@")[0]
    return one_line(shown or account)


def _with_reply(one: IncomingAnnotation, row: Mapping[str, Any]) -> IncomingAnnotation:
    reply_text = clean(first_text(row, "text")).strip()
    user = _user(row)
    entry: dict[str, Any] = {**one.entry}
    if one.kind == "question":
        if reply_text:
            answer = {"answer": reply_text, **({"by": user} if user else {})}
            entry["answers"] = [*entry.get("answers", ()), answer]
        return replace(one, entry=entry)
    reply = "\n".join(f"> {part}".rstrip() for part in [*reply_text.split("\n"), "", f"— {user}"])
    entry["note"] = "\n\n".join(filter(None, (entry["note"].rstrip("\n"), reply))) + "\n"
    return replace(one, entry=entry, flaw="" if reply_text else one.flaw)
