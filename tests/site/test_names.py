"""People and topics: which names mean the same one, and what of their addresses is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site, load_site
from explainer.model.annotations import Person
from explainer.model.site import SiteIndex
from tests.helpers import folders

SETTINGS = 'title = "T"\n[search]\nenabled = false\n'
QUOTES = ("One", "Two", "Three", "Four")
TEXT = f"{'. '.join(QUOTES)}.\n"


def built(root: Path, files: dict[str, str]) -> BuildResult:
    folders.put(root, {"site.toml": SETTINGS, **files})
    return build_site(root, BuildOptions(jobs=1))


def article(*topics: str, slug: str = "") -> str:
    return f"---\ntitle: T\ntopics: [{', '.join(topics)}]\n{slug}---\n{TEXT}"


def claims(*names: str, people: str = "") -> str:
    entries = (
        f'  - {{id: c{i}, quote: {QUOTES[i]}, claim: C., rating: "true", by: {name}}}\n'
        for i, name in enumerate(names)
    )
    return f"{people}claims:\n{''.join(entries)}"


def index(root: Path, files: dict[str, str]) -> SiteIndex:
    folders.put(root, {"site.toml": SETTINGS, **files})
    site = load_site(root, BuildOptions(jobs=1)).site
    assert site
    return site.index


def reported(result: BuildResult) -> list[tuple[str, str, str, int, int]]:
    return [
        (p.code, p.severity, p.location.path, p.location.line, p.location.column)
        for p in result.problems
    ]


def pages(root: Path, section: str) -> list[str]:
    return sorted(path.name for path in (root / "_site" / section).iterdir() if path.is_dir())


# --- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (("Müller", "MÜLLER", "Müller"), "müller"),
        (("Straße", "STRASSE", "Straße"), "straße"),
        (("Mu\u0308ller", "Müller", "Müller"), "müller"),
        (("İpek", "i̇pek", "İpek"), "i̇pek"),
        (("Иванов", "ИВАНОВ", "Иванов"), "иванов"),
        (("'Müller '", "Müller", "'Müller  '"), "müller"),
    ],
)
def test_names_that_differ_only_in_case_or_form_are_one_person(
    names: tuple[str, ...], page: str, tmp_path: Path
) -> None:
    result = built(tmp_path, {"content/a.md": article(), "content/a.yaml": claims(*names)})
    assert not result.failed
    assert {(p.code, p.severity) for p in result.problems} <= {("name-spelling", "info")}
    assert pages(tmp_path, "people") == [page]
    links = (tmp_path / "_site/a/index.html").read_text(encoding="utf-8")
    assert "people/strasse" not in links


def test_the_remark_is_at_the_other_spelling_and_shows_the_first(tmp_path: Path) -> None:
    files = {"content/a.md": article(), "content/a.yaml": claims("Müller", "muller", "MÜLLER")}
    result = built(tmp_path, files)
    assert not result.failed
    assert reported(result) == [
        ("name-spelling", "info", "content/a.yaml", 3, 57),
        ("name-spelling", "info", "content/a.yaml", 4, 59),
    ]
    question, remark = result.problems
    assert question.message == "the person `muller` is not the person `Müller`: each has a page"
    assert remark.message == "the person `MÜLLER` is also spelt `Müller`, and is shown so"
    assert [related.location.line for related in remark.related] == [2]
    assert pages(tmp_path, "people") == ["muller", "müller"]


def test_the_most_frequent_spelling_is_shown_on_every_page(tmp_path: Path) -> None:
    files = {
        "content/a.md": article(),
        "content/a.yaml": claims("STRASSE"),
        "content/b.md": article(),
        "content/b.yaml": claims("Straße", "Straße"),
    }
    built(tmp_path, files)
    page = (tmp_path / "_site/a/claims/c0/index.html").read_text(encoding="utf-8")
    assert "STRASSE" not in page
    assert "Straße" in page


def test_a_name_finds_its_entry_in_any_case(tmp_path: Path) -> None:
    people = "people: {mueller: {name: Hans Müller}}\n"
    text = claims("hans müller", people=people)
    result = built(tmp_path, {"content/a.md": article(), "content/a.yaml": text})
    assert result.problems == ()
    assert pages(tmp_path, "people") == ["mueller"]


def test_the_spellings_of_an_entry_are_not_those_of_plain_names(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for article_name, name in (("a", "The Post"), ("b", "The Post"), ("c", "THE POST")):
        people = f"people: {{post: {{name: {name}}}}}\n"
        files[f"content/{article_name}.md"] = article()
        files[f"content/{article_name}.yaml"] = claims("post", people=people)
    files["content/d.md"] = article()
    files["content/d.yaml"] = claims("THE POST")
    found = {each.id: each.person.name for each in index(tmp_path, files).people}
    assert found == {"post": "The Post", "the-post": "THE POST"}


def test_an_entry_beside_a_plain_name_is_a_question(tmp_path: Path) -> None:
    people = "people: {mueller: {name: Hans Müller}}\n"
    files = {
        "content/a.md": article(),
        "content/a.yaml": claims("mueller", people=people),
        "content/b.md": article(),
        "content/b.yaml": claims("Hans Müller"),
    }
    (problem,) = built(tmp_path, files).problems
    assert (problem.code, problem.severity) == ("name-spelling", "info")
    assert "content/_library.yaml" in problem.hint


def test_an_entry_with_the_address_of_a_name_is_one_person_or_a_conflict(tmp_path: Path) -> None:
    def files(name: str) -> dict[str, str]:
        return {
            "content/a.md": article(),
            "content/a.yaml": claims("post", people=f"people: {{post: {{name: {name}}}}}\n"),
            "content/b.md": article(),
            "content/b.yaml": claims("post"),
        }

    assert built(tmp_path / "one", files("Post")).problems == ()
    (problem,) = built(tmp_path / "two", files("The Post")).problems
    assert (problem.code, problem.location.path) == ("person-conflict", "content/b.yaml")
    assert problem.related[0].location.path == "content/a.yaml"
    assert problem.message == "the person `post` is post here and The Post elsewhere"
    plain = {name.replace("/b.", "/0."): text for name, text in files("The Post").items()}
    (problem,) = built(tmp_path / "three", plain).problems
    assert problem.message == "the person `post` is The Post here and post elsewhere"


@pytest.mark.parametrize("order", ["abc", "bca", "cab", "acb"])
def test_what_articles_say_about_a_person_is_merged(order: str, tmp_path: Path) -> None:
    known = (
        "people: {post: {name: The Post, role: Newspaper}}\n",
        "people: {post: {name: the post, url: 'https://x.org/', wikidata: Q1}}\n",
        "people: {post: {name: The Post, role: Tabloid}}\n",
    )
    files = {}
    for name, people in zip(order, known, strict=True):
        files[f"content/{name}.md"] = article()
        files[f"content/{name}.yaml"] = claims("post", people=people)
    (person,) = index(tmp_path, files).people
    role = "Newspaper" if order.index("a") < order.index("c") or order[0] < order[2] else "Tabloid"
    assert person.person.role == role
    kind = person.person.kind
    assert (kind, person.person.url, person.person.wikidata) == ("person", "https://x.org/", "Q1")
    assert [ref.article.path for ref in person.claims] == [f"content/{n}.md" for n in "abc"]


def test_an_entry_says_more_than_a_plain_name(tmp_path: Path) -> None:
    files = {
        "content/a.md": article(),
        "content/a.yaml": claims("Post"),
        "content/b.md": article(),
        "content/b.yaml": claims("post", people="people: {post: {name: POST, role: R}}\n"),
        "content/c.md": article(),
        "content/c.yaml": "people: {post: {name: Post, url: 'https://x.org/'}}\n"
        "questions: [{question: Q, answers: [{answer: A, by: post}]}]\n",
    }
    (person,) = index(tmp_path, files).people
    assert person.person == Person(name="POST", role="R", url="https://x.org/")
    assert person.location.path == "content/b.yaml", "of the entry, not of the plain name"
    assert [ref.article.path for ref in person.claims] == ["content/a.md", "content/b.md"]
    ((page, question, answer),) = person.answers
    assert (page.path, answer) == ("content/c.md", question.answers[0])


def test_people_and_topics_are_listed_by_name(tmp_path: Path) -> None:
    files = {
        "content/a.md": article("b", "C", "a"),
        "content/a.yaml": claims("zoe", "Ann", "bob"),
        "content/b.md": article("c", "b"),
        "content/b.yaml": claims("Ann"),
    }
    found = index(tmp_path, files)
    assert [person.person.name for person in found.people] == ["Ann", "bob", "zoe"]
    assert [topic.name for topic in found.topics] == ["a", "b", "C"]
    assert [[a.path[8] for a in topic.articles] for topic in found.topics] == [
        ["a"],
        ["a", "b"],
        ["a", "b"],
    ]


@pytest.mark.parametrize("names", [("C-D", "C D"), ("C D", "C-D")])
def test_people_with_one_address_are_an_error_with_both_places(
    names: tuple[str, str], tmp_path: Path
) -> None:
    files = {"content/a.md": article(), "content/a.yaml": claims(*names)}
    (problem,) = built(tmp_path, files).problems
    assert (problem.code, problem.severity) == ("person-conflict", "error")
    assert problem.message == (
        f"the people `{names[1]}` and `{names[0]}` would have the same address"
    )
    assert (problem.location.line, problem.related[0].location.line) == (3, 2)
    assert problem.related[0].message == f"{names[0]} here"


def test_of_equally_frequent_spellings_the_first_is_shown(tmp_path: Path) -> None:
    files = {
        "content/a.md": article("x", "Topic", "  topic"),
        "content/a.yaml": claims("Post", "POST", "POST", "Post")
        + "questions: [{question: Q, answers: [{answer: A, by: pOST}, {answer: B}]}]\n",
    }
    found = index(tmp_path, files)
    assert [person.person.name for person in found.people] == ["Post"]
    assert [topic.name for topic in found.topics] == ["Topic", "x"]
    page = found.articles[0]
    (question,) = page.questions
    assert [answer.by and answer.by.person.name for answer in question.answers] == ["Post", None]
    assert {claim.by.person.name for claim in page.claims if claim.by} == {"Post"}


def test_another_spelling_is_replaced_wherever_the_annotation_is_shown(tmp_path: Path) -> None:
    annotations = claims("Post", "Post") + (
        '  - {id: c2, quote: Three, claim: C., rating: "true", by: POST, evidence: [{source: s}]}\n'
        "sources: {s: {title: S}}\nnotes: [{quote: Four, note: N, sources: [s]}]\n"
    )
    files = {"content/a.md": article(), "content/a.yaml": annotations}
    (page,) = index(tmp_path, files).articles
    whole = {annotation.id: annotation for annotation in page.annotations}
    parts = [part for part in page.body if not isinstance(part, str)]
    shown = [each for part in parts for each in getattr(part, "annotations", ())]
    shown += [part.annotation for part in parts if hasattr(part, "annotation")]
    assert {each.id for each in shown} == set(whole)
    assert all(each is whole[each.id] for each in shown)
    ((source),) = page.sources
    assert [use.annotation for use in source.uses] == [whole["c2"], page.annotations[3]]
    assert all(use.annotation is whole[use.annotation.id] for use in source.uses)
    built(tmp_path, files)
    assert "POST" not in (tmp_path / "_site/a/index.html").read_text(encoding="utf-8")


def test_the_first_use_of_another_spelling_is_reported(tmp_path: Path) -> None:
    text = claims("Post", "Post", "POST", "POST")
    result = built(tmp_path, {"content/a.md": article(), "content/a.yaml": text})
    assert reported(result) == [("name-spelling", "info", "content/a.yaml", 4, 59)]


def test_names_of_entries_are_those_of_their_authors(tmp_path: Path) -> None:
    """Neither are they renamed as plain names are, nor are plain names because of them."""

    def entry(key: str, name: str) -> str:
        return claims(key, people=f"people: {{{key}: {{name: {name}}}}}\n")

    texts = {
        "a": entry("p", "Post"),
        "b": entry("p", "POST"),
        "c": claims("POST"),
        "d": claims("Times", "Times"),
        "e": claims("TIMES"),
        "f": entry("t", "TIMES"),
    }
    files = {f"content/{name}.md": article() for name in texts}
    files |= {f"content/{name}.yaml": text for name, text in texts.items()}
    people = {person.id: person.person.name for person in index(tmp_path, files).people}
    assert people == {"p": "Post", "post": "POST", "t": "TIMES", "times": "Times"}
    remarks = [p for p in built(tmp_path, files).problems if "also spelt" in p.message]
    assert [p.message for p in remarks] == [
        "the person `TIMES` is also spelt `Times`, and is shown so"
    ]


def test_names_of_symbols_are_different_people(tmp_path: Path) -> None:
    result = built(tmp_path, {"content/a.md": article(), "content/a.yaml": claims("'?'", "'!'")})
    assert result.problems == ()
    assert len(pages(tmp_path, "people")) == 2


# --- topics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "topics",
    [
        ("राजनीति", "राजनेता"),
        ("การเมือง", "การเมือ"),
        ("அரசியல்", "அரசியலா"),
        ("বাংলা", "বাংলি"),
        ("かき", "かぎ"),
        ("C", "C++", "C#"),
        ("🎉", "🎂", "topic"),
        ("feed.xml", "'2'", "index.html", "con"),
        ("日" * 86, "日" * 87, "x" * 260),
    ],
)
def test_different_topics_have_different_addresses(topics: tuple[str, ...], tmp_path: Path) -> None:
    result = built(tmp_path, {"content/a.md": article(*topics)})
    assert result.problems == ()
    names = pages(tmp_path, "topics")
    assert len(names) == len(topics)
    assert all(len(name.encode()) <= 255 for name in names)


def test_topics_that_differ_only_in_case_or_form_are_one(tmp_path: Path) -> None:
    files = {
        "content/a.md": article("Politics", "politics", "Straße", "Cafe\u0301"),
        "content/b.md": article("politics", "STRASSE", "Café"),
    }
    result = built(tmp_path, files)
    assert not result.failed
    assert pages(tmp_path, "topics") == ["café", "politics", "straße"]
    assert reported(result) == [
        ("name-spelling", "info", "content/a.md", 3, 10),
        ("name-spelling", "info", "content/b.md", 3, 20),
        ("name-spelling", "info", "content/b.md", 3, 29),
    ]


def test_topics_with_one_address_are_an_error_with_both_places(tmp_path: Path) -> None:
    files = {"content/a.md": article("C-D"), "content/b.md": article("x", "C D")}
    (problem,) = built(tmp_path, files).problems
    assert (problem.code, problem.severity) == ("topic-conflict", "error")
    places = [problem.location, *(related.location for related in problem.related)]
    assert [(place.path, place.line) for place in places] == [
        ("content/b.md", 3),
        ("content/a.md", 3),
    ]
