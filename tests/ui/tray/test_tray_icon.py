"""The icon in the tray: what it shows and what its clicks do."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QSystemTrayIcon

from tests.ui.summaries import account, now, summary, title
from tray.ui.tray.tray_icon import TrayIcon
from tray.ui.widgets.plain_text import LabelStyle

SOME = summary(account("w", title(1)))


@pytest.fixture
def icon(recorder):
    return TrayIcon(recorder.commands, now)


@pytest.fixture
def tray(icon):
    """Qt's icon, on screen with `SOME` mail."""
    icon.render(SOME)
    icon.show()
    (tray,) = icon.findChildren(QSystemTrayIcon)
    return tray


def test_shows_what_was_rendered_before_and_after(icon, tray):
    assert "1 unseen" in tray.toolTip()
    before = tray.icon().cacheKey()
    icon.render(summary(account("w")))
    assert "no unseen mail" in tray.toolTip()
    assert tray.icon().cacheKey() != before


def test_the_same_look_is_not_sent_again(icon, tray):
    """35 kB of pixels go over the bus only when they differ."""
    before = tray.icon().cacheKey()
    icon.render(summary(account("w", title(2, "Another"))))
    assert tray.icon().cacheKey() == before


def test_left_click_opens_the_mail_once(tray, recorder):
    """A double click is told as two Triggers (StatusNotifierItem) or as a Trigger and a DoubleClick (XEmbed)."""
    tray.activated.emit(QSystemTrayIcon.Trigger)
    tray.activated.emit(QSystemTrayIcon.Trigger)
    tray.activated.emit(QSystemTrayIcon.DoubleClick)
    assert recorder.asked == [("open_mail",)]


def test_left_click_without_account_opens_the_settings(icon, recorder):
    icon.render(summary())
    icon.show()
    icon.findChildren(QSystemTrayIcon)[0].activated.emit(QSystemTrayIcon.Trigger)
    assert recorder.asked == [("open_settings",)]


def test_middle_click_checks_now(tray, recorder):
    tray.activated.emit(QSystemTrayIcon.Context)
    tray.activated.emit(QSystemTrayIcon.MiddleClick)
    assert recorder.asked == [("check_now",)]


def test_the_balloon_tells_of_its_click(icon, tray):
    icon.show_message("Hello", "World")
    tray.messageClicked.emit()
    clicks = []
    icon.message_clicked = lambda: clicks.append(1)
    tray.messageClicked.emit()
    assert clicks == [1]


def test_hides_and_comes_back(icon):
    icon.show()
    icon.hide()
    icon.show()
    (tray,) = icon.findChildren(QSystemTrayIcon)
    assert tray.isVisible()
    assert tray.contextMenu() is not None
    assert not tray.icon().isNull()


def test_an_icon_that_was_shown_over_the_bus_goes_with_it(icon, qapp, monkeypatch):
    assert not icon.drop_from_dbus()
    icon.render(SOME)
    icon.show()
    assert not icon.drop_from_dbus()
    assert icon.in_tray
    icon._style = LabelStyle.DBUS
    assert icon.drop_from_dbus()
    assert not icon.in_tray
    assert not icon.drop_from_dbus()
    icon.render(summary(account("w")))
    icon.show_message("Hello", "World")
    qapp.sendPostedEvents(None, QEvent.DeferredDelete)
    assert icon.findChildren(QSystemTrayIcon) == []
