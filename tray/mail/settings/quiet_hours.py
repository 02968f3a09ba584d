"""Quiet hours: weekly spans of local time such as ``mon-fri 22:00-07:00``, in which toasts are postponed."""

from __future__ import annotations

import math
import re
import time
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    LocalTime = Callable[[float], time.struct_time]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
"""Minutes."""
_WEEK = 7 * DAY
_TEXT_LIMIT = 100  # characters; all days by their names and two times have fifty
_ENTRY = re.compile(
    r"(?:(?P<days>[a-z][a-z,\s-]*?)\s+)?(?P<start>\d{1,2}:\d\d)\s*-\s*(?P<end>\d{1,2}:\d\d)", re.ASCII
)


class InvalidQuietHours(ValueError):  # noqa: N818
    """A text that is no valid entry; the exception's text is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Span:
    """One entry; an `end` before `start` is on the next day."""

    days: frozenset[int]
    """Days on which it begins, 0 for Monday."""
    start: int
    """Minute of the day, 0 to 1439."""
    end: int
    """Minute of the day, 1 to 1440; differs from `start`."""

    @property
    def text(self) -> str:
        """The canonical text; without days where it holds on every day."""
        hours = f"{_clock(self.start)}-{_clock(self.end)}"
        return hours if len(self.days) == len(DAYS) else f"{_named(sorted(self.days))} {hours}"


def parse(text: str) -> Span:
    """The entry in `text`, such as ``sat,sun 00:00-24:00``; raises `InvalidQuietHours`."""
    match = _ENTRY.fullmatch(text.strip().lower()) if len(text) <= _TEXT_LIMIT else None
    if match is None:
        raise InvalidQuietHours(
            tr("Write quiet hours like “mon-fri 22:00-07:00”, or “22:00-07:00” for every day.")
        )
    start, end = _minute(match["start"]), _minute(match["end"])
    if start == DAY:
        start = 0
    if end == 0:
        end = DAY
    if start == end:
        raise InvalidQuietHours(
            tr("These quiet hours begin when they end; write 00:00-24:00 for a whole day.")
        )
    return Span(_days(match["days"]), start, end)


def is_quiet(entries: Sequence[str], now: float, localtime: LocalTime = time.localtime) -> bool:
    """Whether any of `entries` (texts for `parse`) holds at `now` (Unix seconds), by local time.

    An hour that is repeated when clocks are put back is quiet twice.
    """
    return bool(_quiet_minutes(tuple(entries))[_of_week(localtime(now))])


def ends_at(entries: Sequence[str], now: float, localtime: LocalTime = time.localtime) -> float | None:
    """The first moment after `now` at which no entry holds (Unix seconds).

    None where it is not quiet at `now`; infinity where the entries cover the whole week.
    """
    return changes_at(entries, now, localtime) if is_quiet(entries, now, localtime) else None


def changes_at(entries: Sequence[str], now: float, localtime: LocalTime = time.localtime) -> float:
    """The first moment after `now` at which `is_quiet` changes (Unix seconds), infinity for none."""
    week, minute = _quiet_minutes(tuple(entries)), _of_week(localtime(now))
    change = (week + week).find(not week[minute], minute)
    if change < 0:
        return math.inf
    full = now - now % 60
    due = full + 60 * (change - minute)
    if _of_week(localtime(due)) == change % _WEEK:
        return due
    moment = full + 60  # clocks are changed before it
    while week[_of_week(localtime(moment))] == week[minute]:
        moment += 60
    return moment


@lru_cache(maxsize=64)
def _quiet_minutes(entries: tuple[str, ...]) -> bytes:
    """For each minute of the week 1 where it is quiet, else 0."""
    weeks = bytearray(2 * _WEEK)  # on Sunday an entry may end in the next week
    for span in map(parse, entries):
        length = (span.end - span.start) % DAY or DAY
        for day in span.days:
            first = day * DAY + span.start
            weeks[first : first + length] = b"\1" * length
    return bytes(this | beyond for this, beyond in zip(weeks[:_WEEK], weeks[_WEEK:], strict=True))


def _of_week(local: time.struct_time) -> int:
    return local.tm_wday * DAY + local.tm_hour * 60 + local.tm_min


def _minute(clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if hour * 60 + minute > DAY or minute > 59:  # noqa: PLR2004 -- of an hour
        raise InvalidQuietHours(tr("{clock} is no time of the day.").format(clock=clock))
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(text: str | None) -> frozenset[int]:
    if text is None:
        return frozenset(range(len(DAYS)))
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        start = _day(first)
        end = _day(last) if dash else start
        found.update((start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1))
    return frozenset(found)


def _day(word: str) -> int:
    if word not in DAYS:
        raise InvalidQuietHours(
            tr("“{word}” is no day; the days are {days}.").format(word=word[:20], days=", ".join(DAYS))
        )
    return DAYS.index(word)


def _named(days: Iterable[int]) -> str:
    """Days in order, runs of three and more as a range."""
    parts: list[str] = []
    for _, group in groupby(enumerate(days), lambda pair: pair[1] - pair[0]):
        run = [DAYS[day] for _, day in group]
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run  # noqa: PLR2004 -- two days are listed
    return ",".join(parts)
