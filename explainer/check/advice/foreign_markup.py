"""Advice about marks of other generators, which readers would see as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explainer.check.advice import prose
from explainer.check.site import CheckContext, CheckedArticle
from explainer.model.problems import Problem, short

_FOREIGN = re.compile(
    r"(?P<shortcode>\{\{[<%].*?[%>]\}\}|\{%.*?%\})"
    r"|(?P<admonition>^(?:!!!|\?\?\?\+?) \w.*$)"
    r"|(?P<div>^:::+ ?(?:\{.*?\}|[\w.-]+))"
    r"|(?P<citation>\[-?@[\w:.#$%&+?<>~/-]+[^\]\n]*\])",
    re.MULTILINE,
)
_FOREIGN_SAYS = {
    "shortcode": ("a shortcode of Hugo's, or a tag of Jekyll's", "write Markdown instead"),
    "admonition": ("an admonition of MkDocs's", "make it a note on the words that it is about"),
    "div": ("a block of Pandoc's or Quarto's", "make it a note on the words that it is about"),
    "citation": ("a citation of Pandoc's", "name the source in a note or a claim: `sources: [id]`"),
}
"""By what it is: how authors call it, and what there is for it here."""


def leftovers(article: CheckedArticle, _: CheckContext) -> Iterator[Problem]:
    """Ask about marks of other generators: `foreign-markup`. Not in code."""
    if not _FOREIGN.search(article.routed.body):
        return
    reader = article.body.reader
    for block in (block for group in prose.groups(article.body) for block in group):
        code = prose.stretches(article.body, block)[1]
        for match in _FOREIGN.finditer(reader.text[block.start : block.end]):
            start = match.start() + block.start
            if match.lastgroup is None or any(a <= start < b for a, b in code):
                continue
            what, hint = _FOREIGN_SAYS[match.lastgroup]
            location = prose.location(article, start, match[0])
            message = f"`{short(match[0])}` looks like {what}: readers see it as it stands"
            yield Problem(location, "foreign-markup", message, hint, "info")
