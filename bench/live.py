"""Time the starts of `explainer serve`, and its saves without watching, sending, and painting.

    python bench/live.py [--articles 1000] [--saves 9]

Changes one article of many, updates the site in memory, and requests the article's page. Times are
CPU time of the process. The first save does not count, because it includes one-time work such as
compiling templates. A start is a new process that imports the program, reads the site, and renders
an article; its time includes that of its own processes. Before the first start there is no cache.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

from build import default_folder
from generate import write_site

from explainer.build.options import BuildOptions
from explainer.serve.live import LiveSite

ARTICLE = "article-00007"
Edit = Callable[[str, str, int], dict[str, str | None]]
"""Returns the new contents of files by name, None for no file, given the article's text, its
annotations, and a number."""


def in_text(old: str, new: str) -> Edit:
    return lambda text, _, n: {f"{ARTICLE}.md": replaced(text, old, new.format(n=n))}


def in_notes(old: str, new: str) -> Edit:
    def edit(_: str, notes: str, n: int) -> dict[str, str | None]:
        changed = new.format(n=n, rating=RATINGS[n % 2])
        return {f"{ARTICLE}.yaml": replaced(notes, old, changed)}

    return edit


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def without_a_claim(_: str, notes: str, n: int) -> dict[str, str | None]:
    start = notes.index("  - id: claim-3")
    return {f"{ARTICLE}.yaml": notes[:start] + notes[notes.index("  - id: claim-5") :]}


def with_another_article(text: str, notes: str, n: int) -> dict[str, str | None]:
    title = replaced(text, "title: ", f"title: Edit{n} ")
    return {f"new-{n:05}.md": title, f"new-{n:05}.yaml": notes}


def without_the_article(text: str, notes: str, n: int) -> dict[str, str | None]:
    return {f"{ARTICLE}.md": None, f"{ARTICLE}.yaml": None}


def renamed(text: str, notes: str, n: int) -> dict[str, str | None]:
    return {**without_the_article(text, notes, n), **with_another_article(text, notes, n)}


RATINGS = ("mixed", "disputed")
NEW_CLAIM = "  - {{id: new-{n}, claim: New., by: Speaker 3, rating: mixed, date: 2024-11-03}}"
EDITS: dict[str, Edit] = {
    "a word of the text": in_text("\n\n", "\n\nEdit{n} "),
    "the title": in_text("title: ", "title: Edit{n} "),
    "the date": in_text("date: 20", "date: 190{n} # 20"),
    "a topic": in_text("topics: [", "topics: [Topic 3, New {n}, "),
    "a rating": in_notes("rating: ", "rating: {rating} # "),
    "the title of a source": in_notes("title: The", "title: Edit{n}"),
    "a speaker": in_notes("by: Speaker", "by: New{n}"),
    "a new note": in_notes("notes:\n", "notes:\n  - {{note: Edit{n}.}}\n"),
    "a new claim": in_notes("claims:\n", f"claims:\n{NEW_CLAIM}\n"),
    "a removed claim": without_a_claim,
    "a new article": with_another_article,
    "a removed article": without_the_article,
    "a renamed article": renamed,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=9, help="of each kind")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where the site is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="explainer-bench-", dir=arguments.folder) as temporary:
        root = Path(temporary) / "site"
        write_site(root, arguments.articles)
        for name in ("first start", "later start"):
            print(f"{name:24}{start(root):10.2f} s of CPU")
        report(root, arguments.articles, arguments.saves)


START = f"""
import resource, sys
from pathlib import Path
from explainer.build.options import BuildOptions
from explainer.serve import lifespan
from explainer.serve.live import LiveSite
site = LiveSite(Path(sys.argv[1]), BuildOptions(drafts=True))
site.update(None)
assert site.answer("/{ARTICLE}/")
both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(sum(each.ru_utime + each.ru_stime for each in both))
site.close()
"""


def start(root: Path) -> float:
    """Start a server's site in a new process. Return the seconds of CPU until a page is there."""
    command = [sys.executable, "-c", START, str(root)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


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
    """Make an edit and take it back. Return the milliseconds of CPU of update and answer."""
    folder = root / "content"
    own = {f"{ARTICLE}{end}": (folder / f"{ARTICLE}{end}").read_text() for end in (".md", ".yaml")}
    files = EDITS[name](*own.values(), number)
    put(folder, files)
    update, _ = timed(lambda: site.update([folder / file for file in files]))
    pages = [file.removesuffix(".md") for file, text in files.items() if text] or ["article-00008"]
    answer, page = timed(lambda: site.answer(f"/{pages[0].removesuffix('.yaml')}/"))
    assert not [each for each in site.state.problems if each.severity == "error"]
    assert page
    before = {**dict.fromkeys(files), **own}
    put(folder, before)
    site.update([folder / file for file in before])
    return update, answer


def put(folder: Path, files: dict[str, str | None]) -> None:
    """Write files by name, or remove those without a text."""
    for name, text in files.items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text, encoding="utf-8")


def timed(work):
    """Call a function. Return the milliseconds of CPU that it took, and its result."""
    started = time.process_time()
    result = work()
    return 1000 * (time.process_time() - started), result


if __name__ == "__main__":
    main()
