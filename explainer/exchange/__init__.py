"""What other programs give and take: annotations and sources, one file a format, in and out.

Nothing here reads or writes a site but `site.py`; everything else is a function of data.
"""
