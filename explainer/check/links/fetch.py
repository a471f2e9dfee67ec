"""Request web addresses to find out whether they still exist. No other module imports httpx.

Many hosts are requested at the same time, but each host gets only one request at a time, with a
pause after each, including redirects. Only the status matters, so no body is read, and no page can
be too long or decompress to too much.

For status codes, Retry-After, and permanent redirects, see RFC 9110, §§ 10.2.3 and 15.
"""

from __future__ import annotations

import asyncio
import email.utils
import errno
import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Literal, TypeAlias
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import httpx

from explainer import __version__
from explainer.model.problems import short
from explainer.support.values import dataclass
from explainer.support.web_addresses import wrong_with

USER_AGENT = f"explainer-ssg/{__version__} (link check; one request at a time)"

Verdict: TypeAlias = Literal["ok", "dead", "unknown"]
"""`unknown`: the result may be different for a reader."""

_GONE = frozenset({404, 410})
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that may change soon."""
_BUSY = frozenset({429, 503})
"""Statuses of a busy host, which is then not requested again."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_KEPT = "%/:@!$&'()*+,;=?~[]|{}^`"
"""Characters that stay as they are in a redirect's path and query."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NO_HOST = "there is no host with this name"
_NO_RESOLVER = "the name of its host could not be resolved"
_NO_NETWORK = "the network of its host is unreachable"
_NO_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""Errors of a resolver for names that do not exist. EAI_AGAIN is a temporary failure."""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """Whether an address exists."""

    verdict: Verdict
    reason: str = ""
    """Why it is not `ok`: `404 Not Found`, `no response within 20 seconds`."""
    moved: str = ""
    """The address that it has moved to permanently; empty if it has not moved."""
    time: float = 0
    """When it was requested, in seconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPolicy:
    """How hosts are requested. Times are in seconds."""

    at_once: int = 16
    """How many hosts are requested at the same time."""
    pause: float = 1.0
    """Pause between a host's response and the next request to it."""
    patience: float = 20.0
    """How long a response may take in all."""
    tries: int = 3
    """How often an address is requested if its status may change."""
    backoff: float = 2.0
    """Pause before the second try. It doubles before each further try."""
    longest_wait: float = 60.0
    """A host that asks for a longer wait (Retry-After) is not requested again in this run."""
    redirects: int = 10
    """How many redirects are followed."""


@dataclass(slots=True)
class _Host:
    """What is known about a host in this run."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held during a request."""
    free_at: float = 0
    """When it can be requested again, by the event loop's clock."""
    given_up: LinkStatus | None = None
    """The status of all its addresses if further requests are useless; otherwise None."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """The result of one request."""

    status: int = 0
    """0 if there was no response."""
    location: str = ""
    """The target of a redirect."""
    wait: float | None = None
    """How many seconds the host asks to wait (Retry-After)."""
    failure: LinkStatus | None = None
    """Why there was no response; None if there was one."""
    whole_host: bool = False
    """Whether all addresses of the host would have the same result."""
    lasting: bool = False
    """Whether another try would have the same result."""


def check_urls(
    urls: Iterable[str],
    policy: RequestPolicy = RequestPolicy(),
    on_status: Callable[[str, LinkStatus], None] = lambda *_: None,
) -> dict[str, LinkStatus]:
    """Request addresses, and return the status of each.

    `on_status` is called with each address and its status as soon as it is known, in any order.
    """
    return asyncio.run(_check_all(sorted(set(urls)), policy, on_status))


def is_offline(statuses: Mapping[str, LinkStatus]) -> bool:
    """Whether no host could be reached, so that this computer is probably offline."""
    hosts = {_host_of(url) for url in statuses}
    nothing = {_NO_HOST, _NO_RESOLVER, _NO_NETWORK}
    return len(hosts) > 1 and all(status.reason in nothing for status in statuses.values())


async def _check_all(
    urls: list[str], policy: RequestPolicy, on_status: Callable[[str, LinkStatus], None]
) -> dict[str, LinkStatus]:
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(_host_of(url), []).append(url)
    statuses: dict[str, LinkStatus] = {}
    limit = asyncio.Semaphore(policy.at_once)
    # Neither keep nor send cookies.
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(
        cookies=jar,
        headers=headers,
        timeout=policy.patience,
        limits=httpx.Limits(max_keepalive_connections=policy.at_once, keepalive_expiry=10),
    ) as client:
        session = _Session(client, policy)

        async def one_host(host: str) -> None:
            async with limit:
                for url in by_host[host]:
                    statuses[url] = await session.check(url)
                    on_status(url, statuses[url])

        async with asyncio.TaskGroup() as group:
            for host in by_host:
                group.create_task(one_host(host))
    return statuses


def _host_of(url: str) -> str:
    """Return the host name in an address, without the port."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _joined(url: str, location: str) -> str:
    """Return the address to which a redirect leads. Like browsers, encode what it must not have."""
    try:
        parts = urlsplit(urljoin(url, location))
        path, query = (
            quote(_LONE_PERCENT.sub("%25", part), safe=_KEPT) for part in (parts.path, parts.query)
        )
        return urlunsplit(parts._replace(path=path, query=query, fragment=""))
    except ValueError:
        return location


class _Session:
    """One run: the client, and what is known about hosts."""

    def __init__(self, client: httpx.AsyncClient, policy: RequestPolicy) -> None:
        self.client = client
        self.policy = policy
        self.hosts: dict[str, _Host] = {}

    async def check(self, url: str) -> LinkStatus:
        """Return the status of an address, following redirects."""
        here, moved, for_good = url, "", True
        visited = {url}
        for _ in range(self.policy.redirects + 1):
            reply = await self._request_until_certain(here)
            if reply.failure:
                return reply.failure
            if reply.status not in _REDIRECTS:
                return _judge(reply, moved)
            if not reply.location:
                return _status("unknown", "a redirect without a target")
            target = _joined(here, reply.location)
            if wrong_with(target):
                return _status("unknown", f"a redirect to `{short(target)}`")
            here = target
            for_good = for_good and reply.status in _FOR_GOOD
            moved = here if for_good else moved
            if here in visited:
                return _status("unknown", "the redirects form a loop")
            visited.add(here)
        return _status("unknown", f"more than {self.policy.redirects} redirects")

    async def _request_until_certain(self, url: str) -> _Reply:
        """Request an address, several times if that may help."""
        policy = self.policy
        host = self.hosts.setdefault(_host_of(url), _Host())
        for number in range(1, policy.tries + 1):
            if host.given_up:
                return _Reply(failure=host.given_up)
            reply = await self._request("HEAD" if number == 1 else "GET", url, host)
            if number == 1 and reply.status >= 400 and reply.status != 429:
                # Many hosts respond to HEAD differently than to a reader's GET.
                reply = await self._request("GET", url, host)
            if reply.failure and reply.failure.verdict == "dead" and number > 1:
                break  # if nothing is there, two tries are enough
            if reply.lasting or (not reply.failure and reply.status not in _AGAIN):
                break
            wait = reply.wait if reply.wait is not None else policy.backoff * 2 ** (number - 1)
            if wait > policy.longest_wait:
                break
            if number < policy.tries:
                self._pause(host, wait)
        if reply.whole_host and reply.failure:
            host.given_up = reply.failure
        elif reply.status in _BUSY:
            host.given_up = _judge(reply, "")
        return reply

    def _pause(self, host: _Host, seconds: float) -> None:
        host.free_at = max(host.free_at, asyncio.get_running_loop().time() + seconds)

    async def _request(self, method: str, url: str, host: _Host) -> _Reply:
        """Request an address once, as soon as its host is free."""
        clock, patience = asyncio.get_running_loop().time, self.policy.patience
        async with host.lock:
            while (wait := host.free_at - clock()) > 0:
                await asyncio.sleep(wait)
            try:
                async with asyncio.timeout(patience), self.client.stream(method, url) as response:
                    location = response.headers.get("location", "")
                    retry = _retry_after(response.headers.get("retry-after", ""))
                    return _Reply(response.status_code, location, retry)
            except (TimeoutError, httpx.TimeoutException):
                reason = f"no response within {patience:g} seconds"
                return _failure("unknown", reason, whole_host=True)
            except Exception as error:  # one address must not stop the others
                return _failed(error)
            finally:
                self._pause(host, self.policy.pause)


def _status(verdict: Verdict, reason: str = "", moved: str = "") -> LinkStatus:
    return LinkStatus(verdict, reason, moved, time.time())


def _judge(reply: _Reply, moved: str) -> LinkStatus:
    """Return the status of a link after all redirects."""
    if 200 <= reply.status < 300:
        return _status("ok", moved=moved)
    reason = f"{reply.status} {http.client.responses.get(reply.status, '')}".rstrip()
    return _status("dead" if reply.status in _GONE else "unknown", reason)


def _retry_after(header: str) -> float | None:
    """Return the seconds to wait by a `Retry-After` header (number or date), or None."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


# --- why there was no response -------------------------------------------------------------------


def _failure(
    verdict: Verdict, reason: str, *, whole_host: bool = False, lasting: bool = False
) -> _Reply:
    return _Reply(failure=_status(verdict, reason), whole_host=whole_host, lasting=lasting)


def _failed(error: BaseException) -> _Reply:
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            if cause.errno in _NO_NAME:
                return _failure("dead", _NO_HOST, whole_host=True)
            return _failure("unknown", _NO_RESOLVER, whole_host=True)
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = f"its certificate is not valid ({cause.verify_message})"
            return _failure("unknown", reason, whole_host=True, lasting=True)
        if isinstance(cause, ssl.SSLError):
            return _failure("unknown", "no secure connection is possible", whole_host=True)
        if isinstance(cause, ConnectionRefusedError):
            return _failure("dead", "the host refuses connections")
        if isinstance(cause, ConnectionError):
            return _failure("unknown", "the host closed the connection")
        if isinstance(cause, OSError) and cause.errno == errno.ENETUNREACH:
            # Nothing was sent, so another try would not help.
            return _failure("unknown", _NO_NETWORK, whole_host=True, lasting=True)
        if isinstance(cause, OSError) and cause.errno == errno.EHOSTUNREACH:
            return _failure("unknown", "the host is unreachable", whole_host=True)
    bad = (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError)
    if isinstance(error, bad) or "location header" in str(error):
        return _failure("unknown", f"not a valid address: {error}", lasting=True)
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return _failure("unknown", "a response that is incomplete or not HTTP")
    return _failure("unknown", f"no response ({type(error).__name__})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, including those in exception groups."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
        waiting += [each.__cause__, each.__context__]
