"""Keep front matter on disk: reading it takes longer than all else that is done with each article.

There is one row for all articles. Front matter is used again if the text has the same hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from explainer.build.disk import Disk, pack
from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.parse.front_matter import ParsedArticle

Head: TypeAlias = tuple[ParsedArticle, tuple[Problem, ...]]
"""The result of `read_article`."""
_Kept: TypeAlias = tuple[bytes, ParsedArticle, tuple[Problem, ...]]
"""The hash of a text, and its `Head` without that text."""

_ROW: Final = "front matter"
_NO_TEXT: Final = Text("", "")


class Heads:
    """The front matter of earlier runs."""

    def __init__(self, rows: Disk) -> None:
        self._rows = rows
        found = rows.read("runs", _ROW, b"")
        self._known: Mapping[str, _Kept] = found if isinstance(found, dict) else {}
        self._used: dict[str, _Kept] = {}

    def read(self, text: Text) -> Head | None:
        """Return a text's front matter; None if it must be read."""
        kept = self._known.get(text.path)
        if kept is None or kept[0] != text.digest:
            return None
        self._used[text.path] = kept
        _, parsed, problems = kept
        return replace(parsed, text=text), problems

    def keep(self, heads: Mapping[str, tuple[Text, Head]]) -> None:
        """Keep the front matter of all articles: by its path, the text and what was read in it."""
        if len(self._used) == len(heads) == len(self._known):
            return
        kept = dict(self._used)
        for path in heads.keys() - kept.keys():
            text, (parsed, problems) = heads[path]
            kept[path] = text.digest, replace(parsed, text=_NO_TEXT), problems
        self._rows.keep("runs", _ROW, b"", pack(kept))
