"""The General page of the settings: number of messages shown, toasts, start at log-in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSignalBlocker, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QFormLayout, QSpinBox, QWidget

from tray.i18n import tr
from tray.mail.settings.fields import TITLES_MAX, TITLES_MIN
from tray.ui.widgets.forms import Field

if TYPE_CHECKING:
    from tray.mail.settings.settings import Settings


class GeneralPage(QWidget):
    """Shows the settings of the program as a whole."""

    changed = pyqtSignal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.titles = QSpinBox()
        self.titles.setRange(TITLES_MIN, TITLES_MAX)
        self.titles.setValue(settings.titles)
        self.titles.setKeyboardTracking(False)  # else 20 would be 2 for a moment, and then 20
        self.toasts = QCheckBox(tr("&Show a notification when mail arrives"))
        self.toasts.setChecked(settings.toasts)
        self.toasts.setAccessibleDescription(tr("Without it only the icon in the tray shows new mail."))
        self.start_at_login = QCheckBox(tr("Start at &log-in"))
        self.start_at_login.setChecked(settings.start_at_login)
        self.start_at_login.setAccessibleDescription(tr("Mailbell starts when you log in to the desktop."))

        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        Field(
            tr("Newest &titles shown of each account:"),
            self.titles,
            explanation=tr("In the menu of the tray icon."),
        ).add_to(form)
        form.addRow(self.toasts)
        form.addRow(self.start_at_login)
        self.titles.valueChanged.connect(self.changed)
        self.toasts.toggled.connect(self.changed)
        self.start_at_login.toggled.connect(self.changed)

    def show_start_at_login(self, starts: bool) -> None:
        """Show the present state without announcing a change."""
        with QSignalBlocker(self.start_at_login):
            self.start_at_login.setChecked(starts)

    def settings(self, base: Settings) -> Settings:
        """`base` with the values of this page."""
        return replace(
            base,
            titles=self.titles.value(),
            toasts=self.toasts.isChecked(),
            start_at_login=self.start_at_login.isChecked(),
        )
