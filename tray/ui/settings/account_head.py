"""The head of an account's page: its picture, its name, and the state of its connection."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, Qt, QTimer
from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.model.status import Disabled, NeedsCredentials, Waiting, Watching, needs_attention
from tray.mail.presentation.status_texts import status_sentence
from tray.ui.rows.page_view import title_label
from tray.ui.rows.row_widget import SecondText
from tray.ui.widgets.avatar import draw_avatar
from tray.ui.widgets.symbols import Symbol, symbol_pixmap
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QHideEvent, QPaintEvent, QShowEvent

    from tray.mail.model.account import Account
    from tray.mail.model.status import Status

_AVATAR, _SYMBOL = 48, 14
_MINUTE_MS = 60_000


class AccountPicture(QWidget):
    """The letters of an account on its colour; nothing for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self._name = self._colour = ""
        self.setFixedSize(_AVATAR, _AVATAR)

    def show_account(self, name: str, colour: str) -> None:
        """Show that name and colour (``#rrggbb``)."""
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the disc."""
        painter = QPainter(self)
        shades = tones(self.palette())
        draw_avatar(painter, QRect(0, 0, _AVATAR, _AVATAR), self._name, self._colour, shades, shades.window)
        painter.end()


class AccountHead(Restyled, QWidget):
    """Its state is written anew once a minute while it can be seen."""

    def __init__(self, test_button: QWidget) -> None:
        super().__init__()
        self._status: Status | None = None
        self.picture = AccountPicture()
        self.name = title_label("")
        self.state = SecondText(parent=self, on_card=False)
        self._symbol = QLabel()
        self._symbol.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        state = QHBoxLayout()
        state.setSpacing(6)
        state.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.state, 1)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addStretch(1)
        texts.addWidget(self.name)
        texts.addLayout(state)
        texts.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(12)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addWidget(test_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout, self._button = layout, test_button
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self._show_state)

    def use_button(self, button: QWidget) -> None:
        """Show `button` in place of the one at the end, and move the keyboard to it."""
        self._layout.replaceWidget(self._button, button)
        self._button.hide()
        button.show()
        button.setFocus()

    def show_account(self, account: Account, colour: str) -> None:
        """Show that account."""
        self.picture.show_account(account.name, colour)
        self.name.setText(account.name)
        self._show_state()

    def show_status(self, status: Status | None) -> None:
        """Show the state of its connection; None where it is unknown so far."""
        self._status = status
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to follow the time."""
        super().showEvent(event)
        self._show_state()
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """No timer runs while nobody looks."""
        super().hideEvent(event)
        self._minute.stop()

    def restyle(self) -> None:
        """Tint the symbol anew."""
        self._show_state()

    def _show_state(self) -> None:
        status = self._status
        shades = tones(self.palette())
        symbol, ink = Symbol.CLOCK, shades.window_second
        if status is None:
            self.state.show_text(tr("Not watched yet"))
        else:
            self.state.show_text(status_sentence(status, time.time()))
            if needs_attention(status):
                symbol, ink = Symbol.TRIANGLE, shades.warn
            elif isinstance(status, Watching):
                symbol, ink = Symbol.TICK, shades.good
            elif isinstance(status, (Waiting, NeedsCredentials)):
                symbol = Symbol.OFFLINE
            elif isinstance(status, Disabled):
                symbol = Symbol.MOON
        self._symbol.setPixmap(symbol_pixmap(symbol, ink, _SYMBOL, self.devicePixelRatioF()))
