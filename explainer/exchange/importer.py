"""What a file of another program holds, into the texts of an annotation file and the library.

Every entry is appended by `explainer.edit`, so that all that is there stays byte for byte. What
cannot be imported is given back as comments, with the reason: nothing is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from explainer.anchor.select import NoPlace
from explainer.anchor.text import ReaderText
from explainer.edit import annotation_file
from explainer.edit.entry import SECTIONS, Kind
from explainer.exchange import entries
from explainer.exchange.incoming import AnnotationKind, Entry, Incoming, IncomingAnnotation
from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, Severity, short
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.text import normalize
from explainer.site.load import LIBRARY
from explainer.support.slugs import make_id


@dataclass(slots=True)
class YamlFile:
    """A YAML file that entries go to."""

    path: str
    """Relative to the site's folder."""
    before: str | None
    """As it is on disk, line ends and byte order mark untouched; None if there is no file."""
    text: str | None
    """The same with the entries that are new."""
    data: dict[str, Any] = field(default_factory=dict)
    """What it held before the import."""

    def read(self) -> tuple[dict[str, Any], list[Problem]]:
        """Give what the text holds, and the errors because of which it cannot be used."""
        reader = read_library if self.path.endswith(f"/{LIBRARY}") else read_annotations
        _, located, problems = reader(Text(self.path, normalize(self.text or "")))
        errors = [p for p in problems if p.severity == "error"]
        return located.data if isinstance(located.data, dict) else {}, errors

    def entries(self, kind: Kind) -> Any:
        """Give the entries of a kind that it held: a list; for sources and people, by id."""
        return self.data.get(SECTIONS[kind]) or []


@dataclass(slots=True, kw_only=True)
class Import:
    """One import: where entries go, and what has come of it so far."""

    name: str
    """The file that is imported, for messages and comments."""
    article: ReaderText | None
    """The article's text; without it there can be no annotations."""
    annotations: YamlFile | None
    """Its annotation file."""
    library: YamlFile
    """What the site's articles share."""
    to_library: bool
    """Whether sources and people go there, and not to the annotation file."""
    ratings: frozenset[str]
    """The ids of the site's scale."""

    problems: list[Problem] = field(default_factory=list)
    """What the author must know."""
    unplaced: list[str] = field(default_factory=list)
    """For each thing that could not be imported: comments that hold it, with the reason."""
    added: Counter[Kind] = field(default_factory=Counter)
    """How many entries of a kind are new."""
    there: int = 0
    """How many entries were there already."""

    @property
    def files(self) -> list[YamlFile]:
        """The files that entries may go to."""
        return [self.library, *([self.annotations] if self.annotations else [])]

    def run(self, incoming: Incoming) -> bool:
        """Append all that was read to the files' texts; False if nothing may be written.

        Problems: those of the files as they are (errors: then nothing is imported); `no-place` for
        each annotation without a place and `not-imported` for each other thing that cannot be
        imported (warnings); `renamed` for an id that means something else here, and
        `already-there` (infos).
        """
        self.problems += incoming.problems
        for file in self.files:
            file.data, errors = file.read()
            self.problems += errors
        if self.has_broken_file:
            return False
        home = self.library if self.to_library or not self.annotations else self.annotations
        sources = self.define("source", incoming.sources, home)
        people = self.define("person", incoming.people, home)
        if self.annotations and self.article:
            self.annotate(self.article, self.annotations, incoming.annotations, sources, people)
        elif count := len(incoming.annotations):
            self.report("not-imported", f"{count} annotations need --article")
        for file in self.files:
            self.problems += file.read()[1]  # never seen; but a broken file is not to be written
        return not self.has_broken_file

    @property
    def has_broken_file(self) -> bool:
        """Whether an error is in one of the site's files, and not in the one that is imported."""
        paths = [file.path for file in self.files]
        return any(p.severity == "error" and p.location.path in paths for p in self.problems)

    def report(self, code: Code, message: str, hint: str = "") -> None:
        """Add a problem with the file that is imported."""
        severity: Severity = "info" if code in ("renamed", "already-there") else "warning"
        self.problems.append(Problem(Location(self.name), code, message, hint, severity))

    # sources and people

    def define(
        self, kind: Kind, definitions: Mapping[str, Entry], home: YamlFile
    ) -> dict[str, str]:
        """Define sources or people; gives, by the ids of the incoming file, those they have here.

        What is there already is recognized by its address, or by its id if nothing contradicts
        it: ids such as `smith2020` mean something else in the next bibliography.
        """
        known: dict[str, Any] = {}
        for file in self.files:
            known |= file.entries(kind)
        by_url = {one.get("url"): name for name, one in known.items() if one.get("url")}
        taken = {name.casefold(): 0 for name in known}
        taken |= {n.casefold(): 0 for n in definitions if entries.is_id(n) and n not in known}
        ids: dict[str, str] = {}
        new: list[str] = []
        there: list[str] = []
        used: set[str] = set()
        for name, entry in definitions.items():
            same = by_url.get(str(entry.get("url"))) if kind == "source" else None
            if not same and name in known and entries.may_be_same(kind, known[name], entry):
                same = name
            if same:
                ids[name] = same
                there.append(f"`{short(name)}`" + ("" if same == name else f" as `{same}`"))
                continue
            free = entries.is_id(name) and name not in known and name.casefold() not in used
            ids[name] = name if free else make_id(name, taken, kind, keep=True)
            used.add(ids[name].casefold())
            new.append(name)
            if not free:
                message = f"the {kind} `{short(name)}` has the id `{ids[name]}` here"
                self.report("renamed", message)
        if there:
            self.there += len(there)
            message = f"{SECTIONS[kind]} that are there already stay as they are: "
            self.report("already-there", message + ", ".join(there))
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

    def add(self, home: YamlFile, kind: Kind, added: Sequence[tuple[Entry, str]]) -> None:
        """Append entries, each with its place in the incoming file; keep what is no valid one."""
        sound: list[tuple[Entry, str]] = []
        for entry, at in added:
            if flaw := entries.flaw(kind, entry):
                self.keep(kind, entry, at, flaw, "not-imported")
            else:
                sound.append((entry, at))
        if not sound:
            return
        text = annotation_file.new_file(home.path) if home.text is None else home.text
        made = annotation_file.append(text, kind, *(one for one, _ in sound), path=home.path)
        if isinstance(made, annotation_file.Edited):
            home.text = made.text
            self.added[kind] += len(sound)
        elif len(sound) == 1:
            self.keep(kind, *sound[0], made.message, "not-imported")
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
        self.unplaced.append(entries.comment(kind, entry, at, why))

    # annotations

    def annotate(
        self,
        article: ReaderText,
        home: YamlFile,
        annotations: Sequence[IncomingAnnotation],
        sources: Mapping[str, str],
        people: Mapping[str, str],
    ) -> None:
        """Place all annotations, and append those that have a place."""
        known = frozenset(
            name for file in self.files for name in file.read()[0].get("sources") or ()
        )
        before = {
            kind: frozenset(map(entries.same_form, home.entries(kind)))
            for kind in {one.kind for one in annotations}
        }
        placed: list[tuple[IncomingAnnotation, Entry]] = []
        for one in annotations:
            entry = entries.with_ids(one.entry, sources, people)
            why = one.flaw or entries.unknown_name(one.kind, entry, known, self.ratings)
            code: Code = "not-imported"
            target = entries.place(article, one)
            if isinstance(target, NoPlace):
                code, why = "no-place", why or target.why
            if why or isinstance(target, NoPlace):
                self.keep(one.kind, entries.with_foreign_quote(one, entry), one.at, why, code)
            elif entries.same_form(entry := entries.with_target(entry, target)) in before[one.kind]:
                self.there += 1
            else:
                placed.append((one, entry))
        self.append_placed(home, placed)

    def append_placed(self, home: YamlFile, placed: list[tuple[IncomingAnnotation, Entry]]) -> None:
        """Append what has a place, under ids that are free, with `disputes` that know of them."""
        ids = [one.get("id") for kind in get_args(AnnotationKind) for one in home.entries(kind)]
        taken = {str(name).casefold(): 0 for name in ids if name}
        new_ids: dict[str, str] = {}
        for number, (one, entry) in enumerate(placed):
            if not isinstance(name := entry.get("id"), str):
                continue
            free = entries.is_id(name) and name.casefold() not in taken
            mine = name if free else make_id(name, taken, one.kind, keep=True)
            taken[mine.casefold()] = 0
            if not free:
                message = f"{one.at}: the id `{short(name)}` is taken: this one is `{mine}` here"
                self.report("renamed", message)
            placed[number] = one, {**entry, "id": mine}
            if one.kind == "claim":
                new_ids.setdefault(name, mine)
        claims = {str(one.get("id")) for one in home.entries("claim")} | set(new_ids.values())
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
            self.add(home, kind, added)
