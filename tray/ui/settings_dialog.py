"""The settings: a draft on two pages that is applied whole, and kept on screen where that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.accounts_page import AccountsPage
from tray.ui.field import ErrorText
from tray.ui.form_area import fit
from tray.ui.general_page import GeneralPage

if TYPE_CHECKING:
    from tray.mail.account import AccountId
    from tray.mail.settings import Settings
    from tray.ui.services import SettingsServices


class SettingsDialog(QDialog):
    """Opened by `show()`; OK and Apply apply what was changed, Cancel and Esc leave all as it was."""

    def __init__(self, settings: Settings, services: SettingsServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._saved = settings
        self._applying = 0
        """Number of the attempt that is at work, 0 where none is."""
        self._attempts = 0
        self._focus_before: QWidget | None = None
        self.setWindowTitle(tr("Mailbell Settings"))
        self.setModal(False)
        self.tabs = QTabWidget(self)
        self.accounts_page = AccountsPage(settings.accounts, services, self.tabs)
        self.general_page = GeneralPage(settings, self.tabs)
        self.tabs.addTab(self.accounts_page, tr("&Accounts"))
        self.tabs.addTab(self.general_page, tr("&General"))
        self.failure = ErrorText(self)
        self.progress = QLabel(self)
        self.progress.setWordWrap(True)
        self.progress.hide()
        self.buttons = QDialogButtonBox(self)
        self.ok = self._button(QDialogButtonBox.StandardButton.Ok, tr("O&K"))
        self.cancel = self._button(QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
        self.apply_button = self._button(QDialogButtonBox.StandardButton.Apply, tr("Appl&y"))
        self.ok.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.failure)
        layout.addWidget(self.progress)
        layout.addWidget(self.buttons)

        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.apply_button.clicked.connect(lambda: self._apply(then_close=False))
        self.accounts_page.changed.connect(self._update)
        self.general_page.changed.connect(self._update)
        self._update()
        letter = self.fontMetrics()
        fit(self, least=QSize(letter.averageCharWidth() * 70, letter.lineSpacing() * 22))
        (self.accounts_page.list if settings.accounts else self.accounts_page.add_button).setFocus()

    def settings(self) -> Settings:
        """The settings as they stand in the draft."""
        return self.general_page.settings(replace(self._saved, accounts=self.accounts_page.accounts()))

    def add_account(self) -> None:
        """Lead straight to a new account, as on the first start."""
        self.tabs.setCurrentWidget(self.accounts_page)
        self.accounts_page.add()

    def edit_account(self, account_id: AccountId) -> None:
        """Lead straight to the details of an account, as from its status."""
        self.tabs.setCurrentWidget(self.accounts_page)
        self.accounts_page.edit(account_id)

    def accept(self) -> None:
        """Apply what was changed, then close."""
        if self._applying:
            return
        if self._dirty():
            self._apply(then_close=True)
        else:
            super().accept()

    def reject(self) -> None:
        """Close and change nothing; not while settings are being saved, whose failure must be told here."""
        if not self._applying:
            super().reject()

    def done(self, result: int) -> None:
        """Cancel what is open on top of this, with its test."""
        self.accounts_page.close_dialogs()
        super().done(result)

    def _button(self, which: QDialogButtonBox.StandardButton, text: str) -> QPushButton:
        button = self.buttons.addButton(which)
        assert button is not None
        button.setText(text)
        button.setAutoDefault(which == QDialogButtonBox.StandardButton.Ok)
        return button

    def _dirty(self) -> bool:
        return self.settings() != self._saved or bool(self.accounts_page.secrets())

    def _update(self) -> None:
        self.apply_button.setEnabled(self._dirty() and not self._applying)

    def _apply(self, *, then_close: bool) -> None:
        self._attempts += 1
        attempt = self._applying = self._attempts
        self._tell("")
        self._freeze(frozen=True)
        wanted = self.settings()
        self._services.apply(
            wanted,
            dict(self.accounts_page.secrets()),
            lambda failure: self._applied(attempt, wanted, failure, then_close=then_close),
        )

    def _applied(self, attempt: int, wanted: Settings, failure: str | None, *, then_close: bool) -> None:
        if attempt != self._applying:
            return
        self._applying = 0
        if failure is None:
            self._saved = wanted
            self.accounts_page.saved()
        self._freeze(frozen=False)
        if failure is not None:
            self._tell(failure)
            self.ok.setFocus()
        elif then_close:
            super().accept()

    def _freeze(self, *, frozen: bool) -> None:
        """What is shown while saving is what is being saved."""
        self.progress.setText(
            tr("Saving… If your keyring asks for its password, answer it first.") if frozen else ""
        )
        self.progress.setVisible(frozen)
        if frozen:
            self._focus_before = self.focusWidget()
        for widget in (self.tabs, self.ok, self.cancel):
            widget.setEnabled(not frozen)
        self._update()
        if not frozen and self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, failure: str) -> None:
        self.failure.say(failure)
        self.ok.setAccessibleDescription(failure)
