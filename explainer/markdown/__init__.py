"""Parse Markdown into tokens; resolve its links and pictures."""
