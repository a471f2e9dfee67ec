"""Build a site's folder into an output folder (docs/architecture.md, "The pipeline")."""
