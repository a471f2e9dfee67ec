"""Badges: a shape, a word, and a color for every rating, which everybody can distinguish.

The tests measure what readers see: the colors are those in `00-settings.css`, the shapes those that
Chromium draws from `50-badges.css`.

* Contrast: WCAG 2.2, success criteria 1.4.3 (text, 4.5:1) and 1.4.11 (others, 3:1).
* Color blindness: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, “A Physiologically-based
  Model for Simulation of Color Vision Deficiency”, IEEE Transactions on Visualization and Computer
  Graphics 15 (2009), the matrices for severity 1.0, which work on linear RGB.
* Difference: CIEDE2000 (CIE 142-2001), as in G. Sharma, W. Wu, E. N. Dalal, “The CIEDE2000
  color-difference formula”, Color Research and Application 30 (2005).
"""

from __future__ import annotations

import io
import math
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest

from explainer.language.words import words_of
from explainer.model.documents import Text
from explainer.model.ratings import DEFAULT_SCALE, scale
from explainer.model.scalars import ExtraShape, Id, Shape, Tone
from explainer.model.settings import RatingSettings, Settings
from explainer.parse.settings import read_settings
from explainer.render import assets, shapes, theme
from tests import ROOT
from tests.helpers.articles import Maker, build
from tests.helpers.pages import Element, parse, select

STYLES = ROOT / "themes/default/styles"
SHAPES: tuple[Shape, ...] = get_args(Shape)
TONES: tuple[Tone, ...] = get_args(Tone)
GROUNDS = ("paper", "wash", "glow")
CHROMIUM = shutil.which("chromium")

Colour = tuple[float, float, float]


# --- measuring colors ----------------------------------------------------------------------------


def properties(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+):\s*(#[0-9a-f]{3,6}|var\(--[a-z]+\));", css))


def resolved(colours: dict[str, str]) -> dict[str, str]:
    """Replace references to other colors with their values."""
    return {name: colours.get(value[6:-1], value) for name, value in colours.items()}


def palettes() -> dict[str, dict[str, str]]:
    """Return the colors of light and dark pages, by name."""
    css = (STYLES / "00-settings.css").read_text(encoding="utf-8")
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    dark = dark.split("@media (forced-colors: active)")[0]
    palettes = {"light": properties(light), "dark": {**properties(light), **properties(dark)}}
    return {scheme: resolved(colours) for scheme, colours in palettes.items()}


PALETTES = palettes()


def linear(colour: str) -> Colour:
    """Convert sRGB as `#rrggbb` to linear light (IEC 61966-2-1)."""
    assert len(colour) == 7, colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))

    def light(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return light(red), light(green), light(blue)


def luminance(colour: Colour) -> float:
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(linear(one)), luminance(linear(other))))
    return (high + 0.05) / (low + 0.05)


MACHADO = {
    "trichromacy": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
EYES = (*MACHADO, "greyscale")


def seen(colour: str, eye: str) -> Colour:
    """Return a color in linear light as seen with a kind of color vision."""
    light = linear(colour)
    if eye == "greyscale":
        return (luminance(light),) * 3
    rows = (sum(m * v for m, v in zip(row, light, strict=True)) for row in MACHADO[eye])
    red, green, blue = (min(max(value, 0.0), 1.0) for value in rows)
    return red, green, blue


def lab(colour: Colour) -> Colour:
    """Convert linear RGB to CIELAB, for D65 and the 2° observer."""
    red, green, blue = colour
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883

    def root(t: float) -> float:
        return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29

    return 116 * root(y) - 16, 500 * (root(x) - root(y)), 200 * (root(y) - root(z))


def ciede2000(one: Colour, other: Colour) -> float:
    """Return the difference of two colors in CIELAB."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = math.hypot(a1 * (1 + g), b1), math.hypot(a2 * (1 + g), b2)
    h1 = math.degrees(math.atan2(b1, a1 * (1 + g))) % 360
    h2 = math.degrees(math.atan2(b2, a2 * (1 + g))) % 360
    turn, middle = 0.0, h1 + h2
    if c1 * c2:
        turn = (h2 - h1 + 180) % 360 - 180 if abs(h2 - h1) != 180 else h2 - h1
        middle = (h1 + h2) / 2
        if abs(h1 - h2) > 180:
            middle += 180 if h1 + h2 < 360 else -180
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    lightness, c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(middle - 30))
        + 0.24 * math.cos(math.radians(2 * middle))
        + 0.32 * math.cos(math.radians(3 * middle + 6))
        - 0.20 * math.cos(math.radians(4 * middle - 63))
    )
    sl = 1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rc = 2 * math.sqrt(c**7 / (c**7 + 25**7))
    rt = -math.sin(math.radians(60 * math.exp(-(((middle - 275) / 25) ** 2)))) * rc
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [  # from the table in Sharma, Wu, and Dalal
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000(one: Colour, other: Colour, difference: float) -> None:
    assert ciede2000(one, other) == pytest.approx(difference, abs=1e-4)


# --- requirements for colors ---------------------------------------------------------------------


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("name", [*TONES, "ink", "soft", "link"])
def test_text_has_contrast(scheme: str, name: str) -> None:
    colours = PALETTES[scheme]
    found = {ground: contrast(colours[name], colours[ground]) for ground in GROUNDS}
    assert min(found.values()) >= 4.5, found


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("name", ["focus", "mark"])
def test_shapes_have_contrast(scheme: str, name: str) -> None:
    colours = PALETTES[scheme]
    grounds = GROUNDS if name == "focus" else ("paper",)
    found = {ground: contrast(colours[name], colours[ground]) for ground in grounds}
    assert min(found.values()) >= 3, found


def differences(scheme: str, eye: str, tones: Iterable[str]) -> dict[tuple[str, str], float]:
    colours = PALETTES[scheme]
    labs = {tone: lab(seen(colours[tone], eye)) for tone in tones}
    return {(a, b): ciede2000(labs[a], labs[b]) for a, b in combinations(labs, 2)}


SCALE: tuple[Tone, ...] = ("blue", "sky", "grey", "amber", "orange")
FAR = 12
"""People notice a difference of 2 at a glance, and do not call colors similar from 10 on. Marks of
10 pixels need a slightly larger difference than large areas."""


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("eye", MACHADO)
def test_tones_differ_for_every_kind_of_color_vision(scheme: str, eye: str) -> None:
    found = differences(scheme, eye, SCALE)
    assert min(found.values()) >= FAR, found


@pytest.mark.parametrize("scheme", PALETTES)
def test_shapes_distinguish_tones_that_look_alike_in_grey(scheme: str) -> None:
    alike = [pair for pair, d in differences(scheme, "greyscale", SCALE).items() if d < FAR]
    assert alike  # otherwise, neither this test nor the shapes would be needed
    for one, other in combinations(DEFAULT_SCALE, 2):
        assert one.shape != other.shape


@pytest.mark.parametrize("scheme", PALETTES)
def test_the_scale_runs_from_blue_to_orange_and_never_from_green_to_red(scheme: str) -> None:
    def hue(tone: str) -> float:
        _, a, b = lab(linear(PALETTES[scheme][tone]))
        return math.degrees(math.atan2(b, a)) % 360

    assert 200 < hue("sky") < hue("blue") < 300
    assert 40 < hue("orange") < hue("amber") < 95


# --- shapes --------------------------------------------------------------------------------------

SIZE = 12
SEEN = 16
"""How many of the 144 pixels must differ: as many as the hole of a ring has at this size, which is
all that distinguishes a ring from a disc."""


@pytest.fixture(scope="module")
def browser() -> Iterable[Any]:
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("needs Debian's chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def sheet(drawn: Iterable[Shape] = SHAPES) -> str:
    """Return a page with one badge's shape per row of 20 pixels, at the left."""
    found, _ = theme.find(Path("/nowhere"), "default")
    assert found
    badges = "".join(
        f'<div><span data-rating style="--shape:{SHAPES.index(shape)}"></span></div>'
        for shape in drawn
    )
    return (
        f"<!DOCTYPE html><html><meta charset=utf-8><style>{found.assets['style.css']}\n"
        f"@layer badges{{[data-rating]::before{{mask:{shapes.shape_mask(SHAPES)}}}}}"
        "body{margin:0;background:#fff} div{height:20px;line-height:0;overflow:hidden}"
        f"[data-rating]{{--badge:{SIZE / 0.8}px;--tone:#000;line-height:{SIZE}px}}"
        "[data-rating]::before{vertical-align:top;margin:0}"
        f"</style>{badges}"
    )


def ink(picture: Any, row: int, across: int = SIZE) -> list[float]:
    """Return how black each pixel in the square of a row is, from 0 to 1."""
    box = picture.crop((0, row * 20, across, row * 20 + SIZE)).convert("L")
    return [1 - value / 255 for value in box.tobytes()]


def photograph(browser: Any, **context: Any) -> Any:
    image = pytest.importorskip("PIL.Image")
    opened = browser.new_context(viewport={"width": 200, "height": 20 * len(SHAPES)}, **context)
    tab = opened.new_page()
    tab.set_content(sheet())
    if context.get("media") == "print":
        tab.emulate_media(media="print")
    picture = image.open(io.BytesIO(tab.screenshot()))
    opened.close()
    return picture


def drawn(browser: Any, **context: Any) -> Mapping[str, list[float]]:
    picture = photograph(browser, **context)
    return {shape: ink(picture, row) for row, shape in enumerate(SHAPES)}


def off(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.browser
@pytest.mark.parametrize("forced", ["none", "active"])
def test_shapes_are_distinguishable_at_12_pixels(browser: Any, forced: str) -> None:
    found = drawn(browser, forced_colors=forced)
    for shape, pixels in found.items():
        assert SEEN < sum(pixels) < 144 - SEEN, shape
    near = {pair: off(*(found[s] for s in pair)) for pair in combinations(found, 2)}
    assert min(near.values()) >= SEEN, sorted(near.items(), key=lambda item: item[1])[:8]


@pytest.mark.browser
def test_no_shape_has_a_trace_of_its_neighbours(browser: Any) -> None:
    picture = photograph(browser)
    for row, shape in enumerate(SHAPES):
        assert sum(ink(picture, row, 200)) == pytest.approx(sum(ink(picture, row))), shape


@pytest.mark.browser
def test_shapes_are_printed_where_the_browser_prints_no_backgrounds(browser: Any) -> None:
    # The PDF's length shows it: without a color, a badge leaves only its mask and draws nothing.
    tab = browser.new_page()

    def printed(html: str) -> int:
        tab.set_content(html)
        return len(tab.pdf(print_background=False))

    page = sheet()
    kept = printed(page)
    lost = printed(page.replace("print-color-adjust:exact", "print-color-adjust:economy"))
    tab.close()
    assert kept - lost > 100 * len(SHAPES)


def test_every_shape_can_be_moved() -> None:
    assert list(shapes.PATHS) == list(SHAPES)
    for shape, path in shapes.PATHS.items():
        assert re.fullmatch(r"M[0-9.]+ ?[0-9. ]*[a-z][a-z0-9 .-]*", path), (
            shape
        )  # the rest is relative


def test_a_site_loads_only_the_shapes_of_its_scale() -> None:
    used = [r.shape for r in DEFAULT_SCALE]
    css = assets.site_rules(DEFAULT_SCALE, "en", [])
    assert css.count("M") == len(set(used)) < len(SHAPES)
    assert all(shapes.PATHS[shape].split("a")[0][3:] in css for shape in used)
    one = assets.site_rules(DEFAULT_SCALE[:1], "en", [])
    assert "*100%/1) 0/100% 100% no-repeat" in one


# --- ratings of a site ---------------------------------------------------------------------------


def own(name: str, **more: Any) -> RatingSettings:
    return RatingSettings(id=Id(name), label=name.title(), **more)


def made(*ratings: RatingSettings) -> dict[str, tuple[Shape, Tone]]:
    found = scale(Settings(title="T", ratings=ratings))
    return {r.id: (found[r.id].shape, found[r.id].tone) for r in ratings}


def test_a_new_rating_gets_a_shape_and_a_tone() -> None:
    assert made(
        own("proven", value=5),
        own("likely", value=4.4),
        own("maybe", value=3.1),
        own("unlikely", value=2),
        own("absurd", value=1.4),
        own("satire"),
        own("in-work", checked=False),
    ) == {
        "proven": ("star", "blue"),
        "likely": ("plus", "sky"),
        "maybe": ("moon", "grey"),
        "unlikely": ("down", "amber"),
        "absurd": ("frame", "orange"),
        "satire": ("hourglass", "grey"),
        "in-work": ("chevron", "plain"),
    }


def test_the_authors_choice_takes_precedence() -> None:
    assert made(own("a", shape="star", tone="sky", value=1), own("b"), own("c", tone="blue")) == {
        "a": ("star", "sky"),
        "b": ("plus", "grey"),
        "c": ("moon", "blue"),
    }


def test_a_replaced_rating_keeps_its_look() -> None:
    assert made(own("disputed"), own("misleading"), own("true", value=2)) == {
        "disputed": ("diamond", "grey"),
        "misleading": ("triangle", "amber"),
        "true": ("circle", "amber"),
    }
    # Unless another rating was given its shape.
    assert made(own("mine", shape="diamond"), own("disputed")) == {
        "mine": ("diamond", "grey"),
        "disputed": ("star", "grey"),
    }
    # The colour says whether a claim is checked.
    assert made(own("opinion"), own("misleading", checked=False), own("outdated")) == {
        "opinion": ("quote", "grey"),
        "misleading": ("triangle", "plain"),
        "outdated": ("bar", "plain"),
    }


def test_a_shape_is_shared_only_when_all_are_taken() -> None:
    more = [own(f"r{i}") for i in range(len(SHAPES))]
    found = scale(Settings(title="T", ratings=tuple(more)))
    used = [rating.shape for rating in found.values()]
    assert set(used[: len(SHAPES)]) == set(SHAPES)
    assert max(used.count(shape) for shape in SHAPES) == 2
    extra = get_args(ExtraShape)
    few = made(*more[: len(extra) + 2]).values()
    assert [shape for shape, _ in few] == [*extra, *extra[:2]], "none of the default scale"


def test_a_replaced_rating_keeps_its_shape_before_new_ones_choose() -> None:
    taken = [own(f"t{i}", shape=shape) for i, shape in enumerate(get_args(ExtraShape))]
    found = made(*taken, own("new"), own("mixed"))
    assert (found["mixed"][0], found["new"][0]) == ("half", "star")


def test_a_scale_without_values_is_valid() -> None:
    every = [own(r.id, value=3 if r.value else None) for r in DEFAULT_SCALE]
    assert {tone for shape, tone in made(*every[:5]).values()} == {"grey"}


def test_ratings_that_look_alike_are_reported() -> None:
    toml = (
        'title = "T"\n[[ratings]]\nid = "a"\nlabel = "A"\nshape = "half"\n'
        '[[ratings]]\nid = "b"\nlabel = "B"\nshape = "star"\n'
        '[[ratings]]\nid = "c"\nlabel = "C"\nshape = "star"\n'
        '[[ratings]]\nid = "disputed"\nlabel = "D"\n'
        '[[ratings]]\nid = "e"\nlabel = "E"\nshape = "diamond"\n'
    )
    value, _, problems = read_settings(Text("site.toml", toml))
    assert value is not None
    assert [(p.severity, p.code, p.location.line, p.message, p.hint) for p in problems] == [
        (
            "warning",
            "ratings-look-alike",
            line,
            f"the ratings `{one}` and `{other}` have the same shape",
            'readers who cannot see colours cannot distinguish them; try shape = "plus"',
        )
        for line, one, other in ((5, "a", "mixed"), (13, "c", "b"))
    ]


# --- the tally -----------------------------------------------------------------------------------


def test_counts_are_phrases() -> None:
    english = words_of("en")
    known = {rating.id: rating for rating in DEFAULT_SCALE}
    satire = replace(known[Id("opinion")], id=Id("satire"), label="Satire")
    view = replace(known[Id("opinion")], label="View")
    assert [
        str(english.counted(rating, n))
        for rating in (known[Id("true")], known[Id("opinion")], known[Id("checking")], satire, view)
        for n in (1, 2)
    ] == [
        *("1 true", "2 true", "1 opinion", "2 opinions"),
        *("1 still being checked", "2 still being checked"),
        *("1 satire", "2 satire", "1 view", "2 view"),
    ]


def test_the_bar_shows_only_checked_claims() -> None:
    m = Maker()
    for number, rating in enumerate(
        ["true", "false", "disputed", "true", "opinion", "true", "mixed"]
    ):
        m.claim(f"c{number}", "C.", rating)
    page = parse(build(m.article())["kremlin-call/index.html"])
    bar = [
        (e.attributes["stroke"][6:-1], *ends(e))
        for tally in select(page, "div.tally")
        for e in select(tally, "line")
    ]
    assert [tone for tone, *_ in bar] == ["blue", "grey", "orange", "grey"]
    end = 0.0
    for _, start, until in bar:
        assert start == pytest.approx(end, abs=0.1)
        end = until + 0.6
    assert end == pytest.approx(100, abs=0.1)
    assert bar[0][2] == 49.4  # three of six: the opinion does not count


def test_the_bar_tells_all_ratings_apart_without_colour() -> None:
    assert shapes.DASHES.keys() == shapes.PATHS.keys()
    assert len(set(shapes.DASHES.values())) == len(SHAPES)
    for dashes in shapes.DASHES.values():
        lengths = dashes.split()
        assert len(lengths) % 2 == 0  # SVG would repeat an odd number
        assert all(0 < int(length) <= 16 for length in lengths)
    m = Maker()
    for number, rating in enumerate(["disputed", "unverified", "mixed"]):
        m.claim(f"c{number}", "C.", rating)
    page = parse(build(m.article())["kremlin-call/index.html"])
    (tally,) = select(page, "div.tally")
    drawn = [
        (e.attributes["stroke"], e.attributes["stroke-dasharray"]) for e in select(tally, "line")
    ]
    assert [tone for tone, _ in drawn] == ["var(--grey)"] * 3
    assert len(set(drawn)) == 3


def ends(line: Element) -> tuple[float, float]:
    """Return where a part of a bar starts and ends, in percent."""
    start, end = (float(line.attributes.get(name, "0").rstrip("%")) for name in ("x1", "x2"))
    return start, end


def test_one_claim_of_thousands_is_still_seen() -> None:
    m = Maker()
    for number in range(400):
        m.claim(f"c{number}", "C.", "false" if number == 7 else "true")
    page = parse(build(m.article())["kremlin-call/index.html"])
    (tally,) = select(page, "div.tally")
    for line in select(tally, "line"):
        start, end = ends(line)
        assert end - start >= 0.3


def area(shape: Shape) -> float:
    """Return the area of a shape in square units, from its polygons."""
    total = 0.0
    for polygon in shapes.outlines(shape):
        pairs = zip(polygon, (*polygon[1:], polygon[0]), strict=True)
        total += sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in pairs) / 2
    return abs(total)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("circle", math.pi * 36),
        ("ring", math.pi * (42.25 - 16)),
        ("square", 144),
        ("diamond", 15.2 * 11.6 / 2),
        ("bar", 70),
        ("plus", 2 * 13.6 * 3.6 - 3.6**2),
        ("frame", 144 - 6.4**2),
        ("dots", 3 * math.pi * 4),
        ("stripes", 2 * 3.8 * 12),
    ],
)
def test_polygons_of_shapes(shape: Shape, expected: float) -> None:
    assert area(shape) == pytest.approx(expected, rel=0.04)


def test_polygons_are_within_the_square() -> None:
    for shape in SHAPES:
        for x, y in (point for polygon in shapes.outlines(shape) for point in polygon):
            assert -0.1 <= x <= 16.1, shape
            assert -0.1 <= y <= 16.1, shape
