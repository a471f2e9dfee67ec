"""The words of a language that must not change unnoticed, from the catalogues of `language`.

They are under `[tripwires]` there. A form such as `kilometre|km|kilometer` in a list gives words
that are equal, the first of which is what the others are compared as.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, TypeAlias, get_args

from explainer.language.catalogue import catalogue_for, read_catalogue

Kind: TypeAlias = Literal["number", "date", "unit", "negation", "modal", "comparison", "name"]
"""The kind of a word that must not change unnoticed."""
KINDS: tuple[Kind, ...] = get_args(Kind)
_LISTS: Mapping[Kind, str] = {
    "date": "dates",
    "unit": "units",
    "negation": "negations",
    "modal": "modals",
    "comparison": "comparisons",
}
"""The list in a catalogue of each kind that has one."""
_ALEF = str.maketrans("أإآٱ", "اااا")
"""Arabic writes an alef with or without its signs."""


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
        self.not_names = frozenset(lists.get("not_names", ()))
        self.signs: Mapping[str, str] = lists.get("signs", {})
        self.prefixes: Sequence[str] = sorted(lists.get("prefixes", ()), key=len, reverse=True)
        """Particles that are written with the next word."""
        self.apart: Mapping[str, Sequence[str]] = lists.get("apart", {})
        """Words, and ends of words after a hyphen, that stand for several: `can't`; `-n't`."""
        self._ends_apart = tuple(end[1:] for end in self.apart if end.startswith("-"))
        self.starts: Mapping[Kind, Sequence[str]] = {
            "negation": lists.get("negating_starts", ()),
            "modal": lists.get("modal_starts", ()),
        }
        """Syllables before a word that make it another one: `un`."""
        self.ends: Sequence[str] = lists.get("negating_ends", ())
        self.opposites: Sequence[Sequence[str]] = lists.get("opposite_ends", ())
        """Pairs of endings: `ful` and `less`."""
        self._read_words(lists)
        self._read_numbers(lists)
        self._listed: dict[str, Sequence[tuple[Kind, str]]] = {}

    def _read_words(self, lists: Mapping[str, Any]) -> None:
        self.words: dict[str, tuple[Kind, str]] = {}
        """The kind and value of each word."""
        self.capital: dict[str, tuple[Kind, str]] = {}
        """The same for words that the lists have with a capital letter: `May`, but not `may`."""
        self.phrases: dict[str, list[tuple[Kind, str, tuple[str, ...]]]] = {}
        """By their first word: the kind, value, and words of phrases; the longest first."""
        self.endings: Mapping[Kind, Sequence[str]] = {
            "unit": lists.get("unit_ends", ()),
            "comparison": lists.get("comparison_ends", ()),
        }
        """The endings that words of a kind may have."""
        for kind, name in _LISTS.items():
            for entry in lists.get(name, ()):
                self._add(kind, entry)
        self.months = tuple(self._add("date", entry) for entry in lists.get("months", ()))
        """The values of the months."""
        for phrases in self.phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[2]))
        self.before_numbers = {
            form: forms[0]
            for forms in (entry.split("|") for entry in lists.get("before_numbers", ()))
            for form in forms
        }
        """The values of words that compare only before a number: `over 5`, but `over there`."""

    def _add(self, kind: Kind, entry: str) -> str:
        """Add the forms of an entry in a list, and return the value of all of them."""
        value = bare(entry.partition("|")[0])
        for form in entry.split("|"):
            words = tuple(bare(form).split(" "))
            if len(words) > 1:
                self.phrases.setdefault(words[0], []).append((kind, value, words))
            elif form == words[0] or not form.isascii():
                self.words.setdefault(words[0], (kind, value))
            else:
                self.capital.setdefault(form, (kind, value))
        return value

    def _read_numbers(self, lists: Mapping[str, Any]) -> None:
        self.numbers = _values(lists.get("numbers", {}))
        """The value of each word for a number."""
        self.fractions = _values(lists.get("fractions", {}))
        """The words for parts, with what they divide by: `3` for `thirds`."""
        self.joins: str = lists.get("joins", "")
        """What joins the parts of numbers that are one word: `fünfundzwanzig`."""
        self.units_first: bool = lists.get("units_first", False)
        """Whether `five` comes before `twenty`."""
        self.articles = frozenset(lists.get("articles", ()))
        """Articles that mean `1` before a unit."""
        self.number_ends: Sequence[str] = lists.get("number_ends", ())
        """Ends of words that begin with a number: `zweijährig`."""

    def is_unit(self, word: str) -> bool:
        """Whether a word is a unit, with or without its ending."""
        return any(self.kind_of(form) == "unit" for form in self.forms(word))

    def kind_of(self, word: str) -> Kind | None:
        """Return the kind of a word in lower case."""
        return self.words[word][0] if word in self.words else None

    def is_month(self, word: str) -> bool:
        """Whether a word, as written, is a month."""
        found = self.capital.get(word) or self.words.get(bare(word))
        return found is not None and found[1] in self.months

    def forms(self, word: str) -> Iterator[str]:
        """Yield a word, and what it is without an ending, or without an attached particle."""
        yield word
        for kind, endings in self.endings.items():
            for ending in endings:
                stem = word.removesuffix(ending)
                if stem != word and self.kind_of(stem) == kind:
                    yield stem
        for prefix in self.prefixes:
            stem = word.removeprefix(prefix)
            if stem != word and len(stem) > 1:
                yield stem

    def listed(self, word: str) -> Sequence[tuple[Kind, str]]:
        """Return the kinds and values of a word in lower case, or of those that it stands for."""
        if word not in self._listed:
            found = (
                next((self.words[f] for f in self.forms(part) if f in self.words), None)
                for part in self._parts(word)
            )
            self._listed[word] = tuple(each for each in found if each)
        return self._listed[word]

    def _parts(self, word: str) -> Sequence[str]:
        """Return the words that a contraction stands for; the word itself if it is not one."""
        if word in self.apart:
            return self.apart[word]
        if word.endswith(self._ends_apart):
            end = next(end for end in self._ends_apart if word.endswith(end))
            return (word.removesuffix(end), *self.apart[f"-{end}"])
        return (word,)


def _values(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {bare(word): value for value, words in lists.items() for word in words}


@cache
def word_lists(language: str) -> WordLists:
    """Return the word lists of a language (BCP 47); empty ones if it has none."""
    name = catalogue_for(language)
    same = name.partition("-")[0] == language.replace("_", "-").partition("-")[0].lower()
    return WordLists(read_catalogue(name).get("tripwires", {}) if same else {})


_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")
"""Vowel signs of Arabic, and the line that stretches a word (tatweel)."""


@lru_cache(maxsize=4096)
def bare(word: str) -> str:
    """Return a word in lower case, without the signs that are optional in Arabic."""
    lower = word.lower()
    if lower.isascii() or unicodedata.bidirectional(lower[0]) != "AL":
        return lower
    return _MARKS.sub("", lower).translate(_ALEF)
