"""Check references within an annotation file, and to the library and the rating scale.

These checks use the data as written, not the values that `validate` returns, so that a misspelt key
in one claim does not hide a missing source in another. Values of a wrong type are skipped, because
`validate` reports them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import NoneType
from typing import TypeAlias

from explainer.model.kinds import BUILTIN_KINDS
from explainer.model.location import Data, KeyPath, Located, Location
from explainer.model.problems import Code, Problem, did_you_mean, nearest, short
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate
from explainer.parse.lookup import ANNOTATION_LISTS, find, problem_at
from explainer.support.slugs import LONGEST_NAME, is_device, same

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")  # what an author who means an id would write

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


UsedNames: TypeAlias = frozenset[tuple[str, str]]
"""The names that a file uses: `("sources", id)` for each source, and `("people", by)` for each
value of `by`, which is the id of a person or a plain name."""


def within(located: Located) -> tuple[Problem, ...]:
    """Check an annotation file or a library on its own.

    Problems: `duplicate-id`, `empty-value`, `bad-target`, `disputes-itself`, `repeats-itself`,
    `repeats-cycle`, `duplicate-date`, `history-order` (a warning), `missing-key` and
    `unused-answer` (a warning) if a question's `status` and `answer` do not match, `bad-value`.
    """
    checks = (_ids, _names_of_folders, _empty_texts, _draft, _targets, _claims, _questions)
    return tuple(problem for check in (*checks, _sources) for problem in check(located))


def against(
    located: Located,
    *,
    scale: Mapping[str, Rating],
    kinds: Iterable[str] = BUILTIN_KINDS,
    library: Located | None = None,
    names: UsedNames | None = None,
) -> tuple[Problem, ...]:
    """Check an annotation file against definitions in other files.

    `scale` has the site's ratings by id, `kinds` the ids of its kinds of notes; `library` is the
    data of `_library.yaml`; `names` is the result of `used`, if it is known. Problems:
    `unknown-rating`, `bad-value` for an unknown kind, `unknown-source`, `unknown-person`,
    `unknown-claim` (under `disputes`), `duplicate-id` for names that the library also defines,
    `repeats-cycle` for sources that repeat each other through the library; and `unused-source` and
    `unused-person` (info). If a library could not be read, nothing is reported as missing.
    """
    problems = [*_ratings(located, scale), *_kinds(located, tuple(kinds))]
    names = used(located) if names is None else names
    problems += [*_disputes(located), *_unused(located, names)]
    if library is not None and library.whole:
        problems += _defined_twice(located, library)
        problems += _circles(located, library)
    if library is None or library.whole:
        problems += _uses(located, names, library)
    return tuple(problems)


def used(located: Located) -> UsedNames:
    """Return the sources and people that the annotations and sources of a file name."""
    sources = frozenset(("sources", name) for _, name in source_uses(located.data))
    return sources | {("people", name) for _, name in find(str, located.data, *_SPEAKERS)}


def unused(library: Located, uses: Iterable[Iterable[tuple[str, str]]]) -> tuple[Problem, ...]:
    """Warn of library entries that no article uses: `unused-source`, `unused-person`.

    `uses` has the result of `used` for every annotation file; all must have been readable.
    """
    return tuple(_unused(library, used(library).union(*uses)))


def could_be_id(by: str) -> bool:
    """Whether a value of `by` may be meant as the id of a person."""
    return bool(_ID.fullmatch(by))


def source_uses(data: Data) -> list[tuple[KeyPath, str]]:
    """Return every mention of a source in the data of a file, with its key path."""
    return find(str, data, *_SOURCE_USES)


def within_library(located: Located) -> tuple[Problem, ...]:
    """Check `_library.yaml` like `within`, and also report `unknown-source` under `repeats`."""
    return (*within(located), *_uses(located, used(located)))


# --- where sources and people are named ----------------------------------------------------------

_ANNOTATIONS = ("claims.#", "notes.#", "questions.#")
_SOURCE_USES = (
    *(f"{each}.sources.#" for each in _ANNOTATIONS),
    *(f"{each}.answers.#.sources.#" for each in _ANNOTATIONS),
    *(f"{each}.evidence.#.source" for each in _ANNOTATIONS),
    "sources.*.repeats.#",
)
_SPEAKERS = tuple(f"{each}{by}" for each in _ANNOTATIONS for by in (".by", ".answers.#.by"))


def _defined(located: Located, kind: str) -> set[str]:
    """Return the ids of the `sources` or `people` that a file defines."""
    return {str(key_path[1]) for key_path, _ in find(object, located.data, f"{kind}.*")}


# --- within a file -------------------------------------------------------------------------------


def _ids(located: Located) -> Iterator[Problem]:
    """Check that ids differ by more than case: some file systems would merge their pages."""
    first: dict[str, tuple[KeyPath, str]] = {}
    for key_path, name in find(str, located.data, *(f"{each}.id" for each in _ANNOTATIONS)):
        other, written = first.setdefault(name.casefold(), (key_path, name))
        if other != key_path:
            kind, place = ANNOTATION_LISTS[other[0]], located.location(other)
            case = "" if name == written else f" (as `{written}`; ids are not case-sensitive)"
            message = f"a {kind} on line {place.line} already uses the id `{short(name)}`{case}"
            hint = "choose another id for this annotation: ids are permalinks"
            first_use = place, "first used here"
            yield problem_at(located, key_path, "duplicate-id", message, hint, related=first_use)


def _names_of_folders(located: Located) -> Iterator[Problem]:
    """Check that the ids of claims and people can be names of folders, in which their pages are."""
    ids = [(path, path, name) for path, name in find(str, located.data, "claims.#.id")]
    ids += [(path, (), str(path[1])) for path, _ in find(object, located.data, "people.*")]
    for key_path, at, name in ids:
        code: Code = "bad-value"
        if len(name.encode(errors="replace")) > LONGEST_NAME:
            message = f"the id `{short(name)}` is too long: it has more than {LONGEST_NAME} bytes"
        elif is_device(name):
            message = f"`{name}` cannot be an id: Windows keeps this name for a device"
        elif name.casefold() == "index.html" and not at:
            code, message = "reserved-id", f"the page of all people needs the name `{name}`"
        else:
            continue
        yield problem_at(located, key_path, code, message, "choose another id", key=not at)


def _blank(value: Data) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _empty_texts(located: Located) -> Iterator[Problem]:
    """Check that texts that readers need are not blank."""
    needed = (
        *("claims.#.claim", "notes.#.note", "questions.#.question"),
        *("questions.#.answers.#.answer", "sources.*.title", "people.*.name", "claims.#.fact"),
        *("claims.#.reply.text",),
        *("notes.#.tags.#", *_SPEAKERS),
    )
    for key_path, text in find(str, located.data, *needed):
        if not text.strip():
            key = next(step for step in reversed(key_path) if isinstance(step, str))
            message = (
                f"an entry of `{key}` is empty" if key != key_path[-1] else f"`{key}` is empty"
            )
            yield problem_at(located, key_path, "empty-value", message, key=True)


def _draft(located: Located) -> Iterator[Problem]:
    for key_path, _ in find(NoneType, located.data, *(f"{each}.draft" for each in _ANNOTATIONS)):
        message, hint = "`draft` has no value", "write `true` or `false`"
        yield problem_at(located, key_path, "empty-value", message, hint, key=True)


_ONLY_WITH_QUOTE = {
    "prefix": "only distinguishes equal quotes",
    "suffix": "only distinguishes equal quotes",
    "inside": "only allows a quote to be a part of a word",
}


def _targets(located: Located) -> Iterator[Problem]:
    for key_path, annotation in find(dict, located.data, *_ANNOTATIONS):
        for key in ("quote", "prefix", "suffix", "section", "image"):
            if key in annotation and _blank(annotation[key]):
                at = (*key_path, key)
                hint = "copy the words from the article, or remove the key"
                if key == "quote" and located.comment(at) is not None:
                    hint = "put the quote in quotation marks: ` #` begins a comment"
                yield problem_at(located, at, "empty-value", f"`{key}` is empty", hint, key=True)
        for key, why in _ONLY_WITH_QUOTE.items():
            if key in annotation and "quote" not in annotation:
                message = f"`{key}` needs a `quote`"
                hint = f"add a `quote`, or remove `{key}`, which {why}"
                yield problem_at(located, (*key_path, key), "bad-target", message, hint, key=True)
        if "quote" in annotation and "image" in annotation:
            message = "an annotation cannot have both `image` and `quote`"
            hint = "remove one of them: `quote` annotates words, and `image` annotates a picture"
            yield problem_at(located, (*key_path, "image"), "bad-target", message, hint, key=True)


def _claims(located: Located) -> Iterator[Problem]:
    for key_path, claim in find(dict, located.data, "claims.#"):
        for at, name in find(str, claim, "disputes.#", key_path=key_path):
            if name == claim.get("id"):
                message = f"the claim `{short(name)}` disputes itself"
                yield problem_at(located, at, "disputes-itself", message)
        yield from _appearances(located, key_path, claim)
        before, dates = "", dict[str, Location]()
        for at, date in find(str, claim, "history.#.date", key_path=key_path):
            if not re.fullmatch(PartialDate.pattern, date):
                continue
            if date in dates:
                message = f"the claim has two ratings on {date}"
                hint = "keep only the rating at the end of that day"
                first = dates[date], "first here"
                yield problem_at(located, at, "duplicate-date", message, hint, related=first)
            # A partial date is neither before nor after a date within it.
            elif date[: len(before)] < before[: len(date)]:
                message = f"{date} is listed after {before}"
                hint = "in `history`, put the oldest rating first"
                above = dates[before], "the entry above"
                yield problem_at(located, at, "history-order", message, hint, related=above)
            before = date
            dates.setdefault(date, located.location(at))


def _appearances(
    located: Located, claim_path: KeyPath, claim: Mapping[str, Data]
) -> Iterator[Problem]:
    """Report entries that name no place, and that are listed twice."""
    first: dict[tuple[Data, ...], KeyPath] = {}
    for key_path, one in find(dict, claim, "appearances.#", key_path=claim_path):
        if not one.keys() & {"url", "archived"} and _blank(one.get("publisher")):
            message = "an entry of `appearances` has no `url` and no `publisher`"
            hint = "say where the claim was made: add `url: …`, `publisher: …`, or both"
            yield problem_at(located, key_path, "missing-key", message, hint)
            continue
        same_place = (*(str(one.get(key)) for key in ("url", "archived", "publisher", "time")),)
        if (other := first.setdefault(same_place, key_path)) != key_path:
            message = "the claim has this appearance twice"
            related = located.location(other), "first here"
            hint = "remove one; two times in one recording differ in `time`"
            yield problem_at(located, key_path, "duplicate-entry", message, hint, related=related)


def _questions(located: Located) -> Iterator[Problem]:
    for key_path, question in find(dict, located.data, "questions.#"):
        answered, blank = question.get("status") == "answered", _blank(question.get("answer"))
        if answered and blank:
            message = "an answered question has no `answer`"
            hint = "add `answer: …`, or set `status: open`"
            yield problem_at(located, (*key_path, "status"), "missing-key", message, hint)
        elif not answered and not blank:
            hint = (
                "add `status: answered`, or list rival answers to an open question under `answers:`"
            )
            message = "the question is open, so its `answer` is not shown"
            answer = (*key_path, "answer")
            yield problem_at(located, answer, "unused-answer", message, hint, key=True)


def _sources(located: Located) -> Iterator[Problem]:
    for key_path, kind in find(str, located.data, "sources.*.type"):
        if kind not in CSL_TYPES:
            message = f"`{short(kind)}` is not a CSL item type"
            hint = did_you_mean(kind, CSL_TYPES, f"use one of: {', '.join(CSL_TYPES)}")
            yield problem_at(located, key_path, "bad-value", message, hint)
    for key_path, name in find(str, located.data, "sources.*.repeats.#"):
        if name == str(key_path[1]):
            message = f"the source `{short(name)}` lists itself under `repeats`"
            yield problem_at(located, key_path, "repeats-itself", message)
    yield from _circles(located, None)


def _circles(located: Located, library: Located | None) -> Iterator[Problem]:
    """Report sources that repeat each other, in the file or, if `library` is given, through it."""
    own = _repeated(located)
    if not any(own.values()):
        return
    shared = _repeated(library) if library else {}
    graph = {**shared, **own}
    for cycle in _cycles(graph):
        steps = [*pairwise((*cycle, cycle[0]))]
        # A circle within one file is reported for that file.
        ours = [s for s in steps if s[0] in own and (library is None or s[1] not in own)]
        if not ours:
            continue
        related = None
        if library:
            source, other = next(s for s in steps if s[0] not in own)
            related = library.location(shared[source][other]), "the library’s part of the circle"
        circle = " → ".join(f"`{short(name, 40)}`" for name in (*cycle[:6], cycle[0]))
        message = f"these sources repeat each other in a circle: {circle}"
        hint = "decide which source was first, and remove its `repeats`"
        key_path = own[ours[0][0]][ours[0][1]]
        yield problem_at(located, key_path, "repeats-cycle", message, hint, related=related)


def _repeated(located: Located) -> dict[str, dict[str, KeyPath]]:
    """Return, by each source of a file, the others that it repeats, each with its key path."""
    graph: dict[str, dict[str, KeyPath]]
    graph = {str(path[1]): {} for path, _ in find(object, located.data, "sources.*")}
    for key_path, name in find(str, located.data, "sources.*.repeats.#"):
        if name != str(key_path[1]):
            graph[str(key_path[1])].setdefault(name, key_path)
    return graph


def _cycles(graph: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Yield cycles of the graph, at least one from each set of cycles; without recursion."""
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
            elif following in graph and following not in finished:
                places[following] = len(path)
                path.append(following)
                stack.append(iter(graph[following]))


# --- against other files -------------------------------------------------------------------------


def _defined_twice(located: Located, library: Located) -> Iterator[Problem]:
    for key_path, _ in find(object, located.data, "sources.*", "people.*"):
        if key_path in library.keys:
            place = library.key(key_path)
            message = f"`{key_path[1]}` is already defined in {place.path} on line {place.line}"
            hint = "remove this definition to use the other one, or choose another id"
            also = place, "also defined here"
            yield problem_at(
                located, key_path, "duplicate-id", message, hint, key=True, related=also
            )


def _ratings(located: Located, scale: Mapping[str, Rating]) -> Iterator[Problem]:
    for key_path, name in find(str, located.data, "claims.#.rating", "claims.#.history.#.rating"):
        if name not in scale:
            every = f"the ratings are {', '.join(scale)}"
            hint = "\n".join(filter(None, (did_you_mean(name, scale), every)))
            message = f"there is no rating `{short(name)}`"
            yield problem_at(located, key_path, "unknown-rating", message, hint)


def _kinds(located: Located, kinds: Sequence[str]) -> Iterator[Problem]:
    for key_path, name in find(str, located.data, "notes.#.kind"):
        if name not in kinds:
            every = f"use one of: {', '.join(kinds)}; [[kinds]] in site.toml adds others"
            hint = "\n".join(filter(None, (did_you_mean(name, kinds), every)))
            message = f"there is no kind of note `{short(name)}`"
            yield problem_at(located, key_path, "bad-value", message, hint)


def _disputes(located: Located) -> Iterator[Problem]:
    ids = {name for _, name in find(str, located.data, "claims.#.id")}
    for key_path, name in find(str, located.data, "claims.#.disputes.#"):
        if "#" not in name and name not in ids:  # others are claims of other articles
            hint = did_you_mean(
                name, ids, "to refer to a claim in another article, write `article/path#id`"
            )
            message = f"there is no claim `{short(name)}` in this file"
            yield problem_at(located, key_path, "unknown-claim", message, hint)


def _uses(located: Located, names: UsedNames, library: Located | None = None) -> Iterator[Problem]:
    """Report sources and people that neither the file nor the library defines.

    `names` are those that the file uses.
    """
    files = [located, library] if library else [located]
    unknown = {each for each in names if not any(each in file.keys for file in files)}
    if any(kind == "sources" for kind, _ in unknown):
        sources = {name for file in files for name in _defined(file, "sources")}
        for key_path, name in source_uses(located.data):
            if ("sources", name) in unknown:
                define = "add it under `sources:` in this file or in content/_library.yaml"
                hint = did_you_mean(name, sources, define)
                message = f"there is no source `{short(name)}`"
                yield problem_at(located, key_path, "unknown-source", message, hint)
    # Everything else is a name; 80 % is one wrong letter in five.
    if any(kind == "people" and could_be_id(by) for kind, by in unknown):
        people = {name for file in files for name in _defined(file, "people")}
        for key_path, name in find(str, located.data, *_SPEAKERS):
            if ("people", name) not in unknown or not could_be_id(name):
                continue
            near = nearest(name, people, cutoff=80)
            if near is not None:
                hint = f"did you mean `{near}`? Start other names with a capital letter"
                message = f"there is no person `{short(name)}`"
                yield problem_at(located, key_path, "unknown-person", message, hint)


def _unused(located: Located, names: UsedNames) -> Iterator[Problem]:
    """Warn of sources and people that a file defines but that are not in `names`."""
    speakers = {same(name) for kind, name in names if kind == "people"}
    named = {
        path[:2]
        for path, name in find(str, located.data, "people.*.name")
        if same(name) in speakers
    }
    for key_path, _ in find(object, located.data, "sources.*", "people.*"):
        if key_path not in names and key_path not in named:
            is_source, name = key_path[0] == "sources", short(str(key_path[1]))
            code: Code = "unused-source" if is_source else "unused-person"
            verb = "cites the source" if is_source else "names the person"
            message = f"no annotation {verb} `{name}`"
            yield problem_at(located, key_path, code, message, key=True)
