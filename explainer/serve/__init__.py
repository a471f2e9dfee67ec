"""`explainer serve`: preview the site on your own machine, updated on every save.

docs/architecture.md, "How `serve` works", explains the design.

| file | input → output |
|---|---|
| `lifespan.py` | options → a server that runs until stopped |
| `routes.py`, `handlers.py` | requests → responses and websockets |
| `guard.py` | a request's host, origin, token, path → whether it is allowed |
| `service.py` | addresses → pages with the server's scripts; problems for the page's panel |
| `live.py` | changed paths → a new version of the site; addresses → responses |
| `pages.py` | one version of a site → its files, made on demand |
| `responses.py` | files and errors → responses |
| `bundle.py` | the files of `client/` → one script or style sheet |
| `watch.py` | a site's folder → its changed paths |
| `reload.py` | changed paths → updates, and messages to open pages and the terminal |
| `report.py` | problems → the content of the panel in the page |
| `editing/` | requests of the page's forms → entries in the annotation file |
| `client/` | the scripts and style sheets that pages get only under `serve` |

Only this package imports livereload, tornado, and watchfiles.
"""
