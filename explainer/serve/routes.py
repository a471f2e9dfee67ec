"""The routing table: which handler answers which path.

What the server adds to the published site lies under `__explainer/`: the scripts and style sheets
of `client/`, livereload's own script, a websocket that speaks livereload's protocol 7
(http://livereload.com/api/protocol/), the problems as JSON, and the requests of the page's forms.

livereload.js knows the commands `reload` and `alert`, and hangs up on any other. So messages of
ours are `reload` too, with a path below `__explainer/`; the client, a plugin of livereload.js,
tells them apart.
"""

from __future__ import annotations

from tornado.web import Application

from explainer.serve import handlers
from explainer.serve.service import OWN, Service

_OWN = r"/(?:.*/)?" + OWN  # wherever: site.toml's `url` may change, and open pages stay
ROUTES = (
    (_OWN + r"live/([\w-]+)/([0-9a-f]*)/livereload", handlers.PageSocket),
    (_OWN + r"livereload\.js", handlers.LiveReloadScriptHandler),
    (_OWN + r"((?:live|annotate)\.(?:js|css))", handlers.ClientHandler),
    (_OWN + r"annotate/(\w+)", handlers.AnnotateHandler),
    (_OWN + "alive", handlers.AliveHandler),
    (_OWN + r"problems\.json", handlers.ProblemsHandler),
    (r".*", handlers.PageHandler),
)
"""Patterns of whole paths, the first that matches counts; groups are arguments of the handler."""


def application(service: Service) -> Application:
    """Make the tornado application that answers for a service."""
    return Application(
        [(pattern, handler, {"service": service}) for pattern, handler in ROUTES],
        log_function=lambda _: None,
        websocket_max_message_size=1 << 16,
        compress_response=False,
    )
