"""Helpers for the import and export tests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from explainer.anchor import text as anchor_text
from explainer.cli import main
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Source
from explainer.model.documents import Text
from explainer.parse.front_matter import read_article
from explainer.parse.validate import validate
from explainer.parse.yaml import read
from tests.helpers.examples import examples

SETTINGS = 'title = "T"\nurl = "https://example.org/base"\n'
ARTICLE = """\
---
title: The bridge at Oberau
date: 2024-05-02
---

# The bridge

The mayor said that the bridge had been *inspected* in March. The engineers said that the bridge
had never been inspected.

## What it cost

It cost 4.2 million euros -- “far too much”, said the opposition. It cost nothing, said the mayor.

![The bridge](bridge.svg)
"""
SLOW = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def run(site: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--site", str(site), *map(str, arguments)])


def imported(site: Path, name: str, content: Any, *arguments: str | Path) -> Result:
    """Import a file with this content."""
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    path = site.parent / name
    path.write_bytes(content)
    return run(site, "import", path, *arguments)


def yaml_of(site: Path) -> str:
    return (site / "content/bridge/index.yaml").read_bytes().decode()


def data_of(text: str) -> Any:
    located, problems = read(Text("x.yaml", text))
    assert not problems
    return located.data


def searchable(text: str = ARTICLE) -> anchor_text.ReaderText:
    body = read_article(Text("a.md", text))[0].body
    return anchor_text.read(Markdown(MarkdownOptions()).parse(body))


def as_source(entry: Any) -> Source:
    located = replace(read(Text("x", ""))[0], data=entry, whole=True)
    value, _, problems = validate(Source, (located, ()), lambda _: ())
    assert not problems
    assert value
    return value


def row(exact: str, text: str = "A note.", **more: Any) -> dict[str, Any]:
    """Return a row as the Hypothes.is API sends it."""
    before, after = more.pop("around", ("", ""))
    selector = [
        {"type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 3,
         "endContainer": "/p[1]", "endOffset": 9},
        {"type": "TextPositionSelector", "start": 4130, "end": 4130 + len(exact)},
        {"type": "TextQuoteSelector", "exact": exact, "prefix": before, "suffix": after},
    ]  # fmt: skip
    uri = "https://example.org/bridge"
    return {
        "id": f"id-{exact[:9]}",
        "created": "2024-05-03T09:12:44.512345+00:00",
        "user": "acct:ada_k@hypothes.is",
        "uri": uri,
        "text": text,
        "tags": [],
        "target": [{"source": uri, "selector": selector}],
        **more,
    }


WORDS = {"type": "TextQuoteSelector", "exact": "had been inspected"}
WEB = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "https://example.org/anno/1",
    "type": "Annotation",
    "motivation": "commenting",
    "creator": {"type": "Person", "name": "Grace *M*"},
    "created": "2024-06-01T00:00:00Z",
    "body": {"type": "TextualBody", "value": "<p>See <a href='https://x.org/y'>this</a> &amp; "
             "<b>that</b>.</p><script>no()</script>", "format": "text/html"},
    "target": {"source": "https://example.org/bridge", "selector": WORDS},
}  # fmt: skip
