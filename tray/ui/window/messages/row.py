"""Draws one message of the list, and the buttons on the row under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QBrush, QColor, QFont, QFontMetrics, QLinearGradient, QPainter, QPen
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate

from tray.i18n import tr
from tray.mail.presentation.message_rows import MessageRow
from tray.mail.presentation.message_texts import sender_text, subject_text
from tray.mail.presentation.times import brief
from tray.ui.widgets.avatar import draw_avatar
from tray.ui.widgets.letters import SECOND, directed, scaled, strong
from tray.ui.widgets.symbols import Symbol, draw_symbol
from tray.ui.widgets.tones import tones
from tray.ui.window.messages.model import ROW
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PyQt5.QtCore import QModelIndex, QPoint
    from PyQt5.QtWidgets import QStyleOptionViewItem

    from tray.ui.widgets.tones import Tones

_LINE = 18
"""Height in pixels of the line of text for which all sizes are given."""
_MARGIN, _DOT, _DOT_GAP, _TEXT_GAP, _END = 8, 8, 6, 10, 12
_AVATAR, _BUTTON, _BUTTON_LINES = 32, 32, 1.75
_ABOVE, _BETWEEN = 10, 1
_GAP, _FADE, _BAR, _FOLDER_WIDTH = 10, 24, 3, 90
_FLAG, _SYMBOL = 14, 16
_SENDER_LETTERS = 11
"""Average characters that the word *Important* leaves to the sender; else it shrinks to an exclamation mark."""


@dataclass(frozen=True)
class Letters:
    """The fonts of a row, and their measures in pixels."""

    normal: QFont
    bold: QFont
    second: QFont
    line: int
    second_line: int

    @classmethod
    def of(cls, font: QFont) -> Letters:
        """Those that belong to the font of the list."""
        font = QFont(font)  # that of an option ends with the option
        bold, second = strong(font), scaled(font, SECOND)
        return cls(font, bold, second, QFontMetrics(bold).height(), QFontMetrics(second).height())

    @property
    def row_height(self) -> int:
        """Three lines with their margins."""
        return 2 * _ABOVE + 2 * self.line + self.second_line + 2 * _BETWEEN

    @property
    def avatar(self) -> int:
        """Its diameter."""
        return max(_AVATAR, 2 * self.line)

    @property
    def button(self) -> int:
        """Width and height of a button."""
        return max(_BUTTON, round(_BUTTON_LINES * self.line))

    def scaled(self, pixels: int) -> int:
        """The size of a symbol beside text."""
        return max(pixels, round(pixels * self.line / _LINE))


class RowDelegate(QStyledItemDelegate):
    """Draws every row; `hovered` and `pressed` say where the pointer is."""

    def __init__(self, now: Callable[[], float], buttons: Callable[[MessageRow], Sequence[Symbol]]) -> None:
        """`now` gives Unix seconds, `buttons` the symbols of the buttons of a message."""
        super().__init__()
        self._now = now
        self._buttons = buttons
        self._letters: Letters | None = None
        self.hovered = -1
        """The row under the pointer."""
        self.button = -1
        """The number of the button under the pointer."""
        self.ring = False
        """Whether the row with the focus has a ring: where the keyboard is used."""

    def letters(self, font: QFont) -> Letters:
        """The fonts that belong to `font`."""
        if self._letters is None or self._letters.normal != font:
            self._letters = Letters.of(font)
        return self._letters

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """The same for all rows."""
        return QSize(0, self.letters(option.font).row_height)

    def button_at(self, point: QPoint, rect: QRect, row: MessageRow, font: QFont, *, mirrored: bool) -> int:
        """The number of the button at `point` of the row that has `rect`; -1 where there is none."""
        for number, area in enumerate(self._areas(rect, len(self._buttons(row)), self.letters(font))):
            if _mirror(area, rect, mirrored=mirrored).contains(point):
                return number
        return -1

    def _areas(self, rect: QRect, count: int, letters: Letters) -> list[QRect]:
        size = letters.button
        top = rect.top() + (rect.height() - size) // 2
        first = rect.right() + 1 - _MARGIN - count * size
        return [QRect(first + number * size, top, size, size) for number in range(count)]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the row of `index`."""
        row = index.data(ROW)
        if not isinstance(row, MessageRow):
            return
        painter.save()
        _Painting(self, painter, option, row, hovered=index.row() == self.hovered).draw()
        painter.restore()

    def when(self, row: MessageRow) -> str:
        """The time of a message as the row shows it."""
        return brief(row.line.date, self._now())

    def symbols(self, row: MessageRow) -> Sequence[Symbol]:
        """Those of the buttons."""
        return self._buttons(row)


class _Painting:
    """One row while it is drawn; all places are those of a row from left to right, mirrored at the end."""

    def __init__(
        self,
        delegate: RowDelegate,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: MessageRow,
        *,
        hovered: bool,
    ) -> None:
        self._delegate = delegate
        self._painter = painter
        self._row = row
        self._rect = QRect(option.rect)
        self._mirrored = option.direction == Qt.RightToLeft
        self._letters = delegate.letters(option.font)
        self._tones: Tones = tones(option.palette)
        self._hovered = hovered
        self._selected = bool(option.state & QStyle.State_Selected)
        self._ring = bool(option.state & QStyle.State_HasFocus) and delegate.ring
        shades = self._tones
        self._ground = shades.selected if self._selected else shades.hovered if hovered else shades.base
        self._ink = shades.on_selected if self._selected else shades.text
        self._pale = shades.second_on(self._ground)

    def draw(self) -> None:
        """Draw everything."""
        painter, rect, letters, line = self._painter, self._rect, self._letters, self._row.line
        painter.setLayoutDirection(Qt.LeftToRight)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.fillRect(rect, self._ground)
        if self._selected:
            bar = QRect(rect.left(), rect.top(), _BAR, rect.height())
            painter.fillRect(self._placed(bar), self._tones.ring_on(self._ground))
        left = rect.left() + _MARGIN
        middle = rect.top() + rect.height() // 2
        if line.unseen:
            painter.setPen(Qt.NoPen)
            painter.setBrush(self._tones.ring_on(self._ground))
            painter.drawEllipse(self._placed(QRect(left, middle - _DOT // 2, _DOT, _DOT)))
        left += _DOT + _DOT_GAP
        avatar = self._placed(QRect(left, middle - letters.avatar // 2, letters.avatar, letters.avatar))
        painter.setFont(letters.normal)
        sender = sender_text(line.sender)
        draw_avatar(painter, avatar, sender, self._row.colour, self._tones, self._ground, unread=line.unseen)
        left += letters.avatar + _TEXT_GAP
        painter.fillRect(
            self._placed(QRect(left, rect.bottom(), rect.right() - left + 1, 1)), self._tones.hairline
        )
        self._texts(left)
        if self._hovered:
            self._buttons()
        if self._ring:
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(self._tones.ring_on(self._ground), 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -2), 4, 4)

    def _texts(self, left: int) -> None:
        letters, line = self._letters, self._row.line
        end = self._rect.right() + 1 - _END
        top = self._rect.top() + _ABOVE
        font = letters.bold if line.unseen else letters.normal
        limit = end if self._hovered else self._marks(top, end, left)
        self._text(sender_text(line.sender), QRect(left, top, limit - left, letters.line), font, self._ink)
        top += letters.line + _BETWEEN
        limit = end
        if self._row.folder and not self._hovered:
            width = min(_FOLDER_WIDTH, self._width(self._row.folder, letters.second))
            area = QRect(end - width, top, width, letters.line)
            self._text(self._row.folder, area, letters.second, self._pale, at_end=True)
            limit -= width + _GAP
        self._text(subject_text(line.subject), QRect(left, top, limit - left, letters.line), font, self._ink)
        top += letters.line + _BETWEEN
        self._text(
            line.preview, QRect(left, top, end - left, letters.second_line), letters.second, self._pale
        )

    def _marks(self, top: int, end: int, left: int) -> int:
        """Draw time, flag and label into the first line, which ends at `end`; where the sender has to end."""
        letters, line = self._letters, self._row.line
        when = self._delegate.when(self._row)
        if when:
            width = self._width(when, letters.second)
            area = QRect(end - width, top, width, letters.line)
            self._text(when, area, letters.second, self._pale, at_end=True)
            end -= width + _GAP
        if line.flagged:
            size = letters.scaled(_FLAG)
            area = QRect(end - size, top + (letters.line - size) // 2, size, size)
            draw_symbol(
                self._painter, Symbol.FLAG_FILLED, self._tones.bad_on(self._ground), self._placed(area)
            )
            end -= size + _GAP
        if line.important:
            end = self._label(top, end, left)
        return end

    def _label(self, top: int, end: int, left: int) -> int:
        letters = self._letters
        text = tr("Important")
        width = self._width(text, letters.second) + 12
        least = _SENDER_LETTERS * QFontMetrics(letters.bold).averageCharWidth()
        if end - width - _GAP - left < least:
            text = "!"
            width = self._width(text, letters.second) + 12
        ground, ink = self._tones.warn_on(self._ground)
        height = letters.second_line
        area = QRect(end - width, top + (letters.line - height) // 2, width, height)
        self._painter.setPen(Qt.NoPen)
        self._painter.setBrush(ground)
        self._painter.drawRoundedRect(self._placed(area), 4, 4)
        self._text(text, area.adjusted(6, 0, -6, 0), letters.second, ink)
        return end - width - _GAP

    def _buttons(self) -> None:
        painter, rect, letters = self._painter, self._rect, self._letters
        symbols = self._delegate.symbols(self._row)
        areas = self._delegate._areas(rect, len(symbols), letters)  # noqa: SLF001 -- the same file
        if not areas:
            return
        start = areas[0].left() - _MARGIN
        inside = rect.adjusted(0, 2, 0, -3)
        solid = QRect(start, inside.top(), rect.right() + 1 - start - 3, inside.height())
        fade = QRect(start - _FADE, inside.top(), _FADE, inside.height())
        painter.fillRect(self._placed(solid), self._ground)
        placed = QRectF(self._placed(fade))
        clear = QColor(self._ground)
        clear.setAlpha(0)
        edges = (placed.right(), placed.left()) if self._mirrored else (placed.left(), placed.right())
        gradient = QLinearGradient(edges[0], 0, edges[1], 0)
        gradient.setColorAt(0, clear)
        gradient.setColorAt(1, self._ground)
        painter.fillRect(placed, QBrush(gradient))
        size = letters.scaled(_SYMBOL)
        for number, (symbol, area) in enumerate(zip(symbols, areas, strict=True)):
            if number == self._delegate.button:
                painter.setPen(QPen(self._tones.mixed(self._ground, self._ink, 0.3)))
                painter.setBrush(self._tones.mixed(self._ground, self._ink, 0.1))
                painter.drawRoundedRect(QRectF(self._placed(area)).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            square = QRect(0, 0, size, size)
            square.moveCenter(area.center())
            draw_symbol(painter, symbol, self._ink, self._placed(square))

    def _text(self, text: str, area: QRect, font: QFont, colour: QColor, *, at_end: bool = False) -> None:
        if not text or area.width() <= 0:
            return
        metrics = QFontMetrics(font)
        shown = directed(text)
        if metrics.horizontalAdvance(shown) > area.width():
            shown = metrics.elidedText(shown, Qt.ElideRight, area.width())
        self._painter.setFont(font)
        self._painter.setPen(colour)
        side = Qt.AlignRight if at_end != self._mirrored else Qt.AlignLeft
        flags = int(side | Qt.AlignVCenter | Qt.AlignAbsolute | Qt.TextSingleLine)
        self._painter.drawText(self._placed(area), flags, shown)

    def _width(self, text: str, font: QFont) -> int:
        return QFontMetrics(font).horizontalAdvance(directed(text)) + 1

    def _placed(self, area: QRect) -> QRect:
        return _mirror(area, self._rect, mirrored=self._mirrored)


def _mirror(area: QRect, rect: QRect, *, mirrored: bool) -> QRect:
    return QStyle.visualRect(Qt.RightToLeft if mirrored else Qt.LeftToRight, rect, area)
