"""Times of day, and the choice of quiet hours that hold every night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QLocale, QSignalBlocker, Qt, QTime
from PyQt5.QtWidgets import QCheckBox, QLabel, QTimeEdit

from tray.i18n import tr
from tray.mail.settings.quiet_hours import DAY, DAYS, InvalidQuietHours, Span, parse
from tray.ui.rows.controls import Control

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAYS = frozenset(range(len(DAYS)))
NIGHT = Span(_DAYS, 22 * 60, 7 * 60)
"""The hours that are offered first."""


def time_edit(minute: int) -> QTimeEdit:
    """An editor for a time of day, given as the minute of the day."""
    edit = QTimeEdit(QTime(minute // 60, minute % 60))
    # Set before the format: in a right-to-left layout Qt puts the minutes first.
    edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    edit.setDisplayFormat("HH:mm")  # as in the menu, in every locale
    edit.setLocale(QLocale.c())
    edit.setWrapping(True)
    edit.setKeyboardTracking(False)
    return edit


def minute_of(edit: QTimeEdit) -> int:
    """The minute of the day that `edit` shows."""
    return edit.time().hour() * 60 + edit.time().minute()


class NightControl(Control):
    """One span for every day; hours of another kind, from the settings file, are shown as they are."""

    def __init__(self) -> None:
        self._entries: tuple[str, ...] = (NIGHT.text,)
        """What ticking means."""
        self.start, self.end = time_edit(NIGHT.start), time_edit(NIGHT.end)
        self._to = QLabel(tr("to"))
        self._others = QLabel()
        self._others.setTextFormat(Qt.TextFormat.PlainText)
        self.box = QCheckBox()
        super().__init__(self.start, self._to, self.end, self._others, self.box)
        self.main = self.box
        self.setFocusProxy(self.box)
        self._others.hide()
        self.box.toggled.connect(self._edited)
        for edit in (self.start, self.end):
            edit.timeChanged.connect(self._time_edited)

    def name(self, label: str) -> None:
        """Name the times, too."""
        self.box.setAccessibleName(label)
        self.start.setAccessibleName(tr("{row}, from").format(row=label))
        self.end.setAccessibleName(tr("{row}, to").format(row=label))

    def show_value(self, value: Sequence[str]) -> None:
        """Show these entries, or that there are none."""
        self._entries = tuple(value) or self._entries
        span = _nightly(self._entries)
        for widget in (self.start, self._to, self.end):
            widget.setVisible(span is not None)
        self._others.setVisible(span is None)
        self._others.setText("\n".join(self._entries))
        with QSignalBlocker(self.box), QSignalBlocker(self.start), QSignalBlocker(self.end):
            self.box.setChecked(bool(value))
            if span is not None:
                self.start.setTime(QTime(span.start // 60, span.start % 60))
                self.end.setTime(QTime(span.end % DAY // 60, span.end % 60))

    def act(self) -> None:
        """Switch them on or off."""
        super().act()
        self.box.click()

    def _edited(self) -> None:
        self.edited.emit(self._entries if self.box.isChecked() else ())

    def _time_edited(self) -> None:
        start, end = minute_of(self.start), minute_of(self.end) or DAY
        if start == end:
            self.failed.emit(tr("Choose another end; a whole day is from 00:00 to 00:00."))
            return
        self.failed.emit("")
        self._entries = (Span(_DAYS, start, end).text,)
        if self.box.isChecked():
            self._edited()


def _nightly(entries: Sequence[str]) -> Span | None:
    """The span of `entries` where there is one only, and it holds every day."""
    try:
        spans = [parse(entry) for entry in entries]
    except InvalidQuietHours:  # settings are checked when they are read
        return None
    return spans[0] if len(spans) == 1 and len(spans[0].days) == len(DAYS) else None
