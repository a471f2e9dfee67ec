"""How many examples a property is tried with: fewer for `make quick`."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> int:
    """Give a number of examples for `settings(max_examples=…)`: the whole suite's is `number`."""
    return max(5, number * settings.default.max_examples // 100)
