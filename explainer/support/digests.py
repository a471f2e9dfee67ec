"""Hashes of contents, for comparing them."""

from __future__ import annotations

import hashlib
from typing import Final

_SIZE: Final = 16


def digest_bytes(content: bytes) -> bytes:
    """Return a hash of bytes."""
    return hashlib.blake2b(content, digest_size=_SIZE).digest()


def digest_text(content: str) -> bytes:
    """Return a hash of a text."""
    return digest_bytes(content.encode(errors="surrogatepass"))
