"""BibTeX as people write it: LaTeX, names, identifiers, dates, inheritance, and syntax errors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explainer.exchange import bibtex
from explainer.exchange.bibtex import authors, latex
from explainer.model.problems import Problem
from tests.exchange.helpers import imported
from tests.helpers.examples import examples


def read(text: str) -> tuple[dict[str, Any], list[Problem]]:
    incoming = bibtex.read("x.bib", text)
    return dict(incoming.sources), list(incoming.problems)


def one(fields: str, kind: str = "book") -> tuple[dict[str, Any], list[Problem]]:
    sources, problems = read(f"@{kind}{{a, title={{T}}, {fields}}}")
    return sources["a"], problems


# --- LaTeX ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"The {\TeX book}", "The TeX book"),
        (r"{\TeX}: The Program", "TeX: The Program"),
        (r"A {\LaTeX} Tale and {\BibTeX}", "A LaTeX Tale and BibTeX"),
        (r"Use \texttt{git rebase} now", "Use git rebase now"),
        (r"Type A \mbox{no break} B", "Type A no break B"),
        (r"Cost \pounds 5, \euro 6 and \S 7", "Cost £5, €6 and §7"),
        (r"methodology\hyphen independent", "methodology-independent"),
        (r"He said \enquote{no}", "He said “no”"),
        (r"\enquote{a \enquote{b} c}", "“a ‘b’ c”"),
        (r"10$^{th}$ report on CO$_2$", "10th report on CO₂"),
        (r"$10^6$ people, $T_{max}$, $x^y$, $\frac{a+b}{2}$", "10⁶ people, T_max, x^y, (a+b)/2"),
        (r"2\textsuperscript{nd}, H\textsubscript{2}O", "2nd, H₂O"),
        (r"S\o ren \AA kerman, Wroc\l aw", "Søren Åkerman, Wrocław"),
        (r"{The} {Book} \emph{of} \emph{Books}", "The Book of Books"),
        (r"hy\-phen, \hyphenation{foo-bar}x, 9\,km", "hyphen, x, 9\u2009km"),
        (r"\href{https://x.org/a_b}{The report}", "The report"),
        (r"\url{https://x.org/a_b%20c}", "https://x.org/a_b%20c"),
        (r"AT&T paid $5 to $6 million, 100% more", "AT&T paid $5 to $6 million, 100% more"),
        (r"\~{} \^{} {\em Title} {\noopsort{1973b}}1973", "~ ^ Title 1973"),
        (r"\glqq Ja\grqq{} -- \flqq oui\frqq{}", "„Ja“ – «oui»"),
        ("a\\\\", "a"),
        (r"one\hfill two\linebreak three\break four\hspace{1em}five", "one two three four five"),
        (r"$O(n\log n)$, $\sin\theta$, $\log_2 n$, $\max(a)$", "O(n log n), sin θ, log₂ n, max(a)"),
        (r"At $30^\circ$C and $5^{\circ}$, $x^\prime$", "At 30°C and 5°, x′"),
        (r"Adults $>$65 and $<$5 years, $a \ne b$", "Adults >65 and <5 years, a ≠b"),
        (r"\og texte \fg{} pay $5-$6", "« texte » pay $5-$6"),
    ],
)
def test_latex_commands_become_text(written: str, text: str) -> None:
    assert latex.plain(written) == (text, ())


@pytest.mark.parametrize(
    ("written", "text", "commands"),
    [
        (r"\foo{M\"uller} and \baz", r"\foo{Müller} and \baz", (r"\foo", r"\baz")),
        (r"See \cite{knuth} and \ref{x}", r"See \cite{knuth} and \ref{x}", (r"\cite", r"\ref")),
        (r"Of \today", r"Of \today", (r"\today",)),
        (r"\input{/etc/passwd}", r"\input{/etc/passwd}", (r"\input",)),
        (r"$\overline{x}$", r"\overline{x}", (r"\overline",)),
        (r"\begin{foo}a\end{foo}", r"\begin{foo}a\end{foo}", (r"\begin{foo}",)),
    ],
)
def test_unknown_commands_are_kept(written: str, text: str, commands: tuple[str, ...]) -> None:
    assert latex.plain(written) == (text, commands)


def test_unknown_commands_are_reported_at_their_line() -> None:
    sources, problems = read("@book{a,\n year = 2001,\n title = {Use \\foo{this} now},\n}")
    assert sources["a"]["title"] == r"Use \foo{this} now"
    (problem,) = problems
    assert (problem.code, problem.severity) == ("unknown-command", "warning")
    assert problem.location.line == 3
    # A field that is not imported may have any commands.
    assert not [p for p in one(r"abstract={\foo}")[1] if p.severity != "info"]


@pytest.mark.parametrize(
    "text",
    ["{" * 300 + "x" + "}" * 300, r"\frac{a", r"\'\verb", r"\emph\verb|x|", r"\frac\href{a}"],
)
def test_latex_that_cannot_be_read_is_kept_and_reported(text: str) -> None:
    assert latex.plain(text) == (text, (text,))


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Knuth, D. E. and others", ["D. E. Knuth", "et al."]),
        ("Doe, J. et al.", ["J. Doe", "et al."]),
        ("Doe, J. and et al", ["J. Doe", "et al."]),
        ("{others} and Roe, R.", ["others", "R. Roe"]),
        ("{NASA and ESA} and {Simon and Schuster}", ["NASA and ESA", "Simon and Schuster"]),
        ("van der Berg, Jan and King, Jr., Martin L.", ["Jan van der Berg", "Martin L. King Jr."]),
        ("family=Doe, given=Jane, prefix=van, suffix=III", ["Jane van Doe III"]),
        ("given={Ludwig}, prefix=van, family=Beethoven, given-i=L", ["Ludwig van Beethoven"]),
        ("and Doe, J. and and Roe, R. and", ["J. Doe", "R. Roe"]),
        ("D.~E. Knuth AND Jane Roe", ["D. E. Knuth", "Jane Roe"]),
        ("Sir John Roe, Jr. and Dr. Jane Doe, PhD", ["Sir John Roe, Jr.", "Dr. Jane Doe, PhD"]),
        ("Louis Roe, III and Roe, Jane", ["Louis Roe, III", "Jane Roe"]),
    ],
)
def test_authors(field: str, expected: list[str]) -> None:
    source, problems = one(f"author={{{field}}}")
    assert source["authors"] == expected
    assert not problems


@pytest.mark.parametrize("field", ["Smith, J., Jones, K., Brown, L.", "Doe, J.; Roe, R."])
def test_authors_joined_by_something_else_are_reported(field: str) -> None:
    source, problems = one(f"author={{{field}}}")
    assert source["authors"] == [field]
    assert [(p.code, p.severity) for p in problems] == [("bibtex-syntax", "warning")]


def test_a_cut_list_of_authors_survives_a_round_trip(site: Path) -> None:
    result = imported(
        site, "x.bib", "@book{k, title={T}, author={Knuth, D. E. and others}}", "--library"
    )
    assert result.exit_code == 0, result.output
    assert "authors: [D. E. Knuth, et al.]" in (site / "content/_library.yaml").read_text()


words = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=6)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(words, min_size=1, max_size=5), st.sampled_from([" ", ", ", " and ", "~"]))
def test_no_part_of_a_name_is_lost(parts: list[str], joint: str) -> None:
    source, _ = one(f"author={{{joint.join(parts)}}}")
    shown = " ".join(source.get("authors", []))
    assert all(part in shown for part in parts if part.lower() not in ("and", "others", "al", "et"))


# --- identifiers ---------------------------------------------------------------------------------

SICI = "10.1002/(SICI)1097-4679(199811)54:7%3C1001::AID-JCLP1%3E3.0.CO;2-Q"


@pytest.mark.parametrize(
    ("doi", "path"),
    [
        ("10.1002/(SICI)1097-4679(199811)54:7<1001::AID-JCLP1>3.0.CO;2-Q", SICI),
        (SICI, SICI),
        (r"10.1002/7{\textless}1::A{\textgreater}3", "10.1002/7%3C1::A%3E3"),
        ("10.1002/7$<$1::A$>$3", "10.1002/7%3C1::A%3E3"),
        ("10.1002/7&lt;1::A&gt;3", "10.1002/7%3C1::A%3E3"),
        ("https://doi.org/10.1000/x_1", "10.1000/x_1"),
        ("HTTP://DX.DOI.ORG/10.1000/x", "10.1000/x"),
        ("doi.org/10.1000/x", "10.1000/x"),
        ("doi: 10.1000/X", "10.1000/X"),
        (" DOI:10.1000/x ", "10.1000/x"),
        (r"10.1000/x\_1{\_}2", "10.1000/x_1_2"),
        ("10.1002%2Fx", "10.1002/x"),
        ("10.1000/a#1?b", "10.1000/a%231%3Fb"),
    ],
)
def test_dois(doi: str, path: str) -> None:
    source, problems = one(f"doi={{{doi}}}")
    assert source["url"] == f"https://doi.org/{path}"
    assert not problems


@pytest.mark.parametrize("doi", ["10.1000/a b", "11.1000/x", "see the web", "10.1000"])
def test_what_is_no_doi_is_reported(doi: str) -> None:
    source, problems = one(f"doi={{{doi}}}")
    assert "url" not in source
    assert [(p.code, p.severity) for p in problems] == [("left-out", "warning")]
    assert doi in problems[0].message


def test_addresses_with_angle_brackets_are_encoded() -> None:
    assert one("url={HTTPS://x.org/7<1>}")[0]["url"] == "https://x.org/7%3C1%3E"
    assert one("url={doi:10.1000/x}")[0]["url"] == "https://doi.org/10.1000/x"


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["<i>In vivo</i>", "H<sub>2</sub>O", "R &amp; D", "<p>x</p>"])
def test_html_is_reported(title: str) -> None:
    for fields in (f"title={{{title}}}", f"title={{T}}, publisher={{{title}}}"):
        sources, problems = read(f"@book{{a, {fields}}}")
        assert title in sources["a"].values()
        assert [(p.code, p.severity) for p in problems] == [("foreign-markup", "warning")]


def test_arxiv_numbers_may_have_a_prefix() -> None:
    source, _ = one("eprint={arXiv:2001.00001v2}")
    assert source["url"] == "https://arxiv.org/abs/2001.00001v2"


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("date={1567~}", "1567"),
        ("date={1567?}", "1567"),
        ("date={1567%}", "1567"),
        ("date={2004-05~}", "2004-05"),
        ("date={2004-XX}", "2004"),
        ("date={2009-21}", "2009"),
        ("date={2004-05-01/2004-05-03}", "2004-05-01"),
        ("date={2004-13}", "2004"),
        ("year={[1796]}", "1796"),
        ("year={c. 1890}", "1890"),
        ("year={c.~1890}", "1890"),
        ("year={1988-89}", "1988"),
        ("year={2009-10}", "2009"),
        ("year={1988/1989}", "1988"),
        ("year={2020a}", "2020"),
        ("year={Spring 2009}", "2009"),
        ("year={22.08.2000}", "2000"),
        ("year={in press, 2020}", "2020"),
        ("year={2020}, month={10--12}", "2020"),
        ("year={2020}, month={sep/oct}", "2020"),
        ("year={2020}, month={Spring}", "2020"),
        ("year={2020}, month={13}", "2020"),
        ("year={2020}, month={März}", "2020"),
        ("year={2020}, month=feb, day={30}", ""),
        ("year={2020?}, month=may", "2020"),
        ("date={201X}", ""),
        ("date={19XX}", ""),
        ("date={/2004}", ""),
        ("year={1950s}", ""),
        ("year={before 1900}", ""),
        ("year={1200 BC}", ""),
        ("date={-0044}", ""),
        ("date={0000}", ""),
        ("year={20201}", ""),
        ("year={in press}", ""),
        ("year={forthcoming}", ""),
        ("date={2023-02-30}", ""),
        ("date={2021-05}, year={2020}", "2021-05"),
        ("month=may", ""),
        ("day={6}", ""),
        ("year={1402 AH}", ""),
        ("year={พ.ศ. 2563}", ""),
        ("year={2563 B.E.}", ""),
    ],
)
def test_only_the_certain_part_of_a_date_is_kept(fields: str, date: str) -> None:
    source, problems = one(fields)
    assert source.get("date", "") == date
    (problem,) = problems
    assert (problem.code, problem.severity) == ("left-out", "warning")
    assert ("only `" in problem.message) == bool(date)


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("date={2004-05-06}", "2004-05-06"),
        ("date={2004-05-06T10:00:00Z}", "2004-05-06"),
        ("year=2004, month=may, day=6", "2004-05-06"),
        ("year=2004, month={6 May}", "2004-05-06"),
        ('year=2004, month=may # "~6"', "2004-05-06"),
        ("year={2004}, month={Sept.}", "2004-09"),
        ("year={2004}, month={05}", "2004-05"),
        ("year={March 2004}", "2004-03"),
        ("year={987}", "0987"),
        ("date={}, year={2004}", "2004"),
        ("date={2004-05}, year={2004}, month=may", "2004-05"),
        ("year={n.d.}", ""),
        ("date={}", ""),
    ],
)
def test_exact_dates(fields: str, date: str) -> None:
    source, problems = one(fields)
    assert source.get("date", "") == date
    assert not problems


# --- parents and languages -----------------------------------------------------------------------

WHOLE = "@collection{whole, title={The Whole Book}, publisher={A House}, year=2000, doi={10.1/x}}\n"
PART = "@incollection{part, crossref={whole}, author={Roe, Jane}, title={A Chapter}}\n"


@pytest.mark.parametrize("text", [WHOLE + PART, PART + WHOLE], ids=["before", "after"])
def test_a_part_inherits_from_its_parent(text: str) -> None:
    sources, problems = read(text)
    assert sources["part"] == {
        "title": "A Chapter",
        "authors": ["Jane Roe"],
        "publisher": "The Whole Book",
        "date": "2000",
        "type": "chapter",
    }
    assert sources["whole"]["publisher"] == "A House"
    assert not problems


def test_inheritance() -> None:
    sources, problems = read(
        "@xdata{press, publisher={P}}\n@xdata{x, xdata={press}, year={1999}}\n"
        "@book{b, title={B}, xdata={x}}\n@book{new, title={N}, xdata={x}, date={2005-03}}\n"
        "@periodical{p, title={J}, subtitle={S}, year={2001}}\n"
        "@article{art, title={A}, crossref={p}}\n"
        "@proceedings{pr, title={Pr}, booktitle={Proc}, year={2002}}\n"
        "@inproceedings{own, title={O}, publisher={Own}, crossref={pr}}"
    )
    assert not [p for p in problems if p.severity != "info"]
    assert list(sources) == ["b", "new", "p", "art", "pr", "own"]
    assert (sources["b"]["publisher"], sources["b"]["date"]) == ("P", "1999")
    assert sources["new"]["date"] == "2005-03"
    assert (sources["art"]["publisher"], sources["art"]["date"]) == ("J: S", "2001")
    assert (sources["own"]["publisher"], sources["own"]["date"]) == ("Own", "2002")


def test_missing_parents_and_circles_are_reported() -> None:
    sources, problems = read(
        "@book{a, title={A}, crossref={gone}}\n@book{b, title={B}, crossref={b}}\n"
        "@book{c, title={C}, crossref={d}}\n@book{d, title={D}, crossref={c}, year={2000}}"
    )
    found = [(p.location.line, p.code, p.severity) for p in problems]
    assert found == [
        (1, "unknown-source", "warning"),
        (2, "bibtex-syntax", "warning"),
        (4, "bibtex-syntax", "warning"),
    ]
    assert sources["c"]["date"] == "2000"
    chain = "".join(f"@book{{k{n}, title={{T}}, crossref={{k{n + 1}}}}}\n" for n in range(3000))
    assert len(read(chain)[0]) == 3000


@pytest.mark.parametrize(
    ("fields", "tag"),
    [
        ("langid={latin}", "la"),
        ("langid={ngerman}", "de"),
        ("language={French}", "fr"),
        ("language={pt-BR}", "pt-BR"),
        ("language={en_US}", "en-US"),
        ("language={deu}", "de"),
        ("langid={brazilian}", "pt-BR"),
        ("hyphenation={french}, language={en}", "fr"),
    ],
)
def test_languages(fields: str, tag: str) -> None:
    source, problems = one(fields)
    assert source["language"] == tag
    assert not problems


@pytest.mark.parametrize("name", ["klingon", "English and German", "mother tongue", "x"])
def test_unknown_languages_are_reported_and_not_written(name: str) -> None:
    source, problems = one(f"langid={{{name}}}")
    assert "language" not in source
    assert [(p.code, p.severity) for p in problems] == [("left-out", "warning")]


def test_a_field_is_listed_once_as_left_out() -> None:
    _, problems = one("publisher={P}, booktitle={B}", kind="incollection")
    assert [p.message.split(": ")[1] for p in problems] == ["`booktitle`"]


# --- syntax --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("@book{bad, title = {Missing comma} year = 2000}", 1, "comma"),
        ("@book{bad,\n title = {Missing}\n year = 2000,\n author={X}}", 3, "comma"),
        ('@book{bad,\n title = "Missing" year = 2000}', 2, "comma"),
        ("@book{bad title={X}, year=1}", 1, "no comma after its key"),
        ("@book{title={X}, year=1}", 1, "no key"),
        ("@book{bad, title {X}, year=2001}", 1, "`=`"),
        ("@book{bad, title={X}, year}", 1, "`=`"),
        ("@book{bad, title=, year=2000}", 1, "no value"),
        ("@book{bad, title={X}, doi=10.1000/x}", 1, "not in braces"),
        ("@book{bad, title={X", 1, "not closed"),
        ("@book{bad, title={X, year=2000}", 1, "not closed"),
        ('@book{bad, title="X, year=2000}', 1, "not closed"),
        ('@book{bad, title="X } y", year=2000}', 1, "braces do not match"),
        ("book{bad, title={X}}", 1, "outside of entries"),
        ("@book bad, title={X}}", 1, "outside of entries"),
        ("@book{bad, title={T}, publisher=x # }", 1, "no value"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_bad_entry_is_reported_and_loses_no_other(
    text: str, line: int, word: str, end: str
) -> None:
    whole = f"\ufeff% a comment{end}@book{{first, title={{1}}}}{end}"
    whole += text.replace("\n", end) + f"{end}{end}@book{{last, title={{2}}}}{end}"
    sources, problems = read(whole)
    assert {key: entry["title"] for key, entry in sources.items()} == {"first": "1", "last": "2"}
    errors = [p for p in problems if p.severity == "error"]
    assert [(p.code, p.location.line) for p in errors] == [("bibtex-syntax", line + 2)]
    assert word in errors[0].message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@book{a, title={X}}, year=2000}", 1),
        ("@book{a, title={X}},\n  year = 2000,\n  pages = 7\n}", 2),
        ("@book{a,\n title={X}\n}\n, note = x\n}", 4),
    ],
)
def test_fields_after_an_entry_are_reported(text: str, line: int) -> None:
    sources, (problem,) = read(text)
    assert list(sources) == ["a"]
    assert (problem.code, problem.severity) == ("bibtex-syntax", "error")
    assert (problem.location.line, "outside of entries" in problem.message) == (line, True)


def test_entries_in_an_unclosed_entry_are_read() -> None:
    sources, problems = read("@book{a, title={A} @book{b, title={B}}\n @book{c, title={C}} tail")
    assert list(sources) == ["b", "c"]
    assert [p.severity for p in problems] == ["error"]


def test_macros_and_other_blocks() -> None:
    text = (
        '@string{jan1 = "A" # { B}}\n@String(x = {X})\n@preamble{"\\newcommand{\\y}{}" # x}\n'
        "@comment{ @book{z, title={Z}} }\nfree text about a@b.org\n"
        "@book{a, title = jan1 # { } # X, year = 20 # 05}\n@book(b, title={B (c)}, year=2001)"
    )
    sources, problems = read(text)
    assert not problems
    assert [one["title"] for one in sources.values()] == ["A B X", "B (c)"]
    sources, problems = read('@book{a, title=foo # " bar", month=March, year=2000}')
    assert sources["a"]["title"] == "foo bar"
    assert [(p.code, p.severity) for p in problems] == [("bibtex-syntax", "warning")]


def test_repeated_fields_and_keys_are_reported() -> None:
    sources, problems = read("@book{a, title={A},\n Title={B}}\n@book{a, title={C}}")
    assert {key: entry["title"] for key, entry in sources.items()} == {"a": "A", "a-2": "C"}
    found = [(p.location.line, p.code, p.severity) for p in problems]
    assert found == [(2, "bibtex-syntax", "warning"), (3, "renamed", "info")]


def test_other_encodings_are_an_error(site: Path) -> None:
    result = imported(site, "x.bib", "@book{a, title={Müller}}".encode("latin-1"), "--library")
    assert result.exit_code == 1
    assert "error[not-utf8]" in result.output


BOMB = '@string{a0="0123456789"}\n' + "\n".join(
    f"@string{{a{n} = a{n - 1} # a{n - 1}}}" for n in range(1, 60)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB + "\n@book{bad, title=a59}", "bibtex-syntax"),
        ('@string{a="' + "x" * 150_000 + '"}@book{bad, title=a # a}', "bibtex-syntax"),
        ("@book{bad, title=" + "{" * 100_000, "bibtex-syntax"),
        ("@book{bad, title={" + "\n@b{c," * 3000, "bibtex-syntax"),
        ("@book{bad, title={" + "@b{c," * 3000, "bibtex-syntax"),
        ("@" * 50_000 + "{" * 1000, "bibtex-syntax"),
    ],
    ids=["macros", "large macro", "braces", "entries", "entries in a line", "at signs"],
)
def test_hostile_files_end_in_errors_quickly(text: str, code: str) -> None:
    start = time.monotonic()
    sources, problems = read(text)
    assert time.monotonic() - start < 10
    assert "bad" not in sources
    errors = [p for p in problems if p.severity == "error"]
    assert errors
    assert all(p.code == code for p in errors)


@pytest.mark.slow
@pytest.mark.parametrize("run", [",", " , ", "~", " and", " et al."])
def test_long_runs_in_authors_take_linear_time(run: str) -> None:
    started = time.perf_counter()
    authors.read(f"A{run * 60_000} B")
    assert time.perf_counter() - started < 10


def test_thousands_of_authors() -> None:
    source, problems = one("author={" + " and ".join(f"Roe{n}, J." for n in range(3000)) + "}")
    assert len(source["authors"]) == 3000
    assert not problems


BLOCKS = (
    r"@book{a, |@article{b,|@string{|@comment{|title|year|date|author|doi|crossref|month|=|,|{|}"
)
LATEX = (
    r"\'|$|^|_|~|%|&|\foo|\TeX|\frac|\begin{x}|\url{|\href{| and |others|family=|;|--|10.1/<|2020"
)
pieces = st.sampled_from(
    [*BLOCKS.split("|"), *LATEX.split("|"), '"', "#", "\\", "\n", "\x00", "é", "(", ")"]
)


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_rejected(text: str) -> None:
    bibtex.read("x.bib", text)
    latex.plain(text)
    fields = "title author year date month doi url langid crossref publisher".split()
    body = ", ".join(f"{name}={{{text}}}" for name in fields)
    incoming = bibtex.read("x.bib", f"@book{{a, {body}}}")
    assert incoming.sources or incoming.problems
