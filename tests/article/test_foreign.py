"""Markup that readers would see as text: `build` names it, except in code and where it is text."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.problems import Problem
from tests.helpers import folders

HEAD = "---\ntitle: T\n---\n"
SITE = 'title = "T"\n[search]\nenabled = false\n'


@pytest.fixture
def root(tmp_path: Path, templates: Path) -> Path:
    return folders.with_cache(tmp_path, templates)


def problems(
    root: Path,
    body: str,
    annotations: str = "",
    *,
    head: str = HEAD,
    html: bool = False,
    write: bool = False,
) -> list[Problem]:
    files = {"site.toml": SITE + f"[markdown]\nhtml = {str(html).lower()}\n"}
    files["content/a.md"] = head + body
    if annotations:
        files["content/a.yaml"] = annotations
    built = build_site(folders.put(root, files), BuildOptions(jobs=1, write=write))
    return list(built.problems)


def brief(found: list[Problem]) -> list[tuple[str, int, int]]:
    return [(p.code, p.location.line, p.location.column) for p in found]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('Words.\n\n{{< figure src="a.jpg" >}}', 6, 1, "Hugo shortcode"),
        ("Words, {{% ref %}} and\n{{< b\nc >}}.", 4, 8, "(2 times, also on line 5)"),
        ("Words, {% include x.html %}.", 4, 8, "Jekyll tag"),
        ('Words.\n\n!!! note "Mind this"\n    Text.', 6, 1, "MkDocs admonition"),
        ('Words.\n\n??? tip inline "Mind this"\n    Text.', 6, 1, "MkDocs admonition"),
        ("Words.\n\n::: {.callout-note}\nText.\n:::", 6, 1, "Pandoc or Quarto block"),
        ("Words.\n\n:::tip\nText.\n:::", 6, 1, "Pandoc or Quarto block"),
        ("Words.\n\n!!! Custom\n    Text.", 6, 1, "MkDocs admonition"),
        ("Words.\n\n/// note | Title\nText.\n///", 6, 1, "MkDocs block"),
        ('Words.\n\n--8<-- "part.md"', 6, 1, "MkDocs snippet"),
        ("See {{ page.title }}.", 4, 5, "Jekyll tag"),
        ("![x]({{ site.url }}/x.png)", 4, 6, "Jekyll tag"),
        ('Words {{- "a" | upcase -}} {{ .Site.Title }}', 4, 7, "(2 times)"),
        ("* TOC\n{:toc}", 5, 1, "table of contents"),
        ("The *[HTML] is\n*[HTML]: A language", 5, 1, "abbreviation"),
        ("See {ref}`there`.", 4, 5, "role of MyST"),
        ("See :doc:`there`.", 4, 5, "role of MyST"),
        (".. note::\n   Text.", 4, 1, "directive of Sphinx"),
        ("A \\textbf{bold} word.", 4, 3, "command of LaTeX"),
        ("\\begin{align}\na\n\\end{align}", 4, 1, "(2 times, also on line 6)"),
        ("\\newpage", 4, 1, "command of LaTeX"),
        ("Some ==marked== ^^and new^^ words.", 4, 6, "(2 times)"),
        ("Press ++ctrl+alt+del++.", 4, 7, "a key"),
        ("Much H~2~O and 10^6^ more.", 4, 7, "(2 times)"),
        ("See @fig-plot.", 4, 5, "cross-reference of Quarto"),
        ("So [see @knuth1984, p. 2].", 4, 4, "Pandoc citation"),
        ("Read [the report][rep].", 4, 6, "address is missing"),
        ("Read [the report](my report.pdf).", 4, 6, "address cannot be read"),
        ("![A map](maps/the map.png)", 4, 2, "address cannot be read"),
        ('[a](https://example.org "title)', 4, 1, "address cannot be read"),
        ("Read [the report][].", 4, 6, "address is missing"),
        ("Fine :material-check: and :fa-x:.", 4, 6, "(2 times)"),
        ("import Tabs from '@theme/Tabs';", 4, 1, "import or export of MDX"),
        ("export const a = 1;", 4, 1, "import or export of MDX"),
        ("<Tabs>\n<Tab name=a>\nx\n</Tab>\n</Tabs>", 5, 1, "(3 times, also on lines 7, 8)"),
        ("A <Chart data={x} /> and <my-chart/>.", 4, 3, "(2 times)"),
        ("[!NOTE]\nMind the gap.", 4, 1, "GitHub alert"),
        ("> Words.\n> [!NOTE]", 5, 3, "GitHub alert"),
        ("> [!NOTE]\n\nToo late.", 4, 3, "GitHub alert"),
        ("> [!FOO]\n> Mind the gap.", 4, 3, "GitHub alert"),
        ("## Term\n: Definition", 5, 1, "caption of a table, or a definition"),
        ("> [!my-type|dark] Title\n> Mind the gap.", 4, 3, "GitHub alert"),
        ("> [!info]- Title\n> Mind the gap.", 4, 3, "GitHub alert"),
        ('=== "Tab"\n\n    Text.', 4, 1, "tab of MkDocs"),
        ("[TOC]", 4, 1, "table of contents"),
        ("[[toc]]", 4, 1, "table of contents"),
        ("See [[Other page]] and [[x|y]].", 4, 5, "(2 times)"),
        ("See ![[picture.png]].", 4, 5, "wiki link"),
        ("Words [@knuth1984, p. 7].", 4, 7, "Pandoc citation"),
        ("Fine {# not this #} so.", 4, 6, "comment of another program"),
        ("Fine {/* not\nthis */} {{/* nor this */}}.", 4, 6, "(2 times, also on line 5)"),
        ("Fine %%not this%% so.", 4, 6, "comment of another program"),
        ("{::comment}\nnot this\n{:/comment}", 4, 1, "comment of another program"),
        ("Fine :tada:.", 4, 6, "emoji"),
        ("`:tada:` and :tada:", 4, 14, "emoji"),
        ("$$\na_1 + b_1\n$$", 4, 1, "mathematics"),
        ("Then $$a + b$$.", 4, 6, "mathematics"),
        ("$$\n\na + b\n\n$$", 4, 1, "mathematics"),
        ("So $E=mc^2$.", 4, 4, "mathematics"),
        ("So \\(a^2\\).", 4, 4, "mathematics"),
        ("- a\n\n  > H<sub>2</sub>O", 6, 6, "`<sub>` as it is (2 times)"),
        ("One<br>two<br/>\nthree<BR>", 4, 4, "(3 times, also on line 5)"),
        ("<details>\n\nx\n\n</details>", 4, 1, "(2 times, also on line 8)"),
        ('<img src="a.png"\nalt="x">', 4, 1, '`<img src="a.png" alt="x">`'),
        ("<?php echo 1 ?>", 4, 1, "`<?php echo 1 ?>`"),
        ("Words.\n\n<!--more-->\n\nMore.", 6, 1, "does not end a summary"),
        ("Words.\n\n<!--more Read on-->", 6, 1, "does not end a summary"),
        ("Words <!-- truncate --> more", 4, 7, "does not end a summary"),
        ("| a |\n|---|\n| `<br>` <br> |", 6, 10, "`<br>`"),
        ("a[^1]\n\n[^1]: Foot :tada:", 6, 12, "emoji"),
        ("A claim.^[One\n\nTwo]", 4, 9, "does not end in its paragraph"),
    ],
)
def test_named_with_its_place(text: str, line: int, column: int, words: str, root: Path) -> None:
    (found,) = problems(root, text)
    assert brief([found]) == [("foreign-markup", line, column)]
    assert found.severity == "warning"
    assert words in found.message
    assert found.hint


@pytest.mark.parametrize(
    "text",
    [
        "`{{< ref >}}` and `<br>` and ``:tada:``",
        "```\n!!! note\n<br> {% x %} $$a$$\n<<<<<<< HEAD\n=======\n>>>>>>> b\n```",
        "    ::: {.x}\n    <div>",
        "\\<br> \\{% x %} \\[[x]] \\:tada: \\$\\$a\\$\\$ &lt;br> \\[TOC]",
        "Words! {curly} [at @home](https://example.org), a::b, {{ x }}.",
        'A [["a", "b"]] is a List<Object> or a <Button>; 50%% and %%% and 100%% of 20%%.',
        "At 12:30:45, a:b:c, std::vec::Vec, and :unknown_name:.",
        "It cost $5 and $6, US$7 or 8$, $5-$6, and $$$.",
        "| a |\n|---|\n| $$ |",
        "If a < b and c > d, `x`; <https://example.org> and <a@example.org>.",
        "A Vec<T> and a <placeholder>, Map<K, V>, i<j, and <3.",
        "See [[1]](https://example.org), [[a]][b], [[2]], [ [x] ].\n\n[b]: https://example.org",
        "No! Really?\n\n??? what\n\n!!! Attention",
        "Title\n=======\n\n> > > quoted\n\nEven --> arrows.",
        "He wrote \\[sic\\] \\(so\\).",
        "If a<b and b>c, then x < y and <K, V> or <your name>.",
        "!!! note that this is no note\n\n??? note that",
        '=== "quoted" words ===\n\n::: Well, well :::',
        "Of 100 %% and %%d it is 50%% off, and 20%% more.",
        "{%}, {% 5 %}, {{ x }}, {{name}}, {{ 3.5 }}, and {: so :}.",
        "The $$ sign and another $$ sign.",
        "If a == b, c==d and d==e, or ==> x; ++i; j++; C++ and G++.",
        "2^10, a^b^c, ^_^ and (^o^) and ^^ yes ^^; ~5 ~ 6 ~/x 10~20~30 people.",
        "*) first; *[sic]: so* he wrote; ... .. note: x; -- 8 --.",
        "import this from that; export to others\n\nexport default values are used",
        "A@fig-1.org and @figs and [contact @user] and [x] [y] and a[i][j] and [1][2].",
        "At :8080:, C:\\dir\\x{1}, \\x{1F} and /// or // or /a/b/.",
        "A set [a, b](c d) and f[x](see e. g. 5) and [so] (a/b c.de).",
        "<!-- more sources are needed -->\n\nText",
    ],
)
def test_what_is_text_is_not_named(text: str, root: Path) -> None:
    assert not problems(root, text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[Anna]: Yes", ["unused-address 4:1"]),
        ("> [Anna]: Yes\n>\n> [Ben]: No", ["unused-address 4:3"]),
        ("[^]: word", ["unused-address 4:1"]),
        ("- Text\n\n  [Vote]:\n  Yes/No", ["unused-address 6:3"]),
        ("[Score]: 3.5\n\nText", ["unused-address 4:1"]),
        ("[a]: /a/\n[A]: /\n\n[a]", ["address-twice 5:1"]),
        ("[a]: b\n\n[B]: c\n\n[x][a] ^[[y][b]]", []),
        ("[a]: b.svg\n\n![alt][a]{.decorative}", []),
        ("[a]: b\n\n[![a]](/)", []),
        ('[a]: b\n\n![x](y.svg "Caption [a]")', []),
        ("[//]: # (hidden)\n[comment]: <> (hidden)\n[//]: <> (hidden)", []),
        ("[a]: https://example.org\n[b]: a.md\n[c]: #d\n[a]: https://example.org", []),
        ("Text\n[Anna]: Yes\n\n`[Anna]: Yes`", []),
    ],
)
def test_addresses_that_readers_may_miss(text: str, where: list[str], root: Path) -> None:
    found = [p for p in problems(root, text) if p.code in ("unused-address", "address-twice")]
    assert [f"{code} {line}:{column}" for code, line, column in brief(found)] == where


def test_addresses_in_annotations(root: Path) -> None:
    note = "notes:\n  - quote: Words\n    note: |\n      He said:\n\n      [Anna]: Yes\n"
    (found,) = problems(root, "Words", note)
    assert brief([found]) == [("unused-address", 6, 7)]


@pytest.mark.parametrize(
    "info", ["{r}", "{python setup, echo=FALSE}", "{=html}", "{note} Title", "{ojs", "{code-cell}"]
)
def test_blocks_that_other_generators_run_are_named(info: str, root: Path) -> None:
    (found,) = problems(root, f"Words.\n\n```{info}\nx <- 1\n```")
    assert brief([found]) == [("foreign-markup", 6, 4)]
    assert found.severity == "warning"
    assert "see this block as code" in found.message


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ('python title="a.py"', 'title="a.py"'),
        ("js {1,3}", "{1,3}"),
        ("python hl_lines=1", "hl_lines=1"),
        ("{.python title=x}", "{.python title=x}"),
        ("py x y", "x y"),
    ],
)
def test_what_does_nothing_beside_a_language_is_a_remark(info: str, words: str, root: Path) -> None:
    text = f"- ```{info}\n  x = 1\n  ```"
    (found,) = problems(root, text)
    assert brief([found]) == [("bad-attribute", 4, text.index(words) + 1)]
    assert found.severity == "info"
    assert f"`{words}` has no effect" in found.message


def test_what_stands_after_fences_in_annotations(root: Path) -> None:
    note = "notes:\n  - quote: Words\n    note: |\n      ~~~{r}\n      x\n      ~~~\n"
    (found,) = problems(root, "Words", note)
    assert brief([found]) == [("foreign-markup", 4, 10)]


@pytest.mark.parametrize(
    "info", ["", "python", "{.python}", "{#id .python .numberLines}", "python {.wide}", " python "]
)
def test_languages_are_not_named(info: str, root: Path) -> None:
    assert not problems(root, f"```{info}\nx = 1\n```", write=True)
    html = (root / "_site/a/index.html").read_text(encoding="utf-8")
    assert ('class="language-python"' in html) is ("python" in info)


def test_an_open_comment_is_an_error_and_nothing_is_written(root: Path) -> None:
    found = problems(root, "Words.\n\n- One `<!--` <!-- two\n\nThree <!-- x --> <!-- y", write=True)
    assert brief(found) == [("open-comment", 6, 14), ("open-comment", 8, 18)]
    assert {each.severity for each in found} == {"error"}
    assert not (root / "_site").exists()


@pytest.mark.parametrize("text", ["$$a<!-- b$$", "See {{ a.b <!-- c }}", "[[a <!-- b]]"])
def test_an_open_comment_in_another_mark(text: str, root: Path) -> None:
    found = problems(root, text)
    assert ("open-comment", 4, text.index("<!--") + 1) in brief(found)


def test_marks_in_raw_html(root: Path) -> None:
    text = (
        '<div markdown="1">\n*not emphasised*\n</div>\n\n<div>\n{{< x >}} <br>\n</div>\n\n'
        "<script>\nconst a = {b: {{ c }}, d: '{% x %}'}; // :tada:\n</script>\n\nA<br>b\n"
    )
    found = problems(root, text, html=True)
    foreign = [each for each in brief(found) if each[0] != "blocked-by-policy"]
    assert foreign == [("foreign-markup", 4, 1), ("foreign-markup", 9, 1)]
    assert "does not make what is in it Markdown" in found[0].message


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Replace <branch> by yours", [(4, 9)]),
        ("Words\n\n<your name here>\n\n- `<a>` <x>", [(6, 1)]),
        ("<div>\nA <placeholder> B\n</div>", [(5, 3)]),
        ("If a <b and b> c, then", [(4, 6)]),
        ("A Vector<Thing> and Map<Key>", [(4, 9)]),
        ("<p>A <b>B</b> <kbd>C</kbd><wbr>D <my-part>E</my-part> <x y='z'>F</x>", []),
        ("A <svg><g><text>B</text></g></svg> <math><mrow><mi>C</mi></mrow></math>", []),
        ("`<branch>` \\<branch> &lt;branch> <https://example.org> 1 < a and b > 2", []),
        ("<script type='text/x'>\nif (a<b && c>d) {f<x>y}\n</script>", []),
    ],
)
def test_what_browsers_take_for_unknown_elements(
    text: str, where: list[tuple[int, int]], root: Path
) -> None:
    found = problems(root, text, html=True)
    assert brief(found) == [("foreign-markup", *place) for place in where]


def test_marks_in_annotations(root: Path) -> None:
    annotations = """notes:
  - quote: Words
    note: |
      Seen, but <!-- not this -->.

      H<sub>2</sub>O {% x %}
  - {id: n, quote: words, note: "Fine :tada: so"}
claims:
  - {id: c, quote: here, claim: C <!-- private -->., rating: true, review: "a <!-- b"}
"""
    found = problems(root, "Words words here.", annotations)
    assert [(*brief([p])[0], p.annotation) for p in found] == [
        ("foreign-markup", 6, 8, None),
        ("foreign-markup", 6, 22, None),
        ("foreign-markup", 7, 39, "n"),
        ("foreign-markup", 9, 33, "c"),
        ("open-comment", 9, 79, "c"),
    ]
    assert "html = true" not in found[0].hint, "annotations never have raw HTML"


def test_comments_in_texts_that_are_not_markdown(root: Path) -> None:
    head = (
        "---\ntitle: T <!-- a -->\ntopics: [One, Two <!-- b -->]\nauthors:\n  - A <!-- c -->\n"
        "corrections: [{date: 2024, text: Fine <!-- d -->.}]\n---\n"
    )
    annotations = """sources: {s: {title: S, authors: [B <!-- e -->]}}
claims:
  - id: c
    quote: Words <!-- f -->
    claim: C
    rating: true
    evidence: [{source: s, quote: Q <!-- g -->}]
"""
    found = problems(root, "Words `<!-- f -->`", annotations, head=head)
    assert brief(found) == [
        ("foreign-markup", 2, 8),
        ("foreign-markup", 3, 15),
        ("foreign-markup", 5, 5),
        ("foreign-markup", 1, 35),
        ("foreign-markup", 7, 35),
    ]


def test_comments_in_annotations_never_reach_a_page(root: Path) -> None:
    annotations = """notes:
  - quote: in a line
    note: |
      <!-- private -->
      Shown <!-- private

      --> and more.
claims:
  - {id: c, quote: Words, claim: C, rating: true, review: "R <!-- private -->", history: [
      {date: 2024, rating: false, review: "<!-- private --> H"}]}
questions:
  - {quote: Words in, question: Q, status: answered, answer: "A<!-- private -->.",
     settle: "S <!-- private -->"}
"""
    head = (
        "---\ntitle: T\ndate: 2025\ndisclaimer: D <!-- private -->.\n"
        "corrections: [{date: 2025, text: 'C <!-- private -->.'}]\n---\n"
    )
    body = "Words <!-- private --> in a <!-- private\n--> line.\n\n<!-- private\n\n-->\n"
    assert brief(problems(root, body, annotations, head=head)) == [("open-comment", 5, 13)]
    annotations = annotations.replace("private\n\n      -->", "private -->")
    assert not problems(root, body, annotations, head=head, write=True)
    made = folders.contents(root / "_site")
    assert not [name for name, content in made.items() if b"private" in content]
    assert b"in a line" in made["a/annotations.json"]


# --- git's marks ---------------------------------------------------------------------------------

CONFLICT = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n"


def test_conflicts_in_an_article(root: Path) -> None:
    (found,) = problems(
        root, "Words.\n\n" + CONFLICT.format("One", "Two") + "\n```\n<<<<<<< x\n```\n"
    )
    assert brief([found]) == [("conflict-marker", 6, 1)]
    assert found.severity == "warning"
    (found,) = problems(root, "Words.\n\n>>>>>>> other\n")
    assert brief([found]) == [("conflict-marker", 6, 1)]


def test_conflicts_in_yaml_and_toml(root: Path) -> None:
    head = "---\n" + CONFLICT.format("title: A", "title: B") + "---\n"
    assert brief(problems(root, "Words.", head=head)) == [("conflict-marker", 2, 1)]
    notes = "notes:\n" + CONFLICT.format("- {quote: Words, note: N}", "- {quote: Words, note: M}")
    assert brief(problems(root, "Words.", notes)) == [("conflict-marker", 2, 1)]
    both = CONFLICT.format("---\ntitle: A\n---", "---\ntitle: B\n---")
    assert brief(problems(root, "", head=both))[0] == ("conflict-marker", 1, 1)
    folders.put(
        root, {"content/a.md": HEAD, "content/_library.yaml": CONFLICT.format("a: b", "c: d")}
    )
    (root / "content/a.yaml").unlink()
    assert brief(list(build_site(root, BuildOptions(jobs=1)).problems)) == [
        ("conflict-marker", 1, 1)
    ]
    folders.put(root, {"content/_library.yaml": "sources:\n=======\n"})
    assert brief(list(build_site(root, BuildOptions(jobs=1)).problems)) == [
        ("conflict-marker", 2, 1)
    ]
    folders.put(root, {"content/_library.yaml": "", "site.toml": CONFLICT.format("a = 1", "a = 2")})
    assert brief(list(build_site(root, BuildOptions(jobs=1)).problems)) == [
        ("conflict-marker", 1, 1)
    ]
