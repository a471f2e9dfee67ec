"""Print Lighthouse scores for this repository's own site.

    python bench/lighthouse.py [--desktop]

Builds the site, serves it on loopback, and runs the npm package `lighthouse` with Debian's Chromium
on the example articles. Run it by hand: the performance scores depend on the machine's load.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from explainer.build.options import BuildOptions  # noqa: E402
from explainer.build.pipeline import build_site  # noqa: E402
from explainer.model.scalars import Url  # noqa: E402
from tests.helpers import browser as browsers  # noqa: E402
from tests.helpers import npm  # noqa: E402

VERSION = "13.5.0"
PAGES = ("", "kremlin-call/", "kremlin-call/claims/call-happened/", "sources/", "guide/themes/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--desktop", action="store_true", help="emulate a desktop instead of a phone"
    )
    parser.add_argument("pages", nargs="*", default=PAGES, help="addresses, such as gettysburg/")
    options = parser.parse_args()
    program = npm.package("lighthouse", VERSION) / "cli/index.js"
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed"
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "site")
        with browsers.served(output) as base:
            built = build_site(ROOT, BuildOptions(output=output, future=True, base_url=Url(base)))
            assert not built.failed
            print(f"{'page':<16}", *(f"{name:>14}" for name in CATEGORIES))
            for page in options.pages:
                report = run(program, base + page, chromium, Path(folder, "report.json"), options)
                scores = (report["categories"][name]["score"] for name in CATEGORIES)
                print(f"{page or 'home':<16}", *(f"{score * 100:>14.0f}" for score in scores))
                for audit in report["audits"].values():
                    if audit["score"] is not None and audit["score"] < 0.9:
                        print(f"    {audit['id']}: {audit.get('displayValue', audit['title'])}")


def run(program: Path, url: str, chromium: str, report: Path, options: argparse.Namespace) -> dict:
    command = ["node", str(program), url, "--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--preset=desktop"] if options.desktop else []
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium})
    return json.loads(report.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
