"""The current date."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def seconds() -> float:
    """Return the current time, in seconds since 1970 (UTC).

    SOURCE_DATE_EPOCH (reproducible-builds.org) sets the clock.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch[:11]) if epoch.isascii() and epoch.isdigit() else time.time()


def now(timezone: str) -> str:
    """Return the current date and time in an IANA time zone: `2024-05-01T12:00:00` (ISO 8601)."""
    return moment(seconds(), timezone)


def moment(seconds: float, timezone: str) -> str:
    """Return a time, in seconds since 1970 (UTC), as `now` returns the current one."""
    import datetime  # this and the next one take longer than all that a run needs without a change
    import zoneinfo

    there = datetime.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(timezone))
    return there.replace(tzinfo=None).isoformat(timespec="seconds")


def same_day(now: str, later: Iterable[str], timezone: str) -> tuple[float, float]:
    """Return from when until when it is the day of `now`, and no time of `later` has come.

    `now` and `later` are dates and times in a time zone (ISO 8601), some of `later` without a day.
    The result is in seconds since 1970 (UTC). If clocks are set back or forward, the end is the
    earliest possible one.
    """
    import datetime
    import zoneinfo

    start, zone = datetime.datetime.fromisoformat(now), zoneinfo.ZoneInfo(timezone)
    whole = [each if len(each) >= 10 else f"{each}-01-01"[:10] for each in later]
    midnight = datetime.datetime.combine(start.date(), datetime.time.max)
    ends = [midnight, *map(datetime.datetime.fromisoformat, whole)]
    both = (end.replace(tzinfo=zone, fold=fold).timestamp() for end in ends for fold in (0, 1))
    return start.replace(tzinfo=zone).timestamp(), min(both)


def today(timezone: str) -> str:
    """Return the current date in an IANA time zone, in ISO 8601 format; see `now`."""
    return now(timezone)[:10]
