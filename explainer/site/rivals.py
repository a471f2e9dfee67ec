"""Find the claims that contradict each other, in one article or across the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explainer.model.article import Article
from explainer.model.location import Location
from explainer.model.problems import Problem, nearest, short
from explainer.model.site import ClaimRef
from explainer.site.routes import named_pages, page_names, written

_Places = Mapping[tuple[str, str], ClaimRef]
"""Claims by the path of their article and their id."""


def rivals(
    articles: Sequence[Article], claims: Sequence[ClaimRef], addresses: Mapping[str, str]
) -> tuple[Mapping[str, tuple[ClaimRef, ...]], tuple[Problem, ...]]:
    """Return the rivals of each claim that has any, by its address: those it disputes, and back.

    `addresses` maps the path of each document to its address.
    Problems, for rivals in other articles: `unknown-claim`, `disputes-itself`. For all rivals:
    `link-to-skipped` (info) if the other claim is not built, because it or its article is a draft.
    """
    places = {(ref.article.path, str(ref.claim.id)): ref for ref in claims}
    built = {article.path for article in articles}
    drafts = {(article.path, name) for article in articles for name in article.left_out}
    pairs: dict[str, dict[str, ClaimRef]] = {}
    problems: list[Problem] = []
    for ref in claims:
        own = ref.article.path
        for rival, location in ref.claim.rivals:
            page, sign, name = rival.rpartition("#")
            pages = [*named_pages(page, own, addresses)] if page else [own]
            found = (places[path, name] for path in pages if (path, name) in places)
            other = next(found, None)
            if other and other is not ref:
                pairs.setdefault(ref.claim.address, {})[other.claim.address] = other
                pairs.setdefault(other.claim.address, {})[ref.claim.address] = ref
            elif any((path, name) in drafts for path in pages):
                problems.append(_skipped(ref, rival, location, "that claim"))
            elif not sign:
                pass  # `references` reports it
            elif other or built.issuperset(pages):
                problems.append(_wrong(ref, rival, location, places, addresses))
            else:
                problems.append(_skipped(ref, rival, location, "that page"))
    return {address: tuple(others.values()) for address, others in pairs.items()}, tuple(problems)


def _wrong(
    ref: ClaimRef, rival: str, location: Location, places: _Places, addresses: Mapping[str, str]
) -> Problem:
    """Report a rival that is no claim, or the claim itself."""
    own = ref.article.path
    page, _, name = rival.rpartition("#")
    pages = [*named_pages(page, own, addresses)] if page else [own]
    if name == ref.claim.id and own in pages:
        message = f"the claim `{short(name)}` disputes itself"
        return Problem(location, "disputes-itself", message, annotation=ref.claim.id)
    message = f"there is no claim `{short(rival)}` on this site"
    if pages:
        ids = [id_ for path, id_ in places if path in pages and (path, id_) != (own, ref.claim.id)]
        near = nearest(name, ids)
        hint = f"the claims there: {', '.join(ids[:6])}" if ids else "that page has no claim"
        similar = f"{page}#{near}" if page else near
    else:
        names = page_names(own, addresses)
        near = nearest(page.strip("/").removesuffix(".md"), names)
        hint = "name a claim of another article as `article/path#id`, or of the home page as `/#id`"
        similar = f"{written(near, names[near])}#{name}" if near else ""
    hint = f"did you mean `{similar}`?" if near else hint
    return Problem(location, "unknown-claim", message, hint, annotation=ref.claim.id)


def _skipped(ref: ClaimRef, rival: str, location: Location, what: str) -> Problem:
    message = f"`{short(rival)}` is not built, so this claim does not show it as a rival"
    hint = f"publish {what} to show both claims on each other’s page"
    return Problem(location, "link-to-skipped", message, hint, "info", ref.claim.id)
