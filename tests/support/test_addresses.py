"""Relative links between pages, and absolute URLs."""

from __future__ import annotations

import pytest

from explainer.support import addresses


@pytest.mark.parametrize(
    ("origin", "address", "link"),
    [
        ("/", "/", "index.html"),
        ("/", "/#b", "index.html#b"),
        ("/", "/a:b/", "./a:b/index.html"),
        ("/", "/a/#b", "a/index.html#b"),
        ("/a/b/", "/", "../../index.html"),
        ("/a/", "/a/", "../a/index.html"),
        ("/a/", "/wer-rief-än/", "../wer-rief-%C3%A4n/index.html"),
        ("/claims/feed.xml", "/x y.png", "../x%20y.png"),
        ("/", "/a:b.png", "./a:b.png"),
        ("/a/", "/a:b.png", "../a:b.png"),
        ("/", "/100%.txt", "100%25.txt"),
        ("/a/#b/c", "/why?.png", "../why%3F.png"),
        ("/", '/a"b<c>.png#x?y', "a%22b%3Cc%3E.png#x?y"),
        ("/", "/A-Z_0.9~!$&'()*+,;=@/x", "A-Z_0.9~!$&'()*+,;=@/x"),
    ],
)
def test_relative(origin: str, address: str, link: str) -> None:
    root = addresses.root_of(origin)
    assert addresses.relative(root, address, "file") == link
    pretty = link.replace("index.html", "")
    pretty = f"./{pretty}" if pretty.startswith("#") or not pretty else pretty
    assert addresses.relative(root, address, "pretty") == pretty


@pytest.mark.parametrize(
    ("root", "link", "from_root"),
    [
        *(("", "", "./"), ("", "a/", "a/"), ("", "a:b", "./a:b"), ("../", "a:b", "../a:b")),
        *(
            ("../", "", "../"),
            ("/base/", "", "/base/"),
            ("https://x.org/", "a/", "https://x.org/a/"),
        ),
    ],
)
def test_links_from_the_root(root: str, link: str, from_root: str) -> None:
    assert addresses.below(root, link) == from_root


def test_absolute() -> None:
    assert addresses.absolute("https://x.org/b/", "/ä/#n") == "https://x.org/b/%C3%A4/#n"
    assert addresses.absolute("https://x.org", "/") == "https://x.org/"
    assert addresses.absolute("https://x.org/b", "/a b/100%?.txt") == (
        "https://x.org/b/a%20b/100%25%3F.txt"
    )


@pytest.mark.parametrize(
    ("address", "file"),
    [
        *(("/", "index.html"), ("/a/", "a/index.html"), ("/a/b.png", "a/b.png")),
        *(("/#x", "index.html"), ("/a/#x/y", "a/index.html"), ("/b.png#x", "b.png")),
    ],
)
def test_files(address: str, file: str) -> None:
    assert addresses.file_of(address) == file


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        *(("/", False), ("/a/", False), ("/a//", False), ("/a#//", False)),
        *(("//x.org/", True), ("https://x.org/", True), ("#x", True), ("", True), ("a/", True)),
    ],
)
def test_addresses_outside_the_site(address: str, outside: bool) -> None:
    assert addresses.is_outside(address) == outside


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.org:80/www.x", "example.org"),
        ("https://Example.org", "example.org"),
        ("https://example.www.org/", "example.www.org"),
        *((url, "") for url in ("mailto:a@b.org", "example.org", "https:///x", "http://[", "")),
    ],
)
def test_hosts(url: str, host: str) -> None:
    assert addresses.host(url) == host


@pytest.mark.parametrize(
    ("path", "base", "inner"),
    [
        ("/repository/call/", "/repository/", "/call/"),
        ("/repository/", "/repository/", "/"),
        ("/repository", "/repository/", "/"),
        ("/a/b/c#d", "/a/b/", "/c#d"),
        *((path, "/repository/", None) for path in ("/call/", "/", "/repositories/x", "/x/")),
        *((path, "/", None) for path in ("/", "/call/")),
    ],
)
def test_paths_below_the_base_path(path: str, base: str, inner: str | None) -> None:
    assert addresses.without_base(path, base) == inner


@pytest.mark.parametrize(
    "spellings",
    [("/A/b/", "/a/B/"), ("/Straße/", "/STRASSE/"), ("/Müller/", "/mu\u0308LLER/")],
)
def test_addresses_that_differ_only_in_case_or_form_have_one_key(
    spellings: tuple[str, str],
) -> None:
    assert len({addresses.key(each) for each in spellings}) == 1
    assert addresses.key("/a/") != addresses.key("/ä/")
