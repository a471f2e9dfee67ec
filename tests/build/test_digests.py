"""Hashes of values are the same in every process."""

from __future__ import annotations

import pickle
import pickletools
import shutil
from dataclasses import replace
from hashlib import blake2b
from itertools import pairwise, product
from pathlib import Path
from types import SimpleNamespace

import pytest

from explainer.build.hashes import digest
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.support import digests
from tests import ROOT
from tests.helpers.articles import rich

SETS = {"EMPTY_SET", "FROZENSET", "ADDITEMS"}
SITES = ("chapters", "drafts-and-future", "languages", "library", "ratings-and-disclaimers")


@pytest.mark.parametrize("name", SITES)
def test_no_set_is_hashed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []

    def kept(content: bytes, **options: int) -> object:
        if content.startswith(pickle.PROTO):  # others are texts, which never begin so
            hashed.append(content)
        return blake2b(content, **options)

    monkeypatch.setattr(digests, "hashlib", SimpleNamespace(blake2b=kept))
    shutil.copytree(ROOT / "tests/sites" / name, tmp_path / name)
    options = BuildOptions(future=True, jobs=1, kept=True, drafts=False)
    assert not build_site(tmp_path / name, options).failed
    assert len(hashed) > 10
    assert not [found for each in hashed if (found := SETS & set(opcodes(each)))]


def opcodes(content: bytes) -> list[str]:
    """Return the names of the parts of a pickled value, without those of empty sets."""
    names = [operation.name for operation, _, _ in pickletools.genops(content)]
    return [name for before, name in pairwise(names) if (before, name) != ("MARK", "FROZENSET")]


def test_an_article_with_drafts_left_out_has_one_hash() -> None:
    names = ["".join(letters) for letters in product("abcdef", repeat=2)]
    articles = [replace(rich(), body=(), left_out=frozenset(each)) for each in (names, names[::-1])]
    first, other = map(digest, articles)
    assert first == other
    assert first != digest(replace(rich(), body=()))
