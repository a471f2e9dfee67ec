"""What a file of another program holds, into the texts of an annotation file and the library.

Every entry is appended by `explainer.edit`, so that all that is there stays byte for byte. What
cannot be imported is given back as comments, with the reason: nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from explainer.anchor import find
from explainer.anchor.select import NoPlace
from explainer.edit import annotation_file
from explainer.edit.entry import SECTIONS, Kind
from explainer.exchange import entries
from explainer.exchange.comments import comment
from explainer.exchange.incoming import Entry, Incoming, IncomingAnnotation
from explainer.exchange.place import place
from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, Severity, short
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.text import normalize
from explainer.support.slugs import make_id


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML file that entries go to."""

    path: str
    """Relative to the site's folder."""
    text: str | None
    """As it is on disk, line ends and byte order mark untouched; None if there is no file."""
    schema: str
    """The relative path from it to its JSON Schema."""

    def read(self) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """Give its data, and the errors because of which it cannot be used."""
        reader = read_library if self.path.endswith("/_library.yaml") else read_annotations
        _, located, problems = reader(Text(self.path, normalize(self.text or "")))
        errors = tuple(p for p in problems if p.severity == "error")
        return located.data if isinstance(located.data, dict) else {}, errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where entries go."""

    name: str
    """The file that is imported, for messages and comments."""
    article: find.Searchable | None = None
    """The article's text; without it there can be no annotations."""
    annotations: YamlFile | None = None
    """Its annotation file."""
    library: YamlFile
    """What the site's articles share."""
    to_library: bool = False
    """Whether sources and people go there, and not to the annotation file."""
    ratings: frozenset[str] = frozenset()
    """The ids of the site's scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedEntries:
    """What came of an import."""

    texts: Mapping[str, str]
    """By path: the new texts of the files that change."""
    unplaced: tuple[str, ...] = ()
    """For each thing that could not be imported: comments that hold it, with the reason."""
    added: Mapping[str, int]
    """By section (`notes`, `sources`, …): how many entries are new."""
    there: int = 0
    """How many entries were there already."""
    problems: tuple[Problem, ...] = ()
    """What the author must know. With an error among them, nothing is to be written."""


def import_entries(incoming: Incoming, destination: Destination) -> ImportedEntries:
    """Append all that was read to the files' texts.

    Problems: those of the files as they are (errors: then nothing is imported); `no-place` for
    each annotation without a place and `not-imported` for each other thing that cannot be imported
    (warnings); `renamed` for an id that means something else here, and `already-there` (infos).
    """
    return _Import(incoming, destination).run()


class _Import:
    """One import. Its state is the two texts as they grow."""

    def __init__(self, incoming: Incoming, destination: Destination) -> None:
        self.incoming = incoming
        self.destination = destination
        files = (destination.library, destination.annotations)
        self.files = [file for file in files if file]
        self.texts = {file.path: file.text for file in self.files}
        self.data: dict[str, dict[str, Any]] = {}
        self.problems: list[Problem] = list(incoming.problems)
        self.unplaced: list[str] = []
        self.added: dict[str, int] = {}
        self.there = 0

    def run(self) -> ImportedEntries:
        into, texts = self.destination, self.texts
        for file in self.files:
            self.data[file.path], errors = file.read()
            self.problems += errors
        if any(p.location.path in texts and p.severity == "error" for p in self.problems):
            return ImportedEntries(texts={}, added={}, problems=tuple(self.problems))
        home = into.library if into.to_library or into.annotations is None else into.annotations
        sources = self.define("source", self.incoming.sources, home)
        people = self.define("person", self.incoming.people, home)
        if into.annotations and into.article:
            self.annotate(into.article, into.annotations, sources, people)
        elif self.incoming.annotations:
            count = len(self.incoming.annotations)
            self.report("not-imported", f"{count} annotations need --article")
        for file in self.files:
            _, errors = replace(file, text=texts[file.path]).read()
            self.problems += errors  # never seen; but a file that is broken is not to be written
        return ImportedEntries(
            texts={
                f.path: text for f in self.files if (text := texts[f.path]) not in (None, f.text)
            },
            unplaced=tuple(self.unplaced),
            added=self.added,
            there=self.there,
            problems=tuple(self.problems),
        )

    def report(
        self, code: Code, message: str, hint: str = "", severity: Severity = "warning"
    ) -> None:
        location = Location(self.destination.name)
        self.problems.append(Problem(location, code, message, hint, severity))

    # sources and people

    def define(
        self, kind: Kind, definitions: Mapping[str, Entry], home: YamlFile
    ) -> dict[str, str]:
        """Define sources or people; gives, by the ids of the incoming file, those they have here.

        What is there already is recognized by its address, or by its id if nothing contradicts
        it: ids such as `smith2020` mean something else in the next bibliography.
        """
        section = SECTIONS[kind]
        known: dict[str, Any] = {}
        for data in self.data.values():
            known |= data.get(section) or {}
        by_url = {one.get("url"): name for name, one in known.items() if one.get("url")}
        taken = {name.casefold(): 0 for name in known}
        taken |= {n.casefold(): 0 for n in definitions if entries.is_id(n) and n not in known}
        ids: dict[str, str] = {}
        new: list[str] = []
        there: list[str] = []
        used: set[str] = set()
        for name, entry in definitions.items():
            if kind == "source" and (same := by_url.get(str(entry.get("url")))):
                ids[name] = same
            elif name in known and entries.may_be_same(kind, known[name], entry):
                ids[name] = name
            else:
                free = entries.is_id(name) and name not in known and name.casefold() not in used
                ids[name] = name if free else make_id(name, taken, kind, keep=True)
                used.add(ids[name].casefold())
                new.append(name)
                if ids[name] != name:
                    message = f"the {kind} `{short(name)}` has the id `{ids[name]}` here"
                    self.report("renamed", message, severity="info")
                continue
            there.append(f"`{short(name)}`" + ("" if ids[name] == name else f" as `{ids[name]}`"))
        if there:
            self.there += len(there)
            message = f"{section} that are there already stay as they are: {', '.join(there)}"
            self.report("already-there", message, severity="info")
        here = {**{name: name for name in known}, **ids}
        added: list[tuple[Entry, str]] = []
        for name in new:
            entry = {"id": ids[name], **definitions[name]}
            if kind == "source" and isinstance(entry.get("repeats"), list):
                entry = self.with_repeats(name, entry, here)
            added.append((entry, name))
        self.add(home, kind, added)
        return ids

    def with_repeats(self, name: str, entry: Entry, ids: Mapping[str, str]) -> Entry:
        """Let `repeats` name sources by the ids that they have here."""
        repeats = [str(one) for one in entry.pop("repeats")]  # type: ignore[union-attr]
        for one in repeats:
            if one not in ids:
                message = f"the source `{short(name)}` repeats `{short(one)}`, which is unknown"
                self.report("not-imported", message, "define it, and add it under `repeats`")
        kept = [ids[one] for one in repeats if one in ids]
        return {**entry, "repeats": kept} if kept else entry

    def add(self, home: YamlFile, kind: Kind, added: Iterable[tuple[Entry, str]]) -> None:
        """Append entries, each with its place in the incoming file; keep what is no valid one."""
        sound: list[tuple[Entry, str]] = []
        for entry, at in added:
            if flaw := entries.flaw(kind, entry):
                self.keep(kind, entry, at, flaw, "not-imported")
            else:
                sound.append((entry, at))
        if not sound:
            return
        section = SECTIONS[kind]
        text = annotation_file.append_all(
            self.texts[home.path],
            kind,
            [entry for entry, _ in sound],
            schema=home.schema,
            path=home.path,
        )
        if isinstance(text, str):
            self.texts[home.path] = text
            self.added[section] = self.added.get(section, 0) + len(sound)
        elif len(sound) == 1:
            self.keep(kind, *sound[0], text.message, "not-imported")
        else:
            for one in sound:
                self.add(home, kind, [one])

    def keep(self, kind: Kind, entry: Entry, at: str, why: str, code: Code) -> None:
        """Keep as a comment what cannot be imported."""
        keys = ("claim", "note", "question", "title", "name")
        text = next((str(entry[key]) for key in keys if entry.get(key)), "")
        words = f" “{short(text)}”" if text else ""
        about = f" on “{short(quote)}”" if isinstance(quote := entry.get("quote"), str) else ""
        self.report(code, f"{at}: the {kind}{words}{about} is not imported: {why}")
        self.unplaced.append(comment(kind, entry, at, why))

    # annotations

    def annotate(
        self,
        article: find.Searchable,
        file: YamlFile,
        sources: Mapping[str, str],
        people: Mapping[str, str],
    ) -> None:
        """Place all annotations, and append those that have a place."""
        known = self.source_ids()
        before = {
            kind: frozenset(entries.same_form(each) for each in self.there_before(file, kind))
            for kind in {one.kind for one in self.incoming.annotations}
        }
        placed: list[tuple[IncomingAnnotation, Entry]] = []
        for one in self.incoming.annotations:
            entry = entries.with_ids(one.entry, sources, people)
            why = one.flaw or entries.unknown_name(entry, known, self.destination.ratings)
            found = place(article, one)
            if isinstance(found, NoPlace):
                entry = entries.with_foreign_quote(one, entry)
                self.keep(one.kind, entry, one.at, why or found.why, "no-place")
            elif why:
                entry = entries.with_foreign_quote(one, entry)
                self.keep(one.kind, entry, one.at, why, "not-imported")
            elif entries.same_form(entry := entries.with_target(entry, found)) in before[one.kind]:
                self.there += 1
            else:
                placed.append((one, entry))
        self.append_placed(file, placed)

    def append_placed(self, file: YamlFile, placed: list[tuple[IncomingAnnotation, Entry]]) -> None:
        """Append what has a place, under ids that are free, with `disputes` that know of them."""
        kinds: tuple[Kind, ...] = ("claim", "note", "question")
        ids = [one.get("id") for kind in kinds for one in self.there_before(file, kind)]
        taken = {str(name).casefold(): 0 for name in ids if name}
        claims = {str(one.get("id")) for one in self.there_before(file, "claim")}
        new_ids: dict[str, str] = {}
        for number, (one, entry) in enumerate(placed):
            if not isinstance(name := entry.get("id"), str):
                continue
            free = entries.is_id(name) and name.casefold() not in taken
            mine = name if free else make_id(name, taken, one.kind, keep=True)
            taken[mine.casefold()] = 0
            if mine != name:
                message = f"{one.at}: the id `{short(name)}` is taken: this one is `{mine}` here"
                self.report("renamed", message, severity="info")
            placed[number] = one, {**entry, "id": mine}
            if one.kind == "claim":
                new_ids.setdefault(name, mine)
        claims |= set(new_ids.values())
        by_kind: dict[Kind, list[tuple[Entry, str]]] = {}
        for one, entry in placed:
            if isinstance(rivals := entry.get("disputes"), list):
                names = [new_ids.get(str(name), str(name)) for name in rivals]
                kept = [name for name in names if "#" in name or name in claims]
                for name in (n for n in names if n not in kept):
                    message = f"{one.at}: it disputes the claim `{short(name)}`, which is not here"
                    self.report("not-imported", message)
                entry = {**entry, "disputes": kept}
                if not kept:
                    del entry["disputes"]
            by_kind.setdefault(one.kind, []).append((entry, one.at))
        for kind, added in by_kind.items():
            self.add(file, kind, added)

    def there_before(self, file: YamlFile, kind: Kind) -> list[dict[str, Any]]:
        """The entries of a kind that a file had before."""
        return self.data[file.path].get(SECTIONS[kind]) or []

    def source_ids(self) -> frozenset[str]:
        """The ids of all sources that are defined by now."""
        files = [replace(file, text=self.texts[file.path]).read()[0] for file in self.files]
        return frozenset(name for data in files for name in data.get("sources") or {})
