"""`explainer rate`: give a claim a new rating."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from explainer.edit.rate import NewRating, is_passed_over, old_since, rate
from explainer.model import ratings
from explainer.model.annotations import Claim
from explainer.model.documents import Document
from explainer.model.problems import Problem, nearest, short
from explainer.model.settings import Settings
from explainer.parse.annotations import read_annotations
from explainer.site import load
from explainer.site.routes import route
from explainer.site.walk import Links
from explainer.support import clock
from explainer.support.files import read_file, update_file
from explainer.support.values import dataclass
from explainer.upkeep.names import names_of

_MOST = 12
"""The most claims that a message lists."""


class RateError(Exception):
    """A claim cannot be rated: a message to the author."""


@dataclass(frozen=True, slots=True)
class RateResult:
    """What became of a claim."""

    lines: Sequence[str] = ()
    """What to say, a line each."""
    problems: Sequence[Problem] = ()
    """Why nothing was written."""
    texts: Mapping[str, str] | None = None
    """By path: the texts that problems quote."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim in its file."""

    document: Document
    path: str
    """The path of the annotation file."""
    index: int
    """Its index among the claims."""
    claim: Claim

    @property
    def name(self) -> str:
        """Its name on the whole site."""
        return f"{names_of(self.document.article.path)[-1]}#{self.claim.id}"


def rate_claim(
    root: Path, name: str, rating: str, *, review: str | None = None, since: str | None = None
) -> RateResult:
    """Set the rating of a claim of the site in the folder `root`; see `edit.rate`.

    `name` is `article#id`, or an id that only one claim has. Raises RateError for an unknown claim
    or rating, OSError, and FileChangedError if another program changes the file meanwhile.
    """
    files, texts, problems = load.load(root)
    if files is None:
        return RateResult(problems=problems, texts=texts)
    scale = ratings.scale(files.settings)
    if rating not in scale:
        near = nearest(rating, scale)
        hint = f" Did you mean `{near}`?" if near else ""
        raise RateError(
            f"there is no rating `{short(rating)}`.{hint} The ratings are: {', '.join(scale)}."
        )
    found = _find(files.documents, name)
    if isinstance(found, RateResult):
        return RateResult(found.lines, found.problems, texts)
    claim, path = found.claim, found.path
    new = NewRating(
        rating=rating,
        checked=clock.today(files.settings.timezone),
        review=review,
        since=since,
        published=_published(found.document, files.settings),
    )
    Links(root).check_write(path)
    before = read_file(root / path)
    after = rate(before.decode(), found.index, claim, new, path=path)
    if isinstance(after, Problem):
        return RateResult(problems=[after], texts=texts)
    if after.encode() == before:
        return RateResult([f"{found.name} is already rated `{rating}`: nothing was changed"])
    update_file(root / path, after.encode(), before)
    return RateResult(list(_said(found, new)))


def _published(document: Document, settings: Settings) -> str | None:
    """Return the day when an article was published, if it says so."""
    opens = route(document, settings.timezone)[0].opens
    return opens[0][:10] if opens else None


def _said(found: _Found, new: NewRating) -> Iterator[str]:
    claim = found.claim
    if claim.rating == new.rating:
        yield f"{found.path}: {found.name} is still `{new.rating}`, with a new review"
        return
    yield f"{found.path}: {found.name} is now `{new.rating}`; it was `{claim.rating}`"
    since = old_since(claim, new)
    if is_passed_over(claim, new):
        yield f"`history` keeps one rating a day, so it does not have `{claim.rating}` of today"
    elif not new.since and not claim.checked:
        source = "the article's date" if new.published else "today's"
        yield f"in `history`, the old rating has {source}, {since}: the claim had no `checked`"
    if new.review is None and claim.review:
        yield f"`review` still gives the reasons for `{claim.rating}`: edit it"


def _find(documents: Sequence[Document], name: str) -> _Found | RateResult:
    """Return the claim with a name; without one, the problems of the file that may have it."""
    article, sign, wanted = name.rpartition("#")
    article = article.removesuffix(".md").removesuffix(".yaml").strip("/")
    own = [each for each in documents if not sign or article in names_of(each.article.path)]
    if sign and not own:
        near = nearest(article, [names_of(each.article.path)[-1] for each in documents])
        hint = f" Did you mean `{near}#{wanted}`?" if near else ""
        raise RateError(f"there is no article `{short(article)}`.{hint}")
    errors: list[Problem] = []
    matching: list[_Found] = []
    for document in own:
        if document.annotations and (sign or wanted in document.annotations.content):
            claims, wrong = _claims(document)
            matching += (each for each in claims if each.claim.id == wanted)
            errors += wrong
    if not matching and errors:
        return RateResult(problems=errors)
    if not matching:
        raise RateError(_unknown(name, own, in_article=bool(sign)))
    if len(matching) > 1:
        names = ", ".join(f"`{each.name}`" for each in matching)
        raise RateError(f"several claims have the id `{wanted}`. Choose one: {names}.")
    return matching[0]


def _unknown(name: str, documents: Sequence[Document], *, in_article: bool) -> str:
    """Return the message about a claim that does not exist."""
    wanted = name.rpartition("#")[2]
    claims = [each for document in documents for each in _claims(document)[0]]
    message = f"there is no claim `{short(name)}`."
    if near := nearest(wanted, [each.claim.id for each in claims]):
        names = (each.name for each in claims if each.claim.id == near)
        return f"{message} Did you mean `{next(names)}`?"
    if in_article and claims:
        names = (f"`{each.claim.id}`" for each in claims[:_MOST])
        more = f", and {len(claims) - _MOST} more" if len(claims) > _MOST else ""
        return f"{message} The article's claims are: {', '.join(names)}{more}."
    return f"{message} To see all claims, run `explainer serve` and open /claims/."


def _claims(document: Document) -> tuple[list[_Found], list[Problem]]:
    """Return the claims of an article, and the errors in its annotation file."""
    if document.annotations is None:
        return [], []
    file, _, problems = read_annotations(document.annotations)
    claims = file.claims if file else ()
    path = document.annotations.path
    found = [_Found(document, path, index, claim) for index, claim in enumerate(claims)]
    return found, [problem for problem in problems if problem.severity == "error"]
