"""Time how long it takes from saving an article until Chromium paints the new text.

    python bench/serve.py [--articles 1000] [--rounds 15] [--only explainer]

The clock starts before the file is written and stops after the frame that first shows the new text,
as seen by a script in the page. Each server runs a site in its own format with the same content.
All servers are measured in turn within one run, and the median counts.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build import default_folder
from generate import write_site
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.helpers import npm  # noqa: E402

ELEVENTY = "3.1.8"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 60

# Runs in every page from the start, and reports when a frame with a new marker has been painted. A
# frame's callbacks run before it is painted; a task that they post runs after.
EYES = """
let last = sessionStorage.bench ?? "";
const look = () => {
  const found = document.body?.textContent.match(/zq\\d+zq/)?.[0];
  if (found && found !== last) {
    sessionStorage.bench = last = found;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => painted(found, Date.now());
      port2.postMessage(null);
    });
  }
};
const all = { subtree: true, childList: true, characterData: true };
new MutationObserver(look).observe(document, all);
"""


@dataclass(frozen=True)
class Server:
    """A server to measure."""

    name: str
    write: Callable[[Path, Path], None]
    """Writes the content of our site (first folder) as a site in the server's format (second)."""
    command: Callable[[Path, int], list[str]]
    """The command line that serves a site on a port."""
    article: Callable[[Path, str], Path]
    """The file of an article in the server's site, by the article's name."""
    address: str = "/{}/"
    """The address of an article, with a placeholder for its name."""
    program: str | None = None
    """The program that must be installed; None for explainer itself."""


def copied(ours: Path, theirs: Path) -> None:
    shutil.copytree(ours, theirs)


def plain(ours: Path, theirs: Path, rename: Callable[[Path], Path]) -> None:
    """Write the same texts with only a title as front matter: other generators have no notes."""
    for file in sorted((ours / "content").rglob("*.md")):
        _, front, text = file.read_text(encoding="utf-8").split("---\n", 2)
        title = re.search(r"^title: *(.+)$", front, re.MULTILINE)
        name = json.dumps(title[1].strip("\"'") if title else file.stem, ensure_ascii=False)
        place = theirs / "content" / rename(file.relative_to(ours / "content"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"---\ntitle: {name}\n---\n{text}", encoding="utf-8")
    for file in (ours / "content").rglob("*.svg"):
        shutil.copy(file, theirs / "content" / file.relative_to(ours / "content"))


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{content}</body></html>
"""
LIST = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>All</title></head><body><ul>
{{ range .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}
</ul></body></html>
"""


def hugo(ours: Path, theirs: Path) -> None:
    """Write a Hugo site with a page for each article and a list of all."""
    plain(ours, theirs, lambda file: Path("_index.md") if str(file) == "index.md" else file)
    layouts = theirs / "layouts/_default"
    layouts.mkdir(parents=True)
    page = PAGE.format(title="{{ .Title }}", content="{{ .Content }}")
    (layouts / "single.html").write_text(page, encoding="utf-8")
    (layouts / "list.html").write_text(LIST, encoding="utf-8")
    settings = 'baseURL = "http://localhost/"\ntitle = "Benchmark"\n'
    settings += 'disableKinds = ["taxonomy", "term"]\n'
    (theirs / "config.toml").write_text(settings, encoding="utf-8")


def eleventy(ours: Path, theirs: Path) -> None:
    """Write an Eleventy site with a page for each article and a list of all."""
    plain(ours, theirs, lambda file: file)
    content = theirs / "content"
    (content / "_includes").mkdir()
    page = PAGE.format(title="{{ title }}", content="{{ content | safe }}")
    (content / "_includes/page.njk").write_text(page, encoding="utf-8")
    (content / "content.json").write_text('{"layout": "page.njk"}', encoding="utf-8")
    (content / "all.njk").write_text(
        "---\ntitle: All\npermalink: /all/\n---\n<ul>{% for each in collections.all %}"
        '<li><a href="{{ each.url }}">{{ each.data.title }}</a></li>{% endfor %}</ul>\n',
        encoding="utf-8",
    )
    settings = 'export default () => ({dir: {input: "content"}, markdownTemplateEngine: false});\n'
    (theirs / "eleventy.config.mjs").write_text(settings, encoding="utf-8")


SERVERS = [
    Server(
        "explainer",
        copied,
        lambda site, port: [
            *(sys.executable, "-m", "explainer", "--site", str(site)),
            *("serve", "--port", str(port), "--future"),
        ],
        lambda site, name: site / "content" / f"{name}.md",
    ),
    Server(
        "Hugo",
        hugo,
        lambda site, port: [
            *("hugo", "server", "--source", str(site), "--port", str(port), "--quiet"),
            *("--bind", "127.0.0.1"),
        ],
        lambda site, name: site / "content" / f"{name}.md",
        program="hugo",
    ),
    Server(
        "Eleventy",
        eleventy,
        lambda site, port: [
            *("node", str(npm.package("@11ty/eleventy", ELEVENTY) / "cmd.cjs"), "--serve"),
            *("--incremental", "--quiet", f"--port={port}"),
        ],
        lambda site, name: site / "content" / f"{name}.md",
        program="node",
    ),
]
"""The rows of the table. To add a server, describe how its site is written, served, and edited."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--folder", type=Path, default=default_folder(), help="where to put the sites"
    )
    parser.add_argument("--only", action="append", help="a server's name")
    arguments = parser.parse_args()
    servers = [
        server
        for server in SERVERS
        if (not arguments.only or server.name in arguments.only)
        and (server.program is None or shutil.which(server.program))
    ]
    with tempfile.TemporaryDirectory(prefix="explainer-serve-", dir=arguments.folder) as folder:
        own, many = Path(folder, "own"), Path(folder, "many")
        own.mkdir()
        shutil.copytree(ROOT / "content", own / "content")
        shutil.copy(ROOT / "site.toml", own)
        write_site(many, arguments.articles)
        sites = {"this repository's site": (own, "gettysburg")}
        name = f"article-{arguments.articles // 2:05}"
        sites[f"{arguments.articles} articles"] = (many, name)
        with browser() as chromium:
            for title, (site, article) in sites.items():
                print(f"\n{title}: from saving `{article}.md` to painted, milliseconds")
                print(f"{'':14}{'median':>8}{'least':>8}{'most':>8}{'ratio':>8}")
                first = 0.0
                for server in servers:
                    theirs = Path(folder, f"{server.name}-{site.name}")
                    server.write(site, theirs)
                    times = measure(server, theirs, article, arguments.rounds, chromium)
                    median = statistics.median(times)
                    first = first or median
                    print(
                        f"{server.name:14}{median:8.0f}{min(times):8.0f}{max(times):8.0f}"
                        f"{median / first:8.2f}"
                    )


@contextmanager
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield chromium
        chromium.close()


def measure(server: Server, site: Path, name: str, rounds: int, chromium: Any) -> list[float]:
    """Save an article `rounds` times. Return the milliseconds until each change was painted."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        server.command(site, port),
        cwd=site if server.program else ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}{server.address.format(name)}"
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    try:
        wait_until(lambda: answers(url))
        seen: dict[str, float] = {}
        page = context.new_page()
        page.expose_function("painted", lambda marker, at: seen.setdefault(marker, at))
        page.add_init_script(EYES)
        page.goto(url)
        page.wait_for_timeout(1500)
        file = server.article(site, name)
        text = file.read_text(encoding="utf-8")
        # At the end of the first paragraph of prose.
        place = re.compile(r"\n\n[A-Z][^\n]*(?:\n[^\n]+)*").search(text).end()
        times = []
        for number in range(rounds + 2):
            marker = f"zq{number}zq"
            changed = f"{text[:place]} {marker}{text[place:]}"
            started = time.time() * 1000
            file.write_text(changed, encoding="utf-8")
            wait_until(lambda marker=marker: marker in seen or page.wait_for_timeout(5))
            times.append(seen[marker] - started)
            page.wait_for_timeout(700)
        return times[2:]  # the first two warm up the browser and the server
    finally:
        context.close()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_until(done: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the server did not respond in time")
        time.sleep(0.002)


if __name__ == "__main__":
    main()
