"""All settings of an account on one page: checks what is typed, tests it against the server, and applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QTimer, pyqtSignal
from PyQt5.QtWidgets import QLineEdit, QPushButton, QVBoxLayout

from tray.i18n import tr
from tray.mail.settings.checks import account_errors
from tray.ui.account.check_view import CheckView, qt_versions
from tray.ui.account.pages.identity import IdentityPage
from tray.ui.account.pages.network import NetworkPage
from tray.ui.account.pages.server import ServerPage
from tray.ui.account.pages.sound_and_quiet_hours import SoundPage
from tray.ui.account.pages.when_clicked import WhenClickedPage
from tray.ui.account.server_finder import ServerFinder
from tray.ui.rows.page_view import SubPage, heading_label
from tray.ui.widgets.card import Card
from tray.ui.widgets.forms import ErrorText
from tray.ui.widgets.solid_button import SolidButton
from tray.ui.widgets.standalone import show_until_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from PyQt5.QtGui import QResizeEvent

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult
    from tray.ui.account.pages.page import AccountPage
    from tray.ui.ports import SettingsServices
    from tray.ui.widgets.forms import Field

_CARD_SIDE = 14
_TEST_LINES = 11
"""The height of the test's steps, in lines of text."""


class AccountForm(SubPage):
    """One account, new where `new`; its name must differ from those of `others`.

    What is changed of an account is applied as soon as it is finished and right. A new one is tested when it is to be
    added, and added when it works; where it does not, the user may add it all the same.
    """

    put = pyqtSignal(object, object)
    """To be applied: the account, and the secrets that were typed, by the keys under which they are kept."""
    added = pyqtSignal()
    """The new account was put."""

    def __init__(
        self,
        account: Account,
        others: Sequence[Account],
        services: SettingsServices,
        *,
        new: bool,
        title: str,
        back: str,
        pending: Secret | None = None,
        only: Collection[str] = (),
    ) -> None:
        """Show the pages of the classes named in `only`, or all.

        `pending` is a password that was typed before and is not stored yet: the test uses it.
        """
        super().__init__(title, back)
        self._account = self._put_account = account
        self._others = tuple(others)
        self._services = services
        self._new = new
        self._touched: set[str] = set()
        """The fields whose errors are shown."""
        self._show_all_errors = False
        self._following = False
        self._add_after_test = False
        self._tested: tuple[Account, Secret | None] | None = None
        self._put_secrets: Mapping[AccountId, Secret] = {}
        self.identity = IdentityPage(
            account,
            new=new,
            pending=pending,
            sign_in=services.sign_in,
            other_programs=services.others,
            others=self._others,
        )
        self.server = ServerPage(account, new=new and not account.host)
        self.pages: tuple[AccountPage, ...] = (
            self.identity,
            self.server,
            NetworkPage(account, services.type_proxy_password),
            WhenClickedPage(account, services.previews),
            SoundPage(account, services.previews),
        )
        self.fields: dict[str, Field] = {}
        for page in reversed(self.pages):  # the first page wins where two have a field of one name
            self.fields.update(page.fields)
        names = [other.name for other in self._others]
        self.finder = ServerFinder(
            self.identity, self.server, services.servers, self.account, self._suggest, names
        )
        self.other_errors = ErrorText(self)
        """Errors without a field of their own."""
        self.check = CheckView(self._begin_check, self._report)
        self.check.steps.setMinimumHeight(_TEST_LINES * self.fontMetrics().lineSpacing())
        self._lay_out(only)
        self._connect()
        self._follow()
        self._show_errors()
        self._untouched = self.account()

    def account(self) -> Account:
        """The account as all pages read now."""
        account = self._account
        for page in self.pages:
            account = page.read(account)
        return account

    def has_unsaved(self) -> bool:
        """Whether leaving would discard input: of a new account all, of another one what is wrong."""
        if self._new:
            return self.account() != self._untouched or any(page.has_typed_secret() for page in self.pages)
        return self.account() != self._put_account or self._secrets() != self._put_secrets

    def focus_first(self) -> None:
        """Move the keyboard to the address of a new account, else to the way back."""
        (self.identity.email if self._new else self.back).setFocus()

    def focus_field(self, name: str) -> None:
        """Move the keyboard to that field of `Account`."""
        field = self.fields.get(name)
        if field is not None:
            field.editor.setFocus()
            if isinstance(field.editor, QLineEdit):
                field.editor.selectAll()
            QTimer.singleShot(0, self._scroll_to_focus)  # a page that is just shown has no layout yet

    def _scroll_to_focus(self) -> None:
        focused = self.window().focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.area.ensureWidgetVisible(focused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place fields below their labels where there is little room."""
        super().resizeEvent(event)
        for page in self.pages:
            page.fit_into(self.content_width() - 2 * _CARD_SIDE)

    def enter(self) -> None:
        """Add a new account."""
        if self._new:
            self.add_new()

    def close_down(self) -> None:
        """End a test or a search, and wipe the password."""
        self._add_after_test = False
        self.check.cancel()
        self.finder.stop()
        for page in self.pages:
            page.close_down()

    def add_new(self) -> None:
        """Add the new account, tested first, or move to the first field with an error."""
        if not self._is_valid(testing=False):
            return
        if self.check.proven or self._errors(testing=True):
            self._add()
            return
        self._add_after_test = True
        if self.finder.searching:  # the server that is filled in is a guess so far
            self.check.show_verdict(tr("Waiting for the server to be found…"))
        else:
            self.check.start()

    def _add(self) -> None:
        self._put()
        self._new = False  # nothing is left to discard
        self.added.emit()

    def _add_anyway(self) -> None:
        if self._is_valid(testing=False):
            self._add()

    def _put(self) -> None:
        """Announce what was changed."""
        account, secrets = self.account(), self._secrets()
        fresh = {key: typed for key, typed in secrets.items() if self._put_secrets.get(key) != typed}
        if fresh or self._new or account != self._put_account:
            self._put_account, self._put_secrets = account, secrets
            self.put.emit(account, fresh)

    def _secrets(self) -> dict[AccountId, Secret]:
        """The secrets that were typed, by the keys under which they are kept."""
        secrets = {key: typed for page in self.pages for key, typed in page.secrets().items()}
        secret = self.identity.secret()
        return secrets if secret is None else {**secrets, self._account.id: secret}

    def _draft(self) -> tuple[Account, Secret | None]:
        return self.account(), self.identity.secret_for_test()

    def _lay_out(self, only: Collection[str]) -> None:
        for page in self.pages:
            if not only or type(page).__name__ in only:
                self.add(heading_label(page.title))
                self._add_card(page)
        self.add(self.other_errors, 6)
        self.add(heading_label(tr("Test")))
        self._add_card(self.check)
        self.anyway = QPushButton(tr("Add it anyway"))
        self.anyway.setAutoDefault(False)
        self.anyway.setAccessibleDescription(tr("Keeps the account although its test failed."))
        self.add_button = SolidButton(tr("Start watching"))
        self.add_button.setDefault(False)
        self.add_button.setAutoDefault(False)
        buttons = self.foot.layout()
        assert buttons is not None
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.anyway)
        self.add_button.setVisible(self._new)
        self.anyway.hide()

    def _add_card(self, content: AccountPage | CheckView) -> None:
        card = Card()
        layout = QVBoxLayout(card)
        layout.setContentsMargins(_CARD_SIDE, 10, _CARD_SIDE, 10)
        layout.addWidget(content)
        self.add(card)

    def _connect(self) -> None:
        self.anyway.clicked.connect(self._add_anyway)
        self.add_button.clicked.connect(self.add_new)
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
        errors = self._show_errors()
        if not self._new and not self._following and not errors:
            self._put()

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
        shown = {
            name: text for name, text in errors.items() if self._show_all_errors or name in self._touched
        }
        for name, field in self.fields.items():
            field.show_error(shown.get(name, ""))
        self.other_errors.show_text(
            " ".join(text for name, text in errors.items() if name not in self.fields)
        )
        return errors

    def _is_valid(self, *, testing: bool) -> bool:
        """Whether there are no errors; shows them, and moves the keyboard to the first one."""
        self._show_all_errors = True
        errors = self._show_errors(testing=testing)
        first = next((name for page in self.pages for name in page.fields if name in errors), "")
        self.focus_field(first)
        return not errors

    def _begin_check(
        self, on_step: Callable[[CheckResult], None], on_done: Callable[[bool], None]
    ) -> Callable[[], None] | None:
        if self.anyway.hasFocus():  # else the focus would move elsewhere
            self.check.button.setFocus()
        self.anyway.hide()
        if not self._is_valid(testing=True):
            return None
        self.area.ensureWidgetVisible(self.check)
        self._tested = self._draft()
        return self._services.tests.check(*self._tested, on_step, on_done)

    def _report(self, results: list[CheckResult]) -> str:
        return self._services.tests.report(self.account(), results, qt_versions())

    def _server_found(self, found: bool) -> None:
        if not self._add_after_test:
            return
        if found:
            self.add_new()
            return
        self._add_after_test = False
        self.check.show_verdict(tr("Not tested yet."))
        identity = self.identity
        (identity.found.button if identity.found.button.isVisible() else identity.email).setFocus()

    def _check_stopped(self) -> None:
        self._add_after_test = False

    def _check_ended(self, works: bool) -> None:
        adding, self._add_after_test = self._add_after_test, False
        if adding and works:
            self._add()
        elif works and self._new:
            self._focus_add()
        elif self.isVisible() and self._new:
            self.anyway.show()
            if adding:
                self.check.steps.setFocus()

    def _focus_add(self) -> None:
        """Move the keyboard to the next thing to press, unless it is on a field."""
        self.add_button.setAccessibleDescription(self.check.verdict.text())
        focused = self.window().focusWidget()
        if focused is None or self.check.isAncestorOf(focused) or isinstance(focused, QPushButton):
            self.add_button.setFocus()

    def _show_certificate(self, certificate: Certificate) -> None:
        from tray.ui.dialogs.certificate_dialog import CertificateDialog

        def answered(trust: bool) -> None:
            if trust:
                self.server.pin(certificate.sha256)
                self.check.start()

        name = self.account().name or certificate.host
        show_until_closed(CertificateDialog(name, certificate, answered, self.window()))
