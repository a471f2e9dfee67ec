"""Locations in authors' files, and data in which every value has a location."""

from __future__ import annotations

import pickle
import re
from bisect import bisect_right
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in an author's file."""

    path: str
    """The file, relative to the site's folder, with `/` between its parts."""
    line: int = 0
    """The line, counted from 1; 0 means the entire file."""
    column: int = 0
    """The column in characters, counted from 1; 0 means the entire line."""

    def __str__(self) -> str:
        """Return `path:line:column`, without the parts that are 0."""
        numbers = [self.line, self.line and self.column]
        return ":".join([self.path, *(str(number) for number in numbers if number)])


class Lines:
    """The lines of a text, for converting character offsets to a `Location`."""

    def __init__(self, path: str, text: str, first_line: int = 1) -> None:
        self.path = path
        self.text = text
        self.first_line = first_line
        """The line of the file on which the text begins: more than 1 if it follows front matter."""

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's start, in characters from 0."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def location(self, index: int) -> Location:
        """Return the location of the character at offset `index`."""
        line = bisect_right(self.starts, index) - 1
        return Location(self.path, self.first_line + line, index - self.starts[line] + 1)


Data: TypeAlias = "dict[str, Data] | list[Data] | str | None"
KeyPath: TypeAlias = tuple[str | int, ...]
"""The keys and indices (from 0) of a value: `("claims", 0, "quote")`."""
Spot: TypeAlias = tuple[int, int, bool]
"""The offsets of a value's start and end, and whether it is plain: text without quotation marks
that does not follow `|` or `>`."""

_COMMENT = re.compile(r"[ \t]+#(.*)")


@dataclass(frozen=True, slots=True)
class Located:
    """The data of a YAML or TOML text, with the locations of its keys and values."""

    data: Data
    """Mappings, lists, and texts, and for TOML also numbers and booleans; None if the text is empty
    or could not be read."""
    whole: bool
    """Whether all of the text could be read; otherwise `data` is None."""
    lines: Lines = field(repr=False)
    values: dict[KeyPath, Spot] = field(repr=False, default_factory=dict)
    keys: dict[KeyPath, int] = field(repr=False, default_factory=dict)
    """The offset of the key of each value in a mapping."""

    def location(self, key_path: KeyPath = ()) -> Location:
        """Return the location of a value; if it is missing, of the innermost container."""
        while key_path and key_path not in self.values:
            key_path = key_path[:-1]
        return self.lines.location(self.values[key_path][0] if key_path in self.values else 0)

    def key(self, key_path: KeyPath) -> Location:
        """Return the location of a value's key, or of the value if it has no key, as in a list."""
        if key_path in self.keys:
            return self.lines.location(self.keys[key_path])
        return self.location(key_path)

    def comment(self, key_path: KeyPath) -> str | None:
        """Return the text after the `#` that follows a plain value on its line, or None.

        In `quote: the #1 hit` the author does not intend a comment, but in YAML the value is `the`
        and the comment is `1 hit`.
        """
        _, end, plain = self.values.get(key_path, (0, 0, False))
        match = _COMMENT.match(self.lines.text, end) if plain else None
        return match[1] if match else None


@dataclass(frozen=True, slots=True)
class PackedLocated:
    """A `Located` as bytes: those of all articles are in memory at once, and few are ever read."""

    path: str
    """The path of the file."""
    packed: bytes = field(repr=False)
    """The rest, by `pickle`."""

    @classmethod
    def of(cls, located: Located) -> PackedLocated:
        """Pack data with its locations."""
        lines = located.lines
        rest = located.data, located.whole, lines.text, lines.first_line
        every = (*rest, located.values, located.keys)
        return cls(lines.path, pickle.dumps(every, pickle.HIGHEST_PROTOCOL))

    def unpack(self) -> Located:
        """Return the data with its locations."""
        data, whole, text, first, values, keys = pickle.loads(self.packed)  # noqa: S301 - ours
        return Located(data, whole, Lines(self.path, text, first), values, keys)
