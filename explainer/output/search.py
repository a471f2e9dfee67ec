"""Index rendered pages with Pagefind, so that readers can search them. Only this module uses it.

Pagefind (https://pagefind.app, the extra `search`) is a program that reads HTML and writes an index
in many small files, of which a browser fetches the few that a search needs.

The same pages give the same bytes. So the pages are passed one at a time, sorted: from a folder,
Pagefind reads them in the order in which the file system lists them. `--service` speaks as
Pagefind's own Python package does, which itself would wait a tenth of a second for each page.

Which pages are indexed, and under which facts, says `render.PageView.indexed` in their HTML; what
of them is left out, because every page has it or another page has it already, is listed here. Large
sites have several indexes: see `shards`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.output import shards
from explainer.output.searched import searched
from explainer.support import extras
from explainer.support.addresses import LinkStyle
from explainer.support.files import read_file
from explainer.support.leftovers import temporary_folder
from explainer.support.values import dataclass

FOLDER = "search/pagefind/"
"""The folder of the index in the output; `search.js` expects it there."""

IGNORED = (
    "h1",  # the title of the page, which is searched as such, and shown above every excerpt
    ".kicker",
    ".byline",
    ".tally",
    ".unchecked",
    ".disclaimer",
    "b[data-rating]",  # a badge
    "sup",
    ".footnotes .footnote-backref",
    ".note header",
    ".note footer",
    '.note[data-kind="claim"]',  # a claim has a page of its own
    ".questions > h2",
    ".questions h4",
    ".questions .foot",
    "article.claim dt",
    "article.claim > .foot",
    "article.claim .meaning",
    "article.claim .said",  # who said it is searched as a fact
    "article.claim .passage .from",
    "article.claim .none",
    "article.claim .leaning",
    "article.claim .rival",
)
"""CSS selectors of elements that are not searched inside indexed elements.

Templates can exclude more elements with `data-pagefind-ignore` (see the Pagefind documentation).
"""

_ENTRY = "pagefind-entry.json"
LIST = FOLDER + _ENTRY
"""The file that lists all shards."""
_SCRIPT = "pagefind.js"
_TIMEOUT = 30
"""The maximum time in seconds for the program to print its version, or to exit."""


@dataclass(frozen=True, slots=True)
class Pagefind:
    """A working Pagefind program."""

    program: str
    """The path of the program."""
    location: Location
    """The place in site.toml that enables search; problems point to it."""

    @property
    def extended(self) -> bool:
        """Whether it separates words that are written without spaces, as in Chinese."""
        return Path(self.program).stem == "pagefind_extended"


def find(enabled: bool | None, location: Location) -> tuple[Pagefind | None, tuple[Problem, ...]]:
    """Return Pagefind, if it works here, and problems.

    `enabled` is the setting in site.toml: False returns None, and None uses Pagefind if it is
    installed. The problems are warnings at `location`: `search-missing` (only if `enabled` is True)
    and `search-failed`.
    """
    program = None if enabled is False else _program()
    if program is None and enabled:
        message = "the site has no search, because Pagefind is not installed"
        hint = f"install it: {extras.install('search')}"
        return None, (Problem(location, "search-missing", message, hint, "warning"),)
    if program is None:
        return None, ()
    if trouble := _trouble(program):
        return None, (_failed(location, trouble),)
    return Pagefind(program, location), ()


@dataclass(frozen=True, slots=True)
class Shard:
    """The index of some of a site's pages, or of all."""

    files: Mapping[str, bytes]
    """The files that no other shard has, by their path in the output."""
    shared: Mapping[str, bytes]
    """Those that all shards have alike, in the same way."""
    about: Mapping[str, Any]
    """Its part of the file that lists all shards."""


def index(
    pagefind: Pagefind,
    pages: Mapping[str, str],
    style: LinkStyle,
    number: int = 0,
    *,
    whole: bool = False,
) -> tuple[Shard | None, tuple[Problem, ...]]:
    """Return the shard with pages, and problems.

    `pages` has the current path of each page's HTML file, by the page's path in the output. `style`
    is that of the results' links, `number` that of the shard; for `whole` see `searched`. If there
    is a problem (the warning `search-failed`), there is no shard.
    """
    try:
        with temporary_folder() as folder:
            texts = ((path, _text(pages[path], whole=whole)) for path in sorted(pages))
            return _shard(_serve(pagefind.program, texts, style, str(folder)), number), ()
    except _ServiceError as error:
        trouble = str(error)
    except (OSError, EOFError, zlib.error) as error:
        trouble = f"cannot read a page or a Pagefind file ({error})"
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        trouble = f"this version of explainer cannot read its files ({error})"
    return None, (_failed(pagefind.location, trouble),)


def key(
    pagefind: Pagefind, digests: Mapping[str, str], style: LinkStyle, number: int, *, whole: bool
) -> bytes:
    """Return a hash of all that a shard is made from, for this version of the program.

    `digests` has a hash of what the search covers of each page; for the others see `index`.
    """
    parts = pagefind.program, sorted(digests.items()), style, number, whole
    return hashlib.sha256(repr(parts).encode()).digest()


def entry(about: Iterable[Mapping[str, Any]]) -> tuple[str, bytes]:
    """Return the path and the content of the file that lists all shards.

    `about` has what each shard says about itself, in their order.
    """
    first, *others = about
    languages = dict(first["languages"])
    for each in others:
        languages |= each["languages"]
    return LIST, json.dumps({**first, "languages": languages}, sort_keys=True).encode()


def files(shards: Iterable[Shard]) -> dict[str, bytes]:
    """Return all files of all shards, by their path in the output."""
    found: dict[str, bytes] = {}
    about = []
    for shard in shards:
        found |= {**shard.files, **shard.shared}
        about.append(shard.about)
    path, content = entry(about)
    return {**found, path: content}


def _text(file: str, *, whole: bool) -> str:
    return searched(read_file(file).decode(), whole=whole)


def _program() -> str | None:
    """Return the path of Pagefind's program: the extended version, if both are installed.

    The package `pagefind` would import asyncio.
    """
    for name in ("pagefind_bin_extended", "pagefind_bin"):
        with suppress(ImportError, FileNotFoundError):
            return str(__import__(name).get_executable())
    return None


def _trouble(program: str) -> str:
    """Return why the program does not work here; empty if it prints its version."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours, and no shell
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"it does not run ({getattr(error, 'strerror', None) or type(error).__name__})"
    return f"it exits with code {done.returncode}" if done.returncode else ""


class _ServiceError(Exception):
    """Pagefind reported an error or stopped."""


def _serve(
    program: str, pages: Iterable[tuple[str, str]], style: LinkStyle, folder: str
) -> dict[str, bytes]:
    """Index pages with the program: their paths and HTML, in order. Return its files by path.

    The program sends the files: if it writes them itself, it answers before it is done.
    """
    # Pagefind also takes options from the environment, and from files in the current folder.
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("PAGEFIND_")}
    with (
        open(f"{folder}/errors", "wb+") as errors,
        subprocess.Popen(  # noqa: S603 - a program of ours, and no shell
            [program, "--service"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            config = {"exclude_selectors": list(IGNORED), "keep_index_url": style == "file"}
            _ask(process, type="NewIndex", config=config)
            for path, html in pages:
                _ask(process, type="AddFile", index_id=0, file_path=path, file_contents=html)
            made = _ask(process, type="GetFiles", index_id=0)["files"]
            return {file["path"]: base64.b64decode(file["content"]) for file in made}
        except (BrokenPipeError, EOFError):
            with suppress(subprocess.TimeoutExpired):  # until it has written all its errors
                process.wait(_TIMEOUT)
            raise _ServiceError(_last_line(errors)) from None
        finally:
            process.kill()  # it has nothing left to do
            if process.stdin:
                with suppress(OSError):  # unread input
                    process.stdin.close()


def _ask(process: subprocess.Popen[bytes], **payload: object) -> dict[str, Any]:
    """Send a request, and return its response. Both are base64 of JSON, followed by a comma.

    Requests go one at a time, so that neither side waits forever for the other to read.
    """
    assert process.stdin
    assert process.stdout
    request = json.dumps({"message_id": 0, "payload": payload}).encode()
    process.stdin.write(base64.b64encode(request) + b",")
    process.stdin.flush()
    parts = [b""]
    while not parts[-1].endswith(b","):
        part = os.read(process.stdout.fileno(), 1 << 16)
        if not part:
            raise EOFError
        parts.append(part)
    response: dict[str, Any] = json.loads(base64.b64decode(b"".join(parts)[:-1]))["payload"]
    if response["type"] == "Error":
        raise _ServiceError(str(response.get("message")))
    return response


def _last_line(errors: BinaryIO) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it stopped before it was done"


def _shard(made: Mapping[str, bytes], number: int) -> Shard:
    """The files of Pagefind's that `search.js` may fetch: not those of its own interface.

    Pagefind writes its filters, their values and the languages in an order that differs with each
    run. They are sorted here, and the files' names, which are hashes, made again. The names of
    other files get the number of the shard: their hashes are short.
    """
    entry = json.loads(made[_ENTRY])
    files, shared, languages = dict[str, bytes](), {_SCRIPT: made[_SCRIPT]}, {}
    for language, about in entry["languages"].items():
        own = shards.language(language, number)
        meta = _unpack(made, f"pagefind.{about['hash']}.pf_meta")
        for kind, items, at in (("fragment", meta[_PAGES], 0), ("index", meta[_CHUNKS], 2)):
            for item in items:
                content = made[f"{kind}/{item[at]}.pf_{kind}"]
                item[at] = own + item[at].removeprefix(language)
                files[f"{kind}/{item[at]}.pf_{kind}"] = content
        filters = meta[_FILTERS]
        for filter_ in filters:
            name, values = _unpack(made, f"filter/{filter_[1]}.pf_filter")
            packed = _pack([name, sorted(values)])
            filter_[1] = f"{own}_{_hash(packed)}"
            files[f"filter/{filter_[1]}.pf_filter"] = packed
        filters.sort()
        packed = _pack(meta)
        about["hash"] = f"{own}_{_hash(packed)}"
        files[f"pagefind.{about['hash']}.pf_meta"] = packed
        wasm = f"wasm.{about.get('wasm') or 'unknown'}.pagefind"
        shared[wasm] = made[wasm]
        languages[own] = about
    return Shard(_placed(files), _placed(shared), {**entry, "languages": languages})


def _placed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {FOLDER + name: files[name] for name in sorted(files)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


# --- Pagefind's files: CBOR (RFC 8949) behind a signature, compressed or not ---------------------
#
# Three of its types, and no library: cbor2 6 is written in Rust, and has no wheel for Macs with an
# Intel processor, where Pagefind has one.

_SIGNATURE = b"pagefind_dcd"
_PAGES, _CHUNKS, _FILTERS = 1, 2, 3
"""Indexes of lists in a `.pf_meta`: of pages, which begin with the hash in a file's name; of parts
of the index, which end with it; and of filters, which are pairs of a name and the hash."""

_NUMBER, _TEXT, _LIST = 0, 3, 4
"""CBOR's major types."""

_Item: TypeAlias = Any
"""A number, a text, or a list of items: Pagefind writes no others."""


def _unpack(made: Mapping[str, bytes], path: str) -> _Item:
    """Return the item in one of the files. Raises ValueError for an unknown format."""
    data = gzip.decompress(made[path])
    if not data.startswith(_SIGNATURE):
        raise ValueError(f"{path} has no signature")
    item = _decode(io.BytesIO(data[len(_SIGNATURE) :]))
    if _pack(item) != data:
        raise ValueError(f"{path} has an unknown format")
    return item


def _pack(item: _Item) -> bytes:
    """Return a file with an item, uncompressed because zlib's output depends on its version."""
    return _SIGNATURE + _encode(item)


def _decode(data: BinaryIO) -> _Item:
    """Return the next item. Raises ValueError or LookupError if it has none of the three types."""
    kind, size = divmod(data.read(1)[0], 32)
    if 24 <= size <= 27:
        size = int.from_bytes(data.read(1 << (size - 24)))
    if kind == _NUMBER:
        return size
    if kind == _TEXT:
        return data.read(size).decode()
    if kind == _LIST:
        return [_decode(data) for _ in range(size)]
    raise ValueError(f"unknown type of item: {kind}")


def _encode(item: _Item) -> bytes:
    if isinstance(item, int):
        return _head(_NUMBER, item)
    if isinstance(item, str):
        text = item.encode()
        return _head(_TEXT, len(text)) + text
    return _head(_LIST, len(item)) + b"".join(map(_encode, item))


def _head(kind: int, size: int) -> bytes:
    if size < 24:
        return bytes([kind * 32 + size])
    power = next(power for power in range(4) if size < 1 << (8 << power))
    return bytes([kind * 32 + 24 + power]) + size.to_bytes(1 << power)


# --- problems ------------------------------------------------------------------------------------


def _failed(location: Location, trouble: str) -> Problem:
    message = f"the site has no search, because Pagefind failed: {trouble}"
    command = extras.install("search")
    hint = f"to turn search off: [search] enabled = false\nto reinstall Pagefind: {command}"
    return Problem(location, "search-failed", message, hint, "warning")
