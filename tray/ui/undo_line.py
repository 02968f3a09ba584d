"""The line that gives back what was just removed."""

from __future__ import annotations

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut, QWidget

from tray.i18n import tr
from tray.ui.found_line import Line


class UndoLine(Line):
    """Says what was removed, with a button that brings it back, which Ctrl+Z presses too."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(tr("U&ndo"))
        self.button.setAutoDefault(True)  # Enter on it must not close the window, which would delete for good
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), page)
        shortcut.activated.connect(self.button.click)

    def say(self, sentence: str, action: str = "") -> None:
        """Show `sentence` with the button, or nothing."""
        super().say(sentence, action or (self.button.text() if sentence else ""))
        self.button.setEnabled(bool(sentence))
        self.button.setAccessibleDescription(sentence)
