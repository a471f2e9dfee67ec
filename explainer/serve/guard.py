"""Whom the server answers: known hosts, its own pages with this run's token, addresses of the site.

A server on one's own machine is within reach of every page that its browser shows. Another site can
have its name lead to 127.0.0.1 (DNS rebinding): it would read drafts as if they were its own, so
only known hosts are answered. It can open websockets and send forms here: so those need the origin
that the page itself has, and a token that only a page of this server can read.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import socket
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlsplit

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-fA-F:.]+)\]|(?P<name>[^\s\[\]:/@?#\\]+))(?::[0-9]{1,5})?")
_ENCODED_SEPARATOR = re.compile("%(?:2f|5c)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def is_everywhere(host: str) -> bool:
    """Whether to bind to `host` means that other machines may reach the server."""
    return host in _EVERYWHERE


@dataclass(frozen=True, slots=True)
class Guard:
    """Says of a request whether it may be answered."""

    hosts: frozenset[str]
    """Names and addresses that the server goes by; IPv6 without brackets, all in lower case."""
    everywhere: bool = False
    """Whether it listens on all of the machine's addresses: then each of them is known too."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """A secret of this run: only pages of this server can read it."""

    @classmethod
    def of(cls, host: str) -> Guard:
        """The guard of a server that is bound to `host`: a name, an address, or all (`0.0.0.0`)."""
        if not is_everywhere(host):
            return cls(_LOCAL | {_plain(host)})
        own = _plain(socket.gethostname())
        return cls(_LOCAL | {own, f"{own}.local", _plain(socket.getfqdn())}, everywhere=True)

    def knows_host(self, header: str | None, reached: str = "") -> bool:
        """Whether a Host header (RFC 9110, 7.2) names this server, on whatever port.

        The port is left open: a tunnel or a container may have moved it, and no foreign name comes
        with it. `reached` is the address of this machine at which the request came in.
        """
        match = _HOST.fullmatch(header or "")
        if match is None:
            return False
        name = _plain(match["ipv6"] or match["name"])
        return name in self.hosts or (self.everywhere and bool(reached) and name == _plain(reached))

    def is_own_origin(self, origin: str | None, host: str | None) -> bool:
        """Whether an Origin header (RFC 6454) is that of the page that `host`, a known one, gave.

        Without an Origin no: every browser sends one with a websocket's handshake and a POST.
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
    """A host's name or address in the one form that is compared."""
    name = name.strip("[]").partition("%")[0].rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def address_of(path: str) -> str | None:
    """The address that the path of a request means: decoded, beginning with `/`.

    None for what no link of a site leads to, and a file system might read as something else:
    `.` and `..` as parts, empty parts, backslashes, control characters (NUL among them), an
    encoded `/`, and what is not UTF-8.
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
