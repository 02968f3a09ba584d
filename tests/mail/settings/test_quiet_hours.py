"""Quiet hours: what can be written, when they hold, and when they end, over midnight and when clocks are changed."""

from __future__ import annotations

import math
import time
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tray.mail.settings.quiet_hours import (
    DAY,
    InvalidQuietHours,
    Span,
    changes_at,
    ends_at,
    is_quiet,
    parse,
)

HOUR = 3600
NIGHT = ("22:00-07:00",)


def moment(text):
    """Unix seconds of a local time such as ``2026-11-20 21:59`` (a Friday), in Central European time."""
    return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M"))


def utc(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("mon-fri 22:00-07:00", "mon-fri 22:00-07:00"),
        ("  MON - FRI  22:00 - 7:00 ", "mon-fri 22:00-07:00"),
        ("22:00-07:00", "22:00-07:00"),
        ("mon-sun 22:00-07:00", "22:00-07:00"),
        ("sun,sat 00:00-24:00", "sat,sun 00:00-24:00"),
        ("sat,sun 0:00-0:00", "sat,sun 00:00-24:00"),
        ("sat-mon 09:00-17:30", "mon,sat,sun 09:00-17:30"),
        ("mon,tue,wed,fri 24:00-06:00", "mon-wed,fri 00:00-06:00"),
        ("tue,tue 12:00-13:00", "tue 12:00-13:00"),
    ],
)
def test_each_entry_has_one_canonical_form(written, wanted):
    assert parse(written).text == wanted
    assert parse(wanted).text == wanted


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "Write quiet hours like"),
        ("mon" + " " * 50_000 + "x", "Write quiet hours like"),
        ("at night", "Write quiet hours like"),
        ("mon 22-07", "Write quiet hours like"),
        ("mon 22:00", "Write quiet hours like"),
        ("22:00-07:00 mon", "Write quiet hours like"),
        ("22:00-07:00\n23:00-24:00", "Write quiet hours like"),
        ("mon 22:60-23:00", "22:60 is no time of the day."),
        ("mon 22:00-24:30", "24:30 is no time of the day."),
        ("mon 99:00-07:00", "99:00 is no time of the day."),
        ("mon 22:00-22:00", "begin when they end"),
        ("mon 24:00-00:30 x", "Write quiet hours like"),
        ("monday 22:00-07:00", "“monday” is no day"),
        ("mon, 22:00-07:00", "“” is no day"),
        ("mon-tue-wed 22:00-07:00", "“tue-wed” is no day"),
    ],
)
def test_what_is_no_entry_is_said_in_words(written, said):
    with pytest.raises(InvalidQuietHours, match=said):
        parse(written)


spans = st.builds(
    Span,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, DAY - 1),
    st.integers(1, DAY),
).filter(lambda span: span.start != span.end)


@given(spans)
def test_an_entry_comes_back_as_it_was_written(span):
    assert parse(span.text) == span


@pytest.mark.parametrize(
    ("entries", "when", "ends"),
    [
        (NIGHT, "2026-11-20 21:59", None),
        (NIGHT, "2026-11-20 22:00", "2026-11-21 07:00"),
        (NIGHT, "2026-11-21 06:59", "2026-11-21 07:00"),
        (NIGHT, "2026-11-21 07:00", None),
        (
            ("mon-fri 22:00-07:00",),
            "2026-11-21 03:00",
            "2026-11-21 07:00",
        ),  # Saturday morning: begun on Friday
        (("mon-fri 22:00-07:00",), "2026-11-21 23:00", None),
        (("mon-fri 22:00-07:00",), "2026-11-23 03:00", None),  # Monday morning: Sunday is not named
        (("sun 22:00-07:00",), "2026-11-23 03:00", "2026-11-23 07:00"),  # over the end of the week
        (("sun 22:00-24:00", "mon 00:00-06:00"), "2026-11-22 23:00", "2026-11-23 06:00"),
        (("sun 12:00-24:00", "mon 00:00-06:00", "mon 05:00-08:00"), "2026-11-23 01:00", "2026-11-23 08:00"),
        (("sat,sun 00:00-24:00",), "2026-11-21 12:00", "2026-11-23 00:00"),
        (("sat,sun 00:00-24:00", *NIGHT), "2026-11-20 22:30", "2026-11-23 07:00"),  # touching and overlapping
        (("12:00-13:00", "12:30-14:00"), "2026-11-20 12:10", "2026-11-20 14:00"),
        (("12:00-13:00", "13:00-14:00"), "2026-11-20 12:10", "2026-11-20 14:00"),
        (("12:00-13:00", "13:01-14:00"), "2026-11-20 12:10", "2026-11-20 13:00"),
        ((), "2026-11-20 12:10", None),
    ],
)
def test_they_hold_and_end_as_they_say(entries, when, ends):
    now = moment(when)
    assert is_quiet(entries, now) is (ends is not None)
    assert ends_at(entries, now + 30) == (None if ends is None else moment(ends))
    assert is_quiet(NIGHT, 0.0, lambda _: time.localtime(moment("2026-11-20 23:00")))  # another clock


@pytest.mark.parametrize(
    ("entries", "now", "change"),
    [
        (NIGHT, "2026-11-20 23:00", "2026-11-21 07:00"),
        (NIGHT, "2026-11-21 07:00", "2026-11-21 22:00"),
        (("fri 12:00-13:00",), "2026-11-20 13:00", "2026-11-27 12:00"),
    ],
)
def test_the_next_change_is_the_end_or_the_next_beginning(entries, now, change):
    assert changes_at(entries, moment(now)) == moment(change)
    assert changes_at((), moment(now)) == math.inf


@pytest.mark.parametrize(
    "entries",
    [
        ("00:00-24:00",),
        ("07:00-22:00", "22:00-07:00"),
        ("mon-sat 00:00-24:00", "sun 00:00-24:00"),
        ("fri 12:00-24:00", "sat-thu 00:00-24:00", "fri 00:00-13:00"),
        ("12:00-11:59", "11:00-13:00"),
        ("00:01-00:02", "00:02-00:01"),
    ],
)
@pytest.mark.parametrize("now", ["2026-11-20 12:00", "2026-11-23 00:00"])
def test_quiet_hours_without_a_gap_never_end(entries, now):
    assert ends_at(entries, moment(now)) == math.inf
    assert changes_at(entries, moment(now)) == math.inf


def test_an_hour_that_comes_twice_is_quiet_twice():
    """25 October 2026: at 03:00 summer time (01:00 UTC) it is 02:00 again."""
    entries = ("02:15-02:45",)
    assert ends_at(entries, utc("2026-10-25 00:20")) == utc("2026-10-25 00:45")
    assert changes_at(entries, utc("2026-10-25 00:50")) == utc("2026-10-25 01:15")
    assert ends_at(entries, utc("2026-10-25 01:20")) == utc("2026-10-25 01:45")


def test_a_night_in_which_clocks_are_put_back_is_an_hour_longer():
    assert ends_at(NIGHT, moment("2026-10-24 22:00")) == moment("2026-10-24 22:00") + 10 * HOUR
    assert ends_at(NIGHT, moment("2026-03-28 22:00")) == moment("2026-03-28 22:00") + 8 * HOUR  # forward
    assert ends_at(("22:00-02:30",), moment("2026-10-24 23:00")) == utc("2026-10-25 00:30")
    assert not is_quiet(("22:00-02:30",), utc("2026-10-25 00:45"))
    assert is_quiet(("22:00-02:30",), utc("2026-10-25 01:15"))


def test_where_clocks_jump_each_minute_counts():
    """25 October 2026: of an hour that comes twice, quiet ends in the first minute after it."""
    assert ends_at(("22:00-02:01",), utc("2026-10-25 00:00")) == utc("2026-10-25 00:01")
    assert ends_at(("22:00-03:01",), utc("2026-10-24 20:00")) == utc("2026-10-25 02:01")
    assert changes_at(("02:59-03:30",), utc("2026-10-25 00:57")) == utc("2026-10-25 00:59")


def test_an_hour_that_never_comes_ends_and_begins_with_the_change():
    """29 March 2026: at 02:00 (01:00 UTC) it is 03:00."""
    change = utc("2026-03-29 01:00")
    assert ends_at(("22:00-02:30",), moment("2026-03-28 23:00")) == change
    assert changes_at(("02:30-05:00",), moment("2026-03-28 23:00")) == change
    assert changes_at(("02:10-02:50",), moment("2026-03-28 23:00")) == moment("2026-03-30 02:10")


@settings(max_examples=60)
@given(st.lists(spans, min_size=1, max_size=4), st.integers(1_790_000_000, 1_793_000_000))
def test_the_change_is_the_first_minute_that_is_judged_otherwise(found, now):
    entries = tuple(span.text for span in found)
    quiet = is_quiet(entries, now)
    change = changes_at(entries, now)
    minute = now - now % 60 + 60
    for _ in range(60):
        if minute >= change:
            break
        assert is_quiet(entries, minute) is quiet
        minute += 60
    if not math.isinf(change):
        assert is_quiet(entries, change) is not quiet
        assert is_quiet(entries, change - 60) is quiet
