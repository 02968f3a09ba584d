"""Sentences with one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QBoxLayout, QPushButton, QShortcut, QWidget

from tray.i18n import tr
from tray.ui.widgets.plain_text import plain_label, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable


class ActionLine(QWidget):
    """A sentence that wraps, with one button; hidden while it is empty."""

    clicked = pyqtSignal()
    _direction = QBoxLayout.Direction.LeftToRight

    def __init__(self, action: str) -> None:
        super().__init__()
        self.text = plain_label(parent=self, narrow=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(action, self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.clicked)
        layout = QBoxLayout(self._direction, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.show_text("")

    def show_text(self, sentence: str, action: str = "") -> None:
        """Show `sentence` and, where there is an `action`, the button that does it; nothing where both are empty."""
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        if action:
            self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setVisible(bool(sentence))


class PasswordAdvice(ActionLine):
    """How to get a password for this program, with a button that opens the provider's page for it."""

    _direction = QBoxLayout.Direction.TopToBottom

    def __init__(self, open_page: Callable[[str, Callable[[], None]], None]) -> None:
        """`open_page` opens an address in the browser, and calls back where none could be started."""
        super().__init__(tr("Open in your &browser"))
        self._url = ""
        self._open_page = open_page
        self.clicked.connect(self._open)

    def show_advice(self, sentence: str, url: str) -> None:
        """Show the advice; `url` is an https address of the shipped tables, or empty."""
        self._url = url
        self.show_text(sentence, self.button.text() if url and sentence else "")
        self.button.setToolTip(plain_tooltip(url))
        self.button.setAccessibleDescription(url)

    def _open(self) -> None:
        url = self._url
        self._open_page(url, lambda: self._not_opened(url))

    def _not_opened(self, url: str) -> None:
        if url == self._url:
            self.show_text(tr("No browser could be started. Open {url} by hand.").format(url=url))


class UndoLine(ActionLine):
    """What was removed, with a button that restores it; Ctrl+Z presses it, too."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(tr("U&ndo"))
        self.button.setAutoDefault(True)  # else Enter on it would close the window, which deletes for good
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), page)
        shortcut.activated.connect(self.button.click)

    def show_text(self, sentence: str, action: str = "") -> None:
        """Show `sentence` with the button, or nothing."""
        super().show_text(sentence, action or (self.button.text() if sentence else ""))
        self.button.setEnabled(bool(sentence))
        self.button.setAccessibleDescription(sentence)
