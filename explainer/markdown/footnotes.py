"""Footnotes: `[^name]` in the text with `[^name]: The note.` on its own line, or `^[The note.]`.

Names are compared exactly first, and then without regard to case. They may have spaces. If several
footnotes have one name, references mean the first. Nothing that an author wrote disappears:
footnotes to which nothing refers follow the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from explainer.markdown.attribute_rules import take_lists
from explainer.markdown.findings import Finding, Place, places, report
from explainer.markdown.foreign import notes_of
from explainer.markdown.pictures import Flaw
from explainer.model.problems import nearest, short
from explainer.support.patterns import later

_DEFINITION = later(r"\[\^([^\[\]\n]*[^\[\]\s][^\[\]\n]*)\]:")
_REFERENCE = later(r"\[\^([^\[\]]*[^\[\]\s][^\[\]]*)\]")
_ENDS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
"""The blocks that a footnote ends, even without an empty line. (`blockquote` is for tables too.)"""
_NAMES = "footnotes"
"""The key in the parser's environment of the names of all footnotes, casefolded."""
_CONCERNED = frozenset({"footnote_definition_open", "footnote_ref", "text_special", "image"})
"""The types of tokens that are footnotes or references, and that may contain or stand for those."""
_MISSING = "missing-footnote"
"""The key in the `meta` of a token of the name to which no footnote belongs."""


def footnotes(md: MarkdownIt) -> None:
    """Make the parser of articles read footnotes. The tokens at the end of a text show them."""
    md.block.ruler.before("reference", "footnote", _definition, _ENDS)
    md.inline.ruler.after("image", "inline_footnote", _inline_footnote)
    md.inline.ruler.after("inline_footnote", "footnote_reference", _reference)
    md.core.ruler.before("text_join", "footnotes", _footnotes)


def no_footnotes(md: MarkdownIt) -> None:
    """Make the parser of notes report references to footnotes, and keep footnotes as text."""
    md.block.ruler.before("reference", "footnote", _definition_as_text)
    md.inline.ruler.after("image", "footnote_reference", _reference)
    md.core.ruler.before("text_join", "footnotes", _report_in_notes)


def _name(label: str) -> str:
    return " ".join(label.split())


# --- reading -------------------------------------------------------------------------------------


def _definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a footnote: a first line, and lines that are indented by four columns."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _DEFINITION.match(state.src, start, state.eMarks[start_line])
    if match is None or state.is_code_block(start_line):
        return False
    if silent:
        return True
    opening = state.push("footnote_definition_open", "", 1)
    opening.meta = {"name": _name(match[1]), "at": start}
    state.env.setdefault(_NAMES, set()).add(opening.meta["name"].casefold())
    line = (state.bMarks, state.tShift, state.sCount)
    saved = [each[start_line] for each in line], state.parentType
    column = state.sCount[start_line] + match.end() - start
    after = match.end()
    wide = column
    while after < state.eMarks[start_line] and state.src[after] in " \t":
        wide += 4 - wide % 4 if state.src[after] == "\t" else 1
        after += 1
    state.blkIndent += 4
    # The first line counts as indented like the others.
    state.bMarks[start_line], state.tShift[start_line] = match.end(), after - match.end()
    spaces = wide - column
    state.sCount[start_line] = spaces + (state.blkIndent if spaces < state.blkIndent else 0)
    state.parentType = "footnote"
    state.md.block.tokenize(state, start_line, end_line)
    state.blkIndent -= 4
    values, state.parentType = saved
    for each, value in zip(line, values, strict=True):
        each[start_line] = value
    opening.map = [start_line, state.line]
    state.push("footnote_definition_close", "", -1)
    return True


def _definition_as_text(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read what looks like a footnote as a paragraph, not as the address of a link."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if silent or not _DEFINITION.match(state.src, start, state.eMarks[start_line]):
        return False
    return paragraph(state, start_line, end_line, silent)


def _inline_footnote(state: StateInline, silent: bool) -> bool:
    """Read `^[The note.]`."""
    start = state.pos
    if not state.src.startswith("^[", start):
        return False
    end = state.md.helpers.parseLinkLabel(state, start + 1)
    if end < 0:
        if not silent:
            notes_of(state).add("open-footnote", state.src, start, start + 2)
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        content = state.src[start + 2 : end]
        children: list[Token] = []
        state.md.inline.parse(content, state.md, state.env, children)
        token.meta = {"content": content, "children": children, "at": start}
    state.pos = end + 1
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    """Read `[^name]`. Without such a footnote, it stays text, and is reported."""
    if not state.src.startswith("[^", state.pos):
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    name = _name(match[1])
    known = name.casefold() in state.env.get(_NAMES, ())
    if silent:  # as text: what contains a footnote can be a link nevertheless
        state.pos += 1
    elif known:
        token = state.push("footnote_ref", "", 0)
        token.meta = {"name": name, "at": state.pos}
        state.pos = match.end()
    else:  # only the bracket: links and emphasis in what follows are read as ever
        token = state.push("text_special", "", 0)  # not yet joined with the text beside it
        token.content = "["
        token.meta = {_MISSING: (name, match[0]), "at": state.pos}
        state.pos += 1
    return True


# --- the list at the end -------------------------------------------------------------------------


@dataclass(slots=True)
class _Footnote:
    name: str
    """Empty for an inline footnote."""
    place: Place
    tokens: list[Token]
    number: int | None = None
    """From 0, in the order of the first references."""
    references: int = 0
    findings: Sequence[Finding] = ()


def _footnotes(state: StateCore) -> None:
    """Number the footnotes, and move them to the end of the text."""
    kinds = {child.type for token in state.tokens for child in token.children or ()}
    kinds |= {token.type for token in state.tokens}
    if kinds.isdisjoint(_CONCERNED):
        return
    rest, defined = _take_out(state)
    listing = _Listing(state, defined)
    listing.follow(rest)
    listing.follow_listed()
    unused = listing.add_the_rest()
    explained: set[str] = set()
    for tokens in (rest, *(footnote.tokens for footnote in listing.footnotes)):
        for inline, place, name, _ in _missing(state, tokens):
            near = nearest(name, unused) or nearest(name, listing.by_name)
            explained |= {near or ""}
            report(inline, _unknown(place, name, listing.by_name[near] if near else None))
        _report_in_pictures(state, tokens)
    listing.report(unused - explained)
    state.tokens = rest
    if listing.footnotes:
        state.tokens += listing.tokens()


def _take_out(state: StateCore) -> tuple[list[Token], list[_Footnote]]:
    """Separate the footnotes from the other tokens of a text."""
    rest: list[Token] = []
    footnotes: list[_Footnote] = []
    inside = [rest]
    for token in state.tokens:
        if token.type == "footnote_definition_open":
            place = places(state).at(token.meta["at"], f"[^{token.meta['name']}]")
            footnotes.append(_Footnote(token.meta["name"], place, []))
            inside.append(footnotes[-1].tokens)
        elif token.type == "footnote_definition_close":
            inside.pop()
        else:
            inside[-1].append(token)
    return rest, footnotes


class _Listing:
    """The footnotes of a text in the order in which the page shows them."""

    def __init__(self, state: StateCore, defined: Sequence[_Footnote]) -> None:
        self.state = state
        self.defined = defined
        self.by_name: dict[str, _Footnote] = {}
        for footnote in defined:
            self.by_name.setdefault(footnote.name, footnote)
        self.by_case = {n.casefold(): f for n, f in reversed(self.by_name.items())}
        self.footnotes: list[_Footnote] = []

    def find(self, name: str) -> _Footnote:
        """Return the footnote that a reference means."""
        return self.by_name.get(name) or self.by_case[name.casefold()]

    def follow(self, tokens: Iterable[Token]) -> None:
        """Number the references in these tokens, and add their footnotes to the list."""
        for inline, reference in _references(tokens):
            meta = reference.meta
            if "name" in meta:
                footnote = self.find(meta["name"])
            else:
                place = places(self.state).inside(inline, meta["at"], f"^[{meta['content']}")
                footnote = _Footnote("", place, _paragraph(self.state, meta, inline))
            self._add(footnote)
            reference.meta = {"id": footnote.number, "subId": footnote.references}
            footnote.references += 1

    def _add(self, footnote: _Footnote) -> None:
        if footnote.number is None:
            footnote.number = len(self.footnotes)
            self.footnotes.append(footnote)

    def follow_listed(self, done: int = 0) -> None:
        """Follow the references in the footnotes of the list, and in those that this adds."""
        while done < len(self.footnotes):
            self.follow(self.footnotes[done].tokens)
            done += 1

    def add_the_rest(self) -> set[str]:
        """Add the footnotes to which no text refers, and return the names of the unused ones.

        A footnote that only such footnotes refer to counts as used. Of footnotes that refer to each
        other in a circle, the first does not.
        """
        left = [footnote for footnote in self.defined if footnote.number is None]
        wanted = {
            id(self.find(reference.meta["name"]))
            for footnote in left
            for _, reference in _references(footnote.tokens)
            if reference.meta.get("name", footnote.name) != footnote.name
        }
        unused: set[str] = set()
        for footnote in sorted(left, key=lambda each: id(each) in wanted):
            if footnote.number is None:
                done = len(self.footnotes)
                self._add(footnote)
                self.follow_listed(done)
                if self.by_name[footnote.name] is footnote:
                    unused.add(footnote.name)
        return unused

    def report(self, unused: set[str]) -> None:
        """Find what is wrong with the footnotes. Nothing refers to those named in `unused`."""
        for footnote in self.footnotes:
            first = self.by_name.get(footnote.name, footnote)
            found: list[Finding] = []
            if first is not footnote:
                related = (first.place, "first written here")
                found.append(Finding(footnote.place, _twice(footnote.name), (related,)))
            elif footnote.name in unused:
                found.append(Finding(footnote.place, _unused(footnote.name)))
            if not any(token.content.strip() for token in footnote.tokens):
                found.append(Finding(footnote.place, _EMPTY))
            footnote.findings = found

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens of the list."""
        yield Token("footnote_block_open", "", 1)
        for footnote in self.footnotes:
            opening = Token("footnote_open", "", 1, meta={"id": footnote.number})
            for finding in footnote.findings:
                report(opening, finding)
            anchors = [
                Token("footnote_anchor", "", 0, meta={"id": footnote.number, "subId": again})
                for again in range(footnote.references)
            ]
            split = len(footnote.tokens)
            if split and footnote.tokens[-1].type == "paragraph_close":
                split -= 1
            yield opening
            yield from (*footnote.tokens[:split], *anchors, *footnote.tokens[split:])
            yield Token("footnote_close", "", -1)
        yield Token("footnote_block_close", "", -1)


def _references(tokens: Iterable[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each reference to a footnote, after the inline token that contains it.

    A reference in a link moves behind the link, because it is a link too.
    """
    for token in tokens:
        children = token.children or []
        if token.type != "inline" or not any(c.type == "footnote_ref" for c in children):
            continue
        token.children = _behind_links(children)
        yield from ((token, child) for child in token.children if child.type == "footnote_ref")


def _behind_links(children: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    waiting: list[Token] = []
    inside = False
    for child in children:
        inside = inside or child.type == "link_open"
        if inside and child.type == "footnote_ref":
            waiting.append(child)
            continue
        out.append(child)
        if child.type == "link_close":
            out += waiting
            waiting, inside = [], False
    return out


def _paragraph(state: StateCore, meta: dict[str, Any], inline: Token) -> list[Token]:
    """Return the tokens of an inline footnote."""
    opening = Token("paragraph_open", "p", 1, map=inline.map, block=True)
    content = Token("inline", "", 0, map=inline.map, level=1, block=True)
    content.content, content.children = meta["content"], meta["children"]
    take_lists(state, opening, content)
    return [opening, content, Token("paragraph_close", "p", -1, block=True)]


# --- what is wrong with them ---------------------------------------------------------------------

_EMPTY = Flaw("empty-footnote", "this footnote has no text", "write it after the colon")


def _missing(state: StateCore, tokens: Iterable[Token]) -> Iterator[tuple[Token, Place, str, str]]:
    """Yield the references that have no footnote: inline token, place, name, and source."""
    for inline in tokens:
        for child in inline.children or ():
            if _MISSING in child.meta:
                name, source = child.meta[_MISSING]
                yield inline, places(state).inside(inline, child.meta["at"], source), name, source


def _report_in_pictures(state: StateCore, tokens: Iterable[Token]) -> None:
    """Report the references in the square brackets of pictures, where only words count."""
    for inline in tokens:
        for child in inline.children or ():
            for words in _written(child.children or ()) if child.type == "image" else ():
                place = places(state).search(inline, words)
                message = f"`{short(words)}` has no effect in the square brackets of a picture"
                hint = "put it after the picture, or into its caption"
                report(inline, Finding(place, Flaw("unknown-footnote", message, hint)))


def _written(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type == "footnote_ref":
            meta = child.meta
            yield f"[^{meta['name']}]" if "name" in meta else f"^[{meta['content']}]"
        elif _MISSING in child.meta:
            yield child.meta[_MISSING][1]
        yield from _written(child.children or ())


def _unknown(place: Place, name: str, near: _Footnote | None) -> Finding:
    message = f"there is no footnote `{short(name)}`: readers see `[^{short(name)}]`"
    hint = f"write it on a line of its own, `[^{short(name)}]: …`, or `\\[` for a bracket"
    if near is None:
        return Finding(place, Flaw("unknown-footnote", message, hint))
    flaw = Flaw("unknown-footnote", message, f"did you mean `[^{near.name}]`?")
    return Finding(place, flaw, ((near.place, "this footnote is similar"),))


def _unused(name: str) -> Flaw:
    return Flaw(
        "unused-footnote",
        f"nothing refers to the footnote `{short(name)}`: no number in the text leads to it",
        f"write `[^{short(name)}]` after the words that it belongs to, or remove it",
    )


def _twice(name: str) -> Flaw:
    message = f"there are several footnotes `{short(name)}`: references mean the first"
    return Flaw("footnote-twice", message, "give this one another name, and refer to it")


def _report_in_notes(state: StateCore) -> None:
    for inline, place, _, source in _missing(state, state.tokens):
        message = f"annotations have no footnotes: readers see `{short(source)}`"
        hint = "put its text into the note, or write `\\[` for a bracket"
        report(inline, Finding(place, Flaw("unknown-footnote", message, hint)))
