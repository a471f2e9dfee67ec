"""The rules of the style sheet that depend on the site, and those for highlighted code.

Everything else about a page's looks is in the theme's own style sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from explainer.language.words import words_of
from explainer.model.ratings import Rating
from explainer.render import shapes

_CODE_STYLES = ("xcode", "github-dark")
"""Pygments' styles for light and dark pages, of those that reach AA on our backgrounds."""
_FEWEST_PLACES = 16


def rules(scale: Sequence[Rating], languages: Iterable[str], annotations: int) -> str:
    """Give the looks of each rating of a scale, the marks of quotation and digits of `languages`
    (language tags), and a name for the place of each reference mark.

    A margin note is laid out beside the mark that has its number; names cannot be made from
    attributes in CSS, so they are written out. There are enough for an article with `annotations`
    of them: a power of two, so that the file, and with it every page that names its hash, seldom
    changes.
    """
    places = _FEWEST_PLACES
    while places < annotations:
        places *= 2
    names = "".join(f'[data-n="{n}"]{{--n:--r{n}}}' for n in range(1, places + 1))
    drawn = list(dict.fromkeys(rating.shape for rating in scale))
    badges = f".badge::before{{mask:{shapes.row(drawn)}}}" + "".join(
        f'[data-rating="{r.id}"]{{--shape:{drawn.index(r.shape)};--tone:var(--{r.tone})}}'
        for r in scale
    )
    written = "".join(map(_language, sorted({words_of(tag).language for tag in languages})))
    return f"@layer badges{{{badges}}}@layer notes{{{names}}}@layer base{{{written}}}\n"


def code() -> str:
    """Give the colours of highlighted code, for light and dark pages."""
    from pygments.formatters.html import HtmlFormatter

    light, dark = (
        str(HtmlFormatter(style=style, nobackground=True).get_style_defs("pre"))  # type: ignore[no-untyped-call]
        for style in _CODE_STYLES
    )
    lines = [_code_rules(light), "@media (prefers-color-scheme:dark){", _code_rules(dark), "}"]
    return "@layer code{\n" + "\n".join(lines) + "\n}\n"


def _code_rules(css: str) -> str:
    """Pygments' rules that say something about the classes of tokens."""
    lines = (line.split(" /*")[0].rstrip() for line in css.splitlines())
    return "\n".join(line for line in lines if line.startswith("pre ."))


def _language(name: str) -> str:
    """How a language quotes, and counts lists: its catalogue says it, a style sheet must.

    Quotation marks are those of the text around a quotation, whatever is quoted.
    """
    words = words_of(name)
    rules = f":lang({name})>q{{quotes:{_strings(words.quotes)}}}"
    if words.digits != "0123456789":
        rules += f"@counter-style digits-{name}{{system:numeric;symbols:{_strings(words.digits)}}}"
        rules += f"ol:lang({name}){{list-style-type:digits-{name}}}"
    return rules


def _strings(texts: Iterable[str]) -> str:
    return " ".join(f'"{text}"' for text in texts)
