"""A window that a person asks for comes to the front, also where Qt cannot raise one."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, QObject
from PyQt5.QtWidgets import QDialog, QWidget

from tray.ui.widgets import standalone
from tray.ui.widgets.standalone import bring_to_front


class Log(QObject):
    """Which windows were hidden and shown, in order."""

    def __init__(self, **windows):
        super().__init__()
        self.seen = []
        self._names = {window: name for name, window in windows.items()}
        for window in windows.values():
            window.installEventFilter(self)

    def eventFilter(self, watched, event):
        if watched in self._names and event.type() in {QEvent.Show, QEvent.Hide}:
            self.seen.append(("shown " if event.type() == QEvent.Show else "hidden ") + self._names[watched])
        return False


@pytest.fixture
def platform(monkeypatch):
    """Qt says that it runs on this platform."""

    def choose(name):
        class Platform:
            @staticmethod
            def platformName():
                return name

        monkeypatch.setattr(standalone, "QGuiApplication", Platform)

    return choose


@pytest.fixture
def window(qapp, spin):
    window, other = QWidget(), QWidget()
    window.show()
    other.show()
    other.activateWindow()
    spin(other.isActiveWindow)
    return window


@pytest.fixture
def modal(window):
    return QDialog(window)


def test_on_wayland_a_window_behind_others_is_shown_anew(window, platform):
    platform("wayland-egl")
    log = Log(window=window)
    bring_to_front(window)
    assert log.seen == ["hidden window", "shown window"]


def test_on_wayland_the_window_in_front_stays_as_it_is(window, platform, spin):
    platform("wayland")
    window.activateWindow()
    spin(window.isActiveWindow)
    log = Log(window=window)
    bring_to_front(window)
    assert log.seen == []


def test_elsewhere_it_is_raised(window, platform, spin):
    platform("xcb")
    log = Log(window=window)
    bring_to_front(window)
    assert log.seen == []
    spin(window.isActiveWindow)


def test_what_was_minimised_is_not_any_more(window, platform):
    platform("xcb")
    window.showMaximized()
    window.showMinimized()
    bring_to_front(window)
    assert not window.isMinimized()
    assert window.isMaximized()


def test_a_new_window_is_shown(qapp, platform):
    platform("wayland")
    window = QWidget()
    log = Log(window=window)
    bring_to_front(window)
    assert log.seen == ["shown window"]


def test_a_dialog_on_top_comes_with_it_and_has_the_keyboard(window, modal, platform, spin):
    platform("wayland")
    closed = []
    modal.finished.connect(closed.append)
    modal.open()
    other = QWidget()
    other.show()
    other.activateWindow()
    spin(other.isActiveWindow)
    log = Log(window=window, modal=modal)
    bring_to_front(window)
    assert log.seen == ["hidden modal", "hidden window", "shown window", "shown modal"]
    assert (closed, modal.isModal()) == ([], True)
    spin(modal.isActiveWindow)


def test_a_dialog_of_another_window_is_left_alone(window, platform):
    platform("wayland")
    stranger = QDialog()
    stranger.setModal(True)
    stranger.show()
    log = Log(window=window, stranger=stranger)
    bring_to_front(window)
    assert log.seen == ["hidden window", "shown window"]
