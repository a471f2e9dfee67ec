"""Helpers that every package can use: paths, addresses, slugs, files, workers, the clock."""
