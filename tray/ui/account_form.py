"""The fields of an account: what an address implies is filled in until the user has written there himself."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from tray.i18n import tr
from tray.mail.account import DEFAULT_PORTS, Login, SecretSource, Security
from tray.mail.fields import PORT_MAX, PORT_MIN
from tray.mail.secret import Secret
from tray.mail.settings import guess_account
from tray.ui.field import Field
from tray.ui.found_line import FoundLine, PasswordAdvice
from tray.ui.password_edit import PasswordEdit
from tray.ui.pinned_field import PinnedField

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.mail.account import Account
    from tray.mail.discovery import Candidate

_STORED = {SecretSource.KEYRING, SecretSource.FILE}
_SERVER = {"host", "port", "security"}
_COLUMNS = 34
"""Characters that a line shows without scrolling: an address of common length."""


def _line(text: str, example: str = "") -> QLineEdit:
    line = QLineEdit(text)
    line.setPlaceholderText(example)
    line.setMinimumWidth(line.fontMetrics().averageCharWidth() * _COLUMNS)
    line.setCursorPosition(0)
    return line


def _choice(*options: tuple[str, object]) -> QComboBox:
    box = QComboBox()
    for text, value in options:
        box.addItem(text, value)
    return box


def _path(text: str) -> str:
    return os.path.expanduser(text)  # noqa: PTH111 -- an empty text must stay one


class AccountForm(QWidget):
    """Shows `account` and reads it back; what is wrong with it is judged elsewhere and shown by `show_errors`."""

    changed = pyqtSignal()
    touched = pyqtSignal(str)
    """The user is done with a field, named as in `Account` (or ``password``): it may be judged from now on."""
    server_typed = pyqtSignal()
    """The user has entered something of the server by hand."""

    def __init__(
        self, account: Account, taken: Collection[str], *, new: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._account = account
        self._taken = taken
        self._new = new
        self._own: set[str] = set()
        """Fields with the user's own words, which are never filled in."""
        self._make_editors(account)
        self.fields: dict[str, Field] = self._make_fields()
        self._lay_out()
        if not new:
            self._own = {"name", "host", "user"}
        if account.port != DEFAULT_PORTS[account.security]:
            self._own.add("port")
        self._connect()
        self._show_source()

    def account(self) -> Account:
        """The account as it is written in the form."""
        source: SecretSource = self.source.currentData()
        return replace(
            self._account,
            email=self.email.text().strip(),
            name=self.name.text().strip(),
            host=self.host.text().strip(),
            port=self.port.value(),
            security=self.security.currentData(),
            allow_cleartext=self.cleartext.isChecked() and self.security.currentData() is Security.NONE,
            ca_file=_path(self.ca_file.text().strip()),
            pinned=self.pinned.pinned,
            user=self.user.text().strip(),
            secret=source,
            password_command=self.command.text().strip() if source is SecretSource.COMMAND else "",
            login=self._login(source),
            webmail=self.webmail.text().strip(),
        )

    def secret(self) -> Secret | None:
        """The password that was typed, None where none was."""
        typed = self.password.text()
        return Secret(typed) if typed and self.password.isEnabled() else None

    def password_is_known(self) -> bool:
        """Whether a password is kept already, so that the field may stay empty."""
        return not self._new and self._account.secret in _STORED and self.source.currentData() in _STORED

    @property
    def wants_server(self) -> bool:
        """Whether a server that is found may be filled in."""
        return self._new and not self._own & _SERVER

    def take(self, found: Candidate) -> None:
        """Fill in a server that was found, but for what the user has written himself."""
        if "security" not in self._own:
            self.security.setCurrentIndex(self.security.findData(found.security))
        if "port" not in self._own:
            self._show_port(found.port)
        for name, line, text in (
            ("host", self.host, found.host),
            ("user", self.user, found.user),
            ("webmail", self.webmail, found.webmail),
        ):
            if name not in self._own:
                line.setText(text)
                line.setCursorPosition(0)

    def pin(self, sha256: str) -> None:
        """Trust the certificate of that fingerprint and no other for this server."""
        self.pinned.pin(sha256)

    def show_errors(self, errors: dict[str, str]) -> None:
        """Show each sentence at its field; the other fields are right."""
        for name, field in self.fields.items():
            field.show_error(errors.get(name, ""))

    def ask_cleartext(self, needed: bool) -> None:
        """Show or hide the box by which a connection without encryption is allowed."""
        self.fields["allow_cleartext"].set_shown(needed)

    def _login(self, source: SecretSource) -> Login:
        if source is SecretSource.COMMAND:
            return Login.TOKEN if self.token.isChecked() else Login.PASSWORD
        return self._account.login if source is self._account.secret else Login.PASSWORD

    def _make_editors(self, account: Account) -> None:
        self.found = FoundLine()
        self.advice = PasswordAdvice()
        self.email = _line(account.email, tr("jane@example.org"))
        self.name = _line(account.name)
        self.host = _line(account.host, tr("imap.example.org"))
        self.security = _choice(
            (tr("TLS (recommended)"), Security.TLS),
            (tr("STARTTLS"), Security.STARTTLS),
            (tr("None (not encrypted)"), Security.NONE),
        )
        self.security.setCurrentIndex(self.security.findData(account.security))
        self.port = QSpinBox()
        self.port.setRange(PORT_MIN, PORT_MAX)
        self.port.setValue(account.port)
        self.cleartext = QCheckBox(tr("Allow cl&eartext: others can read my password"))
        self.cleartext.setChecked(account.allow_cleartext)
        self.ca_file = _line(account.ca_file, tr("the certificates of the system"))
        self.browse = QPushButton(tr("&Browse…"))
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(tr("Browse for a CA file"))
        self.user = _line(account.user)
        self.source = _choice(
            (tr("Password kept in the keyring"), SecretSource.KEYRING),
            (tr("Password asked for at each start"), SecretSource.ASK),
            (tr("Password printed by a command"), SecretSource.COMMAND),
        )
        if account.secret is SecretSource.FILE:  # never offered, but kept where it was chosen by its name
            self.source.addItem(tr("Password in a file, not encrypted"), SecretSource.FILE)
        self.source.setCurrentIndex(self.source.findData(account.secret))
        self.password = PasswordEdit()
        self.command = _line(account.password_command, tr("pass show mail/jane"))
        self.token = QCheckBox(tr("It prints an &OAuth2 access token"))
        self.token.setChecked(account.login is Login.TOKEN)
        self.webmail = _line(account.webmail, tr("empty: open the mail program"))
        self.folders = QLabel(", ".join(account.mailboxes))

    def _make_fields(self) -> dict[str, Field]:
        cleartext = Field("", self.cleartext)
        token = Field("", self.token)
        self.pinned = PinnedField(self._account.pinned, self._account.host)
        return {
            "email": Field(tr("E-mail &address:"), self.email, below=self.found),
            "name": Field(tr("&Name:"), self.name, explanation=tr("What the account is called in the menu.")),
            "host": Field(tr("Ser&ver:"), self.host),
            "security": Field(tr("Se&curity:"), self.security, below=cleartext),
            "allow_cleartext": cleartext,
            "port": Field(tr("&Port:"), self.port),
            "ca_file": Field(
                tr("CA &file:"),
                self.ca_file,
                self.browse,
                explanation=tr("PEM file of the authority to trust; leave it empty for the system's."),
            ),
            "pinned": self.pinned,
            "user": Field(tr("&User name:"), self.user),
            "secret": Field(tr("Log &in with:"), self.source),
            "password": Field(tr("Pass&word:"), self.password, self.password.toggle, below=self.advice),
            "password_command": Field(
                tr("Comman&d:"),
                self.command,
                below=token,
                explanation=tr("Its first line of output is the password."),
            ),
            "login": token,
            "webmail": Field(
                tr("Web&mail address:"),
                self.webmail,
                explanation=tr("Opened by a click on a mail in the menu."),
            ),
            "mailboxes": Field(tr("Folders:"), self.folders),
        }

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        # QFormLayout keeps the spacing of hidden rows: each row brings its own instead.
        space = form.verticalSpacing()
        form.setVerticalSpacing(0)
        for name, field in self.fields.items():
            if name in {"allow_cleartext", "login"}:  # part of another row
                continue
            # More air between who, where, by what and what else.
            last = name in {"name", "ca_file", "pinned", "password", "password_command"}
            field.setContentsMargins(0, 0, 0, 2 * space if last else space)
            field.add_to(form)

    def _connect(self) -> None:
        lines = {
            "email": self.email,
            "name": self.name,
            "host": self.host,
            "ca_file": self.ca_file,
            "user": self.user,
            "password": self.password,
            "password_command": self.command,
            "webmail": self.webmail,
        }
        for name, line in lines.items():
            line.textEdited.connect(lambda _text, name=name: self._own.add(name))
            line.editingFinished.connect(lambda name=name, line=line: self._leave(name, line))
        self.email.textEdited.connect(self._fill_in)
        self.host.textEdited.connect(self.server_typed)
        self.host.textChanged.connect(self._follow)
        self.security.activated.connect(self._security_set)
        self.security.currentIndexChanged.connect(self._follow)
        self.pinned.changed.connect(self.changed)
        for line in lines.values():
            line.textChanged.connect(self.changed)
        self.security.currentIndexChanged.connect(self._suggest_port)
        self.security.currentIndexChanged.connect(lambda: self._settle("security", "allow_cleartext"))
        self.port.valueChanged.connect(self._port_set)
        self.cleartext.toggled.connect(lambda: self._settle("security", "allow_cleartext"))
        self.source.currentIndexChanged.connect(self._show_source)
        self.source.currentIndexChanged.connect(lambda: self._settle("secret"))
        self.token.toggled.connect(lambda: self._settle("login"))
        self.browse.clicked.connect(self._browse)

    def _leave(self, name: str, line: QLineEdit) -> None:
        if line.isModified():  # merely passing through by Tab is no reason to complain
            self.touched.emit(name)

    def _settle(self, *names: str) -> None:
        for name in names:
            self.touched.emit(name)
        self.changed.emit()

    def _fill_in(self, address: str) -> None:
        # Before the domain is begun, what stands there is not one.
        begun = bool(address.strip().partition("@")[2])
        guess = guess_account(address if begun else "", self._account.id, self._taken if begun else ())
        for name, line, text in (
            ("name", self.name, guess.name),
            ("host", self.host, guess.host),
            ("user", self.user, address.strip()),
        ):
            if name not in self._own:
                line.setText(text)

    def _follow(self) -> None:
        self.pinned.follow(self.host.text(), encrypted=self.security.currentData() is not Security.NONE)

    def _suggest_port(self) -> None:
        if "port" not in self._own:
            self._show_port(DEFAULT_PORTS[self.security.currentData()])

    def _show_port(self, port: int) -> None:
        self.port.blockSignals(True)
        self.port.setValue(port)
        self.port.blockSignals(False)

    def _security_set(self) -> None:
        self._own.add("security")
        self.server_typed.emit()

    def _port_set(self) -> None:
        self._own.add("port")
        self.server_typed.emit()
        self._settle("port")

    def _show_source(self) -> None:
        source: SecretSource = self.source.currentData()
        command = source is SecretSource.COMMAND
        self.fields["password"].set_shown(not command)
        self.password.setEnabled(not command)
        self.password.hide_again()
        self.fields["password_command"].set_shown(command)
        hint = ""
        if self.password_is_known():
            hint = tr("unchanged")
        elif source is SecretSource.ASK:
            hint = tr("only for the test and until Mailbell ends")
        self.password.setPlaceholderText(hint)
        self.fields["password"].explain(hint)

    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("CA file"), self.ca_file.text())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("Certificates (*.pem *.crt *.cer)"), tr("All files (*)")])
        dialog.fileSelected.connect(self._take_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_file(self, path: str) -> None:
        self.ca_file.setText(path)
        self.touched.emit("ca_file")
        self.changed.emit()
