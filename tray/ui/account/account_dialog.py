"""The dialog that adds or edits one account: judges what is typed and tests it against the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_VERSION_STR, Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from tray.i18n import tr
from tray.mail.model.account import Account
from tray.mail.settings.checks import account_errors
from tray.ui.account.check_view import CheckView
from tray.ui.account.page_tabs import PageTabs
from tray.ui.account.pages.folders import FoldersPage
from tray.ui.account.pages.identity import IdentityPage
from tray.ui.account.pages.network import NetworkPage
from tray.ui.account.pages.notifications import NotificationsPage
from tray.ui.account.pages.server import ServerPage
from tray.ui.account.pages.when_clicked import WhenClickedPage
from tray.ui.account.server_finder import ServerFinder
from tray.ui.widgets.editors import dialog_button
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import ErrorText, available_size, fit
from tray.ui.widgets.standalone import show_until_closed

if TYPE_CHECKING:
    from tray.mail.model.secret import Secret
    from tray.ui.account.pages.page import AccountPage
    from tray.ui.ports import SettingsServices

    Draft = Callable[[], tuple[Account, Secret | None]]
    """The account as all pages read now, and the password to log in with: None means the stored one."""
    from collections.abc import Mapping, Sequence

    from tray.mail.model.account import AccountId
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult


def _more_pages(account: Account, services: SettingsServices, draft: Draft) -> list[AccountPage]:
    """Made for `account`, each with what it needs."""
    return [
        FoldersPage(account, draft, services.folders),
        NotificationsPage(account, services.previews),
        NetworkPage(account, services.type_proxy_password),
        WhenClickedPage(account, services.previews),
    ]


Answer = Callable[[Account, "Secret | None"], None]
"""Called at OK, with the password where one was typed."""

_ERROR_LINES = 5
"""Room for so many lines of errors before a page has to scroll."""
_TEST_COLUMNS = 36
"""Minimum width of the test's steps, in characters."""


class AccountDialog(FormDialog):
    """One account, new where `account` is None; `others` are those whose names are taken.

    A new account is tested at OK and taken when it works; where it does not, the user may take it all the same.
    `pending` is a password that was typed in an earlier go and is not stored yet: the test uses it. `keep` gets what
    the pages have of other secrets, just before the answer.
    """

    def __init__(
        self,
        account: Account | None,
        others: Sequence[Account],
        services: SettingsServices,
        answer: Answer,
        *,
        pending: Secret | None = None,
        keep: Callable[[Mapping[AccountId, Secret]], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._others = tuple(others)
        self._services = services
        self._answer = answer
        self._keep = keep
        self._judged: set[str] = set()
        self._judge_all = False
        self._following = False
        self._taking = False
        """Whether the account is taken as soon as it was tested, and it works."""
        self._tested: tuple[Account, Secret | None] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        new = self._new = account is None
        if account is None:
            self.setWindowTitle(tr("New Account"))
            account = Account(id=services.store.new_account_id(), name="", email="", host="", user="")
        else:
            self.setWindowTitle(tr("Account “{name}”").format(name=account.name))
        self._account = account

        self.identity = IdentityPage(
            account,
            new=new,
            pending=pending,
            sign_in=services.sign_in,
            online_accounts=services.others,
            others=self._others,
            open_page=services.open_page,
        )
        self.server = ServerPage(account, new=new)
        self.pages = (self.identity, self.server, *_more_pages(account, services, self._draft))
        self.tabs = PageTabs(self.pages, self)
        names = [other.name for other in self._others]
        self.finder = ServerFinder(
            self.identity, self.server, services.servers, self.account, self._suggest, names
        )
        self.elsewhere = ErrorText(self)
        self.check = CheckView(self._begin_check, self._report, self)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._follow()
        self._judge()
        self._untouched = self.account()
        fit(self, slack=self.fontMetrics().lineSpacing() * _ERROR_LINES)
        self.identity.email.setFocus()

    def account(self) -> Account:
        """The account as it is written on the pages."""
        account = self._account
        for page in self.pages:
            account = page.read(account)
        return account

    def has_unsaved(self) -> bool:
        """Whether a page was changed, or something secret was typed."""
        return self.account() != self._untouched or any(page.has_typed_secret() for page in self.pages)

    def done(self, result: int) -> None:
        """Stop a test or a search that is at work, however the dialog ends, and wipe the password."""
        self._taking = False
        self.check.cancel()
        self.finder.stop()
        super().done(result)
        for page in self.pages:
            page.close_down()

    def accept(self) -> None:
        """Hand over the account, tested first where it is new, or lead to the first field that is wrong."""
        if not self._all_right(testing=False):
            return
        if not self._new or self.check.proven or self._problems(testing=True):
            self._take()
            return
        self._taking = True
        if self.finder.searching:  # what is written there is a guess so far
            self.check.wait(tr("Waiting for the server to be found…"))
        else:
            self.check.start()

    def _take(self) -> None:
        account, secret = self.account(), self.identity.secret()
        further = {key: typed for page in self.pages for key, typed in page.secrets().items()}
        super().accept()
        if further and self._keep is not None:
            self._keep(further)
        self._answer(account, secret)

    def _take_untested(self) -> None:
        if self._all_right(testing=False):
            self._take()

    def _draft(self) -> tuple[Account, Secret | None]:
        return self.account(), self.identity.secret_for_test()

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(self)
        self.ok = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Ok, tr("OK"))
        self.ok.setDefault(True)
        dialog_button(self.buttons, QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
        self.anyway = QPushButton(tr("Sa&ve anyway"), self)
        self.anyway.setAccessibleDescription(tr("Keeps the account although its test failed."))
        self.anyway.hide()

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setHorizontalSpacing(2 * max(layout.horizontalSpacing(), 0))
        layout.addWidget(self.tabs, 0, 0)
        layout.addWidget(self.elsewhere, 1, 0)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.anyway)
        below.addWidget(self.buttons)
        self.check.setMinimumWidth(self.fontMetrics().averageCharWidth() * _TEST_COLUMNS)
        self.check.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        beside = (
            self.check.minimumWidth() + self.tabs.minimumSizeHint().width() + 4 * layout.horizontalSpacing()
        )
        if beside <= available_size(self).width():
            layout.addWidget(self.check, 0, 1, 2, 1)
            layout.setColumnStretch(0, 3)
            layout.setColumnStretch(1, 2)
            layout.addLayout(below, 2, 0, 1, 2)
        else:
            layout.addLayout(
                below, 2, 0
            )  # two columns would end beyond the pages, by the space between the two
            for page in self.pages:
                page.make_narrow(available_size(self).width() - 8 * layout.horizontalSpacing())
            self.tabs.add_check(self.check)
            below.insertWidget(0, self.check.button)

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.anyway.clicked.connect(self._take_untested)
        self.check.certificate_wanted.connect(self._show_certificate)
        self.check.ended.connect(self._check_ended)
        self.check.stopped.connect(self._stop_taking)
        self.finder.ended.connect(self._server_found)
        self.check.outdated.connect(self.anyway.hide)
        for page in self.pages:
            page.touched.connect(self._touch)
            page.changed.connect(self._change)

    def _touch(self, name: str) -> None:
        self._judged.add(name)
        self._judge()

    def _change(self) -> None:
        if self._following:  # one page changes another: all is judged once, at the end
            return
        if self._draft() != self._tested:
            self.check.outdate()
        self._follow()
        self._judge()

    def _follow(self) -> None:
        self._following = True
        account = self.account()
        for page in self.pages:
            page.follow(account)
        self._following = False

    def _suggest(self, account: Account) -> None:
        for page in self.pages:
            page.suggest(account)

    def _problems(self, *, testing: bool) -> dict[str, str]:
        account = self.account()
        errors = dict(account_errors(account, self._others))
        for page in self.pages:
            errors |= page.problems(account, testing=testing)
        return errors

    def _judge(self, *, testing: bool = False) -> dict[str, str]:
        errors = self._problems(testing=testing)
        fields = self.tabs.fields
        self.tabs.show_errors(
            {name: text for name, text in errors.items() if self._judge_all or name in self._judged}
        )
        self.elsewhere.say(" ".join(text for name, text in errors.items() if name not in fields))
        return errors

    def _all_right(self, *, testing: bool) -> bool:
        self._judge_all = True
        errors = self._judge(testing=testing)
        self.tabs.lead_to(errors)
        return not errors

    def _begin_check(
        self, on_step: Callable[[CheckResult], None], on_done: Callable[[bool], None]
    ) -> Callable[[], None] | None:
        self.anyway.hide()
        if not self._all_right(testing=True):
            return None
        self.tabs.show_check()
        self._tested = self._draft()
        return self._services.tests.check(*self._tested, on_step, on_done)

    def _report(self, results: list[CheckResult]) -> str:
        return self._services.tests.report(
            self.account(), results, {"Qt": QT_VERSION_STR, "screen": QGuiApplication.platformName()}
        )

    def _server_found(self, found: bool) -> None:
        if not self._taking:
            return
        if found:
            self.accept()
            return
        self._stop_taking()
        self.check.wait(tr("Not tested yet."))
        identity = self.identity
        self.tabs.open(identity)
        (identity.found.button if identity.found.button.isVisible() else identity.email).setFocus()

    def _stop_taking(self) -> None:
        self._taking = False

    def _check_ended(self, good: bool) -> None:
        taking, self._taking = self._taking, False
        if taking and good:
            self._take()
        elif good:
            self._lead_to_ok()
        elif self.isVisible() and self._new:
            self.anyway.show()
            if taking:
                self.check.steps.setFocus()

    def _lead_to_ok(self) -> None:
        """Put the focus on OK, which is left to do; but not away from a field."""
        self.ok.setAccessibleDescription(self.check.verdict.text())
        at = self.focusWidget()
        if at is None or self.check.isAncestorOf(at) or isinstance(at, QPushButton):
            self.ok.setFocus()

    def _show_certificate(self, certificate: Certificate) -> None:
        from tray.ui.dialogs.certificate_dialog import CertificateDialog

        def answered(trust: bool) -> None:
            if trust:
                self.server.pin(certificate.sha256)
                self.check.start()

        name = self.account().name or certificate.host
        show_until_closed(CertificateDialog(name, certificate, answered, self))
