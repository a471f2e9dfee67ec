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
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from explainer.language.catalogue import FALLBACK, PLURALS, catalogue_for, read_catalogue
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate

_PLACE = re.compile(r"\{(\w+)\}")


class Phrase:
    """A text with places to fill, such as `{n} claims`."""

    def __init__(
        self,
        forms: Mapping[str, str],
        plural: Callable[[int], str],
        number: Callable[[int], str],
    ) -> None:
        self.forms = forms
        """The plain text in each of its plural forms (CLDR's names, and `0`), for a script to fill
        in; a text without plural forms has an empty name."""
        # Each form as [text, name, text, name, text], so that filling it in is one join.
        self._parts = {name: _PLACE.split(str(escape(text))) for name, text in forms.items()}
        self._plural = plural
        self._number = number
        self._counted = cache(lambda n: self._fill({"n": n}))

    def __call__(self, **values: Any) -> Markup:
        """Fill in the places. A missing value is a KeyError, which the template's author sees."""
        return self._counted(values["n"]) if values.keys() == {"n"} else self._fill(values)

    def _fill(self, values: Mapping[str, Any]) -> Markup:
        out = list(self._parts.get("") or self._form(values["n"]))
        for i in range(1, len(out), 2):
            value = values[out[i]]
            out[i] = escape(self._number(value) if isinstance(value, int) else value)
        return Markup("".join(out))  # noqa: S704 - every part is escaped

    def _form(self, n: int) -> list[str]:
        exact = self._parts.get("0") if n == 0 else None
        return exact or self._parts[self._plural(n)]


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
        for name, text in catalogue["words"].items():
            if hasattr(self, name):
                raise ValueError(f"the catalogue {self.language} gives `{name}` a second meaning")
            fixed = isinstance(text, str) and not _PLACE.search(text)
            setattr(self, name, escape(text) if fixed else self._phrase(text))
        for name in ("number", "date", "time", "rating", "meaning", "counted"):
            setattr(self, name, cache(getattr(self, name)))  # pages ask for the same ones

    # Keys are attributes of their own; what comes here is not one of them.
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no word `{name}` in languages/{self.language}.toml")

    def _phrase(self, text: str | Mapping[str, str]) -> Phrase:
        forms = {"": text} if isinstance(text, str) else text
        return Phrase(forms, self._plural, self.number)

    def number(self, number: int) -> str:
        """A whole number in the language's digits."""
        return str(number).translate(self._digits)

    def date(self, date: PartialDate) -> str:
        """A date, as far as it is known: `10 November 2024`, `November 2024`, `2024`."""
        forms = self._catalogue["dates"]
        year, month, day = (*date.parts, None, None)[:3]
        name = "day" if day else "month" if month else "year"
        month_name = forms["months"][month - 1] if month else ""
        text: str = forms[name].format(year=str(year), month=month_name, day=day)
        return text.translate(self._digits)

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

    def rating(self, rating: Rating) -> Markup:
        """A rating's label, translated if it is a built-in one that the site has not reworded."""
        return escape(self._of_rating(rating, "label"))

    def meaning(self, rating: Rating) -> Markup:
        """What a claim must be like to be rated so; translated as `rating` is."""
        return escape(self._of_rating(rating, "meaning"))

    def translated(self, rating: Rating) -> Rating:
        """A rating as plain text in this language, for what is not HTML."""
        label, meaning = (self._of_rating(rating, field) for field in ("label", "meaning"))
        return replace(rating, label=label, meaning=meaning)

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
        """The catalogue's words for a rating; empty if the site has reworded its `field`."""
        english = read_catalogue(FALLBACK)["ratings"].get(rating.id)
        reworded = not english or english["label"] != rating.label
        if reworded or english.get(field) != getattr(rating, field):
            return {}
        words: Mapping[str, Any] = self._catalogue["ratings"].get(rating.id, {})
        return words


@cache
def words_of(language: str) -> Words:
    """The words for a language (BCP 47): those of `de-AT.toml`, else `de.toml`, else English."""
    name = catalogue_for(language)
    return Words(read_catalogue(name)) if name == language else words_of(name)
