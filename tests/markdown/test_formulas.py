"""Formulas: what is wrong with them, what never gets into a page, and the time that they take."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown import mathml
from explainer.markdown.findings import reported
from explainer.markdown.mathml import BadFormula, Formula
from explainer.markdown.parser import Markdown, MarkdownOptions
from tests.helpers import folders
from tests.helpers.cost import is_linear
from tests.helpers.examples import examples

MARKDOWN = Markdown(MarkdownOptions(math=True))
ARTICLE = "---\ntitle: T\n---\n"


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\nothing x", r"there is no command `\nothing`"),
        (r"\begin{tikzpicture}\end{tikzpicture}", "there is no environment `tikzpicture`"),
        (r"\begin{aligned} a", "a brace or environment is not closed"),
        (r"\frac{a}{b", "a brace or environment is not closed"),
        ("a}", "a brace or environment closes nothing"),
        (r"\left( a", r"a `\left` has no `\right`"),
        ("x_", "nothing follows `^` or `_`"),
        ("x_1_2", "two subscripts follow each other"),
        (r"\frac{a}", "a part is missing"),
        ("a & b", "`&` is not in an environment"),
        ("50%", "in TeX, `%` starts a comment"),
        (r"\ ", "it shows nothing"),
        (r"\newcommand{\a}{\a}\a", "its commands call themselves"),
        (r"\href{x}{y}", r"a formula cannot have `\href`"),
        (r"\class{x}{y}", r"a formula cannot have `\class`"),
        ("{" * 61 + "}" * 61, "it is nested too deeply"),
        (r"\left(" * 61, "something is missing at its end"),
        ("x" * 4001, "it is longer than 4,000 characters"),
    ],
)
def test_what_is_wrong_with_a_formula(tex: str, why: str) -> None:
    made = mathml.mathml(tex, display=False)
    assert isinstance(made, BadFormula)
    assert made.message == why
    assert made.hint


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"a \& b", "a&b"),
        (r"50\%", "50%"),
        (r"\arg z", "argz"),
        (r"\text{ if } x", "if\u00a0x"),
        (r"\mathcal{B}\mathfrak{C}\mathbf{1}", "ℬℭ𝟏"),
        (r"\begin{dcases} a & b \end{dcases}", "{ab"),
        (r"\begin{equation} a \end{equation}", "a"),
        (r"\newcommand{\R}{\mathbb{R}} \R", "ℝ"),
    ],
)
def test_what_readers_see_of_a_formula(tex: str, text: str) -> None:
    made = mathml.mathml(tex, display=True)
    assert isinstance(made, Formula)
    assert made.text == text


class _Elements(HTMLParser):
    """Checks that a formula is MathML without anything that acts, and collects its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert re.fullmatch("m[a-z]+|none", tag)
        assert not {name for name, _ in attrs} & {"href", "style", "class", "id", "onclick"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


_PIECES = st.sampled_from(
    r"\frac \sqrt \text \left( \right) { } ^ _ & \\ \begin{cases} \end{cases} \begin{matrix} x < "
    r"> \end{matrix} \mathbf \href \style \color \unicode \hbox \operatorname &lt; &#0; <script> "
    r"' é \0 \left\{ \right. \hspace{1em} \tag \not \sideset \bra \genfrac \rule % #1 1 [ ] \hline "
    r"\xrightarrow[a]{b} \def\newcommand \limits \overbrace \middle| \mathrm{d} \array".split()
)


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(_PIECES, max_size=12).map(" ".join), st.booleans())
def test_any_formula_is_mathml_or_a_message(tex: str, display: bool) -> None:
    made = mathml.mathml(tex, display=display)
    if isinstance(made, Formula):
        elements = _Elements()
        elements.feed(made.html)
        elements.close()
        assert not elements.open
        assert elements.text == made.text
        assert made.text == made.text.strip() != ""
        assert "\n" not in made.text


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["$a ", "$$ a ", "$$\na\n\n", "$a$", "$x_", r"$\\", "a$$", "$$$"])
def test_time_is_linear_in_the_number_of_dollar_signs(unit: str) -> None:
    assert is_linear(lambda count: MARKDOWN.parse(unit * count), 500, 4_000, 20)


def test_the_place_of_a_mistake_is_reported() -> None:
    body = (
        "One\n\n$$\na\n$$\n\nand `$\\bad$` $\\bad$.\n\n"
        '![x](y.svg "of $\\worse$")\n\n| $\\inner$ |\n|-|\n'
    )
    found = {
        (each.place.text.count("\n", 0, each.place.offset) + 1, each.flaw.code, each.place.words)
        for each in reported(MARKDOWN.parse(body))
    }
    assert found == {
        (7, "bad-formula", "$\\bad$"),
        (9, "bad-formula", "$\\worse$"),
        (11, "bad-formula", "$\\inner$"),
    }


def test_the_message_names_the_line_and_column(tmp_path) -> None:
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"\n[markdown]\nmath = true\n',
            "content/a.md": ARTICLE + "A word and $\\bad$, \\(x^2\\), $$ open\n\n$$\n\n",
            "content/a.yaml": "notes:\n  - quote: word\n    note: A $\\worse$ one.\n",
        },
    )
    built = build_site(root, BuildOptions(jobs=1, write=False))
    found = [(str(p.location), p.severity, p.code, p.message) for p in built.problems]
    assert found == [
        (
            "content/a.md:4:12",
            "warning",
            "bad-formula",
            "readers see `$\\bad$` as it is: there is no command `\\bad`",
        ),
        (
            "content/a.md:4:20",
            "warning",
            "foreign-markup",
            "`\\(x^2\\)` looks like mathematics: readers will see it as it is (2 times, also on "
            "line 6)",
        ),
        (
            "content/a.yaml:3:13",
            "warning",
            "bad-formula",
            "readers see `$\\worse$` as it is: there is no command `\\worse`",
        ),
    ]
    assert "write `$…$`" in built.problems[1].hint


def test_without_the_extra_there_is_one_warning(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(mathml, "find_spec", lambda name: None)
    root = folders.put(
        tmp_path,
        {
            "site.toml": 'title = "T"\n[markdown]\nmath = true\n',
            "content/a.md": ARTICLE + "The law $E = mc^2$ and $\\bad$.\n\n$$\nx < 1\n$$\n",
            "content/a.yaml": "notes:\n  - quote: law $E = mc^2$ and\n    note: See $x$.\n",
        },
    )
    built = build_site(root, BuildOptions(jobs=1))
    assert [(str(p.location), p.code, p.severity) for p in built.problems] == [
        ("site.toml:3:8", "extra-missing", "warning")
    ]
    page = (root / "_site/a/index.html").read_text(encoding="utf-8")
    assert "<code>$$ x &lt; 1 $$</code>" in page
    assert "<math" not in page
