"""Which requests the server answers."""

from __future__ import annotations

import socket

import pytest

from explainer.serve.guard import Guard, address_of


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:4000", True),
        ("localhost:4000", True),
        ("LOCALHOST", True),
        ("[::1]:4000", True),
        ("localhost.", True),
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


def test_hosts_of_a_server_on_all_addresses() -> None:
    guard = Guard.of("0.0.0.0")
    assert guard.knows_host("192.0.2.1:4000", "192.0.2.1")
    assert guard.knows_host(socket.gethostname())
    assert not guard.knows_host("192.0.2.2:4000", "192.0.2.1")
    assert not guard.knows_host("evil.example", "192.0.2.1")
    assert Guard.of("box.lan").knows_host("box.lan:4000")


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://127.0.0.1:4000", True),
        ("https://127.0.0.1:4000", True),
        ("http://127.0.0.1:4001", False),
        ("http://127.0.0.1", False),
        ("http://localhost:4000", False),
        ("http://evil.example", False),
        ("null", False),
        ("file://", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_origins(origin: str | None, own: bool) -> None:
    assert Guard.of("127.0.0.1").is_own_origin(origin, "127.0.0.1:4000") == own


def test_tokens() -> None:
    guard = Guard.of("127.0.0.1")
    assert guard.is_token(guard.token)
    assert guard.token != Guard.of("127.0.0.1").token
    for other in (None, "", guard.token[:-1], guard.token + "x", "é"):
        assert not guard.is_token(other)


def test_paths_to_addresses() -> None:
    assert address_of("/caf%C3%A9/") == "/café/"
    assert address_of("/a/b.c") == "/a/b.c"
    assert address_of("*") is None
