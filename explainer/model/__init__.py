"""The frozen dataclasses that stages pass on. Authors' keys among them: docs/format.md."""
