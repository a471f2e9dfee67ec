"""Leave out of a template's own markup what means nothing to browsers.

These are the quotation marks of attributes whose value needs none, and line ends beside the tags of
blocks, with the indentation around them. This is done once, when a template is compiled, to the
text that it contains literally. What expressions make of data is never changed.

White space stays wherever it can show: inside `<pre>` and other elements in which it counts, beside
all tags that are not those of a block, between the items of a list, which styles often put on one
line, and wherever it has no line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from jinja2 import nodes

from explainer.support.patterns import later
from explainer.support.values import dataclass


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names(
    "address article aside blockquote body caption col colgroup details dialog div dl fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend main menu "
    "nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul"
)
_IN_HEAD = _names("base link meta noscript script style template title")
"""Elements beside which white space means nothing in `<head>`."""
_RAW = _names("iframe noembed noframes script style textarea title xmp")
"""Elements that contain no tags."""

_SPACE = " \t\n\f\r"
_OPEN = later(
    r"(?P<comment><!--)|<![^>]*>?|<(?P<closing>/?)(?:(?P<name>[a-z][\w:-]*)(?=[\s/>]|\Z)|\Z)",
    re.IGNORECASE | re.ASCII,
)
_IN_TAG = later(
    r"(?P<end>/?>)|\s+|/|(?P<name>[a-z_:@][\w:.@-]*)?(?:(?P<given>\s*=\s*)(?P<mark>[\"'])?)?",
    re.IGNORECASE | re.ASCII,
)
_BARE = later(r"[^\s>\"'`<]*", re.ASCII)
_NEEDS_NO_MARKS = later(r"([A-Za-z0-9_.:#-]+)([\"'])(?=[\s>])", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a piece of text is in the HTML of a page, as far as the template shows it."""

    kind: str = "text"
    """`text`, `tag`, `value` (not quoted), `"` or `'` (a quoted value), `raw`, `comment`, or
    `unknown`."""
    element: str = ""
    """Of a tag or raw text: the element's name, if it is known."""
    closing: bool = False
    """Of a tag: whether it ends an element."""
    edge: bool = False
    """Of text: whether there is only white space since the tag of a block."""
    pre: int = 0
    """How many `<pre>` are open."""
    head: bool = False
    """Whether it is in the page's `<head>`."""


_UNKNOWN = _Place("unknown")


def slim(template: nodes.Template) -> None:
    """Shorten the text in a template. The lines of everything else stay the same."""
    _walk(template.body, _Place(), extends=any(template.find_all(nodes.Extends)))


def _walk(body: Iterable[nodes.Node], place: _Place, *, extends: bool = False) -> _Place:
    """Shorten the text in nodes, the first of which is at `place`. Return the place after them."""
    for node in body:
        match node:
            case nodes.Output():
                place = _output(node, place)
            case nodes.If():
                first = replace(place)
                ends = [_walk(each.body, first) for each in (node, *node.elif_)]
                place = _joined([*ends, _walk(node.else_, first)])
            case nodes.For():
                before = replace(place, edge=False)
                place = _joined([_walk(node.body, before), _walk(node.else_, before)])
            case nodes.Block():
                _walk(node.body, _Place() if extends else place)
                place = replace(place, edge=False)
            case nodes.Macro() | nodes.CallBlock():
                _walk(node.body, _Place())
            case nodes.AssignBlock():
                _walk(node.body, _UNKNOWN if node.filter else _Place())
            case nodes.FilterBlock():
                _walk(node.body, _UNKNOWN)
            case nodes.With() | nodes.Scope() | nodes.ScopedEvalContextModifier():
                place = _walk(node.body, place)
        if isinstance(node, nodes.CallBlock | nodes.FilterBlock | nodes.Include):
            place = replace(place, edge=False)
    return place


def _joined(places: list[_Place]) -> _Place:
    """Return what is known of a place that text reaches in several ways."""
    first, *others = places
    for place in others:
        kinds = {first.kind, place.kind}
        if (
            (len(kinds) > 1 and kinds != {"tag", "value"})
            or first.pre != place.pre
            or (first.kind == "raw" and first.element != place.element)
        ):
            return _UNKNOWN
        first = replace(
            first,
            kind=max(kinds),  # a value that may have ended
            element=first.element if first.element == place.element else "",
            closing=first.closing and place.closing,
            edge=first.edge and place.edge,
            head=first.head and place.head,
        )
    return first


def _output(output: nodes.Output, place: _Place) -> _Place:
    for node in output.nodes:
        if isinstance(node, nodes.TemplateData):
            piece = _Piece(node.data, place)
            node.data, place = piece.shortened(), piece.place
        else:
            place = replace(place, edge=False)
    return place


class _Piece:
    """A piece of a template's text, while it is shortened."""

    def __init__(self, text: str, place: _Place) -> None:
        self.text, self.place = text, place
        self.at = 0
        self.made: list[str] = []

    def shortened(self) -> str:
        """Return the text without what means nothing. `place` is the place after it then."""
        read = {"text": self._text, "tag": self._tag, "raw": self._raw}
        while self.at < len(self.text):
            read.get(self.place.kind, self._other)()
        return "".join(self.made)

    def _other(self) -> None:
        """Read to the end of a comment, of a value, or of the text if nothing is known."""
        place, start = self.place, self.at
        if place.kind == "value":
            self._take(_BARE.match(self.text, start).end())  # type: ignore[union-attr]
            if self.at < len(self.text):
                self.place = replace(place, kind="tag")
            return
        end = {"comment": "-->", "unknown": ""}.get(place.kind, place.kind)
        found = self.text.find(end, start) if end else -1
        self._take(len(self.text) if found < 0 else found + len(end))
        if found >= 0:
            self.place = replace(place, kind="text" if place.kind == "comment" else "tag")

    def _raw(self) -> None:
        end = re.compile(rf"</{self.place.element}(?=[\s/>])", re.IGNORECASE)
        found = end.search(self.text, self.at)
        self._take(found.start() if found else len(self.text))
        if found:
            self.place = replace(self.place, kind="text", element="", edge=False)

    def _text(self) -> None:
        found = _OPEN.search(self.text, self.at)
        name = (found["name"] or "").lower() if found else ""
        before = self.text[self.at : found.start() if found else len(self.text)]
        kept = self._without_line_ends(before, before_edge=self._is_edge(name))
        self.made.append(kept)
        self.at += len(before)
        if found is None:
            self.place = replace(self.place, edge=self.place.edge and not kept)
            return
        self._take(found.end())
        if found["comment"]:
            self.place = replace(self.place, kind="comment", edge=False)
        elif found["closing"] is None:
            self.place = replace(self.place, edge=False)
        else:
            closing = bool(found["closing"])
            self.place = replace(self.place, kind="tag", element=name, closing=closing, edge=False)

    def _without_line_ends(self, text: str, *, before_edge: bool) -> str:
        if self.place.pre:
            return text
        rest = text.lstrip(_SPACE)
        if self.place.edge and "\n" in text[: len(text) - len(rest)]:
            text = rest
        rest = text.rstrip(_SPACE)
        return rest if before_edge and "\n" in text[len(rest) :] else text

    def _is_edge(self, name: str) -> bool:
        return name in _BLOCKS or (self.place.head and name in _IN_HEAD)

    def _tag(self) -> None:
        """Read to the end of a tag, or to a value that does not end in this text."""
        start, kept = self.at, len(self.made)
        while self.at < len(self.text):
            found = _IN_TAG.match(self.text, self.at)
            if not found or not found[0]:  # it is no tag, or not a valid one
                self.made[kept:] = [self.text[start : self.at]]
                self.place = _UNKNOWN
                return
            self._take(found.end())
            if found["end"]:
                self._end_of_tag()
                return
            if found["mark"]:
                self._quoted(found["mark"], has_name=bool(found["name"]))
            elif found["given"]:
                self.place = replace(self.place, kind="value")
                self._other()
            if self.place.kind != "tag":
                return

    def _quoted(self, mark: str, *, has_name: bool) -> None:
        """Read a quoted value, or the beginning of one that does not end in this text."""
        plain = _NEEDS_NO_MARKS.match(self.text, self.at)
        if has_name and plain and plain[2] == mark:
            self.made[-1] = self.made[-1][:-1]
            self.made.append(plain[1])
            self.at = plain.end()
            return
        end = self.text.find(mark, self.at)
        self._take(len(self.text) if end < 0 else end + 1)
        if end < 0:
            self.place = replace(self.place, kind=mark)

    def _end_of_tag(self) -> None:
        name, closing = self.place.element, self.place.closing
        pre, head = self.place.pre, self.place.head
        if name == "pre":
            pre = max(pre - 1, 0) if closing else pre + 1
        if name in ("head", "body"):
            head = name == "head" and not closing
        is_raw = name in _RAW and not closing
        self.place = _Place(
            kind="raw" if is_raw else "text",
            element=name if is_raw else "",
            edge=not is_raw and self._is_edge(name),
            pre=pre,
            head=head,
        )

    def _take(self, end: int) -> None:
        self.made.append(self.text[self.at : end])
        self.at = end
