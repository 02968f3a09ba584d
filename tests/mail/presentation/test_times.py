"""Times as a person says them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from tray import i18n
from tray.mail.presentation.times import (
    ago,
    ahead,
    at,
    brief,
    clock,
    day,
    day_and_time,
    since,
    until,
    when_past,
)


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc).timestamp()


NOW = utc(2026, 11, 22, 13, 5)  # a Sunday, 14:05 where we are


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (NOW, "14:05"),
        (utc(2026, 11, 21, 23, 0), "00:00"),
        (utc(2026, 11, 21, 22, 59), "Yesterday"),
        (utc(2026, 11, 20, 12, 0), "Friday"),
        (utc(2026, 11, 16, 12, 0), "Monday"),
        (utc(2026, 11, 15, 12, 0), "2026-11-15"),
        (utc(2026, 11, 22, 22, 30), "23:30"),
        (utc(2026, 11, 23, 12, 0), "2026-11-23"),
        (None, ""),
        (1e15, ""),
        (float("inf"), ""),
        (float("nan"), ""),
    ],
)
def test_a_mail_came_at(when, expected):
    assert at(when, NOW) == expected
    # 25 October 2026 has 25 hours in Central Europe.
    assert at(utc(2026, 10, 24, 21, 30), utc(2026, 10, 25, 22, 30)) == "Yesterday"
    assert day(utc(2026, 11, 21, 23, 30)) == "2026-11-22"
    assert day(float("inf")) == clock(1e30) == ""


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (utc(2026, 11, 22, 17, 0), "until 18:00"),
        (utc(2026, 11, 23, 7, 0), "until tomorrow, 08:00"),
        (utc(2026, 11, 24, 7, 0), "until 2026-11-24, 08:00"),
        (1e30, ""),
    ],
)
def test_until(when, expected):
    assert until(when, NOW) == expected


@pytest.mark.parametrize(
    ("when", "past", "span"),
    [
        (NOW, "at 14:05", "since 14:05"),
        (utc(2026, 11, 21, 22, 59), "yesterday", "since yesterday"),
        (utc(2026, 11, 20, 12, 0), "on Friday", "since Friday"),
        (utc(2026, 11, 15, 12, 0), "on 2026-11-15", "since 2026-11-15"),
        (utc(2026, 11, 23, 12, 0), "on 2026-11-23", "since 2026-11-23"),
        (1e30, "", ""),
    ],
)
def test_a_past_time_within_a_sentence(when, past, span):
    assert when_past(when, NOW) == past
    assert since(when, NOW) == span
    assert when_past(None, NOW) == ""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["um 14:05", "gestern", "am Freitag", "seit gestern", "bis morgen, 08:00"]),
        ("fr", ["à 14:05", "hier", "vendredi", "depuis hier", "jusqu’à demain, 08:00"]),
        ("es", ["a las 14:05", "ayer", "el viernes", "desde ayer", "hasta mañana a las 08:00"]),
    ],
)
def test_a_time_within_a_sentence_has_the_articles_and_small_letters_of_its_language(language, expected):
    i18n.use_language(language)
    try:
        yesterday = utc(2026, 11, 21, 12, 0)
        said = [when_past(when, NOW) for when in (NOW, yesterday, utc(2026, 11, 20, 12, 0))]
        assert [*said, since(yesterday, NOW), until(utc(2026, 11, 23, 7, 0), NOW)] == expected
    finally:
        i18n.use_language("")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "in 0 seconds"),
        (1, "in 1 second"),
        (59.9, "in 59 seconds"),
        (60, "in 1 minute"),
        (7199, "in 1 hour"),
        (7200, "in 2 hours"),
        (86400, "in 1 day"),
        (260000, "in 3 days"),
    ],
)
def test_ahead(seconds, expected):
    assert ahead(seconds) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, "just now"),
        (9.9, "just now"),
        (10, "10 seconds ago"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (125, "2 minutes ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (200_000, "2 days ago"),
    ],
)
def test_ago(seconds, expected):
    assert ago(seconds) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (NOW, "now"),
        (NOW - 59, "now"),
        (NOW - 60, "1 min"),
        (NOW - 3599, "59 min"),
        (NOW - 3600, "1 h"),
        (NOW - 3 * 3600 + 1, "2 h"),
        (NOW - 3 * 3600, "11:05"),
        (NOW + 60, "14:06"),
        (utc(2026, 11, 21, 12, 0), "Yesterday"),
        (utc(2026, 11, 20, 12, 0), "Fri"),
        (utc(2026, 11, 16, 12, 0), "Mon"),
        (utc(2026, 11, 15, 12, 0), "15 Nov"),
        (utc(2026, 1, 2, 12, 0), "2 Jan"),
        (utc(2025, 11, 15, 12, 0), "15 Nov 2025"),
        (utc(2027, 3, 4, 12, 0), "4 Mar 2027"),
        (None, ""),
        (1e20, ""),
    ],
)
def test_a_date_as_short_as_it_can_be(when, expected):
    assert brief(when, NOW) == expected


@pytest.mark.parametrize(("when", "expected"), [(NOW, "Sunday, 22 Nov 2026, 14:05"), (None, ""), (1e20, "")])
def test_a_whole_date(when, expected):
    assert day_and_time(when) == expected
