"""Does what the user wants with messages of the list; asks where it could not be undone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.ui.window.messages.actions import ask_before_deleting, message_menu
from tray.ui.window.messages.move_dialog import MoveDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PyQt5.QtCore import QPoint
    from PyQt5.QtWidgets import QWidget

    from tray.imap.types import MailboxName
    from tray.mail.model.message import MessageKey
    from tray.mail.settings.settings import Settings
    from tray.ui.ports import MessageCommands
    from tray.ui.window.messages.message_list import MessageList

_GOES = frozenset({MessageAction.ARCHIVE, MessageAction.DELETE, MessageAction.JUNK, MessageAction.MOVE})
"""Actions after which a message is no longer listed."""


class ListActions:
    """The actions on the messages of one list."""

    def __init__(
        self,
        window: QWidget,
        messages: MessageList,
        commands: MessageCommands,
        settings: Callable[[], Settings],
        tell: Callable[[str], None],
    ) -> None:
        """`window` is the parent of menus and dialogs; `settings` gives the present ones.

        `tell` is called with a sentence about what was done and shows nowhere else.
        """
        self._window = window
        self._list = messages
        self._commands = commands
        self._settings = settings
        self._tell = tell

    def act(self, action: MessageAction, keys: Sequence[MessageKey]) -> None:
        """Do `action`; ask for the folder of a move, and before messages are deleted for good."""
        if action is MessageAction.MOVE:
            self._ask_where(keys)
        elif action is MessageAction.DELETE and self._settings().delete_for_good:
            rows = [row for row in self._list.messages.rows if row.key in set(keys)]
            ask_before_deleting(self._window, rows, partial(self._do, action, keys))
        else:
            self._do(action, keys)

    def _do(self, action: MessageAction, keys: Sequence[MessageKey]) -> None:
        if action in _GOES:
            self._list.step_over(keys)
        self._commands.act(action, keys)

    def _ask_where(self, keys: Sequence[MessageKey]) -> None:
        account = keys[0].account
        own = [
            key for key in keys if key.account == account
        ]  # the others cannot go to a folder of this account
        left = len(keys) - len(own)
        MoveDialog(self._window, self._commands, own, partial(self._move, own), left).open()

    def _move(self, keys: Sequence[MessageKey], target: MailboxName) -> None:
        self._list.step_over(keys)
        self._commands.act(MessageAction.MOVE, keys, target)

    def open_menu(self, place: QPoint) -> None:
        """Open the menu of the selected messages at a place on the screen."""
        rows, keys = self._list.chosen_rows(), self._list.chosen_keys()
        if rows:
            opened = partial(self._commands.open_message, keys[0])
            menu = message_menu(
                self._window, rows, opened, lambda action: self.act(action, keys), self.remind
            )
            menu.popup(place)

    def remind(self) -> None:
        """Have the user reminded of the selected messages in an hour."""
        if keys := self._list.chosen_keys():
            self._commands.snooze(keys)
            self._tell(tr("In an hour you are reminded of what is still unread."))
