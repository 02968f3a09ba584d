"""A page at the right of the settings: a title, cards that scroll, and buttons at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QFont, QIcon, QTransform
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.rows.controls import button
from tray.ui.rows.row_widget import RowWidget, row_card
from tray.ui.widgets.card import scale_of
from tray.ui.widgets.forms import FormArea, push_button
from tray.ui.widgets.letters import scaled, strong
from tray.ui.widgets.symbols import Symbol, symbol_pixmap
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tray.ui.rows.changes import Changes
    from tray.ui.rows.description import Page, Row

_SIDE, _ABOVE, _TITLE = 28, 20, 1.35
_WIDEST = 760
_ABOVE_HEADING, _BELOW_HEADING, _BELOW_TITLE, _BETWEEN_CARDS = 10, 6, 10, 12


def title_label(text: str) -> QLabel:
    """The title of a page."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(strong(scaled(label.font(), _TITLE)))
    return label


def heading_label(text: str) -> QLabel:
    """The heading of a card."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(strong(QFont()))
    label.setContentsMargins(0, _ABOVE_HEADING, 0, _BELOW_HEADING)
    return label


class PageView(QWidget):
    """Add the parts from top to bottom; `foot` holds the page's buttons, which the window places beside its own."""

    part_asked = pyqtSignal(str, str)
    """A part of the account is wanted (`PageMaker.part`), at that field of `Account` or from the top (empty)."""

    def __init__(self, title: str, foot: Iterable[tuple[str, Callable[[], None]]] = ()) -> None:
        super().__init__()
        self.title = title
        self._has_card = False
        self.setAccessibleName(title)
        self._form = QWidget()
        self._parts = QVBoxLayout(self._form)
        self._parts.setContentsMargins(_SIDE, _ABOVE, _SIDE, _ABOVE)
        self._parts.setSpacing(0)
        self._parts.addStretch(1)
        self._form.setMaximumWidth(round(_WIDEST * scale_of(self)))
        self.area = FormArea(self._form)
        self.foot = QWidget()
        buttons = QHBoxLayout(self.foot)
        buttons.setContentsMargins(0, 0, 0, 0)
        for text, pressed in foot:
            buttons.addWidget(button(text, pressed))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area, 1)

    def add(self, widget: QWidget, gap: int = 0) -> None:
        """Append `widget`, `gap` pixels below what stands above it."""
        if gap:
            self._parts.insertSpacing(self._parts.count() - 1, gap)
        self._parts.insertWidget(self._parts.count() - 1, widget)

    def add_title(self) -> None:
        """Append the title."""
        label = title_label(self.title)
        label.setContentsMargins(0, 0, 0, _BELOW_TITLE)
        self.add(label)

    def add_card(self, heading: str, rows: Iterable[QWidget]) -> None:
        """Append a card with `rows` under a `heading`, which may be empty."""
        if heading:
            self.add(heading_label(heading))
        follows_card = not heading and self._has_card
        self.add(row_card(rows), _BETWEEN_CARDS if follows_card else 0)
        self._has_card = True

    def content_width(self) -> int:
        """The width of a card beside a scroll bar, in pixels."""
        bar = self.area.verticalScrollBar()
        room = self.width() - (bar.sizeHint().width() if bar is not None else 0)
        return min(room, self._form.maximumWidth()) - 2 * _SIDE

    def focus_first(self) -> None:
        """Move the keyboard to the first control."""
        row = next((row for row in self.findChildren(RowWidget) if row.control is not None), None)
        if row is not None:
            row.focus()

    def close_down(self) -> None:
        """Called when the page is left for good: end what is under way, and wipe what is secret."""


class SubPage(Restyled, PageView):
    """A part of an account, behind a button that leads back."""

    left = pyqtSignal()

    def __init__(self, title: str, back: str, foot: Iterable[tuple[str, Callable[[], None]]] = ()) -> None:
        """`back` names what the button leads back to."""
        super().__init__(title, foot)
        self.back = push_button(back, tr("Back to {page}").format(page=back))
        self.back.clicked.connect(self.left)
        self.back.setFlat(True)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.back)
        line.addStretch(1)
        head = QWidget()
        head.setLayout(line)
        self.restyle()
        self.add(head)
        self.add_title()

    def has_unsaved(self) -> bool:
        """Whether leaving would discard input."""
        return False

    def focus_field(self, name: str) -> None:
        """Move the keyboard to that field of `Account`."""

    def enter(self) -> None:
        """Called when Enter was pressed in a field."""

    def restyle(self) -> None:
        """Take the colours of the palette."""
        if hasattr(self, "back"):
            right_to_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            turn = QTransform().rotate(-90 if right_to_left else 90)  # the symbol points down
            ink, ratio = tones(self.palette()).window_text, self.devicePixelRatioF()
            self.back.setIcon(QIcon(symbol_pixmap(Symbol.CHEVRON, ink, 16, ratio).transformed(turn)))


class BoundRow(RowWidget):
    """The row of a `Row`: shows the value of its field, and puts what the user makes of it."""

    def __init__(self, row: Row, changes: Changes) -> None:
        control = row.control()
        super().__init__(row.label, control, row.explanation)
        self.row = row
        self._changes = changes
        if row.field:
            self._show()
            changes.changed.connect(self._show)
            control.edited.connect(self._put)
            control.failed.connect(self.show_error)

    def _show(self) -> None:
        assert self.control is not None
        self.control.show_value(getattr(self._changes.settings, self.row.field))

    def _put(self, value: Any) -> None:
        self._changes.put(**{self.row.field: value})


class DescribedPage(PageView):
    """A page made from its description."""

    def __init__(self, page: Page, changes: Changes) -> None:
        super().__init__(page.title, page.foot)
        self.rows: list[BoundRow] = []
        self.add_title()
        for section in page.sections:
            rows = [BoundRow(row, changes) for row in section.rows]
            self.rows += rows
            self.add_card(section.heading, rows)
