"""Find the claims that contradict each other, in one article or across the site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from explainer.model.article import Article
from explainer.model.location import Location
from explainer.model.problems import Problem, nearest, short
from explainer.model.site import ClaimRef
from explainer.site.routes import named_pages, page_names, paths_by_address, written
from explainer.site.sources import newest_first


def rivals(
    articles: Iterable[Article], disputing: Sequence[ClaimRef], addresses: Mapping[str, str]
) -> tuple[Mapping[str, tuple[ClaimRef, ...]], tuple[Problem, ...]]:
    """Return the rivals of each claim that has any, by its address: those it disputes, and back.

    `disputing` are the claims that name rivals, in the order of `articles`. `addresses` maps the
    path of each document to its address.
    Problems, for rivals in other articles: `unknown-claim`, `disputes-itself`. For all rivals:
    `link-to-skipped` (info) if the other claim is not built, because it or its article is a draft.
    """
    if not disputing:
        return {}, ()
    made = {article.path: article for article in articles}
    by_key = paths_by_address(addresses)
    pairs: dict[str, dict[str, ClaimRef]] = {}
    problems: list[Problem] = []
    for ref in disputing:
        own = ref.article.path
        for rival, location in ref.claim.rivals:
            page, sign, name = rival.rpartition("#")
            named = named_pages(page, own, addresses, by_key=by_key) if page else (own,)
            pages = [*dict.fromkeys(named)]
            there = [made[path] for path in pages if path in made]
            other = next((one for each in there if (one := _claim(each, name))), None)
            if other and other.claim is not ref.claim:
                pairs.setdefault(ref.claim.address, {})[other.claim.address] = other
                pairs.setdefault(other.claim.address, {})[ref.claim.address] = ref
            elif any(name in each.left_out for each in there):
                problems.append(_skipped(ref, rival, location, "that claim"))
            elif not sign:
                pass  # `references` reports it
            elif other or len(there) == len(pages):
                problems.append(_wrong(ref, rival, location, there, addresses))
            else:
                problems.append(_skipped(ref, rival, location, "that page"))
    return {address: tuple(others.values()) for address, others in pairs.items()}, tuple(problems)


def _claim(article: Article, name: str) -> ClaimRef | None:
    """Return the claim of an article with an id; the last one if there are several."""
    found = [claim for claim in article.claims if claim.id == name]
    return ClaimRef(article, found[-1]) if found else None


def _wrong(
    ref: ClaimRef,
    rival: str,
    location: Location,
    there: Sequence[Article],
    addresses: Mapping[str, str],
) -> Problem:
    """Report a rival that is no claim of the articles that are `there`, or the claim itself."""
    own = ref.article.path
    page, _, name = rival.rpartition("#")
    if name == ref.claim.id and any(each.path == own for each in there):
        message = f"the claim `{short(name)}` disputes itself"
        return Problem(location, "disputes-itself", message, annotation=ref.claim.id)
    message = f"there is no claim `{short(rival)}` on this site"
    if there:
        claims = [(a.path, c.id) for a in sorted(there, key=newest_first) for c in a.claims]
        ids = [own_id for path, own_id in claims if (path, own_id) != (own, ref.claim.id)]
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
