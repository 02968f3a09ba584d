"""A choice that screen readers tell by its name too."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QComboBox, QLabel, QWidget


class NamedComboBox(QComboBox):
    """Its accessible name is also that of a hidden label.

    On Unix, Qt 5 gives screen readers the chosen entry as the name of a combo box, and as its label a QLabel that has
    the same parent and the box as its buddy (QAccessibleComboBox::text, QAccessibleWidget::relations).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(parent)
        self._label.setTextFormat(Qt.PlainText)
        self._label.hide()
        self._label.setBuddy(self)

    def setAccessibleName(self, name: str) -> None:
        """Name it."""
        super().setAccessibleName(name)
        self._label.setText(name.replace("&", "&&"))  # a buddy has mnemonics

    def event(self, event: QEvent) -> bool:
        """Keep the label beside the box."""
        if event.type() == QEvent.ParentChange:
            self._label.setParent(self.parentWidget())  # which hides it
        return super().event(event)
