"""CSL-JSON and BibTeX: round trips of sources, and files of other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.exchange import (
    bibtex,
    csl_json,
    names,
)
from explainer.exchange.names import Name
from explainer.model.annotations import Source
from explainer.model.scalars import Id, PartialDate, Url
from explainer.parse.references import CSL_TYPES
from tests.exchange.helpers import as_source, data_of, imported, yaml_of
from tests.helpers.examples import examples

titles = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp", "Cf"])
    | st.sampled_from(" -`'\"\\{}$%&#_~^?!<>"),
    min_size=1,
    max_size=40,
).map(lambda text: " ".join(text.split()) or "T")
people = st.one_of(
    st.sampled_from(
        "Ludwig van Beethoven|Martin Luther King Jr.|Reuters|The Associated Press|J. M. Çelik"
        "|Charles de la Vallée|李 明|Foreign Ministry and Staff|Müller, Hans|O’Neill & Sons"
        "|ANNA SEGHERS|Guy de Maupassant|and others|Jan {Op} 't Hof".split("|")
    ),
    titles.filter(lambda name: name.lower() != "others"),
)
addresses = st.sampled_from(
    ["https://example.org/a_b/%20?c=d&e#f~g", "http://x.org/", "https://x.org/~u/a$b,(c)'d"]
)
ids = st.sampled_from([Id(name) for name in "a post-2024 b.c X_1 reuters".split()])


@st.composite
def sources(draw: Any) -> Source:
    return Source(
        title=draw(titles),
        url=draw(st.none() | addresses.map(Url)),
        publisher=draw(st.just("") | titles),
        authors=tuple(draw(st.lists(people, max_size=3))),
        date=draw(
            st.none() | st.sampled_from(["2024", "2024-11", "2024-02-29", "0987"]).map(PartialDate)
        ),
        archived=draw(st.none() | addresses.map(Url)),
        type=draw(st.sampled_from(CSL_TYPES)),
        primary=draw(st.booleans()),
        repeats=tuple(draw(st.lists(ids, max_size=2, unique=True))),
        language=draw(st.sampled_from(["", "de-AT", "en", "zh-Hant"])),
    )


bibliographies = st.dictionaries(ids, sources(), min_size=1, max_size=3)


@settings(max_examples=examples(200), deadline=None)
@given(bibliographies)
def test_csl_json_round_trip(wanted: dict[Id, Source]) -> None:
    text = csl_json.write(wanted)
    back = csl_json.read("x.json", json.loads(text))
    assert not back.problems
    # The one exception: CSL titles have markup (`<i>…</i>`), and cannot escape it.
    assert {name: as_source(entry) for name, entry in back.sources.items()} == wanted


@settings(max_examples=examples(200), deadline=None)
@given(bibliographies)
def test_bibtex_round_trip(wanted: dict[Id, Source]) -> None:
    back = bibtex.read("x.bib", bibtex.write(wanted))
    assert not back.problems
    assert {name: as_source(entry) for name, entry in back.sources.items()} == wanted


@pytest.mark.parametrize(
    ("shown", "parts"),
    [
        ("Ludwig van Beethoven", Name("Beethoven", "Ludwig", "van")),
        ("Charles de la Vallée", Name("Vallée", "Charles", "de la")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "", "Jr.")),
        ("J. R. R. Tolkien", Name("Tolkien", "J. R. R.")),
        ("Jean-Luc O’Neill", Name("O’Neill", "Jean-Luc")),
        ("Reuters", Name(literal="Reuters")),
        ("The Washington Post", Name(literal="The Washington Post")),
        ("BBC Monitoring", Name(literal="BBC Monitoring")),
        ("Ministry of Defence", Name(literal="Ministry of Defence")),
        ("Müller, Hans", Name(literal="Müller, Hans")),
        ("李 明", Name(literal="李 明")),
    ],
)
def test_names(shown: str, parts: Name) -> None:
    assert names.parse(shown) == parts
    assert parts.shown() == shown


def test_eastern_names_start_with_the_family_name() -> None:
    item = {"id": "a", "title": "T", "author": [{"family": "王", "given": "小明"}]}
    assert csl_json.read("x", [item]).sources["a"]["authors"] == ["王小明"]
    found = bibtex.read("x", "@book{a, title={T}, author={김, 민준 and 李 明 and Li, Ming}}")
    assert found.sources["a"]["authors"] == ["김민준", "李 明", "Ming Li"]


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2020], [2021]]}, "2020"),
        ({"date-parts": [["1850"]], "circa": True}, "1850"),
        ({"date-parts": [[2020]], "season": "2"}, "2020"),
        ({"raw": "2020-05~"}, "2020-05"),
        ("2020-22", "2020"),
    ],
)
def test_lost_vagueness_of_a_date_is_reported(issued: Any, date: str) -> None:
    back = csl_json.read("x", [{"id": "a", "title": "T", "issued": issued}])
    assert back.sources["a"]["date"] == date
    (problem,) = back.problems
    assert (problem.code, problem.severity) == ("left-out", "warning")
    assert f"only `{date}` is kept" in problem.message
    if isinstance(issued, str):
        back = bibtex.read("x", f"@book{{a, title={{T}}, date={{{issued}}}}}")
        assert back.sources["a"]["date"] == date
        assert "only" in back.problems[0].message


def test_names_of_organizations_are_not_split() -> None:
    assert names.parse("Human Rights Watchers").family == "Watchers"
    known = frozenset({"Human Rights Watchers"})
    assert names.parse("Human Rights Watchers", organizations=known).literal


BIB = r"""
% a bibliography as people have them
@string{np = "Neue Presse"}
@comment{nothing}
@Article{mueller:2020,
  author  = {M{\"u}ller, J{\"u}rgen and {Bundesamt f{\"u}r Br{\"u}cken} and Ludwig van Beethoven},
  title   = {{B}ridges \& \emph{tunnels}: 100\% safe? --- a~review},
  journal = np # { am } # "Sonntag",
  year    = 2020, month = nov, day = 7,
  volume  = {12}, pages = "3--15",
  doi     = {10.1000/xyz_1},
}
@misc{site, title={A page}, year={2021}, month={March},
  howpublished = {\url{https://example.org/a_b?c=50%25&d}}}
@online{cost2024, title = "What it cost", url = {https://example.org/cost},
  date = {2024-05-01/2024-05-03}, langid={ngerman}}
@phdthesis{ö b, title={Steel}, school={TU Wien}, year={1999?}}
@book{broken, title={never closed
@book{site, title={Another with the key}, publisher={Verlag}}
@book{untitled, publisher={Verlag}, year={n.d.}}
"""


def test_import_a_bibliography(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text(
        "sources:\n  cost: {title: The cost, url: https://example.org/cost} # mine\n"
        "  site: {title: Something else}\n"
        "notes:\n  - {note: A., sources: [cost, site]}\n"
    )
    result = imported(site, "refs.bib", BIB, "--article", "bridge")
    assert result.exit_code == 1  # one entry cannot be read
    assert "refs.bib:18: error[bibtex-syntax]" in result.output
    assert "`cost2024` as `cost`" in result.output
    assert "fields that a source cannot store were left out: `pages`, `volume`" in result.output
    found = data_of(yaml_of(site))["sources"]
    assert list(found) == ["cost", "site", "mueller-2020", "site-1", "o-b", "site-2", "untitled"]
    assert found["mueller-2020"] == {
        "title": "Bridges & tunnels: 100% safe? — a\u00a0review",
        "authors": ["Jürgen Müller", "Bundesamt für Brücken", "Ludwig van Beethoven"],
        "publisher": "Neue Presse am Sonntag",
        "date": "2020-11-07",
        "url": "https://doi.org/10.1000/xyz_1",
        "type": "article-journal",
    }
    assert found["site-1"] == {
        "title": "A page",
        "date": "2021-03",
        "url": "https://example.org/a_b?c=50%25&d",
    }
    assert found["o-b"] == {
        "title": "Steel",
        "publisher": "TU Wien",
        "date": "1999",
        "type": "thesis",
    }
    assert "# mine" in yaml_of(site)
    before = yaml_of(site)
    imported(site, "refs.bib", BIB, "--article", "bridge")
    assert yaml_of(site).count("What it cost") == before.count("What it cost")


def test_import_sources_into_the_library(site: Path) -> None:
    items = [
        {"id": "http://zotero.org/users/1/items/ABCD", "type": "article-newspaper",
         "title": "The <i>cost</i>", "container-title": "Neue Presse", "publisher": "NP AG",
         "issued": {"date-parts": [["2024", 5]]}, "page": "3",
         "author": [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
                    {"literal": "Neue Presse"}]},
        {"id": 17, "type": "postcard", "title": "Card", "issued": {"raw": "2023-02-30"}, "URL": "ftp://x"},
    ]  # fmt: skip
    result = imported(site, "z.json", items, "--library")
    assert result.exit_code == 0, result.output
    library = (site / "content/_library.yaml").read_text(encoding="utf-8")
    assert library.startswith("# yaml-language-server: $schema=../.explainer/library.schema.json\n")
    assert data_of(library) == {
        "sources": {
            "http-zotero.org-users-1-items-ABCD": {
                "title": "The cost",
                "authors": ["Ludwig van Beethoven", "Neue Presse"],
                "publisher": "Neue Presse",
                "date": "2024-05",
                "type": "article-newspaper",
            },
            "17": {"title": "Card", "type": "document"},
        }
    }
    for expected in ("`page`", "`publisher`", "`postcard`", "2023-02-30", "ftp://x"):
        assert expected in result.output


@settings(max_examples=examples(300), deadline=None)
@given(st.text("@bok{},=\"#\\%\n ~$a1'-&", max_size=60))
def test_arbitrary_text_is_read_or_rejected(text: str) -> None:
    bibtex.read("x.bib", text)
    bibtex.read("x.bib", f"@book{{a, title={{{text}}}, author={{{text}}}, year={{{text}}}}}")
