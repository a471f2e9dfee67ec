"""Audio and video: what is reported, where their files are, and the times in links to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown import captions, media
from explainer.markdown.pictures import Flaw
from tests import TESTS
from tests.helpers import folders, pages

SMALL = TESTS / "sites/pictures/content/turned/small (1).png"
ARTICLE = "---\ntitle: T\n---\n"


def site(root: Path, text: str, **files: str | bytes) -> Path:
    return folders.put(
        root,
        {
            "site.toml": 'title = "T"\nlanguage = "de"\n',
            "content/x/index.md": ARTICLE + text,
            "content/x/talk.mp4": b"x",
            "content/x/call.mp3": b"x",
            "content/x/talk.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
            **{f"content/x/{name}": content for name, content in files.items()},
        },
    )


def found(root: Path) -> list[str]:
    built = build_site(root, BuildOptions(jobs=1))
    return [f"{p.location} {p.severity} {p.code}" for p in built.problems]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("![A](talk.mp4){captions=talk.vtt}", []),
        ("![A](call.mp3)", []),
        ("![A](talk.mp4)", ["4:6 info no-captions"]),
        ("![](call.mp3)", ["4:5 warning picture-without-alt"]),
        ("![A](gone.mp4){captions=talk.vtt}", ["4:6 error broken-link"]),
        ("![A](talk.mp4){captions=gone.vtt}", ["4:25 error broken-link"]),
        ("![A](talk.mp4){captions=talk.vtt poster=gone.jpg}", ["4:41 error broken-link"]),
        ("![A](talk.mp4){captions=call.mp3}", ["4:25 warning broken-captions"]),
        ("![A](gone.mp4)", ["4:6 error broken-link"]),
        (
            "![A](talk.mp4){captions=https://example.org/a.vtt}",
            ["4:25 warning broken-captions"],
        ),
        ("![A](talk.mp4){captions=talk.vtt poster=call.mp3}", ["4:41 warning not-a-picture"]),
        ("![A](https://example.org/a.mp4)", ["4:6 warning blocked-address"]),
        ("![A](//example.org/a.mp4)", ["4:6 error unsafe-link"]),
        ("![A](javascript:a.mp4)", ["4:6 error unsafe-link"]),
        ("![A](call.mp3){captions=talk.vtt}", ["4:16 warning bad-attribute"]),
        ("![A](x.svg){captions=talk.vtt}", ["4:6 error broken-link", "4:13 warning bad-attribute"]),
        ('![A](call.mp3){onplay="x"}', ["4:16 warning bad-attribute"]),
        ("Text ![A](call.mp3){credit=B}", ["4:11 warning credit-not-shown"]),
        ("[A](talk.mp4#t=1:30), [B](talk.mp4#t=90,1m40s)", []),
        ("[A](talk.mp4#t=soon)", ["4:5 warning broken-fragment"]),
    ],
)
def test_what_is_reported(tmp_path: Path, text: str, problems: list[str]) -> None:
    where = "content/x/index.md:"
    assert found(site(tmp_path, text + "\n")) == [where + each for each in problems]


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("90", "90"),
        ("1:30", "90"),
        ("01:02:03.5", "3723.5"),
        ("1m30s", "90"),
        ("1h", "3600"),
        ("90s", "90"),
        ("npt:10,20", "10,20"),
        ("1:00,", "60,"),
        (",1:00", ",60"),
    ],
)
def test_times_become_seconds(written: str, time: str) -> None:
    assert media.at_time(f"/x/talk.mp4#t={written}") == f"/x/talk.mp4#t={time}"


@pytest.mark.parametrize("written", ["", "soon", "1:2:3:4", "1,2,3", "-5", "1:30pm"])
def test_other_times_are_none(written: str) -> None:
    assert isinstance(media.at_time(f"/x/talk.mp4#t={written}"), Flaw)


def test_other_addresses_have_no_times() -> None:
    assert media.at_time("/x/#t=soon") == "/x/#t=soon"
    assert media.at_time("/x/talk.mp4#part") == "/x/talk.mp4#part"


def test_files_are_copied_and_the_poster_gives_the_size(tmp_path: Path) -> None:
    text = (
        "![A. [Text](text.txt)](talk.mp4){poster=p.png captions=talk.vtt}\n\n"
        "[at 1:30](talk.mp4#t=1:30)\n"
    )
    root = site(tmp_path, text, **{"p.png": SMALL.read_bytes(), "text.txt": "Hello"})
    assert found(root) == []
    output = root / "_site/x"
    assert {each.name for each in output.iterdir()} >= {"talk.mp4", "talk.vtt", "p.png", "text.txt"}
    page = (output / "index.html").read_text(encoding="utf-8")
    (video,) = pages.select(pages.parse(page), "video")
    assert (video.attributes["width"], video.attributes["height"]) == ("30", "20")
    assert "controls" in video.attributes
    assert "autoplay" not in video.attributes
    (track,) = pages.select(pages.parse(page), "track")
    assert track.attributes["srclang"] == "de"
    assert "talk.mp4#t=90" in page
    assert "blocks.css" in page


def test_files_of_drafts_are_not_published(tmp_path: Path) -> None:
    root = site(tmp_path, "Text\n")
    draft = "---\ntitle: D\ndraft: true\n---\n![A](m/a.mp4){captions=m/a.vtt poster=m/a.svg}\n"
    names = ("m/a.mp4", "m/a.vtt", "m/a.svg")
    folders.put(root, {"content/d.md": draft, **{f"content/{name}": "WEBVTT\n" for name in names}})
    found(root)
    assert not list((root / "_site").rglob("a.*"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nA\n", []),
        ("\ufeffWEBVTT - A talk\r\n\r\n1\r\n01:00:01.000 --> 01:00:02.000 align:left\r\nA\r\n", []),
        ('WEBVTT\n\nNOTE a --> b\nc --> d\n\nSTYLE\n::cue { a: "-->" }\n', []),
        ("WEBVTT", []),
        ("", [1]),
        ("1\n00:00:01,000 --> 00:00:02,000\nA\n", [1]),
        ("webvtt\n", [1]),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nA\n\n00:03.000 --> 00:04.000\nB\n", [3]),
        ("WEBVTT\n\n1:00 --> 2:00\nA\n\n00:61.000 --> 00:62.000\nB\n", [3, 6]),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\nA\n", [3]),
    ],
)
def test_captions_that_browsers_do_not_show(text: str, lines: list[int]) -> None:
    assert [line for line, _, hint in captions.check(text) if hint] == lines


def test_mistakes_in_captions_have_a_line(tmp_path: Path) -> None:
    root = site(tmp_path, "Text\n", **{"a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nM\xfcller\n"})
    folders.put(root, {"static/b.VTT": "SRT\n"})
    assert found(root) == [
        "content/x/a.vtt:4 warning broken-captions",
        "static/b.VTT:1 warning broken-captions",
    ]
