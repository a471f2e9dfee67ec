"""Permanent addresses: those of articles and claims, which other people link to and cite.

The pages of topics and people are lists of what articles say, so their addresses aren't permanent.
Nor is that of a page, or of a claim, that is built only because of `--drafts` or `--future`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from explainer.model.article import Article
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.model.site import SiteIndex
from explainer.site.routes import Routes
from explainer.site.sheets import person_address, topic_address
from explainer.support.addresses import key as address_key
from explainer.support.values import dataclass

_CLAIMS = "claims/"


def redirects(plan: Routes, index: SiteIndex) -> Mapping[str, str]:
    """Return the address to which each older address redirects.

    These are the aliases of articles. The pages of an article's claims move with it: from
    `/old/claims/ID/`, too. An alias `…/claims/ID/` leads to the claim with that id if the article
    has it.
    """
    found: dict[str, str] = {}
    for old, new in plan.aliases.items():
        claims = _claims(index.by_address[new]) if new in index.by_address else {}
        _, sign, name = old.rstrip("/").rpartition(f"/{_CLAIMS}")
        found[old] = claims.get(name, new) if sign else new
        for name, address in claims.items():
            former = f"{old}{_CLAIMS}{name}/"
            if address_key(former) not in plan.owners:
                found.setdefault(former, address)
    return found


def _claims(article: Article) -> dict[str, str]:
    return {claim.id: claim.address for claim in article.claims}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a site's pages."""

    permanent: Mapping[str, str]
    """Permanent addresses, each with the file that has it: an article's, or a claim's."""
    every: frozenset[str]
    """All addresses of pages, including redirects and the author's own HTML files."""

    def recorded(self, before: Mapping[str, str]) -> dict[str, str]:
        """Return the permanent addresses to remember, given those of earlier builds.

        An address of an earlier build that still has a page stays, even if only `--drafts` made it.
        """
        kept = {address: path for address, path in before.items() if address in self.every}
        return kept | dict(self.permanent)


def find(
    plan: Routes, index: SiteIndex, redirected: Iterable[str], own_files: Iterable[str]
) -> Addresses:
    """Return the addresses of a site's pages. `own_files` are output paths of copied files."""
    every = {*redirected, *("/" + path.removesuffix("index.html") for path in own_files)}
    every |= {person_address(person.id) for person in index.people}
    every |= {topic_address(topic.slug) for topic in index.topics}
    permanent: dict[str, str] = {}
    sources: dict[str, str] = {}
    for article in index.articles:
        claims = {claim.address: claim.location.path for claim in article.claims}
        every |= {article.address, *claims}
        if article.path not in plan.provisional:
            sources[article.address] = article.path
            drafts = {claim.address for claim in article.claims if claim.draft}
            published = {address: path for address, path in claims.items() if address not in drafts}
            permanent |= {article.address: article.path, **published}
    for old, new in plan.aliases.items():
        if new in sources:
            permanent[old] = sources[new]
    return Addresses(permanent, frozenset(every | {"/"}))


@dataclass(frozen=True, slots=True)
class ClaimIndex:
    """What the messages about addresses need to know of a site's claims."""

    articles: Mapping[str, Sequence[str]]
    """By the id of a claim: the paths of the articles that have it."""
    drafts: frozenset[str]
    """The addresses that the claims that are drafts would have."""

    @classmethod
    def of(cls, index: SiteIndex) -> ClaimIndex:
        """Return what a site's index says."""
        articles: dict[str, list[str]] = defaultdict(list)
        for ref in index.claims:
            articles[ref.claim.id].append(ref.article.path)
        drafts = (address for each in index.articles for address in each.claims_left_out)
        return cls(articles, frozenset(drafts))


def removed(
    before: Mapping[str, str], every: Container[str], plan: Routes, claims: ClaimIndex
) -> dict[str, Problem]:
    """Report permanent addresses of an earlier build that no longer have a page: `address-removed`.

    `every`: the addresses of all pages that there are now. Return the problems by address. The
    problem of an article's address includes its claims, because an alias keeps them, too.
    """
    gone = {address: path for address, path in before.items() if address not in every}
    problems: dict[str, Problem] = {}
    own: dict[str, list[str]] = defaultdict(list)
    for address, path in gone.items():
        base, sign, name = address.rstrip("/").rpartition(_CLAIMS)
        if path.endswith(".md"):
            continue
        if sign and base in gone:
            own[base].append(address)
        else:
            problems[address] = _removed_claim(address, path, name, claims)
    for address, path in gone.items():
        if path.endswith(".md"):
            problems[address] = _removed_page(address, path, len(own[address]), plan)
    return problems


def _removed_page(address: str, path: str, claims: int, plan: Routes) -> Problem:
    message = f"there is no longer a page at `{short(address)}`"
    if claims:
        message += f", nor pages of its {'claim' if claims == 1 else f'{claims} claims'}"
    alias = f"add `aliases: [{address}]`"
    location = Location(path)
    if path in plan.skipped:
        hint = f"links to it break; if another page replaces it, {alias} to that page"
    elif front := plan.front(path):
        key = next((key for key in ("aliases", "slug") if (key,) in front.values), None)
        location = front.location((key,)) if key else location
        hint = f"to redirect readers, {alias} to the front matter of this page"
    else:
        hint = f"links to it break; if the article has moved, {alias} to its front matter"
    return Problem(location, "address-removed", message, hint, "info")


def _removed_claim(address: str, path: str, name: str, claims: ClaimIndex) -> Problem:
    others = claims.articles.get(name, ())
    article = path.removesuffix(".yaml") + ".md"
    to = f"`{others[0] if len(others) == 1 else article}`"
    message = f"there is no longer a page of the claim `{short(name)}` at `{short(address)}`"
    is_draft = address in claims.drafts
    keep = "the claim is now a draft: publish it" if is_draft else "keep the claim with its rating"
    hint = f"links to it break; {keep}, or add `aliases: [{address}]` to the front matter of {to}"
    return Problem(Location(path), "address-removed", message, hint, "info")
