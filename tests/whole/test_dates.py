"""The first and the last date that there is, and the year 0, which is none, in every key."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.cli import main
from explainer.model.scalars import PartialDate
from tests.helpers import folders
from tests.helpers.pages import read

FRONT = """---
title: A
date: {first}
updated: {last}
original: {{title: O, date: {first}}}
corrections:
- date: {last}
  text: B
---
Some words here.
"""
ANNOTATIONS = """claims:
- id: one
  quote: Some
  claim: Some are.
  rating: disputed
  date: {first}
  checked: {last}
  history:
  - date: {first}
    rating: "true"
  evidence: [{{source: s}}]
- {{id: two, claim: Others are., rating: "true", date: {last}}}
notes:
- quote: words
  note: N
  date: {last}
questions:
- question: Q?
  checked: {first}
sources:
  s:
    title: S
    date: {first}
"""
DATE_KEYS = 4 + 4 + 1 + 1 + 1
"""The dates in both texts."""


def site(root: Path, first: str, last: str) -> Path:
    return folders.put(
        root,
        {
            "site.toml": 'title = "T"\nurl = "https://example.org/"\ntimezone = "Pacific/Apia"\n',
            "content/a.md": FRONT.format(first=first, last=last),
            "content/a.yaml": ANNOTATIONS.format(first=first, last=last),
        },
    )


@pytest.mark.parametrize("zero", ["0000", "0000-01", "0000-12-31"])
def test_the_year_0_is_an_error_in_every_key(tmp_path: Path, zero: str) -> None:
    root = site(tmp_path, zero, zero)
    built = build_site(root, BuildOptions(future=True))
    assert built.failed
    assert len(built.problems) == DATE_KEYS
    for problem in built.problems:
        assert (problem.code, problem.severity) == ("bad-value", "error")
        assert problem.message == f"`{zero}` is not a date: the years begin with 0001"
        where = problem.location
        line = (root / where.path).read_text(encoding="utf-8").splitlines()[where.line - 1]
        assert line[where.column - 1 :].startswith(zero)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("0001", "9999"),
        ("0001-01", "9999-12"),
        ("0001-01-01", "9999-12-31"),
        ("0001", "9999-12-31"),
    ],
)
def test_the_first_and_the_last_date_can_be_written(
    tmp_path: Path, first: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, first, last)
    for epoch in ("0", "99999999999"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        built = build_site(root, BuildOptions(future=True))
        assert built.problems == ()
    page = read(root / "_site/a/index.html")
    assert re.search('class="?timeline', page)
    assert {first, last} <= set(re.findall(r'<time datetime="?([^"> ]*)', page))
    for file in ("feed.xml", "claims/feed.xml", "sitemap.xml"):
        ET.parse(root / "_site" / file)
    feed = (root / "_site/feed.xml").read_text(encoding="utf-8")
    assert "<published>0001-01-01T00:00:00Z</published>" in feed
    assert f"<updated>{last}{'-01-01'[len(last) - 10 :] if len(last) < 10 else ''}" in feed


@pytest.mark.parametrize("format_", ["csl-json", "bibtex", "web-annotation", "claimreview"])
def test_the_first_and_the_last_date_can_be_exported(tmp_path: Path, format_: str) -> None:
    for first, last in (("0001-01-01", "9999-12-31"), ("0001", "9999")):
        root = site(tmp_path / first, first, last)
        made = CliRunner().invoke(
            main, ["--site", str(root), "export", "a", "--as", format_], catch_exceptions=False
        )
        assert made.exit_code == 0, made.output
        if format_ == "csl-json":
            (item,) = json.loads(made.output)
            parts = [int(part) for part in first.split("-")]
            assert item["issued"] == {"date-parts": [parts]}


@pytest.mark.parametrize("text", ["0000", "0000-00", "0000-01-01", "-001", "10000", "9999-12-32"])
def test_not_dates(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        PartialDate.check(text)
    if not text.endswith("-32"):
        assert not re.search(PartialDate.pattern, text), "the JSON Schema agrees"


@pytest.mark.parametrize("text", ["0001", "0001-01-01", "0999-02", "1000", "9999-12-31"])
def test_dates(text: str) -> None:
    assert PartialDate.check(text) == text
    assert re.search(PartialDate.pattern, text)
