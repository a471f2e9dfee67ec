"""Read YAML into plain data in which every value has a location.

This module builds the values from PyYAML's events, because PyYAML's loaders lose positions and
duplicate keys, read `no` as a boolean, and recurse. Every value stays the text that the author
wrote; `validate` converts it to the type of its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import yaml as pyyaml

from explainer.model.documents import Text
from explainer.model.location import Data, KeyPath, Lines, Located, Spot
from explainer.model.problems import Code, Problem, RelatedLocation, short
from explainer.parse import yaml_restarts
from explainer.parse.conflicts import conflicts
from explainer.parse.text import NOT_YAML, quoted
from explainer.support.patterns import later

DEPTH = 20
"""The maximum nesting depth of values; the format needs 6 levels."""

# libyaml's parser is ten times as fast as the one in Python, which is the fallback.
_Parser: TypeAlias = "pyyaml.CSafeLoader | pyyaml.SafeLoader"
_LOADER = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2, core schema

_CUT = later(r"[ \t]+#[^\s#!]")

_PAIR = later(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]")
"""A character as JSON may write it: two escapes, of which libyaml rejects each."""
_HALVES = later("[\ud800-\udbff][\udc00-\udfff]")

_MOST = 20
"""How many times to read on after a syntax error."""


# --- reading -------------------------------------------------------------------------------------


def read(text: Text, *, first_line: int = 1) -> tuple[Located, tuple[Problem, ...]]:
    """Read YAML; `first_line` is the line number of the text's first line in its file.

    Every value is text as written, except that `null`, `~`, and an empty value are None. Problems:
    `yaml-syntax`, `yaml-alias`, `yaml-anchor`, `yaml-tag`, `yaml-merge`, `yaml-document`,
    `yaml-directive`, `duplicate-key`, `bad-key`, `too-deep`, `bad-character`, `conflict-marker`,
    and the warning `cut-value` for a value that ends at a ` #` that may belong to it.
    """
    lines = Lines(text.path, text.content, first_line)
    if NOT_YAML.search(text.content):
        return Located(None, False, lines), tuple(_forbidden(lines))
    if conflict := next(conflicts(lines), None):
        return Located(None, False, lines), (conflict,)
    builder = _Builder(lines)
    builder.build(text.content)
    whole = builder.whole
    located = Located(builder.data if whole else None, whole, lines, builder.values, builder.keys)
    problems = builder.problems
    if not whole:
        problems = list(_all_parts(builder))
    if " #" in text.content or "\t#" in text.content:
        problems.extend(_cut_values(located))
    return located, tuple(problems)


def _all_parts(builder: _Builder) -> Iterator[Problem]:
    """Yield the problems of a text that cannot be read as a whole: of each part that can be tried.

    `builder` has stopped at the first syntax error. The next part begins with the first entry, or
    key of the text, after the one with that error, and so on.
    """
    lines, start, text = builder.lines, 0, builder.lines.text
    restarts = yaml_restarts.find(text)
    for _ in range(_MOST):
        builder = _earlier(builder, text, [each.start for each in restarts if each.start > start])
        mistake = max(builder.mistake, start)
        again = next((each for each in restarts if each.start > mistake), None)
        if again is None or builder.whole:
            break
        # What follows is read again, because it may have been taken for a part of the mistake.
        yield from _between(builder, start, again.start)
        start, builder, text = again.start, _Builder(lines), again.text(lines.text)
        builder.build(text)
    yield from _between(builder, start, len(lines.text) + 1)


def _earlier(builder: _Builder, text: str, starts: Sequence[int]) -> _Builder:
    """Return a builder that has stopped at the first mistake of a text.

    What a quotation mark or bracket opens may swallow entries, up to a second mistake at which the
    parser stops. So the text before the entry with a mistake is read on its own, too.
    """
    while before := [start for start in starts if start <= builder.mistake]:
        shorter = _Builder(builder.lines)
        shorter.build(text[: before[-1]])
        if builder.whole or shorter.whole:
            break
        builder, starts = shorter, before[:-1]
    return builder


def _between(builder: _Builder, start: int, end: int) -> Iterator[Problem]:
    """Yield the problems in a part of the text that begins and ends at the start of a line."""
    first, last = (builder.lines.location(index).line for index in (start, end - 1))
    yield from (p for p in builder.problems if first <= p.location.line <= last)


def loader(text: str) -> type[_Parser]:
    """Return PyYAML's loader for a text: the fast one, unless it would refuse valid escapes."""
    return pyyaml.SafeLoader if _PAIR.search(text) else _LOADER


def _joined(pair: str) -> str:
    """Return the character of a surrogate pair."""
    return pair.encode("utf-16", "surrogatepass").decode("utf-16")


# --- building ------------------------------------------------------------------------------------


_WANTED, _REFUSED = -2, -1
"""Special values of `_Builder.key` in a mapping: the next scalar is a key, or it is the value of a
wrong key and is discarded. They are numbers, because no key of a mapping is a number."""


class _Builder:
    """Builds data from events with its own stack, so that deep nesting cannot overflow Python's."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.problems: list[Problem] = []
        self.data: Data = None
        self.values: dict[KeyPath, Spot] = {}
        self.keys: dict[KeyPath, int] = {}
        self.whole = True
        self.mistake = 0  # if the text is not whole: the offset of the reason
        self.documents = 0
        self.escapes = "\\" in lines.text
        # Where we are: the container to fill, its key path, and the key that awaits its value.
        self.here: dict[str, Data] | list[Data] | None = None
        self.key_path: KeyPath = ()
        self.key: str | int = ""
        self.stack: list[tuple[dict[str, Data] | list[Data] | None, KeyPath]] = []
        self.last = (0, 0)  # the start and end offsets of the last complete value

    def build(self, text: str) -> None:
        """Process all events, or stop at the first problem that makes the rest meaningless."""
        try:
            self.process(loader(text)(text))
        except pyyaml.YAMLError as error:
            self.give_up(error)

    def process(self, parser: _Parser) -> None:
        """Process all events. Raises YAMLError."""
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
            if self.escapes and not plain:
                value = _HALVES.sub(lambda pair: _joined(pair[0]), event.value)
                if NOT_YAML.search(value):
                    self.escaped(start, value)
        self.last = (start, end)
        if self.key == _WANTED:
            self.take_key(value, plain, start)
        else:
            self.values[self.put(value)] = (start, end, plain)

    def put(self, value: Data) -> KeyPath:
        """Store a value at the current position, and return its key path."""
        if isinstance(self.here, list):
            self.here.append(value)
            return (*self.key_path, len(self.here) - 1)
        key, self.key = self.key, _WANTED
        if self.here is None:
            self.data = value
            return ()
        if isinstance(key, str):
            self.here[key] = value
        return (*self.key_path, key)  # the key path of a rejected value belongs to no other value

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
                message = f"a key must be text, but YAML reads `{written}` as “no value”"
                hint = f"put it in quotation marks: {quoted(written)}"
            else:
                message, hint = "there is no key before this colon", ""
            self.report(index, "bad-key", message, hint)
        elif key in mapping:
            first = self.lines.location(self.keys[*self.key_path, key])
            number = self.lines.location(index).line
            message = (
                f"the key `{short(key)}` appears on line {first.line} and again on line {number}"
            )
            hint = "remove one of them, or put both values under one key"
            self.report(index, "duplicate-key", message, hint, RelatedLocation(first, "first here"))
        else:
            hint = "write out the values wherever you need them"
            self.report(index, "yaml-merge", "explainer does not support merge keys (`<<`)", hint)

    def open(self, event: Any) -> None:
        is_list = type(event) is pyyaml.SequenceStartEvent
        start = event.start_mark.index
        if self.key == _WANTED:
            what = "a list" if is_list else "a group of `key: value`"
            hint = "if it is text, put it in quotation marks"
            self.stop(start, "bad-key", f"a key must be text, but {what} starts here", hint)
            return
        if len(self.stack) == DEPTH:
            message = f"values are nested more than {DEPTH} levels deep"
            self.stop(start, "too-deep", message, "check for extra brackets or indentation")
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
        message = f"in YAML, `{sign}` at the start of a value means {what}, which is not supported"
        hint = "remove it"
        if type(event) in {pyyaml.ScalarEvent, pyyaml.AliasEvent}:
            hint = f"if it is text, put it in quotation marks: {quoted(self.written(start))}"
        self.report(start, code, message, hint)

    def escaped(self, start: int, value: str) -> None:
        r"""Report a character such as "\0", which HTML does not allow either."""
        bad = sorted({f"U+{ord(char):04X}" for char in NOT_YAML.findall(value)})
        message = f"an escape in this text means {', '.join(bad)}, which a page cannot show"
        hint = "remove the escape; if `\\` is part of the text, use single quotation marks"
        self.report(start, "bad-character", message, hint)

    def document(self, event: Any) -> None:
        start = event.start_mark.index
        self.documents += 1
        if self.documents > 1:
            hint = "remove the line `---`: a file must be one document"
            self.stop(start, "yaml-document", "a second YAML document starts here", hint)
        elif event.version or event.tags:
            message = "explainer does not support YAML directives (lines that start with `%`)"
            self.report(start, "yaml-directive", message, "remove the line")

    def bracket(self) -> int | None:
        """Return the offset of the innermost open `[` or `{`."""
        outwards = (self.key_path[:n] for n in range(len(self.key_path), -1, -1))
        places = (self.values[path][0] for path in outwards if self.here is not None)
        return next((place for place in places if self.lines.text[place] in "[{"), None)

    def written(self, start: int) -> str:
        """Return the text from `start` to where the author probably meant it to end."""
        pattern = r"(?:(?![ \t]#)[^\n])*" if self.bracket() is None else r"[^\n,}\]]*"
        match = re.compile(pattern).match(self.lines.text, start)
        return match[0].rstrip() if match else ""

    def report(
        self, index: int, code: Code, message: str, hint: str, *related: RelatedLocation
    ) -> None:
        location = self.lines.location(index)
        self.problems.append(Problem(location, code, message, hint, related=related))

    def stop(self, index: int, code: Code, message: str, hint: str) -> None:
        """Report a problem that makes the rest meaningless, and stop."""
        self.report(index, code, message, hint)
        self.whole, self.mistake = False, index

    def give_up(self, error: pyyaml.YAMLError) -> None:
        """Report where and why the parser stopped, in terms that authors understand."""
        from explainer.parse.yaml_errors import Stop, explain

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
        self.mistake = index
        # An alias or tag that is reported already is often what made the parser stop.
        if self.lines.location(index).line not in {p.location.line for p in self.problems}:
            self.report(index, "yaml-syntax", message, hint)


# --- traps that YAML itself does not see ---------------------------------------------------------


def _forbidden(lines: Lines) -> Iterator[Problem]:
    """Yield a problem for each of the first few characters that YAML does not allow."""
    for match in islice(NOT_YAML.finditer(lines.text), 20):
        code = f"U+{ord(match[0]):04X}"
        message = f"invisible character ({code}) that YAML does not allow"
        hint = "delete it; it may come from text that you pasted"
        yield Problem(lines.location(match.start()), "bad-character", message, hint)


def _cut_values(located: Located) -> Iterator[Problem]:
    """Warn of values that end at a ` #` without a space after it, as in `claim: the #1 hit`."""
    text = located.lines.text
    for start, end, plain in located.values.values():
        if plain and (match := _CUT.match(text, end)):
            stop = text.find("\n", end)
            line = text[start : stop if stop >= 0 else len(text)]
            location = located.lines.location(match.end() - 2)
            message = "the value ends here, because ` #` starts a comment"
            hint = (
                f"if the rest is part of the value, write {quoted(short(line, 200))}\n"
                "if it is a comment, add a space after the `#`"
            )
            yield Problem(location, "cut-value", message, hint, "warning")
