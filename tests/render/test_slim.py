"""Templates lose the markup that means nothing to browsers, and nothing else."""

from __future__ import annotations

import re
import shutil
from functools import cache
from inspect import unwrap
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.render import slim, templates, theme
from explainer.render.templates import TemplateError
from explainer.render.theme import Theme
from tests import TESTS
from tests.helpers import folders, pages


def with_template(root: Path, text: str) -> Theme:
    folders.put(root, {"themes/mine/templates/x.html": text})
    found, problems = theme.find(root, "mine")
    assert found, problems
    return found


def shown(root: Path, text: str) -> str:
    """Return what a template shows, in either way of compiling it."""
    mine = with_template(root, text)
    objects = {"x": "X", "yes": True, "list": [1, 2]}
    made = mine.render("x.html", objects)
    assert not mine._general, "the faster way failed"
    assert mine.environment.get_template("x.html").render(objects) == made
    return made


@pytest.mark.parametrize(
    ("text", "slimmer"),
    [
        ('<p class="a" id=\'b-1\'>', "<p class=a id=b-1>"),
        ('<p class = "a"\n title="b">', "<p class = a\n title=b>"),
        ('<a href="#a" data-b="c:d.e">', "<a href=#a data-b=c:d.e>"),
        ('<a title="a > b" class="c">d', '<a title="a > b" class=c>d'),
        ('<p title="{{ x }}" class="c">', '<p title="X" class=c>'),
        ('<p title="{{ x }} y" class="c">', '<p title="X y" class=c>'),
        ('<p title={{ x }} class="c">', "<p title=X class=c>"),
        ('<h{{ x }} class="c">', "<hX class=c>"),
        ('<p{% if yes %} class="c" {% endif %}id="d">', "<p class=c id=d>"),
        ('<p{% if yes %} class=c{% endif %} id="d">', "<p class=c id=d>"),
        ('<p {% if yes %}a="{{ x }}"{% else %}b{% endif %} id="d">', '<p a="X" id=d>'),
        ('<svg><path d="M0 0" fill="red" /></svg>', '<svg><path d="M0 0" fill=red /></svg>'),
        ('{% set a %}<p class="c">{% endset %}{{ a }}', "<p class=c>"),
        ('{% macro m() %}<p class="c">{% endmacro %}{{ m() }}', "<p class=c>"),
        ('{% with %}<p class="c">{% endwith %}<p class="c">', "<p class=c><p class=c>"),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD" "x">\n<html lang="en">',
         '<!DOCTYPE html PUBLIC "-//W3C//DTD" "x"><html lang=en>'),
        ('<!-- <p class="a"> --><p class="a">', '<!-- <p class="a"> --><p class=a>'),
        ('<script>"<p class=\\"a\\">"</script><p class="a">',
         '<script>"<p class=\\"a\\">"</script><p class=a>'),
        ('<textarea><p class="a">\n<p></textarea>', '<textarea><p class="a">\n<p></textarea>'),
    ],
)  # fmt: skip
def test_quotation_marks(tmp_path: Path, text: str, slimmer: str) -> None:
    assert shown(tmp_path, text) == slimmer


@pytest.mark.parametrize(
    "text",
    [
        '<p class="a b">',
        '<p class="">',
        '<a href="a/">',
        '<a href="?a=b">',
        '<p title="é">',
        '<path d="a"/>',  # it would take in the slash
        '<p class="a"{{ "" }}>',  # whatever follows would belong to it
        '<p class="a"title="b c">',
        'class="a" > b',
        '{{ "<" }}p class="a">',
        '1 <2 class="a" >',
        'if (a <b && c="d" > e) "<p class="a">',  # no tag of HTML
        '{% filter lower %}<p class="c">{% endfilter %}',  # needs these characters
        "<p class='c\"'>",
    ],
)
def test_quotation_marks_that_stay(tmp_path: Path, text: str) -> None:
    unchanged = re.sub(r"\{%.*?%\}", "", text).replace('{{ "" }}', "").replace('{{ "<" }}', "&lt;")
    assert shown(tmp_path, text) == unchanged


@pytest.mark.parametrize(
    ("text", "slimmer"),
    [
        ("<div>\n  <p>\n  a\n  b\n  </p>\n\n</div>\n", "<div><p>a\n  b</p></div>"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul><li>a</li>\n<li>b</li></ul>"),
        ("<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>", "<dl><dt>a</dt>\n<dd>b</dd></dl>"),
        ("<p>a</p> <p>b</p>\t<p>", "<p>a</p> <p>b</p>\t<p>"),
        ("<p>a</p>\n\u00a0\n<p>b</p>", "<p>a</p>\u00a0<p>b</p>"),
        ("<b>a</b>\n<i>b</i>\n<p>", "<b>a</b>\n<i>b</i><p>"),
        ("<p>{{ x }}\n{{ x }}\n</p>", "<p>X\nX</p>"),
        ("<p>\n{{ x }}\n<b>", "<p>X\n<b>"),
        ("{% if yes %}\n<p>\n{% endif %}\n\n a", "<p>\n a"),
        ("<p>\n{% if yes %}\n\n a{% endif %}\n", "<p>a"),
        ("<p>{% for a in list %}\n{{ a }}\n</p>\n{% endfor %}", "<p>1</p>2</p>"),
        ("<pre>\n<div>\n a\n</div>\n</pre>\n a", "<pre>\n<div>\n a\n</div>\n</pre>a"),
        ("<textarea>\n<p>\n</textarea>\n<p>", "<textarea>\n<p>\n</textarea><p>"),
        ("<style>\np {}\n</style>\n<b>", "<style>\np {}\n</style>\n<b>"),
        ("<!-- a -->\n<b>\n<!--\n-->\n<p>", "<!-- a -->\n<b>\n<!--\n--><p>"),
        ("<head>\n<meta a>\n<title>\n a</title>\n<link b>\n</head>\n<body>\n<link>\n<b>",
         "<head><meta a><title>\n a</title><link b></head><body><link>\n<b>"),
        ("{% filter upper %}<p>\n\n</p>\n{% endfilter %}\n a", "<P>\n\n</P>\n a"),
    ],
)  # fmt: skip
def test_line_ends(tmp_path: Path, text: str, slimmer: str) -> None:
    assert shown(tmp_path, text) == slimmer


def test_lines_in_messages_stay_right(tmp_path: Path) -> None:
    text = '<div class="a">\n\n<p\nclass="b">\n{% if yes %}\n\n<p>\n{{ x.nothing }}\n{% endif %}\n'
    with pytest.raises(TemplateError) as error:
        with_template(tmp_path, text).render("x.html", {"x": "X", "yes": True})
    assert error.value.problem.location.line == 8


# --- whole sites ---------------------------------------------------------------------------------

_BLOCKS = (
    "address|article|aside|blockquote|body|details|div|dl|figcaption|figure|footer|form|h[1-6]|"
    "head|header|html|link|main|meta|nav|ol|option|p|script|section|style|summary|table|tbody|td|"
    "th|thead|title|tr|ul"
)
_BESIDE_BLOCK = re.compile(rf"\s*(</?(?:{_BLOCKS})(?=[ >])[^>]*>)\s*")


def tree(element: pages.Element) -> str:
    """Return an element with all that a browser reads, but no white space beside blocks."""
    tag = element.tag
    inside = "".join(
        tree(each) if isinstance(each, pages.Element) else each.replace("<", "&lt;")
        for each in element.children
    )
    if tag not in ("pre", "script", "style", "textarea"):
        inside = re.sub(r"[ \n]*\n[ \n]*", "\n", inside)
    attributes = "".join(f" {name}={value!r}" for name, value in element.attributes.items())
    return f"<{tag}{attributes.replace('>', '&gt;')}>{inside}</{tag}>"


def built(site: Path, root: Path, theme_name: str) -> dict[str, str]:
    shutil.copytree(site, root)
    settings = (root / "site.toml").read_text(encoding="utf-8")
    (root / "site.toml").write_text(f'theme = "{theme_name}"\n{settings}', encoding="utf-8")
    assert not build_site(root, BuildOptions(future=True, drafts=True, jobs=1)).failed
    output = root / "_site"
    return {
        path.relative_to(output).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(output.rglob("*.html"))
    }


@cache
def another(generator: type) -> type:
    return type("Another", (generator,), {})


@pytest.mark.parametrize("theme_name", ["default", "ledger"])
@pytest.mark.parametrize("name", ["thirty", "languages", "home", "chapters"])
def test_browsers_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, theme_name: str
) -> None:
    site = TESTS / "sites" / name
    slimmer = built(site, tmp_path / "slim", theme_name)
    monkeypatch.setattr(slim, "slim", lambda _: None)
    # Or else the tests would use the templates again that they have compiled.
    monkeypatch.setattr(theme, "find", unwrap(theme.find))
    for kind in (templates._Environment, templates._DirectEnvironment):
        monkeypatch.setattr(kind, "code_generator_class", another(kind.code_generator_class))
    monkeypatch.setattr(templates._BytecodeCache, "load_bytecode", lambda *_: None)
    monkeypatch.setattr(templates._BytecodeCache, "dump_bytecode", lambda *_: None)
    whole = built(site, tmp_path / "whole", theme_name)
    assert slimmer.keys() == whole.keys()
    for path, html in whole.items():
        assert len(slimmer[path]) < len(html)
        a, b = (tree(pages.parse(text)) for text in (slimmer[path], html))
        assert _BESIDE_BLOCK.sub(r"\1", a) == _BESIDE_BLOCK.sub(r"\1", b), path
