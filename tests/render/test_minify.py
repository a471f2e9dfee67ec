"""Scripts lose comments and white space, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from explainer.render.minify import minify_js
from tests import ROOT

FOLDERS = sorted({path.parent for path in (ROOT / "themes").rglob("scripts/**/*.js")})


def small(js: str) -> str:
    return minify_js([js]).removeprefix("(()=>{").removesuffix("})();\n")


def tokens(js: str) -> list[str]:
    """Return what matters in a script, as another program reads it."""
    read = JavascriptLexer(stripnl=False, ensurenl=False).get_tokens(js)
    kept = (text for kind, text in read if kind not in Comment and text.strip())
    return re.findall(r"[\w$]+|[^\s\w$]", "\n".join(kept))


@pytest.mark.parametrize(
    ("js", "wanted"),
    [
        ("const a = 1; // one\nconst b = 2;", "const a=1;const b=2;"),
        ("/* a\n * b */\nlet a = 1 /* c */ + 2\nlet b", "let a=1 + 2\nlet b"),
        ("return  a\n// c\n++b", "return a\n++b"),
        ("a = b + ++c - -d", "a=b + ++c - -d"),
        ('x = "// no comment"; // yes', 'x="// no comment";'),
        ("x = 'it\\'s /* no */ comment'", "x='it\\'s /* no */ comment'"),
        ("x = `a // b\n  c ${ y + `z  ${ { a: 1 }.a } //` }  d`", None),
        ("x = /[/'\"]\\/ \\/\\//g.test(y) // c", "x=/[/'\"]\\/ \\/\\//g.test(y)"),
        ("if (a) return /\\s+ \\//.exec(b);", "if(a)return /\\s+ \\//.exec(b);"),
        ("half = width / 2 / height // two", "half=width / 2 / height"),
        ("f(a) / 2; g(b) / 3", "f(a)/ 2;g(b)/ 3"),
        ("url = 'https://example.org' // c", "url='https://example.org'"),
        ("() => {\n  a()\n  b()\n}\n(c)", "()=>{a()\nb()}\n(c)"),
        ("class A { #b = 1; get c() { return this.#b } }", None),
        ("a?.b ?? c?.[0] ?.d", None),
        ("", ""),
    ],
)
def test_what_stays(js: str, wanted: str | None) -> None:
    result = small(js)
    if wanted is not None:
        assert result == wanted
    assert tokens(result) == tokens(js)


def test_template_literals_keep_their_white_space() -> None:
    js = "x = `a  //  b\n   ${ y /* c */ }   d`;"
    assert small(js) == "x=`a  //  b\n   ${y}   d`;"
    nested = "x = `1  ${ f({ a: `2  ${ b }  3` }) }  4`;"
    assert small(nested) == "x=`1  ${f({a:`2  ${b}  3`})}  4`;"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_scripts_of_themes_keep_their_tokens(folder: Path, tmp_path: Path) -> None:
    parts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js"))]
    joined = "\n".join(parts)
    result = small(joined)
    assert tokens(result) == tokens(joined)
    assert len(result) < 0.75 * len(joined)
    if node := shutil.which("node"):
        (tmp_path / "a.js").write_text(minify_js(parts), encoding="utf-8")
        subprocess.run([node, "--check", tmp_path / "a.js"], check=True)


PIECES = st.sampled_from(
    ["a", "1", "+", "-", "/", "(", ")", "{", "}", ";", "=", " ", "\n", '"b // c"', "`d ${", "`",
     "// e\n", "/* f */", "return ", "/g/", ", ", "=> "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_read_to_its_end(js: str) -> None:
    """Broken scripts stay broken, but lose nothing except comments and white space."""
    result = small(js)
    assert len(result) <= len(js)
    assert small(result) == result or "//" in js or "/*" in js


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (["const a = () => 1", "(() => { b() })()"], "const a=()=>1;(()=>{b()})()"),
        (["a() // end", "[1].map(b)"], "a();[1].map(b)"),
        (["let a = b", "/c/.test(a)"], "let a=b;/c/.test(a)"),
        (["let a = b\n", "`c`"], "let a=b;`c`"),
        (["let a = 1", "+b"], "let a=1;+b"),
        (["", "/* only a comment */", "a"], "a"),
    ],
)
def test_each_part_is_a_statement_of_its_own(parts: list[str], joined: str) -> None:
    assert minify_js(parts) == f"(()=>{{{joined}}})();\n"
