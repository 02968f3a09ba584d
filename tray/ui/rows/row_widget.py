"""One row of a card: text at the leading side, its control at the other, or below where there is no room."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QPalette
from PyQt5.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from tray.mail.folders.special_use import folded
from tray.ui.widgets.card import Card, Hairline, grown
from tray.ui.widgets.forms import ErrorText
from tray.ui.widgets.letters import SECOND, scaled
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PyQt5.QtGui import QMouseEvent, QResizeEvent

    from tray.ui.rows.controls import Control

_SIDE, _ABOVE, _HEIGHT, _GAP = 14, 6, 40, 12
_TEXT_COLUMNS = 16
"""Characters that the text keeps beside its control."""


class SecondText(Restyled, QLabel):
    """A paler text that wraps, in letters a little smaller; plain, and hidden while it is empty."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, on_card: bool = True) -> None:
        super().__init__(text, parent)
        self._on_card = on_card
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFont(scaled(self.font(), SECOND))
        self.restyle()
        if not text:
            self.hide()

    def show_text(self, text: str) -> None:
        """Show `text`, or nothing where it is empty."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))

    def restyle(self) -> None:
        """Take the colours of what it stands on."""
        parent = self.parentWidget()
        shades = tones(parent.palette() if parent is not None else QPalette())
        ink = shades.second_on(shades.card if self._on_card else shades.window)
        palette = QPalette(self.palette())
        if palette.color(QPalette.ColorRole.WindowText) != ink:
            palette.setColor(QPalette.ColorRole.WindowText, ink)
            self.setPalette(palette)


class RowWidget(QWidget):
    """Its label is the buddy of the control, and its explanation the control's description."""

    def __init__(self, label: str, control: Control | None, explanation: str = "") -> None:
        super().__init__()
        self.control = control
        self.label = plain_label(label)
        self.label.setAccessibleName(label)
        self.explanation = SecondText(explanation, self)
        self.error = ErrorText(self)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addStretch(1)
        for text in (self.label, self.explanation, self.error):
            texts.addWidget(text)
        texts.addStretch(1)
        self._texts = QWidget()
        self._texts.setLayout(texts)
        texts.setContentsMargins(0, 0, 0, 0)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(_SIDE, _ABOVE, _SIDE, _ABOVE)
        self._layout.setSpacing(_GAP)
        self._layout.addWidget(self._texts, 1)
        if control is not None:
            self._layout.addWidget(control)
            self._place_control(side_by_side=True)
            self.label.setBuddy(control.main)
            control.main.setAccessibleDescription(explanation)
            control.name(label)
        self.setMinimumHeight(grown(self, _HEIGHT))

    def explain(self, explanation: str) -> None:
        """Change the explanation."""
        self.explanation.show_text(explanation)
        if self.control is not None and not self.error.text():
            self.control.main.setAccessibleDescription(explanation)

    def show_error(self, sentence: str) -> None:
        """Show what is wrong, also to screen readers; empty for nothing."""
        if sentence != self.error.text():
            self.error.show_text(sentence)
            if self.control is not None:
                self.control.main.setAccessibleDescription(sentence or self.explanation.text())

    def mark(self, words: Sequence[str]) -> None:
        """Show these words of the text in semi-bold letters; none: as usual."""
        for label in (self.label, self.explanation):
            plain = label.accessibleName() or label.text()
            label.setAccessibleName(plain)
            label.setTextFormat(Qt.TextFormat.RichText if words else Qt.TextFormat.PlainText)
            label.setText(marked(plain, words) if words else plain)

    def focus(self) -> None:
        """Move the keyboard to the control."""
        if self.control is not None:
            self.control.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the text acts on the control."""
        super().mouseReleaseEvent(event)
        if (
            self.control is not None
            and event.button() == Qt.MouseButton.LeftButton
            and self._texts.geometry().contains(event.pos())
            and self.control.main.isEnabled()
        ):
            self.control.act()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the control alone, which may stand below the text."""
        least = super().minimumSizeHint()
        control = self.control.minimumSizeHint().width() if self.control is not None else 0
        width = max(control, self.fontMetrics().averageCharWidth() * _TEXT_COLUMNS) + 2 * _SIDE
        return QSize(width, least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the control below the text where both do not fit side by side."""
        super().resizeEvent(event)
        if self.control is None:
            return
        letters = self.fontMetrics().averageCharWidth() * _TEXT_COLUMNS
        if not self.explanation.text():
            letters = min(letters, self.fontMetrics().horizontalAdvance(self.label.accessibleName()))
        needed = self.control.sizeHint().width() + letters + 2 * _SIDE + _GAP
        side_by_side = self.width() >= needed
        direction = QBoxLayout.Direction.LeftToRight if side_by_side else QBoxLayout.Direction.TopToBottom
        if direction != self._layout.direction():
            self._layout.setDirection(direction)
            self._layout.setSpacing(_GAP if side_by_side else _ABOVE)
            self._place_control(side_by_side=side_by_side)
            self.updateGeometry()

    def _place_control(self, *, side_by_side: bool) -> None:
        assert self.control is not None
        side = Qt.AlignmentFlag.AlignTrailing if side_by_side else Qt.AlignmentFlag.AlignLeading
        self._layout.setAlignment(self.control, side | Qt.AlignmentFlag.AlignVCenter)


def marked(text: str, words: Iterable[str]) -> str:
    """`text` as markup, with these words in semi-bold letters; case and accents are ignored."""
    found = "|".join(re.escape(plain) for word in words if (plain := folded(word)))
    letters = [
        folded(letter) for letter in text
    ]  # each may be none, as an accent of its own, or several, as of ß
    places = [at for at, letter in enumerate(letters) for _ in letter] + [len(text)]
    parts, end = [], 0
    for match in re.finditer(found, "".join(letters)) if found else ():
        start, last = places[match.start()], places[match.end() - 1] + 1
        while last < len(text) and not letters[last]:  # accents of the last letter
            last += 1
        if start >= end:
            parts += [
                escape(text[end:start]),
                f'<span style="font-weight:600">{escape(text[start:last])}</span>',
            ]
            end = last
    return "".join([*parts, escape(text[end:])])


def row_card(rows: Iterable[QWidget]) -> Card:
    """A card with these rows, and a hairline between each two."""
    card = Card()
    layout = QVBoxLayout(card)
    layout.setContentsMargins(0, 2, 0, 2)
    layout.setSpacing(0)
    for number, row in enumerate(rows):
        if number:
            line = QVBoxLayout()
            line.setContentsMargins(_SIDE, 0, _SIDE, 0)
            line.addWidget(Hairline())
            layout.addLayout(line)
        layout.addWidget(row)
    return card
