"""What changed for readers between an older edition of a site and today's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from explainer.anchor.normalize import normalize_quote
from explainer.article.merge import Content, kind_and_text
from explainer.model.annotations import Claim, Question
from explainer.model.problems import Problem
from explainer.site import permanent
from explainer.support.values import dataclass
from explainer.upkeep.edition import Edition, OldEdition, PublishedArticle
from explainer.upkeep.pairs import Pair, Side, moved_claims, pair_annotations, pair_articles

ChangeKind: TypeAlias = Literal[  # noqa: RUF041 - nested: by subject
    Literal["article-added", "article-removed", "article-renamed", "article-retitled"],
    Literal["article-corrected", "article-edited"],
    Literal["claim-added", "claim-withdrawn", "claim-rerated", "claim-reworded", "claim-renamed"],
    Literal["claim-moved"],
    Literal["review-changed", "evidence-added", "evidence-removed", "quote-moved"],
    Literal["note-added", "note-removed", "note-changed"],
    Literal["question-added", "question-removed", "question-changed", "question-answered"],
]
"""The kinds of changes. Programs rely on these names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderChange:
    """One change that readers can see."""

    kind: ChangeKind
    article: str
    """The article's file; if it is gone, its former one."""
    title: str
    """The title of the article."""
    address: str
    """The address of the article, claim, or annotation; if it is gone, its former one."""
    annotation: str | None = None
    """The id of the annotation."""
    text: str = ""
    """What it is about: the claim, the note, the correction."""
    old: str | None = None
    """What was there before: a rating, an address, a quote; for evidence, None."""
    new: str | None = None
    """What is there now; for evidence, its stance."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed for readers."""

    changes: Sequence[ReaderChange]
    """By article, in the order of the site's paths."""
    removed: Mapping[str, Problem]
    """By address: why there is no longer a page, and the alias to add."""
    notes: Sequence[str]
    """What could not be compared, a sentence each."""


def compare(old: OldEdition, new: Edition) -> Changes:
    """Compare an older edition of a site with today's."""
    changes: list[ReaderChange] = []
    notes = list(old.notes)
    pairs = changed_pairs(old, new)
    moved = moved_claims(pairs)
    editions = _Editions(
        old.edition,
        new,
        {(article.path, name): was for was, (article, name, _) in moved},
        frozenset((article.path, name) for (article, name, _), _ in moved),
    )
    for pair in pairs:
        changes += _article(pair, editions)
        for article, when in ((pair.old, "had errors then"), (pair.new, "has errors now")):
            if article and not article.is_readable:
                file = article.annotation_path
                notes.append(f"{file} {when}, so its annotations are not compared")
    for edition, when in ((old.edition, "had errors then"), (new, "has errors now")):
        unread = edition.not_compared if edition else ()
        notes += [f"{path} {when}, so it is not compared" for path in unread]
    return Changes(changes, removed_addresses(old, new, pairs), notes)


def changed_pairs(old: OldEdition, new: Edition) -> Sequence[Pair]:
    """Return the articles in which something is not as it was.

    What cannot be read now, or could not be read then, is neither new nor gone.
    """
    later = {path: new_path for new_path, path in old.renamed.items()}

    def is_unread(path: str) -> bool:
        names = (path, old.renamed.get(path, path), later.get(path, path))
        editions = [new, old.edition] if old.edition else [new]
        return any(edition.has_unread(name) for edition in editions for name in names)

    return [
        pair
        for pair in pair_articles(old.edition, new, old.renamed)
        if (pair.old and pair.new) or not is_unread(pair.path)
        if _is_changed(pair, old.edition, new)
    ]


def _is_changed(pair: Pair, old: Edition | None, new: Edition) -> bool:
    if pair.old is None or pair.new is None or old is None:
        return True
    was, now = pair.old, pair.new
    same = (was.texts, was.address, was.aliases, was.drafts) == (
        now.texts,
        now.address,
        now.aliases,
        now.drafts,
    )
    return not same or (old.library != new.library and None not in (old.library, new.library))


def removed_addresses(
    old: OldEdition, new: Edition, pairs: Sequence[Pair]
) -> Mapping[str, Problem]:
    """Report the addresses that have no page any more, with the alias to add."""
    if old.edition is None:
        return {}
    now = {pair.old.path: pair.new.path for pair in pairs if pair.old and pair.new}
    current = [pair.new for pair in pairs if pair.new]
    broken = {article.annotation_path for article in current if not article.is_readable}
    permanent_before = old.edition.permanent(pair.old for pair in pairs if pair.old)
    before = {address: _renamed(path, now) for address, path in permanent_before.items()}
    before = {address: path for address, path in before.items() if path not in broken}
    every = {*new.permanent(current), *new.plan.addresses.values(), *new.plan.aliases, "/"}
    files = (*new.plan.static, *new.plan.files.values())
    every |= {"/" + path.removesuffix("index.html") for path in files}
    # The page of an article that is skipped is gone as well.
    every -= {new.plan.addresses[path] for path in new.plan.skipped if path in new.plan.addresses}
    claims: dict[str, list[str]] = {}
    for article in current:
        for name in article.claims:
            claims.setdefault(name, []).append(article.path)
    drafts = (a.claim_address(name) for a in current for name in a.draft_claims)
    index = permanent.ClaimIndex(claims, frozenset(drafts))
    return permanent.removed(before, every, new.plan, index)


def _renamed(path: str, now: Mapping[str, str]) -> str:
    """Return today's name of an article's file, or of its annotation file."""
    stem, dot, ending = path.rpartition(".")
    return now.get(f"{stem}.md", f"{stem}.md").removesuffix("md") + ending if dot else path


# --- one article ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Editions:
    """The two editions, in which ids of sources have their meanings, and what moved in between."""

    old: Edition | None
    new: Edition
    came: Mapping[tuple[str, str], Side]
    """By article and id: a claim that was in another article, as it was."""
    went: frozenset[tuple[str, str]]
    """The same claims by their former articles and ids."""


def _article(pair: Pair, editions: _Editions) -> Iterator[ReaderChange]:
    if pair.new is None or pair.old is None:
        article = pair.new or pair.old
        assert article
        kind: ChangeKind = "article-added" if pair.new else "article-removed"
        yield ReaderChange(
            kind=kind, article=article.path, title=article.front.title, address=article.address
        )
        for name, claim in article.claims.items() if pair.new else ():
            yield from _moved(editions, (article, name, claim))
        return
    was, now = pair.old, pair.new
    about = {"article": now.path, "title": now.front.title, "address": now.address}
    if was.address != now.address:
        yield ReaderChange(kind="article-renamed", **about, old=was.address, new=now.address)
    if was.front.title != now.front.title:
        yield ReaderChange(
            kind="article-retitled", **about, old=was.front.title, new=now.front.title
        )
    for correction in now.front.corrections:
        if correction not in was.front.corrections:
            yield ReaderChange(
                kind="article-corrected", **about, text=correction.text, new=str(correction.date)
            )
    if was.routed.body.strip() != now.routed.body.strip():
        yield ReaderChange(kind="article-edited", **about)
    if was.is_readable and now.is_readable:
        yield from _annotations(editions, was, now)


def _moved(editions: _Editions, now: Side) -> Iterator[ReaderChange]:
    """Yield the changes of a claim that was in another article; nothing for other annotations."""
    article, name, claim = now
    if was := editions.came.get((article.path, name)):
        yield ReaderChange(
            kind="claim-moved",
            article=article.path,
            title=article.front.title,
            address=article.claim_address(name),
            annotation=name,
            text=kind_and_text(claim)[1],
            old=was[0].claim_address(was[1]),
            new=article.claim_address(name),
        )
        yield from _annotation(editions, was, now)


def _annotations(
    editions: _Editions, was: PublishedArticle, now: PublishedArticle
) -> Iterator[ReaderChange]:
    for pair in pair_annotations(was, now):
        if pair.new is None:
            assert pair.old
            if (was.path, pair.old[0]) not in editions.went:
                yield _come_or_gone(was, *pair.old, gone=True, title=now.front.title)
        elif (now.path, pair.new[0]) in editions.came:
            yield from _moved(editions, (now, *pair.new))
        elif pair.old is None:
            yield _come_or_gone(now, *pair.new, gone=False, title=now.front.title)
        else:
            yield from _annotation(editions, (was, *pair.old), (now, *pair.new))


def _come_or_gone(
    article: PublishedArticle, name: str, content: Content, *, gone: bool, title: str
) -> ReaderChange:
    kinds: Mapping[str, tuple[ChangeKind, ChangeKind]] = {
        "Claim": ("claim-added", "claim-withdrawn"),
        "Note": ("note-added", "note-removed"),
        "Question": ("question-added", "question-removed"),
    }
    return ReaderChange(
        kind=kinds[type(content).__name__][gone],
        article=article.path,
        title=title,
        address=_address(article, name, content),
        annotation=name,
        text=kind_and_text(content)[1],
        old=content.rating if gone and isinstance(content, Claim) else None,
        new=content.rating if not gone and isinstance(content, Claim) else None,
    )


def _address(article: PublishedArticle, name: str, content: Content) -> str:
    if isinstance(content, Claim):
        return article.claim_address(name)
    return f"{article.address}#note-{name}"


def _annotation(editions: _Editions, before: Side, after: Side) -> Iterator[ReaderChange]:
    """Yield the changes of an annotation that was there before."""
    (was_in, old_name, was), (article, name, now) = before, after
    about = {
        "article": article.path,
        "title": article.front.title,
        "address": _address(article, name, now),
        "annotation": name,
        "text": kind_and_text(now)[1],
    }
    old_text, new_text = kind_and_text(was)[1], kind_and_text(now)[1]
    if isinstance(was, Claim) and isinstance(now, Claim):
        if name != old_name and (article.path, name) not in editions.came:
            yield ReaderChange(kind="claim-renamed", **about, old=old_name, new=name)
        if old_text != new_text:
            yield ReaderChange(kind="claim-reworded", **about, old=old_text, new=new_text)
        if was.rating != now.rating:
            yield ReaderChange(kind="claim-rerated", **about, old=was.rating, new=now.rating)
        if was.review.strip() != now.review.strip():
            yield ReaderChange(kind="review-changed", **about)
        yield from _evidence(editions, (was_in, was), (article, now), about)
    elif isinstance(was, Question) and isinstance(now, Question):
        if now.status == "answered" and was.status != "answered":
            yield ReaderChange(kind="question-answered", **about, new=now.answer or None)
        elif (was.question, was.answer, was.answers) != (now.question, now.answer, now.answers):
            yield ReaderChange(kind="question-changed", **about, old=old_text, new=new_text)
    elif old_text.strip() != new_text.strip():
        yield ReaderChange(kind="note-changed", **about, old=old_text, new=new_text)
    if _has_moved(was, now):
        yield ReaderChange(kind="quote-moved", **about, old=_quoted(was), new=_quoted(now))


def _evidence(
    editions: _Editions,
    before: tuple[PublishedArticle, Claim],
    after: tuple[PublishedArticle, Claim],
    about: Mapping[str, str],
) -> Iterator[ReaderChange]:
    """Yield the pieces of evidence that only one of the two has. Ids of sources may differ."""
    assert editions.old
    by_id = editions.old.library is None or editions.new.library is None
    old = Counter(_pieces(editions.old, *before, by_id=by_id))
    new = Counter(_pieces(editions.new, *after, by_id=by_id))
    both: tuple[tuple[ChangeKind, Counter[tuple[str, str, str]]], ...] = (
        ("evidence-added", new - old),
        ("evidence-removed", old - new),
    )
    for kind, pieces in both:
        for (_, title, stance), _ in sorted(pieces.items()):
            yield ReaderChange(kind=kind, **{**about, "text": title}, new=stance)


def _pieces(
    edition: Edition, article: PublishedArticle, claim: Claim, *, by_id: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield for each piece of evidence: what its source is known by, its title, and its stance.

    `by_id`: whether sources are known by their ids, because the library cannot be read.
    """
    for piece in claim.evidence:
        source = None if by_id else edition.source(article, piece.source)
        title = source.title if source else piece.source
        yield (source and source.url) or title, title, piece.stance


def _has_moved(was: Content, now: Content) -> bool:
    """Whether an annotation is about other words than before, as far as its keys say."""
    for key in ("quote", "section", "image"):
        if normalize_quote(getattr(was, key) or "") != normalize_quote(getattr(now, key) or ""):
            return True
    prefixes = [normalize_quote(each.prefix or "") for each in (was, now)]
    suffixes = [normalize_quote(each.suffix or "") for each in (was, now)]
    # A prefix that only got longer or shorter tells the same words apart.
    same = prefixes[0].endswith(prefixes[1]) or prefixes[1].endswith(prefixes[0])
    return not same or not (
        suffixes[0].startswith(suffixes[1]) or suffixes[1].startswith(suffixes[0])
    )


def _quoted(content: Content) -> str | None:
    return content.quote or content.section or content.image
