"""The picture of an article, in its front matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import folders


@pytest.mark.parametrize("path", ["d.csv", "a.md", "f.pdf", "talk.mp4"])
def test_a_picture_that_is_none_is_reported(tmp_path: Path, path: str) -> None:
    files = {
        "site.toml": 'title = "S"\n[search]\nenabled = false\n',
        "content/a.md": f"---\ntitle: A\nimage: {{src: {path}, alt: A}}\n---\nWords.\n",
        **{f"content/{name}": "x\n" for name in ("d.csv", "f.pdf", "talk.mp4")},
    }
    root = folders.put(tmp_path, files)
    problems = build_site(root, BuildOptions(jobs=1, write=False)).problems
    assert [(p.code, p.location.line) for p in problems] == [("not-a-picture", 3)]
