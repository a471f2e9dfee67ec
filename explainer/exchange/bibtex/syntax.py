"""Split a BibTeX file into entries, and report what cannot be read with its line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from explainer.exchange.dates import MONTHS
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, Severity, short
from explainer.parse.text import normalize
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from bibtexparser.model import Block
    from bibtexparser.model import Entry as BibEntry

_LONGEST = 200_000
"""The longest value, in characters: enough for 5,000 authors."""
_ALL_MACROS = 20_000_000
"""The most characters that macros may add to a file. Without a limit, a few lines of macros that
repeat each other fill the memory."""
_ALL_AGAIN = 2_000_000
"""The most characters of unreadable entries that are searched for readable ones."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry."""

    value: str
    """LaTeX, without the delimiters, with macros expanded."""
    line: int
    """Counted from 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a bibliography."""

    kind: str
    """The type in lower case: `article`."""
    key: str
    line: int
    fields: dict[str, Field] = field(default_factory=dict)
    """By name in lower case."""


class ValueSyntaxError(Exception):
    """Why a value cannot be read, and how many lines below its beginning."""

    def __init__(self, message: str, hint: str = "", lines: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.lines = lines


class UnreadableMacroError(ValueSyntaxError):
    """A value uses a macro that cannot be read, which is reported at its definition."""


# bibtexparser would log unreadable entries to the terminal; we report them as problems.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_LINE_BREAK_AT_END = re.compile(r"""(?<!\\)(?:\\\\)+(?=[{}",=])""")
_UNCLOSED = "check for an unclosed brace or quotation mark"
_INNER = re.compile(r"@\s*\w+\s*[{(]\s*[^\s,{}()=\"#%]+\s*,")
_LOST_ENTRY = re.compile(
    r"^[ \t]*(?!%)(?:\w+[ \t]*[{(\[][^\s,{}()=]+[ \t]*,|[^%\n]*\w[ \t]*=[ \t]*[{\"]"
    r"|[,}][^%\n]*\w[ \t]*=|(?:year|month|date|day)[ \t]*=)",
    re.MULTILINE | re.IGNORECASE,
)


def read(path: str, text: str) -> tuple[list[Entry], list[Problem]]:
    """Return the readable entries of a file in its order, and a problem for everything else.

    Problems: `bibtex-syntax`, an error for an entry that cannot be read, and a warning for a field
    that is given twice or a macro that is not defined.
    """
    reader = _Reader(path)
    # A backslash is part of `\\\\`, and does not escape the brace after it.
    text = _LINE_BREAK_AT_END.sub(r"\g<0> ", normalize(text))
    entries = list(reader.entries(text, 1))
    return entries, reader.problems


class _Reader:
    """Reads the blocks of a file in their order, since macros apply from their definition on."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.macros: dict[str, str | None] = {month[:3]: month[:3] for month in MONTHS}
        """The values of macros by name in lower case; None if a value cannot be read."""
        self._expanded = 0
        self._read_again = 0

    def report(self, line: int, message: str, hint: str = "", severity: Severity = "error") -> None:
        code: Code = "bibtex-syntax"
        self.problems.append(Problem(Location(self.path, line), code, message, hint, severity))

    def entries(self, text: str, first_line: int) -> Iterator[Entry]:
        from bibtexparser import model
        from bibtexparser.entrypoint import parse_string

        after_failure = False
        for block in parse_string(text, parse_stack=[]).blocks:
            line = first_line + max(block.start_line or 0, 0)
            inner = (
                block.ignore_error_block if isinstance(block, model.ParsingFailedBlock) else block
            )
            after_failure = after_failure and isinstance(inner, model.ImplicitComment)
            if isinstance(inner, model.Entry):
                yield from self.entry(inner, line)
            elif isinstance(inner, model.String):
                self.define(inner.key, str(inner.value), line)
            elif inner is None or isinstance(block, model.ParsingFailedBlock):
                after_failure = True
                yield from self.failed(block, line)
            elif isinstance(inner, model.ImplicitComment) and not after_failure:
                self.between(inner.comment, line)

    def define(self, name: str, written: str, line: int) -> None:
        self.macros[name.lower()] = None
        try:
            self.macros[name.lower()] = self.value(written, line)
        except UnreadableMacroError:
            pass
        except ValueSyntaxError as fault:
            message = f"the macro `{short(name)}` cannot be read: {fault.message}"
            self.report(line + fault.lines, message, fault.hint)

    def entry(self, block: BibEntry, line: int) -> Iterator[Entry]:
        label = f"`{short(block.key)}`" if block.key else f"this `@{short(block.entry_type)}`"
        fields: dict[str, Field] = {}
        for one in block.fields:
            at = line + (one.start_line or 0) - (block.start_line or 0)
            name = one.key.lower()
            if name in fields:
                message = f"{label} sets `{short(name)}` more than once; the first value is used"
                self.report(at, message, severity="warning")
                continue
            try:
                is_month = name == "month"  # often a full name
                fields[name] = Field(self.value(str(one.value), at, keep_words=is_month), at)
            except ValueSyntaxError as fault:
                message = f"{label} cannot be read: in `{short(name)}`, {fault.message}"
                self.report(at + fault.lines, message, fault.hint)
                yield from self.inside(block.raw or "", line)
                return
        yield Entry(block.entry_type.lower(), block.key, line, fields)

    def failed(self, block: Block, line: int) -> Iterator[Entry]:
        raw = block.raw or ""
        reason = str(getattr(getattr(block, "error", None), "abort_reason", ""))
        key = re.match(r"@\s*\w*\s*[{(]\s*([^\s,{}()=\"]*)(\s*=)?", raw)
        name = "" if key is None or key[2] else key[1]
        label = f"`{short(name)}`" if name else f"`{short(raw.strip())}`"
        if "after entry key" in reason and "comma" in reason:
            message = "there is no comma after its key" if name else "it has no key"
            hint = "start each entry with its type and key, such as `@article{key,`"
        elif "Expected a `=`" in reason:
            message = "a field has no `=`, or a comma is missing before it"
            hint = "write each field as `name = {value},`"
        else:
            message, hint = "it is not closed", _UNCLOSED
        self.report(line, f"the entry {label} cannot be read: {message}", hint)
        yield from self.inside(raw, line)

    def inside(self, raw: str, line: int) -> Iterator[Entry]:
        """Yield the readable entries in an unreadable one, which may have swallowed them."""
        inner = _INNER.search(raw, 1)
        if inner is None:
            return
        rest = raw[inner.start() :]
        self._read_again += len(rest)
        if self._read_again <= _ALL_AGAIN:
            yield from self.entries(rest, line + raw.count("\n", 0, inner.start()))
        else:
            names = short(", ".join(one[0].rstrip(", ") for one in _INNER.finditer(rest)), 300)
            self.report(line, f"entries in an unclosed entry are not read: {names}", _UNCLOSED)

    def between(self, text: str, line: int) -> None:
        """Report text between entries that looks like a part of one; the rest is a comment."""
        if lost := _LOST_ENTRY.search(text):
            at = line + text.count("\n", 0, lost.start())
            excerpt = short(text[lost.start() :].strip().split("\n")[0])
            message = f"this text is outside of entries and is not read: `{excerpt}`"
            hint = "start each entry with its type and key, such as `@article{key,`"
            self.report(at, message, hint)

    def value(self, written: str, line: int, *, keep_words: bool = False) -> str:
        """Evaluate a field: remove delimiters, join parts at `#`, and expand macros.

        Warns of names that are not macros, and keeps them as text; `keep_words` allows them.
        Raises ValueSyntaxError.
        """
        parts: list[str] = []
        size = 0
        for word, quoted in _parts(written):
            part = quoted
            if word and not word.isdecimal():
                if word.lower() not in self.macros and not keep_words:
                    message = f"the macro `{short(word)}` is not defined; its name is kept as text"
                    hint = "put text in braces, or define the macro with `@string` before its use"
                    self.report(line, message, hint, "warning")
                value = self.macros.get(word.lower(), word)
                if value is None:
                    raise UnreadableMacroError(f"the macro `{short(word)}` cannot be read")
                part = value
                self._expanded += len(value)
            else:
                part = word or quoted
            size += len(part)
            if size > _LONGEST or self._expanded > _ALL_MACROS:
                limit = _LONGEST if size > _LONGEST else _ALL_MACROS
                message = f"the value has more than {limit:,} characters with its macros expanded"
                raise ValueSyntaxError(message, "check for macros that repeat each other")
            parts.append(part)
        return "".join(parts)


_PART = re.compile(r"\s*(?:([^\s{}\"#,=()%']+)|([{\"]))")
_DELIMITERS: Mapping[str, str] = {"{": "}", '"': '"'}
_MARK = re.compile(r"\\.|[{}\"]", re.DOTALL)


def _parts(written: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a value as a number or name, or as text. Raises ValueSyntaxError."""
    at = 0
    while True:
        part = _PART.match(written, at)
        if part is None:
            message = (
                "there is no value" if not written[at:].strip() else "the value is not in braces"
            )
            raise ValueSyntaxError(
                message, "write each field as `name = {value},`", written.count("\n", 0, at)
            )
        at = part.end()
        if word := part[1]:
            if word[0].isdecimal() and not word.isdecimal():
                message = f"the value `{short(word)}` is not in braces"
                raise ValueSyntaxError(message, "write each field as `name = {value},`")
            yield word, ""
        else:
            begin, at = at, _end(written, at, _DELIMITERS[part[2]])
            yield "", written[begin : at - 1]
        rest = written[at:].lstrip()
        if not rest:
            return
        at = len(written) - len(rest) + 1
        if rest[0] != "#":
            message = f"a comma is missing before `{short(rest, 40)}`"
            hint = "put a comma after each field"
            raise ValueSyntaxError(message, hint, written.count("\n", 0, at - 1))


def _end(written: str, at: int, closing: str) -> int:
    """Return the end of a text that begins at `at`. Raises ValueSyntaxError."""
    depth = 0
    for mark in _MARK.finditer(written, at):
        if mark[0] == closing and depth == 0:
            return mark.end()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth < 0:
            break
    message = "its braces do not match" if closing == '"' else "it is not closed"
    raise ValueSyntaxError(message, _UNCLOSED, written.count("\n", 0, at))
