"""Edit entries of annotation files, leaving every other byte unchanged."""
