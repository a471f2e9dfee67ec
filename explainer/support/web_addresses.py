r"""Decide whether a text is a valid web address, and say what is wrong with one that is not.

Every address that authors write for the web is checked here. All those that the URL Standard
(https://url.spec.whatwg.org) refuses are refused, as are those that browsers repair by guessing:
`https:///x`, `http:/x`, `https://a.org\b`, `http://0x7f.1/`. So is a user name before the host,
because readers take it for the host.
"""

from __future__ import annotations

import ipaddress
import re

from explainer.support.patterns import later

_PLAIN = later(
    r"https?://(?!xn--)(?:[a-z0-9-]{1,60}\.(?!xn--)){1,3}[a-z]{2,20}(?:/[A-Za-z0-9._~/#?=&+,;-]*)?",
    re.ASCII,
)
"""Most addresses. They need no further look."""
_PARTS = later(r"https?://([^/?#]*)(.*)", re.IGNORECASE)
_UNSEEN = later(
    r"[\0-\x20\x7f-\xa0\xad\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
    r"\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
"""White space, control characters, and what can't be seen or reverses text. The joiners U+200C and
U+200D are not among them: words of some languages need them."""
_NOT_ENCODED = later(r"%(?![0-9A-Fa-f]{2})")
_IN_NO_HOST = later(r"[#%/:<>?@\[\\\]^|\"{}]|" + _UNSEEN.pattern)
_NUMBER = later(r"[0-9]+|0[xX][0-9A-Fa-f]*", re.ASCII)
_JOINERS = "\u200c\u200d"
_LONGEST_HOST, _LONGEST_LABEL = 253, 63
_LAST_PORT = 65_535


def is_plain(url: str) -> bool:
    """Whether a text is a web address of a common form, in which nothing can be wrong."""
    return _PLAIN.fullmatch(url) is not None


def wrong_with(url: str) -> str:
    """Return why a text is not a web address, as a clause that may say what to write instead.

    Empty if it is one: `http` or `https`, a host, perhaps a port, and anything after it.
    """
    if is_plain(url):
        return ""
    if found := _UNSEEN.search(url):
        return f"it contains {_name(found[0])}"
    parts = _PARTS.fullmatch(url)
    if parts is None:
        return "start it with https:// or http://"
    for sign, instead in (("\\", "/"), ("<", "%3C"), (">", "%3E"), ('"', "%22")):
        if sign in url:
            return f"it contains `{sign}`: write `{instead}` instead"
    if _NOT_ENCODED.search(parts[2]):
        return "`%` is not followed by two hexadecimal digits: for a percent sign, write `%25`"
    return _wrong_with_authority(parts[1])


def has_host(url: str) -> bool:
    """Return whether the part of a web address before its path is valid."""
    parts = _PARTS.match(url)
    return parts is not None and not _wrong_with_authority(parts[1])


def _wrong_with_authority(authority: str) -> str:
    """Return what is wrong with a host and its port: `example.org:8080`."""
    if "@" in authority:
        user = authority.rpartition("@")[0]
        return f"`{user}@` before the host is a user name, which hides where it leads: remove it"
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        if not _is_ipv6(host[1:]) or (port and not port.startswith(":")) or not bracket:
            return f"`{authority}` is not an IPv6 address"
        port = port[1:]
    else:
        host, _, port = authority.partition(":")
        if why := _wrong_with_host(host):
            return why
    if not port:
        return ""
    number = port.lstrip("0") or "0"
    if not re.fullmatch("[0-9]{1,5}", number, re.ASCII) or int(number) > _LAST_PORT:
        return f"its port `{port}` is not a number up to {_LAST_PORT:,}"
    return ""


def _wrong_with_host(host: str) -> str:
    if not host:
        return "it has no host, such as `example.org`"
    if found := _IN_NO_HOST.search(host):
        return f"its host contains {_name(found[0])}"
    try:
        labels = [_lookup_form(label) for label in _mapped(host).split(".")]
    except ValueError:  # also from idna and punycode
        return f"there can be no host `{host}`"
    if len(labels) > 1 and not labels[-1]:
        labels.pop()  # a dot at the end
    if not all(labels):
        return f"a part of its host `{host}` is empty"
    if len(".".join(labels)) > _LONGEST_HOST or max(map(len, labels)) > _LONGEST_LABEL:
        return f"its host is longer than {_LONGEST_HOST} characters, or a part of it than 63"
    if _NUMBER.fullmatch(labels[-1]) and not _is_ipv4(".".join(labels)):
        return f"its host `{host}` is not an IPv4 address: write four numbers up to 255"
    return ""


def _mapped(host: str) -> str:
    """Return a host, or a part of one, with the letters that browsers look up (UTS #46).

    Without the further rules of registries, so that hosts with emoji are valid. Raises ValueError
    for characters that no host can have.
    """
    if not host.isascii():
        import idna  # only for such hosts, because its tables take time to load

        host = idna.uts46_remap(host, std3_rules=False, transitional=False)
    if _IN_NO_HOST.search(host):
        raise ValueError(host)
    return host.lower()


def _lookup_form(label: str) -> str:
    """Return a part of a host, after `_mapped`, in ASCII; raise ValueError if it is not valid."""
    text = label
    if label.startswith("xn--"):
        text = label[4:].encode("ascii").decode("punycode")
        if text.isascii() or _mapped(text) != text:
            raise ValueError(label)
    if text.isascii():
        return text
    import idna

    idna.check_initial_combiner(text)
    idna.check_bidi(text)
    if not all(idna.valid_contextj(text, i) for i, each in enumerate(text) if each in _JOINERS):
        raise ValueError(label)
    return "xn--" + text.encode("punycode").decode("ascii")


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _name(character: str) -> str:
    if character == " ":
        return "a space"
    if _UNSEEN.fullmatch(character):
        return f"the character U+{ord(character):04X}, which cannot be seen"
    return f"`{character}`"
