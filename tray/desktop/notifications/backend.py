"""What shows toasts, as an interface; the one for desktops without a session bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.mail.model.toast import ToastAction

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.toast import Show, Toast, ToastKey


class BackendListener(Protocol):
    """Is called with what the user does with toasts."""

    def on_action(self, toast: Toast, action: ToastAction, token: str) -> None:
        """An action of `toast` was chosen; `token` is an activation token for a window that it opens, or empty."""

    def on_reply(self, toast: Toast, text: str) -> None:
        """A reply was typed into `toast`."""

    def on_closed(self, key: ToastKey) -> None:
        """The toast of that key is no longer on screen; not called for one that was withdrawn."""


class NotificationBackend(Protocol):
    """Shows toasts; no call blocks or raises."""

    def prepare(self) -> None:
        """Ask for what is needed before the first toast can be shown."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show a toast; `handed_over` is called once, when the desktop has accepted it.

        It is not called for a toast that could not be shown (its messages are announced at the next start), nor for
        one that was withdrawn before. Where a toast replaces one that was never shown, both are handed over.
        """

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, or never show it."""

    def close(self) -> None:
        """Withdraw all and show nothing more: buttons have no effect when the program has ended."""


class TrayIconBackend:
    """A `NotificationBackend` over `QSystemTrayIcon.showMessage`, whose ``messageClicked`` is to call `clicked`.

    It is used without a session bus only: over the bus Qt would hand the texts to a notification daemon as if they were
    markup. Its own balloon shows plain text.
    """

    def __init__(self, show_message: Callable[[str, str], None], listener: BackendListener) -> None:
        self._show_message = show_message
        self._listener = listener
        self._last: Toast | None = None

    def prepare(self) -> None:
        """Nothing is needed."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it in place of the last one; Qt does not report whether it was shown."""
        self._last = order.toast
        self._show_message(order.toast.summary, order.toast.text)
        handed_over()

    def withdraw(self, key: ToastKey) -> None:
        """Ignore clicks on it; it cannot be closed."""
        if self._last is not None and self._last.key == key:
            self._last = None

    def clicked(self) -> None:
        """Open the last toast; Qt does not report which one was clicked."""
        toast, self._last = self._last, None
        if toast is not None:
            self._listener.on_action(toast, ToastAction.OPEN, "")

    def close(self) -> None:
        """Ignore clicks on the last one."""
        self._last = None


PLAYS_SOUNDS = "sound"
"""Capability of a daemon that plays the hinted sounds (Desktop Notifications Specification 1.2, GetCapabilities).

GNOME Shell and phosh have it; KDE Plasma, dunst, mako and Debian's xfce4-notifyd do not."""
