"""The search: a field in place of the head, and what the servers have found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QHBoxLayout, QLineEdit, QWidget

from tray.i18n import tr
from tray.mail.presentation.summary import SearchResults
from tray.ui.widgets.card import grown
from tray.ui.widgets.symbols import Symbol, symbol_icon
from tray.ui.widgets.tones import Restyled, tones
from tray.ui.window.head import SymbolButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QKeyEvent

    from tray.mail.model.account import AccountId
    from tray.ui.ports import MessageCommands


class SearchField(Restyled, QWidget):
    """Filters as one types; Enter searches on the servers."""

    typed = pyqtSignal(str)
    entered = pyqtSignal()
    left = pyqtSignal()
    """The user closes the search."""
    down = pyqtSignal()
    """The user wants to go into the list."""

    def __init__(self) -> None:
        super().__init__()
        self._line = QLineEdit()
        self._line.setClearButtonEnabled(True)
        self._line.setAccessibleName(tr("Search"))
        self._line.setPlaceholderText(tr("Sender, subject, text, folder"))
        self._line.setCursorPosition(
            0
        )  # for the first time now, else Orca hears of that instead of the keyboard
        self._symbol = QAction(self)
        self._line.addAction(self._symbol, QLineEdit.LeadingPosition)
        self.restyle()
        self._line.setMinimumHeight(grown(self, 32))
        self._line.textChanged.connect(self.typed)
        self._line.returnPressed.connect(self.entered)
        close = SymbolButton(Symbol.CROSS, tr("Close the search"), tr("Esc"))
        close.clicked.connect(lambda _checked=False: self.left.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addWidget(self._line, 1)
        layout.addWidget(close)
        self.hide()

    def restyle(self) -> None:
        """Take the colours of the palette."""
        self._symbol.setIcon(symbol_icon(Symbol.SEARCH, tones(self.palette()).window_second))

    def begin(self) -> None:
        """Show the field, empty, and give it the keyboard; one that is shown keeps its text, selected."""
        if self.isHidden():
            self.show()
        self._line.setFocus(Qt.ShortcutFocusReason)
        self._line.selectAll()

    def end(self) -> None:
        """Hide the field and empty it."""
        self.hide()
        with QSignalBlocker(self._line):
            # Now and not when it is shown again: of a field that changes before it has the keyboard, Orca says nothing.
            self._line.clear()
        self.describe("")

    def describe(self, found: str) -> None:
        """Tell screen readers what was found."""
        self._line.setAccessibleDescription(found or self._line.placeholderText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes into the list."""
        if event.key() == Qt.Key_Down:
            self.down.emit()
        else:
            super().keyPressEvent(event)


class ServerSearch:
    """A search on the servers, at most one at a time."""

    def __init__(self, commands: MessageCommands, changed: Callable[[], None]) -> None:
        """`changed` is called when servers have answered."""
        self._commands = commands
        self._changed = changed
        self._cancel: Callable[[], None] | None = None
        self.results: SearchResults | None = None
        """None where the servers were not asked."""

    def start(self, words: str, account: AccountId | None) -> None:
        """Ask the servers."""
        self.end()
        self.results = SearchResults(waiting=1)
        self._cancel = self._commands.search(words, account, self._found)

    def end(self) -> None:
        """Forget what was found."""
        cancel, self._cancel, self.results = self._cancel, None, None
        if cancel is not None:
            cancel()

    def _found(self, results: SearchResults) -> None:
        if self.results is not None:
            self.results = results
            self._changed()
