"""Hypothes.is: what its API gives for a search, and what its web client exports.

https://h.readthedocs.io/en/latest/api-reference/ ; both hold the same annotations, under `rows`
and under `annotations`. Their `text` is Markdown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explainer.exchange.incoming import (
    Incoming,
    IncomingAnnotation,
    as_list,
    first_text,
    one_line,
    wrong_shape,
)
from explainer.exchange.web_annotation import foreign, quote_of, selectors_of
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.parse.text import clean


def is_export(data: object) -> bool:
    """Whether JSON has the shape of one of Hypothes.is's exports."""
    return isinstance(data, dict) and any(
        isinstance(rows := data.get(key), list)
        and all(isinstance(row, dict) and ("uri" in row or "user" in row) for row in rows[:5])
        for key in ("rows", "annotations")
    )


def read(path: str, data: object) -> Incoming:
    """Read an export.

    A reply stands in no place of its own: it is put at the end of the text that it replies to; to a
    question, it is an answer. Problems: `wrong-shape`; `several-pages`, where annotations were made
    on different pages, of which the article can be one only.
    """
    key = next(
        (
            k
            for k in ("rows", "annotations")
            if isinstance(data, dict) and isinstance(data.get(k), list)
        ),
        None,
    )
    if key is None or not isinstance(data, dict):
        return Incoming(
            problems=(wrong_shape(path, "", "an export of Hypothes.is (`rows`)", data),)
        )
    problems: list[Problem] = []
    brought: list[IncomingAnnotation] = []
    by_id: dict[str, int] = {}
    replies: list[tuple[int, str, Mapping[str, Any]]] = []
    for number, row in enumerate(data[key]):
        at = f"{key}[{number}]"
        if not isinstance(row, dict):
            problems.append(wrong_shape(path, at, "an annotation", row))
        elif parents := [one for one in as_list(row.get("references")) if isinstance(one, str)]:
            replies.append((number, parents[0], row))
        else:
            by_id[str(row.get("id"))] = len(brought)
            brought.append(_annotation(at, row))
    for number, parent, row in sorted(
        replies, key=lambda one: (str(one[2].get("created")), one[0])
    ):
        at = f"{key}[{number}]"
        if parent in by_id:
            index = by_id[parent]
            brought[index] = _with_reply(brought[index], row)
        else:
            why = "it replies to an annotation that is not in this file"
            brought.append(replace(_annotation(at, row), flaw=why))
    pages = Counter(
        address
        for row in data[key]
        if isinstance(row, dict) and (address := first_text(row, "uri").partition("#")[0])
    )
    if len(pages) > 1:
        most = ", ".join(f"{short(page)} ({count})" for page, count in pages.most_common(3))
        message = f"the annotations were made on {len(pages)} pages: {most}"
        message += " and others" if len(pages) > 3 else ""
        hint = "see that those that found a place are about this article; or export its page alone"
        problems.append(Problem(Location(path), "several-pages", message, hint, "warning"))
    return Incoming(annotations=tuple(brought), problems=tuple(problems))


def _annotation(at: str, row: Mapping[str, Any]) -> IncomingAnnotation:
    text = first_text(row, "text").strip()
    tags = [
        one_line(tag) for tag in as_list(row.get("tags")) if isinstance(tag, str) and tag.strip()
    ]
    targets = [one for one in as_list(row.get("target")) if isinstance(one, dict)]
    selectors = list(selectors_of(targets[0].get("selector"))) if targets else []
    quote = quote_of(selectors)
    return foreign(
        at=at,
        question=False,
        texts=[text] if text else [],
        tags=tags,
        links=[],
        creator=_user(row),
        date=first_text(row, "updated", "created"),
        quote=quote,
        heading="",
        whole=not selectors,
        flaw="" if text or tags else "it has no text: it only marks words",
    )


def _user(row: Mapping[str, Any]) -> str:
    """Give the name that somebody shows, or that of their account: `acct:ada@hypothes.is`."""
    info = row.get("user_info")
    shown = first_text(info, "display_name") if isinstance(info, dict) else ""
    account = first_text(row, "user").removeprefix("acct:").partition("@")[0]
    return one_line(shown or account)


def _with_reply(one: IncomingAnnotation, row: Mapping[str, Any]) -> IncomingAnnotation:
    said = clean(first_text(row, "text")).strip()
    user = _user(row)
    if one.kind == "question" and said:
        answers = one.entry.get("answers", [])
        assert isinstance(answers, list)
        answer = {"answer": said, **({"by": user} if user else {})}
        return replace(one, entry={**one.entry, "answers": [*answers, answer]})
    reply = "\n".join(f"> {part}".rstrip() for part in [*said.split("\n"), "", f"— {user}"])
    if one.kind == "question":
        return one  # nothing was said
    before = one.entry.get("note", "")
    assert isinstance(before, str)
    text = "\n\n".join(filter(None, (before.rstrip("\n"), reply))) + "\n"
    return replace(one, entry={**one.entry, "note": text}, flaw="" if said else one.flaw)
