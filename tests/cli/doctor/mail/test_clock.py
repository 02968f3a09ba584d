"""A clock that is wrong, by files and by certificates."""

from __future__ import annotations

import pytest

from tray.cli.doctor.finding import Mark
from tray.cli.doctor.mail.clock import Clock, against_certificates, findings, look
from tray.desktop.storage.paths import planned

DAY = 86_400
NOW = 1_800_000_000.0


def clock(newest=0.0, synchronised=None):
    return Clock(NOW, "CET, UTC+0100", newest, synchronised)


@pytest.mark.parametrize(
    ("seen", "marks"),
    [
        (clock(), [Mark.OK]),
        (clock(synchronised=True), [Mark.OK, Mark.OK]),
        (clock(synchronised=False), [Mark.OK, Mark.NOTE]),
        (clock(newest=NOW + DAY / 2), [Mark.OK]),
        (clock(newest=NOW + 2 * DAY), [Mark.PROBLEM]),
    ],
)
def test_a_clock_before_the_files_of_the_program_is_wrong(seen, marks):
    assert [each.mark for each in findings(seen)] == marks


def test_the_clock_and_its_zone_are_shown():
    assert findings(clock())[0].found == (
        "The clock says 2027-01-15 08:00 UTC; the time zone is CET, UTC+0100."
    )


GOOD, EXPIRED, EARLY = (NOW - DAY, NOW + DAY), (NOW - 9 * DAY, NOW - DAY), (NOW + DAY, NOW + 9 * DAY)


@pytest.mark.parametrize(
    ("dates", "marks"),
    [
        ([], []),
        ([GOOD, GOOD], [Mark.OK]),
        ([EXPIRED], [Mark.NOTE]),
        ([GOOD, EXPIRED], [Mark.NOTE]),
        ([EXPIRED, EXPIRED], [Mark.PROBLEM]),
        ([GOOD, EARLY], [Mark.PROBLEM]),
    ],
)
def test_certificates_that_do_not_fit_speak_against_the_clock(dates, marks):
    """A single one has simply expired; that is told with its account."""
    found = against_certificates(NOW, [("imap.example.org", *each) for each in dates])
    assert [each.mark for each in found] == marks


def test_files_of_this_program_are_not_in_the_future(tmp_path):
    assert findings(look(planned(tmp_path)))[0].mark is Mark.OK
