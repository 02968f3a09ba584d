"""The controls of rows: each shows a value, announces what the user makes of it, and has one widget with the focus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QWidget,
)

from tray.ui.widgets.forms import NamedComboBox, push_button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HEIGHT = 28
"""Pixels that a control has at least."""


class Control(QWidget):
    """The base of all: `main` gets the focus, the name and the description."""

    edited = pyqtSignal(object)
    """The user has chosen this value."""
    failed = pyqtSignal(str)
    """What is wrong, in a sentence; empty when nothing is any more."""

    def __init__(self, main: QWidget, *beside: QWidget) -> None:
        super().__init__()
        self.main = main
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (main, *beside):
            widget.setMinimumHeight(max(_HEIGHT, widget.sizeHint().height()))
            layout.addWidget(widget)
        self.setFocusProxy(main)

    def show_value(self, value: Any) -> None:
        """Show `value`, and announce nothing."""

    def name(self, label: str) -> None:
        """Name the control for screen readers by the label of its row."""
        self.main.setAccessibleName(label)

    def act(self) -> None:
        """Do what a click on the row's text asks for."""
        self.main.setFocus(Qt.FocusReason.MouseFocusReason)


class Tick(Control):
    """On or off."""

    def __init__(self) -> None:
        self.box = QCheckBox()
        super().__init__(self.box)
        self.box.toggled.connect(self.edited.emit)

    def show_value(self, value: bool) -> None:
        """Tick the box, or not."""
        with QSignalBlocker(self.box):
            self.box.setChecked(value)

    def act(self) -> None:
        """Turn it round."""
        super().act()
        self.box.click()


class Choice(Control):
    """One of a few values."""

    def __init__(self, *options: tuple[str, Any]) -> None:
        """`options` are the text of each, and its value."""
        self.box = NamedComboBox()
        for text, value in options:
            self.box.addItem(text, value)
        super().__init__(self.box)
        self.box.activated.connect(self._chosen)

    def show_value(self, value: Any) -> None:
        """Select `value`; one that is not offered is offered from now on."""
        index = next((at for at in range(self.box.count()) if self.box.itemData(at) == value), -1)
        if index < 0:
            index = self.box.count()
            self.box.addItem(str(value), value)
        self.box.setCurrentIndex(index)

    def act(self) -> None:
        """Open the list."""
        super().act()
        self.box.showPopup()

    def _chosen(self) -> None:
        self.edited.emit(self.box.currentData())


class Number(Control):
    """A whole number, applied when it is typed in full."""

    def __init__(self, low: int, high: int, text: Callable[[int], tuple[str, str]] | None = None) -> None:
        """`text` gives what is shown before and behind a number."""
        self.box = QSpinBox()
        self.box.setRange(low, high)
        self.box.setKeyboardTracking(False)  # else 20 would be 2 for a moment, and then 20
        self._text = text
        super().__init__(self.box)
        self._add_text(high)
        self.box.valueChanged.connect(self._edited)

    def show_value(self, value: int) -> None:
        """Show the number."""
        if value != self.box.value():
            with QSignalBlocker(self.box):
                self.box.setValue(value)
        self._add_text(value)

    def act(self) -> None:
        """Select the number."""
        super().act()
        self.box.selectAll()

    def _edited(self, value: int) -> None:
        self._add_text(value)
        self.edited.emit(value)

    def _add_text(self, value: int) -> None:
        if self._text is not None:
            before, behind = self._text(value)
            self.box.setPrefix(before)
            self.box.setSuffix(behind)


class Line(Control):
    """One line of text, applied when the user leaves it or presses Enter."""

    def __init__(self, columns: int = 28) -> None:
        """`columns` are the characters that it shows at least."""
        self.line = QLineEdit()
        super().__init__(self.line)
        self.line.setMinimumWidth(self.line.fontMetrics().averageCharWidth() * columns)
        self.line.editingFinished.connect(self._finished)

    def show_value(self, value: str) -> None:
        """Show `value`, unless the user is typing."""
        if not self.line.isModified():
            self.line.setText(value)
            self.line.setCursorPosition(0)

    def act(self) -> None:
        """Select the text."""
        super().act()
        self.line.selectAll()

    def _finished(self) -> None:
        if self.line.isModified():
            self.line.setModified(False)
            self.edited.emit(self.line.text())


class Push(Control):
    """A button; it has no value."""

    def __init__(self, text: str, pressed: Callable[[], None]) -> None:
        self.button = push_button(text, "")
        super().__init__(self.button)
        self.button.clicked.connect(lambda _checked: pressed())

    def name(self, label: str) -> None:
        """Name the button by its row too: “Change…” alone says nothing."""
        self.button.setAccessibleName(f"{label}: {self.button.text().rstrip('…')}")

    def act(self) -> None:
        """Press it."""
        super().act()
        self.button.click()


class Ticked(Control):
    """Some of a few values in the order in which they were ticked, in a menu below a button."""

    def __init__(self, limit: int, none: str, *options: tuple[str, Any]) -> None:
        """At most `limit` of the `options`; `none` is the text while there is none."""
        self.button = push_button("", "")
        super().__init__(self.button)
        self._limit, self._none = limit, none
        self._value: tuple[Any, ...] = ()
        self._label = ""
        self.menu = QMenu(self.button)
        self._options = [(self.menu.addAction(text), text, value) for text, value in options]
        for action, _, value in self._options:
            action.setCheckable(True)
            action.triggered.connect(partial(self._ticked, value))
        self.button.setMenu(self.menu)

    def show_value(self, value: Sequence[Any]) -> None:
        """Tick these."""
        self._value = tuple(value)
        for action, _, each in self._options:
            action.setChecked(each in self._value)
            action.setEnabled(each in self._value or len(self._value) < self._limit)
        names = {each: text for _, text, each in self._options}
        self.button.setText(", ".join(names[each] for each in self._value if each in names) or self._none)
        self.name(self._label)

    def name(self, label: str) -> None:
        """Name the button with what is ticked."""
        self._label = label
        self.button.setAccessibleName(f"{label}: {self.button.text()}")

    def act(self) -> None:
        """Open the menu."""
        super().act()
        self.button.showMenu()

    def _ticked(self, value: Any, ticked: bool) -> None:
        kept = tuple(each for each in self._value if each != value)
        self.show_value((*kept, value) if ticked else kept)
        self.edited.emit(self._value)


_SIDE_BY_SIDE = 64
"""Room for so many letters is in the narrowest page; longer texts, as German has them, stand below each other."""


class Several(Control):
    """Some of a few values, in an order: a choice for each place; a place that is left empty counts for nothing."""

    def __init__(self, places: int, none: str, *options: tuple[str, Any]) -> None:
        """`none` is the text of an empty place."""
        self.boxes = [NamedComboBox() for _ in range(places)]
        for box in self.boxes:
            for text, value in ((none, None), *options):
                box.addItem(text, value)
            box.activated.connect(self._chosen)
        super().__init__(self.boxes[0], *self.boxes[1:])
        wide = self.minimumSizeHint().width() > _SIDE_BY_SIDE * self.fontMetrics().averageCharWidth()
        if wide and isinstance(row := self.layout(), QBoxLayout):
            row.setDirection(QBoxLayout.Direction.TopToBottom)

    def show_value(self, value: Sequence[Any]) -> None:
        """Show the values from the first place on."""
        for place, box in enumerate(self.boxes):
            wanted = value[place] if place < len(value) else None
            box.setCurrentIndex(next((at for at in range(box.count()) if box.itemData(at) == wanted), 0))

    def name(self, label: str) -> None:
        """Name each by its place."""
        for place, box in enumerate(self.boxes, 1):
            box.setAccessibleName(f"{label} {place}")

    def _chosen(self) -> None:
        chosen = [box.currentData() for box in self.boxes if box.currentData() is not None]
        self.edited.emit(tuple(dict.fromkeys(chosen)))


def button(text: str, pressed: Callable[[], None]) -> QPushButton:
    """A button at the foot of a page."""
    made = push_button(text, "")
    made.clicked.connect(lambda _checked: pressed())
    return made
