"""Do what the author decides about one annotation, in the text of its file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Literal, TypeAlias

from explainer.anchor import find
from explainer.anchor.explain import Explanation, explain
from explainer.anchor.find import Ambiguous, Miss, Span
from explainer.article.merge import Content, contents_of
from explainer.edit.rate import NewRating, rate
from explainer.edit.remove import remove
from explainer.edit.retarget import Keys, set_keys
from explainer.model import ratings
from explainer.model.annotations import Claim, Target
from explainer.model.documents import Text
from explainer.model.kinds import kinds
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.settings import Settings
from explainer.parse import references
from explainer.parse.annotations import read_annotations
from explainer.parse.text import decode
from explainer.reanchor.targets import retarget
from explainer.support import clock
from explainer.upkeep.past import CurrentArticle
from explainer.upkeep.reanchor import FollowedAnnotation, target_of
from explainer.upkeep.write_targets import keys

Action: TypeAlias = Literal["move", "stay", "hold", "review", "delete"]
"""`move`: to the proposal. `stay`: where the quote is found. `hold`: the rating is right, although
the sentence changed. `review`: to the proposal if there is one, and marked for review. `delete`:
remove it."""
_REVIEWED = "checking"
"""The rating of a claim that has a place and is to be reviewed. Anything else becomes a draft."""


def actions(entry: FollowedAnnotation) -> tuple[Action, ...]:
    """Return what the author can decide about an annotation; nothing if nothing is open."""
    verdict = entry.verdict
    if verdict.status == "anchored":
        return ("hold", "review") if verdict.tripwires and entry.is_claim else ()
    possible: list[Action] = []
    if verdict.target and verdict.target != verdict.here:
        possible.append("move")
    if verdict.here:
        possible.append("stay")
    return (*possible, "review", "delete")


def decide(
    text: str,
    entry: FollowedAnnotation,
    action: Action,
    settings: Settings,
    target: Target | None = None,
) -> str | Problem:
    """Return the text of the annotation file after a decision, every other byte unchanged.

    `target`: where the author moves the annotation, instead of the proposal. Problems: those of
    `set_keys` and `remove`; `no-entry` if the file has changed since `entry` was read; and any
    error that the change would cause.
    """
    path, position = entry.location.path, entry.position
    before, problems = _read(text, path, settings)
    old = before.get(position)
    if old is None or target_of(old) != entry.target:
        message = "the annotation is not where it was in its file"
        return Problem(Location(path), "no-entry", message, "run the command again")
    today = clock.today(settings.timezone)
    place = target or entry.verdict.target
    if action == "delete":
        changed = _removed(text, entry)
    elif action == "review":
        changed = _marked(text, entry, old, place, today)
    else:
        wanted: Keys = {"checked": today}
        if action != "hold":
            place = entry.verdict.here if action == "stay" else place
            wanted = keys(entry.target, place) if place else {}
        changed = set_keys(text, [(position, wanted)], path=path)
    if isinstance(changed, Problem):
        return changed
    known = Counter((each.code, each.message) for each in problems)
    for problem in _read(changed, path, settings)[1]:
        if not known[problem.code, problem.message]:
            return problem
        known[problem.code, problem.message] -= 1
    return changed


def typed(entry: FollowedAnnotation, article: CurrentArticle, quote: str) -> Target | Explanation:
    """Return the target with a quote that the author has entered, or what is wrong with it.

    Of several places, it is the one that overlaps the proposal, if only one does.
    """
    plain = replace(entry.target, quote=quote, prefix=None, suffix=None, inside=False)
    for target in (replace(entry.target, quote=quote), plain, replace(plain, section=None)):
        place = find.find(article.reader, target)
        if isinstance(place, Span):
            return target
    proposed = entry.verdict.span
    if isinstance(place, Ambiguous) and proposed:
        near = [
            s for s in place.places.spans() if s.start < proposed.end and proposed.start < s.end
        ]
        told = retarget(article.reader, replace(plain, section=None), near[0]) if near else None
        if told and len(near) == 1:
            return told
    assert isinstance(place, Miss)
    return explain(article.reader, target, place, first_line=article.first_line)


def _removed(text: str, entry: FollowedAnnotation) -> str | Problem:
    edited = remove(text, entry.position, path=entry.location.path)
    return edited if isinstance(edited, Problem) else edited.text


def _marked(
    text: str, entry: FollowedAnnotation, content: Content, target: Target | None, today: str
) -> str | Problem:
    """Mark an annotation for review, at its proposal if there is one."""
    path, position = entry.location.path, entry.position
    wanted: Keys = keys(entry.target, target) if target else {}
    has_place = target is not None or entry.verdict.is_found
    if not isinstance(content, Claim) or content.rating == _REVIEWED or not has_place:
        return set_keys(text, [(position, {**wanted, "draft": True})], path=path)
    moved = set_keys(text, [(position, wanted)], path=path)
    if isinstance(moved, Problem):
        return moved
    new = NewRating(rating=_REVIEWED, checked=today, published=entry.published)
    return rate(moved, position[1], content, new, path=path)


def _read(
    text: str, path: str, settings: Settings
) -> tuple[dict[tuple[str, int], Content], list[Problem]]:
    """Return the annotations in a file by section and index, and the file's errors."""
    content, problem = decode(path, text.encode())
    if content is None:
        return {}, [problem] if problem else []
    file, located, problems = read_annotations(Text(path, content))
    others = references.against(
        located, scale=ratings.scale(settings), kinds=kinds(settings), library=None
    )
    return dict(contents_of(file)), [
        each for each in (*problems, *others) if each.severity == "error"
    ]
