"""Toasts through the tray icon's own messages, for systems without D-Bus notifications: one at a time, no buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.toast import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.toasts.port import OnAction
    from tray.mail.toast import Show, Toast, ToastKey


class Balloon:
    """A port for `QSystemTrayIcon.showMessage`; wire its ``messageClicked`` to `clicked`."""

    def __init__(self, show_message: Callable[[str, str], None], on_action: OnAction) -> None:
        self._show_message = show_message
        self._on_action = on_action
        self._last: Toast | None = None

    def prepare(self) -> None:
        """There is nothing to find out."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it in place of whatever is shown; the system never tells whether it did."""
        self._last = order.toast
        self._show_message(order.toast.summary, order.toast.body)
        handed_over()

    def withdraw(self, key: ToastKey) -> None:
        """It cannot be closed, but a click on it means nothing any more."""
        if self._last is not None and self._last.key == key:
            self._last = None

    def clicked(self) -> None:
        """A person clicked the message: that opens the last one."""
        toast, self._last = self._last, None
        if toast is not None:
            self._on_action(toast, Action.OPEN, "")

    def close(self) -> None:
        """Forget the last one."""
        self._last = None
