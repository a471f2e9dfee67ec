"""Keys by which other tools withhold a page.

Site generators and editors have many ways to say “do not publish this page yet”. A page must not be
published only because explainer does not know the word. Where the meaning is clear, the page is a
draft or waits for its date; otherwise the author is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias

from explainer.model.problems import short
from explainer.model.scalars import DateTime
from explainer.support.values import dataclass

Meaning: TypeAlias = "DateTime | Literal['draft', 'noindex', 'unclear', 'date', 'end'] | None"
"""What a key means for its page: it must not be published before a moment, or not at all; search
engines must not list it; whether, or from which date, to publish it is unclear; it must not stay
published; nothing."""
_Rule: TypeAlias = Callable[[str, object], Meaning]
"""Takes a key's value, in the form of `_plain` and as written, and returns the key's meaning."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A key that keeps its page from readers."""

    written: str
    """The key with its value, for messages: `published: false`."""
    meaning: Meaning


_YES = frozenset({"true", "yes", "on", "y", "1", "always"})
_NO = frozenset({"false", "no", "off", "n", "0", "never", "none", "null", "nil", ""})
_GROUP = "\0"
"""The plain form of a list or a group of keys."""


def withheld(key: str, value: object) -> Withheld | None:
    """Return what a key that explainer does not have means for its page; None if nothing."""
    if meaning := _meaning(key, value):
        return Withheld(_written(key, value), meaning)
    inner = None if _plain(key) in _RULES else next(_inner(key, value), None)
    return Withheld(inner, "unclear") if inner else None


def _meaning(key: str, value: object) -> Meaning:
    name, word = _plain(key), _plain(value)
    rule = _RULES.get(name) or _RULES.get(name.removeprefix("is"))
    if rule:
        return rule(word, value)
    is_private = _PRIVATE_PART.search(name) and word not in _NO
    is_not_public = _PUBLIC_PART.search(name) and word in _NO and word
    return "unclear" if is_private or is_not_public or word in _PRIVATE_ANYWHERE else None


def _plain(value: object) -> str:
    """Return a key or a value in the form in which all its spellings are equal."""
    if isinstance(value, list | dict):
        return _GROUP
    text = unicodedata.normalize("NFKC", "" if value is None else str(value))  # `ｄｒａｆｔ`
    return re.sub(r"[\W_]", "", text).casefold()


def _written(key: str, value: object) -> str:
    if isinstance(value, list | dict):
        return key
    word = str(value).lower() if isinstance(value, bool) else str(value or "")
    return f"{short(key)}: {short(word)}".rstrip()


def _inner(path: str, value: object) -> Iterator[str]:
    """Yield the keys within a group, with their path, that say that a page is withheld."""
    entries = enumerate(value) if isinstance(value, list) else ()
    pairs = value.items() if isinstance(value, dict) else entries
    for key, each in pairs:
        inner = path if isinstance(key, int) else f"{path}.{key}"
        if isinstance(each, list | dict):
            yield from _inner(inner, each)
        elif isinstance(key, int):
            if _plain(each) in _PRIVATE_ANYWHERE:
                yield _written(path, each)
        elif _plain(key) in _INNER and _meaning(key, each):
            yield _written(inner, each)


# --- what values mean ----------------------------------------------------------------------------


def _if_yes(meaning: Meaning) -> _Rule:
    return lambda word, _: None if word in _NO else meaning if word in _YES else "unclear"


def _if_no(meaning: Meaning) -> _Rule:
    return lambda word, _: None if word in _YES else meaning if word in _NO else "unclear"


def _if_given(meaning: Meaning) -> _Rule:
    return lambda word, _: None if word in _NO else meaning


def _status(word: str, _: object) -> Meaning:
    if not word or word in _PUBLIC:
        return None
    return "draft" if word in _PRIVATE else "unclear"


def _start(word: str, value: object) -> Meaning:
    if word in _NO:
        return None
    try:
        return DateTime.check(str(value))
    except ValueError:
        return "date" if re.search("[0-9]", word) else "unclear"


def _published(word: str, value: object) -> Meaning:
    """Read `published`, which is a boolean for some tools, and a date for others."""
    if word in _YES or word in _NO:
        return _if_no("draft")(word, value)
    return _start(word, value)


def _permalink(word: str, _: object) -> Meaning:
    return "draft" if word == "false" else None


def _robots(_: str, value: object) -> Meaning:
    return "noindex" if re.search(r"noindex|\bnone\b|'index': '?false", str(value), re.I) else None


def _sitemap(word: str, value: object) -> Meaning:
    if isinstance(value, dict):
        off = (each for key, each in value.items() if _plain(key) in ("disable", "exclude"))
        return "noindex" if any(_plain(each) in _YES for each in off) else None
    return "noindex" if word in _NO and word else None


def _index(word: str, _: object) -> Meaning:
    return "noindex" if word in _NO and word else None


def _build(word: str, value: object) -> Meaning:
    """Read Hugo's `build`: whether a page is rendered, and whether it is in lists."""
    if not isinstance(value, dict):
        return _if_no("draft")(word, value) if word else None
    options = {_plain(key): _plain(each) for key, each in value.items()}
    if options.get("render", "always") not in _YES:
        return "draft"
    return "unclear" if options.get("list", "always") not in _YES else None


def _hide(word: str, _: object) -> Meaning:
    """Read `hide`, with which MkDocs hides parts of the page (a list)."""
    return "unclear" if word in _YES or word in _PRIVATE_ANYWHERE else None


# --- the keys ------------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PRIVATE_ANYWHERE = _words(
    "draft drafts private unpublished notpublished wip workinprogress embargoed confidential "
    "nopublish donotpublish dontpublish notforpublication"
)
"""Values that withhold a page under any key, as in `layout: draft`."""
_PRIVATE_PART = re.compile("draft|private|unpublish|notpublish|nopublish")
_PUBLIC_PART = re.compile("publish(?!er)|public(?!ation)")
"""Parts of keys that may withhold a page, as in `post_is_private: true`."""
_PRIVATE = _PRIVATE_ANYWHERE | _words(
    "pending future scheduled review inreview underreview autodraft trash trashed deleted "
    "inprogress embargo todo secret"
)
_PUBLIC = _YES | _words(
    "published publish public live final finished done complete completed released release active "
    "stable new current deprecated featured evergreen budding seedling growing open everyone "
    "anyone world default approved updated"
)

# Hugo, Jekyll, Eleventy, Hexo, Astro, Docusaurus, Gatsby, Grav, Statamic, Zola, MkDocs, Pelican,
# Nikola, Lektor, Quarto, WordPress, Ghost, Obsidian, Logseq, and Dendron have keys of these names.
_KEYS: Mapping[str, _Rule] = {
    "isdraft private unpublished notpublished wip headless secret confidential embargoed "
    "deleted trashed nopublish donotpublish dontpublish notforpublication": _if_yes("draft"),
    "hidden unlisted exclude excluded ignore ignored skip disabled protected restricted internal "
    "members member membersonly paid paywall premium subscribersonly encrypt encrypted "
    "requiresauth authrequired requireslogin loginrequired delete remove removed trash embargo "
    "eleventyexcludefromcollections unfinished incomplete": _if_yes("unclear"),
    "password passwd passphrase pwd postpassword roles permissions acl protect": _if_given(
        "unclear"
    ),
    "publish public publishable dgpublish render routable": _if_no("draft"),
    "visible listed enabled active live show shown discoverable ready approved released "
    "finished": _if_no("unclear"),
    "status state poststatus pagestatus publishstatus publicationstatus publishingstatus "
    "contentstatus stage workflow workflowstate visibility access accesslevel privacy "
    "postvisibility": _status,
    "published": _published,
    "publishdate publishat publishon publishafter publishtime publishedat publishedon "
    "publisheddate publishedtime publicationdate pubdate datepublished releasedate releaseat "
    "embargountil embargodate goliveat golivedate availablefrom scheduled scheduledfor scheduledat "
    "scheduleddate scheduledate notbefore validfrom visiblefrom postdate": _start,
    "expirydate expiry expires expire expiration expirationdate expiredate expiresat expireson "
    "unpublishdate unpublish unpublishat unpublishon validuntil validto notafter availableuntil "
    "visibleuntil removeafter deleteafter": _if_given("end"),
    "permalink": _permalink,
    "robots metarobots googlebot": _robots,
    "sitemap": _sitemap,
    "index": _index,
    "build": _build,
    "hide": _hide,
}
"""By keys in the form of `_plain`, also without a leading `is`: what they mean."""

_RULES = {key: rule for keys, rule in _KEYS.items() for key in keys.split()}
_INNER = _words(
    "draft isdraft private unpublished wip nopublish donotpublish hidden unlisted headless "
    "published publish render status visibility"
)
"""Keys that also count within the group of another key, such as `params`."""
