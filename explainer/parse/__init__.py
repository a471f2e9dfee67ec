"""Authors' files to model values with positions: YAML, TOML, front matter (docs/format.md)."""
