"""What a panel, or none, means."""

from __future__ import annotations

import pytest

from tray.cli.doctor.desktop.tray_icon import Tray, findings
from tray.cli.doctor.finding import Mark

HOST = {"watcher": True, "host": True}


@pytest.mark.parametrize(
    ("seen", "mark", "words"),
    [
        (Tray(**HOST), Mark.OK, "shows tray icons"),
        (Tray(**HOST, program="waybar"), Mark.OK, "(waybar)"),
        (Tray(xembed=True), Mark.OK, "older way of X11"),
        (Tray(desktop="ubuntu:GNOME"), Mark.NOTE, "small window"),
        (Tray(desktop="GNOME", extension=False), Mark.NOTE, "installed, but"),
        (Tray(desktop="sway"), Mark.NOTE, "No panel"),
        (Tray(watcher=True, desktop="KDE"), Mark.NOTE, "no panel shows them"),
    ],
)
def test_a_panel_is_told_from_none(seen, mark, words):
    (found,) = findings(seen)
    assert found.mark is mark
    assert words in found.found
    assert bool(found.advice) == (mark is not Mark.OK)


@pytest.mark.parametrize("extension", [None, True, False])
def test_on_gnome_the_extension_is_named(extension):
    (found,) = findings(Tray(desktop="GNOME", extension=extension))
    assert "AppIndicator and KStatusNotifierItem Support" in found.advice


@pytest.mark.parametrize(
    ("has_icon", "xembed", "marks"),
    [
        (None, False, [Mark.OK]),
        (True, False, [Mark.OK, Mark.OK]),
        (False, False, [Mark.OK, Mark.NOTE]),
        (False, True, [Mark.OK]),
    ],
)
def test_a_panel_that_has_lost_the_icon_is_told(has_icon, xembed, marks):
    found = findings(Tray(**HOST, has_icon=has_icon, xembed=xembed))
    assert [each.mark for each in found] == marks
