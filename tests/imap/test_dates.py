"""Tests of dates."""

from __future__ import annotations

import pytest

from tray.imap.dates import unix_time

NOON = 1_706_785_872.0  # 2024-02-01 11:11:12 UTC


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (" 1-Feb-2024 12:11:12 +0100", NOON),
        ("1-FEB-2024 06:41:12 -0430", NOON),
        ("01-Jan-1960 00:00:00 +0000", -315_619_200.0),
        ("01-Feb-2024 11:11:61 +0000", None),
        ("31-Feb-2024 11:11:12 +0000", None),
        ("01-Foo-2024 11:11:12 +0000", None),
        ("01-Feb-2024 11:11:12", None),
        ("Thu, 1 Feb 2024 11:11:12 +0000" + " " * 200 + "x", NOON),
        ("1 Feb 2024 12:11:12 +0100 (CET)", NOON),
        ("Thu,  01 Feb 24 06:11:12 EST", NOON),
        ("Thursday, 1-Feb-2024 11:11:12 GMT", NOON),
        ("Thu, 1 Feb 2024 11:11 UT", NOON - 12),
        ("1 Feb 2024 11:11:12 XYZ", NOON),
        ("Чт, 1 Feb 2024 11:11:12 +0000", NOON),
        ("1 Jan 9999 00:00:00 -99999999999999", None),
        ("now", None),
        ("\0", None),
        ("", None),
    ],
)
def test_dates_of_servers_and_senders_are_read(text: str, seconds: float | None) -> None:
    assert unix_time(text) == seconds
