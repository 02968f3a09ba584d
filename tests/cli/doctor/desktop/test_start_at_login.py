"""The start at log-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tray.cli.doctor.desktop.start_at_login import Start, findings, look
from tray.cli.doctor.finding import Mark
from tray.desktop.start.autostart import DesktopStart
from tray.desktop.storage.paths import planned

ENTRY = Path("/home/me/.config/autostart/x.desktop")


@pytest.mark.parametrize(
    ("seen", "mark"),
    [
        (Start(on=True, file=ENTRY), Mark.OK),
        (Start(on=False), Mark.NOTE),
        (Start(on=False, file=ENTRY), Mark.NOTE),
        (Start(on=False, file=ENTRY, program_is_there=False), Mark.PROBLEM),
    ],
)
def test_an_entry_whose_program_is_gone_is_a_problem(seen, mark):
    assert [each.mark for each in findings(seen)] == [mark]


def test_the_desktops_own_setting_is_read(tmp_path):
    paths = planned(tmp_path)
    assert look(paths) == Start(on=False)
    file = DesktopStart(paths).file
    file.parent.mkdir(parents=True)
    file.write_text("[Desktop Entry]\nType=Application\nExec=/nonexistent/mailbell\n")
    assert look(paths) == Start(on=False, file=file, program_is_there=False)
    file.write_text("[Desktop Entry]\nType=Application\nExec=/bin/sh\n")
    assert look(paths).on
