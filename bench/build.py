"""Time a build, compared with bare markdown-it-py on the same texts.

    python bench/build.py [--articles 1000] [--rounds 3]

Times on a shared machine are noisy, so the two are measured in turns, and the best time of each
counts. Only the ratio is comparable between machines.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from generate import write_site

STAGES = {
    "read files": ["explainer.site.load:load"],
    "front matter, addresses": ["explainer.site.routes:assign_addresses"],
    "annotation files (YAML, validation)": [
        "explainer.parse.annotations:read_annotations",
        "explainer.parse.references:within",
        "explainer.parse.references:against",
    ],
    "Markdown to tokens": ["explainer.markdown.parser:Parser.parse_with_marks"],
    "links, ids, and markup of articles": ["explainer.article.texts:TextRenderer.resolve_body"],
    "anchoring": ["explainer.article.make:place_annotations"],
    "merging, notes to HTML": ["explainer.article.make:merge"],
    "marks, tokens to HTML": [
        "explainer.anchor.mark:apply",
        "explainer.markdown.parser:Parser.render",
    ],
    "the rest of articles": ["explainer.article.make:make_article"],
    "site index": ["explainer.site.index:index"],
    "compiling templates": ["jinja2:Environment.compile"],
    "articles: pages": ["explainer.render.pages:article_page"],
    "articles: JSON-LD, annotations.json": [
        "explainer.render.pages:article_script",
        "explainer.render.pages:claim_script",
        "explainer.render.linked_data:annotations_file",
    ],
    "claims: pages": ["explainer.render.pages:claim_page"],
    "lists, feeds, and other files": ["explainer.build.pages:_make_site"],
    "cards": ["explainer.render.cards:Cards.can_draw", "explainer.render.cards:Cards.png"],
    "search": ["explainer.output.search:index"],
    "writing": [
        "explainer.output.stage:StageWriter.put",
        "explainer.output.staging:Staging.commit",
    ],
    "what later runs use": [
        "explainer.build.store:pack_face",
        "explainer.build.hashes:digest",
        "explainer.build.kept_pages:KeptPages.save",
        "explainer.site.kept:keep",
        "explainer.parse.json_schema:write_schemas",
    ],
}
"""By stage: the functions whose time counts, without that of others in them. Every function must be
looked up where it is called from."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where the site is")
    workers = ["bare", "build", "stages", "plain_stages"]
    parser.add_argument("--worker", choices=workers, help=argparse.SUPPRESS)
    parser.add_argument("--site", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(globals()[f"work_{arguments.worker}"](arguments.site, arguments.jobs)))
        return
    with tempfile.TemporaryDirectory(prefix="explainer-bench-", dir=arguments.folder) as temporary:
        print(f"in {arguments.folder}")
        site = Path(temporary) / "site"
        write_site(site, arguments.articles)
        report(site, arguments.articles, arguments.rounds)


def default_folder() -> Path:
    """Return a folder in memory if there is one, so that the disk does not affect the times."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else Path(tempfile.gettempdir())


def report(site: Path, articles: int, rounds: int) -> None:
    """Measure in turns, and print the results."""
    bare, single, parallel = [], [], []
    result = {}
    for _ in range(rounds):
        bare.append(run("bare", site)["seconds"])
        result = run("build", site)
        single.append(result["seconds"])
        parallel.append(run("build", site, jobs=2)["seconds"])
    print(f"{articles} articles, {result['words'] // articles} words each")
    print(f"{result['annotations']} annotations, {result['pages']} pages\n")
    print(f"bare markdown-it-py        {min(bare):7.2f} s")
    print(f"explainer, one process     {min(single):7.2f} s", end="")
    print(f"   {1000 * min(single) / result['pages']:.2f} ms a page", end="")
    print(f"   {1000 * min(single) / articles:.2f} ms an article")
    print(f"explainer, two processes   {min(parallel):7.2f} s")
    print(f"peak memory, one process   {result['memory'] / 1024:7.0f} MiB")
    print(f"\nratio to bare markdown-it-py: {min(single) / min(bare):.2f}  (aim: under 2.0)\n")
    report_stages(site, articles)


def report_stages(site: Path, articles: int) -> None:
    """Print how long each stage of a cold build with one process takes, plain and with all."""
    for worker, what in (("plain_stages", "without cards and search"), ("stages", "with all")):
        stages = run(worker, site)
        total = stages.pop("all")
        stages["everything else"] = total - sum(stages.values())
        print(f"\n{articles} articles {what}, one process, {total:.2f} CPU seconds")
        print("milliseconds an article:")
        for name, seconds in stages.items():
            if seconds:
                print(f"{1000 * seconds / articles:8.2f}  {100 * seconds / total:5.1f} %  {name}")


def run(worker: str, site: Path, jobs: int = 1) -> dict[str, float]:
    """Measure in a separate process, so that caches are cold and memory is counted separately."""
    shutil.rmtree(site / ".explainer", ignore_errors=True)
    command = [sys.executable, __file__, "--worker", worker, "--site", str(site)]
    done = subprocess.run(
        [*command, "--jobs", str(jobs)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def work_bare(site: Path, jobs: int) -> dict[str, float]:
    from markdown_it import MarkdownIt

    texts = [path.read_text(encoding="utf-8") for path in sorted(site.glob("content/*.md"))]
    md = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    started = time.perf_counter()
    for text in texts:
        md.render(text)
    return {"seconds": time.perf_counter() - started}


def work_build(site: Path, jobs: int, *, plain: bool = False) -> dict[str, float]:
    from explainer.build.options import BuildOptions
    from explainer.build.pipeline import build_site

    with tempfile.TemporaryDirectory(dir=site.parent) as output:
        started = time.perf_counter()
        options = BuildOptions(
            output=Path(output) / "out", jobs=jobs, cards=not plain, search=not plain
        )
        built = build_site(site, options)
        seconds = time.perf_counter() - started
    assert not built.failed, built.problems[:3]
    texts = [path.read_text(encoding="utf-8") for path in site.glob("content/*.md")]
    return {
        "seconds": seconds,
        "pages": built.pages,
        "annotations": built.annotations,
        "words": sum(len(text.split()) for text in texts),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def work_plain_stages(site: Path, jobs: int) -> dict[str, float]:
    return work_stages(site, jobs, plain=True)


def work_stages(site: Path, jobs: int, *, plain: bool = False) -> dict[str, float]:
    """Time each stage, in CPU seconds, by wrapping its functions.

    A nested stage is not counted in the outer one.
    """
    spent: Counter[str] = Counter()
    running: list[str] = []
    last = time.process_time()

    @contextlib.contextmanager
    def counted(name: str) -> Iterator[None]:
        nonlocal last
        now = time.process_time()
        if running:
            spent[running[-1]] += now - last
        running.append(name)
        last = now
        try:
            yield
        finally:
            now = time.process_time()
            spent[running.pop()] += now - last
            last = now

    def wrapped(name: str, function: Callable) -> Callable:
        @functools.wraps(function)
        def inner(*args, **kwargs):
            with counted(name):
                return function(*args, **kwargs)

        return inner

    import importlib

    for name, places in STAGES.items():
        for place in places:
            module, _, path = place.partition(":")
            owner = importlib.import_module(module)
            *outer, last_name = path.split(".")
            for part in outer:
                owner = getattr(owner, part)
            setattr(owner, last_name, wrapped(name, getattr(owner, last_name)))
    started = time.process_time()
    work_build(site, 1, plain=plain)
    return {"all": time.process_time() - started, **{name: spent[name] for name in STAGES}}


if __name__ == "__main__":
    main()
