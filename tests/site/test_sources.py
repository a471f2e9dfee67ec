"""One source in several articles: which are the same, what is shown, and what contradicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import load_site
from explainer.model.annotations import Source
from explainer.model.problems import Problem
from explainer.model.site import IndexedSource
from explainer.site import sources
from explainer.site.sources import users
from explainer.support.addresses import identity
from tests.helpers import folders

URL = "https://example.org/report"


def listed(
    root: Path, sources: Mapping[str, str], library: str = ""
) -> tuple[list[IndexedSource], list[Problem]]:
    """Return the sources of a site and the problems.

    `sources` has the YAML of each article's sources; each source is cited. Article `a` is the
    newest.
    """
    files: dict[str, str | bytes] = {"site.toml": 'title = "T"\n'}
    if library:
        files["content/_library.yaml"] = f"sources:\n{library}"
    for name, text in sources.items():
        date = f"2024-01-{27 - (ord(name[0]) - ord('a')):02}"
        files[f"content/{name}.md"] = f"---\ntitle: {name}\ndate: {date}\n---\nWords.\n"
        own = re.findall(r"^  ([\w-]+):", text, re.MULTILINE)
        used = ", ".join(own or re.findall(r"^  ([\w-]+):", library, re.MULTILINE))
        head = f"sources:\n{text}" if text else ""
        files[f"content/{name}.yaml"] = f"{head}notes:\n- {{note: N, sources: [{used}]}}\n"
    loaded = load_site(folders.put(root, files), BuildOptions(jobs=1))
    assert loaded.site
    found = [p for p in loaded.problems if p.code not in ("unused-source", "repeats-cycle")]
    return list(loaded.site.index.sources), found


def source(name: str, **facts: str) -> str:
    return f"  {name}: {{title: T, {', '.join(f'{k}: {v}' for k, v in facts.items())}}}\n"


# --- which are the same --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "http://example.org/a"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a", "HTTPS://EXAMPLE.ORG/a".replace("HTTPS", "https")),
        ("https://example.org/a", "https://example.org:443/a"),
        ("http://example.org/a", "http://example.org:80/a"),
        ("https://example.org/a", "https://example.org./a"),
        ("https://example.org/a", "https://example.org/a#"),
        ("https://example.org/a", "https://example.org/a?"),
        ("https://example.org/a", "https://example.org/a#:~:text=the%20words"),
        ("https://example.org/a", "https://example.org/a?utm_source=x&UTM_medium=y&fbclid=z"),
        ("https://example.org/a?id=1", "https://example.org/a?utm_campaign=x&id=1"),
        ("https://example.org/%7euser", "https://example.org/~user"),
        ("https://example.org/%c3%a4", "https://example.org/ä"),
        ("https://example.org/%C3%A4?q=%c3", "http://example.org/%c3%A4/?q=%C3"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://example.org/%41%2D", "https://example.org/A-"),
        ("https://example.org/a?x=1", "https://example.org/a?utm_source=b=c&x=1"),
        ("https://EXAMPLE.org/a", "https://example.org/a"),
        ("https://doi.org/10.1000/ABC", "http://dx.doi.org/10.1000/abc"),
        ("https://doi.org/10.1000/A%3CB", "https://www.doi.org/10.1000/a%3cb"),
    ],
)
def test_addresses_of_the_same_page(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/a", "https://www.example.org/a"),
        ("https://example.org/a", "https://example.org:8443/a"),
        ("https://example.org/a", "https://example.org/a//"),
        ("https://example.org/a", "https://example.org/a/index.html"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?id=1", "https://example.org/a"),
        ("https://example.org/a?a=1&b=2", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?utm=1", "https://example.org/a"),
        ("https://example.org/a#one", "https://example.org/a#two"),
        ("https://example.org/#/one", "https://example.org/"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a?x=%26", "https://example.org/a?x=&"),
        ("https://me@example.org/a", "https://example.org/a"),
        ("https://doi.org/10.1000/abc", "https://doi.org.example/10.1000/abc"),
        ("https://api.doi.org/10.1000/abc", "https://doi.org/10.1000/abc"),
        ("https://example.org/%e4x", "https://example.org/E4x"),
        ("https://example.org/%2F", "https://example.org//"),
        ("https://example.org/a?x=1&utm_source=b", "https://example.org/a?x=1&other=b"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://example.org:80/a", "https://example.org/a"),
        ("http://[", "http://[x"),
        ("https:///a", "https:///b"),
        ("https://web.archive.org/web/2024/https://example.org/a", "https://example.org/a"),
    ],
)
def test_addresses_of_different_pages(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_one_address_is_one_source_whatever_its_ids(tmp_path: Path) -> None:
    texts = {
        "a": source("one", url=URL),
        "b": source("other", url=f"{URL}/?utm_source=x"),
        "c": source("one", url=URL.replace("https", "http")),
    }
    (found,), problems = listed(tmp_path, texts)
    assert problems == []
    assert (found.key, found.source.url) == ("one", URL)
    assert [use.article.front.title for use in found.uses] == ["a", "b", "c"]
    assert [article.front.title for article in users(found)] == ["a", "b", "c"]
    assert users(replace(found, uses=(*found.uses, *found.uses))) == users(found)


def test_one_id_with_different_addresses_is_several_sources(tmp_path: Path) -> None:
    texts = {
        "a": source("s", url=URL),
        "b": source("s", url=URL + "2"),
        "c": source("s", date="2024"),
    }
    found, problems = listed(tmp_path, texts)
    assert problems == []
    assert len({each.key for each in found}) == len(found) == 3
    assert all(len(each.uses) == 1 for each in found)


def test_https_is_shown(tmp_path: Path) -> None:
    texts = {"a": source("s", url=URL.replace("https", "http")), "b": source("s", url=URL)}
    (found,), _ = listed(tmp_path, texts)
    assert found.source.url == URL


# --- what is shown -------------------------------------------------------------------------------

FULL = {
    "publisher": "P",
    "authors": "[A. Author, B. Writer]",
    "date": "2024-11-10",
    "archived": "https://archive.example/1",
    "type": "report",
    "primary": "true",
    "language": "en",
}


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_the_fullest_facts_are_shown(tmp_path: Path, order: str) -> None:
    full = source("s", url=URL, **FULL)
    texts = dict(zip(order, (source("s", url=URL), full), strict=True))
    (found,), problems = listed(tmp_path, texts)
    assert problems == []
    assert found.source == Source(
        title="T",
        url=found.source.url,
        publisher="P",
        authors=("A. Author", "B. Writer"),
        date=found.source.date,
        archived=found.source.archived,
        type="report",
        primary=True,
        language="en",
    )
    assert (found.source.date, found.source.archived) == (FULL["date"], FULL["archived"])


@pytest.mark.parametrize("order", ["abc", "cab", "bca"])
def test_each_fact_comes_from_where_it_is_given(tmp_path: Path, order: str) -> None:
    texts = [
        source("s", url=URL, date="2024", authors="[A. Author]"),
        source("s", url=URL, date="2024-11", publisher="P"),
        source("s", url=URL, primary="true", authors="[A. Author, B. Writer]", language="pt-BR"),
    ]
    (found,), problems = listed(tmp_path, dict(zip(order, texts, strict=True)))
    assert problems == []
    shown = found.source
    assert (shown.date, shown.publisher, shown.primary) == ("2024-11", "P", True)
    assert (shown.authors, shown.language) == (("A. Author", "B. Writer"), "pt-BR")


def test_named_authors_say_more_than_et_al(tmp_path: Path) -> None:
    for order in ("ab", "ba"):
        texts = [source("s", url=URL, authors=f"[A. Author, {b}]") for b in ("et al.", "B. Writer")]
        (found,), _ = listed(tmp_path / order, dict(zip(order, texts, strict=True)))
        assert found.source.authors == ("A. Author", "B. Writer")


def test_repeats_are_merged(tmp_path: Path) -> None:
    texts = {
        "a": source("s", url=URL) + source("x", url=URL + "x"),
        "b": source("s", url=URL, repeats="[y]") + source("y", url=URL + "x"),
        "c": source("s", url=URL, repeats="[z]") + source("z", url=URL + "z"),
    }
    found, problems = listed(tmp_path, texts)
    assert problems == []
    by_key = {each.key: [name for name, _ in each.repeats] for each in found}
    assert by_key == {"s": ["x", "z"], "x": [], "z": []}


def test_the_order_does_not_depend_on_the_names_of_files(tmp_path: Path) -> None:
    texts = [source(name, url=f"{URL}/{name}") for name in "pqr"]
    orders = [
        listed(tmp_path / names, dict(zip(names, texts, strict=True)))[0]
        for names in ("abc", "cba", "bac")
    ]
    assert [[each.key for each in found] for found in orders] == [["p", "q", "r"]] * 3


def test_sources_with_one_title_are_in_the_order_of_their_keys(tmp_path: Path) -> None:
    texts = {
        "a": source("b", url=URL) + source("aa", url=URL + "2"),
        "b": source("a", url=URL),
    }
    assert [each.key for each in listed(tmp_path, texts)[0]] == ["aa", "b"]


# --- what contradicts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "shown", "other"),
    [
        ("publisher", "The Post", "The Times"),
        ("date", "2024-11-10", "2024-11-11"),
        ("date", "2024-11", "2023"),
        ("type", "report", "book"),
        ("language", "en", "de"),
        ("authors", "[A. Author]", "[C. Other]"),
        *(("publisher", "C", "C++"), ("publisher", "R", "R&D"), ("publisher", "Top 15", "Top 1.5")),
        *(("publisher", "$5", "£5"), ("publisher", "राजनीति", "राजनेता")),
    ],
)
def test_different_facts_are_a_warning(tmp_path: Path, key: str, shown: str, other: str) -> None:
    texts = {
        "a": "\n" + source("new", url=URL, **{key: shown}),
        "b": source("old", url=URL + "/", **{key: other}),
    }
    (found,), (problem,) = listed(tmp_path, texts)
    assert (problem.code, problem.severity) == ("source-conflict", "warning")
    where = problem.location
    assert (where.path, where.line, where.column) == ("content/b.yaml", 2, 3)
    (related,) = problem.related
    assert (related.location.path, related.location.line) == ("content/a.yaml", 3)
    assert f"not its {key}" in problem.message
    plain = shown.strip("[]")
    assert f"{key}: {plain}" in problem.hint
    assert plain in (value := getattr(found.source, key)) or plain == value


def test_several_facts_are_one_warning(tmp_path: Path) -> None:
    texts = {
        "a": f"  s: {{title: One, url: {URL}, date: 2024, publisher: P}}\n",
        "b": f"  s: {{title: Two, url: {URL}, date: 2023, publisher: P}}\n",
        "c": f"  s: {{title: Two, url: {URL}}}\n",
    }
    (found,), problems = listed(tmp_path, texts)
    assert found.source.title == "One"
    assert [(p.location.path, p.message.partition("but ")[2]) for p in problems] == [
        ("content/b.yaml", "not its title and date"),
        ("content/c.yaml", "not its title"),
    ]


def test_a_warning_names_the_source_that_gives_what_is_shown(tmp_path: Path) -> None:
    texts = {
        "a": source("s", url=URL),
        "b": source("s", url=URL, publisher="P"),
        "c": source("s", url=URL, publisher="Q"),
    }
    _, (problem,) = listed(tmp_path, texts)
    assert problem.location.path == "content/c.yaml"
    assert [each.location.path for each in problem.related] == ["content/b.yaml"]


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("publisher", "The Post", "the  post."),
        *(("publisher", "“A” – B 1.5", "a -- b. 1.5!"), ("publisher", "2020–21", "2020-21")),
        ("authors", "[A. Author, et al.]", "[A. Author, B. Writer]"),
        ("date", "2024", "2024-11-10"),
        ("language", "en", "en-GB"),
        ("type", "webpage", "report"),
        ("archived", "https://archive.example/1", "https://archive.example/2"),
        ("authors", "[A. Author, B. Writer]", "[B. Writer]"),
        ("primary", "true", "false"),
    ],
)
def test_other_differences_contradict_nothing(
    tmp_path: Path, key: str, one: str, other: str
) -> None:
    for order in ("ab", "ba"):
        values = dict(zip(order, (one, other), strict=True))
        texts = {n: source("s", url=URL, **{key: values[n]}) for n in "ab"}
        assert listed(tmp_path / order, texts)[1] == []


def test_the_library_wins(tmp_path: Path) -> None:
    library = f"  lib: {{title: Right, url: {URL}, date: 2020}}\n"
    texts = {
        "a": f"  own: {{title: Wrong, url: {URL}, publisher: P}}\n",
        "b": "",
        "c": f"  mine: {{title: right, url: {URL}/, date: 2020-02}}\n",
    }
    (found,), (problem,) = listed(tmp_path, texts, library)
    assert (found.key, found.source.title) == ("lib", "Right")
    assert (found.source.date, found.source.publisher) == ("2020-02", "P")
    assert problem.location.path == "content/a.yaml"
    (related,) = problem.related
    assert related.location.path == "content/_library.yaml"


def test_a_library_source_in_many_articles_does_not_contradict_itself(tmp_path: Path) -> None:
    library = source("s", url=URL, **FULL)
    (found,), problems = listed(tmp_path, dict.fromkeys("abc", ""), library)
    assert problems == []
    assert len(found.uses) == 3


def test_two_sources_of_the_library_with_one_address_are_one_warning(tmp_path: Path) -> None:
    library = source("s", url=URL, date="2024") + source("t", url=URL, date="2023")
    _, (problem,) = listed(tmp_path, dict.fromkeys("abc", ""), library)
    assert (problem.location.path, problem.location.line) == ("content/_library.yaml", 3)


def test_only_the_sources_that_are_asked_for_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(name: str, source: Source, *others: Any) -> IndexedSource:
        made.append(source.title)
        return IndexedSource(name, source, *others)

    monkeypatch.setattr(sources, "IndexedSource", counted)
    own = "".join(f"  s{n}: {{title: S{n}}}\n" for n in range(9))
    notes = (
        f"sources:\n{own}notes: [{{note: N, sources: [{', '.join(f's{n}' for n in range(9))}]}}]"
    )
    files = {"site.toml": 'title = "T"\n', "content/a.md": "Words.\n", "content/a.yaml": notes}
    site = load_site(folders.put(tmp_path, files), BuildOptions(jobs=1)).site
    assert site
    every = site.index.sources
    assert [one.source.title for one in every[:2]] == made == ["S0", "S1"]
    assert every[1] is every[1]
    assert [one.source.title for one in every[-3::2]] == ["S6", "S8"]
    assert len(list(every)) == len(made) == 9
