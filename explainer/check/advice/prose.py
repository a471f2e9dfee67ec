"""Advice about an article's prose: numbers without a source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explainer.anchor.text import Block
from explainer.article.body import Body
from explainer.article.context import Inspection
from explainer.article.texts import lines_of
from explainer.check.advice.wording import listed
from explainer.markdown.formulas import FORMULA
from explainer.model.location import Location
from explainer.model.problems import Problem

# --- numbers -------------------------------------------------------------------------------------

_ORDINAL = r"(?:(?<!\d{3})(?<!\d[.,:]\d)(?<!\d[.,:]\d\d)\.)?"
"""The full stop of `19. November`, but not that of `in YAML 1.2. In 2019`."""
_NUMBER = re.compile(
    r"(?<![\w.,/:-])(?P<number>(?:[$€£¥₽]\s?)?\d+(?:[.,:/'’\u00a0\u202f\u2009–-]\d+)*[⁰¹²³⁴-⁹]*)"
    r"(?![\w]|-[^\W\d])"  # not in 32-bit or B2
    r"(?:(?P<unit>\s?(?:[%‰$€£¥₽°]|per cent\b|percent\b|Prozent\b))"
    rf"|(?<!\d{{3}}){_ORDINAL}[ \u00a0][^\W\d_]{{2,}}(?P<year>,?[ \u00a0]\d{{4}}\b(?!-))"
    rf"|{_ORDINAL}[ \u00a0][A-ZÀ-ÖØ-Þ][^\W\d_]+)?"
)
"""A number with its unit, or with what makes it a date or name: `19 May 1863`, `60 Minutes`."""
_CITATION = re.compile(
    r"\[\d+(?:[,;–-]\s?\d+)*\]"
    r"|\((?:[^\W\d_]+\.? )?[A-ZÀ-ÖØ-Þ][\w’'-]+(?: (?:and|&|und|et) [\w’'-]+\.?)?,? \d{4}[a-z]?"
    r"(?:[,:] ?(?:(?:pp?|S|no|§)\.? ?)?[\d–-]+)?\)"
)
"""A citation in the text: `[12]`, `(see Smith et al. 2019, p. 45)`."""
_LABEL = re.compile(
    r"(?:\b(?:fig(?:ure|\.)|tables?|chapters?|sections?|articles?|art\.|parts?|pages?|pp?\.|no\.|"
    r"appendix|steps?|volumes?|vol\.|abbildung|abb\.|tabelle|kapitel|abschnitt|artikel|teil|seiten?|"
    r"nr\.|anhang|schritt|band|chapitre|tableau|partie|étape|annexe)|§+)[ \u00a0]?$",
    re.IGNORECASE,
)
"""What precedes a number that only names a part of something: `Table 10`, `§ 218`."""
_SMALL = re.compile(r"\d")
"""A single digit usually counts what readers can see for themselves: 3 reasons, part 2."""
_SENTENCE_END = re.compile(
    r"(?<=[^\W\d_])[.!?…][\"”’»)\]]*\s+|(?<=[\"”’»)\]])[.!?…]\s+|[。！？]|\n"
)


def bare_numbers(inspection: Inspection, *_: object) -> Iterator[Problem]:
    """Ask where numbers come from that no annotation covers: `bare-number`.

    A sentence is covered if any of its words is annotated, or if it contains a link, a footnote, or
    a citation. Headings, code, numbers of parts, and single digits are ignored. There is at most
    one problem for each paragraph, list, or table.
    """
    passages = [annotation.passage for annotation in inspection.article.annotations]
    covered = [(passage.start, passage.end) for passage in passages if passage]
    for group in _groups(inspection.body):
        bare = [each for block in group for each in _bare(inspection.body, block, covered)]
        if bare:
            start, text = bare[0]
            shown = list(dict.fromkeys(text for _, text in bare))
            comes = "comes" if len(shown) == 1 else "come"
            message = f"nothing shows where {listed(shown)} {comes} from"
            hint = "add a claim, a note with a source, or a link"
            location = location_of(inspection, start, text)
            yield Problem(location, "bare-number", message, hint, "info")


def _bare(body: Body, block: Block, covered: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield each number that is not covered: its offset in the reader's text, and the number."""
    text = body.reader.text[block.start : block.end]
    if not any(char.isdigit() for char in text):
        return
    own, code = stretches(body, block)
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


# --- blocks of prose -----------------------------------------------------------------------------


def _groups(body: Body) -> Iterator[list[Block]]:
    """Yield the blocks of prose. Those of one list, table, or quotation are one group."""
    by_token = {block.token: block for block in body.reader.blocks}
    group: list[Block] = []
    depth = 0
    for i, token in enumerate(body.tokens):
        if token.type == "footnote_block_open":
            break
        depth += token.nesting
        if i in by_token and token.type == "inline" and body.tokens[i - 1].type != "heading_open":
            group.append(by_token[i])
        if depth == 0 and group:
            yield group
            group = []
    if group:
        yield group


def stretches(body: Body, block: Block) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the stretches of a block that link to a source, and those that are code.

    Each is a pair of a start and an end offset in the reader's text.
    """
    leading: list[tuple[int, int]] = []
    code: list[tuple[int, int]] = []
    opened = block.start
    for child, start, end in zip(
        body.tokens[block.token].children or (), block.children, block.children[1:], strict=False
    ):
        if child.type == "link_open":
            opened = start
        elif child.type == "link_close":
            leading.append((opened, start))
        elif child.type == "footnote_ref":
            leading.append((start - 1, start))  # it follows what it is about
        elif child.type in ("code_inline", FORMULA):
            code.append((start, end))
    return leading, code


def location_of(inspection: Inspection, at: int, words: str) -> Location:
    """Return the location in the file of `words`, which start at `at` in the reader's text.

    If the Markdown of their line does not contain them, return the line.
    """
    lines, line = lines_of(inspection.document), inspection.body.reader.line_at(at)
    if line < len(lines.starts):
        index = lines.text.find(words, lines.starts[line])
        end = lines.starts[line + 1] if line + 1 < len(lines.starts) else len(lines.text)
        if 0 <= index < end:
            return lines.location(index)
    return Location(lines.path, line + lines.first_line)
