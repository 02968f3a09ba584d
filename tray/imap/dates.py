"""Reads INTERNALDATE (RFC 3501) and the Date header (RFC 5322)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz

_READ_LIMIT = 200  # characters


def unix_time(text: str) -> float | None:
    """An INTERNALDATE such as `` 1-Feb-2024 10:11:12 +0100`` or a Date header in Unix seconds; None if unreadable.

    An unknown time zone counts as UTC (RFC 5322, 4.3).
    """
    try:
        found = parsedate_tz(text[:_READ_LIMIT])
        if found is None:
            return None
        year, month, day, hour, minute, second = found[:6]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        return (moment - timedelta(seconds=found[9] or 0)).timestamp()
    except (ValueError, IndexError, OverflowError):  # of parsedate_tz, and for what no calendar has
        return None
