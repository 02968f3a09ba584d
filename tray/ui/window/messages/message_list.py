"""The list of messages: pointer, keyboard, selection, and rows that stay where they are while they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QContextMenuEvent, QCursor, QHelpEvent
from PyQt5.QtWidgets import QAbstractItemView, QFrame, QListView, QToolTip

from tray.i18n import tr
from tray.mail.presentation.message_rows import explained
from tray.ui.widgets.plain_text import plain_tooltip
from tray.ui.widgets.solid_button import BY_KEYBOARD
from tray.ui.window.messages.actions import action_for, action_symbol, action_tooltip
from tray.ui.window.messages.keys import Command, command_of
from tray.ui.window.messages.model import MessageModel
from tray.ui.window.messages.row import RowDelegate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PyQt5.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

    from tray.mail.model.action import MessageAction
    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.message_rows import MessageRow
    from tray.ui.widgets.symbols import Symbol


_GONE_LIMIT = 1000
"""Messages that have left the list; of more, as in a window that is open for weeks, only the last ones are known."""


class MessageList(QListView):
    """Shows rows; says what the user wants done with them."""

    opened = pyqtSignal(object)
    """With the `MessageKey` of the message."""
    acted = pyqtSignal(object, object)
    """With the `MessageAction` and the keys of the messages."""
    commanded = pyqtSignal(object)
    """With a `Command` that concerns the window as a whole, or asks for more."""
    selection_changed = pyqtSignal(int)
    """With the number of selected messages."""
    menu_wanted = pyqtSignal(QPoint)
    """With the place on the screen."""

    def __init__(self, now: Callable[[], float], buttons: Callable[[], Sequence[MessageAction]]) -> None:
        """`now` gives Unix seconds; `buttons` gives the actions on the row under the pointer."""
        super().__init__()
        self._actions = buttons
        self.messages = MessageModel(now)
        self._delegate = RowDelegate(now, self._symbols)
        self._withheld: Sequence[MessageRow] | None = None
        self._gone: set[MessageKey] = set()
        """Messages that have left the list: one that comes back was undone, and is looked for."""
        self._pressed: tuple[MessageKey, int] | None = None
        self.setModel(self.messages)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Mails"))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.NoFrame)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WA_Hover)
        self.activated.connect(lambda index: self.opened.emit(self.messages.row(index).key))
        selection = self.selectionModel()
        selection.selectionChanged.connect(lambda: self.selection_changed.emit(len(self.chosen_keys())))

    # What is shown

    def show_rows(self, rows: Sequence[MessageRow], *, still: bool = True) -> None:
        """Show `rows`; where `still`, what is looked at does not move, so that no click hits another message.

        New messages above it scroll the list; where it is too short to scroll they wait until the pointer has left.
        Those that come back, because an action was undone or refused, do not wait.
        """
        place = self._looked_at() if still else None
        self._withheld = None
        if place is not None and self._fits(len(rows)):
            known = {row.key for row in self.messages.rows}
            known |= self._gone
            below = next((number for number, row in enumerate(rows) if row.key == place[0]), 0)
            shown = [row for number, row in enumerate(rows) if number >= below or row.key in known]
            if len(shown) < len(rows):
                self._withheld, rows = rows, shown
        before = {row.key for row in self.messages.rows}
        self.messages.show(tuple(rows))
        self._gone = (self._gone | before) - {row.key for row in rows}
        if len(self._gone) > _GONE_LIMIT:
            self._gone &= before
        if place is not None:
            self._keep(*place)
        self._follow_pointer()

    def forget_rows(self) -> None:
        """Show nothing: nobody looks."""
        self._withheld = None
        self._gone.clear()
        self.messages.show(())

    def _looked_at(self) -> tuple[MessageKey, int] | None:
        """The row under the pointer, or the first one of a list that is scrolled, and where it is."""
        index = self.indexAt(self._pointer()) if self._has_pointer() else QModelIndex()
        if not index.isValid() and self.verticalScrollBar().value() > 0:
            index = self.indexAt(QPoint(self.viewport().width() // 2, 0))
        return (self.messages.row(index).key, self.visualRect(index).top()) if index.isValid() else None

    def _keep(self, key: MessageKey, top: int) -> None:
        index = self.messages.index_of(key)
        if index.isValid():
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - top)

    def _fits(self, count: int) -> bool:
        return count * self._delegate.letters(self.font()).row_height <= self.viewport().height()

    def refresh_times(self) -> None:
        """Draw everything once more: the times have changed."""
        self.viewport().update()

    # The selection

    def chosen_keys(self) -> tuple[MessageKey, ...]:
        """The selected messages, in the order of the list."""
        places = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self.messages.rows[place].key for place in places)

    def chosen_rows(self) -> tuple[MessageRow, ...]:
        """Their rows."""
        keys = set(self.chosen_keys())
        return tuple(row for row in self.messages.rows if row.key in keys)

    def choose(self, index: QModelIndex) -> None:
        """Select this row only."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.ClearAndSelect)

    def step_over(self, keys: Sequence[MessageKey]) -> None:
        """Select the row below those of `keys`, which will go, or the one above where there is none."""
        going = set(keys)
        places = [place for place, row in enumerate(self.messages.rows) if row.key in going]
        if not places or not going & set(self.chosen_keys()):
            return
        below = range(places[-1] + 1, len(self.messages.rows))
        above = range(places[0] - 1, -1, -1)
        rest = (place for span in (below, above) for place in span)
        following = next((place for place in rest if self.messages.rows[place].key not in going), None)
        if following is not None:
            self.choose(self.messages.index(following))

    # Keyboard

    def keyboardSearch(self, _text: str) -> None:
        """Nothing: letters are commands."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what `tray.ui.window.messages.keys` says, else what every list does."""
        is_marked = self._delegate.ring
        self._set_ring(True)
        command = command_of(event)
        acts = command is Command.SNOOZE or (command is not None and command.action is not None)
        steps = command in (Command.NEXT, Command.PREVIOUS) or event.key() in (Qt.Key_Down, Qt.Key_Up)
        if (steps or acts) and not self.chosen_keys():
            self.choose(self.messages.index(max(0, self.currentIndex().row())))  # Qt would step over it
            if steps or not is_marked:  # nobody acts on a row that was not seen to be the one
                return
        if command is None:
            super().keyPressEvent(event)
        elif command in (Command.NEXT, Command.PREVIOUS):
            place = self.currentIndex().row() + (1 if command is Command.NEXT else -1)
            self.choose(self.messages.index(max(0, min(place, len(self.messages.rows) - 1))))
        elif command.action is None:
            self.commanded.emit(command)
        elif self.chosen_rows():
            self.acted.emit(action_for(command.action, self.chosen_rows()), self.chosen_keys())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring where the keyboard brought the focus."""
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD:
            self._set_ring(True)

    def _set_ring(self, shown: bool) -> None:
        if self._delegate.ring != shown:
            self._delegate.ring = shown
            self.viewport().update()

    # Pointer

    def _has_pointer(self) -> bool:
        return self.isVisible() and self.viewport().rect().contains(self._pointer()) and self.underMouse()

    def _pointer(self) -> QPoint:
        return self.viewport().mapFromGlobal(QCursor.pos())

    def _follow_pointer(self) -> None:
        if self._delegate.hovered >= 0:
            self._hover(self._pointer())

    def _hover(self, point: QPoint | None) -> None:
        index = QModelIndex() if point is None else self.indexAt(point)
        button = -1 if point is None else self._button_at(point, index)
        if (index.row(), button) != (self._delegate.hovered, self._delegate.button):
            self._delegate.hovered, self._delegate.button = index.row(), button
            self.viewport().update()

    def _button_at(self, point: QPoint, index: QModelIndex) -> int:
        if not index.isValid():
            return -1
        mirrored = self.layoutDirection() == Qt.RightToLeft
        row, rect = self.messages.row(index), self.visualRect(index)
        return self._delegate.button_at(point, rect, row, self.font(), mirrored=mirrored)

    def _symbols(self, row: MessageRow) -> Sequence[Symbol]:
        return [action_symbol(action) for action in self._offered(row)]

    def _offered(self, row: MessageRow) -> list[MessageAction]:
        return [action_for(action, (row,)) for action in self._actions()]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the buttons of the row under the pointer."""
        self._hover(event.pos())
        if self._pressed is None:
            super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a button, or choose a row."""
        self._set_ring(False)
        index = self.indexAt(event.pos())
        button = self._button_at(event.pos(), index)
        if event.button() == Qt.LeftButton and button >= 0:
            self._pressed = self.messages.row(index).key, button
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second press of a button is no double click on the row."""
        if self._button_at(event.pos(), self.indexAt(event.pos())) >= 0:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Act where the button was pressed and released."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
            return
        index = self.indexAt(event.pos())
        if index.isValid() and pressed == (self.messages.row(index).key, self._button_at(event.pos(), index)):
            row = self.messages.row(index)
            self.acted.emit(self._offered(row)[pressed[1]], (row.key,))

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips of rows and buttons; the end of hovering."""
        if event.type() == QEvent.ToolTip and isinstance(event, QHelpEvent):
            self._show_tooltip(event)
            return True
        if event.type() == QEvent.Leave:
            self._hover(None)
            if self._withheld is not None:
                rows, self._withheld = self._withheld, None
                self.messages.show(tuple(rows))
        return super().viewportEvent(event)

    def _show_tooltip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        if not index.isValid():
            QToolTip.hideText()
            return
        row, button = self.messages.row(index), self._button_at(event.pos(), index)
        text = plain_tooltip(*explained(row)) if button < 0 else action_tooltip(self._offered(row)[button])
        QToolTip.showText(event.globalPos(), text, self.viewport(), self.visualRect(index))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the selected messages, at the pointer or at the row."""
        index = self.currentIndex()
        if event.reason() == QContextMenuEvent.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.choose(index)
            if index.isValid():
                self.menu_wanted.emit(event.globalPos())
        elif index.isValid():
            if not self.chosen_keys():
                self.choose(index)
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).center()))
