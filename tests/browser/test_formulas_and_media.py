"""Formulas and players in a browser: they have a size, and what is copied of them is found."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import pytest

from explainer.anchor import find
from explainer.anchor.text import read
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target
from tests.helpers import browser as browsers
from tests.helpers import folders

pytestmark = browsers.needed

BODY = r"""
The law $E = mc^2$ holds, as does (for $n\in\mathbb{N}$) the next one.

$$
\begin{aligned}
x &= \frac{a}{b} \\
  &= \sqrt{\text{half of } y}
\end{aligned}
$$

A long one: $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} = b$.

$$\sum_{i=1}^n a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} = b$$

![A tone](tone.wav#t=2)

![A video](video.mp4){captions=video.vtt}
"""
NOTES = """
notes:
  - {quote: The law $E = mc^2$ holds, note: With $m$.}
  - {quote: (for … A long one, note: Both.}
  - {image: tone.wav, note: A tone.}
"""


def tone() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * 32_000)
    return file.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "site.toml": 'title = "T"\n[markdown]\nmath = true\n',
        "content/x/index.md": f"---\ntitle: T\n---\n{BODY}",
        "content/x/index.yaml": NOTES,
        "content/x/tone.wav": tone(),
        "content/x/video.mp4": b"x",
        "content/x/video.vtt": "WEBVTT\n",
    }
    root = folders.put(tmp_path_factory.mktemp("formulas"), files)
    built = build_site(root, BuildOptions(jobs=1))
    assert built.problems == ()
    return root / "_site"


@pytest.mark.parametrize("width", [320, 1280])
def test_formulas_and_players_fit(browser: Any, site: Path, width: int) -> None:
    with (
        browsers.served(site) as url,
        browsers.opened(browser, f"{url}x/", width) as (page, heard),
    ):
        page.evaluate(
            "new Promise(done => {const look = () => "
            "document.querySelector('audio').duration === 4 ? done() : setTimeout(look, 50);"
            "look()})"
        )
        boxes = page.evaluate(
            "[...document.querySelectorAll('.text > p math, .formula math, audio, video')]"
            ".map(each => {"
            "const box = each.getBoundingClientRect();"
            "return [each.localName, box.left, box.right, box.width, box.height]})"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("[...document.querySelectorAll('audio')].every(a => a.paused)")
    assert len(boxes) == 7
    for name, left, right, wide, high in boxes:
        assert left >= 0, name
        assert right <= width, name
        assert wide > 5, name
        assert high > 5, name
    *_, wide, high = next(box for box in boxes if box[0] == "video")
    assert wide / high == pytest.approx(16 / 9, abs=0.01)
    assert not [text for text in heard.messages if "video.mp4" not in text]


def test_selections_across_formulas_are_found(browser: Any, site: Path) -> None:
    """Every selection that contains a whole formula is a quote at its place."""
    article = read(Markdown(MarkdownOptions(math=True)).parse(BODY))
    with browsers.served(site) as url, browsers.opened(browser, f"{url}x/", 1280) as (page, _):
        copied = page.evaluate(
            "[...document.querySelectorAll('.text > p math, .formula math')].map(math => {"
            "const range = document.createRange();"
            "range.selectNode(math);"
            "getSelection().removeAllRanges(); getSelection().addRange(range);"
            "return getSelection().toString()})"
        )
        across = page.evaluate(
            "(() => {const [first] = document.querySelectorAll('.text > p');"
            "getSelection().selectAllChildren(first); return getSelection().toString()})()"
        )
    seen = []
    for quote in copied:
        place = find.find(article, Target(quote=quote))
        assert isinstance(place, find.Span), quote
        seen.append((place.start, place.end))
    assert seen == [(formula.start, formula.end) for formula in article.formulas]
    place = find.find(article, Target(quote=across))
    assert isinstance(place, find.Span)
    assert (place.start, place.end) == (article.blocks[0].start, article.blocks[0].end)
