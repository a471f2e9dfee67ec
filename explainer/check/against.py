"""`explainer check --against`: what a change does to what readers have seen and cited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from explainer.model import ratings
from explainer.model.annotations import Claim, Note, Question
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.site.load import SETTINGS
from explainer.support import clock
from explainer.upkeep.changes import changed_pairs, removed_addresses
from explainer.upkeep.edition import Edition, PublishedArticle, old_edition, repository_of
from explainer.upkeep.pairs import moved_claims, pair_annotations
from explainer.upkeep.reanchor import FollowedAnnotation, shifted
from explainer.upkeep.report import word_diff
from explainer.upkeep.repository import NoCommitError


def check_against(root: Path, revision: str, now: Edition) -> list[Problem]:
    """Compare a site with what a revision of git published.

    The site is compared with the last commit that it has in common with the revision, so that what
    others have changed since then does not count. Problems: `rating-not-recorded`,
    `quote-elsewhere`, `sentence-changed`, `address-removed`, `correction-owed`, `not-compared`.
    Raises NoRevisionError and OSError.
    """
    try:
        repository = repository_of(root, "--against")
    except NoCommitError:  # a hook runs before the first commit
        return []
    commit = repository.fork_point(repository.commit(revision))
    old = old_edition(repository, commit)
    if old.edition is None:
        return []
    problems = [_not_compared(SETTINGS, note) for note in old.notes]
    why = f"the file is not compared: it has errors at {commit[:10]}"
    problems += [_not_compared(path, why) for path in old.edition.not_compared]
    pairs = changed_pairs(old, now)
    checked = _Against(commit, revision, now)
    both = [(pair.old, pair.new) for pair in pairs if pair.old and pair.new]
    for was, is_now in both:
        problems += checked.article(was, is_now)
    for (_, _, before), (article, name, after) in moved_claims(pairs):
        if isinstance(before, Claim) and isinstance(after, Claim):
            problems += checked.rating(article, name, before, after)
    followed = shifted(
        root, now.settings, [(a.routed.document, b.routed.document) for a, b in both]
    )
    by_path = {article.path: was for was, article in both}
    for entry in followed:
        problems += checked.followed(entry, by_path[entry.article], now.articles[entry.article])
    problems += removed_addresses(old, now, pairs).values()
    return problems


def _not_compared(path: str, why: str) -> Problem:
    hint = "what readers saw there is not known; the rest of the site is compared"
    return Problem(Location(path), "not-compared", why, hint, "info")


class _Against:
    """Compares articles with what a commit published."""

    def __init__(self, commit: str, revision: str, now: Edition) -> None:
        self._since = f"since {commit[:10]}"
        self._commit = commit
        self._revision = revision
        self._scale = ratings.scale(now.settings)
        self._today = clock.today(now.settings.timezone)

    def article(self, was: PublishedArticle, now: PublishedArticle) -> Iterator[Problem]:
        """Compare what is in the files of one article."""
        if not was.is_readable:
            why = f"the annotations are not compared: the file has errors at {self._commit[:10]}"
            yield _not_compared(now.annotation_path, why)
        reason: Location | None = None
        for name, old, claim in _claims(was, now):
            if old.rating != claim.rating:
                reason = reason or now.location(name, "rating")
            yield from self.rating(now, name, old, claim)
        yield from self._correction(was, now, reason)

    def rating(
        self, article: PublishedArticle, name: str, was: Claim, now: Claim
    ) -> Iterator[Problem]:
        """Compare the rating of one claim."""
        if was.rating != now.rating and (missing := self._unrecorded(was, now)):
            yield self._not_recorded(article, name, was, missing)

    def _unrecorded(self, was: Claim, now: Claim) -> dict[str, str]:
        """Return what a new rating lacks, and how to add it."""
        missing: dict[str, str] = {}
        new = [change for change in now.history if change not in was.history]
        # History keeps one rating a day.
        same_day = was.checked == now.checked == self._today and any(
            change.date == self._today for change in now.history
        )
        if not same_day and all(change.rating != was.rating for change in new):
            since = was.checked or "DATE"
            entry = f"- {{date: {since}, rating: {was.rating}}}"
            missing["`history` does not have the old one"] = f"add `{entry}` to `history`"
        is_result = now.rating not in self._scale or self._scale[now.rating].checked
        checked = str(now.checked or "")
        if is_result and checked != self._today and checked <= str(was.checked or ""):
            what = f"`checked` is {checked}" if checked else "there is no `checked`"
            missing[what] = "set `checked` to the day of the new check"
        return missing

    def _not_recorded(
        self, now: PublishedArticle, name: str, was: Claim, missing: dict[str, str]
    ) -> Problem:
        rating = now.claims[name].rating
        message = (
            f"the rating of `{short(name)}` changed {self._since} from `{was.rating}` "
            f"to `{rating}`, but {' and '.join(missing)}"
        )
        hint = f"{', and '.join(missing.values())}; `explainer rate` does all of it"
        location = now.location(name, "rating")
        return Problem(location, "rating-not-recorded", message, hint, "warning", name)

    def _correction(
        self, was: PublishedArticle, now: PublishedArticle, rated: Location | None
    ) -> Iterator[Problem]:
        """Report an article that was updated, or whose ratings changed, without a correction."""
        updated = now.front.updated
        location = rated
        what = "a rating"
        if updated and updated != was.front.updated:
            location, what = now.routed.places.location(("updated",)), "`updated`"
        if location is None or set(now.front.corrections) - set(was.front.corrections):
            return
        message = f"{what} changed {self._since}, without a new entry in `corrections`"
        hint = "if readers were told something wrong, add to the front matter of the article:\n"
        hint += f"corrections: [{{date: {self._today}, text: …}}]"
        yield Problem(location, "correction-owed", message, hint, "info")

    def followed(
        self, entry: FollowedAnnotation, was: PublishedArticle, now: PublishedArticle
    ) -> Iterator[Problem]:
        """Report an annotation that is found, but may say something else there."""
        verdict = entry.verdict
        content = now.annotations.get(entry.id)
        if content is None:  # a draft
            return
        name = f"the {_noun(content)} `{short(entry.id)}`"
        if verdict.status == "changed":
            doubtful = verdict.target == entry.target
            hint = f"see `explainer reanchor --since {self._revision}`"
            if verdict.new and not doubtful:
                hint = f"its words are now: {short(verdict.new, 200)}\n{hint}"
            yield Problem(
                entry.location,
                "quote-elsewhere",
                f"{name} may be on other words than {self._since[6:]}: {verdict.reason}",
                hint,
                "info" if doubtful else "warning",
                entry.id,
            )
            return
        before = was.annotations.get(entry.id)
        if _was_seen_again(before, content):
            return
        kinds = ", ".join(dict.fromkeys(each.kind for each in verdict.tripwires))
        change = short(word_diff(verdict.old, verdict.new), 300)
        is_claim = isinstance(content, Claim)
        hint = "if it is still right, set `checked` to today" if is_claim else "is it still right?"
        yield Problem(
            entry.location,
            "sentence-changed",
            f"the sentence of {name} changed {self._since}: {kinds}",
            f"{change}\n{hint}",
            "warning" if is_claim else "info",
            entry.id,
        )


def _claims(was: PublishedArticle, now: PublishedArticle) -> Iterator[tuple[str, Claim, Claim]]:
    """Yield the claims that both have, with today's ids."""
    if not (was.is_readable and now.is_readable):
        return
    for pair in pair_annotations(was, now):
        if pair.old and pair.new:
            old, new = pair.old[1], pair.new[1]
            if isinstance(old, Claim) and isinstance(new, Claim):
                yield pair.new[0], old, new


def _was_seen_again(before: object, now: Claim | Note | Question) -> bool:
    """Whether an annotation itself says that its author has looked at it since."""
    if isinstance(before, Claim) and isinstance(now, Claim):
        return now.checked is not None and now.checked != before.checked
    if isinstance(before, Question) and isinstance(now, Question):
        return now.checked is not None and now.checked != before.checked
    if isinstance(before, Note) and isinstance(now, Note):
        return (now.note, now.date) != (before.note, before.date)
    return False


def _noun(content: Claim | Note | Question) -> str:
    return type(content).__name__.lower()
