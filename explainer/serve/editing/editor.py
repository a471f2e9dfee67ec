"""Answer the requests of a site's pages, one at a time."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from explainer.anchor import explain, find, select
from explainer.edit import annotation_file
from explainer.edit.rate import NewRating, rate
from explainer.edit.texts import markdown, sentence
from explainer.model.annotations import Claim, Target
from explainer.model.kinds import kinds
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.scalars import Stance
from explainer.serve.editing import entries, proposals
from explainer.serve.editing.page import KINDS, EditedPage, digest, resolve
from explainer.serve.editing.requests import RefusalError, Reply, Request, refused
from explainer.serve.live import SiteState
from explainer.serve.report import Editor
from explainer.support import clock
from explainer.support.files import FileChangedError, read_or_none, reason, update_file
from explainer.support.values import dataclass

_TARGET = ("quote", "prefix", "suffix", "section")
_TEXT_KEYS = {
    "claims": ("claim", "rating", "review"),
    "notes": ("note",),
    "questions": ("question",),
}
"""The editable texts of an annotation, by section."""
_SENTENCES = frozenset({"claim", "question", "rating"})
"""The keys whose values are single lines."""
_CHANGED = (
    "the file has changed on disk since this page was loaded: nothing was written",
    "reload the page; your text is kept",
)


@dataclass(frozen=True, slots=True)
class UndoStep:
    """The last written change, which can be undone."""

    name: str
    """A random name for this step."""
    path: str
    file: Path
    before: bytes | None
    """The file's content before the change; None if there was no file."""
    after: str
    """The digest of the content after the change."""


class PageEditor:
    """Answers the requests of a site's pages. Thread-safe.

    `root` is the site's folder, and `state` returns the current state of the site. Between
    requests, only the last step is kept, so that it can be undone.
    """

    def __init__(
        self, root: Path, state: Callable[[], SiteState], editor: Editor | None = None
    ) -> None:
        self._root = root
        self._state = state
        self._editor = editor or Editor()
        self._lock = threading.Lock()
        self._last: UndoStep | None = None

    def answer(self, name: str, body: object) -> Reply:
        """Answer a request with the JSON `body`. Mistakes of pages and authors raise no errors."""
        handlers: Mapping[str, Callable[[Request], Reply]] = {
            "page": self._page,
            "target": self._target,
            "add": self._add,
            "edit": self._edit,
            "undo": self._undo,
            "proposals": self._proposals,
            "decide": self._decide,
        }
        try:
            if name not in handlers or not isinstance(body, dict):
                raise RefusalError(400, f"unknown request `{name}`")
            with self._lock:
                return handlers[name](Request(body))
        except RefusalError as refusal:
            return refusal.reply
        except OSError as error:
            name = os.path.relpath(error.filename, self._root) if error.filename else "the file"
            return RefusalError(422, f"`{name}` cannot be written: {reason(error)}").reply

    # reading

    def _page(self, request: Request) -> Reply:
        page = self._open(request)
        body = {
            "article": page.files.article,
            "annotations": page.files.annotations,
            "hash": digest(page.raw),
            "entries": list(self._entries(page)),
            "ratings": [
                {"id": rating.id, "label": rating.label, "meaning": rating.meaning}
                for rating in page.site.scale
            ],
            "kinds": [
                {"id": name, "label": kind.label or name.capitalize()}
                for name, kind in kinds(page.site.settings).items()
            ],
            "stances": list(get_args(Stance)),
            "people": page.people,
            "sources": page.sources,
            "undo": self._last.name if self._last else "",
        }
        return Reply(200, body)

    def _entries(self, page: EditedPage) -> Iterator[dict[str, Any]]:
        for name, (key_path, content) in page.annotations.items():
            section = key_path[0]
            yield {
                "id": name,
                "kind": KINDS[section],
                "texts": {key: getattr(content, key) for key in _TEXT_KEYS[section]},
                **self._place(page.located.location(key_path)),
            }

    def _place(self, location: Location) -> dict[str, str]:
        link = self._editor.link(self._root / location.path, location.line, 1)
        return {"place": f"{location.path}:{location.line}", "editor": link or ""}

    def _target(self, request: Request) -> Reply:
        page = self._open(request)
        exact, before, after = (request.text(key) for key in ("exact", "before", "after"))
        quote = select.ForeignQuote(exact, before, after, offset=request.number("offset"))
        span = select.locate(page.searchable, quote)
        if isinstance(span, select.NoPlace):
            message = "the selection was not found in the article’s text, or occurs more than once"
            raise RefusalError(422, message, "select more text or a different passage")
        whole = select.whole_words(page.searchable, span)
        target = select.describe(page.searchable, span if request.flag("inside") else whole)
        if isinstance(target, select.NoPlace):
            raise RefusalError(422, target.why, "select more text")
        keys = {key: getattr(target, key) or "" for key in _TARGET}
        return Reply(200, {**keys, "inside": target.inside, "cuts": whole != span})

    def _proposals(self, request: Request) -> Reply:
        try:
            page = self._open(request)
            found = proposals.open_annotations(self._root, page)
        except RefusalError as refusal:
            if refusal.reply.status != 422:
                raise
            return Reply(200, {"hash": "", "entries": []})  # the panel has the problem already
        entries = [
            {**proposals.as_data(entry), **self._place(entry.location)}
            for entry in found[: proposals.MOST]
        ]
        return Reply(200, {"hash": digest(page.raw), "entries": entries})

    # writing

    def _decide(self, request: Request) -> Reply:
        page = self._open_known(request)
        return self._save(page, proposals.decided(self._root, page, request), "Changed in")

    def _add(self, request: Request) -> Reply:
        page = self._open_known(request)
        kind = request.text("kind")
        if kind not in ("note", "claim", "question"):
            raise RefusalError(400, f"`{kind}` is not a kind of annotation")
        keys = {key: text for key in _TARGET if (text := sentence(request.text(key)))}
        target = Target(**keys, inside=request.flag("inside"))
        place = find.find(page.searchable, target)
        if isinstance(place, find.Miss):
            why = explain.explain(
                page.searchable, target, place, first_line=page.article.first_line
            )
            raise RefusalError(422, why.message, why.hint)
        content = page.text
        for source in entries.sources(request, page):
            content = page.append(content, "source", source).text
        entry = entries.annotation(kind, target, request, page)
        edited = page.append(content, KINDS[f"{kind}s"], entry)
        return self._save(page, edited, "Added to")

    def _edit(self, request: Request) -> Reply:
        page = self._open_known(request)
        wanted, texts = request.text("id"), request.group("texts")
        if wanted not in page.annotations or page.text is None:
            raise RefusalError(404, f"there is no annotation `{wanted}`")
        entry, content = page.annotations[wanted]
        for key in texts.body:
            if key not in _TEXT_KEYS[entry[0]]:
                raise RefusalError(400, f"`{key}` is not an editable text in `{entry[0]}`")
        edited: annotation_file.Edited | None = None
        done: set[str] = set()
        rating = sentence(texts.text("rating"))
        if isinstance(content, Claim) and rating not in ("", content.rating):
            edited = _rate(page, entry, content, rating, texts)
            done = {"rating", "review"}
        for key in texts.body:
            old = getattr(content, key)
            value = "" if key in done else _new_text(key, texts.text(key), old)
            if key in done or not (value or old):
                continue
            text = edited.text if edited else page.text
            result = annotation_file.edit(text, entry, key, value, path=page.files.annotations)
            if isinstance(result, Problem):
                raise RefusalError(422, result.message, result.hint)
            edited = result
        if edited is None:
            raise RefusalError(422, "there is nothing to change", "enter some text or cancel")
        return self._save(page, edited, "Changed in")

    def _save(self, page: EditedPage, edited: annotation_file.Edited, what: str) -> Reply:
        if problems := page.new_errors(edited.text):
            return refused(problems)
        content, path = edited.text.encode(), page.files.annotations
        undo = ""
        if content != page.raw:
            _write(page.file, content, page.raw)
            undo = secrets.token_hex(8)
            self._last = UndoStep(undo, path, page.file, page.raw, digest(content))
        place = self._place(Location(path, edited.line))
        return Reply(200, {"said": what, **place, "hash": digest(content), "undo": undo})

    def _undo(self, request: Request) -> Reply:
        step = self._last
        if step is None or step.name != request.text("undo"):
            raise RefusalError(409, "there is nothing to undo", conflict=True)
        resolve(self._root, step.path)
        now = read_or_none(step.file)
        if digest(now) != step.after:
            message = "the file has changed on disk since then: nothing was undone"
            raise RefusalError(409, message, "undo the change in your editor", conflict=True)
        if step.before is None:
            step.file.unlink()
        else:
            _write(step.file, step.before, now)
        self._last = None
        return Reply(200, {"said": "Undone in", "place": step.path, "hash": digest(step.before)})

    def _open(self, request: Request) -> EditedPage:
        address = request.text("address").removesuffix("index.html")
        return EditedPage.read(self._root, self._state(), address)

    def _open_known(self, request: Request) -> EditedPage:
        """Open a page to change its file. Raises RefusalError if the file has changed."""
        page = self._open(request)
        if request.text("hash") != digest(page.raw):
            raise RefusalError(409, *_CHANGED, conflict=True)
        return page


def _new_text(key: str, text: str, old: object) -> str:
    """Return an edited text as it is written; empty to remove it. Raises RefusalError."""
    value = sentence(text) if key in _SENTENCES else markdown(text)
    if not value and key != "review":
        raise RefusalError(422, f"`{key}` is empty", "enter some text or cancel")
    if key in _SENTENCES or not value or not (isinstance(old, str) and "\n" in old):
        return value
    return value.removesuffix("\n") + "\n"


def _rate(
    page: EditedPage, entry: tuple[str, int], claim: Claim, rating: str, texts: Request
) -> annotation_file.Edited:
    """Give a claim a new rating, with the review in the request. Raises RefusalError."""
    new = NewRating(
        rating=rating,
        checked=clock.today(page.site.settings.timezone),
        review=texts.text("review") if "review" in texts.body else None,
        published=next((opens[:10] for opens in page.article.opens), None),
    )
    result = rate(page.text or "", entry[1], claim, new, path=page.files.annotations)
    if isinstance(result, Problem):
        raise RefusalError(422, result.message, result.hint)
    return annotation_file.Edited(result, page.located.location(entry).line)


def _write(file: Path, content: bytes, before: bytes | None) -> None:
    """Write a file whose content was `before`. Raises RefusalError if it has changed."""
    try:
        update_file(file, content, before)
    except FileChangedError:
        raise RefusalError(409, *_CHANGED, conflict=True) from None
