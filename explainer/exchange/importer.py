"""Add the content of another program's file to the texts of an annotation file and the library.

`explainer.edit` appends the entries, so the existing text stays the same to the byte. Entries that
cannot be imported become comments with the reason, so that nothing is lost.
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
    """A YAML file that receives entries."""

    path: str
    """Relative to the site's folder."""
    before: str | None
    """The text on disk, with its line endings and byte order mark; None if there is no file."""
    text: str | None
    """The text with the new entries."""
    data: dict[str, Any] = field(default_factory=dict)
    """The data before the import."""

    def read(self) -> tuple[dict[str, Any], list[Problem]]:
        """Return the text's data, and the errors that make it unusable."""
        reader = read_library if self.path.endswith(f"/{LIBRARY}") else read_annotations
        _, located, problems = reader(Text(self.path, normalize(self.text or "")))
        errors = [p for p in problems if p.severity == "error"]
        return located.data if isinstance(located.data, dict) else {}, errors

    def entries(self, kind: Kind) -> Any:
        """Return the earlier entries of a kind: a list, or by id for sources and people."""
        return self.data.get(SECTIONS[kind]) or []


@dataclass(slots=True, kw_only=True)
class Import:
    """An import: the target files, and the results so far."""

    name: str
    """The imported file, for messages and comments."""
    article: ReaderText | None
    """The article's text. Annotations cannot be imported without it."""
    annotations: YamlFile | None
    """The article's annotation file."""
    library: YamlFile
    """The site's library of shared sources and people."""
    to_library: bool
    """Whether sources and people go to the library instead of the annotation file."""
    ratings: frozenset[str]
    """The ids of the site's ratings."""
    kinds: frozenset[str]
    """The ids of the site's kinds of notes."""

    problems: list[Problem] = field(default_factory=list)
    """Problems to report to the author."""
    unplaced: list[str] = field(default_factory=list)
    """Comment lines for each entry that could not be imported, with the reason."""
    added: Counter[Kind] = field(default_factory=Counter)
    """The number of new entries by kind."""
    there: int = 0
    """The number of entries that already existed."""

    @property
    def files(self) -> list[YamlFile]:
        """The files that may receive entries."""
        return [self.library, *([self.annotations] if self.annotations else [])]

    def run(self, incoming: Incoming) -> bool:
        """Append the entries to the files' texts. Return False if nothing may be written.

        Problems: those of the existing files (on errors, nothing is imported); `no-place` for each
        annotation without a place, and `not-imported` for anything else that cannot be imported
        (warnings); `renamed` for an id that has another meaning here, and `already-there` (infos).
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
        for file in self.files:
            self.problems += file.read()[1]  # not expected, but never write a broken file
        return not self.has_broken_file

    @property
    def has_broken_file(self) -> bool:
        """Whether one of the site's files, rather than the imported file, has an error."""
        paths = [file.path for file in self.files]
        return any(p.severity == "error" and p.location.path in paths for p in self.problems)

    def report(self, code: Code, message: str, hint: str = "") -> None:
        """Add a problem with the imported file."""
        severity: Severity = "info" if code in ("renamed", "already-there") else "warning"
        self.problems.append(Problem(Location(self.name), code, message, hint, severity))

    # sources and people

    def define(
        self, kind: Kind, definitions: Mapping[str, Entry], home: YamlFile
    ) -> dict[str, str]:
        """Add sources or people to `home`. Return the ids they have here, by their incoming ids.

        An existing source is recognized by its address, or by its id if nothing contradicts that:
        an id such as `smith2020` can mean different sources in two bibliographies.
        """
        existing: dict[str, Any] = {}
        for file in self.files:
            existing |= file.entries(kind)
        by_url = {one.get("url"): name for name, one in existing.items() if one.get("url")}
        taken = {name.casefold(): 0 for name in existing}
        taken |= {n.casefold(): 0 for n in definitions if entries.is_id(n) and n not in existing}
        ids: dict[str, str] = {}
        new: list[str] = []
        matches: list[str] = []
        used: set[str] = set()
        for name, entry in definitions.items():
            same = by_url.get(str(entry.get("url"))) if kind == "source" else None
            if not same and name in existing and entries.may_be_same(kind, existing[name], entry):
                same = name
            if same:
                ids[name] = same
                matches.append(f"`{short(name)}`" + ("" if same == name else f" as `{same}`"))
                continue
            free = entries.is_id(name) and name not in existing and name.casefold() not in used
            ids[name] = name if free else make_id(name, taken, kind, keep=True)
            used.add(ids[name].casefold())
            new.append(name)
            if not free:
                message = f"the {kind} `{short(name)}` is imported under the id `{ids[name]}`"
                self.report("renamed", message)
        if matches:
            self.there += len(matches)
            message = f"{SECTIONS[kind]} that already exist are left unchanged: "
            self.report("already-there", message + ", ".join(matches))
        here = {**{name: name for name in existing}, **ids}
        added: list[tuple[Entry, str]] = []
        for name in new:
            entry = {"id": ids[name], **definitions[name]}
            if kind == "source" and isinstance(entry.get("repeats"), list):
                entry = self.with_repeats(name, entry, here)
            added.append((entry, name))
        self.add(home, kind, added)
        return ids

    def with_repeats(self, name: str, entry: Entry, ids: Mapping[str, str]) -> Entry:
        """Translate the ids in `repeats`, and report unknown ones."""
        repeats = [str(one) for one in entry.pop("repeats")]  # type: ignore[union-attr]
        for one in repeats:
            if one not in ids:
                message = f"the source `{short(name)}` repeats `{short(one)}`, which is not defined"
                self.report("not-imported", message, "define it and add it to `repeats`")
        kept = [ids[one] for one in repeats if one in ids]
        return {**entry, "repeats": kept} if kept else entry

    def add(self, home: YamlFile, kind: Kind, added: Sequence[tuple[Entry, str]]) -> None:
        """Append entries, each with its position in the file; keep invalid ones as comments."""
        sound: list[tuple[Entry, str]] = []
        for entry, at in added:
            if flaw := entries.flaw(kind, entry):
                self.keep(kind, entry, at, flaw, "not-imported")
            else:
                sound.append((entry, at))
        if not sound:
            return
        text = annotation_file.new_file(home.path) if home.text is None else home.text
        result = annotation_file.append(text, kind, *(one for one, _ in sound), path=home.path)
        if isinstance(result, annotation_file.Edited):
            home.text = result.text
            self.added[kind] += len(sound)
        elif len(sound) == 1:
            self.keep(kind, *sound[0], result.message, "not-imported")
        else:
            for one in sound:
                self.add(home, kind, [one])

    def keep(self, kind: Kind, entry: Entry, at: str, why: str, code: Code) -> None:
        """Report an entry that cannot be imported, and keep it as a comment."""
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
        """Find the annotations' places, and append those that have one."""
        defined = frozenset(
            name for file in self.files for name in file.read()[0].get("sources") or ()
        )
        before = {
            kind: frozenset(map(entries.same_form, home.entries(kind)))
            for kind in {one.kind for one in annotations}
        }
        placed: list[tuple[IncomingAnnotation, Entry]] = []
        for one in annotations:
            entry = entries.with_ids(one.entry, sources, people)
            why = one.flaw or entries.unknown_name(
                one.kind, entry, defined, self.ratings, self.kinds
            )
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
        """Append annotations under unused ids, and update `disputes` to match."""
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
                message = f"{one.at}: the id `{short(name)}` is taken; `{mine}` is used instead"
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
                    message = f"{one.at}: it disputes the unknown claim `{short(name)}`"
                    self.report("not-imported", message)
                entry = {**entry, "disputes": kept}
                if not kept:
                    del entry["disputes"]
            by_kind.setdefault(one.kind, []).append((entry, one.at))
        for kind, added in by_kind.items():
            self.add(home, kind, added)
