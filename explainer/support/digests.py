"""Hashes of contents, for comparing them."""

from __future__ import annotations

import hashlib
from typing import Final

SIZE: Final = 16
"""The bytes of a hash."""


def digest_bytes(content: bytes) -> bytes:
    """Return a hash of bytes."""
    return hashlib.blake2b(content, digest_size=SIZE).digest()


def digest_text(content: str) -> bytes:
    """Return a hash of a text."""
    return digest_bytes(content.encode(errors="surrogatepass"))
