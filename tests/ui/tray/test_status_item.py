"""What panels are told of the icon; on a real panel it is seen in tests/e2e."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from PyQt5.QtGui import QColor, QImage
from PyQt5.QtWidgets import QSystemTrayIcon

from tests.ui.summaries import account, now, summary, title
from tray.mail.presentation.summary import IconState
from tray.mail.settings.choices import LeftClick
from tray.mail.settings.settings import Settings
from tray.ui.tray import status_item as status_item_module
from tray.ui.tray.panel import Panel
from tray.ui.tray.status_item import StatusItem, _network_order
from tray.ui.tray.tray_icon import TrayIcon
from tray.ui.widgets.icons import tray_icon
from tray.ui.widgets.plain_text import LabelStyle


@pytest.fixture
def tray(qapp):
    return QSystemTrayIcon(tray_icon(IconState.QUIET, 0))


@pytest.fixture
def item(tray):
    return StatusItem(tray, "Mailbell", refusal_opens_menu=True)


def test_a_token_is_for_one_click(item, monkeypatch):
    assert item.take_token() == ""
    item.keep_token("abc")
    assert (item.take_token(), item.take_token()) == ("abc", "")
    monkeypatch.setattr(status_item_module.time, "monotonic", iter((0.0, 61.0)).__next__)
    item.keep_token("old")
    assert item.take_token() == ""


def test_without_qts_own_item_there_is_nothing_to_stand_for(item):
    """As in an XEmbed tray."""
    assert not item.attach()
    item.changed("Icon")


def test_answers_are_awaited_for_half_a_second_after_panels_were_told_something(item, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(status_item_module.time, "monotonic", lambda: moment[0])
    item.changed("Icon")
    assert item.awaited == 0  # nobody is told without a connection
    connection = SimpleNamespace(
        send=lambda _: None, unregisterObject=lambda _: None, registerObject=lambda *_: True
    )
    monkeypatch.setattr(status_item_module, "_connection_of_item", lambda: connection)
    for tell in (item.attach, lambda: item.changed("ToolTip")):
        tell()
        assert item.awaited == 0.5
        moment[0] += 0.25
        assert item.awaited == 0.25
        moment[0] += 0.25
        assert item.awaited == 0


def test_a_click_is_refused_only_where_that_opens_the_menu(tray, item):
    assert not item.refuses_clicks
    item.is_menu = True
    assert item.refuses_clicks
    other = StatusItem(tray, "Mailbell", refusal_opens_menu=False)
    other.is_menu = True
    assert not other.refuses_clicks


_TIMERS = """
from PyQt5.QtWidgets import QApplication, QSystemTrayIcon
from tray.mail.presentation.summary import IconState
from tray.ui.tray.status_item import StatusItem
from tray.ui.widgets.icons import tray_icon

application = QApplication(["test"])
timers = QApplication.eventDispatcher()
tray = QSystemTrayIcon(tray_icon(IconState.QUIET, 3))
item = StatusItem(tray, "Mailbell", refusal_opens_menu=False)


def running():
    return sum(timers.remainingTime(number) >= 0 for number in range(1, 1000))


before = running()
item.values()
print(running() - before)
tray.icon().pixmap(16)
print(running() - before)
"""


def test_what_a_panel_asks_for_starts_no_timer():
    """Qt's cache of pixmaps has one that wakes the program for minutes."""
    done = subprocess.run([sys.executable, "-c", _TIMERS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "1"]


def test_the_pictures_of_an_icon_are_made_once(tray, item, monkeypatch):
    """Panels ask for them with each tooltip."""
    made = []
    monkeypatch.setattr(status_item_module, "_pictures", lambda icon: made.append(icon.cacheKey()) or [])
    for count in (0, 0, 5, 5):
        tray.setIcon(tray_icon(IconState.QUIET, count))
        item._present_pictures()
    assert made == [tray_icon(IconState.QUIET, count).cacheKey() for count in (0, 5)]


def test_pixels_are_sent_in_network_byte_order(qapp):
    image = QImage(1, 2, QImage.Format_ARGB32)
    image.setPixelColor(0, 0, QColor(0x22, 0x33, 0x44, 0x11))
    image.setPixelColor(0, 1, QColor(0x66, 0x77, 0x88, 0x55))
    assert _network_order(image) == bytes.fromhex("1122334455667788")


def test_the_choice_of_the_menu_is_known_to_the_panel_when_the_icon_appears(recorder, monkeypatch):
    monkeypatch.setattr("tray.ui.tray.tray_icon.present_panel", lambda: Panel(LabelStyle.DBUS))
    chosen = {}
    icon = TrayIcon(recorder.commands, now, lambda: Settings(**chosen))
    attached = []
    monkeypatch.setattr(icon._item, "attach", lambda: attached.append(icon._item.is_menu))
    icon.render(summary(account("w")))
    icon.show()
    chosen["left_click"] = LeftClick.MENU
    icon.render(summary(account("w")))
    icon.render(summary(account("w")))
    assert attached == [False, True]


class Item:
    """A StatusItem: what it was told, and how long panels await answers."""

    is_menu = False

    def __init__(self):
        self.awaited = 0.0
        self.done = []

    def attach(self):
        self.done.append("attach")

    def changed(self, name):
        self.done.append(name)


@pytest.fixture
def shown(recorder, monkeypatch):
    """An icon on the bus that may be hidden, and shows a new mail."""
    monkeypatch.setattr("tray.ui.tray.tray_icon.present_panel", lambda: Panel(LabelStyle.DBUS))
    icon = TrayIcon(recorder.commands, now, lambda: Settings(hide_icon=True))
    icon._item = Item()
    icon.render(summary(account("w", title(1))))
    icon.show()
    assert icon._item.done == ["Icon", "ToolTip", "attach"]
    icon._item.done.clear()
    return icon


def test_an_icon_goes_only_when_the_panel_has_its_answers(shown, spin):
    """Else the tray of Xfce's panel (4.18) crashes: nine times in forty."""
    shown._item.awaited = 0.05
    shown.render(summary(account("w")))
    assert shown.hidden
    assert shown._tray.isVisible()
    shown._item.awaited = 0.0
    spin(lambda: not shown._tray.isVisible())
    assert shown._item.done == []  # a panel that is told of a change asks
    shown.render(summary(account("w", title(1))))
    assert shown._tray.isVisible()
    assert shown._item.done == ["attach"]


def test_an_icon_that_is_wanted_again_before_it_is_gone_stays(shown, spin):
    shown._item.awaited = 0.05
    shown.render(summary(account("w")))
    shown.render(summary(account("w", title(1))))
    assert shown._tray.isVisible()
    shown._item.awaited = 0.0
    spin(lambda: shown._item.done)
    assert (shown._tray.isVisible(), shown._item.done) == (True, ["attach"])


@pytest.mark.parametrize("end", [TrayIcon.hide, TrayIcon.drop_from_dbus])
def test_an_icon_that_waits_to_go_is_not_shown_again(shown, spin, end):
    shown._item.awaited = 0.01
    shown.render(summary(account("w")))
    end(shown)
    assert not shown._show_again.isActive()
