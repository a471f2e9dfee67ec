"""Views of articles: whether notes fit beside the text, and when claims were checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.render.views import _checked
from tests.helpers import folders, pages
from tests.helpers.articles import Maker, build, day


@pytest.mark.parametrize(
    ("before", "notes", "after", "is_slim"),
    [
        (0, 1, 0, False),
        (0, 4, 0, True),
        (40, 4, 0, True),  # at the end
        (0, 4, 60, False),
        (0, 12, 60, True),
    ],
)
def test_what_is_after_the_text_leaves_space_for_notes(
    tmp_path: Path, before: int, notes: int, after: int, *, is_slim: bool
) -> None:
    text = " ".join(
        ["Once"] * before * 2 + [f"word{n}" for n in range(notes)] + ["then"] * after * 2
    )
    files = {
        "site.toml": 'title = "T"\n',
        "content/a.md": f"---\ntitle: T\ndate: 2026-01-02\n---\n{text}\n",
        "content/a.yaml": "notes:\n"
        + "".join(f"- {{quote: word{n}, note: n}}\n" for n in range(notes)),
    }
    assert not build_site(folders.put(tmp_path, files), BuildOptions(jobs=1)).failed
    page = pages.read(tmp_path / "_site/a/index.html")
    assert ('<div class="after slim">' in page) is is_slim


@pytest.mark.parametrize(
    ("ratings", "is_offered"),
    [
        (("false", "true", "true", "true", "true"), True),
        (("false", "true", "true", "true"), False),  # few
        (("true", "true", "mixed", "false", "false"), False),  # in that order already
        (("true",) * 9, False),
    ],
)
def test_an_order_by_rating_is_offered_for_many_claims_in_another_order(
    ratings: tuple[str, ...], *, is_offered: bool
) -> None:
    m = Maker()
    for number, rating in enumerate(ratings):
        m.claim(f"c{number}", "A claim.", rating)
        m.block(f"<p>{m.mark(f'c{number}', 'words')}</p>\n")
    article = m.article()
    page = build(article)[article.address.strip("/") + "/index.html"]
    assert ('name="ranked"' in page) is is_offered


def test_the_day_on_which_most_claims_were_checked() -> None:
    def checked(*dates: str, rating: str = "true") -> str | None:
        m = Maker()
        for number, date in enumerate(dates):
            m.claim(f"c{number}", "A claim.", rating)
            m.annotations[-1] = replace(m.annotations[-1], checked=day(date) if date else None)
        return _checked(m.annotations)

    assert checked("2026-01-02", "2026-01-02", "2026-01-03") == "2026-01-02"
    assert checked("2026-01-02", "2026-01-03") is None
    assert checked("2026-01-02") is None, "its row says it"
    assert checked("2026-01-02", "2026-01-02", "") is None, "of one it is not known"
    assert checked("2026-01-02", "2026-01-02", rating="opinion") is None
    assert checked() is None


CHAPTER = "---\ntitle: T\n{}---\nText.\n"


@pytest.mark.parametrize(
    "articles",
    [
        {"a": "chapters: [b]", "b": "", "b/index": ""},
        {"a": "chapters: [b, c]", "b": "", "c": "slug: b"},
        {"a": "chapters: [c]", "a/index": "chapters: [d]", "c": "", "d": ""},
        {"a": "chapters: [b]", "b": "chapters: [c]", "c": "slug: a"},  # a circle of addresses
        {"a": "chapters: [b]", "b": "slug: a\nchapters: [c]", "c": "slug: a"},
    ],
)
def test_chapters_with_one_address_are_only_reported(
    tmp_path: Path, articles: dict[str, str]
) -> None:
    files = {
        f"content/{name}.md": CHAPTER.format(front and f"{front}\n")
        for name, front in articles.items()
    }
    folders.put(tmp_path, {"site.toml": 'title = "T"\n', **files})
    built = build_site(tmp_path, BuildOptions(jobs=1, write=False))
    errors = {problem.code for problem in built.problems if problem.severity == "error"}
    assert errors == {"address-taken"}
