"""The settings: two pages whose changes are applied as they are made, and a line about what failed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, QTimer
from PyQt5.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr, trn
from tray.mail.model.account import Login, SecretSource
from tray.ui.settings.accounts_page import AccountsPage
from tray.ui.settings.general_page import GeneralPage
from tray.ui.widgets.editors import dialog_button
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import ErrorText, fit
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.standalone import bring_to_front

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from PyQt5.QtWidgets import QLabel

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.settings.settings import Settings
    from tray.ui.ports import SettingsServices


def first_account_text(accounts: Sequence[Account], given: Collection[AccountId]) -> str:
    """For these new `accounts`, one or more; `given` are those whose password or sign-in came with them."""
    count = len(accounts)
    added = trn("Your account was added.", "Your {n} accounts were added.", count).format(n=count)
    lacking = [each for each in accounts if each.id not in given and _asks(each)]
    # The shorter one leaves room for what is wanted, on a small screen with large letters.
    close = (
        tr("You can close this window.")
        if lacking
        else tr("You can close this window; Mailbell keeps running.")
    )
    return " ".join(part for part in (added, _wanted(lacking, count), close) if part)


def _asks(account: Account) -> bool:
    """Whether it cannot be watched before the user has given something."""
    supplied = account.secret in {SecretSource.COMMAND, SecretSource.ONLINE}
    return account.enabled and not supplied and account.login is not Login.CERTIFICATE


def _wanted(lacking: Sequence[Account], count: int) -> str:
    if not lacking:
        return ""
    if count > 1:
        return trn(
            "The tray menu asks for the password or sign-in of {n} of them.",
            "The tray menu asks for the passwords or sign-ins of {n} of them.",
            len(lacking),
        ).format(n=len(lacking))
    if lacking[0].secret is SecretSource.OAUTH:
        return tr("The tray menu asks you to sign in.")
    return tr("The tray menu asks for its password.")


_MORE_LINES = 4
"""Room for so many lines about what was removed, or what failed."""
_UNNOTICED_MS = 500
"""What is saved within this time needs no word."""


class SettingsDialog(FormDialog):
    """Opened by `show()`. What is changed is applied at once, one change after another.

    A removed account is switched off at once, and deleted when the window closes: until then it can be given back.
    """

    def __init__(self, settings: Settings, services: SettingsServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._saved = settings
        self._applying = 0
        """Number of the attempt that is at work, 0 where none is."""
        self._attempts = 0
        self._closing = False
        """Whether what is being applied is the last of all."""
        self._refused: Settings | None = None
        """What could not be applied, or only in part: what is in use is not known then."""
        self.setWindowTitle(tr("Mailbell Settings"))
        self.setModal(False)
        self.tabs = QTabWidget(self)
        self.accounts_page = AccountsPage(settings.accounts, services, self.tabs)
        self.general_page = GeneralPage(settings, self.tabs)
        self.tabs.addTab(self.accounts_page, tr("&Accounts"))
        self.tabs.addTab(self.general_page, tr("&General"))
        self.failure = ErrorText(self)
        self.progress = self._line(tr("Saving… If your keyring asks for its password, answer it first."))
        self.welcome = self._line("")
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_UNNOTICED_MS)
        self._patience.timeout.connect(self.progress.show)
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        for widget in (self.failure, self.progress):
            layout.addWidget(widget)
        last = QHBoxLayout()  # side by side: a small screen with large letters has no line to spare
        last.addWidget(self.welcome, 1)
        last.addWidget(self.buttons)
        layout.addLayout(last)

        self.accounts_page.changed.connect(self._change)
        self.general_page.changed.connect(self._change)
        letter = self.fontMetrics()
        fit(
            self,
            minimum=QSize(letter.averageCharWidth() * 70, letter.lineSpacing() * 22),
            slack=letter.lineSpacing() * _MORE_LINES,
        )
        (self.accounts_page.list if settings.accounts else self.accounts_page.add_button).setFocus()

    def bring_up(self) -> None:
        """Open, or come to the front; what is open on top of this keeps the keyboard, for nothing else can be used."""
        if not self._applying:
            self._look_at_the_start()
        bring_to_front(self)

    def settings(self) -> Settings:
        """The settings as they are shown."""
        return self.general_page.settings(
            replace(self._saved, accounts=self.accounts_page.accounts(with_removed=not self._closing))
        )

    def add_account(self) -> None:
        """Lead straight to a new account; on the first start, to those that other programs have."""
        self.tabs.setCurrentWidget(self.accounts_page)
        if self._saved.accounts:
            self.accounts_page.add()
        else:
            self.accounts_page.add_first()

    def edit_account(self, account_id: AccountId, field: str = "") -> None:
        """Lead straight to the details of an account, as from its status; to that field, named as in `Account`."""
        self.tabs.setCurrentWidget(self.accounts_page)
        self.accounts_page.edit(account_id, field)

    def accept(self) -> None:
        """Close, as Esc and the window's own button do, too."""
        self.reject()

    def reject(self) -> None:
        """Close when all is applied; where that fails, stay open and show it, and ask the next time."""
        if self._applying:  # a failure must be shown here
            self._closing = True
            self.progress.show()
            return
        self._closing = True
        if self._dirty() and self.settings() != self._refused:
            self._apply()
        elif self._dirty():
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
        """Cancel what is open on top of this, with its test."""
        self.accounts_page.close_dialogs()
        super().done(result)

    def _line(self, text: str) -> QLabel:
        line = plain_label(text, self)
        line.hide()
        return line

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(self)
        self.again = dialog_button(self.buttons, QDialogButtonBox.ButtonRole.ActionRole, tr("Tr&y again"))
        self.close_button = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Close, tr("&Close"))
        self.close_button.setDefault(True)
        self.again.clicked.connect(self._try_again)
        self.buttons.rejected.connect(self.reject)
        self._tell("")

    def _dirty(self) -> bool:
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
        if not self._dirty():
            return
        self._tell("")
        self._attempts += 1
        attempt = self._applying = self._attempts
        if self._closing:
            self.progress.show()
        else:
            self._patience.start()
        wanted, secrets = self.settings(), dict(self.accounts_page.secrets())
        self._services.store.apply(
            wanted, secrets, lambda failure: self._applied(attempt, wanted, secrets, failure)
        )

    def _applied(
        self, attempt: int, wanted: Settings, secrets: Mapping[AccountId, Secret], failure: str | None
    ) -> None:
        if attempt != self._applying:
            return
        self._applying = 0
        self._patience.stop()
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
            self._look_at_the_start()
            self._tell(failure)
            self.again.setFocus()
        elif self._closing:
            super().reject()
        elif first and wanted.accounts:
            self._welcome(first_account_text(wanted.accounts, secrets.keys()))

    def _look_at_the_start(self) -> None:
        """The box shows what is so: others may have changed it, and what could not be changed is as it was."""
        starts = self._services.store.starts_at_login()
        self._saved = replace(self._saved, start_at_login=starts)
        self.general_page.show_start_at_login(starts)

    def _welcome(self, sentences: str) -> None:
        """The first start is done: show it, and put the focus on Close."""
        self.welcome.setText(sentences)
        self.welcome.show()
        self.close_button.setAccessibleDescription(self.welcome.text())
        self.close_button.setFocus()

    def _tell(self, failure: str) -> None:
        self.failure.show_text(failure)
        self.again.setVisible(bool(failure))
        self.again.setEnabled(
            bool(failure)
        )  # or Tab stops before it, though it is hidden (seen with Qt 5.15)
        self.again.setAccessibleDescription(failure)
