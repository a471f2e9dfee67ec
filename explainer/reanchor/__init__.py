"""Follow annotations through edits of their article (docs/anchoring.md, "Keeping")."""
