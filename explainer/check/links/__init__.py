"""The link checker of `explainer check --links`: do pages on other sites still exist?

`collect` finds links in what authors wrote, and `fetch` requests them. `check` keeps their statuses
for a while, and reports problems. No build depends on this package.
"""
