"""Read numbers: in digits, in words, and partly in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from explainer.reanchor.word_lists import WordLists, bare
from explainer.reanchor.words import WordText
from explainer.support.values import dataclass

_GROUPS = re.compile(r"\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?!\d)")
_PLAIN_NUMBER = re.compile(r"(\d+(?:[.,:]\d+)*)(\w*)")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|\.)")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_NEAR = 2
"""How many words before and after a day its month may be: `2nd of May`."""
_INFLECTION = 3
"""The most letters after the end of a word that begins with a number: `zweijährigen`."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that begin at a position."""

    values: tuple[str, ...]
    """What they are compared as."""
    month: str
    """The month, if they are a date in digits."""
    unit: str
    """The unit that is attached to the digits: `5km`."""
    stop: int
    """The position after them."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a number."""

    value: str
    is_word: bool
    unit: str = ""


class NumberReader:
    """Reads the numbers in a piece of a text."""

    def __init__(self, text: WordText, piece: range, lists: WordLists) -> None:
        self.words = text.words
        self.text = text
        self.piece = piece
        self.lists = lists

    def read(self, at: int) -> Numbers | None:
        """Return the numbers at a position; None if there are none."""
        if date := self._date(at):
            return date
        parts: list[_Part] = []
        words, stop = self.words, at
        while stop < self.piece.stop and (part := self._part(words[stop], stop)):
            if parts and bare(words[stop]) in self.lists.fractions:
                break
            self._add(parts, part)
            stop += 1
            hyphen = stop + 1 < self.piece.stop and words[stop] == "-" and part.is_word
            if hyphen and (after := self._part(words[stop + 1], stop + 1)) and after.is_word:
                stop += 1
        if not parts:
            return None
        values = list(_combined(parts, units_first=self.lists.units_first))
        if divided := self._divisor(stop, parts[-1]):
            divisor, stop = divided
            values[-1] += f"/{divisor}"
        if self._is_negative(at):
            values[0] = f"-{values[0]}"
        if self._is_day(at, stop):
            values = [_ORDINAL.sub(r"\1", value) for value in values]
        return Numbers(tuple(values), "", parts[-1].unit, stop)

    @staticmethod
    def _add(parts: list[_Part], part: _Part) -> None:
        """Add a part; `500` after `1` is the rest of `1 500`."""
        last = parts[-1].value if parts and not (parts[-1].is_word or part.is_word) else ""
        if last.isdecimal() and len(last) % 3 and len(part.value) == 3 and part.value.isdecimal():
            parts[-1] = _Part(last + part.value, False, part.unit)
        else:
            parts.append(part)

    def _date(self, at: int) -> Numbers | None:
        """Return the numbers of a date in digits."""
        months, words = self.lists.months, self.words
        if not months or not words[at][0].isdecimal():
            return None
        stop = at + 1
        if self.lists.thousands == "." and (day := _DAY_MONTH_YEAR.fullmatch(words[at])):
            date = day.groups()
        elif len(words[at]) == 4 and words[at + 1 : at + 4 : 2] == ("-", "-"):
            date, stop = words[at : at + 5 : 2][::-1], at + 5
        else:
            return None
        if stop > self.piece.stop or not all(part.isdecimal() for part in date):
            return None
        number, month, year = map(int, date)
        if not 1 <= month <= len(months):
            return None
        return Numbers((str(number), str(year)), months[month - 1], "", stop)

    def _divisor(self, stop: int, last: _Part) -> tuple[str, int] | None:
        """Return what the number before `stop` is divided by, and the position after that."""
        following = self.words[stop : min(stop + 2, self.piece.stop)]
        if following and (divisor := self.lists.fractions.get(bare(following[0]))):
            return divisor, stop + 1
        if len(following) == 2 and following[0] == "/" and following[1].isdecimal():
            return (following[1], stop + 2) if last.value.isdecimal() else None
        return None

    def _is_negative(self, at: int) -> bool:
        """Whether a minus sign, not a hyphen after a word, is directly before a number."""
        if at == 0 or self.words[at - 1] not in "-−":
            return False
        starts, ends = self.text.starts, self.text.ends
        free = at == 1 or self.words[at - 2] in "([" or ends[at - 2] < starts[at - 1]
        return free and ends[at - 1] == starts[at]

    def _is_day(self, at: int, stop: int) -> bool:
        """Whether a month is near, so that `2` is the same as `2nd`."""
        near = (*self.words[max(0, at - _NEAR) : at], *self.words[stop : stop + _NEAR])
        return any(map(self.lists.is_month, near))

    def _part(self, word: str, at: int) -> _Part | None:
        """Return a word of a number."""
        lower = bare(word)
        for form in (lower, *self._without_particle(lower)):
            if lists_value := self._spelled(form):
                return _Part(lists_value, True)
        if lower in self.lists.articles and at + 1 < len(self.words):
            return _Part("1", True) if self.lists.is_unit(bare(self.words[at + 1])) else None
        if len(word) == 1 and not word.isdecimal() and word.isnumeric():
            from fractions import Fraction  # takes time, and is rarely needed

            fraction = Fraction(unicodedata.numeric(word)).limit_denominator(100)
            return _Part(str(fraction), False)
        return self._digits(word) if any(c.isdecimal() for c in word) else None

    def _without_particle(self, word: str) -> Iterator[str]:
        prefixes = self.lists.prefixes
        yield from (word.removeprefix(p) for p in prefixes if word.startswith(p))

    def _spelled(self, word: str) -> str | None:
        """Return the value of a number in words; None if it is not one."""
        lists = self.lists
        if word in lists.numbers:
            return lists.numbers[word]
        if word in lists.fractions:
            return f"1/{lists.fractions[word]}"
        for end in lists.number_ends:
            number, found, rest = word.partition(end)
            if found and number and len(rest) <= _INFLECTION:
                return self._compound(number)
        return self._compound(word) if lists.joins else None

    def _compound(self, word: str) -> str | None:
        """Return the value of a number in one word: `dreihundertfünfundzwanzig`."""
        lists = self.lists
        if (known := lists.numbers.get(word, "")).isdecimal():
            return known
        if word in lists.articles:
            return "1"
        if not lists.joins:
            return None
        scales = ((w, int(v)) for w, v in lists.numbers.items() if v in ("1000", "100"))
        for scale, size in sorted(scales, key=lambda each: -each[1]):
            before, found, after = word.partition(scale)
            if found:
                many = self._compound(before) if before else "1"
                rest = self._compound(after.removeprefix(lists.joins)) if after else "0"
                return str(int(many) * size + int(rest)) if many and rest else None
        one, found, other = word.partition(lists.joins)
        if not found or not one or not other:
            return None
        values = self._compound(one), self._compound(other)
        return str(sum(map(int, filter(None, values)))) if all(values) else None

    def _digits(self, word: str) -> _Part:
        """Return a number in digits, of any script, as it is compared."""
        lists = self.lists
        lower = bare(word)
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in lower)
        plain = plain.replace("٫", ".").replace("٬", "")
        number = _PLAIN_NUMBER.fullmatch(plain)
        if number is None:
            return _Part(plain, False)
        digits, rest = number[1], number[2]
        groups = _GROUPS.match(digits)
        if groups and groups["sign"] == lists.thousands:
            digits = digits.replace(lists.thousands, "")
        if lists.thousands == ".":
            digits = digits.replace(",", ".")
        if lists.kind_of(rest) == "unit":
            return _Part(digits, False, lists.words[rest][1])
        return _Part(digits + rest, False)


def _combined(parts: Iterable[_Part], *, units_first: bool) -> Iterator[str]:
    """Combine the parts of numbers: `5`, `million`; `twenty`, `five`."""
    current: float | None = None
    for part in parts:
        try:
            number = float(part.value)
        except ValueError:
            if current is not None:
                yield _written(current)
            current = None
            yield part.value
            continue
        if current is None:
            current = number
        elif (together := _together(current, number, part.is_word, units_first)) is not None:
            current = together
        else:
            yield _written(current)
            current = number
    if current is not None:
        yield _written(current)


def _together(before: float, number: float, is_word: bool, units_first: bool) -> float | None:
    """Return the value of two words of one number; None if they are two numbers."""
    if not is_word:
        return None
    if number >= 100 and number % 100 == 0 and before < number:
        return before * number
    if units_first and before % 100 < 10 and before % 100 > 0 and 10 <= number < 100:
        return before + number if number % 10 == 0 else None
    if 0 < number < before and before % 10 ** len(str(int(number))) == 0:
        return before + number
    return None


def _written(value: float) -> str:
    return f"{value:g}" if value % 1 else str(int(value))
