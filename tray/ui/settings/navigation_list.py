"""The list at the left of the settings: accounts, and pages about the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QStandardItem, QStandardItemModel
from PyQt5.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tray.i18n import tr
from tray.mail.model.account import AccountId
from tray.mail.presentation.colours import account_colours
from tray.ui.widgets.avatar import draw_avatar
from tray.ui.widgets.card import grown
from tray.ui.widgets.letters import SECOND, scaled, strong
from tray.ui.widgets.symbols import Symbol, draw_symbol
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from PyQt5.QtGui import QColor

    from tray.mail.model.account import Account
    from tray.ui.rows.description import Page
    from tray.ui.widgets.tones import Tones

ADD = "add"
"""The key of *Add an account…*."""
_ACCOUNT = "account:"
_KIND, _KEY, _SECOND, _COLOUR, _TROUBLE, _OFF, _SYMBOL = range(
    int(Qt.ItemDataRole.UserRole), int(Qt.ItemDataRole.UserRole) + 7
)
_HEIGHTS = {"heading": (34, 1), "account": (46, 2), "page": (34, 1), "add": (34, 1)}
"""Pixels, and the lines of text among them."""
_MARGIN, _AVATAR, _SYMBOL_SIZE, _TEXT_LEFT, _BAR, _RADIUS = 10, 22, 16, 42, 3, 6
_ALT = int(Qt.KeyboardModifier.AltModifier)


def account_key(account_id: AccountId) -> str:
    """The key of an account's entry."""
    return f"{_ACCOUNT}{account_id}"


def account_of(key: str) -> AccountId | None:
    """The account of an entry; None for another entry."""
    return AccountId(key.removeprefix(_ACCOUNT)) if key.startswith(_ACCOUNT) else None


class NavigationModel(QStandardItemModel):
    """The entries; headings cannot be chosen."""

    def __init__(self, pages: Sequence[Page]) -> None:
        super().__init__()
        self._pages = pages

    def show_entries(self, accounts: Sequence[Account], in_trouble: Collection[AccountId]) -> None:
        """Show these accounts; those `in_trouble` with a mark."""
        colours = account_colours(accounts)
        items = [_heading(tr("Accounts"))]
        for account in accounts:
            trouble = account.id in in_trouble
            items.append(_account_item(account, colours[account.id], trouble=trouble))
        items.append(_item("add", ADD, tr("Add an account…"), Symbol.PLUS))
        items.append(_heading(tr("Mailbell")))
        items += [_item("page", page.key, page.title, Symbol(page.icon)) for page in self._pages]
        if self.rowCount() != len(items):
            self.clear()
            self.invisibleRootItem().appendRows(items)
            return
        for row, item in enumerate(items):  # in place, so that the current entry stays
            present = self.item(row)
            for role in (
                int(Qt.ItemDataRole.DisplayRole),
                int(Qt.ItemDataRole.AccessibleTextRole),
                *range(_KIND, _SYMBOL + 1),
            ):
                if present.data(role) != item.data(role):
                    present.setData(item.data(role), role)

    def row_of(self, key: str) -> int:
        """The row of the entry of that key; -1 where there is none."""
        return next((row for row in range(self.rowCount()) if self.key(row) == key), -1)

    def is_page(self, row: int) -> bool:
        """Whether the entry in that row is a page about the program."""
        return bool(self.index(row, 0).data(_KIND) == "page")

    def key(self, row: int) -> str:
        """The key of the entry in that row; empty for a heading."""
        return self.index(row, 0).data(_KEY) or ""


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setData("heading", _KIND)
    return item


def _item(kind: str, key: str, text: str, symbol: Symbol | None = None) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.setData(kind, _KIND)
    item.setData(key, _KEY)
    item.setData(symbol, _SYMBOL)
    return item


def _account_item(account: Account, colour: str, *, trouble: bool) -> QStandardItem:
    item = _item("account", account_key(account.id), account.name)
    address = account.email or account.user
    remarks = [
        text
        for text, holds in (
            (tr("switched off"), not account.enabled),
            (tr("muted"), account.muted and account.enabled),
            (tr("needs attention"), trouble),
        )
        if holds
    ]
    second = " · ".join((*remarks[:1], address)) if remarks and not trouble else address
    item.setData(second, _SECOND)
    item.setData(colour, _COLOUR)
    item.setData(trouble, _TROUBLE)
    item.setData(not account.enabled, _OFF)
    item.setData(", ".join((account.name, address, *remarks)), int(Qt.ItemDataRole.AccessibleTextRole))
    return item


class NavigationDelegate(QStyledItemDelegate):
    """Draws the entries."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """The height of the kind of the entry."""
        view = self.parent()
        assert isinstance(view, QWidget)
        pixels, lines = _HEIGHTS[index.data(_KIND)]
        return QSize(0, grown(view, pixels, lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw one entry; the chosen one with a tint, a bar and semi-bold letters."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades = tones(option.palette)
        kind = index.data(_KIND)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect.adjusted(_MARGIN, 1, -_MARGIN, -1)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        ground, ink = shades.base, shades.text
        if selected:
            ground, ink = shades.selected, shades.on_selected
            self._draw_ground(painter, rect, ground, shades.ring_on(ground), mirrored=mirrored)
        elif option.state & QStyle.StateFlag.State_MouseOver and kind != "heading":
            ground = shades.hovered
            self._draw_ground(painter, rect, ground, None, mirrored=mirrored)
        if option.state & QStyle.StateFlag.State_HasFocus and (
            option.state & QStyle.StateFlag.State_KeyboardFocusChange
        ):
            painter.setPen(QPen(shades.ring_on(ground), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        painter.setFont(strong(option.font) if selected or kind == "heading" else option.font)
        if kind == "heading":
            text = _mirror(rect.adjusted(6, 6, -4, 0), rect, mirrored=mirrored)
            painter.setPen(ink)
            _draw_line(painter, text, index.data(), mirrored=mirrored)
        else:
            self._draw_entry(painter, rect, index, shades, ground, ink, mirrored=mirrored)
        painter.restore()

    @staticmethod
    def _draw_ground(
        painter: QPainter, rect: QRect, ground: QColor, bar: QColor | None, *, mirrored: bool
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
        if bar is not None:
            painter.setBrush(bar)
            strip = QRect(rect.left(), rect.top() + 8, _BAR, rect.height() - 16)
            painter.drawRoundedRect(QRectF(_mirror(strip, rect, mirrored=mirrored)), 1.5, 1.5)

    @staticmethod
    def _draw_entry(
        painter: QPainter,
        rect: QRect,
        index: QModelIndex,
        shades: Tones,
        ground: QColor,
        ink: QColor,
        *,
        mirrored: bool,
    ) -> None:
        is_account = index.data(_KIND) == "account"
        size = _AVATAR if is_account else _SYMBOL_SIZE
        middle = rect.left() + _MARGIN + _AVATAR // 2
        picture = QRect(middle - size // 2, rect.center().y() - size // 2, size, size)
        picture = _mirror(picture, rect, mirrored=mirrored)
        right = 4
        if is_account:
            draw_avatar(
                painter,
                picture,
                index.data(),
                index.data(_COLOUR),
                shades,
                ground,
                unread=not index.data(_OFF),
            )
        else:
            draw_symbol(painter, index.data(_SYMBOL), ink, picture)
        if index.data(_TROUBLE):
            mark = QRect(rect.right() - 22, rect.center().y() - 7, 14, 14)
            draw_symbol(
                painter, Symbol.TRIANGLE, shades.warn_on(ground)[1], _mirror(mark, rect, mirrored=mirrored)
            )
            right = 28
        text = _mirror(rect.adjusted(_TEXT_LEFT, 0, -right, 0), rect, mirrored=mirrored)
        painter.setPen(ink)
        if not is_account:
            _draw_line(painter, text, index.data(), mirrored=mirrored)
            return
        upper = QRect(text.left(), text.top(), text.width(), text.height() // 2 + 1)
        lower = QRect(text.left(), upper.bottom(), text.width(), text.height() - upper.height())
        _draw_line(painter, upper, index.data(), mirrored=mirrored, vertical=Qt.AlignmentFlag.AlignBottom)
        font = scaled(painter.font(), SECOND)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(shades.second_on(ground))
        _draw_line(painter, lower, index.data(_SECOND), mirrored=mirrored, vertical=Qt.AlignmentFlag.AlignTop)


def _mirror(part: QRect, whole: QRect, *, mirrored: bool) -> QRect:
    return QStyle.visualRect(
        Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight, whole, part
    )


_TEXT_LIMIT = 240


def _draw_line(
    painter: QPainter,
    rect: QRect,
    text: str,
    *,
    mirrored: bool,
    vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
) -> None:
    side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(text[:_TEXT_LIMIT], Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(
        rect, int(side | Qt.AlignmentFlag.AlignAbsolute | vertical | Qt.TextFlag.TextSingleLine), shown
    )


class NavigationList(QListView):
    """Arrow keys choose, and Enter adds an account; Alt with an arrow moves one, Delete removes it."""

    chosen = pyqtSignal(str)
    """An entry was clicked, or Enter was pressed on it: its key."""
    move_asked = pyqtSignal(str, int)
    """An account is to be moved: its key, and by how many places."""
    remove_asked = pyqtSignal(str)

    def __init__(self, model: NavigationModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(NavigationDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Settings"))
        self.setAccessibleDescription(tr("Alt and an arrow key move an account, Delete removes it."))
        self.clicked.connect(lambda index: self.chosen.emit(index.data(_KEY) or ""))

    def width_of_titles(self) -> int:
        """Enough to show the titles of the pages."""
        letters = QFontMetrics(strong(self.font()))
        titles = (
            self._model.index(row, 0).data()
            for row in range(self._model.rowCount())
            if self._model.is_page(row)
        )
        widest = max((letters.horizontalAdvance(title) for title in titles), default=0)
        return widest + 2 * _MARGIN + _TEXT_LEFT + 8

    def event(self, event: QEvent) -> bool:
        """Accept the keys, which would be shortcuts of the window otherwise."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        key = self.currentIndex().data(_KEY) or ""
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.chosen.emit(key)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit(key)
        else:
            self.move_asked.emit(key, -1 if event.key() == Qt.Key.Key_Up else 1)

    @staticmethod
    def _is_own(event: QKeyEvent) -> bool:
        modifiers = int(event.modifiers()) & ~int(Qt.KeyboardModifier.KeypadModifier)
        if modifiers == _ALT:
            return event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}
        return not modifiers and event.key() in {
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Space,
            Qt.Key.Key_Delete,
        }
