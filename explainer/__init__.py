"""explainer: articles in Markdown, annotations in YAML, one static page of both."""

__version__ = "0.1.0"
