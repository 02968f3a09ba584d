"""Which messages came since the user last looked at menu or window, for the count on the icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.summary import MessageLine, Summary


class NewMail:
    """Counts what arrived in this run of the program, or while it did not run; it is not kept on disk."""

    def __init__(self) -> None:
        self._keys: set[MessageKey] = set()
        self._changed: Callable[[], None] = lambda: None

    def connect(self, changed: Callable[[], None]) -> None:
        """Call `changed` when a look has made the count zero."""
        self._changed = changed

    def arrived(self, _account: str, messages: Sequence[MessageLine]) -> None:
        """These messages are new."""
        self._keys.update(message.key for message in messages)

    def looked(self) -> None:
        """The user has opened the menu or the window."""
        if self._keys:
            self._keys.clear()
            self._changed()

    def count(self, summary: Summary) -> int:
        """How many are new and still unread, as far as `summary` knows."""
        read = {line.key for account in summary.accounts for line in account.latest if not line.unseen}
        self._keys -= read
        return min(len(self._keys), summary.unseen)
