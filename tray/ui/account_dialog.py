"""The dialog that adds or edits one account: judges what is typed and tests it against the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.account import Account, SecretSource, Security
from tray.mail.settings import is_loopback, problems
from tray.ui.account_form import AccountForm
from tray.ui.check_view import CheckView
from tray.ui.field import ErrorText
from tray.ui.form_area import FormArea, fit
from tray.ui.server_finder import ServerFinder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.certificate import Certificate
    from tray.mail.check import StepResult
    from tray.mail.secret import Secret
    from tray.ui.services import SettingsServices

Answer = Callable[[Account, "Secret | None"], None]
"""Called at OK, with the password where one was typed."""

_ERROR_LINES = 5
"""Room for so many lines of errors before the form has to scroll."""
_ANEW = {SecretSource.KEYRING, SecretSource.FILE}


class AccountDialog(QDialog):
    """One account, new where `account` is None; `others` are those whose names are taken.

    `pending` is a password that was typed in an earlier go and is not stored yet: the test uses it.
    """

    def __init__(
        self,
        account: Account | None,
        others: Sequence[Account],
        services: SettingsServices,
        answer: Answer,
        *,
        pending: Secret | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._others = tuple(others)
        self._services = services
        self._answer = answer
        self._pending = pending
        self._judged: set[str] = set()
        self._judge_all = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        new = account is None
        if account is None:
            self.setWindowTitle(tr("New Account"))
            account = Account(id=services.new_account_id(), name="", email="", host="", user="")
        else:
            self.setWindowTitle(tr("Account “{name}”").format(name=account.name))

        self.form = AccountForm(account, [other.name for other in self._others], new=new)
        self.finder = ServerFinder(self.form, services)
        self.elsewhere = ErrorText(self)
        self.check = CheckView(self._begin_check, self)
        self.check.certificate_wanted.connect(self._show_certificate)
        self._lay_out()
        self.form.touched.connect(self._touch)
        self.form.changed.connect(self._change)
        self._judge()
        fit(self, slack=self.fontMetrics().lineSpacing() * _ERROR_LINES)
        self.form.email.setFocus()

    def done(self, result: int) -> None:
        """Stop a test or a search that is at work, however the dialog ends, and wipe the password."""
        self.check.cancel()
        self.finder.stop()
        super().done(result)
        self.form.password.clear()

    def accept(self) -> None:
        """Hand over the account, or lead to the first field that is wrong."""
        if not self._all_right(testing=False):
            return
        account, secret = self.form.account(), self.form.secret()
        super().accept()
        self._answer(account, secret)

    def _lay_out(self) -> None:
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        assert ok is not None
        assert cancel is not None
        ok.setText(tr("OK"))
        ok.setDefault(True)
        cancel.setText(tr("Cancel"))
        cancel.setAutoDefault(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

        left = QVBoxLayout()
        left.addWidget(FormArea(self.form, self), 1)
        left.addWidget(self.elsewhere)
        self.check.setMinimumWidth(self.fontMetrics().averageCharWidth() * 36)
        self.check.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QGridLayout(self)
        layout.addLayout(left, 0, 0)
        layout.addWidget(self.check, 0, 1)
        layout.addWidget(self.buttons, 1, 0, 1, 2)
        layout.setHorizontalSpacing(2 * max(layout.horizontalSpacing(), 0))
        layout.setColumnStretch(0, 3)
        layout.setColumnStretch(1, 2)

    def _touch(self, name: str) -> None:
        self._judged.add(name)
        self._judge()

    def _change(self) -> None:
        self.check.outdate()
        self._judge()

    def _errors(self, *, testing: bool) -> dict[str, str]:
        account = self.form.account()
        errors = dict(problems(account, self._others))
        if account.ca_file and not Path(account.ca_file).is_file():
            errors["ca_file"] = tr("There is no such file; choose a PEM file, or leave this empty.")
        if self.form.secret() is None and self._pending is None and not self.form.password_is_known():
            if account.secret in _ANEW:
                errors["password"] = tr("Type the password, or choose to be asked for it at each start.")
            elif account.secret is SecretSource.ASK and testing:
                errors["password"] = tr("Type the password for the test; it is not kept.")
        return errors

    def _judge(self, *, testing: bool = False) -> dict[str, str]:
        errors = self._errors(testing=testing)
        account = self.form.account()
        self.form.ask_cleartext(account.security is Security.NONE and not is_loopback(account.host))
        fields = self.form.fields
        self.form.show_errors(
            {name: text for name, text in errors.items() if self._judge_all or name in self._judged}
        )
        self.elsewhere.say(" ".join(text for name, text in errors.items() if name not in fields))
        return errors

    def _all_right(self, *, testing: bool) -> bool:
        self._judge_all = True
        errors = self._judge(testing=testing)
        for name, field in self.form.fields.items():
            if name in errors:
                field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                if isinstance(field.editor, QLineEdit):
                    field.editor.selectAll()
                break
        return not errors

    def _begin_check(
        self, on_step: Callable[[StepResult], None], on_done: Callable[[bool], None]
    ) -> Callable[[], None] | None:
        if not self._all_right(testing=True):
            return None
        return self._services.check(
            self.form.account(), self.form.secret() or self._pending_for_test(), on_step, on_done
        )

    def _show_certificate(self, certificate: Certificate) -> None:
        from tray.ui.certificate_dialog import ask_trust

        def answered(trust: bool) -> None:
            if trust:
                self.form.pin(certificate.sha256)
                self.check.start()

        ask_trust(self.form.account().name or certificate.host, certificate, answered, self)

    def _pending_for_test(self) -> Secret | None:
        return self._pending if self.form.account().secret is not SecretSource.COMMAND else None
