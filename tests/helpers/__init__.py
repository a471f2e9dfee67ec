"""Helpers for tests: folders, pages, servers, browsers, and strategies."""
