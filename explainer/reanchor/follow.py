"""Decide what became of one annotation."""

from __future__ import annotations

from dataclasses import replace

from explainer.anchor import find
from explainer.anchor.find import Ambiguous, Miss, Place, Span
from explainer.anchor.select import whole_words
from explainer.model.annotations import Target
from explainer.reanchor.candidates import (
    Candidate,
    by_diff,
    by_vote,
    extent,
    longest_run,
    same_words,
)
from explainer.reanchor.targets import confirmed, retarget
from explainer.reanchor.trace import NONE, Trace
from explainer.reanchor.tripwires import Tripwire, compare
from explainer.reanchor.verdict import Status, Verdict
from explainer.reanchor.word_lists import WordLists
from explainer.support.values import dataclass

KEPT = 0.5
"""The share of a passage's weight that must be kept where diff and vote agree. With less, the place
is often another sentence on the same subject; with more, rewritten sentences are lost."""
KEPT_FEW = 0.4
"""The same if the words beside the passage are nearly all there: the place is certain then."""
ALONE = 0.7
"""The share that must be kept where only one of diff and vote has a place."""
CERTAIN = 0.9
"""The share that makes up for other words around a passage that moved."""
LONG_SENTENCE = 80
"""What is longer than so many words is no sentence, but code or a list of words."""
LONG = 7
"""A passage of so many words is found by its own words, whatever is around it."""
FOREIGN = 0.5
"""New words belong to another passage if so many of them were other words before."""
SAME_PLACE = 0.3
"""Diff and vote agree if the shorter of their places is covered so far by the other."""
CONTEXT = 0.4
"""The words beside a passage are there still if so much of them is."""
CLOSE_CONTEXT = 0.6
"""The same where it must make up for something else: a diff alone, or several places."""
SCANT = 2.0
SCANT_CONTEXT = 0.45
"""If the kept words of a passage that is not kept well weigh no more than `SCANT`, so much context
is needed. It costs some short passages that were rewritten, and prevents proposals for phrases that
any text on the subject has."""
SLIDE = 8
"""How near to a passage a deletion can have taken its twin."""
MARGIN = 0.15
"""How much better than the next place the place of a passage must be that is not kept well."""
SURE = 0.65
"""The least score of a proposal that may be written unasked."""
SURE_KEPT = 0.6
"""The least share that is kept by such a proposal."""
SURE_WEIGHT = 1.5
"""What the kept words of such a proposal weigh at least."""

_CHANGED = "what changed may matter"
_SLID = "of two passages with the same words, one was deleted"


@dataclass(frozen=True, slots=True)
class _Choice:
    """A place that is proposed."""

    candidate: Candidate
    there: range
    kept: float
    context: float
    agreed: bool
    """Whether diff and vote agree."""

    @property
    def score(self) -> float:
        """How sure it is, from 0 to 1."""
        return 0.7 * self.kept + 0.3 * self.context


def _kinds(tripwires: tuple[Tripwire, ...]) -> str:
    return ", ".join(dict.fromkeys(tripwire.kind for tripwire in tripwires))


def unfollowed(found: Place | Miss, *, known: bool) -> Verdict:
    """Return the verdict on a target that has no place in an earlier text.

    `found`: its place in the current text. `known`: whether there are earlier texts.
    """
    if isinstance(found, Ambiguous):
        return Verdict("ambiguous", f"the quote is in {found.places.count} places")
    if not isinstance(found, Miss):
        return Verdict("anchored", is_found=True)
    if known:
        return Verdict("deleted", "no earlier version of the article has these words, either")
    return Verdict("deleted", "no earlier version of the article is known")


class Follower:
    """Follows the annotations of one article from an old text to a new one."""

    def __init__(self, trace: Trace, lists: WordLists) -> None:
        self.trace = trace
        self.lists = lists

    def follow(self, target: Target, place: Span) -> Verdict:
        """Return what became of a target that had a place in the old text."""
        found = find.find(self.trace.new.reader, target)
        verdict = self._follow(target, place, found)
        verdict = replace(verdict, is_found=not isinstance(found, Miss | Ambiguous))
        if verdict.status != "changed" or not isinstance(found, Span) or target.quote is None:
            return verdict
        here = confirmed(self.trace.old, self.trace.new, target, found)
        return replace(verdict, here=here, target=here if verdict.span == found else verdict.target)

    def _follow(self, target: Target, place: Span, found: Place | Miss) -> Verdict:
        passage = self.trace.old.word_range(place)
        there = self.trace.new.word_range(found) if isinstance(found, Span) else None
        if not passage:  # signs that are no words, such as an emoji's parts
            return unfollowed(found, known=True)
        diff = by_diff(self.trace, passage)
        if there and diff and self._is_there(diff, there):
            if self._has_slid(passage):
                return self._doubtful(target, there, _SLID)
            if diff.context >= CONTEXT or len(passage) >= LONG:
                return self._anchored(passage, there)
        if there:
            return self._found(target, passage, there, diff, self._votes(passage))
        choice = self._exact(passage, diff) or self._choose(passage, diff, self._votes(passage))
        if isinstance(found, Ambiguous):
            reason = f"the quote is now in {found.places.count} places"
            return self._proposed(target, passage, choice, reason, "ambiguous")
        return self._proposed(target, passage, choice, "", "deleted")

    def _votes(self, passage: range) -> list[Candidate]:
        """Return where votes lead, the best first, but not to words of another passage."""
        return [
            vote
            for vote in by_vote(self.trace, passage)
            if self.trace.foreign(list(vote.words.values()), passage) < FOREIGN
        ]

    # --- a quote that is found -------------------------------------------------------------------

    def _is_there(self, diff: Candidate, there: range) -> bool:
        """Whether the words that are found are mostly those of the passage."""
        weights = self.trace.new_weights
        inside = sum(weights[j] for j in diff.words.values() if j in there)
        return 2 * inside >= sum(weights[j] for j in there)

    def _has_slid(self, passage: range) -> bool:
        """Whether it cannot be known which of two equal passages was deleted.

        If `A, B and A` becomes `A`, a diff may pair it with either `A`.
        """
        words, forward = self.trace.old.words, self.trace.forward
        start = passage.stop
        while start < len(words) and start - passage.stop < SLIDE and forward[start] != NONE:
            start += 1
        end = start
        while end < len(words) and forward[end] == NONE:
            end += 1
        length = start - passage.start
        if end - length >= passage.stop and (
            words[end - length : end] == words[passage.start : start]
        ):
            return True
        end = passage.start
        while end > 0 and passage.start - end < SLIDE and forward[end - 1] != NONE:
            end -= 1
        start = end
        while start > 0 and forward[start - 1] == NONE:
            start -= 1
        length = passage.stop - end
        return start + length <= passage.start and (
            words[start : start + length] == words[end : passage.stop]
        )

    def _found(
        self,
        target: Target,
        passage: range,
        there: range,
        diff: Candidate | None,
        votes: list[Candidate],
    ) -> Verdict:
        """Decide about a quote that is found, but perhaps on other words than before."""
        is_foreign = self.trace.foreign(there, passage) >= FOREIGN
        same = next((v for v in votes if any(j in there for j in v.words.values())), None)
        choice = self._choose(passage, diff, [vote for vote in votes if vote is not same])
        if choice and all(j not in there for j in choice.there):
            value = choice.candidate.kept + choice.context / 2
            if same is None or value >= same.value:
                reason = "the quote is found, but its words went elsewhere"
                return self._proposed(target, passage, choice, reason, "changed")
            reason = "the quote is found, but its words may have gone elsewhere"
            return self._doubtful(target, there, reason)
        if not is_foreign and same and same.context >= CLOSE_CONTEXT:
            return self._anchored(passage, there)
        if is_foreign:
            reason = "the quote is found, but on words that belonged to another passage"
            return Verdict("changed", reason, score=0.0, old=self.trace.old.text(passage))
        reason = "the quote is found, but the words around it are others"
        return self._doubtful(target, there, reason)

    def _anchored(self, passage: range, there: range) -> Verdict:
        """Return that a passage is where it was, and what has changed in its sentence."""
        old, new = self.trace.old, self.trace.new
        here, now = old.sentences(passage), new.sentences(there)
        before, after = old.text(here), new.text(now)
        if before == after or max(len(here), len(now)) > LONG_SENTENCE:
            return Verdict("anchored", score=1.0)
        tripwires = compare(self.trace, passage, there, self.lists)
        reason = f"{_CHANGED} in its sentence: {_kinds(tripwires)}" if tripwires else ""
        return Verdict("anchored", reason, score=1.0, tripwires=tripwires, old=before, new=after)

    def _doubtful(self, target: Target, there: range, reason: str) -> Verdict:
        """Propose the place that is found, for the author to confirm."""
        span, text = self.trace.new.span(there), self.trace.new.text(there)
        return Verdict("changed", reason, target, span, 0.5, old=text, new=text)

    # --- choose a place --------------------------------------------------------------------------

    def _exact(self, passage: range, diff: Candidate | None) -> _Choice | None:
        """Return the place of all words of a passage, if the diff has just this one."""
        if not diff or diff.kept < CERTAIN:
            return None
        kept = set(diff.words.values())
        places = [p for p in same_words(self.trace, passage) if not kept.isdisjoint(p)]
        if len(places) != 1:
            return None
        return _Choice(diff, places[0], 1.0, diff.context, agreed=True)

    def _choose(
        self, passage: range, diff: Candidate | None, votes: list[Candidate]
    ) -> _Choice | None:
        """Choose between what the diff and the votes say; None if it is too little."""
        vote = votes[0] if votes else None
        if diff and vote and diff.overlap(vote) > SAME_PLACE:
            return self._agreed(passage, diff, vote, votes[1:])
        if diff:
            if diff.kept >= ALONE or (diff.kept >= KEPT and diff.context >= CLOSE_CONTEXT):
                return self._choice(passage, diff, diff.kept, diff.context)
            return None
        if vote is None or (len(votes) > 1 and vote.value - votes[1].value < MARGIN):
            return None
        if (vote.kept >= ALONE and vote.context >= KEPT) or (
            vote.kept >= CERTAIN and len(passage) >= LONG
        ):
            return self._choice(passage, vote, vote.kept, vote.context)
        return None

    def _agreed(
        self, passage: range, diff: Candidate, vote: Candidate, rivals: list[Candidate]
    ) -> _Choice | None:
        """Return the place that diff and vote have in common, if enough is kept there."""
        kept, context = max(diff.kept, vote.kept), max(diff.context, vote.context)
        if kept < KEPT and not (kept >= KEPT_FEW and context >= SURE):
            return None
        if kept < ALONE:
            if context < SCANT_CONTEXT and self._weight(diff) <= SCANT:
                return None
            if rivals and kept + context / 2 - rivals[0].value < MARGIN:
                return None
        best = diff if diff.kept >= vote.kept - 0.05 else vote
        return self._choice(passage, best, kept, context, agreed=True)

    def _weight(self, candidate: Candidate) -> float:
        """Return what the kept words of a candidate weigh."""
        return sum(self.trace.old_weights[i] for i in candidate.words)

    def _choice(
        self, passage: range, best: Candidate, kept: float, context: float, *, agreed: bool = False
    ) -> _Choice:
        return _Choice(best, extent(self.trace, passage, best), kept, context, agreed)

    # --- propose it ------------------------------------------------------------------------------

    def _proposed(
        self, target: Target, passage: range, choice: _Choice | None, reason: str, status: Status
    ) -> Verdict:
        """Return the verdict with a choice; without one, it has the given status and reason."""
        old = self.trace.old.text(passage)
        if choice is None:
            return Verdict(status, reason or "the passage is gone", score=0.0, old=old)
        reader = self.trace.new.reader
        span = whole_words(reader, self.trace.new.span(choice.there))
        proposal = retarget(reader, target, span)
        if proposal is None and target.quote is None:
            return Verdict("deleted", "the heading is gone", score=0.0, old=old)
        tripwires = compare(self.trace, passage, choice.there, self.lists)
        why = reason or self._doubt(passage, choice, proposal, tripwires)
        if status != "ambiguous":
            status = "changed" if why else "moved"
        new = self.trace.new.text(choice.there)
        return Verdict(
            status, why, proposal, span, round(choice.score, 2), tripwires, old=old, new=new
        )

    def _doubt(
        self,
        passage: range,
        choice: _Choice,
        proposal: Target | None,
        tripwires: tuple[Tripwire, ...],
    ) -> str:
        """Return why a proposal may not be written unasked; empty if it may."""
        candidate = choice.candidate
        if proposal is None:
            return "nothing tells the new place apart from others like it"
        if tripwires:
            return f"{_CHANGED}: {_kinds(tripwires)}"
        scant = choice.kept < SURE_KEPT or self._weight(candidate) < SURE_WEIGHT
        if choice.score < SURE or scant:
            return "few of the words are left"
        if not choice.agreed:
            return "the edit and the words around do not lead to the same place"
        if choice.context < CONTEXT:
            return "the words around are others"
        if self._has_slid(passage):
            return _SLID
        run = self.trace.old.text(longest_run(candidate.words))
        before = self.trace.old.reader.normalized.text.count(run)
        after = self.trace.new.reader.normalized.text.count(run)
        if after > 1 and choice.context < CLOSE_CONTEXT:
            return "what is left of the words is in several places"
        if before > max(1, after):
            return "there was another passage with the same words"
        same = self.trace.old.text(passage) == self.trace.new.text(choice.there)
        if self.lists.unchecked and not same:
            return f"not checked in this language: {', '.join(self.lists.unchecked)}"
        return ""
