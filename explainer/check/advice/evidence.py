"""Advice about claims that are rated on little evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from explainer.article.merge import Names
from explainer.check.advice.wording import listed
from explainer.check.site import CheckContext, CheckedArticle
from explainer.model.annotations import Claim, Evidence, Source
from explainer.model.problems import Code, Problem
from explainer.model.ratings import Rating


def weak_evidence(article: CheckedArticle, context: CheckContext) -> Iterator[Problem]:
    """Ask about claims that are rated on a scale of truth, on little evidence.

    At most one question a claim: `no-source`; `one-source` (sources that only repeat others count
    as those others); `one-side`, if no rival claim speaks for the other side.
    """
    assert article.file
    claims, own = article.file.claims, article.file.sources
    sources: dict[str, Source] = dict([*context.library.sources.items(), *own.items()])
    names = Names(sources, {}, context.scale)
    rivals = {rival.rpartition("#")[2] for claim in claims for rival in claim.disputes}
    for i, claim in enumerate(claims):
        rating = context.scale.get(claim.rating)
        if rating is None or rating.value is None:
            continue
        if question := _question(claim, rating, names, has_rival=claim.id in rivals):
            key = "evidence" if claim.evidence else "rating"
            location = article.places.key(("claims", i, key))
            yield Problem(location, *question, severity="info", annotation=claim.id)


def _question(
    claim: Claim, rating: Rating, names: Names, *, has_rival: bool
) -> tuple[Code, str, str] | None:
    supports = _origins(claim.evidence, "supports", names)
    disputes = _origins(claim.evidence, "disputes", names)
    independent = supports | disputes
    rated = f"`{claim.id}` is rated “{rating.label}”"
    if not independent:
        hint = "name its `evidence`, or say in `review` how readers can check it themselves"
        return "no-source", f"{rated} without a source", hint
    if len(independent) == 1:
        (name,) = independent
        others = {e.source for e in claim.evidence if e.stance != "context"} - {name}
        message = f"{rated} on one independent source, `{name}`"
        if others:
            repeat = "repeats" if len(others) == 1 else "repeat"
            message += f": {listed(sorted(others))} only {repeat} it"
        return "one-source", message, "is there a second that does not rest on the first?"
    if (supports and disputes) or claim.disputes or has_rival:
        return None
    count, does = (len(supports), "support") if supports else (len(disputes), "dispute")
    all_of_them = "both" if count == 2 else f"all {count}"
    middle = _middle(names.ratings)
    if (rating.value or 0) > middle if disputes else (rating.value or 0) < middle:
        message = f"{rated}, but {all_of_them} of its sources {does} it"
        return "one-side", message, "is a `stance` the wrong way round, or the rating?"
    message = f"{rated}, and {all_of_them} of its sources {does} it"
    return "one-side", message, "who says otherwise? If nobody does, `review` can say so"


def _origins(given: Iterable[Evidence], stance: str, names: Names) -> frozenset[str]:
    sources = [e.source for e in given if e.stance == stance and e.source in names.sources]
    return frozenset().union(*(names.origins(source) for source in sources))


def _middle(ratings: Mapping[str, Rating]) -> float:
    values = [rating.value for rating in ratings.values() if rating.value is not None]
    return (min(values) + max(values)) / 2
