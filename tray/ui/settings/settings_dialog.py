"""The settings: two pages whose changes are applied as they are made, and a line for failures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, QTimer
from PyQt5.QtWidgets import QDialogButtonBox, QHBoxLayout, QTabWidget, QVBoxLayout

from tray.i18n import tr, trn
from tray.mail.model.account import Login, SecretSource
from tray.ui.settings.accounts_page import AccountsPage
from tray.ui.settings.general_page import GeneralPage
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import ErrorText, button_box, dialog_button, fit
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.standalone import bring_to_front

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.settings.settings import Settings
    from tray.ui.ports import SettingsServices


def first_account_text(accounts: Sequence[Account], given: Collection[AccountId]) -> str:
    """What to do after adding these first `accounts`; `given` are those whose password or sign-in is known."""
    count = len(accounts)
    added = trn("Your account was added.", "Your {n} accounts were added.", count).format(n=count)
    by_itself = {SecretSource.COMMAND, SecretSource.ONLINE}
    lacking = [
        account
        for account in accounts
        if account.enabled
        and account.id not in given
        and account.secret not in by_itself
        and account.login is not Login.CERTIFICATE
    ]
    if not lacking:
        return " ".join((added, tr("You can close this window; Mailbell keeps running.")))
    if count > 1:
        needed = trn(
            "The tray menu asks for the password or sign-in of {n} of them.",
            "The tray menu asks for the passwords or sign-ins of {n} of them.",
            len(lacking),
        ).format(n=len(lacking))
    elif lacking[0].secret is SecretSource.OAUTH:
        needed = tr("The tray menu asks you to sign in.")
    else:
        needed = tr("The tray menu asks for its password.")
    return " ".join((added, needed, tr("You can close this window.")))


_SPARE_LINES = 4
"""Lines of text about a removal or a failure that fit before the dialog has to grow."""
_PROGRESS_DELAY_MS = 500
"""Milliseconds after which saving shows its progress."""


class SettingsDialog(FormDialog):
    """Applies each change at once, one after another.

    A removed account is switched off at once, and deleted when the window closes; until then it can be restored.
    """

    def __init__(self, settings: Settings, services: SettingsServices) -> None:
        super().__init__()
        self._services = services
        self._saved = settings
        self._applying = False
        self._closing = False
        """Whether the dialog closes when the present attempt succeeds."""
        self._refused: Settings | None = None
        """Settings that could not be applied, or only in part: the settings in use are unknown then."""
        self.setWindowTitle(tr("Mailbell Settings"))
        self.tabs = QTabWidget(self)
        self.accounts_page = AccountsPage(settings.accounts, services)
        self.general_page = GeneralPage(settings)
        self.tabs.addTab(self.accounts_page, tr("&Accounts"))
        self.tabs.addTab(self.general_page, tr("&General"))
        self.failure = ErrorText(self)
        self.progress = plain_label(
            tr("Saving… If your keyring asks for its password, answer it first."), self
        )
        self.progress.hide()
        self.welcome = plain_label("", self)
        self.welcome.hide()
        self._progress_delay = QTimer(self)
        self._progress_delay.setSingleShot(True)
        self._progress_delay.setInterval(_PROGRESS_DELAY_MS)
        self._progress_delay.timeout.connect(self.progress.show)
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.failure)
        layout.addWidget(self.progress)
        bottom = QHBoxLayout()  # side by side, because a small screen with large letters has few lines
        bottom.addWidget(self.welcome, 1)
        bottom.addWidget(self.buttons)
        layout.addLayout(bottom)

        self.accounts_page.changed.connect(self._change)
        self.general_page.changed.connect(self._change)
        letter = self.fontMetrics()
        fit(
            self,
            minimum=QSize(letter.averageCharWidth() * 70, letter.lineSpacing() * 22),
            slack=letter.lineSpacing() * _SPARE_LINES,
        )
        (self.accounts_page.list if settings.accounts else self.accounts_page.add_button).setFocus()

    def bring_up(self) -> None:
        """Open, or come to the front; a dialog on top of this one keeps the keyboard."""
        if not self._applying:
            self._read_start_at_login()
        bring_to_front(self)

    def settings(self) -> Settings:
        """The settings as they are shown."""
        return self.general_page.settings(
            replace(self._saved, accounts=self.accounts_page.accounts(with_removed=not self._closing))
        )

    def add_account(self) -> None:
        """Open the dialog for a new account; on the first start, offer the accounts of other programs."""
        self.tabs.setCurrentWidget(self.accounts_page)
        if self._saved.accounts:
            self.accounts_page.add()
        else:
            self.accounts_page.add_first()

    def edit_account(self, account_id: AccountId, field: str = "") -> None:
        """Open the dialog of an account at that field, named as in `Account`."""
        self.tabs.setCurrentWidget(self.accounts_page)
        self.accounts_page.edit(account_id, field)

    def accept(self) -> None:
        """Close, as Esc and the window's close button do."""
        self.reject()

    def reject(self) -> None:
        """Close when all is applied; after a failure stay open and show it, and ask the next time."""
        if self._applying:  # stays open, to show a failure
            self._closing = True
            self.progress.show()
            return
        self._closing = True
        if self._has_changes() and self.settings() != self._refused:
            self._apply()
        elif self._has_changes():
            self.ask(
                tr("Not everything was saved, as this window says. Close it all the same?"),
                tr("&Close"),
                tr("&Go back"),
                super().reject,
            )
            self._closing = False
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Cancel the dialog that is open on top of this one."""
        self.accounts_page.close_dialogs()
        super().done(result)

    def _make_buttons(self) -> None:
        self.buttons = button_box(self)
        self.again = dialog_button(self.buttons, QDialogButtonBox.ButtonRole.ActionRole, tr("Tr&y again"))
        self.close_button = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Close, tr("&Close"))
        self.close_button.setDefault(True)
        self.again.clicked.connect(self._try_again)
        self._show_failure("")

    def _has_changes(self) -> bool:
        different = self.settings() != self._saved or bool(self.accounts_page.secrets())
        return different or self._refused is not None

    def _change(self) -> None:
        self.welcome.hide()
        self._closing = False
        if not self._applying:
            self._apply()

    def _try_again(self) -> None:
        self._closing = self._refused is not None and self._refused != self.settings()
        self._apply()

    def _apply(self) -> None:
        if not self._has_changes():
            return
        self._show_failure("")
        self._applying = True
        if self._closing:
            self.progress.show()
        else:
            self._progress_delay.start()
        wanted, secrets = self.settings(), dict(self.accounts_page.secrets())
        self._services.store.apply(wanted, secrets, partial(self._applied, wanted, secrets))

    def _applied(self, wanted: Settings, secrets: Mapping[AccountId, Secret], failure: str | None) -> None:
        self._applying = False
        self._progress_delay.stop()
        self.progress.hide()
        first = not self._saved.accounts
        self._refused = wanted if failure is not None else None
        if failure is None:
            self._saved = wanted
            self.accounts_page.saved(secrets)
        if self.settings() != wanted or self.accounts_page.secrets().items() - secrets.items():
            self._apply()  # changed meanwhile
        elif failure is not None:
            self._closing = False
            self._read_start_at_login()
            self._show_failure(failure)
            self.again.setFocus()
        elif self._closing:
            super().reject()
        elif first and wanted.accounts:
            self._welcome(first_account_text(wanted.accounts, secrets.keys()))

    def _read_start_at_login(self) -> None:
        """Show the desktop's present setting, which other programs may have changed."""
        starts = self._services.store.starts_at_login()
        self._saved = replace(self._saved, start_at_login=starts)
        self.general_page.show_start_at_login(starts)

    def _welcome(self, sentences: str) -> None:
        """Show what to do after the first accounts were added, and move the focus to Close."""
        self.welcome.setText(sentences)
        self.welcome.show()
        self.close_button.setAccessibleDescription(self.welcome.text())
        self.close_button.setFocus()

    def _show_failure(self, failure: str) -> None:
        self.failure.show_text(failure)
        self.again.setVisible(bool(failure))
        self.again.setEnabled(bool(failure))  # else Tab stops before it, though it is hidden (Qt 5.15)
        self.again.setAccessibleDescription(failure)
