"""The page of an account about how it makes itself seen and heard: colour, sound, mute and quiet hours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSignalBlocker, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QCheckBox, QColorDialog, QComboBox, QFileDialog

from tray.i18n import tr
from tray.mail.colour import name_of, palette
from tray.mail.sound import DESKTOP, NONE, OWN, is_file
from tray.ui.dots import dot
from tray.ui.editors import button, choice
from tray.ui.field import ErrorText, Field
from tray.ui.pages.page import AccountPage
from tray.ui.prose import plain_tooltip
from tray.ui.quiet_edit import QuietEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtWidgets import QDialog

    from tray.mail.account import Account

    Play = Callable[[str, Callable[[str], None]], None]

_OTHER = object()
"""Stands for what is chosen in a dialog of its own."""


class AlertsPage(AccountPage):
    """What is chosen here is heard and seen with the next mail; the connection goes on undisturbed."""

    def __init__(self, account: Account, play: Play | None = None) -> None:
        """`play` lets a sound be heard, or says why it cannot."""
        super().__init__()
        self.title = tr("&Notifications")
        self._play = play
        self.colour = choice((tr("None"), ""))
        self.sound = choice(
            (tr("The desktop's own"), DESKTOP), (tr("None"), NONE), (tr("Mailbell's bell"), OWN)
        )
        self.listen_button = button(tr("L&isten"), tr("Listen to the sound"))
        self.listen_button.setVisible(play is not None)
        self.silence = ErrorText(self)
        self.muted = QCheckBox(tr("Its mail is counted and listed, but never told of"))
        self.muted.setChecked(account.muted)
        self.quiet_hours = QuietEdit(account.quiet_hours)
        self._fill_in(account)
        self.fields = {
            "colour": Field(
                tr("Co&lour:"),
                self.colour,
                explanation=tr("A dot of this colour stands beside the account and on its notifications."),
            ),
            "sound": Field(tr("S&ound:"), self.sound, self.listen_button, below=self.silence),
            "muted": Field(tr("&Mute:"), self.muted, explanation=self.muted.text()),
            "quiet_hours": Field(
                tr("&Quiet hours:"),
                self.quiet_hours,
                explanation=tr("What comes meanwhile is told of at their end, in one notification."),
            ),
        }
        self.lay_out(groups={"sound", "muted"})
        self._connect()

    def read(self, account: Account) -> Account:
        """With what is chosen here."""
        return replace(
            account,
            colour=self._colour,
            sound=self._sound,
            muted=self.muted.isChecked(),
            quiet_hours=self.quiet_hours.entries(),
        )

    def problems(self, account: Account, *, testing: bool) -> dict[str, str]:  # noqa: ARG002
        """Whether the file is there, and a day ticked in each row."""
        found = {}
        if is_file(account.sound) and not Path(account.sound).expanduser().is_file():
            found["sound"] = tr("There is no such file; choose another sound.")
        if self.quiet_hours.lacks_days():
            found["quiet_hours"] = tr("Tick at least one day, or remove these hours.")
        elif self.quiet_hours.lacks_an_end():
            found["quiet_hours"] = tr("Choose another end; a whole day is from 00:00 to 00:00.")
        return found

    def _fill_in(self, account: Account) -> None:
        for colour, name in palette():
            self.colour.addItem(dot(colour), name, colour)
        self.colour.addItem(tr("Another colour…"), _OTHER)
        self.sound.addItem(tr("A file…"), _OTHER)
        self._show_colour(account.colour)
        self._show_sound(account.sound)

    def _show_colour(self, colour: str) -> None:
        self._colour = colour
        _show(self.colour, colour, name_of(colour))
        self.colour.setItemIcon(self.colour.currentIndex(), dot(colour))

    def _show_sound(self, sound: str) -> None:
        self._sound = sound
        _show(self.sound, sound, Path(sound).name if is_file(sound) else sound)
        self.sound.setItemData(
            self.sound.currentIndex(), plain_tooltip(sound) if is_file(sound) else None, Qt.ToolTipRole
        )
        self.listen_button.setEnabled(sound != NONE)

    def _connect(self) -> None:
        self.colour.activated.connect(self._colour_chosen)
        self.sound.activated.connect(self._sound_chosen)
        self.listen_button.clicked.connect(self._listen)
        self.muted.toggled.connect(lambda: self.settle("muted"))
        self.quiet_hours.changed.connect(lambda: self.settle("quiet_hours"))

    def _colour_chosen(self) -> None:
        if self.colour.currentData() is not _OTHER:
            self._take_colour(self.colour.currentData())
            return
        dialog = QColorDialog(QColor(self._colour or palette()[0][0]), self)
        dialog.setWindowTitle(tr("Colour of the account"))
        dialog.colorSelected.connect(lambda colour: self._take_colour(colour.name()))
        dialog.rejected.connect(lambda: self._show_colour(self._colour))
        _open(dialog)

    def _sound_chosen(self) -> None:
        if self.sound.currentData() is not _OTHER:
            self._take_sound(self.sound.currentData())
            return
        dialog = QFileDialog(self, tr("Sound"), self._sound if is_file(self._sound) else "")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("Sounds (*.wav *.oga *.ogg *.flac *.mp3)"), tr("All files (*)")])
        dialog.fileSelected.connect(self._take_sound)
        dialog.rejected.connect(lambda: self._show_sound(self._sound))
        _open(dialog)

    def _take_colour(self, colour: str) -> None:
        self._show_colour(colour)
        self.settle("colour")

    def _take_sound(self, sound: str) -> None:
        self.silence.say("")
        self._show_sound(sound)
        self.settle("sound")

    def _listen(self) -> None:
        self.silence.say("")
        if self._play is not None:
            self._play(self._sound, self.silence.say)


def _show(box: QComboBox, value: str, text: str) -> None:
    """Make `value` the current one; one that is not offered stands before the last, which asks for another."""
    with QSignalBlocker(box):
        at = box.findData(value)
        if at < 0:
            at = box.count() - 1
            box.insertItem(at, text, value)
        box.setCurrentIndex(at)


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
