"""Tests; the folders are those of the package that they are about."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
