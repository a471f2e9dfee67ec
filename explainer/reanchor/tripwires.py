"""Compare what must not change unnoticed: numbers, dates, negations, modals, comparisons, names.

A sentence in which one such word has changed looks much the same, but says something else. The word
lists are in the catalogues of `language`, under `[tripwires]`. In languages without lists, only
digits are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from explainer.reanchor.signals import Signal, signals
from explainer.reanchor.trace import NONE, Trace
from explainer.reanchor.word_lists import KINDS, Kind, WordLists, bare
from explainer.reanchor.words import WordText
from explainer.support.values import dataclass

_ORDERED = frozenset({"number", "name"})
"""Kinds whose order matters: `5 of 6` and `6 of 5` have the same numbers."""
_BOUND: tuple[Kind, ...] = ("negation", "modal")
"""Kinds that say something about the words after them."""
_SCOPE = 3
"""The most words by which a negation may precede the word that it is about."""
_LEAST_STEM = 3
"""Letters of a word to which a negating syllable may be added: `un-fair`, but not `in-to`."""


@dataclass(frozen=True, slots=True)
class Tripwire:
    """Words of one kind that differ."""

    kind: Kind
    old: tuple[str, ...]
    """Those that are gone."""
    new: tuple[str, ...]
    """Those that are new."""


def compare(trace: Trace, here: range, there: range, lists: WordLists) -> tuple[Tripwire, ...]:
    """Compare a passage in the old text with one in the new text, and their sentences.

    In the sentences around, only words that are gone here, or new there, are compared: if a
    sentence was split, the words of its other half have not changed.
    """
    old = signals(trace.old, here, lists, trace)
    new = signals(trace.new, there, lists, trace)
    found = list(_differences(old, new, _lower(trace.old, here), _lower(trace.new, there)))
    found += _negated(_lower(trace.old, here), _lower(trace.new, there), lists)
    known = {each.kind for each in found}
    found += (one for one in _elsewhere(trace, old, new, here, there) if one.kind not in known)
    gone = [i for i in _beside(trace.old, here) if trace.forward[i] == NONE]
    come = [j for j in _beside(trace.new, there) if trace.backward[j] == NONE]
    if gone or come:
        around = _around(trace, here, there, set(gone), set(come), lists)
        found += (one for one in around if one.kind not in {each.kind for each in found})
    return tuple(sorted(found, key=lambda tripwire: KINDS.index(tripwire.kind)))


def _beside(text: WordText, passage: range) -> list[int]:
    """Return the words of a passage's sentences that are not in it."""
    return [i for i in text.sentences(passage) if i not in passage]


def _around(
    trace: Trace, here: range, there: range, gone: set[int], come: set[int], lists: WordLists
) -> Iterator[Tripwire]:
    before, after = trace.old.sentences(here), trace.new.sentences(there)
    old = [s for s in signals(trace.old, before, lists, trace) if s.word in gone]
    new = [s for s in signals(trace.new, after, lists, trace) if s.word in come]
    yield from _differences(old, new, _lower(trace.old, before), _lower(trace.new, after))
    yield from _negated(
        (trace.old.words[i].lower() for i in gone),
        (trace.new.words[j].lower() for j in come),
        lists,
    )


def _differences(
    old: Sequence[Signal], new: Sequence[Signal], before: Sequence[str], after: Sequence[str]
) -> Iterator[Tripwire]:
    """Yield what differs, by kind. `before` and `after` are all words there, in lower case."""
    if [(s.kind, s.value) for s in old] == [(s.kind, s.value) for s in new]:
        return
    for kind in KINDS:
        some = [signal.value for signal in old if signal.kind == kind]
        others = [signal.value for signal in new if signal.kind == kind]
        if some == others:
            continue
        gone, come = Counter(some) - Counter(others), Counter(others) - Counter(some)
        if kind == "name":
            # The same word with another capital letter is the same name, and a word said twice
            # is no other one.
            gone, come = _but(gone, after), _but(come, before)
        if gone or come:
            yield Tripwire(kind, tuple(gone), tuple(come))
        elif kind in _ORDERED and Counter(some) == Counter(others):
            yield Tripwire(kind, tuple(some), tuple(others))


def _elsewhere(
    trace: Trace, old: Sequence[Signal], new: Sequence[Signal], here: range, there: range
) -> Iterator[Tripwire]:
    """Yield negations and modal verbs that are no longer before the word that they were before."""
    for kind in _BOUND:
        before = [signal for signal in old if signal.kind == kind]
        after = [signal for signal in new if signal.kind == kind]
        moved = (
            *_without_scope(before, after, trace.forward, there),
            *_without_scope(after, before, trace.backward, here),
        )
        if moved:
            values = tuple(dict.fromkeys(moved))
            yield Tripwire(kind, values, values)


def _without_scope(
    some: Sequence[Signal], others: Sequence[Signal], places: Sequence[int], there: range
) -> Iterator[str]:
    """Yield the values of signals whose next word is in the other text without them."""
    known = {(signal.value, signal.word) for signal in others}
    for signal in some:
        following = signal.word + 1
        j = places[following] if following < len(places) else NONE
        if j in there and not any((signal.value, j - n) in known for n in range(1, _SCOPE + 1)):
            yield signal.value


def _but(names: Counter[str], known: Sequence[str]) -> Counter[str]:
    """Return the names that are not among words."""
    return Counter({name: n for name, n in names.items() if name.lower() not in known})


def _lower(text: WordText, words: range) -> list[str]:
    return [word.lower() for word in text.words[words.start : words.stop]]


def _negated(old: Iterable[str], new: Iterable[str], lists: WordLists) -> Iterator[Tripwire]:
    """Yield words that a syllable turned into others: `fair`, `unfair`; `useful`, `useless`."""
    some, others = set(map(bare, old)), set(map(bare, new))
    gone, come = some - others, others - some
    for one, other, is_new in [(a, come, True) for a in gone] + [(a, gone, False) for a in come]:
        if len(one) < _LEAST_STEM:
            continue
        for kind, word in _changed_by_a_syllable(one, lists):
            if word in other:
                pair = ((one,), (word,)) if is_new else ((word,), (one,))
                yield Tripwire(kind, *pair)


def _changed_by_a_syllable(word: str, lists: WordLists) -> Iterator[tuple[Kind, str]]:
    for kind, starts in lists.starts.items():
        yield from ((kind, start + word) for start in starts)
    yield from (("negation", word + end) for end in lists.ends)
    for end, opposite in lists.opposites:
        if word.endswith(end):
            yield "negation", word.removesuffix(end) + opposite
