"""What the program wants of whatever shows toasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.toast import Action, Show, Toast, ToastKey


class BackendListener(Protocol):
    """What a person does with toasts."""

    def on_action(self, toast: Toast, action: Action, token: str) -> None:
        """An action of `toast` was chosen; `token` is an activation token for a window that it opens, or empty."""

    def on_closed(self, key: ToastKey) -> None:
        """The toast of that key is no longer on screen, and not because we withdrew it."""


class NotificationBackend(Protocol):
    """Shows toasts; no call blocks or raises."""

    def prepare(self) -> None:
        """Find out beforehand whatever the first toast would have to wait for."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show a toast; `handed_over` is called once, when it was given to the desktop.

        It is not called for a toast that could not be shown (its messages are announced at the next start), nor for
        one that was withdrawn before: the caller knows whether its messages were read, or stand in a digest that is
        still to be shown. Where a toast takes the place of one that was never shown, both are handed over.
        """

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, or never show it."""

    def clicked(self) -> None:
        """The tray icon's own message was clicked; Qt does not say which one."""

    def close(self) -> None:
        """Withdraw all and show nothing more; the program ends and would not answer their buttons."""
