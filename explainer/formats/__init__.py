"""Machine-readable formats, one file per format, each with functions from values to output."""
