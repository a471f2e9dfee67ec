"""Helpers that every package may use: paths, addresses, slugs, files, workers, the clock."""
