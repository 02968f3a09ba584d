"""A dialog that is filled in: it asks before it drops what was entered, and does not move the focus to Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QPushButton, QWidget

from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_STEPS = 8
"""Buttons to pass over, at most, on the way to one that drops nothing."""


class FormDialog(QDialog):
    """Escape, Cancel and the window's own close button ask before they drop anything (`has_unsaved`).

    Where Qt moves the focus on by itself, since the widget that had it was hidden or switched off, it goes past the
    buttons that cancel: the Return that is pressed next would drop everything.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question: QMessageBox | None = None
        """The question that is open, if one is."""

    def has_unsaved(self) -> bool:
        """Whether something was entered that closing would drop."""
        return False

    def reject(self) -> None:
        """Close; where that would drop something, ask first."""
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
        """Ask above this dialog, without waiting; Return and Escape at first go back."""
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
        """Coming back from another window, whose answer may have hidden what had the focus here."""
        if event.type() == QEvent.Type.WindowActivate and self._has_lost(self.focusWidget()):
            self.focusNextPrevChild(True)
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab may lead anywhere; a focus that has lost its widget does not end on a button that cancels."""
        lost = self._has_lost(self.focusWidget())
        moved = super().focusNextPrevChild(forward)
        for _ in range(_MAX_STEPS):
            if not (moved and lost and _cancels(self.focusWidget())):
                break
            moved = super().focusNextPrevChild(forward)
        return moved

    def _has_lost(self, widget: QWidget | None) -> bool:
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
    """A log-out closes all windows, and a question would stand in its way."""
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()
