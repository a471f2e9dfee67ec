"""Report markup that readers would see as text: that of other generators, HTML, and git's marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.token import Token

from explainer.markdown.findings import Place, Places
from explainer.markdown.foreign import ForeignMark, lines_of_marks
from explainer.model.location import Lines, Location
from explainer.model.problems import Code, Problem, short
from explainer.parse.conflicts import conflicts

_BLOCK = "turn it into a note on the words that it is about"
_MARKDOWN = "write Markdown instead"
_CONTENTS = ("a table of contents", "delete it, and write `toc: true` in the front matter")
_SAYS = {
    "shortcode": ("a Hugo shortcode or a Jekyll tag", _MARKDOWN),
    "component": ("a component", _MARKDOWN),
    "role": ("a role of MyST or Sphinx", _MARKDOWN),
    "directive": ("a directive of Sphinx", _MARKDOWN),
    "command": ("a command of LaTeX", _MARKDOWN),
    "block": ("an MkDocs block", _BLOCK),
    "snippet": ("an MkDocs snippet", "copy the text from that file"),
    "module": ("an import or export of MDX", "delete it"),
    "abbreviation": (
        "an abbreviation",
        "explain it in the text, or in a note of kind `definition`",
    ),
    "highlight": ("marked or inserted text, or a key", "write **bold**, *italic*, or `code`"),
    "script": ("a sub- or superscript", "write the characters themselves: H₂O, 10⁶"),
    "reference": ("a cross-reference of Quarto", "write a link: [the figure](#id)"),
    "target": (
        "a link whose address is missing",
        "add it on a line of its own, `[name]: address`, or write [text](address)",
    ),
    "remark": ("a comment of another program", "write it as an HTML comment: <!-- … -->"),
    "admonition": ("an MkDocs admonition", _BLOCK),
    "div": ("a Pandoc or Quarto block", _BLOCK),
    "alert": (
        "a GitHub alert",
        "write a quotation with `> [!NOTE]` as its first line, or `[!TIP]`, `[!IMPORTANT]`, "
        "`[!WARNING]`, `[!CAUTION]`, and text below it",
    ),
    "caption": (
        "the caption of a table, or a definition",
        "put a caption directly below its table, and a definition below its term",
    ),
    "tab": ("a tab of MkDocs", "write a heading or a paragraph instead"),
    "citation": ("a Pandoc citation", "cite the source in a note or a claim: `sources: [id]`"),
    "toc": _CONTENTS,
    "wiki": ("a wiki link", "write [text](page.md), or ![what it shows](picture.jpg)"),
    "contents": _CONTENTS,
    "emoji": ("the name of an emoji or icon", "paste the emoji itself"),
    "open-footnote": ("a footnote that does not end in its paragraph", "add `]` where it ends"),
    "address": (
        "a link whose address cannot be read",
        "put an address with spaces in angle brackets: [text](<a b.pdf>)",
    ),
    "table": (
        "a part of a table",
        "a table has a head, a line of dashes with as many cells, and rows directly below it",
    ),
    "math": (
        "mathematics",
        "write the formula as text, or turn formulas on: `math = true` below [markdown] in "
        "site.toml",
    ),
    "bad-math": (
        "mathematics",
        "write `$…$`, without a space after the first sign or before the last, or `$$…$$` without "
        "an empty line",
    ),
}
"""By the kind of mark: what authors call it, and what to write instead."""
_INSTEAD = {
    "br": "end the line with a backslash",
    "b": "write **bold**",
    "strong": "write **bold**",
    "i": "write *italic*",
    "em": "write *italic*",
    "s": "write ~~deleted~~",
    "del": "write ~~deleted~~",
    "code": "put code in backticks",
    "img": "write ![what it shows](picture.jpg)",
    "a": "write [text](page.md)",
    "hr": "write ---",
}
"""By the name of an element: how Markdown says the same."""
_CODES: dict[str, Code] = {"unused-address": "unused-address", "address-twice": "address-twice"}
"""By the kind of mark: the code of its problem, if it is not `foreign-markup`."""
_MOST_LINES = 5
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def check_marks(
    marks: Iterable[ForeignMark],
    text: str,
    locate: Callable[[Place], Location],
    annotation: str | None = None,
    *,
    in_article: bool = False,
    math: bool = False,
) -> Iterator[Problem]:
    """Report the marks in `text`: the error `open-comment`, and the warning `foreign-markup`.

    There is one warning for each kind of mark and each name of a tag, at the first of them, and one
    error for each block with an open comment. `annotation` is the id of the annotation with the
    text. In an article's own text (`in_article`), raw HTML could be allowed.
    """
    groups: dict[tuple[str, str], list[ForeignMark]] = {}
    for mark in marks:  # of the comments that are open in one block, the first is the mistake
        name = mark.source if mark.kind == "open-comment" else mark.name
        kind = "bad-math" if math and mark.kind == "math" else mark.kind
        groups.setdefault((kind, name), []).append(mark)
    for (kind, name), group in groups.items():
        group.sort(key=lambda mark: mark.first_line)  # blocks of raw HTML are read last
        lines = lines_of_marks(group)
        location = locate(_place(group[0], text, lines[0]))
        if kind == "open-comment":
            hint = (
                "add `-->` where it ends; a comment over several paragraphs must start its line, "
                "and one in a list, quotation, or table cell must end there\n"
                "if readers are to see it, write `\\<!--`"
            )
            yield Problem(
                location, "open-comment", "this comment is not closed", hint, "error", annotation
            )
            continue
        message, hint = _words(kind, name, group[0].text, in_article=in_article)
        message += _repeats([line - lines[0] + location.line for line in lines])
        code = _CODES.get(kind, "foreign-markup")
        yield Problem(location, code, message, hint, "warning", annotation)


def _words(kind: str, name: str, text: str, *, in_article: bool) -> tuple[str, str]:
    """Return the message and the hint for a mark."""
    if kind == "tag":
        hint = _INSTEAD.get(name, _MARKDOWN)
        if in_article:
            hint += ", or allow raw HTML: `html = true` below [markdown] in site.toml"
        where = "raw HTML is off" if in_article else "this text cannot have raw HTML"
        message = f"{where}, so readers will see `{short(text)}` as it is"
        return message, f"{hint}\nif readers are to see it, put it in backticks"
    if kind == "placeholder":
        hint = "if readers are to see it, write `\\<`, or put it in backticks"
        return f"`{short(text)}` is no element of HTML, so readers will not see it", hint
    if kind == "more":
        hint = "delete it, and write a `summary` in the front matter"
        return f"`{short(text)}` has no effect: it does not end a summary here", hint
    if kind == "markdown":
        hint = (
            "leave an empty line after this tag and before the closing one, and delete `markdown`"
        )
        return f"`{short(text)}` does not make what is in it Markdown", hint
    if kind == "unused-address":
        hint = "delete it, or write `\\[` if readers are to see it"
        return f"no link uses `{short(text)}`, so readers do not see it", hint
    if kind == "address-twice":
        hint = "delete it, or give it another name"
        return f"links lead to another address of this name, not to `{short(text)}`", hint
    what, hint = _SAYS[kind]
    message = f"`{short(text)}` looks like {what}: readers will see it as it is"
    return message, f"{hint}\nif readers are to see it, put it in backticks"


def _repeats(lines: Sequence[int]) -> str:
    """Return ` (3 times, also on lines 7 and 9)`; empty if there is only one."""
    if len(lines) < 2:
        return ""
    others = list(dict.fromkeys(line for line in lines if line != lines[0]))
    shown = ", ".join(map(str, others[:_MOST_LINES]))
    more = ", …" if len(others) > _MOST_LINES else ""
    also = f", also on line{'s' if len(others) > 1 else ''} {shown}{more}" if others else ""
    return f" ({len(lines)} times{also})"


def _place(mark: ForeignMark, text: str, line: int) -> Place:
    """Return the place of a mark in `text`, which was parsed, at least by its line.

    The text around it is searched for first, because the mark itself may also be in code.
    """
    places = Places(text)
    start = places.starts[min(line, len(places.starts) - 2)]
    begin = mark.source.rfind("\n", 0, mark.start) + 1
    around = mark.source[begin : mark.start + 80].partition("\n")[0]
    for part, before in ((around, mark.start - begin), (mark.text.partition("\n")[0], 0)):
        index = text.find(part, start)
        if index >= 0:
            return places.at(index + before, mark.text)
    return Place(text, start, "\0")


# --- git's marks, and comments where there is no Markdown -----------------------------------------


def check_conflicts(tokens: Sequence[Token], lines: Lines) -> Iterator[Problem]:
    """Report the first mark of git's in an article that is not in code: `conflict-marker`."""
    code: list[list[int]] | None = None
    for problem in conflicts(lines, "warning", markdown=True):
        if code is None:
            blocks = (token for token in tokens if token.type in ("fence", "code_block"))
            code = [token.map for token in blocks if token.map]
        line = problem.location.line - lines.first_line
        if not any(start <= line < end for start, end in code):
            yield problem
            return


def check_plain(text: str, location: Location, annotation: str | None) -> Iterator[Problem]:
    """Report a comment in a text that is not Markdown: `foreign-markup`."""
    if found := _COMMENT.search(text):
        message = f"this text is not Markdown, so readers will see `{short(found[0])}`"
        hint = "delete it, or make it a YAML comment: `# …` on a line of its own"
        yield Problem(location, "foreign-markup", message, hint, "warning", annotation)
