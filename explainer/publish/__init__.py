"""Publish the output folder to a branch."""
