"""explainer/markdown/typography.py: quotation marks, dashes, and the ellipsis, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.anchor import text as anchor_text
from explainer.anchor.find import Span, find
from explainer.anchor.normalize import normalize
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from explainer.markdown.typography import marks_of, smart
from explainer.model.annotations import Target
from tests.helpers import folders
from tests.helpers.cost import is_linear
from tests.helpers.pages import parse, select

OPTIONS = MarkdownOptions(html=True, linkify=True, math=True, typographer=True)
MARKDOWN, NOTES = Markdown(OPTIONS), NoteMarkdown(OPTIONS)


def shown(text: str, language: str = "en") -> str:
    """Return the HTML of a paragraph, without its element."""
    html = MARKDOWN.render(MARKDOWN.parse_with_marks(text, language)[0])
    return html.removeprefix("<p>").removesuffix("</p>\n").replace("&quot;", '"')


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # quotation marks
        ('"Yes," she said, "it\'s so."', "“Yes,” she said, “it’s so.”"),
        ("'Yes,' he said, 'it's the dogs' bone.'", "‘Yes,’ he said, ‘it’s the dogs’ bone.’"),
        ("\"He said 'no' to me.\"", "“He said ‘no’ to me.”"),
        ('("A", "b"); ["c"] -"d"- "e"-f /"g"/', "(“A”, “b”); [“c”] -“d”- “e”-f /“g”/"),
        ('("...wait") "What?" "So!"', "(“…wait”) “What?” “So!”"),
        ('"A first paragraph only opens.', "“A first paragraph only opens."),
        ('**"Bold"** "*slanted*" "[a](b.md)" "`c`"', None),
        ("it's *it*'s `it`'s [it](b.md)'s", None),
        ('"one\ntwo" "three\\\nfour"', None),
        ("“Typed” \"and\" «typed» 'too'", "“Typed” “and” «typed» ‘too’"),
        # apostrophes
        ("O'Brien's rock 'n' roll of the '90s", "O’Brien’s rock ’n’ roll of the ’90s"),
        ("'tis the students' right, isn't it", "’tis the students’ right, isn’t it"),
        # feet, inches, thousands, and what is alone
        ("5'10\" and 6\" by 6' and 1'000", "5'10\" and 6\" by 6' and 1'000"),
        ('"He is 17"', "“He is 17”"),
        ("\" and ' alone", "\" and ' alone"),
        # dashes
        ("a -- b --- c a--b c---d", "a – b — c a–b c—d"),
        ("2020--2021, pp. 5--9", "2020–2021, pp. 5–9"),
        ('"Stop"--he said---"now"', "“Stop”–he said—“now”"),
        ("one --\ntwo", "one –\ntwo"),
        ('--strict, (--strict) "--strict" -v a --b c-- d --5', None),
        ("xn--p1ai ---- a----b a-b -- ", None),
        # the ellipsis
        ("wait... what? [...] 'so...'", "wait… what? […] ‘so…’"),
        ("two.. four.... five..... . . .", "two.. four.... five..... . . ."),
        # nothing else
        ("(c) (C) (r) (tm) (p) +- ???? !!!! ,, 1/2 -> <- x2", None),
    ],
)
def test_what_changes(typed: str, expected: str | None) -> None:
    if expected is not None:
        assert shown(typed) == expected.replace("<", "&lt;").replace(">", "&gt;")
    plain = MARKDOWN.render(MARKDOWN.parse(typed)).replace("&quot;", '"')
    assert normalize(shown(typed)).text == normalize(plain[3:-5]).text


def test_across_markup() -> None:
    assert shown('**"Bold"** "*slanted*" "[a](b.md)" "`c`"') == (
        '<strong>“Bold”</strong> “<em>slanted</em>” “<a href="b.md">a</a>” “<code>c</code>”'
    )
    assert shown("*it*'s `it`'s") == "<em>it</em>’s <code>it</code>’s"
    assert shown('"one\ntwo" "a\\\nb"') == "“one\ntwo” “a<br>\nb”"


@pytest.mark.parametrize(
    "typed",
    [
        '`"a" -- b...`',
        '\\"a\\" a \\-- b \\... c',
        "&quot;a&quot; &#39;b&#39;",
        "--strict, (--strict) -v a --b c-- d --5",
        "https://example.org/a--b...c?d='e'",
        "<https://example.org/a--b>",
        "www.example.org/a--b",
        "[a](b--c...d.md)",
        '<kbd class="a--b">"x" -- y...</kbd> <code>it\'s</code>',
        '<span title="a -- b...">c</span>',
        '![It\'s "a" -- b...](c.jpg)',
        "(c) (tm) +- ????",
    ],
)
def test_what_stays(typed: str) -> None:
    plain = MARKDOWN.render(MARKDOWN.parse(typed))
    assert MARKDOWN.render(MARKDOWN.parse_with_marks(typed, "en")[0]) == plain


def test_blocks() -> None:
    html = shown('# "A"\n\n- "b"\n\n> "c"\n\n| "d" |\n|---|\n| -- |\n\n```\n"e"\n```\n\n    "f"\n')
    assert re.findall("“.”", html) == ["“A”", "“b”", "“c”", "“d”"]
    assert '"e"' in html
    assert "<td>--</td>" in html
    html = shown(
        'A[^1] ^["B"]\n\n[^1]: "C"\n\nD\n: "E"\n\n![x](y.png "\'F\' -- g")\n\n<p>"h"</p>\n'
    )
    assert sorted(re.findall("[“‘].[”’]", html)) == ["‘F’", "“B”", "“C”", "“E”"]
    assert '<p>"h"</p>' in html


def test_ids_of_headings_stay() -> None:
    for typed in ("A -- b", 'It\'s "so" -- `x`...', "2020--2021"):
        plain, changed = (MARKDOWN.parse_with_marks(f"# {typed}", each)[0] for each in ("", "fr"))
        assert plain[0].attrs["id"] == changed[0].attrs["id"]
        assert plain[1].children != changed[1].children


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“A “b” ‘c’” it’s"),
        ("en-GB", "“A “b” ‘c’” it’s"),
        ("de", "„A „b“ ‚c‘“ it’s"),
        ("de-AT", "„A „b“ ‚c‘“ it’s"),
        ("de-CH", "«A «b» ‹c›» it’s"),
        ("fr", "«\u202fA “b” ‘c’\u202f» it’s"),
        ("fr-CH", "«A «b» ‹c›» it’s"),
        ("es", "“A “b” ‘c’” it’s"),
        ("it", "«A “b” ‘c’» it’s"),
        ("pt", "“A “b” ‘c’” it’s"),
        ("pt-PT", "«A “b” ‘c’» it’s"),
        ("nl", "“A “b” ‘c’” it’s"),
        ("pl", "„A «b» ‚c’” it’s"),
        ("cs", "„A „b“ ‚c‘“ it’s"),
        ("hu", "„A »b« ‚c’” it’s"),
        ("ru", "«A „b“ ‚c‘» it’s"),
        ("uk", "«A „b“ ‚c‘» it’s"),
        ("sv", "”A ”b” ’c’” it’s"),
        ("fi", "”A ”b” ’c’” it’s"),
        ("da", "“A “b” ‘c’” it’s"),
        ("nb", "«A «b» ‘c’» it’s"),
        ("he", "”A ”b” ’c’” it’s"),
        ("ar", "”A ”b“ ’c‘“ it’s"),
        ("tlh", "“A “b” ‘c’” it’s"),
        ("", '"A "b" \'c\'" it\'s'),
    ],
)
def test_languages(language: str, expected: str) -> None:
    typed = '"A "b" \'c\'" it\'s'
    assert shown(typed, language) == expected
    assert normalize(expected).text == normalize(typed).text


def test_scripts_without_spaces_and_hebrew() -> None:
    assert shown("他说\"你好\"然后'再见'走", "zh") == "他说“你好”然后‘再见’走"
    assert shown('צה"ל "שלום צה"ל"', "he") == 'צה"ל ”שלום צה"ל”'


@given(st.text(alphabet="ab 1\"'-.(,\n", max_size=40), st.sampled_from(["en", "de", "fr", "ru"]))
def test_only_punctuation_changes(text: str, language: str) -> None:
    changed = smart(text, marks_of(language))
    assert normalize(changed).text == normalize(text).text


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ['"a ', "'a ", '"', "'", "\"'", '("', "' \"a", "x--y ", "...", "*"]
)
def test_time_is_linear(unit: str) -> None:
    marks = marks_of("fr")
    assert is_linear(lambda count: smart(unit * count, marks), 2_000, 8_000, 10)


# --- annotations ---------------------------------------------------------------------------------

ARTICLE = 'He said: "It\'s over" -- in 2020--2021... "Why?" *"Now," she* said---"yes". «Oui»'


@pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "sv", ""])
@pytest.mark.parametrize(
    "words",
    [
        '"It\'s over" -- in',
        "“It’s over” – in",
        "„It's over“ --- in",
        "«\u202fIt’s over\u202f» — in",
        "2020--2021",
        "2020–2021",
        "2020-2021...",
        "2021… “Why?”",
        '"Now," she said---"yes"',
        "said—“yes”.",
        "over” – in",
        "“Why",
        "Oui",
    ],
)
def test_quotes_match_either_spelling(words: str, language: str) -> None:
    reader = anchor_text.read(MARKDOWN.parse_with_marks(ARTICLE, language)[0])
    for target in (
        Target(quote=words),
        Target(quote="He … Oui"),
        Target(quote="over", prefix="It's", suffix='" --- in'),
        Target(quote="over", prefix="said: “It’s", suffix="” – in"),
        Target(quote="Why", prefix="2021... “", suffix='?" “Now'),
    ):
        found = find(reader, target)
        assert isinstance(found, Span), target
        text = reader.text[found.start : found.end]
        assert text == text.strip()
        assert normalize(text).text == normalize(target.quote or "").text or "…" in target.quote


def test_marks_are_exact() -> None:
    reader = anchor_text.read(MARKDOWN.parse_with_marks('Il dit "oui" -- et non', "fr")[0])
    assert reader.text == "Il dit «\u202foui\u202f» – et non"
    for words, expected in (
        ("oui", "oui"),
        ('"oui', "«\u202foui"),
        ('oui"', "oui\u202f»"),
        ('dit "', "dit «"),
        ('" -- et', "» – et"),
        ("--", "–"),
    ):
        found = find(reader, Target(quote=words))
        assert isinstance(found, Span)
        assert reader.text[found.start : found.end] == expected
    reader = anchor_text.read(MARKDOWN.parse("a --5 b ---c"))
    assert isinstance(find(reader, Target(quote="5 b")), Span)


SITE = {
    "site.toml": 'title = "X"\nlanguage = "de"\n[search]\nenabled = false\n',
    "content/a.md": '---\ntitle: "It\'s"\n---\n"A" -- b\n',
    "content/a.yaml": "notes:\n  - quote: '\"A\" - b'\n    note: '\"N\" -- n'\n",
    "content/b.md": '---\ntitle: B\nlanguage: fr\ndisclaimer: \'"D"\'\n---\n"A" -- b\n',
    "content/c.md": '---\ntitle: C\noriginal: {title: O}\n---\n"A" -- b\n',
    "content/c.yaml": "notes:\n  - quote: '„A“ – b'\n    note: '*\"N\"* -- n'\n",
}


def test_a_site(tmp_path: Path, templates: Path) -> None:
    root = folders.with_cache(folders.put(tmp_path / "site", SITE), templates)

    def body(page: str) -> str:
        assert not [p for p in build_site(root, BuildOptions()).problems if p.severity != "info"]
        html = parse((root / f"_site/{page}/index.html").read_text())
        return str(select(html, "main")[0].text)

    assert "„A“ – b" in body("a")
    assert "„N“ – n" in body("a")
    assert "It's" in body("a"), "a title is as its author typed it"
    assert "«\u202fA\u202f» – b" in body("b")
    assert "«\u202fD\u202f»" in body("b")
    assert '"A" -- b' in body("c"), "somebody else's words"
    assert "„N“ – n" in body("c"), "the notes are ours"
    folders.put(root, {"site.toml": SITE["site.toml"] + "[markdown]\ntypographer = false\n"})
    assert '"A" -- b' in body("a")
    assert '"N" -- n' in body("a")
