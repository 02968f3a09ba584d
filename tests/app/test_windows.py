"""The icon where there is a tray, a window where there is none, and never a window that nobody needs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from tests.net.wire import result
from tray.app.windows import Windows
from tray.mail.settings.settings import Settings


class Icon:
    """The tray icon: what it was told, in order."""

    over_dbus = True
    awaited = 0.0
    is_cut_off = False

    def __init__(self, *_):
        self.in_tray = True
        self.message_clicked = None
        self.hidden = False
        self.done = []

    def render(self, summary, _new):
        self.done.append(("render", summary))

    def render_times(self, summary):
        self.done.append(("times", summary))

    def when_opened(self, opened):
        self.opened = opened

    def set_screen_reader(self, on):
        self.has_screen_reader = on

    def show(self):
        self.done.append("show")

    def hide(self):
        self.done.append("hide")

    def show_message(self, title, body):
        self.done.append(("message", title, body))

    def drop_from_dbus(self):
        return self.is_cut_off


class Window:
    """The window with the newest messages."""

    def __init__(self, *_):
        self.has_tray = False
        self.shown = []
        self.drawn = []
        self.alerts = self.hidden = 0
        self.visible = False

    def show_summary(self, summary):
        self.drawn.append(summary)

    def bring_up(self, **why):
        self.shown.append(why)
        self.visible = True

    def is_open(self):
        return self.visible

    def isVisible(self):
        return self.visible

    def close(self):
        self.visible = False

    def alert(self):
        self.alerts += 1

    def hide(self):
        self.hidden += 1


class Host:
    def __init__(self):
        self.done = []

    def wait(self, listener, patience_ms):
        self.done.append(("wait", listener, patience_ms))

    def watch_icon(self):
        self.done.append("watch icon")

    def unwatch_icon(self):
        self.done.append("unwatch icon")

    def stop(self):
        self.done.append("stop")


class First:
    """The icon of the first moment, where there was a panel."""

    def __init__(self, *icon):
        (self.icon,) = icon or (Icon(),)

    def connect(self, commands, settings):
        self.connected = commands, settings


class Desktop:
    """`Windows` beside a panel that a test plays, with the icons and windows that were made."""

    def __init__(self, monkeypatch, first=None):
        self.icons, self.opened = [], []
        monkeypatch.setattr("tray.ui.tray.tray_icon.TrayIcon", self._kept(Icon, self.icons))
        monkeypatch.setattr("tray.ui.window.mail_window.MailWindow", self._kept(Window, self.opened))
        monkeypatch.setattr("tray.ui.widgets.standalone.when_keyboard_is_free", lambda call: call())
        self.host, self.clock = Host(), Clock()
        style = SimpleNamespace(apply=lambda: None)
        self.windows = Windows(self.host, lambda: 0.0, self.clock, style, Settings, self, None, first)
        self.looks = 0

    @staticmethod
    def _kept(kind, made):
        def make(*arguments):
            made.append(kind(*arguments))
            return made[-1]

        return make

    # `NewMail`

    def count(self, _summary):
        return 0

    def looked(self):
        self.looks += 1

    def start(self):
        self.windows.start(object())
        self.clock.advance(0.05)
        return self.windows

    @property
    def icon(self):
        (icon,) = self.icons
        return icon

    @property
    def window(self):
        self.clock.pump([0.01, 0.01])
        (window,) = self.opened
        return window

    @property
    def no_window(self):
        self.clock.advance(0)
        return self.opened == []


@pytest.fixture
def desktop(monkeypatch):
    return Desktop(monkeypatch)


def test_the_icon_comes_with_what_there_is_to_show(desktop):
    windows = desktop.start()
    assert desktop.host.done == [("wait", windows, 5000)]
    clicked = object()
    windows.when_message_clicked(clicked)
    windows.render("summary")
    windows.show_message("first", "old")
    windows.show_message("Anna", "Lunch?")
    windows.on_tray()
    assert desktop.icon.done == [("render", "summary"), "show", ("message", "Anna", "Lunch?")]
    assert desktop.icon.message_clicked is clicked
    assert desktop.host.done[1:] == ["watch icon"]
    windows.on_tray()
    windows.render("later")
    windows.show_message("Bob", "Now")
    assert desktop.icon.done[3:] == [("render", "later"), ("message", "Bob", "Now")]
    assert desktop.no_window


def test_when_servers_last_answered_is_shown_in_the_tooltip(desktop):
    windows = desktop.start()
    windows.render_times("before there is an icon")
    windows.on_tray()
    windows.render_times("later")
    assert desktop.icon.done == [("render", "before there is an icon"), "show", ("times", "later")]
    windows.stop()
    windows.render_times("at the end")
    assert desktop.icon.done[3:] == ["hide"]
    assert desktop.no_window


def test_the_icon_of_the_first_moment_is_used(monkeypatch):
    first = First()
    desktop = Desktop(monkeypatch, first)
    windows = desktop.start()
    windows.render("summary")
    windows.on_tray()
    assert first.icon.done == [("render", "summary")]
    assert first.connected == (windows._commands, Settings)
    assert (desktop.icons, desktop.host.done[1:]) == ([], ["watch icon"])


def test_the_icon_of_the_first_moment_is_hidden_where_the_program_ends_at_once(monkeypatch):
    first = First()
    Desktop(monkeypatch, first).start().stop()
    assert first.icon.done == ["hide"]


def test_where_there_was_no_panel_in_the_first_moment_the_icon_is_made_when_there_is(monkeypatch):
    desktop = Desktop(monkeypatch, First(None))
    desktop.start().on_tray()
    assert desktop.icon.done == ["show"]


def test_an_icon_that_is_not_on_the_bus_is_not_watched(desktop, monkeypatch):
    monkeypatch.setattr(Icon, "over_dbus", False)
    desktop.start().on_tray()
    assert desktop.host.done[1:] == []


def test_without_a_summary_and_a_message_the_icon_is_only_shown(desktop):
    desktop.start().on_tray()
    assert desktop.icon.done == ["show"]


def test_where_there_is_no_tray_a_window_stands_in_until_one_comes(desktop):
    windows = desktop.start()
    windows.render("summary")
    windows.on_no_tray()
    window = desktop.window
    assert (window.drawn, window.shown) == (
        ["summary"],
        [{"has_tray": False, "bus_lost": False, "dropped": False}],
    )
    windows.render("later")
    windows.show_message("Anna", "Lunch?")
    assert (window.drawn, window.alerts) == (["summary", "later"], 1)
    windows.on_tray()
    assert window.hidden == 1
    assert desktop.icon.done[-1] == ("message", "Anna", "Lunch?")


def test_the_window_that_was_asked_for_knows_of_the_tray(desktop):
    windows = desktop.start()
    windows.on_tray()
    windows.show_window()
    assert desktop.window.drawn == []
    windows.show_window()
    assert desktop.window.shown == [{"has_tray": True, "bus_lost": False, "dropped": False}] * 2


def test_before_the_start_there_is_no_window(desktop):
    desktop.windows.show_window()
    assert desktop.no_window
    desktop.windows.on_tray()
    assert desktop.icons == []


def test_without_the_bus_a_window_stands_in_for_an_icon_that_is_gone(desktop, monkeypatch):
    windows = desktop.start()
    windows.on_tray()
    windows.on_bus_lost()
    assert desktop.no_window  # an old tray goes on without the bus
    monkeypatch.setattr(Icon, "is_cut_off", True)
    desktop.icon.in_tray = False
    windows.on_bus_lost()
    assert desktop.window.shown == [{"has_tray": False, "bus_lost": True, "dropped": False}]
    windows.on_tray()  # too late for this icon
    assert desktop.window.hidden == 0


def test_without_the_bus_and_without_an_icon_a_window_stands_in(desktop):
    desktop.start().on_bus_lost()
    assert desktop.window.shown == [{"has_tray": False, "bus_lost": True, "dropped": False}]


def test_an_icon_that_the_panel_dropped_is_shown_anew(desktop):
    windows = desktop.start()
    windows.on_icon_dropped()
    assert desktop.icons == []
    windows.on_tray()
    windows.on_icon_dropped()
    assert desktop.icon.done[-2:] == ["show", "show"]


def test_while_the_panel_does_not_have_the_icon_a_window_stands_in(desktop):
    windows = desktop.start()
    windows.on_tray()
    windows.on_icon_seen(True)
    assert desktop.no_window
    windows.on_icon_seen(False)
    windows.on_icon_seen(False)
    assert desktop.window.shown == [{"has_tray": False, "bus_lost": False, "dropped": True}]
    windows.on_icon_seen(True)
    windows.on_icon_seen(True)
    assert desktop.window.hidden == 1


def test_a_window_that_the_user_asked_for_stays_when_the_icon_is_back(desktop):
    windows = desktop.start()
    windows.on_tray()
    windows.on_icon_seen(False)
    desktop.window.has_tray = True
    windows.on_icon_seen(True)
    assert desktop.window.hidden == 0


def test_an_icon_that_is_hidden_on_purpose_is_not_missed(desktop):
    """Else the window would be shown in its place."""
    windows = desktop.start()
    windows.on_tray()
    desktop.icon.render = lambda _summary, _new: setattr(desktop.icon, "hidden", not desktop.icon.hidden)
    for _ in range(2):
        windows.render("summary")
    assert desktop.host.done[1:] == ["watch icon", "unwatch icon", "watch icon"]


def test_the_same_click_opens_and_closes_the_window(desktop):
    windows = desktop.start()
    windows.on_tray()
    windows.toggle_window()
    assert desktop.window.visible
    windows.toggle_window()
    assert not desktop.window.visible
    windows.toggle_window()
    assert desktop.window.visible


def test_who_opens_menu_or_window_has_looked_and_who_has_it_open_sees(desktop):
    windows = desktop.start()
    windows.on_tray()
    windows.render("summary")
    assert desktop.looks == 0
    desktop.icon.opened()
    windows.show_window()
    assert desktop.window.visible
    assert desktop.looks == 2
    windows.render("later")
    assert desktop.looks == 3
    windows.toggle_window()
    windows.render("latest")
    assert desktop.looks == 3


def test_the_icon_is_told_of_a_screen_reader_also_of_one_before_it(desktop):
    windows = desktop.start()
    windows.set_screen_reader(True)
    windows.on_tray()
    assert desktop.icon.has_screen_reader
    windows.set_screen_reader(False)
    assert not desktop.icon.has_screen_reader


def test_at_the_end_the_icon_goes(desktop):
    windows = desktop.start()
    windows.stop()
    assert desktop.host.done[-1] == "stop"
    windows.on_tray()
    windows.stop()
    assert desktop.icon.done[-1] == "hide"


def test_at_the_end_the_icon_goes_when_the_panel_has_its_answers_and_is_not_changed_meanwhile(desktop):
    windows = desktop.start()
    windows.on_tray()
    desktop.icon.awaited = 0.4
    gone = result(windows.stop())
    windows.render("another summary")
    assert "hide" not in desktop.icon.done
    assert ("render", "another summary") not in desktop.icon.done
    desktop.clock.advance(0.4)
    assert desktop.icon.done[-1] == "hide"
    assert gone == [None]
