"""Words that must not change unnoticed, in English, German, and Arabic."""

from __future__ import annotations

import pytest

from explainer.reanchor.tripwires import compare
from explainer.reanchor.word_lists import word_lists
from tests.reanchor.texts import trace


def kinds(old: str, new: str, language: str = "en") -> list[str]:
    traced = trace(old, new)
    here, there = range(len(traced.old.words)), range(len(traced.new.words))
    return [tripwire.kind for tripwire in compare(traced, here, there, word_lists(language))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It took one year.", "It took 1 year."),
        ("a one-year plan", "a 1 year plan"),
        ("It has 1,500 rooms.", "It has 1500 rooms."),
        ("twenty-five people", "25 people"),
        ("5 million people", "5,000,000 people"),
        ("5 million people", "five million people"),
        ("two hundred and five", "200 and five"),
        ("It is 5 km long.", "It is 5km long."),
        ("a rise of 5 percent", "a rise of 5%"),
        ("They saw Paris.", "They liked Paris."),
        ("They use git here.", "They use Git here."),
        ("A walk of two miles.", "The walk of two miles."),
        ("They left early.", "They went early."),
        ("They read the book.", "They studied the book."),
    ],
)
def test_what_says_the_same_is_no_difference(old: str, new: str) -> None:
    assert kinds(old, new) == []


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("number", "It has 15 rooms.", "It has 16 rooms."),
        ("number", "It has two rooms.", "It has three rooms."),
        ("number", "5 of 6 agreed.", "6 of 5 agreed."),
        ("number", "The first house.", "The third house."),
        ("number", "Half of them left.", "A quarter of them left."),
        ("date", "They met in May by the lake.", "They met in June by the lake."),
        ("date", "They met on Monday.", "They met on Friday."),
        ("unit", "It is 5 km long.", "It is 5 miles long."),
        ("unit", "It cost 5 $ then.", "It cost 5 € then."),
        ("negation", "They are here.", "They are not here."),
        ("negation", "They came there.", "They no longer came there."),
        ("negation", "They never came.", "They came."),
        ("negation", "It was possible then.", "It was impossible then."),
        ("negation", "It was unfair to them.", "It was fair to them."),
        ("negation", "They can't come.", "They can come."),
        ("modal", "They must come.", "They should come."),
        ("modal", "They may come.", "They will come."),
        ("comparison", "They have more money.", "They have less money."),
        ("comparison", "At least 5 came.", "At most 5 came."),
        ("name", "We saw Anna there.", "We saw Berta there."),
        ("name", "There Anna beat Berta.", "There Berta beat Anna."),
    ],
)
def test_what_says_something_else_is_one(kind: str, old: str, new: str) -> None:
    assert kind in kinds(old, new)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("number", "Es waren fünfundzwanzig.", "Es waren 26."),
        ("number", "Es waren 1.500 Leute.", "Es waren 1.600 Leute."),
        ("negation", "Das ist möglich.", "Das ist unmöglich."),
        ("negation", "Das ist ein Haus.", "Das ist kein Haus."),
        ("modal", "Er muss kommen.", "Er darf kommen."),
        ("date", "Er kam im Mai.", "Er kam im Juni."),
        ("name", "Wir sahen Anna Müller dort.", "Wir sahen Berta Meier dort."),
    ],
)
def test_german(kind: str, old: str, new: str) -> None:
    assert kind in kinds(old, new, "de")


def test_german_numbers_and_nouns() -> None:
    assert kinds("Es waren fünfundzwanzig.", "Es waren 25.", "de-AT") == []
    assert kinds("Es waren 2,5 Prozent.", "Es waren 2,5 %.", "de") == []
    assert kinds("Er sah das Haus dort.", "Er sah das Gebäude dort.", "de") == []


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("number", "حضر خمسة رجال", "حضر ستة رجال"),
        ("number", "حضر ٥ رجال", "حضر 6 رجال"),
        ("negation", "هذا ممكن", "هذا غير ممكن"),
        ("modal", "يجب أن يحضر", "يمكن أن يحضر"),
        ("date", "حضر يوم الاثنين", "حضر يوم الجمعة"),
    ],
)
def test_arabic(kind: str, old: str, new: str) -> None:
    assert kind in kinds(old, new, "ar")


def test_arabic_digits() -> None:
    assert kinds("حضر ٥ رجال", "حضر 5 رجال", "ar") == []
    assert kinds("حضر خمسة رجال", "حضر ٥ رجال", "ar") == []


def test_other_languages_have_only_digits() -> None:
    assert kinds("Il y a 5 maisons.", "Il y a 6 maisons.", "fr") == ["number"]
    assert "negation" in word_lists("fr").unchecked
    assert word_lists("en-GB").unchecked == ()
    assert word_lists("ar").unchecked == ("name",)


def test_a_sentence_around_the_passage_counts() -> None:
    traced = trace("The mill stood there for years.", "The mill never stood there for years.")
    here, there = range(3, 6), range(4, 7)
    (tripwire,) = compare(traced, here, there, word_lists("en"))
    assert (tripwire.kind, tripwire.new) == ("negation", ("never",))


def test_a_sentence_that_was_split_has_not_changed() -> None:
    old = "The mill stood by the river and it never had more than two workers in a year."
    new = "The mill stood by the river. It never had more than two workers in a year."
    traced = trace(old, new)
    assert compare(traced, range(6), range(6), word_lists("en")) == ()
