"""Shows windows: in front where the user asked for them, else when no other window of Mailbell has the keyboard."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt, QTimer
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication, QDialog

from tray.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtWidgets import QWidget

_open: set[QDialog] = set()
"""References to dialogs without a parent, which PyQt would delete otherwise; until Qt deletes them."""

_SETTLE_MS = 500
"""Milliseconds within which a window manager gives the keyboard to the next window."""


def show_until_closed(dialog: QDialog, *, asked_for: bool = True) -> None:
    """Show `dialog`, above its parent where it has one, and keep it until it is closed.

    One that the user has not `asked_for` is shown as soon as no other window of Mailbell has the keyboard.
    """
    keep_until_deleted(dialog)
    if asked_for:
        bring_to_front(dialog)
    else:
        when_keyboard_is_free(lambda: bring_to_front(dialog) if dialog in _open else None)


def keep_until_deleted(dialog: QDialog) -> None:
    """Leave the end of a dialog without a parent to Qt.

    Else the garbage collector may delete it while a part of it handles an event, and Qt crashes.
    """
    if dialog not in _open:
        _open.add(dialog)
        dialog.destroyed.connect(lambda: _open.discard(dialog))


def bring_to_front(window: QWidget) -> None:
    """Show `window` and give it the keyboard: the user asked for it."""
    if isinstance(window, QDialog) and window.parent() is not None and not window.isVisible():
        window.open()
        window.raise_()
        window.activateWindow()
    else:
        _bring_up(window)
    _keyboard().settle()


def _bring_up(window: QWidget) -> None:
    """Show `window`, or bring it to the front; a modal dialog on top of it gets the keyboard.

    On Wayland, Qt 5.15 can neither raise a window nor give it the keyboard ("Wayland does not support
    QWindow::requestActivate()"), and does not know that it is minimised or on another workspace. But a window that
    is hidden and shown again appears on the present workspace, with the keyboard (Sway, GNOME and Plasma).
    """
    stack = _with_dialogs_on_top(window)
    if QGuiApplication.platformName().startswith("wayland") and not stack[-1].isActiveWindow():
        for member in reversed(stack):
            member.hide()
    for member in stack:
        member.setWindowState(member.windowState() & ~Qt.WindowMinimized)
        member.show()
    stack[-1].raise_()
    stack[-1].activateWindow()


def _with_dialogs_on_top(window: QWidget) -> list[QWidget]:
    """`window`, and the modal dialogs on top of it, the topmost last."""
    dialogs: list[QWidget] = []
    top = QApplication.activeModalWidget()
    while top is not None and top is not window:
        dialogs.insert(0, top)
        parent = top.parentWidget()
        top = parent.window() if parent is not None else None
    return [window, *(dialogs if top is window else [])]


def come_forward(window: QWidget) -> None:
    """Give `window` the keyboard at the end of a sign-in; while another window of Mailbell has it, only alert."""
    if _keyboard().is_used_by_other(window):
        QApplication.alert(window)
    elif window.isVisible():
        bring_to_front(window)


def when_keyboard_is_free(show: Callable[[], None]) -> None:
    """Call `show`, which shows a window that was not asked for, when no window of Mailbell has the keyboard."""
    _keyboard().wait(show)


class _Keyboard(QObject):
    """Whether a window of Mailbell has the keyboard, and a queue of windows to show when none has."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._waiting: deque[Callable[[], None]] = deque()
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._next)
        application.focusWindowChanged.connect(self._changed)
        # Some platforms do not emit focusWindowChanged when a window is hidden.
        application.focusChanged.connect(self._changed)

    def wait(self, show: Callable[[], None]) -> None:
        self._waiting.append(show)
        if not self._settling.isActive():
            self._next()

    def settle(self) -> None:
        """Show no window for a moment: one was brought up, and does not have the keyboard yet."""
        self._settling.start()

    def is_used_by_other(self, window: QWidget | None = None) -> bool:
        """Whether another window than `window` has the keyboard, or holds unsaved input."""
        active = QApplication.activeWindow()
        if active is not None and active is not window:
            return True
        return any(
            isinstance(other, FormDialog)
            and other is not window
            and other.isVisible()
            and other.has_unsaved()
            for other in QApplication.topLevelWidgets()
        )

    def _changed(self) -> None:
        if self._waiting:
            self._settling.start()

    def _next(self) -> None:
        if self._waiting and not self.is_used_by_other():
            self._settling.start()
            self._waiting.popleft()()


_the_keyboard: _Keyboard | None = None


def _keyboard() -> _Keyboard:
    global _the_keyboard  # noqa: PLW0603 -- there is one keyboard
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if _the_keyboard is None:
        _the_keyboard = _Keyboard(application)
    return _the_keyboard
