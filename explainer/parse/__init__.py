"""Read authors' YAML, TOML, and front matter into model values with locations (docs/format.md)."""
