"""Articles and the index to pages and data files (docs/format.md, "Output")."""
