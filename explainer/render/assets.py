"""The files under `assets/`: the theme's, and the CSS rules that depend on the site.

These rules come at the end of `style.css`; among other things, they draw the shapes of ratings.
This module also generates the style sheet of highlighted code. The rest of a page's look is in the
theme's own style sheets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from html import unescape
from typing import Final

from explainer.language.words import words_of
from explainer.model.article import Article
from explainer.model.ratings import Rating
from explainer.model.scalars import LineStyle
from explainer.model.settings import KindSettings
from explainer.render.minify import minify_css
from explainer.render.shapes import shape_mask
from explainer.render.theme import Theme
from explainer.support.values import dataclass

STYLE = "style.css"
SCRIPT = "script.js"
CODE_STYLE = "code.css"


@dataclass(frozen=True)
class Assets:
    """The files under `assets/`, by name. They are read or made on first use."""

    theme: Theme
    rules: str
    """The rules at the end of `style.css`."""
    texts: str
    """The start of `script.js`: its texts."""

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The content of every file except `code.css`."""
        made = dict(self.theme.assets)
        made[STYLE] += self.rules
        made[SCRIPT] = self.texts + made[SCRIPT]
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
_PLACES = 16
"""The number of notes that have places is a multiple of this."""
_LINES: Final[dict[LineStyle, str]] = {
    "dotted": "var(--dotted)",
    "dashed": "var(--dashed)",
    "solid": "var(--solid)",
    "wavy": "repeating-linear-gradient(90deg,var(--mark) 0 6px,#0000 0 8px,var(--mark) 0 10px,"
    "#0000 0 12px)",
}
"""By style, the picture of a line; what is wavy elsewhere has long and short dashes."""


_WIDE_SCRIPTS = frozenset({"ja", "ko", "zh"})
"""Languages whose letters are 1em wide: the line at the end of a passage is as long as two of them,
where it is elsewhere as long as a word."""


def note_places(most: int) -> int:
    """Return how many notes get a place beside an article if one has `most` annotations."""
    return _PLACES * max(1, -(-most // _PLACES))


def site_rules(
    scale: Sequence[Rating],
    language: str,
    articles: Sequence[Article],
    kinds: Iterable[KindSettings] = (),
) -> str:
    """Return the end of `style.css` for a site in `language` with these articles.

    The rules define the look of each rating and of the site's own `kinds` of notes, the order of
    claims by rating, the quotation marks and digits of each language, and an anchor name for each
    reference mark.

    A margin note is placed beside the mark with its number, or below the note before it. CSS cannot
    make anchor names from attributes, so the names are written out: enough for the article with the
    most annotations, and a multiple of 16, so that the file, and every page that contains its hash,
    seldom changes. With one name for all notes, browsers would look through all of them for each.
    """
    languages = {language, *(article.language for article in articles)}
    most = max((len(article.annotations) for article in articles), default=0)
    places = range(1, note_places(most) + 1)
    names = "".join(f".n{n}{{--b:--{n - 1};--n:--{n}}}" for n in places)
    above = "".join(f".p{n - 1}{{--b:--{n - 1}}}" for n in places)
    above += ".px{--b:--x}"  # nothing is above it
    names += f"@media screen and (min-width:90em){{{above}}}"
    drawn = list(dict.fromkeys(rating.shape for rating in scale))
    badges = f"[data-rating]::before{{mask:{shape_mask(drawn)}}}" + "".join(
        f'[data-rating="{r.id}"]{{--shape:{drawn.index(r.shape)};--tone:var(--{r.tone})}}'
        for r in scale
    )
    badges += "".join(f".o{n}{{order:{n}}}" for n in range(1, len(scale)))
    lines = "".join(
        f'mark:where([data-kind~="{kind.id}"]){{--hem:{_LINES[kind.style]}}}'
        for kind in kinds
        if kind.style != "dotted"
    )
    # `:where` lets the lines of claims, questions, and overlapping passages take precedence.
    marks = f"@layer text{{{lines}}}" if lines else ""
    wide = sorted({tag.partition("-")[0] for tag in languages} & _WIDE_SCRIPTS)
    written = "".join(f"mark:lang({tag}){{background-size:2em 1.5px}}" for tag in wide)
    names += written
    written = "".join(map(_language, sorted({words_of(tag).language for tag in languages})))
    rules = f"@layer badges{{{badges}}}{marks}@layer notes{{{names}}}@layer base{{{written}}}"
    return minify_css([rules])


def script_texts(languages: Iterable[str]) -> str:
    """Return the start of `script.js` for pages in these languages.

    It sets the texts of the script, in the page's language, as attributes of the script's element;
    those that a template sets take precedence.
    """
    texts = {tag: _script_texts(tag) for tag in sorted(set(languages))}
    known = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    own = "document.currentScript.dataset"
    page = "document.documentElement.lang"
    return f"Object.assign({own},{{...{known}[{page}],...{own}}});\n"


def _script_texts(language: str) -> dict[str, str]:
    words = words_of(language)
    texts = {
        "copy": words.copy_link,
        "cite": words.copy_citation,
        "copied": words.copied,
        "new": words.is_new,
        "changed": words.is_changed,
        "news": words.news_count,
        "hide": words.news_hide,
    }
    return {name: unescape(text) for name, text in texts.items()}


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
