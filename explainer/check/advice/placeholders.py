"""Ask about values and words that templates suggest and that authors are meant to replace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from explainer.article.context import Inspection
from explainer.build.site import Articles, Site
from explainer.check.advice.prose import location_of, stretches
from explainer.model.location import Located, Location
from explainer.model.placeholders import find_words, is_example_address, is_placeholder
from explainer.model.problems import Problem, short
from explainer.parse.lookup import annotation_id, find
from explainer.scaffold.site import EXAMPLE, STARTER

_NAMES = ("title", "summary", "description", "authors.#", "sources.*.title", "sources.*.authors.#")
_ADDRESSES = ("url", "sources.*.url", "sources.*.archived", "original.url")
_TEXTS = (
    *("summary", "subtitle", "claims.#.claim", "claims.#.review", "notes.#.note"),
    *("questions.#.question", "questions.#.answer", "questions.#.settle"),
)


def in_settings(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Ask about placeholders in site.toml: `placeholder`."""
    yield from _in_data(site.settings_places)


def example_article(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Ask whether a new site's example is still wanted beside other articles: `placeholder`."""
    pages = [document for document in articles.routes.documents if document.address != "/"]
    for page in pages:
        if page.path == EXAMPLE and len(pages) > 1:
            starter = (STARTER / EXAMPLE).read_text(encoding="utf-8")
            if starter.endswith(page.body.strip() + "\n"):
                message = "this is the example article of a new site"
                hint = "if you no longer need it, delete its folder"
                yield Problem(Location(page.path, 1), "placeholder", message, hint, "info")


def in_article(inspection: Inspection, *_: object) -> Iterator[Problem]:
    """Ask about placeholders in an article and its annotations: `placeholder`."""
    yield from _in_data(inspection.document.places)
    yield from _in_data(inspection.places)
    text, body = inspection.body.reader.text, inspection.body
    if not find_words(text):
        return
    for block in body.reader.blocks:
        match = find_words(text[block.start : block.end])
        if match is None or body.tokens[block.token].type != "inline":
            continue
        at = block.start + match.start()
        if not any(start <= at < end for start, end in stretches(body, block)[1]):
            yield _problem(location_of(inspection, at, match[0]), match[0])


def _in_data(located: Located) -> Iterator[Problem]:
    """Find placeholders in the data of a file."""
    data = located.data
    named = (item for item in find(str, data, *_NAMES) if is_placeholder(item[1]))
    examples = (item for item in find(str, data, *_ADDRESSES) if is_example_address(item[1]))
    for key_path, value in (*named, *examples):
        name = annotation_id(data, key_path)
        yield _problem(located.location(key_path), value, name)
    for key_path, value in find(str, data, *_TEXTS):
        if (match := find_words(value)) and "`" not in value[: match.start()]:
            name = annotation_id(data, key_path)
            yield _problem(located.location(key_path), match[0], name)


def _problem(location: Location, words: str, annotation: str | None = None) -> Problem:
    message = f"`{short(words)}` looks like a placeholder"
    hint = "replace it, or remove it"
    return Problem(location, "placeholder", message, hint, "info", annotation)
