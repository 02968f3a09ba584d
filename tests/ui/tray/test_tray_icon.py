"""The icon in the tray: what it shows and what its clicks do."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QSystemTrayIcon

from tests.ui.summaries import NOW, account, now, summary, title
from tray.mail.model.status import Watching
from tray.mail.presentation.summary import IconState
from tray.mail.settings.choices import IconCount, LeftClick
from tray.mail.settings.settings import Settings
from tray.ui.tray import tray_icon as tray_icon_module
from tray.ui.tray.panel import Panel, present_panel
from tray.ui.tray.tray_icon import TrayIcon
from tray.ui.widgets.icons import tray_icon
from tray.ui.widgets.plain_text import LabelStyle

SOME = summary(account("w", title(1)))
NONE = summary(account("w", title(1, unseen=False)))


@pytest.fixture
def chosen():
    """The settings that differ from the defaults."""
    return {}


@pytest.fixture
def icon(recorder, chosen):
    return TrayIcon(recorder.commands, now, lambda: Settings(**chosen))


@pytest.fixture
def tray(icon):
    """Qt's icon, on screen with `SOME` mail."""
    icon.render(SOME)
    icon.show()
    (tray,) = icon.findChildren(QSystemTrayIcon)
    return tray


def test_shows_what_was_rendered_before_and_after(icon, tray):
    assert "1 unread" in tray.toolTip()
    before = tray.icon().cacheKey()
    icon.render(summary(account("w")))
    assert "no unread mail" in tray.toolTip()
    assert tray.icon().cacheKey() != before


def test_the_same_look_is_not_sent_again(icon, tray):
    """35 kB of pixels go over the bus only when they differ."""
    before = tray.icon().cacheKey()
    icon.render(summary(account("w", title(2, "Another"))))
    assert tray.icon().cacheKey() == before


def test_a_confirmation_changes_the_tooltip_and_asks_nothing_else_of_the_panel(icon, tray, monkeypatch):
    changed, before, actions = [], tray.toolTip(), [each.text() for each in icon._menu.menu.actions()]
    monkeypatch.setattr(icon, "_item", SimpleNamespace(changed=changed.append))
    later = summary(account("w", title(1), status=Watching(NOW, NOW + 600)))
    icon.render_times(later)
    assert tray.toolTip() != before
    icon.render_times(later)  # within the same minute
    assert changed == ["ToolTip"]
    assert [each.text() for each in icon._menu.menu.actions()] == actions
    icon._hidden = True
    icon.render_times(SOME)  # a panel that shows no icon is told nothing
    assert (tray.toolTip(), changed) == (before, ["ToolTip"])


def test_left_click_opens_the_window_once(tray, recorder):
    """A double click is told as two Triggers (StatusNotifierItem) or as a Trigger and a DoubleClick (XEmbed)."""
    tray.activated.emit(QSystemTrayIcon.Trigger)
    tray.activated.emit(QSystemTrayIcon.Trigger)
    tray.activated.emit(QSystemTrayIcon.DoubleClick)
    assert recorder.asked == [("toggle_window",)]


def test_left_click_opens_the_mail_where_that_is_wanted(tray, recorder, chosen):
    chosen["left_click"] = LeftClick.MAIL
    tray.activated.emit(QSystemTrayIcon.Trigger)
    assert recorder.asked == [("open_mail", "")]


@pytest.mark.parametrize("platform", ["xcb", "wayland"])
def test_left_click_opens_the_menu_where_that_can_be_done(
    icon, tray, recorder, chosen, monkeypatch, platform
):
    """On Wayland a menu needs a window to belong to; there is none."""
    chosen["left_click"] = LeftClick.MENU
    monkeypatch.setattr(tray_icon_module.QGuiApplication, "platformName", lambda: platform)
    tray.activated.emit(QSystemTrayIcon.Trigger)
    menu = tray.contextMenu()
    assert menu.isVisible() == (platform == "xcb")
    assert recorder.asked == ([] if platform == "xcb" else [("toggle_window",)])
    menu.hide()


@pytest.mark.parametrize(("count", "shown"), [(IconCount.UNREAD, 1), (IconCount.NEW, 7), (IconCount.NONE, 0)])
def test_the_number_on_the_icon_is_the_chosen_one(icon, tray, chosen, count, shown):
    chosen["icon_count"] = count
    icon.render(SOME, new=7)
    assert tray.icon().cacheKey() == tray_icon(IconState.UNSEEN, shown).cacheKey()


def test_the_icon_is_hidden_while_nothing_is_new_where_that_is_wanted(icon, tray, chosen):
    chosen["hide_icon"] = True
    icon.render(NONE)
    icon.show()  # a panel has dropped it
    assert (icon.hidden, tray.isVisible()) == (True, False)
    for other in (SOME, summary(), summary(account("w"), icon=IconState.TROUBLE)):
        icon.render(other)
        assert (icon.hidden, tray.isVisible()) == (False, True)
        icon.render(NONE)
        assert not tray.isVisible()
    chosen["icon_count"] = IconCount.NEW
    icon.render(SOME, new=0)
    assert not tray.isVisible()
    chosen["hide_icon"] = False
    icon.render(NONE)
    assert tray.isVisible()


@pytest.mark.parametrize(
    ("desktop", "hosted", "panel"),
    [
        ("KDE", False, Panel(LabelStyle.QT, True, 12, False)),
        ("KDE", True, Panel(LabelStyle.DBUS, True, 12, False, True)),
        ("LXQt", True, Panel(LabelStyle.DBUS, True, 12, False)),
        ("ubuntu:GNOME", True, Panel(LabelStyle.DBUS, False, 9, True)),
        ("sway", True, Panel(LabelStyle.DBUS, False, 12, False)),
        ("", True, Panel(LabelStyle.DBUS, False, 12, False)),
    ],
)
def test_how_a_panel_draws_is_known_by_its_desktop(monkeypatch, desktop, hosted, panel):
    class Bus:
        def isConnected(self):
            return True

        def interface(self):
            return self

        def isServiceRegistered(self, _name):
            return self

        def value(self):
            return hosted

    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    monkeypatch.setattr("tray.ui.tray.panel.QDBusConnection.sessionBus", Bus)
    assert present_panel() == panel


def test_a_screen_reader_changes_the_menu_at_once(icon, tray):
    icon.set_screen_reader(True)
    assert any(", unread" in action.text() for action in tray.contextMenu().actions())


def test_left_click_without_account_offers_to_add_one(icon, recorder):
    icon.render(summary())
    icon.show()
    icon.findChildren(QSystemTrayIcon)[0].activated.emit(QSystemTrayIcon.Trigger)
    assert recorder.asked == [("add_account",)]


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
    icon._panel = Panel(LabelStyle.DBUS)
    assert icon.drop_from_dbus()
    assert not icon.in_tray
    assert not icon.drop_from_dbus()
    icon.render(summary(account("w")))
    icon.show_message("Hello", "World")
    qapp.sendPostedEvents(None, QEvent.DeferredDelete)
    assert icon.findChildren(QSystemTrayIcon) == []
