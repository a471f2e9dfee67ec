"""The interface's texts in one language.

A template uses `words.sources` for a fixed text and `words.claims_checked(n=9)` for a text with
placeholders; if the text depends on a number, `n` selects the plural form. Dates, lists of names,
numbers, and the labels of the built-in ratings, genres, kinds of notes, and types of sources follow
the language's conventions. Languages without a catalogue get the English texts.

Every text is `Markup`: it is escaped when the catalogue is read, and the values of placeholders are
escaped unless they already are Markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup, escape

from explainer.language.catalogue import FALLBACK, PLURALS, catalogue_for, read_catalogue
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate
from explainer.support.markup import marked, shown

_PLACE = re.compile(r"\{(\w+)\}")
_REPEATED = (
    *("number", "date", "time", "rating", "meaning", "translated", "counted", "section"),
    *("genre", "kind", "source_type"),
)
"""The methods that pages call with the same values again and again."""
_MOST_FILLED = 128
"""How often a text with placeholders is kept as it was filled in last."""


class Phrase:
    """A text with placeholders, such as `{n} claims`."""

    def __init__(
        self,
        forms: Mapping[str, str],
        plural: Callable[[int], str],
        number: Callable[[int], str],
    ) -> None:
        self.forms = forms
        """The plain text of each plural form, by its CLDR name or `0`, for scripts; a text without
        plural forms is under the empty name."""
        # Each form as [text, name, text, name, text], so that one join fills it in.
        self._parts = {name: _PLACE.split(str(escape(text))) for name, text in forms.items()}
        self._plural = plural
        self._number = number
        self._filled = lru_cache(_MOST_FILLED, typed=True)(self._fill)

    def __call__(self, **values: Any) -> Markup:
        """Fill in the placeholders. Raises KeyError, shown to theme authors, if one is missing."""
        try:
            return self._filled(**values)
        except TypeError:  # a value that cannot be looked up, such as a list
            return self._fill(**values)

    def _fill(self, **values: Any) -> Markup:
        out = list(self._parts.get("") or self._form(values["n"]))
        for i in range(1, len(out), 2):
            value = values[out[i]]
            out[i] = shown(self._number(value) if isinstance(value, int) else value)
        return marked("".join(out))

    def _form(self, n: int) -> list[str]:
        exact = self._parts.get("0") if n == 0 else None
        return exact or self._parts[self._plural(n)]


class Words:
    """The texts of one language, as attributes with the catalogue's keys.

    In addition, there are `language`, `digits`, `quotes`, and the methods below.
    """

    def __init__(self, catalogue: Mapping[str, Any]) -> None:
        self.language: str = catalogue["language"]
        self.digits: str = catalogue["dates"]["digits"]
        """The digits from zero to nine."""
        self.quotes: tuple[str, ...] = tuple(catalogue["quotes"])
        """Opening and closing quotation marks, then those for quotations within quotations."""
        self._catalogue = catalogue
        self._plural = PLURALS[catalogue["plural"]]
        self._digits = str.maketrans("0123456789", self.digits)
        for name, text in catalogue["words"].items():
            if hasattr(self, name):
                raise ValueError(f"the catalogue {self.language} gives `{name}` a second meaning")
            fixed = isinstance(text, str) and not _PLACE.search(text)
            setattr(self, name, escape(text) if fixed else self._phrase(text))
        for name in _REPEATED:
            setattr(self, name, cache(getattr(self, name)))

    # Python calls this only for names that are not keys of the catalogue.
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no word `{name}` in languages/{self.language}.toml")

    def _phrase(self, text: str | Mapping[str, str]) -> Phrase:
        forms = {"": text} if isinstance(text, str) else text
        return Phrase(forms, self._plural, self.number)

    def number(self, number: int) -> str:
        """Write a whole number in the language's digits."""
        return str(number).translate(self._digits)

    def date(self, date: PartialDate) -> str:
        """Write a partial date: `10 November 2024`, `November 2024`, or `2024`."""
        forms = self._catalogue["dates"]
        year, month, day = (*date.parts, None, None)[:3]
        name = "day" if day else "month" if month else "year"
        month_name = forms["months"][month - 1] if month else ""
        text: str = forms[name].format(year=str(year), month=month_name, day=day)
        return text.translate(self._digits)

    def time(self, date: PartialDate) -> Markup:
        """Write a date as a `<time>` element."""
        return Markup("<time datetime={}>{}</time>").format(date, self.date(date))

    def all_of(self, names: Iterable[object]) -> Markup:
        """Join names to a list: `A`, `A and B`, `A, B and C`."""
        parts = [escape(name) for name in names]
        if len(parts) < 2:
            return parts[0] if parts else Markup()
        forms = self._catalogue["words"]
        head = escape(forms["list_comma"]).join(parts[:-1])
        return head + escape(forms["list_last"]) + parts[-1]

    def rating(self, rating: Rating) -> Markup:
        """Return a rating's label, translated if it is built-in and the site has not changed it."""
        return escape(self._of_rating(rating, "label"))

    def meaning(self, rating: Rating) -> Markup:
        """Return the meaning of a rating, translated under the same condition as the label."""
        return escape(self._of_rating(rating, "meaning"))

    def translated(self, rating: Rating) -> Rating:
        """Return a rating with its plain texts in this language, for formats other than HTML."""
        label, meaning = (self._of_rating(rating, field) for field in ("label", "meaning"))
        return replace(rating, label=label, meaning=meaning)

    def counted(self, rating: Rating, n: int) -> Markup:
        """Return a part of a tally: `3 true`, `2 opinions`.

        A catalogue can give a `counted` form for a built-in rating whose number and label alone do
        not make a phrase.
        """
        if forms := self._builtin(rating, "label").get("counted"):
            return self._phrase(forms)(n=n)
        label = self._of_rating(rating, "label")
        if self._catalogue["lower_ratings"]:
            label = label.lower()
        return escape(f"{self.number(n)} {label}")

    def genre(self, name: str) -> str:
        """Return the name of a genre of articles."""
        return str(self._catalogue["genres"][name])

    def kind(self, name: str) -> str:
        """Return the name of a kind of annotation; a kind that is not built in is its own name."""
        return str(self._catalogue["kinds"].get(name, name))

    def alert(self, name: str) -> Markup:
        """Return the label of a kind of alert, such as `note`."""
        return escape(self._catalogue["alerts"][name])

    def source_type(self, name: str) -> str:
        """Return the name of a CSL type; an unknown type is its own name."""
        return str(self._catalogue["source_types"].get(name) or name.replace("-", " "))

    def section(self, name: str) -> Markup:
        """Return the name of a section of the site: claims, sources, people, or topics."""
        return escape(self._catalogue["sections"][name])

    def _of_rating(self, rating: Rating, field: str) -> str:
        return str(self._builtin(rating, field).get(field) or getattr(rating, field))

    def _builtin(self, rating: Rating, field: str) -> Mapping[str, Any]:
        """Return the catalogue's texts for a rating; empty if the site has changed its `field`."""
        english = read_catalogue(FALLBACK)["ratings"].get(rating.id)
        reworded = not english or english["label"] != rating.label
        if reworded or english.get(field) != getattr(rating, field):
            return {}
        words: Mapping[str, Any] = self._catalogue["ratings"].get(rating.id, {})
        return words


@cache
def words_of(language: str) -> Words:
    """Return the texts for a language (BCP 47); see `catalogue_for` for the fallbacks."""
    name = catalogue_for(language)
    return Words(read_catalogue(name)) if name == language else words_of(name)
