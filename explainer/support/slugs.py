"""Convert text to parts of addresses and to unique ids."""

from __future__ import annotations

import re
import textwrap
import unicodedata

_PLUS = re.compile(r"(?<=[\w+])\+")
_SHARP = re.compile(r"(?<=\w)#(?!\w)")
_NOT_WORD = re.compile(r"[^\w]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def slug(text: str) -> str:
    """Return lower-case words joined by hyphens: `Wer rief an?` → `wer-rief-an`.

    Letters of every script stay (addresses are IRIs); an underscore stays, as in file names.
    `+` and `#` after a word are spelt out, because C, C++, and C# differ. Returns an empty
    string if there is no letter or digit.
    """
    words = unicodedata.normalize("NFC", text).lower().replace("’", "").replace("'", "")
    words = _SHARP.sub(" sharp ", _PLUS.sub(" plus ", words))
    return _NOT_WORD.sub("-", words).strip("-")


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
    letters = unicodedata.normalize("NFKD", (text if keep else slug(text)).replace("ß", "ss"))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    if keep:
        short = re.sub(r"[^A-Za-z0-9_.]+", "-", plain)[:_KEPT_LENGTH].strip("-_.")
    else:
        words = (word[:_ID_LENGTH] for word in re.findall("[a-z0-9]+", plain)[:_ID_WORDS])
        short = textwrap.shorten(" ".join(words), _ID_LENGTH, placeholder="").replace(" ", "-")
    wanted = short or otherwise
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
