"""The command line: one file for each group of commands.

Command files import what a command uses only when it runs, so that the others start at once.
"""

from explainer.cli.main import main

__all__ = ["main"]
