"""Seals: proof that a file in a site's `.explainer/` was written by this user on this machine.

A contribution to a site can bring an `.explainer/` folder with it. What is in compiled templates
and pickled values can run code when it is read, and joined scripts run in browsers. So they count
only with a seal: an HMAC (RFC 2104) with a key that is kept outside of all sites.
"""

from __future__ import annotations

import hmac
import os

from explainer.support.temporary import temporary_name
from explainer.support.user import user_folder

SIZE = 32
"""Number of bytes of a seal."""


def of(content: bytes) -> bytes:
    """Return the seal of a content."""
    return hmac.digest(_key(), content, "sha256")


def fits(seal: bytes, content: bytes) -> bool:
    """Whether this is the seal of a content."""
    return hmac.compare_digest(seal, of(content))


def lost() -> str:
    """Return the key's file if it does not have the key of this process, so that no later one can
    check its seals; empty if it does.
    """
    try:
        file = _file()
    except OSError:
        return "~/.cache/explainer/key"
    key = _key()  # which writes it if there is none
    try:
        return "" if _whole(file) == key else file
    except OSError:
        return file


def _key() -> bytes:
    """Return this user's key, or one for this process only if it cannot be kept."""
    if not _known:
        _known.append(_kept_key())
    return _known[0]


_known: list[bytes] = []


def _kept_key() -> bytes:
    """Return the key in the file, written first if there is none or only a part of one."""
    new = os.urandom(SIZE)
    try:
        file = _file()
        os.makedirs(os.path.dirname(file), exist_ok=True)
        return _whole(file) or _written(file, new) or new
    except OSError:
        return new


def _file() -> str:
    """Return the path of the key's file. Raises OSError without a home."""
    return f"{user_folder()}/key"


def _written(file: str, key: bytes) -> bytes | None:
    """Write a key in place of a part of one, and return what the file has then.

    It gets its name only when it is whole. Raises OSError.
    """
    beside = f"{os.path.dirname(file)}/{temporary_name()}"
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(key)
        os.replace(beside, file)
    finally:
        if os.path.lexists(beside):
            os.unlink(beside)
    return _whole(file)


def _whole(file: str) -> bytes | None:
    """Return the key in a file; None if it has none. Raises OSError."""
    if not os.path.isfile(file):
        return None
    with open(file, "rb") as opened:
        key = opened.read(SIZE + 1)
    return key if len(key) == SIZE else None
