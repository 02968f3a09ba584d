"""The interface of notification backends, which show toasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.toast import Action, Show, Toast, ToastKey


class BackendListener(Protocol):
    """Is called with what the user does with toasts."""

    def on_action(self, toast: Toast, action: Action, token: str) -> None:
        """An action of `toast` was chosen; `token` is an activation token for a window that it opens, or empty."""

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
