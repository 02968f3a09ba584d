"""A choice that screen readers tell by its name too."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QComboBox, QLabel, QWidget


class NamedComboBox(QComboBox):
    """Its accessible name is also that of a hidden label, which ends in the chosen entry.

    On Unix, Qt 5 gives screen readers the chosen entry as the name of a combo box, and as its label a QLabel that has
    the same parent and the box as its buddy (QAccessibleComboBox::text, QAccessibleWidget::relations). Orca 43 reads
    the label instead of the name, and looks for the chosen entry in the list, where Qt has none before it is opened.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(parent)
        self._label.setTextFormat(Qt.PlainText)
        self._label.hide()
        self._label.setBuddy(self)
        self.currentTextChanged.connect(self._tell)

    def setAccessibleName(self, name: str) -> None:
        """Name it."""
        super().setAccessibleName(name)
        self._tell()

    def event(self, event: QEvent) -> bool:
        """Keep the label beside the box."""
        if event.type() == QEvent.ParentChange:
            self._label.setParent(self.parentWidget())  # which hides it
        return super().event(event)

    def _tell(self) -> None:
        parts = filter(None, (self.accessibleName(), self.currentText()))
        self._label.setText(": ".join(parts).replace("&", "&&"))  # a buddy has mnemonics
