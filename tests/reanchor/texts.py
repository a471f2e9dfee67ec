"""Texts to follow annotations through."""

from __future__ import annotations

from explainer.anchor import find
from explainer.anchor import text as reader_text
from explainer.anchor.text import ReaderText
from explainer.markdown.parser import Markdown
from explainer.model.annotations import Target
from explainer.reanchor.follow import Follower
from explainer.reanchor.trace import Revisions, Trace
from explainer.reanchor.verdict import Verdict
from explainer.reanchor.word_lists import word_lists
from explainer.reanchor.words import read_words

_MARKDOWN = Markdown()


def reader(markdown: str) -> ReaderText:
    return reader_text.read(_MARKDOWN.parse(markdown))


def trace(*texts: str) -> Trace:
    words = [read_words(reader(text)) for text in texts]
    return Revisions(len(words), words.__getitem__).since(0)


def follow(*texts: str, language: str = "en", **keys: str) -> Verdict:
    """Follow a target from the first of the texts to the last."""
    traced, target = trace(*texts), Target(**keys)
    place = find.find(traced.old.reader, target)
    assert isinstance(place, find.Span), "the target is in the first text"
    verdict = Follower(traced, word_lists(language)).follow(target, place)
    if verdict.target and verdict.span:
        assert find.find(traced.new.reader, verdict.target) == verdict.span
    return verdict
