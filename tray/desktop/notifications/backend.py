"""What the program wants of whoever shows toasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tray.mail.model.toast import Action, Show, Toast, ToastKey

OnAction = Callable[[Toast, Action, str], None]
"""A person chose an action of that toast; the text is an activation token for the window to open, or empty."""

OnClosed = Callable[[ToastKey], None]
"""The toast of that key is no longer on screen, and not because we withdrew it."""


class NotificationBackend(Protocol):
    """Shows toasts; no call blocks or raises."""

    def prepare(self) -> None:
        """Find out beforehand whatever the first toast would have to wait for."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show a toast; `handed_over` is called once, when it was given to the desktop.

        It is not called for a toast that could not be shown (its mails are to be told of at the next start), nor for
        one that was withdrawn before: whoever withdraws it knows whether its mails were read, or stand in a digest
        that is still to be shown. Where a toast takes the place of one that was never shown, both are handed over.
        """

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, or never show it."""

    def clicked(self) -> None:
        """The tray icon's own message was clicked; it is told to us without saying which one."""

    def close(self) -> None:
        """Withdraw all and show nothing more; the program ends and nobody would answer their buttons."""
