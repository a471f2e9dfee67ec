"""The interface's own words: one catalogue a language, in `languages/*.toml`.

A template says `words.sources` for a fixed text and `words.claims_checked(n=9)` for one with
places to fill; where the text depends on a number, `n` chooses its plural form. Dates, lists of
names, numbers, and the labels of the built-in ratings, genres, kinds of note and types of source
are written as the language writes them. A language without a catalogue is answered in English. To
add one, copy `en.toml`: `tests/language/test_words.py` tells what is missing.

Everything that comes out is `Markup`: texts are escaped when the catalogue is read, what is filled
in is escaped unless it is Markup already.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate

FOLDER = Path(__file__).with_name("catalogues")
FALLBACK = "en"

_PLACE = re.compile(r"\{(\w+)\}")
_RTL_LANGUAGES = frozenset(
    "ar arc ckb dv fa he ks lrc mzn nqo pnb ps sd syr ug ur yi".split(" ")  # noqa: SIM905
)
_RTL_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"))


# --- plural forms --------------------------------------------------------------------------------


def _one_other(n: int) -> str:
    return "one" if n == 1 else "other"


def _arabic(n: int) -> str:
    if n < 3:
        return ("zero", "one", "two")[n]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if n % 100 >= 11 else "other"


def _east_slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "many"


PLURALS: Mapping[str, tuple[Callable[[int], str], frozenset[str]]] = {
    "none": (lambda n: "other", frozenset({"other"})),
    "one-other": (_one_other, frozenset({"one", "other"})),
    "arabic": (_arabic, frozenset({"zero", "one", "two", "few", "many", "other"})),
    "east-slavic": (_east_slavic, frozenset({"one", "few", "many"})),
}
"""By the name that a catalogue gives under `plural`: the rule, and the forms it needs (CLDR)."""


class Phrase:
    """A text with places to fill, such as `{n} claims`."""

    __slots__ = ("_counted", "_forms", "_number", "_plural")

    def __init__(
        self,
        forms: Mapping[str, str],
        plural: Callable[[int], str],
        number: Callable[[int], str],
    ) -> None:
        # Each form as [text, name, text, name, text], so that filling it in is one join.
        self._forms = {name: _PLACE.split(str(escape(text))) for name, text in forms.items()}
        self._plural = plural
        self._number = number
        self._counted: dict[tuple[str, int], Markup] = {}

    def __call__(self, **values: object) -> Markup:
        """Fill in the places. A missing value is a KeyError, which the template's author sees."""
        if len(values) == 1:
            ((name, value),) = values.items()
            if isinstance(value, int):
                text = self._counted.get((name, value))
                if text is None:
                    text = self._counted[name, value] = self._fill(values)
                return text
        return self._fill(values)

    @property
    def forms(self) -> dict[str, str]:
        """The text in each of its plural forms (CLDR's names, and `0`), for a script to fill in."""
        return {
            name: str(Markup("").join(p if i % 2 == 0 else f"{{{p}}}" for i, p in enumerate(parts)))
            for name, parts in self._forms.items()
        }

    def _form(self, n: int) -> list[str]:
        exact = self._forms.get("0") if n == 0 else None
        return exact or self._forms[self._plural(n)]

    def _fill(self, values: Mapping[str, Any]) -> Markup:
        forms = self._forms
        parts = forms[""] if "" in forms else self._form(values["n"])
        if len(parts) == 1:
            return Markup(parts[0])  # noqa: S704 - escaped above
        out = parts.copy()
        for i in range(1, len(parts), 2):
            value = values[parts[i]]
            out[i] = escape(self._number(value) if isinstance(value, int) else value)
        return Markup("".join(out))  # noqa: S704 - every part is escaped


# --- a catalogue ---------------------------------------------------------------------------------


class Words:
    """The words of one language. Attributes are the catalogue's keys.

    Besides them: `language`, `direction`, and the methods below.
    """

    def __init__(self, catalogue: Mapping[str, Any]) -> None:
        rule, _ = PLURALS[catalogue["plural"]]
        self.language: str = catalogue["language"]
        self._catalogue = catalogue
        self.digits: str = catalogue["dates"]["digits"]
        """From zero to nine."""
        self.quotes: tuple[str, ...] = tuple(catalogue["quotes"])
        """Quotation marks: opening and closing, then those of a quotation within a quotation."""
        self._digits = str.maketrans("0123456789", self.digits)
        self._numbers: dict[int, str] = {}
        self._dates: dict[str, str] = {}
        self._times: dict[str, Markup] = {}
        self._ratings: dict[Rating, Markup] = {}
        self._counts: dict[tuple[Rating, int], Markup] = {}
        self._meanings: dict[tuple[str, str], Markup] = {}
        for name, text in catalogue["words"].items():
            if hasattr(self, name):
                raise ValueError(f"the catalogue {self.language} gives `{name}` a second meaning")
            forms = {"": text} if isinstance(text, str) else text
            if isinstance(text, str) and not _PLACE.search(text):
                setattr(self, name, escape(text))
            else:
                setattr(self, name, Phrase(forms, rule, self.number))

    # Keys are attributes of their own; what comes here is not one of them.
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no word `{name}` in languages/{self.language}.toml")

    def number(self, number: int) -> str:
        """A whole number in the language's digits."""
        text = self._numbers.get(number)
        if text is None:
            text = self._numbers[number] = str(number).translate(self._digits)
        return text

    def date(self, date: PartialDate) -> str:
        """A date, as far as it is known: `10 November 2024`, `November 2024`, `2024`."""
        text = self._dates.get(date)
        if text is None:
            text = self._dates[date] = self._date(date)
        return text

    def _date(self, date: PartialDate) -> str:
        forms = self._catalogue["dates"]
        parts = date.parts
        year = str(parts[0])
        if len(parts) == 1:
            text: str = forms["year"].format(year=year)
        elif len(parts) == 2:
            text = forms["month"].format(year=year, month=forms["months"][parts[1] - 1])
        else:
            month = forms["months"][parts[1] - 1]
            text = forms["day"].format(year=year, month=month, day=parts[2])
        return text.translate(self._digits)

    def time(self, date: PartialDate) -> Markup:
        """A date as `<time>`."""
        html = self._times.get(date)
        if html is None:
            html = Markup('<time datetime="{}">{}</time>').format(date, self.date(date))
            self._times[date] = html
        return html

    def all_of(self, names: Iterable[object]) -> Markup:
        """A list: `A`, `A and B`, `A, B and C`."""
        parts = [escape(name) for name in names]
        if len(parts) < 2:
            return parts[0] if parts else Markup()
        forms = self._catalogue["words"]
        head = escape(forms["list_comma"]).join(parts[:-1])
        return head + escape(forms["list_last"]) + parts[-1]

    def rating(self, rating: Rating) -> Markup:
        """A rating's label, translated if it is a built-in one that the site has not reworded."""
        label = self._ratings.get(rating)
        if label is None:
            label = self._ratings[rating] = escape(self._of_rating(rating, "label"))
        return label

    def meaning(self, rating: Rating) -> Markup:
        """What a claim must be like to be rated so; translated as `rating` is."""
        key = (rating.id, rating.meaning)
        meaning = self._meanings.get(key)
        if meaning is None:
            meaning = self._meanings[key] = escape(self._of_rating(rating, "meaning"))
        return meaning

    def translated(self, rating: Rating) -> Rating:
        """A rating as plain text in this language, for what is no HTML."""
        label, meaning = (
            unescape(str(said)) for said in (self.rating(rating), self.meaning(rating))
        )
        return replace(rating, label=label, meaning=meaning)

    def counted(self, rating: Rating, n: int) -> Markup:
        """A part of a tally: `3 true`, `2 opinions`.

        A catalogue may give a built-in rating's `counted` form, where number and label alone do
        not make a phrase.
        """
        key = (rating, n)
        text = self._counts.get(key)
        if text is None:
            text = self._counts[key] = self._counted(rating, n)
        return text

    def _counted(self, rating: Rating, n: int) -> Markup:
        forms = self._builtin(rating, "label").get("counted")
        if forms:
            rule = PLURALS[self._catalogue["plural"]][0]
            return Phrase({"": forms} if isinstance(forms, str) else forms, rule, self.number)(n=n)
        label = self._of_rating(rating, "label")
        if self._catalogue["lower_ratings"]:
            label = label.lower()
        return escape(f"{self.number(n)} {label}")

    def genre(self, name: str) -> str:
        """What a kind of article is called."""
        return str(self._catalogue["genres"][name])

    def kind(self, name: str) -> str:
        """What a kind of annotation is called."""
        return str(self._catalogue["kinds"][name])

    def source_type(self, name: str) -> str:
        """What a CSL type is called; an unknown one by its own name."""
        return str(self._catalogue["source_types"].get(name) or name.replace("-", " "))

    def section(self, name: str) -> Markup:
        """What one of the site's sections is called: claims, sources, people, topics."""
        return escape(self._catalogue["sections"][name])

    def _of_rating(self, rating: Rating, field: str) -> str:
        return str(self._builtin(rating, field).get(field) or getattr(rating, field))

    def _builtin(self, rating: Rating, field: str) -> Mapping[str, Any]:
        """The catalogue's words for a rating; none where the site has reworded its `field`."""
        english = _catalogue(FALLBACK)["ratings"].get(rating.id)
        reworded = not english or english["label"] != rating.label
        if reworded or english.get(field) != getattr(rating, field):
            return {}
        words: Mapping[str, Any] = self._catalogue["ratings"].get(rating.id, {})
        return words


# --- finding one ---------------------------------------------------------------------------------


@cache
def find(language: str) -> Words:
    """The words for a page's language: `de-AT` takes `de-AT.toml`, or `de.toml`, or English."""
    parts = language.replace("_", "-").split("-")
    for end in range(len(parts), 0, -1):
        name = "-".join(parts[:end])
        if _is_tag(name) and (FOLDER / f"{name}.toml").is_file():
            return _words(name)
    return _words(FALLBACK)


@cache
def direction(language: str) -> str:
    """`rtl` for what is written from right to left, else `ltr`."""
    parts = language.replace("_", "-").lower().split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    rtl = scripts[0] in _RTL_SCRIPTS if scripts else parts[0] in _RTL_LANGUAGES
    return "rtl" if rtl else "ltr"


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def _is_tag(name: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum()


@cache
def _words(name: str) -> Words:
    return Words(_catalogue(name))


@cache
def _catalogue(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
