"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import explainer
from explainer.support import patterns
from explainer.support.patterns import later


def test_a_pattern_works_as_a_compiled_one() -> None:
    pattern = later("(?P<x>a+)B", re.IGNORECASE)
    assert pattern.pattern == "(?P<x>a+)B"
    assert pattern.fullmatch("AAb")
    assert pattern.sub("-", "aab c") == "- c"
    assert pattern.groupindex == {"x": 1}
    assert later(rb"\d").findall(b"a1") == [b"1"]
    with pytest.raises(AttributeError):
        _ = pattern.nothing  # type: ignore[attr-defined]


def test_all_patterns_can_be_compiled() -> None:
    found = 0
    for module in pkgutil.walk_packages(explainer.__path__, "explainer."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, patterns._Compiled):  # type: ignore[attr-defined]
                re.compile(value.pattern, getattr(value, "_flags", 0))
                found += 1
    assert found > 100
