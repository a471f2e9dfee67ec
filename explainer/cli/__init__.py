"""The command line: one file for each group of commands.

Commands import what they need when they run, so that the others start quickly.
"""

from explainer.cli.main import main

__all__ = ["main"]
