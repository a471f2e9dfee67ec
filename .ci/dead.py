"""Report unused code in the package: `python .ci/dead.py`. Exits with 1 if there is any.

vulture finds names that are defined but never used. Names that templates use, and names that
libraries look up (listed below), count as used. The tests are not scanned: code that only they call
is dead.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent

CALLED = {
    "click": "exit_code parameter",
    "expat": "StartElementHandler",
    "html.parser": "handle_starttag handle_endtag handle_data",
    "jinja2": "__self context_class code_generator_class template_class call "
    "load_bytecode dump_bytecode",
    "markdown-it": "scanDelims skipToken validateLink",
    "tornado": "check_origin compute_etag initialize log_exception post set_default_headers "
    "write_error",
    "pickle": "fast persistent_id persistent_load",
    "Python": "__init_subclass__ __getattr__ __repr__",
}
"""By library, our names that it looks up itself."""


def template_names() -> set[str]:
    """Return every name in the tags of templates, both of themes and of formats."""
    texts = [
        path.read_text(encoding="utf-8")
        for folder in ("themes", "explainer")
        for path in (ROOT / folder).rglob("templates/**/*")
        if path.suffix in (".html", ".xml")
    ]
    tags = re.findall(r"\{[{%].*?[%}]\}", "\n".join(texts), re.DOTALL)
    return {name for tag in tags for name in re.findall(r"[A-Za-z_]\w*", tag)}


def main() -> int:
    """Print a line for each unused name and each stale name in CALLED. Return the exit code."""
    vulture = Vulture(ignore_decorators=["@click.command"])  # commands are looked up by name
    vulture.scavenge([ROOT / "explainer"])
    vulture.used_names.update(template_names())
    called = {name for names in CALLED.values() for name in names.split()}
    unused = vulture.get_unused_code(min_confidence=60)
    lines = [item.get_report() for item in unused if item.name not in called]
    stale = called - {item.name for item in unused}
    lines += [f".ci/dead.py: `{name}` needs no exception" for name in sorted(stale)]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
