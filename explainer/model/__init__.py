"""The values that stages pass on: frozen dataclasses, and problems."""
