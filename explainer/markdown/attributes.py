r"""Attribute lists in braces, `{#id .class width=50% alt="…"}`: their grammar and valid content.

Only a list of known names with valid values is an attribute list. The rest of what authors write in
braces is text. So no event handler, style, or address ever gets from braces into a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, TypeAlias

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from explainer.model.problems import did_you_mean, short
from explainer.parse.validate import LANGUAGE_HINT, is_language
from explainer.support.patterns import later
from explainer.support.values import dataclass

Host: TypeAlias = Literal["block", "heading", "link", "code", "picture", "audio", "video"]
"""What an attribute list belongs to."""

_LONGEST = 1000
"""A longer list is text. The limit keeps the time linear for texts with many open braces."""
_NAME = r"[^\s#.{}\"'<>&=,;%]+"
_ITEM = later(
    rf"\#(?P<id>{_NAME})|\.(?P<class>{_NAME})"
    r"|(?P<key>[A-Za-z@][\w:.@-]*)=(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'"
    r"|(?P<bare>[^\s{}\"'<>=`]+))"
    r"|(?P<pandoc>=\w+|-(?=\}))"
    r"|(?P<word>[^\s{}\"'<>=`*\[\]\\!&~^|]+)",
    re.DOTALL,
)
_KRAMDOWN = later(r":(?=[ .#]|[A-Za-z-]+=)")
_SPACE = later(r"\s*")
_ANY = later(r"\{[^{}\[\]\n]*\}")
_LETTER = later(r"[^\W\d_]")
_COMMENT = later(r"<!--.*?-->", re.DOTALL)
_OTHERS = (
    *("align", "aria", "dir", "download", "fig", "height", "href", "hreflang", "lang", "loading"),
    *("media", "name", "rel", "role", "src", "style", "tabindex", "target", "type", "width"),
)
"""Attributes of HTML, or how groups of them begin, that do not occur in prose as `name=value`."""

_HANDLER = later(r"on[a-z]{4,}$")
_EVERYWHERE = ("id", "class")
_ON_VIDEOS = ("poster", "captions")
_ON_PICTURES = ("alt", "fig-alt", "title", "width", "height", "lang", "credit")
_SIZE = later(r"([1-9]\d{0,3})(?:px)?|(\d{1,3}(?:\.\d+)?)%")


@dataclass(frozen=True, slots=True)
class AttributeItem:
    """One part of an attribute list."""

    name: str
    """`id`, `class`, or the name before `=`; empty for a word alone."""
    value: str
    source: str
    """As the author wrote it."""
    start: int
    """Its offset in the list."""


@dataclass(frozen=True, slots=True)
class AttributeList:
    """What an author wrote in braces, if it is or resembles an attribute list."""

    source: str
    """With the braces."""
    items: tuple[AttributeItem, ...]
    kramdown: bool = False
    """Whether it begins with a colon, as in kramdown: `{: .class}`."""

    @property
    def clear(self) -> bool:
        """Whether this would be an attribute list anywhere, and cannot be a formula."""
        return any(map(_is_clear, self.items))


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an attribute list is shown as text."""

    message: str
    hint: str
    at: int = 0
    """The offset in the list of what is wrong."""


def read(text: str, start: int, end: int, *, anything: bool = False) -> AttributeList | None:
    """Read the attribute list that begins at a `{`; None if there is no such list.

    Words alone are no list, because they are more likely prose, unless `anything` is set.
    """
    if text[start - 1 : start] in ("{", "$") and start:
        return None
    end = min(end, start + _LONGEST)
    kramdown = _KRAMDOWN.match(text, start + 1) is not None
    at = start + 1 + kramdown
    items: list[AttributeItem] = []
    while True:
        spaced = _SPACE.match(text, at, end)
        assert spaced is not None, "it matches nothing too"
        if spaced.end() < end and text[spaced.end()] == "}":
            end = spaced.end() + 1
            break
        item = _ITEM.match(text, spaced.end(), end)
        touching = items and not spaced[0]
        if not item or (touching and not (item["id"] or item["class"])):
            if anything and (match := _ANY.match(text, start, end)):
                word = AttributeItem("", match[0][1:-1].strip(), match[0], 0)
                return AttributeList(match[0], (word,))
            return None
        items.append(_item(item, start))
        at = item.end()
    if text[end : end + 1] == "}":
        return None
    if items and not anything and not any(item.name for item in items):
        return None
    return AttributeList(text[start:end], tuple(items), kramdown)


def _item(match: re.Match[str], start: int) -> AttributeItem:
    name = match["key"] or match["pandoc"] or ""  # `{-}` and `{=html}`: Pandoc's own lists
    value = match["word"] or match["bare"] or ""
    if match["id"] or match["class"]:
        name, value = ("id", match["id"]) if match["id"] else ("class", match["class"])
    elif match["double"] is not None or match["single"] is not None:
        value = unescapeAll(_COMMENT.sub("", match["double"] or match["single"] or ""))
        value = " ".join(value.split())
    return AttributeItem(name, value, match[0], match.start() - start)


def _is_clear(item: AttributeItem) -> bool:
    if item.name in _EVERYWHERE:
        return bool(_LETTER.match(item.value))
    name = item.name.lower()
    return (
        bool(_HANDLER.match(name))
        or name[:1] in ("=", "-")
        or name.partition("-")[0] in (*_ON_PICTURES, *_ON_VIDEOS, *_OTHERS)
    )


# --- what a list may say -------------------------------------------------------------------------

_NAMED: Mapping[Host, str] = {
    "block": "a block takes only `#id` and `.class`",
    "heading": "a heading takes only `#id` and `.class`",
    "link": "a link takes only `#id` and `.class`",
    "code": "code takes only `#id` and `.class`",
    "picture": "a picture takes `#id`, `.class`, `alt`, `title`, `width`, `height`, `lang`, and "
    "`credit`",
    "audio": "audio takes `#id`, `.class`, `alt`, `title`, `lang`, and `credit`; a link to a "
    "transcript can be in the square brackets",
    "video": "a video takes `#id`, `.class`, `alt`, `title`, `width`, `height`, `lang`, `credit`, "
    "`poster`, and `captions`",
}
_KNOWN: Mapping[Host, tuple[str, ...]] = {
    "picture": _ON_PICTURES,
    "audio": tuple(name for name in _ON_PICTURES if name not in ("width", "height")),
    "video": (*_ON_PICTURES, *_ON_VIDEOS),
}
"""By the kind of host: the attributes that it takes besides `_EVERYWHERE`."""
AS_TEXT = "write `\\{` for braces that readers should see"


def objection(found: AttributeList, token: Token, host: Host) -> Objection | None:
    """Return why a list cannot be the attributes of a token; None if it can."""
    if found.kramdown:
        return Objection(
            "the list begins with a colon", "leave out the colon, and put it above the block"
        )
    if not found.items:
        return Objection("there is no attribute in them", f"remove them, or {AS_TEXT}")
    seen = {*token.attrs, *token.meta} - {"src", "alt", "href", "class"}
    seen |= {"alt"} & token.meta.keys() | ({"width"} if "data-width" in token.attrs else set())
    for item in found.items:
        name = "alt" if item.name == "fig-alt" else item.name
        if why := _wrong(item, host):
            return Objection(*why, item.start)
        if name in seen:
            return Objection(f"`{name}` is already set", "set it once", item.start)
        if name != "class":
            seen.add(name)
    return None


def _wrong(item: AttributeItem, host: Host) -> tuple[str, str] | None:
    name, value = item.name, item.value
    known = (*_EVERYWHERE, *_KNOWN.get(host, ()))
    if not name:
        hint = f'{_NAMED[host]}; a value with spaces is in quotation marks: `alt="two words"`'
        return f"`{short(value)}` is not an attribute", hint
    if name not in known:
        where = " of pictures" if name in _ON_PICTURES else ""
        where = " of videos" if name in _ON_VIDEOS else where
        what = f"`{name}` is an attribute{where} only" if where else f"`{name}` is not allowed here"
        return what, did_you_mean(name, known, _NAMED[host])
    words = value.split()
    if name in _EVERYWHERE and (
        not words or not all(re.fullmatch(_NAME, word) for word in words) or "\0" in value
    ):
        return f"`{short(value)}` is not a valid {name}", "use letters, digits, and hyphens"
    if name == "id" and len(words) > 1:
        return "an id has no spaces", f"write `#{'-'.join(words)}`"
    if name == "class" and not _LETTER.search(value):
        return f"`{short(value)}` is not a valid class", "use letters, digits, and hyphens"
    if name in ("width", "height") and size(value) is None:
        return f"`{short(value)}` is not a {name}", "write pixels or per cent: `300`, `50%`"
    if name == "height" and value.endswith("%"):
        return "a height cannot be a percentage", "set the width: the height follows"
    if name in _ON_VIDEOS and not value.strip():
        return f"`{name}` is empty", "write the path of a file"
    if name == "lang" and not is_language(value):
        return f"`{short(value)}` is not a valid language code", LANGUAGE_HINT
    return None


def size(value: str) -> tuple[int, bool] | None:
    """Return a width or height, and whether it is in per cent; None if it is neither."""
    match = _SIZE.fullmatch(value)
    if match is None:
        return None
    if match[1]:
        return int(match[1]), False
    per_cent = round(float(match[2]))
    return (per_cent, True) if 1 <= per_cent <= 100 else None


def apply(found: AttributeList, token: Token) -> None:
    """Set the attributes of a list to which there is no objection."""
    for item in found.items:
        if item.name == "class":
            token.attrJoin("class", " ".join(item.value.split()))
        elif item.name in ("alt", "fig-alt"):
            token.meta["alt"] = token.children or []
            token.children = [Token("text", "", 0, content=item.value)]
            token.content = item.value
        elif item.name in ("credit", *_ON_VIDEOS):
            token.meta[item.name] = item.value
        elif item.name in ("width", "height"):
            number, per_cent = size(item.value) or (0, False)
            # HTML knows no widths in per cent: the style sheet reads them from a data attribute.
            token.attrs["data-width" if per_cent else item.name] = (
                f"{number:02}" if per_cent else str(number)
            )
        else:
            token.attrs[item.name] = unicodedata.normalize("NFC", item.value)
