"""Texts that are shown on a second page: their links work, and their pictures are allowed there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import folders

TEXT = "See [other](other.md#part), ![p](p.svg) and ![far](https://{host}.example/a.png)."
ANNOTATIONS = f"""
claims:
  - id: c
    quote: The cat
    claim: C
    rating: true
    review: "{TEXT.format(host="review")}"
    evidence:
      - {{source: s, stance: supports, note: "{TEXT.format(host="note")}"}}
      - {{source: s, stance: context, note: "{TEXT.format(host="context")}"}}
    history: [{{date: 2023, rating: false, review: "{TEXT.format(host="history")}"}}]
questions:
  - quote: sat
    question: Q
    answers: [{{by: Ann, answer: "{TEXT.format(host="answer")}"}}]
sources:
  s: {{title: S, date: 2024}}
"""
FILES = {
    "site.toml": 'title = "T"\nurl = "https://example.org/"\n[search]\nenabled = false\n',
    "content/deep/x.md": "---\ntitle: X\ndate: 2024\n---\nThe cat sat.\n",
    "content/deep/x.yaml": ANNOTATIONS,
    "content/deep/other.md": "---\ntitle: Other\n---\n## Part\n",
    "content/deep/p.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
}


@pytest.mark.parametrize(
    ("page", "hosts"),
    [
        ("deep/x", {"answer", "context", "history", "note", "review"}),
        ("deep/x/claims/c", {"context", "history", "note", "review"}),
        ("people/ann", {"answer"}),
    ],
)
def test_links_and_pictures(page: str, hosts: set[str], tmp_path: Path) -> None:
    root = folders.put(tmp_path, FILES)
    assert not build_site(root, BuildOptions(jobs=1)).problems
    file = root / "_site" / page / "index.html"
    html = file.read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"]*other/[^"]*)"', html)
    pictures = re.findall(r'<img src="([^"]*p\.svg)"', html)
    assert len(links) >= len(hosts)
    assert len(pictures) >= len(hosts)
    for link in (*links, *pictures):
        assert (file.parent / link.partition("#")[0]).exists()
    policy = re.search(r"img-src [^;]*;", html)
    assert policy
    assert set(re.findall(r"https://(\w+)\.example", policy[0])) == hosts
