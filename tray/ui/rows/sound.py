"""The choice of a sound, with a button to listen to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSignalBlocker, Qt

from tray.i18n import tr
from tray.mail.model.toast import BUILT_IN, DESKTOP, SILENT, is_sound_file
from tray.ui.rows.controls import Control
from tray.ui.widgets.forms import NamedComboBox, choose_file, push_button
from tray.ui.widgets.plain_text import plain_tooltip

if TYPE_CHECKING:
    from tray.ui.ports import Previews

_FILE = object()
"""The value of the option that opens a dialog."""


class SoundControl(Control):
    """The desktop's sound, none, Mailbell's, or a file."""

    def __init__(self, previews: Previews) -> None:
        self._previews = previews
        self._sound = DESKTOP
        self.box = NamedComboBox()
        for text, value in (
            (tr("The desktop’s sound for new mail"), DESKTOP),
            (tr("No sound"), SILENT),
            (tr("Mailbell’s bell"), BUILT_IN),
            (tr("A file…"), _FILE),
        ):
            self.box.addItem(text, value)
        self.listen_button = push_button(tr("Listen"), tr("Listen to the sound"))
        super().__init__(self.box, self.listen_button)
        self.box.activated.connect(self._chosen)
        self.listen_button.clicked.connect(self._listen)

    @property
    def sound(self) -> str:
        """What is chosen, as in `tray.mail.model.toast`."""
        return self._sound

    def show_value(self, value: str) -> None:
        """Show that sound; one that is not offered is inserted before the last option."""
        self._sound = value
        with QSignalBlocker(self.box):
            index = next((at for at in range(self.box.count()) if self.box.itemData(at) == value), -1)
            if index < 0:
                index = self.box.count() - 1
                self.box.insertItem(index, Path(value).name if is_sound_file(value) else value, value)
                tip = plain_tooltip(value) if is_sound_file(value) else None
                self.box.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
            self.box.setCurrentIndex(index)
        self.listen_button.setEnabled(value != SILENT)

    def _chosen(self) -> None:
        chosen = self.box.currentData()
        if chosen is not _FILE:
            self._use(chosen)
            return
        path = self._sound if is_sound_file(self._sound) else ""
        file_filter = tr("Sounds (*.wav *.oga *.ogg *.flac *.mp3)")
        dialog = choose_file(self, tr("Sound"), path, file_filter, self._use)
        dialog.rejected.connect(lambda: self.show_value(self._sound))

    def _use(self, sound: str) -> None:
        self.failed.emit("")
        self.show_value(sound)
        self.edited.emit(sound)

    def _listen(self) -> None:
        self.failed.emit("")
        self._previews.play_sound(self._sound, self.failed.emit)
