"""The page of an account about a sound and quiet hours of its own."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.model.toast import is_sound_file
from tray.mail.settings.fields import MAX_QUIET_HOURS
from tray.mail.settings.quiet_hours import DAY, InvalidQuietHours, Span, parse
from tray.ui.account.pages.page import AccountPage
from tray.ui.rows.night import NIGHT, minute_of, time_edit
from tray.ui.rows.sound import SoundControl
from tray.ui.widgets.forms import ErrorText, Field, push_button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account
    from tray.ui.ports import Previews


class QuietHoursEditor(QWidget):
    """Any number of rows, and a button that adds one."""

    changed = pyqtSignal()

    def __init__(self, entries: Iterable[str]) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        """From top to bottom."""
        self.add_button = push_button(tr("Add quiet hours"), tr("Add quiet hours"))
        self.add_button.clicked.connect(self._add_new)
        self._row_layout = QVBoxLayout()
        self._row_layout.setContentsMargins(0, 0, 0, 0)
        for entry in entries:
            self._add(_span(entry))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._row_layout)
        layout.addWidget(self.add_button, 0, Qt.AlignLeft)  # after the rows, also for Tab
        self._update()

    def entries(self) -> tuple[str, ...]:
        """The rows as the settings have them, without those in which no day is ticked."""
        return tuple(dict.fromkeys(span.text for span in self.spans() if span.days))

    def spans(self) -> list[Span]:
        """What each row holds, valid or not."""
        return [row.span() for row in self.rows]

    def _add(self, span: Span) -> _Row:
        row = _Row(span, self)
        row.changed.connect(self.changed)
        row.remove_button.clicked.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._row_layout.addWidget(row)
        return row

    def _add_new(self) -> None:
        row = self._add(NIGHT)
        for editor, following in pairwise((self.add_button, *row.editors, self.add_button)):
            self.setTabOrder(editor, following)
        self._update()
        row.days[0].setFocus(Qt.OtherFocusReason)
        self.changed.emit()

    def _remove(self, row: _Row) -> None:
        index = self.rows.index(row)
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._update()
        # The focus moves to a button beside the one that was pressed, not to the top of the page.
        near = self.rows[min(index, len(self.rows) - 1)].remove_button if self.rows else self.add_button
        near.setFocus(Qt.OtherFocusReason)
        self.changed.emit()

    def _update(self) -> None:
        for number, row in enumerate(self.rows, 1):
            row.name_editors(number)
        self.add_button.setEnabled(len(self.rows) < MAX_QUIET_HOURS)
        self.setFocusProxy(self.rows[0].days[0] if self.rows else self.add_button)


class _Row(QWidget):
    """Days, and the times from and to."""

    changed = pyqtSignal()

    def __init__(self, span: Span, parent: QWidget) -> None:
        super().__init__(parent)
        self.days = [QCheckBox(short) for short, _ in _day_names()]
        self.start = time_edit(span.start)
        self.end = time_edit(span.end % DAY)
        self.remove_button = push_button(tr("Remove"), "")
        self.editors = (*self.days, self.start, self.end, self.remove_button)
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
        """The span of this row; an end of 00:00 is midnight."""
        days = frozenset(number for number, day in enumerate(self.days) if day.isChecked())
        return Span(days, minute_of(self.start), minute_of(self.end) or DAY)

    def name_editors(self, number: int) -> None:
        """Name the editors for a screen reader, by the number of the row."""
        for day, (_, name) in zip(self.days, _day_names(), strict=True):
            day.setAccessibleName(tr("Quiet hours {number}, {day}").format(number=number, day=name))
        self.start.setAccessibleName(tr("Quiet hours {number}, from").format(number=number))
        self.end.setAccessibleName(tr("Quiet hours {number}, to").format(number=number))
        self.end.setAccessibleDescription(
            tr("00:00 is midnight; an earlier time than the first is on the next day.")
        )
        self.remove_button.setAccessibleName(tr("Remove quiet hours {number}").format(number=number))


def _span(entry: str) -> Span:
    try:
        return parse(entry)
    except InvalidQuietHours:  # settings are checked when they are read
        return NIGHT


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


class SoundPage(AccountPage):
    """Changes take effect with the next message; the connection is kept."""

    def __init__(self, account: Account, previews: Previews) -> None:
        super().__init__()
        self.title = tr("Sound and quiet hours of its own")
        self.sound = SoundControl(previews)
        self.sound.show_value(account.sound)
        self.sound.box.setAccessibleName(tr("Sound"))
        self.sound_error = ErrorText(self)
        self.quiet_hours = QuietHoursEditor(account.quiet_hours)
        self.fields = {
            "sound": Field(tr("Sound"), self.sound, below=self.sound_error),
            "quiet_hours": Field(
                tr("Quiet hours"),
                self.quiet_hours,
                explanation=tr("Mail that comes meanwhile is announced at their end, in one notification."),
            ),
        }
        self.lay_out(groups={"sound"})
        self.sound.edited.connect(lambda: self.settle("sound"))
        self.sound.failed.connect(self.sound_error.show_text)
        self.quiet_hours.changed.connect(lambda: self.settle("quiet_hours"))

    def read(self, account: Account) -> Account:
        """With sound and quiet hours."""
        return replace(account, sound=self.sound.sound, quiet_hours=self.quiet_hours.entries())

    def errors(self, account: Account, *, testing: bool) -> dict[str, str]:  # noqa: ARG002
        """A sound file that does not exist; quiet hours without a day, or that end when they begin."""
        errors = {}
        if is_sound_file(account.sound) and not Path(account.sound).expanduser().is_file():
            errors["sound"] = tr("There is no such file; choose another sound.")
        spans = self.quiet_hours.spans()
        if not all(span.days for span in spans):
            errors["quiet_hours"] = tr("Tick at least one day, or remove these hours.")
        elif any(span.start == span.end for span in spans):
            errors["quiet_hours"] = tr("Choose another end; a whole day is from 00:00 to 00:00.")
        return errors
