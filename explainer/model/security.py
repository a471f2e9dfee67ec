"""`[security]` in site.toml: the hosts from which pages may load more than the site's own files.

They are added to the Content-Security-Policy of every page
(https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import ClassVar, Literal, Self, TypeAlias

from explainer.model.problems import short
from explainer.model.scalars import Authored, Word
from explainer.support.patterns import later
from explainer.support.values import dataclass
from explainer.support.web_addresses import wrong_with

Loaded: TypeAlias = Literal[
    "scripts", "styles", "fonts", "images", "media", "frames", "forms", "connect"
]
"""What a page loads, or a form that it sends: a key of `[security]`."""
OWN = "self"
"""The site itself, for frames and forms. Everything else may always come from it."""

_ORIGIN = later(r"(https?://[^/?#\\]+)(.*)", re.IGNORECASE)
_HOST = later(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[0-9]+)?", re.ASCII)
_OTHER_SCHEME = later(r"(?!https?:)\w+:(?!\d)", re.IGNORECASE)
_NO_HOST = "is not a host: only hosts can be allowed, such as `https://www.example.org`"
_EVERYTHING = later(r"(?:https?:)?(?://)?(?:\*(?:[:/].*)?)?", re.IGNORECASE)
_SECOND = frozenset(("ac", "co", "com", "edu", "gov", "net", "org"))
"""Second-level labels below which anybody can have a domain, if the last label is a country's."""
_SHARED = frozenset(
    (
        *("amazonaws.com", "appspot.com", "azurewebsites.net", "blogspot.com", "cloudfront.net"),
        *("github.io", "gitlab.io", "herokuapp.com", "netlify.app", "pages.dev", "vercel.app"),
        *("web.app", "workers.dev"),
    )
)
"""Hosts below which anybody can have a host."""


class Host(Word):
    """The origin of another site, such as `https://www.example.org`; or `self`, the site itself.

    `https://*.example.org` is every host below `example.org`.
    """

    __slots__ = ()
    pattern = r"^(self|[Hh][Tt][Tt][Pp][Ss]://(\*\.)?[^\s<>\"'\\/?#@*;,]+/?)$"

    @classmethod
    def check(cls, text: str) -> Self:
        """Return the origin; raise ValueError with what to write instead if it is not one."""
        if text == OWN:
            return cls(text)
        if why := _wrong(text):
            raise ValueError(f"`{short(text, 100)}` {why}")
        scheme, _, host = text.lower().rstrip("/").partition("://")
        if not host.isascii():
            with suppress(UnicodeError):
                host = host.encode("idna").decode()
        if not _HOST.fullmatch(host):
            raise ValueError(f"`{short(text, 100)}` {_NO_HOST}")
        return cls(f"{scheme}://{host.removesuffix(':443')}")


def _wrong(text: str) -> str:
    """Return what is wrong with an origin, as a clause; empty if it is one."""
    if text.strip("'") == OWN:
        return "has quotation marks of its own: write `self`"
    if not text:
        return "is empty: name a host, such as `https://www.example.org`"
    if _EVERYTHING.fullmatch(text):
        return "would allow every host: name those that the pages need"
    if text.startswith("'") or _OTHER_SCHEME.match(text):
        return _NO_HOST
    found = _ORIGIN.fullmatch(text)
    if found is None:
        host = text.lstrip("/").partition("/")[0]
        if wrong_with(f"https://{host.removeprefix('*.')}"):
            return _NO_HOST
        return f"does not say how to load: write `https://{host}`"
    origin, rest = found[1], found[2]
    plain = re.sub(r"(?<=//)\*\.", "", origin)
    if "*" in plain:
        return "has a `*` that browsers ignore: it may stand only for what is before the first dot"
    if why := wrong_with(plain):
        return f"is not a host: {why}"
    if origin[:5].lower() == "http:":
        return f"is not encrypted, so others can change what it sends: write `https{origin[4:]}`"
    if rest not in ("", "/"):
        return f"is more than a host: write `{origin}`"
    below = plain.partition("://")[2].lower().partition(":")[0]
    if plain != origin and _is_everybodys(below):
        return f"would allow every host below `{below}`: name those that the pages need"
    return ""


def _is_everybodys(host: str) -> bool:
    """Return whether anybody can have a host below this one."""
    labels = host.split(".")
    is_suffix = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND
    return len(labels) == 1 or is_suffix or host in _SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuritySettings(Authored):
    """`[security]` in site.toml: hosts from which pages may load more than the site's own files."""

    NOUN: ClassVar = "`[security]`"

    scripts: tuple[Host, ...] = ()
    """The hosts of scripts."""
    styles: tuple[Host, ...] = ()
    """The hosts of style sheets."""
    fonts: tuple[Host, ...] = ()
    """The hosts of fonts."""
    images: tuple[Host, ...] = ()
    """The hosts of pictures in templates and from scripts. Those of articles need no entry."""
    media: tuple[Host, ...] = ()
    """The hosts of audio and video files."""
    frames: tuple[Host, ...] = ()
    """The hosts of pages that are shown in a frame; `self` for the site's own."""
    forms: tuple[Host, ...] = ()
    """The hosts that forms are sent to; `self` for the site itself."""
    connect: tuple[Host, ...] = ()
    """The hosts that scripts send data to and fetch from."""

    def hosts(self, loaded: Loaded) -> tuple[Host, ...]:
        """Return the hosts of a key."""
        found: tuple[Host, ...] = getattr(self, loaded)
        return found

    def allows(self, loaded: Loaded, url: str) -> bool:
        """Return whether pages may load an address on the web. Those without a scheme are https."""
        origin = origin_of(url)
        return any(_matches(origin, host) for host in self.hosts(loaded))

    def allows_own(self, loaded: Loaded) -> bool:
        """Return whether pages may load what is on the site."""
        return loaded not in ("frames", "forms") or OWN in self.hosts(loaded)


def origin_of(url: str) -> str:
    """Return the origin of an address on the web, as in `[security]`. Without a scheme, https."""
    url = f"https:{url}" if url.startswith("//") else url
    found = _ORIGIN.match(url)
    return found[1].lower().removesuffix(":443") if found else ""


def _matches(origin: str, host: Host) -> bool:
    if "//*." not in host:
        return origin == host
    scheme, _, below = host.partition("*")
    return origin.startswith(scheme) and origin.endswith(below)
