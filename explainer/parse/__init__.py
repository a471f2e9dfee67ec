"""Authors' files to values of the model, with positions: YAML, TOML, front matter."""
