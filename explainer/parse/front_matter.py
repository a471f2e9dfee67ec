"""Read an article's file: its front matter and its Markdown, or problems for the author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType

from explainer.model.documents import Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Lines, Located, Location
from explainer.model.problems import Code, Problem, short
from explainer.model.scalars import DateTime
from explainer.parse import yaml
from explainer.parse.conflicts import conflicts
from explainer.parse.foreign_keys import sort_out
from explainer.parse.lookup import find, problem_at
from explainer.parse.validate import check_language, validate
from explainer.support.paths import is_output_path
from explainer.support.slugs import LONGEST_NAME, is_device, slug

_FENCE = re.compile(r"---[ \t]*(?:\n|\Z)")
_HEAD = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s\x00-\x1f\\?#%<>\"]+")


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """The two parts of an article's file."""

    front: FrontMatter | None
    """The front matter; None if there is an error in it."""
    not_before: tuple[DateTime, ...]
    """The earliest moments of publication that keys of other tools set."""
    places: Located
    """The front matter as written, with locations for problems that later stages find in it."""
    first_line: int
    """The line of the file on which `body` begins, from 1."""
    body: str
    """The Markdown after the front matter."""


def read_article(text: Text) -> tuple[ParsedArticle, tuple[Problem, ...]]:
    """Split an article into front matter and Markdown, and read the front matter.

    The problems are those of `yaml.read` and `validate`, plus `no-front-matter`,
    `open-front-matter`, `conflict-marker`, and `bad-value`.
    """
    head = _HEAD.match(text.content)
    if head is None:
        places = Located(None, False, Lines(text.path, "", 2))
        return ParsedArticle(None, (), places, 1, text.content), (_missing(text),)
    located, problems = yaml.read(Text(text.path, head["yaml"]), first_line=2)
    sorted_out = sort_out(located)
    read = sorted_out.located, (*problems, *sorted_out.problems)
    front, located, problems = validate(FrontMatter, read, _check)
    first_line, body = head["yaml"].count("\n") + 3, text.content[head.end() + 1 :]
    return ParsedArticle(front, sorted_out.not_before, located, first_line, body), problems


def _missing(text: Text) -> Problem:
    if conflict := next(conflicts(Lines(text.path, text.content), markdown=True), None):
        return conflict
    code: Code = "no-front-matter"
    message = "the article has no front matter"
    hint = "start the file with:\n---\ntitle: …\n---"
    if _FENCE.match(text.content):
        code = "open-front-matter"
        message = "the front matter that starts here is not closed"
        hint = "add a line `---` after the last key"
    elif _FENCE.match(text.content.lstrip()):
        message = "the front matter does not start on the first line of the file"
        hint = "delete everything above the first `---`"
    elif text.content.startswith("+++"):
        hint = "write the front matter as YAML between `---` lines, not as TOML between `+++` lines"
    return Problem(Location(text.path, 1, 1), code, message, hint)


def _check(located: Located) -> Iterator[Problem]:
    """Check what the types of the front matter cannot express."""
    yield from check_language(located)
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
