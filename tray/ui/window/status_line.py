"""The foot of the window: what is confirmed, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStyle, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.presentation.window_texts import Mark, StatusLine, StatusTexts
from tray.ui.widgets.card import grown
from tray.ui.widgets.letters import SECOND, directed, scaled
from tray.ui.widgets.symbols import Symbol, draw_symbol
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QColor, QPaintEvent

    from tray.ui.widgets.tones import Tones

_SYMBOL, _GAP, _SIDE = 14, 8, 14
_SYMBOLS = {
    Mark.GOOD: Symbol.TICK,
    Mark.WARN: Symbol.TRIANGLE,
    Mark.OFFLINE: Symbol.OFFLINE,
    Mark.QUIET: Symbol.MOON,
    Mark.WAITING: Symbol.CLOCK,
}


class StatusText(QLabel):
    """A symbol and a line of text, in fewer words where there is too little room; a label for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self._symbol = Symbol.TICK
        self._short = ""
        self._mark: Mark | None = None
        self.setTextFormat(Qt.PlainText)
        self.setFont(scaled(self.font(), SECOND))

    def show_line(self, text: str, *, short: str = "", mark: Mark | None = None) -> None:
        """Show `text` behind the symbol of `mark`, or behind a magnifier."""
        if (text, short, mark) == (self.text(), self._short, self._mark):
            return
        self._short, self._mark = short, mark
        self._symbol = Symbol.SEARCH if mark is None else _SYMBOLS[mark]
        self.setText(text)
        self.update()

    def sizeHint(self) -> QSize:
        """One line; as narrow as need be."""
        width = _SYMBOL + _GAP + self.fontMetrics().horizontalAdvance(self.text()) + 1
        return QSize(width, max(_SYMBOL, self.fontMetrics().lineSpacing()) + 4)

    def minimumSizeHint(self) -> QSize:
        """It is cut off at its end where nothing else helps."""
        return QSize(_SYMBOL + _GAP, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw symbol and text."""
        painter = QPainter(self)
        shades = tones(self.palette())
        area = self.rect()
        square = area.adjusted(0, 0, _SYMBOL - area.width(), 0)
        rest = area.adjusted(_SYMBOL + _GAP, 0, 0, 0)
        direction = self.layoutDirection()
        draw_symbol(painter, self._symbol, self._colour(shades), QStyle.visualRect(direction, area, square))
        letters = self.fontMetrics()
        text = directed(self.text())
        if letters.horizontalAdvance(text) > rest.width():
            text = directed(self._short) or text
        text = letters.elidedText(text, Qt.ElideRight, rest.width())
        painter.setPen(shades.window_text)
        side = Qt.AlignRight if direction == Qt.RightToLeft else Qt.AlignLeft
        flags = int(side | Qt.AlignAbsolute | Qt.AlignVCenter | Qt.TextSingleLine)
        painter.drawText(QStyle.visualRect(direction, area, rest), flags, text)
        painter.end()

    def _colour(self, shades: Tones) -> QColor:
        if self._mark is Mark.GOOD:
            return shades.good
        return shades.warn if self._mark is Mark.WARN else shades.window_second


class StatusFoot(QWidget):
    """One line for all accounts, unfolded into one for each; or that of a search."""

    def __init__(self, retry: Callable[[], None]) -> None:
        super().__init__()
        self.setAccessibleName(tr("Status"))
        self._retry = retry
        self._texts = StatusTexts(())
        self._search: tuple[str, str, Callable[[], None]] | None = None
        self._unfolded = False
        self._rows: list[_Row] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(_SIDE, 4, 8, 4)
        self._layout.setSpacing(0)

    def show_status(self, texts: StatusTexts) -> None:
        """Show these."""
        self._texts = texts
        self._show()

    def show_search(self, text: str, label: str = "", command: Callable[[], None] = lambda: None) -> None:
        """Show the line of a search, with a button where it has a `label`; an empty text ends it."""
        self._search = (text, label, command) if text else None
        self._show()

    def _show(self) -> None:
        if self._search is not None:
            text, label, command = self._search
            self._row(0).show_line(StatusLine(Mark.GOOD, text), label, command, search=True)
            self._limit(1)
            return
        texts = self._texts
        unfolded = self._unfolded and bool(texts.details)
        lines = texts.details if unfolded else texts.lines
        for number, line in enumerate(lines):
            label, command = "", self._retry
            if line.retry:
                label = tr("Now") if unfolded else tr("Try now")
            if (
                texts.details
                and number == (0 if unfolded else len(lines) - 1)
                and not (line.retry and unfolded)
            ):
                label, command = (tr("Less") if unfolded else tr("Details")), self._fold
            self._row(number).show_line(line, label, command)
        self._limit(len(lines))

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self._show()
        for row in self._rows:
            row.keep_focus(self._fold)

    def _row(self, number: int) -> _Row:
        while len(self._rows) <= number:
            row = _Row()
            self._rows.append(row)
            self._layout.addWidget(row)
        return self._rows[number]

    def _limit(self, count: int) -> None:
        for number, row in enumerate(self._rows):
            row.setVisible(number < count)


class _Row(QWidget):
    """One line, and its button."""

    def __init__(self) -> None:
        super().__init__()
        self._text = StatusText()
        self._button = QPushButton()
        self._button.setFlat(True)
        self._button.setFont(scaled(self._button.font(), SECOND))
        self._command: Callable[[], None] = lambda: None
        self._button.clicked.connect(lambda _checked=False: self._command())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self._fit()

    def show_line(
        self, line: StatusLine, label: str, command: Callable[[], None], *, search: bool = False
    ) -> None:
        """Show `line`, and the button where it has a `label`."""
        self._command = command
        self._text.show_line(line.text, short=line.short, mark=None if search else line.mark)
        self._button.setVisible(bool(label))
        if label != self._button.text():
            self._button.setText(label)

    def keep_focus(self, command: Callable[[], None]) -> None:
        """Give the button the focus if it does `command`: the one that was pressed for it is hidden now."""
        if self._command == command and self._button.isVisible():
            self._button.setFocus(Qt.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.FontChange:
            self._fit()

    def _fit(self) -> None:
        height = grown(self, 28)
        self._button.setFixedHeight(height)
        self._text.setMinimumHeight(height - 6)
