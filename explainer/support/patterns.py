"""Regular expressions that are compiled when they are first used.

Compiling those of a module can take milliseconds, and most runs use few of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as later
else:

    class _Compiled:
        """A compiled pattern: its methods are attributes."""

    class later(_Compiled):  # noqa: N801 - for mypy, it is a function
        """Return a pattern as `re.compile` does."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self.pattern, self._flags = pattern, flags

        def __getattr__(self, name: str) -> Any:
            if name not in _METHODS:
                raise AttributeError(name)
            compiled = re.compile(self.pattern, self._flags)
            self.__dict__.update({each: getattr(compiled, each) for each in _METHODS})
            self.__class__ = _Compiled  # without this method, which makes each access slower
            return getattr(compiled, name)

    _METHODS = {name for name in dir(re.Pattern) if name[0] != "_"} - {"pattern"}

__all__ = ["later"]
