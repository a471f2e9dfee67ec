"""The catalogues of the interface's texts: one TOML file per language, in `catalogues/`.

To add a language, copy `en.toml`; `tests/language/test_words.py` reports what is missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("catalogues")
FALLBACK = "en"

_RTL_LANGUAGES = frozenset(
    "ar arc ckb dv fa he ks lrc mzn nqo pnb ps sd syr ug ur yi".split(" ")  # noqa: SIM905
)
_RTL_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"))


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def catalogue_for(language: str) -> str:
    """Return the catalogue for a language by name: for `de-AT`, `de-AT`, else `de`, else `en`."""
    parts = language.replace("_", "-").split("-")
    for end in range(len(parts), 0, -1):
        name = "-".join(parts[:end])
        is_tag = name.isascii() and name.replace("-", "").isalnum()
        if is_tag and (FOLDER / f"{name}.toml").is_file():
            return name
    return FALLBACK


@cache
def read_catalogue(name: str) -> Mapping[str, Any]:
    """Read a catalogue."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def direction_of(language: str) -> str:
    """Return `rtl` for a language (BCP 47) written from right to left, else `ltr`."""
    parts = language.replace("_", "-").lower().split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    rtl = scripts[0] in _RTL_SCRIPTS if scripts else parts[0] in _RTL_LANGUAGES
    return "rtl" if rtl else "ltr"


def _one_other(n: int) -> str:
    return "one" if n == 1 else "other"


def _arabic(n: int) -> str:
    if n < 3:
        return ("zero", "one", "two")[n]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if n % 100 >= 11 else "other"


def _east_slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "many"


PLURALS: Mapping[str, Callable[[int], str]] = {
    "none": lambda _: "other",
    "one-other": _one_other,
    "arabic": _arabic,
    "east-slavic": _east_slavic,
}
"""Plural rules by the name that catalogues give in `plural`.

Each maps a whole number to the name of its plural form (Unicode CLDR, "Language Plural Rules").
"""
