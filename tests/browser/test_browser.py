"""Margin notes in difficult articles, measured in a browser: no overlaps, and none is lost."""

from __future__ import annotations

import pytest

from tests import TESTS
from tests.helpers import browser as browsers
from tests.helpers import stress as stress_site

pytestmark = browsers.needed

BOXES = (TESTS / "helpers/boxes.js").read_text(encoding="utf-8")

WIDE = 960
"""From this width (60em), notes are in the margin; on narrower screens, they open in the text."""

SCREENS = {
    "320": (320, 1),
    "390": (390, 1),
    "768": (768, 1),
    "959": (959, 1),
    "960": (960, 1),
    "1024": (1024, 1),
    "1280": (1280, 1),
    "1680": (1680, 1),
    "zoom-200": (640, 2),  # 1280 px, magnified
}
NARROW = [name for name, (width, _) in SCREENS.items() if width < WIDE]
PAGES = [*stress_site.addresses(), "kremlin-call/index.html", "binary-search/index.html"]


@pytest.fixture
def look(browser, own_site, stress):
    """Open one of PAGES on one of SCREENS."""

    def opened(page, screen, **options):
        width, scale = SCREENS[screen]
        folder = stress if page in stress_site.addresses() else own_site
        options["device_scale_factor"] = scale
        return browsers.opened(browser, (folder / page).as_uri(), width, **options)

    return opened


def boxes(page, closed=()):
    return page.evaluate(BOXES, {"closed": closed})


@pytest.mark.parametrize("scripting", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_as_loaded(look, name, screen, scripting):
    """Notes are beside the text if there is space, and closed otherwise."""
    narrow = screen in NARROW
    with look(name, screen, java_script_enabled=scripting) as (page, _):
        found = boxes(page, closed=narrow)
    assert found["problems"] == []
    assert len(found["inText"]) >= (2 if "long" in name else 10)
    general = set(found["all"]) - set(found["inText"])  # before the text, always open
    assert set(found["shown"]) == (general if narrow else set(found["all"]))


OPENED = """async () => {
  const all = selector => [...document.querySelectorAll(selector)];
  const places = () => all('.text *, .note').filter(e => !e.closest('.note > *'))
    .map(e => { const r = e.getBoundingClientRect(); return [r.x, r.y + scrollY, r.width]; });
  const before = JSON.stringify(places());
  const problems = [];
  for (const note of all('.text .note')) {
    note.tabIndex = -1;
    note.focus();
    if (JSON.stringify(places()) !== before) problems.push(`${note.id} moves something`);
    const parts = [note.firstElementChild, ...note.querySelectorAll('.more')];
    const boxes = parts.map(e => e.getBoundingClientRect());
    const covers = r => boxes.some(b => b.left < r.right - 1 && b.right > r.left + 1);
    if (all('.text > *:not(.note)').some(e => covers(e.getBoundingClientRect())))
      problems.push(`${note.id} covers the text`);
    for (const part of parts)
      if (part.scrollHeight > part.clientHeight + 1 && part !== note.firstElementChild)
        problems.push(`${note.id} is cut off`);
    for (const link of note.querySelectorAll('a')) {
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: 'center' });
      const r = link.getClientRects()[0];
      const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
      if (!top || !note.contains(top)) problems.push(`${note.id} does not show a link`);
    }
  }
  return problems;
}"""


@pytest.mark.parametrize("screen", ["960", "1280", "1680"])
@pytest.mark.parametrize("name", PAGES)
def test_opened_in_the_margin(look, name, screen):
    """The keyboard opens a note, without a script: nothing moves, and the focus can be seen."""
    with look(name, screen) as (page, _):
        assert page.evaluate(OPENED) == []


GLOWING = """() => [...document.querySelectorAll('.text .note')].flatMap(note => {
  const id = note.id.slice(5);
  const marks = [...document.querySelectorAll('mark')]
    .filter(mark => mark.dataset.annotation.split(' ').includes(id));
  const glows = mark => getComputedStyle(mark).backgroundColor !== 'rgba(0, 0, 0, 0)';
  document.body.dispatchEvent(new Event('pointerover', {bubbles: true}));
  const before = marks.some(glows);
  note.dispatchEvent(new Event('pointerover', {bubbles: true}));
  return before || !marks.every(glows) ? [id] : [];
})"""


@pytest.mark.parametrize("name", ["kremlin-call/index.html", "binary-search/index.html"])
def test_the_whole_passage_is_highlighted_with_its_note(look, name):
    with look(name, "1280") as (page, _):
        assert page.evaluate(GLOWING) == []


@pytest.mark.slow
@pytest.mark.parametrize("screen", NARROW)
@pytest.mark.parametrize("name", PAGES)
def test_opened_one_after_the_other(look, name, screen):
    """With the script, each mark opens its note without affecting the others."""
    with look(name, screen) as (page, _):
        for note in boxes(page, closed=True)["all"]:
            page.evaluate(
                "id => document.querySelector(`[role=doc-noteref][href='#${id}']`)?.click()", note
            )
            found = boxes(page, closed=True)
            assert found["problems"] == []
            assert note in found["shown"]
        assert boxes(page)["problems"] == []


@pytest.mark.slow
@pytest.mark.parametrize("screen", NARROW)
@pytest.mark.parametrize("name", PAGES)
def test_followed_one_after_the_other(look, name, screen):
    """Without the script, each mark's link opens its note and closes the previous one."""
    with look(name, screen, java_script_enabled=False) as (page, _):
        address = page.url
        for note in boxes(page, closed=True)["all"]:
            page.goto(f"{address}#{note}")
            found = boxes(page, closed=True)
            assert found["problems"] == []
            assert note in found["shown"]


@pytest.mark.parametrize("screen", [s for s in SCREENS if s not in NARROW])
@pytest.mark.parametrize("name", PAGES)
def test_without_anchor_positioning(browser, own_site, stress, name, screen):
    """Browsers without anchor positioning float the notes below their paragraphs."""
    folder = stress if name in stress_site.addresses() else own_site
    width, scale = SCREENS[screen]
    with (
        browsers.served(folder) as address,
        browsers.opened(browser, "about:blank", width, device_scale_factor=scale) as (page, _),
    ):
        browsers.without_anchors(page)
        page.goto(f"{address}{name}")
        positions = page.eval_on_selector_all(
            ".text aside.note", "all => all.map(e => getComputedStyle(e).position)"
        )
        assert set(positions) == {"relative"}
        assert boxes(page)["problems"] == []
