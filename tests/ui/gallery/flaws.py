"""What is wrong with a window: parts outside it, words cut off, editors without a name, a letter of Alt taken twice."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QPushButton, QScrollArea, QWidget

from tests.ui.keyboard import is_named, taken_twice


def flaws(window: QWidget) -> list[str]:
    """A line each."""
    found = []
    screen = window.screen()
    if window.isVisible() and not screen.availableGeometry().contains(window.frameGeometry()):
        found.append(f"outside the screen: {window.frameGeometry()} of {screen.availableGeometry()}")
    found += [
        f"clipped: {_words(widget)!r} {widget.size()} {widget.minimumSizeHint()}"
        for widget in window.findChildren((QLabel, QAbstractButton, QComboBox))
        if widget.isVisible() and _is_clipped(widget)
    ]
    found += [
        f"wider than its room: {area.widget().size()} in {area.viewport().size()}"
        for area in window.findChildren(QScrollArea)
        if area.isVisible() and area.widget().width() > area.viewport().width()
    ]
    found += [
        f"nameless: {widget}"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.TabFocus
        and not _is_part(widget)
        and not is_named(widget)
    ]
    found += [f"{key} is taken twice: {texts}" for key, texts in taken_twice(window).items()]
    return found


def _is_part(widget: QWidget) -> bool:
    """Whether it is inside a spin box, which has the name."""
    return widget.objectName() == "qt_spinbox_lineedit"


def _words(widget: QWidget) -> str:
    return widget.currentText() if isinstance(widget, QComboBox) else widget.text()


def _is_clipped(widget: QWidget) -> bool:
    if not _words(widget):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() < widget.heightForWidth(widget.width())
    least = widget.minimumSizeHint()
    if isinstance(widget, (QPushButton, QCheckBox, QLabel)) and widget.width() < least.width():
        return True
    return widget.height() < least.height()
