"""Seals: proof that a file in a site's `.explainer/` was written by this user on this machine.

A contribution to a site can bring an `.explainer/` folder with it. What is in compiled templates
and pickled values can run code when it is read, and joined scripts run in browsers. So they count
only with a seal: an HMAC (RFC 2104) with a key that is kept outside of all sites.
"""

from __future__ import annotations

import hmac
import os

from explainer.support.user import user_folder

SIZE = 32
"""Number of bytes of a seal."""


def of(content: bytes) -> bytes:
    """Return the seal of a content."""
    return hmac.digest(_key(), content, "sha256")


def fits(seal: bytes, content: bytes) -> bool:
    """Whether this is the seal of a content."""
    return hmac.compare_digest(seal, of(content))


def _key() -> bytes:
    """Return this user's key, or one for this process only if it cannot be kept."""
    if not _known:
        _known.append(_kept_key())
    return _known[0]


_known: list[bytes] = []


def _kept_key() -> bytes:
    new = os.urandom(SIZE)
    try:
        folder = user_folder()
        os.makedirs(folder, exist_ok=True)
        file = f"{folder}/key"
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with open(descriptor, "wb") as opened:
                opened.write(new)
        with open(file, "rb") as opened:
            known = opened.read(SIZE + 1) if os.path.isfile(file) else b""
    except OSError:
        return new
    return known if len(known) == SIZE else new
