"""An editor of quiet hours: a row of days and times for each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QLocale, Qt, QTime, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QTimeEdit, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.alert_kinds import MOST_QUIET_HOURS
from tray.mail.quiet_hours import DAY, DAYS, NotQuietHours, Span, parse
from tray.ui.editors import button

if TYPE_CHECKING:
    from collections.abc import Iterable

_NIGHT = Span(frozenset(range(len(DAYS))), 22 * 60, 7 * 60)
"""What a new row begins with: the hours in which most people sleep."""


class QuietEdit(QWidget):
    """Any number of rows, and a button that adds one."""

    changed = pyqtSignal()

    def __init__(self, entries: Iterable[str]) -> None:
        super().__init__()
        self._rows: list[_Row] = []
        self.add_button = button(tr("A&dd quiet hours"), tr("Add quiet hours"))
        self.add_button.clicked.connect(self._add_by_hand)
        self._room = QVBoxLayout()
        self._room.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._room)
        layout.addWidget(self.add_button, 0, Qt.AlignLeft)
        for entry in entries:
            self._add(_span(entry))
        self._settle()

    def entries(self) -> tuple[str, ...]:
        """As the settings have them, those without a day left out."""
        spans = (row.span() for row in self._rows)
        return tuple(dict.fromkeys(span.text for span in spans if span.days))

    def lacks_days(self) -> bool:
        """Whether there is a row in which no day is ticked."""
        return any(not row.span().days for row in self._rows)

    def lacks_an_end(self) -> bool:
        """Whether there is a row that ends when it begins."""
        return any(row.span().start == row.span().end for row in self._rows)

    @property
    def rows(self) -> tuple[_Row, ...]:
        """From top to bottom."""
        return tuple(self._rows)

    def _add(self, span: Span) -> _Row:
        row = _Row(span, self)
        row.changed.connect(self.changed)
        row.remove_button.clicked.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._room.addWidget(row)
        return row

    def _add_by_hand(self) -> None:
        row = self._add(_NIGHT)
        self._settle()
        row.days[0].setFocus(Qt.OtherFocusReason)
        self.changed.emit()

    def _remove(self, row: _Row) -> None:
        at = self._rows.index(row)
        self._rows.remove(row)
        row.hide()
        row.deleteLater()
        self._settle()
        # Whoever pressed the button goes on from a neighbour of it, not from the top of the page.
        near = self._rows[min(at, len(self._rows) - 1)].remove_button if self._rows else self.add_button
        near.setFocus(Qt.OtherFocusReason)
        self.changed.emit()

    def _settle(self) -> None:
        for number, row in enumerate(self._rows, 1):
            row.say_number(number)
        self.add_button.setEnabled(len(self._rows) < MOST_QUIET_HOURS)
        self.setFocusProxy(self._rows[0].days[0] if self._rows else self.add_button)


class _Row(QWidget):
    changed = pyqtSignal()

    def __init__(self, span: Span, parent: QWidget) -> None:
        super().__init__(parent)
        self.days = [QCheckBox(short) for short, _ in _day_names()]
        self.start = _time(span.start)
        self.end = _time(span.end % DAY)
        self.remove_button = button(tr("Remove"), "")
        days = QHBoxLayout()
        for number, day in enumerate(self.days):
            day.setChecked(number in span.days)
            day.toggled.connect(self.changed)
            days.addWidget(day)
        days.addStretch(1)
        times = QHBoxLayout()
        for widget in (QLabel(tr("from")), self.start, QLabel(tr("to")), self.end):
            times.addWidget(widget)
        times.addSpacing(12)
        times.addWidget(self.remove_button)
        times.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.addLayout(days)
        layout.addLayout(times)
        for edit in (self.start, self.end):
            edit.timeChanged.connect(self.changed)

    def span(self) -> Span:
        """What stands here; it ends at midnight where 00:00 is said."""
        ticked = frozenset(number for number, day in enumerate(self.days) if day.isChecked())
        return Span(ticked, _minute(self.start), _minute(self.end) or DAY)

    def say_number(self, number: int) -> None:
        """Tell a screen reader which row this is."""
        for day, (_, name) in zip(self.days, _day_names(), strict=True):
            day.setAccessibleName(tr("Quiet hours {number}, {day}").format(number=number, day=name))
        self.start.setAccessibleName(tr("Quiet hours {number}, from").format(number=number))
        self.end.setAccessibleName(tr("Quiet hours {number}, to").format(number=number))
        self.end.setAccessibleDescription(
            tr("00:00 is midnight; an earlier time than the first is on the next day.")
        )
        self.remove_button.setAccessibleName(tr("Remove quiet hours {number}").format(number=number))


def _time(minute: int) -> QTimeEdit:
    edit = QTimeEdit(QTime(minute // 60, minute % 60))
    # Before the format is set: where Qt writes from the right it puts the minutes first.
    edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    edit.setDisplayFormat("HH:mm")  # as the menu says it, whatever the locale
    edit.setLocale(QLocale.c())
    edit.setWrapping(True)
    return edit


def _minute(edit: QTimeEdit) -> int:
    return edit.time().hour() * 60 + edit.time().minute()


def _span(entry: str) -> Span:
    try:
        return parse(entry)
    except NotQuietHours:  # settings are checked when they are read
        return _NIGHT


def _day_names() -> tuple[tuple[str, str], ...]:
    return (
        (tr("Mon"), tr("Monday")),
        (tr("Tue"), tr("Tuesday")),
        (tr("Wed"), tr("Wednesday")),
        (tr("Thu"), tr("Thursday")),
        (tr("Fri"), tr("Friday")),
        (tr("Sat"), tr("Saturday")),
        (tr("Sun"), tr("Sunday")),
    )
