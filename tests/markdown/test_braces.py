"""Text in braces: what is an attribute list, what stays text, and what is reported where."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.anchor.text import read
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown import pictures
from explainer.markdown.findings import reported
from explainer.markdown.parser import Markdown, NoteMarkdown
from explainer.model.article import Picture
from tests.helpers import folders
from tests.helpers.cost import is_linear
from tests.helpers.examples import examples

ALLOWED = {"id", "class", "alt", "title", "width", "height", "data-width", "lang", "src", "href"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def found(text: str, parser: Markdown | NoteMarkdown | None = None) -> tuple[str, list[str]]:
    """Return the HTML of a text, and its findings as `line:column words`."""
    parser = parser or Markdown()
    tokens = parser.parse(text)
    places = [finding.place for finding in reported(tokens)]
    lines = [
        (text.count("\n", 0, at.offset) + 1, at.offset - text.rfind("\n", 0, at.offset), at.words)
        for at in places
    ]
    return parser.render(tokens), [f"{line}:{column} {words}" for line, column, words in lines]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{lang=de}\nSecond.", "1:2 lang=de}"),
        ("{}\nThird.", "1:1 {}"),
        ("{ }\n\nThird.", "1:1 { }"),
        ("[l](https://example.org){target=_blank}", "1:26 target=_blank}"),
        ("<https://example.org>{rel=me}", "1:23 rel=me}"),
        ("`code`{.python lang=de}", "1:16 lang=de}"),
        ("`code`{credit=me}", "1:8 credit=me}"),
        ("![x](p.svg){width=5cm}", "1:13 width=5cm}"),
        ("![x](p.svg){width=150%}", "1:13 width=150%}"),
        ("![x](p.svg){height=50%}", "1:13 height=50%}"),
        ("![x](p.svg){width=0}", "1:13 width=0}"),
        ("![x](p.svg){lang=german!}", "1:13 lang=german!}"),
        ("![x](p.svg){widht=50%}", "1:13 widht=50%}"),
        ("![x](p.svg){big}", "1:13 big}"),
        ("![x](p.svg){}", "1:12 {}"),
        ("![x](p.svg){width=5 width=6}", "1:21 width=6}"),
        ('![x](p.svg "T"){title=U}', "1:17 title=U}"),
        ("![x](p.svg){alt=“Three people”}", "1:24 people”}"),
        ("![x](p.svg){style=x}", "1:13 style=x}"),
        ("## The call {#the call}", "1:19 call}"),
        ("## The call {#a #b}", "1:17 #b}"),
        ("## The call {-}", "1:14 -}"),
        ("`<b>`{=html}", "1:7 =html}"),
        ("## The call {onclick=x}", "1:14 onclick=x}"),
        ("{onclick=x .ok}\nText", "1:2 onclick=x .ok}"),
        ("Text\n{: .class}", "2:1 {: .class}"),
        ("Text {.red}", "1:6 {.red}"),
        ("Text{#here}", "1:5 {#here}"),
        ("Text *red*{.red} more", "1:11 {.red}"),
        ("Text [red]{.red} more", "1:11 {.red}"),
        ("Text ~~red~~{style=x}", "1:14 style=x}"),
        ("Text\n{.a}\nmore", "2:1 {.a}"),
        ("Text\n\n{.a}", "3:1 {.a}"),
        ("> {.a}\n\nText", "1:3 {.a}"),
        ("- {.a}\n  Text", "1:3 {.a}"),
        ("- one {.a}\n- two", "1:7 {.a}"),
        ("- ![x](y){.a} ![x](y){a=1}", "1:23 a=1}"),
        ("| a {.b} | c |\n|---|---|", "1:5 {.b}"),
        ("A^[![x](y){width=5cm}]", "1:12 width=5cm}"),
        ('![a](b "The ![x](y){w=1}")', "1:21 w=1}"),
        ("![Caption](x.png){alt=A} in a line.", "1:18 {alt=A}"),
        ('![Caption](x.png "Title"){alt=A}', "1:26 {alt=A}"),
    ],
)
def test_what_seems_to_be_attributes_stays_text_and_is_reported(text: str, where: str) -> None:
    html, places = found(text)
    assert places == [where]
    if "alt=A" not in text:  # there the text in square brackets is what is lost
        braces = re.findall(r"\{[^{}]*\}", text)[-1]
        assert braces in Tags(html).text


@pytest.mark.parametrize(
    "text",
    [
        "## An empty struct {}",
        "## The set { }",
        "## Braces {that say nothing}",
        "{% include x.html %}",
        "A [link](x){% page %} and `code`{% z %}.",
        "{{< figure src=a.jpg >}}",
        "{{ page.title }} ${a=b} {1,2,3} {x} {...}",
        "The sum \\\\sum_{i=1}^{n} and \\\\frac{a}{b} and x_{.a}",
        'JSON: {"a": 1, "b": {"c": 2}}',
        "{.a .b} some words {c}",
        "{ unclosed\n\n{.a",
        "Nested {a {.b} c} braces",
        "{#id}{#id",
        "::: {.note}",
        "!!! note {.wide}",
        "Escaped \\{.red}",
        "## Escaped \\{#here}",
        "\\{.a}\nText",
        "![x](y)\\{width=5cm}",
        "`{.a}` and ``{lang=de}``",
        "| {} | {1} |\n|---|---|",
    ],
)
def test_other_text_in_braces_stays_and_is_not_reported(text: str) -> None:
    html, places = found(text)
    assert places == []
    shown = re.sub(r"!\[\w+\]|\\(?=[\\{])|`|[#|-]{2,}|[|\[\]]|\(\w\)", "", text)
    for word in shown.split():
        assert word in Tags(html).text


@pytest.mark.parametrize("code", ["```\n{.a}\n```", "    {.a}", "```{.python}\n{lang=de}\n```"])
def test_code_blocks_are_never_touched(code: str) -> None:
    html, places = found(code)
    assert places == []
    assert "{" in html


def test_a_list_belongs_to_what_it_directly_follows_or_to_the_block_below() -> None:
    html, places = found(
        "{.a}\n{#b}\n\nOne `c`{.c}{#d} <x@y.z>{.e}\n\n- {.f}\n  - two\n\n{.g}\n```\ncode\n```\n"
        "\n{.h}\n![x](y){credit=Me}\n\n## A `b`{.i} {#j}\n\nSet {#k}\n===\n\n## {#l}\n"
    )
    assert places == []
    assert Tags(html).text.count("{") == 0
    assert re.findall(r'<(\w+)[^<>]* class="([a-i])"', html) == [
        *(("p", "a"), ("code", "c"), ("a", "e"), ("ul", "f"), ("pre", "g"), ("figure", "h")),
        ("code", "i"),
    ]
    assert re.findall(r' id="(\w)"', html) == ["b", "d", "j", "k", "l"]


@pytest.mark.parametrize("comment", ["<!-- why -->", " <!-- a --> <!-- b --> "])
def test_a_comment_can_follow_a_list_on_its_line(comment: str) -> None:
    for text in (f"{{.a}}{comment}\nText", f"## Text {{.a}} {comment}"):
        html, places = found(text)
        assert places == []
        assert ' class="a"' in html
        assert Tags(html).text.strip() == "Text"


@pytest.mark.parametrize(
    ("written", "alt"),
    [
        ('alt="AT&amp;T, &quot;Bell&quot;"', "AT&amp;T, &quot;Bell&quot;"),
        (r'alt="a \"b\" \\ c:\dir"', r"a &quot;b&quot; \ c:\dir"),
        ("alt='Two <!-- ask Anna --> men'", "Two men"),
        ('alt="&lt;b&gt; &#34; onerror=&#34;x"', "&lt;b&gt; &quot; onerror=&quot;x"),
    ],
)
def test_values_are_read_as_in_html(written: str, alt: str) -> None:
    html, places = found(f"![](x.svg){{{written}}}")
    assert places == []
    assert f'alt="{alt}"' in html


def test_annotations_have_no_attributes() -> None:
    html, places = found("![x](y){width=50%} and {x}.\n\nText {.red}", NoteMarkdown())
    assert places == ["1:8 {width=50%}", "3:6 {.red}"]
    assert Tags(html).text.split() == ["{width=50%}", "and", "{x}.", "Text", "{.red}"]


LISTS = st.lists(
    st.sampled_from(
        [
            *("#a", ".b", "onclick=x", 'style="y"', "width=5", "width='9%'", 'alt="<b>"', "src=z"),
            *('href="javascript:x"', "w", "=", '"', "{", "}", " ", "\n", "\\", "%", ":", "é"),
        ]
    ),
    max_size=6,
).map(lambda items: "{" + " ".join(items) + "}")


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.one_of(LISTS, st.sampled_from(["## H ", "[l](x)", "![p](q)", "`c`", "\n\n"]))))
def test_only_known_attributes_get_into_a_page(parts: list[str]) -> None:
    tokens = Markdown().parse("".join(parts))
    read(tokens)
    attributes = Tags(Markdown().render(tokens)).attributes
    assert attributes <= {*ALLOWED, "tabindex"}


@pytest.mark.parametrize(
    ("wanted", "width", "height"),
    [
        ({}, "1200", "800"),
        ({"width": "300"}, "300", "200"),
        ({"height": "200"}, "300", "200"),
        ({"width": "300", "height": "100"}, "150", "100"),
        ({"data-width": "50"}, "275", "183"),
    ],
)
def test_pictures_keep_their_proportions(wanted: dict[str, str], width: str, height: str) -> None:
    picture = Picture("/x.jpg", 1200, 800)
    found = pictures.attributes(picture, lambda to: to, wanted=wanted)
    assert (found["width"], found["height"]) == (width, height)


def test_reports_name_the_file_with_line_and_column(tmp_path: Path) -> None:
    article = "## A struct {}\n\nOne {.x}\n\n{#y}\nTwo\n\n## Y {#y}\n"
    notes = "notes:\n  - quote: A struct {}\n    note: |\n      Words.\n\n      N {.z}\n"
    files = {"content/a.md": f"---\ntitle: A\n---\n{article}", "content/a.yaml": notes}
    files["site.toml"] = 'title = "T"\n'
    result = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1, write=False))
    assert [(str(p.location), p.code, p.severity) for p in result.problems] == [
        ("content/a.md:6:5", "bad-attribute", "warning"),
        ("content/a.md:11:6", "duplicate-id", "error"),
        ("content/a.yaml:6:9", "bad-attribute", "warning"),
    ]
    assert str(result.problems[1].related[0].location) == "content/a.md:8:1"


@pytest.mark.parametrize("text", ["# {}", "{}", "- ![x](y){}"])
def test_many_lists_take_linear_time(text: str) -> None:
    def run(count: int) -> None:
        found(text.replace("{}", "{#a} {b=c} " * count))

    assert is_linear(run, 250, 2_500, 25)
