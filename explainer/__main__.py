"""`python -m explainer`, and the program `explainer`."""

from __future__ import annotations

import atexit
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from explainer.build.state import LastRun


def main() -> None:
    """Run the program."""
    gc.disable()  # nothing below makes garbage
    done: LastRun | int | None = None
    try:
        if "build" in sys.argv or "check" in sys.argv:
            from explainer.cli.again import again

            done = again(sys.argv[1:])
        if isinstance(done, int):
            sys.exit(done)
        from explainer.cli.program import main as run

        gc.enable()
        run(prog_name="explainer", obj=done)
    except KeyboardInterrupt:  # click has its own way, which is the same
        sys.exit("\nAborted!")
    except SystemExit as end:
        _end(end.code)
        raise


def _end(code: object) -> None:
    """End the process without taking apart all its objects, which takes a tenth of a small build.

    Returns if that is not safe: a thread is working, or output cannot be written.
    """
    threading = sys.modules.get("threading")
    if not isinstance(code, int | None) or (threading and threading.active_count() > 1):
        return
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(code or 0)


if __name__ == "__main__":
    main()
