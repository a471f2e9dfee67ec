"""The command line: one file for each group of commands.

Commands import what they need when they run, so that the others start quickly.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from explainer.cli.program import main

__all__ = ["main"]


def __getattr__(name: str) -> object:
    """Import the program when it is asked for: click alone takes 40 milliseconds."""
    if name != "main":
        raise AttributeError(name)
    from explainer.cli.program import main

    return main
