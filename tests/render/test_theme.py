"""Where the files of themes are found, and how errors in templates are reported."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pytest

from explainer.model.article import Article
from explainer.model.problems import Problem
from explainer.render import theme
from explainer.render.files import make_files
from explainer.render.minify import minify_css
from explainer.render.page_view import page_view
from explainer.render.templates import TemplateError
from explainer.render.theme import Theme, find
from explainer.support import stamps
from explainer.support.stamps import themes_folder
from tests.helpers import folders
from tests.helpers.articles import build, crowd, plain, renderer, rich
from tests.helpers.pages import quoted


def put(root: Path, name: str, text: str) -> None:
    path = root / "themes" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def found(root: Path, name: str = "default", **more: Any) -> Theme:
    style, problems = find(root, name, **more)
    assert problems == ()
    assert style
    return style


def problem(root: Path, template: str, name: str = "default", **objects: object) -> Problem:
    put(root, f"{name}/templates/t.html", template)
    with pytest.raises(TemplateError) as caught:
        found(root, name).render("t.html", objects)
    return caught.value.problem


# --- finding files -------------------------------------------------------------------------------


def test_built_in_themes_are_found() -> None:
    assert (themes_folder() / "default" / "templates" / "base.html").is_file()


def test_themes_of_an_installed_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    monkeypatch.setattr(stamps, "__file__", str(tmp_path / "support" / "stamps.py"))
    assert themes_folder() == tmp_path / "themes"


def test_folders_are_searched_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    built_in, site = tmp_path / "built-in", tmp_path / "site"
    monkeypatch.setattr(theme, "themes_folder", lambda: built_in / "themes")
    places = [(site, "mine"), (built_in, "mine"), (site, "default"), (built_in, "default")]
    for i, (root, name) in enumerate(places):
        for j in range(i, len(places)):
            put(root, f"{name}/templates/{j}.html", f"{i}")
            put(root, f"{name}/static/{j}.txt", f"{i}")
            put(root, f"{name}/styles/{j}.css", f"a{{b:{i}}}")
    style = found(site, "mine")
    assert [style.render(f"{i}.html", {}) for i in range(4)] == ["0"] * 4
    for i, (root, name) in enumerate(places[:3]):
        for path in (root / "themes" / name).rglob("*.*"):
            path.unlink()
        style = found(site, "mine")
        wanted = [str(i + 1)] * (3 - i)
        assert [style.render(f"{j}.html", {}) for j in range(i + 1, 4)] == wanted
        assert [p.read_text() for p in style.files("static").values()] == wanted
        assert style.assets["style.css"] == "".join(f"a{{b:{i + 1}}}\n" for _ in wanted)


def test_a_site_overrides_single_files(tmp_path: Path) -> None:
    put(tmp_path, "default/templates/badge.html", "[{{ rating.id }}]")
    put(tmp_path, "default/static/mine/logo.svg", "<svg/>")
    put(tmp_path, "default/styles/99-mine.css", "p { color: red }")
    put(
        tmp_path,
        "default/templates/base.html",
        '{% extends "built-in/base.html" %}{% block head %}<link rel="icon" '
        "href=\"{{ page.asset('mine/logo.svg') }}\">{% endblock %}",
    )
    made = renderer(rich(), root=tmp_path)
    pages, problems = make_files(made.article_files(rich()))
    assert problems == ()
    page = quoted(pages[0].content.decode())
    assert "[disputed]" in page
    assert '<link rel="icon" href="../assets/mine/logo.svg?v=' in page
    assert "<title>One call, two accounts · Explained</title>" in page
    assets = {asset.path: asset.content for asset in make_files(made.asset_files())[0]}
    assert assets["assets/mine/logo.svg"] == b"<svg/>"
    assert b"p{color:red}" in assets["assets/style.css"]


def loaded(pages: dict[str, str]) -> set[str]:
    """Return the names of the style sheets and scripts that pages load."""
    found = re.findall(r"assets/([\w./-]+)\?v=", " ".join(map(str, pages.values())))
    return set(found)


@pytest.mark.parametrize("articles", [[plain()], [rich()], [rich(), crowd()], []])
def test_every_file_of_the_theme_is_loaded_by_a_page(articles: list[Article]) -> None:
    site = build(*articles, aliases={})
    made = {path.removeprefix("assets/") for path in site if path.startswith("assets/")}
    pages = {path: text for path, text in site.items() if path.endswith(".html")}
    assert loaded(pages) <= made
    assert made - loaded(pages) <= {"extras.css"}, "asking which articles need it takes long"


def test_the_other_theme_has_only_its_own_files(tmp_path: Path) -> None:
    style, _ = find(tmp_path, "ledger")
    assert style
    assert style.names("ledger.css")
    assert not any(map(style.names, ("style.css", "script.js", "blocks.css", "chapters.css")))


def test_a_site_can_have_its_own_theme(tmp_path: Path) -> None:
    put(tmp_path, "mine/templates/404.html", "{{ words.not_found }} on {{ site.title }}")
    assert found(tmp_path, "mine").name == "mine"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("defalut", "did you mean `default`?"),
        ("nope", "Available: `default`, `ledger`, `mine`"),
        ("../themes/default", "Available: "),
        ("", "Available: "),
    ],
)
def test_unknown_theme(tmp_path: Path, name: str, hint: str) -> None:
    put(tmp_path, "mine/templates/x.html", "")
    style, problems = find(tmp_path, name)
    assert style is None
    assert [(p.code, p.location.path) for p in problems] == [("unknown-theme", "site.toml")]
    assert hint in problems[0].hint


def test_compiled_templates_are_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    cache = tmp_path / "cache" / "templates"
    assert found(tmp_path, cache=cache).render("404.html", objects_of("404"))
    assert list(cache.iterdir())
    assert found(tmp_path, cache=cache).render("404.html", objects_of("404"))


def test_only_own_templates_of_explainer_are_kept_for_other_sites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str | None] = []
    compile_ = jinja2.Environment.compile

    def counted(environment: jinja2.Environment, source: str, *names: str | None) -> Any:
        compiled.append(names[1])
        return compile_(environment, source, *names)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    for site in ("one", "other"):
        put(tmp_path / site, "default/templates/404.html", '{% extends "built-in/404.html" %}')
        style = found(tmp_path / site, cache=tmp_path / site / ".explainer/templates")
        assert style.render("404.html", objects_of("404"))
        assert "themes/default/templates/404.html" in compiled
        assert (len(compiled) > 1) == (site == "one")
        compiled.clear()


def objects_of(kind: str) -> dict[str, object]:
    made = renderer(plain())
    page = page_view(made.context, kind, "/x/", "X", "")
    return {"page": page, "site": made.context.site, "words": page.words}


def test_a_theme_can_be_pickled() -> None:
    style = found(Path("/nowhere"))
    style.render("404.html", objects_of("404"))
    again = pickle.loads(pickle.dumps(style))
    assert again.render("404.html", objects_of("404"))


def test_a_style_sheet_is_minified() -> None:
    css = """
    /* a comment with "quotes" and { braces */
    a > b , c { content : "/* kept */  { a : b }" ; margin: 0 calc( 1px + 2px ) ; }
    @media (min-width: 70em) and (x) { d:not(.e, .f) :hover { top: 1px; } }
    [a="b-c"], [d^='e'], [f="g h"], [i="1"] { content: '[a="b"]' }
    """
    assert minify_css([css]) == (
        'a>b,c{content :"/* kept */  { a : b }";margin:0 calc(1px + 2px)}'
        "@media (min-width:70em) and (x){d:not(.e,.f) :hover{top:1px}}"
        """[a=b-c],[d^=e],[f="g h"],[i="1"]{content:'[a="b"]'}\n"""
    )


# --- problems ------------------------------------------------------------------------------------


def test_syntax_error(tmp_path: Path) -> None:
    error = problem(tmp_path, "one\n{% if x %}\nthree {% endfor %}")
    assert (error.code, error.location.path, error.location.line) == (
        "template-syntax",
        "themes/default/templates/t.html",
        3,
    )
    assert "endfor" in error.message


def test_misspelled_name(tmp_path: Path) -> None:
    error = problem(tmp_path, "\n\n{{ artcle }}", article=1, words=2)
    assert (error.code, error.location.line) == ("template-name", 3)
    assert error.message == "`artcle` is not defined here"
    assert error.hint == "did you mean `article`?"


def test_misspelled_local_name(tmp_path: Path) -> None:
    error = problem(tmp_path, "{% set headline = 1 %}\n{% for x in [1] %}{{ hedline }}{% endfor %}")
    assert error.hint == "did you mean `headline`?"
    assert error.location.line == 2


def test_misspelled_attribute(tmp_path: Path) -> None:
    error = problem(tmp_path, "{{ article.front.titel }}", article=rich())
    assert error.message == "a `FrontMatter` has no `titel`"
    assert error.hint == "did you mean `title`?"


def test_misspelled_key(tmp_path: Path) -> None:
    error = problem(tmp_path, "{{ numbers.seven }}", numbers={"sevn": 7})
    assert error.message == "a `dict` has no `seven`"
    assert error.hint == "did you mean `sevn`?"


def test_misspelled_interface_text(tmp_path: Path) -> None:
    error = problem(tmp_path, "{{ words.leger }}", **objects_of("404"))
    assert error.message == "a `Words` has no `leger`"
    assert error.hint == "did you mean `ledger`?"


def test_attribute_of_none(tmp_path: Path) -> None:
    error = problem(tmp_path, "{{ page.canonical.host }}", **(objects_of("404") | {"page": Page()}))
    assert error.message == "`None` has no `host`"
    assert error.hint == "this happened on the page /x/"


class Page:
    address = "/x/"
    canonical = None


def test_a_name_that_was_not_passed_to_a_macro(tmp_path: Path) -> None:
    put(tmp_path, "default/templates/m.html", "{% macro m() %}\n{{ article }}{% endmacro %}")
    error = problem(tmp_path, '{% from "m.html" import m %}{{ m() }}', article=1)
    assert (error.location.path, error.location.line) == ("themes/default/templates/m.html", 2)
    assert error.hint == "a macro sees only its arguments: pass `article` as an argument"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("item.id + 1", 'the template fails: can only concatenate str (not "int") to str'),
        ("item.nme", "a `Item` has no `nme`"),
        ("page.lead(None)", "the template fails: 'NoneType' object has no attribute"),
    ],
)
def test_a_macro_that_fails_for_each_item(tmp_path: Path, wrong: str, message: str) -> None:
    macro = f"{{% macro m(page, item) %}}\n{{{{ {wrong} }}}}{{% endmacro %}}"
    text = macro + "{% set made = page.each(m, items) %}{{ made['a'] }}"
    error = problem(tmp_path, text, **objects_of("404"), items=[Item("a")])
    assert error.message.startswith(message)
    assert error.location.line == 2


@dataclass(frozen=True)
class Item:
    id: str


def test_missing_template(tmp_path: Path) -> None:
    error = problem(tmp_path, 'one\n{% include "bagde.html" %}')
    assert (error.code, error.location.line) == ("template-missing", 2)
    assert error.message == "there is no template `bagde.html`"
    assert error.hint == "did you mean `badge.html`?"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\n{{ 1 / 0 }}", "the template fails: division by zero (ZeroDivisionError)"),
        ("\n{{ none | length }}", "object of type 'NoneType' has no len() (TypeError)"),
        ("\n{{ page.asset('x.png') }}", "the theme has no static file `x.png` (LookupError)"),
        ("\n{{ words.claims_checked() }}", "'n' (KeyError)"),
        ('\n{% extends "t.html" %}', "RecursionError"),
    ],
)
def test_any_other_failure(tmp_path: Path, template: str, message: str) -> None:
    error = problem(tmp_path, template, **objects_of("404"))
    assert error.code == "template-error"
    assert message in error.message
    assert error.location.path == "themes/default/templates/t.html"
    assert error.location.line == 2
    assert error.hint == "this happened on the page /x/"


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{{ x | nofilter }}", "template-syntax"),
        # Jinja checks the content of a condition only when it reaches it.
        ("{% if x is notest %}{% endif %}", "template-error"),
        ("{% if x | nofilter %}{% endif %}", "template-error"),
    ],
)
def test_unknown_filter(tmp_path: Path, template: str, code: str) -> None:
    error = problem(tmp_path, "\n" + template, x=1)
    assert (error.code, error.location.line) == (code, 2)
    assert "named 'no" in error.message


def test_templates_know_nothing_random(tmp_path: Path) -> None:
    error = problem(tmp_path, "{{ x | random }}", x=[1, 2])
    assert (error.code, error.location.line) == ("template-syntax", 1)
    assert "named 'random'" in error.message
    error = problem(tmp_path, "{{ lipsum() }}")
    assert error.message == "`lipsum` is not defined here"


def test_not_utf8(tmp_path: Path) -> None:
    put(tmp_path, "default/templates/t.html", "")
    (tmp_path / "themes/default/templates/t.html").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError) as caught:
        found(tmp_path).render("t.html", {})
    assert "not UTF-8" in caught.value.problem.message


def test_a_style_sheet_that_is_not_utf8(tmp_path: Path) -> None:
    put(tmp_path, "default/styles/99-own.css", "")
    (tmp_path / "themes/default/styles/99-own.css").write_bytes(b"a::after{content:'\xe9'}")
    style, problems = find(tmp_path)
    assert style is None
    assert [(p.code, p.location.path) for p in problems] == [
        ("not-utf8", "themes/default/styles/99-own.css")
    ]


def test_a_problem_in_a_built_in_template_says_so() -> None:
    with pytest.raises(TemplateError) as caught:
        found(Path("/nowhere")).render("badge.html", {"words": 1})
    assert caught.value.problem.location.path == "explainer:themes/default/templates/badge.html"


def test_rendering_continues_after_a_failed_template(tmp_path: Path) -> None:
    put(tmp_path, "default/templates/claim.html", "\n{{ entyr }}")
    made = renderer(rich(), root=tmp_path)
    pages, problems = make_files(made.article_files(rich()))
    assert [page.path for page in pages] == [
        "kremlin-call/index.html",
        "kremlin-call/annotations.json",
    ]
    assert [(p.location.path, p.location.line, p.hint) for p in problems] == [
        ("themes/default/templates/claim.html", 2, "did you mean `entry`?")
    ]


def test_values_in_templates_are_escaped() -> None:
    pages = build(plain(title="<script>alert(1)</script>"), crowd())
    for path, text in pages.items():
        if path.endswith((".html", ".xml")):
            assert "<script>alert" not in text


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1] + b"\xff",
        lambda content: content[:32] + b"p{color:blue}",
        lambda content: content.replace(b"red", b"blue"),
    ],
)
@pytest.mark.parametrize("name", ["style.css", "script.js"])
def test_joined_files_in_the_cache_count_only_as_they_were_written(
    tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    files = {"styles/a.css": "p{color:red}", "scripts/a.js": "f('red')"}
    folders.put(tmp_path, {f"themes/mine/{path}": text for path, text in files.items()})
    cache = tmp_path / ".explainer/templates"
    cache.mkdir(parents=True)

    def assets() -> dict[str, str]:
        found, _ = theme.find(tmp_path, "mine", cache=cache)
        assert found
        return dict(found.assets)

    made = assets()
    kept = (cache / name).read_bytes()
    (cache / name).write_bytes(damage(kept))
    assert assets() == made
    assert (cache / name).read_bytes() == kept
