"""A dialog with input: it asks before it discards any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QDialog, QMessageBox, QWidget

from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable


class FormDialog(QDialog):
    """Escape, Cancel and the window's close button ask before they discard input (`has_unsaved`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question: QMessageBox | None = None
        """The question that is open, if there is one."""

    def has_unsaved(self) -> bool:
        """Whether closing would discard input."""
        return False

    def reject(self) -> None:
        """Close; ask first, where that would discard input."""
        if self.has_unsaved():
            self.ask_to_discard(super().reject)
        else:
            super().reject()

    def ask_to_discard(self, discard: Callable[[], None]) -> None:
        """Call `discard` when the user agrees; at once while the session ends."""
        if _is_logging_out():
            discard()
        else:
            self.ask(
                tr("What you entered is not saved. Discard it?"), tr("&Discard"), tr("&Keep editing"), discard
            )

    def ask(self, sentence: str, do_it: str, go_back: str, agreed: Callable[[], None]) -> None:
        """Open a question above this dialog; `agreed` is called at `do_it`. Return and Escape mean `go_back`."""
        if self.question is not None:
            return
        box = self.question = QMessageBox(
            QMessageBox.Icon.Question, self.windowTitle(), sentence, parent=self
        )
        yes = box.addButton(do_it, QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(go_back, QMessageBox.ButtonRole.RejectRole)
        assert yes is not None
        assert no is not None
        box.setDefaultButton(no)
        box.setEscapeButton(no)

        def answered() -> None:
            self.question = None
            box.deleteLater()
            if box.clickedButton() is yes:
                agreed()

        box.finished.connect(answered)
        box.open()


def _is_logging_out() -> bool:
    """Whether the session ends: that closes all windows, and a question would stop it."""
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()
