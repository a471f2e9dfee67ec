"""What the Content-Security-Policy of pages blocks, and how `[security]` in site.toml allows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explainer.markdown.pictures import Flaw
from explainer.markdown.raw_addresses import RawAttribute
from explainer.model.problems import short
from explainer.model.security import OWN, Loaded, SecuritySettings, origin_of

_WEB = re.compile(r"(?:https?:)?[\\/]{2}", re.IGNORECASE)
_NOUNS: dict[Loaded, str] = {
    "scripts": "scripts",
    "styles": "style sheets",
    "fonts": "fonts",
    "images": "pictures",
    "media": "audio or video",
    "frames": "frames",
    "forms": "forms",
    "connect": "data",
}
_EFFECTS: dict[Loaded, str] = {
    "scripts": "does not run",
    "styles": "has no effect",
    "fonts": "is not used",
    "media": "is not played",
}


def is_on_the_web(url: str) -> bool:
    """Return whether browsers take an address for one with a host."""
    return bool(_WEB.match(url))


def is_blocked(loaded: Loaded, url: str, security: SecuritySettings) -> bool:
    """Return whether pages load nothing of this kind from an address."""
    if is_on_the_web(url):
        return not security.allows(loaded, url)
    return not security.allows_own(loaded) or url.lower().startswith("data:")


def how_to_allow(loaded: Loaded, url: str, security: SecuritySettings) -> str:
    """Return what to write in site.toml so that pages load an address; empty if nothing can."""
    origin = origin_of(url) if is_on_the_web(url) else OWN
    if not origin or url.lower().startswith("data:"):
        return ""
    origin = re.sub("^http:", "https:", origin)
    hosts = ", ".join(f'"{host}"' for host in (*security.hosts(loaded), origin))
    return f"to allow it, write `{loaded} = [{hosts}]` below `[security]` in site.toml"


def blocked(loaded: Loaded, url: str, security: SecuritySettings, instead: str) -> Flaw:
    """Return the flaw `blocked-address`. `instead`: what else to do about it, after “or”."""
    noun, shown = _NOUNS[loaded], short(url)
    there = f" from `{origin_of(url)}`" if is_on_the_web(url) and origin_of(url) else ""
    if loaded == "forms":
        there = there.replace(" from ", " to ")
        message = f"pages send no forms{there}, so this one does nothing"
    else:
        effect = _EFFECTS.get(loaded, "is not shown")
        message = f"pages load no {noun}{there}, so `{shown}` {effect}"
    hint = how_to_allow(loaded, url, security)
    if hint and url.lower().startswith("http:"):
        hint += ", and `https:` here"
    return Flaw("blocked-address", message, f"{hint}; or {instead}" if hint else instead)


def check_raw(raw: RawAttribute, url: str, security: SecuritySettings) -> Iterator[Flaw]:
    """Report an address in raw HTML from which pages load nothing: `blocked-address`."""
    if raw.plugin:
        message = f"pages have no plug-ins, so `{short(url)}` is not shown in <{raw.element}>"
        hint = f"use <iframe>, or link to it: [its title]({short(url)})"
        yield Flaw("blocked-address", message, hint)
    elif raw.loaded and is_blocked(raw.loaded, url, security):
        instead = f"link to it instead: [its title]({short(url)})"
        if raw.loaded == "forms":
            instead = "link to a page with the form instead"
        elif raw.loaded in ("scripts", "styles"):
            instead = "copy it to `static/`"
        yield blocked(raw.loaded, url, security, instead)
