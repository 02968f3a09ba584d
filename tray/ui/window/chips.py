"""The choice of an account: chips side by side, or one list where they do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PyQt5.QtWidgets import QButtonGroup, QStyle, QWidget

from tray.i18n import tr
from tray.mail.model.status import needs_attention
from tray.ui.widgets.card import grown
from tray.ui.widgets.forms import NamedComboBox
from tray.ui.widgets.icons import colour_swatch
from tray.ui.widgets.letters import strong
from tray.ui.widgets.symbols import Symbol, draw_symbol
from tray.ui.widgets.tones import tones
from tray.ui.window.head import DrawnRadio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PyQt5.QtGui import QPaintEvent, QResizeEvent

    from tray.mail.model.account import AccountId
    from tray.mail.presentation.summary import AccountSummary

_HEIGHT, _GAP, _BELOW = 28, 6, 8
_LEADING, _TRAILING = 12, 8
_SIDE, _DOT, _INNER, _SYMBOL = 11, 9, 7, 14


class _Chip(DrawnRadio):
    """One account, or all."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = ""
        self._colour = ""
        self._trouble = False

    def describe(self, account: AccountSummary | None) -> None:
        """Show `account`, or all (None)."""
        text = tr("All") if account is None else account.name
        count = "" if account is None or not account.unseen else str(account.unseen)
        colour = "" if account is None else account.colour
        trouble = account is not None and needs_attention(account.status)
        if (text, count, colour, trouble) == (self.text(), self._count, self._colour, self._trouble):
            return
        self._count, self._colour, self._trouble = count, colour, trouble
        self.setText(text)
        self.setAccessibleName(tr("All accounts") if account is None else _entry(account))
        self.update()

    def sizeHint(self) -> QSize:
        """Dot, name, count and triangle."""
        letters = QFontMetrics(strong(self.font()))
        width = letters.horizontalAdvance(self.text()) + 2 * _SIDE
        if self._colour:
            width += _DOT + _INNER
        if self._count:
            width += letters.horizontalAdvance(self._count) + _INNER
        if self._trouble:
            width += _SYMBOL + _INNER
        return QSize(width, grown(self, _HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill and what is in it."""
        shades = tones(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        ground = shades.pressed if self.isChecked() else shades.window
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ring = shades.ring_on(ground)
        focused = self.hasFocus() and self.ring
        painter.setPen(QPen(ring if self.isChecked() else shades.hairline, 2 if focused else 1))
        if focused:
            painter.setPen(QPen(ring, 2))
            area.adjust(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        left = _SIDE
        if self._colour:
            painter.setPen(Qt.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(self._placed(left, _DOT, _DOT))
            left += _DOT + _INNER
        font = strong(self.font()) if self.isChecked() and not self._colour else self.font()
        left = self._write(painter, left, self.text(), font, shades.window_text)
        if self._count:
            left = self._write(painter, left, self._count, self.font(), shades.second_on(ground))
        if self._trouble:
            draw_symbol(painter, Symbol.TRIANGLE, shades.warn, self._placed(left, _SYMBOL, _SYMBOL))
        painter.end()

    def _write(self, painter: QPainter, left: int, text: str, font: QFont, colour: QColor) -> int:
        width = QFontMetrics(font).horizontalAdvance(text) + 1
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(self._placed(left, width, self.height()), Qt.AlignCenter | Qt.TextSingleLine, text)
        return left + width + _INNER

    def _placed(self, left: int, width: int, height: int) -> QRect:
        area = QRect(left, (self.height() - height) // 2, width, height)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), area)


class AccountChoice(QWidget):
    """*All*, then one chip for each account; a combo box with the same entries where there is too little room."""

    chosen = pyqtSignal(object)
    """With the `AccountId`, or None for all; only by the user."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Accounts"))
        self._ids: tuple[AccountId | None, ...] = ()
        self._chips: list[_Chip] = []
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(lambda chip: self._choose(self._chips.index(chip)))
        self._combo = NamedComboBox(self)
        self._combo.setAccessibleName(tr("Account"))
        self._combo.activated.connect(self._choose)
        self.current: AccountId | None = None

    def show_accounts(self, accounts: Sequence[AccountSummary]) -> None:
        """Show `accounts`; the chosen one stays chosen while it is there."""
        entries = (None, *accounts)
        ids = tuple(None if account is None else account.id for account in entries)
        if ids != self._ids:
            self._make(ids)
        for number, (chip, account) in enumerate(zip(self._chips, entries, strict=True)):
            chip.describe(account)
            text = tr("All accounts") if account is None else _entry(account)
            if self._combo.itemText(number) != text:
                self._combo.setItemText(number, text)
            self._combo.setItemIcon(number, colour_swatch("" if account is None else account.colour))
        self._arrange()

    def choose_number(self, number: int) -> None:
        """Choose by the order in which they stand, 0 for all; nothing where there are not so many."""
        if number < len(self._ids):
            self._choose(number)

    def _make(self, ids: tuple[AccountId | None, ...]) -> None:
        for chip in self._chips:
            self._group.removeButton(chip)
            chip.deleteLater()
        self._ids = ids
        self._chips = [_Chip(self) for _ in ids]
        self._combo.clear()
        before: QWidget = self._combo  # made with the window, so that Tab comes here between head and list
        for chip in self._chips:
            self._group.addButton(chip)
            self._combo.addItem("")
            QWidget.setTabOrder(before, chip)
            before = chip
        if self.current not in ids:
            self.current = None
        self._mark(ids.index(self.current))

    def _choose(self, number: int) -> None:
        self.current = self._ids[number]
        self._mark(number)
        self.chosen.emit(self.current)

    def _mark(self, number: int) -> None:
        self._chips[number].setChecked(True)
        self._combo.setCurrentIndex(number)

    def _arrange(self) -> None:
        widths = [chip.sizeHint().width() for chip in self._chips]
        room = self.width() - _LEADING - _TRAILING
        fits = sum(widths) + _GAP * (len(widths) - 1) <= room
        height = grown(self, _HEIGHT)
        left = _LEADING
        for chip, width in zip(self._chips, widths, strict=True):
            area = QRect(left, 0, width, height)
            chip.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), area))
            chip.setVisible(fits)
            left += width + _GAP
        tall = max(height, self._combo.sizeHint().height())
        self._combo.setGeometry(
            QStyle.visualRect(self.layoutDirection(), self.rect(), QRect(_LEADING, 0, room, tall))
        )
        self._combo.setVisible(not fits)
        self.setFixedHeight((height if fits else tall) + _BELOW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chips or combo box, as there is room."""
        super().resizeEvent(event)
        self._arrange()


def _entry(account: AccountSummary) -> str:
    name = account.name
    if account.unseen:
        name = tr("{account}, {n} unread").format(account=name, n=account.unseen)
    return tr("{account}, in trouble").format(account=name) if needs_attention(account.status) else name
