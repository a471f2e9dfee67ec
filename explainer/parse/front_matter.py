"""Read an article's file: its front matter and its Markdown, or problems for the author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import NoneType

from explainer.model.documents import Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Lines, Located, Location, PackedLocated
from explainer.model.problems import Code, Problem, short
from explainer.model.scalars import DateTime
from explainer.parse import free_data, toml, yaml
from explainer.parse.conflicts import conflicts
from explainer.parse.foreign_keys import sort_out
from explainer.parse.lookup import find, problem_at
from explainer.parse.validate import check_language, validate
from explainer.support.paths import is_output_path
from explainer.support.patterns import later
from explainer.support.slugs import LONGEST_NAME, is_device, slug
from explainer.support.values import dataclass

_HEAD = later(
    r"(?:---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_OTHER_END = later(r"^(?:---|\+\+\+)[ \t]*$", re.MULTILINE)
_OPEN = later(r"(?:---|\+\+\+)[ \t]*(?:\n|\Z)")
_KEY = r"[\"']?[A-Za-z_][\w -]*+[\"']?[ \t]*[:=]"
_START = later(r"(?>\s|<!--.*?-->)*+", re.DOTALL)
"""White space and comments at the start of a file."""
_LATE = later(rf"(?P<fence>---|\+\+\+)[ \t]*\n(?>[ \t]*(?:#[^\n]*)?\n)*+(?:{_KEY}|(?P=fence))")
_HEADING = later(r"#[^\n]*\n\s*+")
_OTHER = later(rf"\s*+(?:[-+=;~]{{3,}}[ \t]*\w*[ \t]*\n\s*+(?:{_KEY}|\{{)|\{{\s*+\"[\w-]+\"\s*:)")
_USUAL = (
    r"(?:title|date|author|authors|status|draft|published|publish|private|tags|category|slug|layout)"
    r"[ \t]*"
)
_USUAL_KEY = later(rf"^{_USUAL}[:=]", re.IGNORECASE | re.MULTILINE)
_WITHOUT_FENCE = later(
    rf"{_USUAL}:[^\n]*+(?:\n[A-Za-z_][\w -]*+:[^\n]*+)*+(?:\n\s*\n|\n?\Z)",
    re.IGNORECASE,
)
_IN_COMMENT = later(
    r"\s*<!--\s*(?:\.\.[ \t]+[\w-]+:|(?:---|\+\+\+)[ \t]*\n"
    r"|(?:draft|published?|private|status)[ \t]*:[ \t]*[\w-]*\s*(?:-->|\n))",
    re.IGNORECASE,
)
"""Keys in a comment at the top: for Nikola, those are the front matter."""
_AGAIN = later(
    rf"(?:(?P<fence>---|\+\+\+)[ \t]*\n{_KEY}|{_USUAL}[:=])[^\n]*\n"
    rf"(?:(?:[ \t#-]++\S|{_KEY})[^\n]*\n)*+(?(fence)(?P=fence)|(?:---|\+\+\+))[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A second block of front matter, which a template of an editor may have added."""
_ADDRESS = later(r"[^\s\x00-\x1f\\?#%<>\"]+")


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """The two parts of an article's file."""

    front: FrontMatter | None
    """The front matter; None if there is an error in it."""
    not_before: tuple[DateTime, ...]
    """The earliest moments of publication that keys of other tools set."""
    packed: PackedLocated
    """The `places`."""
    first_line: int
    """The line of the file on which `body` begins, from 1."""
    text: Text
    """The file."""
    start: int
    """The offset at which `body` begins."""

    @property
    def places(self) -> Located:
        """The front matter as written, with locations for problems that later stages find in it."""
        return self.packed.unpack()

    @property
    def body(self) -> str:
        """The Markdown after the front matter."""
        return self.text.content[self.start :]


def read_article(text: Text) -> tuple[ParsedArticle, tuple[Problem, ...]]:
    """Split an article into front matter and Markdown, and read the front matter.

    The problems are those of `yaml.read`, `toml.read`, and `validate`, plus `no-front-matter`,
    `open-front-matter`, `conflict-marker`, and `bad-value`.
    """
    content = text.content
    head = _HEAD.match(content)
    if head is None:
        places = PackedLocated.of(Located(None, True, Lines(text.path, "", 1)))
        problems = tuple(_without(text))
        front = None if problems else FrontMatter()
        return ParsedArticle(front, (), places, 1, text, 0), problems
    is_yaml = head["yaml"] is not None
    inner = Text(text.path, head["yaml"] if is_yaml else head["toml"])
    located, found = (yaml.read if is_yaml else toml.read_front_matter)(inner, first_line=2)
    if located.whole and isinstance(located.data, str):
        located, found = replace(located, data=None, whole=False), (_not_keys(located),)
    if is_yaml:
        free_data.give_types(located, free_data.EXTRA)
    known = sort_out(located)
    found = (*found, *known.problems)
    below = _START.match(content, head.end())
    if below and _AGAIN.match(content, below.end()):
        found = (*found, _second(text, below.end()))
    front, located, problems = validate(FrontMatter, (known.located, found), _check, yaml=is_yaml)
    first_line, start = inner.content.count("\n") + 3, head.end() + 1
    packed = PackedLocated.of(located)
    parsed = ParsedArticle(front, known.not_before, packed, first_line, text, start)
    return parsed, problems


def _without(text: Text) -> Iterator[Problem]:
    """Report what is wrong with the start of a file that has no front matter.

    What looks like front matter, but is none, must not be published as text: it may withhold the
    page.
    """
    if conflict := next(conflicts(Lines(text.path, text.content), markdown=True), None):
        yield conflict
        return
    code: Code = "no-front-matter"
    start = len(text.content) - len(_START.sub("", text.content, count=1))
    if opening := _OPEN.match(text.content):
        code, fence = "open-front-matter", opening[0][:3]
        message = "the front matter that starts here is not closed"
        hint = f"add a line `{fence}` after the last key"
        if end := _OTHER_END.search(text.content, opening.end()):
            line = text.content.count("\n", 0, end.start()) + 1
            hint = f"write line {line} as `{fence}`, like the first line"
    elif late := _LATE.match(text.content, start):
        message = "the front matter does not start on the first line of the file"
        hint = f"delete everything above the first `{late['fence']}`"
    elif _is_below_heading(text.content, start):
        message = "the front matter does not start on the first line of the file"
        hint = "move it above the heading, to the top of the file"
    elif _IN_COMMENT.match(text.content):
        message = "this looks like front matter in a comment, which explainer does not read"
        hint = "put it between two lines `---` instead; if it is a remark, reword it"
    elif not text.content.strip():
        message, hint = "the article has no title", "start it with a heading: # The title"
    elif _OTHER.match(text.content):
        message = "this looks like front matter, but is neither YAML nor TOML between its lines"
        hint = "write YAML between two lines `---`, or TOML between two lines `+++`"
    elif _WITHOUT_FENCE.match(text.content):
        message = "this looks like front matter without the lines around it"
        hint = "add a line `---` above and below; if it is text, add two such lines above it"
    else:
        return
    yield Problem(Location(text.path, 1, 1), code, message, hint)


def _is_below_heading(content: str, start: int) -> bool:
    """Whether a heading at `start` is followed by what looks like front matter."""
    heading = _HEADING.match(content, start)
    head = _HEAD.match(content, heading.end()) if heading else None
    inner = (head["yaml"] or head["toml"] or "") if head else ""
    return bool(re.match(_KEY, inner) and _USUAL_KEY.search(inner))


def _second(text: Text, start: int) -> Problem:
    """Report a second block of front matter: its keys would have no effect."""
    location = Lines(text.path, text.content).location(start)
    message = "this looks like a second block of front matter: only the first one counts"
    hint = "move its keys to the first block, and delete this one"
    return Problem(location, "no-front-matter", message, hint)


def _not_keys(located: Located) -> Problem:
    """Report front matter in YAML that is only a text."""
    if re.match(r"[\w-]+ *= *", str(located.data)):
        hint = "this looks like TOML: write `+++` instead of `---` above and below"
    else:
        hint = "write `key: value` on each line; if this is text, write its first line as `***`"
    message = "the front matter must be a group of keys, not text"
    return Problem(located.location(), "wrong-type", message, hint)


def _check(located: Located) -> Iterator[Problem]:
    """Check what the types of the front matter cannot express."""
    yield from check_language(located)
    yield from free_data.check(located, free_data.EXTRA)
    for key_path, title in find(str, located.data, "title"):
        if not title.strip():
            yield problem_at(located, key_path, "empty-value", "`title` is empty", key=True)
    for key_path, _ in find(NoneType, located.data, "draft", "noindex"):
        message, hint = f"`{key_path[-1]}` has no value", "write `true` or `false`"
        yield problem_at(located, key_path, "empty-value", message, hint, key=True)
    for key_path, own in find(str, located.data, "slug"):
        if not _ADDRESS.fullmatch(own) or "/" in own or own[0] in "._" or not slug(own):
            message = f"`{short(own)}` cannot be the last part of an address"
            hint = "use letters, digits, and hyphens, for example `kremlin-call`"
            yield problem_at(located, key_path, "bad-value", message, hint)
    for key_path, alias in find(str, located.data, "aliases.#"):
        if flaw := _alias_flaw(alias):
            message = f"`{short(alias)}` {flaw}"
            hint = "write it in the form `/old/address/`"
            yield problem_at(located, key_path, "bad-value", message, hint)


def _alias_flaw(alias: str) -> str | None:
    """Return the end of a sentence that says why an alias cannot be an address, or None."""
    parts = alias.split("/")
    is_path = is_output_path(f"{alias.strip('/')}/index.html".lstrip("/"))
    if not _ADDRESS.fullmatch(alias) or {".", ".."} & set(parts) or "//" in alias or not is_path:
        return "is not a valid address on this site"
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        return f"is too long: a part of it has more than {LONGEST_NAME} bytes"
    if device := next(filter(is_device, parts), None):
        return f"cannot be an address: Windows keeps the name `{device}` for a device"
    return None
