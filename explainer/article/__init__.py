"""Parse, anchor, merge, and mark one article (docs/architecture.md, "The pipeline")."""
