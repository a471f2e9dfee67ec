"""How pages are divided among indexes, and what the search covers of each."""

from __future__ import annotations

from collections import Counter

import pytest

from explainer.output import shards
from explainer.output.searched import digest, searched


@pytest.mark.parametrize(
    ("pages", "count"),
    [(1, 1), (1999, 1), (2000, 2), (3999, 2), (4000, 4), (7999, 4), (8000, 8), (10**6, 8)],
)
def test_large_sites_have_several(pages: int, count: int) -> None:
    assert shards.count(pages) == count


@pytest.mark.parametrize("article", ["x/", "a/claims/b/", "claims/", ""])
def test_an_article_and_its_claims_are_in_one(article: str) -> None:
    claims = [f"{article}claims/{name}/index.html" for name in ("one", "two", "claims")]
    assert len({shards.number(path, 256) for path in claims}) == 1
    if article != "a/claims/b/":  # might be a claim
        assert shards.number(f"{article}index.html", 256) == shards.number(claims[0], 256)


def test_pages_are_divided_evenly_and_none_is_lost() -> None:
    pages = [f"article-{i}/index.html" for i in range(2000)]
    parts = shards.divided(reversed(pages), 8)
    assert sorted(path for paths in parts.values() for path in paths) == sorted(pages)
    assert list(parts) == list(range(8))
    assert all(paths == sorted(paths) for paths in parts.values())
    assert min(map(len, parts.values())) > 180
    half = Counter(number % 4 for number, paths in parts.items() for _ in paths)
    assert half == Counter({n: len(paths) for n, paths in shards.divided(pages, 4).items()})


@pytest.mark.parametrize(("number", "name"), [(0, "zh-hant"), (7, "zh-hant-x-shard7")])
def test_the_names_of_languages(number: int, name: str) -> None:
    assert shards.language("zh-hant", number) == name


PAGE = """<!DOCTYPE html>
<html lang="de" dir="ltr">
<head><title>T</title><script>"<article data-pagefind-body>"</script></head>
<body><header>{header}<img src="logo.png"></header><main>{before}<article class=claim
 data-pagefind-body data-pagefind-filter="speaker: A > B"><h1>H</h1><p>{text}</p></article>{after}
<section class=questions data-pagefind-body><section><h3>Q</h3></section></section>
</main><footer>{footer}</footer></body></html>"""
PLAIN = {"header": "N", "before": "B", "text": "Text.", "after": "A", "footer": "F"}


def test_only_what_is_searched_is_passed_on() -> None:
    assert searched(PAGE.format(**PLAIN)) == (
        '<html lang="de" dir="ltr">\n<body>\n<article class=claim\n data-pagefind-body '
        'data-pagefind-filter="speaker: A > B"><h1>H</h1><p>Text.</p></article>\n'
        "<section class=questions data-pagefind-body><section><h3>Q</h3></section></section>"
    ).replace(">\n<body>", "><body>")


@pytest.mark.parametrize("place", PLAIN)
def test_only_what_is_searched_counts(place: str) -> None:
    before = digest(PAGE.format(**PLAIN))
    other = PAGE.format(**{**PLAIN, place: "Another"})
    assert (digest(other) != before) == (place == "text")
    assert digest(other, whole=True) != digest(PAGE.format(**PLAIN), whole=True)


@pytest.mark.parametrize("text", ["<article>one</article> two", "a <b title='<'>b</b>"])
def test_elements_within_elements(text: str) -> None:
    assert f"<p>{text}</p></article>" in searched(PAGE.format(**{**PLAIN, "text": text}))


@pytest.mark.parametrize("place", ["header", "before", "after", "footer"])
def test_a_title_elsewhere_is_passed_on(place: str) -> None:
    page = PAGE.format(**{**PLAIN, place: "<h1 class=x>Other\ntitle</h1> rest"})
    assert "<h1 class=x>Other\ntitle</h1>\n" in searched(page) + "\n"


@pytest.mark.parametrize("place", ["header", "before", "after", "footer"])
@pytest.mark.parametrize(
    "text", ["data-pagefind-body", "<b> data-pagefind-body>", "<b data-pagefind-bodyx>"]
)
def test_the_name_of_the_attribute_elsewhere_means_nothing(place: str, text: str) -> None:
    assert searched(PAGE.format(**{**PLAIN, place: text})) == searched(PAGE.format(**PLAIN))


@pytest.mark.parametrize(
    "page",
    [
        PAGE.format(**{**PLAIN, "text": "<!-- </article> -->"}),
        PAGE.format(**{**PLAIN, "text": "<article>"}),
        PAGE.replace("data-pagefind-body", "class=x"),
        PAGE.replace("<html", "<p"),
        "",
    ],
)
def test_in_doubt_the_page_is_passed_on(page: str) -> None:
    assert searched(page) == page
