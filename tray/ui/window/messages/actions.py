"""The actions on messages as buttons and menu entries show them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMenu, QMessageBox

from tray.i18n import tr, trn
from tray.mail.model.action import MessageAction
from tray.mail.presentation.message_texts import subject_text
from tray.ui.widgets.symbols import Symbol
from tray.ui.window.messages.keys import Command, key_of, key_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PyQt5.QtWidgets import QWidget

    from tray.mail.presentation.message_rows import MessageRow

_ORDER = (
    MessageAction.READ,
    MessageAction.FLAG,
    MessageAction.ARCHIVE,
    MessageAction.DELETE,
    MessageAction.JUNK,
    MessageAction.MOVE,
)
_SYMBOLS = {
    MessageAction.ARCHIVE: Symbol.ARCHIVE,
    MessageAction.DELETE: Symbol.BIN,
    MessageAction.READ: Symbol.MAIL_OPEN,
    MessageAction.UNREAD: Symbol.MAIL,
    MessageAction.FLAG: Symbol.FLAG,
    MessageAction.UNFLAG: Symbol.FLAG_FILLED,
    MessageAction.JUNK: Symbol.ALERT,
    MessageAction.MOVE: Symbol.IMPORT,
}


def action_for(action: MessageAction, rows: Sequence[MessageRow]) -> MessageAction:
    """READ as UNREAD where all `rows` are read, and FLAG as UNFLAG where all have a flag; else `action`."""
    if action is MessageAction.READ and not any(row.line.unseen for row in rows):
        return MessageAction.UNREAD
    if action is MessageAction.FLAG and all(row.line.flagged for row in rows):
        return MessageAction.UNFLAG
    return action


def action_symbol(action: MessageAction) -> Symbol:
    """The picture of a button."""
    return _SYMBOLS[action]


def action_text(action: MessageAction) -> str:
    """The text of an entry in a menu."""
    texts = {
        MessageAction.ARCHIVE: tr("Archive"),
        MessageAction.DELETE: tr("Delete"),
        MessageAction.READ: tr("Mark as read"),
        MessageAction.UNREAD: tr("Mark as unread"),
        MessageAction.FLAG: tr("Flag"),
        MessageAction.UNFLAG: tr("Remove the flag"),
        MessageAction.JUNK: tr("Move to Junk"),
        MessageAction.MOVE: tr("Move to a folder…"),
    }
    return texts[action]


def action_tooltip(action: MessageAction) -> str:
    """Its text with its key, such as ``Archive (E)``."""
    return tr("{text} ({key})").format(text=action_text(action), key=key_text(action))


def message_menu(
    parent: QWidget,
    rows: Sequence[MessageRow],
    opened: Callable[[], None],
    act: Callable[[MessageAction], None],
    remind: Callable[[], None],
) -> QMenu:
    """All that can be done with the selected `rows`, each with its key."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WA_DeleteOnClose)

    def add(text: str, key: str, command: Callable[[], None]) -> None:
        entry = menu.addAction(f"{text}\t{key}")
        entry.triggered.connect(lambda _checked=False: command())

    add(tr("Open"), tr("Enter"), opened)
    menu.addSeparator()
    for action in _ORDER:
        shown = action_for(action, rows)
        add(action_text(shown), key_text(shown), partial(act, shown))
    if any(row.line.unseen for row in rows):
        menu.addSeparator()
        add(tr("Remind me in an hour"), key_of(Command.SNOOZE), remind)
    return menu


def ask_before_deleting(parent: QWidget, rows: Sequence[MessageRow], delete: Callable[[], None]) -> None:
    """Ask whether to delete messages for good; `delete` is called where the answer is yes."""
    if len(rows) == 1:
        text = tr("Delete “{subject}” for good?").format(subject=subject_text(rows[0].line.subject))
    else:
        text = trn("Delete {n} mail for good?", "Delete {n} mails for good?", len(rows)).format(n=len(rows))
    box = QMessageBox(QMessageBox.Warning, tr("Delete"), text, QMessageBox.NoButton, parent)
    box.setTextFormat(Qt.PlainText)
    box.setInformativeText(tr("It cannot be undone."))
    box.setAttribute(Qt.WA_DeleteOnClose)
    yes = box.addButton(tr("Delete"), QMessageBox.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.Cancel))
    box.buttonClicked.connect(lambda button: delete() if button is yes else None)
    box.open()
