"""The steps from an address to watched mail, each with its mark: done, under way, failed or still to come."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PyQt5.QtCore import QRect, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QPainter, QPen
from PyQt5.QtWidgets import QLabel, QStyle, QWidget

from tray.i18n import tr
from tray.mail.model.status import CheckStep
from tray.ui.widgets.card import draw_card, grown
from tray.ui.widgets.letters import strong
from tray.ui.widgets.symbols import Symbol, draw_symbol
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QColor, QHideEvent, QPaintEvent, QShowEvent

    from tray.mail.model.status import CheckResult

_ROW, _PADDING, _SIDE, _ICON, _GAP = 24, 7, 14, 16, 11
_TURN_MS, _TURN_DEGREES = 80, 30


class Step(enum.Enum):
    """The lines of the card, in order."""

    SERVER = enum.auto()
    ENCRYPTION = enum.auto()
    LOGIN = enum.auto()
    WATCHING = enum.auto()


class Mark(enum.Enum):
    """How far a step is."""

    TO_COME = enum.auto()
    NOW = enum.auto()
    DONE = enum.auto()
    FAILED = enum.auto()


_LAST_OF = {
    CheckStep.CONNECT: Step.SERVER,
    CheckStep.ENCRYPT: Step.ENCRYPTION,
    CheckStep.LOGIN: Step.LOGIN,
    CheckStep.IDLE: Step.WATCHING,
}
"""The step of the test with which a line is done."""
_PART_OF = {CheckStep.NAME: Step.SERVER, CheckStep.MAILBOX: Step.WATCHING} | _LAST_OF


def _text(step: Step, mark: Mark, *, limited: bool, named: bool) -> str:
    texts = {
        Step.SERVER: (
            tr("Looking for the server…"),
            tr("Server found"),
            tr("No answer") if named else tr("No server found"),
        ),
        Step.ENCRYPTION: (
            tr("Connection is encrypted"),
            tr("Connection is not encrypted") if limited else tr("Connection is encrypted"),
            tr("No safe connection"),
        ),
        Step.LOGIN: (tr("Logging in…"), tr("Logged in"), tr("Log-in refused")),
        Step.WATCHING: (
            tr("New mail is reported at once"),
            tr("New mail is looked for every minute") if limited else tr("New mail is reported at once"),
            tr("The folder cannot be watched"),
        ),
    }
    now, done, failed = texts[step]
    return {Mark.TO_COME: now, Mark.NOW: now, Mark.DONE: done, Mark.FAILED: failed}[mark]


class ProgressCard(QLabel):
    """Painted as a whole; a screen reader reads it as one label, whose name changes with each step."""

    told = pyqtSignal(str)
    """That name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[Step, Mark] = {}
        self._limited: set[Step] = set()
        """Steps that are done with a restriction."""
        self._facts: dict[Step, str] = {}
        self._angle = 0
        self._spinner = QTimer(self)
        self._spinner.setInterval(_TURN_MS)
        self._spinner.timeout.connect(self._turn)

    def begin(self) -> None:
        """Start with the first step."""
        self._marks = dict.fromkeys(Step, Mark.TO_COME) | {Step.SERVER: Mark.NOW}
        self._limited.clear()
        self._facts.clear()
        self._changed()

    def clear(self) -> None:
        """Show no line."""
        self._marks = {}
        self._changed()

    def server_found(self, host: str) -> None:
        """The name of the server is known; whether it answers is not."""
        self._facts[Step.SERVER] = host
        self._changed()

    def take(self, result: CheckResult) -> None:
        """Show the result of a step of the test."""
        if result.problem is not None:
            self.fail(_PART_OF[result.step])
            return
        facts = dict(result.facts)
        if "TLS" in facts:
            self._facts[Step.ENCRYPTION] = facts["TLS"].partition(",")[0].replace("TLSv", "TLS ")
        done = _LAST_OF.get(result.step)
        if done is None:
            return
        self._marks[done] = Mark.DONE
        if result.warning:
            self._limited.add(done)
        following = next((step for step in Step if self._marks[step] is Mark.TO_COME), None)
        if following is not None:
            self._marks[following] = Mark.NOW
        self._changed()

    def fail(self, step: Step | None = None) -> None:
        """Mark `step`, or the one that is under way, as failed, and leave out those after it."""
        for number in Step:
            if number is step if step is not None else self._marks.get(number) is Mark.NOW:
                self._marks[number] = Mark.FAILED
        self._marks = {
            number: mark for number, mark in self._marks.items() if mark in {Mark.DONE, Mark.FAILED}
        }
        self._changed()

    def lines(self) -> list[tuple[str, Mark, str]]:
        """Text, mark and fact of each line."""
        return [
            (
                _text(step, mark, limited=step in self._limited, named=step in self._facts),
                mark,
                self._facts.get(step, ""),
            )
            for step, mark in self._marks.items()
        ]

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        rows = max(1, len(self._marks))
        return QSize(200, 2 * _PADDING + rows * grown(self, _ROW))

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def showEvent(self, event: QShowEvent) -> None:
        """Turn the spinner only while it can be seen."""
        super().showEvent(event)
        self._changed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the spinner."""
        super().hideEvent(event)
        self._spinner.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw card and lines."""
        draw_card(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        row = grown(self, _ROW)
        for number, (text, mark, fact) in enumerate(self.lines()):
            line = QRect(_SIDE, _PADDING + number * row, self.width() - 2 * _SIDE, row)
            self._draw_line(painter, line, text, mark, fact)
        painter.end()

    def _draw_line(self, painter: QPainter, line: QRect, text: str, mark: Mark, fact: str) -> None:
        shades = tones(self.palette())
        second = shades.second_on(shades.card)
        icon = QRect(line.left(), line.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        words = line.adjusted(_ICON + _GAP, 0, 0, 0)
        facts = QRect(words)
        painter.setFont(self.font())
        letters = QFontMetrics(self.font())
        width = min(letters.horizontalAdvance(fact), words.width() // 2)
        facts.setLeft(words.right() - width)
        words.setRight(facts.left() - 8 if fact else words.right())
        if self.layoutDirection() == Qt.RightToLeft:
            icon, words, facts = (self._mirrored(each) for each in (icon, words, facts))
        if mark is Mark.NOW:
            self._draw_spinner(painter, icon, shades.ring_on(shades.card), shades.hairline)
        elif mark is not Mark.TO_COME:
            symbol, colour = (Symbol.TICK, shades.good) if mark is Mark.DONE else (Symbol.ALERT, shades.bad)
            draw_symbol(painter, symbol, colour, icon)
        painter.setPen(second)
        if fact:
            shown = letters.elidedText(fact, Qt.ElideMiddle, facts.width())
            painter.drawText(facts, int(Qt.AlignTrailing | Qt.AlignVCenter), shown)
        font = strong(self.font()) if mark is Mark.NOW else self.font()
        painter.setFont(font)
        if mark is not Mark.TO_COME:
            painter.setPen(shades.window_text)
        shown = QFontMetrics(font).elidedText(text, Qt.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignLeading | Qt.AlignVCenter), shown)

    def _draw_spinner(self, painter: QPainter, icon: QRect, colour: QColor, pale: QColor) -> None:
        if not self._may_move():
            draw_symbol(painter, Symbol.CLOCK, colour, icon)
            return
        circle = QRectF(icon).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(pale, 2))
        painter.drawEllipse(circle)
        painter.setPen(QPen(colour, 2))
        painter.drawArc(circle, (90 - self._angle) * 16, -120 * 16)

    def _mirrored(self, rect: QRect) -> QRect:
        return QRect(self.width() - rect.right() - 1, rect.top(), rect.width(), rect.height())

    def _changed(self) -> None:
        spoken = (": ".join(filter(None, (text.rstrip("…"), fact))) for text, _, fact in self._spoken())
        self.setAccessibleName(" ".join(f"{sentence}." for sentence in spoken))
        self.told.emit(self.accessibleName())
        self.updateGeometry()
        self.update()
        if self.isVisible() and self._may_move() and Mark.NOW in self._marks.values():
            if not self._spinner.isActive():
                self._spinner.start()
        else:
            self._spinner.stop()

    def _spoken(self) -> list[tuple[str, Mark, str]]:
        return [line for line in self.lines() if line[1] is not Mark.TO_COME]

    def _may_move(self) -> bool:
        style = self.style()
        return style is not None and style.styleHint(QStyle.SH_Widget_Animation_Duration, None, self) > 0

    def _turn(self) -> None:
        self._angle = (self._angle + _TURN_DEGREES) % 360
        self.update()
