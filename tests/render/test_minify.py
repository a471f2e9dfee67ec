"""Scripts lose comments and white space, and nothing else."""

from __future__ import annotations

import os
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


def run(parts: list[str]) -> str:
    """Run joined scripts in node, and return what they and their errors print."""
    node = shutil.which("node")
    if node is None:
        why = "scripts are run in node, and node is not installed"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    report = "process.on('uncaughtException', (error) => console.log(error.message));"
    done = subprocess.run(
        [node, "-e", report + minify_js(parts)], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("parts", "printed"),
    [
        (["const f = () => 1", "(() => { console.log(f()) })()"], "1"),
        (["const log = console.log // end", "[1].map((n) => log(n))"], "1"),
        (["let a = 4", "/c/.test(a)", "console.log(a)"], "4"),
        (["let a = 1", "+b", "console.log(a + 1)"], "2 b is not defined"),
        (["", "/* only a comment */", "console.log(3)"], "3"),
        (["function a() { return b }\nconst b = 5", "console.log(a())"], "5"),
        (["const [a, { b }] = [1, { b: 2 }]", "console.log(a, b)"], "1 2"),
        (["const a = `${[1].map((n) => { let b = n })}|`", "let b = 2", "console.log(a, b)"],
         "| 2"),
        (["const a = 1; f(); const b = 2; function f() {} const c = 3", "console.log(a + b + c)"],
         "6"),
        (["const a = 1\nconsole.log(a); const b = {let: 2, const: 3}; const c = b.let",
          "const d = b.const",
          "console.log(b, c, d)"], "1 { let: 2, const: 3 } 2 3"),
        (["const f = (a) => { const b = a; const [c] = [b]; let d = c; let e; return `${d}${e}` }",
          "console.log(f(1))"], "1undefined"),
        (["for (const a of [1]) { let b = a }", "console.log(typeof a, typeof b)"],
         "undefined undefined"),
        (["const a = 1; throw Error('no')", "console.log(a)", "null.b", "console.log(2)"],
         "1 2 no Cannot read properties of null (reading 'b')"),
        (["const f = async () => 6", "f().then(console.log)"], "6"),
    ],
)  # fmt: skip
def test_parts_share_a_scope_and_run_although_others_fail(parts: list[str], printed: str) -> None:
    assert run(parts) == printed
