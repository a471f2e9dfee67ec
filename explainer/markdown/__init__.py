"""Markdown to tokens; links and pictures."""
