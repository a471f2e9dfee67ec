"""`explainer serve`: the site on one's own machine, its pages following every save.

| file | takes → gives |
|---|---|
| `watch.py` | a site's folder → which of its files changed |
| `updates.py` | changes → updates, one at a time |
| `guard.py` | a request's host, origin, token, path → whether it may be answered |
| `report.py` | problems → what the panel in the page shows |
| `server.py` | all of these and a site in memory → answers, and messages to open pages |
| `annotating.py` | what the page's forms ask for → an entry in the annotation file |
| `client/` | the script and style sheet that pages get under `serve`, and nowhere else |

The only importer of livereload, tornado and watchfiles.
"""
