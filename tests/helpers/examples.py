"""The number of examples for a property test: fewer with `make quick`."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> int:
    """Return a number for `settings(max_examples=…)`: `number` in the full suite."""
    return max(5, number * settings.default.max_examples // 100)
