"""Tests of dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.dates import header_date, internal_date

NOON = 1_706_785_872.0  # 2024-02-01 11:11:12 UTC


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (" 1-Feb-2024 12:11:12 +0100", NOON),
        ("01-feb-2024 11:11:12 +0000", NOON),
        ("1-FEB-2024 06:41:12 -0430", NOON),
        ("01-Feb-2024 11:11:60 +0000", NOON + 47),
        ("01-Jan-1960 00:00:00 +0000", -315_619_200.0),
        ("02-Feb-2024 11:10:12 +2359", NOON),
        ("01-Feb-2024 11:11:12 +2400", NOON),  # no zone is a day from Greenwich
        ("01-Feb-2024 11:11:12 +9999", NOON),
        ("01-Feb-2024 11:11:61 +0000", None),
        ("31-Feb-2024 11:11:12 +0000", None),
        ("01-Foo-2024 11:11:12 +0000", None),
        ("01-Feb-0000 11:11:12 +0000", None),
        ("01-Feb-2024 11:11:12", None),
        ("", None),
        ("\0", None),
        ("٠١-Feb-2024 11:11:12 +0000", None),
    ],
)
def test_internal_dates(text: str, seconds: float | None) -> None:
    assert internal_date(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 1 Feb 2024 11:11:12 +0000", NOON),
        ("1 Feb 2024 12:11:12 +0100 (CET)", NOON),
        ("Thu,  01 Feb 24 06:11:12 EST", NOON),
        ("Thursday, 1-Feb-2024 11:11:12 GMT", NOON),
        ("Thu 1 February 2024, 11:11:12Z", NOON),
        ("Thu, (so (it is)) 1 Feb 2024 11:11 UT", None),
        ("Thu, 1 Feb 2024 11:11 UT", NOON - 12),
        ("1 Feb 124 11:11:12", NOON),
        ("1 Feb 2024 11:11:12.123 XYZ", NOON),
        ("Чт, 1 Feb 2024 11:11:12 +0000", NOON),
        ("Sat, 1 Feb 75 11:11:12 +0000", 160_485_072.0),
        ("Sat, 1 Jan 49 00:00:00 +0000", 2_493_072_000.0),
        ("Sun, 1 Jan 50 00:00:00 +0000", -631_152_000.0),
        ("Thu, 30 Feb 2024 11:11:12 +0000", None),
        ("now", None),
        ("", None),
    ],
)
def test_header_dates(text: str, seconds: float | None) -> None:
    assert header_date(text) == seconds


@pytest.mark.parametrize(
    ("time", "zone"),
    [
        ("07:11:12", "EDT"),
        ("06:11:12", "EST"),
        ("06:11:12", "cdt"),
        ("05:11:12", "CST"),
        ("05:11:12", "MDT"),
        ("04:11:12", "MST"),
        ("04:11:12", "PDT"),
        ("03:11:12", "pst"),
    ],
)
def test_the_zones_of_north_america_have_names(time: str, zone: str) -> None:
    assert header_date(f"Thu, 1 Feb 2024 {time} {zone}") == NOON


@given(st.text(alphabet="0123456789 -+:,()FebThuGMTZ\0٣", max_size=60))
def test_no_text_makes_a_date_raise(text: str) -> None:
    header_date(text)
    internal_date(text)
