"""Advice about numbers that no annotation says anything about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explainer.anchor.text import Block
from explainer.article.body import Body
from explainer.check.advice import prose
from explainer.check.advice.wording import listed
from explainer.check.site import CheckContext, CheckedArticle
from explainer.model.problems import Problem

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


def bare_numbers(article: CheckedArticle, _: CheckContext) -> Iterator[Problem]:
    """Ask where numbers come from that no annotation says anything about: `bare-number`.

    A sentence is covered if an annotation is on any of its words, or if it holds a link, a footnote
    or a citation. Headings, code, numbers of parts and bare digits are left out. One problem for
    each paragraph, list, table.
    """
    passages = [annotation.passage for annotation in article.article.annotations]
    covered = [(passage.start, passage.end) for passage in passages if passage]
    for group in prose.groups(article.body):
        found = [each for block in group for each in _bare(article.body, block, covered)]
        if found:
            start, text = found[0]
            shown = list(dict.fromkeys(text for _, text in found))
            comes = "comes" if len(shown) == 1 else "come"
            message = f"nothing says where {listed(shown)} {comes} from"
            hint = "a claim, a note with a source, or a link would"
            location = prose.location(article, start, text)
            yield Problem(location, "bare-number", message, hint, "info")


def _bare(body: Body, block: Block, covered: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield each number that is not covered: its place in the reader's text, and the number."""
    text = body.reader.text[block.start : block.end]
    if not any(char.isdigit() for char in text):
        return
    own, code = prose.stretches(body, block)
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
            yield start, match[0].strip()


def _sentences(text: str, offset: int) -> list[tuple[int, int]]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match[0] != "\n"]
    starts = [0, *ends]
    return [(a + offset, b + offset) for a, b in zip(starts, [*ends, len(text) + 1], strict=True)]
