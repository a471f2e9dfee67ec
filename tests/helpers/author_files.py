"""Authors' files for tests, short forms of their problems, and Hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.parse.settings import read_settings

# The example in docs/format.md, completed with every source and claim that it refers to.
EXAMPLE = """\
# yaml-language-server: $schema=../../.explainer/annotations.schema.json
sources:
  post-2024-11-10:
    title: Trump talked to Putin, told Russian leader not to escalate in Ukraine
    publisher: The Washington Post
    date: 2024-11-10
    url: https://www.washingtonpost.com/…
    archived: https://web.archive.org/…    # optional: a copy that outlives the page
    type: article-newspaper                # CSL types
    primary: false                         # a document or witness itself, or a report of one
  reuters-2024-11-10:
    title: Trump in phone call advised Putin not to escalate in Ukraine
    publisher: Reuters
    date: 2024-11
    url: https://www.reuters.com/…
    repeats: [post-2024-11-10]             # only passes on what that one says
  moscow-times-2024-11-11: {title: Kremlin Denies Reports of Call, date: 2024}
people:
  peskov: {name: Dmitry Peskov, role: Kremlin spokesperson, wikidata: Q4347840}
claims:
  - id: call-happened                      # required: permalink, never reused
    quote: had a phone conversation with Vladimir Putin
    claim: Donald Trump and Vladimir Putin spoke by telephone on 7 November 2024.
    by: post                               # a person's id, or a name
    date: 2024-11-10                       # when it was claimed
    rating: disputed
    review: |                              # why: Markdown
      One newspaper's unnamed sources say that it did; …
    evidence:
      - {source: post-2024-11-10, stance: supports, quote: "…", locator: paragraph 1}
      - {source: moscow-times-2024-11-11, stance: disputes, quote: "This is pure fiction"}
    disputes: [no-call]                    # rival claims; symmetric
    checked: 2025-02-10
    history:                               # earlier ratings, oldest first
      - {date: 2024-11-11, rating: unverified, review: …}
  - {id: no-call, claim: There was no call., by: peskov, rating: false}
notes:
  - quote: the goals of the special military operation
    note: |
      The Kremlin's own name for the invasion of Ukraine.
    kind: context         # context (default), definition, opinion, quotation, …
    sources: [reuters-2024-11-10]
questions:
  - quote: why did the Kremlin not simply refrain from commenting
    question: Why deny a call rather than decline to comment?
    status: open          # or answered, with answer:
    answers:              # rival answers, each with who gives it
      - {answer: To respect protocol., by: opinion writer, sources: [post-2024-11-10]}
    settle: A record of the call published by either side.
    checked: 2025-02-10
"""


def annotations(content: str) -> tuple[Problem, ...]:
    return read_annotations(Text("a.yaml", content))[2]


def front(content: str) -> tuple[Problem, ...]:
    return read_article(Text("a.md", f"---\n{content}---\n"))[1]


def site(content: str) -> tuple[Problem, ...]:
    return read_settings(Text("site.toml", content))[2]


def brief(problems: tuple[Problem, ...]) -> list[tuple[str, int, int]]:
    return [(p.code, p.location.line, p.location.column) for p in problems]


KEYS = [
    *("sources", "people", "claims", "notes", "questions", "id", "quote", "prefix", "image"),
    *("rating", "claim", "note", "question", "title", "name", "by", "evidence", "source", "url"),
    *("history", "date", "repeats", "disputes", "answers", "answer", "status", "kind", "type"),
    *("authors", "related", "genre", "draft", "aliases", "slug", "language", "corrections"),
]


words = st.sampled_from([*KEYS, "a", "b", "true", "2024-11-10", "2024", " ", "é", "https://a.b"])


leaves = st.none() | words


trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=10,
)


likely = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.lists(trees, max_size=3) for key in ("claims", "notes", "questions")},
        **{key: st.dictionaries(words, trees, max_size=3) for key in ("sources", "people")},
        **dict.fromkeys(("title", "related", "image", "corrections", "authors"), trees),
    },
)


def check_positions(problems: tuple[Problem, ...], content: str) -> None:
    for problem in problems:
        assert inside(problem.location, content)
        assert problem.message
        assert "`str`" not in problem.message  # pydantic's wording must not show


FRAGMENTS = [
    *("a", "b: ", "c:", "- ", "-", "\n", "\n  ", "\n    ", " ", "\t", "'", '"', "\\", "[", "]"),
    *("{", "}", ",", ", ", "#", " #", "&x ", "*x", "!t ", "|", ">", "|\n", "---", "\n---\n"),
    *("\n...\n", "é", "你", "no", "null", "~", ":", ": ", "?", "? ", "%", "@", "`", "<<: ", "\x85"),
]
yamlish = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)


def inside(location: Location, content: str) -> bool:
    lines = content.split("\n")
    return (
        1 <= location.line <= len(lines)
        and 1 <= location.column <= len(lines[location.line - 1]) + 1
    )
