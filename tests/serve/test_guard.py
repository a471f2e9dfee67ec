"""Which requests the server answers."""

from __future__ import annotations

import socket

import pytest

from explainer.serve.guard import Guard, address_of, is_everywhere


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:4000", True),
        ("localhost:4000", True),
        ("LOCALHOST", True),
        ("[::1]:4000", True),
        ("localhost.", True),
        ("[::ffff:127.0.0.1]:4000", True),
        ("localhost:123456", False),
        ("localhost:", False),
        ("evil.example", False),
        ("evil.example:4000", False),
        ("127.0.0.1.evil.example", False),
        ("localhost@evil.example", False),
        ("localhost:4000/x", False),
        ("localhost, evil.example", False),
        ("192.0.2.1", False),
        ("", False),
        (None, False),
    ],
)
def test_hosts(host: str | None, known: bool) -> None:
    assert Guard.of("127.0.0.1").knows_host(host) == known


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_hosts_of_a_server_on_all_addresses(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Box")
    monkeypatch.setattr(socket, "getfqdn", lambda: "box.example.org.")
    assert is_everywhere(host)
    guard = Guard.of(host)
    for name in ("localhost", "box", "BOX.local", "box.example.org", "192.0.2.1", "192.0.2.1:4000"):
        assert guard.knows_host(name, "192.0.2.1"), name
    for name in ("192.0.2.2:4000", "evil.example", "box.evil.example"):
        assert not guard.knows_host(name, "192.0.2.1"), name
    assert guard.knows_host("[2001:db8::1]", "2001:DB8:0::1")
    assert guard.knows_host("[fe80::1]", "fe80::1%eth0")
    assert guard.knows_host("192.0.2.1", "::ffff:192.0.2.1"), "of a socket for both protocols"
    assert not guard.knows_host("192.0.2.1", ""), "it is unknown where the request arrived"
    assert not guard.knows_host("%", ""), "nor is that a name"


def test_hosts_of_a_server_on_one_address() -> None:
    assert not is_everywhere("127.0.0.1")
    assert Guard.of("box.lan").knows_host("Box.lan:4000")
    assert Guard.of("[2001:db8::1]").knows_host("[2001:db8::1]:4000")
    for host in ("127.0.0.1", "box.lan", "192.0.2.2"):
        guard = Guard.of(host)
        assert guard.knows_host("localhost")
        assert not guard.knows_host("192.0.2.1:4000", "192.0.2.1"), "a port forwarded to it"


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://127.0.0.1:4000", True),
        ("https://127.0.0.1:4000", True),
        ("http://127.0.0.1:4001", False),
        ("http://127.0.0.1", False),
        ("http://localhost:4000", False),
        ("http://evil.example", False),
        ("http://127.0.0.1:4000/", False),
        ("http://127.0.0.1:4000?q", False),
        ("http://127.0.0.1:4000#f", False),
        ("ftp://127.0.0.1:4000", False),
        ("//127.0.0.1:4000", False),
        ("", False),
        ("null", False),
        ("file://", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_origins(origin: str | None, own: bool) -> None:
    assert Guard.of("127.0.0.1").is_own_origin(origin, "127.0.0.1:4000") == own


@pytest.mark.parametrize(("origin", "host"), [(None, None), ("", ""), ("http://", ""), (None, "x")])
def test_without_a_host_no_origin_is_the_own(origin: str | None, host: str | None) -> None:
    assert not Guard.of("127.0.0.1").is_own_origin(origin, host)


def test_origins_ignore_case() -> None:
    assert Guard.of("box.lan").is_own_origin("http://Box.lan:4000", "BOX.lan:4000")


def test_tokens() -> None:
    guard = Guard.of("127.0.0.1")
    assert guard.is_token(guard.token)
    assert guard.token != Guard.of("127.0.0.1").token
    for other in (None, "", guard.token[:-1], guard.token + "x", "é"):
        assert not guard.is_token(other)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", "/"),
        ("/caf%C3%A9/", "/café/"),
        ("/a/b.c", "/a/b.c"),
        ("/a/", "/a/"),
        ("/...", "/..."),
        ("/a%20b%25", "/a b%"),
    ],
)
def test_paths_to_addresses(path: str, address: str) -> None:
    assert address_of(path) == address


@pytest.mark.parametrize(
    "path",
    "* a /./a /a/. /a/../b /.. /a/%2e%2E/b //a /a//b /a// /a%00b /a\\b /a%5cb /a%5Cb /a%2Fb /a%2fb "
    "/%ff /a%0ab /a%7f /a%1F /a%5c /%2e".split(),
)
def test_paths_that_no_link_has(path: str) -> None:
    assert address_of(path) is None
