"""Compare what may not change unseen: numbers, dates, negations, modal verbs, comparisons, names.

A sentence of which one such word has changed is much like it was, and says something else. The word
lists are in the catalogues of `language`, under `[tripwires]`. In languages without lists, only
digits are compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, TypeAlias, get_args

from explainer.language.catalogue import catalogue_for, read_catalogue
from explainer.reanchor.trace import NONE, Trace
from explainer.reanchor.words import WordText
from explainer.support.values import dataclass

Kind: TypeAlias = Literal["number", "date", "unit", "negation", "modal", "comparison", "name"]
"""What a word is that may not change unseen."""
KINDS: tuple[Kind, ...] = get_args(Kind)
_LISTS: Mapping[Kind, str] = {
    "date": "dates",
    "unit": "units",
    "negation": "negations",
    "modal": "modals",
    "comparison": "comparisons",
}
"""The list in a catalogue of each kind that has one."""
_ORDERED = frozenset({"number", "name"})
"""Kinds whose order matters: `5 of 6` and `6 of 5` have the same numbers."""
_GROUPS = re.compile(r"\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?!\d)")
_PLAIN_NUMBER = re.compile(r"(\d+(?:[.,:]\d+)*)(\w*)")
_OPENING = frozenset(".!?:\"'([{«„“‚‘")
"""After these, a capital letter does not mean a name."""
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


@dataclass(frozen=True, slots=True)
class _Signal:
    """A word that may not change unseen."""

    kind: Kind
    value: str
    """What is compared: `1` for `one`."""
    word: int
    """The index of the word."""


class WordLists:
    """The word lists of one language; empty if there are none."""

    def __init__(self, lists: Mapping[str, Any]) -> None:
        self.unchecked: tuple[Kind, ...] = tuple(
            kind for kind in KINDS if kind != "number" and _LISTS.get(kind, "names") not in lists
        )
        """What is not compared."""
        self.names: str = lists.get("names", "")
        """How names are recognized: `capital` for every capital letter within a sentence; `runs`
        for several in a row, where all nouns have one."""
        self.thousands: str = lists.get("thousands", ",")
        self.joins: str = lists.get("joins", "")
        self.starts: Sequence[str] = lists.get("negating_starts", ())
        self.ends: Sequence[str] = lists.get("negating_ends", ())
        self.plurals: Sequence[str] = ("", *lists.get("unit_ends", ()))
        self.signs: Mapping[str, str] = lists.get("signs", {})
        self.prefixes: Sequence[str] = sorted(lists.get("prefixes", ()), key=len, reverse=True)
        self.contractions = tuple(lists.get("negating_contractions", ()))
        self.not_names = frozenset(lists.get("not_names", ()))
        self.numbers = {
            _bare(word): value
            for value, words in lists.get("numbers", {}).items()
            for word in words
        }
        self.words: dict[str, Kind] = {}
        self.phrases: dict[str, list[tuple[Kind, tuple[str, ...]]]] = {}
        for kind, name in _LISTS.items():
            for entry in map(_bare, lists.get(name, ())):
                first, *rest = entry.split(" ")
                if rest:
                    self.phrases.setdefault(first, []).append((kind, (first, *rest)))
                else:
                    self.words.setdefault(entry, kind)


@cache
def word_lists(language: str) -> WordLists:
    """Return the word lists of a language (BCP 47); empty ones if it has none."""
    name = catalogue_for(language)
    same = name.partition("-")[0] == language.replace("_", "-").partition("-")[0].lower()
    return WordLists(read_catalogue(name).get("tripwires", {}) if same else {})


def _bare(word: str) -> str:
    """Return a word without vowel signs, which Arabic may have or not."""
    if word.isascii():
        return word
    return "".join(c for c in word if unicodedata.category(c) != "Mn")


def compare(trace: Trace, here: range, there: range, lists: WordLists) -> tuple[Tripwire, ...]:
    """Compare a passage in the old text with one in the new text, and their sentences.

    In the sentences around, only words that are gone here, or new there, are compared: if a
    sentence was split, the words of its other half have not changed.
    """
    old = _signals(trace.old, here, lists, trace)
    new = _signals(trace.new, there, lists, trace)
    found = list(_differences(old, new, _lower(trace.old, here), _lower(trace.new, there)))
    found += _negated(_lower(trace.old, here), _lower(trace.new, there), lists)
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
    old = [s for s in _signals(trace.old, before, lists, trace) if s.word in gone]
    new = [s for s in _signals(trace.new, after, lists, trace) if s.word in come]
    yield from _differences(old, new, _lower(trace.old, before), _lower(trace.new, after))
    yield from _negated(
        (trace.old.words[i].lower() for i in gone),
        (trace.new.words[j].lower() for j in come),
        lists,
    )


def _differences(
    old: Sequence[_Signal], new: Sequence[_Signal], before: Sequence[str], after: Sequence[str]
) -> Iterator[Tripwire]:
    """Yield what differs, by kind. `before` and `after` are all words there, in lower case."""
    if [(s.kind, s.value) for s in old] == [(s.kind, s.value) for s in new]:
        return
    for kind in KINDS:
        some = [signal.value for signal in old if signal.kind == kind]
        others = [signal.value for signal in new if signal.kind == kind]
        gone, come = Counter(some) - Counter(others), Counter(others) - Counter(some)
        if kind == "name":
            # The same word with another capital letter is the same name, and a word said twice
            # is no other one.
            gone, come = _but(gone, after), _but(come, before)
        if gone or come:
            yield Tripwire(kind, tuple(gone), tuple(come))
        elif kind in _ORDERED and Counter(some) == Counter(others) and some != others:
            yield Tripwire(kind, tuple(some), tuple(others))


def _but(names: Counter[str], known: Sequence[str]) -> Counter[str]:
    """Return the names that are not among words."""
    return Counter({name: n for name, n in names.items() if name.lower() not in known})


def _lower(text: WordText, words: range) -> list[str]:
    return [word.lower() for word in text.words[words.start : words.stop]]


def _negated(old: Iterable[str], new: Iterable[str], lists: WordLists) -> Iterator[Tripwire]:
    """Yield words that were negated by a syllable: `possible`, `impossible`."""
    some, others = set(old), set(new)
    gone, come = some - others, others - some
    for one, other, is_new in [(a, come, True) for a in gone] + [(a, gone, False) for a in come]:
        if len(one) < _LEAST_STEM:
            continue
        negated = [*(start + one for start in lists.starts), *(one + end for end in lists.ends)]
        for word in other.intersection(negated):
            pair = ((one,), (word,)) if is_new else ((word,), (one,))
            yield Tripwire("negation", *pair)


# --- recognize signals ---------------------------------------------------------------------------


def _signals(text: WordText, piece: range, lists: WordLists, trace: Trace) -> list[_Signal]:
    """Return the signals in a piece of a text, in order."""
    return list(_Reader(text, piece, lists, trace).signals())


class _Reader:
    """Reads a piece of a text from left to right."""

    def __init__(self, text: WordText, piece: range, lists: WordLists, trace: Trace) -> None:
        self.text = text
        self.piece = piece
        self.lists = lists
        self.trace = trace

    def signals(self) -> Iterator[_Signal]:
        at = self.piece.start
        while at < self.piece.stop:
            word = self.text.words[at]
            if numbers := self._number(at):
                values, after = numbers
                yield from (_Signal("number", value, at) for value in values)
                yield from self._unit_of(word, at)
                at = after
                continue
            kind, value, after = self._word(at)
            if kind:
                yield _Signal(kind, value, at)
            at = after

    def _word(self, at: int) -> tuple[Kind | None, str, int]:
        """Return the kind and value of the word at a position, and the position after it."""
        lists, words = self.lists, self.text.words
        word = words[at]
        lower = _bare(word.lower())
        for kind, phrase in lists.phrases.get(lower, ()):
            stop = at + len(phrase)
            if stop <= self.piece.stop and tuple(w.lower() for w in words[at:stop]) == phrase:
                return kind, " ".join(phrase), stop
        if word in lists.signs:
            return "unit", lists.signs[word], at + 1
        if unicodedata.category(word[0]) == "Sc" or word in "%‰°":
            return "unit", word, at + 1
        kind_value = self._classify(lower, word, at)
        return (kind_value[0], kind_value[1], at + 1) if kind_value else (None, "", at + 1)

    def _classify(self, lower: str, word: str, at: int) -> tuple[Kind, str] | None:
        lists = self.lists
        initial = self._is_initial(at)
        if word in lists.words and not word.islower() and word[0].isalpha() and not initial:
            return lists.words[word], word.lower()
        for form in self._forms(lower):
            if form in lists.words:
                return lists.words[form], form
        if lower.endswith(lists.contractions):
            return "negation", lower
        if word in lists.words and word != word.lower():
            return lists.words[word], word.lower()
        if self._is_name(word, at, initial):
            return "name", word.removesuffix("'s")
        return None

    def _forms(self, lower: str) -> Iterator[str]:
        """Yield a word, and what it is without an ending of units or an attached particle."""
        lists = self.lists
        yield lower
        for ending in lists.plurals[1:]:
            stem = lower.removesuffix(ending)
            if stem != lower and lists.words.get(stem) == "unit":
                yield stem
        for prefix in lists.prefixes:
            stem = lower.removeprefix(prefix)
            if stem != lower and len(stem) > 1:
                yield stem

    def _is_initial(self, at: int) -> bool:
        return at in self.text.initial_words or at == 0 or self.text.words[at - 1] in _OPENING

    def _is_name(self, word: str, at: int, initial: bool) -> bool:
        lists = self.lists
        if not lists.names or not word[0].isupper() or word in lists.not_names:
            return False
        if lists.names == "runs" and not (len(word) > 1 and word[1:] != word[1:].lower()):
            beside = (at - 1, at + 1)
            words = self.text.words
            return not initial and any(
                0 <= i < len(words)
                and words[i][0].isupper()
                and not (i < at and self._is_initial(i))
                for i in beside
            )
        if initial or at in self.text.heading_words:
            return word in self.trace.old.names or word in self.trace.new.names
        return True

    def _unit_of(self, word: str, at: int) -> Iterator[_Signal]:
        """Yield the unit that is attached to a number: `5km`."""
        number = _PLAIN_NUMBER.fullmatch(word)
        if number and number[2] and self.lists.words.get(number[2].lower()) == "unit":
            yield _Signal("unit", number[2].lower(), at)

    # numbers

    def _number(self, at: int) -> tuple[list[str], int] | None:
        """Return the values of the numbers that begin at a position, and the position after."""
        parts: list[tuple[str, bool]] = []
        words, stop = self.text.words, at
        while stop < self.piece.stop:
            value = self._value(words[stop])
            if value is None:
                break
            parts.append(value)
            stop += 1
            hyphen = stop + 1 < self.piece.stop and words[stop] == "-" and parts[-1][1]
            if hyphen and (after := self._value(words[stop + 1])) and after[1]:
                stop += 1
        return (_combined(parts), stop) if parts else None

    def _value(self, word: str) -> tuple[str, bool] | None:
        """Return the value of a number, and whether it is spelled out."""
        lists = self.lists
        lower = _bare(word.lower())
        for form in (
            lower,
            *(lower.removeprefix(p) for p in lists.prefixes if lower.startswith(p)),
        ):
            if form in lists.numbers:
                return lists.numbers[form], True
        one, joined, other = lower.partition(lists.joins) if lists.joins else ("", "", "")
        if joined and one in lists.numbers and other in lists.numbers:
            values = lists.numbers[one], lists.numbers[other]
            if all(value.isdecimal() for value in values):
                return str(sum(map(int, values))), True
        if not any(c.isdecimal() for c in word):
            return None
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in lower)
        plain = plain.replace("٫", ".").replace("٬", "")
        number = _PLAIN_NUMBER.fullmatch(plain)
        if number is None:
            return plain, False
        digits, rest = number[1], number[2]
        groups = _GROUPS.match(digits)
        if groups and groups["sign"] == lists.thousands:
            digits = digits.replace(lists.thousands, "")
        if lists.thousands == ".":
            digits = digits.replace(",", ".")
        return digits + ("" if lists.words.get(rest) == "unit" else rest), False


def _combined(parts: Iterable[tuple[str, bool]]) -> list[str]:
    """Combine the parts of numbers: `5`, `million`; `twenty`, `five`."""
    done: list[str] = []
    current: float | None = None
    for value, is_word in parts:
        try:
            number = float(value)
        except ValueError:
            if current is not None:
                done.append(f"{current:g}" if current % 1 else str(int(current)))
            current = None
            done.append(value)
            continue
        if current is None:
            current = number
        elif is_word and number >= 100 and number % 100 == 0 and current < number:
            current *= number
        elif is_word and 0 < number < current and current % 10 ** len(str(int(number))) == 0:
            current += number
        else:
            done.append(f"{current:g}" if current % 1 else str(int(current)))
            current = number
    if current is not None:
        done.append(f"{current:g}" if current % 1 else str(int(current)))
    return done
