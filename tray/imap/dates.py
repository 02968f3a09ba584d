"""Reads INTERNALDATE (RFC 3501) and the Date header (RFC 5322)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}
_INTERNAL = re.compile(
    r"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})\s+([+-]\d{4})\s*", re.ASCII
)
_HEADER = re.compile(
    r"\s*(?:[^\d,]{1,20}[,\s]\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]{0,6}\.?,?[\s-]+(\d{2,4})[\s,]+"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:\s*([+-]\d{4}|[A-Za-z]{1,5}))?",
    re.ASCII,
)
_COMMENT = re.compile(r"\([^()]*\)")
_READ_LIMIT = 200
_DAY = 24 * 60
_PIVOT = 50  # RFC 5322, 4.3: years 00 to 49 are 2000 to 2049


def internal_date(text: str) -> float | None:
    """An INTERNALDATE such as `` 1-Feb-2024 10:11:12 +0100`` (RFC 3501, 9) in Unix seconds, or None."""
    found = _INTERNAL.fullmatch(text)
    return _seconds(*found.groups()) if found else None


def header_date(text: str) -> float | None:
    """A Date header (RFC 5322, 3.3 and 4.3, and common deviations) in Unix seconds, or None."""
    found = _HEADER.match(_COMMENT.sub(" ", text[:_READ_LIMIT]))
    return _seconds(*found.groups()) if found else None


def _seconds(
    day: str, month: str, year: str, hour: str, minute: str, second: str | None, zone: str | None
) -> float | None:
    try:
        moment = datetime(
            _year(year),
            _MONTHS.index(month.lower()) + 1,
            int(day),
            int(hour),
            int(minute),
            59 if second == "60" else int(second or 0),  # a leap second
            tzinfo=timezone.utc,
        )
        return moment.timestamp() - _offset(zone or "").total_seconds()
    except ValueError:
        return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:  # noqa: PLR2004 -- RFC 5322, 4.3
        return year + (2000 if year < _PIVOT else 1900)
    return year + 1900 if len(digits) == 3 else year  # noqa: PLR2004 -- 2004 as 104


def _offset(zone: str) -> timedelta:
    """The offset from UTC; an unknown zone counts as UTC (RFC 5322, 4.3)."""
    if zone[:1] not in {"+", "-"}:
        return timedelta(hours=_ZONES.get(zone.lower(), 0))
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    if minutes >= _DAY:
        return timedelta()
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)
