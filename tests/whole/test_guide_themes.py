"""The guide's page on themes is correct."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.scalars import Tone
from tests import ROOT
from tests.helpers import pages

THEMES = (ROOT / "content/guide/themes.md").read_text(encoding="utf-8")
DEFAULT = ROOT / "themes/default"


LEDGER = ROOT / "themes/ledger/styles/ledger/10-ledger.css"
_DEFINED = re.compile(r"(?<![\w-])(--[a-z][\w-]*)\s*:")
_USED = re.compile(r"var\(\s*(--[\w-]+)")


def css_of_the_page() -> str:
    """Return the two examples of a site's own style sheet: for all, and for dark devices."""
    found = re.findall(r"```css\n(.*?)```", THEMES, re.DOTALL)
    assert len(found[0].splitlines()) == 10, "ten lines, as the page says"
    return "\n".join(found[:2])


def settings() -> str:
    return (DEFAULT / "styles/00-settings.css").read_text(encoding="utf-8")


def test_the_page_lists_exactly_the_custom_properties() -> None:
    there = set(re.findall(r"^\s+(--[\w-]+):", settings(), re.MULTILINE))
    table = re.findall(r"^\| (`--.*?) \|", THEMES, re.MULTILINE)
    named = {name for line in table for name in re.findall(r"--[\w-]+", line)}
    assert named == there
    assert set(re.findall(r"(--[\w-]+):", css_of_the_page())) <= there


def test_every_custom_property_is_used_and_every_used_one_is_defined() -> None:
    sheets = [path.read_text(encoding="utf-8") for path in DEFAULT.rglob("*.css")]
    made = (ROOT / "explainer/render/assets.py").read_text(encoding="utf-8")
    everything = re.sub(r"/\*.*?\*/", "", "\n".join((*sheets, made)), flags=re.DOTALL)
    used, defined = set(_USED.findall(everything)), set(_DEFINED.findall(everything))
    scripts = (path.read_text(encoding="utf-8") for path in DEFAULT.rglob("*.js"))
    defined |= set(re.findall(r'setProperty\("(--[\w-]+)"', "\n".join(scripts)))
    documented = set(_DEFINED.findall(settings()))
    tones = {f"--{tone}" for tone in get_args(Tone)}  # assets.py names them by rating
    assert documented - used - tones == set()
    assert used - defined == set()
    others = set(_DEFINED.findall(THEMES)) - documented
    assert others == set(), "an example sets something that does not exist"


def test_the_properties_of_the_other_theme() -> None:
    css = LEDGER.read_text(encoding="utf-8")
    sentence = re.search(r"The theme `ledger` has (.*?), with the same", THEMES, re.DOTALL)
    assert sentence
    named = set(re.findall(r"`(--[\w-]+)`", sentence[1]))
    assert named == set(_DEFINED.findall(css)) == set(_USED.findall(css))
    assert named <= set(_DEFINED.findall(settings())), "the same names in both themes"


def test_blocks_exist() -> None:
    base = (DEFAULT / "templates/base.html").read_text(encoding="utf-8")
    article = (DEFAULT / "templates/article.html").read_text(encoding="utf-8")
    sentence = re.search(r"Blocks are (.*?)\. `built-in", THEMES, re.DOTALL)
    assert sentence
    blocks = re.compile(r"{% block (\w+)")
    first, _, second = sentence[1].partition("in `article.html`")
    assert set(re.findall(r"`(\w+)`", first)) == set(blocks.findall(base))
    assert set(re.findall(r"`(\w+)`", second)) <= set(blocks.findall(article))
    ours = (p for p in (DEFAULT / "templates").rglob("*.html") if p.name != "base.html")
    assert not any("{% block head %}" in p.read_text(encoding="utf-8") for p in ours)


def test_files_exist() -> None:
    for name in re.findall(r"`((?:parts/)?\w+\.html)`", THEMES):
        assert (DEFAULT / "templates" / name).is_file(), name


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "site.toml").write_text('title = "T"\n', encoding="utf-8")
    (tmp_path / "content/a.md").write_text("---\ntitle: A\n---\n\nSome words.\n", encoding="utf-8")
    (tmp_path / "content/a.yaml").write_text(
        "notes: [{quote: words, note: A note.}]\n", encoding="utf-8"
    )
    return tmp_path


def test_a_custom_style_sheet_is_linked_last(site: Path) -> None:
    (site / "static/custom.css").write_text(css_of_the_page(), encoding="utf-8")
    (site / "static/favicon.svg").write_text("<svg/>", encoding="utf-8")
    assert not build_site(site, BuildOptions()).problems
    page = pages.read(site / "_site/a/index.html")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"?]*)', page)
    assert sheets == ["../assets/style.css", "../custom.css"]
    assert '<link rel="icon" href="../favicon.svg">' in page


def test_the_block_of_the_page_works(site: Path) -> None:
    block = re.search(r"```jinja\n(.*?)```", THEMES, re.DOTALL)
    assert block
    folder = site / "themes/default/templates"
    folder.mkdir(parents=True)
    (folder / "base.html").write_text(block[1], encoding="utf-8")
    (site / "content/about.md").write_text("---\ntitle: About\n---\n\nUs.\n", encoding="utf-8")
    assert not build_site(site, BuildOptions()).problems
    page = pages.read(site / "_site/a/index.html")
    assert '<a href="../about/index.html">About us</a>' in page


def test_data_and_a_template_of_its_own(site: Path) -> None:
    data = re.search(r"```yaml {.own-data}\n(.*?)```", THEMES, re.DOTALL)
    template = re.search(r"```jinja {.own-template}\n(.*?)```", THEMES, re.DOTALL)
    assert data
    assert template
    folder = site / "themes/default/templates"
    folder.mkdir(parents=True)
    (folder / "essay.html").write_text(template[1], encoding="utf-8")
    for name, more in (("b", data[1]), ("c", "title: C\n")):
        text = f"---\n{more}template: essay.html\n---\n\nText.\n"
        (site / f"content/{name}.md").write_text(text, encoding="utf-8")
    assert not build_site(site, BuildOptions()).problems
    made = {name: pages.read(site / f"_site/{name}/index.html") for name in "bc"}
    assert '<p class="level">Reading level: easy</p>' in made["b"]
    assert "Reading level" not in made["c"]


def test_the_ledger_theme_shows_every_note_without_a_script(site: Path) -> None:
    (site / "site.toml").write_text('title = "T"\ntheme = "ledger"\n', encoding="utf-8")
    assert not build_site(site, BuildOptions()).problems
    page = pages.read(site / "_site/a/index.html")
    assert page.count('id="note-') == page.count('role="doc-noteref"') == 1
    assert page.index('class="endnotes"') > page.index('class="text"')
    assert "<script defer" not in page
    assert re.findall(r'<link rel="stylesheet" href="([^"?]*)', page) == ["../assets/ledger.css"]


def test_the_ledger_theme_renders_every_page_of_this_repository(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    settings = (ROOT / "site.toml").read_text(encoding="utf-8")
    (tmp_path / "site.toml").write_text(
        settings.replace("\ntitle", '\ntheme = "ledger"\ntitle', 1), encoding="utf-8"
    )
    built = build_site(tmp_path, BuildOptions(write=False, future=True))
    assert built.problems == ()
    assert built.pages > 50
