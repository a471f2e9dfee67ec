"""Words to parts of addresses, and ids that nothing else has."""

from __future__ import annotations

import re
import unicodedata

_PLUS = re.compile(r"(?<=[\w+])\+")
_SHARP = re.compile(r"(?<=\w)#(?!\w)")
_NOT_WORD = re.compile(r"[^\w]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def slug(text: str) -> str:
    """Lower-case words joined by hyphens: `Wer rief an?` → `wer-rief-an`.

    Letters of every script stay (addresses are IRIs); an underscore stays, as in file names.
    `+` and `#` after a word are spoken, because C, C++ and C# are three things. Gives an empty
    string where there is no letter or digit.
    """
    words = unicodedata.normalize("NFC", text).lower().replace("’", "").replace("'", "")
    words = _SHARP.sub(" sharp ", _PLUS.sub(" plus ", words))
    return _NOT_WORD.sub("-", words).strip("-")


def is_device(name: str) -> bool:
    """Whether Windows keeps a name for a device, so that no file or folder there can have it.

    With any ending, in any case (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
    """
    return _DEVICE.fullmatch(name) is not None


def unique(wanted: str, taken: dict[str, int]) -> str:
    """`wanted`, or the first of `wanted-1`, `wanted-2`, … that is not taken; then it is.

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
