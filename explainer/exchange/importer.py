"""What a file of another program holds, into the texts of an annotation file and the library.

Every entry is appended by annotate.py, so that all that is there stays byte for byte. What cannot
be brought in is given back as comments, with the reason: nothing is dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from explainer.anchor import find
from explainer.anchor.select import NoPlace
from explainer.edit import annotation_file
from explainer.exchange.incoming import Entry, Incoming, IncomingAnnotation
from explainer.exchange.place import TARGET, place
from explainer.model.documents import Text
from explainer.model.location import Data, Location
from explainer.model.problems import Code, Problem, Severity, short
from explainer.model.scalars import Id
from explainer.parse import yaml
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.text import normalize
from explainer.support.slugs import unique


@dataclass(frozen=True, slots=True)
class File:
    """A YAML file that entries go to."""

    path: str
    """Relative to the site's folder."""
    text: str | None
    """As it is on disk, line ends and byte order mark untouched; nothing where there is none."""
    schema: str
    """The way from it to its JSON Schema."""

    def read(self) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """Give what it says, and why it cannot be used if it cannot."""
        flat = normalize(self.text or "")
        is_library = self.path.endswith("/_library.yaml")
        reader = read_library if is_library else read_annotations
        _, located, problems = reader(Text(self.path, flat))
        errors = tuple(p for p in problems if p.severity == "error")
        return located.data if isinstance(located.data, dict) else {}, errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where things go."""

    name: str
    """The file that is imported, for messages and comments."""
    article: find.Searchable | None = None
    """The article's text; without it there can be no annotations."""
    annotations: File | None = None
    """Its annotation file."""
    library: File
    """What the site's articles share."""
    to_library: bool = False
    """Sources and people go there, and not to the annotation file."""
    ratings: frozenset[str] = frozenset()
    """The ids of the site's scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What came of it."""

    annotations: str | None = None
    """The annotation file's new text; nothing where it stays as it is."""
    library: str | None = None
    """The library's new text; nothing where it stays as it is."""
    unplaced: tuple[str, ...] = ()
    """For each thing that could not be brought in: comments that hold it, with the reason."""
    added: Mapping[str, int]
    """By section (`notes`, `sources`, …): how many entries are new."""
    there: int = 0
    """How many entries were there already."""
    problems: tuple[Problem, ...] = ()
    """What the author must know. With an error among them, nothing is to be written."""


def import_all(incoming: Incoming, into: Destination) -> ImportResult:
    """Put all that was read into the files' texts.

    Problems: those of the files as they are (errors: then nothing is brought in); `no-place` for
    each annotation without a place and `not-imported` for each other thing that cannot be brought
    in (warnings); `renamed` for an id that means something else here, and `already-there` (infos).
    """
    return _Import(incoming, into).run()


class _Import:
    """One import. Its state is the two texts as they grow."""

    def __init__(self, incoming: Incoming, into: Destination) -> None:
        self.incoming = incoming
        self.into = into
        self.problems: list[Problem] = list(incoming.problems)
        self.unplaced: list[str] = []
        self.added: dict[str, int] = {}
        self.there = 0
        self.texts: dict[str, str | None] = {}
        self.data: dict[str, dict[str, Any]] = {}

    def run(self) -> ImportResult:
        into = self.into
        files = [file for file in (into.annotations, into.library) if file]
        for file in files:
            self.data[file.path], errors = file.read()
            self.texts[file.path] = file.text
            self.problems += errors
        if any(p.location.path in self.texts and p.severity == "error" for p in self.problems):
            return ImportResult(added={}, problems=tuple(self.problems))
        home = into.library if into.to_library or into.annotations is None else into.annotations
        sources = self.defined("source", self.incoming.sources, home)
        people = self.defined("person", self.incoming.people, home)
        if into.annotations and into.article:
            self.annotations(into.article, into.annotations, sources, people)
        elif self.incoming.annotations:
            self.tell(
                "not-imported", f"{len(self.incoming.annotations)} annotations need --article"
            )
        for file in files:
            _, errors = replace(file, text=self.texts[file.path]).read()
            self.problems += errors  # never seen; but a file that is broken is not to be written
        library = self.texts[into.library.path]
        own = self.texts[into.annotations.path] if into.annotations else None
        return ImportResult(
            annotations=own if into.annotations and own != into.annotations.text else None,
            library=library if library != into.library.text else None,
            unplaced=tuple(self.unplaced),
            added=self.added,
            there=self.there,
            problems=tuple(self.problems),
        )

    def tell(
        self, code: Code, message: str, hint: str = "", severity: Severity = "warning"
    ) -> None:
        self.problems.append(Problem(Location(self.into.name), code, message, hint, severity))

    # sources and people

    def defined(
        self, kind: annotation_file.Kind, found: Mapping[str, Entry], home: File
    ) -> dict[str, str]:
        """Define sources or people; gives, by the ids of the incoming file, those they have here.

        What is there already is known by its address, or by its id where nothing speaks against
        it: ids such as `smith2020` mean something else in the next bibliography.
        """
        section = annotation_file.SECTIONS[kind]
        known: dict[str, Any] = {}
        for path in (
            self.into.library.path,
            *([self.into.annotations.path] if self.into.annotations else []),
        ):
            group = self.data[path].get(section)
            known |= group if isinstance(group, dict) else {}
        by_url = {one.get("url"): name for name, one in known.items() if one.get("url")}
        taken = {name.casefold(): 0 for name in known}
        taken |= {name.casefold(): 0 for name in found if _is_id(name) and name not in known}
        given: dict[str, str] = {}
        new: list[str] = []
        there: list[str] = []
        used: set[str] = set()
        for name, entry in found.items():
            if kind == "source" and (same := by_url.get(entry.get("url"))):
                given[name] = same
            elif name in known and _may_be_same(kind, known[name], entry):
                given[name] = name
            else:
                free = _is_id(name) and name not in known and name.casefold() not in used
                given[name] = name if free else _valid_id(name, kind, taken)
                used.add(given[name].casefold())
                new.append(name)
                if given[name] != name:
                    message = f"the {kind} `{short(name)}` has the id `{given[name]}` here"
                    self.tell("renamed", message, severity="info")
                continue
            there.append(
                f"`{short(name)}`" + ("" if given[name] == name else f" as `{given[name]}`")
            )
        if there:
            self.there += len(there)
            message = f"{section} that are there already stay as they are: {', '.join(there)}"
            self.tell("already-there", message, severity="info")
        entries: list[tuple[Entry, str]] = []
        for name in new:
            entry = dict(found[name])
            if kind == "source" and isinstance(entry.get("repeats"), list):
                entry = self.repeats(name, entry, given, known)
            entries.append(({"id": given[name], **entry}, name))
        self.add(home, kind, entries)
        return given

    def repeats(
        self, name: str, entry: Entry, given: Mapping[str, str], known: Mapping[str, Any]
    ) -> Entry:
        """Let `repeats` name sources by the ids that they have here."""
        kept: list[str] = []
        for one in entry.pop("repeats"):  # type: ignore[union-attr]
            other = given.get(str(one)) or (str(one) if one in known else "")
            if other:
                kept.append(other)
            else:
                message = (
                    f"the source `{short(name)}` repeats `{short(str(one))}`, which is unknown"
                )
                self.tell("not-imported", message, "define it, and add it under `repeats`")
        return {**entry, "repeats": kept} if kept else entry

    def add(
        self, home: File, kind: annotation_file.Kind, entries: Iterable[tuple[Entry, str]]
    ) -> None:
        """Append entries, each with its place in the incoming file; keep what is no valid one."""
        sound: list[tuple[Entry, str]] = []
        for entry, at in entries:
            if flaw := _flaw(kind, entry):
                self.keep(kind, entry, at, flaw, "not-imported")
            else:
                sound.append((entry, at))
        if not sound:
            return
        section = annotation_file.SECTIONS[kind]
        text = self.texts[home.path]
        whole = annotation_file.append_all(
            text, kind, [entry for entry, _ in sound], schema=home.schema, path=home.path
        )
        if isinstance(whole, str):
            self.texts[home.path] = whole
            self.added[section] = self.added.get(section, 0) + len(sound)
        elif len(sound) == 1:
            self.keep(kind, *sound[0], whole.message, "not-imported")
        else:
            for one in sound:
                self.add(home, kind, [one])

    def keep(self, kind: annotation_file.Kind, entry: Entry, at: str, why: str, code: Code) -> None:
        """Keep as comments what cannot be brought in."""
        said = next(
            (str(entry[k]) for k in ("claim", "note", "question", "title", "name") if entry.get(k)),
            "",
        )
        words = f" “{short(said)}”" if said else ""
        about = f" on “{short(quote)}”" if isinstance(quote := entry.get("quote"), str) else ""
        self.tell(code, f"{at}: the {kind}{words}{about} is not imported: {why}")
        made = annotation_file.append(None, kind, entry)
        text = made.text if isinstance(made, annotation_file.Edited) else repr(entry)
        lines = [f"{at}: {why}", *text.rstrip("\n").split("\n")]
        self.unplaced.append("".join(f"# {one}".rstrip() + "\n" for one in lines))

    # annotations

    def annotations(
        self,
        article: find.Searchable,
        file: File,
        sources: Mapping[str, str],
        people: Mapping[str, str],
    ) -> None:
        """Place all annotations, and append those that have a place."""
        known = self.sources_known()
        before = {
            kind: frozenset(_same_form(each) for each in self.entries(file, kind))
            for kind in {one.kind for one in self.incoming.annotations}
        }
        placed: list[tuple[IncomingAnnotation, Entry]] = []
        for one in self.incoming.annotations:
            entry = _renamed(one.entry, sources, people)
            why = one.flaw or _unknown(entry, known, self.into.ratings)
            found = place(article, one)
            if why or isinstance(found, NoPlace):
                code: Code = "not-imported"
                if isinstance(found, NoPlace):
                    why, code = why or found.why, "no-place"
                self.keep(one.kind, _with_quote(one, entry), one.at, why, code)
                continue
            entry = _targeted(entry, found)
            if _same_form(entry) in before[one.kind]:
                self.there += 1
            else:
                placed.append((one, entry))
        self.append_all(file, placed)

    def append_all(self, file: File, placed: list[tuple[IncomingAnnotation, Entry]]) -> None:
        """Append what has a place, under ids that are free, with `disputes` that know of them."""
        taken = {
            str(name).casefold(): 0
            for kind in ("claim", "note", "question")
            for one in self.entries(file, kind)
            if (name := one.get("id"))
        }
        claims = {str(one.get("id")) for one in self.entries(file, "claim")}
        new_ids: dict[str, str] = {}
        for number, (one, entry) in enumerate(placed):
            if isinstance(name := entry.get("id"), str):
                free = _is_id(name) and name.casefold() not in taken
                mine = name if free else _valid_id(name, one.kind, taken)
                taken[mine.casefold()] = 0
                if mine != name:
                    message = (
                        f"{one.at}: the id `{short(name)}` is taken: this one is `{mine}` here"
                    )
                    self.tell("renamed", message, severity="info")
                placed[number] = one, {**entry, "id": mine}
                if one.kind == "claim":
                    new_ids.setdefault(name, mine)
        entries: dict[annotation_file.Kind, list[tuple[Entry, str]]] = {}
        for one, entry in placed:
            if isinstance(rivals := entry.get("disputes"), list):
                names = [new_ids.get(str(name), str(name)) for name in rivals]
                kept = [n for n in names if "#" in n or n in claims or n in new_ids.values()]
                for name in (n for n in names if n not in kept):
                    message = f"{one.at}: it disputes the claim `{short(name)}`, which is not here"
                    self.tell("not-imported", message)
                entry = {**entry, "disputes": kept}
                if not kept:
                    del entry["disputes"]
            entries.setdefault(one.kind, []).append((entry, one.at))
        for kind, found in entries.items():
            self.add(file, kind, found)

    def entries(self, file: File, kind: annotation_file.Kind) -> list[dict[str, Any]]:
        """The entries of a kind that a file had before."""
        found = self.data[file.path].get(annotation_file.SECTIONS[kind])
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def sources_known(self) -> frozenset[str]:
        """The ids of all sources that are defined by now."""
        names: set[str] = set()
        for path, text in self.texts.items():
            data, _ = File(path, text, "").read()
            group = data.get("sources")
            names |= set(group) if isinstance(group, dict) else set()
        return frozenset(names)


# --- ids -----------------------------------------------------------------------------------------


def _is_id(name: str) -> bool:
    try:
        Id.check(name)
    except ValueError:
        return False
    return True


def _valid_id(name: str, otherwise: str, taken: dict[str, int]) -> str:
    """Make an id of a name, as much of it as can be kept: `Müller:2020` → `Muller-2020`."""
    import unicodedata

    apart = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    ascii_ = "".join(c for c in apart if not unicodedata.combining(c))
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", ascii_)[:80].strip("-_.")
    # `unique` compares as it is given; ids are told apart without case.
    wanted = plain or otherwise
    free = unique(wanted.casefold(), taken)
    return wanted + free[len(wanted) :]


def _may_be_same(kind: annotation_file.Kind, here: Mapping[str, Any], other: Entry) -> bool:
    """Whether two sources or people with one id may be one: nothing of both says otherwise."""
    keys = ("url", "title") if kind == "source" else ("name",)
    first = next((k for k in keys if here.get(k) and other.get(k)), keys[-1])
    return _fold(here.get(first)) == _fold(other.get(first))


def _fold(value: object) -> str:
    return " ".join(str(value or "").split()).casefold()


# --- entries -------------------------------------------------------------------------------------


def _renamed(entry: Entry, sources: Mapping[str, str], people: Mapping[str, str]) -> Entry:
    """Give an entry that names sources and people by the ids that they have here."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(one, f"{key}[]") for one in value]
        if isinstance(value, str) and key in ("source", "sources[]"):
            return sources.get(value, value)
        if isinstance(value, str) and key == "by":
            return people.get(value, value)
        return value

    made = walk(entry)
    assert isinstance(made, dict)
    return made


def _unknown(entry: Entry, sources: frozenset[str], ratings: frozenset[str]) -> str:
    """Say what an entry names that is not there."""
    for name in _named(entry):
        if name not in sources:
            return f"it names the source `{short(name)}`, which is defined nowhere"
    rating = entry.get("rating")
    if isinstance(rating, str) and rating not in ratings:
        return f"there is no rating `{short(rating)}` in this site"
    return ""


def _named(entry: Entry) -> Iterable[str]:
    groups: list[Any] = [entry, *_groups(entry.get("answers"))]
    for group in groups:
        found = group.get("sources")
        yield from (one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
    for one in _groups(entry.get("evidence")):
        if isinstance(name := one.get("source"), str):
            yield name


def _groups(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _targeted(entry: Entry, target: Entry) -> Entry:
    """Give an entry its target, in the place where FORMAT.md has it: behind the id."""
    if {key: entry[key] for key in TARGET if key in entry} == target:
        return entry
    rest = {key: value for key, value in entry.items() if key not in (*TARGET, "id")}
    return {**({"id": entry["id"]} if "id" in entry else {}), **target, **rest}


def _with_quote(one: IncomingAnnotation, entry: Entry) -> Entry:
    """Give an entry without a place the words that it is about, as the other program had them."""
    target: Entry = {key: entry[key] for key in TARGET if key in entry}
    if not target and one.quote:
        words = {"quote": one.quote.exact, "prefix": one.quote.prefix, "suffix": one.quote.suffix}
        target = {key: text for key, text in words.items() if text.strip()}
    elif not target and one.heading:
        target = {"section": one.heading}
    return _targeted(entry, target)


def _same_form(entry: Mapping[str, Any]) -> str:
    """Give a text that two entries share if they say just the same."""
    return json.dumps(_plain_form(entry), sort_keys=True, ensure_ascii=False)


def _plain_form(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain_form(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_plain_form(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.rstrip("\n") if isinstance(value, str) else value


def _flaw(kind: annotation_file.Kind, entry: Entry) -> str:
    """Say what is wrong with an entry by itself; an empty text if nothing is."""
    try:
        made = annotation_file.append(None, kind, entry, path="x.yaml")
    except (TypeError, AssertionError, AttributeError, RecursionError):
        return "it is not written as an entry is"
    if isinstance(made, Problem):
        return made.message
    _, _, problems = read_annotations(Text("x.yaml", made.text))
    # Whom a source repeats, and what a claim disputes, is looked at where all are known.
    first = next((p for p in problems if p.severity == "error"), None)
    return first.message if first else ""


# --- comments ------------------------------------------------------------------------------------


def with_comments(text: str | None, comments: Iterable[str], name: str) -> tuple[str, int]:
    """Put comments at a file's end; those that it has already are not put there again.

    Gives the text and the line, from 1, of the first one that is new; 0 if none is.
    """
    before = text or ""
    flat = normalize(before)
    new = [one for one in comments if one not in flat]
    if not new:
        return before, 0
    end = "\r\n" if "\r\n" in before else "\n"
    head = (
        f"# From {short(name, 80)}: what could not be imported, and why. To bring one in, mend it\n"
        "# and take the `# ` away, under the section that it belongs to.\n"
    )
    start = before if not before or before.endswith("\n") else before + end
    block = ("\n" if start else "") + head + "".join(f"#\n{one}" for one in new)
    made = start + block.replace("\n", end)
    return made, start.count("\n") + 1 + bool(start)


def says_the_same(one: str | None, other: str, path: str) -> bool:
    """Whether two texts of a file have the same data, but for a line break at the end."""

    def data(text: str) -> Data:
        flat = normalize(text)
        return yaml.read(Text(path, flat))[0].data

    found, wanted = data(other), data(one or "")
    return bool(_plain_form(found) == _plain_form(wanted))
