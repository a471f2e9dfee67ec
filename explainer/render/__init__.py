"""Render articles and the site index as pages and data files (docs/format.md, "Output")."""
