"""The addresses in raw HTML: of links, pictures, and other files (HTML, § 4, and SVG 2, § 16)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape

from markdown_it.common.utils import escapeHtml

from explainer.model.security import Loaded
from explainer.support.patterns import later
from explainer.support.values import dataclass

_START_TAG = later(r"<(?P<name>[a-zA-Z][^\s/<>]*)(?P<rest>(?>=\s*(?:\"[^\"]*\"|'[^']*')|[^<>])*+)>")
_ATTRIBUTE = later(r"(?P<name>[^\s\"'<>/=]+)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'<>`]+))?")
_CANDIDATE = later(r"(?P<url>[^\s,](?:\S*[^\s,])?)(?P<rest>\s+[^\s,][^,]*)?\s*(?:,|$)")
"""One picture in a `srcset` (HTML, § 4.8.4.2.1)."""
_PLAIN = frozenset(("script", "style", "textarea", "title", "xmp", "noembed", "noframes"))
"""Elements whose content is not HTML, up to their end tag."""

_LINKS = frozenset(("a href", "area href"))
_FORMS = frozenset(("form action", "button formaction", "input formaction"))
_PICTURES = frozenset(
    ("img src", "img srcset", "source srcset", "video poster", "input src", "image href")
)
_LOADED: Mapping[str, Loaded] = {
    "script src": "scripts",
    "link href": "styles",
    **dict.fromkeys(("audio src", "video src", "source src", "track src"), "media"),
    **dict.fromkeys(("iframe src", "frame src"), "frames"),
    **dict.fromkeys(_FORMS, "forms"),
}
_PLUGINS = frozenset(("embed src", "object data"))
_KNOWN = _LINKS | _PICTURES | _LOADED.keys() | _PLUGINS | {"use href"}
_STYLESHEET = later(r"\brel\s*=\s*[\"']?[^\"'>]*\bstylesheet\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawAttribute:
    """An attribute in raw HTML with an address, or with several: `srcset`."""

    element: str
    """The name of its element, in lower case."""
    name: str
    """Its name, as the author wrote it."""
    value: str
    """Its value, without character references."""
    urls: tuple[tuple[int, int], ...]
    """The offsets of each address in the value: of its start and end."""
    start: int
    """The offset of the attribute in the raw HTML."""
    end: int
    """The offset of its end."""
    loaded: Loaded | None = None
    """What browsers load from its address, if not a picture, as a key of `[security]`."""

    @property
    def kind(self) -> str:
        """The names of the element and the attribute, such as `a href`."""
        return f"{self.element} {self.name.lower().removeprefix('xlink:')}"

    @property
    def picture(self) -> bool:
        """Whether browsers show its address as a picture."""
        return self.kind in _PICTURES

    @property
    def link(self) -> bool:
        """Whether readers follow its address."""
        return self.kind in _LINKS

    @property
    def plugin(self) -> bool:
        """Whether its element is one of those for plug-ins, which no page may load."""
        return self.kind in _PLUGINS

    def written(self, urls: Sequence[str | None]) -> str | None:
        """Return the attribute with these addresses; None if they are the same as before.

        An address that is None leads nowhere. Without any other, there is no attribute.
        """
        if all(
            url == self.value[start:end] for (start, end), url in zip(self.urls, urls, strict=True)
        ):
            return None
        if not any(urls):
            return ""
        value, done = "", 0
        for (start, end), url in zip(self.urls, urls, strict=True):
            value += self.value[done:start] + (url or "")
            done = end
        return f'{self.name.lower()}="{escapeHtml(value + self.value[done:])}"'


def start_tags(html: str) -> Iterator[tuple[re.Match[str], Iterator[re.Match[str]]]]:
    """Yield the start tags in raw HTML, each with its attributes: matches with a `name`."""
    at = 0
    while tag := _START_TAG.search(html, at):
        element, at = tag["name"].lower(), tag.end()
        yield tag, _ATTRIBUTE.finditer(html, *tag.span("rest"))
        if element in _PLAIN:
            end = re.compile(rf"</{element}\b", re.IGNORECASE).search(html, at)
            at = end.start() if end else len(html)


def raw_attributes(html: str) -> Iterator[RawAttribute]:
    """Yield the attributes in raw HTML that have addresses, in order."""
    for tag, attributes in start_tags(html):
        element = tag["name"].lower()
        for found in attributes:
            value = found["value"]
            if value is None:
                continue
            text = unescape(value[1:-1] if value[0] in "\"'" else value)
            attribute = RawAttribute(element, found["name"], text, _urls(text), *found.span())
            if attribute.kind.endswith("srcset"):
                spans = tuple(each.span("url") for each in _CANDIDATE.finditer(text))
                attribute = replace(attribute, urls=spans)
            if attribute.kind in _LOADED:
                is_hint = attribute.kind == "link href" and not _STYLESHEET.search(tag["rest"])
                attribute = replace(attribute, loaded=None if is_hint else _LOADED[attribute.kind])
            if attribute.kind in _KNOWN:
                yield attribute


def _urls(text: str) -> tuple[tuple[int, int]]:
    start = len(text) - len(text.lstrip())
    return ((start, max(start, len(text.rstrip()))),)
