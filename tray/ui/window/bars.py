"""The bar above the list, about trouble, and the one below it, which offers to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QPainter, QPalette
from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QStyle, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.actions.texts import refusal_texts
from tray.mail.presentation.window_texts import BarKind, bar_texts
from tray.ui.tray.shared_entries import needed_action
from tray.ui.widgets.letters import strong
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.symbols import Symbol, draw_symbol, symbol_icon
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PyQt5.QtGui import QPaintEvent

    from tray.mail.actions.texts import RefusalTexts
    from tray.mail.model.action import UndoOffer
    from tray.mail.presentation.summary import Summary
    from tray.mail.presentation.window_texts import BarTexts
    from tray.ui.commands import TrayCommands

_SYMBOL, _EDGE, _SIDE, _ABOVE, _BELOW = 20, 4, 14, 10, 12
_NOTE_SECONDS = 5.0


class Bar(QWidget):
    """A headline, a sentence, and up to three buttons; amber where the user has to do something, else grey."""

    def __init__(self) -> None:
        super().__init__()
        self._content: tuple[object, ...] = ()
        self._symbol = Symbol.INFO
        self._warns = False
        self._headline, self._text = plain_label(narrow=True), plain_label(narrow=True)
        self._headline.setFont(strong(self._headline.font()))
        self._buttons = [QPushButton() for _ in range(3)]
        self._commands: list[Callable[[], None]] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        for number, button in enumerate(self._buttons):
            button.clicked.connect(lambda _checked=False, number=number: self._commands[number]())
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.setContentsMargins(_SIDE + _EDGE + _SYMBOL + 8, _ABOVE, _SIDE, _BELOW)
        layout.addWidget(self._headline)
        layout.addWidget(self._text)
        layout.addLayout(row)
        self.hide()

    def show_text(
        self,
        symbol: Symbol,
        headline: str,
        text: str,
        buttons: Sequence[tuple[str, Callable[[], None]]],
        *,
        warns: bool,
    ) -> None:
        """Show this; nothing is changed where it is shown already."""
        self._commands = [command for _label, command in buttons]
        labels = tuple(label for label, _command in buttons)
        content = symbol, headline, text, labels, warns
        if content != self._content:
            self._content = content
            self._symbol, self._warns = symbol, warns
            self._headline.setText(headline)
            self._text.setText(text)
            self._text.setVisible(bool(text))
            for number, button in enumerate(self._buttons):
                button.setVisible(number < len(labels))
                button.setText(labels[number] if number < len(labels) else "")
            left = _SIDE + _EDGE + _SYMBOL + 8
            sides = (_SIDE, left) if self.layoutDirection() == Qt.RightToLeft else (left, _SIDE)
            layout = self.layout()
            assert layout is not None
            layout.setContentsMargins(sides[0], _ABOVE, sides[1], _BELOW)
            self.update()
        self.show()

    def headline(self) -> str:
        """What it says first; empty while it is hidden."""
        return "" if self.isHidden() else self._headline.text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, edge and symbol."""
        shades = tones(self.palette())
        painter = QPainter(self)
        ground = shades.warn_ground if self._warns else shades.mixed(shades.window, shades.window_text, 0.06)
        edge = shades.warn_edge if self._warns else shades.edge
        ink = shades.warn if self._warns else shades.second_on(ground)
        painter.fillRect(self.rect(), ground)
        painter.fillRect(self._placed(QRect(0, 0, _EDGE, self.height())), edge)
        line = shades.mixed(ground, edge, 0.4)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), line)
        draw_symbol(painter, self._symbol, ink, self._placed(QRect(_SIDE, _ABOVE, _SYMBOL, _SYMBOL)))
        painter.end()

    def _placed(self, area: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), area)


class TroubleBar(Bar):
    """The worst of what there is to say: what the user did just now and failed, then accounts, then the tray."""

    def __init__(self, commands: TrayCommands, changed: Callable[[], None]) -> None:
        """`changed` is called when the user has closed or unfolded something."""
        super().__init__()
        self._all = commands
        self._changed = changed
        self._unfolded = False
        self.why = ""
        """Why there is a window instead of an icon; empty where there is one, and once the user has closed it."""

    def show_summary(self, summary: Summary, now: float) -> None:
        """Show one bar, or none."""
        if summary.refused:
            self._show_refused(refusal_texts(summary.refused))
        elif (texts := bar_texts(summary, now)) is not None:
            self._show_texts(texts)
        elif self.why:
            close = [(tr("Close"), self._close)]
            self.show_text(Symbol.INFO, tr("Mailbell is in this window"), self.why, close, warns=False)
        else:
            self.hide()

    def _show_refused(self, texts: RefusalTexts) -> None:
        messages, text = self._all.messages, texts.text
        buttons = [(tr("Try again"), messages.retry_refused), (tr("Close"), messages.dismiss_refused)]
        if texts.details:
            text = texts.details if self._unfolded else text
            buttons.append(self._fold_button())
        self.show_text(Symbol.TRIANGLE, texts.headline, text, buttons, warns=True)

    def _show_texts(self, texts: BarTexts) -> None:
        buttons: list[tuple[str, Callable[[], None]]] = []
        text, symbol = texts.text, Symbol.TRIANGLE
        if texts.kind is BarKind.PAUSED:
            symbol = Symbol.MOON
            buttons.append((tr("Go on"), self._all.pause.resume))
        elif texts.kind is BarKind.OFFLINE:
            symbol = Symbol.OFFLINE
        elif texts.account is not None and (needed := needed_action(texts.account, self._all.accounts)):
            buttons.append(needed)
        if texts.details:
            if self._unfolded:
                text = tr("{text} The server says: {details}").format(text=text, details=texts.details)
            buttons.append(self._fold_button())
        self.show_text(symbol, texts.headline, text, buttons, warns=texts.kind is BarKind.ACCOUNT)

    def _fold_button(self) -> tuple[str, Callable[[], None]]:
        return tr("Less") if self._unfolded else tr("Details"), self._unfold

    def _unfold(self) -> None:
        self._unfolded = not self._unfolded
        self._changed()

    def _close(self) -> None:
        self.why = ""
        self._changed()


class UndoBar(QWidget):
    """What was done a moment ago, and a button that undoes it; gone by itself. It never takes the focus."""

    ended = pyqtSignal()
    """Its time is over."""

    def __init__(self, undo: Callable[[], None], now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        super().__init__()
        self._now = now
        self._offer: UndoOffer | None = None
        self._text = plain_label()
        self._button = QPushButton(tr("Undo"))
        self._button.setFlat(True)
        self._button.setFocusPolicy(Qt.TabFocus)
        self._button.setFont(strong(self._button.font()))
        self._button.setIconSize(QSize(16, 16))
        self._button.clicked.connect(lambda _checked=False: undo())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_SIDE, 4, 8, 4)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._hide)
        self.setAutoFillBackground(True)
        self.hide()

    def show_offer(self, offer: UndoOffer | None) -> None:
        """Show `offer` until it ends; None hides the bar."""
        if offer == self._offer:
            return
        self._offer = offer
        rest = 0.0 if offer is None else offer.until - self._now()
        if offer is None or rest <= 0:
            self._end.stop()
            self.hide()
            return
        self._show(offer.sentence, rest, undo=True)

    def show_note(self, sentence: str) -> None:
        """Show a sentence about what needs no undoing, for some seconds or until the next offer."""
        self._show(sentence, _NOTE_SECONDS, undo=False)

    def _show(self, sentence: str, seconds: float, *, undo: bool) -> None:
        self._text.setText(sentence)
        self._button.setVisible(undo)
        self._end.start(round(seconds * 1000))
        self.dress()
        self.show()

    def _hide(self) -> None:
        self.hide()
        self.ended.emit()

    def text(self) -> str:
        """What was done; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def dress(self) -> None:
        """Take the colours of the window: the other way round."""
        palette = QPalette(self.window().palette())
        shades = tones(palette)
        palette.setColor(QPalette.Window, shades.undo_ground)
        palette.setColor(QPalette.Button, shades.undo_ground)
        palette.setColor(QPalette.WindowText, shades.window)
        palette.setColor(QPalette.ButtonText, shades.window)
        self.setPalette(palette)
        self._button.setIcon(symbol_icon(Symbol.UNDO, shades.window))
