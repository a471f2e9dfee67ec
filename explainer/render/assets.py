"""The files under `assets/`: the theme's, and the CSS rules that depend on the site.

These rules come at the end of `style.css`; among other things, they draw the shapes of ratings.
This module also generates the style sheet of highlighted code. The rest of a page's look is in the
theme's own style sheets.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Final

from explainer.language.words import words_of
from explainer.model.article import Article
from explainer.model.ratings import Rating
from explainer.model.scalars import LineStyle, Shape
from explainer.model.settings import KindSettings
from explainer.render.theme import Theme
from explainer.support.values import dataclass

STYLE = "style.css"
CODE_STYLE = "code.css"


@dataclass(frozen=True)
class Assets:
    """The files under `assets/`, by name. They are read or made on first use."""

    theme: Theme
    rules: str
    """The rules at the end of `style.css`."""

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The content of every file except `code.css`."""
        made = dict(self.theme.assets)
        made[STYLE] += self.rules
        return {
            **{name: path.read_bytes() for name, path in self.theme.files("static").items()},
            **{name: text.encode() for name, text in made.items()},
        }

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The hash of every file except `code.css`, for links that change with the file."""
        return {name: _hash(content) for name, content in self.files.items()}

    def content(self, name: str) -> bytes:
        """Return the content of a file."""
        return _code() if name == CODE_STYLE else self.files[name]

    def hash(self, name: str) -> str:
        """Return the hash of a file, for links to it. Raises LookupError if there is none."""
        if name == CODE_STYLE:
            return _hash(_code())
        if name not in self.hashes:
            raise LookupError(f"the theme has no static file `{name}`")
        return self.hashes[name]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


_CODE_STYLES = ("xcode", "github-dark")
"""Pygments' styles for light and dark pages. Both meet WCAG level AA on our backgrounds."""
_FEWEST_PLACES = 16
_LINES: Final[dict[LineStyle, str]] = {
    "dotted": "var(--dotted)",
    "dashed": "var(--dashed)",
    "solid": "var(--solid)",
    "wavy": "repeating-linear-gradient(90deg,var(--mark) 0 6px,#0000 0 8px,var(--mark) 0 10px,"
    "#0000 0 12px)",
}
"""By style, the picture of a line; what is wavy elsewhere has long and short dashes."""


def site_rules(
    scale: Sequence[Rating],
    language: str,
    articles: Sequence[Article],
    kinds: Iterable[KindSettings] = (),
) -> str:
    """Return the end of `style.css` for a site in `language` with these articles.

    The rules define the look of each rating and of the site's own `kinds` of notes, the quotation
    marks and digits of each language, and an anchor name for each reference mark.

    A margin note is placed beside the mark with its number, or below the note before it. CSS cannot
    make anchor names from attributes, so the names are written out: enough for the article with the
    most annotations, and a power of two, so that the file, and every page that contains its hash,
    seldom changes. With one name for all notes, browsers would look through all of them for each.
    """
    languages = {language, *(article.language for article in articles)}
    places = _FEWEST_PLACES
    while any(len(article.annotations) > places for article in articles):
        places *= 2
    names = "".join(
        f'[data-n="{n}"]{{--r:--r{n};--n:--{n};--b:--{n - 1}}}[data-p="{n}"]{{--p:--{n}}}'
        for n in range(1, places + 1)
    )
    drawn = list(dict.fromkeys(rating.shape for rating in scale))
    badges = f"[data-rating]::before{{mask:{shape_mask(drawn)}}}" + "".join(
        f'[data-rating="{r.id}"]{{--shape:{drawn.index(r.shape)};--tone:var(--{r.tone})}}'
        for r in scale
    )
    lines = "".join(
        f'mark:where([data-kind~="{kind.id}"]){{--hem:{_LINES[kind.style]}}}'
        for kind in kinds
        if kind.style != "dotted"
    )
    # `:where` lets the lines of claims, questions, and overlapping passages take precedence.
    marks = f"@layer text{{{lines}}}" if lines else ""
    written = "".join(map(_language, sorted({words_of(tag).language for tag in languages})))
    return f"@layer badges{{{badges}}}{marks}@layer notes{{{names}}}@layer base{{{written}}}\n"


@cache
def _code() -> bytes:
    """Return the style sheet of highlighted code, for light and dark pages."""
    from pygments.formatters.html import HtmlFormatter

    light, dark = (
        str(HtmlFormatter(style=style, nobackground=True).get_style_defs("pre"))  # type: ignore[no-untyped-call]
        for style in _CODE_STYLES
    )
    lines = [_code_rules(light), "@media (prefers-color-scheme:dark){", _code_rules(dark), "}"]
    return ("@layer code{\n" + "\n".join(lines) + "\n}\n").encode()


def _code_rules(css: str) -> str:
    """Return only those of Pygments' rules that are about the classes of tokens."""
    lines = (line.split(" /*")[0].rstrip() for line in css.splitlines())
    return "\n".join(line for line in lines if line.startswith("pre ."))


def _language(name: str) -> str:
    """Return the rules for a language's quotation marks and list digits, from its catalogue.

    A quotation gets the marks of the text around it, whatever language it is in.
    """
    words = words_of(name)
    rules = f":lang({name})>q{{quotes:{_strings(words.quotes)}}}"
    if words.digits != "0123456789":
        rules += f"@counter-style digits-{name}{{system:numeric;symbols:{_strings(words.digits)}}}"
        rules += f"ol:lang({name}){{list-style-type:digits-{name}}}"
    return rules


def _strings(texts: Iterable[str]) -> str:
    return " ".join(f'"{text}"' for text in texts)


PATHS: Final[dict[Shape, str]] = {
    "circle": "M8 2a6 6 0 100 12 6 6 0 000-12z",
    "ring": "M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zm0 2.5a4 4 0 110 8 4 4 0 010-8z",
    "half": "M11.2 1.2a6.8 6.8 0 000 13.6z",
    "quarter": "M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zm0 1.7a4.8 4.8 0 1 1-4.8 4.8h4.8z",
    "square": "M2 2h12v12h-12z",
    "diamond": "M8 .4l5.8 7.6-5.8 7.6-5.8-7.6z",
    "triangle": "M8 1.4l7.2 12.8h-14.4z",
    "cross": "M3.4 1.5l4.6 4.6 4.6-4.6 1.9 1.9-4.6 4.6 4.6 4.6-1.9 1.9-4.6-4.6-4.6 4.6-1.9-1.9 "
    "4.6-4.6-4.6-4.6z",
    "bar": "M1 5.5h14v5h-14z",
    "dots": "M2.7 6a2 2 0 100 4 2 2 0 000-4zm5.3 0a2 2 0 100 4 2 2 0 000-4zm5.3 0a2 2 0 100 "
    "4 2 2 0 000-4z",
    "quote": "M1.5 13v-5c0-3 1.8-5 4.8-5.6l.6 1.8c-1.6.5-2.4 1.5-2.5 2.8h2.6v6zm7.5 0v-5c0-3 1.8-5 "
    "4.8-5.6l.6 1.8c-1.6.5-2.4 1.5-2.5 2.8h2.6v6z",
    "star": "M8 .9l1.8 5.1 5.4 .2-4.3 3.3 1.6 5.1-4.5-3-4.5 3 1.6-5.1-4.3-3.3 5.4-.2z",
    "plus": "M6.2 1.2h3.6v5h5v3.6h-5v5h-3.6v-5h-5v-3.6h5z",
    "moon": "M11 1.8a6.6 6.6 0 103.6 9.2 5.6 5.6 0 0 1-3.6-9.2z",
    "down": "M.8 1.8h14.4l-7.2 12.8z",
    "frame": "M2 2h12v12h-12zm2.8 2.8v6.4h6.4v-6.4z",
    "hourglass": "M2 1.5h12l-4.4 6.5 4.4 6.5h-12l4.4-6.5z",
    "chevron": "M2.8 1.5h4.6l5.8 6.5-5.8 6.5h-4.6l5.8-6.5z",
    "stripes": "M2.5 2h3.8v12h-3.8zm7.2 0h3.8v12h-3.8z",
}
"""SVG paths in a square of 16 units. All but the first point is relative, so paths can be moved."""

_FIRST = re.compile(r"M([0-9.]+)")
_STEP = 20
"""The distance between shapes in a row: 16 units and a gap, so that no neighbor shows."""


def shape_mask(shapes: Sequence[Shape]) -> str:
    """Return the CSS `mask` for one of `shapes`: the one whose number, from 0, is `--shape`.

    All shapes are in one picture with a `data:` URL (RFC 2397), so no file is fetched.
    """
    path = ""
    for number, shape in enumerate(shapes):
        x, rest = _FIRST.split(PATHS[shape])[1:]
        path += f"M{float(x) + number * _STEP:g}{rest}"
    width = (len(shapes) - 1) * _STEP + 16
    picture = (
        f"%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} 16'%3E"
        f"%3Cpath d='{path}'/%3E%3C/svg%3E"
    )
    place = f"calc(var(--shape)*100%/{max(1, len(shapes) - 1)})"
    return f'url("data:image/svg+xml,{picture}") {place} 0/{width / 0.16:g}% 100% no-repeat'
