"""The catalogues of interface texts: each is complete, and every text is used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from markupsafe import Markup

from explainer.language.catalogue import FOLDER, PLURALS, direction_of, languages
from explainer.language.words import words_of
from explainer.model.ratings import DEFAULT_SCALE
from explainer.model.scalars import BuiltinKind, Genre, PartialDate
from explainer.render.assets import script_texts
from tests import ROOT

TABLES = ("words", "sections", "genres", "kinds", "alerts", "dates", "source_types", "ratings")
RATINGS = {str(rating.id): rating for rating in DEFAULT_SCALE}

# Texts that are correctly the same as in English. A stale line fails too.
SAME = {
    "de": {
        "words.permalink",
        "words.wikidata",
        "source_types.interview",
        "source_types.motion_picture",
        "source_types.patent",
        "source_types.software",
    },
}

# Plural forms for only one number, or nearly so: they can omit `{n}`.
SPELLED = {"arabic": {"zero", "one", "two", "0"}, "one-other": {"0"}, "none": {"0"}}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def texts(catalogue: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each text with its path and plural form."""
    for table in TABLES:
        for key, value in catalogue[table].items():
            path = f"{table}.{key}"
            if table == "ratings":
                yield from (
                    (f"{path}.{name}", "", value.get(name, "")) for name in ("label", "meaning")
                )
            elif isinstance(value, str):
                yield path, "", value
            elif isinstance(value, dict):
                yield from ((path, form, text) for form, text in value.items())


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def plural_forms(plural: str) -> set[str]:
    return {PLURALS[plural](n) for n in range(200)}


def complaints(own: Mapping[str, Any], english: Mapping[str, Any]) -> list[str]:
    """Return what is missing, superfluous, or untranslated in a catalogue."""
    found: list[str] = []
    forms = plural_forms(own["plural"])
    if own.keys() != english.keys():
        found.append(f"other tables: {own.keys() ^ english.keys()}")
    for table in TABLES:
        found += [f"{table}.{key}: only one has it" for key in own[table] ^ english[table].keys()]
        for key in own[table].keys() & english[table].keys():
            value, original = own[table][key], english[table][key]
            path = f"{table}.{key}"
            if type(value) is not type(original):
                found.append(f"{path}: only one has forms")
            elif isinstance(value, dict) and table == "words":
                if not forms <= value.keys() <= forms | {"0"}:
                    found.append(f"{path}: forms {sorted(value)}, not {sorted(forms)}")
                for form, text in value.items():
                    expected_places = places(original["other"])
                    may_spell = {"n"} if form in SPELLED.get(own["plural"], ()) else set()
                    if not expected_places - may_spell <= places(text) <= expected_places:
                        found.append(f"{path}.{form}: places {places(text)}, not {expected_places}")
            elif isinstance(value, str) and places(value) != places(original):
                found.append(f"{path}: places {places(value)}, not {places(original)}")
            elif table == "ratings":
                found += _complaints_of_rating(path, value, own["plural"])
    if own["language"] != "en":
        before = {(path, form): text.casefold() for path, form, text in texts(english)}
        same = {p for p, form, text in texts(own) if before.get((p, form)) == text.casefold()}
        same -= {p for p, _, t in texts(own) if not re.search(r"[^\W\d_]", re.sub(r"{\w+}", "", t))}
        found += [
            f"{path}: still in English" for path in sorted(same - SAME.get(own["language"], set()))
        ]
    return found


def _complaints_of_rating(path: str, value: Mapping[str, Any], plural: str) -> list[str]:
    found = [f"{path}: no {name}" for name in ("label", "meaning") if not value.get(name)]
    found += [f"{path}: {name}?" for name in value.keys() - {"label", "meaning", "counted"}]
    forms = plural_forms(plural)
    counted = value.get("counted", "{n}")
    if isinstance(counted, str):
        counted = dict.fromkeys(forms, counted)
    if not forms <= counted.keys() <= forms | {"0"}:
        found.append(f"{path}.counted: forms {sorted(counted)}, not {sorted(forms)}")
    for form, text in counted.items():
        if places(text) != {"n"} and (places(text) or form not in SPELLED.get(plural, ())):
            found.append(f"{path}.counted.{form}: places {places(text)}")
    return found


# --- each catalogue ------------------------------------------------------------------------------


def test_there_are_three_languages_including_a_right_to_left_one() -> None:
    assert {"en", "de", "ar"} <= set(languages())
    assert "rtl" in map(direction_of, languages())


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_is_complete(language: str) -> None:
    own = read(language)
    assert own["language"] == language
    assert complaints(own, read("en")) == []
    assert set(get_args(Genre)) == set(own["genres"])
    assert {*get_args(BuiltinKind), "claim", "question"} == set(own["kinds"])
    assert own["ratings"].keys() == RATINGS.keys()
    words_of(language)


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_has_distinct_labels(language: str) -> None:
    own = read(language)
    for table in ("genres", "kinds", "sections"):
        assert len(set(own[table].values())) == len(own[table]), table
    for field in ("label", "meaning"):
        assert len({rating[field] for rating in own["ratings"].values()}) == len(own["ratings"])
    assert len(set(own["dates"]["months"])) == 12
    assert len(set(own["dates"]["digits"])) == 10
    assert all(int(digit) == i for i, digit in enumerate(own["dates"]["digits"]))
    assert len(own["quotes"]) == 4


def test_no_exception_is_stale() -> None:
    for language, listed in SAME.items():
        own, english = (
            {(path, text.casefold()) for path, _, text in texts(read(name))}
            for name in (language, "en")
        )
        assert listed <= {path for path, _ in own & english}, language


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda c: c["words"].pop("skip"), "words.skip: only one has it"),
        (lambda c: c["words"].update(leder="Leder"), "words.leder: only one has it"),
        (lambda c: c["words"].update(by="Von"), "words.by: places set()"),
        (lambda c: c["words"].update(skip="Zu {n}"), "words.skip: places {'n'}"),
        (lambda c: c["words"].update(n_articles="{n}"), "words.n_articles: only one has forms"),
        (lambda c: c["words"]["n_articles"].pop("one"), "words.n_articles: forms ['other']"),
        (lambda c: c["words"]["n_articles"].update(few="{n}"), "words.n_articles: forms"),
        (lambda c: c["words"]["n_articles"].update(other="alle"), "words.n_articles.other: places"),
        (lambda c: c["words"].update(skip="Skip to content"), "words.skip: still in English"),
        (lambda c: c["ratings"]["mixed"].pop("meaning"), "ratings.mixed: no meaning"),
        (lambda c: c["ratings"]["mixed"].update(label="Mixed"), "ratings.mixed.label: still"),
        (lambda c: c["ratings"]["opinion"]["counted"].pop("one"), "ratings.opinion.counted: forms"),
        (lambda c: c["ratings"]["opinion"].update(counted="viele"), "ratings.opinion.counted."),
        (lambda c: c["source_types"].pop("map"), "source_types.map: only one has it"),
        (lambda c: c.pop("quotes"), "other tables: {'quotes'}"),
    ],
)
def test_errors_in_a_catalogue_are_reported(change: Any, complaint: str) -> None:
    own = read("de")
    change(own)
    found = complaints(own, read("en"))
    assert found
    assert all(message.startswith(complaint) for message in found)


# --- templates and scripts -----------------------------------------------------------------------


def _files(folder: str, *endings: str) -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in endings
    }


def test_every_text_is_used() -> None:
    location = "\n".join(
        [*_files("themes", ".html").values(), *_files("explainer", ".py", ".html").values()]
    )
    used = set(re.findall(r"\bwords\.(\w+)", location)) | set(
        re.findall(r'forms\["(\w+)"\]', location)
    )
    begun = tuple(re.findall(r'\bwords\["(\w+)" ~', location))  # words["filter_" ~ name]
    unused = read("en")["words"].keys() - used
    assert {key for key in unused if not key.startswith(begun)} == set()


def test_every_text_that_templates_use_exists() -> None:
    english = words_of("en")
    lost = [
        (file, name)
        for folder in ("themes", "explainer/formats")
        for file, text in _files(folder, ".html").items()
        for name in re.findall(r"\bwords\.(\w+)", text)
        if not hasattr(english, name)
    ]
    assert lost == []


def test_texts_of_scripts_come_from_templates() -> None:
    """A script uses only texts from `data-` attributes, or from the start of `script.js`."""
    templates = "\n".join(_files("themes", ".html").values())
    given = script_texts(["en"])
    for file, text in _files("themes", ".js").items():
        for name in re.findall(r"\b(?:script|tools\.dataset|form\.dataset)\.(\w+)", text):
            if f'"{name}":' in given:
                continue
            attribute = re.sub(r"([A-Z])", lambda letter: f"-{letter[0].lower()}", name)
            assert f"data-{attribute}=" in templates, (file, name)


def test_templates_contain_no_texts() -> None:
    for file, text in _files("themes", ".html").items():
        bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
        bare = re.sub(r' data-[\w-]*=""', "", bare)  # attributes from a macro
        hard_coded = re.findall(
            r'\b(?:aria-label|title|alt|placeholder)="([^"{]*[a-z][^"{]*)"', bare
        )
        hard_coded += re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", "", bare))
        assert hard_coded == [], file


def test_style_sheets_contain_no_texts() -> None:
    for file, text in _files("themes", ".css").items():
        for value in re.findall(r"\bcontent:([^;]*);", text):
            strings = re.findall(r'"([^"]*)"', value)
            assert not re.search(r"[^\W\d_]{2}", " ".join(strings)), (file, value)


# --- dates, lists, plurals -----------------------------------------------------------------------


def day(text: str) -> PartialDate:
    return PartialDate.check(text)


@pytest.mark.parametrize(
    ("language", "date", "expected"),
    [
        ("de", "2024-11-10", "10.\u00a0November 2024"),
        ("de", "2024-03", "März 2024"),
        ("de", "2024", "2024"),
        ("ar", "2024-11-10", "١٠\u00a0نوفمبر ٢٠٢٤"),
        ("ar", "2024-11", "نوفمبر ٢٠٢٤"),
        ("ar", "2024", "٢٠٢٤"),
    ],
)
def test_dates(language: str, date: str, expected: str) -> None:
    assert words_of(language).time(day(date)) == f"<time datetime={date}>{expected}</time>"


@pytest.mark.parametrize(
    ("language", "names", "expected"),
    [
        ("de", "A", "A"),
        ("de", "A B", "A und B"),
        ("de", "A B C", "A, B und C"),
        ("ar", "سلمى يوسف", "سلمى ويوسف"),
        ("ar", "سلمى يوسف هدى", "سلمى، يوسف وهدى"),
    ],
)
def test_lists(language: str, names: str, expected: str) -> None:
    assert words_of(language).all_of(names.split()) == expected


def test_arabic_counts_in_six_forms() -> None:
    arabic = words_of("ar")
    assert [str(arabic.n_articles(n=n)) for n in (0, 1, 2, 3, 10, 11, 99, 100, 101, 103)] == [
        "لا مقالات",
        "مقالة واحدة",
        "مقالتان",
        "٣ مقالات",
        "١٠ مقالات",
        "١١ مقالة",
        "٩٩ مقالة",
        "١٠٠ مقالة",
        "١٠١ مقالة",
        "١٠٣ مقالات",
    ]
    assert arabic.counted(RATINGS["true"], 2) == "اثنان صحيحان"
    assert arabic.counted(RATINGS["true"], 4) == "٤ صحيحة"
    assert arabic.use_claim(number=12) == "الادعاء ١٢"


def test_german_counts() -> None:
    german = words_of("de")
    assert german.claims_checked(n=1) == "1 Behauptung geprüft"
    assert german.counted(RATINGS["mostly-true"], 3) == "3 größtenteils richtig"
    assert german.counted(RATINGS["opinion"], 2) == "2 Meinungen"
    assert german.counted(RATINGS["checking"], 2) == "2 noch in Prüfung"
    assert german.independent(n=0) == "keine unabhängige Quelle"


def test_a_rating_as_plain_text() -> None:
    rating = words_of("de").translated(RATINGS["disputed"])
    assert rating.label == "Umstritten"
    assert rating.meaning.startswith("Quellen, die es wissen könnten")
    assert not isinstance(rating.label, Markup)
    assert words_of("en").translated(RATINGS["disputed"]) == RATINGS["disputed"]


@pytest.mark.parametrize(
    ("tag", "language", "direction"),
    [
        ("de-AT", "de", "ltr"),
        ("ar-EG", "ar", "rtl"),
        ("ar_SA", "ar", "rtl"),
        ("pt", "en", "ltr"),
        ("he", "en", "rtl"),
    ],
)
def test_tags(tag: str, language: str, direction: str) -> None:
    assert words_of(tag) is words_of(language)
    assert direction_of(tag) == direction


def test_values_that_are_equal_but_written_differently() -> None:
    words = words_of("en")
    for _ in range(2):
        assert words.by(names="A &amp; B") == "By A &amp;amp; B"
        assert words.by(names=Markup("A &amp; B")) == "By A &amp; B"
        assert words.minutes(n=1) == "1-minute read"
        assert words.by(names=["<", 1]) == "By [&#39;&lt;&#39;, 1]"
    with pytest.raises(KeyError):
        words.by(name="A")
