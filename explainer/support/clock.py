"""The current date."""

from __future__ import annotations

import datetime
import os
import zoneinfo


def today(timezone: str) -> str:
    """Return the current date in an IANA time zone, in ISO 8601 format.

    SOURCE_DATE_EPOCH (reproducible-builds.org) sets the clock: seconds since 1970, UTC.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    zone = zoneinfo.ZoneInfo(timezone)
    if epoch.isascii() and epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch[:11]), zone).date().isoformat()
    return datetime.datetime.now(zone).date().isoformat()
