"""The page of an account about its notifications: colour, sound, mute and quiet hours."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QLocale, QSignalBlocker, Qt, QTime, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.model.account import colour_name, palette
from tray.mail.model.toast import BUILT_IN, DESKTOP, SILENT, is_sound_file
from tray.mail.settings.fields import MAX_QUIET_HOURS
from tray.mail.settings.quiet_hours import DAY, DAYS, InvalidQuietHours, Span, parse
from tray.ui.account.pages.page import AccountPage
from tray.ui.widgets.forms import ErrorText, Field, choose_file, combo_box, push_button
from tray.ui.widgets.icons import colour_swatch
from tray.ui.widgets.plain_text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account
    from tray.ui.ports import Previews

_NIGHT = Span(frozenset(range(len(DAYS))), 22 * 60, 7 * 60)
"""The hours of a new row."""


class QuietHoursEditor(QWidget):
    """Any number of rows, and a button that adds one."""

    changed = pyqtSignal()

    def __init__(self, entries: Iterable[str]) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        """From top to bottom."""
        self.add_button = push_button(tr("A&dd quiet hours"), tr("Add quiet hours"))
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
        row = self._add(_NIGHT)
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
        self.start = _time(span.start)
        self.end = _time(span.end % DAY)
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
        return Span(days, _minute(self.start), _minute(self.end) or DAY)

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


def _time(minute: int) -> QTimeEdit:
    edit = QTimeEdit(QTime(minute // 60, minute % 60))
    # Set before the format: in a right-to-left layout Qt puts the minutes first.
    edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    edit.setDisplayFormat("HH:mm")  # as in the menu, in every locale
    edit.setLocale(QLocale.c())
    edit.setWrapping(True)
    return edit


def _minute(edit: QTimeEdit) -> int:
    return edit.time().hour() * 60 + edit.time().minute()


def _span(entry: str) -> Span:
    try:
        return parse(entry)
    except InvalidQuietHours:  # settings are checked when they are read
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


_OTHER = object()
"""The value of the option that opens a dialog."""


class NotificationsPage(AccountPage):
    """Changes take effect with the next message; the connection is kept."""

    def __init__(self, account: Account, previews: Previews) -> None:
        super().__init__()
        self.title = tr("&Notifications")
        self._previews = previews
        self.colour = combo_box((tr("None"), ""))
        self.sound = combo_box(
            (tr("The desktop's own"), DESKTOP), (tr("None"), SILENT), (tr("Mailbell's bell"), BUILT_IN)
        )
        self.listen_button = push_button(tr("L&isten"), tr("Listen to the sound"))
        self.sound_error = ErrorText(self)
        self.muted = QCheckBox(tr("Its mail is counted and listed, but not announced"))
        self.muted.setChecked(account.muted)
        self.quiet_hours = QuietHoursEditor(account.quiet_hours)
        self._fill_in(account)
        self.fields = {
            "colour": Field(
                tr("Co&lour:"),
                self.colour,
                explanation=tr("A dot of this colour stands beside the account and on its notifications."),
            ),
            "sound": Field(tr("S&ound:"), self.sound, self.listen_button, below=self.sound_error),
            "muted": Field(tr("&Mute:"), self.muted, explanation=self.muted.text()),
            "quiet_hours": Field(
                tr("&Quiet hours:"),
                self.quiet_hours,
                explanation=tr("Mail that comes meanwhile is announced at their end, in one notification."),
            ),
        }
        self.lay_out(groups={"sound", "muted"})
        self._connect()

    def read(self, account: Account) -> Account:
        """With colour, sound, mute and quiet hours."""
        return replace(
            account,
            colour=self._colour,
            sound=self._sound,
            muted=self.muted.isChecked(),
            quiet_hours=self.quiet_hours.entries(),
        )

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

    def _fill_in(self, account: Account) -> None:
        for colour, name in palette():
            self.colour.addItem(colour_swatch(colour), name, colour)
        self.colour.addItem(tr("Another colour…"), _OTHER)
        self.sound.addItem(tr("A file…"), _OTHER)
        self._show_colour(account.colour)
        self._show_sound(account.sound)

    def _show_colour(self, colour: str) -> None:
        self._colour = colour
        _select(self.colour, colour, colour_name(colour))
        self.colour.setItemIcon(self.colour.currentIndex(), colour_swatch(colour))

    def _show_sound(self, sound: str) -> None:
        self._sound = sound
        _select(self.sound, sound, Path(sound).name if is_sound_file(sound) else sound)
        self.sound.setItemData(
            self.sound.currentIndex(), plain_tooltip(sound) if is_sound_file(sound) else None, Qt.ToolTipRole
        )
        self.listen_button.setEnabled(sound != SILENT)

    def _connect(self) -> None:
        self.colour.activated.connect(self._colour_chosen)
        self.sound.activated.connect(self._sound_chosen)
        self.listen_button.clicked.connect(self._listen)
        self.muted.toggled.connect(lambda: self.settle("muted"))
        self.quiet_hours.changed.connect(lambda: self.settle("quiet_hours"))

    def _colour_chosen(self) -> None:
        if self.colour.currentData() is not _OTHER:
            self._set_colour(self.colour.currentData())
            return
        dialog = QColorDialog(QColor(self._colour or palette()[0][0]), self)
        dialog.setWindowTitle(tr("Colour of the account"))
        dialog.colorSelected.connect(lambda colour: self._set_colour(colour.name()))
        dialog.rejected.connect(lambda: self._show_colour(self._colour))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _sound_chosen(self) -> None:
        if self.sound.currentData() is not _OTHER:
            self._set_sound(self.sound.currentData())
            return
        path = self._sound if is_sound_file(self._sound) else ""
        file_filter = tr("Sounds (*.wav *.oga *.ogg *.flac *.mp3)")
        dialog = choose_file(self, tr("Sound"), path, file_filter, self._set_sound)
        dialog.rejected.connect(lambda: self._show_sound(self._sound))

    def _set_colour(self, colour: str) -> None:
        self._show_colour(colour)
        self.settle("colour")

    def _set_sound(self, sound: str) -> None:
        self.sound_error.show_text("")
        self._show_sound(sound)
        self.settle("sound")

    def _listen(self) -> None:
        self.sound_error.show_text("")
        self._previews.play_sound(self._sound, self.sound_error.show_text)


def _select(box: QComboBox, value: str, text: str) -> None:
    """Select `value`; one that is not offered is inserted before the last option, which opens a dialog."""
    with QSignalBlocker(box):
        index = box.findData(value)
        if index < 0:
            index = box.count() - 1
            box.insertItem(index, text, value)
        box.setCurrentIndex(index)
