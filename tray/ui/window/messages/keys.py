"""The keys of the window, and the list of them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from PyQt5.QtGui import QKeyEvent


class Command(enum.Enum):
    """What a key means while the list has the focus."""

    ARCHIVE = MessageAction.ARCHIVE
    DELETE = MessageAction.DELETE
    READ = MessageAction.READ
    """Or unread, where it is read."""
    FLAG = MessageAction.FLAG
    """Or no flag, where it has one."""
    JUNK = MessageAction.JUNK
    MOVE = MessageAction.MOVE
    SNOOZE = "snooze"
    NEXT = "next"
    PREVIOUS = "previous"
    UNDO = "undo"
    SEARCH = "search"
    MARK_ALL = "mark-all"
    HELP = "help"

    @property
    def action(self) -> MessageAction | None:
        """The action on the selected messages; None for other commands."""
        return self.value if isinstance(self.value, MessageAction) else None


_LETTERS = {
    "e": Command.ARCHIVE,
    "#": Command.DELETE,
    "u": Command.READ,
    "s": Command.FLAG,
    "m": Command.MOVE,
    "!": Command.JUNK,
    "h": Command.SNOOZE,
    "j": Command.NEXT,
    "k": Command.PREVIOUS,
    "z": Command.UNDO,
    "/": Command.SEARCH,
    "?": Command.HELP,
}
_NO_LETTERS = Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier


def command_of(event: QKeyEvent) -> Command | None:
    """The command of a key: by the printed character, so that it is the same on every keyboard; None for others."""
    if event.modifiers() & _NO_LETTERS:
        return None
    if event.key() == Qt.Key_Delete:
        return Command.DELETE
    if event.text() in {"u", "U"} and event.modifiers() & Qt.ShiftModifier:
        return Command.MARK_ALL
    return _LETTERS.get(event.text().lower())


def key_text(action: MessageAction) -> str:
    """The key of an action, as it is printed on the keyboard."""
    undone = {MessageAction.UNREAD: MessageAction.READ, MessageAction.UNFLAG: MessageAction.FLAG}
    command = Command(undone.get(action, action))
    return key_of(command)


def key_of(command: Command) -> str:
    """The key of a command that has a letter."""
    return next(letter for letter, meant in _LETTERS.items() if meant is command).upper()


class KeyList(QDialog):
    """All keys of the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        for row, (keys, meaning) in enumerate(_explained()):
            for column, text in enumerate((keys, meaning)):
                label = plain_label(text)
                label.setWordWrap(False)
                grid.addWidget(label, row, column)
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.Close)
        assert close is not None
        # Where the keyboard is: of the labels of a dialog, Orca reads only those of three words and more.
        close.setAccessibleDescription(". ".join(f"{meaning}: {keys}" for keys, meaning in _explained()))
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addWidget(buttons)


def _explained() -> tuple[tuple[str, str], ...]:
    return (
        (tr("Enter"), tr("Open")),
        ("E", tr("Archive")),
        (tr("# or Delete"), tr("Delete")),
        ("U", tr("Mark as read or unread")),
        ("S", tr("Flag, or remove the flag")),
        ("M", tr("Move to a folder")),
        ("!", tr("Move to Junk")),
        ("H", tr("Remind me in an hour")),
        (tr("Z or Ctrl+Z"), tr("Undo")),
        (tr("J and K, or arrows"), tr("Next and previous mail")),
        (tr("/ or Ctrl+F"), tr("Search")),
        (tr("Shift+U"), tr("Mark all as read")),
        ("F5", tr("Check now")),
        (tr("Ctrl+0, Ctrl+1 to 9"), tr("All accounts, one account")),
        (tr("Shift+F10"), tr("All actions")),
        ("F10", tr("Menu")),
        (tr("? or F1"), tr("This list")),
        (tr("Esc"), tr("Close search, selection, window")),
    )
