"""Decide which requests the server answers.

Any page in the browser can reach a server on the same machine. Another site can point its host name
at 127.0.0.1 (DNS rebinding) to read drafts as its own pages, so requests must name a known host.
Another site can also open websockets and submit forms here, so those must come from the server's
own origin and carry a token that only the server's own pages can read.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import socket
from dataclasses import field
from urllib.parse import unquote_to_bytes, urlsplit

from explainer.support.values import dataclass

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-fA-F:.]+)\]|(?P<name>[^\s\[\]:/@?#\\]+))(?::[0-9]{1,5})?")
_ENCODED_SEPARATOR = re.compile("%(?:2f|5c)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def is_everywhere(host: str) -> bool:
    """Whether a server bound to `host` listens on all of the machine's addresses."""
    return host in _EVERYWHERE


@dataclass(frozen=True, slots=True)
class Guard:
    """The checks that a request must pass to be answered."""

    hosts: frozenset[str]
    """The server's names and addresses, in lower case, IPv6 without brackets."""
    everywhere: bool = False
    """Whether the server listens on all of the machine's addresses, so that each one is known."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """A secret of this run that only pages of this server can read."""

    @classmethod
    def of(cls, host: str) -> Guard:
        """Return the guard of a server bound to `host`: a name, an address, or all (`0.0.0.0`)."""
        if not is_everywhere(host):
            return cls(_LOCAL | {_plain(host)})
        own = _plain(socket.gethostname())
        return cls(_LOCAL | {own, f"{own}.local", _plain(socket.getfqdn())}, everywhere=True)

    def knows_host(self, header: str | None, reached: str = "") -> bool:
        """Whether a Host header (RFC 9110, 7.2) names this server, on any port.

        The port is not checked: a tunnel or container may map it, and checking the name is enough.
        `reached` is the local address that the request arrived at.
        """
        match = _HOST.fullmatch(header or "")
        if match is None:
            return False
        name = _plain(match["ipv6"] or match["name"])
        return name in self.hosts or (self.everywhere and bool(reached) and name == _plain(reached))

    def is_own_origin(self, origin: str | None, host: str | None) -> bool:
        """Whether an Origin header (RFC 6454) is the origin of pages served at the known `host`.

        False without an Origin: browsers send one with every websocket handshake and POST.
        """
        if not origin or not host:
            return False
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return (
            parts.scheme in ("http", "https")
            and parts.netloc.lower() == host.lower()
            and not (parts.path or parts.query or parts.fragment)
        )

    def is_token(self, given: str | None) -> bool:
        """Whether `given` is this run's token; compared in constant time."""
        return given is not None and hmac.compare_digest(given.encode(), self.token.encode())


def _plain(name: str) -> str:
    """Normalize a host's name or address for comparison."""
    name = name.strip("[]").partition("%")[0].rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def address_of(path: str) -> str | None:
    """Decode the path of a request into an address that begins with `/`.

    Returns None for paths that no link of a site has and a file system could misread: those with
    `.` or `..` as a part, empty parts, backslashes, control characters such as NUL, an encoded `/`,
    or bytes that are not UTF-8.
    """
    if not path.startswith("/") or _ENCODED_SEPARATOR.search(path):
        return None
    try:
        address = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return None
    parts = address.split("/")[1:]
    if _CONTROL.search(address) or {".", ".."} & set(parts) or "" in parts[:-1]:
        return None
    return address
