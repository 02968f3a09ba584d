"""Brings a window to the front because a person asked for it, on X11 and on Wayland."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget


def bring_up(window: QWidget) -> None:
    """Show `window`, or bring it to the front; a modal dialog that is open on top of it gets the keyboard.

    On Wayland, Qt 5.15 can neither raise a window nor give it the keyboard ("Wayland does not support
    QWindow::requestActivate()"), and does not know that it is minimised or on another workspace. But a window that
    is shown anew appears where the person is, with the keyboard (seen on Sway, GNOME and Plasma).
    """
    windows = _with_dialogs_on_top(window)
    if QGuiApplication.platformName().startswith("wayland") and not windows[-1].isActiveWindow():
        for each in reversed(windows):
            each.hide()
    for each in windows:
        each.setWindowState(each.windowState() & ~Qt.WindowMinimized)
        each.show()
    windows[-1].raise_()
    windows[-1].activateWindow()


def _with_dialogs_on_top(window: QWidget) -> list[QWidget]:
    """`window`, and the modal dialogs that are open on top of it, the topmost last."""
    found: list[QWidget] = []
    top = QApplication.activeModalWidget()
    while top is not None and top is not window:
        found.insert(0, top)
        parent = top.parentWidget()
        top = parent.window() if parent is not None else None
    return [window, *(found if top is window else [])]
