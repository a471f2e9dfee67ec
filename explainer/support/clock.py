"""The current date."""

from __future__ import annotations

import datetime
import os
import zoneinfo


def now(timezone: str) -> str:
    """Return the current date and time in an IANA time zone: `2024-05-01T12:00:00` (ISO 8601).

    SOURCE_DATE_EPOCH (reproducible-builds.org) sets the clock: seconds since 1970, UTC.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit():
        return moment(int(epoch[:11]), timezone)
    return moment(datetime.datetime.now(datetime.UTC).timestamp(), timezone)


def moment(seconds: float, timezone: str) -> str:
    """Return a time, in seconds since 1970 (UTC), as `now` returns the current one."""
    time = datetime.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(timezone))
    return time.replace(tzinfo=None).isoformat(timespec="seconds")


def today(timezone: str) -> str:
    """Return the current date in an IANA time zone, in ISO 8601 format; see `now`."""
    return now(timezone)[:10]
