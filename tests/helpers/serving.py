"""Helpers for the tests of `serve`: a site served by a separate process, as users start it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.helpers import folders

PATIENCE = 20
"""The seconds to wait for something before the test fails."""

WORDS = "The quick brown fox jumps over the lazy dog and the river runs to the sea. "
PARAGRAPHS = "\n\n".join(f"Paragraph {n}. {WORDS * 3}" for n in range(1, 41))
ARTICLE = f"---\ntitle: A long read\ndate: 2024-01-02\n---\n\n{PARAGRAPHS}\n"
NOTES = """\
notes:
  - id: twelve
    quote: Paragraph 12
    note: A note about the twelfth.
  - id: twenty
    quote: Paragraph 20
    note: A note about the twentieth.
"""
FILES = {
    "site.toml": 'title = "Served"\nurl = "https://example.org/repo/"\n',
    "content/long.md": ARTICLE,
    "content/long.yaml": NOTES,
    "content/other.md": "---\ntitle: Another\ndate: 2024-01-03\n---\n\nShort.\n",
    "static/custom.css": "h1 { letter-spacing: 1px; }\n",
    "static/pixel.gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01"
    b"\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
}


def wait_for(what: Callable[[], object], words: str = "it never happened") -> None:
    """Wait until a function returns something true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, words
        time.sleep(0.01)


@dataclass
class Served:
    """A site that is served by a separate process."""

    folder: Path
    process: subprocess.Popen[str]
    url: str = ""
    """The URL of the site, including the base path."""
    lines: list[str] = field(default_factory=list)
    """The lines of its standard output and standard error."""

    @property
    def port(self) -> int:
        return int(re.search(r":(\d+)/", self.url)[1])

    @property
    def updates(self) -> list[str]:
        """The lines that report updates."""
        return [line for line in self.lines if re.match(r"\d\d:\d\d:\d\d ", line)]

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def reset(self) -> None:
        """Restore the site's files if they have changed."""
        for path, content in FILES.items():
            content = content.encode() if isinstance(content, str) else content
            if not (self.folder / path).exists() or (self.folder / path).read_bytes() != content:
                before, end = len(self.updates), time.monotonic() + 2
                (self.folder / path).write_bytes(content)
                # If the server did not see the change, it does not report its undoing either.
                wait_for(
                    lambda before=before, end=end: (
                        len(self.updates) > before or time.monotonic() > end
                    )
                )

    def end(self, number: int = signal.SIGINT) -> int:
        """Stop the server, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def served(
    folder: Path,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = (sys.executable, "-m", "explainer"),
) -> Iterator[Served]:
    """Serve the site in a folder, on a free port unless `arguments` specify one."""
    port = () if "--port" in arguments else ("--port", "0")
    command = [*program, "--site", str(folder), "serve"]
    process = subprocess.Popen(
        [*command, *port, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "VISUAL": "", "EDITOR": "", **(env or {})},
    )
    server = Served(folder, process)

    def read_lines() -> None:
        for line in process.stdout:
            server.lines.append(line.rstrip("\n"))

    reader = threading.Thread(target=read_lines, daemon=True)
    reader.start()
    try:
        wait_for(
            lambda: process.poll() is not None or any("watching" in line for line in server.lines),
            "the server does not start",
        )
        found = re.search(r"http://\S+", "\n".join(server.lines))
        server.url = found[0] if found else ""
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        reader.join(PATIENCE)
        process.stdout.close()


def site(folder: Path) -> Path:
    """Write the site that most tests serve."""
    return folders.put(folder, FILES)


def ask(server: Served, path: str, method: str = "GET", **headers: str) -> Any:
    """Send a request unchanged, and return the response, with its body in `content`."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    host = headers.pop("Host", f"127.0.0.1:{server.port}")
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": host, **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.content = answer.read()
    connection.close()
    return answer
