"""Entries into annotation files, with every other byte unchanged."""
