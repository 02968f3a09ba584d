"""A person at the keyboard, and what such a person needs of every dialog."""

from __future__ import annotations

import time
from itertools import pairwise

from PyQt5.QtCore import QPoint, QRect, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QTabBar,
    QWidget,
)

NO = Qt.NoModifier
ALT = Qt.AltModifier
SHIFT = Qt.ShiftModifier
_MODIFIERS = {"Ctrl": Qt.ControlModifier, "Shift": SHIFT}
_NAMED = {"Delete", "Down", "End", "Escape", "F2", "Home", "Return", "Space", "Tab", "Up"}


in_use: list[QWidget] = []
"""The windows that a test has shown, which Python would delete where the test keeps no reference to them."""


def focused():
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def press(key, modifier=NO):
    QTest.keyClick(focused(), key, modifier)
    QApplication.processEvents()


def write(text):
    QTest.keyClicks(focused(), text)
    QApplication.processEvents()


def alt(letter):
    press(ord(letter.upper()), ALT)
    # A mnemonic presses a button for a moment before it lets go.
    buttons = (QPushButton, QCheckBox)
    until(lambda: not any(isinstance(one, buttons) and one.isDown() for one in QApplication.allWidgets()))


def keys(*steps):
    """Press keys (``Alt+S``, ``Ctrl+A``, ``Return``) and type text, one after another."""
    for step in steps:
        modifier, _, name = step.rpartition("+")
        if modifier == "Alt":
            alt(name)
        elif modifier in _MODIFIERS or step in _NAMED:
            press(getattr(Qt, f"Key_{name}"), _MODIFIERS.get(modifier, NO))
        else:
            write(step)


def shown(window):
    """`window` on screen, active, so that keys and mnemonics reach it."""
    if not window.isVisible():
        window.show()

    def active():
        if QApplication.activeWindow() is not window:
            window.activateWindow()
            return False
        focus = QApplication.focusWidget()
        return focus is not None and focus.window() is window

    until(active)
    in_use.append(window)
    return window


def question(dialog):
    """The question whether to drop what was entered, on screen, with the keyboard."""
    assert dialog.question is not None, "nothing is asked"
    return shown(dialog.question)


def until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        QTest.qWait(5)


def mnemonics(window):
    """Every letter that Alt takes in this dialog now, with those who want it."""
    wanted = {}
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QTabBar):
            texts = [widget.tabText(index) for index in range(widget.count())]
        elif isinstance(widget, QAbstractButton) or (
            isinstance(widget, QLabel) and widget.buddy() is not None
        ):
            texts = [widget.text()]
        else:
            continue
        for text in texts:
            key = QKeySequence.mnemonic(text).toString()
            if key:
                wanted.setdefault(key, []).append(text)
    return wanted


def taken_twice(window):
    """The letters of `mnemonics` that several want."""
    return {key: texts for key, texts in mnemonics(window).items() if len(texts) > 1}


def editors(window):
    """What a person can be asked to fill in or press."""
    kinds = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractButton, QListWidget)
    return [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if widget.focusPolicy() & Qt.TabFocus and widget.objectName() != "qt_spinbox_lineedit"
    ]


def without_name(window):
    """Editors of which a screen reader could not say what they are."""
    return [widget for widget in editors(window) if not is_named(widget)]


def is_named(widget):
    """Whether a screen reader can say what it is; a combo box has its name from a label with the same parent."""
    if isinstance(widget, QComboBox):
        labels = widget.parent().findChildren(QLabel, options=Qt.FindDirectChildrenOnly)
        return any(label.buddy() is widget and label.text() for label in labels)
    return bool(widget.accessibleName() or (isinstance(widget, (QAbstractButton, QLabel)) and widget.text()))


def assert_usable_without_a_mouse(window):
    """Every editor has a name, and no letter is taken twice."""
    assert without_name(window) == []
    assert taken_twice(window) == {}


def tab_walk(window):
    """Who gets the focus, one Tab after another, until it comes round."""
    first = focused()
    walk = [first]
    while len(walk) < 60:
        press(Qt.Key_Tab)
        if focused() is first:
            return walk
        walk.append(focused())
    raise AssertionError("the focus does not come round")


def out_of_order(walk, columns):
    """Neighbours in a walk by Tab whose second is neither below the first, nor beside it, nor in the next column."""

    def box(widget):
        return QRect(widget.mapToGlobal(QPoint()), widget.size())

    def column(widget):
        return [each.isAncestorOf(widget) for each in columns]

    def follows(one, other):
        first, second = box(one), box(other)
        is_right = second.left() > first.right()
        is_in_line = second.bottom() >= first.top()
        return second.top() > first.bottom() or (is_right and (is_in_line or column(one) != column(other)))

    # A box for a time is two stops: hours and minutes.
    return [(one, other) for one, other in pairwise(walk) if one is not other and not follows(one, other)]
