"""Cards: the same values give the same picture, and no text is cut off badly."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.ratings import DEFAULT_SCALE, Rating
from explainer.render import card_fonts, cards, shapes
from explainer.render.cards import Card, Cards, CardTallyPart, CardVerdict
from tests import ROOT
from tests.helpers import folders, pages
from tests.helpers.examples import examples

SETTINGS = ROOT / "themes/default/styles/00-settings.css"
CARD = Card(
    site="The Explainer",
    kicker="News",
    title="Who called whom?",
    text="What is known of a call.",
    by="By Jane Doe",
    date="10 November 2024",
    checked="3 claims checked",
    tally=(
        CardTallyPart("blue", "circle", 1, "1 true"),
        CardTallyPart("grey", "diamond", 2, "2 disputed"),
    ),
)


@pytest.fixture(scope="module")
def maker() -> Cards:
    return Cards(None)


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content)).convert("RGB")


def colors(image: Image.Image) -> set[tuple[int, ...]]:
    return {color for _, color in image.getcolors(1 << 20) or ()}  # type: ignore[misc]


def rgb(text: str) -> tuple[int, ...]:
    return struct.unpack("BBB", bytes.fromhex(text[1:]))


def test_a_card(maker: Cards) -> None:
    content = maker.png(CARD)
    image = opened(content)
    assert image.size == (1200, 630)
    assert image.getpixel((0, 0)) == rgb(cards.PAPER)
    assert {
        rgb(cards.TONES["blue"]),
        rgb(cards.TONES["grey"]),
        rgb(cards.INK),
    } <= colors(image)
    assert rgb(cards.TONES["orange"]) not in colors(image)
    assert content is not None
    assert len(content) < 60_000
    assert re.findall(rb"IHDR|PLTE|IDAT|IEND|tEXt|tIME|pHYs", content)[0] == b"IHDR"
    assert b"tIME" not in content
    assert b"tEXt" not in content


def test_the_same_values_give_the_same_bytes(maker: Cards, tmp_path: Path) -> None:
    kept = Cards(tmp_path / "cards")
    assert (
        Cards(None).png(CARD)
        == maker.png(CARD)
        == kept.png(CARD)
        == Cards(tmp_path / "cards").png(CARD)
    )
    assert Cards(tmp_path / "cards").png(replace(CARD, title="Other")) != maker.png(CARD)


def test_a_card_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Cards(tmp_path).png(CARD)
    monkeypatch.setattr(cards, "draw", lambda _: pytest.fail("it is kept"))
    assert Cards(tmp_path).png(CARD) == made


@pytest.mark.parametrize("change", ["empty", "cut", "a byte", "another card", "no seal"])
def test_a_kept_card_that_is_not_as_it_was_made_is_drawn_again(
    tmp_path: Path, maker: Cards, change: str
) -> None:
    kept = Cards(tmp_path)
    made = kept.png(CARD)
    assert made
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    other = replace(CARD, title="Other")
    kept.png(other)
    (beside,) = set(tmp_path.iterdir()) - {file}
    changed = {
        "empty": b"",
        "cut": content[:-1],
        "a byte": content[:-1] + bytes([content[-1] ^ 1]),
        "another card": beside.read_bytes(),
        "no seal": made,
    }
    file.write_bytes(changed[change])
    assert kept.can_draw(CARD)
    assert kept.png(CARD) == made
    assert file.read_bytes() == content


def test_colors_are_those_of_the_theme() -> None:
    light = SETTINGS.read_text(encoding="utf-8").partition("@media")[0]
    found = dict(re.findall(r"--(\w+): (#\w{6}|var\(--\w+\));", light))
    found = {name: found.get(color[6:-1], color) for name, color in found.items()}
    for name, color in cards.TONES.items():
        assert found[name] == color
    assert [found[n] for n in ("paper", "ink", "soft", "line")] == [
        cards.PAPER,
        cards.INK,
        cards.SOFT,
        cards.LINE,
    ]


@pytest.mark.parametrize(
    "text",
    ["北京", "مرحبا", "שלום", "हिन्दी", "😀", "a\u200fb", "x\u0323\u0302", "\ufffd\U0010ffff"],
)
def test_no_card_if_the_font_lacks_a_character(text: str, maker: Cards, tmp_path: Path) -> None:
    assert maker.png(replace(CARD, title=text)) is None
    assert maker.png(replace(CARD, by=text)) is None
    assert maker.png(replace(CARD, tally=(CardTallyPart("blue", "circle", 1, text),))) is None
    kept = Cards(tmp_path)
    assert kept.png(replace(CARD, title=text)) is None
    assert Cards(tmp_path).png(replace(CARD, title=text)) is None


@pytest.mark.parametrize(
    "text",
    ["Über die Größe", "Žluťoučký kůň", "Кремль: «нет»", "Ελένη", "O’Brien — “no”…", "e\u0301"],
)
def test_characters_that_the_font_has(text: str, maker: Cards) -> None:
    assert maker.png(replace(CARD, title=text)) is not None


WORDS = st.text("abcdefghijklmnopqrstuvwxyzÄÖÜß ,.-–“”’0123456789", min_size=1, max_size=400)


@given(
    st.builds(
        Card,
        site=WORDS,
        kicker=st.just("") | WORDS.map(lambda text: text[:20]),
        title=WORDS,
        text=st.just("") | WORDS,
        by=st.just("") | WORDS,
        date=st.just("") | st.just("10 November 2024"),
        checked=st.just("") | WORDS.map(lambda text: text[:30]),
        tally=st.lists(
            st.builds(
                CardTallyPart,
                st.sampled_from(sorted(cards.TONES)),
                st.sampled_from(sorted(shapes.PATHS)),
                st.integers(1, 10**6),
                WORDS.map(lambda text: text[:40]),
            ),
            max_size=11,
        ).map(tuple),
    )
)
@settings(deadline=None, max_examples=examples(50))
def test_text_stays_within_the_margins(card: Card) -> None:
    image = opened(Cards(None).png(card))
    paper = rgb(cards.PAPER)
    edge = 72 - 12  # letters overhang by a little
    for box in (
        (0, 0, edge, 630),
        (1200 - edge, 0, 1200, 630),
        (0, 0, 1200, 40),
        (0, 630 - 40, 1200, 630),
    ):
        assert colors(image.crop(box)) == {paper}, box


CLAIM = Card(
    site="The Explainer",
    kicker="Claim",
    title="Donald Trump and Vladimir Putin spoke by telephone on 7 November 2024.",
    by="Claimed by The Washington Post",
    date="10 November 2024",
    verdict=CardVerdict("grey", "diamond", "Disputed"),
)
SENTENCE = st.lists(
    st.sampled_from("who told whom what a government said of it".split()), min_size=1
)


def test_a_claims_card(maker: Cards) -> None:
    content = maker.png(CLAIM)
    image = opened(content)
    assert image.size == (CLAIM.width, CLAIM.height) == (600, 315)
    assert colors(image) > {rgb(cards.PAPER), rgb(cards.INK), rgb(cards.LINE)}
    assert CLAIM.words == f"The Explainer: Disputed: {CLAIM.title}"
    assert maker.png(replace(CLAIM, verdict=CardVerdict("grey", "diamond", "有争议"))) is None


@pytest.mark.parametrize("rating", DEFAULT_SCALE, ids=lambda rating: rating.id)
def test_a_claims_card_has_the_shape_and_colour_of_its_rating(rating: Rating, maker: Cards) -> None:
    made = maker.png(replace(CLAIM, verdict=CardVerdict(rating.tone, rating.shape, "Rated")))
    image = opened(made).crop((36, 74, 64, 108))
    assert rgb(cards.TONES[rating.tone]) in colors(image)
    others = {
        maker.png(replace(CLAIM, verdict=CardVerdict(rating.tone, shape, "Rated")))
        for shape in shapes.PATHS
    }
    assert len(others) == len(shapes.PATHS)


@given(
    SENTENCE.map(lambda words: " ".join(words).capitalize() + "."), st.sampled_from(DEFAULT_SCALE)
)
@settings(deadline=None, max_examples=examples(30))
def test_a_claims_card_is_small_and_within_the_margins(claim: str, rating: Rating) -> None:
    verdict = CardVerdict(rating.tone, rating.shape, rating.label)
    content = Cards(None).png(replace(CLAIM, title=claim, verdict=verdict))
    assert content is not None
    assert len(content) <= 8 * 1024
    image = opened(content)
    for box in ((0, 0, 30, 315), (570, 0, 600, 315), (0, 0, 600, 20), (0, 295, 600, 315)):
        assert colors(image.crop(box)) == {rgb(cards.PAPER)}, box


def test_claims_have_cards_if_the_site_wants_them(tmp_path: Path) -> None:
    files = {
        "site.toml": 'title = "S"\nurl = "https://example.org/"\n[images]\nclaim_cards = true\n',
        "content/x.md": "---\ntitle: The call\ndate: 2024-11-10\n---\nWords.\n",
        "content/x.yaml": CLAIMS.replace("B is not", "他没有"),
    }
    root = folders.put(tmp_path, files)
    assert not build_site(root, BuildOptions(jobs=1)).failed
    assert preview(root, "x/claims/a/index.html") == {
        "og:image": "https://example.org/x/claims/a/card.png",
        "og:image:width": "600",
        "og:image:height": "315",
        "og:image:alt": "S: True: A is so.",
    }
    assert (root / "_site/x/claims/a/card.png").is_file()
    # The typeface has no Chinese letters, so this claim has the card of its article.
    assert preview(root, "x/claims/b/index.html")["og:image"] == "https://example.org/x/card.png"
    assert not (root / "_site/x/claims/b/card.png").exists()


def test_a_long_title_ends_with_a_whole_word_and_an_ellipsis() -> None:
    font = card_fonts.open_font(card_fonts.BOLD, 47)
    lines = font.cut("some words of one kind " * 30, 4, 1056)
    assert len(lines) == 4
    assert lines[-1].endswith("…")
    assert lines[-1][:-1].split(" ")[-1] in ("some", "words", "of", "one", "kind")
    assert all(font.line(line) <= 1056 for line in lines)


@given(st.lists(st.text("abcmMiIÄ-", min_size=1, max_size=60), min_size=1, max_size=30))
@settings(deadline=None, max_examples=examples(50))
def test_lines_hold_all_words_and_fit(words: list[str]) -> None:
    font = card_fonts.open_font(card_fonts.BOLD, 52)
    text = " ".join(words)
    lines = font.balanced(text, 500)
    assert all(font.line(line) <= 500 for line in lines)
    assert len(lines) == len(font.lines(text, 500))
    bare = "".join(lines).replace("-", "").replace(" ", "")
    assert bare == text.replace("-", "").replace(" ", "")


# --- on pages ------------------------------------------------------------------------------------

CLAIMS = """\
claims:
  - {id: a, claim: A is so., rating: true}
  - {id: b, claim: B is not., rating: false}
  - {id: c, claim: C is good., rating: opinion}
"""


def preview(root: Path, file: str) -> dict[str, str]:
    page = pages.parse((root / "_site" / file).read_text(encoding="utf-8"))
    return {
        e.attributes["property"]: e.attributes["content"]
        for e in page
        if e.tag == "meta" and e.attributes.get("property", "").startswith("og:image")
    }


def test_articles_claims_and_home_have_cards(tmp_path: Path) -> None:
    files = {
        "site.toml": 'title = "S"\nurl = "https://example.org/base/"\n',
        "content/x.md": "---\ntitle: The call\ndate: 2024-11-10\n---\nWords.\n",
        "content/x.yaml": CLAIMS,
        "content/own.md": "---\ntitle: Own\nimage: {src: p.png, alt: A}\n---\n",
        "content/p.png": cards_png(30, 20),
    }
    root = folders.put(tmp_path, files)
    assert not build_site(root, BuildOptions(jobs=1)).failed
    card = {
        "og:image": "https://example.org/base/x/card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "S: The call. 2 claims checked: 1 true, 1 false",
    }
    assert preview(root, "x/index.html") == card
    assert preview(root, "x/claims/a/index.html") == card
    assert preview(root, "index.html")["og:image"] == "https://example.org/base/card.png"
    assert preview(root, "own/index.html") == {
        "og:image": "https://example.org/base/p.png",
        "og:image:width": "30",
        "og:image:height": "20",
        "og:image:alt": "A",
    }
    made = sorted(p.relative_to(root / "_site").as_posix() for p in root.rglob("_site/**/card.png"))
    assert made == ["card.png", "x/card.png"]
    assert (
        '"image":"https://example.org/base/x/card.png"' in (root / "_site/x/index.html").read_text()
    )


def test_no_card_without_the_sites_url(tmp_path: Path) -> None:
    root = folders.put(
        tmp_path, {"site.toml": 'title = "S"\n', "content/x.md": "---\ntitle: T\n---\n"}
    )
    assert not build_site(root, BuildOptions(jobs=1)).failed
    assert not preview(root, "x/index.html")
    assert not list(root.rglob("card.png"))


def test_an_authors_card_takes_precedence(tmp_path: Path) -> None:
    files = {
        "site.toml": 'title = "S"\nurl = "https://example.org"\n',
        "content/x/index.md": "---\ntitle: T\n---\n",
        "content/x/card.png": cards_png(1200, 630),
    }
    root = folders.put(tmp_path, files)
    assert not build_site(root, BuildOptions(jobs=1)).problems
    assert (root / "_site/x/card.png").read_bytes() == files["content/x/card.png"]


def cards_png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("titles", "message"),
    [
        (("Café – “Ελλάδα”", "Привет"), None),
        (("今天", "Plain"), "this page gets no preview card: its typeface has no `今`"),
        (("اتصال", "今天"), "2 pages get no preview card: its typeface has no `ا`"),
    ],
)
def test_titles_that_the_typeface_cannot_show(
    titles: tuple[str, ...], message: str | None, tmp_path: Path
) -> None:
    settings = 'title = "T"\nurl = "https://example.org"\n[search]\nenabled = false\n'
    files = {f"content/{i}.md": f"---\ntitle: {t}\n---\nx\n" for i, t in enumerate(titles)}
    folders.put(tmp_path, {"site.toml": settings, **files})
    built = build_site(tmp_path, BuildOptions(jobs=1))
    found = [(p.location.path, p.message) for p in built.problems if p.code == "card-not-drawn"]
    assert found == ([("content/0.md", message)] if message else [])
    off = f"{settings}[images]\ncards = false\n"
    folders.put(tmp_path, {"site.toml": off})
    assert build_site(tmp_path, BuildOptions(jobs=1)).problems == ()
