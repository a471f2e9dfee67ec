"""Alerts on pages: their labels in the language of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers.folders import put

TEXT = "---\ntitle: A\nlanguage: {}\n---\n\n> [!{}] Own *title*\n> Words.\n"
NOTE = "notes:\n  - {quote: Own title … Words, note: N}\n"


@pytest.mark.parametrize(
    ("language", "kind", "label", "lang"),
    [
        ("en", "NOTE", "Note", ""),
        ("de-AT", "warning", "Warnung", ""),
        ("ar", "Tip", "نصيحة", ""),
        ("ga", "CAUTION", "Caution", ' lang="en"'),
    ],
)
def test_the_label_is_in_the_language_of_the_page(
    language: str, kind: str, label: str, lang: str, tmp_path: Path
) -> None:
    files = {"site.toml": 'title = "S"\n', "content/a.md": TEXT.format(language, kind)}
    root = put(tmp_path, {**files, "content/a.yaml": NOTE})
    assert not build_site(root, BuildOptions(jobs=1)).failed
    page = (root / "_site/a/index.html").read_text(encoding="utf-8")
    found = re.search(r"<div data-alert.*?</p>\n<p.*?</p>", page, re.S)
    assert found is not None
    assert found[0].startswith(
        f'<div data-alert="{kind.lower()}" role="note" aria-label="{label}">\n'
        f'<p class="alert-label"{lang}>{label}</p>\n<p class="alert-title"><mark '
    )
    assert "assets/blocks.css" in page
