"""The link checker of `explainer check --links`: whether other sites' pages are still there.

`collect` finds links in what authors wrote, `fetch` requests them, `cache` keeps their statuses for
a while, `report` makes problems of them; `check` calls these in turn. No build depends on it.
"""
