"""Run the server: listen, watch, read the site, and shut down cleanly."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from explainer.serve.guard import Guard, is_everywhere
from explainer.serve.live import LiveSite
from explainer.serve.reload import Reloader, Say, Show, Terminal, Updates
from explainer.serve.routes import application
from explainer.serve.service import Service
from explainer.serve.watch import FOLDERS, Changes, Watcher
from explainer.support.values import dataclass

_PORTS = 50
"""How many ports to try, starting with the requested one."""
_BODY = 1 << 20
"""The maximum size of a request in bytes: it is read before its origin can be checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Options of the command."""

    host: str = "127.0.0.1"
    port: int = 4000
    """The first port to try; 0 for any free port."""
    open_browser: bool = False
    others: tuple[Path, ...] = ()
    """Folders outside the site to watch too."""
    say: Say = print
    show: Show = lambda *_: None


class PortError(Exception):
    """The server cannot listen. The message says why."""


def serve(site: LiveSite, root: Path, options: ServeOptions) -> None:
    """Serve a site until SIGINT or SIGTERM. Raises `PortError` if the server cannot listen."""
    for name in ("tornado", "livereload", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # `say` reports what matters
    # During an update, the event loop gets its turn after one millisecond instead of five.
    sys.setswitchinterval(0.001)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_serve(site, root, options))


async def _serve(site: LiveSite, root: Path, options: ServeOptions) -> None:
    loop = asyncio.get_running_loop()
    if task := asyncio.current_task():
        with suppress(NotImplementedError, ValueError):  # Windows; a thread, in tests
            loop.add_signal_handler(signal.SIGTERM, task.cancel)  # asyncio handles SIGINT itself
    guard = Guard.of(options.host)
    sockets = _listen(options)
    terminal = Terminal(options.say, options.show)
    service = Service(site, root, guard, terminal.say)
    reloader = Reloader(service, terminal)
    updates = Updates(reloader.update)

    def changed(changes: Changes) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(updates.add, changes)

    watcher = Watcher(root, options.others, changed, terminal.say)
    server = HTTPServer(application(service), max_body_size=_BODY)
    try:
        await loop.run_in_executor(None, watcher.start)
        await reloader.start()
        server.add_sockets(sockets)
        _announce(options, address(options.host, sockets[0].getsockname()[1], site.base))
        await updates.run()
    finally:
        _end_at_once_next_time()
        service.is_ending = True
        server.stop()
        for each in sockets:
            each.close()
        for page in tuple(service.open_pages):
            page.socket.close(1001, "the server is stopping")
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(server.close_all_connections(), 1)
        await loop.run_in_executor(None, watcher.stop)
        reloader.close()
        service.close()
        site.close()


def _end_at_once_next_time() -> None:
    """Let a second SIGINT or SIGTERM end the process immediately."""
    with suppress(ValueError):  # a thread, in tests
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)


def _listen(options: ServeOptions) -> list[socket.socket]:
    """Bind to the requested port, or to the next free one."""
    ports = range(options.port, min(options.port + _PORTS, 65536)) if options.port else range(1)
    for port in ports:
        try:
            sockets = bind_sockets(port, options.host or None)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES) and port != ports[-1]:
                continue
            location = f"{options.host}, port {port}"
            raise PortError(f"cannot listen on {location}: {error.strerror or error}") from None
        if port != options.port and options.port:
            options.say(f"port {options.port} is in use; using {port} instead")
        return sockets
    raise PortError("no port is free")


def _announce(options: ServeOptions, url: str) -> None:
    options.say(f"{url}  (press Ctrl-C to stop)")
    if is_everywhere(options.host):
        options.say(
            "anyone who can reach this machine over the network can read the site and write to it"
        )
    folders = ", ".join(f"{name}/" for name in FOLDERS)
    options.say(f"watching site.toml, {folders}")
    if options.open_browser:
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, url)


def address(host: str, port: int, base: str) -> str:
    """Return the URL for authors to open."""
    if is_everywhere(host):
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{quote(base)}"
