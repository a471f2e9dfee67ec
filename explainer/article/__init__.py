"""One article: parsed, anchored, merged, marked (docs/architecture.md, "The pipeline")."""
