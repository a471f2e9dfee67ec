"""Write an author's decisions about annotations, one after the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from explainer.anchor.explain import Explanation
from explainer.model.annotations import Target
from explainer.model.problems import Problem
from explainer.site.walk import Links
from explainer.support.files import read_file, update_file
from explainer.upkeep.decide import Action, decide, typed
from explainer.upkeep.past import CurrentArticle
from explainer.upkeep.reanchor import FollowedAnnotation, FollowResult


class Session:
    """Decisions about the annotations of a site, each of which is written at once."""

    def __init__(self, root: Path, followed: FollowResult) -> None:
        self._root = root
        self._followed = followed
        self._deleted: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.decided = 0
        """How many decisions are written."""

    def article(self, entry: FollowedAnnotation) -> CurrentArticle | None:
        """Return the article of an annotation."""
        return self._followed.articles.get(entry.article)

    def typed(self, entry: FollowedAnnotation, quote: str) -> Target | Explanation:
        """Return the target with the words that the author has entered, as `decide.typed`."""
        return typed(entry, self._followed.articles[entry.article], quote)

    def write(
        self, entry: FollowedAnnotation, action: Action, target: Target | None = None
    ) -> Problem | None:
        """Write a decision into the annotation file; return why if that is not possible.

        Raises OSError if the file cannot be read or written, and FileChangedError if another
        program changes it meanwhile; then this changes nothing.
        """
        path, (section, index) = entry.location.path, entry.position
        gone = self._deleted[path, section]
        now = replace(entry, position=(section, index - sum(each < index for each in gone)))
        Links(self._root).check_write(path)
        before = read_file(self._root / path)
        assert self._followed.settings  # or else there are no annotations
        text = decide(before.decode(), now, action, self._followed.settings, target)
        if isinstance(text, Problem):
            return text
        update_file(self._root / path, text.encode(), before)
        if action == "delete":
            gone.append(index)
        self.decided += 1
        return None
