"""Times as texts, in the local time zone."""

from __future__ import annotations

import time
from datetime import date

from tray.i18n import tr, trn

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_JUST_NOW = 10
_WEEK_DAYS = 7
_BRIEF_HOURS = 3


def ahead(seconds: float) -> str:
    """A time span from now, in its largest unit, such as ``in 40 seconds``; 0 for a negative one.

    `ahead` and `ago` have whole phrases, because in many languages the form of the unit depends on them.
    """
    whole = max(int(seconds), 0)
    if whole < _MINUTE:
        return trn("in {n} second", "in {n} seconds", whole).format(n=whole)
    if whole < _HOUR:
        return trn("in {n} minute", "in {n} minutes", whole // _MINUTE).format(n=whole // _MINUTE)
    if whole < _DAY:
        return trn("in {n} hour", "in {n} hours", whole // _HOUR).format(n=whole // _HOUR)
    return trn("in {n} day", "in {n} days", whole // _DAY).format(n=whole // _DAY)


def ago(seconds: float) -> str:
    """A time span before now, such as ``5 minutes ago``; ``just now`` below ten seconds, and for the future."""
    if seconds < _JUST_NOW:
        return tr("just now")
    whole = int(seconds)
    if whole < _MINUTE:
        return trn("{n} second ago", "{n} seconds ago", whole).format(n=whole)
    if whole < _HOUR:
        return trn("{n} minute ago", "{n} minutes ago", whole // _MINUTE).format(n=whole // _MINUTE)
    if whole < _DAY:
        return trn("{n} hour ago", "{n} hours ago", whole // _HOUR).format(n=whole // _HOUR)
    return trn("{n} day ago", "{n} days ago", whole // _DAY).format(n=whole // _DAY)


def clock(when: float) -> str:
    """The local time of day as ``HH:MM``; empty for a time out of range."""
    return _format("%H:%M", when)


def at(when: float | None, now: float) -> str:
    """The date of a message, short: ``14:05`` today, then ``Yesterday``, the weekday, and after a week the date.

    Both are Unix seconds. Empty for None, and for a time out of range.
    """
    days = _days_between(when, now)
    if when is None or days is None:
        return ""
    if days == 0:
        return clock(when)
    if days == 1:
        return tr("Yesterday")
    if 1 < days < _WEEK_DAYS:
        return _weekday(when)
    return day(when)


def brief(when: float | None, now: float) -> str:
    """The date of a message, as short as it can be: ``5 min``, ``2 h``, ``14:05``, ``Yesterday``, ``Wed``, ``12 Nov``.

    Both are Unix seconds. Empty for None, and for a time out of range.
    """
    days = _days_between(when, now)
    if when is None or days is None:
        return ""
    seconds = int(now - when)
    if 0 <= seconds < _MINUTE:
        return tr("now")
    if 0 <= seconds < _HOUR:
        return trn("{n} min", "{n} min", seconds // _MINUTE).format(n=seconds // _MINUTE)
    if 0 <= seconds < _BRIEF_HOURS * _HOUR:
        return trn("{n} h", "{n} h", seconds // _HOUR).format(n=seconds // _HOUR)
    if days == 0:
        return clock(when)
    if days == 1:
        return tr("Yesterday")
    local = time.localtime(when)
    if 1 < days < _WEEK_DAYS:
        names = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
        return names[local.tm_wday]
    month = _months()[local.tm_mon - 1]
    if local.tm_year == time.localtime(now).tm_year:
        return tr("{day} {month}").format(day=local.tm_mday, month=month)
    return tr("{day} {month} {year}").format(day=local.tm_mday, month=month, year=local.tm_year)


def _months() -> tuple[str, ...]:
    return (
        tr("Jan"),
        tr("Feb"),
        tr("Mar"),
        tr("Apr"),
        tr("May"),
        tr("Jun"),
        tr("Jul"),
        tr("Aug"),
        tr("Sep"),
        tr("Oct"),
        tr("Nov"),
        tr("Dec"),
    )


def day_and_time(when: float | None) -> str:
    """The whole date of a message, such as ``Thursday, 12 Nov 2026, 14:05``; empty for None or out of range."""
    if when is None or not _format("%Y", when):
        return ""
    local = time.localtime(when)
    return tr("{weekday}, {day} {month} {year}, {time}").format(
        weekday=_weekday(when),
        day=local.tm_mday,
        month=_months()[local.tm_mon - 1],
        year=local.tm_year,
        time=clock(when),
    )


def day(when: float) -> str:
    """The local date in digits, such as ``2026-11-12``; empty for a time out of range."""
    if not _format("%Y", when):
        return ""
    local = time.localtime(when)
    return tr("{year}-{month}-{day}").format(
        year=local.tm_year, month=f"{local.tm_mon:02}", day=f"{local.tm_mday:02}"
    )


def when_past(when: float | None, now: float) -> str:
    """A past time within a sentence: ``at 14:05``, ``yesterday``, ``on Saturday``, ``on 2026-11-12``.

    This, `since` and `until` are whole phrases, because in many languages the article or the preposition depends on the
    kind of the time. Empty for None, and for a time out of range.
    """
    days = _days_between(when, now)
    if when is None or days is None:
        return ""
    if days == 0:
        return tr("at {clock}").format(clock=clock(when))
    if days == 1:
        return tr("yesterday")
    if 1 < days < _WEEK_DAYS:
        return tr("on {weekday}").format(weekday=_weekday(when))
    return tr("on {date}").format(date=day(when))


def since(when: float, now: float) -> str:
    """A span that began in the past: ``since 14:05``, ``since yesterday``, ``since Saturday``, ``since 2026-11-12``."""
    days = _days_between(when, now)
    if days is None:
        return ""
    if days == 0:
        return tr("since {clock}").format(clock=clock(when))
    if days == 1:
        return tr("since yesterday")
    if 1 < days < _WEEK_DAYS:
        return tr("since {weekday}").format(weekday=_weekday(when))
    return tr("since {date}").format(date=day(when))


def until(when: float, now: float) -> str:
    """A span that ends in the future: ``until 14:05``, ``until tomorrow, 08:00``, ``until 2026-11-24, 08:00``."""
    days = _days_between(when, now)
    if days is None:
        return ""
    if days == 0:
        return tr("until {clock}").format(clock=clock(when))
    if days == -1:
        return tr("until tomorrow, {clock}").format(clock=clock(when))
    return tr("until {date}, {clock}").format(date=day(when), clock=clock(when))


def _weekday(when: float) -> str:
    # strftime's %A uses the language of the C locale, which may differ from that of the other texts.
    names = (
        tr("Monday"),
        tr("Tuesday"),
        tr("Wednesday"),
        tr("Thursday"),
        tr("Friday"),
        tr("Saturday"),
        tr("Sunday"),
    )
    return names[time.localtime(when).tm_wday]


def _days_between(when: float | None, now: float) -> int | None:
    """Calendar days from `when` to `now` in local time; None where `when` is None or out of range."""
    if when is None:
        return None
    try:
        return (date(*time.localtime(now)[:3]) - date(*time.localtime(when)[:3])).days
    except (OverflowError, ValueError, OSError):  # a Date header may name any year
        return None


def _format(pattern: str, when: float) -> str:
    try:
        return time.strftime(pattern, time.localtime(when))
    except (OverflowError, ValueError, OSError):
        return ""
