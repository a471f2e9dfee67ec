"""explainer/site/index_changes.py and changes.py: any edit gives what all articles would give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from explainer.article.context import ArticleResult
from explainer.build.options import BuildOptions
from explainer.build.pipeline import Results, assemble
from explainer.build.stages import Indexed
from explainer.build.store import Snapshot, Store
from explainer.model.problems import sort
from explainer.site import load as files
from explainer.site import sources
from explainer.site.routes import Routes
from tests.helpers import folders
from tests.helpers.examples import examples

SITE = 'title = "T"\nurl = "https://example.org/"\n'
LIBRARY = (
    "sources: {shared: {title: Shared, url: 'https://x.org/s'}}\n"
    "people: {ann: {name: Ann, role: Baker}}\n"
)
NAMES = ("a", "b", "c", "deep/d", "e")
OPTIONS = BuildOptions(jobs=1, drafts=True, write=False)


def _some(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """An article."""
    lines = [f"title: {draw(st.sampled_from(('One', 'Two', 'Ünder')))}"]
    if date := draw(st.sampled_from(("", "2024", "2024-05", "2023-01-01"))):
        lines.append(f"date: {date}")
    if topics := draw(_some("War", "war", "Wär", "Peace", "Peace ", "C++", "New")):
        lines.append("topics: [" + ", ".join(f"'{one}'" for one in topics) + "]")
    if related := draw(_some("a", "b.md", "/deep/d/", "e", "nothing")):
        lines.append(f"related: [{', '.join(related)}]")
    if draw(st.integers(0, 9)) == 0:
        lines.append(draw(st.sampled_from(("slug: e", "draft: true", "noindex: true"))))
    link = draw(st.sampled_from(("", "[x](a.md)", "[x](/e/)", "[x](/people/ben/)", "[x](b.md#c)")))
    spaces = "\n" * draw(st.integers(0, 1))
    return "---\n" + "\n".join(lines) + f"\n---\n{spaces}Some words.\n\n{link}\n"


@st.composite
def notes(draw: st.DrawFn) -> str:
    """An annotation file."""
    lines = ["# Moved."] * draw(st.integers(0, 1))
    if draw(st.booleans()):
        name, role = draw(st.sampled_from(("Ann", "Anna"))), draw(st.sampled_from(("x", "y")))
        lines.append(f"people: {{dan: {{name: {name}, role: {role}}}}}")
    lines.append("sources:")
    for number in draw(st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True)):
        title = draw(st.sampled_from(("First", "First.", "Other")))
        url = draw(st.sampled_from(("", ", url: 'https://x.org/s'", ", url: 'http://x.org/t/'")))
        lines.append(f"  s{number}: {{title: {title}, publisher: P{url}}}")
        lines.append("")
    used = [line.split(":")[0].strip() for line in lines if line.startswith("  s")]
    claims: list[str] = []
    for name in draw(st.lists(st.sampled_from(("one", "two", "three")), max_size=3, unique=True)):
        more = draw(
            st.sampled_from(("", ", by: Ben", ", by: ben", ", by: Bén", ", by: dan", ", by: Cem"))
        )
        more += draw(st.sampled_from(("", ", date: 2021", ", date: 2022-05")))
        rival = draw(st.sampled_from(("", "", "a#one", "b#two", "/deep/d/#one", "two", "c#no")))
        more += f", disputes: ['{rival}']" if rival else ""
        source = draw(st.sampled_from((*used, "shared")))
        more += f", evidence: [{{source: {source}, stance: supports}}]"
        claims.append(f"  - {{id: {name}, claim: C, rating: 'true'{more}}}")
    lines += ["claims:", *claims] if claims else []
    lines.append(f"notes: [{{note: N, sources: [{draw(st.sampled_from((*used, 'shared')))}]}}]")
    if draw(st.booleans()):
        by = draw(st.sampled_from(("Ben", "Cem", "ann")))
        lines.append(f"questions: [{{question: Q, answers: [{{by: {by}, answer: A.}}]}}]")
    return "\n".join(lines) + "\n"


Edit = tuple[str, str | None]


def edits() -> st.SearchStrategy[Edit]:
    """A file with its new content; None to delete the file."""
    names = st.sampled_from(NAMES)
    return st.one_of(
        st.tuples(names.map("content/{}.md".format), pages()),
        st.tuples(names.map("content/{}.yaml".format), notes()),
        st.tuples(names.map("content/{}.md".format), st.none()),
        st.tuples(names.map("content/{}.yaml".format), st.none()),
    )


def write(root: Path, edit: Edit) -> str:
    name, content = edit
    if content is None:
        (root / name).unlink(missing_ok=True)
    else:
        folders.put(root, {name: content})
    return name


def shown(results: Results, plan: Routes) -> list[ArticleResult]:
    return [each for each in results if each.sound and each.article.path not in plan.unsound]


def load(
    root: Path, before: Snapshot, changed: set[str] | None = None
) -> tuple[dict[str, Any], Snapshot]:
    """Return a site in a form to compare, and what the run keeps."""
    found = files.load_changed(root, before.read, changed) if changed else None
    read = before.read if found else before.read.without(frozenset(changed or ()))
    site, texts, problems = found or files.load(root, read)
    assert site
    store = Store(replace(before, read=read), later=True)
    result = assemble(root, site, texts, OPTIONS, store, shown=shown)
    assert result.site
    assert result.articles
    now = store.snapshot(files.Read(texts.every, site.stamps, site, problems))
    _, (_, indexed) = now.stages["index"]
    assert isinstance(indexed, Indexed)
    index, plan = indexed.index, result.articles.routes
    parts = {name: getattr(index, name) for name in index.__dataclass_fields__}
    parts |= {name: list(parts[name]) for name in ("claims", "sources")}
    parts |= {f"plan {name}": getattr(plan, name) for name in plan.__dataclass_fields__}
    parts["number of sources"] = len(index.sources)
    del parts["plan now"]
    parts["plan allowances"] = set(plan.allowances)
    parts["index problems"] = sort(indexed.found.problems)
    parts["problems"] = sort(result.problems)
    parts["names"] = indexed.found.people, indexed.found.topics
    parts["disputing"] = indexed.found.disputing
    parts["targets"] = result.articles.context.known
    parts["aliases"] = result.site.aliases
    parts["results"] = result.articles.made
    return parts, now


@settings(
    deadline=None,
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.tuples(pages(), notes()), min_size=2),
    st.lists(st.lists(edits(), min_size=1, max_size=3), min_size=1, max_size=6),
)
@example(
    {"a": ("---\ntitle: A\n---\n", ""), "b": ("---\ntitle: B\nrelated: [a]\n---\n", "")},
    [[("content/a.yaml", "notes: {")], [("content/a.yaml", "")]],
)
def test_any_edit_gives_what_all_articles_would_give(
    tmp_path_factory: pytest.TempPathFactory,
    pages: dict[str, tuple[str, str]],
    steps: list[list[Edit]],
) -> None:
    root = folders.put(
        tmp_path_factory.mktemp("site"),
        {
            "site.toml": SITE,
            "content/_library.yaml": LIBRARY,
            "content/stays.md": "---\ntitle: Stays\n---\n",
            **{f"content/{name}.md": page for name, (page, _) in pages.items()},
            **{f"content/{name}.yaml": own for name, (_, own) in pages.items()},
        },
    )
    _, kept = load(root, Snapshot())
    for step in steps:
        with patch.object(sources, "_MOST_CHANGED", 3):
            now, kept = load(root, kept, {write(root, edit) for edit in step})
        fresh, _ = load(root, Snapshot())
        for name, part in fresh.items():
            assert now[name] == part, name
