"""`explainer serve`: the site on one's own machine, updated with every save.

docs/architecture.md, "How `serve` works", describes how it does so.

| file | takes → gives |
|---|---|
| `lifespan.py` | options → a server that runs until it is stopped |
| `routes.py`, `handlers.py` | requests → responses and websockets |
| `guard.py` | a request's host, origin, token, path → whether it may be answered |
| `service.py` | addresses → pages with the server's scripts; problems for the page's panel |
| `live.py` | changed paths → a new version of the site; addresses → responses |
| `pages.py` | one version of a site → its files, made on demand |
| `responses.py` | files and mistakes → what is sent for them |
| `bundle.py` | the files of `client/` → one script or style sheet |
| `watch.py` | a site's folder → its changed paths |
| `reload.py` | changed paths → updates, messages to open pages and the terminal |
| `report.py` | problems → what the panel in the page shows |
| `editing/` | what the page's forms ask for → an entry in the annotation file |
| `client/` | the scripts and style sheets that pages get under `serve`, and nowhere else |

The only importer of livereload, tornado and watchfiles.
"""
