"""What the page asks for when its reader annotates: requests as JSON → answers as JSON.

| request | takes → gives |
|---|---|
| `page` | an article's address → its annotations as they are written, and what is known |
| `target` | a selection → the quote, prefix and suffix that would be written |
| `add` | a note, claim or question, and new sources → where it was written |
| `edit` | an annotation's text → where it was written |
| `undo` | → the file as it was before the last step, byte for byte |

Nothing is written but an article's annotation file, in the site's folder `content`; not if the file
is another one than the page knows; and not if the result would have an error that the old file did
not have. Whoever calls has seen to it that the request comes from a page of this server.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from explainer.anchor import explain, find, select
from explainer.article.body import parse_body
from explainer.article.merge import ids
from explainer.edit import annotation_file
from explainer.edit.entry import Kind, Value
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from explainer.model.annotations import Claim, Note, Question, Source, Target
from explainer.model.documents import Text
from explainer.model.location import Data, Located, Location
from explainer.model.problems import Problem
from explainer.model.scalars import NoteKind, Stance
from explainer.parse import references, yaml
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.parse.text import clean, decode
from explainer.serve.report import Editor
from explainer.serve.state import ArticleFiles, SiteState
from explainer.site.load import CONTENT, LIBRARY
from explainer.support import cache
from explainer.support.files import FileChangedError, read_or_none, update_file
from explainer.support.slugs import make_id

_KINDS: Mapping[str, Kind] = {
    "claims": "claim",
    "notes": "note",
    "questions": "question",
}
_TEXT_KEYS = {"claims": ("claim", "review"), "notes": ("note",), "questions": ("question",)}
"""By section: the texts that the page can edit."""
_SENTENCES = frozenset({"claim", "question"})
"""Keys of which the values are one line."""
_LONG = 88
"""Characters from which a text in Markdown stands below `|`."""
_MOST = 400
"""Sources of other articles that a page is told of."""


# --- what is known of the site -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int
    """HTTP's: 200; 400 for what no page of ours asks; 404; 409 where the file is another one than
    the page knows; 422 where the author has something to mend."""
    body: Mapping[str, Any]
    """What is answered as JSON. Where the status is not 200, `problems` has the author's words."""


class _RefusalError(Exception):
    """Ends a request with a reply."""

    def __init__(self, status: int, message: str, hint: str = "", **more: Any) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"problems": [_said(message, hint)], **more})


def _said(message: str, hint: str = "", place: str = "") -> dict[str, str]:
    return {"message": message, "hint": hint, "place": place}


def _refused(problems: Sequence[Problem]) -> Reply:
    said = []
    for problem in problems:
        location = problem.location
        place = f"{location.path}:{location.line}" if location.line else location.path
        said.append(_said(problem.message, problem.hint, place))
    return Reply(422, {"problems": said})


# --- the disk ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """The last thing that was written, to be undone."""

    name: str
    """A random one."""
    path: str
    file: Path
    before: bytes | None
    """Nothing where there was no file."""
    after: str
    """The hash of what was written."""


def _hash(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _place(root: Path, path: str) -> Path:
    """Give the file that a path of the site means, links followed; never one outside `content`."""
    content = Path(os.path.realpath(root / CONTENT))
    file = Path(os.path.realpath(root / path))
    inside = content.is_relative_to(os.path.realpath(root)) and file.is_relative_to(content)
    if not inside or file.suffix != ".yaml" or (file.exists() and not file.is_file()):
        raise _RefusalError(403, f"`{path}` is no file in the site's folder `{CONTENT}`")
    return file


def _write(file: Path, content: bytes, before: bytes | None) -> None:
    """Write a file; `before` is what was read from it."""
    try:
        update_file(file, content, before)
    except FileChangedError:
        raise _RefusalError(409, *_CHANGED, conflict=True) from None


_CHANGED = (
    "the file was changed on disk since this page was loaded: nothing was written",
    "load the page anew; what you wrote is kept",
)


# --- requests ------------------------------------------------------------------------------------


class Annotating:
    """Answers the requests of a site's pages. May be called by any thread.

    `root` is the site's folder, `state` gives what is known of it now. What is kept between two
    requests is the one step that can be undone.
    """

    def __init__(
        self, root: Path, state: Callable[[], SiteState], editor: Editor | None = None
    ) -> None:
        self._root = root
        self._state = state
        self._editor = editor or Editor()
        self._lock = threading.Lock()
        self._last: _Step | None = None

    def answer(self, request: str, body: object) -> Reply:
        """Answer a request; `body` is its JSON. Raises nothing that a page or author can cause."""
        answers: Mapping[str, Callable[[_Asked], Reply]] = {
            "page": self._page,
            "target": self._target,
            "add": self._add,
            "edit": self._edit,
            "undo": self._undo,
        }
        try:
            if request not in answers or not isinstance(body, dict):
                raise _RefusalError(400, f"there is no request `{request}`")
            with self._lock:
                return answers[request](_Asked(body))
        except _RefusalError as refusal:
            return refusal.reply
        except OSError as error:
            message = f"the file cannot be written: {error.strerror or error}"
            return Reply(422, {"problems": [_said(message)]})

    # reading

    def _page(self, asked: _Asked) -> Reply:
        page = self._open(asked)
        state = page.state
        return Reply(
            200,
            {
                "article": page.files.article,
                "annotations": page.files.annotations,
                "hash": page.hash,
                "entries": list(self._entries(page)),
                "ratings": [
                    {"id": r.id, "label": r.label, "meaning": r.meaning}
                    for r in (state.site.scale if state.site else ())
                ],
                "kinds": list(get_args(NoteKind)),
                "stances": list(get_args(Stance)),
                "people": _people(page),
                "sources": _sources(page),
                "undo": self._last.name if self._last else "",
            },
        )

    def _entries(self, page: _Page) -> Iterator[dict[str, Any]]:
        for key_path, (name, content) in page.contents().items():
            location = page.located.location(key_path)
            kind = _KINDS[key_path[0]]
            texts = {key: getattr(content, key) for key in _TEXT_KEYS[key_path[0]]}
            yield {
                "id": name,
                "kind": kind,
                "texts": texts,
                "place": f"{location.path}:{location.line}",
                "editor": self._link(location),
            }

    def _link(self, location: Location) -> str:
        return self._editor.link(self._root / location.path, location.line, 1) or ""

    def _target(self, asked: _Asked) -> Reply:
        page = self._open(asked)
        quote = select.ForeignQuote(
            asked.text("exact"),
            asked.text("before"),
            asked.text("after"),
            offset=asked.number("offset"),
        )
        article = page.searchable()
        span = select.locate(article, quote)
        if isinstance(span, select.NoPlace):
            message = (
                "these words are not found in the article’s text, or stand there more than once"
            )
            raise _RefusalError(422, message, "select some more, or other words")
        target = select.describe(article, span)
        if isinstance(target, select.NoPlace):
            raise _RefusalError(422, target.why, "select some more")
        return Reply(200, {key: getattr(target, key) or "" for key in _TARGET})

    # writing

    def _add(self, asked: _Asked) -> Reply:
        page = self._open(asked)
        page.check(asked.text("hash"))
        kind = asked.text("kind")
        if kind not in ("note", "claim", "question"):
            raise _RefusalError(400, f"there are no annotations of the kind `{kind}`")
        target = {key: text for key in _TARGET if (text := _sentence(asked.text(key)))}
        found = find.find(page.searchable(), wanted := Target(**target))
        if isinstance(found, find.Miss):
            said = explain.explain(page.searchable(), wanted, found, first_line=page.first_line)
            raise _RefusalError(422, said.message, said.hint)
        content: str | None = page.text
        defined: dict[str, str] = {}
        for source in asked.groups("newSources"):
            entry = _new_source(source, page, defined)
            defined[str(entry["id"])] = ""
            content = page.append(content, "source", entry).text
            source["id"] = entry["id"]
        for name, entry in _borrowed(asked, page, defined):
            content = page.append(content, "source", {"id": name, **entry}).text
        edited = page.append(content, _KINDS[f"{kind}s"], _entry(kind, target, asked, page))
        return self._save(page, edited, "Added to")

    def _edit(self, asked: _Asked) -> Reply:
        page = self._open(asked)
        page.check(asked.text("hash"))
        wanted, texts = asked.text("id"), _Asked(asked.group("texts"))
        found = next((t for t, (name, _) in page.contents().items() if name == wanted), None)
        if found is None or page.text is None:
            raise _RefusalError(404, f"there is no annotation `{wanted}`")
        edited: annotation_file.Edited | None = None
        for key in texts.body:
            if key not in _TEXT_KEYS[found[0]]:
                raise _RefusalError(400, f"`{key}` is no text of an annotation in `{found[0]}`")
            old = _at(page.located.data, (*found, key))
            value = _sentence(texts.text(key))
            if key not in _SENTENCES:
                value = _markdown(texts.text(key))
                if isinstance(old, str) and "\n" in old and not value.endswith("\n"):
                    value += "\n" if value else ""
            if not value and key != "review":
                raise _RefusalError(422, f"`{key}` is empty", "write something, or cancel")
            if not value and not old:
                continue
            text = edited.text if edited else page.text
            done = annotation_file.edit(text, found, key, value, path=page.files.annotations)
            if isinstance(done, Problem):
                raise _RefusalError(422, done.message, done.hint)
            edited = done
        if edited is None:
            raise _RefusalError(422, "there is nothing to change", "write something, or cancel")
        return self._save(page, edited, "Changed in")

    def _save(self, page: _Page, edited: annotation_file.Edited, what: str) -> Reply:
        problems = page.new_errors(edited.text)
        if problems:
            return _refused(problems)
        content = edited.text.encode()
        place = f"{page.files.annotations}:{edited.line}"
        if content != page.raw:
            _write(page.file, content, page.raw)
            self._last = _Step(
                secrets.token_hex(8), page.files.annotations, page.file, page.raw, _hash(content)
            )
        location = Location(page.files.annotations, edited.line)
        return Reply(
            200,
            {
                "said": what,
                "place": place,
                "editor": self._link(location),
                "hash": _hash(content),
                "undo": self._last.name if self._last and content != page.raw else "",
            },
        )

    def _undo(self, asked: _Asked) -> Reply:
        step = self._last
        if step is None or step.name != asked.text("undo"):
            raise _RefusalError(409, "there is nothing to undo any more", conflict=True)
        _place(self._root, step.path)
        now = read_or_none(step.file)
        if _hash(now) != step.after:
            message = "the file was changed on disk since: nothing was undone"
            raise _RefusalError(409, message, "undo it in your editor", conflict=True)
        if step.before is None:
            step.file.unlink()
        else:
            _write(step.file, step.before, now)
        self._last = None
        return Reply(200, {"said": "Undone in", "place": step.path, "hash": _hash(step.before)})

    def _open(self, asked: _Asked) -> _Page:
        state = self._state()
        address = asked.text("address").removesuffix("index.html")
        files = state.articles.get(address)
        if files is None:
            raise _RefusalError(404, f"there is no article at `{address}`")
        file = _place(self._root, files.annotations)
        return _Page.read(self._root, state, files, file)


_TARGET = ("quote", "prefix", "suffix")


class _Asked:
    """A request's JSON, taken with care: anything may stand in it."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body

    def text(self, key: str) -> str:
        """A text; empty where there is none."""
        value = self.body.get(key, "")
        if not isinstance(value, str):
            raise _RefusalError(400, f"`{key}` is no text")
        # Half a surrogate pair is legal in JSON, and nowhere else.
        return value.encode("utf-8", "replace").decode()

    def number(self, key: str) -> int | None:
        """A number from 0; None if there is none."""
        value = self.body.get(key)
        return value if isinstance(value, int) and value >= 0 else None

    def group(self, key: str) -> Mapping[str, Any]:
        """A group of keys; empty where there is none."""
        value = self.body.get(key, {})
        if not isinstance(value, dict):
            raise _RefusalError(400, f"`{key}` is no group of keys")
        return value

    def groups(self, key: str) -> list[dict[str, Any]]:
        """A list of groups; empty where there is none."""
        value = self.body.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise _RefusalError(400, f"`{key}` is no list of groups")
        return value


@dataclass(slots=True)
class _Page:
    """An article and its annotation file, as it lies on disk now."""

    root: Path
    state: SiteState
    files: ArticleFiles
    file: Path
    raw: bytes | None
    text: str | None
    """As it was decoded: with its byte order mark, with its line ends."""
    located: Located
    first_line: int = 1
    _article: find.Searchable | None = None

    @classmethod
    def read(cls, root: Path, state: SiteState, files: ArticleFiles, file: Path) -> _Page:
        raw = read_or_none(file)
        decoded, problem = decode(files.annotations, raw or b"")
        if decoded is None or raw is None:
            decoded = decoded or ""
        if problem:
            raise _RefusalError(422, problem.message, problem.hint)
        located, _ = yaml.read(Text(files.annotations, decoded))
        return cls(root, state, files, file, raw, None if raw is None else raw.decode(), located)

    @property
    def hash(self) -> str:
        """What names the file's content; empty where there is no file."""
        return _hash(self.raw)

    def check(self, known: str) -> None:
        """Refuse what the page asks for if it does not know the file as it is."""
        if known != self.hash:
            raise _RefusalError(409, *_CHANGED, conflict=True)

    def searchable(self) -> find.Searchable:
        """The article's text, as its page shows it."""
        if self._article is None:
            path = self.files.article
            content = self.state.texts.get(path)
            if content is None:  # its page shows it as it last was
                raise _RefusalError(422, f"`{path}` cannot be read", "mend the article first")
            text = Text(path, content)
            parsed, _ = read_article(text)
            self.first_line = parsed.first_line
            site = self.state.site
            html = bool(site and site.settings.markdown.html)
            self._article = parse_body(Markdown(MarkdownOptions(html=html)), parsed.body).searchable
        return self._article

    def contents(self) -> dict[tuple[str, int], tuple[str, Claim | Note | Question]]:
        """The file's annotations with the ids that the page knows them by; none in a broken one."""
        text = Text(self.files.annotations, self.located.lines.text)
        value, _, _ = read_annotations(text)
        if value is None:
            return {}
        every: list[tuple[tuple[str, int], Claim | Note | Question]] = [
            *((("claims", i), claim) for i, claim in enumerate(value.claims)),
            *((("notes", i), note) for i, note in enumerate(value.notes)),
            *((("questions", i), question) for i, question in enumerate(value.questions)),
        ]
        names = ids(content for _, content in every)
        return {key_path: (name, c) for (key_path, c), name in zip(every, names, strict=True)}

    def defined(self, what: str) -> Mapping[str, Data]:
        """The sources or people of the file and of the library, by id."""
        library = self.library()
        found: dict[str, Data] = {}
        for data in (library.data if library else None, self.located.data):
            group = data.get(what) if isinstance(data, dict) else None
            if isinstance(group, dict):
                found |= group
        return found

    def says_kind(self, kind: str) -> bool:
        """Whether any note of the file says that it is of this kind, be it the default."""
        data = self.located.data
        notes = data.get("notes") if isinstance(data, dict) else None
        every = notes if isinstance(notes, list) else []
        return any(isinstance(note, dict) and note.get("kind") == kind for note in every)

    def library(self) -> Located | None:
        """`_library.yaml`, if there is one."""
        path = f"{CONTENT}/{LIBRARY}"
        text = self.state.texts.get(path)
        return None if text is None else yaml.read(Text(path, text))[0]

    def append(
        self,
        text: str | None,
        kind: Kind,
        entry: Mapping[str, Value],
    ) -> annotation_file.Edited:
        """Put an entry into the text of the file."""
        path = self.files.annotations
        up = "../" * path.count("/")
        edited = annotation_file.append(
            text,
            kind,
            entry,
            schema=f"{up}{cache.FOLDER}/annotations.schema.json",
            path=path,
        )
        if isinstance(edited, Problem):
            raise _RefusalError(422, edited.message, edited.hint)
        return edited

    def new_errors(self, text: str) -> list[Problem]:
        """What would be wrong with the file that was not before."""
        before = Counter((p.code, p.message) for p in self._errors(self.text or ""))
        new = []
        for problem in self._errors(text):
            key = (problem.code, problem.message)
            if not before[key]:
                new.append(problem)
            before[key] -= 1
        return new

    def _errors(self, text: str) -> Iterator[Problem]:
        content, problem = decode(self.files.annotations, text.encode())
        if content is None:
            assert problem
            yield problem
            return
        _, located, problems = read_annotations(Text(self.files.annotations, content))
        scale = {str(r.id): r for r in (self.state.site.scale if self.state.site else ())}
        against = references.against(located, scale=scale, library=self.library())
        yield from (p for p in (*problems, *against) if p.severity == "error")


def _at(data: object, key_path: Sequence[str | int]) -> Any:
    found: Any = data
    for step in key_path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found


# --- what is known -------------------------------------------------------------------------------


def _people(page: _Page) -> list[dict[str, str]]:
    """Who may have said something: those with an id here, then everybody whom the site names."""
    found = [
        {"id": name, "name": str(_at(person, ("name",)) or name)}
        for name, person in page.defined("people").items()
    ]
    names = {one["name"] for one in found}
    others = page.state.site.index.people if page.state.site else ()
    others_names = (one.person.name for one in others)
    return [*found, *({"id": "", "name": name} for name in others_names if name not in names)]


def _sources(page: _Page) -> list[dict[str, str]]:
    """What may be cited: what has an id here, then what other articles cite."""

    def shown(name: str, source: Mapping[str, Any]) -> dict[str, str]:
        said = {key: str(source.get(key) or "") for key in ("title", "publisher", "date", "url")}
        return {"id": name, **said}

    own = page.defined("sources")
    found = [shown(name, one) for name, one in own.items() if isinstance(one, dict)]
    others = _others(page)
    found += [shown(name, dataclasses.asdict(one)) for name, one in others.items()]
    return found


def _others(page: _Page) -> dict[str, Source]:
    """Sources that only other articles define, by an id that is free here."""
    own = page.defined("sources")
    same = {(_at(s, ("title",)), _at(s, ("url",))) for s in own.values()}
    found: dict[str, Source] = {}
    for one in page.state.site.index.sources if page.state.site else ():
        source = one.source
        if (source.title, source.url) not in same and len(found) < _MOST:
            found[
                _source_id(source.title, source.publisher, source.date or "", {**own, **found})
            ] = source
    return found


def _source_id(title: str, publisher: str, date: str, taken: Mapping[str, object]) -> str:
    """`reuters-2024-11-10`: who published it, and when; else the first words of its title."""
    words = " ".join([*(publisher or title).split()[: 3 if publisher else 5], date])
    return make_id(words, {name.casefold(): 0 for name in taken}, "source")


# --- what is written -----------------------------------------------------------------------------


def _sentence(text: str) -> str:
    """Text on one line."""
    return " ".join(clean(text).split())


def _markdown(text: str) -> str:
    """Markdown as a file has it: on its key's line where it is short, else on lines of its own."""
    lines = [line if line.strip() else "" for line in clean(text).split("\n")]
    text = "\n".join(lines).strip("\n").rstrip()
    return text + "\n" if "\n" in text or len(text) > _LONG else text


_PROSE_WIDTH = 92
"""Characters to which a line of prose is wrapped: with its indentation, fewer than 100."""
_WIDE = 120
"""A file with a longer line has an author who does not wrap lines."""
# What a line cannot begin with and still belong to the paragraph above; nor may a table be cut.
_OPENS = re.compile(r"[-+*#>=|~`:]|[0-9]+[.)]")
_UNWRAPPED = re.compile(r"\s|[#|`~]|.*[|]|.*(?:\\|  )$|\[[^\]]*\]:")


def _wrapped(text: str) -> str:
    """Markdown with its long lines of prose wrapped, as authors' editors do; it reads the same."""
    if "```" in text or "~~~" in text:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= _PROSE_WIDTH or _UNWRAPPED.match(line):
            lines.append(line)
            continue
        item = re.match(r"(?:[-+*]|[0-9]+[.)]) +|> ?", line)
        indent = item[0] if item and item[0][0] == ">" else " " * len(item[0] if item else "")
        words = line.split(" ")
        now = words[0]
        for word in words[1:]:
            if len(now) + 1 + len(word) > _PROSE_WIDTH and word and not _OPENS.match(word):
                lines.append(now)
                now = indent + word
            else:
                now += " " + word
        lines.append(now)
    wrapped = "\n".join(lines)
    reader = NoteMarkdown()
    before, after = (reader.render(reader.parse(each)).split() for each in (text, wrapped))
    return wrapped if before == after else text


def _entry(kind: str, target: Mapping[str, str], asked: _Asked, page: _Page) -> dict[str, Value]:
    """An annotation's keys, in the order in which FORMAT.md has them."""

    def markdown(key: str) -> str:
        text = _markdown(asked.text(key))
        wide = (line for line in (page.text or "").split("\n") if "://" not in line)
        return text if any(len(line) > _WIDE for line in wide) else _wrapped(text)

    names = _source_names(asked, page)
    cited = [name for name, _ in names]
    by = _sentence(asked.text("by"))
    known = [name for name, one in page.defined("people").items() if _at(one, ("name",)) == by]
    made: dict[str, Value]
    if kind == "claim":
        claim = _sentence(asked.text("claim"))
        taken = {name.casefold(): 0 for name, _ in page.contents().values()}
        made = {
            "id": make_id(claim, taken, "claim"),
            **target,
            "claim": claim,
            "by": known[0] if len(known) == 1 else by,
            "date": _sentence(asked.text("date")),
            "rating": _sentence(asked.text("rating")),
            "review": markdown("review"),
            "evidence": [{"source": name, "stance": stance} for name, stance in names],
        }
        needed = {"claim", "rating"}
    elif kind == "question":
        question = _sentence(asked.text("question"))
        settle = markdown("settle")
        made = {**target, "question": question, "settle": settle, "sources": cited}
        needed = {"question"}
    else:
        note = markdown("note")
        kind = _sentence(asked.text("noteKind"))
        if kind == get_args(NoteKind)[0] and not page.says_kind(kind):
            kind = ""
        made = {**target, "note": note, "kind": kind, "sources": cited}
        needed = {"note"}
    for key in needed:
        if not made[key]:
            raise _RefusalError(422, f"`{key}` is empty", "write something, or cancel", field=key)
    return {key: value for key, value in made.items() if value}


def _source_names(asked: _Asked, page: _Page) -> list[tuple[str, str]]:
    """Ids and stances of the sources that are named: by id, or by the whole title."""
    titles: dict[object, list[str]] = {}
    every: dict[str, Data] = dict(page.defined("sources"))
    every |= {name: {"title": source.title} for name, source in _others(page).items()}
    for name, source in every.items():
        titles.setdefault(_at(source, ("title",)), []).append(name)
    found = []
    for group in (*asked.groups("sources"), *asked.groups("newSources")):
        given = _Asked(group)
        name = _sentence(given.text("id"))
        if not name:
            continue
        same = titles.get(name, [])
        stance = given.text("stance") or "supports"
        found.append((same[0] if name not in every and len(same) == 1 else name, stance))
    return list(dict(found).items())


def _new_source(
    group: Mapping[str, Any], page: _Page, defined: Mapping[str, str]
) -> dict[str, Value]:
    given = _Asked(group)
    title, publisher, url, date = (
        _sentence(given.text(key)) for key in ("title", "publisher", "url", "date")
    )
    if not title:
        raise _RefusalError(422, "the new source has no title", "give it one", field="title")
    if url and not re.match(r"[a-z][a-z0-9+.-]*:", url, re.IGNORECASE):
        url = f"https://{url}"  # as it is typed
    taken = {**page.defined("sources"), **defined}
    every = {"title": title, "publisher": publisher, "date": date, "url": url}
    name = _source_id(title, publisher, date, taken)
    return {"id": name, **{key: value for key, value in every.items() if value}}


def _borrowed(
    asked: _Asked, page: _Page, defined: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Value]]]:
    """Sources of other articles that are cited: they must be defined here too."""
    own, others = page.defined("sources"), _others(page)
    for name, _ in _source_names(asked, page):
        if name in others and name not in own and name not in defined:
            default = Source(title="")
            entry: dict[str, Value] = {}
            for field in dataclasses.fields(Source):
                value = getattr(others[name], field.name)
                if value != getattr(default, field.name) and field.name != "repeats":
                    entry[field.name] = list(value) if isinstance(value, tuple) else value
            yield name, entry


def parse(body: bytes) -> object:
    """Read a request's body; gives nothing for what is not JSON in UTF-8."""
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
