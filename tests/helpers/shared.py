"""Make only once in a run what is the same for most sites that the tests build.

Nothing here changes a result: what is shared is a function of its arguments, or of explainer's own
files. A site with a theme, or with compiled templates, of its own shares no theme.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

import jinja2
import pytest

from explainer.article import context
from explainer.build import disk
from explainer.markdown import mathml
from explainer.markdown.parser import MarkdownOptions
from explainer.parse import json_schema
from explainer.render import cards, minify, templates, theme


def share(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Share themes, parsers, cards, and schemas. `folder` is for compiled templates."""
    _share_themes(patch, folder)
    patch.setattr(disk, "program", cache(disk.program))
    patch.setattr(json_schema, "schema_text", cache(json_schema.schema_text))
    patch.setattr(cards, "draw", cache(cards.draw))
    for name in ("Markdown", "NoteMarkdown"):
        patch.setattr(context, name, _one_parser(getattr(context, name)))
    for name in ("minify_css", "minify_js"):
        small = cache(getattr(minify, name))
        patch.setattr(minify, name, lambda parts, small=small: small(tuple(parts)))


def _one_parser(kind: Callable[[MarkdownOptions], Any]) -> Callable[[MarkdownOptions], Any]:
    made = cache(lambda options, installed: kind(options))
    return lambda options: made(options, options.math and mathml.is_installed())


def _share_themes(patch: pytest.MonkeyPatch, folder: Path) -> None:
    find, built_in = theme.find, cache(theme.find)
    compile_ = jinja2.Environment.compile
    load = templates._BytecodeCache.load_bytecode
    compiled: dict[tuple[type, str, str | None, str | None], Any] = {}
    loaded: dict[tuple[str, str, str], Any] = {}

    def is_shared(kept: Path | None) -> bool:
        return kept is not None and (
            kept == folder or (kept.is_symlink() and kept.samefile(folder))
        )

    @wraps(find)
    def found(site: Path, name: str = "default", *, cache: Path | None = None) -> Any:
        kept = cache
        if cache is not None and (not cache.exists() or is_shared(cache)):
            kept = folder
        if kept in (None, folder) and not os.path.lexists(site / "themes"):
            return built_in(Path(folder, "no-site"), name, cache=kept)
        return find(site, name, cache=kept)

    def once(
        environment: jinja2.Environment,
        source: str,
        name: str | None = None,
        filename: str | None = None,
    ) -> Any:
        key = environment.code_generator_class, source, name, filename
        if key not in compiled:
            compiled[key] = compile_(environment, source, name, filename)
        return compiled[key]

    def read(kept: templates._BytecodeCache, bucket: Any) -> None:
        key = kept._ending, bucket.key, bucket.checksum
        if not is_shared(kept._folder):
            load(kept, bucket)
        elif key in loaded:
            bucket.code = loaded[key]
        else:
            load(kept, bucket)
            if bucket.code:
                loaded[key] = bucket.code

    patch.setattr(theme, "find", found)
    patch.setattr(jinja2.Environment, "compile", once)
    patch.setattr(templates._BytecodeCache, "load_bytecode", read)


def collect_less() -> None:
    """Let Python's garbage collector pass over what exists now, and run less often.

    With thousands of collected tests, each of its full runs would take a quarter of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
