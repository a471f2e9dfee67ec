"""Import and export annotations and sources in the formats of other programs.

Only `import_file.py` and `export_article.py` read or write a site; the rest is functions of data.
"""
