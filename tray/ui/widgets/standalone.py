"""Windows that come up: in front where the user asked for them, else only when none of ours has the keyboard."""

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
"""A dialog without a parent would be deleted by PyQt with the last reference. Qt does so after the closing."""

_SETTLE_MS = 500
"""A window manager gives the keyboard to the next window within this time."""


def show_until_closed(dialog: QDialog, *, asked_for: bool = True) -> None:
    """Show `dialog`, above its parent where it has one; it lives until it is closed.

    One that the user has not `asked_for` waits until no other window of ours has the keyboard.
    """
    if dialog not in _open:
        _open.add(dialog)
        dialog.destroyed.connect(lambda: _open.discard(dialog))
    if asked_for:
        bring_to_front(dialog)
    else:
        when_keyboard_is_free(lambda: bring_to_front(dialog) if dialog in _open else None)


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


def come_forward(window: QWidget) -> None:
    """Give `window` the keyboard, since what it waited for has come; while another one of ours has it, only blink."""
    if _keyboard().is_used_beside(window):
        QApplication.alert(window)
    elif window.isVisible():
        bring_to_front(window)


def when_keyboard_is_free(show: Callable[[], None]) -> None:
    """Call `show`, which shows a window that was not asked for, as soon as no window of ours has the keyboard."""
    _keyboard().wait(show)


class _Keyboard(QObject):
    """Knows whether a window of ours has the keyboard, and who waits for it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._waiting: deque[Callable[[], None]] = deque()
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._next)
        application.focusWindowChanged.connect(self._changed)
        application.focusChanged.connect(
            self._changed
        )  # not every platform announces that a window is hidden

    def wait(self, show: Callable[[], None]) -> None:
        self._waiting.append(show)
        if not self._settling.isActive():
            self._next()

    def settle(self) -> None:
        """A window was brought up, and does not have the keyboard yet."""
        self._settling.start()

    def is_used_beside(self, window: QWidget | None = None) -> bool:
        """Whether another window has it, or is left for a moment with something unsaved in it."""
        active = QApplication.activeWindow()
        if active is not None and active is not window:
            return True
        return any(
            isinstance(each, FormDialog) and each is not window and each.isVisible() and each.has_unsaved()
            for each in QApplication.topLevelWidgets()
        )

    def _changed(self) -> None:
        if self._waiting:
            self._settling.start()

    def _next(self) -> None:
        if self._waiting and not self.is_used_beside():
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
