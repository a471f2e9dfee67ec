"""The only writer of the output folder (docs/architecture.md, "Writing the output")."""
