"""Seals: proof that a file in a site's `.explainer/` was written by this user on this machine.

A contribution to a site can bring an `.explainer/` folder with it, and what is in compiled
templates and pickled values can run code when it is read. So they count only with a seal: an HMAC
(RFC 2104) with a key that is kept outside of all sites.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from functools import cache

from explainer.support.cache import user_folder

SIZE = 32
"""Number of bytes of a seal."""


def of(content: bytes) -> bytes:
    """Return the seal of a content."""
    return hmac.digest(_key(), content, "sha256")


def fits(seal: bytes, content: bytes) -> bool:
    """Whether this is the seal of a content."""
    return hmac.compare_digest(seal, of(content))


@cache
def _key() -> bytes:
    """Return this user's key, or one for this process only if it cannot be kept."""
    new = os.urandom(SIZE)
    with suppress(OSError, RuntimeError):
        file = user_folder() / "key"
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as opened:  # noqa: PTH123 - a descriptor
                opened.write(new)
        known = file.read_bytes() if file.is_file() else b""
        if len(known) == SIZE:
            return known
    return new
