"""The left side of the settings: the search, and below it the list of accounts and pages; in a narrow window a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QModelIndex, QObject, QRect, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter, QPalette
from PyQt5.QtWidgets import QBoxLayout, QLineEdit, QStyle, QWidget

from tray.i18n import tr
from tray.mail.model.status import needs_attention
from tray.ui.settings.navigation_list import (
    ADD,
    NavigationList,
    NavigationModel,
    account_key,
    account_of,
)
from tray.ui.widgets.card import grown
from tray.ui.widgets.forms import NamedComboBox
from tray.ui.widgets.symbols import Symbol, symbol_icon
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PyQt5.QtGui import QPaintEvent

    from tray.mail.model.account import Account
    from tray.mail.presentation.summary import Summary
    from tray.ui.rows.description import Page

__all__ = ["Side", "account_key", "account_of"]

_LINES, _MARGIN = 12, 10
"""The width in lines of text; at 10 pt it is 212."""
_WIDTH, _NO_LIMIT = 212, 16777215


class Side(Restyled, QWidget):
    """Arrow keys show a page at once; *Add an account…* wants Enter or a click."""

    chosen = pyqtSignal(str)
    """The key of the page to show."""
    add_asked = pyqtSignal()
    move_asked = pyqtSignal(object, int)
    """The account, and by how many places."""
    remove_asked = pyqtSignal(object)
    searched = pyqtSignal(str)
    left_search = pyqtSignal()
    """The keyboard is to move to what was found."""

    def __init__(self, pages: Sequence[Page], parent: QWidget) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("Search settings"))
        self.search.setAccessibleName(tr("Search settings"))
        self.search.setClearButtonEnabled(True)
        self._magnifier = self.search.addAction(
            symbol_icon(Symbol.SEARCH, tones(self.palette()).text), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.installEventFilter(self)
        self.model = NavigationModel(pages)
        self.list = NavigationList(self.model)
        self.box = NamedComboBox(self)
        self.box.setModel(self.model)
        self.box.setAccessibleName(tr("Page"))
        self.box.hide()
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, _MARGIN, 0, _MARGIN)
        self._layout.setSpacing(6)
        self._search_place = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._search_place.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        self._search_place.addWidget(self.search)
        self._layout.addLayout(self._search_place)
        self._layout.addWidget(self.list, 1)
        self._layout.addWidget(self.box, 1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.set_narrow(narrow=False)
        self._connect()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show the box above the page instead of the list beside it."""
        self.list.setVisible(not narrow)
        self.box.setVisible(narrow)
        direction = QBoxLayout.Direction.LeftToRight if narrow else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        right = _MARGIN if narrow else 1  # the hairline
        self._layout.setContentsMargins(0, _MARGIN, right, _MARGIN)
        if narrow:
            self.setMinimumWidth(0)
            self.setMaximumWidth(_NO_LIMIT)
        else:
            self.setFixedWidth(max(_WIDTH, grown(self, _WIDTH, _LINES), self.list.width_of_titles()))

    def show_accounts(self, accounts: Sequence[Account], summary: Summary | None) -> None:
        """Show these accounts, with a mark where one needs attention."""
        shown = summary.accounts if summary is not None else ()
        trouble = {account.id for account in shown if needs_attention(account.status)}
        key = self.model.key(self.list.currentIndex().row())
        with QSignalBlocker(self.list.selectionModel()), QSignalBlocker(self.box):
            self.model.show_entries(accounts, trouble)
            self._select(key)

    def show_current(self, key: str) -> None:
        """Mark the entry of that key, and announce nothing."""
        with QSignalBlocker(self.list.selectionModel()), QSignalBlocker(self.box):
            self._select(key)
        self.list.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search, Down and Enter move to what was found, or to the list while nothing is typed."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        ):
            if self.search.text():
                self.left_search.emit()
            else:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a hairline towards the page."""
        super().paintEvent(event)
        painter = QPainter(self)
        edge = QRect(self.width() - 1, 0, 1, self.height())
        if self.box.isVisible():
            edge = QRect(0, self.height() - 1, self.width(), 1)
        painter.fillRect(
            QStyle.visualRect(self.layoutDirection(), self.rect(), edge), tones(self.palette()).hairline
        )
        painter.end()

    def restyle(self) -> None:
        """Tint the magnifier anew."""
        if self._magnifier is not None:
            self._magnifier.setIcon(symbol_icon(Symbol.SEARCH, tones(self.palette()).text))

    def _connect(self) -> None:
        selection = self.list.selectionModel()
        assert selection is not None
        selection.currentChanged.connect(self._current_changed)
        self.list.chosen.connect(self._entered)
        self.list.move_asked.connect(self._move)
        self.list.remove_asked.connect(self._remove)
        self.box.activated.connect(lambda row: self._entered(self.model.key(row)))
        self.search.textChanged.connect(self.searched)

    def _select(self, key: str) -> None:
        row = self.model.row_of(key)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row, 0))
            self.box.setCurrentIndex(row)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        key = self.model.key(current.row())
        if key and key != ADD:
            self.chosen.emit(key)

    def _entered(self, key: str) -> None:
        if key == ADD:
            self.add_asked.emit()
        elif key:
            self.chosen.emit(key)

    def _move(self, key: str, step: int) -> None:
        account_id = account_of(key)
        if account_id is not None:
            self.move_asked.emit(account_id, step)

    def _remove(self, key: str) -> None:
        account_id = account_of(key)
        if account_id is not None:
            self.remove_asked.emit(account_id)
