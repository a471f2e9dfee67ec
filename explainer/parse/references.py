"""What must agree within an annotation file, and between it, the library and the rating scale.

These checks look at the data as it was written, not at the values that validate.py makes of it, so
that a misspelt key in one claim does not hide a missing source in another. What has a wrong type
is passed over here: validate.py reports it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from explainer.model.location import Data, KeyPath, Located, Location
from explainer.model.problems import (
    Code,
    Problem,
    RelatedLocation,
    Severity,
    did_you_mean,
    nearest,
    short,
)
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate

_LISTS = ("claims", "notes", "questions")
_ONE = {"claims": "claim", "notes": "note", "questions": "question"}
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")  # what an author who means an id would write
_DEFINE = "define it under `{}:` in this file or in content/_library.yaml"

# CSL 1.0.2: https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types
CSL_TYPES = (
    *("article", "article-journal", "article-magazine", "article-newspaper", "bill", "book"),
    *("broadcast", "chapter", "classic", "collection", "dataset", "document", "entry"),
    *("entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing"),
    *("interview", "legal_case", "legislation", "manuscript", "map", "motion_picture"),
    *("musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical"),
    *("personal_communication", "post", "post-weblog", "regulation", "report", "review"),
    *("review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage"),
)


@dataclass(frozen=True, slots=True)
class Used:
    """What the annotations of a file name."""

    sources: frozenset[str]
    people: frozenset[str]
    """Everything under `by`: ids, and names of people who have none."""


def within(located: Located) -> tuple[Problem, ...]:
    """Check a file by itself, an annotation file or a library.

    Problems: `duplicate-id`, `empty-value`, `bad-target`, `disputes-itself`, `repeats-itself`,
    `repeats-cycle`, `duplicate-date`, `history-order` (a warning), `missing-key` and
    `unused-answer` (a warning) where a question's `status` and `answer` do not fit, `bad-value`.
    """
    check = _Check(located)
    _ids(check)
    _texts_given(check)
    for key_path, annotation in _annotations(located.data):
        _target(check, key_path, annotation)
        if key_path[0] == "claims":
            _claim(check, key_path, annotation)
        elif key_path[0] == "questions":
            _question(check, key_path, annotation)
    _sources(check)
    return tuple(check.problems)


def against(
    located: Located, *, scale: Mapping[str, Rating], library: Located | None = None
) -> tuple[Problem, ...]:
    """Check an annotation file against what is defined elsewhere.

    `scale` has the site's ratings by id, `library` is what `_library.yaml` holds. Problems:
    `unknown-rating`, `unknown-source`, `unknown-person`, `unknown-claim` (under `disputes`),
    `duplicate-id` for what the library defines too; and the warnings `unused-source` and
    `unused-person`. Where a file could not be read, nothing is reported as missing in it.
    """
    check = _Check(located)
    own = {kind: _mapping(located.data, kind) for kind in ("sources", "people")}
    shared = {kind: _mapping(library.data, kind) if library else {} for kind in own}
    is_library_readable = library is None or library.whole
    for kind in own:
        for name in own[kind]:
            if name in shared[kind] and library is not None:
                place = library.key((kind, name))
                check.report(
                    (kind, name),
                    "duplicate-id",
                    f"`{name}` is defined in {place.path} too, on line {place.line}",
                    "leave it out here to use that one, or give this one an id of its own",
                    key=True,
                    related=(RelatedLocation(place, "defined here too"),),
                )
    _ratings(check, scale)
    _disputes(check)
    if is_library_readable:
        _uses(check, {*own["sources"], *shared["sources"]}, {*own["people"], *shared["people"]})
    names = used(located)
    _unused(check, "sources", names.sources)
    _unused(check, "people", names.people)
    return tuple(check.problems)


def used(located: Located) -> Used:
    """Give the sources and people that a file's annotations and sources name."""
    return Used(
        frozenset(name for _, name in _source_uses(located.data)),
        frozenset(name for _, name in _speakers(located.data)),
    )


def unused(library: Located, uses: Iterable[Used]) -> tuple[Problem, ...]:
    """Warn of what a library defines and no article names: `unused-source`, `unused-person`.

    `uses` are those of all annotation files; where one could not be read, do not ask.
    """
    check = _Check(library)
    uses = (used(library), *uses)
    _unused(check, "sources", {name for use in uses for name in use.sources})
    _unused(check, "people", {name for use in uses for name in use.people})
    return tuple(check.problems)


def within_library(located: Located) -> tuple[Problem, ...]:
    """Check `_library.yaml`: what `within` finds, and `unknown-source` under `repeats`."""
    check = _Check(located)
    _uses(check, set(_mapping(located.data, "sources")), set())
    return (*within(located), *check.problems)


# --- the data as it was written ------------------------------------------------------------------


def _mapping(data: Data, key: str) -> dict[str, Data]:
    """Give the mapping under `key`, empty if there is none."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _groups(
    data: Data, key: str, key_path: KeyPath = ()
) -> Iterator[tuple[KeyPath, dict[str, Data]]]:
    """Give the mappings in the list under `key`, each with its key path."""
    value = data.get(key) if isinstance(data, dict) else None
    for index, group in enumerate(value if isinstance(value, list) else ()):
        if isinstance(group, dict):
            yield (*key_path, key, index), group


def _texts(data: Data, key: str, key_path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Give the texts in the list under `key`, each with its key path."""
    value = data.get(key) if isinstance(data, dict) else None
    for index, text in enumerate(value if isinstance(value, list) else ()):
        if isinstance(text, str):
            yield (*key_path, key, index), text


def _annotations(data: Data) -> Iterator[tuple[KeyPath, dict[str, Data]]]:
    for key in _LISTS:
        yield from _groups(data, key)


def _source_uses(data: Data) -> Iterator[tuple[KeyPath, str]]:
    """Give every mention of a source, each with its key path."""
    for key_path, annotation in _annotations(data):
        yield from _texts(annotation, "sources", key_path)
        for below, answer in _groups(annotation, "answers", key_path):
            yield from _texts(answer, "sources", below)
        for below, evidence in _groups(annotation, "evidence", key_path):
            if isinstance(name := evidence.get("source"), str):
                yield (*below, "source"), name
    for name, source in _mapping(data, "sources").items():
        yield from _texts(source, "repeats", ("sources", name))


def _speakers(data: Data) -> Iterator[tuple[KeyPath, str]]:
    """Give everything under `by`, each with its key path."""
    for key_path, annotation in _annotations(data):
        for below, group in ((key_path, annotation), *_groups(annotation, "answers", key_path)):
            if isinstance(name := group.get("by"), str):
                yield (*below, "by"), name


class _Check:
    """Problems with a file, as they are found."""

    def __init__(self, located: Located) -> None:
        self.located = located
        self.problems: list[Problem] = []

    def report(
        self,
        key_path: KeyPath,
        code: Code,
        message: str,
        hint: str = "",
        severity: Severity = "error",
        *,
        key: bool = False,
        related: tuple[RelatedLocation, ...] = (),
    ) -> None:
        """Report something at a value, or with `key` at its key."""
        location = self.located.key(key_path) if key else self.located.location(key_path)
        name = annotation_id(self.located.data, key_path)
        self.problems.append(Problem(location, code, message, hint, severity, name, related))


def annotation_id(data: object, key_path: KeyPath) -> str | None:
    """Give the id of the annotation to which a key path leads, if it has one."""
    if len(key_path) < 2 or key_path[0] not in _LISTS:
        return None
    for step in (*key_path[:2], "id"):
        try:
            data = data[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return data if isinstance(data, str) else None


# --- within a file -------------------------------------------------------------------------------


def _ids(check: _Check) -> None:
    """No two annotations share an id, nor differ only by case: both would be one file's name."""
    first: dict[str, tuple[KeyPath, str]] = {}
    for key_path, annotation in _annotations(check.located.data):
        name = annotation.get("id")
        if not isinstance(name, str):
            continue
        other, written = first.setdefault(name.casefold(), (key_path, name))
        if other == key_path:
            continue
        place = check.located.location((*other, "id"))
        kind, line = _ONE[str(other[0])], place.line
        case = "" if name == written else f" (as `{written}`: case does not tell ids apart)"
        check.report(
            (*key_path, "id"),
            "duplicate-id",
            f"the id `{short(name)}` is taken by a {kind} on line {line}{case}",
            "ids are permalinks: give this one another",
            related=(RelatedLocation(place, "first used here"),),
        )


def _blank(value: Data) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _target(check: _Check, key_path: KeyPath, annotation: dict[str, Data]) -> None:
    for key in ("quote", "prefix", "suffix", "section", "image"):
        if key in annotation and _blank(annotation[key]):
            hint = "copy the words from the article, or leave the key out"
            if key == "quote" and check.located.comment((*key_path, key)) is not None:
                hint = "put the quote in quotation marks: ` #` begins a comment"
            check.report((*key_path, key), "empty-value", f"`{key}` is empty", hint, key=True)
    if "quote" not in annotation:
        for key in ("prefix", "suffix"):
            if key in annotation:
                message = f"`{key}` stands without a `quote`"
                hint = "it tells equal quotes apart: add the `quote`, or leave it out"
                check.report((*key_path, key), "bad-target", message, hint, key=True)
    elif "image" in annotation:
        message = "`image` and `quote` stand together, but one annotation has one target"
        hint = (
            "leave one out; with `quote` the annotation stands on words, with `image` on a picture"
        )
        check.report((*key_path, "image"), "bad-target", message, hint, key=True)


def _texts_given(check: _Check) -> None:
    """What an annotation or a source cannot do without must say something."""
    data = check.located.data
    groups = [(key_path, group, _ONE[str(key_path[0])]) for key_path, group in _annotations(data)]
    for key_path, annotation in _groups(data, "questions"):
        groups += [(*below, "answer") for below in _groups(annotation, "answers", key_path)]
    for kind, needed in (("sources", "title"), ("people", "name")):
        for name, value in _mapping(data, kind).items():
            if isinstance(value, dict):
                groups.append(((kind, name), value, needed))
    for key_path, group, needed in groups:
        value = group.get(needed)
        if isinstance(value, str) and not value.strip():
            check.report((*key_path, needed), "empty-value", f"`{needed}` is empty", key=True)


def _claim(check: _Check, key_path: KeyPath, claim: dict[str, Data]) -> None:
    for below, name in _texts(claim, "disputes", key_path):
        if name == claim.get("id"):
            check.report(below, "disputes-itself", f"the claim `{short(name)}` disputes itself")
    before, dates = "", dict[str, Location]()
    for below, change in _groups(claim, "history", key_path):
        date = change.get("date")
        if not isinstance(date, str) or not re.fullmatch(PartialDate.pattern, date):
            continue
        if date in dates:
            message = f"the claim was rated twice on {date}"
            hint = "keep the rating that stood at the end of that day"
            related = (RelatedLocation(dates[date], "first here"),)
            check.report((*below, "date"), "duplicate-date", message, hint, related=related)
        # A partial date is neither before nor after a date within it.
        elif date[: len(before)] < before[: len(date)]:
            message = f"{date} stands below {before}"
            hint = "`history` has the oldest rating first"
            related = (RelatedLocation(dates[before], "the entry above"),)
            check.report(
                (*below, "date"), "history-order", message, hint, "warning", related=related
            )
        before = date
        dates.setdefault(date, check.located.location((*below, "date")))


def _question(check: _Check, key_path: KeyPath, question: dict[str, Data]) -> None:
    answered = question.get("status") == "answered"
    if answered and _blank(question.get("answer")):
        hint = "add `answer: …`, or write `status: open`"
        check.report(
            (*key_path, "status"), "missing-key", "an answered question has no `answer`", hint
        )
    elif not answered and not _blank(question.get("answer")):
        hint = "add `status: answered`; rival answers to an open question go under `answers:`"
        message = "the question is open, so its `answer` is not shown"
        check.report((*key_path, "answer"), "unused-answer", message, hint, "warning", key=True)


def _sources(check: _Check) -> None:
    sources = _mapping(check.located.data, "sources")
    graph: dict[str, list[str]] = {}
    for name, source in sources.items():
        key_path = ("sources", name)
        graph[name] = []
        for below, other in _texts(source, "repeats", key_path):
            if other == name:
                check.report(below, "repeats-itself", f"the source `{short(name)}` repeats itself")
            elif other in sources:
                graph[name].append(other)
        kind = source.get("type") if isinstance(source, dict) else None
        if isinstance(kind, str) and kind not in CSL_TYPES:
            message = f"`{short(kind)}` is not a CSL type"
            hint = did_you_mean(kind, CSL_TYPES, f"one of: {', '.join(CSL_TYPES)}")
            check.report((*key_path, "type"), "bad-value", message, hint)
    for cycle in _cycles(graph):
        circle = " → ".join(f"`{short(name, 40)}`" for name in (*cycle[:6], cycle[0]))
        index = _index(sources[cycle[0]], "repeats", cycle[1])
        check.report(
            ("sources", cycle[0], "repeats", index),
            "repeats-cycle",
            f"these sources repeat each other in a circle: {circle}",
            "one of them must have said it first: leave its `repeats` out",
        )


def _index(data: Data, key: str, text: str) -> int:
    return next(int(key_path[-1]) for key_path, each in _texts(data, key, ()) if each == text)


def _cycles(graph: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Give circles of the graph, at least one wherever there are any; without recursion."""
    finished: set[str] = set()
    for root in graph:
        if root in finished:
            continue
        path, places, stack = [root], {root: 0}, [iter(graph[root])]
        while stack:
            following = next(stack[-1], None)
            if following is None:
                stack.pop()
                finished.add(name := path.pop())
                del places[name]
            elif following in places:
                yield path[places[following] :]
            elif following not in finished:
                places[following] = len(path)
                path.append(following)
                stack.append(iter(graph[following]))


# --- against other files -------------------------------------------------------------------------


def _ratings(check: _Check, scale: Mapping[str, Rating]) -> None:
    for key_path, claim in _groups(check.located.data, "claims"):
        for below, group in ((key_path, claim), *_groups(claim, "history", key_path)):
            name = group.get("rating")
            if isinstance(name, str) and name not in scale:
                every = f"the ratings are {', '.join(scale)}"
                hint = "\n".join(filter(None, (did_you_mean(name, scale), every)))
                message = f"there is no rating `{short(name)}`"
                check.report((*below, "rating"), "unknown-rating", message, hint)


def _disputes(check: _Check) -> None:
    data = check.located.data
    ids = {name for _, c in _groups(data, "claims") if isinstance(name := c.get("id"), str)}
    for key_path, claim in _groups(data, "claims"):
        for below, name in _texts(claim, "disputes", key_path):
            if "#" not in name and name not in ids:  # others are claims of other articles
                hint = did_you_mean(name, ids, "a claim of another article is `article/path#id`")
                message = f"there is no claim `{short(name)}` in this file"
                check.report(below, "unknown-claim", message, hint)


def _uses(check: _Check, sources: Collection[str], people: Collection[str]) -> None:
    """`sources` and `people` are the ids defined in this file and in the library."""
    for key_path, name in _source_uses(check.located.data):
        if name not in sources:
            hint = did_you_mean(name, sources, _DEFINE.format("sources"))
            check.report(key_path, "unknown-source", f"there is no source `{short(name)}`", hint)
    for key_path, name in _speakers(check.located.data):
        # Everything else is a name; 80 % is one wrong letter in five.
        if name not in people and _ID.fullmatch(name):
            near = nearest(name, people, cutoff=80)
            if near is not None:
                hint = f"did you mean `{near}`? Somebody else's name begins with a capital letter"
                message = f"there is no person `{short(name)}`"
                check.report(key_path, "unknown-person", message, hint)


def _unused(check: _Check, kind: str, names: Collection[str]) -> None:
    code: Code = "unused-source" if kind == "sources" else "unused-person"
    verb, one = ("cites", "source") if kind == "sources" else ("names", "person")
    for name in _mapping(check.located.data, kind):
        if name not in names:
            message = f"no annotation {verb} the {one} `{short(name)}`"
            check.report((kind, name), code, message, "", "warning", key=True)
