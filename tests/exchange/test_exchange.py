"""explainer/exchange/: what goes out comes back, and what comes in is never lost."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explainer.anchor import find
from explainer.anchor import text as anchor_text
from explainer.anchor.select import ForeignQuote, NoPlace, locate
from explainer.cli import main
from explainer.edit import annotation_file
from explainer.edit.entry import SECTIONS
from explainer.exchange import (
    bibtex,
    csl_json,
    entries,
    hypothesis,
    markup,
    names,
    place,
    web_annotation,
)
from explainer.exchange.incoming import IncomingAnnotation
from explainer.exchange.names import Name
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from explainer.model.annotations import Source
from explainer.model.documents import Text
from explainer.model.scalars import Id, PartialDate, Url
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.parse.references import CSL_TYPES
from explainer.parse.validate import validate
from explainer.parse.yaml import read
from tests import ROOT
from tests.helpers import folders, pages

SETTINGS = 'title = "T"\nurl = "https://example.org/base"\n'
ARTICLE = """\
---
title: The bridge at Oberau
date: 2024-05-02
---

# The bridge

The mayor said that the bridge had been *inspected* in March. The engineers said that the bridge
had never been inspected.

## What it cost

It cost 4.2 million euros -- “far too much”, said the opposition. It cost nothing, said the mayor.

![The bridge](bridge.svg)
"""
SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def site(tmp_path: Path, templates: Path) -> Path:
    """A site with one article, which has no annotations yet."""
    files: dict[str, str | bytes] = {
        "site.toml": SETTINGS,
        "content/bridge/index.md": ARTICLE,
        "content/bridge/bridge.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    }
    return folders.with_cache(folders.put(tmp_path / "site", files), templates)


def run(site: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--site", str(site), *map(str, arguments)])


def imported(site: Path, name: str, content: Any, *arguments: str | Path) -> Result:
    """Import a file with this content."""
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    path = site.parent / name
    path.write_bytes(content)
    return run(site, "import", path, *arguments)


def yaml_of(site: Path) -> str:
    return (site / "content/bridge/index.yaml").read_bytes().decode()


def data_of(text: str) -> Any:
    located, problems = read(Text("x.yaml", text))
    assert not problems
    return located.data


def searchable(text: str = ARTICLE) -> find.Searchable:
    body = read_article(Text("a.md", text))[0].body
    return find.prepare(anchor_text.read(Markdown(MarkdownOptions()).parse(body)))


# --- there and back: sources ---------------------------------------------------------------------

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


def as_source(entry: Any) -> Source:
    located = replace(read(Text("x", ""))[0], data=entry, whole=True)
    value, problems = validate(Source, located, (), lambda _: ())
    assert not problems
    assert value
    return value


@settings(max_examples=200, deadline=None)
@given(bibliographies)
def test_sources_by_csl_json(wanted: dict[Id, Source]) -> None:
    text = csl_json.write(wanted)
    back = csl_json.read("x.json", json.loads(text))
    assert not back.problems
    # CSL's titles have markup (`<i>…</i>`), and no way to write it as text: the one exception.
    assert {name: as_source(entry) for name, entry in back.sources.items()} == wanted


@settings(max_examples=200, deadline=None)
@given(bibliographies)
def test_sources_by_bibtex(wanted: dict[Id, Source]) -> None:
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


def test_names_that_begin_with_the_familys() -> None:
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
def test_a_date_is_not_made_surer_in_silence(issued: Any, date: str) -> None:
    back = csl_json.read("x", [{"id": "a", "title": "T", "issued": issued}])
    assert back.sources["a"]["date"] == date
    (problem,) = back.problems
    assert (problem.code, problem.severity) == ("left-out", "warning")
    assert f"only `{date}` is kept" in problem.message
    if isinstance(issued, str):
        back = bibtex.read("x", f"@book{{a, title={{T}}, date={{{issued}}}}}")
        assert back.sources["a"]["date"] == date
        assert "only" in back.problems[0].message


def test_who_is_known_to_be_an_organization_stays_whole() -> None:
    assert names.parse("Human Rights Watchers").family == "Watchers"
    known = frozenset({"Human Rights Watchers"})
    assert names.parse("Human Rights Watchers", organizations=known).literal


# --- there and back: annotations -----------------------------------------------------------------

QUOTES: list[dict[str, str]] = [
    {},
    {"quote": "had been inspected"},
    {"quote": "the bridge", "prefix": "The mayor said that "},
    {"quote": "said that the bridge", "suffix": " had never"},
    {"quote": "The mayor said … never been inspected"},
    {"quote": '4.2 million euros -- "far too much"'},
    {"quote": "the mayor", "section": "What it cost"},
    {"section": "what-it-cost"},
    {"image": "bridge.svg"},
]
prose = st.lists(
    st.sampled_from(
        "so: #1 *x* [a](https://b.org) <b> “q” 90 % – null 2024 é 👩‍👧 \\ `c` true".split()
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
texts = st.one_of(
    prose, st.lists(prose, min_size=2, max_size=3).map(lambda x: "\n\n".join(x) + "\n")
)
dates = st.sampled_from(["2024", "2024-11", "2024-11-10"])
named = st.lists(st.sampled_from(["post", "wire", "shared"]), min_size=1, max_size=3, unique=True)


def maybe(draw: Any, **keys: Any) -> dict[str, Any]:
    return {key: draw(value) for key, value in keys.items() if draw(st.booleans())}


@st.composite
def annotation_files(draw: Any) -> dict[str, Any]:
    """What an annotation file may say, as data."""
    claims = []
    for number in range(draw(st.integers(0, 3))):
        others = [f"c{n}" for n in range(3) if n != number]
        more = maybe(
            draw,
            by=st.sampled_from(["mayor", "Somebody Else"]),
            date=dates,
            review=texts,
            checked=dates,
            disputes=st.lists(st.sampled_from(others), min_size=1, unique=True),
            history=st.just([{"date": "2023", "rating": "unverified", "review": "Why."}]),
            evidence=st.lists(
                st.fixed_dictionaries(
                    {"source": st.sampled_from(["post", "wire", "shared"])},
                    optional={
                        "stance": st.sampled_from(["supports", "disputes", "context"]),
                        "quote": prose,
                        "locator": st.just("p. 3"),
                        "note": texts,
                    },
                ),
                min_size=1,
                max_size=2,
            ),
        )
        rating = draw(st.sampled_from(["true", "false", "disputed"]))
        target = draw(st.sampled_from(QUOTES))
        claims.append(
            {"id": f"c{number}", **target, "claim": draw(prose), "rating": rating, **more}
        )
    for claim in claims:
        rivals = [name for name in claim.get("disputes", ()) if int(name[1]) < len(claims)]
        claim.pop("disputes", None)
        if rivals:
            claim["disputes"] = rivals
    kinds = st.sampled_from(["context", "definition", "opinion"])
    notes = [
        {
            **draw(st.sampled_from(QUOTES)),
            "note": f"{number} {draw(texts)}",
            **maybe(draw, kind=kinds, sources=named, date=dates),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    answer = st.fixed_dictionaries({"answer": texts}, optional={"by": prose, "sources": named})
    questions = [
        {
            **draw(st.sampled_from(QUOTES)),
            "question": f"{number} {draw(prose)}",
            **maybe(draw, settle=texts, sources=named, checked=dates, id=st.just(f"q{number}")),
            **maybe(draw, answers=st.lists(answer, min_size=1, max_size=2)),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    found = {
        "sources": {
            "post": {"title": draw(prose), "date": "2024-11", "primary": "true"},
            "wire": {"title": draw(prose), "repeats": ["post", "shared"], "url": "https://x.org/w"},
        },
        "people": {"mayor": {"name": "The mayor", "role": draw(prose)}},
        "claims": claims,
        "notes": notes,
        "questions": questions,
    }
    return {key: value for key, value in found.items() if value}


LIBRARY = "sources:\n  shared: {title: Shared, type: book}\n"


def written(file: dict[str, Any]) -> str:
    text = None
    for kind, section in SECTIONS.items():
        group = file.get(section, [])
        entries = [{"id": k, **v} for k, v in group.items()] if isinstance(group, dict) else group
        for entry in entries:
            made = annotation_file.append(text, kind, entry)
            assert isinstance(made, annotation_file.Edited)
            text = made.text
    return text or ""


def by_words(data: dict[str, Any]) -> dict[str, Any]:
    """Annotations come back in the order of the article."""
    return {
        key: sorted(value, key=lambda one: json.dumps(one, sort_keys=True))
        if isinstance(value, list)
        else value
        for key, value in data.items()
    }


@SLOW
@given(file=annotation_files(), in_site=st.booleans())
def test_annotations_there_and_back(file: dict[str, Any], in_site: bool, site: Path) -> None:
    """Destination a fresh file: of the same site, or of another that has nothing of the library."""
    path, library = site / "content/bridge/index.yaml", site / "content/_library.yaml"
    path.write_text(written(file), encoding="utf-8")
    library.write_text(LIBRARY, encoding="utf-8")
    out = site.parent / "out.json"
    result = run(site, "export", "bridge", "-o", out)
    assert result.exit_code == 0, result.output
    path.unlink()
    if not in_site:
        library.unlink()
    result = run(site, "import", out, "--article", "bridge")
    assert result.exit_code == 0, result.output
    back = data_of(yaml_of(site)) or {}
    if not in_site:
        assert back["sources"].pop("shared") == {"title": "Shared", "type": "book"}
    assert by_words(back) == by_words(file)
    again = yaml_of(site)
    result = run(site, "import", out, "--article", "bridge")
    assert "nothing new" in result.output
    assert yaml_of(site) == again


REAL = ROOT / "content"


@pytest.mark.parametrize("article", ["kremlin-call", "gettysburg", "binary-search"])
def test_our_own_articles_there_and_back(article: str, tmp_path: Path, templates: Path) -> None:
    root = tmp_path / "site"
    folders.put(root, {"site.toml": (REAL.parent / "site.toml").read_bytes()})
    folders.copy(REAL, root / "content")
    folders.with_cache(root, templates)
    out = tmp_path / "out.json"
    assert run(root, "export", article, "-o", out).exit_code == 0
    path = next(
        p
        for p in (root / f"content/{article}.yaml", root / f"content/{article}/index.yaml")
        if p.exists()
    )
    before = data_of(path.read_text(encoding="utf-8"))
    path.unlink()
    result = run(root, "import", out, "--article", article)
    assert result.exit_code == 0, result.output
    after = data_of(path.read_text(encoding="utf-8"))
    assert by_words(after) == by_words(before)
    for form in ("csl-json", "bibtex"):
        result = run(root, "export", article, "--as", form)
        assert result.exit_code == 0
        reader = bibtex.read if form == "bibtex" else lambda p, t: csl_json.read(p, json.loads(t))
        back = reader("x", result.stdout)
        assert not back.problems
        for name, entry in before["sources"].items():
            assert as_source(back.sources[name]) == as_source(entry)


# --- what others write: annotations --------------------------------------------------------------


def row(exact: str, text: str = "A note.", **more: Any) -> dict[str, Any]:
    """A row of Hypothes.is's API."""
    before, after = more.pop("around", ("", ""))
    selector = [
        {"type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 3,
         "endContainer": "/p[1]", "endOffset": 9},
        {"type": "TextPositionSelector", "start": 4130, "end": 4130 + len(exact)},
        {"type": "TextQuoteSelector", "exact": exact, "prefix": before, "suffix": after},
    ]  # fmt: skip
    uri = "https://example.org/bridge"
    return {
        "id": f"id-{exact[:9]}",
        "created": "2024-05-03T09:12:44.512345+00:00",
        "user": "acct:ada_k@hypothes.is",
        "uri": uri,
        "text": text,
        "tags": [],
        "target": [{"source": uri, "selector": selector}],
        **more,
    }


def test_hypothesis_rows(site: Path) -> None:
    rows = [
        row("had been inspected", "By *whom*?"),
        row(
            "the bridge",
            "Which one?",
            around=("The mayor said that ", " had been"),
            tags=["question"],
        ),
        row("4.2 million euros", "In 2019 prices.", tags=["definition", "money"]),
        row("said the\n\n opposition", "Two of three parties."),
    ]
    reply = {**row("x", "They said so."), "id": "r", "references": [rows[0]["id"]], "target": []}
    result = imported(site, "h.json", {"total": 5, "rows": [reply, *rows]}, "--article", "bridge")
    assert result.exit_code == 0, result.output
    data = data_of(yaml_of(site))
    assert data["notes"] == [
        {
            "quote": "had been inspected",
            "note": "By *whom*?\n\n— ada\\_k\n\n> They said so.\n>\n> — ada_k\n",
            "date": "2024-05-03",
        },
        {
            "quote": "4.2 million euros",
            "note": "In 2019 prices.\n\nTags: money\n\n— ada\\_k\n",
            "kind": "definition",
            "date": "2024-05-03",
        },
        {
            "quote": "said the opposition",
            "note": "Two of three parties.\n\n— ada\\_k\n",
            "date": "2024-05-03",
        },
    ]
    (question,) = data["questions"]
    assert question["quote"] == "the bridge"
    # The shortest words that tell it from the other bridge.
    assert {key: question[key] for key in place.TARGET if key in question} == {
        "quote": "the bridge",
        "suffix": "had been",
    }
    assert run(site, "check").exit_code == 0


def test_hypothesis_client_export(site: Path) -> None:
    """The JSON that the client's own “Export” gives."""
    export = {
        "export_date": "2024-05-04T10:00:00.000Z",
        "export_userid": "acct:ada_k@hypothes.is",
        "client_version": "1.1500.0",
        "annotations": [row("never been inspected", user_info={"display_name": "Ada K."})],
    }
    result = imported(site, "export.json", export, "--article", "content/bridge/index.md")
    assert result.exit_code == 0, result.output
    (note,) = data_of(yaml_of(site))["notes"]
    assert note["note"] == "A note.\n\n— Ada K.\n"


WORDS = {"type": "TextQuoteSelector", "exact": "had been inspected"}
WEB = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "https://example.org/anno/1",
    "type": "Annotation",
    "motivation": "commenting",
    "creator": {"type": "Person", "name": "Grace *M*"},
    "created": "2024-06-01T00:00:00Z",
    "body": {"type": "TextualBody", "value": "<p>See <a href='https://x.org/y'>this</a> &amp; "
             "<b>that</b>.</p><script>no()</script>", "format": "text/html"},
    "target": {"source": "https://example.org/bridge", "selector": WORDS},
}  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        WEB,
        [WEB],
        {"type": "AnnotationPage", "items": [WEB]},
        {
            "type": "AnnotationCollection",
            "total": 1,
            "first": {"type": "AnnotationPage", "items": [WEB]},
        },
        {
            "type": ["AnnotationCollection", "Thing"],
            "first": [{"type": "AnnotationPage", "items": WEB}],
        },
    ],
    ids=["one", "list", "page", "collection", "odd collection"],
)
def test_web_annotation_shapes(data: Any, site: Path) -> None:
    result = imported(site, "w.json", data, "--article", "bridge")
    assert result.exit_code == 0, result.output
    assert data_of(yaml_of(site))["notes"] == [
        {
            "quote": "had been inspected",
            "note": "See [this](https://x.org/y) & **that**.\n\n— Grace \\*M\\*\n",
            "date": "2024-06-01",
        }
    ]


def test_an_annotation_of_several_passages_is_one_of_each(site: Path) -> None:
    lost = {"source": "x", "selector": {**WORDS, "exact": "was painted"}}
    other = {"source": "x", "selector": {**WORDS, "exact": "nothing"}}
    choice = {"type": "Choice", "items": [{"value": "Eins."}, {"value": "One."}]}
    data = {**WEB, "body": choice, "target": [WEB["target"], lost, other]}
    result = imported(site, "w.json", data, "--article", "bridge")
    assert "target[1]: the note" in result.output
    found = data_of(yaml_of(site))["notes"]
    assert [note["quote"] for note in found] == ["had been inspected", "nothing"]
    assert {note["note"] for note in found} == {"Eins.\n\nOne.\n\n— Grace \\*M\\*\n"}


def test_replies_to_a_question_are_answers(site: Path) -> None:
    asked = row("had been inspected", "By whom?", tags=["question"])
    replies = [
        {**row("", text), "id": text, "references": [asked["id"]], "target": [], "user": user}
        for text, user in (("By the city.", "acct:bob@h"), ("By nobody.", None), ("", "acct:x@h"))
    ]
    data = {"rows": [asked, *replies]}
    assert imported(site, "h.json", data, "--article", "bridge").exit_code == 0
    (question,) = data_of(yaml_of(site))["questions"]
    assert question["answers"] == [
        {"answer": "By the city.", "by": "bob"},
        {"answer": "By nobody."},
    ]
    assert "settle" not in question
    assert run(site, "check", "--strict").exit_code == 0


def test_what_is_there_already_is_not_compared_with_each(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row("nothing", f"Note {number}.") for number in range(100)]
    assert imported(site, "h.json", {"rows": rows}, "--article", "bridge").exit_code == 0
    looked_at: list[Any] = []
    real = entries.same_form
    monkeypatch.setattr(entries, "same_form", lambda one: looked_at.append(one) or real(one))
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "nothing new, 100 there already" in result.output
    assert len(looked_at) == 200, "each once of those here, and of those that come"


def test_annotations_of_several_pages(site: Path) -> None:
    rows = [row("nothing"), row("4.2 million euros", uri="https://example.org/other#part")]
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "warning[several-pages]" in result.output
    assert "https://example.org/other (1)" in result.output
    rows[1]["uri"] = rows[0]["uri"] + "#part"
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "several-pages" not in result.output


def test_who_asks_is_not_what_would_settle_it(site: Path) -> None:
    data = {**WEB, "motivation": "questioning", "body": {"value": "Why?"}}
    assert imported(site, "w.json", data, "--article", "bridge").exit_code == 0
    (question,) = data_of(yaml_of(site))["questions"]
    assert question["question"] == "Why? (Grace \\*M\\*)"
    assert "settle" not in question


@pytest.mark.parametrize(
    ("target", "keys"),
    [
        ("https://example.org/bridge", {}),
        ("https://example.org/bridge#what-it-cost", {"section": "what-it-cost"}),
        (
            {"source": "x", "selector": {"type": "FragmentSelector", "value": "what-it-cost",
                                         "refinedBy": {**WORDS, "exact": "nothing"}}},
            {"quote": "nothing"},
        ),
        ({"source": "x", "selector": {"type": "TextPositionSelector", "start": 5, "end": 9}}, None),
        ({"source": "x", "selector": {"type": "CssSelector", "value": "p"}}, None),
        ("https://example.org/bridge#nowhere", None),
        ({"source": "x", "selector": {**WORDS, "exact": "was painted"}}, None),
        ({"source": "x", "selector": {**WORDS, "exact": "the bridge"}}, None),
        ({"source": "x", "selector": {**WORDS, "prefix": "It is untrue ", "suffix": "."}}, None),
    ],
)  # fmt: skip
def test_web_annotation_targets(target: Any, keys: dict[str, str] | None, site: Path) -> None:
    """On the very words, or kept as a comment."""
    result = imported(site, "w.json", {**WEB, "body": "https://x.org", "target": target},
                      "--article", "bridge")  # fmt: skip
    assert result.exit_code == 0, result.output
    text = yaml_of(site)
    if keys is None:
        assert data_of(text) is None
        assert "warning[no-place]" in result.output
        assert "# notes:\n#   - " in text
        assert "<https://x.org>" in text
    else:
        (note,) = data_of(text)["notes"]
        assert {k: note[k] for k in place.TARGET if k in note} == keys


def brought(quote: ForeignQuote) -> IncomingAnnotation:
    return IncomingAnnotation(kind="note", entry={"note": "x"}, at="[0]", quote=quote)


def test_a_position_only_decides_between_equals() -> None:
    article = searchable()
    text = article.reader.text
    second = text.index("the bridge", text.index("the bridge") + 1)
    alone = place.place(article, brought(ForeignQuote("the bridge")))
    assert isinstance(alone, NoPlace)
    found = place.place(article, brought(ForeignQuote("the bridge", start=second)))
    assert isinstance(found, dict)
    span = find.find(article, place_target(found))
    assert isinstance(span, find.Span)
    assert span.start == second
    # One off is somebody else's count: then it decides nothing.
    assert isinstance(
        place.place(article, brought(ForeignQuote("the bridge", start=second + 1))), NoPlace
    )
    # And the words around go before it.
    found = place.place(
        article, brought(ForeignQuote("the bridge", "mayor said that ", start=second))
    )
    assert isinstance(found, dict)
    span = find.find(article, place_target(found))
    assert isinstance(span, find.Span)
    assert span.start < second


def place_target(found: Any) -> Any:
    from explainer.model.annotations import Target

    return Target(**found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_passage_is_found_again(data: st.DataObject) -> None:
    """With the 32 characters around it that programs keep."""
    article = searchable()
    text = article.reader.text
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, min(len(text), start + 300)))
    if not text[start:end].strip():
        return
    quote = ForeignQuote(text[start:end], text[max(0, start - 32) : start], text[end : end + 32])
    span = locate(article, quote, agreeing=4)
    assert isinstance(span, find.Span)
    assert text[span.start : span.end] == text[start:end].strip()
    assert start <= span.start <= span.end <= end


def test_what_has_no_place_is_kept_as_comments_that_can_be_used(site: Path) -> None:
    path = site / "content/bridge/index.yaml"
    path.write_bytes(b"\xef\xbb\xbf# mine\r\nnotes:\r\n  - note: Old. # stays\r\n")
    rows = [row("was painted red", "Who says so?"), row("nothing", "New."), row("", "", target=[])]
    result = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert result.exit_code == 0, result.output
    assert "from line 12" in result.output
    text = path.read_bytes().decode()
    assert text.startswith("\ufeff# mine\r\nnotes:\r\n  - note: Old. # stays\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert text.split("\r\n")[11].startswith("# From ")
    assert "# rows[0]: the article does not have these words\r\n" in text
    assert "it has no text: it only marks words" in text
    comments = text[text.index("# rows[0]") : text.index("#\r\n# rows[2]")].split("\r\n")[1:]
    used = data_of("\n".join(re.sub("^# ?", "", line) for line in comments))  # as editors do
    assert used["notes"][0]["quote"] == "was painted red"
    assert used["notes"][0]["note"].startswith("Who says so?")
    again = imported(site, "h.json", {"rows": rows}, "--article", "bridge")
    assert "already" in again.output
    assert path.read_bytes().decode() == text


def test_unplaced_into_a_file_of_its_own(site: Path) -> None:
    kept = site.parent / "kept.yaml"
    args = ("--article", "bridge", "--unplaced", kept)
    assert imported(site, "h.json", {"rows": [row("red")]}, *args).exit_code == 0
    assert not (site / "content/bridge/index.yaml").exists()
    assert "# rows[0]: the article does not have these words" in kept.read_text()
    before = kept.read_bytes()
    assert imported(site, "h.json", {"rows": [row("red")]}, *args).exit_code == 0
    assert kept.read_bytes() == before


def test_dry_run_writes_nothing(site: Path) -> None:
    before = folders.contents(site / "content")
    rows = [row("nothing"), row("red")]
    kept = site.parent / "kept.yaml"
    for more in ((), ("--unplaced", kept)):
        result = imported(site, "h.json", {"rows": rows}, "--article", "bridge", "--dry-run", *more)
        assert result.exit_code == 0
        assert "1 note new" in result.output
        assert "would" in result.output
    assert folders.contents(site / "content") == before
    assert not kept.exists()


def test_an_id_that_is_taken_is_made_another(site: Path) -> None:
    entry = {"id": "cost", "claim": "It cost nothing.", "rating": "false", "disputes": ["much"]}
    other = {"id": "much", "claim": "It cost much.", "rating": "true", "disputes": ["cost"]}
    (site / "content/bridge/index.yaml").write_text(
        "claims:\n  - {id: Cost, claim: Another., rating: mixed}\n"
    )
    items = [
        {"type": "Annotation", "target": "https://x.org/", "explainer:kind": "claim",
         "explainer:entry": one}
        for one in (entry, other, {**other, "id": "m2", "rating": "so-so"},
                   {**other, "id": "m3", "evidence": [{"source": "nobody"}]},
                   {**other, "id": "m4", "colour": "red"}, {"id": ["x"], "claim": {"a": 1}})
    ]  # fmt: skip
    result = imported(site, "w.json", items, "--article", "bridge")
    assert result.exit_code == 0, result.output
    claims = {one["id"]: one for one in data_of(yaml_of(site))["claims"]}
    assert list(claims) == ["Cost", "cost-1", "much"]
    assert claims["much"]["disputes"] == ["cost-1"]
    for why in ("no rating `so-so`", "the source `nobody`", "colour"):
        assert why in result.output
    assert yaml_of(site).count("# claims:") == 4
    assert run(site, "check").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` <b> [d](e) ![f] 1. g\n2. h\n\n# i\n- j\n> k\n+ l\n=\n| m | ~~n~~ &amp; \\*",
        "a  \nb",
    ],
)
def test_plain_text_reads_the_same_as_markdown(text: str) -> None:
    reader = NoteMarkdown()
    html = reader.render(reader.parse(markup.from_plain(text)))
    shown = pages.parse(html)
    assert shown.text.split() == text.split()
    assert {element.tag for element in shown} <= {"", "p", "br"}


# --- what others write: sources ------------------------------------------------------------------

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


def test_a_bibliography(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text(
        "sources:\n  cost: {title: The cost, url: https://example.org/cost} # mine\n"
        "  site: {title: Something else}\n"
        "notes:\n  - {note: A., sources: [cost, site]}\n"
    )
    result = imported(site, "refs.bib", BIB, "--article", "bridge")
    assert result.exit_code == 1  # one entry cannot be read
    assert "refs.bib:18: error[bibtex-syntax]" in result.output
    assert "`cost2024` as `cost`" in result.output
    assert "left out, since a source has no such key: `pages`, `volume`" in result.output
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


def test_sources_into_the_library(site: Path) -> None:
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
    for said in ("`page`", "`publisher`", "`postcard`", "2023-02-30", "ftp://x"):
        assert said in result.output


# --- what is no such file ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.json", "{", "x.json:1:2: error[not-json]"),
        ("x.json", "", "error[not-json]"),
        ("x.json", "[1, 2,\n  oops]", "x.json:2:3: error[not-json]"),
        ("x.json", "[" * 100_000, "error[not-json]"),
        ("x.json", '{"a": ' + "1" * 5000 + "}", "error[not-json]"),
        ("x.json", "null", "error[wrong-shape]"),
        ("x.json", "[[[[[[[[[[]]]]]]]]]]", "error["),
        ("x.json", "[]", "error[nothing-there]"),
        ("x.json", '{"rows": 3}', "error[wrong-shape]"),
        ("x.json", '{"rows": []}', "error[nothing-there]"),
        (
            "x.json",
            '{"type": "AnnotationCollection", "first": "https://x.org/1"}',
            "error[wrong-shape]",
        ),
        ("x.json", "[3, null, true]", "`[1]` should be"),
        ("x.json", '"text"', "error[wrong-shape]"),
        ("x.json", b"\xff\xfe[\x00]\x00", "error[not-utf8]"),
        ("x.json", b'["M\xfcller"]', "x.json:1:4: error[not-utf8]"),
        ("x.json", b"\x00\x01\x02", "error["),
        ("x.bib", b"@book{a, title={M\xfcller}}", "x.bib:1:18: error[not-utf8]"),
        ("x.bib", "nothing here", "error[bibtex-syntax]"),
        ("x.bib", "", "error[bibtex-syntax]"),
        ("x.bib", "@book{a", "x.bib:1: error[bibtex-syntax]"),
    ],
)
def test_bad_input(name: str, content: str | bytes, said: str, site: Path) -> None:
    before = folders.contents(site / "content")
    result = imported(site, name, content, "--article", "bridge")
    assert result.exit_code == 1, result.output
    assert said in result.output
    assert "Traceback" not in result.output
    assert folders.contents(site / "content") == before


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(
        ["", "Annotation", "AnnotationPage", "had been inspected", "TextQuoteSelector",
         "\ud800\x00", "https://x.org/#a", "note", "claim", "tagging", "text/html"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            "type items first rows annotations target selector exact prefix body value purpose "
            "tags text user references id title author issued date-parts URL explainer:kind family "
            "explainer:entry explainer:sources explainer:people source note name motivation "
            "creator start refinedBy custom repeats quote".split()), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(ANY_JSON)
def test_any_json_is_read_or_refused(data: Any) -> None:
    for reader in (web_annotation.read, hypothesis.read, csl_json.read):
        incoming = reader("x.json", data)
        for one in incoming.annotations:
            place.place(searchable(), one)


@SLOW
@given(ANY_JSON)
def test_any_json_leaves_a_sound_site(site: Path, data: Any) -> None:
    content = json.dumps(data)
    (site / "content/bridge/index.yaml").unlink(missing_ok=True)
    result = imported(site, "x.json", content, "--article", "bridge")
    assert result.exit_code in (0, 1), (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    path = site / "content/bridge/index.yaml"
    if path.exists():
        file, _, _ = read_annotations(Text("x.yaml", yaml_of(site)))
        assert file is not None


@settings(max_examples=300, deadline=None)
@given(st.text("@bok{},=\"#\\%\n ~$a1'-&", max_size=60))
def test_any_bibtex_is_read_or_refused(text: str) -> None:
    bibtex.read("x.bib", text)
    bibtex.read("x.bib", f"@book{{a, title={{{text}}}, author={{{text}}}, year={{{text}}}}}")


def test_a_broken_annotation_file_is_left_alone(site: Path) -> None:
    path = site / "content/bridge/index.yaml"
    path.write_text("notes:\n  - nope: 3\n")
    result = imported(site, "w.json", WEB, "--article", "bridge")
    assert result.exit_code == 1
    assert "content/bridge/index.yaml:2:5: error[unknown-key]" in result.output
    assert path.read_text() == "notes:\n  - nope: 3\n"
    assert run(site, "export", "bridge").exit_code == 1


def test_an_annotation_without_a_place_is_not_exported_in_silence(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text("notes:\n  - {quote: gone, note: A.}\n")
    result = run(site, "export", "bridge")
    assert result.exit_code == 1
    assert "quote-lost" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "nowhere.json", "--article", "bridge"), "cannot be read"),
        (("import", "w.json"), "--article"),
        (("import", "w.json", "--library"), "--article"),
        (("import", "b.bib"), "--library"),
        (("import", "w.json", "--article", "brigde"), "Did you mean content/bridge/index.md?"),
        (("export", "brigde"), "there is no article `brigde`"),
        (("export", "bridge", "--as", "csv"), "Invalid value"),
        (("export", "bridge", "-o", "no/such/folder/x"), "cannot be written"),
    ],
)
def test_wrong_use_is_2(
    arguments: tuple[str, ...], said: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.parent)
    Path("w.json").write_text(json.dumps(WEB))
    Path("b.bib").write_text("@book{a, title={B}}")
    result = run(site, *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.output


# --- export --------------------------------------------------------------------------------------


def test_claim_reviews(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text(
        "claims:\n  - {id: a, claim: One., rating: true}\n  - {id: b, claim: Two., rating: mixed}\n"
    )
    result = run(site, "export", "bridge", "--as", "claimreview")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["@context"] == "https://schema.org"
    assert [(one["@type"], one["url"], one["claimReviewed"]) for one in data["@graph"]] == [
        ("ClaimReview", "https://example.org/base/bridge/claims/a/", "One."),
        ("ClaimReview", "https://example.org/base/bridge/claims/b/", "Two."),
    ]
    (site / "site.toml").write_text('title = "T"\n')
    result = run(site, "export", "bridge", "--as", "claimreview")
    assert result.exit_code == 2
    assert "--base-url" in result.output


def test_an_exported_collection_is_a_web_annotation_collection(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text(
        "sources:\n  post: {title: Post, type: book}\n"
        "notes:\n  - {quote: nothing, note: A *note*., sources: [post]}\n"
    )
    result = run(site, "export", "bridge")
    data = json.loads(result.stdout)
    assert data["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert data["explainer:sources"] == [{"id": "post", "title": "Post", "type": "book"}]
    (item,) = data["first"]["items"]
    assert item["target"]["source"] == "https://example.org/base/bridge/"
    assert item["body"][0]["value"] == "<p>A <em>note</em>.</p>\n"
    assert item["explainer:entry"]["note"] == "A *note*."
    # What any program that knows the model would read of it.
    for one in data["first"]["items"]:
        del one["explainer:kind"], one["explainer:entry"]
    (site / "content/bridge/index.yaml").unlink()
    assert imported(site, "w.json", data, "--article", "bridge").exit_code == 0
    assert data_of(yaml_of(site))["notes"] == [{"quote": "nothing", "note": "A *note*."}]


def test_an_article_without_annotations(site: Path) -> None:
    for form in ("web-annotation", "csl-json", "bibtex", "claimreview"):
        result = run(site, "export", "bridge", "--as", form)
        assert result.exit_code == 0, result.output
