"""The head of the window: unread or latest, search, mark all as read, menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PyQt5.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QToolButton, QWidget

from tray.i18n import tr, trn
from tray.ui.widgets.card import grown
from tray.ui.widgets.letters import strong
from tray.ui.widgets.plain_text import plain_tooltip
from tray.ui.widgets.solid_button import BY_KEYBOARD
from tray.ui.widgets.symbols import Symbol, symbol_icon
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QFocusEvent, QPaintEvent

_HEIGHT, _SIDE, _RADIUS = 32, 14, 6
_GAP = "  "


class SymbolButton(Restyled, QToolButton):
    """A flat button with a symbol in the colour of text, and a tooltip with its key."""

    def __init__(self, symbol: Symbol, text: str, key: str) -> None:
        super().__init__()
        self._symbol = symbol
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.TabFocus)
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(tr("{text} ({key})").format(text=text, key=key)))
        self.setFixedSize(_HEIGHT, _HEIGHT)
        self.setIconSize(QSize(16, 16))
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the palette."""
        self.setIcon(symbol_icon(self._symbol, tones(self.palette()).window_text))


class DrawnRadio(QRadioButton):
    """A radio button for screen readers, which draws itself; `ring`: whether the keyboard brought the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ring = False

    def hitButton(self, point: QPoint) -> bool:
        """All of it can be pressed."""
        return self.rect().contains(point)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring where the keyboard brought the focus."""
        self.ring = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)


class _Segment(DrawnRadio):
    """One half of the switch."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Minimum, QSizePolicy.Expanding)

    def sizeHint(self) -> QSize:
        """Wide enough for semi-bold text."""
        return QSize(
            QFontMetrics(strong(self.font())).horizontalAdvance(self.text()) + 2 * _SIDE, grown(self, _HEIGHT)
        )

    def minimumSizeHint(self) -> QSize:
        """Never less."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the part of the switch that this half is."""
        shades = tones(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        whole = QRectF(self.parentWidget().rect().translated(-self.pos())).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(whole, _RADIUS, _RADIUS)
        painter.fillPath(path, shades.pressed if self.isChecked() else shades.base)
        painter.setPen(QPen(shades.edge))
        painter.drawPath(path)
        if self.pos().x() > 0:
            painter.drawLine(QPoint(0, 1), QPoint(0, self.height() - 2))
        painter.setPen(shades.window_text)
        painter.setFont(strong(self.font()) if self.isChecked() else self.font())
        painter.drawText(self.rect(), Qt.AlignCenter, self.text())
        if self.hasFocus() and self.ring:
            ground = shades.pressed if self.isChecked() else shades.base
            painter.setPen(QPen(shades.ring_on(ground), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 4, 4)
        painter.end()


class Switch(QWidget):
    """*Unread 4 | Latest*."""

    changed = pyqtSignal(bool)
    """With whether only unread messages are wanted; only by the user."""

    def __init__(self) -> None:
        super().__init__()
        self._unread, self._latest = _Segment(self), _Segment(self)
        self._latest.setText(tr("Latest"))
        self.show_count(0)
        self._latest.setChecked(True)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for segment in (self._unread, self._latest):
            self._group.addButton(segment)
            layout.addWidget(segment)
        self._group.buttonClicked.connect(lambda _button: self.changed.emit(self._unread.isChecked()))

    def show_count(self, count: int) -> None:
        """Show the number of unread messages, nothing for 0."""
        text = tr("Unread") + (f"{_GAP}{count}" if count else "")
        if text != self._unread.text():
            self._unread.setText(text)
            self.updateGeometry()

    def set_unread(self, unread: bool) -> None:
        """Show what is wanted."""
        (self._unread if unread else self._latest).setChecked(True)


class Head(QWidget):
    """The switch, or how many messages are selected; and three buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("What is shown"))
        self.switch = Switch()
        self._selected = QLabel()
        self._selected.setTextFormat(Qt.PlainText)
        self._selected.setFont(strong(QFont()))
        self._selected.hide()
        self.search = SymbolButton(Symbol.SEARCH, tr("Search"), "/")
        self.mark_all = SymbolButton(Symbol.MAIL_OPEN, tr("Mark all as read"), tr("Shift+U"))
        self.menu = SymbolButton(Symbol.MENU, tr("Menu"), "F10")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.switch)
        layout.addWidget(self._selected)
        layout.addStretch(1)
        for button in (self.search, self.mark_all, self.menu):
            layout.addWidget(button)

    def show_selected(self, count: int) -> None:
        """Say how many messages are selected where there are several."""
        several = count > 1
        if several:
            self._selected.setText(trn("{n} selected", "{n} selected", count).format(n=count))
        self.switch.setVisible(not several)
        self._selected.setVisible(several)
        self.setMinimumHeight(self.switch.sizeHint().height() + 16)
