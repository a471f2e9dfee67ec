"""Templates are compiled to code that is faster, and does the same."""

from __future__ import annotations

import shutil
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.free_data import FreeData
from explainer.render import theme
from explainer.render.page_view import PageView
from explainer.render.templates import TemplateError
from explainer.render.theme import Theme
from explainer.support.collection import without_collection
from tests import ROOT
from tests.helpers import folders


@dataclass(frozen=True)
class Thing:
    name: str
    inner: object = None

    def call(self, *values: object, **named: object) -> str:
        return f"{values} {named}"


THINGS = {
    "thing": Thing("<a>", Thing("b")),
    "extra": FreeData((("year", 2024), ("deep", FreeData((("key", "value"),))))),
    "words": {"items": "its own", "plain": "p"},
}


def with_template(root: Path, text: str) -> Theme:
    folder = root / "themes/mine/templates"
    folder.mkdir(parents=True)
    (folder / "x.html").write_text(text, encoding="utf-8")
    found, problems = theme.find(root, "mine")
    assert found, problems
    return found


@pytest.mark.parametrize(
    ("text", "shown", "is_direct"),
    [
        ("{{ thing.name }}", "&lt;a&gt;", True),
        ("{{ thing.inner.name }}{{ 'x'.upper() }}", "bX", True),
        ("{{ thing.call(1, two=2) }}", "(1,) {&#39;two&#39;: 2}", True),
        ("{{ thing.call(*[1, 2], **{'class': 3}) }}", "(1, 2) {&#39;class&#39;: 3}", True),
        ("{{ thing.call(class=3) }}", "() {&#39;class&#39;: 3}", True),
        ("{% for one in [1, 2] %}{{ loop.index }}{% endfor %}", "12", True),
        ("{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}c{% endcall %}", "[c]", True),
        ("{% set ns = namespace(n=1) %}{% set ns.n = 2 %}{{ ns.n }}", "2", True),
        ("{{ thing.wrong is defined }}", "False", True),
        ("{{ thing.wrong is undefined }}{{ thing.wrong|default('d') }}", "Trued", True),
        ("{{ thing.wrong|d('d') }}", "d", True),
        ("{{ extra.year }}", "2024", False),
        ("{{ extra.deep.key }}", "value", False),
        ("{{ words.plain }}", "p", False),
        ("{% macro m(a, b=2) %}{{ a - b }}{% endmacro %}{{ m(9) }}{{ m(9, b=3) }}", "76", True),
        ("{{ ['<', '', 'b'] | select | join('<i>' | safe) }}", "&lt;<i>b", True),
        ("{{ ['<', '<b>' | safe, 'c'] | join(' & ') }}", "&lt; &amp; <b> &amp; c", True),
        ("{{ ['<', 'c'] | join(' & ') }}{{ [] | join('<') }}", "&lt; &amp; c", True),
        ("{{ ['<' | safe] | join('<') }}{{ ['<'] | join('<' | safe) }}", "<&lt;", True),
        ("{{ '<' | safe }}{{ '<' }}{{ 1 }}{{ none }}{{ [] }}", "<&lt;1None[]", True),
        ("{{ [1, 0] | select('odd') | join }}{{ [1, 2] | join(',') }}", "11,2", True),
        ("{{ [thing] | selectattr('inner.name') | list | length }}", "1", True),
        ("{{ [thing] | selectattr('name', 'eq', 'x') | list }}", "[]", True),
        ("{{ [thing] | selectattr('name', 'ne', 'x') | list | length }}", "1", True),
        ("{{ [thing] | rejectattr('name') | list }}", "[]", True),
        ("{{ [thing] | rejectattr('name', 'eq', 'x') | list | length }}", "1", True),
        ("{% set k = 'plain' %}{{ words[k] }}{{ thing[k] is defined }}", "pFalse", True),
        ("{% set k = 'name' %}{{ thing[k] }}{{ thing['name'] }}", "&lt;a&gt;&lt;a&gt;", False),
        ("{{ '<' ~ 1 ~ ('<' | safe) }}{{ 'a' ~ 'b' ~ thing.name }}", "&lt;1&lt;ab&lt;a&gt;", True),
        ("{% block b %}{{ thing.inner.name }}{% endblock %}{{ self.b() }}", "bb", False),
    ],
)  # fmt: skip
def test_the_text_is_jinjas(tmp_path: Path, text: str, shown: str, is_direct: bool) -> None:
    mine = with_template(tmp_path, text)
    for _ in range(2):
        assert mine.render("x.html", THINGS) == shown
        assert mine.environment.get_template("x.html").render(THINGS) == shown
        assert (mine._general == set()) is is_direct


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ thing.nme }}", "a `Thing` has no `nme`"),
        ("\n{{ thing.inner.inner.name }}", "`None` has no `name`"),
        ("\n{{ thng.name }}", "`thng` is not defined here"),
        ("\n{{ thing.wrong() }}", "a `Thing` has no `wrong`"),
        ("\n{{ thing.name() }}", "the template fails: 'str' object is not callable (TypeError)"),
        ("\n{% if thing.wrong %}{% endif %}", "a `Thing` has no `wrong`"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, text: str, message: str) -> None:
    mine = with_template(tmp_path, text)
    for _ in range(2):
        with pytest.raises(TemplateError) as error:
            mine.render("x.html", THINGS)
        problem = error.value.problem
        assert (problem.message, problem.location.line) == (message, 2)


def test_what_a_page_showed_is_let_go(tmp_path: Path) -> None:
    mine = with_template(tmp_path, "{% macro m() %}{{ one.name }}{% endmacro %}{{ m() }}")
    one = Thing("its name")
    there = weakref.ref(one)
    with without_collection():
        assert mine.render("x.html", {"one": one}) == "its name"
        del one
        assert there() is None


def test_no_page_of_ours_needs_the_slow_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = set[str]()
    render = Theme.render

    def watched(self: Theme, template: str, objects: dict[str, object]) -> str:
        text = render(self, template, objects)
        slow.update(self._general)
        return text

    monkeypatch.setattr(Theme, "render", watched)
    for name in ("headings", "home", "languages", "chapters"):
        shutil.copytree(ROOT / "tests/sites" / name, tmp_path / name)
        assert not build_site(tmp_path / name, BuildOptions(future=True, jobs=1)).failed
    assert slow == set()


def test_what_pages_share_is_the_same_as_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, list[dict[str, bytes]]] = {}
    shared = 0

    def own(self: PageView, macro: Any, site: object) -> object:
        nonlocal shared
        shared += 1
        return macro(self, site)

    for folder in ("shared", "own"):
        for name in ("home", "languages", "chapters", "rtl"):
            root = tmp_path / folder / name
            shutil.copytree(ROOT / "tests/sites" / name, root)
            assert not build_site(root, BuildOptions(future=True, jobs=1)).failed
            made.setdefault(name, []).append(folders.contents(root / "_site"))
        monkeypatch.setattr(PageView, "shared", own)
    assert shared > 20
    for name, (one, other) in made.items():
        assert one == other, name
