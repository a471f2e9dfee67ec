"""Measure what a reader meets on built pages: notes, heights, lines, words, weights, and times.

    python bench/reader.py [--json] [--smooth] [PAGE ...]

A page is the path of a built `index.html` or of its folder, or a URL. Without one, builds this
repository's site and measures its three example articles. `--smooth` measures instead how long
hovering a mark and stepping to the next note take on articles with 200 and 500 notes. Lengths are
in CSS pixels, in Debian's Chromium at 1280 by 800 unless the name says otherwise.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import generate  # noqa: E402

from explainer.build.options import BuildOptions  # noqa: E402
from explainer.build.pipeline import build_site  # noqa: E402
from tests.helpers import browser as browsers  # noqa: E402

SCRIPT = Path(__file__).with_suffix(".js")
EXAMPLES = ("kremlin-call", "gettysburg", "binary-search")
WIDE, PHONE, SHEET = (1280, 800), (390, 844), (794, 1123)
_ASSET = re.compile(r'<link rel=stylesheet href="([^"]+)|<script defer src="([^"]+)')
_PDF_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_TRIALS = 12
_CORNER = "e => { const r = e.getClientRects()[0]; return [r.x, r.y]; }"

Measured = dict[str, Any]
Take = Callable[[str], Any]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--smooth", action="store_true", help="measure times with many notes")
    parser.add_argument("pages", nargs="*", help="built pages; default: the example articles")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browsers.launched() as browser:
        if options.smooth:
            results = dict(smoothness(browser, Path(folder)))
        else:
            urls = [url_of(page) for page in options.pages] or examples(Path(folder))
            results = {url: measure(browser, url) for url in urls}
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=1))
    else:
        print_table(results)


def url_of(page: str) -> str:
    """Return the URL of a page given as a URL or a path."""
    if "://" in page:
        return page
    path = Path(page).resolve()
    return (path / "index.html" if path.is_dir() else path).as_uri()


def examples(folder: Path) -> list[str]:
    """Build this repository's site, and return the URLs of its example articles."""
    assert not build_site(ROOT, BuildOptions(output=folder / "site", future=True)).failed
    return [(folder / "site" / name / "index.html").as_uri() for name in EXAMPLES]


# --- one page ------------------------------------------------------------------------------------


def measure(browser: Any, url: str) -> Measured:
    """Return every measurement of a page, by name."""
    sentences = claims(url)
    with window(browser, url, WIDE) as (page, take):
        distances = take("distances()")
        seen, notes = take("onScreen()")
        article, apparatus = take("words()")
        printed = take(f"printed({json.dumps(sentences)})")
        share, styles = take("underlined()")
        errors = take("timeline()")
        found: Measured = {
            "distance, median": middle(distances, 0.5),
            "distance, 90th percentile": middle(distances, 0.9),
            "distance, max": middle(distances, 1),
            "notes on screen": f"{seen} of {notes}",
            "height at 1280": take("height()"),
            "a claim's sentence, times": f"{min(printed)}-{max(printed)}" if printed else "-",
            "words of apparatus per word": round(apparatus / article, 2),
            "lines on the first screen": take("firstLines()"),
            "references before punctuation": f"{take('early()')} of {notes}",
            "underlined, %": round(100 * share, 1),
            "styles of lines": ", ".join(styles),
            "timeline, error": middle(errors, 1),
            "tab stops": tab_stops(page),
        }
    with window(browser, url, PHONE) as (_, take):
        found["height at 390"] = take("height()")
        found["lines on the first screen at 390"] = take("firstLines()")
    with window(browser, url, SHEET) as (page, take):
        page.emulate_media(media="print")
        size, example = take("smallest()")
        found["smallest type in print"] = f"{size:.1f} pt ({example})"
        content = page.pdf(format="A4", prefer_css_page_size=True)
        found["sheets of A4"] = len(_PDF_PAGE.findall(content))
    return found | weights(url)


@contextmanager
def window(browser: Any, url: str, size: tuple[int, int]) -> Iterator[tuple[Any, Take]]:
    """Open a page, and yield it with a function that evaluates a measurement of `reader.js`."""
    with browsers.opened(browser, url, size[0], height=size[1]) as (page, _):
        script = SCRIPT.read_text(encoding="utf-8").rstrip().rstrip(";")
        page.evaluate(f"() => {{ window.reader = {script}; }}")
        page.wait_for_timeout(150)
        yield page, lambda call: page.evaluate(f"() => window.reader.{call}")


def middle(values: Sequence[float], share: float) -> float | str:
    """Return the value below which this share of the values is: 0.5 for the median."""
    if not values:
        return "-"
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 1)


def tab_stops(page: Any) -> int:
    """Press Tab until the focus comes back to where it began, and return how often."""
    page.evaluate("() => { document.activeElement?.blur(); window.stops = new Set(); }")
    for count in range(5000):
        page.keyboard.press("Tab")
        seen = """() => { const e = document.activeElement; const known = window.stops.has(e);
                  window.stops.add(e); return known || e === document.body; }"""
        if page.evaluate(seen):
            return count
    raise RuntimeError("the focus does not come back")


def read(url: str) -> bytes:
    with urlopen(url) as answer:  # files of a build, and pages on loopback
        return bytes(answer.read())


def claims(url: str) -> list[str]:
    """Return the sentences of the page's claims, from the annotations that are beside it."""
    if b"href=annotations.json" not in read(url):
        return []
    data = json.loads(read(urljoin(url, "annotations.json")))
    items = data["first"]["items"] if "first" in data else []
    return [a["body"][0]["value"] for a in items if a["motivation"] == "assessing"]


def weights(url: str) -> Measured:
    """Return the weights of a page, and of what it loads for screens, in KB of 1,024 bytes."""
    html = read(url)
    named = {a or b for a, b in _ASSET.findall(html.decode())}
    assets = [read(urljoin(url, name).partition("?")[0]) for name in sorted(named)]
    return {
        "HTML, KB": kilobytes([html]),
        "HTML, KB gzip": kilobytes([gzip.compress(html)]),
        "styles and scripts, KB gzip": kilobytes(map(gzip.compress, assets)),
    }


def kilobytes(contents: Iterable[bytes]) -> float:
    return round(sum(map(len, contents)) / 1024, 1)


# --- many notes ----------------------------------------------------------------------------------


def smoothness(browser: Any, folder: Path) -> Iterable[tuple[str, Measured]]:
    """Yield, by number of notes, how many milliseconds of work a hover and a key step cause."""
    for count in (200, 500):
        site = folder / str(count)
        generate.write_site(site, 1, words=count * 40, annotations=count)
        assert not build_site(site, BuildOptions(jobs=1)).failed
        url = (site / "_site/article-00000/index.html").as_uri()
        found: Measured = {}
        for width in (1280, 1680):
            with browsers.opened(browser, url, width) as (page, _):
                meter = page.context.new_cdp_session(page)
                meter.send("Performance.enable")
                found[f"hover at {width}, ms"] = round(hover(page, meter), 1)
                found[f"key step at {width}, ms"] = round(step(page, meter), 1)
        yield f"{count} notes", found


def hover(page: Any, meter: Any) -> float:
    """Move the pointer onto marks in the middle of an article. Return the median of the work."""
    marks = page.locator("mark")
    first = marks.count() // 2
    times = []
    for number in range(first, first + _TRIALS):
        marks.nth(number).scroll_into_view_if_needed()
        x, y = marks.nth(number).evaluate(_CORNER)
        page.mouse.move(2, 2)
        times.append(work(page, meter, partial(page.mouse.move, x + 3, y + 6)))
    return statistics.median(times)


def step(page: Any, meter: Any) -> float:
    """Press the key for the next note, and return the median of the work."""
    page.mouse.move(2, 2)
    times = [work(page, meter, lambda: page.keyboard.press("n")) for _ in range(_TRIALS)]
    return statistics.median(times)


def work(page: Any, meter: Any, act: Callable[[], None]) -> float:
    """Return how many milliseconds scripts, styles, and layout take because of an action."""

    def spent() -> float:
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        metrics = meter.send("Performance.getMetrics")["metrics"]
        names = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
        return 1000 * sum(m["value"] for m in metrics if m["name"] in names)

    before = spent()
    act()
    return spent() - before


def print_table(results: Mapping[str, Measured]) -> None:
    for title, found in results.items():
        print(title)
        for name, value in found.items():
            print(f"  {name:<36}{value}")


if __name__ == "__main__":
    main()
