"""The pipeline: a site's folder to an output folder (docs/architecture.md, "The pipeline")."""
