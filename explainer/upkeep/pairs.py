"""Match the articles and annotations of an older edition of a site with those of today's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from explainer.anchor.normalize import normalize_quote
from explainer.article.merge import Content, kind_and_text
from explainer.model.annotations import Claim
from explainer.support.values import dataclass
from explainer.upkeep.edition import Edition, PublishedArticle

T = TypeVar("T")
Side: TypeAlias = tuple[PublishedArticle, str, Content]
"""An annotation with its article and its id, at one of the two times."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An article as it was, and as it is. One of them may be missing, but not both."""

    old: PublishedArticle | None
    new: PublishedArticle | None

    @property
    def path(self) -> str:
        """Its file; if it is gone, the former one."""
        article = self.new or self.old
        assert article
        return article.path


@dataclass(frozen=True, slots=True)
class AnnotationPair:
    """An annotation as it was, and as it is, each with its id."""

    old: tuple[str, Content] | None
    new: tuple[str, Content] | None


def pair_articles(old: Edition | None, new: Edition, renamed: Mapping[str, str]) -> Sequence[Pair]:
    """Return the articles of two editions in pairs: today's by path, then those that are gone.

    `renamed` has the old paths of files that git knows as renamed. Others are recognized by
    their text, an alias, or their title.
    """
    before = dict(old.articles) if old else {}
    # Two texts may have swapped their names.
    same = list(_alike(before.values(), new.articles.values(), _body))
    come_here = {now.path for _, now in same}
    found = {
        now.path: was.path
        for was, now in same
        # But a copy of a text is not that text, if this is where it was.
        if was.path == now.path
        or was.path not in new.articles
        or was.path in come_here
        or was.path == renamed.get(now.path)
        or was.front.title == now.front.title
        or was.address in now.aliases
    }
    moved = {*renamed.values(), *found.values()}
    for path in new.articles:
        was = renamed.get(path, path)
        is_free = was not in (found.values() if path in renamed else moved)
        if path not in found and was in before and is_free:
            found[path] = was
    addresses = {article.address: path for path, article in before.items()}
    left = before.keys() - found.values()
    for path, article in new.articles.items():
        for alias in article.aliases:
            if path not in found and (was := addresses.get(alias, "")) in left:
                found[path] = was
                left.remove(was)
    gone = [before[path] for path in sorted(before.keys() - found.values())]
    come = [article for path, article in new.articles.items() if path not in found]
    found |= {now.path: was.path for was, now in _alike(gone, come, _title)}
    pairs = [
        Pair(before[found[path]] if path in found else None, article)
        for path, article in new.articles.items()
    ]
    left = before.keys() - found.values()
    return [*pairs, *(Pair(before[path], None) for path in sorted(left))]


def pair_annotations(old: PublishedArticle, new: PublishedArticle) -> Sequence[AnnotationPair]:
    """Return the annotations of an article in pairs: today's in the order of the file, then gone.

    They are matched by id, then by the words that they say, then by those that they are about.
    """
    before, now = old.annotations, new.annotations
    found: dict[str, str] = {
        name: name for name in now if name in before and type(before[name]) is type(now[name])
    }
    for key in (_says, _about):
        matched = set(found.values())
        gone = [each for each in before.items() if each[0] not in matched]
        come = [each for each in now.items() if each[0] not in found]
        found |= {new_one[0]: old_one[0] for old_one, new_one in _alike(gone, come, key)}
    pairs = [
        AnnotationPair((found[name], before[found[name]]) if name in found else None, (name, each))
        for name, each in now.items()
    ]
    matched = set(found.values())
    left = [each for each in before.items() if each[0] not in matched]
    return [*pairs, *(AnnotationPair(each, None) for each in left)]


def moved_claims(pairs: Iterable[Pair]) -> Sequence[tuple[Side, Side]]:
    """Return the claims that moved to another article, as they were and as they are."""
    gone: list[Side] = []
    come: list[Side] = []
    for pair in pairs:
        if pair.old and pair.new:
            if pair.old.is_readable and pair.new.is_readable:
                for each in pair_annotations(pair.old, pair.new):
                    gone += [(pair.old, *each.old)] if each.old and each.new is None else []
                    come += [(pair.new, *each.new)] if each.new and each.old is None else []
        elif pair.old:
            gone += [(pair.old, *each) for each in pair.old.claims.items()]
        elif pair.new:
            come += [(pair.new, *each) for each in pair.new.claims.items()]
    found: list[tuple[Side, Side]] = []
    for key in (_claim_says, _claim_about):
        old, new = ([each[i] for each in found] for i in (0, 1))
        went, came = ({(side[0].path, side[1]) for side in sides} for sides in (old, new))
        left = [each for each in gone if (each[0].path, each[1]) not in went]
        free = [each for each in come if (each[0].path, each[1]) not in came]
        found += _alike(left, free, key)
    return found


def _claim_says(side: Side) -> Hashable:
    claim = side[2]
    return normalize_quote(claim.claim) if isinstance(claim, Claim) else None


def _claim_about(side: Side) -> Hashable:
    claim = side[2]
    return (side[1], claim.quote) if isinstance(claim, Claim) and claim.quote else None


def _body(article: PublishedArticle) -> Hashable:
    return article.routed.body.strip()


def _title(article: PublishedArticle) -> Hashable:
    return article.front.title


def _says(named: tuple[str, Content]) -> Hashable:
    return type(named[1]), normalize_quote(kind_and_text(named[1])[1])


def _about(named: tuple[str, Content]) -> Hashable:
    content = named[1]
    quote = normalize_quote(content.quote or "")
    return (type(content), quote) if quote else None


def _alike(
    old: Iterable[T], new: Iterable[T], key: Callable[[T], Hashable]
) -> Iterable[tuple[T, T]]:
    """Yield the pairs of things that have the same key, which no other has; keys may be empty."""
    old, new = list(old), list(new)
    counts = [Counter(map(key, each)) for each in (old, new)]
    before = {key(each): each for each in old}
    for each in new:
        own = key(each)
        if own and counts[0][own] == counts[1][own] == 1:
            yield before[own], each
