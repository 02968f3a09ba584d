"""The dialog that adds or edits one account: checks what is typed and tests it against the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_VERSION_STR, Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

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
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import ErrorText, available_size, fit, ok_and_cancel
from tray.ui.widgets.standalone import show_until_closed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tray.mail.model.account import AccountId
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult
    from tray.ui.ports import SettingsServices

Answer = Callable[[Account, "Secret | None"], None]
"""Called at OK, with the password where one was typed."""

_ERROR_LINES = 5
"""Lines of errors that fit before a page has to scroll."""
_TEST_COLUMNS = 36
"""Minimum width of the test's steps, in characters."""


class AccountDialog(FormDialog):
    """One account, new where `account` is None; its name must differ from those of `others`.

    A new account is tested at OK and saved when it works; where it does not, the user may save it all the same.
    `pending` is a password that was typed before and is not stored yet: the test uses it. `keep` is called with the
    other secrets of the pages, just before `answer`.
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
        self._touched: set[str] = set()
        """The fields whose errors are shown."""
        self._show_all_errors = False
        self._following = False
        self._save_after_test = False
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
            other_programs=services.others,
            others=self._others,
        )
        self.server = ServerPage(account, new=new)
        self.pages = (
            self.identity,
            self.server,
            FoldersPage(account, self._draft, services.folders),
            NotificationsPage(account, services.previews),
            NetworkPage(account, services.type_proxy_password),
            WhenClickedPage(account, services.previews),
        )
        self.tabs = PageTabs(self.pages, self)
        names = [other.name for other in self._others]
        self.finder = ServerFinder(
            self.identity, self.server, services.servers, self.account, self._suggest, names
        )
        self.other_errors = ErrorText(self)
        """Errors without a field of their own."""
        self.check = CheckView(self._begin_check, self._report, self)
        self.buttons, self.ok = ok_and_cancel(self)
        self.anyway = QPushButton(tr("Sa&ve anyway"), self)
        self.anyway.setAccessibleDescription(tr("Keeps the account although its test failed."))
        self.anyway.hide()
        self._lay_out()
        self._connect()
        self._follow()
        self._show_errors()
        self._untouched = self.account()
        fit(self, slack=self.fontMetrics().lineSpacing() * _ERROR_LINES)
        self.identity.email.setFocus()

    def account(self) -> Account:
        """The account as all pages read now."""
        account = self._account
        for page in self.pages:
            account = page.read(account)
        return account

    def has_unsaved(self) -> bool:
        """Whether a page was changed, or a secret was typed."""
        return self.account() != self._untouched or any(page.has_typed_secret() for page in self.pages)

    def done(self, result: int) -> None:
        """End a test or a search, however the dialog closes, and wipe the password."""
        self._save_after_test = False
        self.check.cancel()
        self.finder.stop()
        super().done(result)
        for page in self.pages:
            page.close_down()

    def accept(self) -> None:
        """Save the account, tested first where it is new, or move to the first field with an error."""
        if not self._is_valid(testing=False):
            return
        if not self._new or self.check.proven or self._errors(testing=True):
            self._save()
            return
        self._save_after_test = True
        if self.finder.searching:  # the server that is filled in is a guess so far
            self.check.show_verdict(tr("Waiting for the server to be found…"))
        else:
            self.check.start()

    def _save(self) -> None:
        account, secret = self.account(), self.identity.secret()
        other_secrets = {key: typed for page in self.pages for key, typed in page.secrets().items()}
        super().accept()
        if other_secrets and self._keep is not None:
            self._keep(other_secrets)
        self._answer(account, secret)

    def _save_anyway(self) -> None:
        if self._is_valid(testing=False):
            self._save()

    def _draft(self) -> tuple[Account, Secret | None]:
        return self.account(), self.identity.secret_for_test()

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setHorizontalSpacing(2 * max(layout.horizontalSpacing(), 0))
        layout.addWidget(self.tabs, 0, 0)
        layout.addWidget(self.other_errors, 1, 0)
        bottom = QHBoxLayout()
        bottom.setSpacing(max(layout.verticalSpacing(), 0))  # else 0, because those of the grid differ
        bottom.addStretch(1)
        bottom.addWidget(self.anyway)
        bottom.addWidget(self.buttons)
        self.check.setMinimumWidth(self.fontMetrics().averageCharWidth() * _TEST_COLUMNS)
        self.check.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        width = (
            self.check.minimumWidth() + self.tabs.minimumSizeHint().width() + 4 * layout.horizontalSpacing()
        )
        if width <= available_size(self).width():
            layout.addWidget(self.check, 0, 1, 2, 1)
            layout.setColumnStretch(0, 3)
            layout.setColumnStretch(1, 2)
            layout.addLayout(bottom, 2, 0, 1, 2)
        else:
            # One column: a second one, though empty, would add its spacing to the width.
            layout.addLayout(bottom, 2, 0)
            for page in self.pages:
                page.make_narrow(available_size(self).width() - 8 * layout.horizontalSpacing())
            self.tabs.add_check(self.check)
            bottom.insertWidget(0, self.check.button)
            self.setTabOrder(self.check.copy, self.check.button)

    def _connect(self) -> None:
        self.anyway.clicked.connect(self._save_anyway)
        self.check.certificate_wanted.connect(self._show_certificate)
        self.check.ended.connect(self._check_ended)
        self.check.stopped.connect(self._check_stopped)
        self.finder.ended.connect(self._server_found)
        self.check.outdated.connect(self.anyway.hide)
        for page in self.pages:
            page.touched.connect(self._touch)
            page.changed.connect(self._change)

    def _touch(self, name: str) -> None:
        self._touched.add(name)
        self._show_errors()

    def _change(self) -> None:
        if self._following:  # one page changed another: errors are shown once, at the end
            return
        if self._draft() != self._tested:
            self.check.outdate()
        self._follow()
        self._show_errors()

    def _follow(self) -> None:
        self._following = True
        account = self.account()
        for page in self.pages:
            page.follow(account)
        self._following = False

    def _suggest(self, account: Account) -> None:
        for page in self.pages:
            page.suggest(account)

    def _errors(self, *, testing: bool) -> dict[str, str]:
        account = self.account()
        errors = dict(account_errors(account, self._others))
        for page in self.pages:
            errors |= page.errors(account, testing=testing)
        return errors

    def _show_errors(self, *, testing: bool = False) -> dict[str, str]:
        errors = self._errors(testing=testing)
        fields = self.tabs.fields
        self.tabs.show_errors(
            {name: text for name, text in errors.items() if self._show_all_errors or name in self._touched}
        )
        self.other_errors.show_text(" ".join(text for name, text in errors.items() if name not in fields))
        return errors

    def _is_valid(self, *, testing: bool) -> bool:
        """Whether there are no errors; shows them, and moves the focus to the first one."""
        self._show_all_errors = True
        errors = self._show_errors(testing=testing)
        self.tabs.focus_first(errors)
        return not errors

    def _begin_check(
        self, on_step: Callable[[CheckResult], None], on_done: Callable[[bool], None]
    ) -> Callable[[], None] | None:
        if self.anyway.hasFocus():  # else the focus would move to Cancel
            self.check.button.setFocus()
        self.anyway.hide()
        if not self._is_valid(testing=True):
            return None
        self.tabs.show_check()
        self._tested = self._draft()
        return self._services.tests.check(*self._tested, on_step, on_done)

    def _report(self, results: list[CheckResult]) -> str:
        return self._services.tests.report(
            self.account(), results, {"Qt": QT_VERSION_STR, "screen": QGuiApplication.platformName()}
        )

    def _server_found(self, found: bool) -> None:
        if not self._save_after_test:
            return
        if found:
            self.accept()
            return
        self._save_after_test = False
        self.check.show_verdict(tr("Not tested yet."))
        identity = self.identity
        self.tabs.open(identity)
        (identity.found.button if identity.found.button.isVisible() else identity.email).setFocus()

    def _check_stopped(self) -> None:
        self._save_after_test = False

    def _check_ended(self, works: bool) -> None:
        saving, self._save_after_test = self._save_after_test, False
        if saving and works:
            self._save()
        elif works:
            self._focus_ok()
        elif self.isVisible() and self._new:
            self.anyway.show()
            if saving:
                self.check.steps.setFocus()

    def _focus_ok(self) -> None:
        """Move the focus to OK, the next thing to press, unless it is on a field."""
        self.ok.setAccessibleDescription(self.check.verdict.text())
        focused = self.focusWidget()
        if focused is None or self.check.isAncestorOf(focused) or isinstance(focused, QPushButton):
            self.ok.setFocus()

    def _show_certificate(self, certificate: Certificate) -> None:
        from tray.ui.dialogs.certificate_dialog import CertificateDialog

        def answered(trust: bool) -> None:
            if trust:
                self.server.pin(certificate.sha256)
                self.check.start()

        name = self.account().name or certificate.host
        show_until_closed(CertificateDialog(name, certificate, answered, self))
