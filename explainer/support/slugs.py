"""Convert text to parts of addresses and to unique ids."""

from __future__ import annotations

import hashlib
import re
import textwrap
import unicodedata
from functools import lru_cache

from explainer.support.patterns import later

_PLUS = later(r"(?<=[\w+])\+")
_SHARP = later(r"(?<=\w)#(?!\w)")
_NOT_WORD = later(r"[^a-z0-9_]+")
_DEVICE = later(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)

LONGEST_NAME = 255
"""The longest name of a file or folder that ext4, XFS, Btrfs, APFS, and NTFS all allow, in bytes
of UTF-8."""
_CUT_NAME = 120
"""The length to which a longer name is cut, in bytes: people should be able to look at it."""


def hyphenated(text: str) -> str:
    """Return lower-case words joined by hyphens: `Wer rief an?` → `wer-rief-an`.

    Letters of every script stay (addresses are IRIs) with the marks that are part of them, such as
    the vowel signs of Hindi or Thai; an underscore stays, as in file names. Invisible characters,
    such as joiners and soft hyphens, are removed. `+` and `#` after a word are spelt out, because
    C, C++, and C# differ. Returns an empty string if there is no letter or digit.
    """
    words = unicodedata.normalize("NFC", text).lower().replace("’", "").replace("'", "")
    words = _SHARP.sub(" sharp ", _PLUS.sub(" plus ", words))
    if not words.isascii():
        words = "".join(map(_in_slug, words))
        return "-".join(words.split())
    return _NOT_WORD.sub("-", words).strip("-")


def _in_slug(char: str) -> str:
    """Return a character of a slug, nothing for an invisible one, or a space for any other."""
    if char.isalnum() or char == "_":
        return char
    category = unicodedata.category(char)
    if category == "Cf" or is_variation_selector(char):
        return ""
    return char if category[0] == "M" else " "


def is_variation_selector(char: str) -> bool:
    """Whether a character only selects a form of the one before it, such as an emoji's colours."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@lru_cache(4096)  # pages and lists ask for the same names
def slug(text: str) -> str:
    """Return `hyphenated(text)` as a name that a folder can have on every system.

    A long one is cut and gets a hash of the whole; one that Windows keeps for a device gets `-1`.
    """
    name = hyphenated(text)
    encoded = name.encode()
    if len(encoded) > LONGEST_NAME:
        start = encoded[:_CUT_NAME].decode(errors="ignore").rstrip("-")
        return f"{start}-{hashlib.sha256(encoded).hexdigest()[:8]}"
    return f"{name}-1" if is_device(name) else name


def name_slug(name: str, kind: str) -> str:
    """Return the last part of the address of a topic or person. `kind` is for names of symbols."""
    return slug(name) or f"{kind}-{hashlib.sha256(same(name).encode()).hexdigest()[:8]}"


_IN_HEADING_IDS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
"""The general categories of the characters that GitHub keeps in the ids of headings."""
_CIRCLED = later("[Ⓐ-ⓩ🄰-🅉🅐-🅩🅰-🆉]")
"""Symbols that Unicode counts as letters (the property Other_Alphabetic), so GitHub keeps them."""
_ACCENT = later("[\u0300-\u036f]")
_NOT_IN_ASCII_IDS = later(r"[^a-z0-9_ -]")


def heading_id(text: str) -> str:
    """Return the id that GitHub gives to a heading: `What's new in C++ 1.2` → `whats-new-in-c-12`.

    Lower case; letters, their marks, digits, `_`, and `-` stay; each space is a hyphen; all else is
    removed. Unlike there, an id of nothing but hyphens and marks is empty, and both forms of an
    accented letter are one, so that a link that looks right works.
    """
    lower = unicodedata.normalize("NFC", text).lower()
    if lower.isascii():
        found = _NOT_IN_ASCII_IDS.sub("", lower).replace(" ", "-")
    else:
        found = "".join(map(_in_heading_id, lower))
    return found if any(c != "-" and unicodedata.category(c)[0] != "M" for c in found) else ""


def _in_heading_id(char: str) -> str:
    if char == " ":
        return "-"
    is_kept = char == "-" or unicodedata.category(char) in _IN_HEADING_IDS
    return char if is_kept or _CIRCLED.match(char) else ""


def same(name: str) -> str:
    """Return a key that is equal for names that differ only in case, Unicode form, or white space.

    Nor do invisible characters make a difference, such as a soft hyphen.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    visible = "".join(c for c in name if unicodedata.category(c) != "Cf")
    folded = unicodedata.normalize("NFC", visible).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def similar(name: str) -> str:
    """Return a key that is equal also for names that differ only in accents or width.

    Such as `Müller` and `muller`. Only the accents of the Latin, Greek, and Cyrillic scripts count:
    elsewhere, marks make other words.
    """
    parts = unicodedata.normalize("NFKD", same(name))
    return unicodedata.normalize("NFC", _ACCENT.sub("", parts))


def is_device(name: str) -> bool:
    """Whether Windows keeps a name for a device, so that no file or folder there can have it.

    With any ending, in any case (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
    """
    return _DEVICE.fullmatch(name) is not None


_ID_WORDS = 6
_ID_LENGTH = 48
"""Characters of an id made from words. It is part of addresses, so it should be readable."""
_KEPT_LENGTH = 80
"""The same for an id that another program gave: it is shortened only if it is unreasonable."""


def make_id(text: str, taken: dict[str, int], otherwise: str, *, keep: bool = False) -> str:
    """Make an id that no other has, case aside, from words: `Who rang?` → `who-rang`.

    Ids are ASCII: words of other scripts give `otherwise`. `keep`: the text is an id elsewhere, of
    which as much as possible is kept: `Müller:2020` → `Muller-2020`. `taken` is as for `unique`,
    with casefolded names.
    """
    letters = unicodedata.normalize("NFKD", (text if keep else hyphenated(text)).replace("ß", "ss"))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    if keep:
        short = re.sub(r"[^A-Za-z0-9_.]+", "-", plain)[:_KEPT_LENGTH].strip("-_.")
    else:
        words = (word[:_ID_LENGTH] for word in re.findall("[a-z0-9]+", plain)[:_ID_WORDS])
        short = textwrap.shorten(" ".join(words), _ID_LENGTH, placeholder="").replace(" ", "-")
    wanted = short or otherwise
    if is_device(wanted):
        wanted = f"{otherwise}-{wanted}"
    return wanted + unique(wanted.casefold(), taken)[len(wanted) :]


def unique(wanted: str, taken: dict[str, int]) -> str:
    """Give `wanted`, or the first of `wanted-1`, `wanted-2`, … that is not taken, and take it.

    `taken` has every name that is taken, and how often it was wanted: many that want the same name
    would otherwise be counted through again and again.
    """
    if wanted not in taken:
        taken[wanted] = 0
        return wanted
    while True:
        taken[wanted] += 1
        name = f"{wanted}-{taken[wanted]}"
        if name not in taken:
            taken[name] = 0
            return name
