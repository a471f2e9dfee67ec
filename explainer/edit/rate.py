"""Give a claim a new rating in the text of an annotation file; the old one goes into `history`."""

from __future__ import annotations

from explainer.edit.entry import Value
from explainer.edit.items import append_item
from explainer.edit.retarget import Keys, set_keys
from explainer.edit.texts import markdown, wrap, wraps_lines
from explainer.model.annotations import Claim
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRating:
    """A claim's new rating."""

    rating: str
    """The id of the rating."""
    checked: str
    """The date of the check: today."""
    review: str | None = None
    """The new reasons, in Markdown; None to leave `review` as it is."""
    since: str | None = None
    """The date when the claim got its old rating; None to take the date of its last check."""
    published: str | None = None
    """The date of the article, which counts as `since` if the claim has no date of a check."""


def rate(text: str, index: int, claim: Claim, new: NewRating, *, path: str = "") -> str | Problem:
    """Return the text of a file in which the claim at an index of `claims` has a new rating.

    `rating` and `checked` are set. The old rating is added to `history`, with its review if there
    is a new one. With the rating that the claim has, only a new review and `checked` are written;
    without a new review, nothing.

    Problems: those of `annotation_file.edit`, and `duplicate-date` and `history-order` if the date
    of the old rating does not fit into `history`.
    """
    review = None if new.review is None else _review(text, new.review, claim.review)
    if claim.rating == new.rating and review in (None, claim.review):
        return text
    entry = ("claims", index)
    keys: Keys = {"rating": new.rating} | ({} if review is None else {"review": review})
    # One after the other: each change is checked by reading the file again.
    changed = set_keys(text, [(entry, keys)], path=path)
    if isinstance(changed, str):
        changed = set_keys(changed, [(entry, {"checked": new.checked})], path=path)
    if isinstance(changed, Problem) or claim.rating == new.rating:
        return changed
    if is_passed_over(claim, new):
        return changed
    since = old_since(claim, new)
    if problem := _unfit(claim, since, path):
        return problem
    old: dict[str, Value] = {"date": since, "rating": claim.rating}
    if claim.review and review is not None:
        old["review"] = claim.review
    edited = append_item(changed, entry, "history", old, path=path)
    return edited if isinstance(edited, Problem) else edited.text


def old_since(claim: Claim, new: NewRating) -> str:
    """Return the date from which a claim had its old rating, as far as it is known."""
    return str(new.since or claim.checked or new.published or new.checked)


def is_passed_over(claim: Claim, new: NewRating) -> bool:
    """Whether `history` does not get the old rating: it is of today, and so is the last one there.

    `history` keeps one rating a day.
    """
    since = old_since(claim, new)
    return since == new.checked and any(each.date == since for each in claim.history)


def _review(text: str, review: str, old: str) -> str:
    """Format a review as the forms in the page do."""
    formatted = markdown(review)
    formatted = wrap(formatted) if wraps_lines(text) else formatted
    return formatted.removesuffix("\n") + "\n" if "\n" in old and formatted else formatted


def _unfit(claim: Claim, since: str, path: str) -> Problem | None:
    """Report a date that `history` cannot have after its other dates."""
    if not claim.history:
        return None
    last = claim.history[-1].date
    hint = "run `explainer rate` with `--since DATE`: when the claim got its present rating"
    if since in [each.date for each in claim.history]:
        message = f"`history` already has a rating of {since}, and keeps one a day"
        return Problem(Location(path), "duplicate-date", message, hint, annotation=claim.id)
    # A partial date is neither before nor after a date within it.
    if since[: len(last)] < last[: len(since)]:
        message = (
            f"the date of the old rating, {since}, is before the last one in `history`, {last}"
        )
        return Problem(Location(path), "history-order", message, hint, annotation=claim.id)
    return None
