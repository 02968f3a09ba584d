"""The first page of an account: its address, and how to log in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QCheckBox

from tray.i18n import tr
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.settings.checks import duplicate_account_warning
from tray.ui.account.pages.page import AccountPage
from tray.ui.dialogs.sign_in import SignInPanel
from tray.ui.widgets.action_line import ActionLine, PasswordAdvice
from tray.ui.widgets.forms import Field, PasswordEdit, combo_box, line_edit
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.model.account import Account
    from tray.ui.ports import OtherPrograms, SignInService

_STORED = {SecretSource.KEYRING, SecretSource.FILE}
_TYPED = _STORED | {SecretSource.ASK}
_ENTERED = _TYPED | {SecretSource.OAUTH}


class IdentityPage(AccountPage):
    """For a known provider, the only page that has to be filled in."""

    def __init__(
        self,
        account: Account,
        *,
        new: bool,
        other_programs: OtherPrograms,
        pending: Secret | None = None,
        sign_in: SignInService,
        others: Sequence[Account] = (),
    ) -> None:
        """`pending` is a password that was typed before and is not stored yet: the test uses it.

        `other_programs` gives the desktop's name of an online account. A new account that has the same mailbox as
        one of `others` is remarked on.
        """
        super().__init__()
        self._sign_in = sign_in
        self._others = others
        self._draft = account
        """The account as all pages read now."""
        self._source_chosen = not new
        self.title = tr("Address and log-in")
        self.new = new
        self._account = account
        self._pending = pending
        if not new:
            self.own = {"name", "user"}
        self._make_editors(account)
        if new and pending is not None:  # typed on the first page: it goes with the account
            self.password.setText(pending.reveal())
        self.fields = self._make_fields()
        self.lay_out(groups={"name", "user"}, inner={"login"})
        self._connect()
        self._show_source()
        self.fields["name"].set_shown(new)  # an account's own page has it
        self._cancel_title = lambda: None
        if account.secret is SecretSource.ONLINE:
            self._cancel_title = other_programs.online_title(account.online_account, self._show_title)

    def read(self, account: Account) -> Account:
        """With name, address, and how to log in."""
        source = self._source()
        return replace(
            account,
            email=self.email.text().strip(),
            name=self.name.text().strip(),
            user=self.user.text().strip(),
            secret=source,
            password_command=self.command.text().strip() if source is SecretSource.COMMAND else "",
            login=self._login(source),
            oauth=self.panel.provider if source is SecretSource.OAUTH else "",
        )

    def follow(self, account: Account) -> None:
        """Offer the provider's sign-in for the server, and choose it where the provider accepts nothing else."""
        before, self._draft = self._draft, account
        if (account.login is Login.CERTIFICATE) is not (before.login is Login.CERTIFICATE):
            self._show_source()
        if self.new:
            self._warn_of_duplicate(account)
        provider, only = self._sign_in.for_host(account.host)
        names = {known.id: known.name for known in self._sign_in.known()}
        if provider not in names:
            provider, only = "", False
            if not any(self._sign_in.ready(known) for known in names):
                self._withdraw_sign_in()
                return
        self.panel.propose(provider)
        name = names.get(self.panel.provider, "")
        self._offer_sign_in(tr("Sign in with {name}").format(name=name))
        if only and not self._source_chosen and not self.password.text():
            self.source.setCurrentIndex(self.source.findData(SecretSource.OAUTH))

    def suggest(self, account: Account) -> None:
        """Fill in the name of the account, and the user name."""
        self.fill("name", self.name, account.name)
        self.fill("user", self.user, account.user)

    def secret(self) -> Secret | None:
        """The password that was typed, or the sign-in that was made; None where there is none."""
        if self._source() is SecretSource.OAUTH:
            return self.panel.secret
        typed = self.password.text()
        return Secret(typed) if typed and self._source() in _TYPED else None

    def secret_for_test(self) -> Secret | None:
        """The password to test with; None means the stored one."""
        return self.secret() or (self._pending if self._source() in _ENTERED else None)

    def _is_stored(self) -> bool:
        """Whether a password is kept already, so that the field may stay empty; or a sign-in."""
        if self.new:
            return False
        before = self._account
        if self._source() is SecretSource.OAUTH:
            return (before.secret, before.oauth) == (SecretSource.OAUTH, self.panel.provider)
        return before.secret in _STORED and self._source() in _STORED

    def errors(self, account: Account, *, testing: bool) -> dict[str, str]:
        """A password or sign-in that is missing."""
        if account.login is Login.CERTIFICATE or self.secret_for_test() is not None or self._is_stored():
            return {}
        if account.secret is SecretSource.OAUTH:
            return {"oauth": tr("Sign in first, or choose another way to log in.")}
        if account.secret in _STORED:
            return {"password": tr("Type the password, or choose to be asked for it at each start.")}
        if account.secret is SecretSource.ASK and testing:
            return {"password": tr("Type the password for the test; it is not kept.")}
        return {}

    def has_typed_secret(self) -> bool:
        """Whether a password is typed, or a sign-in was made or begun."""
        return bool(self.password.text()) or self.panel.has_unsaved()

    def close_down(self) -> None:
        """Wipe the password, and end a sign-in that is under way."""
        self.password.clear()
        self.panel.close_down()
        self._cancel_title()

    def _offer_sign_in(self, text: str) -> None:
        index = self.source.findData(SecretSource.OAUTH)
        if index < 0:
            self.source.insertItem(0, text, SecretSource.OAUTH)
        else:
            self.source.setItemText(index, text)

    def _withdraw_sign_in(self) -> None:
        index = self.source.findData(SecretSource.OAUTH)
        if index >= 0 and self._account.secret is not SecretSource.OAUTH:
            self.source.removeItem(index)

    def _source(self) -> SecretSource:
        source: SecretSource = self.source.currentData()
        return source

    def _login(self, source: SecretSource) -> Login:
        if source is SecretSource.OAUTH:
            return Login.TOKEN
        if source is SecretSource.COMMAND:
            return Login.TOKEN if self.token.isChecked() else Login.PASSWORD
        return self._account.login if source is self._account.secret else Login.PASSWORD

    def _make_editors(self, account: Account) -> None:
        self.found = ActionLine(tr("Skip"))
        self.advice = PasswordAdvice(self._sign_in.open_page)
        self.email = line_edit(account.email, tr("jane@example.org"))
        self.name = line_edit(account.name)
        self.user = line_edit(account.user)
        self.duplicate = plain_label(narrow=True)
        self.duplicate.hide()
        self.source = combo_box(
            (tr("Password kept in the keyring"), SecretSource.KEYRING),
            (tr("Password asked for at each start"), SecretSource.ASK),
            (tr("Password printed by a command"), SecretSource.COMMAND),
        )
        rare = {  # shown for an account that has it, and not offered to others
            SecretSource.FILE: tr("Password in a file, not encrypted"),
            SecretSource.ONLINE: tr("Online account of the desktop"),
            SecretSource.OAUTH: tr("Sign in with the provider"),
        }
        if account.secret in rare:
            self.source.addItem(rare[account.secret], account.secret)
        self.source.setCurrentIndex(self.source.findData(account.secret))
        self.panel = SignInPanel(self._sign_in, lambda: self.read(self._draft), account.oauth)
        self.password = PasswordEdit()
        self.password.toggle.setText(tr("Show"))
        self.command = line_edit(account.password_command, tr("pass show mail/jane"))
        self.token = QCheckBox(tr("It prints an OAuth2 access token"))
        self.token.setChecked(account.login is Login.TOKEN)
        self.online = line_edit(account.online_account)
        self.online.setReadOnly(True)

    def _make_fields(self) -> dict[str, Field]:
        token = Field("", self.token)
        return {
            "email": Field(tr("E-mail address"), self.email, below=self.found),
            "name": Field(tr("Name"), self.name, explanation=tr("What the account is called in the menu.")),
            "secret": Field(tr("Log in with"), self.source),
            "oauth": Field(tr("Sign-in"), self.panel),
            "password": Field(tr("Password"), self.password, self.password.toggle, below=self.advice),
            "password_command": Field(
                tr("Command"),
                self.command,
                below=token,
                explanation=tr("Its first line of output is the password."),
            ),
            "login": token,
            "online_account": Field(tr("Online account"), self.online),
            "user": Field(tr("User name"), self.user, below=self.duplicate),
        }

    def _connect(self) -> None:
        for name, edit in (
            ("email", self.email),
            ("name", self.name),
            ("user", self.user),
            ("password", self.password),
            ("password_command", self.command),
        ):
            self.listen(name, edit)
        self.source.currentIndexChanged.connect(self._show_source)
        self.source.currentIndexChanged.connect(lambda: self.settle("secret"))
        self.source.activated.connect(self._choose_source)
        self.panel.changed.connect(lambda: self.settle("oauth"))
        self.token.toggled.connect(lambda: self.settle("login"))

    def _show_title(self, title: str) -> None:
        if title:
            self.online.setText(title)
            self.online.setCursorPosition(0)

    def _choose_source(self) -> None:
        self._source_chosen = True

    def _warn_of_duplicate(self, account: Account) -> None:
        warning = duplicate_account_warning(account, self._others)
        self.duplicate.setText(warning)
        self.duplicate.setVisible(bool(warning))
        self.fields["user"].explain(warning)

    def _show_source(self) -> None:
        source = self._source()
        password = self._draft.login is not Login.CERTIFICATE
        self.fields["secret"].set_shown(password)
        self.fields["oauth"].set_shown(password and source is SecretSource.OAUTH)
        self.fields["password"].set_shown(password and source in _TYPED)
        self.password.toggle.setChecked(False)
        self.fields["password_command"].set_shown(password and source is SecretSource.COMMAND)
        self.fields["online_account"].set_shown(source is SecretSource.ONLINE)
        hint = ""
        if self._is_stored():
            hint = tr("unchanged")
        elif source is SecretSource.ASK:
            hint = tr("only for the test and until Mailbell ends")
        self.password.setPlaceholderText(hint)
        self.fields["password"].explain(hint)
