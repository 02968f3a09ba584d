"""A dialog with input: it asks before it discards any, and does not move the focus to Cancel by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QPushButton, QWidget

from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_STEPS = 8
"""Buttons to skip at most."""


class FormDialog(QDialog):
    """Escape, Cancel and the window's close button ask before they discard input (`has_unsaved`).

    Where Qt moves the focus because its widget was hidden or disabled, buttons that cancel are skipped: pressing
    Return next would discard everything.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question: QMessageBox | None = None
        """The question that is open, if there is one."""

    def has_unsaved(self) -> bool:
        """Whether closing would discard input."""
        return False

    def reject(self) -> None:
        """Close; ask first, where that would discard input."""
        if self.has_unsaved() and not _is_logging_out():
            self.ask(
                tr("What you entered is not saved. Discard it?"),
                tr("&Discard"),
                tr("&Keep editing"),
                super().reject,
            )
        else:
            super().reject()

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

    def event(self, event: QEvent) -> bool:
        """Move the focus on at the return from another window that has hidden or disabled its widget."""
        if event.type() == QEvent.Type.WindowActivate and self._has_unusable_focus():
            self.focusNextPrevChild(True)
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus; skip buttons that cancel where its widget was hidden or disabled."""
        skip = self._has_unusable_focus()
        moved = super().focusNextPrevChild(forward)
        for _ in range(_MAX_STEPS):
            if not (moved and skip and _cancels(self.focusWidget())):
                break
            moved = super().focusNextPrevChild(forward)
        return moved

    def _has_unusable_focus(self) -> bool:
        widget = self.focusWidget()
        return self.isVisible() and widget is not None and not (widget.isVisible() and widget.isEnabled())


def _cancels(widget: QWidget | None) -> bool:
    box = widget.parentWidget() if isinstance(widget, QPushButton) else None
    return (
        isinstance(box, QDialogButtonBox)
        and isinstance(widget, QPushButton)
        and box.buttonRole(widget)
        in {QDialogButtonBox.ButtonRole.RejectRole, QDialogButtonBox.ButtonRole.DestructiveRole}
    )


def _is_logging_out() -> bool:
    """Whether the session ends: that closes all windows, and a question would stop it."""
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()
