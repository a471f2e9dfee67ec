"""Regular expressions that are compiled when they are first used.

Compiling those of a module can take milliseconds, and most runs use few of them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as later
    from typing import Any
else:

    class _Compiled:
        """A compiled pattern: its methods are attributes."""

    class later(_Compiled):  # noqa: N801 - for mypy, it is a function
        """Return a pattern as `re.compile` does."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self.pattern, self._flags = pattern, flags

        def __getattr__(self, name: str) -> Any:
            if name[:1] == "_":
                raise AttributeError(name)
            import re  # it takes longer than all that a run needs in which nothing has changed

            compiled = re.compile(self.pattern, self._flags)
            methods = {each for each in dir(compiled) if each[0] != "_"}
            self.__dict__.update({each: getattr(compiled, each) for each in methods})
            self.__class__ = _Compiled  # without this method, which makes each access slower
            return getattr(self, name)


__all__ = ["later"]
