"""Time a save under `explainer serve`, without watching, sending, and painting.

    python bench/live.py [--articles 1000] [--saves 20]

Changes one article of many, updates the site in memory, and requests the article's page. The first
save does not count, because it includes one-time work such as compiling templates.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from build import default_folder
from generate import write_site

from explainer.build.options import BuildOptions
from explainer.serve.live import LiveSite

EDITS = {
    "a word of the text": (".md", "\n\n", "\n\nEdit{n} "),
    "the title": (".md", "title: ", "title: Edit{n} "),
    "a rating": (".yaml", "rating: ", "rating: {rating} # "),
    "a new annotation": (".yaml", "notes:\n", "notes:\n  - {{note: Edit{n}.}}\n"),
}
RATINGS = ("mixed", "disputed")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=20, help="of each kind")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where the site is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="explainer-bench-", dir=arguments.folder) as temporary:
        root = Path(temporary) / "site"
        write_site(root, arguments.articles)
        report(root, arguments.articles, arguments.saves)


def report(root: Path, articles: int, saves: int) -> None:
    """Measure, and print the results."""
    site = LiveSite(root, BuildOptions(drafts=True))
    started = time.perf_counter()
    site.update(None)
    print(f"{articles} articles, first read in {time.perf_counter() - started:.2f} s\n")
    save(site, root, "the title", 0)
    print(f"{'':24}{'update':>18}{'answer':>18}{'together':>18}   ms: median, worst")
    for name in EDITS:
        times = [save(site, root, name, number) for number in range(1, saves + 1)]
        columns = [*zip(*times, strict=True), [sum(both) for both in times]]
        shown = (f"{median(each):10.1f}{max(each):8.1f}" for each in columns)
        print(f"{name:24}{''.join(shown)}")
    once: dict[str, list[float]] = defaultdict(list)
    for number in range(5):
        save(site, root, "a rating", number)
        for address in ("/", "/claims/", "/sources/", "/people/", "/topics/", "/feed.xml"):
            once[address].append(timed(lambda at=address: site.answer(at))[0])
    print("\nfirst request after a save, ms: median")
    for address, times in once.items():
        print(f"{address:24}{median(times):10.1f}")


def save(site: LiveSite, root: Path, name: str, number: int) -> tuple[float, float]:
    """Change an article and change it back. Return the milliseconds of update and answer."""
    ending, old, new = EDITS[name]
    path = root / "content" / f"article-00007{ending}"
    before = path.read_text(encoding="utf-8")
    edit = new.format(n=number, rating=RATINGS[number % 2])
    path.write_text(before.replace(old, edit, 1), encoding="utf-8")
    update, _ = timed(lambda: site.update([path]))
    answer, page = timed(lambda: site.answer("/article-00007/"))
    assert not site.state.problems, site.state.problems[:3]
    assert page
    assert ending == ".yaml" or f"Edit{number}".encode() in page.content
    path.write_text(before, encoding="utf-8")
    return update, answer


def timed(work):
    """Call a function. Return the milliseconds it took, and its result."""
    started = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - started), result


if __name__ == "__main__":
    main()
