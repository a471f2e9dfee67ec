"""The part of the library that an article can show or refer to.

An article is made with this part alone. So it depends on no other entry, and after an edit of the
library, only those articles are made again whose part has changed.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import Final, TypeAlias

from explainer.model.annotations import Library
from explainer.model.location import Data, KeyPath, Located
from explainer.parse.references import UsedNames, could_be_id
from explainer.support.digests import digest_text
from explainer.support.slugs import same
from explainer.support.values import dataclass

_Name: TypeAlias = tuple[str, str]
"""`sources` or `people`, and an id; for a person that is used, the id or a name."""


@dataclass(frozen=True, slots=True)
class SharedNames:
    """The names that an annotation file may share with the library.

    They are packed: those of all articles are in memory at once, and few of them are ever read.
    """

    packed: bytes = b""
    """By kind, those of `used` and those of `defined`, by `marshal` in the version that gives equal
    bytes for equal names."""

    @property
    def used(self) -> tuple[_Name, ...]:
        """Those that it uses and does not define, in order."""
        return self._every(0)

    @property
    def defined(self) -> tuple[_Name, ...]:
        """Those that it defines, in order."""
        return self._every(1)

    def _every(self, which: int) -> tuple[_Name, ...]:
        if not self.packed:
            return ()
        found = zip(_KINDS, marshal.loads(self.packed), strict=True)  # noqa: S302 - ours
        return tuple((kind, name) for kind, both in found for name in both[which])

    @classmethod
    def of(cls, located: Located, used: UsedNames) -> SharedNames:
        """Return the names in the data of a file. `used`: see `references.used`."""
        defined = [each for each in located.keys if len(each) == 2 and each[0] in _KINDS]
        own = {(str(kind), str(name)) for kind, name in defined}
        both = used - own, own
        by_kind = tuple(
            tuple(tuple(sorted(str(n) for k, n in names if k == kind)) for names in both)
            for kind in _KINDS
        )
        return cls(marshal.dumps(by_kind, 0))


@dataclass(frozen=True, slots=True)
class LibraryPart:
    """Some entries of the library."""

    library: Library
    places: Located
    digest: bytes
    """A hash of the entries and of their places in the file."""


@dataclass(frozen=True, slots=True)
class _Entry:
    data: Data
    values: dict[KeyPath, tuple[int, int, bool]] = field(default_factory=dict)
    keys: dict[KeyPath, int] = field(default_factory=dict)

    @property
    def repeats(self) -> Iterator[_Name]:
        """The sources that a source repeats."""
        others = self.data.get("repeats") if isinstance(self.data, dict) else None
        if isinstance(others, list):
            yield from (("sources", each) for each in others if isinstance(each, str))


_KINDS: Final = "people", "sources"


class LibraryParts:
    """Finds the part of the library for each article."""

    def __init__(self, library: Library, places: Located) -> None:
        self._library, self._places = library, places
        self._entries = dict(_entries(places))
        self._by_name: dict[str, list[str]] = {}
        for name, person in library.people.items():
            self._by_name.setdefault(same(person.name), []).append(name)
        self._digests: dict[_Name, bytes] = {}
        self._nothing = self._part(frozenset())

    @cached_property
    def _whole(self) -> LibraryPart:
        return LibraryPart(self._library, self._places, self._digest(self._entries))

    def part(self, names: SharedNames) -> LibraryPart:
        """Return the entries with these names, and all that they repeat.

        This is the whole library if a name is in neither file, because messages propose another.
        """
        if not self._entries:
            return self._nothing
        found: set[_Name] = {each for each in names.defined if each in self._entries}
        for each in names.used:
            if each in self._entries:
                found.add(each)
            elif each[0] == "sources" or could_be_id(each[1]):
                return self._whole
            found.update(("people", name) for name in self._named(each))
        left = [*found]
        while left:
            repeated = set(self._entries[left.pop()].repeats) & self._entries.keys() - found
            found |= repeated
            left += repeated
        return self._part(frozenset(found)) if found else self._nothing

    def _named(self, each: _Name) -> list[str]:
        kind, name = each
        return self._by_name.get(same(name), []) if kind == "people" and self._by_name else []

    def _part(self, chosen: frozenset[_Name]) -> LibraryPart:
        sources, people = self._library.sources, self._library.people
        library = Library(
            sources={name: each for name, each in sources.items() if ("sources", name) in chosen},
            people={name: each for name, each in people.items() if ("people", name) in chosen},
        )
        data: dict[str, Data] = {}
        values: dict[KeyPath, tuple[int, int, bool]] = {}
        keys: dict[KeyPath, int] = {}
        entries = {each: entry for each, entry in self._entries.items() if each in chosen}
        for (kind, name), entry in entries.items():
            of_kind = data.setdefault(kind, {})
            assert isinstance(of_kind, dict)
            of_kind[name] = entry.data
            values |= entry.values
            keys |= entry.keys
        places = Located(data or None, self._places.whole, self._places.lines, values, keys)
        return LibraryPart(library, places, self._digest(entries))

    def _digest(self, entries: Mapping[_Name, _Entry]) -> bytes:
        parts = [_hash(self._places.whole, self._places.lines.path if entries else "")]
        for name, entry in entries.items():
            if name not in self._digests:
                self._digests[name] = self._digest_of(name, entry)
            parts.append(self._digests[name])
        return _hash(parts)

    def _digest_of(self, name: _Name, entry: _Entry) -> bytes:
        location = self._places.lines.location
        places = [(path, location(at)) for path, at in entry.keys.items()]
        places += [(path, location(at)) for path, (at, _, _) in entry.values.items()]
        known = name[1] in getattr(self._library, name[0])
        return _hash(name, known, entry.data, [(path, at.line, at.column) for path, at in places])


def _hash(*parts: object) -> bytes:
    return digest_text(repr(parts))


def _entries(places: Located) -> Iterator[tuple[_Name, _Entry]]:
    """Yield the entries of the library as written, by name, with the places of all their parts."""
    if not isinstance(places.data, dict):
        return
    found: dict[_Name, _Entry] = {}
    for kind in _KINDS:
        if isinstance(of_kind := places.data.get(kind), dict):
            found |= {(kind, name): _Entry(data) for name, data in of_kind.items()}
    names: dict[KeyPath, _Name] = {each: each for each in found}
    for path, spot in places.values.items():
        if each := names.get(path[:2]):
            found[each].values[path] = spot
    for path, at in places.keys.items():
        if each := names.get(path[:2]):
            found[each].keys[path] = at
    yield from found.items()
