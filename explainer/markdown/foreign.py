"""Markup that has no meaning here, so that readers would see it as text.

This is the markup of other generators, and HTML where raw HTML is off. The parser notes these marks
where it decides that they are text. So nothing is noted that is code, escaped, or part of a link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it.rules_inline import StateInline

from explainer.markdown.emoji import EMOJI
from explainer.support.patterns import later
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class ForeignMark:
    """A mark that has no meaning here, as the parser met it."""

    kind: str
    """`tag`, `placeholder`, `open-comment`, …, or a group of `_AT_LINE_START` or `_ANYWHERE`."""
    text: str
    """The mark as written."""
    source: str
    """The source of the block that contains it, without the marks of its containers."""
    start: int
    """Its offset in `source`."""
    first_line: int
    """The line of the parsed text, from 0, where `source` starts."""

    @property
    def name(self) -> str:
        """A tag's name, in lower case; otherwise empty."""
        found = _NAME.match(self.text) if self.kind == "tag" else None
        return found[1].lower() if found else ""


class ForeignMarks:
    """The marks that a parser notes in one text: `env["notes"]` while it is parsed."""

    def __init__(self) -> None:
        self.marks: list[ForeignMark] = []
        self.line = 0
        """The first line of the block that is being parsed."""
        self.in_cell = False
        """Whether that block is a cell of a table."""
        self.seen: tuple[str, int] = ("", 0)
        """A text, and how far its marks are noted."""

    def add(self, kind: str | None, source: str, start: int, end: int) -> None:
        """Note a mark in the block that is being parsed.

        A part of the last mark is none, except an open comment, which may be private.
        """
        seen, until = self.seen
        if kind and (kind == "open-comment" or source is not seen or start >= until):
            self.marks.append(ForeignMark(kind, source[start:end], source, start, self.line))
            self.seen = (source, end)

    def add_match(self, found: re.Match[str], *, html: bool) -> None:
        """Note a match of `_ANYWHERE`. Tags are no marks where raw HTML is on."""
        if (found["tag"] or found["component"]) and html:
            return
        name = found[0].strip(":").lower()
        if found["emoji"] and name not in _EMOJI and not _ICON.match(name):
            return
        self.add(found.lastgroup, found.string, *found.span())


def notes_of(state: Any) -> ForeignMarks:
    """Return the notes of the text that is being parsed."""
    notes: ForeignMarks | None = state.env.get("notes")
    if notes is None:
        notes = state.env["notes"] = ForeignMarks()
    return notes


# --- what marks look like ------------------------------------------------------------------------

_ELEMENTS = (
    "a abbr acronym address area article aside audio b base bdi bdo big blockquote body br "
    "button canvas caption center cite code col colgroup data datalist dd del details dfn "
    "dialog div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 "
    "h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link "
    "main map mark marquee math menu meta meter nav nobr noframes noscript object ol optgroup "
    "option output p param picture pre progress q rp rt ruby s samp script search section "
    "select slot small source span strike strong style sub summary sup svg table tbody td "
    "template textarea tfoot th thead time title tr track tt u ul var video wbr "
)
"""The elements of HTML, of today and of the past (HTML, § 16.2), and roots of SVG and MathML."""
_SWITCHES = "async|autoplay|checked|controls|defer|disabled|hidden|loop|muted|nowrap|open|selected"
"""Attributes of HTML without a value."""
_TAG = (
    rf"(?P<tag></?(?!(?-i:[A-Z][a-z]))(?:{'|'.join(_ELEMENTS.split())})"
    rf"(?:\s*/?>|[\s/][^<>]*=[^<>]*>|(?:\s+(?:{_SWITCHES}))+\s*/?>)"
    r"|<!(?:doctype\b|\[cdata\[|\[(?:if|endif)\b)[^<>]*>|<\?(?:php|xml|=)[^<>]*>)"
)
"""A tag; not `<b and c>` in a text about numbers, and not a type, as in `List<Object>`."""
_COMPONENT = (
    r"(?P<component></[a-z][\w.-]*>|<[a-z][\w.-]*(?:\s[^<>]*)?/>"
    r"|<[a-z][\w.-]*\s+[\w:@-]+=(?:[\"'{][^<>]*|\w+)>)"
)
"""A component of MDX, or another element that is not of HTML; not `<placeholder>`."""
_OTHER_ELEMENTS = (
    "annotation defs desc g metadata mi mn mo mrow ms mstyle mtext noembed plaintext rb rtc "
    "semantics switch symbol text tspan xmp"
)
"""Other elements, of SVG, MathML, and the past, that can be without attributes."""
_PLACEHOLDER = later(
    rf"<(?!(?:{'|'.join(f'{_ELEMENTS} {_OTHER_ELEMENTS}'.split())})[\s>])[a-z][a-z0-9]*"
    r"(?:\s+[a-z]\w*)*\s*>|<[a-z]\w*\s+(?:and|or)\s+\w+\s*>",
    re.IGNORECASE,
)
"""What browsers take for an element, and authors do not: `<your name>`, `a <b and c> d`."""
_NAME = later(r"<[/!?\[]*(\w*)")
_ADMONITIONS = (
    "abstract|attention|bug|caution|check|danger|done|error|example|fail|failure|faq|help|hint|"
    "important|info|missing|note|question|quote|seealso|snippet|success|summary|tip|tldr|todo|"
    "warning"
)
_WORDS = r"(?![ \t][^$+=\\^_*/<>{}\d]*[ \t]\$\$)"
"""Looks ahead for what is not just words between two double dollars."""
_TEX = r"(?=[^\n$]{0,300}?(?:\\[a-zA-Z]|\^|_[\d{]|=))"
"""Looks ahead for what is in a formula, but not in a price or a remark."""
_LINE_END = r"[ \t]*(?:\n|\Z)"
_AT_LINE_START = later(
    rf"(?P<admonition>(?:!!!|\?\?\?)\+? ?(?-i:(?:{_ADMONITIONS})(?: +(?:inline|end))*{_LINE_END}"
    r"|[A-Za-z][\w-]*(?: +[\w-]+)*(?: +\"[^\n]*|(?=[ \t]*\n {4}))))"
    r"|(?P<div>:::+ ?(?:\{[^}\n]*\}|[\w.-]+(?=[\s{\[]|\Z)))"
    rf"|(?P<tab>===[!+]? +\"[^\n]*\"{_LINE_END})"
    r"|(?P<alert>\[![A-Za-z][\w-]*(?:\|[^\]\n]*)?\](?![(\[:]))"
    rf"|(?P<toc>(?:\[TOC\]|\[\[_?TOC_?\]\]){_LINE_END})"
    r"|(?P<snippet>-+8<-+[^\n]*)"
    rf"|(?P<block>///[ \t]*(?-i:[a-z][\w-]*)(?:[ \t]*\|[^\n]*)?{_LINE_END})"
    r"|(?P<abbreviation>\*\[[^\]\n]+\]:[ \t](?![^\n]*\*))"
    r"|(?P<directive>\.\. [\w-]+::)"
    r"|(?P<module>(?-i:import [^\n]+ from [\"'][^\"'\n]+[\"'];?"
    rf"|export (?:(?:const|let|var) \w+ =|default [{{(])[^\n]*){_LINE_END})"
    rf"|(?P<math>\$\${_LINE_END}(?![^$]*\$\$))",
    re.IGNORECASE,
)
_REMARK = (
    r"(?P<remark>\{#\s(?s:.{0,500}?)\s#\}|\{\{?/\*(?s:.{0,500}?)\*/\}\}?|\{::comment\b"
    r"|(?<![%\w])%%(?!%)(?:(?!%%)[\s\S]){1,500}(?<!\d)%%(?![%\w]))"
)
"""A comment of Jinja, MDX, Hugo, kramdown, or Obsidian."""
_SHORTCODE = (
    r"(?P<shortcode>\{\{[<%](?s:.{0,500}?)[%>]\}\}|\{%-?\s*[a-z](?s:.{0,500}?)%\}"
    r"|\{\{-?\s*(?=[$.a-z_\"'])(?=[^{}\n]{0,200}?(?:[|\"']|\.\w))[^{}\n]{1,200}\}\})"
)
"""A shortcode, a tag, or a variable with a dot, filter, or quotation mark: `{{ page.title }}`."""
_INLINE = (
    r"(?P<highlight>(?<![\w=])==(?![\s=<>])(?:[^=\n]|=(?!=)){1,200}?(?<!\s)==(?![\w=<>])"
    r"|(?<!\^)\^\^(?![\s^])[^^\n]{1,200}(?<!\s)\^\^(?!\^)"
    r"|(?<![\w+])\+\+[\w\"]+(?:[+-][\w\"]+)*\+\+(?![\w+]))"
    r"|(?P<script>(?<=[^\W\d_])~\d{1,3}[+-]?~(?!~)"
    r"|(?<=[^\W_])\^(?:[^\W_]|[+-]){1,5}\^(?![\w^]))"
    r"|(?P<reference>(?<![@.\w])@(?:fig|tbl|sec|eq|lst|thm|lem|cor|prp|def|exm)-[\w-]+)"
    r"|(?P<role>\{[a-z][\w:+-]*\}(?=`)|(?<![\w:]):[a-z][\w:+-]*:(?=`))"
)
_ANYWHERE = later(
    rf"{_TAG}|{_COMPONENT}|{_REMARK}|{_SHORTCODE}|{_INLINE}"
    r"|(?P<citation>\[(?:-?@[\w:.#$%&+?<>~/-]+|[^\[\]@\n]{1,60}\s-?@[\w:-]{0,60}\d{4})"
    r"[^\]\n]{0,300}\])"
    r"|(?P<contents>\{:\s?toc\})"
    r"|(?P<wiki>!?\[\[(?!_?toc_?\]\]|[\s\d,.]*\]\])"
    r"[^\s\[\]|^@\"'][^\[\]\n]{0,200}\]\](?![(\[:]))"
    r"|(?P<target>(?<![\w\])])\[(?![\s\d,.]*\]\[[\s\d,.]*\])[^\s\[\]^@][^\[\]]{0,300}\]"
    r"\[(?!\^)[^\[\]\n]{0,100}\](?![(\[:]))"
    r"|(?P<address>\[[^\[\]\n]{1,200}\]\((?=[^()\n]{0,300}?(?:\w\.[a-z]{2}|/\w))"
    r"[^(){\s][^()\n]{0,300} [^()\n]{0,300}\))"
    r"|(?P<emoji>(?<![\w:]):[a-z0-9_+-]+:(?![\w:]))"
    rf"|(?P<math>(?<!\$)\$\$(?!\$){_WORDS}\s*[^\s$](?:[^$]{{0,2000}})\$\$(?!\$)"
    rf"|(?<![\w$])\${_TEX}[^\s$](?:[^$\n]{{0,200}}[^\s$])?\$(?![\w$]))",
    re.IGNORECASE,
)
_BACKSLASH = later(
    rf"(?P<math>\\\[{_LINE_END}|\\\[{_TEX}[^\n]{{0,300}}?\\\]|\\\({_TEX}[^\n]{{0,300}}?\\\))"
    r"|(?P<command>\\(?:[a-zA-Z]{2,}\*?\{|(?:newpage|pagebreak|clearpage|tableofcontents)\b))"
)
_EMOJI = frozenset(EMOJI.split())
_ICON = later("(?:bi|fa[brs]?|flag|fontawesome|material|mdi|octicons|simple)-")
_FIRST = frozenset("<{[!:$%=+^~@")
_LINE_FIRST = frozenset("!?:=[$-/*.ie")
_SPECIAL = frozenset("\\<")
_BREAKS = ("softbreak", "hardbreak")


_MAYBE_MARK = later(r"[{$^@]|%%|==|\+\+|:[a-z0-9_+-]+:", re.IGNORECASE)
_MARK_SIGNS = later("[{$^@%=+:]")
"""Finds the characters of `_MAYBE_MARK`, in a fifth of its time."""


def may_have_mark(text: str) -> bool:
    """Whether there may be a mark in a text without any of Markdown's own characters."""
    return _MARK_SIGNS.search(text) is not None and _MAYBE_MARK.search(text) is not None


# --- noting them while a text is parsed ----------------------------------------------------------


def note_first(state: StateInline, silent: bool) -> bool:
    """Note a mark at the start of a line, TeX's brackets and commands, and unknown elements.

    It must run before the rules that read them as text, escapes, or HTML. Never consumes anything.
    """
    char = state.src[state.pos]
    if silent or (char not in _LINE_FIRST and char not in _SPECIAL):
        return False
    notes = notes_of(state)
    if char == "\\":
        if found := _BACKSLASH.match(state.src, state.pos):
            notes.add(found.lastgroup, state.src, *found.span())
    elif char == "<":
        found = _PLACEHOLDER.match(state.src, state.pos) if state.md.options.html else None
        if found and found.end() <= state.posMax:
            notes.add("placeholder", state.src, *found.span())
    elif not state.pending and (not state.tokens or state.tokens[-1].type in _BREAKS):
        found = _AT_LINE_START.match(state.src, state.pos)
        if found and not (found["math"] and notes.in_cell):
            notes.add(found.lastgroup, state.src, *found.span())
    return False


def note_text(state: StateInline, silent: bool) -> bool:
    """Note a mark that starts with a character that no other rule understood."""
    if silent or state.src[state.pos] not in _FIRST:
        return False
    found = _ANYWHERE.match(state.src, state.pos)
    if found:
        notes_of(state).add_match(found, html=bool(state.md.options.html))
    return False


_MARKDOWN_INSIDE = later(r"\smarkdown(?:=[\"']?(?:1|block|span)\b|[\s>])", re.IGNORECASE)


def note_raw_html(notes: ForeignMarks, html: str, start: int, end: int, tag: str) -> None:
    """Note marks in raw HTML: in the text between `start` and `end`, and in the tag after it."""
    for found in _ANYWHERE.finditer(html, start, end):
        notes.add_match(found, html=True)
    if _PLACEHOLDER.fullmatch(tag):
        notes.add("placeholder", html, end, end + len(tag))
    if _MARKDOWN_INSIDE.search(tag.partition(">")[0] + ">"):
        notes.add("markdown", html, end, end + len(tag))


def lines_of_marks(marks: Sequence[ForeignMark]) -> list[int]:
    """Return the line of each mark, from 0. Marks of one source are in order."""
    lines: list[int] = []
    source, at, line = "", 0, 0
    for mark in marks:
        if mark.source is not source or mark.start < at:
            source, at, line = mark.source, 0, 0
        line += source.count("\n", at, mark.start)
        at = mark.start
        lines.append(mark.first_line + line)
    return lines
