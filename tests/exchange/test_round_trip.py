"""An import of an export restores the same data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.edit import annotation_file
from explainer.edit.entry import SECTIONS
from explainer.exchange import (
    bibtex,
    csl_json,
)
from tests import ROOT
from tests.exchange.helpers import SLOW, as_source, data_of, run, yaml_of
from tests.helpers import folders

QUOTES: list[dict[str, Any]] = [
    {},
    {"quote": "ever been inspect", "inside": "true"},
    {"quote": "had been inspected"},
    {"quote": "the bridge", "prefix": "The mayor said that "},
    {"quote": "said that the bridge", "suffix": " had never"},
    {"quote": "The mayor said … never been inspected"},
    {"quote": '4.2 million euros -- "far too much"'},
    {"quote": "the mayor", "section": "What it cost"},
    {"section": "what-it-cost"},
    {"image": "bridge.svg"},
]
prose = st.lists(
    st.sampled_from(
        "so: #1 *x* [a](https://b.org) <b> “q” 90 % – null 2024 é 👩‍👧 \\ `c` true".split()
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
texts = st.one_of(
    prose, st.lists(prose, min_size=2, max_size=3).map(lambda x: "\n\n".join(x) + "\n")
)
dates = st.sampled_from(["2024", "2024-11", "2024-11-10"])
named = st.lists(st.sampled_from(["post", "wire", "shared"]), min_size=1, max_size=3, unique=True)


def maybe(draw: Any, **keys: Any) -> dict[str, Any]:
    return {key: draw(value) for key, value in keys.items() if draw(st.booleans())}


@st.composite
def annotation_files(draw: Any) -> dict[str, Any]:
    """Generate the data of an annotation file."""
    claims = []
    for number in range(draw(st.integers(0, 3))):
        others = [f"c{n}" for n in range(3) if n != number]
        more = maybe(
            draw,
            by=st.sampled_from(["mayor", "Somebody Else"]),
            date=dates,
            review=texts,
            checked=dates,
            location=prose,
            fact=prose,
            reply=st.one_of(
                st.sampled_from(["declined", "none"]),
                st.fixed_dictionaries({"text": texts}, optional={"date": dates}),
            ),
            appearances=st.just(
                [
                    {"url": "https://a.org/x.mp3", "archived": "https://b.org/", "time": "83"},
                    {"publisher": "The radio", "date": "2024", "time": "1:23:45"},
                ]
            ),
            draft=st.just("false"),
            disputes=st.lists(st.sampled_from(others), min_size=1, unique=True),
            history=st.just([{"date": "2023", "rating": "unverified", "review": "Why."}]),
            evidence=st.lists(
                st.fixed_dictionaries(
                    {"source": st.sampled_from(["post", "wire", "shared"])},
                    optional={
                        "stance": st.sampled_from(["supports", "disputes", "context"]),
                        "quote": prose,
                        "locator": st.just("p. 3"),
                        "note": texts,
                    },
                ),
                min_size=1,
                max_size=2,
            ),
        )
        rating = draw(st.sampled_from(["true", "false", "disputed"]))
        target = draw(st.sampled_from(QUOTES))
        claims.append(
            {"id": f"c{number}", **target, "claim": draw(prose), "rating": rating, **more}
        )
    for claim in claims:
        rivals = [name for name in claim.get("disputes", ()) if int(name[1]) < len(claims)]
        claim.pop("disputes", None)
        if rivals:
            claim["disputes"] = rivals
    kinds = st.sampled_from(["context", "definition", "opinion"])
    tags = st.lists(prose, min_size=1, max_size=2)
    notes = [
        {
            **draw(st.sampled_from(QUOTES)),
            "note": f"{number} {draw(texts)}",
            **maybe(draw, kind=kinds, sources=named, date=dates, tags=tags),
            **maybe(draw, by=st.sampled_from(["mayor", "A Reader"])),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    answer = st.fixed_dictionaries({"answer": texts}, optional={"by": prose, "sources": named})
    questions = [
        {
            **draw(st.sampled_from(QUOTES)),
            "question": f"{number} {draw(prose)}",
            **maybe(draw, settle=texts, sources=named, checked=dates, id=st.just(f"q{number}")),
            **maybe(draw, answers=st.lists(answer, min_size=1, max_size=2)),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    found = {
        "sources": {
            "post": {"title": draw(prose), "date": "2024-11", "primary": "true"},
            "wire": {"title": draw(prose), "repeats": ["post", "shared"], "url": "https://x.org/w"},
        },
        "people": {"mayor": {"name": "The mayor", "role": draw(prose), "kind": "organization"}},
        "claims": claims,
        "notes": notes,
        "questions": questions,
    }
    return {key: value for key, value in found.items() if value}


LIBRARY = "sources:\n  shared: {title: Shared, type: book}\n"


def written(file: dict[str, Any]) -> str:
    text = ""
    for kind, section in SECTIONS.items():
        group = file.get(section, [])
        entries = [{"id": k, **v} for k, v in group.items()] if isinstance(group, dict) else group
        for entry in entries:
            made = annotation_file.append(text, kind, entry)
            assert isinstance(made, annotation_file.Edited)
            text = made.text
    return text


def by_words(data: dict[str, Any]) -> dict[str, Any]:
    """Sort annotations, which an export writes in the article's order."""
    return {
        key: sorted(value, key=lambda one: json.dumps(one, sort_keys=True))
        if isinstance(value, list)
        else value
        for key, value in data.items()
    }


@SLOW
@given(file=annotation_files(), in_site=st.booleans())
def test_round_trip_of_annotations(file: dict[str, Any], in_site: bool, site: Path) -> None:
    """Import into an empty file of the same site, or of a site without the library."""
    path, library = site / "content/bridge/index.yaml", site / "content/_library.yaml"
    path.write_text(written(file), encoding="utf-8")
    library.write_text(LIBRARY, encoding="utf-8")
    out = site.parent / "out.json"
    result = run(site, "export", "bridge", "-o", out)
    assert result.exit_code == 0, result.output
    path.unlink()
    if not in_site:
        library.unlink()
    result = run(site, "import", out, "--article", "bridge")
    assert result.exit_code == 0, result.output
    back = data_of(yaml_of(site)) or {}
    if not in_site:
        assert back["sources"].pop("shared") == {"title": "Shared", "type": "book"}
    assert by_words(back) == by_words(file)
    again = yaml_of(site)
    result = run(site, "import", out, "--article", "bridge")
    assert "new: nothing" in result.output
    assert yaml_of(site) == again


REAL = ROOT / "content"
SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "article",
    ["kremlin-call", *(pytest.param(n, marks=SLOW) for n in ("gettysburg", "binary-search"))],
)
def test_round_trip_of_our_articles(article: str, tmp_path: Path, templates: Path) -> None:
    root = tmp_path / "site"
    folders.put(root, {"site.toml": (REAL.parent / "site.toml").read_bytes()})
    folders.copy(REAL, root / "content")
    folders.with_cache(root, templates)
    out = tmp_path / "out.json"
    assert run(root, "export", article, "-o", out).exit_code == 0
    path = next(
        p
        for p in (root / f"content/{article}.yaml", root / f"content/{article}/index.yaml")
        if p.exists()
    )
    before = data_of(path.read_text(encoding="utf-8"))
    path.unlink()
    result = run(root, "import", out, "--article", article)
    assert result.exit_code == 0, result.output
    after = data_of(path.read_text(encoding="utf-8"))
    assert by_words(after) == by_words(before)
    for form in ("csl-json", "bibtex"):
        result = run(root, "export", article, "--as", form)
        assert result.exit_code == 0
        reader = bibtex.read if form == "bibtex" else lambda p, t: csl_json.read(p, json.loads(t))
        back = reader("x", result.stdout)
        assert not back.problems
        for name, entry in before["sources"].items():
            assert as_source(back.sources[name]) == as_source(entry)
