"""What a careful editor would ask of a site that builds: for information only.

Each function takes what it asks about and gives problems of severity `info`. None of them is a
mistake, and there may be a good answer to each; so `build` and `serve` do not report them, and
they fail no check.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from explainer.anchor.text import Block, ReaderText
from explainer.article.merge import Names
from explainer.formats import claim_review
from explainer.model.annotations import AnnotationFile, Claim, Evidence, Source
from explainer.model.article import Article
from explainer.model.location import KeyPath, Lines, Located, Location
from explainer.model.problems import Code, Problem, short
from explainer.model.ratings import Rating
from explainer.support import extras

# --- pictures ------------------------------------------------------------------------------------


def wide_pictures(places: Iterable[str], location: Location) -> Iterator[Problem]:
    """Say what an extra would do for pictures that are sent whole to every phone: `wide-pictures`.

    `places`: of the pictures, in the output; none where the extra is installed or not wanted.
    """
    names = [f"`{posixpath.basename(place)}`" for place in places]
    if not names:
        return
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
    yield Problem(
        location,
        "wide-pictures",
        f"phones get {shown} at full width: the extra `images` makes narrower ones",
        f"install it: {extras.install('images')}\nor say that none are wanted, below [images]: "
        "sizes = false",
        severity="info",
    )


# --- evidence ------------------------------------------------------------------------------------


def evidence(file: AnnotationFile, places: Located, names: Names) -> tuple[Problem, ...]:
    """Ask about claims that are rated on a scale of truth, and stand on little.

    At most one question a claim: `no-source`; `one-source` (sources that only repeat others count
    as those others); `one-side`, where no rival claim stands for the other side.
    """
    rivals = {rival.rpartition("#")[2] for claim in file.claims for rival in claim.disputes}
    problems: list[Problem] = []
    for i, claim in enumerate(file.claims):
        rating = names.ratings.get(claim.rating)
        if rating is None or rating.value is None:
            continue
        question = _evidence(claim, rating, names, has_rival=claim.id in rivals)
        if question:
            key = "evidence" if claim.evidence else "rating"
            location = places.key(("claims", i, key))
            problems.append(Problem(location, *question, severity="info", annotation=claim.id))
    return tuple(problems)


def _evidence(
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
            message += f": {_listed(sorted(others))} only {repeat} it"
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


# --- dates ---------------------------------------------------------------------------------------


def undated(sources: Iterable[tuple[str, Source]], places: Located) -> tuple[Problem, ...]:
    """Ask for the dates of sources that have none: `source-without-date`.

    `sources` are those of one file, each with its id. Many are one question.
    """
    found = [
        _Item(name, places.key(("sources", name)), None)
        for name, source in sources
        if source.date is None
    ]
    hint = "readers ask how old a source is; a year alone will do: `date: 2024`"
    code: Code = "source-without-date"
    one, many = "the source {names} has no date", "{n} sources have no date: {names}"
    return _together(found, code, one, many, hint)


def unchecked(
    file: AnnotationFile, places: Located, ratings: Mapping[str, Rating], today: str
) -> tuple[Problem, ...]:
    """Ask about claims that nobody has looked at for a year, or nobody says when.

    `today` is an ISO date. Codes: `checked-long-ago`, `never-checked`. Many are one question.
    """
    before = _year_before(today)
    old: list[_Item] = []
    never: list[_Item] = []
    for i, claim in enumerate(file.claims):
        rating = ratings.get(claim.rating)
        if rating is None or not (rating.checked or claim.checked):
            continue
        if claim.checked is None:
            never.append(_Item(claim.id, places.location(("claims", i, "rating")), claim.id))
        elif claim.checked < before[: len(claim.checked)]:
            old.append(_Item(claim.id, places.location(("claims", i, "checked")), claim.id))
    return (
        *_together(
            old,
            "checked-long-ago",
            "{names} was last checked more than a year ago",
            "{n} claims were last checked more than a year ago: {names}",
            f"does the rating still hold? Then write `checked: {today}`",
        ),
        *_together(
            never,
            "never-checked",
            "nobody says when {names} was checked",
            "nobody says when {n} claims were checked: {names}",
            f"write it, such as `checked: {today}`: readers see it, and search engines",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Item:
    """One of several things about which there is the same question."""

    name: str
    location: Location
    annotation: str | None


_MANY = 3
"""Up to so many questions of a kind are asked one by one in a file."""


def _together(
    items: Sequence[_Item], code: Code, one: str, many: str, hint: str
) -> tuple[Problem, ...]:
    """A question for each, or, where they are many, one at the first for all of them."""
    if len(items) > _MANY:
        message = many.format(n=len(items), names=_listed([item.name for item in items]))
        return (Problem(items[0].location, code, message, hint, "info"),)
    return tuple(
        Problem(
            item.location,
            code,
            one.format(names=_listed([item.name])),
            hint,
            "info",
            item.annotation,
        )
        for item in items
    )


def _year_before(today: str) -> str:
    day = datetime.date.fromisoformat(today)
    if (day.month, day.day) == (2, 29):
        day -= datetime.timedelta(days=1)
    return day.replace(year=day.year - 1).isoformat()


# --- ClaimReview ---------------------------------------------------------------------------------

REQUIRED = ("claimReviewed", "reviewRating.alternateName", "url")
RECOMMENDED = (
    *("author.name", "author.url", "datePublished"),
    *("itemReviewed.author.name", "itemReviewed.datePublished", "itemReviewed.appearance.url"),
)
_KEYS = {
    "itemReviewed.author.name": ("by", "who made the claim"),
    "itemReviewed.datePublished": ("date", "when it was made"),
    "datePublished": ("checked", "when it was checked"),
}
"""By a property: the key from which it comes, and what that says."""


def lacking(review: Mapping[str, Any], properties: Iterable[str]) -> tuple[str, ...]:
    """Give those of the properties that a ClaimReview does not have.

    Google requires `REQUIRED`, with an absolute `url`, and recommends `RECOMMENDED`, as does its
    Rating's numbers for ratings that have one:
    https://developers.google.com/search/docs/appearance/structured-data/factcheck
    """
    return tuple(name for name in properties if not _has(review, name))


def _has(review: Mapping[str, Any], name: str) -> bool:
    value: Any = review
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if name == "url" and value and not str(value).startswith(("https://", "http://")):
        return False
    return bool(value)


def without_address(
    articles: Iterable[Article], url: str | None, location: Location
) -> Iterator[Problem]:
    """Say that a site with claims has no address, which Google requires: `claim-review`."""
    if url is None and any(article.claims for article in articles):
        yield Problem(
            location,
            "claim-review",
            "the site has no `url`, and without one Google reads no ClaimReview of its claims",
            'url = "https://…": where the site will be published',
            severity="info",
        )


def claim_reviews(
    article: Article, places: Located, scale: Sequence[Rating], url: str, site: str
) -> tuple[Problem, ...]:
    """Say what Google asks of the ClaimReviews of an article's claims: `claim-review`.

    `url` is the site's address, `site` its title. One problem a claim.
    """
    data = places.data if isinstance(places.data, dict) else {}
    written = data.get("claims")
    trails: dict[object, KeyPath] = {
        entry.get("id"): ("claims", i)
        for i, entry in enumerate(written if isinstance(written, list) else ())
        if isinstance(entry, dict)
    }
    problems: list[Problem] = []
    for claim in article.claims:
        if not claim.rating.checked:
            continue
        review = claim_review.render(
            article,
            claim,
            scale,
            url=url.rstrip("/") + claim.address,
            article_url=url.rstrip("/") + article.address,
            site=site,
            site_url=url,
        )
        required = lacking(review, REQUIRED)
        wanted = [_KEYS[name] for name in lacking(review, RECOMMENDED) if name in _KEYS]
        location = places.location((*trails.get(claim.id, ()), "id"))
        if required:
            message = f"the ClaimReview of `{claim.id}` lacks {_listed(required)}"
            hint = "Google requires it"
        elif wanted:
            keys = _listed([key for key, _ in wanted])
            message = f"`{claim.id}` does not say {' and '.join(what for _, what in wanted)}"
            hint = f"Google recommends it for a ClaimReview: add {keys}"
        else:
            continue
        problems.append(Problem(location, "claim-review", message, hint, "info", claim.id))
    return tuple(problems)


# --- marks of other generators -------------------------------------------------------------------

_FOREIGN = re.compile(
    r"(?P<shortcode>\{\{[<%].*?[%>]\}\}|\{%.*?%\})"
    r"|(?P<admonition>^(?:!!!|\?\?\?\+?) \w.*$)"
    r"|(?P<div>^:::+ ?(?:\{.*?\}|[\w.-]+))"
    r"|(?P<citation>\[-?@[\w:.#$%&+?<>~/-]+[^\]\n]*\])",
    re.MULTILINE,
)
_FOREIGN_SAYS = {
    "shortcode": ("a shortcode of Hugo's, or a tag of Jekyll's", "write Markdown instead"),
    "admonition": ("an admonition of MkDocs's", "make it a note on the words that it is about"),
    "div": ("a block of Pandoc's or Quarto's", "make it a note on the words that it is about"),
    "citation": ("a citation of Pandoc's", "name the source in a note or a claim: `sources: [id]`"),
}
"""By what it is: how authors call it, and what there is for it here."""


def leftovers(tokens: Sequence[Token], reader: ReaderText, lines: Lines) -> tuple[Problem, ...]:
    """Ask about marks of other generators, which readers would see as text: `foreign-markup`.

    Not in code. `tokens` and `reader` are those of the article's text, which `lines` holds.
    """
    problems: list[Problem] = []
    for block in (block for group in _groups(tokens, reader) for block in group):
        _, code = _within(tokens[block.token], block)
        for match in _FOREIGN.finditer(reader.text[block.start : block.end]):
            start = match.start() + block.start
            if match.lastgroup is None or any(a <= start < b for a, b in code):
                continue
            what, hint = _FOREIGN_SAYS[match.lastgroup]
            location = _place(lines, reader.line_at(start), match[0])
            message = f"`{short(match[0])}` looks like {what}: readers see it as it stands"
            problems.append(Problem(location, "foreign-markup", message, hint, "info"))
    return tuple(problems)


def may_have_leftovers(text: str) -> bool:
    """Whether it is worth parsing an article's text for `leftovers`."""
    return _FOREIGN.search(text) is not None


# --- numbers -------------------------------------------------------------------------------------

_ORDINAL = r"(?:(?<!\d{3})(?<!\d[.,:]\d)(?<!\d[.,:]\d\d)\.)?"
"""The full stop of `19. November`, which is not that of `in YAML 1.2. In 2019`."""
_NUMBER = re.compile(
    r"(?<![\w.,/:-])(?P<number>(?:[$€£¥₽]\s?)?\d+(?:[.,:/'’\u00a0\u202f\u2009–-]\d+)*[⁰¹²³⁴-⁹]*)"
    r"(?![\w]|-[^\W\d])"  # not in 32-bit or B2
    r"(?:(?P<unit>\s?(?:[%‰$€£¥₽°]|per cent\b|percent\b|Prozent\b))"
    rf"|(?<!\d{{3}}){_ORDINAL}[ \u00a0][^\W\d_]{{2,}}(?P<year>,?[ \u00a0]\d{{4}}\b(?!-))"
    rf"|{_ORDINAL}[ \u00a0][A-ZÀ-ÖØ-Þ][^\W\d_]+)?"
)
"""A number with its unit, or what makes it a date or a name: `19 November 1863`, `60 Minutes`."""
_CITATION = re.compile(
    r"\[\d+(?:[,;–-]\s?\d+)*\]"
    r"|\((?:[^\W\d_]+\.? )?[A-ZÀ-ÖØ-Þ][\w’'-]+(?: (?:and|&|und|et) [\w’'-]+\.?)?,? \d{4}[a-z]?"
    r"(?:[,:] ?(?:(?:pp?|S|no|§)\.? ?)?[\d–-]+)?\)"
)
"""What names a source in the text: `[12]`, `(see Smith et al. 2019, p. 45)`."""
_LABEL = re.compile(
    r"(?:\b(?:fig(?:ure|\.)|tables?|chapters?|sections?|articles?|art\.|parts?|pages?|pp?\.|no\.|"
    r"appendix|steps?|volumes?|vol\.|abbildung|abb\.|tabelle|kapitel|abschnitt|artikel|teil|seiten?|"
    r"nr\.|anhang|schritt|band|chapitre|tableau|partie|étape|annexe)|§+)[ \u00a0]?$",
    re.IGNORECASE,
)
"""What stands before a number that only names a part of something: `Table 10`, `§ 218`."""
_SMALL = re.compile(r"\d")
"""One bare digit counts something that everybody can see: three reasons, part 2."""
_SENTENCE_END = re.compile(
    r"(?<=[^\W\d_])[.!?…][\"”’»)\]]*\s+|(?<=[\"”’»)\]])[.!?…]\s+|[。！？]|\n"
)
_SHOWN = 3


def numbers(
    tokens: Sequence[Token], reader: ReaderText, article: Article, lines: Lines
) -> tuple[Problem, ...]:
    """Ask where numbers come from that no annotation says anything about: `bare-number`.

    A sentence is covered where an annotation stands on any of its words, and where it holds a link,
    a footnote or a citation. Headings, code, numbers of parts and bare digits are left out. One
    problem for each paragraph, list, table. `tokens` and `reader` are those of the article's text,
    `lines` holds that text.
    """
    covered = [(a.passage.start, a.passage.end) for a in article.annotations if a.passage]
    problems: list[Problem] = []
    for group in _groups(tokens, reader):
        found = [each for block in group for each in _bare(tokens, reader, block, covered)]
        if found:
            line = reader.line_at(found[0].start)
            location = _place(lines, line, found[0].text)
            shown = list(dict.fromkeys(each.text for each in found))
            message = f"nothing says where {_listed(shown)} {_come(shown)} from"
            hint = "a claim, a note with a source, or a link would"
            problems.append(Problem(location, "bare-number", message, hint, "info"))
    return tuple(problems)


@dataclass(frozen=True, slots=True)
class _Number:
    text: str
    start: int
    """Its place in the reader's text."""


def _groups(tokens: Sequence[Token], reader: ReaderText) -> Iterator[list[Block]]:
    """The blocks of prose, those together that stand in one list, table or quotation."""
    by_token = {block.token: block for block in reader.blocks}
    group: list[Block] = []
    depth = 0
    for i, token in enumerate(tokens):
        if token.type == "footnote_block_open":
            break
        depth += token.nesting
        if i in by_token and token.type == "inline" and tokens[i - 1].type != "heading_open":
            group.append(by_token[i])
        if depth == 0 and group:
            yield group
            group = []
    if group:
        yield group


def _bare(
    tokens: Sequence[Token], reader: ReaderText, block: Block, covered: list[tuple[int, int]]
) -> Iterator[_Number]:
    text = reader.text[block.start : block.end]
    if not any(char.isdigit() for char in text):
        return
    own, code = _within(tokens[block.token], block)
    sentences = _sentences(text, block.start)
    cited = [(m.start() + block.start, m.end() + block.start) for m in _CITATION.finditer(text)]
    spans = [*covered, *own, *cited]
    for match in _NUMBER.finditer(text):
        start, end = match.start() + block.start, match.end() + block.start
        bare = not (match["unit"] or match["year"])
        if (bare and _SMALL.fullmatch(match["number"])) or any(a <= start < b for a, b in code):
            continue
        if bare and _LABEL.search(text, max(0, match.start() - 16), match.start()):
            continue
        first, last = next((s for s in sentences if s[0] <= start < s[1]), (start, end))
        if not any(a < last and first < b for a, b in spans):
            yield _Number(match[0].strip(), start)


def _within(token: Token, block: Block) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The stretches of a block that lead to a source themselves, and those that are code."""
    leading: list[tuple[int, int]] = []
    code: list[tuple[int, int]] = []
    opened = block.start
    for child, start, end in zip(
        token.children or (), block.children, block.children[1:], strict=False
    ):
        if child.type == "link_open":
            opened = start
        elif child.type == "link_close":
            leading.append((opened, start))
        elif child.type == "footnote_ref":
            leading.append((start - 1, start))  # it stands behind what it is about
        elif child.type == "code_inline":
            code.append((start, end))
    return leading, code


def _sentences(text: str, offset: int) -> list[tuple[int, int]]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match[0] != "\n"]
    starts = [0, *ends]
    return [(a + offset, b + offset) for a, b in zip(starts, [*ends, len(text) + 1], strict=True)]


def _place(lines: Lines, line: int, words: str) -> Location:
    """Where words stand that are on a line of the text, from 0; the line, if they are not there."""
    if line < len(lines.starts):
        index = lines.text.find(words, lines.starts[line])
        end = lines.starts[line + 1] if line + 1 < len(lines.starts) else len(lines.text)
        if 0 <= index < end:
            return lines.location(index)
    return Location(lines.path, line + lines.first_line)


def _listed(words: Sequence[str]) -> str:
    """Words in backquotes; of many, the first, and how many more."""
    shown = [f"`{short(word)}`" for word in words]
    if len(shown) > _SHOWN + 1:
        shown = [*shown[:_SHOWN], f"{len(shown) - _SHOWN} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _come(words: Sequence[str]) -> str:
    return "comes" if len(words) == 1 else "come"
