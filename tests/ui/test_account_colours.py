"""Colours, mute and quiet hours where accounts are shown: menu, window, list of accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QSize
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QRadioButton

from tests.ui.summaries import Sizes, account, now, summary, title
from tray.mail.model.account import SWATCHES
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.mail.settings.settings import Settings
from tray.ui.tray.menu import TrayMenu
from tray.ui.tray.panel import Panel
from tray.ui.tray.shared_entries import MuteMenu
from tray.ui.widgets.icons import colour_swatch, picture
from tray.ui.widgets.plain_text import LabelStyle
from tray.ui.window.mail_window import MailWindow

BLUE = "#2457d6"
WORK = replace(account("w", title(1), name="Work"), colour=BLUE)
HOME = replace(account("h", name="Home & all"), muted=True)


def colours(icon):
    image = icon.pixmap(QSize(32, 32)).toImage()
    return {image.pixelColor(across, 16).name() for across in range(32)}


@pytest.mark.parametrize("colour", ACCOUNT_COLOURS)
def test_a_dot_has_a_light_and_a_dark_ring(qapp, colour):
    image = picture(colour, 32)
    seen = {image.pixelColor(across, 16).name() for across in range(32)}
    assert {QColor(shade).name() for shade in (*SWATCHES, colour)} <= seen


def test_no_colour_is_no_dot(qapp):
    assert colour_swatch("").isNull()
    assert colour_swatch(BLUE) is colour_swatch(BLUE)


def test_the_menu_shows_the_colour_beside_the_account(recorder):
    menu = TrayMenu(recorder.commands, now, Panel(), Settings)
    menu.render(summary(WORK, HOME))
    lines = {action.text(): action for action in menu.menu.actions()}
    assert BLUE in colours(lines["Work: 1 unread"].icon())
    menu.render(summary(replace(WORK, colour="#1f8a4c"), HOME))
    assert "#1f8a4c" in colours(lines["Work: 1 unread"].icon())


def test_the_mute_menu_ticks_who_is_muted_and_asks_for_the_other(recorder):
    mutes = MuteMenu(recorder.commands.accounts)
    mutes.show_accounts((WORK, HOME))
    work, home = mutes.actions()
    assert [(one.text(), one.isChecked()) for one in (work, home)] == [("Work", False), ("Home && all", True)]
    work.trigger()
    home.trigger()
    assert recorder.asked == [("mute", "w", True), ("mute", "h", False)]


def test_its_lines_last(recorder):
    """A panel draws wrong what comes and goes."""
    mutes = MuteMenu(recorder.commands.accounts)
    mutes.show_accounts((WORK, HOME))
    lines = mutes.actions()
    mutes.show_accounts((HOME,), LabelStyle.DBUS)
    assert mutes.actions() == lines
    assert [line.isVisible() for line in lines] == [True, False]
    lines[1].trigger()
    assert recorder.asked == []


def test_the_window_shows_the_same(recorder):
    window = MailWindow(recorder.commands, now, Settings, Sizes())
    window.show_summary(summary(WORK, HOME))
    window.bring_up(has_tray=True)
    chips = window.findChildren(QRadioButton)
    assert [chip.text() for chip in chips][-2:] == ["Work", "Home & all"]
    assert BLUE in {chips[-2].grab().toImage().pixelColor(x, 14).name() for x in range(40)}
    (mutes,) = window.findChildren(MuteMenu)
    mutes.actions()[1].trigger()
    assert ("mute", "h", False) in recorder.asked
