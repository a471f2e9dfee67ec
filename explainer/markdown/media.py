"""Audio and video, by the syntax of pictures: `![Caption](talk.mp4)`.

The token stays that of a picture, so a player is resolved, annotated, and captioned like one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias
from urllib.parse import unquote

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from explainer.markdown.pictures import Flaw
from explainer.markdown.policy import blocked, is_blocked
from explainer.model.security import SecuritySettings

Media: TypeAlias = Literal["audio", "video"]
"""The name of the element that plays a file."""

_MEDIA: dict[str, Media] = {
    **dict.fromkeys(("mp4", "webm", "ogv", "mov", "m4v"), "video"),
    **dict.fromkeys(("mp3", "ogg", "oga", "opus", "wav", "m4a", "flac"), "audio"),
}
"""By the ending of a file's name."""
POSTER = "poster"
"""The key in a token's `meta` of the address of the picture shown before a video plays."""
CAPTIONS = "captions"
"""The key in a token's `meta` of the address of a video's captions, in WebVTT."""
_LANGUAGE = "srclang"
_PLAYS = "plays"
_ALLOWED = "allowed"
_TIME = re.compile(
    r"(?:(?:(?P<h>\d+):)?(?P<m>\d+):)?(?P<s>\d+(?:\.\d+)?)|(?:(?P<hh>\d+)h)?(?:(?P<mm>\d+)m)?"
    r"(?:(?P<ss>\d+)s?)?"
)
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def media_of(token: Token) -> Media | None:
    """Return what plays the file of a picture's token; None if it is a picture."""
    if token.type == "image" and _PLAYS not in token.meta:  # its address may be lost later
        token.meta[_PLAYS] = media_at(str(token.attrs.get("src", "")))
    media: Media | None = token.meta.get(_PLAYS)
    return media


def media_at(url: str) -> Media | None:
    """Return what plays the file at an address; None if it is not audio or video."""
    name = re.split("[?#]", url, maxsplit=1)[0].rpartition("/")[2]
    return _MEDIA.get(name.rpartition(".")[2].lower()) if "." in name else None


def file_name(url: str) -> str:
    """Return the name of the file at an address, as readers know it."""
    return unquote(re.split("[?#]", url, maxsplit=1)[0].rpartition("/")[2])


def is_elsewhere(url: str) -> bool:
    """Whether an address is on the web, from where pages play nothing."""
    return bool(_WEB.match(url))


def set_language(token: Token, language: str) -> None:
    """Set the language of a video's captions, if it has any and does not say another itself."""
    if token.meta.get(CAPTIONS):
        token.meta[_LANGUAGE] = token.attrs.get("lang") or language


def player(token: Token) -> str | None:
    """Return the HTML of an audio or video; None if the token is a picture.

    Without a player, browsers show a link to the file, as they do for a file on another site.
    """
    element = media_of(token)
    if element is None:
        return None
    source = str(token.attrs.get("src", ""))
    label = label_of(token)
    link = f'<a href="{escapeHtml(source)}">{escapeHtml(file_name(source))}</a>' if source else ""
    if is_elsewhere(source) and _ALLOWED not in token.meta:
        return link
    attributes = {key: str(value) for key, value in token.attrs.items() if key != "alt"}
    attributes |= {POSTER: str(token.meta[POSTER])} if token.meta.get(POSTER) else {}
    attributes |= {"aria-label": label} if label else {}
    written = "".join(f' {key}="{escapeHtml(value)}"' for key, value in attributes.items())
    track = ""
    if captions := token.meta.get(CAPTIONS):
        language = escapeHtml(str(token.meta.get(_LANGUAGE, "")))
        track = f'<track kind="captions" src="{escapeHtml(captions)}" srclang="{language}">'
    return f'<{element} controls preload="metadata"{written}>{track}{link}</{element}>'


def label_of(token: Token) -> str:
    """Return the text of a player for screen readers."""
    words = (" " if "break" in child.type else child.content for child in token.children or ())
    return "".join(words).strip()


def check_player(token: Token, element: Media, security: SecuritySettings) -> list[Flaw]:
    """Report audio and video that pages cannot play, or that some readers cannot follow."""
    source = str(token.attrs.get("src", ""))
    name = file_name(source)
    flaws: list[Flaw] = []
    if is_elsewhere(source):
        if is_blocked("media", source, security):
            instead = "put the file beside the article"
            flaw = blocked("media", source, security, instead)
            why = "so readers get only a link to"
            return [replace(flaw, message=f"{flaw.message.partition(', so')[0]}, {why} `{name}`")]
        token.meta[_ALLOWED] = True
    if not label_of(token):
        hint = f"say what it is: ![The speech of 7 November]({name})"
        flaws.append(Flaw("picture-without-alt", f"the {element} `{name}` has no caption", hint))
    if element == "video" and CAPTIONS not in token.meta:
        message = (
            f"the video `{name}` has no captions: readers who cannot hear it miss what is said"
        )
        captions = name.rpartition(".")[0] + ".vtt"
        hint = (
            f"add a WebVTT file: {{captions={captions}}}; if nothing is said, allow `no-captions`"
        )
        flaws.append(Flaw("no-captions", message, hint, "info"))
    return flaws


def at_time(target: str) -> str | Flaw:
    """Return an address of audio or video with its time in seconds: `#t=90` for `#t=1:30`."""
    page, sign, times = target.partition("#t=")
    if not sign or media_at(page) is None:
        return target
    found = [_TIME.fullmatch(time) for time in times.removeprefix("npt:").split(",")]
    if not times or len(found) > 2 or not all(found):
        hint = "write seconds, or hours, minutes, and seconds: `#t=90`, `#t=1:30`, `#t=1:02:30`"
        return Flaw("broken-fragment", f"`t={times}` is not a time", hint)
    return f"{page}#t=" + ",".join(_seconds(each) for each in found if each)


def _seconds(time: re.Match[str]) -> str:
    """Return a time in seconds; empty for the start of a recording."""
    if not time[0]:
        return ""
    hours, minutes = (int(time[a] or time[b] or 0) for a, b in (("h", "hh"), ("m", "mm")))
    seconds = float(time["s"] or time["ss"] or 0)
    return f"{3600 * hours + 60 * minutes + seconds:g}"
