"""The routing table: which handler answers which path.

Everything that the server adds to the published site is under `__explainer/`: the scripts and style
sheets of `client/`, a websocket for livereload's protocol 7
(http://livereload.com/api/protocol/), the problems as JSON, and the requests of the page's forms.

The protocol has two extensions. A `reload` command with a path below `__explainer/` says that the
problems have changed. One for a page may have the new page in `html`, which saves a request.
"""

from __future__ import annotations

from tornado.web import Application

from explainer.serve import handlers
from explainer.serve.service import OWN, Service

_OWN = r"/(?:.*/)?" + OWN  # below any path: pages stay open when `url` in site.toml changes
ROUTES = (
    (_OWN + r"live/([\w-]+)/([0-9a-f]*)/livereload", handlers.PageSocket),
    (_OWN + r"((?:live|annotate)\.(?:js|css))", handlers.ClientHandler),
    (_OWN + r"annotate/(\w+)", handlers.AnnotateHandler),
    (_OWN + "alive", handlers.AliveHandler),
    (_OWN + r"problems\.json", handlers.ProblemsHandler),
    (r".*", handlers.PageHandler),
)
"""Patterns of full paths. The first match wins, and its groups are passed to the handler."""


def application(service: Service) -> Application:
    """Return the tornado application for a service."""
    return Application(
        [(pattern, handler, {"service": service}) for pattern, handler in ROUTES],
        log_function=lambda _: None,
        websocket_max_message_size=1 << 16,
        compress_response=False,
    )
