"""The output folder to a branch."""
