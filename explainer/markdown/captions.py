"""Check captions in WebVTT (https://www.w3.org/TR/webvtt1/) for what browsers would not show."""

from __future__ import annotations

from collections.abc import Iterator

from explainer.support.patterns import later

_HEAD = later(r"\ufeff?WEBVTT(?:[ \t].*)?")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = later(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?|{_TIME}-->{_TIME}(?:[ \t].*)?")
_NOT_CUES = later(r"(?:NOTE|STYLE|REGION)\b")


def check(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with a file of captions: the line, from 1; the message; and a hint.

    Browsers ignore a file without its head, and a caption whose times they cannot read.
    """
    lines = text.splitlines()
    if not lines or not _HEAD.fullmatch(lines[0]):
        message = "browsers show none of these captions: the first line is not `WEBVTT`"
        yield 1, message, "save them as WebVTT, not as SRT: begin with `WEBVTT` and an empty line"
        return
    before = ""
    for number, line in enumerate(lines[1:], 2):
        if line.strip() and not before.strip() and _NOT_CUES.match(line):
            before = line  # up to the next empty line, there are no captions
        if "-->" in line and not _NOT_CUES.match(before):
            yield from ((number, *why) for why in _wrong_with(line))
        before = before if line.strip() and _NOT_CUES.match(before) else line


def _wrong_with(line: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the times of a caption: a message and a hint."""
    found = _TIMING.fullmatch(line.strip())
    if found is None:
        message = "browsers do not show this caption: they cannot read its times"
        yield message, "write them with three decimals: `00:01:30.000 --> 00:01:32.500`"
        return
    times = [int(group or 0) for group in found.groups()]
    start, end = max(times[:4], times[8:12]), max(times[4:8], times[12:])
    if end <= start:
        yield "readers never see this caption: it ends before it begins", "correct its times"
