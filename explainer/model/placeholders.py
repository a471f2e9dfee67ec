"""Values that templates and manuals suggest, and that authors are meant to replace."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"your (?:own |full |first |last )?(?:name|title|site)|(?:author|full|first|last) name"
    r"|(?:john|jane) doe|name|author|title|untitled|todo|tbd|fixme",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:example\.(?:org|com|net|edu)|[\w-]+\.example|localhost"
    r"|your-?(?:site|domain|name|username)\.\w+)"
    r"(?![\w.-])",
    re.IGNORECASE,
)
"""An address of a domain that is reserved for examples (RFC 2606), or that names nobody's."""
_WORDS = re.compile(r"\b(?:(?i:lorem ipsum)|TODO|TBD|FIXME)\b|^Write here\.$", re.MULTILINE)


def is_placeholder(name: str) -> bool:
    """Whether a name or title is only a placeholder: `Your name`."""
    return _NAME.fullmatch(" ".join(name.split())) is not None


def is_example_address(url: str) -> bool:
    """Whether an address is one for examples: `https://example.org/x`."""
    return _ADDRESS.match(url) is not None


def find_words(text: str) -> re.Match[str] | None:
    """Find the first words in a text that stand for words to be written: `TODO`, `Lorem ipsum`."""
    return _WORDS.search(text)
