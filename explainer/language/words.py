"""The interface's own words, as a language writes them.

A template says `words.sources` for a fixed text and `words.claims_checked(n=9)` for one with
places to fill; if the text depends on a number, `n` chooses its plural form. Dates, lists of
names, numbers, and the labels of the built-in ratings, genres, kinds of note and types of source
are written as the language writes them. The words of a language without a catalogue are English.

Every text is `Markup`: it is escaped when the catalogue is read, and what is filled in is escaped
unless it is Markup already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, wraps
from html import unescape
from typing import Any, Concatenate, ParamSpec, TypeVar

from markupsafe import Markup, escape

from explainer.language.catalogue import FALLBACK, catalogue_for, read_catalogue
from explainer.language.plurals import PLURALS, PluralRule
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate

_PLACE = re.compile(r"\{(\w+)\}")

_Keys = ParamSpec("_Keys")
_Result = TypeVar("_Result")


class Phrase:
    """A text with places to fill, such as `{n} claims`."""

    __slots__ = ("_counted", "_forms", "_number", "_plural")

    def __init__(
        self,
        forms: Mapping[str, str],
        plural: PluralRule,
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
        return exact or self._forms[self._plural.form(n)]

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


def _remembered(
    method: Callable[Concatenate[Words, _Keys], _Result],
) -> Callable[Concatenate[Words, _Keys], _Result]:
    """A method of `Words` that computes each result once."""
    name = method.__name__

    @wraps(method)
    def remembered(words: Words, /, *args: _Keys.args, **keywords: _Keys.kwargs) -> _Result:
        key = (name, *args, *keywords.values())
        if key not in words._results:
            words._results[key] = method(words, *args, **keywords)
        result: _Result = words._results[key]
        return result

    return remembered


class Words:
    """The words of one language. Attributes are the catalogue's keys.

    Besides them: `language`, `digits`, `quotes`, and the methods below.
    """

    def __init__(self, catalogue: Mapping[str, Any]) -> None:
        self.language: str = catalogue["language"]
        self.digits: str = catalogue["dates"]["digits"]
        """From zero to nine."""
        self.quotes: tuple[str, ...] = tuple(catalogue["quotes"])
        """Quotation marks: opening and closing, then those of a quotation within a quotation."""
        self._catalogue = catalogue
        self._plural = PLURALS[catalogue["plural"]]
        self._digits = str.maketrans("0123456789", self.digits)
        self._results: dict[tuple[object, ...], Any] = {}
        for name, text in catalogue["words"].items():
            if hasattr(self, name):
                raise ValueError(f"the catalogue {self.language} gives `{name}` a second meaning")
            fixed = isinstance(text, str) and not _PLACE.search(text)
            setattr(self, name, escape(text) if fixed else self._phrase(text))

    # Keys are attributes of their own; what comes here is not one of them.
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no word `{name}` in languages/{self.language}.toml")

    def _phrase(self, text: str | Mapping[str, str]) -> Phrase:
        forms = {"": text} if isinstance(text, str) else text
        return Phrase(forms, self._plural, self.number)

    @_remembered
    def number(self, number: int) -> str:
        """A whole number in the language's digits."""
        return str(number).translate(self._digits)

    @_remembered
    def date(self, date: PartialDate) -> str:
        """A date, as far as it is known: `10 November 2024`, `November 2024`, `2024`."""
        forms = self._catalogue["dates"]
        year, month, day = (*date.parts, None, None)[:3]
        name = "day" if day else "month" if month else "year"
        month_name = forms["months"][month - 1] if month else ""
        text: str = forms[name].format(year=str(year), month=month_name, day=day)
        return text.translate(self._digits)

    @_remembered
    def time(self, date: PartialDate) -> Markup:
        """A date as `<time>`."""
        return Markup('<time datetime="{}">{}</time>').format(date, self.date(date))

    def all_of(self, names: Iterable[object]) -> Markup:
        """A list: `A`, `A and B`, `A, B and C`."""
        parts = [escape(name) for name in names]
        if len(parts) < 2:
            return parts[0] if parts else Markup()
        forms = self._catalogue["words"]
        head = escape(forms["list_comma"]).join(parts[:-1])
        return head + escape(forms["list_last"]) + parts[-1]

    @_remembered
    def rating(self, rating: Rating) -> Markup:
        """A rating's label, translated if it is a built-in one that the site has not reworded."""
        return escape(self._of_rating(rating, "label"))

    @_remembered
    def meaning(self, rating: Rating) -> Markup:
        """What a claim must be like to be rated so; translated as `rating` is."""
        return escape(self._of_rating(rating, "meaning"))

    def translated(self, rating: Rating) -> Rating:
        """A rating as plain text in this language, for what is not HTML."""
        label, meaning = (
            unescape(str(text)) for text in (self.rating(rating), self.meaning(rating))
        )
        return replace(rating, label=label, meaning=meaning)

    @_remembered
    def counted(self, rating: Rating, n: int) -> Markup:
        """A part of a tally: `3 true`, `2 opinions`.

        A catalogue may give a built-in rating's `counted` form, if number and label alone do not
        make a phrase.
        """
        if forms := self._builtin(rating, "label").get("counted"):
            return self._phrase(forms)(n=n)
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
        english = read_catalogue(FALLBACK)["ratings"].get(rating.id)
        reworded = not english or english["label"] != rating.label
        if reworded or english.get(field) != getattr(rating, field):
            return {}
        words: Mapping[str, Any] = self._catalogue["ratings"].get(rating.id, {})
        return words


@cache
def words_of(language: str) -> Words:
    """The words for a language (BCP 47): those of `de-AT.toml`, else `de.toml`, else English."""
    return _words(catalogue_for(language))


@cache
def _words(name: str) -> Words:
    return Words(read_catalogue(name))
