"""Where claims were made, what is true, what was answered; and the ClaimReview of each claim."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.check.advice.claims import REQUIRED, lacking
from explainer.check.check import CheckOptions, check_site
from explainer.model.annotations import Appearance
from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.model.scalars import RecordingTime, Url
from explainer.parse.annotations import read_annotations
from tests import ROOT
from tests.helpers import folders

SHAPES = tomllib.loads(Path(__file__).with_name("claim_review.toml").read_text(encoding="utf-8"))
SIMPLE = {
    "URL": r"https?://\S+",
    "Date": r"\d{4}(-\d\d){0,2}",
    "Number": r"\d+(\.\d+)?",
    "Text": r".*\S.*",
}
SITE = 'title = "S"\nurl = "https://s.org/base/"\n[search]\nenabled = false\n'
PEOPLE = """people:
  who: {name: World Health Organization, kind: organization, wikidata: Q7817}
  ann: {name: Ann}
"""
CLAIM = "claims:\n  - id: c\n    claim: It is <so>.\n    rating: 'false'\n    checked: 2024-05-01\n"
FULL = """    by: who
    location: Geneva
    fact: It is & was not so.
    reply: {text: We *meant* it., date: 2024-02}
    appearances:
      - url: https://tv.test/x
        archived: https://web.archive.org/web/2024/https://tv.test/x
        date: 2024-01-05
        publisher: Town TV
        time: 1:23:45
      - url: https://paper.test/x
      - {publisher: The radio, time: 83}
"""


def files(more: str, front: str = "", site: str = SITE) -> dict[str, str]:
    return {
        "site.toml": site,
        "content/a.md": f"---\ntitle: T\ndate: 2024-04-01\n{front}---\nSome words.\n",
        "content/a.yaml": PEOPLE + CLAIM + more,
    }


def built(tmp_path: Path, more: str, front: str = "") -> Path:
    result = build_site(folders.put(tmp_path, files(more, front)), BuildOptions(jobs=1))
    assert [p for p in result.problems if p.code != "unused-person"] == []
    return tmp_path / "_site"


def reviews(out: Path) -> Iterator[dict[str, Any]]:
    for page in sorted(out.glob("**/claims/*/index.html")):
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.read_text())
        yield from (one for one in json.loads(found[0]) if one["@type"] == "ClaimReview")


def wrong_shapes(value: Any, types: list[str], at: str) -> Iterator[str]:
    """Yield what is not as schema.org expects it."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            if not any(re.fullmatch(SIMPLE[t], str(one)) for t in types if t in SIMPLE):
                yield f"{at}: {one!r}"
            continue
        kind = one.get("@type")
        if kind is None and at.endswith("itemReviewed.author"):
            kind = "Person"  # a plain name, which may also be that of an organization
        if kind not in types:
            yield f"{at}: @type {kind}"
            continue
        for key, below in one.items():
            if key in ("@type", "@context"):
                continue
            if key not in SHAPES[kind]:
                yield f"{at}.{key}: not a property of {kind}"
            else:
                yield from wrong_shapes(below, SHAPES[kind][key], f"{at}.{key}")


def check_review(review: dict[str, Any]) -> None:
    assert [*wrong_shapes(review, ["ClaimReview"], "review")] == []
    assert review["@context"] == "https://schema.org"
    assert lacking(review, REQUIRED) == ()
    rating = review["reviewRating"]
    if "ratingValue" in rating:  # Google: numbers between the ends of the scale
        assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]


def test_every_key(tmp_path: Path) -> None:
    (review,) = reviews(built(tmp_path, FULL))
    check_review(review)
    assert review["itemReviewed"] == {
        "@type": "Claim",
        "author": {
            "@type": "Organization",
            "name": "World Health Organization",
            "sameAs": "https://www.wikidata.org/entity/Q7817",
        },
        "datePublished": "2024-01-05",
        "locationCreated": {"@type": "Place", "name": "Geneva"},
        "firstAppearance": {
            "@type": "Clip",
            "url": "https://tv.test/x",
            "archivedAt": "https://web.archive.org/web/2024/https://tv.test/x",
            "datePublished": "2024-01-05",
            "publisher": {"@type": "Organization", "name": "Town TV"},
            "startOffset": 5025,
        },
        "appearance": [
            {"@type": "CreativeWork", "url": "https://paper.test/x"},
            {
                "@type": "Clip",
                "publisher": {"@type": "Organization", "name": "The radio"},
                "startOffset": 83,
            },
        ],
    }


@pytest.mark.parametrize(
    ("by", "kind"), [("who", "Organization"), ("ann", "Person"), ("WHO Europe", None)]
)
def test_who_made_the_claim_is_what_they_are(tmp_path: Path, by: str, kind: str | None) -> None:
    (review,) = reviews(built(tmp_path, f"    by: {by}\n"))
    check_review(review)
    assert review["itemReviewed"]["author"].get("@type") == kind


@pytest.mark.parametrize(
    ("more", "front", "first", "others"),
    [
        ("", "", None, None),
        ("    appearances: [{url: https://a.test/}]\n", "", "https://a.test/", None),
        # Our own pages only repeat what others say.
        ("    appearances: [{url: https://s.org/base/a/}]\n", "", None, None),
        ("    appearances: [{url: https://s.org/base}]\n", "", None, None),
        ("    appearances: [{url: https://s.org/bases}]\n", "", "https://s.org/bases", None),
        (
            "    appearances: [{url: https://s.org/base/b/}, {url: https://b.test/}]\n",
            "",
            "https://b.test/",
            None,
        ),
        ("    appearances: [{url: http://WWW.s.org/base/a/#c}]\n", "", None, None),
        (
            "    appearances: [{archived: https://a.test/web/2024/https://s.org/base/a/}]\n",
            "",
            None,
            None,
        ),
        ("", "original: {url: https://s.org/base/}\n", None, None),
        # The original has the claim, but it may have been made elsewhere before.
        ("", "original: {url: https://o.test/}\n", None, "https://o.test/"),
        (
            "    appearances: [{url: https://o.test/}]\n",
            "original: {url: https://o.test/}\n",
            "https://o.test/",
            None,
        ),
    ],
)
def test_appearances(
    tmp_path: Path, more: str, front: str, first: str | None, others: str | None
) -> None:
    (review,) = reviews(built(tmp_path, more, front))
    check_review(review)
    claim = review["itemReviewed"]
    assert claim.get("firstAppearance", {}).get("url") == first
    assert claim.get("appearance", {}).get("url") == others
    assert "s.org" not in json.dumps(claim).replace("s.org/bases", "")


def test_claims_of_every_shape(tmp_path: Path) -> None:
    choices = (
        ("", "    by: who\n", "    by: ann\n", "    by: A name\n"),
        ("", "    date: 2024\n", "    date: 2024-02\n", "    date: 2024-02-29\n"),
        ("", "    location: Geneva\n"),
        ("", "    fact: So.\n    reply: none\n"),
        (
            "",
            "    appearances: [{publisher: P}]\n",
            "    appearances: [{archived: https://a.test/, time: 5}, {url: https://s.org/base/a/}]\n",
            "    appearances: [{url: https://a.test/, date: 2024-01}, {url: https://b.test/}]\n",
        ),
    )
    ratings = cycle(("true", "mixed", "'false'", "disputed", "checking", "opinion", "ours"))
    claims = "".join(
        f"  - id: c{number}\n    claim: Claim {number}.\n    rating: {rating}\n{''.join(keys)}"
        for number, (keys, rating) in enumerate(zip(product(*choices), ratings, strict=False))
    )
    site = f"{SITE}[[ratings]]\nid = 'ours'\nlabel = 'Ours'\nvalue = 2.5\n"
    made = {**files("", "original: {url: https://o.test/}\n", site)}
    made["content/a.yaml"] = f"{PEOPLE}claims:\n{claims}"
    assert not build_site(folders.put(tmp_path, made), BuildOptions(jobs=1)).failed
    found = [*reviews(tmp_path / "_site")]
    for review in found:
        check_review(review)
        assert "s.org" not in json.dumps(review["itemReviewed"])
    assert len(found) > 200


def test_the_reviews_of_our_own_site(tmp_path: Path) -> None:
    site = folders.copy(ROOT / "content", tmp_path / "content").parent
    text = (ROOT / "site.toml").read_text(encoding="utf-8")
    (site / "site.toml").write_text(text, encoding="utf-8")
    options = BuildOptions(jobs=1, future=True, base_url="https://s.org/base/")  # type: ignore[arg-type]
    assert not build_site(site, options).failed
    count = 0
    for review in reviews(site / "_site"):
        check_review(review)
        count += 1
    assert count > 30


def test_pages_show_all_of_it(tmp_path: Path) -> None:
    out = built(tmp_path, FULL)
    page = (out / "a/claims/c/index.html").read_text()
    assert '<a href="https://tv.test/x">Town TV</a>, <time datetime=2024-01-05>' in page
    assert "at 1:23:45 · <a href=" in page
    assert 'https://tv.test/x">archived copy</a>' in page
    assert '<a href="https://paper.test/x">paper.test</a></dd>' in page
    assert "<dd>The radio, at 1:23</dd>" in page
    assert "<small><time datetime=2024-02>" in page
    assert "<p>We <em>meant</em> it.</p>" in page
    assert "Geneva" in page
    fact = "Fact:</b> It is &amp; was not so."
    for shown in ("a/claims/c", "a", "claims", "people/who", "."):
        assert fact in (out / shown / "index.html").read_text(), shown
    for feed in ("feed.xml", "claims/feed.xml"):
        assert "was not so." in (out / feed).read_text(), feed
    bodies = json.loads((out / "a/annotations.json").read_text())["first"]["items"][0]["body"]
    assert ("It is & was not so.", "assessing") in [(b["value"], b["purpose"]) for b in bodies]
    assert "replying" in [b["purpose"] for b in bodies]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://tv.test/x.mp3", "https://tv.test/x.mp3#t=83"),
        ("https://tv.test/x.MP4?from=feed", "https://tv.test/x.MP4?from=feed#t=83"),
        ("https://tv.test/x.webm#t=1", "https://tv.test/x.webm#t=1"),
        ("https://tv.test/mp3", "https://tv.test/mp3"),
        ("https://tv.test/x.html", "https://tv.test/x.html"),
    ],
)
def test_a_link_to_a_recording_leads_to_the_time(url: str, shown: str) -> None:
    one = Appearance(url=Url(url), time=RecordingTime("1:23"))
    assert one.at_time(url) == shown
    assert Appearance(url=Url(url)).at_time(url) == url
    at_start = Appearance(url=Url(url), time=RecordingTime("0"))
    assert at_start.at_time(url) == shown.replace("=83", "=0")


@pytest.mark.parametrize(
    ("reply", "shown"),
    [("declined", "Declined to comment."), ("none", "There was no reply."), ("", None)],
)
def test_no_answer(tmp_path: Path, reply: str, shown: str | None) -> None:
    page = (built(tmp_path, f"    reply: {reply}\n") / "a/claims/c/index.html").read_text()
    assert ("Reply" in page) == (shown is not None)
    assert shown is None or shown in page


@pytest.mark.parametrize(
    ("more", "code", "line"),
    [
        ("    appearances: [{time: 83}]\n", "missing-key", 9),
        ("    appearances: [{url: ' '}]\n", "bad-value", 9),
        ("    appearances: [{url: tv.test}]\n", "bad-value", 9),
        ("    appearances: [{publisher: P, time: 1:60}]\n", "bad-value", 9),
        ("    appearances: [{publisher: P, time: 1.5}]\n", "bad-value", 9),
        ("    appearances: [{publisher: P, tiem: 1}]\n", "unknown-key", 9),
        ("    appearances: https://a.test\n", "wrong-type", 9),
        ("    reply: declind\n", "bad-value", 9),
        ("    reply: {date: 2024}\n", "missing-key", 9),
        ("    reply: {text: ' '}\n", "empty-value", 9),
        ("    reply: {text: T, dat: 2024}\n", "unknown-key", 9),
        ("    reply: [T]\n", "wrong-type", 9),
        ("    fact: ' '\n", "empty-value", 9),
        ("    fact: [a]\n", "wrong-type", 9),
        ("    appearances:\n      - {url: https://a.test}\n" * 1, "", 0),
        (
            "    appearances: [{publisher: P, time: 1},\n      {publisher: P, time: 1}]\n",
            "duplicate-entry",
            10,
        ),
        ("    appearances: [{publisher: P, time: 1}, {publisher: P, time: 2}]\n", "", 0),
    ],
)
def test_mistakes(more: str, code: str, line: int) -> None:
    _, _, problems = read_annotations(Text("x.yaml", PEOPLE + CLAIM + more))
    assert [(p.code, p.location.line) for p in problems] == ([(code, line)] if code else [])


def test_a_mistyped_word_under_reply() -> None:
    _, _, (problem,) = read_annotations(Text("x.yaml", PEOPLE + CLAIM + "    reply: declind\n"))
    assert problem.hint.startswith("did you mean `declined`?")


@pytest.mark.parametrize(
    ("text", "seconds", "clock"),
    [("83", 83, "1:23"), ("0", 0, "0:00"), ("04:15", 255, "4:15"), ("1:00:05", 3605, "1:00:05")],
)
def test_times_in_recordings(text: str, seconds: int, clock: str) -> None:
    time = RecordingTime.check(text)
    assert (time.seconds, time.clock) == (seconds, clock)


def remarks(tmp_path: Path, more: str) -> list[Problem]:
    result = check_site(folders.put(tmp_path, files(more)), BuildOptions(jobs=1), CheckOptions())
    return [problem for problem in result.problems if problem.code == "claim-review"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (FULL + "    date: 2024-01-05\n", ""),
        ("", "who made the claim, when it was made and where it was made first"),
        ("    by: A Name\n    date: 2024\n", "whether `A Name` is a person and where it was"),
        (
            "    by: who\n    date: 2024\n    appearances: [{url: https://s.org/base/a/}]\n",
            "an appearance of `c` is a page of this site: `https://s.org/base/a/`",
        ),
    ],
)
def test_what_is_missing(tmp_path: Path, more: str, says: str) -> None:
    found = remarks(tmp_path, more)
    assert len(found) == bool(says)
    for problem in found:
        assert says in problem.message
        assert problem.severity == "info"
