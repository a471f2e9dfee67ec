"""A site with search."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.output import search
from tests.helpers import folders

PROGRAM = search._program()  # looked up before conftest.py replaces it

installed = pytest.mark.skipif(
    PROGRAM is None and "CI" not in os.environ, reason="the extra `search` is not installed"
)

ARTICLE = """\
---
title: The lighthouse
date: 2026-01-02
genre: analysis
topics: [Coasts & harbours]
summary: Who lit it, and when.
---
## Its keeper

The keeper trimmed the wick at dusk, a < b && c > d. It burned *paraffin*.

He said that nobody ever drowned there.
"""
ANNOTATIONS = """\
sources:
  log: {title: The log, publisher: The Harbour Office, date: 1901}
people:
  keeper: {name: Ada Quill, role: Warden}
claims:
  - id: nobody
    quote: nobody ever drowned there
    claim: Not one sailor perished at the reef.
    by: keeper
    rating: false
    review: The register counts eleven shipwrecks.
    evidence: [{source: log, stance: disputes, quote: eleven were lost}]
  - id: wick
    quote: trimmed the wick
    claim: The wick was trimmed daily.
    rating: true
notes:
  - quote: paraffin
    note: Distilled from petroleum, and called kerosene elsewhere.
questions:
  - quote: at dusk
    question: Who relieved her on Sundays?
    answers: [{answer: A deputy named Barnaby., by: keeper}]
"""
GERMAN = """\
---
title: Über die Küste
language: de
genre: news
---
Die Häuser stehen weit auseinander. Der Bürgermeister schwieg.
"""
FILES = {
    "site.toml": 'title = "Coasts"\n',
    "content/lighthouse/index.md": ARTICLE,
    "content/lighthouse/index.yaml": ANNOTATIONS,
    "content/küste.md": GERMAN,
    "content/secret.md": "---\ntitle: Hidden\nnoindex: true\n---\nA xylophone, the wick.\n",
    "content/second.md": "---\ntitle: The second\n---\n" + "The wick again.\n" * 3,
    **{f"content/m{i}.md": f"---\ntitle: Mooring {i}\n---\nA mooring, n{i}.\n" for i in range(14)},
}


def build(
    root: Path,
    options: BuildOptions = BuildOptions(jobs=1),  # noqa: B008
    **files: str,
) -> tuple[Path, BuildResult]:
    folders.put(root, {**FILES, **files})
    return root / "_site", build_site(root, options)
