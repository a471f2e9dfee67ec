"""Timelines: an article's dates, their positions on the axis, and the drawing."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.language.words import words_of
from explainer.model.annotations import Source
from explainer.model.article import Article, ClaimView, SourceView
from explainer.model.front_matter import Original
from explainer.model.location import Location
from explainer.model.scalars import PartialDate
from explainer.render.timeline import NARROW, WIDE, Label, Timeline, first_day, span, timeline
from tests.helpers.articles import RATINGS, Maker, build, day, plain, rich

ENGLISH = words_of("en").date
CHROMIUM = shutil.which("chromium")


def article(*claims: Sequence[Any], **front: Any) -> Article:
    """Return an article with claims: the date, rating, date of check, and history of each."""
    m = Maker()
    made = []
    for number, (date, *more) in enumerate(claims):
        rating, checked, history = (*more, *("disputed", None, ())[len(more) :])
        m.claim(f"c{number}", f"Claim {number}.", rating, history=[(*h, "") for h in history])
        claim = m.annotations.pop()
        assert isinstance(claim, ClaimView)
        date, checked = (day(d) if d else None for d in (date, checked))
        made.append(replace(claim, number=number + 1, date=date, checked=checked))
    m.annotations += made
    return m.article(**{"date": None, **front})


def on(*dates: str) -> Timeline:
    found = timeline(article(*([date] for date in dates)), ENGLISH)
    assert found
    return found


def places(found: Timeline) -> dict[str, float]:
    return {moment.date: moment.position for moment in found.moments}


# --- moments -------------------------------------------------------------------------------------


def test_everything_has_its_date() -> None:
    found = timeline(rich(), ENGLISH)
    assert found
    assert [
        (
            moment.date,
            [claim.id for claim in moment.claims],
            [source.id for source in moment.sources],
            [
                (rated.was and rated.was.id, rated.now.id, [c.id for c in rated.claims])
                for rated in moment.rated
            ],
            [n for n in ("original", "published", "corrected") if getattr(moment, n)],
        )
        for moment in found.moments
    ] == [
        ("2024", [], ["transcript"], [], []),
        ("2024-11", [], ["moscow-times"], [], []),
        ("2024-11-10", ["call-happened", "no-call", "half"], ["post", "reuters"], [], []),
        ("2024-11-11", [], [], [(None, "unverified", ["call-happened"])], []),
        ("2024-11-12", [], [], [], ["original"]),
        ("2024-11-20", [], [], [], ["published"]),
        ("2025-01-02", [], [], [], ["corrected"]),
        (
            "2025-02-10",
            [],
            [],
            [
                ("unverified", "disputed", ["call-happened"]),
                (None, "disputed", ["no-call"]),
                (None, "mixed", ["half"]),
            ],
            [],
        ),
    ]


def ratings(*claim: Any) -> list[tuple[str, str | None, str]]:
    found = timeline(article(claim, ["2020-01-01"], ["2020-01-02"]), ENGLISH)
    assert found
    return [(m.date, r.was and r.was.id, r.now.id) for m in found.moments for r in m.rated]


def test_ratings_are_shown_when_they_change() -> None:
    history = (("2024-01", "unverified"), ("2024-02", "unverified"), ("2024-03", "mixed"))
    assert ratings("2024", "true", "2024-05-01", history) == [
        ("2024-01", None, "unverified"),
        ("2024-03", "unverified", "mixed"),
        ("2024-05-01", "mixed", "true"),
    ]
    # Checked again, with the same result.
    assert ratings("2024", "mixed", "2024-05-01", history)[1:] == [
        ("2024-03", "unverified", "mixed")
    ]
    # There is no date for the change.
    assert ratings("2024", "true", None, history)[1:] == [("2024-03", "unverified", "mixed")]
    assert ratings("2024", "true", "2024-02-01", history)[1:] == [
        ("2024-03", "unverified", "mixed")
    ]
    # “Not rated” is not shown, unless there was a rating before.
    assert ratings("2024", "opinion", "2024-05-01") == []
    assert ratings("2024", "opinion", "2024-05-01", (("2024-01", "mixed"),))[1:] == [
        ("2024-05-01", "mixed", "opinion")
    ]


def test_no_timeline_without_enough_dates() -> None:
    for claims in (
        [],
        [["2024"], ["2025"]],
        [["2024-01-01"]] * 5,
        [["2024"], ["2024-01"], ["2024-01-01"]],  # all of these may be the same day
    ):
        assert timeline(article(*claims), ENGLISH) is None
    # The publication of the page itself does not count.
    assert timeline(article(["2024"], ["2025"], date=day("2026")), ENGLISH) is None
    assert timeline(article(["2024"], ["2025"], ["2025"]), ENGLISH)
    original = Original(date=day("1863-11-19"))
    assert timeline(article(["2024"], ["2025"], original=original), ENGLISH)


# --- the axis ------------------------------------------------------------------------------------


def test_lengths_are_kept_where_nothing_is_cut() -> None:
    found = on("1863-11-19", "1906", "2026-11-20")
    assert found.cuts == ()
    assert places(found)["1906"] == pytest.approx(27, abs=2)  # 42 years of 163


def test_a_long_empty_interval_is_cut() -> None:
    found = on("1863-11-19", "2024-11-07", "2024-11-10", "2024-11-11", "2026-02-01")
    assert [(cut.after, cut.before) for cut in found.cuts] == [
        ("1863-11-19", "2024-11-07"),
        ("2024-11-11", "2026-02-01"),
    ]
    first, *week, last = places(found).values()
    assert (first, last) == (0, 100)
    assert week[0] < 30
    assert week[2] > 70
    assert week[1] - week[0] > 2 * (week[2] - week[1])


def test_a_partial_date_comes_before_the_days_in_it() -> None:
    found = on("2024-11-02", "2024-11", "2024", "2024-12", "2024-01-01")
    assert list(places(found)) == ["2024", "2024-01-01", "2024-11", "2024-11-02", "2024-12"]
    assert places(found)["2024"] == places(found)["2024-01-01"]
    year, _, november, second, december = found.moments
    assert year.until == 100
    assert second.position < november.until <= december.position
    assert second.until == second.position


def partial(draw: Any) -> PartialDate:
    date = draw(st.dates()).isoformat()
    return PartialDate(date[: draw(st.sampled_from((4, 7, 10, 10, 10)))])


near = st.dates(
    min_value=datetime.date(2024, 11, 1),
    max_value=datetime.date(2024, 12, 31),
).map(lambda date: PartialDate(date.isoformat()))
dates = st.lists(st.composite(partial)() | near, min_size=3, max_size=60)
WRITERS = [
    words_of("en").date,
    lambda date: "١٠ نوفمبر " + date,
    lambda date: "二〇二四年" + date,
]


@given(dates, st.sampled_from(WRITERS))
def test_positions_are_in_order_and_labels_do_not_touch(
    found: list[PartialDate], write: Any
) -> None:
    made = timeline(article(*([date] for date in found)), write)
    if made is None:
        assert len({(*date.parts, 1, 1)[:3] for date in found}) == 1
        return
    assert [moment.date for moment in made.moments] == sorted(set(found))
    positions = [moment.position for moment in made.moments]
    assert positions == sorted(positions)
    assert positions[0] == 0
    assert positions[-1] == pytest.approx(100, abs=0.1)
    assert max(positions) <= 100
    for moment in made.moments:
        assert moment.position <= moment.until <= 100
    for cut in made.cuts:
        assert places(made)[cut.after] < cut.position < places(made)[cut.before]
    for labels, axis in ((made.narrow, NARROW), (made.wide, WIDE)):
        assert_apart(labels, axis)
        assert {label.position for label in labels} <= set(positions)
    assert made.height > made.axis > max(lane.y for lane in made.lanes)
    for lane in made.lanes:
        assert all(lane.name_y < mark.y < lane.y for mark in lane.marks)


def assert_apart(labels: Sequence[Label], axis: float) -> None:
    spans = [span(label, axis) for label in labels]
    assert all(start >= 0 and end <= axis for start, end in spans)
    for (_, end), (start, _) in pairwise(spans):
        assert end < start


@given(dates)
def test_a_day_has_the_same_width_everywhere_but_in_cuts(found: list[PartialDate]) -> None:
    made = timeline(article(*([date] for date in found)), ENGLISH)
    if made is None:
        return
    cut = {(each.after, each.before) for each in made.cuts}
    widths = {
        days: made_b.position - made_a.position
        for made_a, made_b in pairwise(made.moments)
        if (made_a.date, made_b.date) not in cut
        and (days := first_day(made_b.date) - first_day(made_a.date))
    }
    by_day = sum(widths.values()) / sum(widths)
    for days, width in widths.items():
        assert width == pytest.approx(days * by_day, abs=0.02)  # positions have two decimals


def test_marks_that_would_touch_are_above_each_other() -> None:
    found = on("2020-01-01", "2020-01-02", "2020-01-03", "2020-06-01", "2021-01-01", "2022-01-01")
    (lane,) = found.lanes
    heights = [lane.y - mark.y for mark in lane.marks]
    assert heights == [9, 22, 35, 9, 9, 9]
    # The next free row is taken, not a new one.
    days = ("01-01", "01-03", "01-09", "01-10", "02-05", "03-01")
    (lane,) = on(*(f"2020-{day}" for day in days)).lanes
    assert [lane.y - mark.y for mark in lane.marks] == [9, 22, 9, 22, 9, 9]


def test_labels_are_as_coarse_as_distinguishes_the_ends() -> None:
    def texts(found: Timeline) -> list[list[str]]:
        return [[label.text for label in labels] for labels in (found.narrow, found.wide)]

    assert texts(on("1863-11-19", "1906", "2026-11-20")) == [
        ["1863", "1906", "2026"],
        ["November 1863", "1906", "November 2026"],
    ]
    assert texts(on("2024-10-07", "2024-10-09", "2024-11-20")) == [
        ["October 2024", "November 2024"],
        ["7\u00a0October 2024", "9\u00a0October 2024", "20\u00a0November 2024"],
    ]
    assert texts(on("2024-11-07", "2024-11-09", "2024-11-20"))[0] == [
        "7\u00a0November 2024",
        "20\u00a0November 2024",
    ]


def test_dates_that_begin_on_the_same_day_share_a_stack() -> None:
    found = on("2024", "2024-01", "2024-01-01", "2024-03", "2024-03-01", "2024-12-31")
    (lane,) = found.lanes
    stacks = [mark.position for mark in lane.marks]
    assert [stacks.count(at) for at in sorted(set(stacks))] == [3, 2, 1]
    assert len({(mark.position, mark.y) for mark in lane.marks}) == 6
    assert lane.spans == ((0.0, 100.0),), "the year contains its months"


def test_ranges_that_do_not_touch_stay_apart() -> None:
    (lane,) = on("2024-02", "2024-02-10", "2024-06", "2024-06-20", "2024-12-01").lanes
    (february, end), (june, last) = lane.spans
    assert february < end < june < last


def test_a_high_stack_ends_with_a_number() -> None:
    def marks(*dates: str) -> list[tuple[str, int]]:
        (lane,) = on(*dates).lanes
        return [(mark.rating.id if mark.rating else "", mark.more) for mark in lane.marks]

    assert marks(*["2024-11-10"] * 8, "2024-11-12") == [("disputed", 0)] * 9
    assert marks(*["2024-11-10"] * 11, "2024-11-12") == [
        *[("disputed", 0)] * 7,
        ("", 4),
        ("disputed", 0),
    ]


# --- on the page ---------------------------------------------------------------------------------


def test_time_runs_in_the_direction_of_the_text() -> None:
    ltr = build(rich())["kremlin-call/index.html"]
    rtl = build(replace(rich(), language="he"))["kremlin-call/index.html"]
    ours = '<circle cx="{}"'
    assert ours.format("0%") in ltr
    assert ours.format("0%") not in rtl
    assert ours.format("100%") in rtl
    assert 'class="timeline"' not in build(plain())["about/index.html"]


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


DRAWN = """() => {
  const svg = document.querySelector('.timeline > svg').getBoundingClientRect();
  const box = e => { const b = e.getBoundingClientRect(); return [b.left, b.right, b.top]; };
  const all = s => [...document.querySelectorAll('.timeline > svg ' + s)].map(box)
    .filter(b => b[1] > b[0]);
  const labels = all('.axis text'), marks = all('use:not(.axis *), circle');
  return {svg: [svg.left, svg.right], labels, marks, rest: all('text'),
    page: [document.documentElement.scrollWidth, innerWidth]};
}"""


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 390, 700, 1280, 1680])
def test_marks_and_labels_neither_overlap_nor_overflow(
    browser: Any, tmp_path: Path, language: str, width: int
) -> None:
    busy = [
        *([f"2024-1{n % 2}-{n + 5:02}", "disputed", "2025-02-10"] for n in range(12)),
        *(["1863-11-19"], ["1906"], ["2024-10-08"], ["2024"], ["2026-11-20", "true"]),
    ]
    made = replace(article(*busy, date=day("2026-11-20")), address="/a/", language=language)
    for path, text in build(made, aliases={}, url=None).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto((tmp_path / "a/index.html").as_uri())
    seen = tab.evaluate(DRAWN)
    tab.close()
    left, right = seen["svg"]
    assert seen["page"][0] <= seen["page"][1]
    assert len(seen["labels"]) >= (2 if width < 640 else 3)
    for start, end, _ in seen["labels"]:
        assert left - 0.5 <= start < end <= right + 0.5
    for (_, end, _), (start, _, _) in pairwise(sorted(seen["labels"])):
        assert end + 4 <= start
    assert len(seen["marks"]) > 15
    for start, end, _ in seen["marks"]:  # half a mark extends beyond each end
        assert left - 7 <= start < end <= right + 7
        assert end - start < 13
    by_row: dict[float, list[tuple[float, float]]] = {}
    for start, end, top in seen["marks"]:
        by_row.setdefault(round(top), []).append((start, end))
    if width > 390:
        for row in by_row.values():
            for (_, end), (start, _) in pairwise(sorted(row)):
                assert start > end - 1


PLACED = """() => {
  const svg = document.querySelector('.timeline > svg'), frame = svg.getBoundingClientRect();
  const rtl = getComputedStyle(svg).direction === 'rtl';
  const anchors = {start: rtl ? 1 : 0, middle: 0.5, end: rtl ? 0 : 1};
  const all = selector => [...svg.querySelectorAll(selector)]
    .map(e => [e, e.getBoundingClientRect()]).filter(([, b]) => b.width);
  const x = (selector, share = () => 0.5) => all(selector)
    .map(([e, b]) => (b.left + share(e) * b.width - frame.left) / frame.width * 100);
  const marks = 'use:not(.axis *), circle, text[text-anchor]:not(.axis text)';
  return {
    width: frame.width,
    marks: x(marks),
    heights: all(marks).map(([, b]) => b.top + b.height / 2 - frame.top),
    starts: x('.span', () => anchors.start),
    ends: x('.span', () => anchors.end),
    cuts: x('.axis use'),
    ticks: x('.axis rect[x]'),
    labels: x('.axis text', e => anchors[e.getAttribute('text-anchor') ?? 'middle']),
    texts: all('.axis text').map(([e]) => e.textContent),
  };
}"""
"""Places of what is drawn, in percent of the axis, and the marks' heights in pixels."""

DATES = {
    "days": [f"2024-11-{n:02}" for n in range(1, 12)],
    "months": ["2023-02", "2023-03", "2023-11", "2024-01", "2024-10"],
    "years": ["1950", "1951", "1960", "1975", "1999", "2000"],
    "each precision": ["2024", "2024-03", "2024-03-05", "2024-09", "2025", "2025-12-31"],
    "centuries apart": ["1863-11-19", "1863-11-20", "1906", "2024-10-08", "2024-11", "2026-11-20"],
    "ends of the calendar": ["0001", "0001-01-02", "1066-10-14", "2024", "9999-12", "9999-12-31"],
    "two": ["1999-12-31", "2000-01-01", "2000-01-01"],
    "many on one day": [*["2024-11-10"] * 9, "2024-11-12", "2024-11-20"],
}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280, 1680])
def test_marks_are_drawn_at_the_places_of_their_dates(
    browser: Any, tmp_path: Path, language: str, width: int
) -> None:
    """Each mark's center is at most 3 pixels from its date's place; so are ticks and labels."""
    tab = browser.new_page(viewport={"width": width, "height": 900})
    ratings = [*RATINGS]
    for name, dates in DATES.items():
        claims = [[d, ratings[n % len(ratings)]] for n, d in enumerate(dates)]
        made = replace(article(*claims), address="/a/", language=language)
        made = replace(made, sources=sources_on(dates[::2]))
        found = timeline(made, words_of(language).date)
        assert found
        for path, text in build(made, aliases={}, url=None).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        tab.goto((tmp_path / "a/index.html").as_uri())
        seen = tab.evaluate(PLACED)
        spans = [each for lane in found.lanes for each in lane.spans]
        marks = [mark for lane in found.lanes for mark in lane.marks]
        labels = found.narrow if width < 640 else found.wide
        if name == "days":  # equal intervals: the place follows from the date alone
            assert [mark.position for mark in marks[: len(dates)]] == [10 * n for n in range(11)]
        expected = {
            "marks": [mark.position for mark in marks],
            "starts": [start for start, _ in spans],
            "ends": [end for _, end in spans],
            "ticks": [label.position for label in labels],
            "labels": [label.position for label in labels],
            "cuts": [cut.position for cut in found.cuts],
        }
        for what, places_ in expected.items():
            drawn = [100 - x if language == "ar" else x for x in seen[what]]
            limit = 3 / seen["width"] * 100
            assert drawn == pytest.approx(places_, abs=limit), (name, what)
        assert seen["heights"] == pytest.approx([mark.y for mark in marks], abs=3), name
        assert seen["texts"] == [label.text for label in labels]
    tab.close()


def sources_on(dates: Iterable[str]) -> tuple[SourceView, ...]:
    """Return sources that were published on these dates."""
    return tuple(
        SourceView(
            n, f"s{n}", Source(title=f"Source {n}", date=day(date)), (), (), Location("a.yaml")
        )
        for n, date in enumerate(dates, 1)
    )


def test_articles_with_one_date_have_no_timeline() -> None:
    for dates in (["2024-11-10"] * 9, ["2024", "2024-01", "2024-01-01"]):
        assert timeline(article(*([date] for date in dates)), ENGLISH) is None
