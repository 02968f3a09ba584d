"""The lines below a page of the settings: what was removed, what could not be saved, and that saving takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.widgets.action_line import UndoLine
from tray.ui.widgets.forms import ErrorText, push_button
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.ui.rows.changes import Changes

_SIDE = 28
_PROGRESS_DELAY_MS = 500
"""Milliseconds after which saving shows its progress."""


class Messages(QWidget):
    """Follows `changes`; `again` is a button that the window places at its foot."""

    def __init__(self, changes: Changes, window: QWidget) -> None:
        super().__init__(window)
        self._changes = changes
        self.undo = UndoLine(window)
        self.failure = ErrorText(self)
        self.progress = plain_label(
            tr("Saving… If your keyring asks for its password, answer it first."), self
        )
        self.progress.hide()
        self.again = push_button(tr("Try again"), "")
        self._progress_delay = QTimer(self)
        self._progress_delay.setSingleShot(True)
        self._progress_delay.setInterval(_PROGRESS_DELAY_MS)
        self._progress_delay.timeout.connect(self.progress.show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SIDE, 0, _SIDE, 0)
        for message in (self.undo, self.failure, self.progress):
            layout.addWidget(message)
        self.show_failure("")
        self.again.clicked.connect(lambda _checked: changes.apply())
        changes.removal_changed.connect(self._show_removal)
        changes.applying_changed.connect(self._show_progress)

    def show_failure(self, failure: str) -> None:
        """Show that sentence, and the button to try again; nothing where it is empty."""
        self.failure.show_text(failure)
        if failure or self.again.parentWidget() is not None:  # else it would be a window of its own
            self.again.setVisible(bool(failure))
        self.again.setEnabled(bool(failure))  # else Tab stops before it, though it is hidden (Qt 5.15)
        self.again.setAccessibleDescription(failure)

    def _show_removal(self) -> None:
        removed = self._changes.removed
        self.undo.show_text(
            tr("“{name}” was removed.").format(name=removed.name) if removed is not None else ""
        )

    def _show_progress(self) -> None:
        if not self._changes.applying:
            self._progress_delay.stop()
            self.progress.hide()
        elif not self._progress_delay.isActive():
            self._progress_delay.start()
