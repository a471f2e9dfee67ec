"""Parse rendered pages into a small tree of elements, and query it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import Path


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _words("area base br col embed hr img input link meta source track wbr")
_BLOCKS = _words(
    "address article aside blockquote body dd details div dl dt figcaption figure footer h1 h2 h3 "
    "h4 h5 h6 head header html li link main meta nav ol p pre section summary table tbody td th "
    "thead title tr ul"
)
_ATTRIBUTES = _words(
    "alt checked content data-annotation data-rating datetime dir disabled href id lang name "
    "property rel role src type"
)


@dataclass
class Element:
    """An element and its children: elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        """Yield all elements within it, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    @property
    def text(self) -> str:
        """All text within it, with white space unchanged."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def ids(self) -> list[str]:
        """The ids of the annotations that it marks."""
        return self.attributes.get("data-annotation", "").split()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        open_tags = [element.tag for element in self.stack]
        assert open_tags[-1] == tag, f"</{tag}> where {' > '.join(open_tags[1:])} are open"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def parse(html: str) -> Element:
    """Parse a page. Every element must be closed, in the right order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.stack) == 1, f"never closed: {[e.tag for e in builder.stack[1:]]}"
    return builder.stack[0]


_TAG = re.compile(r"""<[a-z][\w:-]*(?:"[^"]*"|'[^']*'|[^"'>])*>""", re.IGNORECASE)
_VALUE = re.compile(r"""("[^"]*"|'[^']*')|=([^\s"'>]+)""")


def quoted(html: str) -> str:
    """Return a page with quotation marks around the values of all attributes.

    Templates are written out without those that are not needed (`render/slim.py`).
    """
    return _TAG.sub(lambda tag: _VALUE.sub(lambda v: v[1] or f'="{v[2]}"', tag[0]), html)


def read(path: Path) -> str:
    """Return the page in a file, as `quoted` returns it."""
    return quoted(path.read_text(encoding="utf-8"))


_SIMPLE = re.compile(
    r"(?P<tag>[a-z0-9]*)(?:#(?P<id>[^.\[\s]+))?(?:\.(?P<css>[\w-]+))?"
    r"(?:\[(?P<name>[\w-]+)(?:=(?P<value>[^\]]*))?\])?"
)


def select(page: Element, selector: str) -> list[Element]:
    """Return the elements that match `tag#id.class[name=value]`. Every part is optional."""
    wanted = _SIMPLE.fullmatch(selector)
    assert wanted, f"{selector!r} is not a selector"
    return [element for element in page if _fits(element, wanted)]


def _fits(element: Element, wanted: re.Match[str]) -> bool:
    has = element.attributes
    return (
        wanted["tag"] in ("", element.tag)
        and wanted["id"] in (None, has.get("id"))
        and (wanted["css"] is None or wanted["css"] in has.get("class", "").split())
        and (wanted["name"] is None or wanted["name"] in has)
        and wanted["value"] in (None, has.get(wanted["name"] or ""))
    )


def contract(element: Element) -> str:
    """Return an element as text, without anything that only affects its look.

    This keeps the attributes that other tools rely on, leaves out drawings, collapses white space,
    and puts every block on its own line.
    """
    text = re.sub(r"[ \n]*\n[ \n]*", "\n", _written(element))
    return re.sub(r"[ \t]+", " ", text).strip() + "\n"


def _written(element: Element) -> str:
    if element.tag in ("svg", "style", "script"):
        return ""
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in sorted(element.attributes.items())
        if name in _ATTRIBUTES
    )
    if element.tag in ("html", "body"):
        return f"<{element.tag}{attributes}>"
    inside = "".join(
        _written(child)
        if isinstance(child, Element)
        else re.sub(r"\s+", " ", escape(child, quote=False))
        for child in element.children
    )
    line = "\n" if element.tag in _BLOCKS else ""
    closing = "" if element.tag in VOID else f"</{element.tag}>"
    return f"{line}<{element.tag}{attributes}>{inside}{closing}{line}"


def links(page: Element) -> str:
    """Return the links of a page, one per line, except those to itself and to the theme's files."""
    lines = []
    for element in page:
        for name in ("href", "src"):
            url = element.attributes.get(name, "#")
            if not url.startswith("#") and not re.search(r"(^|/)assets/", url):
                lines.append(f"{element.tag} {name}={url}\n")
    return "".join(lines)


def runs(page: Element) -> dict[str, str]:
    """Return the marked text of each annotation on a page, its runs joined, by its id."""
    found: dict[str, str] = {}
    for element in page:
        if element.tag == "mark":
            for name in element.ids:
                found[name] = found.get(name, "") + element.text
    return found
