"""The ten lines of the guide's page on themes do what it says, in both themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import folders
from tests.helpers.axe import violations

pytestmark = browsers.needed

CSS = "\n".join(
    re.findall(r"```css\n(.*?)```", (ROOT / "content/guide/themes.md").read_text("utf-8"), re.S)[:2]
)
FILES = {
    "content/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\n\nFirst words, and [a link](b.md). "
    + "In a line that is long enough to be broken. " * 9
    + "\n",
    "content/a.yaml": "notes: [{quote: First words, note: A note.}]\n",
    "content/b.md": "---\ntitle: B\n---\n\nText.\n",
    "static/custom.css": CSS,
}
LOOK = """() => {
  const style = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
  const text = document.querySelector('.text > p');
  const zero = document.createElement('span');
  zero.style.cssText = 'display: inline-block; width: 50ch';
  text.append(zero);
  const fifty = zero.getBoundingClientRect().width;
  zero.remove();
  const note = document.querySelector('.note').getBoundingClientRect();
  return {
    face: style('.text p', 'fontFamily'),
    size: style('.text p', 'fontSize'),
    ink: style('.text p', 'color'),
    paper: style('body', 'backgroundColor') === 'rgba(0, 0, 0, 0)'
      ? style('html', 'backgroundColor') : style('body', 'backgroundColor'),
    link: style('.text a[href]:not([role])', 'color'),
    measure: Math.abs(text.getBoundingClientRect().width - fifty) < 2,
    margin: note.width,
    gap: note.left - text.getBoundingClientRect().right,
  };
}"""


def built(root: Path, theme: str) -> str:
    settings = {"site.toml": f'title = "T"\ntheme = "{theme}"\n'}
    result = build_site(folders.put(root, FILES | settings), BuildOptions(jobs=1))
    assert not result.failed
    return (root / "_site/a/index.html").as_uri()


@pytest.mark.parametrize("theme", ["default", "ledger"])
def test_type_colours_and_margins(browser: Any, tmp_path: Path, theme: str) -> None:
    url = built(tmp_path, theme)
    with browsers.opened(browser, url, 1280) as (page, _):
        look = page.evaluate(LOOK)
        assert look["face"] == "Georgia, serif"
        assert look["size"] == "18.4px"
        assert look["ink"] == "rgb(34, 34, 34)"
        assert look["paper"] == "rgb(247, 243, 232)"
        assert look["link"] == "rgb(122, 31, 31)"
        if theme == "default":
            assert look["measure"]
            assert look["margin"] == pytest.approx(320, abs=1)
            assert look["gap"] == pytest.approx(48, abs=1)
        page.emulate_media(media="print")
        printed = page.evaluate(LOOK)
        assert printed["face"] == "Georgia, serif"
        if theme == "default":
            assert printed["paper"] == "rgb(255, 255, 255)"
            assert printed["ink"] == "rgb(0, 0, 0)"
            assert printed["margin"] < 200
    with browsers.opened(browser, url, 1280, color_scheme="dark") as (page, _):
        look = page.evaluate(LOOK)
        assert (look["paper"], look["ink"]) == ("rgb(16, 20, 24)", "rgb(221, 227, 232)")
        assert look["link"] == "rgb(240, 184, 160)"
        page.emulate_media(media="print", color_scheme="dark")
        if theme == "default":
            assert page.evaluate(LOOK)["ink"] == "rgb(0, 0, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_are_legible(browser: Any, tmp_path: Path, scheme: str) -> None:
    url = built(tmp_path, "default")
    assert violations(browser, [url], opened=True, color_scheme=scheme) == []
