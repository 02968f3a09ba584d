"""The page of one account: what most people want to change of it."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr, trn
from tray.mail.folders.folders import without_prefix
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.status import Disabled
from tray.mail.model.toast import DESKTOP
from tray.mail.presentation.colours import account_colours
from tray.mail.settings.checks import account_errors
from tray.ui.rows.colour_discs import ColourDiscs
from tray.ui.rows.controls import Choice, Line, Push, Tick
from tray.ui.rows.page_view import PageView
from tray.ui.rows.row_widget import RowWidget
from tray.ui.settings.account_head import AccountHead
from tray.ui.widgets.card import Card
from tray.ui.widgets.standalone import show_until_closed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.status import CheckResult
    from tray.mail.presentation.summary import Summary
    from tray.ui.account.check_view import CheckView
    from tray.ui.ports import SettingsServices
    from tray.ui.rows.changes import Changes

_FOLDERS_SHOWN, _TEST_LINES = 6, 11


class Notify(enum.Enum):
    """How the mail of an account is announced."""

    AS_ALL = enum.auto()
    NOT = enum.auto()
    OWN = enum.auto()


class Opens(enum.Enum):
    """What a click on a mail of the account opens."""

    PROGRAM = enum.auto()
    WEB = enum.auto()
    COMMAND = enum.auto()


def notify_of(account: Account) -> Notify:
    """How the mail of `account` is announced."""
    if account.muted:
        return Notify.NOT
    return Notify.OWN if account.sound != DESKTOP or account.quiet_hours else Notify.AS_ALL


def opens_of(account: Account) -> Opens:
    """What a click opens."""
    if account.open_command:
        return Opens.COMMAND
    return Opens.WEB if account.webmail else Opens.PROGRAM


def password_text(account: Account) -> str:
    """Where the password of `account` is kept, or comes from."""
    if account.login is Login.CERTIFICATE:
        return tr("None: it logs in with a certificate")
    return {
        SecretSource.KEYRING: tr("Kept in the keyring of the desktop"),
        SecretSource.ASK: tr("Asked for at each start"),
        SecretSource.COMMAND: tr("Printed by a command of yours"),
        SecretSource.FILE: tr("Kept in a file, not encrypted"),
        SecretSource.OAUTH: tr("You are signed in with your provider"),
        SecretSource.ONLINE: tr("From the online accounts of the desktop"),
    }[account.secret]


class AccountPage(PageView):
    """Shows the account of that id as long as there is one."""

    def __init__(self, account: Account, changes: Changes, services: SettingsServices) -> None:
        foot = (
            (tr("More settings…"), lambda: self.part_asked.emit("more", "")),
            (tr("Remove"), lambda: self.part_asked.emit("remove", "")),
        )
        super().__init__(account.name, foot)
        self._id = account.id
        self._changes = changes
        self._services = services
        self._webmail = account.webmail
        """The web page, also while a click opens something else."""
        self._own = account.sound, account.quiet_hours
        self.test = QPushButton(tr("Test"))
        self.test.setAutoDefault(False)
        self.test.clicked.connect(self._test)
        self.check: CheckView | None = None
        """The test, from the first one on."""
        self.head = AccountHead(self.test)
        self.add(self.head)
        self._check_place = QVBoxLayout()
        place = QWidget()
        place.setLayout(self._check_place)
        self._check_place.setContentsMargins(0, 0, 0, 0)
        self.add(place)
        self._make_rows()
        self.add_card("", (self.name, self.colour, self.address, self.password))
        self.add_card(tr("Watched"), (self.enabled, self.folders, self.notify, self.opens))
        changes.changed.connect(self._show)
        self._show()

    def _make_rows(self) -> None:
        line, discs, tick = Line(), ColourDiscs(), Tick()
        self.name = RowWidget(tr("Name"), line)
        self.colour = RowWidget(tr("Colour"), discs)
        self.address = RowWidget(tr("Address"), None)
        self.password = RowWidget(
            tr("Password"), Push(tr("Change…"), lambda: self.part_asked.emit("password", ""))
        )
        self.enabled = RowWidget(tr("Watch this account"), tick)
        self.folders = RowWidget(
            tr("Folders"), Push(tr("Change…"), lambda: self.part_asked.emit("folders", ""))
        )
        notify = Choice(
            (tr("As for all accounts"), Notify.AS_ALL),
            (tr("None: only count"), Notify.NOT),
            (tr("Own settings…"), Notify.OWN),
        )
        self.notify = RowWidget(tr("Notifications"), notify)
        opens = Choice(
            (tr("My mail program"), Opens.PROGRAM),
            (tr("The web page of the provider"), Opens.WEB),
            (tr("A command of my own…"), Opens.COMMAND),
        )
        self.opens = RowWidget(tr("A click on a mail opens"), opens)
        line.edited.connect(lambda name: self._put("name", name=name.strip()))
        discs.edited.connect(lambda colour: self._put("colour", colour=colour))
        tick.edited.connect(lambda enabled: self._put("enabled", enabled=enabled))
        notify.edited.connect(self._notify_chosen)
        opens.edited.connect(self._opens_chosen)

    def close_down(self) -> None:
        """End a test."""
        if self.check is not None:
            self.check.cancel()

    def show_summary(self, summary: Summary) -> None:
        """Show the state of the account's connection."""
        found = next((account.status for account in summary.accounts if account.id == self._id), None)
        account = self._changes.account(self._id)
        if found is None and account is not None and not account.enabled:
            found = Disabled()
        self.head.show_status(found)

    def _show(self) -> None:
        account = self._changes.account(self._id)
        if account is None:
            return
        self._webmail = account.webmail or self._webmail
        if notify_of(account) is Notify.OWN:
            self._own = account.sound, account.quiet_hours
        colour = account_colours(self._changes.settings.accounts)[account.id]
        self.head.show_account(account, colour)
        if not account.enabled:
            self.head.show_status(Disabled())
        for row, value in (
            (self.name, account.name),
            (self.colour, colour),
            (self.enabled, account.enabled),
            (self.notify, notify_of(account)),
            (self.opens, opens_of(account)),
        ):
            assert row.control is not None
            row.control.show_value(value)
        self.name.show_error("")
        self.address.explain(account.email or account.user)
        self.password.explain(password_text(account))
        self.folders.explain(_folder_names(account))

    def _put(self, field: str, **values: object) -> None:
        account = self._changes.account(self._id)
        if account is None:
            return
        account = replace(account, **values)  # type: ignore[arg-type]
        error = account_errors(account, self._changes.others(self._id)).get(field, "")
        if field == "name":
            self.name.show_error(error)
        if not error:
            self._changes.put_account(account)

    def _test(self) -> None:
        """Show the steps of a test below the head, and begin."""
        from tray.ui.account.check_view import CheckView

        self.check = check = CheckView(self._begin_check, self._report)
        check.steps.setMinimumHeight(_TEST_LINES * self.fontMetrics().lineSpacing())
        check.certificate_wanted.connect(self._show_certificate)
        card = Card()
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(check)
        self._check_place.addWidget(card)
        self._check_place.addSpacing(10)
        self.head.use_button(check.button)
        check.start()

    def _begin_check(
        self, on_step: Callable[[CheckResult], None], on_done: Callable[[bool], None]
    ) -> Callable[[], None] | None:
        account = self._changes.account(self._id)
        if account is None:
            return None
        secret = self._changes.pending_secret(self._id)
        return self._services.tests.check(account, secret, on_step, on_done)

    def _report(self, results: list[CheckResult]) -> str:
        from tray.ui.account.check_view import qt_versions

        account = self._changes.account(self._id)
        assert account is not None
        return self._services.tests.report(account, results, qt_versions())

    def _show_certificate(self, certificate: Certificate) -> None:
        from tray.ui.dialogs.certificate_dialog import CertificateDialog

        def answered(trust: bool) -> None:
            if trust and self.check is not None:
                self._put("pinned", pinned=certificate.sha256)
                self.check.start()

        show_until_closed(CertificateDialog(self.title, certificate, answered, self.window()))

    def _notify_chosen(self, chosen: Notify) -> None:
        sound, quiet_hours = self._own if chosen is Notify.OWN else (DESKTOP, ())
        self._put("muted", muted=chosen is Notify.NOT, sound=sound, quiet_hours=quiet_hours)
        if chosen is Notify.OWN:
            self._show()
            self.part_asked.emit("more", "sound")

    def _opens_chosen(self, chosen: Opens) -> None:
        if chosen is Opens.PROGRAM:
            self._put("webmail", webmail="", open_command="")
        elif chosen is Opens.WEB and self._webmail:
            self._put("webmail", webmail=self._webmail, open_command="")
        else:
            self._show()
            self.part_asked.emit("more", "webmail" if chosen is Opens.WEB else "open_command")


def _folder_names(account: Account) -> str:
    """The names of the folders that are watched; of many the first ones, and how many more there are."""
    names = [without_prefix(name).label for name in account.mailboxes]
    shown = ", ".join(names[:_FOLDERS_SHOWN])
    more = len(names) - _FOLDERS_SHOWN
    if more <= 0:
        return shown
    return trn("{folders} and {n} more", "{folders} and {n} more", more).format(folders=shown, n=more)
