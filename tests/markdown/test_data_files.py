"""CSV files as tables: how they are read, what pages show, and the problems that authors get."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.anchor import mark
from explainer.anchor.mark import Highlight
from explainer.article.body import Body, parse_body
from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.markdown import data_files
from explainer.markdown.data_files import DataFile
from explainer.markdown.links import LinkLookup
from explainer.markdown.parser import Markdown
from explainer.model.documents import Document, Text
from explainer.site.routes import route
from tests.helpers.folders import put

FRONT = "---\ntitle: T\n---\n"


def read(tmp_path: Path, content: str | bytes, name: str = "x.csv") -> DataFile:
    return data_files.read(put(tmp_path, {name: content}) / name)


def build(root: Path, files: dict[str, str | bytes]) -> BuildResult:
    put(root, {"site.toml": 'title = "T"\n', **files})
    return build_site(root, BuildOptions(jobs=1))


def found(result: BuildResult) -> list[tuple[str, str, int, int]]:
    return [
        (each.severity, each.code, each.location.line, each.location.column)
        for each in result.problems
    ]


def figure(root: Path) -> str:
    page = (root / "_site/a/index.html").read_text(encoding="utf-8")
    match = re.search(r"<figure.*</figure>", page, re.S)
    assert match is not None
    return match[0]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n1,2\n", ["a b", "1 2"]),
        ("a,b\r\n1,2", ["a b", "1 2"]),
        ("\ufeffa;b\n1,5;2,5\n", ["a b", "1,5 2,5"]),
        ("a, in %;b\n1,5;2,5\n", ["a, in % b", "1,5 2,5"]),
        ("a\tb\n1,5\t2;5\n", ["a b", "1,5 2;5"]),
        ("sep=;\na;b\n1;2\n", ["a b", "1 2"]),
        ("a,b\n1;2,3\n4;5,6\n", ["a b", "1;2 3", "4;5 6"]),
        ("only\n1\n2\n", ["only", "1", "2"]),
        ('a,b\n"1, 2","say ""so"""\n', ["a b", '1, 2 say "so"']),
        ('a,b\n"1\n2",3\n', ["a b", "1\n2 3"]),
        ("a,b\n\n1,2\n,,\n", ["a b", "1 2"]),
        ("a,b,,\n1,2,,\n", ["a b", "1 2"]),
        (",b\n1,\n", [" b", "1 "]),
        (" a , b \n 1 , 2 \n", ["a b", "1 2"]),
    ],
)
def test_read(content: str, rows: list[str], tmp_path: Path) -> None:
    data = read(tmp_path, content)
    assert [" ".join(row) for row in data.rows] == rows
    assert data.flaw is None


def test_a_file_with_tabs_has_tabs(tmp_path: Path) -> None:
    assert read(tmp_path, "a\tb\n1;2\t3\n4\t5\n", "x.TSV").rows[1] == ("1;2", "3")


CELL = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=8).map(str.strip)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_program_writes_is_read(rows: list[list[str]], separator: str, end: str) -> None:
    rows = [["Head", "Middle", "End"], *rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    data = data_files._read("x.csv", out.getvalue().replace("\r\n", "\n"))
    assert [list(row) for row in data.rows] == [row for row in rows if any(row)]


@pytest.mark.parametrize(
    ("column", "is_numeric"),
    [
        (["1", "2,5", "-3.5", "+4 %", "1'000", "1\u202f000", "− 5", "€5", "US 5"], False),
        (
            ["1", "2,5", "-3.5", "+4 %", "1'000", "1\u202f000", "−5", "€5", "5 €", "–", "n/a", ""],
            True,
        ),
        (["١٢"], True),
        (["2024-11-07"], False),
        (["12:30"], False),
        (["–", "n/a", ""], False),
        (["one"], False),
    ],
)
def test_columns_of_numbers(column: list[str], is_numeric: bool, tmp_path: Path) -> None:
    lines = "".join(f'x,"{cell}"\n' for cell in column)
    assert read(tmp_path, f"a,b\n{lines}").numeric == (
        frozenset({1}) if is_numeric else frozenset()
    )


@pytest.mark.parametrize(
    ("content", "severity", "code", "line", "words"),
    [
        ("", "error", "bad-table", 0, "empty"),
        (",,\n\n", "error", "bad-table", 0, "empty"),
        ("a,b\n1,2\n3\n", "warning", "bad-table", 3, "2 cells, and line 3 more or fewer"),
        ('a,b\n"1\n2",3\n4,5,6\n7\n', "warning", "bad-table", 4, "lines 4, 5 more"),
        ('a,b\n1,"2\n3,4\n', "error", "bad-table", 2, "line 2"),
        ('a,b\n1,"2" x\n', "error", "bad-table", 2, "line 2"),
        (b"a,b\n1,2\n\xe4,3\n", "error", "not-utf8", 3, "line 3 of `x.csv`"),
        ("a,b\n1,\0\n", "error", "not-utf8", 2, "null"),
        ("a\n".encode("utf-16"), "error", "not-utf8", 1, "UTF-16"),
        ("a,b\n" + "1,2\n" * 1001, "error", "bad-table", 0, "1,002 rows"),
        (("1," * 30 + "\n") * 800, "error", "bad-table", 0, "800 rows"),
        ("a,b\n" + "1,2\n" * 300_000, "error", "bad-table", 0, "300,001 rows"),
    ],
)
def test_flaws(
    content: str | bytes,
    severity: str,
    code: str,
    line: int,
    words: str,
    tmp_path: Path,
) -> None:
    data = read(tmp_path, content)
    assert data.flaw is not None
    assert (data.flaw.severity, data.flaw.code, data.line) == (severity, code, line)
    assert words in data.flaw.message
    assert data.flaw.hint
    assert bool(data.rows) == (severity == "warning")


def test_the_page(tmp_path: Path) -> None:
    text = f'{FRONT}![Calls *by year*](my%20data.csv){{#calls .wide lang=de credit="The bureau"}}\n'
    hostile = 'Year,"<script>alert(1)</script>"\n2023,*no* [x](y.md) &amp; "q"\n'
    result = build(tmp_path, {"content/a.md": text, "content/my data.csv": hostile})
    assert found(result) == []
    assert figure(tmp_path) == (
        '<figure id="calls" class="wide" lang="de">\n'
        "<table>\n<caption>Calls <em>by year</em></caption>\n"
        '<thead>\n<tr>\n<th class="align-right" scope="col">Year</th>\n'
        '<th scope="col">&lt;script&gt;alert(1)&lt;/script&gt;</th>\n</tr>\n</thead>\n'
        '<tbody>\n<tr>\n<td class="align-right">2023</td>\n'
        "<td>*no* [x](y.md) &amp;amp; &quot;q&quot;</td>\n</tr>\n</tbody>\n</table>\n"
        '<figcaption><a href="../my%20data.csv" download>my data.csv</a> '
        '<span class="credit">The bureau</span></figcaption>\n</figure>'
    )
    assert (tmp_path / "_site/my data.csv").read_text(encoding="utf-8") == hostile


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("![A](x.csv)", []),
        ('![](x.csv "A")', []),
        ("![](x.csv)", []),
        ("- ![A](/x.csv)\n\n  > ![A](x.csv)", []),
        ("[A](x.csv)", []),
        ("`![A](no.csv)`", []),
        ("![A](no.csv)", [("error", "broken-link", 4, 6)]),
        ("![A](_x.csv)", [("error", "broken-link", 4, 6)]),
        ("![A](../../etc/x.csv)", [("error", "broken-link", 4, 6)]),
        ("![A](https://example.org/x.csv)", [("warning", "not-a-picture", 4, 6)]),
        ("Words ![A](x.csv)", [("warning", "not-a-picture", 4, 12)]),
        ("![A](x.csv){width=50%}", [("warning", "bad-attribute", 4, 12)]),
        ("![A](x.csv){alt=B}", [("warning", "bad-attribute", 4, 12)]),
        ('![A](x.csv "B")', [("warning", "bad-attribute", 4, 1)]),
        ("![A](uneven.csv)", [("warning", "bad-table", 4, 6)]),
        ("![A](empty.csv)", [("error", "bad-table", 4, 6)]),
        ("![A](latin.csv)", [("error", "not-utf8", 4, 6)]),
        ("[A](empty.csv)", []),
    ],
)
def test_problems(text: str, problems: list[tuple[str, str, int, int]], tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": FRONT + text + "\n",
        "content/x.csv": "a,b\n1,2\n",
        "content/_x.csv": "a,b\n1,2\n",
        "content/uneven.csv": "a,b\n1\n",
        "content/empty.csv": "",
        "content/latin.csv": b"\xe4",
    }
    result = build(tmp_path, files)
    assert [each for each in found(result) if each[1] != "not-published"] == problems


def test_not_in_notes(tmp_path: Path) -> None:
    notes = 'notes:\n  - {quote: Words, note: "![A](x.csv)"}\n'
    files: dict[str, str | bytes] = {"content/a.md": FRONT + "Words\n", "content/a.yaml": notes}
    result = build(tmp_path, {**files, "content/x.csv": "a,b\n1,2\n"})
    assert [each[:2] for each in found(result)] == [("warning", "not-a-picture")]


def body(rows: tuple[tuple[str, ...], ...]) -> Body:
    text = "Before.\n\n![A *caption*[^1]](x.csv)\n\nAfter.\n\n[^1]: A footnote.\n"
    document = route(Document(Text("content/a.md", FRONT + text)), "UTC")[0]
    return parse_body(
        Markdown(),
        document,
        lambda url: LinkLookup(url, True, "/x.csv", None, data=DataFile(rows, frozenset({1}))),
    )


@given(
    st.lists(st.tuples(CELL, st.sampled_from(["1", "", "a\nb"])), min_size=1, max_size=4),
    st.data(),
)
def test_marks_taken_out_leave_the_table(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    cells, markdown = (("Head", ""), *rows), Markdown()
    plain = markdown.render(body(cells).tokens)
    again = body(cells)
    text = again.reader.text
    assert "\n".join(["Before.", "A caption", *(c for row in cells for c in row)]) in text
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    marked = markdown.render(
        mark.apply(again.tokens, again.reader, [Highlight("x", "claim", start, end)])
    )
    runs = re.findall(r"<mark[^>]*>(.*?)</mark>", marked, re.S)
    assert runs or not text[start:end].strip()
    assert re.sub(r"</?mark[^>]*>|\0[rn][\d,]+\0\n?", "", marked) == plain
