"""The names by which commands know articles."""

from __future__ import annotations

from explainer.site.load import CONTENT


def names_of(path: str) -> tuple[str, ...]:
    """Return the names of an article in `article#id`; the last one is the shortest.

    `content/a/index.md` is `a`, `a/index`, and both with `content/`. The home page is `index`.
    """
    stem = path.removesuffix(".md")
    short = stem.removeprefix(f"{CONTENT}/")
    home = ("",) if short == "index" else ()  # as in `/#id`
    return *home, stem, stem.removesuffix("/index"), short, short.removesuffix("/index")
