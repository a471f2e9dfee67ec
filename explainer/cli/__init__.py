"""The command line: one file for each group of commands."""

from explainer.cli.main import main

__all__ = ["main"]
