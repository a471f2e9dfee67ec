"""One article: parsed, anchored, merged, marked."""
