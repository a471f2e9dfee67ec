"""A place in an author's file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in an author's file."""

    path: str
    """The file, relative to the site's folder, with `/` between its parts."""
    line: int = 0
    """Counts from 1; 0 where the whole file is meant."""
    column: int = 0
    """Counts characters from 1; 0 where the whole line is meant."""
