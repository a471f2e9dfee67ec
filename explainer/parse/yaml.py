"""YAML text → plain data in which everything knows its place.

The values are built here, from PyYAML's events, because its loaders lose lines and duplicate keys,
take `no` for a boolean and recurse. Every value stays the text that the author wrote; types are
given by validate.py, which knows what each key holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

import yaml as pyyaml

from explainer.model.documents import Text
from explainer.model.location import Data, KeyPath, Lines, Located, Spot
from explainer.model.problems import Code, Problem, RelatedLocation, short
from explainer.parse.text import NOT_YAML
from explainer.parse.yaml_errors import Stop, explain, quoted

DEPTH = 20
"""How deep values may be nested; the format needs 6 levels."""

# libyaml's parser is ten times as fast as the one in Python, which is there where libyaml is not.
_Parser: TypeAlias = "pyyaml.CSafeLoader | pyyaml.SafeLoader"
_PARSER = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2, core schema

_CUT = re.compile(r"[ \t]+#[^\s#!]")


# --- what is read --------------------------------------------------------------------------------


def read(text: Text, *, first_line: int = 1) -> tuple[Located, tuple[Problem, ...]]:
    """Read YAML; `first_line` is the number of the text's first line in its file.

    All values are texts as they were written, except that `null`, `~` and an empty value are None.
    Problems:
    `yaml-syntax`, `yaml-alias`, `yaml-anchor`, `yaml-tag`, `yaml-merge`, `yaml-document`,
    `yaml-directive`, `duplicate-key`, `bad-key`, `too-deep`, `bad-character`; and the warning
    `cut-value` for a value that ends at a ` #` that may belong to it.
    """
    lines = Lines(text.path, text.content, first_line)
    if NOT_YAML.search(text.content):
        return Located(None, False, lines), tuple(_forbidden(lines))
    builder = _Builder(lines)
    try:
        builder.build(_PARSER(text.content))
    except pyyaml.YAMLError as error:
        builder.give_up(error)
    whole = builder.whole
    located = Located(builder.data if whole else None, whole, lines, builder.values, builder.keys)
    if " #" in text.content or "\t#" in text.content:
        builder.problems.extend(_cut_values(located))
    return located, tuple(builder.problems)


# --- building ------------------------------------------------------------------------------------


_WANTED, _REFUSED = -2, -1
"""What a mapping may await instead of the value of a key: a key, or the value of one that is wrong,
which is read and left out. They are numbers since no key is one."""


class _Builder:
    """Builds data from events with a stack of its own, so that no nesting can overflow Python's."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.problems: list[Problem] = []
        self.data: Data = None
        self.values: dict[KeyPath, Spot] = {}
        self.keys: dict[KeyPath, int] = {}
        self.whole = True
        self.documents = 0
        self.escapes = "\\" in lines.text
        # Where we are: the container to fill, its key path, and the key that awaits its value.
        self.here: dict[str, Data] | list[Data] | None = None
        self.key_path: KeyPath = ()
        self.key: str | int = ""
        self.stack: list[tuple[dict[str, Data] | list[Data] | None, KeyPath]] = []
        self.last = (0, 0)  # the last complete value: characters before it and up to its end

    def build(self, parser: _Parser) -> None:
        """Take all events, or those before the first after which no reading on makes sense."""
        actions = {
            pyyaml.ScalarEvent: self.scalar,
            pyyaml.AliasEvent: self.scalar,
            pyyaml.MappingStartEvent: self.open,
            pyyaml.SequenceStartEvent: self.open,
            pyyaml.MappingEndEvent: self.close,
            pyyaml.SequenceEndEvent: self.close,
            pyyaml.DocumentStartEvent: self.document,
        }
        event: Any = None  # PyYAML's types have marks as optional
        while self.whole and type(event) is not pyyaml.StreamEndEvent:
            event = parser.get_event()
            if action := actions.get(type(event)):
                action(event)

    def scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        alias = type(event) is pyyaml.AliasEvent
        plain = alias or not event.style
        value: str | None
        if alias or event.anchor is not None or event.tag is not None:
            self.decorated(event)
            value = self.lines.text[start:end]
        else:
            value = None if plain and event.value in _NULLS else event.value
            if self.escapes and not plain and NOT_YAML.search(event.value):
                self.escaped(start, event.value)
        self.last = (start, end)
        if self.key == _WANTED:
            self.take_key(value, plain, start)
        else:
            self.values[self.put(value)] = (start, end, plain)

    def put(self, value: Data) -> KeyPath:
        """Put a value where one is awaited, and give its key path."""
        if isinstance(self.here, list):
            self.here.append(value)
            return (*self.key_path, len(self.here) - 1)
        key, self.key = self.key, _WANTED
        if self.here is None:
            self.data = value
            return ()
        if isinstance(key, str):
            self.here[key] = value
        return (*self.key_path, key)  # no other value has the path of one that is refused

    def take_key(self, key: str | None, plain: bool, index: int) -> None:
        assert isinstance(self.here, dict)
        if key is None or key in self.here or (plain and key == "<<"):
            self.key = _REFUSED
            self.refuse_key(key, self.here, index)
        else:
            self.key = key
            self.keys[*self.key_path, key] = index

    def refuse_key(self, key: str | None, mapping: dict[str, Data], index: int) -> None:
        if key is None:
            written = self.lines.text[index : self.last[1]]
            if written:
                message = f"a key must be a text, and `{written}` means “nothing”"
                hint = f"put it in quotation marks: {quoted(written)}"
            else:
                message, hint = "a key is missing before this colon", ""
            self.report(index, "bad-key", message, hint)
        elif key in mapping:
            first = self.lines.location(self.keys[*self.key_path, key])
            number = self.lines.location(index).line
            message = (
                f"`{short(key)}` stands twice: on line {first.line} and again on line {number}"
            )
            hint = "leave one out, or write both values under one key"
            self.report(index, "duplicate-key", message, hint, RelatedLocation(first, "first here"))
        else:
            hint = "write the values out where they are needed"
            self.report(index, "yaml-merge", "explainer has no merge keys `<<`", hint)

    def open(self, event: Any) -> None:
        is_list = type(event) is pyyaml.SequenceStartEvent
        start = event.start_mark.index
        if self.key == _WANTED:
            what = "a list" if is_list else "a group of `key: value`"
            hint = "if it is text, put it in quotation marks"
            self.stop(start, "bad-key", f"a key must be a text, but {what} begins here", hint)
            return
        if len(self.stack) == DEPTH:
            message = f"this is nested more than {DEPTH} levels deep"
            self.stop(start, "too-deep", message, "is a bracket or an indentation too much?")
            return
        if event.anchor is not None or event.tag is not None:
            self.decorated(event)
        value: dict[str, Data] | list[Data] = [] if is_list else {}
        key_path = self.put(value)
        self.values[key_path] = (start, start, False)
        self.stack.append((self.here, self.key_path))
        self.here, self.key_path = value, key_path
        self.key = "" if is_list else _WANTED

    def close(self, event: Any) -> None:
        self.last = (self.values[self.key_path][0], event.end_mark.index)
        self.here, self.key_path = self.stack.pop()
        self.key = _WANTED if isinstance(self.here, dict) else ""

    def decorated(self, event: Any) -> None:
        """Report an alias, or an anchor or tag before a value."""
        start = event.start_mark.index
        sign = self.lines.text[start]
        decorations: dict[str, tuple[Code, str]]
        decorations = {"&": ("yaml-anchor", "an anchor"), "*": ("yaml-alias", "an alias")}
        code, what = decorations.get(sign, ("yaml-tag", "a tag"))
        message = f"a value that begins with `{sign}` means {what} in YAML, and explainer has none"
        hint = "leave it out"
        if type(event) in {pyyaml.ScalarEvent, pyyaml.AliasEvent}:
            hint = f"if it is text, put it in quotation marks: {quoted(self.written(start))}"
        self.report(start, code, message, hint)

    def escaped(self, start: int, value: str) -> None:
        r"""Report a character such as "\0", which HTML cannot have either."""
        bad = sorted({f"U+{ord(char):04X}" for char in NOT_YAML.findall(value)})
        message = f"an escape in this text stands for {', '.join(bad)}, which no page can show"
        hint = "leave the escape out; if `\\` belongs to the text, use single quotation marks"
        self.report(start, "bad-character", message, hint)

    def document(self, event: Any) -> None:
        start = event.start_mark.index
        self.documents += 1
        if self.documents > 1:
            hint = "leave the line `---` out: all of a file stands in one document"
            self.stop(start, "yaml-document", "a second YAML document begins here", hint)
        elif event.version or event.tags:
            message = "explainer has no YAML directives, the lines that begin with `%`"
            self.report(start, "yaml-directive", message, "leave the line out")

    def bracket(self) -> int | None:
        """Give the place of the innermost open `[` or `{`."""
        outwards = (self.key_path[:n] for n in range(len(self.key_path), -1, -1))
        places = (self.values[path][0] for path in outwards if self.here is not None)
        return next((place for place in places if self.lines.text[place] in "[{"), None)

    def written(self, start: int) -> str:
        """Give the text from `start` to where its author may have meant it to end."""
        pattern = r"(?:(?![ \t]#)[^\n])*" if self.bracket() is None else r"[^\n,}\]]*"
        match = re.compile(pattern).match(self.lines.text, start)
        return match[0].rstrip() if match else ""

    def report(
        self, index: int, code: Code, message: str, hint: str, *related: RelatedLocation
    ) -> None:
        location = self.lines.location(index)
        self.problems.append(Problem(location, code, message, hint, related=related))

    def stop(self, index: int, code: Code, message: str, hint: str) -> None:
        """Report what makes reading on senseless."""
        self.report(index, code, message, hint)
        self.whole = False

    def give_up(self, error: pyyaml.YAMLError) -> None:
        """Say in an author's words where and why the parser stopped."""
        self.whole = False
        at = getattr(error, "problem_mark", None)
        begin = getattr(error, "context_mark", None)
        end = len(self.lines.text)
        stop = Stop(
            text=self.lines.text,
            first_line=self.lines.first_line,
            at=min(at.index, end) if at else end,
            begin=min(begin.index, end) if begin else None,
            context=getattr(error, "context", None) or "",
            last=self.last,
            bracket=self.bracket(),
        )
        index, message, hint = explain(stop)
        # An alias or tag that is reported already is often what made the parser stop.
        if self.lines.location(index).line not in {p.location.line for p in self.problems}:
            self.report(index, "yaml-syntax", message, hint)


# --- traps that YAML itself does not see ---------------------------------------------------------


def _forbidden(lines: Lines) -> Iterator[Problem]:
    """Give a problem for each of the first few characters that cannot stand in a YAML text."""
    for match in islice(NOT_YAML.finditer(lines.text), 20):
        code = f"U+{ord(match[0]):04X}"
        message = f"an invisible character that YAML cannot have ({code}) stands here"
        hint = "delete it; it may have come along with copied text"
        yield Problem(lines.location(match.start()), "bad-character", message, hint)


def _cut_values(located: Located) -> Iterator[Problem]:
    """Warn of values that end at a ` #` without a space after it, as in `claim: the #1 hit`."""
    text = located.lines.text
    for start, end, plain in located.values.values():
        if plain and (match := _CUT.match(text, end)):
            stop = text.find("\n", end)
            line = text[start : stop if stop >= 0 else len(text)]
            location = located.lines.location(match.end() - 2)
            message = "the value ends here, for ` #` begins a comment"
            hint = (
                f"if the rest belongs to the value: {quoted(short(line, 200))}\n"
                "if it is a comment, write a space after the `#`"
            )
            yield Problem(location, "cut-value", message, hint, "warning")
